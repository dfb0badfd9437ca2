"""FLAC: what describes the samples, and the samples. Tags, pictures and notes are not copied.

Source of the blocks: RFC 9639.
"""

import io

from mutagen import MutagenError
from mutagen.flac import FLAC

from geo.errors import AttachmentRefused

_STREAMINFO, _SEEKTABLE = 0, 3
_LAST = 0x80
_SYNC = (b"\xff\xf8", b"\xff\xf9")
_ID3V1, _APE = 128, 32


def clean(content: bytes, media: str) -> bytes:  # noqa: ARG001
    """STREAMINFO, the table for seeking and the frames. Raises AttachmentRefused."""
    content = content[max(content.find(b"fLaC"), 0) :]
    kept: list[tuple[int, bytes]] = []
    at, last = 4, False
    while not last and at + 4 <= len(content):
        kind, size = content[at] & 0x7F, int.from_bytes(content[at + 1 : at + 4], "big")
        last = bool(content[at] & _LAST)
        if kind in {_STREAMINFO, _SEEKTABLE} and kind not in dict(kept):
            kept.append((kind, content[at + 4 : at + 4 + size]))
        at += 4 + size
    frames = _without_tail(content[at:])
    if not last or [kind for kind, _ in kept][:1] != [_STREAMINFO] or frames[:2] not in _SYNC:
        raise _cut()
    made = b"fLaC" + b"".join(
        bytes([kind | (_LAST if number == len(kept) else 0)]) + len(body).to_bytes(3, "big") + body
        for number, (kind, body) in enumerate(kept, start=1)
    )
    made += frames
    try:
        FLAC(io.BytesIO(made))  # type: ignore[no-untyped-call]
    except (MutagenError, ValueError, EOFError) as error:
        raise _cut() from error
    return made


def _without_tail(frames: bytes) -> bytes:
    """The frames without the tags that some programs append: ID3v1 and APEv2."""
    if frames[-_ID3V1:].startswith(b"TAG"):
        frames = frames[:-_ID3V1]
    foot = frames[-_APE:]
    if foot.startswith(b"APETAGEX"):
        size = int.from_bytes(foot[12:16], "little")
        frames = frames[: -min(size, len(frames))] if size else frames
        if frames[-_APE:].startswith(b"APETAGEX"):
            frames = frames[:-_APE]
    return frames


def _cut() -> AttachmentRefused:
    return AttachmentRefused(
        "El sonido FLAC está cortado o dañado: guárdelo de nuevo y súbalo otra vez."
    )
