"""Technical tables, worked on paper."""

import math

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from geo.datum import to_degrees
from geo.errors import PlaneRefused, StageBroken, TransformationRefused
from geo.evidence.figures.tables import (
    dms,
    lines,
    of_overlap,
    of_right,
    of_territory,
    psad56_of_right,
    technical,
)
from geo.words import words

PLANE = "EPSG:32719"
SPANISH = words("es", "")


def _row(shape: object, crs: str, plane: str, **columns: object) -> dict[str, object]:
    (degrees,) = to_degrees(np.array([shape], dtype=object), crs).shapes
    return {"geometry": degrees, "plane": plane, **columns}


def _corners(table: object) -> list[tuple[float, float]]:
    return [(line["east"], line["north"]) for line in lines(table)]  # type: ignore[arg-type]


def test_a_kilometre_square_has_the_corners_angles_and_hectares_that_paper_gives() -> None:
    table = technical(box(461_000, 8_613_000, 462_000, 8_614_000), PLANE)
    assert lines(table) == [
        {
            "part": 1,
            "ring": 1,
            "hole": False,
            "vertex": number,
            "side": side,
            "distance_m": 1000.0,
            "angle": "90°00'00\"",
            "azimuth": azimuth,
            "east": east,
            "north": north,
        }
        for number, side, azimuth, east, north in (
            (1, "1-2", "90°00'00\"", 461_000.0, 8_614_000.0),
            (2, "2-3", "180°00'00\"", 462_000.0, 8_614_000.0),
            (3, "3-4", "270°00'00\"", 462_000.0, 8_613_000.0),
            (4, "4-1", "0°00'00\"", 461_000.0, 8_613_000.0),
        )
    ]
    assert (table.plane, table.zone) == ("EPSG:32719", "19S")
    assert (table.area_ha, table.perimeter_m) == (100.0, 4000.0)
    (ring,) = table.rings
    assert (ring.angle_sum, ring.angle_sum_expected, ring.closure_m) == (360.0, 360.0, 0.0)
    assert table.notes == ()


def test_a_triangle_of_three_four_five_has_its_angles_to_the_second() -> None:
    # (0, 300) is the north-west; clockwise: the long side to (400, 0), then the right angle
    table = technical(Polygon([(0, 0), (400, 0), (0, 300)]), PLANE)
    (ring,) = table.rings
    assert [(v.side, v.distance_m, v.angle_text) for v in ring.vertices] == [
        ("1-2", 500.0, "53°07'48\""),
        ("2-3", 400.0, "36°52'12\""),
        ("3-1", 300.0, "90°00'00\""),
    ]
    assert [v.azimuth_text for v in ring.vertices] == [
        "126°52'12\"",
        "270°00'00\"",
        "0°00'00\"",
    ]
    assert ring.angle_sum == pytest.approx(180, abs=1e-9)
    assert table.area_ha == 6.0


def test_an_l_shape_says_its_reflex_corner_and_its_straight_one() -> None:
    shape = Polygon([(0, 0), (20, 0), (20, 10), (10, 10), (10, 20), (0, 20), (0, 7)])
    (ring,) = technical(shape, PLANE).rings
    assert [(v.east, v.north, v.angle) for v in ring.vertices] == [
        (0, 20, 90),
        (10, 20, 90),
        (10, 10, 270),
        (20, 10, 90),
        (20, 0, 90),
        (0, 0, 90),
        (0, 7, 180),
    ]
    assert ring.angle_sum == ring.angle_sum_expected == 900
    assert ring.area_m2 == 300


def test_a_hole_is_a_ring_of_its_own_and_its_area_is_taken_away() -> None:
    shape = Polygon(
        box(0, 0, 1000, 1000).exterior,
        [box(600, 100, 700, 200).exterior, box(100, 600, 300, 800).exterior],
    )
    table = technical(shape, PLANE)
    assert [(r.part, r.number, r.hole, r.area_m2) for r in table.rings] == [
        (1, 1, False, 1_000_000),
        (1, 2, True, 40_000),  # the hole further to the north-west comes first
        (1, 3, True, 10_000),
    ]
    assert [(v.east, v.north) for v in table.rings[1].vertices] == [
        (100, 800),
        (300, 800),
        (300, 600),
        (100, 600),
    ]
    assert table.area_ha == pytest.approx(95.0, abs=1e-12)
    assert table.perimeter_m == 4000 + 800 + 400
    assert [r.angle_sum for r in table.rings] == [360, 360, 360]


