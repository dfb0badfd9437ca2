"""Overlaps whose hectares can be worked out on paper."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.analysis.overlay import Thresholds, overlaps
from geo.datum import draw, from_degrees
from geo.errors import OutsideCountry, OverlapFailed, PlaneRefused, StageBroken
from geo.measure import plane_ha
from geo.schema.columns import OVERLAPS
from geo.stages import Layer
from geo.terms import OverlapClass

Make = Callable[..., Layer]

UTM, PSAD56 = "EPSG:32719", "EPSG:24879"
KM = 1000.0


def square(east: float, north: float, side: float = KM) -> shapely.Polygon:
    return shapely.box(east, north, east + side, north + side)


def only(found: pd.DataFrame) -> pd.Series:
    assert len(found) == 1
    return found.iloc[0]


def test_the_same_numbers_in_another_datum_are_half_the_square_and_not_all_of_it(
    rights: Make, lands: Make
) -> None:
    corner = square(461_000, 8_613_000)
    row = only(overlaps(rights([corner], UTM), lands([corner], PSAD56)).frame)
    assert row["area_ha"] == pytest.approx((1000 - 197.2) * (1000 - 372.4) / 10_000, abs=0.05)
    assert row["zone"] == "19S"


def test_a_quarter_of_a_square_is_25_hectares_and_a_quarter_of_each(
    rights: Make, lands: Make
) -> None:
    mine = rights([square(480_000, 8_600_000)], UTM, name=["El derecho"])
    theirs = lands([square(480_500, 8_600_500)], UTM, name=["La comunidad"])
    row = only(overlaps(mine, theirs).frame)
    assert row["area_ha"] == pytest.approx(25, abs=1e-9)
    assert row["share_of_concession"] == pytest.approx(0.25, abs=1e-6)
    assert row["share_of_territory"] == pytest.approx(0.25, abs=1e-6)
    assert row["overlap_class"] == "overlap"
    assert row["distance_m"] == 0
    assert row["mean_width_m"] == pytest.approx(250)
    assert (row["concession_id"], row["territory_key"]) == ("000", "t:000")
    assert (row["concession_name"], row["territory_name"]) == ("El derecho", "La comunidad")
    assert pd.isna(row["area_min_ha"])
    assert pd.isna(row["area_max_ha"])
    assert pd.isna(row["area_psad56_ha"])


def test_an_error_of_ten_metres_is_a_strip_of_ten_metres_on_either_side(
    rights: Make, lands: Make
) -> None:
    """Right and territory share half of the right, along a straight edge of 1 km."""
    mine = rights([square(480_000, 8_600_000)], UTM, error_m=6.0)
    theirs = lands([shapely.box(480_500, 8_590_000, 490_000, 8_610_000)], UTM, error_m=8.0)
    row = only(overlaps(mine, theirs).frame)
    assert row["error_m"] == pytest.approx(10)
    assert row["area_ha"] == pytest.approx(50)
    assert row["area_min_ha"] == pytest.approx(49, abs=0.01)
    assert row["area_max_ha"] == pytest.approx(51, abs=0.01)


def test_the_datum_counts_once_and_not_at_all_between_shapes_that_moved_together(
    rights: Make, lands: Make
) -> None:
    shape = square(461_000, 8_613_000)
    both = overlaps(rights([shape], PSAD56, error_m=3.0), lands([shape], PSAD56, error_m=4.0))
    one = overlaps(rights([shape], UTM, error_m=3.0), lands([shape], PSAD56, error_m=4.0))
    assert only(both.frame)["error_m"] == pytest.approx(5)
    assert only(one.frame)["error_m"] == pytest.approx(np.hypot(5, 24))


def test_an_edge_in_common_is_no_overlap(rights: Make, lands: Make) -> None:
    mine = rights([square(480_000, 8_600_000)], UTM)
    row = only(overlaps(mine, lands([square(481_000, 8_600_000)], UTM)).frame)
    assert row["overlap_class"] == "adjacent"
    assert row["area_ha"] == 0
    assert row["distance_m"] == 0
    assert row["geometry"].is_empty


def test_neighbours_whose_error_may_make_them_overlap_are_near_with_a_maximum(
    rights: Make, lands: Make
) -> None:
    mine = rights([square(480_000, 8_600_000)], UTM, error_m=3.0)
    theirs = lands([square(481_004, 8_600_000)], UTM, error_m=4.0)
    row = only(overlaps(mine, theirs).frame)
    assert row["overlap_class"] == "near"
    assert row["area_min_ha"] == 0
    assert row["area_max_ha"] == pytest.approx(0.1, abs=0.002)  # 1 m of the 5 lie in the right
    assert row["distance_m"] == pytest.approx(4, abs=1e-6)


def test_what_is_farther_than_the_error_is_no_row(rights: Make, lands: Make) -> None:
    mine = rights([square(480_000, 8_600_000)], UTM, error_m=3.0)
    assert overlaps(mine, lands([square(481_006, 8_600_000)], UTM, error_m=4.0)).frame.empty


def test_a_strip_narrower_than_the_error_is_indeterminate_and_not_a_finding(
    rights: Make, lands: Make
) -> None:
    mine = rights([square(480_000, 8_600_000)], UTM, error_m=3.0)
    theirs = lands([square(480_996, 8_600_000)], UTM, error_m=4.0)
    row = only(overlaps(mine, theirs).frame)
    assert row["overlap_class"] == "indeterminate"
    assert row["area_ha"] == pytest.approx(0.4, abs=1e-6)
    assert row["area_min_ha"] == 0
    assert row["area_max_ha"] == pytest.approx(0.9, abs=0.01)


def test_a_thin_strip_of_unknown_error_is_marked_and_kept(rights: Make, lands: Make) -> None:
    mine = rights([square(480_000, 8_600_000)], UTM)
    row = only(overlaps(mine, lands([square(480_996, 8_600_000)], UTM)).frame)
    assert row["overlap_class"] == "sliver"
    assert row["mean_width_m"] == pytest.approx(2 * 4000 / 2008)


def test_the_thresholds_are_the_countrys_and_not_ours(rights: Make, lands: Make) -> None:
    mine = rights([square(480_000, 8_600_000)], UTM)
    theirs = lands([square(480_996, 8_600_000)], UTM)
    strict = Thresholds(sliver_mean_width_m=1.0, sliver_area_ha=0.001)
    assert only(overlaps(mine, theirs, strict).frame)["overlap_class"] == "overlap"
    blunt = Thresholds(pair_min_m2=5000.0)
    assert only(overlaps(mine, theirs, blunt).frame)["overlap_class"] == "adjacent"


def test_a_small_plot_well_inside_a_territory_is_certain(rights: Make, lands: Make) -> None:
    """Eroding the plot by the error would swallow it whole."""
    mine = rights([square(480_000, 8_600_000, 20.0)], UTM, error_m=5.0)
    theirs = lands([square(479_000, 8_599_000, 5 * KM)], UTM, error_m=24.0)
    row = only(overlaps(mine, theirs).frame)
    assert row["area_min_ha"] == row["area_ha"] == row["area_max_ha"] == pytest.approx(0.04)
    assert row["share_of_concession"] == 1.0


def test_the_maximum_is_never_more_than_the_right_itself(rights: Make, lands: Make) -> None:
    mine = rights([square(480_000, 8_600_000)], UTM, error_m=30.0)
    theirs = lands([square(480_010, 8_600_010)], UTM, error_m=30.0)
    row = only(overlaps(mine, theirs).frame)
    assert row["area_max_ha"] == pytest.approx(100)


def test_a_right_that_a_territory_holds_to_the_edge_is_whole(rights: Make, lands: Make) -> None:
    mine = rights([square(480_000, 8_600_000)], UTM)
    row = only(
        overlaps(mine, lands([shapely.box(480_000, 8_600_000, 483_000, 8_602_000)], UTM)).frame
    )
    assert row["area_ha"] == pytest.approx(100, abs=1e-9)
    assert row["share_of_concession"] == 1.0


def test_a_territory_within_a_right_is_all_of_the_territory(rights: Make, lands: Make) -> None:
    mine = rights([square(480_000, 8_600_000, 10 * KM)], UTM, error_m=1.0)
    row = only(overlaps(mine, lands([square(483_000, 8_603_000)], UTM, error_m=1.0)).frame)
    assert row["share_of_territory"] == pytest.approx(1.0, abs=1e-9)
    assert row["area_max_ha"] > row["area_ha"] > row["area_min_ha"] > 0


def test_a_hole_in_the_territory_is_not_of_the_territory(rights: Make, lands: Make) -> None:
    ring = square(479_000, 8_599_000, 3 * KM).difference(square(480_000, 8_600_000))
    assert overlaps(rights([square(480_200, 8_600_200, 500)], UTM), lands([ring], UTM)).frame.empty
    whole = overlaps(rights([square(480_500, 8_600_000)], UTM), lands([ring], UTM)).frame
    assert only(whole)["area_ha"] == pytest.approx(50)


def test_two_psad56_neighbours_do_not_overlap_because_their_datum_went_two_ways(
    rights: Make, lands: Make
) -> None:
    """The right as a cadastre serves it in WGS 84, some 10 m from where EPSG:1208 puts it."""
    degrees = rights([square(461_000, 8_613_000)], PSAD56).frame.geometry.array
    served = from_degrees(np.asarray(degrees), UTM)
    moved = shapely.transform(served, lambda xy: xy + (-5.5, 8.0))
    mine = rights(list(moved), UTM, grid_datum="psad56", error_m=1.0)
    theirs = lands([square(460_000, 8_613_000)], PSAD56, error_m=1.0)
    row = only(overlaps(mine, theirs).frame)
    assert row["area_ha"] == pytest.approx(5.5 * 992 / 10_000, abs=0.01)
    assert row["area_psad56_ha"] == pytest.approx(0, abs=1e-6)
    twice = lands([square(460_500, 8_613_000)], PSAD56, error_m=1.0)
    assert only(overlaps(mine, twice).frame)["area_psad56_ha"] == pytest.approx(50, abs=1e-6)


def test_a_polygon_across_the_limit_of_pyprojs_choice_stays_in_one_piece(
    rights: Make, lands: Make
) -> None:
    """5.01° S, where pyproj by itself would move some vertices 12 m away from the others."""
    across = shapely.box(540_000, 9_436_000, 560_000, 9_456_000)
    mine = rights([across], "EPSG:24877", plane="EPSG:24877")
    theirs = lands([across], "EPSG:24877")
    row = only(overlaps(mine, theirs).frame)
    assert row["share_of_concession"] == pytest.approx(1.0, abs=1e-9)
    assert row["area_ha"] == pytest.approx(40_000, rel=1e-3)
    assert row["area_psad56_ha"] == pytest.approx(40_000, abs=1e-4)


def test_no_area_is_ever_taken_in_web_mercator(rights: Make, lands: Make) -> None:
    shape = square(480_000, 8_600_000)
    degrees = rights([shape], UTM).frame.geometry.array
    mercator = draw(np.asarray(degrees), UTM, "EPSG:3857")
    found = overlaps(rights(list(mercator), "EPSG:3857"), lands(list(mercator), "EPSG:3857")).frame
    row = only(found)
    assert row["plane"] == UTM
    assert row["area_ha"] == pytest.approx(100, abs=0.01)
    assert row["area_ha"] < 0.97 * shapely.area(mercator)[0] / 10_000
    with pytest.raises(PlaneRefused):
        plane_ha(mercator, "EPSG:3857")


def test_a_right_in_degrees_is_measured_in_its_utm_zone(rights: Make, lands: Make) -> None:
    degrees = rights([square(480_000, 8_600_000)], UTM).frame.geometry.array
    row = only(overlaps(rights(degrees, "EPSG:4326"), lands(degrees, "EPSG:4326")).frame)
    assert (row["plane"], row["zone"]) == (UTM, "19S")
    assert row["area_ha"] == pytest.approx(100, abs=0.01)


def test_a_right_filed_in_the_neighbouring_zone_keeps_that_zone(rights: Make, lands: Make) -> None:
    """Near 72° W a right may be filed in the zone that it does not lie in."""
    far_west = square(150_000, 8_600_000)
    row = only(overlaps(rights([far_west], UTM), lands([far_west], UTM)).frame)
    assert (row["zone"], row["area_ha"]) == ("19S", pytest.approx(100))


def test_a_long_straight_side_stays_straight_in_its_own_plane(rights: Make, lands: Make) -> None:
    """A side of 60 km in zone 18, seen from zone 19, bulges by metres; a strip of 1 m must not."""
    edge = shapely.box(800_000, 8_540_000, 801_000, 8_600_000)
    strip = shapely.box(799_000, 8_540_000, 800_000, 8_600_000)
    theirs = lands([edge], "EPSG:32718")
    for plane in ("EPSG:32718", "EPSG:32719"):
        drawn = draw(
            np.asarray(rights([strip], "EPSG:32718").frame.geometry.array), "EPSG:32718", plane
        )
        row = only(overlaps(rights(list(drawn), plane), theirs).frame)
        assert row["overlap_class"] == "adjacent"
        assert row["area_ha"] < 1e-3


def test_rights_of_two_zones_stand_in_one_table_sorted_by_key(rights: Make, lands: Make) -> None:
    east = rights([square(480_000, 8_600_000)], UTM, native_id=["b"])
    west = rights([square(480_000, 8_600_000)], "EPSG:32718", native_id=["a"])
    mine = Layer.together(east.noun, [east, west])
    theirs = Layer.together(
        lands([square(0, 0)], UTM).noun,
        [
            lands([square(480_000, 8_600_000)], UTM, native_id=["x"]),
            lands([square(480_000, 8_600_000)], "EPSG:32718", native_id=["y"]),
        ],
    )
    found = overlaps(mine, theirs).frame
    assert found["concession_id"].tolist() == ["a", "b"]
    assert found["zone"].tolist() == ["18S", "19S"]
    assert list(found.columns) == [column.name for column in OVERLAPS]


def test_pairs_come_first_then_near_then_adjacent(rights: Make, lands: Make) -> None:
    mine = rights(
        [square(481_002, 8_600_000), square(480_000, 8_601_000), square(480_500, 8_600_500)],
        UTM,
        error_m=[3.0, 0.0, 3.0],
    )
    theirs = lands([square(480_000, 8_600_000)], UTM, error_m=0.0)
    found = overlaps(mine, theirs).frame
    assert found["overlap_class"].tolist() == [
        OverlapClass.OVERLAP,
        OverlapClass.NEAR,
        OverlapClass.ADJACENT,
    ]


def test_no_rows_give_an_empty_table_with_all_its_columns(rights: Make, lands: Make) -> None:
    far = overlaps(
        rights([square(480_000, 8_600_000)], UTM), lands([square(580_000, 8_600_000)], UTM)
    )
    none = overlaps(rights([], UTM), lands([], UTM))
    for found in (far, none):
        assert found.frame.empty
        assert list(found.frame.columns) == [column.name for column in OVERLAPS]
        assert found.frame.crs == "EPSG:4326"


def test_a_right_of_another_continent_is_refused_by_name(rights: Make, lands: Make) -> None:
    mine = rights([shapely.box(10, 50, 10.1, 50.1)], "EPSG:4326")
    with pytest.raises(OutsideCountry, match="c:000"):
        overlaps(mine, lands([square(480_000, 8_600_000)], UTM))


def test_layers_in_the_wrong_order_are_refused(rights: Make, lands: Make) -> None:
    shape = [square(480_000, 8_600_000)]
    with pytest.raises(StageBroken):
        overlaps(lands(shape, UTM), rights(shape, UTM))


def test_a_shape_that_crosses_itself_is_refused_by_name_and_not_half_counted(
    rights: Make, lands: Make
) -> None:
    """Normalising repairs such a shape and says so; the overlay must not do it in silence."""
    bow = shapely.Polygon(
        [(480_000, 8_600_000), (481_000, 8_601_000), (481_000, 8_600_000), (480_000, 8_601_000)]
    )
    with pytest.raises(OverlapFailed, match="t:000"):
        overlaps(rights([square(480_000, 8_600_000)], UTM), lands([bow], UTM))
