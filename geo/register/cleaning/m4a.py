"""M4A: everything that does not say how to play the sound is blanked where it stands.

Nothing moves, since the tables of a file name the places of its samples. Source of the boxes:
ISO/IEC 14496-12.
"""

import io
import struct
from collections.abc import Iterator
from typing import NamedTuple

from mutagen import MutagenError
from mutagen.mp4 import MP4

from geo.errors import AttachmentRefused

_HEAD = struct.Struct(">I4s")
_HOLDERS = frozenset({b"moov", b"trak", b"edts", b"mdia", b"minf", b"dinf", b"stbl"})
_KEPT = frozenset(
    {
        b"ftyp", b"mdat", b"mvhd", b"tkhd", b"elst", b"mdhd", b"hdlr", b"smhd", b"dref", b"stsd",
        b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"sgpd", b"sbgp",
    }
)  # fmt: skip
_DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_DEEPEST = 8
_OF_A_TRACK = 3


class _Box(NamedTuple):
    name: bytes
    at: int
    body: int
    end: int


def clean(content: bytes, media: str) -> bytes:  # noqa: ARG001
    """The same file with every other box, the dates and the names blanked.

    Raises AttachmentRefused for one with a video or a track of places, or cut.
    """
    made = bytearray(content)
    end = 0
    tracks: list[bytes] = []
    names: set[bytes] = set()
    for box in _boxes(made, 0, len(made)):
        names.add(box.name)
        end = box.end
        _visit(made, box, tracks, 0)
    if not {b"ftyp", b"moov", b"mdat"} <= names or not tracks:
        raise _cut()
    if b"moof" in names or any(kind != b"soun" for kind in tracks):
        raise AttachmentRefused(
            "El archivo trae video u otra pista además del sonido: guarde sólo el sonido, como M4A "
            "o MP3."
        )
    try:
        MP4(io.BytesIO(made[:end]))  # type: ignore[no-untyped-call]
    except (MutagenError, ValueError, EOFError, struct.error) as error:
        raise _cut() from error
    return bytes(made[:end])


def _visit(made: bytearray, box: _Box, tracks: list[bytes], depth: int) -> None:
    if box.name in _HOLDERS:
        if depth > _DEEPEST:
            raise _cut()
        for inner in _boxes(made, box.body, box.end):
            _visit(made, inner, tracks, depth + 1)
    elif box.name not in _KEPT:
        made[box.at + 4 : box.at + 8] = b"free"
        made[box.body : box.end] = bytes(box.end - box.body)
    elif box.name in _DATED and box.end - box.body >= 20:
        dates = 16 if made[box.body] == 1 else 8
        made[box.body + 4 : box.body + 4 + dates] = bytes(dates)
    elif box.name == b"hdlr" and box.end - box.body >= 12:
        if depth == _OF_A_TRACK:
            tracks.append(bytes(made[box.body + 8 : box.body + 12]))
        made[box.body + 12 : box.end] = bytes(box.end - box.body - 12)
    elif box.name == b"dref" and _points_elsewhere(bytes(made[box.body : box.end])):
        raise AttachmentRefused(
            "El sonido está en otro archivo, al que este sólo señala: guárdelo entero, como M4A."
        )


def _points_elsewhere(body: bytes) -> bool:
    """Whether a table of places names any but this file: each entry is a box with the flag 1."""
    entries = list(_boxes(body, 8, len(body)))
    return any(body[box.body : box.end] != b"\x00\x00\x00\x01" for box in entries)


def _boxes(content: bytes | bytearray, at: int, end: int) -> Iterator[_Box]:
    """The boxes side by side. What stands behind the last whole one is none."""
    while at + _HEAD.size <= end:
        size, name = _HEAD.unpack_from(content, at)
        body = at + _HEAD.size
        if size == 1:
            if body + 8 > end:
                raise _cut()
            size, body = int.from_bytes(content[body : body + 8], "big"), body + 8
        elif size == 0:
            size = end - at
        known = name in _HOLDERS or name in _KEPT
        if at + size > end or at + size < body:
            if known:
                raise _cut()
            return
        yield _Box(name, at, body, at + size)
        at += size


def _cut() -> AttachmentRefused:
    return AttachmentRefused(
        "El sonido M4A está cortado o dañado: guárdelo de nuevo y súbalo otra vez."
    )
