"""A map that the server draws, to point at a place without script, network or address.

The picture travels inside the page, so that no address, log or cache ever holds where somebody
looked. A click comes back as pixels. Country, department, district: each click goes one nearer,
and the last one marks a spot.
"""

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import cos, radians

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.places import Places
from geo.terms import PlaceLevel

WIDTH, HEIGHT = 320, 400
"""Pixels: small enough for a phone, since a click counts in the pixels of the picture as shown."""

_EDGE = 10
_LETTER_PX = 5.2


@dataclass(frozen=True)
class View:
    """What a picture shows: a place, and how degrees become pixels."""

    code: str
    west: float
    north: float
    squeeze: float
    px_per_degree: float

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point (degrees) lies on the picture."""
        x = (lon - self.west) * self.squeeze * self.px_per_degree + _EDGE
        return x, (self.north - lat) * self.px_per_degree + _EDGE

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Which point a pixel shows."""
        lon = (x - _EDGE) / (self.squeeze * self.px_per_degree) + self.west
        return lon, self.north - (y - _EDGE) / self.px_per_degree


@lru_cache(maxsize=512)
def outline(places: Places, code: str) -> BaseGeometry | None:
    """The outline of a place: its own, else that of what lies within it; None where unknown."""
    if code in places.shapes:
        return places.shapes[code]
    inner = [outline(places, one) for one in children(places, code)]
    known = [shape for shape in inner if shape is not None]
    return shapely.union_all(np.array(known, dtype=object)) if known else None


@lru_cache(maxsize=512)
def children(places: Places, code: str) -> tuple[str, ...]:
    """The places directly within one, by name."""
    inner = [p for p in places.by_code.values() if p.within == code and p.code != code]
    return tuple(place.code for place in sorted(inner, key=lambda place: place.name))


def view(places: Places, code: str) -> View | None:
    """How a place is shown; None where no outline is known."""
    shape = outline(places, code)
    if shape is None or shape.is_empty:
        return None
    west, south, east, north = shape.bounds
    squeeze = cos(radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * _EDGE) / wide, (HEIGHT - 2 * _EDGE) / high)
    spare_x = (WIDTH - 2 * _EDGE) / scale - wide
    spare_y = (HEIGHT - 2 * _EDGE) / scale - high
    return View(code, west - spare_x / 2 / squeeze, north + spare_y / 2, squeeze, scale)


def nearer(places: Places, code: str, lon: float, lat: float) -> str | None:
    """The place to show after a click on one that shows `code`; None where it fell outside.

    From the country to a department, from there to a district; of a district, itself.
    """
    found = places.at(lon, lat)
    if found is None:
        return None
    if places.by_code[code].level is PlaceLevel.COUNTRY:
        return places.up(found, PlaceLevel.DEPARTMENT)
    return found


def svg(places: Places, shown: View, mark: tuple[float, float] | None) -> str:
    """The picture. mark: a point (degrees) that is marked already."""
    parts = [_PIECE.format(path=path, kind="z") for path in _around(places, shown)]
    parts += [_PIECE.format(path=path, kind="a") for path in _paths(places, shown)]
    parts += _names(places, shown)
    if mark is not None:
        x, y = shown.pixel(*mark)
        parts.append(f'<path class="m" d="M{x:.1f} {y:.1f}m-9 0h18m-9 -9v18"/>')
        parts.append(f'<circle class="m" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
    return _SVG.format(width=WIDTH, height=HEIGHT, parts="".join(parts))


_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
    'viewBox="0 0 {width} {height}"><style>'
    "rect{{fill:#eef1ee}}.z{{fill:#f7f6f2;stroke:#c9c4b8;stroke-width:.6}}"
    ".a{{fill:#fff;stroke:#5b6b62;stroke-width:.9}}"
    "text{{font:9px system-ui,sans-serif;fill:#1d2428;text-anchor:middle;paint-order:stroke;"
    "stroke:#fff;stroke-width:2.5px}}.m{{fill:none;stroke:#b3460b;stroke-width:2.2}}"
    '</style><rect width="100%" height="100%"/>{parts}</svg>'
)
_PIECE = '<path class="{kind}" d="{path}"/>'


def _inner(places: Places, code: str) -> tuple[str, ...]:
    """What is drawn of a place: departments of the country, districts of a department, itself."""
    level = places.by_code[code].level
    if level is PlaceLevel.COUNTRY:
        return children(places, code)
    if level is PlaceLevel.DEPARTMENT:
        return tuple(one for p in children(places, code) for one in children(places, p)) or (code,)
    return (code,)


def _around(places: Places, shown: View) -> list[str]:
    level = places.by_code[shown.code].level
    if level in (PlaceLevel.COUNTRY, PlaceLevel.DEPARTMENT):
        return []
    beside = places.by_code[shown.code].within
    return [_path(places, shown, one) for one in children(places, beside) if one != shown.code]


def _paths(places: Places, shown: View) -> list[str]:
    return [_path(places, shown, code) for code in _inner(places, shown.code)]


def _path(places: Places, shown: View, code: str) -> str:
    shape = outline(places, code)
    if shape is None:
        return ""
    simple = shapely.simplify(shape, 0.6 / shown.px_per_degree)
    rings = [
        ring
        for part in shapely.get_parts(simple)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    drawn = []
    for ring in rings:
        pixels = [shown.pixel(lon, lat) for lon, lat in ring.coords]
        drawn.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pixels[:-1]) + "Z")
    return "".join(drawn)


def _names(places: Places, shown: View) -> list[str]:
    """Names that have room within their own outline, so that none hides another."""
    made = []
    for code in _inner(places, shown.code):
        shape, place = outline(places, code), places.by_code[code]
        if shape is None:
            continue
        west, _, east, _ = shape.bounds
        if (east - west) * shown.squeeze * shown.px_per_degree > len(place.name) * _LETTER_PX:
            point = shapely.point_on_surface(shape)
            x, y = shown.pixel(point.x, point.y)
            made.append(f'<text x="{x:.0f}" y="{y:.0f}">{escape(place.name)}</text>')
    return made
