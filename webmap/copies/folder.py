"""The folder of a copy: made beside the old one, which it replaces whole; sealed with its sums."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geo.errors import CopyFailed, CopyRefused
from geo.home import replaced_folder, sha256_of
from webmap.web import HEADERS

MARK = "copia.json"
"""What a copy of ours is known by, and what it says of itself."""

SUMS = "SHA256SUMS"
README = "LEAME.txt"


@contextmanager
def filled(folder: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of `folder` when it is whole.

    Raises CopyRefused where `folder` is a file, or holds what no copy of ours left there;
    CopyFailed where the disk is full or may not be written to.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise CopyRefused(f"«{folder}» no es una carpeta: elija otro lugar.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise CopyRefused(
            f"«{folder}» tiene archivos que no son una copia de este sitio: elija una carpeta "
            "nueva o vacía."
        )
    try:
        with replaced_folder(folder) as temporary:
            yield temporary
    except OSError as error:
        raise CopyFailed(
            f"No se pudo escribir en «{folder}» ({error.strerror}): revise el espacio libre y los "
            "permisos, o elija otro lugar."
        ) from error


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files by their names, with slashes."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def seal(folder: Path, told: Mapping[str, Any]) -> int:
    """Writes what the copy says of itself, and the SHA-256 of every file; gives their bytes."""
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    put(folder, {MARK: f"{text}\n".encode()})
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    put(folder, {SUMS: "".join(sums).encode("utf-8")})
    return sum(path.stat().st_size for path in files)


def headers() -> str:
    """The headers that a web server should send, a line each."""
    return "\n".join(f"  {name}: {value}" for name, value in HEADERS.items())
