"""WAV: the form of the samples and the samples. Who recorded, where and with what is not copied."""

import struct

from geo.errors import AttachmentRefused

_HEAD = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_EXTENSIBLE = 0xFFFE
_KNOWN = {1: 16, 3: 16, 6: 16, 7: 16, 0x11: 20, _EXTENSIBLE: 40}
"""Codes of samples (PCM, float, A-law, µ-law, IMA ADPCM) and how much of `fmt ` they need."""


def clean(content: bytes, media: str) -> bytes:  # noqa: ARG001
    """The chunks `fmt `, `fact` and `data`, in that order. Raises AttachmentRefused."""
    chunks = _chunks(content)
    form, samples = chunks.get(b"fmt ", b""), chunks.get(b"data", b"")
    if len(form) < _FORMAT.size or not samples:
        raise _cut()
    code, channels, rate, _, block, _ = _FORMAT.unpack_from(form)
    if code not in _KNOWN or len(form) < _KNOWN[code] or not (channels and rate and block):
        raise AttachmentRefused(
            "El sonido WAV tiene una codificación que no se lee aquí: guárdelo como WAV sin "
            "compresión o como MP3."
        )
    kept = [(b"fmt ", form[: _KNOWN[code]]), (b"data", samples[: len(samples) // block * block])]
    if code not in {1, 3} and len(chunks.get(b"fact", b"")) >= 4:
        kept.insert(1, (b"fact", chunks[b"fact"][:4]))
    inside = b"".join(
        _HEAD.pack(name, len(body)) + body + bytes(len(body) % 2) for name, body in kept
    )
    return _HEAD.pack(b"RIFF", 4 + len(inside)) + b"WAVE" + inside


def _chunks(content: bytes) -> dict[bytes, bytes]:
    """The first chunk of each name."""
    found: dict[bytes, bytes] = {}
    at = 12
    while at + _HEAD.size <= len(content):
        name, size = _HEAD.unpack_from(content, at)
        body = content[at + _HEAD.size : at + _HEAD.size + size]
        if len(body) < size and name == b"data":
            raise _cut()
        found.setdefault(name, body)
        at += _HEAD.size + size + size % 2
    return found


def _cut() -> AttachmentRefused:
    return AttachmentRefused(
        "El sonido WAV está cortado o dañado: guárdelo de nuevo y súbalo otra vez."
    )
