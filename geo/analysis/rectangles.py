"""Rights that are rectangles along the axes of their plane: cut by clipping, not by overlay.

Most mining rights are. GEOS clips a polygon by a rectangle five times as fast as it intersects
the two, and to the same area, as long as the polygon's edge crosses the rectangle's sides
plainly. Through a corner, or with a vertex on a side, clipping goes wrong (measured: areas lost);
those pairs are found beforehand and left to the intersection. So is every result that is not
valid, which happens where a hole touches its shell, and every small one, in which the last digit
of a crossing point would count.
"""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.errors import GEOSException

from geo.crs import Floats
from geo.datum import Shapes

PLAIN_M = 1e-5
"""How far from corners and sides an edge must keep its vertices for the crossing to be plain."""

SMALL_M2 = 10_000.0
"""Below this the intersection is asked, which computes crossing points in higher precision."""


def are_rectangles(shapes: Shapes) -> npt.NDArray[np.bool_]:
    """Whether each shape is a rectangle with sides along the axes, to the last digit."""
    out = (shapely.get_type_id(shapes) == 3) & (shapely.get_num_coordinates(shapes) == 5)
    xy = shapely.get_coordinates(shapes[out]).reshape(-1, 5, 2)
    low, high = xy.min(axis=1, keepdims=True), xy.max(axis=1, keepdims=True)
    cornered = ((xy == low) | (xy == high)).all(axis=(1, 2)) & (low < high).all(axis=(1, 2))
    still = np.diff(xy, axis=1) == 0
    out[out] = cornered & (still[:, :, 0] != still[:, :, 1]).all(axis=1)
    return np.asarray(out)


def clipped(bounds: Floats, lands: Shapes, land: npt.NDArray[np.intp]) -> Shapes:
    """What each rectangle shares with its land, None where only an intersection can tell.

    bounds: xmin, ymin, xmax, ymax of each rectangle; land: its row in `lands`, sorted.
    """
    out = np.full(len(bounds), None, dtype=object)
    for row in _plain(bounds, lands, land):
        try:
            out[row] = shapely.clip_by_rect(lands[land[row]], *bounds[row])
        except GEOSException:
            continue
    good = np.isin(shapely.get_type_id(out), (3, 6)) & (shapely.area(out) >= SMALL_M2)
    # What is clipped from a polygon of one ring is valid: its edge touches itself nowhere.
    asked = good & (shapely.get_num_interior_rings(lands) != 0)[land]
    asked |= good & (shapely.get_type_id(lands) != 3)[land]
    good[asked] = shapely.is_valid(out[asked])
    out[~good] = None
    return out


def _plain(bounds: Floats, lands: Shapes, land: npt.NDArray[np.intp]) -> list[int]:
    """The rows that are crossed plainly: no vertex on a side's line, no edge at a corner."""
    used, group = np.unique(land, return_inverse=True)
    plain = np.ones(len(bounds), dtype=bool)
    starts = np.searchsorted(group, np.arange(len(used) + 1))
    for number, row in enumerate(used):
        here = slice(starts[number], starts[number + 1])
        xy = shapely.get_coordinates(lands[row])
        for axis in (0, 1):
            vertices = np.sort(xy[:, axis])
            sides = bounds[here][:, [axis, axis + 2]]
            below = np.searchsorted(vertices, sides - PLAIN_M)
            plain[here] &= (below == np.searchsorted(vertices, sides + PLAIN_M)).all(axis=1)
    edges = shapely.boundary(lands[used])
    shapely.prepare(edges)
    for x, y in ((0, 1), (0, 3), (2, 1), (2, 3)):
        some = np.flatnonzero(plain)
        corner = shapely.points(bounds[some][:, [x, y]])
        plain[some] = ~np.asarray(shapely.dwithin(edges[group[some]], corner, PLAIN_M))
    return np.flatnonzero(plain).tolist()
