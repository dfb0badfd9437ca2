"""The facets of every right in columns: what a browser filters by where all is far away."""

import json
from typing import Any

import numpy as np
import pandas as pd
import shapely
from flask import Flask, Response

from geo.crs import Floats
from geo.release.facets import SEPARATOR
from webmap.public.edition import Edition
from webmap.public.given import Given
from webmap.web import Packed, answer

ZOOM = 12
"""x and y count tiles of this zoom: some 10 km in Peru."""


def register(app: Flask, given: Given) -> None:
    """Adds the route of the columns."""

    @app.get("/datos/<release>/indice.json")
    def index_data(release: str) -> Response:
        edition = given.of(release)
        return answer(edition.once(("index",), lambda: packed(edition)))


def packed(edition: Edition) -> Packed:
    """The columns as JSON: {"zoom", "lists", and a column each for x, y and the facets}.

    A row for each right, in the order of the facets. x, y: the tile of zoom 12 that a point on
    the right falls in. kind, status, dep, yes, cls: numbers into `lists`, where several words
    stand as one joined by «;». fy, gy: years, null where nobody knows. pr: number of
    facets.PRIORITIES. n: territories with which it shares at least 1 m². ha: plane hectares of it
    under territories, two decimals, null where there are none. pairs: the same of every overlap,
    r its right's row, since several words must hold of one and the same overlap.
    """
    facets = edition.facets
    x, y = tiles(np.asarray(edition.concessions.geometry.array, dtype=object))
    columns: dict[str, Any] = {"x": x.tolist(), "y": y.tolist()}
    lists: dict[str, list[str]] = {}
    for short, name in _WORDS.items():
        columns[short], lists[short] = _coded(facets[name])
    for short, name in _NUMBERS.items():
        columns[short] = _plain(facets[name])
    columns["ha"] = _plain(facets["area_ha"].round(2))
    pairs = edition.pairs
    of_pairs: dict[str, Any] = {"r": _plain(pairs["right"]), "pr": _plain(pairs["priority"])}
    for short, name in _OF_PAIR.items():
        codes = {word: number for number, word in enumerate(lists[short])}
        lists[short] += [
            word for word in pairs[name].fillna("").unique().tolist() if word not in codes
        ]
        codes = {word: number for number, word in enumerate(lists[short])}
        of_pairs[short] = pairs[name].fillna("").map(codes).tolist()
    told = {"zoom": ZOOM, "separator": SEPARATOR, "lists": lists, **columns, "pairs": of_pairs}
    content = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Packed(content.encode("utf-8"), "application/json")


_WORDS = {
    "kind": "kind",
    "status": "status",
    "dep": "departments",
    "yes": "yes",
    "cls": "classes",
}
_OF_PAIR = {"cls": "overlap_class", "yes": "yes"}
_NUMBERS = {"fy": "filed_year", "gy": "granted_year", "pr": "priority", "n": "pairs"}


def tiles(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The tile of ZOOM, x and y, of a point on each shape (degrees); Web Mercator, y southward."""
    points = shapely.point_on_surface(shapes)
    lon: Floats = shapely.get_x(points)
    lat: Floats = np.radians(shapely.get_y(points))
    x = (lon + 180) / 360
    y = (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2
    side = 2**ZOOM
    return (np.floor(x * side).astype(int), np.floor(y * side).astype(int))


def _coded(column: pd.Series) -> tuple[list[int], list[str]]:
    codes, words = pd.factorize(column.astype("string").fillna(""), sort=True)
    return codes.tolist(), [str(word) for word in words]


def _plain(column: pd.Series) -> list[Any]:
    values = column.astype(object)
    return values.where(column.notna(), None).tolist()