def test_parts_stand_in_order_from_the_north_west() -> None:
    south, north, west = box(5, 0, 6, 1), box(5, 9, 6, 10), box(0, 4, 1, 5)
    table = technical(MultiPolygon([south, north, west]), PLANE)
    # N - E of their corners: 1 - 5, 10 - 5, 5 - 0; of the two fives the northernmost
    firsts = [(r.vertices[0].east, r.vertices[0].north) for r in table.rings]
    assert firsts == [(5, 10), (0, 5), (5, 1)]
    assert [r.part for r in table.rings] == [1, 2, 3]


@pytest.mark.parametrize(
    ("angle", "text"),
    [
        (0.0, "0°00'00\""),
        (36 + 52 / 60 + 11.6315 / 3600, "36°52'12\""),
        (59 / 60 + 59.6 / 3600, "1°00'00\""),
        (89.99999, "90°00'00\""),
        (12 + 34 / 60 + 56 / 3600, "12°34'56\""),
        (269.5, "269°30'00\""),
        (360.0, "360°00'00\""),
    ],
)
def test_seconds_carry_and_never_read_sixty(angle: float, text: str) -> None:
    assert dms(angle) == text


def test_an_azimuth_that_rounds_to_a_full_turn_is_north() -> None:
    (ring,) = technical(Polygon([(0, 0), (-0.001, 1000), (500, 1000)]), PLANE).rings
    last = ring.vertices[-1]
    assert 359.99994 < last.azimuth < 360
    assert last.azimuth_text == "0°00'00\""


def test_what_is_printed_is_rounded_first_and_what_falls_together_is_said() -> None:
    shape = Polygon([(0, 0), (0, 100), (100, 100), (100.0004, 100), (100, 0), (0.0002, 0.0003)])
    table = technical(shape, PLANE)
    assert _corners(table) == [(0, 100), (100, 100), (100, 0), (0, 0)]
    assert table.area_ha == 1.0
    (note,) = table.notes
    assert note.said(SPANISH) == (
        "Al redondear al milímetro coincidieron vértices consecutivos: "
        "2 no se repiten en el cuadro."
    )


def test_a_point_or_a_line_in_a_collection_is_no_ring_and_no_shape_is_no_table_row() -> None:
    mixed = shapely.GeometryCollection(
        [shapely.Point(0, 0), shapely.LineString([(0, 0), (9, 9)]), box(0, 0, 10, 10)]
    )
    assert len(technical(mixed, PLANE).rings) == 1
    for nothing in (None, Polygon(), shapely.GeometryCollection()):
        table = technical(nothing, PLANE)
        assert (table.rings, table.area_ha, table.perimeter_m) == ((), 0, 0)


@pytest.mark.parametrize("plane", ["EPSG:4326", "EPSG:3857", "EPSG:2249"])
def test_no_table_is_made_in_degrees_in_web_mercator_or_in_feet(plane: str) -> None:
    with pytest.raises(PlaneRefused):
        technical(box(0, 0, 1, 1), plane)


def test_coordinates_that_are_no_numbers_are_not_printed() -> None:
    with pytest.raises(StageBroken):
        technical(Polygon([(0, 0), (0, math.inf), (1, 1)]), PLANE)


# --- rows of a release --------------------------------------------------------------------------


def test_a_right_is_printed_with_the_corners_that_its_resolution_gave() -> None:
    shape = box(461_000, 8_613_000, 463_000, 8_614_000)
    table = of_right(_row(shape, PLANE, PLANE))
    assert _corners(table) == [
        (461_000, 8_614_000),
        (463_000, 8_614_000),
        (463_000, 8_613_000),
        (461_000, 8_613_000),
    ]
    assert (table.area_ha, table.overlay_difference_ha, table.notes) == (200.0, 0.0, ())


