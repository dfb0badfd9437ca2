"""How small and how large a shared area may be, given the error of both boundaries.

The **territory** is eroded and dilated by e, and each result is laid on the right. Eroding
the right instead would swallow small plots that lie wholly inside a territory. A buffer's
arc is a chain of chords: the distance is widened so that the chords stay outside the true
circle, and the interval truly holds every rigid shift of one boundary up to e.
"""

import math

import numpy as np
import pandas as pd
import shapely

from geo.analysis.pieces import Rows, cuts, in_threads, shared
from geo.crs import Floats
from geo.datum import Shapes
from geo.errors import OverlapFailed

QUARTER_SEGMENTS = 16
WIDENED = (1 + 1e-5) / math.cos(1.5 * math.pi / (4 * QUARTER_SEGMENTS))
"""Buffer distance over e: 0.27 % more, so that the polygon holds the circle.

GEOS rounds the number of chords of an arc, so that one may span half as much again as asked.
"""

DUST_M2 = 1e-4
"""Below 1 cm² an area is rounding, and counts as none."""

_PAIRS_OF_A_CHUNK = 512


def joint_error_m(rights: pd.DataFrame, lands: pd.DataFrame, i: Rows, j: Rows) -> Floats:
    """The 95 % error of two boundaries against each other, in metres; NaN where not known.

    e² = own₁² + own₂² + datum₁² + datum₂². Two rows that came through the same datum operation
    were moved alike, so that between them the datum adds nothing.
    """
    own = _numbers(rights, "error_m")[i] ** 2 + _numbers(lands, "error_m")[j] ** 2
    datum = _numbers(rights, "datum_error_m")[i] ** 2 + _numbers(lands, "datum_error_m")[j] ** 2
    one, other = _texts(rights, "operation")[i], _texts(lands, "operation")[j]
    alike = (one != "") & (one == other)
    return np.asarray(np.sqrt(own + np.where(alike, 0.0, datum)))


def widest_error_m(rights: pd.DataFrame, lands: pd.DataFrame) -> float:
    """No pair of these rows has a larger joint error, where one is known."""
    squares = [
        np.nanmax(np.append(_numbers(frame, name), 0.0)) ** 2
        for frame in (rights, lands)
        for name in ("error_m", "datum_error_m")
    ]
    return math.sqrt(sum(squares))


def bounds_m2(
    rights: Shapes,
    lands: Shapes,
    i: Rows,
    j: Rows,
    error_m: Floats,
    nominal_m2: Floats,
    workers: int | None = None,
) -> tuple[Floats, Floats]:
    """The least and the largest shared area of each pair, in m²; NaN where e is not known.

    All shapes in one plane in metres. The largest is capped at the right's own plane area.
    Always least <= nominal <= largest. The arcs widen e by 0.27 % at most (7 cm at 24 m), always
    to the safe side.
    """
    low = np.where(np.isnan(error_m), np.nan, nominal_m2)
    high = low.copy()
    asked = np.flatnonzero(error_m > 0)
    asked = asked[np.lexsort((i[asked], error_m[asked], j[asked]))]
    group = pd.factorize(pd.MultiIndex.from_arrays([j[asked], error_m[asked]]))[0]

    def work(part: slice) -> tuple[Rows, Floats, Floats]:
        return _of_groups(rights, lands, i, j, error_m, nominal_m2, asked[part], group[part])

    for rows, least, largest in in_threads(work, cuts(group, _PAIRS_OF_A_CHUNK), workers):
        low[rows], high[rows] = least, largest
    low[low < DUST_M2] = 0.0
    return low, high


def eroded(shapes: Shapes, error_m: Floats) -> Shapes:
    """What of each shape is farther than `error_m` from its edge, or a little less."""
    return _buffered(shapes, -WIDENED * error_m)


def dilated(shapes: Shapes, error_m: Floats) -> Shapes:
    """All that is within `error_m` of each shape, and a little more."""
    return _buffered(shapes, WIDENED * error_m)


def _buffered(shapes: Shapes, distance: Floats) -> Shapes:
    made = shapely.buffer(shapes, distance, quad_segs=QUARTER_SEGMENTS)
    return np.asarray(made, dtype=object)


def _of_groups(
    rights: Shapes,
    lands: Shapes,
    i: Rows,
    j: Rows,
    error_m: Floats,
    nominal_m2: Floats,
    asked: Rows,
    group: Rows,
) -> tuple[Rows, Floats, Floats]:
    """Least and largest of the pairs of some (territory, e); a buffer is made once for each."""
    _, first, group = np.unique(group, return_index=True, return_inverse=True)
    land, error = lands[j[asked[first]]], error_m[asked[first]]
    edges = shapely.boundary(land)
    shapely.prepare(edges)
    near = np.zeros(len(asked), dtype=bool)
    for one in np.unique(error):
        here = error[group] == one
        reach = 1.001 * WIDENED * float(one)  # what lies deeper than this, no buffer changes
        near[here] = shapely.dwithin(edges[group[here]], rights[i[asked[here]]], reach)
    asked, group = asked[near], group[near]
    nominal, whole = nominal_m2[asked], np.asarray(shapely.area(rights[i[asked]]))

    least = np.zeros(len(asked))
    some = nominal > 0
    kept = np.unique(group[some])
    inner = np.full(len(land), None, dtype=object)
    inner[kept] = eroded(land[kept], error[kept])
    least[some] = _areas(rights, inner, i[asked][some], j[asked][some], group[some])

    largest = whole.copy()
    some = nominal < whole
    kept = np.unique(group[some])
    outer = np.full(len(land), None, dtype=object)
    outer[kept] = dilated(land[kept], error[kept])
    largest[some] = _areas(rights, outer, i[asked][some], j[asked][some], group[some])

    least = np.minimum(least, nominal)
    largest = np.minimum(np.maximum(largest, nominal), np.maximum(whole, nominal))
    return asked, least, largest


def _areas(rights: Shapes, buffers: Shapes, i: Rows, j: Rows, group: Rows) -> Floats:
    """The areas that rights share with the buffers of their groups; `j` names the territories."""
    try:
        return np.asarray(shapely.area(shared(rights, buffers, i, group)[0]))
    except OverlapFailed as error:
        there = np.append(j[group == error.j], -1)
        raise OverlapFailed(str(error), error.i, int(there[0])) from error


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    return np.asarray(frame[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan))


def _texts(frame: pd.DataFrame, name: str) -> Shapes:
    return np.asarray(frame[name].astype("string").fillna("").to_numpy(dtype=object))
