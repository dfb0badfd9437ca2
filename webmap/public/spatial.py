"""What lies at a point, from the exact shapes of a release.

A shape's sides are straight in its row's plane. A side of L metres that is drawn straight in
degrees runs up to 9e-9 L² metres beside the true one: 9 mm for 1 km, 0.9 m for 10 km, 90 m for
100 km. So boxes in degrees, widened by twice that, only name the candidates; whether a point is
in is asked in the plane, where what remains is the rounding of PROJ (5e-9 m).
"""

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import DEGREES, WGS84_ZONES, Floats, describe
from geo.datum import METRES_PER_DEGREE, Shapes, draw, from_degrees, to_degrees
from geo.measure import mean_width_m
from geo.terms import PAIRS
from webmap.public.edition import Edition, Row
from webmap.public.lately import Lately

_BULGE_PER_METRE = 2e-8
_WORTH_KEEPING = 200
"""Vertices from which a shape is kept in its plane once it was asked about."""
_METRES = WGS84_ZONES[18]
"""Any plane that counts in metres, as all of ours do."""


@dataclass(frozen=True)
class Hit:
    """One shape at or near a point. row: its number. distance_m: 0 where the point is on it.

    width_m: its mean width, by which a strip is told from a field.
    """

    row: int
    distance_m: float
    width_m: float


@dataclass(frozen=True, eq=False)
class Ground:
    """The shapes of one layer. own: the plane in which the sides of each are straight. planes:
    where each is drawn to be asked. boxes: degrees, west south east north.

    Rows without a shape are in no box, so they are never found.
    """

    shapes: Shapes
    own: np.ndarray
    planes: np.ndarray
    boxes: Floats
    tree: shapely.STRtree
    kept: Lately = field(default_factory=Lately)

    def at(self, lon: float, lat: float, reach_m: float) -> list[Hit]:
        """The shapes within `reach_m` metres of a point in degrees, nearest first."""
        east = reach_m / (METRES_PER_DEGREE * max(np.cos(np.radians(lat)), 0.05))
        north = reach_m / (METRES_PER_DEGREE * 0.99)
        asked = shapely.box(lon - east, lat - north, lon + east, lat + north)
        rows = np.sort(self.tree.query(asked))
        if not len(rows):
            return []
        drawn, planes = self.drawn(rows), self.planes[rows]
        point = np.array([shapely.Point(lon, lat)], dtype=object)
        points = {plane: from_degrees(point, plane)[0] for plane in dict.fromkeys(planes.tolist())}
        distance = shapely.distance(drawn, [points[plane] for plane in planes])
        near = np.flatnonzero(distance <= reach_m)
        width = mean_width_m(drawn[near], _METRES)
        found = zip(rows[near].tolist(), distance[near].tolist(), width.tolist(), strict=True)
        return sorted((Hit(*one) for one in found), key=lambda hit: (hit.distance_m, hit.row))

    def near(self, area: BaseGeometry) -> np.ndarray:
        """The rows whose boxes meet an area in degrees, in order."""
        parts = shapely.get_parts(area)
        return np.unique(self.tree.query(parts, predicate="intersects")[1])

    def inside(self, row: int) -> list[float]:
        """A point well inside a shape: longitude, latitude."""
        rows = np.array([row])
        drawn = np.asarray(shapely.point_on_surface(self.drawn(rows)), dtype=object)
        point = to_degrees(drawn, str(self.planes[row])).shapes[0]
        return [float(point.x), float(point.y)]

    def drawn(self, rows: np.ndarray) -> Shapes:
        """Some of the shapes, each in its plane."""
        out = np.array([self.kept.get(row) for row in rows.tolist()], dtype=object)
        fresh = np.flatnonzero([shape is None for shape in out])
        if len(fresh):
            asked = rows[fresh]
            out[fresh] = _in_planes(self.shapes[asked], self.own[asked], self.planes[asked])
            large = fresh[shapely.get_num_coordinates(out[fresh]) >= _WORTH_KEEPING]
            for place in large.tolist():
                self.kept.keep(int(rows[place]), out[place])
        return out


