"""MP3: the frames of sound one after the other. Tags before, between and behind are not copied.

Source of the header's fields: ISO/IEC 11172-3 and 13818-3, layer III.
"""

from dataclasses import dataclass

from geo.errors import AttachmentRefused

_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_KBPS_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_LAYER_III = 1
_MPEG_1 = 3
_MONO = 3
_FEWEST = 3
_NOTES = (b"Xing", b"Info", b"VBRI")
"""A first frame with one of these holds no sound but notes of the program that wrote it."""


@dataclass(frozen=True)
class _Frame:
    size: int
    kind: tuple[int, int]  # version and rate, the same in all frames of a file
    notes_at: int


def clean(content: bytes, media: str) -> bytes:  # noqa: ARG001
    """The frames of sound. Raises AttachmentRefused where there are hardly any."""
    frames: list[bytes] = []
    at, kind = 0, None
    while at + 4 <= len(content):
        frame = _frame(content, at)
        followed = frame and (
            at + frame.size == len(content) or _frame(content, at + frame.size) or frames
        )
        if (
            frame is None
            or not followed
            or at + frame.size > len(content)
            or (kind is not None and frame.kind != kind)
        ):
            at = _next(content, at + 1)
            continue
        kind = frame.kind
        body = content[at : at + frame.size]
        if body[frame.notes_at : frame.notes_at + 4] not in _NOTES and body[36:40] != b"VBRI":
            frames.append(body)
        at += frame.size
    if len(frames) < _FEWEST:
        raise AttachmentRefused(
            "El sonido MP3 está cortado o dañado: guárdelo de nuevo y súbalo otra vez."
        )
    return b"".join(frames)


def _next(content: bytes, at: int) -> int:
    found = content.find(b"\xff", at)
    return len(content) if found < 0 else found


def _frame(content: bytes, at: int) -> _Frame | None:
    """The frame that begins at a byte, None where none does."""
    head = content[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    speed, rate = head[2] >> 4, head[2] >> 2 & 3
    if version not in _RATES or layer != _LAYER_III or speed in {0, 15} or rate == 3:
        return None
    hertz = _RATES[version][rate]
    kbps = (_KBPS_1 if version == _MPEG_1 else _KBPS_2)[speed - 1]
    size = (144 if version == _MPEG_1 else 72) * kbps * 1_000 // hertz + (head[2] >> 1 & 1)
    mono = head[3] >> 6 == _MONO
    side = (17 if mono else 32) if version == _MPEG_1 else (9 if mono else 17)
    return _Frame(size, (version, rate), 4 + side)
