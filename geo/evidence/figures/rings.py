"""Rings in whole millimetres: clockwise, from their north-west, with the angles inside them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import Floats
from geo.errors import StageBroken

Ints = npt.NDArray[np.int64]

MM_PER_M = 1000


@dataclass(frozen=True, eq=False)
class Outline:
    """One ring in millimetres, clockwise from its north-west; double: twice its area, mm²."""

    mm: Ints
    angles: Floats
    double: float


def outlines(polygon: BaseGeometry) -> tuple[list[Outline], int, int]:
    """Outline and holes of a polygon, how many vertices fell together, how many rings collapsed."""
    made, merged, lost = [], 0, 0
    for place, ring in enumerate(shapely.get_rings(polygon)):
        exact = shapely.get_coordinates(ring)
        mm, exact = _rounded(exact)
        merged += len(shapely.get_coordinates(ring)) - 1 - len(mm)
        outline = _turned(mm, exact)
        if outline is not None:
            made.append(outline)
            continue
        lost += 1
        if place == 0:
            return [], merged, lost
    return [*made[:1], *sorted(made[1:], key=lambda one: order(one.mm))], merged, lost


def _rounded(exact: Floats) -> tuple[Ints, Floats]:
    """A closed ring without its last vertex, in whole millimetres, without zero sides."""
    if not np.isfinite(exact).all():
        raise StageBroken("una figura tiene coordenadas que no son números")
    mm = np.rint(exact[:-1] * MM_PER_M).astype(np.int64)
    kept = (mm != np.roll(mm, 1, axis=0)).any(axis=1)
    return mm[kept], exact[:-1][kept]


def _turned(mm: Ints, exact: Floats) -> Outline | None:
    """A ring clockwise from its north-west, with its angles; None where it has no width."""
    double = _double_area(mm) if len(mm) > 2 else 0.0
    if not double:
        return None
    if double > 0:
        mm, exact = mm[::-1], exact[::-1]
    start = _start(mm)
    mm, exact = np.roll(mm, -start, axis=0), np.roll(exact, -start, axis=0)
    angles = _angles(mm)
    # a needle whose sides fell together: only the unrounded ring tells its inside
    inward = (angles == 0) & (_angles(exact - exact[0]) > 180)
    return Outline(mm, np.where(inward, 360.0, angles), abs(double))


def _double_area(mm: Ints) -> float:
    """Twice the signed area in mm², positive anticlockwise, from the first vertex."""
    x, y = (mm - mm[0]).astype(float).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _start(mm: Ints) -> int:
    """The place of the north-west vertex; of one that is passed twice, by what follows it."""
    reach = mm[:, 1] - mm[:, 0]
    most = np.flatnonzero(reach == reach.max())
    most = most[mm[most, 1] == mm[most, 1].max()]
    if len(most) == 1:
        return int(most[0])
    return int(min(most, key=lambda place: np.roll(mm, -place, axis=0).tolist()))


def order(mm: Ints) -> tuple[int, int, list[list[int]]]:
    return int(mm[0, 0] - mm[0, 1]), -int(mm[0, 1]), mm.tolist()


def _angles(ring: npt.NDArray[Any]) -> Floats:
    """The angle inside a clockwise ring at each vertex, 0 to 360; exactly 180 on a straight side.

    Whole millimetres are multiplied as whole numbers, which holds for sides up to 2,000 km.
    """
    (ax, ay), (bx, by) = (np.roll(ring, 1, axis=0) - ring).T, (np.roll(ring, -1, axis=0) - ring).T
    # from the side behind anticlockwise to the side ahead, both seen from the vertex
    across, along = ax * by - ay * bx, ax * bx + ay * by
    turned = np.degrees(np.arctan2(across.astype(float), along.astype(float)))
    return np.asarray(np.where(turned < 0, turned + 360.0, turned), dtype=float)
