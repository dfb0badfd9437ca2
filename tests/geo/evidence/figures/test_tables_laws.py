"""Technical tables: what holds for every polygon, however hostile, and for the real files."""

import math
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.datum import legal_plane
from geo.evidence.figures.tables import Line, Table, dms, lines, of_territory, technical
from geo.measure import plane_ha
from geo.words import words

PLANE = "EPSG:32719"
SPANISH = words("es", "")
EAST, NORTH = 461_000, 8_613_000


def _rings(table: Table) -> list[list[Line]]:
    rings: dict[tuple[int, int], list[Line]] = {}
    for line in lines(table):
        rings.setdefault((line["part"], line["ring"]), []).append(line)
    return list(rings.values())


def _printed(ring: list[Line]) -> list[tuple[Decimal, Decimal]]:
    """The coordinates as a reader has them: three decimals."""
    return [(Decimal(f"{one['east']:.3f}"), Decimal(f"{one['north']:.3f}")) for one in ring]


def _shoelace(points: list[tuple[Decimal, Decimal]]) -> Decimal:
    """The reader's calculator: exact, positive anticlockwise."""
    following = [*points[1:], points[0]]
    double = sum(
        (x * n - e * y for (x, y), (e, n) in zip(points, following, strict=True)), Decimal(0)
    )
    return double / 2


def _hectares(table: Table) -> Decimal:
    signed = (
        (-1 if ring[0]["hole"] else 1) * abs(_shoelace(_printed(ring))) for ring in _rings(table)
    )
    return sum(signed, Decimal(0)) / 10_000


def _holds(table: Table) -> None:
    """What a reader with a calculator checks on paper."""
    for ring, rows in zip(table.rings, _rings(table), strict=True):
        points = _printed(rows)
        assert _shoelace(points) < 0, "clockwise"
        reach = [(n - e, n, -e) for e, n in points]
        assert reach[0] == max(reach), "starts in the north-west"
        assert ring.closure_m == 0
        assert rows[-1]["side"] == f"{len(rows)}-1"
        assert [row["vertex"] for row in rows] == list(range(1, len(rows) + 1))
        assert all(a != b for a, b in zip(points, [*points[1:], points[0]], strict=True))
        for row, (e, n), (east, north) in zip(rows, points, [*points[1:], points[0]], strict=True):
            assert row["distance_m"] == pytest.approx(math.dist((e, n), (east, north)), abs=1e-3)
            turned = math.degrees(math.atan2(east - e, north - n)) % 360
            assert row["azimuth"] == dms(round(turned * 3600) % (360 * 3600) / 3600)
    assert float(_hectares(table)) == pytest.approx(table.area_ha, abs=1e-6)


def _sums(table: Table) -> None:
    for ring in table.rings:
        assert ring.angle_sum_expected == 180 * (len(ring.vertices) - 2)
        assert ring.angle_sum == pytest.approx(ring.angle_sum_expected, abs=1e-6)


_mm = st.integers(0, 400).map(lambda step: step / 8)  # eighths of a metre are whole millimetres
_boxes = st.tuples(_mm, _mm, _mm, _mm).filter(lambda b: b[0] != b[2] and b[1] != b[3])


@st.composite
def _blocks(draw: st.DrawFn) -> BaseGeometry:
    """Unions of rectangles: parts, holes, holes that touch, straight and reflex corners."""
    found = draw(st.lists(_boxes, min_size=1, max_size=7))
    rectangles = [
        box(EAST + min(a, c), NORTH + min(b, d), EAST + max(a, c), NORTH + max(b, d))
        for a, b, c, d in found
    ]
    whole: BaseGeometry = shapely.union_all(rectangles)
    return whole


@st.composite
def _stars(draw: st.DrawFn) -> Polygon:
    """Simple polygons with corners anywhere: around a point, every turn at its own distance."""
    turns = draw(st.lists(st.integers(0, 3599), min_size=3, max_size=40, unique=True))
    distances = draw(st.lists(st.floats(0.5, 30_000), min_size=len(turns), max_size=len(turns)))
    return Polygon(
        [
            (
                EAST + reach * math.cos(math.radians(turn / 10)),
                NORTH + reach * math.sin(math.radians(turn / 10)),
            )
            for turn, reach in zip(sorted(turns), distances, strict=True)
        ]
    )


@given(_blocks())
def test_rectangles_of_any_union_close_and_add_up(shape: BaseGeometry) -> None:
    table = technical(shape, PLANE)
    _holds(table)
    _sums(table)
    assert table.area_ha == pytest.approx(shape.area / 10_000, abs=1e-9)
    assert table.perimeter_m == pytest.approx(shape.length, abs=1e-6)
    assert table.notes == ()


@given(_stars())
def test_the_printed_coordinates_give_the_hectares_of_any_polygon(shape: Polygon) -> None:
    table = technical(shape, PLANE)
    _holds(table)
    if shape.is_valid:
        assert float(_hectares(table)) == pytest.approx(shape.area / 10_000, abs=0.01)
    rounded = [Polygon([(float(e), float(n)) for e, n in _printed(ring)]) for ring in _rings(table)]
    if all(ring.is_valid for ring in rounded):
        _sums(table)


@given(_stars(), st.integers(0, 40), st.booleans())
def test_where_a_ring_begins_and_how_it_turns_changes_no_table(
    shape: Polygon, start: int, turned: bool
) -> None:
    corners = list(shape.exterior.coords)[:-1]
    start %= len(corners)
    other = corners[start:] + corners[:start]
    assert technical(Polygon(other[::-1] if turned else other), PLANE) == technical(shape, PLANE)


