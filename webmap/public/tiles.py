"""The tiles of the map, each with its release in its address, as the archives hold them."""

import gzip

from flask import Flask, Response, abort, request

from geo.release import archive
from geo.release.archive import Archive
from geo.release.tiles.release import BASEMAP, DATA
from webmap.public.edition import Edition
from webmap.public.given import Given
from webmap.web import BY_ITS_READER

ARCHIVES = {"datos": DATA, "fondo": BASEMAP}
KIND = "application/vnd.mapbox-vector-tile"


def register(app: Flask, given: Given) -> None:
    """Adds the tiles. Where the archive has none inside its zooms, the answer is empty."""

    @app.get("/teselas/<release>/<named>/<int:zoom>/<int:column>/<int:row>.mvt")
    def tile(release: str, named: str, zoom: int, column: int, row: int) -> Response:
        edition = given.of(release)
        found = opened(edition, named)
        if found is None or not found.has(zoom, column, row):
            abort(404)
        content = found.tile(zoom, column, row)
        made = Response(status=204) if content is None else _answer(content)
        made.headers["Cache-Control"] = BY_ITS_READER
        # the release in the address says which bytes these are
        made.set_etag(f"{edition.id}-{named}-{zoom}-{column}-{row}", weak=True)
        return made.make_conditional(request)  # type: ignore[return-value]


def opened(edition: Edition, named: str) -> Archive | None:
    """One of ARCHIVES of a release; None for another, or where the release has no such file."""
    file = ARCHIVES.get(named)
    if file is None or file not in edition.release.said["files"]:
        return None
    return edition.once(("tiles", named), lambda: archive.tiles(edition.release, file))


def warm(edition: Edition) -> None:
    """Checks and opens the archives before a reader waits for them."""
    for named in ARCHIVES:
        opened(edition, named)


def _answer(content: bytes) -> Response:
    zipped = request.accept_encodings["gzip"] > 0
    made = Response(content if zipped else gzip.decompress(content), mimetype=KIND)
    if zipped:
        made.headers["Content-Encoding"] = "gzip"
    made.headers["Vary"] = "Accept-Encoding"
    return made
