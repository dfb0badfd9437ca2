"""The detective: finds the kilometres, tells the datums apart, and says nothing by chance."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import crs, datum, grid
from geo.errors import CrsUnreadable

ZONES = (17, 18, 19)


def kilometres(seed: int, rows: int = 40) -> np.ndarray:
    """Rights of 1 to 9 cuadrículas with their corners on whole kilometres, in metres."""
    chance = np.random.default_rng(seed)
    east = chance.integers(300, 700, rows) * 1000
    north = chance.integers(8_100, 9_900, rows) * 1000
    wide, high = chance.integers(1, 4, (2, rows)) * 1000
    return shapely.box(east, north, east + wide, north + high)


def land_around(shapes: np.ndarray, crs: str) -> shapely.Geometry:
    west, south, east, north = shapely.total_bounds(datum.to_degrees(shapes, crs).shapes)
    return shapely.box(west - 0.2, south - 0.2, east + 0.2, north + 0.2)


# --- worked out beforehand: EPSG:1208 moves the corner (461000, 8613000) by (-197.233, -372.366)


def test_one_square_tells_its_datum() -> None:
    square = np.array([shapely.box(461_000, 8_613_000, 462_000, 8_614_000)])
    modern = datum.to_degrees(square, "EPSG:32719").shapes
    older = datum.to_degrees(square, "EPSG:24879").shapes
    found = grid.origin(np.concatenate([modern, older]), "EPSG:32719")
    assert found["grid_datum"].tolist() == ["wgs84", "psad56"]
    assert found["grid_plane"].tolist() == ["EPSG:32719", "EPSG:24879"]
    assert found[["residual_e_m", "residual_n_m"]].abs().to_numpy().max() < 1e-6


def test_the_residual_is_where_the_corner_lies_minus_the_kilometre() -> None:
    square = np.array([shapely.box(461_000, 8_613_000, 462_000, 8_614_000)])
    displaced = shapely.transform(square, lambda xy: xy + [-5.5, 8.0])
    older = datum.to_degrees(displaced, "EPSG:24879").shapes
    found = grid.origin(older, "EPSG:32719").iloc[0]
    assert found["grid_datum"] == "psad56"
    assert found["residual_e_m"] == pytest.approx(-5.5, abs=1e-6)
    assert found["residual_n_m"] == pytest.approx(8.0, abs=1e-6)
    assert found["residual_spread_m"] == pytest.approx(0, abs=1e-6)
    recovered = grid.recovered_psad56(older, "EPSG:32719")
    assert shapely.equals_exact(recovered, square, 0).all()


def test_twenty_metres_off_is_behind_psad56_and_twenty_one_is_unknown() -> None:
    square = np.array([shapely.box(461_000, 8_613_000, 462_000, 8_614_000)])
    for off_m, name in ((19.9, "psad56"), (-19.9, "psad56"), (20.1, "unknown")):
        shape = datum.to_degrees(
            shapely.transform(square, lambda xy, m=off_m: xy + [m, 0]), "EPSG:24879"
        ).shapes
        assert grid.origin(shape, "EPSG:32719")["grid_datum"].tolist() == [name]
        assert shapely.is_missing(grid.recovered_psad56(shape, "EPSG:32719"))[0] == (
            name == "unknown"
        )


# --- laws

seeds = st.integers(0, 10_000)
zones = st.sampled_from(ZONES)


@given(seeds, zones, st.sampled_from(["WGS84", "PSAD56"]))
def test_degrees_of_a_cadastre_on_the_grid_tell_their_datum(seed: int, zone: int, own: str) -> None:
    plane = (crs.WGS84_ZONES if own == "WGS84" else crs.PSAD56_ZONES)[zone]
    degrees = datum.to_degrees(kilometres(seed), plane).shapes
    found = grid.detect(degrees, "EPSG:4326")
    assert (found.suggested, found.agrees) == ("EPSG:4326", True)
    best = found.candidates[0]
    assert (best.whole, best.behind) == ((40, 0) if own == "WGS84" else (0, 40))

    # The same degrees of PSAD56 read as if they were WGS 84: 420 m off, and it shows.
    raw = datum.from_degrees(degrees, "EPSG:4248") if own == "PSAD56" else degrees
    if own == "PSAD56":
        wrong = grid.detect(raw, "EPSG:4326")
        assert (wrong.suggested, wrong.agrees) == ("EPSG:4248", False)
        assert grid.detect(raw, "EPSG:4248").agrees is True


@given(seeds, zones)
def test_metres_with_rights_of_both_datums_tell_datum_and_zone_where_land_tells_the_zone(
    seed: int, zone: int
) -> None:
    wgs84, psad56 = crs.WGS84_ZONES[zone], crs.PSAD56_ZONES[zone]
    modern, older = kilometres(seed), kilometres(seed + 20_000)
    older = datum.from_degrees(datum.to_degrees(older, psad56).shapes, wgs84)
    both = np.concatenate([modern, older])
    found = grid.detect(both, None, land_around(both, wgs84))
    assert found.suggested == wgs84
    assert found.agrees is None
    assert (found.candidates[0].whole, found.candidates[0].behind) == (40, 40)
    assert found.candidates[0].behind_grid == psad56
    other = crs.WGS84_ZONES[17 if zone != 17 else 18]
    assert grid.detect(both, other, land_around(both, wgs84)).agrees is False
    assert grid.detect(both, psad56, land_around(both, wgs84)).agrees is False
    assert grid.detect(both, wgs84, land_around(both, wgs84)).agrees is True


@given(seeds, zones, st.sampled_from([(2003.0, "PSAD56"), (2021.0, "WGS84")]))
def test_bare_kilometres_need_land_for_the_zone_and_years_for_the_datum(
    seed: int, zone: int, filed: tuple[float, str]
) -> None:
    shapes = kilometres(seed)
    year, own = filed
    plane = (crs.WGS84_ZONES if own == "WGS84" else crs.PSAD56_ZONES)[zone]
    years = [year] * len(shapes)
    land = land_around(shapes, plane)

    bare = grid.detect(shapes)
    assert bare.suggested is None, "the numbers alone cannot tell, and nobody may guess"
    assert plane in bare.possible
    assert grid.detect(shapes, None, land).suggested is None
    assert set(grid.detect(shapes, None, land).possible) == {
        crs.WGS84_ZONES[zone],
        crs.PSAD56_ZONES[zone],
    }
    assert grid.detect(shapes, None, land, years).suggested == plane
    assert grid.detect(shapes, None, land, [np.nan] * len(shapes)).suggested is None


@given(seeds, st.sampled_from([1, 3, 50]), st.sampled_from(["metres", "degrees"]))
def test_random_corners_suggest_nothing(seed: int, rows: int, numbers: str) -> None:
    chance = np.random.default_rng(seed)
    low = chance.uniform([200_000, 8e6], [800_000, 9.9e6], (rows, 2))
    size = chance.uniform(200, 5000, (rows, 2))
    shapes = shapely.box(low[:, 0], low[:, 1], *(low + size).T)
    if numbers == "degrees":
        shapes = datum.to_degrees(shapes, "EPSG:32718").shapes
    found = grid.detect(shapes)
    assert (found.suggested, found.possible, found.agrees) == (None, (), None)
    assert grid.detect(shapes, "EPSG:32718").agrees in (None, False)


@given(seeds, zones)
def test_row_order_changes_no_answer(seed: int, zone: int) -> None:
    older = datum.to_degrees(kilometres(seed), crs.PSAD56_ZONES[zone]).shapes
    modern = datum.to_degrees(kilometres(seed + 1), crs.WGS84_ZONES[zone]).shapes
    rows = pd.Series(np.concatenate([older, modern]), dtype=object)
    order = np.random.default_rng(seed).permutation(len(rows))
    whole = grid.origin(rows, crs.WGS84_ZONES[zone])
    mixed = grid.origin(rows.iloc[order], crs.WGS84_ZONES[zone])
    pd.testing.assert_frame_equal(mixed, whole.iloc[order])


# --- hostile and odd


def test_metres_declared_as_degrees_disagree_even_where_nothing_is_on_the_grid() -> None:
    metres = np.array([shapely.box(461_123.4, 8_613_077.1, 462_222.2, 8_614_333.3)])
    found = grid.detect(metres, "EPSG:4326")
    assert (found.numbers, found.suggested, found.agrees) == (grid.Numbers.METRES, None, False)
    degrees = datum.to_degrees(metres, "EPSG:32719").shapes
    assert grid.detect(degrees, "EPSG:32719").agrees is False


def test_northings_written_first_are_seen() -> None:
    shapes = kilometres(1)
    turned = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    found = grid.detect(turned, None, land_around(shapes, "EPSG:32719"), [2020.0] * len(shapes))
    assert (found.swapped, found.suggested) == (True, "EPSG:32719")
    degrees = datum.to_degrees(shapes, "EPSG:32719").shapes
    assert not grid.detect(degrees).swapped
    assert grid.detect(shapely.transform(degrees, lambda xy: xy[:, ::-1])).swapped


def test_peru96_and_sirgas_have_the_kilometres_of_wgs84() -> None:
    degrees = datum.to_degrees(kilometres(1), "EPSG:32719").shapes
    assert grid.detect(degrees, "EPSG:5373").agrees is True
    assert grid.detect(degrees, "EPSG:4674").agrees is True
    shapes = kilometres(1)
    land = land_around(shapes, "EPSG:32719")
    for plane, agrees in (("EPSG:5389", True), ("EPSG:31979", True), ("EPSG:24893", False)):
        assert grid.detect(shapes, plane, land).agrees is agrees


def test_degrees_with_six_decimals_still_tell() -> None:
    degrees = datum.to_degrees(kilometres(5), "EPSG:32718").shapes
    found = grid.detect(shapely.transform(degrees, lambda xy: np.round(xy, 6)))
    assert found.candidates[0].whole == 40


def test_another_country_suggests_nothing() -> None:
    brazil = datum.to_degrees(kilometres(3), "EPSG:32723").shapes
    assert grid.detect(brazil, "EPSG:4326").suggested is None


def test_nothing_broken_or_foreign_makes_the_detective_fail_or_guess() -> None:
    broken = shapely.set_coordinates(
        shapely.linestrings([[(0.0, 0.0), (1.0, 1.0)]]), [(np.nan, 0), (np.inf, 1)]
    )
    web_mercator = np.array([shapely.box(-9e6, -1.4e6, -8.9e6, -1.3e6)])
    nothing = np.array([], dtype=object)
    empty = np.array([None, shapely.Polygon()], dtype=object)
    for shapes in (broken, web_mercator, nothing, empty):
        found = grid.detect(shapes)
        assert (found.suggested, found.possible) == (None, ())
    rows = np.concatenate([broken, empty])
    assert grid.origin(rows, "EPSG:32719")["grid_datum"].tolist() == ["unknown"] * 3
    assert shapely.is_missing(grid.recovered_psad56(rows, "EPSG:32719")).all()
    assert len(grid.origin(nothing, "EPSG:32719")) == 0
    one_bad = np.concatenate([kilometres(2), broken, empty])
    assert grid.detect(one_bad).candidates[0].whole == 40


def test_a_row_whose_plane_has_no_zone_is_unknown() -> None:
    degrees = datum.to_degrees(kilometres(1, 3), "EPSG:32719").shapes
    planes = pd.Series(["EPSG:32719", "EPSG:4326", None])
    assert grid.origin(degrees, planes)["grid_datum"].tolist() == ["wgs84", "unknown", "unknown"]
    with pytest.raises(ValueError, match="3 shapes, 1 planes"):
        grid.origin(degrees, ["EPSG:32719"])


def test_a_declared_crs_that_is_none_is_refused() -> None:
    with pytest.raises(CrsUnreadable):
        grid.detect(kilometres(1), "zona 19")


# --- the real cadastre


@pytest.fixture(scope="module")
def real_17s(real_data: Callable[[str], Path]) -> gpd.GeoDataFrame:
    return gpd.read_file(real_data("ingemmet_17s_raw_nocrs_20260310.geojson"))


def test_the_real_17s_file_is_found_to_be_wgs84_with_psad56_behind_the_older_rights(
    real_17s: gpd.GeoDataFrame,
) -> None:
    shapes = real_17s.geometry.to_numpy()
    found = grid.detect(shapes, "EPSG:4326")
    assert (found.numbers, found.suggested) == (grid.Numbers.METRES, "EPSG:32717")
    assert found.agrees is False, "GDAL says degrees where the numbers are metres"
    best = found.candidates[0]
    assert (best.rows, best.whole, best.behind) == (9025, 6048, 1647)
    assert best.behind_grid == "EPSG:24877"
    assert best.residual_e_m == pytest.approx(-5.5, abs=0.05)
    assert best.residual_n_m == pytest.approx(8.0, abs=0.05)
    assert best.spread_e_m == pytest.approx(1.1, abs=0.1)
    assert best.spread_n_m == pytest.approx(1.5, abs=0.1)


def test_the_real_rights_on_kilometres_of_wgs84_were_filed_since_2016(
    real_17s: gpd.GeoDataFrame,
) -> None:
    degrees = datum.to_degrees(real_17s.geometry.to_numpy(), "EPSG:32717")
    assert not degrees.lost.any()
    found = grid.origin(degrees.shapes, "EPSG:32717")
    counts = found["grid_datum"].value_counts()
    assert (counts["wgs84"], counts["psad56"]) == (6048, 1647)
    year = pd.to_numeric(real_17s["FEC_DENU"].str.slice(11, 15))
    filed = year[(found["grid_datum"].eq("wgs84")) & (year > 1899)]
    assert filed.min() == 2016
    recovered = grid.recovered_psad56(degrees.shapes, "EPSG:32717")
    kept = recovered[found["grid_datum"].eq("psad56")]
    assert not shapely.is_missing(kept).any()
    assert (shapely.get_coordinates(kept) % 1000 == 0).all()
    # Snapping moves corners against each other by 2 m at most: the hectares stay within 0.2 %.
    before = real_17s.geometry.to_numpy()[found["grid_datum"].eq("psad56")]
    np.testing.assert_allclose(shapely.area(kept), shapely.area(before), rtol=2e-3)


def test_the_real_19s_rights_have_another_regional_vector(
    real_data: Callable[[str], Path],
) -> None:
    rights = gpd.read_file(real_data("ingemmet_19s_mdd_first14.gpkg"))
    found = grid.detect(rights.geometry.to_numpy(), "EPSG:32719")
    assert (found.suggested, found.agrees) == ("EPSG:32719", True)
    assert found.candidates[0].behind == 11
    assert found.candidates[0].residual_e_m > 5, "in 17S it is -5.5: regional, not noise"


def test_indigenous_territories_are_not_taken_for_a_cadastre(
    real_data: Callable[[str], Path],
) -> None:
    outlines = gpd.read_file(real_data("indigenous_territories_amw_2025-08-26.geojson"))
    found = grid.detect(outlines.geometry.to_numpy(), "EPSG:4326")
    assert (found.suggested, found.agrees) == (None, None)
