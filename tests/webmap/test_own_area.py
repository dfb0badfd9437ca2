"""An area that a reader drew, over the wire: its answer, its files, and that nothing stays."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from flask.testing import FlaskClient

from geo.home import Home
from geo.release import read
from geo.terms import Tier
from webmap import passing
from webmap.public import own_area, own_area_told

CORNERS = [[-69.48, -12.6], [-69.4, -12.6], [-69.4, -12.5], [-69.48, -12.5]]
AREA = {"type": "Polygon", "coordinates": [CORNERS]}
CROSSED = {"type": "Polygon", "coordinates": [[CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]]]}


@pytest.fixture(scope="module")
def release(demonstration: Home) -> read.Release:
    return read.open_release(demonstration.releases(Tier.PUBLIC))


@pytest.fixture(scope="module")
def told(client: FlaskClient, release: read.Release) -> Any:
    answer = client.post(f"/datos/{release.id}/es/area", json=AREA)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


def test_an_area_is_told_with_all_that_lies_on_it_and_its_limits(told: Any) -> None:
    assert told["zone"] == "19S"
    assert told["area_ha"] == pytest.approx(9610.90, abs=0.01)
    assert told["area_geodesic_ha"] == pytest.approx(9618.05, abs=0.01)
    assert len(told["rights"]) == 23
    assert [one["name"] for one in told["territories"]] == [
        "COMUNIDAD NATIVA ILUSTRATIVA TRES RÍOS"
    ]
    sizes = [one["area_ha"] for one in told["rights"]]
    assert sizes == sorted(sizes, reverse=True)
    rows = dict(told["rows"])
    assert rows["Bajo derechos o proyectos, todos juntos"] == "3,981.9959 ha"
    # a sum of pairs would count twice what lies under two rights
    assert sum(sizes) > 3982
    assert any("WGS84" in one for one in told["limits"])
    assert told["warning"].startswith("DATOS ILUSTRATIVOS")


def test_every_link_of_the_answer_leads_somewhere(client: FlaskClient, told: Any) -> None:
    for one in (told["rights"][0], told["territories"][0]):
        assert client.get(one["url"]).status_code == 200


def test_an_area_with_nothing_on_it_says_zero(client: FlaskClient, release: read.Release) -> None:
    far = {"type": "Polygon", "coordinates": [[[-75, -9], [-74.99, -9], [-74.99, -9.01]]]}
    answer = client.post(f"/datos/{release.id}/en/area", json=far).get_json()
    assert (answer["rights"], answer["territories"]) == ([], [])
    assert dict(answer["rows"])["Under territories, all together"] == "0.0000 ha"


def test_more_than_can_be_analysed_is_refused_with_what_to_do(
    client: FlaskClient, release: read.Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_area_told, "MOST_CANDIDATES", 3)
    answer = client.post(f"/datos/{release.id}/es/area", json=AREA)
    assert answer.status_code == 400
    assert "divídala en partes" in answer.get_json()["error"]


def test_who_comes_while_others_are_analysed_is_asked_to_wait(
    demonstration: Home, release: read.Release, public: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_area, "AT_ONCE", 0)
    client = public(demonstration).test_client()
    answer = client.post(f"/datos/{release.id}/es/area", json=AREA)
    assert answer.status_code == 429
    assert "espere un momento" in answer.get_json()["error"]
    assert client.post("/es/area.csv", data={"area": json.dumps(AREA)}).status_code == 429


def test_a_turn_is_given_back_after_a_refusal(
    demonstration: Home, release: read.Release, public: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_area, "AT_ONCE", 1)
    client = public(demonstration).test_client()
    tiny = {
        "type": "Polygon",
        "coordinates": [[[-69.4, -12.5], [-69.4, -12.500001], [-69.400001, -12.5]]],
    }
    for _ in range(3):
        assert client.post(f"/datos/{release.id}/es/area", json=tiny).status_code == 400
    assert client.post(f"/datos/{release.id}/es/area", json=AREA).status_code == 200


# --- files ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sent(client: FlaskClient) -> Any:
    """`sent("csv")` is the answer to the form."""

    def ask(form: str, area: object = AREA) -> Any:
        return client.post(f"/es/area.{form}", data={"area": json.dumps(area)})

    return ask


def test_each_form_carries_every_row_with_citation_and_limits(
    sent: Any, told: Any, tmp_path: Path, release: read.Release
) -> None:
    rows = len(told["rights"]) + len(told["territories"])
    for form in ("geojson", "gpkg", "kml"):
        answer = sent(form)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert f"deslinde-{release.id}-area.{form}" in answer.headers["Content-Disposition"]
        path = tmp_path / f"area.{form}"
        path.write_bytes(answer.data)
        layer = "overlaps" if form == "gpkg" else None
        assert len(gpd.read_file(path, layer=layer)) == rows
    assert "DATOS ILUSTRATIVOS" in sent("geojson").get_json()["warning"]
    notes = gpd.read_file(tmp_path / "area.gpkg", layer="leame")["text"]
    assert notes.str.contains("POLYGON").any()
    with zipfile.ZipFile(io.BytesIO(sent("csv").data)) as packed:
        text = packed.read("LEAME.txt").decode("utf-8-sig")
        table = packed.read("superposiciones.csv").decode("utf-8-sig").splitlines()
    assert "SHA-256" in text
    assert "lados son rectos" in text
    assert len(table) == rows + 1
    # zeros survive a spreadsheet, and nothing is a formula
    assert '"\'009900287"' in table[1]


def test_the_same_area_is_the_same_file(sent: Any) -> None:
    for form in ("csv", "gpkg"):
        assert sent(form).data == sent(form).data


@pytest.mark.parametrize("in_memory", [True, False])
def test_nothing_of_an_area_stays_and_none_of_it_reaches_a_disk_where_there_is_memory(
    sent: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    disk, memory = tmp_path / "disk", tmp_path / "memory"
    (memory if in_memory else disk).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(disk))
    monkeypatch.setattr(passing, "MEMORY", memory)
    assert sent("gpkg").status_code == 200
    assert sent("gpkg", CROSSED).status_code == 400
    assert [*tmp_path.rglob("*/*")] == []


def test_a_file_of_what_is_no_area_is_a_clear_page(client: FlaskClient, sent: Any) -> None:
    answer = sent("csv", CROSSED)
    assert answer.status_code == 400
    assert "se cruza o se toca" in answer.text
    for data in (
        {},
        {"area": ""},
        {"area": "[" * 30_000},
        {"area": "\ud800".encode("utf-8", "surrogatepass")},
    ):
        assert client.post("/en/area.kml", data=data).status_code == 400
    assert sent("exe").status_code == 404
    assert client.get("/es/area.csv").status_code == 405
    large = client.post("/es/area.csv", data={"area": "x" * 200_000})
    assert large.status_code == 413
    assert "menos vértices" in large.text


def test_hostile_names_do_no_harm_in_the_files_of_an_area(hostile_client: FlaskClient) -> None:
    for form in ("csv", "geojson", "gpkg", "kml"):
        answer = hostile_client.post(f"/es/area.{form}", data={"area": json.dumps(AREA)})
        assert answer.status_code == 200
        assert "\u202e".encode() not in answer.data
    assert (
        b"<script" not in hostile_client.post("/es/area.kml", data={"area": json.dumps(AREA)}).data
    )
