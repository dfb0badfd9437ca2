"""Clipping must give what intersecting gives, or leave the pair to the intersection."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from geo.analysis.pieces import pieces
from geo.analysis.rectangles import are_rectangles, clipped

FACTOR = 1000.0  # a figure of ten units is a territory of ten kilometres


def column(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


def scaled(wkt: str) -> shapely.Geometry:
    return shapely.transform(shapely.from_wkt(wkt), lambda xy: xy * FACTOR)


# Clipping alone loses most of each: an edge through a corner, vertices on a side, a shared corner.
LOST = [
    (
        "POLYGON ((0 0, 0 10, 10 10, 10 9, 7 9, 7 6, 10 6, 10 0, 0 0), (3 2, 2 6, 0 0, 3 2))",
        (1, 3, 5, 7),
    ),
    (
        "POLYGON ((10 10, 10 0, 7 0, 0 0, 0 4, 1 4, 1 5, 0 5, 0 10, 10 10), (6 7, 5 6, 7 0, 6 7))",
        (5, 6, 8, 7),
    ),
    (
        "POLYGON ((10 10, 10 0, 2 0, 0 0, 0 3, 3 3, 3 6, 0 6, 0 10, 10 10), (8 4, 6 4, 2 0, 8 4))",
        (5, 3, 10, 6),
    ),
]


@pytest.mark.parametrize(("wkt", "corners"), LOST)
def test_a_territory_whose_edge_meets_a_corner_of_the_right_loses_nothing(
    wkt: str, corners: tuple[int, int, int, int]
) -> None:
    land = scaled(wkt)
    right = shapely.box(*(FACTOR * np.array(corners)))
    assert shapely.clip_by_rect(land, *right.bounds).area < 0.9 * right.intersection(land).area
    found = pieces(column(right), column(land))
    assert shapely.area(found.shapes).tolist() == pytest.approx([right.intersection(land).area])


def test_only_rectangles_along_the_axes_are_taken_for_rectangles() -> None:
    box = shapely.box(0, 0, 2, 1)
    turned = shapely.Polygon([(0, 0), (1, 1), (0, 2), (-1, 1)])
    nearly = shapely.Polygon([(0, 0), (2, 0), (2, 1), (1e-9, 1)])
    bow = shapely.Polygon([(0, 0), (2, 1), (2, 0), (0, 1)])
    corner = shapely.Polygon([(0, 0), (2, 0), (2, 2), (1, 2), (1, 1), (0, 1)])
    holed = shapely.box(0, 0, 9, 9).difference(shapely.box(1, 1, 2, 2))
    two = shapely.MultiPolygon([box])
    shapes = column(box, box.reverse(), turned, nearly, bow, corner, holed, two)
    assert are_rectangles(shapes).tolist() == [True, True] + [False] * 6


@settings(max_examples=200)
@given(
    holes=some.lists(
        some.lists(some.tuples(some.integers(0, 10), some.integers(0, 10)), min_size=3, max_size=3),
        max_size=4,
    ),
    west=some.integers(-4, 36),
    south=some.integers(-4, 36),
    wide=some.integers(1, 24),
    high=some.integers(1, 24),
)
def test_clipping_gives_the_hectares_of_the_intersection_or_nothing(
    holes: list[list[tuple[int, int]]], west: int, south: int, wide: int, high: int
) -> None:
    """Corners on quarters of a unit meet edges, vertices and corners of the land all the time."""
    land = shapely.box(0, 0, 10, 10)
    for hole in holes:
        land = land.difference(shapely.Polygon(hole).buffer(0))
    if land.geom_type not in ("Polygon", "MultiPolygon") or land.is_empty:
        return
    land = shapely.transform(land, lambda xy: xy * FACTOR)
    corners = FACTOR * np.array([west, south, west + wide, south + high]) / 4
    true = shapely.box(*corners).intersection(land)
    made = clipped(corners[None, :], column(land), np.zeros(1, dtype=np.intp))[0]
    if made is not None:
        assert made.is_valid
        assert made.area == pytest.approx(true.area, rel=1e-9)
    found = pieces(column(shapely.box(*corners)), column(land))
    assert shapely.area(found.shapes).sum() == pytest.approx(true.area, rel=1e-9, abs=1e-6)


def test_a_plain_crossing_is_clipped() -> None:
    """Else the shortcut would be no shortcut, and no test would say so."""
    land = shapely.Point(0, 0).buffer(5_000.0, 100)
    made = clipped(
        np.array([[4_000.3, 10.7, 9_000.3, 1_010.7]]), column(land), np.zeros(1, np.intp)
    )
    assert made[0] is not None
