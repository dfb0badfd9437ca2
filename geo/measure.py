"""Areas and widths: in a plane, as the State prints them, and on the ellipsoid.

A plane figure and a geodesic figure of one shape differ by up to 0.2 % in Peru; neither is
wrong, and each says in its name which it is. Web Mercator and degrees are never measured
in: Web Mercator shows a square near Espinar 7.5 % too large.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from geo.crs import Floats, describe
from geo.datum import Shapes, densify
from geo.errors import PlaneRefused

SQUARE_METRES_PER_HA = 10_000.0

Planes = str | Sequence[str] | pd.Series

_WGS84 = Geod(ellps="WGS84")
_NOT_TRUE = ("Mercator", "Popular Visualisation")


def refuse_for_measuring(plane: str) -> None:
    """Raises PlaneRefused for a CRS in which a plane area or length is not true.

    That is any CRS in degrees, and every Mercator that is neither transverse nor oblique:
    EPSG:3857 and its like. CrsUnreadable for a text that is no CRS.
    """
    meant = describe(plane)
    if meant.is_geographic or meant.method.startswith(_NOT_TRUE):
        raise PlaneRefused(
            f"En «{meant.name}» las superficies no son verdaderas: "
            "mida en el plano UTM de la zona, por ejemplo EPSG:32718."
        )


def plane_ha(shapes: Shapes, plane: Planes) -> Floats:
    """Plane area in hectares of shapes whose vertices are in `plane`, one or one per row.

    This is the figure that official documents print, for the legal UTM plane. Exact but
    for rounding (below 1e-6 ha for 1,000 ha). NaN for no shape. Raises PlaneRefused.
    """
    shapes = np.asarray(shapes, dtype=object)
    unit_m = _units(plane, len(shapes))
    return np.asarray(shapely.area(shapes) * unit_m**2 / SQUARE_METRES_PER_HA)


def mean_width_m(shapes: Shapes, plane: Planes) -> Floats:
    """Twice the area over the perimeter, in metres: the width of a long sliver.

    A strip of w × L metres has w·L/(w + L), hence a little less than w; a square of side a
    has a/2. NaN for what has no perimeter.
    """
    shapes = np.asarray(shapes, dtype=object)
    unit_m = _units(plane, len(shapes))
    perimeter = np.asarray(shapely.length(shapes))
    some = perimeter > 0
    width = 2 * np.asarray(shapely.area(shapes)) / np.where(some, perimeter, 1.0) * unit_m
    return np.where(some, width, np.nan)


def geodesic_ha(shapes: Shapes, own: Planes | None = None, every_m: float = 100.0) -> Floats:
    """Area in hectares on the WGS 84 ellipsoid of shapes with vertices in EPSG:4326.

    Sides are taken as geodesics (Karney's method through PROJ: exact to some 1e-9 ha). With
    `own`, the plane or planes in which the sides are straight, they get a vertex at least
    every `every_m` metres there first, and the error is below 1e-8 of the area. Without,
    a compact shape with sides of 1 km that are straight in UTM is 5e-7 wrong at most, and
    one with sides of 20 km straight in degrees 2e-4 (measured).
    Holes count as holes whichever way they turn. NaN for no shape, 0 for points and lines.
    PROJ works without Python's lock, so a caller may cut a large column among threads.
    """
    shapes = np.asarray(shapes, dtype=object)
    if own is not None:
        shapes = densify(shapes, own, every_m)
    polygons, of_shape = polygons_of(shapes)
    rings, of_polygon = shapely.get_rings(polygons, return_index=True)
    is_shell = np.diff(of_polygon, prepend=-1) > 0
    xy = np.ascontiguousarray(shapely.get_coordinates(rings).T)
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    areas = np.empty(len(rings))
    start = 0
    for number, end in enumerate(ends):
        # PROJ takes one ring at a time; 4 µs each, so this loop costs what its work costs.
        areas[number] = _WGS84.polygon_area_perimeter(xy[0, start:end], xy[1, start:end])[0]
        start = end
    signed = np.where(is_shell, 1.0, -1.0) * np.abs(areas)
    total = np.bincount(of_shape[of_polygon], weights=signed, minlength=len(shapes))
    return np.where(shapely.is_missing(shapes), np.nan, total / SQUARE_METRES_PER_HA)


def _units(plane: Planes, rows: int) -> Floats:
    """Metres per unit of each row's plane, once every plane has been found true."""
    texts = [plane] if isinstance(plane, str) else list(pd.unique(np.asarray(plane, object)))
    for text in texts:
        refuse_for_measuring(text)
    if isinstance(plane, str):
        return np.full(rows, describe(plane).unit_m)
    units = {text: describe(text).unit_m for text in texts}
    return np.array([units[text] for text in plane], dtype=float)


def polygons_of(shapes: Shapes) -> tuple[Shapes, npt.NDArray[np.intp]]:
    """The polygons of shapes and of collections in collections, and the row of each."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        row = row[inner]
    polygon = shapely.get_type_id(parts) == 3
    return parts[polygon], row[polygon]
