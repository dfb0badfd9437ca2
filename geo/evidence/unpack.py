"""A bundle as a list of names and their bytes, from the zip or from the folder it was unpacked to.

Nothing of it is written to disk, and nothing in it chooses what is read: an archive that two
programs could read differently is refused. Our archives are stored, so an entry is a stretch of
the file and cannot swell; the stretches must follow one another without a gap from the first byte
to the directory, so nothing overlaps and nothing hides before, between or behind them.
"""

import hashlib
import json
import os
import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from geo.errors import BundleUnreadable
from geo.evidence import layout

PAYLOAD = "data/"
BAGIT = "bagit.txt"
BAG_INFO = "bag-info.txt"
HASHES = "manifest-sha256.txt"
TAG_HASHES = "tagmanifest-sha256.txt"
TAGS = (BAG_INFO, BAGIT, HASHES)
"""What the list of tags lists; it cannot list itself."""

_CHUNK = 2**20
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_END = struct.Struct("<4sHHHHLLH")
_UTF8 = 0x800
_ZIP64 = 1
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_UNPACK = "descomprímalo y compruebe la carpeta"


@dataclass(frozen=True)
class Bundle:
    """An opened bundle. names: every file, relative to the bag, in the order of the archive.

    bag: the name of its folder. entries: the zip's own records in the order of `names`, empty
    where an unpacked folder is read.
    """

    path: Path
    bag: str
    names: tuple[str, ...]
    sizes: Mapping[str, int]
    entries: tuple[zipfile.ZipInfo, ...]
    starts: Mapping[str, int] = field(repr=False)

    @property
    def zipped(self) -> bool:
        """Whether an archive is read, and not a folder."""
        return bool(self.entries)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of one file, piece by piece. Raises BundleUnreadable where it is not there."""
        if name not in self.sizes:
            raise BundleUnreadable(f"El paquete «{self.path.name}» no tiene «{name}».")
        left = self.sizes[name]
        path = self.path if self.zipped else self.path.joinpath(*name.split("/"))
        with path.open("rb") as opened:
            opened.seek(self.starts[name])
            while left:
                chunk = opened.read(min(_CHUNK, left))
                if not chunk:
                    raise BundleUnreadable(f"«{name}» cambió mientras se leía: vuelva a intentar.")
                left -= len(chunk)
                yield chunk

    def read(self, name: str) -> bytes:
        """The bytes of one file, for example «data/anexo.pdf»."""
        return b"".join(self.chunks(name))

    def sha256(self, name: str) -> str:
        """The SHA-256 of one file, in hexadecimal."""
        digest = hashlib.sha256()
        for chunk in self.chunks(name):
            digest.update(chunk)
        return digest.hexdigest()

    def below(self, folder: str) -> tuple[str, ...]:
        """The files below a folder of the bag, sorted."""
        return tuple(sorted(name for name in self.names if name.startswith(f"{folder}/")))


def opened(path: Path) -> Bundle:
    """The bundle at `path`, a zip or a folder.

    Raises BundleUnreadable, in one sentence, where it is no bundle, is of a newer form, or is an
    archive that leaves its folder, swells, hides something or can be read in two ways.
    """
    if path.is_dir():
        bundle = _of_folder(path)
    elif path.is_file():
        bundle = _of_zip(path)
    else:
        raise BundleUnreadable(f"No existe «{path}»: indique un paquete .zip o su carpeta.")
    form = _form(bundle)
    if form > layout.FORM:
        raise BundleUnreadable(
            f"«{path.name}» se hizo con una versión más nueva del programa (forma {form}; esta "
            f"lee hasta la {layout.FORM}): actualice deslinde."
        )
    return bundle


def said(content: bytes) -> Any:
    """A JSON text as Python, None where it is none: whoever asks says what that means."""
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def _form(bundle: Bundle) -> int:
    name = f"{PAYLOAD}{layout.MANIFEST}"
    if name not in bundle.sizes:
        return 0
    manifest = said(bundle.read(name))
    form = manifest.get("form") if isinstance(manifest, dict) else 0
    return form if isinstance(form, int) else 0


def _of_folder(folder: Path) -> Bundle:
    inside = sorted(folder.iterdir())
    if not (folder / BAGIT).exists() and not (folder / "data").exists() and len(inside) == 1:
        folder = inside[0]
    names = []
    for where, folders, files in os.walk(folder, onerror=_raise):
        for name in (*folders, *files):
            path = Path(where, name)
            mode = path.lstat().st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                raise _refused(folder, f"«{name}» es un enlace o no es un archivo")
            if stat.S_ISREG(mode):
                names.append(path.relative_to(folder).as_posix())
    ordered = sorted(names)
    _check_names(folder, ordered)
    _check_bag(folder, ordered)
    sizes = {name: folder.joinpath(*name.split("/")).stat().st_size for name in ordered}
    return Bundle(
        folder, folder.resolve().name, tuple(ordered), sizes, (), dict.fromkeys(ordered, 0)
    )


def _raise(error: OSError) -> None:
    raise error


def _of_zip(path: Path) -> Bundle:
    with path.open("rb") as raw:
        _check_end(path, raw)
        try:
            with zipfile.ZipFile(raw) as archive:
                entries = tuple(archive.infolist())
                directory = archive.start_dir
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise _refused(path, "no es un zip, o está cortado") from error
        for entry in entries:
            _check_entry(path, entry)
        _check_names(path, [entry.filename for entry in entries])
        starts = _starts(path, raw, entries, directory)
    tops = sorted({entry.filename.split("/")[0] for entry in entries})
    if len(tops) != 1 or any("/" not in entry.filename for entry in entries):
        raise _refused(path, f"debe tener una sola carpeta arriba y tiene {_few(tops)}")
    bag = tops[0]
    names = tuple(entry.filename.removeprefix(f"{bag}/") for entry in entries)
    _check_bag(path, names)
    return Bundle(
        path,
        bag,
        names,
        {name: entry.file_size for name, entry in zip(names, entries, strict=True)},
        entries,
        dict(zip(names, starts, strict=True)),
    )


def _check_end(path: Path, raw: BinaryIO) -> None:
    """The archive ends where its directory ends: no comment, nothing behind it."""
    size = raw.seek(0, os.SEEK_END)
    raw.seek(max(size - _END.size, 0))
    last = raw.read(_END.size)
    if len(last) < _END.size or not last.startswith(b"PK\x05\x06") or last.endswith(b"PK\x05\x06"):
        raw.seek(max(size - 2**16, 0))
        if b"PK\x05\x06" in raw.read():
            raise _refused(path, "está cortado, o trae datos o un comentario detrás")
        raise _refused(path, "no es un zip, o está cortado")
    _, disk, first, here, entries, _, _, comment = _END.unpack(last)
    if comment or disk != first or here != entries:
        raise _refused(path, "su final no es el de un zip de una sola pieza y sin comentario")
    raw.seek(0)


def _check_entry(path: Path, entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if entry.flag_bits & 0x1:
        raise _refused(path, f"«{_shown(name)}» está cifrado")
    if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
        raise _refused(
            path, f"«{_shown(name)}» está comprimido, y un paquete no comprime nada: {_UNPACK}"
        )
    if entry.is_dir():
        raise _refused(path, f"«{_shown(name)}» es una carpeta como entrada: {_UNPACK}")
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise _refused(path, f"«{_shown(name)}» es un enlace o no es un archivo")
    plain = not (entry.flag_bits & ~_UTF8) and (entry.flag_bits & _UTF8 or name.isascii())
    if not plain or entry.filename != name or entry.comment or entry.volume:
        raise _refused(path, f"«{_shown(name)}» no está escrito en la forma de un paquete")
    if not _only_zip64(entry.extra):
        raise _refused(path, f"«{_shown(name)}» trae campos que pueden darle otro nombre")


def _only_zip64(extra: bytes) -> bool:
    """Whether an extra field says sizes above 4 GiB and nothing else."""
    if not extra:
        return True
    if len(extra) < 4:
        return False
    kind, size = struct.unpack_from("<HH", extra)
    return bool(kind == _ZIP64 and size == len(extra) - 4)


def _check_names(path: Path, names: Sequence[str]) -> None:
    """No name leaves its folder, and no two are one on some disk."""
    met: dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        if (
            any(part in ("", ".", "..") for part in parts)
            or "\\" in name
            or _CONTROL.search(name)
            or any(_DRIVE.match(part) for part in parts)
        ):
            raise _refused(path, f"la ruta «{_shown(name)}» sale de su carpeta")
        same = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", name).casefold())
        if same in met:
            raise _refused(
                path, f"«{_shown(met[same])}» y «{_shown(name)}» son el mismo nombre en algún disco"
            )
        met[same] = name
    folders = {
        "/".join(name.split("/")[:end]) for name in names for end in range(1, name.count("/") + 1)
    }
    both = sorted(folders & set(names))
    if both:
        raise _refused(path, f"«{_shown(both[0])}» es archivo y carpeta a la vez")


def _starts(
    path: Path, raw: BinaryIO, entries: Sequence[zipfile.ZipInfo], directory: int
) -> tuple[int, ...]:
    """Where the bytes of each entry begin, once the entries fill the file without a gap."""
    expected = 0
    starts = []
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset != expected:
            raise _refused(path, "trae datos delante o en medio, o entradas que se pisan")
        raw.seek(expected)
        header = raw.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise _refused(path, "no es un zip, o está cortado")
        _, needed, flags, method, *written, packed, size, name_size, extra_size = _LOCAL.unpack(
            header
        )
        name, extra = raw.read(name_size), raw.read(extra_size)
        here = entry.orig_filename.encode("utf-8")
        long = extra_size and _only_zip64(extra)
        if (
            name != here
            or (extra_size and not long)
            or (needed, flags, method, *written) != _told(entry)
            or (not long and (packed, size) != (entry.file_size, entry.file_size))
        ):
            raise _refused(
                path,
                f"«{_shown(entry.orig_filename)}» dice una cosa en su sitio y otra en el índice",
            )
        starts.append((entry, expected + _LOCAL.size + name_size + extra_size))
        expected = starts[-1][1] + entry.file_size
    if expected != directory:
        raise _refused(path, "trae datos entre sus archivos y su índice, o está cortado")
    found = {id(entry): start for entry, start in starts}
    return tuple(found[id(entry)] for entry in entries)


def _told(entry: zipfile.ZipInfo) -> tuple[int, ...]:
    """What the index says of an entry, as it must stand before its bytes too."""
    year, month, day, hour, minute, second = entry.date_time
    return (
        entry.extract_version,
        entry.flag_bits,
        entry.compress_type,
        hour << 11 | minute << 5 | second // 2,
        (year - 1980) << 9 | month << 5 | day,
        entry.CRC,
    )


def _check_bag(path: Path, names: Sequence[str]) -> None:
    if not {BAGIT, HASHES, f"{PAYLOAD}{layout.MANIFEST}"} & set(names):
        raise _refused(path, "no trae un paquete (faltan bagit.txt y la carpeta data/)")


def _refused(path: Path, why: str) -> BundleUnreadable:
    return BundleUnreadable(f"«{path.name}» no se puede comprobar: {why}.")


def _shown(name: str) -> str:
    """A name from a stranger's archive, fit to stand in a sentence."""
    return "".join(letter if letter.isprintable() else "�" for letter in name[:120])


def _few(names: Sequence[str]) -> str:
    return ", ".join(f"«{_shown(name)}»" for name in names[:3]) or "ninguna"
