"""Where a fact is counted: every place coded once, nested, and nothing guessed."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely

from geo.boxes import places
from geo.boxes.districts import Fields
from geo.errors import PlacesMissing
from geo.home import Home, data_folder
from geo.places import COUNTRY, Places
from geo.terms import PlaceLevel

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "var", data=data_folder(), now=lambda: NOW)


def _square(west: float, south: float, side: float = 0.1) -> dict[str, Any]:
    box = shapely.box(west, south, west + side, south + side)
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(box))
    return geometry


ROWS = (
    ({"departamento": "Uno", "provincia": "Norte", "distrito": "A", "ubigeo": "990101"}, -70.0),
    ({"departamento": "Uno", "provincia": "Norte", "distrito": "B", "ubigeo": "990102"}, -69.9),
    ({"departamento": "UNO", "provincia": "Sur", "distrito": "A", "ubigeo": "990201"}, -69.8),
)


def _file(tmp_path: Path, rows: Any = ROWS, south: float = -12.5) -> Path:
    features = [
        {"type": "Feature", "properties": said, "geometry": _square(west, south)}
        for said, west in rows
    ]
    path = tmp_path / "districts.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def _without(rows: Any, *names: str) -> list[Any]:
    return [({k: v for k, v in said.items() if k not in names}, west) for said, west in rows]


def test_published_codes_stay_and_nest(home: Home, tmp_path: Path) -> None:
    made = places.from_file(home, _file(tmp_path))
    assert made.by_code["990101"].name == "A"
    assert made.by_code["990101"].within == "9901"
    assert made.by_code["9902"].within == "99"
    assert made.by_code["99"].within == COUNTRY
    assert made.by_code["990201"].within == "9902"
    assert (made.by_code["990101"].lon, made.by_code["990101"].lat) == (-69.95, -12.45)
    assert made.up("990102", PlaceLevel.DEPARTMENT) == "99"
    assert made.at(-69.75, -12.45) == "990201"
    assert made.at(-60.0, -12.45) is None


def test_a_code_that_a_table_made_a_number_of_gets_its_zero_back(
    home: Home, tmp_path: Path
) -> None:
    rows = [({**ROWS[0][0], "departamento": "Amazonas", "ubigeo": 10101}, -70.0)]
    made = places.from_file(home, _file(tmp_path, rows))
    assert made.by_code["010101"].within == "0101"


def test_names_give_the_same_codes_in_every_import(home: Home, tmp_path: Path) -> None:
    rows = _without(ROWS, "ubigeo")
    made = places.from_file(home, _file(tmp_path, rows))
    again = places.from_file(home, _file(tmp_path, rows[::-1]))
    assert set(made.by_code) == set(again.by_code)
    assert {"uno", "uno.norte", "uno.norte.a", "uno.sur.a"} <= set(made.by_code)


def test_a_department_has_the_countrys_code_whoever_brings_it(home: Home, tmp_path: Path) -> None:
    rows = [({"NOMBDEP": "MADRE DE DIOS", "NOMBPROV": "X", "NOMBDIST": "Y"}, -70.0)]
    made = places.from_file(home, _file(tmp_path, rows))
    assert made.by_code["17.x.y"].within == "17.x"
    assert made.by_code["17"].name == "MADRE DE DIOS"
    # the departments that the file leaves out are still there: an incident may lie in them
    assert made.by_code["16"].name == "Loreto"


def test_fields_with_other_names_can_be_named(home: Home, tmp_path: Path) -> None:
    rows = [({"a": "Uno", "b": "Norte", "c": "A"}, -70.0)]
    with pytest.raises(PlacesMissing, match="--department"):
        places.from_file(home, _file(tmp_path, rows))
    made = places.from_file(home, _file(tmp_path, rows), Fields("a", "b", "c"))
    assert "uno.norte.a" in made.by_code
    with pytest.raises(PlacesMissing, match="no tiene el campo «z»"):
        places.from_file(home, _file(tmp_path, rows), Fields("z"))


def test_parts_of_one_district_in_several_rows_are_one(home: Home, tmp_path: Path) -> None:
    rows = [ROWS[0], (ROWS[0][0], -69.5), ROWS[1]]
    made = places.from_file(home, _file(tmp_path, rows))
    assert made.at(-69.45, -12.45) == "990101" == made.at(-69.95, -12.45)


@pytest.mark.parametrize(
    ("rows", "south", "said"),
    [
        ([ROWS[0], ({**ROWS[0][0], "ubigeo": "990199"}, -69.5)], -12.5, "dos códigos"),
        ([ROWS[0], ({**ROWS[1][0], "ubigeo": "990101"}, -69.5)], -12.5, "dos nombres"),
        ([ROWS[0], ({**ROWS[1][0], "ubigeo": "980101"}, -69.5)], -12.5, "dos veces"),
        ([ROWS[0], ({**ROWS[1][0], "departamento": "Dos"}, -69.5)], -12.5, "nombres distintos"),
        ([ROWS[0], (ROWS[1][0], -70.0)], -12.5, "se tapan"),
        ([ROWS[0], ({**ROWS[1][0], "distrito": " "}, -69.5)], -12.5, "fila 2 no dice su distrito"),
        ([ROWS[0], ({**ROWS[1][0], "ubigeo": None}, -69.5)], -12.5, "sin código"),
        (ROWS, -42.5, "fuera del país"),
    ],
)
def test_a_file_that_says_two_things_is_refused(
    home: Home, tmp_path: Path, rows: Any, south: float, said: str
) -> None:
    with pytest.raises(PlacesMissing, match=said):
        places.from_file(home, _file(tmp_path, rows, south))


def test_metres_are_refused(home: Home) -> None:
    with pytest.raises(PlacesMissing, match="grados WGS 84"):
        places.from_file(home, home.data / "demo" / "demo-concessions-2026-10.geojson")


def test_what_was_kept_is_read_as_it_was(home: Home, tmp_path: Path) -> None:
    assert places.read(home).finest is PlaceLevel.DEPARTMENT
    made = places.from_file(home, _file(tmp_path))
    places.keep(home, made)
    kept = places.read(home)
    assert kept.by_code == dict(sorted(made.by_code.items()))
    assert kept.finest is PlaceLevel.DISTRICT
    assert all(kept.shapes[code].equals(shape) for code, shape in made.shapes.items())
    assert [path.name for path in home.places.iterdir()] == ["places.json"]


def test_a_place_that_incidents_may_use_does_not_vanish(home: Home, tmp_path: Path) -> None:
    places.keep(home, places.from_file(home, _file(tmp_path)))
    fewer = places.from_file(home, _file(tmp_path, ROWS[:1]))
    with pytest.raises(PlacesMissing, match=r"3 lugares \(990102, 9902, 990201…\)"):
        places.keep(home, fewer)
    assert "990102" in places.read(home).by_code
    places.keep(home, fewer, even_so=True)
    assert "990102" not in places.read(home).by_code


@pytest.mark.parametrize("content", [b"", b"{}", b'{"form": 2}', b'{"form": 1, "places": [{}]}'])
def test_a_damaged_file_of_places_is_said_so(home: Home, content: bytes) -> None:
    home.places.mkdir(parents=True)
    (home.places / "places.json").write_bytes(content)
    with pytest.raises(PlacesMissing):
        places.read(home)


def _nested(found: Places) -> bool:
    above = {
        PlaceLevel.DISTRICT: PlaceLevel.PROVINCE,
        PlaceLevel.PROVINCE: PlaceLevel.DEPARTMENT,
        PlaceLevel.DEPARTMENT: PlaceLevel.COUNTRY,
    }
    return all(
        found.by_code[place.within].level is above[place.level]
        for place in found.by_code.values()
        if place.level is not PlaceLevel.COUNTRY
    )


def test_every_real_district_is_in_coded_and_nested(
    home: Home, real_data: Callable[[str], Path]
) -> None:
    made = places.from_file(home, real_data("districts_peru_1874.gpkg"))
    counts = Counter(place.level for place in made.by_code.values())
    assert counts[PlaceLevel.DISTRICT] == 1874
    assert counts[PlaceLevel.DEPARTMENT] == 25
    assert counts[PlaceLevel.COUNTRY] == 1
    assert _nested(made)
    assert made.at(-69.19, -12.59) == "17.tambopata.tambopata"


def test_the_demonstration_has_districts_around_its_territories(home: Home) -> None:
    made = places.demonstration(home)
    counts = Counter(place.level for place in made.by_code.values())
    assert made.illustrative
    assert (counts[PlaceLevel.DISTRICT], counts[PlaceLevel.PROVINCE]) == (12, 4)
    assert _nested(made)
    outlines = [made.shapes[c] for c, p in made.by_code.items() if p.level is PlaceLevel.DISTRICT]
    assert shapely.coverage_is_valid(outlines)
    said = json.loads((home.data / "demo" / "demo-territories.geojson").read_text("utf-8"))
    for feature in said["features"]:
        point = shapely.point_on_surface(shapely.from_geojson(json.dumps(feature["geometry"])))
        assert made.at(point.x, point.y) is not None


def test_the_outlines_for_a_map_are_small_and_meet(home: Home) -> None:
    made = places.demonstration(home)
    drawn = json.loads(places.outlines(made, PlaceLevel.DISTRICT))
    assert {one["properties"]["code"] for one in drawn["features"]} == {
        code for code, place in made.by_code.items() if place.level is PlaceLevel.DISTRICT
    }
    shapes = [shapely.from_geojson(json.dumps(one["geometry"])) for one in drawn["features"]]
    assert shapely.coverage_is_valid(shapes)
    assert len(json.loads(places.outlines(places.departments(home), PlaceLevel.DEPARTMENT))) == 2
