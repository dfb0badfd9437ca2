"""The exact intersections of two columns of polygons in one plane, fast.

Candidates come from an STRtree; a prepared territory tells which rights lie wholly within
it (their piece is the right itself, nothing is computed) and which do not meet it; what is
left is intersected. The work is cut among threads, which GEOS uses side by side. Each piece
depends on its own two shapes only, so neither the order of the rows nor the cutting shows.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely.errors import GEOSException

from geo.analysis.rectangles import are_rectangles, clipped
from geo.datum import Shapes
from geo.errors import OverlapFailed
from geo.measure import polygons_of

Rows = npt.NDArray[np.intp]
Answers = npt.NDArray[np.bool_]

T = TypeVar("T")

_PAIRS_OF_A_CHUNK = 1024


@dataclass(frozen=True, eq=False)
class Pieces:
    """The shared polygons of `left[i]` and `right[j]`, sorted by i, then j.

    i, j: row numbers. shapes: polygons or multipolygons, each with an area above zero.
    whole: the left shape lies wholly within the right one, and its piece is itself.
    """

    i: Rows
    j: Rows
    shapes: Shapes
    whole: Answers


def pieces(left: Shapes, right: Shapes, workers: int | None = None) -> Pieces:
    """Every pair of a left and a right shape that share an area, and the area they share.

    Both columns hold valid polygons in one plane. Exact in double precision: no grid, no
    simplification. Fastest where the right shapes are the larger ones. `workers` threads
    (by default as many as Python thinks fit). Raises OverlapFailed naming the rows.
    """
    left, right = np.asarray(left, dtype=object), np.asarray(right, dtype=object)
    i, j = candidates(left, right)
    return of_pairs(left, right, i, j, workers)


def candidates(left: Shapes, right: Shapes, margin: float = 0.0) -> tuple[Rows, Rows]:
    """Pairs of rows whose bounding boxes meet, or come within `margin` of it, by j, then i."""
    if not len(left) or not len(right):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    asked = right
    if margin:
        low_x, low_y, high_x, high_y = shapely.bounds(right).T
        asked = shapely.box(low_x - margin, low_y - margin, high_x + margin, high_y + margin)
    j, i = shapely.STRtree(left).query(asked)
    order = np.lexsort((i, j))
    return i[order], j[order]


def of_pairs(left: Shapes, right: Shapes, i: Rows, j: Rows, workers: int | None = None) -> Pieces:
    """The shared areas of given pairs of rows; pairs that share none are left out."""
    order = np.lexsort((i, j))  # a territory's pairs together: it is prepared once
    i, j = i[order], j[order]

    def work(part: slice) -> tuple[Shapes, Answers]:
        return shared(left, right, i[part], j[part])

    done = list(in_threads(work, cuts(j, _PAIRS_OF_A_CHUNK), workers))
    shapes = np.concatenate([found[0] for found in done]) if done else np.zeros(0, dtype=object)
    whole = np.concatenate([found[1] for found in done]) if done else np.zeros(0, dtype=bool)
    some = np.asarray(shapely.area(shapes)) > 0
    i, j, shapes, whole = i[some], j[some], shapes[some], whole[some]
    order = np.lexsort((j, i))
    return Pieces(i[order], j[order], shapes[order], whole[order])


def in_threads(
    work: Callable[[slice], T], parts: list[slice], workers: int | None = None
) -> Iterator[T]:
    """`work` on each part, in order; in one thread where there is only one part."""
    if len(parts) < 2 or workers == 1:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(work, parts)


def cuts(sorted_rows: Rows, about: int) -> list[slice]:
    """Parts of a sorted column of some `about` rows, never within one value.

    A prepared shape belongs to one thread, so the pairs of a territory stay together.
    """
    if not len(sorted_rows):
        return []
    starts = np.flatnonzero(np.diff(sorted_rows, prepend=-1))
    chosen = np.unique(np.searchsorted(starts, np.arange(0, len(sorted_rows), about)))
    edges = [*starts[chosen[chosen < len(starts)]].tolist(), len(sorted_rows)]
    return [slice(a, b) for a, b in pairwise(edges)]


def shared(left: Shapes, right: Shapes, i: Rows, j: Rows) -> tuple[Shapes, Answers]:
    """What `left[i]` and `right[j]` share, empty for nothing, and whether that is all of the left.

    `j` is sorted, and nobody else uses its shapes meanwhile: they are prepared here.
    """
    shapes = np.full(len(i), shapely.Polygon(), dtype=object)
    one, other = left[i], right[j]
    prepared = right[np.unique(j)]
    shapely.prepare(prepared)
    # Three times as fast as `covers`, which says the same but for a right that touches the edge.
    whole = np.asarray(shapely.contains_properly(other, one))
    rest = np.flatnonzero(~whole)
    rest = rest[shapely.intersects(other[rest], one[rest])]
    square = rest[are_rectangles(one[rest])]
    shapes[square] = clipped(shapely.bounds(one[square]), right, j[square])
    hard = rest[~np.isin(rest, square) | shapely.is_missing(shapes[rest])]
    shapes[hard] = intersected(one[hard], other[hard], i[hard], j[hard])
    full = shapely.area(shapes[rest]) >= (1 - 1e-9) * shapely.area(one[rest])
    touching = rest[full]
    whole[touching] = shapely.covers(other[touching], one[touching])
    shapes[whole] = one[whole]
    shapely.destroy_prepared(prepared)
    return shapes, whole


def intersected(one: Shapes, other: Shapes, i: Rows, j: Rows) -> Shapes:
    """The shared polygons, pair by pair; lines and points are nothing."""
    try:
        return polygons_only(np.asarray(shapely.intersection(one, other), dtype=object))
    except GEOSException as failed:
        raise _naming(one, other, i, j) from failed


def _naming(one: Shapes, other: Shapes, i: Rows, j: Rows) -> OverlapFailed:
    for number in range(len(one)):
        try:
            shapely.intersection(one[number], other[number])
        except GEOSException as failed:
            return OverlapFailed(str(failed), int(i[number]), int(j[number]))
    return OverlapFailed("No se puede calcular la superposición: repita el cálculo.")


def polygons_only(shapes: Shapes) -> Shapes:
    """Each shape without its lines and points; an empty polygon where nothing is left."""
    kind = np.asarray(shapely.get_type_id(shapes))
    other = (kind != 3) & (kind != 6)
    if not other.any():
        return shapes
    out = shapes.copy()
    out[other] = shapely.Polygon()
    mixed = np.flatnonzero(kind == 7)
    parts, row = polygons_of(shapes[mixed])
    if len(parts):
        made = shapely.multipolygons(parts, indices=np.unique(row, return_inverse=True)[1])
        out[mixed[np.unique(row)]] = made
    return out