def test_a_right_that_came_in_degrees_is_printed_in_the_zone_of_its_place_and_says_so() -> None:
    table = of_right(_row(box(461_000, 8_613_000, 463_000, 8_614_000), PLANE, "EPSG:4326"))
    assert (table.plane, table.zone) == (PLANE, "19S")
    assert table.area_ha == pytest.approx(200, abs=1e-6)
    assert table.overlay_difference_ha is not None
    assert 0 < abs(table.overlay_difference_ha) < 0.01
    (note,) = table.notes
    assert "EPSG:4326" in note.said(SPANISH)
    assert "EPSG:32719" in note.said(SPANISH)


def test_a_right_of_the_old_datum_keeps_its_own_plane() -> None:
    table = of_right(_row(box(461_000, 8_613_000, 462_000, 8_614_000), "EPSG:24879", "EPSG:24879"))
    assert table.plane == "EPSG:24879"
    assert _corners(table)[0] == (461_000, 8_614_000)


def test_the_corners_of_origin_are_whole_kilometres_of_the_old_datum() -> None:
    shape = box(461_000, 8_613_000, 462_000, 8_615_000)
    row = _row(shape, "EPSG:24879", PLANE, grid_datum="psad56")
    origin = psad56_of_right(row)
    assert origin is not None
    assert (origin.plane, origin.zone, origin.area_ha) == ("EPSG:24879", "19S", 200.0)
    assert _corners(origin)[0] == (461_000, 8_615_000)
    assert "resolución" in origin.notes[-1].said(SPANISH)
    # in the datum of the map the same corner lies some 400 m away
    own = of_right(row)
    assert 300 < math.dist(_corners(own)[0], _corners(origin)[0]) < 500


@pytest.mark.parametrize("datum", ["wgs84", "unknown", None])
def test_no_corners_of_origin_are_made_up_for_a_right_off_that_grid(datum: str | None) -> None:
    row = _row(box(461_000, 8_613_000, 462_000, 8_614_000), PLANE, PLANE, grid_datum=datum)
    assert psad56_of_right(row) is None


def test_a_territory_straight_in_degrees_says_by_how_much_the_overlay_differs() -> None:
    west, south = -69.5, -12.6
    shape = Polygon([(west, south), (west + 0.4, south), (west + 0.4, south + 0.02)])
    row = {"geometry": shape, "plane": "EPSG:4326"}
    table = of_territory(row, PLANE)
    assert len(table.rings[0].vertices) == 3  # not densified: these are its own vertices
    dense = shapely.segmentize(shape, 0.0005)
    (true,) = np.asarray([of_territory({"geometry": dense, "plane": "EPSG:4326"}, PLANE).area_ha])
    assert table.overlay_difference_ha == pytest.approx(true - table.area_ha, abs=0.01)
    assert abs(table.overlay_difference_ha) > 0.1


def test_a_row_that_does_not_say_its_plane_is_not_silently_taken_for_straight() -> None:
    row = _row(box(461_000, 8_613_000, 462_000, 8_614_000), PLANE, PLANE) | {"plane": None}
    table = of_territory(row, PLANE)
    assert table.overlay_difference_ha is None
    assert len(table.notes) == 1


def test_a_territory_of_the_neighbouring_zone_can_be_printed_in_this_one() -> None:
    row = _row(box(815_000, 8_613_000, 816_000, 8_614_000), "EPSG:32718", "EPSG:32718")
    table = of_territory(row, PLANE)
    assert table.plane == PLANE
    assert table.area_ha == pytest.approx(100, rel=0.01)
    with pytest.raises(TransformationRefused):
        of_territory({"geometry": box(100, 89, 101, 90.5), "plane": "EPSG:4326"}, PLANE)


def test_every_part_of_an_overlap_is_printed_in_the_plane_of_its_figures() -> None:
    two = MultiPolygon(
        [
            box(461_000, 8_613_000, 461_500, 8_614_000),
            box(462_000, 8_613_000, 462_250, 8_614_000),
        ]
    )
    table = of_overlap(_row(two, PLANE, PLANE))
    assert [(r.part, r.area_m2) for r in table.rings] == [(1, 500_000), (2, 250_000)]
    assert table.area_ha == 75.0
