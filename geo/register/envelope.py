"""An encrypted file of any size, with a passphrase or for somebody's age key.

The first line says what it is and how long the second part is. The second part is an age file that
holds a key of this file alone, under the passphrase (scrypt) or for the age recipient. The rest is
an age file for that key. So the whole can be written and read as a stream, which age's passphrases
alone do not allow here, and every byte is under a check. Without this program: cut the file there
and give both parts to `age`, then `tar`.

Source: age-encryption.org/v1 (C2SP).
"""

import re
from pathlib import Path
from typing import IO, Protocol

import pyrage

from geo.errors import BackupUnreadable, KeyRefused
from geo.register.keyring import Secret

FORM = 1
_LINE = re.compile(rb"deslinde-backup (\d{1,6}) (\d{6})\n")
_LINE_BYTES = 80

WORDS = "passphrase"
RECIPIENT = "recipient"
"""A lock: an age recipient, age1…. Whoever makes the file cannot read it again."""

IDENTITY = "identity"
"""What opens it: the age identity, AGE-SECRET-KEY-1…, of that recipient."""


class Source(Protocol):
    """What is read while it is encrypted."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        ...


class Sink(Protocol):
    """What is written to while it is decrypted."""

    def write(self, piece: bytes, /) -> int:
        """Takes the next bytes."""
        ...

    def flush(self) -> None:
        """Takes what waits."""
        ...


def write(out: IO[bytes], lock: Secret, source: Source) -> pyrage.x25519.Identity:
    """Everything that `source` gives, encrypted; gives the key of this file alone.

    lock: a passphrase, or an age recipient. Raises KeyRefused where it is neither.
    """
    own = pyrage.x25519.Identity.generate()
    key = _locked(str(own).encode(), lock)
    out.write(b"deslinde-backup %d %06d\n" % (FORM, len(key)))
    out.write(key)
    pyrage.encrypt_io(source, out, [own.to_public()])
    return own


def unlock(path: Path, secret: Secret) -> pyrage.x25519.Identity:
    """The key of this file alone.

    secret: its passphrase, or the age identity of its recipient. Raises BackupUnreadable where
    the file is none of ours, is of a newer form, or does not open.
    """
    with path.open("rb") as file:
        return _unlocked(_key_part(file, path.name), secret, path.name)


def read(path: Path, own: pyrage.x25519.Identity, sink: Sink) -> None:
    """Everything that the file holds, written to `sink`.

    What `sink` got is to be believed only when this returns: the end of the file is what shows
    that it was not cut. Raises BackupUnreadable where it is cut short or was changed.
    """
    with path.open("rb") as file:
        _key_part(file, path.name)
        try:
            pyrage.decrypt_io(file, sink, [own])
        except (pyrage.DecryptError, OSError) as error:
            # an error of the disk carries a number, age's own does not
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise BackupUnreadable(
                f"«{path.name}» está cortada o fue cambiada: no se usó nada de ella. Elija otra "
                "copia."
            ) from error


def _key_part(file: IO[bytes], name: str) -> bytes:
    line = _LINE.fullmatch(file.readline(_LINE_BYTES))
    if line is None:
        raise BackupUnreadable(
            f"«{name}» no es una copia de respaldo del registro, o está dañada: elija otra."
        )
    if int(line[1]) != FORM:
        raise BackupUnreadable(f"«{name}» es de una versión más nueva: actualice el programa.")
    return file.read(int(line[2]))


def _locked(key: bytes, lock: Secret) -> bytes:
    if lock.kind == WORDS:
        return bytes(pyrage.passphrase.encrypt(key, lock.value.decode()))
    try:
        recipient = pyrage.x25519.Recipient.from_str(lock.value.decode())
    except (pyrage.RecipientError, UnicodeDecodeError) as error:
        raise KeyRefused(
            "Eso no es un destinatario de age: empieza con «age1». Se hace con «age-keygen»."
        ) from error
    return bytes(pyrage.encrypt(key, [recipient]))


def _unlocked(key: bytes, secret: Secret, name: str) -> pyrage.x25519.Identity:
    try:
        if secret.kind == WORDS:
            own = pyrage.passphrase.decrypt(key, secret.value.decode())
        else:
            held = pyrage.x25519.Identity.from_str(secret.value.decode().strip())
            own = pyrage.decrypt(key, [held])
        return pyrage.x25519.Identity.from_str(own.decode())
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError, OSError) as error:
        raise BackupUnreadable(
            f"«{name}» no se abre con esa frase o esa clave, o está dañada: escríbala otra vez. Es "
            "la de la copia, no la del registro."
        ) from error
