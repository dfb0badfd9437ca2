"""Shapes from one CRS to another: the only module that moves a shape.

Every vertex of a layer is kept in EPSG:4326 as (longitude, latitude); beside it stands
`plane`, the CRS in which the sides of its shape are straight. How a vertex moves, and why
PSAD56 always goes through EPSG:1208, is said in `geo.crs`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import DEGREES, WGS84_ZONES, Floats, describe, route
from geo.errors import CrsUnreadable, TransformationRefused

Shapes = npt.NDArray[np.object_]

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, eq=False)
class Degrees:
    """Shapes brought to EPSG:4326, the operation that did it, and its accuracy.

    `operation` is "none" where the datum already is WGS 84. `lost` marks the rows whose
    vertices have no place on the globe (NaN, infinite, outside the projection); their
    shape is None, and who calls excludes them with a reason.
    """

    shapes: Shapes
    operation: str
    accuracy_m: float
    lost: npt.NDArray[np.bool_]


def _moved(
    shapes: Shapes, way: Callable[[Floats, Floats], tuple[Floats, Floats]]
) -> tuple[Shapes, npt.NDArray[np.bool_]]:
    flat = np.asarray(shapely.force_2d(np.asarray(shapes, dtype=object)), dtype=object)
    xy, row = shapely.get_coordinates(flat, return_index=True)
    lost = np.zeros(len(flat), dtype=bool)
    if len(xy):
        x, y = way(np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1]))
        xy = np.column_stack([x, y])
        gone = ~np.isfinite(xy).all(axis=1)
        lost[row[gone]] = True
        xy[gone] = 0.0
    out = np.asarray(shapely.set_coordinates(flat.copy(), xy), dtype=object)
    out[lost] = None
    return out, lost


def to_degrees(shapes: Shapes, crs: str) -> Degrees:
    """Shapes with vertices in `crs`, brought to EPSG:4326 (longitude, latitude); heights go.

    One operation for all vertices: EPSG:1208 for PSAD56, EPSG:5378, 15894 and 1581 (which
    move nothing) for Peru96 and SIRGAS, none for WGS 84; for another datum the best that
    EPSG lists for Peru. Shapes with vertices that are not on the globe come back as None
    and are marked in `lost`. Raises CrsUnreadable, and TransformationRefused where the only
    way is a "ballpark" (a PROJ string without its datum: about 420 m wrong in Peru).
    """
    way_there = route(crs)

    def way(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        lon, lat = way_there.forth(x, y)
        off = (np.abs(lon) > 180.000001) | (np.abs(lat) > 90)
        return np.where(off, np.nan, lon), lat

    moved, lost = _moved(shapes, way)
    return Degrees(moved, way_there.operation, way_there.accuracy_m, lost)


def from_degrees(shapes: Shapes, crs: str) -> Shapes:
    """Shapes in EPSG:4326 brought to `crs`: the exact inverse of `to_degrees`.

    There and back costs less than 5e-9 m, through EPSG:1208 too. Raises CrsUnreadable, and
    TransformationRefused for shapes that have no place in `crs`.
    """
    return _none_lost(*_moved(shapes, route(crs).back), crs)


def _none_lost(moved: Shapes, lost: npt.NDArray[np.bool_], crs: str) -> Shapes:
    if lost.any():
        raise TransformationRefused(
            f"{int(lost.sum())} figuras no caben en «{describe(crs).name}»: "
            "revise la zona y el sistema de coordenadas que declaró."
        )
    return moved


def draw(
    shapes: Shapes,
    own: str | Sequence[str] | pd.Series,
    plane: str | None = None,
    every_m: float = 100.0,
) -> Shapes:
    """Each shape (EPSG:4326 vertices, sides straight in its `own` plane) drawn in `plane`.

    Without `plane` each shape is drawn in its own. Where `plane` is another than its own,
    a side gets a vertex at least every `every_m` metres in its own plane first (for a
    geographic plane every `every_m` / 111,320 degrees), because a straight side is not
    straight elsewhere. Between two such vertices the side then deviates by less than
    0.1 mm at 100 m anywhere in Peru, into a neighbouring zone too (measured: 0.09 mm);
    the deviation grows with the square of `every_m`. Nothing is added where `own` is
    `plane`. Raises CrsUnreadable and TransformationRefused as `from_degrees`.
    """
    shapes = np.asarray(shapes, dtype=object)
    return _by_plane(shapes, own, lambda here, name: _drawn(here, name, plane or name, every_m))


def densify(shapes: Shapes, own: str | Sequence[str] | pd.Series, every_m: float = 100.0) -> Shapes:
    """Each shape in EPSG:4326 with a vertex at least every `every_m` along its true sides.

    The true sides are those that are straight in `own`; see `draw` for what remains.
    """
    shapes = np.asarray(shapes, dtype=object)
    return _by_plane(shapes, own, lambda here, name: _dense(here, name, every_m))


def _by_plane(
    shapes: Shapes,
    own: str | Sequence[str] | pd.Series,
    way: Callable[[Shapes, str], Shapes],
) -> Shapes:
    if isinstance(own, str):
        return way(shapes, own)
    group, planes = pd.factorize(np.asarray(own, dtype=object))
    if len(group) != len(shapes):
        raise ValueError(f"{len(shapes)} shapes, {len(group)} planes")
    if (group < 0).any():
        raise CrsUnreadable(
            f"{int((group < 0).sum())} figuras no dicen en qué plano son rectos sus lados: "
            "impórtelas otra vez."
        )
    out = np.empty(len(shapes), dtype=object)
    for number, name in enumerate(planes):
        here = group == number
        out[here] = way(shapes[here], name)
    return out


def _drawn(shapes: Shapes, own: str, plane: str, every_m: float) -> Shapes:
    source, target = describe(own), describe(plane)
    if source.code != target.code:
        shapes = _dense(shapes, own, every_m)
    return shapes if target.code == DEGREES else from_degrees(shapes, plane)


def _dense(shapes: Shapes, own: str, every_m: float) -> Shapes:
    source = describe(own)
    at_home = shapes if source.code == DEGREES else from_degrees(shapes, own)
    step = every_m / (METRES_PER_DEGREE if source.is_geographic else source.unit_m)
    dense = np.asarray(shapely.segmentize(at_home, step), dtype=object)
    if source.code == DEGREES:
        return dense
    brought = to_degrees(dense, own)
    return _none_lost(brought.shapes, brought.lost, own)


def utm_zone(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Shapes:
    """The legal plane of points in degrees: "EPSG:32717", "…18" or "…19"; "" elsewhere.

    A point on 78° or 72° W belongs to the zone east of it, as UTM has it.
    """
    lon, lat = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
    inside = (lon >= -84) & (lon < -66) & (lat <= 0) & (lat >= -80)
    number = np.where(inside, np.floor((np.where(inside, lon, 0.0) + 180) / 6) + 1, 0)
    out = np.full(number.shape, "", dtype=object)
    for zone, code in WGS84_ZONES.items():
        out[number == zone] = code
    return out


def legal_plane(shapes: Shapes | pd.Series) -> pd.Series:
    """The legal plane of each shape in EPSG:4326, by its centroid; missing outside 17S–19S.

    Official areas are plane areas in this zone. A record's own zone field, where it has
    one, goes before this: rights near 78° and 72° W may be filed in the other zone.
    """
    index = shapes.index if isinstance(shapes, pd.Series) else None
    centre = np.asarray(shapely.centroid(np.asarray(shapes, dtype=object)), dtype=object)
    planes = pd.Series(utm_zone(shapely.get_x(centre), shapely.get_y(centre)), index=index)
    return planes.astype("str").mask(planes.eq(""))


def planes_of_hectares(planes: pd.Series, shapes: Shapes | pd.Series) -> pd.Series:
    """The WGS 84 UTM plane in which the plane hectares of shapes in EPSG:4326 are measured.

    That of the row's own zone where `planes` has one, else of the shape's place; missing outside
    17S–19S.
    """
    zones = {text: zone_label(text)[:2] for text in planes.unique()}
    known = planes.map({text: WGS84_ZONES.get(int(z or 0)) for text, z in zones.items()})
    return known.astype("string").fillna(legal_plane(shapes).astype("string"))


def zone_label(plane: str) -> str:
    """ "19S" for "EPSG:32719" and every other UTM plane; "" for what is not UTM."""
    return describe(plane).zone
