"""Under which SHA-256 a tier names a file of which it keeps something back. Pure.

Whoever has a short file but for one value can try every value until the hash fits, and so read
what was withheld. A file that nobody else can fetch and that is not enclosed whole is therefore
named by the hash of what is shown of it: the same rows give the same, and it tells nothing more.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from geo.release.manifest import canonical
from geo.words import _

WHY = _(
    "El archivo no se entrega entero ni se publica en otra parte; la huella y el tamaño son los de "
    "las filas que se muestran, para que de ellos no se deduzca lo que se reserva."
)

Aliases = Mapping[str, tuple[str, int]]
"""SHA-256 of a file -> the SHA-256 and size in bytes under which the tier names it."""


def of(captures: Iterable[Mapping[str, Any]], received: pd.DataFrame) -> Aliases:
    """The aliases of captures below `restricted`. received: their rows as the tier sees them."""
    hidden: dict[str, list[Mapping[str, Any]]] = {}
    for said in captures:
        if not said["file"] and not said["address"]:
            hidden.setdefault(said["sha256"], []).append(said)
    return {sha256: _named(said, received, sha256) for sha256, said in hidden.items()}


def told(said: Mapping[str, Any], aliases: Aliases) -> dict[str, Any]:
    """A description of an input under its alias: `sha256`, and `size_bytes` where it stands."""
    if said["sha256"] not in aliases:
        return dict(said)
    sha256, size = aliases[said["sha256"]]
    return dict(said) | {"sha256": sha256} | ({"size_bytes": size} if "size_bytes" in said else {})


def capture(said: Mapping[str, Any], aliases: Aliases) -> dict[str, Any]:
    """A capture under its alias. A time stamp names the file's own hash: it does not go along."""
    if said["sha256"] not in aliases:
        return dict(said) | {"sha256_of": "file"}
    return told(said, aliases) | {"sha256_of": "rows", "stamp": None, "why_not": WHY}


def under(frame: pd.DataFrame, aliases: Aliases) -> pd.DataFrame:
    """A frame whose column `snapshot` names files as the tier does."""
    names = {sha256: alias for sha256, (alias, _size) in aliases.items()}
    if not names or "snapshot" not in frame:
        return frame
    return frame.assign(snapshot=frame["snapshot"].replace(names))


def _named(
    captures: list[Mapping[str, Any]], received: pd.DataFrame, sha256: str
) -> tuple[str, int]:
    rows = received.loc[received["snapshot"].isin([sha256])]
    shown = [
        [layer, int(row), fields, withheld, None if shape is None else shape.hex()]
        for layer, row, fields, withheld, shape in zip(
            rows["layer"], rows["row"], rows["fields"], rows["withheld"], rows["shape"], strict=True
        )
    ]
    about = [[said["source_id"], said["as_of"], said["retrieved_at"]] for said in captures]
    text = canonical({"about": about, "rows": shown})
    return hashlib.sha256(text).hexdigest(), len(text)
