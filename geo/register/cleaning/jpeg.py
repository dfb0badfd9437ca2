"""A JPEG inside another file: its segments without metadata, bit for bit the same picture.

Source of the segments: ITU-T T.81.
"""

from geo.errors import AttachmentRefused

_START, _SCAN, _END = 0xD8, 0xDA, 0xD9
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JFIF, _ADOBE = 0xE0, 0xEE
_METADATA = frozenset({*range(0xE0, 0xF0), 0xFE})
_JFIF_SIZE = 14
_ADOBE_SIZE = 12


def bare_jpeg(content: bytes) -> bytes:
    """The JPEG without any APPn, comment or tail, save for what its colours rest on.

    Raises AttachmentRefused where it is none.
    """
    at = content.find(b"\xff\xd8")
    if at < 0:
        raise _broken()
    made = [b"\xff\xd8"]
    at += 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise _broken()
        kind = content[at + 1]
        if kind == 0xFF:
            at += 1
            continue
        if kind == _END:
            made.append(b"\xff\xd9")
            return b"".join(made)
        if kind in _ALONE:
            made.append(content[at : at + 2])
            at += 2
            continue
        size = int.from_bytes(content[at + 2 : at + 4], "big")
        body = content[at + 4 : at + 2 + size]
        at += 2 + size
        if size < 2 or at > len(content):
            raise _broken()
        made.append(_kept(kind, body))
        if kind == _SCAN:
            end = _end_of_scan(content, at)
            made.append(content[at:end])
            at = end
    made.append(b"\xff\xd9")
    return b"".join(made)


def _kept(kind: int, body: bytes) -> bytes:
    if kind == _JFIF and body.startswith(b"JFIF\x00") and len(body) >= _JFIF_SIZE:
        # without the small picture that may stand behind
        body = body[:12] + b"\x00\x00"
    elif kind == _ADOBE and body.startswith(b"Adobe") and len(body) >= _ADOBE_SIZE:
        body = body[:_ADOBE_SIZE]
    elif kind in _METADATA:
        return b""
    return bytes((0xFF, kind)) + (len(body) + 2).to_bytes(2, "big") + body


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the coded samples end: at the next marker that is neither stuffing nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return len(content)
        if content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
        elif content[at + 1] == 0xFF:
            at += 1
        else:
            return at


def _broken() -> AttachmentRefused:
    return AttachmentRefused(
        "El PDF trae una foto dañada: imprímalo de nuevo a PDF y súbalo otra vez."
    )
