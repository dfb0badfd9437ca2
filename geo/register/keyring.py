"""What opens a register: slots that each wrap the same keys, one for a passphrase or a key file.

The keyring lies in the database, since what it holds is wrapped. A passphrase goes through
argon2id (RFC 9106); a key file, which is random already, through HKDF. Neither is ever written,
logged or put in the environment: the environment may name the *file*, which must not lie beside
the database.
"""

import json
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from geo.errors import KeyRefused, RegisterDamaged
from geo.register.seal import Hidden, HiddenText, Keys, new_key

MEMORY_KIB, PASSES, LANES = 65_536, 3, 4
"""RFC 9106's second recommendation, for machines with little memory."""

MOST_MEMORY_KIB, MOST_PASSES = 1_048_576, 16
"""A keyring that asks for more was not written by this program."""

SHORTEST = 12
_AD = b"deslinde/keyring/1"


@dataclass(frozen=True, repr=False)
class Secret:
    """What the user holds: the words of a passphrase, or the bytes of a key file."""

    kind: str  # "passphrase" | "file"
    value: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", Hidden(self.value))

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

    def __post_init__(self) -> None:
        object.__setattr__(self, "identity", HiddenText(self.identity))
        object.__setattr__(self, "older", tuple(HiddenText(one) for one in self.older))

    def __repr__(self) -> str:
        return "Opened()"


def passphrase(words: str) -> Secret:
    """A passphrase as somebody typed it, the same on every keyboard (Unicode NFC).

    Raises KeyRefused where the terminal gave bytes that are no text.
    """
    try:
        return Secret("passphrase", unicodedata.normalize("NFC", words).strip().encode())
    except UnicodeEncodeError:
        # not as its cause: that error holds the words
        raise KeyRefused(
            "Esa frase no llegó como texto: ponga la terminal en UTF-8 y escríbala otra vez."
        ) from None


def new_passphrase(words: str) -> Secret:
    """The same for a new one. Raises KeyRefused where it is too short."""
    chosen = passphrase(words)
    if len(chosen.value.decode()) < SHORTEST:
        raise KeyRefused(
            f"Esa frase es muy corta: use por lo menos {SHORTEST} letras, mejor cinco palabras al "
            "azar."
        )
    return chosen


def fresh(identity: str) -> Opened:
    """New keys for a new register. identity: a fresh age identity."""
    key_id, key = new_key()
    return Opened(Keys(key_id, {key_id: key}), identity)


def wrap(opened: Opened, secrets_held: tuple[Secret, ...]) -> bytes:
    """The keyring as it lies in the database: a slot for each secret, under a master key of now."""
    if not secrets_held:
        raise KeyRefused("Un registro necesita una frase o un archivo de clave.")
    master = Hidden(secrets.token_bytes(32))
    said = {
        "form": 1,
        "slots": [_slot(master, secret) for secret in secrets_held],
        "content": _encrypted(master, _content(opened)),
    }
    return json.dumps(said, sort_keys=True).encode()


def unwrap(ring: bytes, secret: Secret) -> Opened:
    """The keys. Raises KeyRefused where no slot opens, RegisterDamaged where it is no keyring."""
    said = _read(ring)
    for slot in said["slots"]:
        master = _master(slot, secret)
        if master is None:
            continue
        try:
            return _opened(_decrypted(master, said["content"]))
        except InvalidTag as error:
            raise _damaged() from error
    raise KeyRefused(
        "Esa frase o esa clave no abre el registro. Escríbala otra vez; sin ella el contenido no "
        "se puede recuperar."
    )


def slots(ring: bytes) -> tuple[str, ...]:
    """The kinds of the secrets that open this keyring: it tells no more without one of them."""
    return tuple(slot["kind"] for slot in _read(ring)["slots"])


def check_whole(ring: bytes, held: Iterable[Secret]) -> None:
    """Raises KeyRefused unless every slot opens with one of these: none is to be left behind."""
    offered = tuple(held)
    for slot in _read(ring)["slots"]:
        if all(_master(slot, secret) is None for secret in offered):
            raise KeyRefused(
                "El registro se abre también con otra frase u otro archivo de clave: dé todos, o "
                "dejarían de abrirlo."
            )


def _read(ring: bytes) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(ring)
        form, content = said["form"], said["content"]
        whole = isinstance(content, str) and all(_is_slot(slot) for slot in said["slots"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged() from error
    if form != 1:
        raise RegisterDamaged(
            "El llavero del registro es de una versión más nueva: actualice el programa."
        )
    if not whole:
        raise _damaged()
    return said


def _is_slot(slot: Mapping[str, Any]) -> bool:
    """Whether this is a slot that this program wrote, and not one that asks for the moon."""
    bounded = slot["kind"] != "passphrase" or (
        slot["memory_kib"] <= MOST_MEMORY_KIB and slot["passes"] <= MOST_PASSES
    )
    return bounded and set(slot) >= {"salt", "master"} and slot["kind"] in ("passphrase", "file")


def _damaged() -> RegisterDamaged:
    return RegisterDamaged("El llavero del registro está dañado: restaure una copia de respaldo.")


def _content(opened: Opened) -> Hidden:
    said = {
        "current": _text(opened.keys.current),
        "keys": {_text(k): _text(v) for k, v in opened.keys.by_id.items()},
        "identity": opened.identity,
        "older": opened.older,
    }
    return Hidden(json.dumps(said, sort_keys=True).encode())


def _opened(content: Hidden) -> Opened:
    said = json.loads(content)
    keys = {b64decode(k): Hidden(b64decode(v)) for k, v in said["keys"].items()}
    return Opened(Keys(b64decode(said["current"]), keys), said["identity"], tuple(said["older"]))


def _slot(master: Hidden, secret: Secret) -> dict[str, Any]:
    slot: dict[str, Any] = {"kind": secret.kind, "salt": _text(secrets.token_bytes(16))}
    if secret.kind == "passphrase":
        slot |= {"memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": LANES}
    return slot | {"master": _encrypted(_stretched(secret, slot), master)}


def _master(slot: Mapping[str, Any], secret: Secret) -> Hidden | None:
    """The master key, where this secret opens this slot."""
    if slot["kind"] != secret.kind:
        return None
    try:
        return _decrypted(_stretched(secret, slot), slot["master"])
    except InvalidTag:
        return None


def _stretched(secret: Secret, slot: Mapping[str, Any]) -> Hidden:
    try:
        salt = b64decode(slot["salt"])
        if secret.kind == "passphrase":
            stretch = Argon2id(
                salt=salt,
                length=32,
                iterations=slot["passes"],
                lanes=slot["lanes"],
                memory_cost=slot["memory_kib"],
            )
            return Hidden(stretch.derive(secret.value))
    except (ValueError, TypeError, OverflowError) as error:
        raise _damaged() from error
    kdf = HKDF(hashes.SHA256(), 32, salt=salt, info=b"deslinde/key-file")
    return Hidden(kdf.derive(secret.value))


def _encrypted(key: Hidden, content: Hidden) -> str:
    nonce = secrets.token_bytes(12)
    return _text(nonce + AESGCM(key).encrypt(nonce, content, _AD))


def _decrypted(key: Hidden, text: str) -> Hidden:
    try:
        blob = b64decode(text)
        return Hidden(AESGCM(key).decrypt(blob[:12], blob[12:], _AD))
    except (ValueError, TypeError) as error:
        raise _damaged() from error


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