@given(_blocks(), st.randoms(use_true_random=False))
def test_the_order_of_parts_and_holes_changes_no_table(
    shape: BaseGeometry, chance: "np.random.Generator"
) -> None:
    parts = []
    for part in shapely.get_parts(shape):
        holes = [ring.coords[::-1] for ring in part.interiors]
        chance.shuffle(holes)
        parts.append(Polygon(part.exterior.coords[::-1], holes))
    chance.shuffle(parts)
    assert technical(MultiPolygon(parts), PLANE) == technical(shape, PLANE)


@given(st.floats(0, 360))
def test_degrees_minutes_seconds_read_back_to_half_a_second(angle: float) -> None:
    degrees, rest = dms(angle).split("°")
    minutes, seconds = rest.rstrip('"').split("'")
    assert int(minutes) < 60
    assert int(seconds) < 60
    read = int(degrees) + int(minutes) / 60 + int(seconds) / 3600
    assert read == pytest.approx(angle, abs=0.5 / 3600 + 1e-9)


# --- hostile ------------------------------------------------------------------------------------


def _square_with(*points: tuple[float, float]) -> Polygon:
    """A hectare whose eastern side is broken by these points, from north to south."""
    corners = [(0, 0), (0, 100), (100, 100), *points, (100, 0)]
    return Polygon([(EAST + e, NORTH + n) for e, n in corners])


@pytest.mark.parametrize("width", [1.0, 1e-2, 1e-4, 1e-7])
@pytest.mark.parametrize("tip", [150.0, 10.0])  # a needle outwards, and one into the square
def test_a_needle_does_not_turn_the_angles_of_its_ring(width: float, tip: float) -> None:
    shape = _square_with((100, 50 + width / 2), (tip, 50), (100, 50 - width / 2))
    table = technical(shape, PLANE)
    _holds(table)
    _sums(table)
    assert table.area_ha == pytest.approx(1, abs=0.01)
    inside = next(v.angle for v in table.rings[0].vertices if v.east == EAST + tip)
    assert inside < 2 if tip > 100 else inside > 358


def test_sides_of_nothing_are_not_printed() -> None:
    shape = _square_with((100, 50), (100, 50), (100, 50), (100, 49.9999), (100, 49.9998))
    table = technical(shape, PLANE)
    _holds(table)
    _sums(table)
    assert [v.angle for v in table.rings[0].vertices].count(180) == 1
    assert [dict(note.values) for note in table.notes] == [{"n": 4}]


def test_a_hole_or_part_without_width_is_left_out_and_said() -> None:
    thin = box(EAST + 10, NORTH + 10, EAST + 10.0002, NORTH + 60)
    far = box(EAST + 500, NORTH, EAST + 500.0001, NORTH + 9)
    shape = MultiPolygon([Polygon(_square_with().exterior, [thin.exterior]), far])
    table = technical(shape, PLANE)
    assert [(r.part, r.number) for r in table.rings] == [(1, 1)]
    assert table.area_ha == 1
    assert "2 anillos" in table.notes[-1].said(SPANISH)


def test_holes_that_touch_one_another_and_their_outline_add_up() -> None:
    def diamond(east: float, north: float) -> list[tuple[float, float]]:
        return [(EAST + east + e, NORTH + north + n) for e, n in ((0, 9), (9, 0), (0, -9), (-9, 0))]

    holes = [diamond(9, 50), diamond(27, 50), diamond(50, 50)]
    shape = Polygon(_square_with().exterior, holes)
    assert shape.is_valid
    table = technical(shape, PLANE)
    _holds(table)
    _sums(table)
    assert table.area_ha == pytest.approx((10_000 - 3 * 162) / 10_000, abs=1e-12)


def test_a_ring_that_crosses_itself_is_told_apart() -> None:
    bow = Polygon([(EAST + e, NORTH + n) for e, n in ((0, 0), (10, 10), (10, 0), (0, 12))])
    table = technical(bow, PLANE)
    assert any("se cruzan" in note.said(SPANISH) for note in table.notes)
    whole = technical(_square_with(), PLANE)
    assert whole.notes == ()


# --- real files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("anp_peru_353.gpkg", 3000),
        ("indigenous_territories_amw_2025-08-26.geojson", 1000),
    ],
)
def test_the_largest_real_outlines_reproduce_their_hectares_from_the_printed_page(
    real_data: Callable[[str], Path], name: str, most: int
) -> None:
    frame = gpd.read_file(real_data(name)).set_crs(4326, allow_override=True)
    frame = frame[legal_plane(frame.geometry).notna()]
    frame = frame[shapely.get_type_id(np.asarray(frame.geometry)) % 3 == 0]
    frame = frame.assign(n=shapely.get_num_coordinates(np.asarray(frame.geometry)))
    largest = frame.sort_values("n", ascending=False).head(12)
    assert largest["n"].iloc[0] > most
    planes = legal_plane(largest.geometry)
    for shape, plane in zip(largest.geometry, planes, strict=True):
        table = of_territory({"geometry": shape, "plane": "EPSG:4326"}, plane)
        _holds(table)
        _sums(table)
        moved = gpd.GeoSeries([shape], crs=4326).to_crs(plane)
        drawn = float(plane_ha(np.asarray(moved), plane)[0])
        assert float(_hectares(table)) == pytest.approx(drawn, abs=0.01)
        assert table.overlay_difference_ha is not None
        assert abs(table.overlay_difference_ha) < 0.001 * table.area_ha
