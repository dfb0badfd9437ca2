"""The desk's lasting keys: one random root, sealed in the register, and what is derived from it.

What accounts rest on (second factors, the pepper of passwords, names) must open after the
register's key was changed, so it hangs on this root, which is sealed like any other row. Sessions
hang on the register's own key: they end when it changes.
"""

import secrets
from base64 import b64decode, b64encode
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from geo.register import store
from geo.register.lists import Noun
from geo.register.store import Register, Writing

_ROW = "desk"
_CODED = "accounts-have-codes"


def root_of(register: Register, now: datetime) -> bytes:
    """The root key, made on first use."""
    kept = store.get(register, Noun.DESK, _ROW)
    if kept is not None:
        return b64decode(kept.content["root"])
    root = secrets.token_bytes(32)
    with store.writing(register, "desk", now) as txn:
        made = {"root": b64encode(root).decode(), _CODED: "yes"}
        store.put(txn, Noun.DESK, made, id=_ROW)
    return root


def accounts_have_codes(register: Register) -> bool:
    """Whether every account has its code (`account_seals`); said under seal, or it would be moot.

    Where it is so, one without a code was put there by somebody else.
    """
    kept = store.get(register, Noun.DESK, _ROW)
    return kept is not None and _CODED in kept.content


def note_codes(txn: Writing) -> None:
    """Says so, in the transaction that gave the codes."""
    kept = store.get(txn, Noun.DESK, _ROW)
    if kept is not None:
        made = {**kept.content, _CODED: "yes"}
        store.put(txn, Noun.DESK, made, id=_ROW, read=kept.revision)


def derived(root: bytes, purpose: str, size_bytes: int = 32) -> bytes:
    """A key for one purpose (HKDF-SHA256, RFC 5869)."""
    kdf = HKDF(hashes.SHA256(), size_bytes, salt=None, info=f"deslinde/desk/{purpose}".encode())
    return kdf.derive(root)
