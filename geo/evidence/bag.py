"""A folder as a BagIt bag (RFC 8493), and a bag as a zip of which there is one.

The tag files are written here, because the bagit library changes the working folder of the whole
process while it writes, and a server does many things at once; the library checks each bag.
"""

import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import bagit

from geo.errors import StageBroken
from geo.home import sha256_of

_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16
_CHUNK = 2**20

_NOT_SAFE = re.compile(r"[^A-Za-z0-9._-]+")


def safe(text: str, most: int = 60) -> str:
    """A text as a part of a file's name on any disk: ASCII letters, figures, dots and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _NOT_SAFE.sub("-", plain).strip("-.")[:most].strip("-.") or "x"


def tag(folder: Path, about: Mapping[str, str]) -> None:
    """Makes a bag of a folder that holds `data/`: its lists of SHA-256 and `bag-info.txt`.

    Raises StageBroken where the bagit library does not take the result for a bag.
    """
    payload = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in payload)
    info = {**about, "Payload-Oxum": f"{size}.{len(payload)}"}
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{name}: {info[name]}\n" for name in sorted(info)),
        "manifest-sha256.txt": _hashes(folder, payload),
    }
    for name, text in tags.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    listed = _hashes(folder, (folder / name for name in sorted(tags)))
    (folder / "tagmanifest-sha256.txt").write_bytes(listed.encode("utf-8"))
    try:
        bagit.Bag(str(folder)).validate()
    except bagit.BagError as error:
        raise StageBroken(f"el paquete no es una bolsa BagIt: {error}") from error


def stored(folder: Path, path: Path) -> None:
    """Writes a folder as a zip: nothing compressed, every entry of one date, in order of names.

    Compressed bytes would depend on the version of zlib.
    """
    files = {one.relative_to(folder.parent).as_posix(): one for one in folder.rglob("*")}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            if not files[name].is_file():
                continue
            entry = zipfile.ZipInfo(name, _FIRST_DAY_OF_ZIP)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            entry.file_size = files[name].stat().st_size
            with files[name].open("rb") as read, archive.open(entry, "w") as written:
                shutil.copyfileobj(read, written, _CHUNK)


def _hashes(folder: Path, paths: Iterable[Path]) -> str:
    """Lines as `sha256sum -c` reads them."""
    return "".join(f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths)
