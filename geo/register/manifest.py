"""The last member of a backup: what is in it, sealed by somebody who held the register's keys."""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage

from geo.errors import BackupUnreadable, SealBroken
from geo.register import envelope
from geo.register.members import Incoming, Told
from geo.register.seal import Keys, open_seal, seal

FORM = 1
NAME = "manifest.json"
_TABLE = "backup"


@dataclass(frozen=True)
class Manifest:
    """form: of this page. schema: of the register's tables. rows: table -> how many.

    keyring: the wrapped keys under which everything in it is sealed.
    """

    made_at: str
    schema: str
    keyring: bytes
    rows: Mapping[str, int]
    attachments: int
    members: tuple[Told, ...]
    form: int = FORM


def to_bytes(manifest: Manifest, keys: Keys) -> bytes:
    """The manifest with its own digest under the register's key."""
    body = _body(manifest)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()
    sealed = seal(keys, digest, _TABLE, manifest.made_at, FORM)
    return json.dumps(body | {"seal": b64encode(sealed).decode()}, sort_keys=True).encode()


def read(raw: bytes) -> tuple[Manifest, bytes]:
    """The manifest and its seal. Raises BackupUnreadable where it is newer, or none."""
    try:
        said = json.loads(raw)
        if said["form"] != FORM:
            raise BackupUnreadable("Esta copia es de una versión más nueva: actualice el programa.")
        members = tuple(Told(**one) for one in said["members"])
        manifest = Manifest(
            made_at=said["made_at"],
            schema=said["schema"],
            keyring=b64decode(said["keyring"], validate=True),
            rows=said["rows"],
            attachments=said["attachments"],
            members=members,
        )
        return manifest, b64decode(said["seal"], validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise _incomplete() from error


def of_file(path: Path, own: pyrage.x25519.Identity) -> tuple[Manifest, bytes]:
    """The manifest of a backup and its seal, after every member was read against it.

    Raises BackupUnreadable where a member is missing, changed or not told, and as `envelope.read`.
    """
    held: list[bytes] = []

    def begin(name: str, _size: int) -> Callable[[bytes], None]:
        held.clear()
        return held.append if name == NAME else _nowhere

    sink = Incoming(begin)
    envelope.read(path, own, sink)
    manifest, sealed = read(b"".join(held))
    if not sink.is_whole or tuple(sink.told[:-1]) != manifest.members:
        raise _incomplete()
    return manifest, sealed


def check_seal(manifest: Manifest, sealed: bytes, keys: Keys) -> None:
    """Raises BackupUnreadable where nobody who held the register's keys made this manifest."""
    digest = hashlib.sha256(json.dumps(_body(manifest), sort_keys=True).encode()).digest()
    try:
        same = open_seal(keys, sealed, _TABLE, manifest.made_at, FORM) == digest
    except SealBroken:
        same = False
    if not same:
        raise BackupUnreadable(
            "Esta copia no la hizo alguien que tenía la clave de este registro: no la use."
        )


def _body(manifest: Manifest) -> dict[str, Any]:
    members = [vars(one) for one in manifest.members]
    ring = b64encode(manifest.keyring).decode()
    return vars(manifest) | {"keyring": ring, "rows": dict(manifest.rows), "members": members}


def _nowhere(_piece: bytes) -> None:
    return None


def _incomplete() -> BackupUnreadable:
    return BackupUnreadable("A esta copia le falta una parte, o le sobra: elija otra.")
