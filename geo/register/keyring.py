"""What opens a register: slots that each wrap the same keys, one for a passphrase or a key file.

The keyring lies in the database, since what it holds is wrapped. A passphrase goes through
argon2id (RFC 9106); a key file, which is random already, through HKDF. Neither is ever written,
logged or put in the environment: the environment may name the *file*, which must not lie beside
the database.
"""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from geo.errors import KeyRefused, RegisterDamaged
from geo.register.seal import Keys, new_key

MEMORY_KIB, PASSES, LANES = 65_536, 3, 4
"""RFC 9106's second recommendation, for machines with little memory."""

SHORTEST = 12
_AD = b"deslinde/keyring/1"


@dataclass(frozen=True, repr=False)
class Secret:
    """What the user holds: the words of a passphrase, or the bytes of a key file."""

    kind: str  # "passphrase" | "file"
    value: bytes

    def __repr__(self) -> str:
        return f"Secret({self.kind})"


@dataclass(frozen=True, repr=False)
class Opened:
    """An open keyring: the keys of the rows, and the age identity of the attachments.

    older: identities that some attachment may still lie under, while a change of keys runs.
    """

    keys: Keys
    identity: str
    older: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Opened()"


def fresh(identity: str) -> Opened:
    """New keys for a new register. identity: a fresh age identity."""
    key_id, key = new_key()
    return Opened(Keys(key_id, {key_id: key}), identity)


def wrap(opened: Opened, secrets_held: tuple[Secret, ...]) -> bytes:
    """The keyring as it lies in the database: a slot for each secret."""
    master = secrets.token_bytes(32)
    content = {
        "current": _text(opened.keys.current),
        "keys": {_text(k): _text(v) for k, v in opened.keys.by_id.items()},
        "identity": opened.identity,
        "older": list(opened.older),
    }
    said = {
        "form": 1,
        "slots": [_slot(master, secret) for secret in secrets_held],
        "content": _encrypted(master, json.dumps(content, sort_keys=True).encode()),
    }
    return json.dumps(said, sort_keys=True).encode()


def unwrap(ring: bytes, secret: Secret) -> Opened:
    """The keys. Raises KeyRefused where no slot opens, RegisterDamaged where it is no keyring."""
    said = _read(ring)
    for slot in said["slots"]:
        if slot["kind"] != secret.kind:
            continue
        try:
            master = _decrypted(_stretched(secret, slot), slot["master"])
            content = json.loads(_decrypted(master, said["content"]))
        except InvalidTag:
            continue
        by_id: Mapping[bytes, bytes] = {
            b64decode(k): b64decode(v) for k, v in content["keys"].items()
        }
        return Opened(
            Keys(b64decode(content["current"]), by_id), content["identity"], tuple(content["older"])
        )
    raise KeyRefused(
        "Esa frase o esa clave no abre el registro. Escríbala otra vez; sin ella el contenido no "
        "se puede recuperar."
    )


def _read(ring: bytes) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(ring)
        if said["form"] != 1:
            raise RegisterDamaged(
                "El llavero del registro es de una versión más nueva: actualice el programa."
            )
    except (ValueError, KeyError, TypeError) as error:
        raise RegisterDamaged(
            "El llavero del registro está dañado: restaure una copia de respaldo."
        ) from error
    return said


def _slot(master: bytes, secret: Secret) -> dict[str, Any]:
    slot: dict[str, Any] = {"kind": secret.kind, "salt": _text(secrets.token_bytes(16))}
    if secret.kind == "passphrase":
        slot |= {"memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": LANES}
    return slot | {"master": _encrypted(_stretched(secret, slot), master)}


def _stretched(secret: Secret, slot: Mapping[str, Any]) -> bytes:
    salt = b64decode(slot["salt"])
    if secret.kind == "passphrase":
        return Argon2id(
            salt=salt,
            length=32,
            iterations=slot["passes"],
            lanes=slot["lanes"],
            memory_cost=slot["memory_kib"],
        ).derive(secret.value)
    return HKDF(hashes.SHA256(), 32, salt=salt, info=b"deslinde/key-file").derive(secret.value)


def _encrypted(key: bytes, content: bytes) -> str:
    nonce = secrets.token_bytes(12)
    return _text(nonce + AESGCM(key).encrypt(nonce, content, _AD))


def _decrypted(key: bytes, text: str) -> bytes:
    blob = b64decode(text)
    return AESGCM(key).decrypt(blob[:12], blob[12:], _AD)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
