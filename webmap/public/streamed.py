"""Answers that are sent piece by piece, compressed where the reader takes it."""

import zlib
from collections.abc import Iterable, Iterator

from flask import Response, request

_GZIP = 31
"""zlib's word for: with the head and the sum of gzip."""


def streamed(pieces: Iterable[bytes], mimetype: str) -> Response:
    """An answer that is never in memory as a whole."""
    zipped = request.accept_encodings["gzip"] > 0
    made = Response(_zipped(pieces) if zipped else pieces, mimetype=mimetype)
    made.vary.add("Accept-Encoding")
    if zipped:
        made.headers["Content-Encoding"] = "gzip"
    return made


def _zipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    for piece in pieces:
        if packed := packing.compress(piece):
            yield packed
    yield packing.flush()
