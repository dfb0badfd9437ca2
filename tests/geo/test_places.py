"""Places within places: what decides in which box a fact may be counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from geo.places import COUNTRY, Place, Places, wider
from geo.terms import PlaceLevel

# one country, two departments, a province each, two districts each; squares of one degree
_ROWS = (
    Place(COUNTRY, PlaceLevel.COUNTRY, "País", COUNTRY, 2.0, 0.5),
    Place("01", PlaceLevel.DEPARTMENT, "A", COUNTRY, 1.0, 0.5),
    Place("02", PlaceLevel.DEPARTMENT, "B", COUNTRY, 3.0, 0.5),
    Place("0101", PlaceLevel.PROVINCE, "A1", "01", 1.0, 0.5),
    Place("0201", PlaceLevel.PROVINCE, "B1", "02", 3.0, 0.5),
    Place("010101", PlaceLevel.DISTRICT, "A11", "0101", 0.5, 0.5),
    Place("010102", PlaceLevel.DISTRICT, "A12", "0101", 1.5, 0.5),
    Place("020101", PlaceLevel.DISTRICT, "B11", "0201", 2.5, 0.5),
    Place("020102", PlaceLevel.DISTRICT, "B12", "0201", 3.5, 0.5),
)
_SHAPES = {"010101": 0, "010102": 1, "020101": 2, "020102": 3}
PLACES = Places(
    {place.code: place for place in _ROWS},
    {code: box(west, 0, west + 1, 1) for code, west in _SHAPES.items()},
)


def test_a_district_is_counted_in_its_own_province_and_department() -> None:
    assert PLACES.up("020102", PlaceLevel.PROVINCE) == "0201"
    assert PLACES.up("020102", PlaceLevel.DEPARTMENT) == "02"
    assert PLACES.up("020102", PlaceLevel.COUNTRY) == COUNTRY


def test_a_place_that_is_known_coarsely_is_never_made_finer() -> None:
    assert PLACES.up("02", PlaceLevel.DISTRICT) == "02"
    assert PLACES.up(COUNTRY, PlaceLevel.PROVINCE) == COUNTRY


@given(st.sampled_from([row.code for row in _ROWS]), st.sampled_from(list(PlaceLevel)))
def test_going_up_never_leaves_the_place_and_never_comes_back_down(
    code: str, level: PlaceLevel
) -> None:
    order = list(PlaceLevel)
    above = PLACES.by_code[PLACES.up(code, level)]
    assert order.index(above.level) >= order.index(PLACES.by_code[code].level)
    assert code.startswith(above.code)
    assert PLACES.up(above.code, level) == above.code


def test_the_country_has_nothing_wider() -> None:
    assert [wider(level) for level in PlaceLevel] == [
        PlaceLevel.PROVINCE,
        PlaceLevel.DEPARTMENT,
        PlaceLevel.COUNTRY,
        PlaceLevel.COUNTRY,
    ]


@pytest.mark.parametrize(("lon", "code"), [(0.5, "010101"), (1.5, "010102"), (3.9, "020102")])
def test_a_point_is_in_the_district_that_holds_it(lon: float, code: str) -> None:
    assert PLACES.at(lon, 0.5) == code


def test_a_point_outside_every_district_is_in_none() -> None:
    assert PLACES.at(9.0, 9.0) is None


def test_a_point_on_a_border_is_always_in_the_same_district() -> None:
    assert PLACES.at(1.0, 0.5) in ("010101", "010102")
    assert len({PLACES.at(1.0, 0.5) for _ in range(5)}) == 1


def test_an_installation_without_districts_knows_that_departments_are_its_finest() -> None:
    few = {code: place for code, place in PLACES.by_code.items() if len(code) <= 2}
    assert Places(few, {}).finest is PlaceLevel.DEPARTMENT
    assert PLACES.finest is PlaceLevel.DISTRICT
