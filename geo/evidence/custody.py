"""Who did what to which bytes: a log in which every line holds the hash of the line before.

A line is canonical JSON: n (from 1), at (UTC, None where no clock belongs to the deed), role,
action, what, sha256, medium, detail, prev, hash. `hash` is the SHA-256 of the line without it;
`prev` of the first line is 64 zeros. Nothing is told of when a bundle was made or handed over:
two exports of one release are the same bytes, and a delivery is kept outside (`deliver`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import pandas as pd

from geo.errors import CustodyBroken
from geo.evidence.chosen import Chosen
from geo.release import manifest, read
from geo.terms import Deed, Tier
from geo.words import Words, _, said

START = "0" * 64
"""What stands before the first line."""

Line = dict[str, Any]


class Action(StrEnum):
    CAPTURE = "capture"
    TRANSFORMATION = "transformation"
    SELECTION = "selection"
    EXPORT = "export"
    DELIVERY = "delivery"


PROGRAM = "program"

_CAPTURED = _("Se recibió el archivo «{name}» de la fuente «{source}»: {size} bytes.")
_RENAMED = _(
    "Se recibió un archivo de la fuente «{source}»: {size} bytes. En este nivel de acceso se llama "
    "«{name}»."
)
_AS_SHOWN = _(
    "Se recibió un archivo de la fuente «{source}», que en este nivel de acceso se llama «{name}». "
    "La huella y el tamaño ({size} bytes) son los de las filas que se muestran de él."
)
_READ = _("Se leyeron {rows} filas: {excluded} excluidas, {repaired} con la figura reparada.")
_FACTS = _("Se leyeron los hechos que trae el archivo y se unieron a sus filas.")
_JUDGED = _("Se midieron las superposiciones y se aplicaron las reglas «{rules}».")
_CHOSEN = _("Se eligieron {rights} derechos, {territories} territorios y {pairs} pares.")
_EXPORTED = _("Se escribió el paquete desde la publicación {release}, cuya huella es esta.")


def lines(chosen: Chosen, words: Words) -> list[Line]:
    """The custody of a bundle: captures by their time, what the program did, the release at last.

    Raises ReleaseDamaged where the release's ledger cannot be read.
    """
    release = chosen.release.said
    captures = sorted(chosen.captures, key=lambda one: (one["retrieved_at"], one["sha256"]))
    ledger = read.ledger(chosen.release)
    entries = [
        *(_capture(one, chosen.release.tier, words) for one in captures),
        *(_transformation(one, ledger, release, words) for one in captures),
        _deed(
            Action.TRANSFORMATION,
            words.say(_JUDGED, rules=release["rules"]),
            detail={name: release[name] for name in ("code", "rules", "settings")},
        ),
        _deed(
            Action.SELECTION,
            words.say(
                _CHOSEN,
                rights=len(chosen.concessions),
                territories=len(chosen.territories),
                pairs=len(chosen.overlaps),
            ),
            detail={"by": chosen.by.value, "subjects": list(chosen.subjects)},
        ),
        _deed(
            Action.EXPORT,
            words.say(_EXPORTED, release=chosen.release.id),
            sha256=hashlib.sha256(manifest.canonical(release)).hexdigest(),
            detail={"release": chosen.release.id, "tier": chosen.release.tier.value},
        ),
    ]
    return chained(entries)


def chained(entries: Iterable[Mapping[str, Any]], after: Sequence[Line] = ()) -> list[Line]:
    """These deeds as lines that follow `after`: numbered, each with the hash of the one before."""
    number, prev = len(after), after[-1]["hash"] if after else START
    made: list[Line] = []
    for entry in entries:
        number += 1
        line = {**manifest.plain(entry), "n": number, "prev": prev}
        prev = _hash(line)
        made.append({**line, "hash": prev})
    return made


def text(log: Iterable[Line]) -> bytes:
    """The log as a file: one canonical line a deed."""
    return b"".join(_canonical(line) + b"\n" for line in log)


def head(log: Sequence[Line]) -> str:
    """The hash that stands for the whole log."""
    return str(log[-1]["hash"]) if log else START


def read_log(content: bytes, named: str) -> list[Line]:
    """The lines of a log. Raises CustodyBroken, naming the first line that does not follow."""
    wrong = check(content)
    if wrong:
        raise CustodyBroken(
            f"La cadena de «{named}» está rota: {wrong[0]}. Restaure el archivo de una copia; "
            "no lo corrija a mano."
        )
    return [json.loads(line) for line in content.split(b"\n")[:-1]]


def check(content: bytes) -> list[str]:
    """What is wrong with a log, the first line first; empty where every line follows.

    What comes after a line that does not follow proves nothing, so the first is the only one.
    """
    prev = START
    *whole, rest = content.split(b"\n")
    for number, raw in enumerate(whole, 1):
        wrong, prev = _wrong(raw, number, prev)
        if wrong:
            return [wrong]
    return [f"la línea {len(whole) + 1} está cortada"] if rest else []


def _wrong(raw: bytes, number: int, prev: str) -> tuple[str, str]:
    """Why a line is not what it should be ("" where it is), and its hash."""
    try:
        line = json.loads(raw.decode("utf-8"))
        told, given = _hash(line), line["hash"]
        same = _canonical(line) == raw
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return f"la línea {number} no se puede leer", prev
    if told != given or not same:
        return f"la línea {number} cambió: su huella no es la de su contenido", prev
    if line.get("n") != number:
        return f"en el lugar {number} está la línea {line.get('n')}: falta, sobra o se movió", prev
    if line.get("prev") != prev:
        return f"la línea {number} no sigue a la anterior: una de las dos se cambió", prev
    return "", told


def _capture(capture: Mapping[str, Any], tier: Tier, words: Words) -> dict[str, Any]:
    # below `restricted` a file bears its source's name, and did not come under it
    renamed = _AS_SHOWN if capture["sha256_of"] == "rows" else _RENAMED
    sentence = _CAPTURED if tier is Tier.RESTRICTED else renamed
    kept = ("source_id", "name", "size_bytes", "sha256_of", "address", "as_of", "asserted", "stamp")
    return {
        "at": capture["retrieved_at"],
        "role": capture["role"],
        "action": Action.CAPTURE,
        "what": words.say(
            sentence,
            name=said(capture["name"]),
            source=capture["source_id"],
            size=capture["size_bytes"],
        ),
        "sha256": capture["sha256"],
        "medium": capture["origin"],
        "detail": {name: capture[name] for name in kept},
    }


def _transformation(
    capture: Mapping[str, Any], ledger: pd.DataFrame, release: Mapping[str, Any], words: Words
) -> dict[str, Any]:
    if capture["raw"] is None:
        return _deed(Action.TRANSFORMATION, words.say(_FACTS), sha256=capture["sha256"])
    mine = ledger.loc[ledger["snapshot"].isin([capture["sha256"]]).to_numpy()]
    counts = {
        "rows": int(capture["raw"]["rows"]),
        "excluded": _rows_with(mine, Deed.EXCLUDED),
        "repaired": _rows_with(mine, Deed.REPAIRED),
    }
    return _deed(
        Action.TRANSFORMATION,
        words.say(_READ, **counts),
        sha256=capture["sha256"],
        detail={**counts, "code": release["code"], "rules": release["rules"]},
    )


def _rows_with(ledger: pd.DataFrame, deed: Deed) -> int:
    return int(ledger.loc[ledger["deed"].isin([deed.value]).to_numpy(), "row"].nunique())


def _deed(
    action: Action, what: str, *, sha256: str | None = None, detail: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Something that the program did, at no hour of its own."""
    return {
        "at": None,
        "role": PROGRAM,
        "action": action,
        "what": what,
        "sha256": sha256,
        "medium": "",
        "detail": dict(detail or {}),
    }


def _hash(line: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in line.items() if name != "hash"}
    return hashlib.sha256(_canonical(rest)).hexdigest()


def _canonical(line: Mapping[str, Any]) -> bytes:
    text = json.dumps(
        line, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")
