"""Ogg: one stream of Opus or Vorbis, with an empty comment header.

Source of the pages: RFC 3533; of the headers: RFC 7845 and the Vorbis I specification.
"""

import io
import struct

from mutagen.ogg import OggPage
from mutagen.ogg import error as OggError  # noqa: N812

from geo.errors import AttachmentRefused

_EMPTY = struct.pack("<II", 0, 0)
_OPUS, _OPUS_TAGS = b"OpusHead", b"OpusTags"
_VORBIS, _VORBIS_TAGS = b"\x01vorbis", b"\x03vorbis"
_SERIAL = 1


def clean(content: bytes, media: str) -> bytes:  # noqa: ARG001
    """The same sound under an empty comment header. Raises AttachmentRefused."""
    pages = _pages(content)
    if len({page.serial for page in pages}) != 1 or sum(page.first for page in pages) != 1:
        raise AttachmentRefused(
            "El archivo OGG trae varias pistas, o video: guarde sólo el sonido, en una pista."
        )
    first, heads, rest = _split(pages)
    if first.startswith(_OPUS):
        wanted = [_OPUS_TAGS + _EMPTY]
    elif first.startswith(_VORBIS) and len(heads) == 2:
        wanted = [_VORBIS_TAGS + _EMPTY + b"\x01", heads[1]]
    else:
        raise AttachmentRefused(
            "El sonido OGG no es Opus ni Vorbis: guárdelo como Opus, M4A o MP3."
        )
    made = [*OggPage.from_packets([first], 0), *OggPage.from_packets(wanted, 1)]  # type: ignore[no-untyped-call]
    made[0].first = True
    for page in made:
        page.position = 0
    for number, page in enumerate([*made, *rest]):
        page.sequence, page.serial = number, _SERIAL
        page.last = page is (rest or made)[-1]
    return b"".join(page.write() for page in [*made, *rest])


def _pages(content: bytes) -> list[OggPage]:
    """The pages from the beginning to the first byte that belongs to none."""
    opened = io.BytesIO(content)
    pages: list[OggPage] = []
    try:
        while content[opened.tell() : opened.tell() + 4] == b"OggS":
            pages.append(OggPage(opened))  # type: ignore[no-untyped-call]
    except (OggError, EOFError, ValueError, struct.error) as error:
        raise _cut() from error
    if len(pages) < 2:
        raise _cut()
    return pages


def _split(pages: list[OggPage]) -> tuple[bytes, list[bytes], list[OggPage]]:
    """The first packet, the packets of the comment (and set-up), and the pages of sound."""
    first = pages[0].packets[0] if pages[0].packets else b""
    wanted = 2 if first.startswith(_VORBIS) else 1
    heads: list[bytes] = []
    open_packet = b""
    for number, page in enumerate(pages[1:], start=1):
        for place, packet in enumerate(page.packets):
            whole = page.complete or place < len(page.packets) - 1
            open_packet += packet
            if whole:
                heads.append(open_packet)
                open_packet = b""
        if len(heads) >= wanted:
            # both specifications begin the sound on a page of its own
            if len(heads) > wanted or open_packet:
                raise _cut()
            return first, heads, pages[number + 1 :]
    raise _cut()


def _cut() -> AttachmentRefused:
    return AttachmentRefused(
        "El sonido OGG está cortado o dañado: guárdelo de nuevo y súbalo otra vez."
    )
