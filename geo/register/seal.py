"""One sealed blob per row: AES-256-GCM, bound to its table, row and revision. Pure but for chance.

A blob is  form (1 byte) | key id (8) | nonce (12) | ciphertext and tag. The additional data are
form, key id, table, row and revision, so that a blob moved to another row does not open. What is
sealed is padded to whole 256 bytes, so that the length of a blob tells little. Nonces are random:
2³² seals under one key are the limit of NIST SP 800-38D, far above any register.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from geo.errors import SealBroken

_FORM = b"\x01"
_KEY_ID = 8
_NONCE = 12
_BLOCK = 256


class Hidden(bytes):
    """Bytes that no trace shows: not even one that prints the values of local names."""

    def __repr__(self) -> str:
        return "Hidden()"


class HiddenText(str):
    """A text that no trace shows."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "HiddenText()"


@dataclass(frozen=True, repr=False)
class Keys:
    """The open keys of a register: the current one, and those that older rows lie under.

    It has no repr that shows them: a trace or a log never holds a key.
    """

    current: bytes
    by_id: Mapping[bytes, bytes]

    def __repr__(self) -> str:
        return f"Keys({len(self.by_id)})"

    @cached_property
    def _ciphers(self) -> dict[bytes, AESGCM]:
        return {key_id: AESGCM(key) for key_id, key in self.by_id.items()}

    def cipher(self, key_id: bytes) -> AESGCM | None:
        """The cipher of one key, None where it is not among these."""
        return self._ciphers.get(key_id)

    def derived(self, purpose: str, size_bytes: int = 32) -> bytes:
        """A key for one purpose, from the current one (HKDF-SHA256, RFC 5869)."""
        kdf = HKDF(hashes.SHA256(), size_bytes, salt=None, info=f"deslinde/{purpose}".encode())
        return Hidden(kdf.derive(self.by_id[self.current]))


def new_key() -> tuple[bytes, bytes]:
    """A fresh key and its random id."""
    return secrets.token_bytes(_KEY_ID), Hidden(secrets.token_bytes(32))


def seal(keys: Keys, content: bytes, table: str, row: str, revision: int) -> bytes:
    """`content` as the blob of one row."""
    head = _FORM + keys.current
    nonce = secrets.token_bytes(_NONCE)
    cipher = AESGCM(keys.by_id[keys.current])
    return (
        head + nonce + cipher.encrypt(nonce, _padded(content), _bound(head, table, row, revision))
    )


def open_seal(keys: Keys, blob: bytes, table: str, row: str, revision: int) -> bytes:
    """What a row's blob holds. Raises SealBroken where it is not what was sealed for this row."""
    head, nonce = blob[: 1 + _KEY_ID], blob[1 + _KEY_ID : 1 + _KEY_ID + _NONCE]
    cipher = keys.cipher(head[1:]) if head[:1] == _FORM else None
    if cipher is None:
        raise SealBroken(
            f"Una fila de «{table}» está sellada con una clave que no está aquí: abra el registro "
            "con la clave con la que se escribió, o restaure una copia de respaldo."
        )
    try:
        padded = cipher.decrypt(
            nonce, blob[1 + _KEY_ID + _NONCE :], _bound(head, table, row, revision)
        )
    except (InvalidTag, ValueError) as error:
        raise SealBroken(
            f"Una fila de «{table}» fue cambiada o movida fuera del programa: no se muestra. "
            "Restaure una copia de respaldo y compare."
        ) from error
    return _bare(padded)


def key_of(blob: bytes) -> bytes:
    """The id of the key under which a blob lies."""
    return blob[1 : 1 + _KEY_ID]


def _bound(head: bytes, table: str, row: str, revision: int) -> bytes:
    return head + b"\x00".join((table.encode(), row.encode(), str(revision).encode()))


def _padded(content: bytes) -> bytes:
    size = len(content).to_bytes(4, "big")
    return size + content + bytes(-(len(content) + 4) % _BLOCK)


def _bare(padded: bytes) -> bytes:
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]
