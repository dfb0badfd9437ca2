"""A click on the map: every right there, from exact shapes, within what the reader chose."""

import json
import random
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient

from geo.crs import describe
from geo.datum import draw, from_degrees, to_degrees
from geo.home import Home
from geo.release import read
from geo.release.tiles.release import FIRST_SHAPES
from geo.terms import PAIRS, Tier
from webmap.public import lately, point, selection, spatial
from webmap.public.edition import Edition
from webmap.public.selection import Selection, chosen

EXACT_M = 0.0
RIGHT = "demo-concessions:009900494"


@pytest.fixture(scope="module")
def edition(demonstration: Home) -> Edition:
    return Edition(read.open_release(demonstration.releases(Tier.PUBLIC)))


@pytest.fixture(scope="module")
def ask(client: FlaskClient, edition: Edition) -> Any:
    """`ask(lon, lat, zoom=18, **selection)` is the answer of the server."""

    def asked(lon: float, lat: float, zoom: float = 18, **chosen_words: Any) -> Any:
        body = {"lon": lon, "lat": lat, "zoom": zoom, "seleccion": chosen_words}
        answer = client.post(f"/datos/{edition.id}/es/punto", json=body)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.get_json()

    return asked


# --- law -----------------------------------------------------------------------------------------


def _brute(frame: Any, lon: float, lat: float) -> set[int]:
    """The rows that hold a point, each asked in the plane in which its sides are straight."""
    spot = np.array([shapely.Point(lon, lat)], dtype=object)
    held = set()
    for row, (shape, plane) in enumerate(zip(frame.geometry, frame["plane"], strict=True)):
        own = draw(np.array([shape], dtype=object), plane)[0]
        there = spot[0] if describe(plane).is_geographic else from_degrees(spot, plane)[0]
        if own.intersects(there):
            held.add(row)
    return held


def test_a_point_has_every_right_overlap_and_territory_that_holds_it(edition: Edition) -> None:
    chance = random.Random(7)
    west, south, east, north = edition.concessions.total_bounds
    spots = [(chance.uniform(west, east), chance.uniform(south, north)) for _ in range(60)]
    shared = edition.overlaps["overlap_class"].isin(PAIRS)
    pieces = edition.overlaps.loc[shared]
    for lon, lat in spots:
        found = point.at(edition, lon, lat, EXACT_M)
        rights = _brute(edition.concessions, lon, lat)
        assert set(found.overlapping) | set(found.others) == rights
        assert set(found.lands) == _brute(edition.territories, lon, lat)
        here = {int(pieces.index[row]) for row in _brute(pieces, lon, lat)}
        assert set(found.pairs) == here


def test_a_side_of_fifty_kilometres_is_asked_in_its_plane() -> None:
    """Straight in degrees it would lie more than ten metres beside the true one."""
    plane = "EPSG:32719"
    square = shapely.box(200_000, 8_500_000, 250_000, 8_510_000)
    shape = to_degrees(np.array([square], dtype=object), plane).shapes[0]
    frame = gpd.GeoDataFrame({"plane": [plane]}, geometry=[shape], crs="EPSG:4326")
    ground = spatial.ground(frame)
    for y, inside in ((8_500_000 + 0.05, True), (8_500_000 - 0.05, False)):
        at = to_degrees(np.array([shapely.Point(225_000, y)], dtype=object), plane).shapes[0]
        assert bool(ground.at(at.x, at.y, 0.0)) is inside
        in_degrees = shape.contains(at)
    middle = to_degrees(np.array([shapely.Point(225_000, 8_500_000)], dtype=object), plane).shapes
    off_m = shapely.distance(shapely.boundary(shape), middle[0]) * 111_320
    assert 5 < off_m < 2e-8 * 50_000**2
    assert not in_degrees


def test_a_shape_whose_sides_are_straight_in_degrees_is_asked_in_degrees() -> None:
    shape = shapely.box(-72.0, -12.0, -71.0, -11.5)
    frame = gpd.GeoDataFrame({"plane": ["EPSG:4326"]}, geometry=[shape], crs="EPSG:4326")
    ground = spatial.ground(frame)
    for lat, inside in ((-12.0 + 1e-6, True), (-12.0 - 1e-6, False)):
        assert bool(ground.at(-71.5, lat, 0.0)) is inside


