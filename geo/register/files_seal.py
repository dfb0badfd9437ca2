"""Files of the register as age files: for the identity in force, readable with older ones too.

While a change of keys runs, some files still lie under the identity before it: the keyring keeps
that one until none of them is left, so that every file opens at every moment.
"""

import pyrage

from geo.errors import SealBroken
from geo.register.keyring import Opened


def seal_bytes(opened: Opened, content: bytes) -> bytes:
    """`content` as an age file for the register's own identity."""
    recipient = pyrage.x25519.Identity.from_str(opened.identity).to_public()
    sealed: bytes = pyrage.encrypt(content, [recipient])
    return sealed


def open_bytes(opened: Opened, blob: bytes) -> bytes:
    """What an age file holds. Raises SealBroken where no identity of the register opens it."""
    return _decrypted(blob, (opened.identity, *opened.older))


def is_current(opened: Opened, blob: bytes) -> bool:
    """Whether a file opens with the identity in force."""
    try:
        _decrypted(blob, (opened.identity,))
    except SealBroken:
        return False
    return True


def _decrypted(blob: bytes, identities: tuple[str, ...]) -> bytes:
    held = [pyrage.x25519.Identity.from_str(identity) for identity in identities]
    try:
        content: bytes = pyrage.decrypt(blob, held)
    except pyrage.DecryptError as error:
        raise SealBroken(
            "Un archivo sellado fue cambiado, está cortado o es de otro registro: no se muestra. "
            "Restaure una copia de respaldo."
        ) from error
    return content
