"""A JPEG 2000 inside another file: its boxes without metadata. Source: ISO/IEC 15444-1, annex I."""

from geo.errors import AttachmentRefused

_CODE = b"\xff\x4f\xff\x51"
_KEPT = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})


def bare_jp2(content: bytes) -> bytes:
    """The picture's own boxes, or the bare code as it is. Raises AttachmentRefused."""
    if content.startswith(_CODE):
        return content
    made, at = [], 0
    while at + 8 <= len(content):
        size, head = int.from_bytes(content[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(content) - at
        if size < head or at + size > len(content):
            break
        if content[at + 4 : at + 8] in _KEPT:
            made.append(content[at : at + size])
        at += size
    if not any(box[4:8] == b"jp2c" for box in made):
        raise AttachmentRefused(
            "El PDF trae una imagen JPEG 2000 dañada: imprímalo de nuevo a PDF y súbalo otra vez."
        )
    return b"".join(made)