def test_a_long_day_of_clicks_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    centres = [(-73.0 + 0.1 * number, -11.0) for number in range(30)]
    shapes = [shapely.Point(spot).buffer(0.02, quad_segs=100) for spot in centres]
    each = int(shapely.get_num_coordinates(shapes[0]))
    frame = gpd.GeoDataFrame({"plane": ["EPSG:32718"] * 30}, geometry=shapes, crs="EPSG:4326")
    monkeypatch.setattr(lately, "MOST_VERTICES", 5 * each)
    ground = spatial.ground(frame)
    for _day in range(3):
        for row, (lon, lat) in enumerate(centres):
            assert [hit.row for hit in ground.at(lon, lat, 0.0)] == [row]
            assert 0 < ground.kept.vertices() <= 5 * each
    assert [*ground.kept.shapes] == [25, 26, 27, 28, 29]
    ground.at(*centres[25], 0.0)
    ground.at(*centres[0], 0.0)
    assert [*ground.kept.shapes] == [27, 28, 29, 25, 0]


# --- the finger ----------------------------------------------------------------------------------


def test_a_strip_thinner_than_a_finger_is_found_beside_it_and_says_how_far() -> None:
    plane = "EPSG:32719"
    strip = shapely.box(500_000, 8_600_000, 500_002, 8_601_000)
    shape = to_degrees(np.array([strip], dtype=object), plane).shapes[0]
    frame = gpd.GeoDataFrame({"plane": [plane]}, geometry=[shape], crs="EPSG:4326")
    at = to_degrees(np.array([shapely.Point(500_052, 8_600_500)], dtype=object), plane).shapes[0]
    (hit,) = spatial.ground(frame).at(at.x, at.y, 60.0)
    assert hit.distance_m == pytest.approx(50, abs=0.01)
    assert hit.width_m == pytest.approx(2, abs=0.01)
    assert spatial.ground(frame).at(at.x, at.y, 49.0) == []


def test_a_finger_covers_less_ground_the_nearer_one_looks() -> None:
    assert point.reach_m(0, 12) == pytest.approx(7 * 156_543.034 / 4096)
    assert point.reach_m(-12.5, 18) < 5
    # from afar squares are drawn: no finger is wider than at the first zoom of shapes
    assert point.reach_m(-12.5, 3) == point.reach_m(-12.5, FIRST_SHAPES + 1)


# --- what is answered ----------------------------------------------------------------------------


def test_a_right_is_told_with_a_point_where_it_is_found_again(
    client: FlaskClient, edition: Edition, ask: Any
) -> None:
    for key in edition.concessions["key"]:
        told = client.get(f"/datos/{edition.id}/es/derecho/{key}.json").get_json()
        west, south, east, north = told["bbox"]
        lon, lat = told["point"]
        assert west <= lon <= east
        assert south <= lat <= north
        found = ask(lon, lat)
        assert key in {one["key"] for one in (*found["overlapping"], *found["others"])}


def test_an_answer_leads_to_the_pages_of_right_overlap_and_territory(
    client: FlaskClient, ask: Any
) -> None:
    told = client.get(
        f"/datos/{client.get('/salud').get_json()['release']}/es/derecho/{RIGHT}.json"
    )
    found = ask(*told.get_json()["point"])
    (right,) = [one for one in found["overlapping"] if one["key"] == RIGHT]
    assert right["code"] == "009900494"
    assert right["distance_m"] == 0
    for address in (right["url"], right["pairs"][0]["overlap_url"], found["territories"][0]["url"]):
        assert client.get(address).status_code == 200


def test_what_a_finger_reaches_from_afar_says_how_far_away_it_is(
    edition: Edition, ask: Any
) -> None:
    lon, lat = -69.2281, -12.4688
    assert not _brute(edition.concessions, lon, lat)
    assert not _brute(edition.territories, lon, lat)
    found = ask(lon, lat, zoom=9)
    (right,), (land,) = found["overlapping"], found["territories"]
    spot = from_degrees(np.array([shapely.Point(lon, lat)], dtype=object), "EPSG:32719")[0]
    shared = edition.overlaps.iloc[edition.overlap_rows([right["key"]])].set_index("territory_key")
    for told, frame in ((right, shared), (land, edition.territories)):
        shape = frame.geometry.loc[[land["key"]]].to_crs(32719)
        assert told["distance_m"] == pytest.approx(shape.distance(spot).iloc[0], abs=1)
    assert right["distance_m"] > land["distance_m"] > 1_000
    inside = ask(-69.4665, -12.5545)
    assert {one["distance_m"] for one in inside["territories"]} == {0}


def test_where_nothing_lies_nothing_is_told(ask: Any) -> None:
    found = ask(-75.0, -10.0)
    assert (found["overlapping"], found["others"], found["territories"]) == ([], [], [])
    assert found["more"] == 0


# --- the selection -------------------------------------------------------------------------------

