"""The map's pages: what each may load, who may frame it, and where its scripts ask."""

import json
import re

from flask.testing import FlaskClient

from webmap.web import POLICY

MAPS = ("/es/", "/es/con-osm", "/es/incrustar", "/en/con-osm", "/en/incrustar")


def _rules(client: FlaskClient, address: str) -> dict[str, str]:
    policy = client.get(address).headers["Content-Security-Policy"]
    return dict(one.partition(" ")[::2] for one in policy.split("; "))


def test_only_the_page_for_openstreetmap_may_show_pictures_of_another_machine(
    client: FlaskClient,
) -> None:
    strict = dict(one.partition(" ")[::2] for one in POLICY.split("; "))
    assert _rules(client, "/es/") == strict
    loose = _rules(client, "/es/con-osm")
    assert loose.pop("img-src") == f"{strict['img-src']} https://tile.openstreetmap.org"
    assert loose == {name: said for name, said in strict.items() if name != "img-src"}
    assert client.get("/es/con-osm").headers["Referrer-Policy"] == "origin"
    assert "tile.openstreetmap.org" not in client.get("/es/").text


def test_only_the_map_made_for_it_may_stand_in_a_page_of_somebody_else(
    client: FlaskClient,
) -> None:
    strict = _rules(client, "/es/")
    framed = _rules(client, "/es/incrustar")
    assert framed == {**strict, "frame-ancestors": "*"}
    assert "X-Frame-Options" not in client.get("/es/incrustar").headers
    for other in ("/es/", "/es/con-osm", "/es/como-incrustar", "/es/territorios"):
        assert client.get(other).headers["X-Frame-Options"] == "DENY"
        assert _rules(client, other)["frame-ancestors"] == "'none'"
    assert client.get("/es/incrustar").headers["Referrer-Policy"] == "no-referrer"


def test_nothing_inline_is_in_any_map_page(client: FlaskClient) -> None:
    for address in MAPS:
        text = client.get(address).text
        assert re.search(r"<script(?![^>]*\ssrc=)", text) is None, address
        assert re.search(r"<[^>]+\s(?:style|on\w+)=", text) is None, address
        assert "Set-Cookie" not in client.get(address).headers


def test_the_scripts_are_told_where_to_ask_and_every_such_address_is_routed(
    client: FlaskClient,
) -> None:
    release = client.get("/salud").get_json()["release"]
    script = client.get(f"/es/mapa-{release}.js").text
    told = json.loads(re.search(r'"addresses": (\{[^}]*?(?:\{\w+\}[^}]*?)*\})', script)[1])
    assert {"punto", "buscar", "indice", "derecho", "tabla"} <= set(told)
    assert told["derecho"] == f"/datos/{release}/es/derecho/{{key}}.json"
    assert told["cerca"] == f"/datos/{release}/es/cerca/{{x}}-{{y}}.json"
    assert client.get(told["indice"]).status_code == 200
    assert client.get(told["tabla"]).status_code == 200
    assert client.post(told["buscar"], json={"q": "tres"}).status_code == 200


def test_after_the_program_changed_no_browser_goes_on_with_the_script_of_the_one_before(
    client: FlaskClient,
) -> None:
    release = client.get("/salud").get_json()["release"]
    for kind in ("js", "css"):
        answer = client.get(f"/es/mapa-{release}.{kind}")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        kept = {"If-None-Match": answer.headers["ETag"]}
        assert client.get(f"/es/mapa-{release}.{kind}", headers=kept).status_code == 304


def test_a_map_of_a_release_that_is_not_current_is_not_found(client: FlaskClient) -> None:
    for kind in ("js", "css"):
        assert client.get(f"/es/mapa-000000000000.{kind}").status_code in (404, 410)
