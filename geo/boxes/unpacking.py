"""A file as all the bytes that somebody could get out of it.

Archives, compressed streams at any place in a file, databases, tables, PDF streams, what a photo
says of where it was taken, and runs of base64 or hexadecimal are opened, within one another too.
What is not opened: what needs a password, a picture's own content, and formats that are not named
here (their bytes are still looked at as they are).
"""

import base64
import binascii
import hashlib
import io
import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pikepdf
import pyarrow
import pyarrow.parquet
from PIL import Image, UnidentifiedImageError

DEEPEST = 5
LARGEST = 256 * 2**20
"""Bytes of one stream: what unfolds further is cut, and said so by `where`."""

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-](?:[A-Za-z0-9+/_-]|\r?\n[A-Za-z0-9+/_-]){15,}={0,2}")
_SUM = re.compile(rb"[0-9a-fA-F]{32,}")
"""Hexadecimal, as sums are written: read as that and not as base64."""
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}[ :]?){12,}")
_PERCENT = re.compile(rb"%[0-9a-fA-F]{2}")
_WIDE = re.compile(
    rb"(?:[\t\n\r\x20-\x7e\xa0-\xff]\x00{1,3}){4,}|(?:\x00{1,3}[\t\n\r\x20-\x7e\xa0-\xff]){4,}"
)
_STREAM = re.compile(rb"\x1f\x8b\x08|[\x08\x18\x28\x38\x48\x58\x68\x78][\x01\x5e\x9c\xda]")
_SHORTEST_TEXT = 6
_TEXT = re.compile(
    rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}"
    rb"|(?<=[A-Za-z ])[\xc0-\xff](?=[A-Za-z ])){%d,}" % _SHORTEST_TEXT
)
_GPS, _EXIF = 0x8825, 0x8769


@dataclass(frozen=True)
class Piece:
    """Bytes, and how they were come by: a file's name, then each step inwards after a «›»."""

    where: str
    raw: bytes


def of_folder(folder: Path) -> Iterator[Piece]:
    """Every file of a folder, its name too, and all that is within it; what is alike once."""
    known: set[bytes] = set()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        yield Piece(f"{name} (nombre)", name.encode("utf-8", "surrogateescape"))
        if path.is_file():
            yield from pieces(name, path.read_bytes(), known)


def pieces(
    where: str, raw: bytes, known: set[bytes] | None = None, depth: int = 0
) -> Iterator[Piece]:
    """The bytes themselves, and what is within them; of an archive what is beside its members.

    known: digests of what was opened before, which is not opened again; added to.
    """
    known = set() if known is None else known
    digest = hashlib.sha256(raw).digest()
    if digest in known:
        return
    known.add(digest)
    members, raw = _members(raw)
    yield Piece(where, raw)
    for number, member in enumerate(members):
        yield from pieces(f"{where} › zip {number}", member, known, depth + 1)
    if depth < DEEPEST and raw:
        for name, opened in _OPENERS.items():
            for number, inner in enumerate(opened(raw)):
                if inner:
                    yield from pieces(f"{where} › {name} {number}", inner, known, depth + 1)