WISHES = [
    {},
    {"tipo": "mining"},
    {"estado": "application"},
    {"clase": "sliver"},
    {"alerta": "MIN-POST-TIT"},
    {"prioridad": "alta", "tipo": "mining"},
    {"departamento": "Madre de Dios"},
    {"departamento": "Lima"},
    {"distrito": "TAMBOPATA"},
    {"formulado_desde": 1994, "formulado_hasta": 2005},
    {"otorgado_hasta": 1996},
    {"q": "ilustrativa 4"},
    {"territorio": "demo-territories:T-001", "estado": "titled"},
]


@pytest.mark.parametrize("wish", WISHES)
def test_a_click_answers_what_the_table_of_the_same_selection_holds(
    edition: Edition, wish: dict[str, Any]
) -> None:
    wanted = chosen(wish)
    facets, pairs = edition.facets, edition.pairs
    rights = set(np.flatnonzero(selection.rights(wanted, facets, pairs)))
    overlaps = set(np.flatnonzero(selection.overlaps(wanted, facets, pairs)))
    index = spatial.of(edition)
    seen: set[int] = set()
    for row in range(len(edition.concessions)):
        lon, lat = index.rights.inside(row)
        everything = point.at(edition, lon, lat, EXACT_M)
        found = point.at(edition, lon, lat, EXACT_M, wanted)
        assert set(found.pairs) == set(everything.pairs) & overlaps
        both = set(everything.overlapping) | set(everything.others)
        told = set(found.overlapping) | set(found.others)
        assert told == both & rights
        seen |= told
    assert seen == rights


def test_no_selection_is_everything() -> None:
    assert Selection().empty


# --- hostile bodies ------------------------------------------------------------------------------

POSTED = ("punto", "buscar", "area")


def _bodies() -> list[bytes]:
    deep = b"[" * 60_000
    values: list[Any] = [
        None,
        [],
        "x",
        3,
        {"lon": "-69", "lat": "-12"},
        {"lon": -69},
        {"lon": -69, "lat": [-12]},
        {"lon": True, "lat": False},
        {"lon": 181, "lat": 0},
        {"lon": -69, "lat": -12, "zoom": -1},
        {"lon": -69, "lat": -12, "zoom": {}},
        {"lon": -69, "lat": -12, "more": 1},
        {"lon": -69, "lat": -12, "seleccion": []},
        {"lon": -69, "lat": -12, "seleccion": {"q": ["x"]}},
        {"lon": -69, "lat": -12, "seleccion": {"q": "x" * 10_000}},
        {"q": 3},
        {"q": ["x"]},
        {"q": "x" * 81},
        {"q": "x", "r": "y"},
    ]
    return [
        b"",
        b"not json",
        b"\xff\xfe",
        deep,
        deep + b"]" * 60_000,
        b'{"lon": NaN, "lat": 0}',
        b'{"lon": Infinity, "lat": 0}',
        b'{"lon": 1e400, "lat": 0}',
        b'{"lon": ' + b"9" * 5_000 + b', "lat": 0}',
        b'{"q": "\\ud800"}',
        b'{"type": "Polygon", "coordinates": [[[1e400, 0], [1, 1], [2, 2]]]}',
        *(json.dumps(one).encode() for one in values),
    ]


@pytest.mark.parametrize("route", POSTED)
def test_what_cannot_be_understood_is_refused_in_a_sentence(
    client: FlaskClient, edition: Edition, route: str
) -> None:
    for body in _bodies():
        for language in ("es", "en"):
            answer = client.post(f"/datos/{edition.id}/{language}/{route}", data=body)
            assert answer.status_code == 400, (route, body[:80])
            said = answer.get_json()
            assert said.keys() == {"error"}
            assert said["error"].endswith(".")
            assert "Traceback" not in said["error"]


@pytest.mark.parametrize("route", POSTED)
def test_what_is_too_much_is_refused_before_it_is_read(
    client: FlaskClient, edition: Edition, route: str
) -> None:
    answer = client.post(f"/datos/{edition.id}/es/{route}", data=b" " * 200_000)
    assert answer.status_code == 413
    assert answer.get_json()["error"].endswith(".")


@pytest.mark.parametrize("route", POSTED)
def test_what_takes_a_body_is_not_asked_by_an_address(
    client: FlaskClient, edition: Edition, route: str
) -> None:
    assert client.get(f"/datos/{edition.id}/es/{route}").status_code == 405
    assert client.post(f"/datos/{'0' * 12}/es/{route}", json={}).status_code in (404, 410)


def test_unknown_words_of_a_selection_are_as_if_not_asked(ask: Any, edition: Edition) -> None:
    lon, lat = spatial.where(edition, RIGHT)["point"]
    assert ask(lon, lat, color="red", tipo="gold", formulado_desde="x") == ask(lon, lat)
