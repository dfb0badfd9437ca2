"""The last member of a backup: what is in it, sealed by somebody who held the register's keys."""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from geo.errors import BackupUnreadable, SealBroken
from geo.register.members import Told
from geo.register.seal import Keys, open_seal, seal

FORM = 1
NAME = "manifest.json"
_TABLE = "backup"


@dataclass(frozen=True)
class Manifest:
    """form: of this page. schema: of the register's tables. rows: table -> how many."""

    made_at: str
    schema: str
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
            said["made_at"], said["schema"], said["rows"], said["attachments"], members
        )
        return manifest, b64decode(said["seal"], validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise _incomplete() from error


def check_members(manifest: Manifest, told: Iterable[Told]) -> None:
    """Raises BackupUnreadable unless exactly these members came, each with its digest."""
    if sorted(told) != sorted(manifest.members):
        raise _incomplete()


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
    return vars(manifest) | {"rows": dict(manifest.rows), "members": members}


def _incomplete() -> BackupUnreadable:
    return BackupUnreadable("A esta copia le falta una parte, o le sobra: elija otra.")
