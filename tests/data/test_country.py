"""data/countries/peru.toml: the numbers that code must not carry itself."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pyproj import CRS

from geo import crs
from geo.country import Country, parse_country
from geo.errors import DeclarationError

DATA = Path(__file__).resolve().parents[2] / "data"
TEXT = (DATA / "countries" / "peru.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def peru() -> Country:
    return parse_country(TEXT, "peru.toml")


def test_the_planes_are_those_of_their_zone_and_datum(peru: Country) -> None:
    names = {"wgs84": "WGS 84", "psad56": "PSAD56", "peru96": "Peru96"}
    names |= {"sirgas2000": "SIRGAS 2000", "sirgas95": "SIRGAS 1995"}
    for plane in peru.plane:
        for field, datum in names.items():
            assert CRS(getattr(plane, field)).name == f"{datum} / UTM zone {plane.zone}S"
    assert [plane.zone for plane in peru.plane] == [17, 18, 19]
    assert all(a.east == b.west for a, b in zip(peru.plane, peru.plane[1:], strict=False))


def test_psad56_has_one_pinned_operation_with_its_error(peru: Country) -> None:
    (pinned,) = [o for o in peru.operation if o.from_datum == "PSAD56"]
    assert (pinned.code, pinned.accuracy_m, pinned.error95_m) == ("EPSG:1208", 16.0, 24.0)
    assert peru.datum_error_m("EPSG:1208") == 24.0
    assert peru.datum_error_m("EPSG:5378") == 0.0  # Peru96: moves nothing
    assert peru.datum_error_m("EPSG:1864") is None


def test_the_code_moves_vertices_as_the_country_file_says(peru: Country) -> None:
    assert {plane.zone: plane.wgs84 for plane in peru.plane} == crs.WGS84_ZONES
    assert {plane.zone: plane.psad56 for plane in peru.plane} == crs.PSAD56_ZONES
    for declared in peru.operation:
        plane = {"PSAD56": peru.plane[0].psad56, "Peru96": peru.plane[0].peru96}[
            declared.from_datum
        ]
        way = crs.route(plane)
        assert (way.operation, way.accuracy_m) == (declared.code, declared.accuracy_m)
        assert declared.to_datum == "WGS84"
        lon, lat = way.forth(np.array([500_000.0]), np.array([9_000_000.0]))
        there = crs.route(peru.plane[0].wgs84).forth(np.array([500_000.0]), np.array([9_000_000.0]))
        stays = bool(np.allclose([lon, lat], there, atol=1e-9, rtol=0))
        assert stays == declared.null


def test_the_clock_of_lima_knows_its_summer_times(peru: Country) -> None:
    hours = [
        datetime(year, 2, 15, tzinfo=ZoneInfo(peru.clock)).utcoffset() for year in (1994, 2016)
    ]
    assert [h.total_seconds() / 3600 for h in hours if h is not None] == [-4, -5]


def test_empty_dates_of_cadastres_are_known_as_none(peru: Country) -> None:
    wanted = {"1899-11-30", "1899-12-30", "1899-12-31", "1900-01-01"}
    assert wanted <= peru.unknown_dates
    assert all(date.why and date.why_en for date in peru.unknown_date)
    assert "2016-01-04" not in peru.unknown_dates


def _inside(peru: Country, lon: float, lat: float) -> bool:
    box = peru.bounds
    return box.west <= lon <= box.east and box.south <= lat <= box.north


def test_the_whole_country_lies_in_its_bounds(peru: Country, real_folder: Path) -> None:
    controls = json.loads((real_folder.parent / "controls.json").read_text(encoding="utf-8"))
    for point in controls["points"]:
        assert _inside(peru, *point["wgs84_lonlat_op1208"])


def test_the_districts_lie_in_its_bounds(peru: Country, real_data: object) -> None:
    import pyogrio

    west, south, east, north = pyogrio.read_info(real_data("districts_peru_1874.gpkg"))[
        "total_bounds"
    ]
    assert _inside(peru, west, south)
    assert _inside(peru, east, north)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('clock   = "America/Lima"', 'clock   = "America/Nowhere"'),
        ("west   = -81.45", "west   = -60.0"),
        ('on     = "1899-12-30"', 'on     = "1899-13-30"'),
        ("up_to_m2 = 50000.0", "up_to_m2 = 40000.0"),
        ("pair_min_m2         = 1.0", 'pair_min_m2         = "1"'),
        ("sliver_area_ha      = 0.01", "sliver_area         = 0.01"),
    ],
)
def test_a_slip_in_the_country_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(DeclarationError, match=r"peru\.toml"):
        parse_country(TEXT.replace(old, new), "peru.toml")
