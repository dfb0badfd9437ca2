"""Where a right, a territory or an overlap lies, and its outline, for what a map points at.

It is asked in a body, so that no address holds what somebody looked at.
"""

import json

import numpy as np
import shapely
from flask import Flask, Response

from geo.terms import PAIRS
from geo.words import _
from webmap.public import asked, spatial
from webmap.public.edition import Edition, Row
from webmap.public.given import Given
from webmap.public.spatial import Ground

_NOT_HERE = _(
    "Eso no está en esta publicación. Puede estar en otra, o con otro código: búsquelo por su "
    "nombre."
)
_PIXELS = 256
_DECIMALS = 6


def register(app: Flask, given: Given) -> None:
    """Adds the route that a link, a search result and an open sheet ask."""
    of, words = given.of, given.words

    @app.post("/datos/<release>/<language:language>/contorno")
    @asked.answering(words)
    def contour(release: str) -> Response:
        told = asked.body(("derecho", "territorio", "zoom"))
        zoom = asked.number(told, "zoom", 0, 30) if "zoom" in told else 30.0
        right, land = asked.text(told, "derecho"), asked.text(told, "territorio")
        found = answer(of(release), right, land, zoom)
        return asked.told(found) if found else asked.refused(words().say(_NOT_HERE), 404)


def answer(edition: Edition, right: str, land: str, zoom: float) -> Row | None:
    """Box, a point inside and outline (degrees, six decimals) of the overlap of both, or of one.

    right, land: keys, "" for none. Where the two share nothing it is the right's; the point of a
    right is in its largest overlap. The outline is simplified by half a pixel of that zoom. None
    where the release has it not.
    """
    found = _found(edition, right, land)
    if found is None:
        return None
    ground, row = found
    drawn = shapely.simplify(ground.shapes[row], 180 / _PIXELS / 2**zoom)
    rounded = shapely.transform(drawn, lambda xy: np.round(xy, _DECIMALS))
    told = {
        "bbox": [round(float(one), _DECIMALS) for one in ground.boxes[row]],
        "point": [round(one, 8) for one in ground.inside(row)],
        "shape": json.loads(shapely.to_geojson(rounded)),
    }
    return {**told, **spatial.where(edition, right)} if right and not land else told


def _found(edition: Edition, right: str, land: str) -> tuple[Ground, int] | None:
    index = spatial.of(edition)
    if right in edition.rights:
        for row in edition.overlap_rows([right]):
            pair = edition.overlaps.iloc[row]
            if pair["territory_key"] == land and pair["overlap_class"] in PAIRS:
                return index.pairs, row
        return index.rights, edition.row_of_right(right)
    if not right and land in edition.lands:
        return index.lands, edition.row_of_land(land)
    return None
