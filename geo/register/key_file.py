"""A key file: 32 random bytes in hexadecimal, which must not lie where the register lies.

Whoever takes the machine's state, or a copy of it, must not take the key along. So a key file
that lies in the register's folder, beside its database or anywhere in DESLINDE_HOME is refused,
and so is one that somebody else on the machine may read.
"""

import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

from geo.errors import KeyRefused
from geo.register.keyring import Secret
from geo.register.seal import Hidden

SIZE_BYTES = 32


def read(path: Path, kept_apart: Iterable[Path]) -> Secret:
    """What a key file holds. kept_apart: folders in which it must not lie, at any depth.

    Raises KeyRefused where it lies there, is readable by others, or is no key.
    """
    _apart(path, kept_apart)
    try:
        others = stat.S_IMODE(path.stat().st_mode) & 0o077
        said = Hidden(path.read_bytes())
    except OSError as error:
        raise KeyRefused(
            f"No se puede leer el archivo de clave «{path}»: conecte el medio donde está, o "
            "corrija DESLINDE_REGISTER_KEY_FILE."
        ) from error
    if others and os.name == "posix":
        raise KeyRefused(
            f"Otras personas de esta máquina pueden leer el archivo de clave «{path}»: quíteles el "
            "permiso con «chmod 600»."
        )
    try:
        value = Hidden(bytes.fromhex(said.decode("ascii").strip()))
    except ValueError:
        value = Hidden()
    if len(value) != SIZE_BYTES:
        raise KeyRefused(
            f"«{path}» no es un archivo de clave: debe tener {SIZE_BYTES} bytes al azar escritos "
            "en hexadecimal. Haga uno con «deslinde register init --new-key-file»."
        )
    return Secret("file", Hidden(value))


def make(path: Path, kept_apart: Iterable[Path]) -> Secret:
    """Writes a new key file, for its owner alone, and reads it back.

    Raises KeyRefused where a file is there already, or where it must not lie.
    """
    kept_apart = tuple(kept_apart)
    _apart(path, kept_apart)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyRefused(
            f"Ya hay un archivo «{path}»: no se toca. Elija otro nombre, o úselo tal cual."
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_hex(SIZE_BYTES).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return read(path, kept_apart)


def _apart(path: Path, kept_apart: Iterable[Path]) -> None:
    real = path.resolve()
    for folder in kept_apart:
        if real.is_relative_to(folder.resolve()):
            raise KeyRefused(
                f"El archivo de clave «{path}» está junto a lo que abre («{folder}»): quien se "
                "lleve una cosa se llevaría la otra. Guárdelo en otro lugar, mejor en una "
                "memoria USB."
            )