def readable(raw: bytes) -> bytes:
    """A text as it is; of anything else the runs that could be text, a line each, as UTF-8."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return b"\n".join(_as_utf8(run) for run in _TEXT.findall(raw))
    if text.isprintable() or "\0" not in text:
        return raw
    return b"\n".join(_as_utf8(run) for run in _TEXT.findall(raw))


def _as_utf8(run: bytes) -> bytes:
    try:
        run.decode("utf-8")
    except UnicodeDecodeError:
        return run.decode("latin-1").encode()
    return run


def _members(raw: bytes) -> tuple[list[bytes], bytes]:
    """What the members of a zip hold, and the bytes of the archive that are in none of them.

    Bytes that are no zip have no members; a member that needs a password stays where it is.
    """
    if b"PK\x05\x06" not in raw:
        return [], raw
    members, beside, reached = [], [], 0
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for entry in sorted(archive.infolist(), key=lambda one: one.header_offset):
                if entry.flag_bits & 1 or entry.file_size > LARGEST:
                    continue
                with archive.open(entry) as opened:
                    members.append(opened.read(LARGEST))
                # the sizes of name and extra field stand at 26 of the member's own header
                head = raw[entry.header_offset : entry.header_offset + 30]
                start = entry.header_offset + 30 + sum(struct.unpack("<2H", head[26:30]))
                beside.append(raw[reached:start])
                reached = start + entry.compress_size
    except (OSError, ValueError, EOFError, NotImplementedError, RuntimeError, *_DAMAGED):
        return [], raw
    return members, b"\n".join((*beside, raw[reached:]))


_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error)


def _streams(raw: bytes) -> Iterator[bytes]:
    """gzip and zlib wherever they begin: in PDFs, tiles, pictures, or behind other bytes."""
    reached = 0
    whole = memoryview(raw)
    for found in _STREAM.finditer(raw):
        start = found.start()
        if start < reached:
            continue
        window = 31 if raw[start] == 0x1F else 15
        if window == 15 and int.from_bytes(raw[start : start + 2], "big") % 31:
            continue
        unfolding = zlib.decompressobj(window)
        try:
            inner = unfolding.decompress(whole[start:], LARGEST)
        except zlib.error:
            continue
        if inner:
            reached = len(raw) - len(unfolding.unused_data) if unfolding.eof else start
            yield inner


def _database(raw: bytes) -> Iterator[bytes]:
    """Every value of every table: texts together, each blob alone."""
    if not raw.startswith(b"SQLite format 3\0"):
        return
    connection = sqlite3.connect(":memory:")
    connection.text_factory = bytes
    try:
        connection.deserialize(raw)
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master")]
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
        yield b"\n".join(names)
        for (table,) in connection.execute(tables).fetchall():
            quoted = table.decode().replace('"', '""')
            rows = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608
            yield b"\n".join(b" ".join(map(_value, row)) for row in rows)
    except (sqlite3.Error, UnicodeDecodeError):
        return
    finally:
        connection.close()


def _value(said: object) -> bytes:
    return said if isinstance(said, bytes) else repr(said).encode()


def _parquet(raw: bytes) -> Iterator[bytes]:
    if not (raw.startswith(b"PAR1") and raw.endswith(b"PAR1")):
        return
    try:
        table = pyarrow.parquet.read_table(io.BytesIO(raw))
    except (pyarrow.ArrowException, OSError):
        return
    metadata = table.schema.metadata or {}
    yield b"\n".join(b"%s %s" % pair for pair in metadata.items())
    columns = [column.to_pylist() for column in table.itercolumns()]
    binary = [column for column in columns if any(isinstance(v, bytes) for v in column)]
    yield b"\n".join(v for column in binary for v in column if isinstance(v, bytes))
    plain = [column for column in columns if not any(isinstance(v, bytes) for v in column)]
    yield "\n".join(" ".join(map(str, row)) for row in zip(*plain, strict=True)).encode()


def _pdf(raw: bytes) -> Iterator[bytes]:
    """Streams by whatever filter, and every text of the document's objects."""
    if raw.lstrip()[:5] != b"%PDF-":
        return
    try:
        with pikepdf.open(io.BytesIO(raw)) as document:
            for found in document.objects:
                if isinstance(found, pikepdf.Stream):
                    yield _filtered(found)
            told = [f"{key} {value!s}" for key, value in document.docinfo.items()]
            yield "\n".join(told).encode("utf-8", "replace")
    except pikepdf.PdfError:
        return


def _filtered(stream: pikepdf.Stream) -> bytes:
    try:
        return bytes(stream.read_bytes())
    except pikepdf.PdfError:
        return bytes(stream.read_raw_bytes())


def _photo(raw: bytes) -> Iterator[bytes]:
    """What a picture says of itself; its place as degrees with seven decimals."""
    try:
        with Image.open(io.BytesIO(raw)) as picture:
            exif = picture.getexif()
            told = [str(value) for value in (*exif.values(), *exif.get_ifd(_EXIF).values())]
            told += [str(value) for value in picture.info.values()]
            place = exif.get_ifd(_GPS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return
    told += [_degrees(value) for value in place.values()]
    yield "\n".join(told).encode("utf-8", "replace")


def _degrees(value: object) -> str:
    if isinstance(value, tuple) and len(value) == 3:
        d, m, s = (float(one) for one in value)
        return f"{d + m / 60 + s / 3600:.7f}"
    return str(value)


def _base64(raw: bytes) -> Iterator[bytes]:
    """All runs of base64 of a file together; a run may begin with letters that are not of it."""
    made = []
    for found in _BASE64.finditer(readable(raw)):
        if _SUM.fullmatch(found.group()):
            continue
        run = re.sub(rb"[\r\n=]", b"", found.group()).translate(bytes.maketrans(b"-_", b"+/"))
        for skipped in range(4):
            part = run[skipped:]
            try:
                made.append(base64.b64decode(part[: len(part) // 4 * 4] + _padding(part)))
            except (binascii.Error, ValueError):
                continue
    yield b"\n".join(made)


def _padding(part: bytes) -> bytes:
    rest = len(part) % 4
    return part[-rest:] + b"=" * (4 - rest) if rest > 1 else b""


def _hexadecimal(raw: bytes) -> Iterator[bytes]:
    runs = (re.sub(rb"[ :]", b"", found.group()) for found in _HEX.finditer(readable(raw)))
    yield b"\n".join(
        bytes.fromhex(run[start : len(run) - (len(run) - start) % 2].decode())
        for run in runs
        for start in (0, 1)
    )


def _percent(raw: bytes) -> Iterator[bytes]:
    words = readable(raw).split() if _PERCENT.search(raw) else ()
    yield b"\n".join(unquote_to_bytes(word) for word in words if _PERCENT.search(word))


def _wide_letters(raw: bytes) -> Iterator[bytes]:
    """UTF-16 and UTF-32 of plain letters, wherever they begin."""
    runs = (found.replace(b"\0", b"") for found in _WIDE.findall(raw))
    yield b"\n".join(_as_utf8(run) for run in runs)


_OPENERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "flujo": _streams,
    "tabla": _database,
    "parquet": _parquet,
    "pdf": _pdf,
    "foto": _photo,
    "base64": _base64,
    "hex": _hexadecimal,
    "%": _percent,
    "utf-16": _wide_letters,
}
