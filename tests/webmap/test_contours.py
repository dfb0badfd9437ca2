"""Where a link, a search result and an open sheet point at on the map."""

import pytest
import shapely
from flask.testing import FlaskClient

from geo.home import Home
from geo.release import read
from geo.terms import Tier

RIGHT = "demo-concessions:009900494"
LAND = "demo-territories:T-001"


@pytest.fixture(scope="module")
def where(demonstration: Home) -> str:
    release = read.open_release(demonstration.releases(Tier.PUBLIC))
    return f"/datos/{release.id}/es/contorno"


@pytest.mark.parametrize(
    "asked",
    [{"derecho": RIGHT}, {"territorio": LAND}, {"derecho": RIGHT, "territorio": LAND}],
    ids=["right", "territory", "overlap"],
)
def test_what_a_link_names_is_found_with_a_point_inside(
    client: FlaskClient, where: str, asked: dict[str, str]
) -> None:
    told = client.post(where, json=asked).get_json()
    shape = shapely.geometry.shape(told["shape"])
    assert shape.contains(shapely.Point(told["point"]))
    assert told["bbox"] == pytest.approx(shape.bounds, abs=1e-5)


def test_from_afar_an_outline_is_simpler_and_of_the_same_place(
    client: FlaskClient, where: str
) -> None:
    far = client.post(where, json={"territorio": LAND, "zoom": 5}).get_json()
    near = client.post(where, json={"territorio": LAND, "zoom": 18}).get_json()
    assert far["bbox"] == near["bbox"]
    counts = [
        shapely.get_num_coordinates(shapely.geometry.shape(one["shape"])) for one in (far, near)
    ]
    assert 4 <= counts[0] < counts[1]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"derecho": "nobody:1"},
        {"territorio": "nobody:1"},
        {"derecho": "nobody:1", "territorio": LAND},
        {"derecho": LAND},
    ],
)
def test_what_is_not_in_the_release_is_said_in_a_sentence(
    client: FlaskClient, where: str, asked: dict[str, str]
) -> None:
    answer = client.post(where, json=asked)
    assert answer.status_code == 404
    assert "no está en esta publicación" in answer.get_json()["error"]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"derecho": 7}', b'{"zoom": "x"}', b'{"zoom": 1e999}', b'{"other": 1}'],
)
def test_a_body_that_makes_no_sense_is_refused_in_a_sentence(
    client: FlaskClient, where: str, body: bytes
) -> None:
    answer = client.post(where, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert "Vuelva a cargar" in answer.get_json()["error"]
