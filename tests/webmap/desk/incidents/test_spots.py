"""A place as somebody writes it falls where it should, or a plain sentence says what to look at."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from geo.places import Place, Places
from geo.register.lists import PlacePrecision
from geo.register.nouns import Spot
from geo.terms import PlaceLevel
from webmap.desk import picture, spots
from webmap.desk.spots import BY_CODE, SYSTEMS
from webmap.desk.typed import Faults, Typed

ROOT = Path(__file__).resolve().parents[4]
CONTROLS = json.loads((ROOT / "tests" / "geo" / "controls.json").read_text("utf-8"))["points"]


def _peru() -> Places:
    """Three strips, one for each zone, of three districts each."""
    places = {"": Place("", PlaceLevel.COUNTRY, "Perú", "", -75.0, -9.0)}
    shapes = {}
    for n, (west, east) in enumerate([(-82, -78), (-78, -72), (-72, -68)], start=17):
        department, province = str(n), f"{n}01"
        places[department] = Place(department, PlaceLevel.DEPARTMENT, f"Franja {n}", "", west, -9)
        places[province] = Place(
            province, PlaceLevel.PROVINCE, f"Provincia {n}", department, west, -9
        )
        for k in range(3):
            code, south = f"{n}01{k + 1:02d}", -18.0 + 6 * k
            places[code] = Place(
                code, PlaceLevel.DISTRICT, f"Distrito {n}-{k + 1}", province, west + 1, south + 1
            )
            shapes[code] = box(west, south, east, south + 6)
    return Places(places, shapes, illustrative=True)


PERU = _peru()


def _pointed(system: str, first: str, second: str) -> tuple[spots.Pointed | None, Faults]:
    faults = Faults()
    return spots.pointed(PERU, BY_CODE[system], first, second, faults), faults


@pytest.mark.parametrize("point", CONTROLS, ids=lambda p: p["name"])
def test_coordinates_of_an_old_title_land_where_the_control_points_do(point: dict) -> None:
    east, north = point["psad56"]
    found, faults = _pointed(f"psad56-{point['zone']}", str(east), str(north))
    assert faults == {}
    assert found is not None
    lon, lat = point["wgs84_lonlat_op1208"]
    assert found.lon == pytest.approx(lon, abs=2e-8)
    assert found.lat == pytest.approx(lat, abs=2e-8)
    assert "EPSG:1208" in found.given_as
    assert f"{east} | {north}" in found.given_as


def test_the_zones_are_those_that_the_country_declares() -> None:
    declared = tomllib.loads((ROOT / "data" / "countries" / "peru.toml").read_text("utf-8"))
    for plane in declared["plane"]:
        zone = plane["zone"]
        assert BY_CODE[f"utm-{zone}"].crs == plane["wgs84"]
        assert BY_CODE[f"psad56-{zone}"].crs == plane["psad56"]
        assert BY_CODE[f"peru96-{zone}"].crs == plane["peru96"]
        assert BY_CODE[f"sirgas-{zone}"].crs == plane["sirgas2000"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("-69.1859", "-12.5951"),
        ("−69,1859", "−12,5951"),
        ("69.1859 O", "12.5951 S"),
        ("69° 11' 9.24\" O", "12° 35' 42.36\" S"),
        ("69 11 9.24 W", "12 35 42.36 S"),
        ("69º11′9.24″W", "12º35′42.36″S"),
        ("-69 11 9.24", "-12 35 42.36"),
        ("69° 11.154' O", "12° 35.706' S"),
    ],
)
def test_degrees_are_read_however_they_are_written(first: str, second: str) -> None:
    found, faults = _pointed("degrees", first, second)
    assert faults == {}
    assert found is not None
    assert (found.lon, found.lat) == (pytest.approx(-69.1859), pytest.approx(-12.5951))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("480000", "8608000"),
        ("480 000", "8 608 000"),
        ("480,000", "8,608,000"),
        ("480000 m", "8608000m"),
    ],
)
def test_metres_are_read_however_they_are_written(first: str, second: str) -> None:
    found, faults = _pointed("utm-19", first, second)
    assert faults == {}
    assert found is not None
    assert found.lon == pytest.approx(-69.18413488)


@pytest.mark.parametrize(
    ("system", "first", "second", "says"),
    [
        ("degrees", "-12.5951", "-69.1859", "cambiadas"),
        ("degrees", "12° 35' S", "69° 11' O", "cambiadas"),
        ("utm-19", "8608000", "480000", "cambiados"),
        ("psad56-west", "9425000", "541000", "cambiados"),
        ("degrees", "69.1859", "12.5951", "de qué lado"),
        ("degrees", "69 61 0 O", "12 0 0 S", "No se puede leer"),
        ("degrees", "1e5", "-12", "No se puede leer"),
        ("degrees", "nan", "nan", "No se puede leer"),
        ("utm-19", "", "8608000", "No se puede leer"),
        ("degrees", "-90", "-12", "ningún distrito"),
        ("utm-18", "9" * 300, "8608000", "ningún distrito"),
    ],
)
def test_what_is_turned_round_or_unreadable_is_said_and_not_guessed(
    system: str, first: str, second: str, says: str
) -> None:
    found, faults = _pointed(system, first, second)
    assert found is None
    (fault,) = faults.values()
    assert says in fault.sentence


def test_the_wrong_zone_is_named_with_the_right_one() -> None:
    found, faults = _pointed("utm-17", "178000", "8503000")
    assert found is None
    assert dict(faults["spot-system"].values) == {
        "system": "UTM 18S, WGS84",
        "place": "Distrito 18-1, Provincia 18, Franja 18",
    }


def _read(**typed: str) -> tuple[Spot, Faults]:
    faults = Faults()
    form: Typed = Typed({f"spot-{name}": text for name, text in typed.items()})
    return spots.read(form, PERU, faults), faults


def test_coordinates_in_another_district_than_the_one_chosen_are_asked_about() -> None:
    _spot, faults = _read(
        place="Distrito 18-1, Provincia 18, Franja 18",
        system="psad56-19",
        first="480000",
        second="8608000",
    )
    assert faults["spot-first"].values["here"] == "Distrito 19-1, Provincia 19, Franja 19"


def test_a_place_is_as_fine_as_it_was_told() -> None:
    assert _read(place="Franja 18")[0] == Spot("18", PlacePrecision.DEPARTMENT)
    assert _read(place="provincia 18")[0] == Spot("1801", PlacePrecision.PROVINCE)
    assert _read(place="")[0] == Spot("", PlacePrecision.COUNTRY)
    assert _read(place="170101", words="camino al puerto")[0] == Spot(
        "170101", PlacePrecision.COMMUNITY, words="camino al puerto"
    )
    assert _read(place="Nada")[1]["spot-place"].values == {"name": "Nada"}


@given(
    system=st.sampled_from([s for s in SYSTEMS if s.code != "map"]),
    first=st.text(max_size=30),
    second=st.text(max_size=30),
)
def test_whatever_is_typed_gives_a_point_or_a_sentence(
    system: spots.System, first: str, second: str
) -> None:
    faults = Faults()
    found = spots.pointed(PERU, system, first, second, faults)
    assert (found is None) == bool(faults)


@given(
    lon=st.floats(-81.9, -68.1),
    lat=st.floats(-17.9, -0.1),
    system=st.sampled_from(["degrees", "psad56-degrees"]),
)
def test_a_point_comes_back_into_the_form_as_it_was_written(
    lon: float, lat: float, system: str
) -> None:
    first, second = f"{lon:.6f}", f"{lat:.6f}"
    spot, faults = _read(place="", system=system, first=first, second=second)
    if faults:
        return
    form: Typed = Typed()
    spots.fill(form, spot, PERU)
    assert (form["spot-system"], form["spot-first"], form["spot-second"]) == (
        system,
        first,
        second,
    )


@given(lon=st.floats(-81.9, -68.1), lat=st.floats(-17.9, -0.1))
def test_a_click_means_the_point_under_it(lon: float, lat: float) -> None:
    shown = picture.view(PERU, "")
    assert shown is not None
    back = shown.degrees(*shown.pixel(lon, lat))
    assert back == (pytest.approx(lon), pytest.approx(lat))
    department = picture.nearer(PERU, "", *back)
    assert department is not None
    assert department == (PERU.at(lon, lat) or "")[:2]
    assert picture.nearer(PERU, department, lon, lat) == PERU.at(lon, lat)


def test_the_drawn_map_holds_no_script_and_no_address_of_others() -> None:
    hostile = Place("17", PlaceLevel.DEPARTMENT, "<script>x</script>", "", -80, -9)
    places = Places({**PERU.by_code, "17": hostile}, PERU.shapes)
    shown = picture.view(places, "")
    assert shown is not None
    drawn = picture.svg(places, shown, (-70.0, -9.0))
    assert "<script>" not in drawn
    assert drawn.count("http") == 1  # the namespace of SVG
    assert 'class="m"' in drawn
