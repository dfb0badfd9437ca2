"""What must hold for every pair of shapes, whatever they are."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some
from shapely.affinity import translate

from geo.analysis.interval import bounds_m2, dilated, eroded
from geo.analysis.overlay import overlaps
from geo.analysis.pieces import of_pairs, pieces
from geo.datum import draw
from geo.stages import Layer

Make = Callable[..., Layer]

UTM = "EPSG:32719"
WEST, SOUTH = 480_000.0, 8_600_000.0


@some.composite
def outlines(draw_: some.DrawFn, at_most: float = 2_000.0) -> shapely.Polygon:
    """A star-shaped outline, concave as it likes, with a hole where there is room."""
    count = draw_(some.integers(3, 14))
    radius = draw_(some.lists(some.floats(at_most / 40, at_most), min_size=count, max_size=count))
    middle = draw_(some.tuples(some.floats(-2_000, 2_000), some.floats(-2_000, 2_000)))
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False) + draw_(some.floats(0, 1))
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * np.array(radius)[:, None]
    shape = shapely.Polygon(ring + np.array(middle) + (WEST, SOUTH))
    if not shape.is_valid or shape.area < 1:
        shape = shapely.Polygon(ring + np.array(middle) + (WEST, SOUTH)).convex_hull
    hole = shapely.Point(np.array(middle) + (WEST, SOUTH)).buffer(at_most / 80, 2)
    return shape.difference(hole) if draw_(some.booleans()) and shape.contains(hole) else shape


squares = some.builds(
    lambda x, y, wide, high: shapely.box(
        WEST + 1000 * x, SOUTH + 1000 * y, WEST + 1000 * (x + wide), SOUTH + 1000 * (y + high)
    ),
    some.integers(-3, 2),
    some.integers(-3, 2),
    some.integers(1, 3),
    some.integers(1, 3),
)
shapes = outlines() | squares


def area(found: pd.DataFrame) -> float:
    return float(found["area_ha"].sum())


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-7)


@given(one=shapes, other=shapes)
def test_which_side_is_called_a_right_does_not_change_the_hectares(
    rights: Make, lands: Make, one: shapely.Polygon, other: shapely.Polygon
) -> None:
    there = overlaps(rights([one], UTM), lands([other], UTM)).frame
    back = overlaps(rights([other], UTM), lands([one], UTM)).frame
    assert len(there) == len(back)
    assert area(there) == close(area(back))


@given(one=shapes, other=shapes)
def test_no_overlap_is_larger_than_the_smaller_of_the_two(
    rights: Make, lands: Make, one: shapely.Polygon, other: shapely.Polygon
) -> None:
    found = overlaps(rights([one], UTM), lands([other], UTM)).frame
    assert area(found) <= min(one.area, other.area) / 10_000 * (1 + 1e-9)
    assert area(found) == close(one.intersection(other).area / 10_000)
    assert found["share_of_concession"].le(1).all()
    assert found["share_of_territory"].le(1).all()


@given(one=shapes, other=shapes, at=some.floats(-2_500, 2_500))
def test_a_right_cut_in_two_overlaps_as_much_as_before(
    rights: Make, lands: Make, one: shapely.Polygon, other: shapely.Polygon, at: float
) -> None:
    far = 20_000
    west = one.intersection(shapely.box(WEST - far, SOUTH - far, WEST + at, SOUTH + far))
    east = one.intersection(shapely.box(WEST + at, SOUTH - far, WEST + far, SOUTH + far))
    halves = [half for half in (west, east) if half.area > 0]
    whole = overlaps(rights([one], UTM), lands([other], UTM)).frame
    cut = overlaps(rights(halves, UTM), lands([other], UTM)).frame
    lost = 1e-4 * len(halves)  # below 1 m² there is no pair
    assert area(cut) == pytest.approx(area(whole), rel=1e-9, abs=lost)


@settings(max_examples=25)
@given(
    mine=some.lists(shapes, min_size=1, max_size=6),
    theirs=some.lists(shapes, min_size=1, max_size=4),
    mixed=some.randoms(use_true_random=False),
)
def test_neither_the_order_of_the_rows_nor_the_cutting_changes_a_figure(
    rights: Make,
    lands: Make,
    mine: list[shapely.Polygon],
    theirs: list[shapely.Polygon],
    mixed: object,
) -> None:
    names, others = [f"{n}" for n in range(len(mine))], [f"{n}" for n in range(len(theirs))]
    error = {"error_m": 7.0}
    land = lands(theirs, UTM, native_id=others, **error)
    whole = overlaps(rights(mine, UTM, native_id=names, **error), land).frame

    order = list(range(len(mine)))
    mixed.shuffle(order)  # type: ignore[attr-defined]
    shuffled = overlaps(
        rights([mine[n] for n in order], UTM, native_id=[names[n] for n in order], **error),
        lands(theirs[::-1], UTM, native_id=others[::-1], **error),
    ).frame
    pd.testing.assert_frame_equal(pd.DataFrame(whole), pd.DataFrame(shuffled), check_exact=True)

    alone = pd.concat(
        [
            overlaps(rights([mine[n]], UTM, native_id=[names[n]], **error), land).frame
            for n in range(len(mine))
        ]
    )
    figures = ["concession_key", "territory_key", "area_ha", "area_min_ha", "area_max_ha"]
    keys = figures[:2]
    pd.testing.assert_frame_equal(
        whole[figures].sort_values(keys).reset_index(drop=True),
        alone[figures].sort_values(keys).reset_index(drop=True),
        check_exact=True,
    )


@given(one=shapes, other=shapes, error=some.floats(0, 60))
def test_the_interval_holds_the_figure_and_stays_within_the_right(
    rights: Make, lands: Make, one: shapely.Polygon, other: shapely.Polygon, error: float
) -> None:
    found = overlaps(rights([one], UTM, error_m=error), lands([other], UTM, error_m=0.0)).frame
    low, mid, high = (
        found[name].to_numpy(dtype=float) for name in ("area_min_ha", "area_ha", "area_max_ha")
    )
    assert (low >= 0).all()
    assert (low <= mid * (1 + 1e-9)).all()
    assert (mid <= high * (1 + 1e-9)).all()
    assert (high <= one.area / 10_000 * (1 + 1e-9)).all()
    certain = found["overlap_class"].isin(["indeterminate"]).to_numpy(dtype=bool)
    assert (low[certain] == 0).all()


@given(
    one=shapes,
    other=shapes,
    error=some.floats(0.5, 80),
    part=some.floats(0, 1),
    turn=some.floats(0, 2 * math.pi),
)
def test_the_interval_holds_every_rigid_shift_up_to_the_error(
    one: shapely.Polygon, other: shapely.Polygon, error: float, part: float, turn: float
) -> None:
    right, land = np.array([one], dtype=object), np.array([other], dtype=object)
    zero = np.zeros(1, dtype=np.intp)
    nominal = np.array([one.intersection(other).area])
    low, high = bounds_m2(right, land, zero, zero, np.array([error]), nominal)
    for reach in (part, 1.0):
        away = translate(other, reach * error * math.cos(turn), reach * error * math.sin(turn))
        shared = one.intersection(away).area
        assert low[0] <= shared * (1 + 1e-9) + 1e-3
        assert shared <= high[0] * (1 + 1e-9) + 1e-3


@given(shape=shapes, error=some.floats(0.5, 80))
def test_a_dilated_territory_reaches_the_error_everywhere_and_an_eroded_one_keeps_it(
    shape: shapely.Polygon, error: float
) -> None:
    land, reach = np.array([shape], dtype=object), np.array([error])
    outer, inner = dilated(land, reach)[0], eroded(land, reach)[0]
    assert outer.contains(shape)
    assert shapely.distance(shapely.boundary(outer), shape) >= error * (1 - 1e-9)
    if not inner.is_empty:
        assert shape.contains(inner)
        gap = shapely.distance(shapely.boundary(inner), shapely.boundary(shape))
        assert gap >= error * (1 - 1e-9)
    # and not much more than that
    corners = shapely.points(shapely.get_coordinates(outer))
    assert shapely.distance(corners, shape).max() <= 1.003 * error


@given(one=shapes, other=shapes)
def test_more_vertices_on_the_same_sides_change_no_hectare(
    rights: Make, lands: Make, one: shapely.Polygon, other: shapely.Polygon
) -> None:
    dense = shapely.segmentize(other, 40.0)
    there = overlaps(rights([one], UTM), lands([other], UTM)).frame
    again = overlaps(rights([one], UTM), lands([dense], UTM)).frame
    assert area(there) == pytest.approx(area(again), rel=1e-7, abs=1e-4)


@settings(max_examples=30)
@given(one=shapes, other=shapes)
def test_a_territory_kept_in_the_neighbouring_zone_overlaps_as_much(
    rights: Make, lands: Make, one: shapely.Polygon, other: shapely.Polygon
) -> None:
    """Its sides, straight in zone 19, come with a vertex every 100 m."""
    degrees = np.asarray(lands([other], UTM).frame.geometry.array)
    in_18 = draw(degrees, UTM, "EPSG:32718")
    here = overlaps(rights([one], UTM), lands([other], UTM)).frame
    there = overlaps(rights([one], UTM), lands(list(in_18), "EPSG:32718")).frame
    seam = (one.length + other.length) * 2e-4 / 10_000  # 0.1 mm there, 0.1 mm back
    assert area(here) == pytest.approx(area(there), abs=seam + 1e-4)


@given(
    left=some.lists(shapes, min_size=1, max_size=8),
    right=some.lists(shapes, min_size=1, max_size=8),
    workers=some.sampled_from([1, 2, 3]),
)
def test_the_fast_engine_finds_what_a_plain_loop_finds(
    left: list[shapely.Polygon], right: list[shapely.Polygon], workers: int
) -> None:
    found = pieces(np.array(left, dtype=object), np.array(right, dtype=object), workers)
    plain = {
        (i, j): one.intersection(other).area
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        if one.intersection(other).area > 0
    }
    pairs = zip(found.i.tolist(), found.j.tolist(), strict=True)
    assert dict(zip(pairs, shapely.area(found.shapes), strict=True)) == pytest.approx(
        plain, rel=1e-9, abs=1e-6
    )
    assert shapely.is_valid(found.shapes).all()
    assert np.isin(shapely.get_type_id(found.shapes), (3, 6)).all()
    for i, j, whole in zip(found.i, found.j, found.whole, strict=True):
        assert bool(whole) == right[j].covers(left[i])


def test_lines_and_points_in_common_are_left_out_of_a_piece() -> None:
    comb = shapely.union_all(
        [shapely.box(0, 0, 10, 1), shapely.box(0, 1, 1, 5), shapely.box(4, 1, 5, 3)]
    )
    top = shapely.box(0, 3, 10, 8)
    both = np.array([comb], dtype=object), np.array([top], dtype=object)
    zero = np.zeros(1, dtype=np.intp)
    found = of_pairs(*both, zero, zero)
    assert shapely.intersection(*both)[0].geom_type == "GeometryCollection"
    assert np.isin(shapely.get_type_id(found.shapes), (3, 6)).all()
    assert shapely.area(found.shapes).tolist() == [2.0]
