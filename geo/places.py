"""Departments, provinces and districts, each within the next. Pure: the outlines come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from shapely import Point, STRtree
from shapely.geometry.base import BaseGeometry

from geo.terms import PlaceLevel

COUNTRY = ""
"""The code of the whole country: the place of what is known no finer."""

_WIDER = {
    PlaceLevel.DISTRICT: PlaceLevel.PROVINCE,
    PlaceLevel.PROVINCE: PlaceLevel.DEPARTMENT,
    PlaceLevel.DEPARTMENT: PlaceLevel.COUNTRY,
    PlaceLevel.COUNTRY: PlaceLevel.COUNTRY,
}


def wider(level: PlaceLevel) -> PlaceLevel:
    """One level up; the country stays the country."""
    return _WIDER[level]


@dataclass(frozen=True)
class Place:
    """One place. code: as its publisher gives it, zeros kept. within: the code of the next wider.

    lon, lat: a point on it (EPSG:4326) that stands for the whole of it, for a symbol.
    """

    code: str
    level: PlaceLevel
    name: str
    within: str
    lon: float
    lat: float


@dataclass(frozen=True, eq=False)
class Places:
    """Every place by its code; the country has the code "". shapes: outlines, where known.

    finest: the finest level that this installation knows. illustrative: invented places.
    """

    by_code: Mapping[str, Place]
    shapes: Mapping[str, BaseGeometry]
    illustrative: bool = False

    def up(self, code: str, level: PlaceLevel) -> str:
        """The code of the place of `level` that holds `code`; itself where it is that wide."""
        place = self.by_code[code]
        order = list(PlaceLevel)
        while order.index(place.level) < order.index(level):
            place = self.by_code[place.within]
        return place.code

    @cached_property
    def finest(self) -> PlaceLevel:
        """The finest level that is known here."""
        return min((p.level for p in self.by_code.values()), key=list(PlaceLevel).index)

    @cached_property
    def _tree(self) -> tuple[STRtree, tuple[str, ...]]:
        codes = tuple(c for c, p in self.by_code.items() if p.level is self.finest)
        known = tuple(c for c in codes if c in self.shapes)
        return STRtree([self.shapes[c] for c in known]), known

    def at(self, lon: float, lat: float) -> str | None:
        """The code of the finest place on which a point lies, None outside all of them."""
        tree, codes = self._tree
        found = sorted(int(i) for i in tree.query(Point(lon, lat), predicate="intersects"))
        return codes[found[0]] if found else None
