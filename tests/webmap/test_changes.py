"""The pages of what changed: over releases on disk, and what of an older one never shows."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.home import Home
from geo.release import files, manifest, read
from geo.terms import Tier

Frames = dict[str, Any]
Edit = Callable[[Frames], None]
TAKEN_BACK = "COMUNIDAD RETIRADA"


@pytest.fixture
def made(
    demonstration: Home, tmp_path: Path, public: Callable[[Home], Flask]
) -> Callable[..., tuple[FlaskClient, str, str]]:
    """`made(edit)` puts beside the demonstration an older release: its client and both ids.

    edit: changes the tables of the older one; as_of: of its files of rights; source: of all its
    files, "" for their own.
    """

    def make(
        edit: Edit, as_of: str = "2026-09-30", source: str = ""
    ) -> tuple[FlaskClient, str, str]:
        home = Home(tmp_path / "var", demonstration.data, demonstration.now)
        shelf = home.releases(Tier.PUBLIC)
        shutil.copytree(demonstration.releases(Tier.PUBLIC), shelf)
        current = read.open_release(shelf)
        folder = shelf / "older"
        shutil.copytree(current.folder, folder)
        for path in folder.iterdir():
            path.chmod(0o644)
        names = ("concessions", "territories", "overlaps")
        tables = {
            "concessions": read.concessions(current),
            "territories": read.territories(current),
            "overlaps": read.overlaps(current),
        }
        captures = json.loads((folder / read.CAPTURES_FILE).read_text("utf-8"))
        for one in captures:
            if one["source_id"] == "demo-concessions":
                one["as_of"] = as_of
        edit(tables)
        for name in names:
            files.parquet(tables[name].reset_index(drop=True), folder / f"{name}.parquet")
        (folder / read.CAPTURES_FILE).write_text(json.dumps(captures), "utf-8")
        said = dict(current.said)
        if source:
            said["inputs"] = [{**one, "source_id": source} for one in said["inputs"]]
        said["files"] = manifest.digests(folder)
        said["id"] = manifest.identify(said)
        (folder / manifest.NAME).write_bytes(manifest.canonical(said))
        folder.rename(shelf / said["id"])
        return public(home).test_client(), current.id, said["id"]

    return make


def _september(tables: Frames) -> None:
    """As if a month earlier: one right more, one less, another status, other data of a claim."""
    rights = tables["concessions"]
    codes = rights["native_id"]
    gone = rights[codes.eq("009900494")].assign(
        key="demo-concessions:00777",
        native_id="00777",
        name="NOMBRE DE ANTES",
        status="application",
    )
    rights = pd.concat([rights[codes.ne("009901216")], gone], ignore_index=True)
    tables["concessions"] = rights.assign(
        status=rights["status"].mask(rights["native_id"].eq("009900494"), "application")
    )
    lands = tables["territories"]
    extra = lands.iloc[:1].assign(
        key="demo-territories:X-9", native_id="X-9", name=TAKEN_BACK, titled_on="1911-11-11"
    )
    tables["territories"] = pd.concat([lands, extra], ignore_index=True)
    pairs = tables["overlaps"]
    kept = pairs["concession_key"].ne("demo-concessions:009901216")
    hidden = pairs.iloc[:1].assign(
        concession_key="demo-concessions:009900494",
        territory_key="demo-territories:X-9",
        territory_name=TAKEN_BACK,
    )
    tables["overlaps"] = pd.concat([pairs[kept], hidden], ignore_index=True)


def _shown(client: FlaskClient, now: str, older: str) -> tuple[Any, str]:
    data = client.get(f"/datos/{now}/es/cambios-{older}.json")
    page = client.get(f"/es/cambios/{older}")
    assert (data.status_code, page.status_code) == (200, 200)
    return data.get_json(), page.text


def test_what_is_new_gone_and_changed_is_told_with_where_it_lies(made: Any) -> None:
    client, now, older = made(_september)
    listed = client.get(f"/datos/{now}/es/cambios.json").get_json()
    assert [one["id"] for one in listed] == [older]
    data, page = _shown(client, now, older)
    new = {(one["type"], one["code"]) for one in data["new"]}
    assert ("right", "009901216") in new
    assert ("overlap", "009901216") in new
    (changed,) = [one for one in data["changed"] if one["code"] == "009900494"]
    assert changed["changes"] == ["Estado: antes, en trámite; ahora, titulado"]
    for one in (*data["new"], *data["changed"]):
        west, south, east, north = one["bbox"]
        assert west < east
        assert south < north
        assert client.get(one["url"]).status_code == 200
    assert data["gone"] == {"rights": 1, "territories": 1}
    assert [one["code"] for one in data["gone_rights"]] == ["00777"]
    assert "00777" in page
    assert "Estado: antes, en trámite; ahora, titulado" in page


@pytest.mark.parametrize("as_of", ["2026-09-30", "2026-10-31", "2026-12-31"])
def test_a_territory_that_was_taken_back_is_nowhere(made: Any, as_of: str) -> None:
    client, now, older = made(_september, as_of)
    data, page = _shown(client, now, older)
    english = client.get(f"/en/cambios/{older}").text
    for text in (json.dumps(data, ensure_ascii=False), page, english):
        assert TAKEN_BACK not in text
        assert "X-9" not in text
        assert "1911" not in text
        # and of a right that is gone no name, however new its source's data are
        assert "NOMBRE DE ANTES" not in text
    # the right that it lay on lost no overlap that anybody could ask about
    assert all("ya no hay" not in line for one in data["changed"] for line in one["changes"])


@pytest.mark.parametrize("as_of", ["2026-10-31", "2026-12-31"])
def test_without_newer_data_of_its_source_a_right_that_is_gone_is_a_number(
    made: Any, as_of: str
) -> None:
    client, now, older = made(_september, as_of)
    data, page = _shown(client, now, older)
    assert data["gone"]["rights"] == 1
    assert data["gone_rights"] == []
    assert "00777" not in page
    (changed,) = [one for one in data["changed"] if one["code"] == "009900494"]
    assert changed["changes"] == ["Estado: cambió; ahora, titulado"]


def test_a_release_of_the_same_rows_has_nothing_to_tell(made: Any) -> None:
    client, now, older = made(lambda _tables: None)
    data, _page = _shown(client, now, older)
    assert (data["new"], data["changed"], data["gone_rights"]) == ([], [], [])
    assert data["gone"] == {"rights": 0, "territories": 0}


def test_a_release_of_other_sources_alone_is_not_offered(made: Any) -> None:
    client, now, older = made(_september, source="other")
    assert client.get(f"/datos/{now}/es/cambios.json").get_json() == []
    assert client.get(f"/es/cambios/{older}").status_code == 404


@pytest.mark.parametrize(
    "older", ["000000000000", "zzz", "current", "..", "%2e%2e", "older", "<b>", "a" * 5_000]
)
def test_an_unknown_release_is_a_clear_page(client: FlaskClient, older: str) -> None:
    now = client.get("/salud").get_json()["release"]
    for address in (f"/es/cambios/{older}", f"/datos/{now}/es/cambios-{older}.json"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Traceback" not in answer.text


def test_the_current_release_is_not_compared_with_itself(client: FlaskClient) -> None:
    now = client.get("/salud").get_json()["release"]
    assert client.get(f"/es/cambios/{now}").status_code == 404


def test_an_older_release_that_was_deleted_meanwhile_is_a_clear_page(
    made: Any, tmp_path: Path
) -> None:
    client, _now, older = made(_september)
    assert client.get("/es/cambios").status_code == 200
    shutil.rmtree(tmp_path / "var" / "releases" / "public" / older)
    assert client.get(f"/es/cambios/{older}").status_code == 404


def test_what_was_compared_is_told_no_more_once_the_older_release_is_deleted(
    made: Any, tmp_path: Path
) -> None:
    client, now, older = made(_september)
    _shown(client, now, older)
    shutil.rmtree(tmp_path / "var" / "releases" / "public" / older)
    for address in (f"/es/cambios/{older}", f"/datos/{now}/es/cambios-{older}.json"):
        assert client.get(address).status_code == 404
    assert client.get(f"/datos/{now}/es/cambios.json").get_json() == []


def test_a_damaged_older_release_is_not_offered(made: Any, tmp_path: Path) -> None:
    client, now, older = made(_september)
    folder = tmp_path / "var" / "releases" / "public" / older
    (folder / "concessions.parquet").write_bytes(b"x")
    assert client.get(f"/datos/{now}/es/cambios.json").get_json() == []
    assert client.get(f"/es/cambios/{older}").status_code == 404


def test_the_page_without_an_older_release_says_so(client: FlaskClient) -> None:
    assert "ninguna publicación anterior" in client.get("/es/cambios").text
