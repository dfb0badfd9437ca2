"""To whom a bundle was handed, when, with which hash: a chained log outside every bundle.

Two exports of one release are the same bytes, so a delivery cannot stand in them. The log is the
installation's own: it names people, and only its owner may read it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import BundleUnreadable, CustodyBroken
from geo.evidence import bag_check, custody, layout, unpack
from geo.evidence.signing.named import bound
from geo.home import Home, sha256_of, whole_file
from geo.release import files
from geo.words import clean

DELIVERER = "deliverer"

_TRIES = 100
_WAIT_S = 0.1
_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Handed:
    """One bundle: its zip's SHA-256, and what its manifest says of itself."""

    sha256: str
    name: str
    bag: str
    release: str
    manifest_sha256: str
    specimen: bool


def handed(path: Path) -> Handed:
    """The bundle at `path`, once its lists, its manifest and its annex fit its files.

    Raises BundleUnreadable for anything that is no zip of ours, or was changed.
    """
    if path.is_dir():
        raise BundleUnreadable(
            f"«{path.name}» es una carpeta: se entrega el .zip, que tiene una sola huella."
        )
    bundle = unpack.opened(path)
    manifest_name = f"{unpack.PAYLOAD}{layout.MANIFEST}"
    said: Any = unpack.said(bundle.read(manifest_name)) if manifest_name in bundle.sizes else None
    try:
        listed = {f"{unpack.PAYLOAD}{name}": one["sha256"] for name, one in said["files"].items()}
        release, bag, specimen = (
            str(said["release"]["id"]),
            str(said["bag"]),
            bool(said["specimen"]),
        )
    except (AttributeError, LookupError, TypeError) as error:
        raise BundleUnreadable(
            f"«{path.name}» no es un paquete de este programa: entregue uno de «deslinde export»."
        ) from error
    for name, sha256 in sorted(listed.items()):
        if name not in bundle.sizes or bundle.sha256(name) != sha256:
            raise BundleUnreadable(
                f"«{name}» falta o cambió en «{path.name}»: no lo entregue; hágalo de nuevo con "
                "«deslinde export»."
            )
    fault = next(bag_check.check(bundle, bag_check.digests(bundle)), None)
    if fault is not None:
        raise BundleUnreadable(f"No se entrega un paquete que no está entero. {fault.sentence}")
    if not bound(bundle):
        raise BundleUnreadable(
            f"El anexo de «{path.name}» falta o no nombra su manifiesto: no lo entregue; hágalo de "
            "nuevo con «deslinde export»."
        )
    return Handed(
        sha256=sha256_of(path),
        name=path.name,
        bag=bag,
        release=release,
        manifest_sha256=bundle.sha256(manifest_name),
        specimen=specimen,
    )


def deliver(home: Home, bundle: Handed, *, to: str, by: str = "", note: str = "") -> custody.Line:
    """Adds a delivery to the log of this installation, and gives its line.

    Raises CustodyBroken where the log does not follow, or another delivery is being written;
    FileUnwritable where the disk refuses.
    """
    entry = {
        "at": home.now().isoformat(),
        "role": DELIVERER,
        "action": custody.Action.DELIVERY,
        "what": bundle.name,
        "sha256": bundle.sha256,
        "medium": "",
        "detail": {
            "to": clean(to),
            "by": clean(by),
            "note": clean(note),
            "bag": bundle.bag,
            "release": bundle.release,
            "manifest_sha256": bundle.manifest_sha256,
            "specimen": bundle.specimen,
        },
    }
    path = home.deliveries
    with files.plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            before = deliveries(home)
            (line,) = custody.chained([entry], after=before)
            _write(path, custody.text([*before, line]))
    return line


def deliveries(home: Home) -> list[custody.Line]:
    """Every delivery of this installation, in their order. Raises CustodyBroken."""
    path = home.deliveries
    return custody.read_log(path.read_bytes(), path.name) if path.exists() else []


def told(line: custody.Line) -> dict[str, Any]:
    """A delivery's facts by name, for a list."""
    return {
        **line["detail"],
        **{name: line[name] for name in ("n", "at", "role", "what", "sha256")},
    }


def _write(path: Path, content: bytes) -> None:
    """The whole file or none of it, readable by its owner alone from its first byte."""
    with whole_file(path) as temporary:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else adds a line meanwhile: two that follow the same one would break the chain."""
    lock = path.with_name(f"{path.name}.lock")
    for _ in range(_TRIES):
        try:
            os.close(os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
            break
        except FileExistsError:
            time.sleep(_WAIT_S)
    else:
        raise CustodyBroken(
            "Otra entrega se está anotando, o una se interrumpió: si nadie más la anota, borre "
            f"«{lock}» y repita."
        )
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
