"""Tiles as a reader's browser asks for them."""

import gzip

import mapbox_vector_tile
import pytest
from flask.testing import FlaskClient

from geo.home import Home
from geo.release import read
from geo.release.read import Release
from geo.release.tiles.release import DATA

PLACE = "8/78/136"  # the middle of the demonstration


@pytest.fixture(scope="module")
def release(demonstration: Home) -> Release:
    return read.open_release(demonstration.releases("public"))


def test_a_tile_comes_packed_and_may_be_kept_by_its_reader_alone(
    client: FlaskClient, release: Release
) -> None:
    address = f"/teselas/{release.id}/datos/{PLACE}.mvt"
    answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.mimetype == "application/vnd.mapbox-vector-tile"
    layers = mapbox_vector_tile.decode(gzip.decompress(answer.data))
    assert {"territories", "concessions", "overlaps"} <= set(layers)
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.data == gzip.decompress(answer.data)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_the_ground_is_there_too(client: FlaskClient, release: Release) -> None:
    answer = client.get(f"/teselas/{release.id}/fondo/5/9/17.mvt")
    layers = mapbox_vector_tile.decode(answer.data)
    assert {"land", "lakes", "borders", "departments", "department_names", "places"} <= set(layers)


def test_where_there_is_nothing_the_answer_is_empty_and_kept(
    client: FlaskClient, release: Release
) -> None:
    answer = client.get(f"/teselas/{release.id}/datos/5/0/0.mvt")
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "place",
    [
        "3/0/0",
        "11/0/0",
        "5/32/0",
        "5/0/32",
        "99999999999999999999/0/0",
        "5/-1/0",
        "5/1.5/0",
        "5/a/0",
    ],
)
def test_a_tile_that_cannot_be_is_not_found(
    client: FlaskClient, release: Release, place: str
) -> None:
    answer = client.get(f"/teselas/{release.id}/datos/{place}.mvt")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("named", ["otro", "datos.pmtiles", "..", "%2e%2e%2fcurrent", DATA])
def test_only_the_two_archives_are_served(
    client: FlaskClient, release: Release, named: str
) -> None:
    assert client.get(f"/teselas/{release.id}/{named}/5/9/17.mvt").status_code == 404


@pytest.mark.parametrize("named", ["0" * 12, "current", "..", "422e91fd0f02"])
def test_tiles_of_a_release_that_is_not_given_are_not_found(
    client: FlaskClient, named: str
) -> None:
    assert client.get(f"/teselas/{named}/datos/5/9/17.mvt").status_code in (404, 410)


def test_the_makers_of_the_ground_are_thanked_on_the_map_and_among_the_sources(
    client: FlaskClient, release: Release
) -> None:
    script = client.get(f"/en/mapa-{release.id}.js").text
    assert "Background: Natural Earth (public domain), GeoNames (CC BY 4.0). Data:" in script
    page = client.get("/en/fuentes").text
    assert "<strong>GeoNames</strong> (CC BY 4.0): places" in page
    assert "<strong>Natural Earth</strong> (public domain): land, lakes, rivers" in page