@dataclass(frozen=True, eq=False)
class Spatial:
    """The three layers of a release, and the row of the right and of the territory of each overlap.

    Rows of overlaps that share nothing have no shape.
    """

    rights: Ground
    lands: Ground
    pairs: Ground
    right_of: np.ndarray
    land_of: np.ndarray


def of(edition: Edition) -> Spatial:
    """The index of a release, made once."""
    return edition.once(("spatial",), lambda: _made(edition))


def where(edition: Edition, key: str) -> Row:
    """Where a right is: its box, and a point in its largest overlap, else in itself (degrees)."""
    index = of(edition)
    row = edition.row_of_right(key)
    pairs = edition.overlaps.iloc[edition.overlap_rows([key])]
    shared = pairs.loc[pairs["overlap_class"].isin(PAIRS), "area_ha"].astype(float)
    ground, number = (
        (index.pairs, int(shared.index.to_numpy()[shared.to_numpy().argmax()]))
        if len(shared)
        else (index.rights, row)
    )
    return {
        "bbox": [round(float(one), 6) for one in index.rights.boxes[row]],
        "point": [round(one, 8) for one in ground.inside(number)],
    }


def _made(edition: Edition) -> Spatial:
    shared = edition.overlaps["overlap_class"].isin(PAIRS).to_numpy(dtype=bool)
    return Spatial(
        ground(edition.concessions),
        ground(edition.territories),
        ground(edition.overlaps, shared),
        edition.concessions.index.get_indexer(pd.Index(edition.overlaps["concession_key"])),
        edition.territories.index.get_indexer(pd.Index(edition.overlaps["territory_key"])),
    )


def ground(frame: gpd.GeoDataFrame, some: np.ndarray | None = None) -> Ground:
    """The index of a frame (EPSG:4326) with a `plane` for each row."""
    shapes = np.array(frame.geometry.array, dtype=object)
    if some is not None:
        shapes[~some] = shapely.Polygon()
    boxes = np.asarray(shapely.bounds(shapes), dtype=float)
    wide = _bulge_degrees(shapes)[:, np.newaxis] * np.array([-1.0, -1.0, 1.0, 1.0])
    tree = shapely.STRtree(shapely.box(*(boxes + wide).T))
    own = frame["plane"].astype("string").fillna(DEGREES)
    return Ground(shapes, own.to_numpy(dtype=object), _planes(own, shapes), boxes, tree)


def _bulge_degrees(shapes: Shapes) -> Floats:
    """How far a side may run beside its straight line in degrees, for each shape."""
    xy, row = shapely.get_coordinates(shapes, return_index=True)
    longest = np.zeros(len(shapes))
    if len(xy) > 1:
        step = np.diff(xy, axis=0)
        same = row[1:] == row[:-1]
        length_m = np.hypot(step[:, 0], step[:, 1]) * METRES_PER_DEGREE
        np.maximum.at(longest, row[1:][same], length_m[same])
    return np.asarray(_BULGE_PER_METRE * longest**2 / METRES_PER_DEGREE)


def _planes(own: pd.Series, shapes: Shapes) -> np.ndarray:
    """Each row's own plane; where that counts in degrees, the UTM zone that it lies in."""
    flat = {text: not describe(text).is_geographic for text in own.unique()}
    straight = own.map(flat).astype(bool)
    if straight.all():
        return own.to_numpy(dtype=object)
    centres = shapely.get_x(shapely.centroid(shapes)).tolist()
    zones = pd.Series([_zone_at(lon) for lon in centres], index=own.index, dtype="string")
    return own.where(straight, zones).to_numpy(dtype=object)


def _zone_at(lon: float) -> str:
    """The country's UTM zone that a longitude lies in, or is nearest to."""
    first, last = min(WGS84_ZONES), max(WGS84_ZONES)
    number = int((lon + 180) // 6) + 1 if np.isfinite(lon) else last
    return WGS84_ZONES[min(max(number, first), last)]


def _in_planes(shapes: Shapes, own: np.ndarray, planes: np.ndarray) -> Shapes:
    """Shapes in degrees drawn in `planes`; sides that are straight in another get vertices."""
    out = np.empty(len(shapes), dtype=object)
    for plane in dict.fromkeys(planes.tolist()):
        here = planes == plane
        out[here] = draw(shapes[here], own[here].tolist(), plane)
    return out
