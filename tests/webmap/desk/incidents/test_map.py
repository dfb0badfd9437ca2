"""A place is pointed at on the drawn map without script: country, department, district, spot."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from geo.places import Places
from geo.register import store
from geo.register.lists import Noun, PlacePrecision
from geo.register.store import Register
from webmap.desk import picture

NEW = "/es/incidentes/nuevo"


def _click(
    client: FlaskClient,
    form: MultiDict[str, str],
    places: Places,
    code: str,
    lon: float,
    lat: float,
) -> str:
    shown = picture.view(places, code)
    assert shown is not None
    x, y = shown.pixel(lon, lat)
    form["map.x"], form["map.y"] = str(round(x)), str(round(y))
    return client.post(NEW, data=form).text


def test_three_clicks_mark_a_spot_and_the_rest_stays_typed(
    documenter: FlaskClient,
    desk_register: Register,
    desk_places: Places,
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> None:
    form = form_of(documenter.get(NEW).text, "title")
    form["title"] = "en el camino"
    page = _click(documenter, form, desk_places, "", -69.4, -12.4)
    form = form_of(page, "title")
    assert (form["title"], form["spot-view"]) == ("en el camino", "90")
    page = _click(documenter, form, desk_places, "90", -69.4, -12.4)
    form = form_of(page, "title")
    assert form["spot-view"] == "900201"
    assert form["spot-place"] == "Distrito Dos, Provincia Dos, Departamento Inventado"
    page = _click(documenter, form, desk_places, "900201", -69.4, -12.4)
    form = form_of(page, "title")
    assert form["spot-system"] == "map"
    assert abs(float(form["spot-first"]) + 69.4) < 0.01
    form["do"] = "draft"
    assert documenter.post(NEW, data=form).status_code == 303
    (event,) = store.every(desk_register, Noun.EVENT)
    assert event.content.spot.place == "900201"
    assert event.content.spot.precision is PlacePrecision.EXACT
    assert "map" in event.content.spot.given_as


def test_where_somebody_looked_stands_in_no_address(
    documenter: FlaskClient,
    told: Callable[..., Any],
) -> None:
    page = told(
        documenter,
        NEW,
        {"spot-system": "degrees", "spot-first": "-69.4", "spot-second": "-12.4"},
        "wider",
    ).text
    assert 'src="data:image/svg+xml;base64,' in page
    assert "-69.4" not in "".join(part for part in page.split('"') if part.startswith(("/", "?")))


def test_a_key_pressed_on_the_picture_marks_nothing(
    documenter: FlaskClient,
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> None:
    form = form_of(documenter.get(NEW).text, "title")
    form["map.x"] = form["map.y"] = "0"
    after = form_of(documenter.post(NEW, data=form).text, "title")
    assert after["spot-place"] == ""
    for odd in ("-1", "1e9", "٣", "", "9" * 5000):
        form["map.x"] = form["map.y"] = odd
        assert documenter.post(NEW, data=form).status_code == 200
