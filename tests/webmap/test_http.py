"""What every answer carries, so that readers keep what they have and are kept by nobody."""

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geo.home import Home
from geo.release import read
from geo.terms import Tier
from webmap.public import create_app, remembered
from webmap.web import TEMPLATES, closed

PAGES = ("/es/", "/en/", "/es/territorios", "/es/territorio/demo-territories:T-001", "/es/metodo")


def _release(client: FlaskClient) -> str:
    return str(client.get("/salud").get_json()["release"])


def _everything(client: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """Every route once, with words that mean something where there are some."""
    app: Flask = client.application
    words: dict[str, object] = {
        "language": "es",
        "release": _release(client),
        "named": "datos",
        "zoom": 5,
        "name": "deslinde.css",
        "key": "demo-territories:T-001",
    }
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            given = {name: words.get(name, 1) for name in rule.arguments}
            address = app.url_for(rule.endpoint, **given)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                if not address.endswith(".zip"):
                    yield address, client.open(address, method=method)


def test_no_answer_gives_a_reader_a_cookie(client: FlaskClient) -> None:
    asked = 0
    for address, answer in _everything(client):
        asked += 1
        assert "Set-Cookie" not in answer.headers, address
        assert "Cookie" not in answer.headers.get("Vary", ""), address
        assert answer.status_code < 500, address
    assert asked > 30


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_did_not_change_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    again = client.get(address, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Security-Policy" in again.headers
    other = client.get(address, headers={"If-None-Match": 'W/"0"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_pages_in_two_languages_are_not_taken_for_one_another(client: FlaskClient) -> None:
    tags = {client.get(f"/{language}/metodo").headers["ETag"] for language in ("es", "en")}
    assert len(tags) == 2


@pytest.mark.parametrize("address", [*PAGES, "/static/deslinde.css", "/salud"])
def test_who_asks_for_the_head_alone_gets_the_same_head(client: FlaskClient, address: str) -> None:
    for packed in ({}, {"Accept-Encoding": "gzip"}):
        whole, head = client.get(address, headers=packed), client.head(address, headers=packed)
        assert head.status_code == whole.status_code == 200
        assert head.data == b""
        ours = [one for one in whole.headers if one[0] != "Date"]
        assert [one for one in head.headers if one[0] != "Date"] == ours
        assert int(head.headers["Content-Length"]) == len(whole.data)


def test_a_packed_page_is_the_page_and_its_variants_are_told_apart(client: FlaskClient) -> None:
    plain = client.get("/es/territorios")
    packed = client.get("/es/territorios", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert plain.headers["ETag"].startswith("W/")


def test_an_answer_to_a_question_is_packed_and_remembered_nowhere(client: FlaskClient) -> None:
    from webmap import web

    web._kept_zipped.cache_clear()
    answer = client.post(
        f"/datos/{_release(client)}/es/buscar",
        json={"q": "Tambopata"},
        headers={"Accept-Encoding": "gzip"},
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert web._kept_zipped.cache_info().currsize == 0


def test_files_are_kept_for_good_by_their_content(client: FlaskClient) -> None:
    page = client.get("/es/metodo").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "immutable" in client.get(address).headers["Cache-Control"]
    old = client.get(address.partition("=")[0] + "=other")
    assert old.headers["Cache-Control"] == "no-cache"
    assert old.status_code == 200


def test_data_of_a_release_that_left_say_that_there_is_another(client: FlaskClient) -> None:
    other = "000000000000"
    for address in (f"/datos/{other}/manifest.json", f"/teselas/{other}/datos/5/9/17.mvt"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert answer.mimetype == "application/json"
        assert "Hay una publicación nueva" in json.loads(answer.data)["error"]
    page = client.get(f"/en/mapa-{other}.js")
    assert page.status_code == 410
    assert "There is a new release" in page.text
    for address in (
        "/datos/current/manifest.json",
        "/datos/..%2Frestricted/manifest.json",
    ):
        assert client.get(address).status_code == 404


def test_whether_the_site_is_alive_and_whether_it_is_ready_are_told_apart(
    client: FlaskClient,
) -> None:
    told = client.get("/salud").get_json()
    assert told["status"] == "ok"
    assert client.get("/listo").get_json() == {"ready": True, "release": told["release"]}


def test_the_pages_that_are_made_beforehand_are_of_the_release_that_comes(
    tmp_path: Path, demonstration: Home, hostile: Home
) -> None:
    folder = tmp_path / "public"
    ids = []
    for home in (demonstration, hostile):
        release = read.open_release(home.releases(Tier.PUBLIC))
        shutil.copytree(release.folder, folder / release.id)
        ids.append(release.id)
    (folder / read.POINTER).write_text(ids[0])
    jobs: list[Callable[[], None]] = []
    app = create_app(folder, demonstration.data, now=demonstration.now, ahead=jobs.append)
    ours = app.test_client()
    assert ids[0] in ours.get("/es/").text
    (folder / read.POINTER).write_text(ids[1])
    assert ids[0] in ours.get("/es/").text
    jobs.pop()()
    edition = app.extensions["shelf"].current()
    made = [key for key in edition.prepared if key[0] == "page"]
    assert len(made) >= 2 * len(remembered.PAGES)
    for _day, page in (edition.prepared[key] for key in made):
        assert ids[0].encode() not in page
    page = ours.get("/es/").text
    assert ids[1] in page
    assert ids[0] not in page


def test_a_page_that_is_remembered_holds_nothing_of_who_asked_first(
    demonstration: Home, public: Callable[[Home], Flask]
) -> None:
    ours = public(demonstration).test_client()
    asked = {"Host": "evil.example", "Accept-Language": "en", "Referer": "http://evil.example/"}
    ours.get("/es/fuentes?q=evil", headers=asked)
    for endpoint in remembered.PAGES:
        for language in ("es", "en"):
            with ours.application.test_request_context():
                address = ours.application.url_for(endpoint, language=language)
            first = ours.get(address, headers=asked)
            again = ours.get(address)
            assert first.status_code == 200
            assert b"evil" not in first.data, address
            assert again.data == first.data
            assert again.headers["ETag"] == first.headers["ETag"]
            assert again.headers["Content-Security-Policy"]


def test_a_page_that_says_how_old_its_sources_are_is_made_anew_the_next_day(
    demonstration: Home,
) -> None:
    day = [datetime(2026, 11, 21, 12, tzinfo=UTC)]
    app = create_app(
        demonstration.releases(Tier.PUBLIC),
        demonstration.data,
        demonstration.boxes,
        now=lambda: day[0],
    )
    ours = app.test_client()
    pages = [ours.get("/es/fuentes").data for _ in range(2)]
    day.append(day.pop() + timedelta(days=400))
    assert pages[0] == pages[1] != ours.get("/es/fuentes").data


def test_a_page_that_is_made_over_midnight_is_not_shown_for_the_whole_next_day(
    demonstration: Home,
) -> None:
    next_day = datetime(2027, 12, 26, tzinfo=UTC)
    hours = [next_day - timedelta(days=400)]
    home = demonstration.releases(Tier.PUBLIC), demonstration.data, demonstration.boxes
    ours = create_app(*home, now=lambda: hours.pop() if hours else next_day).test_client()
    later = create_app(*home, now=lambda: next_day).test_client()
    ours.get("/es/fuentes")
    assert ours.get("/es/fuentes").data == later.get("/es/fuentes").data


@pytest.mark.parametrize("asked", ["/es/nada?q=secreta", "/es/secreta"])
def test_what_fails_writes_nothing_down_of_what_was_asked(
    asked: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = closed("broken", TEMPLATES)

    @app.post("/es/<word>")
    def room(word: str) -> str:
        raise LookupError(f"{word} secreta {request.get_data(as_text=True)}")

    with caplog.at_level("DEBUG"):
        answer = app.test_client().post(asked, data="secreta")
    assert answer.status_code == 500
    logged = [record for record in caplog.records if record.name == app.name]
    assert [record.getMessage() for record in logged] == ["room: LookupError"]
    assert "secreta" not in caplog.text
