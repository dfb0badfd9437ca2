"""Readers who touch a small phone, use keys alone, or hear the page: every page, open panels."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from flask import url_for
from flask.testing import FlaskClient
from playwright.sync_api import Page

from geo.words import words
from webmap.public import overlap_words
from webmap.public.navigation import FIRST, MORE

pytestmark = pytest.mark.browser

READY = "document.querySelector('.folium-map')?.dataset.ready === 'yes'"
NARROW_PX, FINGER_PX = 360, 44
# what no menu leads to; the last is no page
OTHERS = (
    "/con-osm",
    "/incrustar",
    "/territorio/demo-territories:T-002",
    "/derecho/demo-concessions:009900494",
    "/departamento/madre-de-dios",
    "/distrito/madre-de-dios--tambopata--tambopata",
    "/caso/tres-islas",
    "/no-hay-tal",
)
# test_browser.py hears these at full width; here they are only looked at and touched
HEARD = (
    "/en/",
    "/territori",
    "/caso",
    "/amenazas",
    "/metodo",
    "/reglas",
    "/fuentes",
    "/desconocido",
)
# buttons, fields, and links that are the only way: not a link inside a sentence or on the map
LOW = f"""[...document.querySelectorAll(
  "main :is(button, select, summary, .boton, input:not([type=hidden])), nav a,"
  + " main :is(td, th) > a:only-child"
)].filter((one) => one.checkVisibility() && !one.closest(".nota, .leaflet-pane"))
  .map((one) => (one.matches("[type=checkbox], [type=radio]") ? one.closest("label") : one))
  .filter((one) => one.getBoundingClientRect().height < {FINGER_PX - 0.5})
  .map((one) => one.outerHTML.slice(0, 120))"""
UNDER_THE_WAY_OUT = """(() => {
  const out = document.getElementById("salir-rapido").getBoundingClientRect();
  return [...document.querySelectorAll("[data-tool], .panel-cierra")].filter((one) => {
    const r = one.getBoundingClientRect();
    return r.right > out.left && r.left < out.right && r.bottom > out.top && r.top < out.bottom;
  }).map((one) => one.textContent);
})()"""

Opened = Callable[..., Any]
Until = Callable[[Page, str], Any]
Barriers = Callable[[Page], list[Any]]


def test_every_page_can_be_read_and_touched_on_a_small_phone(
    opened: Opened, address: str, client: FlaskClient, until: Until, barriers: Barriers
) -> None:
    with client.application.test_request_context():
        found: dict[str, list[Any]] = {}
        listed = [url_for(one, language="en") for one, _ in (*FIRST, *MORE)]
    with opened("phone", "en", color_scheme="dark") as (page, _):
        page.goto(f"{address}/en/departamento/madre-de-dios")
        overlap = page.locator("a[href*='/superposicion/']").first.get_attribute("href")
        for one in (*listed, *(f"/en{other}" for other in OTHERS), overlap):
            page.goto(f"{address}{one}")
            if page.locator(".folium-map").count():
                until(page, READY)
            page.evaluate(
                "document.querySelectorAll('main details').forEach(d => { d.open = true })"
            )
            heard = one == HEARD[0] or any(part in one for part in HEARD[1:])
            wide = page.evaluate("document.documentElement.scrollWidth") > NARROW_PX
            found[one] = [wide, page.evaluate(LOW), [] if heard else barriers(page)]
    assert {one: told for one, told in found.items() if told != [False, [], []]} == {}


def test_open_panels_of_the_map_have_no_barrier(
    opened: Opened, address: str, until: Until, barriers: Barriers
) -> None:
    with opened("phone") as (page, watched):
        page.goto(f"{address}/es/#derecho=demo-concessions:009900494")
        until(page, READY)
        until(page, "document.querySelector('.leaflet-popup .par') !== null")
        page.evaluate("document.querySelectorAll('.ficha details').forEach(d => { d.open = true })")
        assert barriers(page) == []
        for tool in ("measure", "area", "print", "compare"):
            page.locator(f"[data-tool={tool}]").tap()
            page.evaluate(
                "document.querySelectorAll('.panel details').forEach(d => { d.open = true })"
            )
            until(page, "document.activeElement.className === 'panel'")
            assert barriers(page) == [], tool
            assert page.evaluate(LOW) == [], tool
            # a finger on a tool must not leave the site
            assert page.evaluate(UNDER_THE_WAY_OUT) == [], tool
        page.fill("#buscar", "tres")
        until(page, "document.querySelectorAll('[role=option]').length > 0")
        assert barriers(page) == []
        assert watched.complaints == []


def test_on_a_phone_the_keys_follow_the_eyes(opened: Opened, address: str, until: Until) -> None:
    tops = """[...document.querySelectorAll(
      "main :is(a[href], button, input, select, summary, .folium-map)")]
      .filter((one) => one.checkVisibility() && !one.closest(".folium-map *, .panel, .tirador"))
      .map((one) => Math.round(one.getBoundingClientRect().bottom))"""
    with opened("phone") as (page, _):
        page.goto(f"{address}/es/")
        until(page, READY)
        bottoms = page.evaluate(tops)
        assert len(bottoms) > 10
        assert all(after > before - 60 for before, after in pairwise(bottoms))
        page.focus("#buscar")
        page.set_viewport_size({"width": 1280, "height": 900})
        until(
            page,
            "document.querySelector('.folium-map').compareDocumentPosition("
            "document.getElementById('herramientas')) & Node.DOCUMENT_POSITION_PRECEDING",
        )
        assert page.evaluate("document.activeElement.id") == "buscar"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_focus_comes_back_to_the_circle_whose_sheet_was_closed(
    opened: Opened, address: str, until: Until, motion: str
) -> None:
    with opened("desktop", reduced_motion=motion) as (page, _):
        page.goto(f"{address}/es/")
        until(page, "document.querySelector('.folium-map')?.dataset.boxes")
        circle = page.locator(".leaflet-boxes-pane .leaflet-marker-icon").nth(1)
        circle.focus()
        page.keyboard.press("Enter")
        until(page, "document.activeElement.className === 'ficha'")
        page.keyboard.press("Escape")
        until(page, "document.querySelector('.leaflet-popup') === null")
        assert circle.evaluate("one => one === document.activeElement")


def test_circles_shrink_from_afar_and_keep_their_numbers(
    opened: Opened, address: str, until: Until
) -> None:
    seen = (
        "[...document.querySelectorAll('.leaflet-boxes-pane .paquete')]"
        ".map(one => [one.textContent, one.offsetWidth])"
    )
    with opened("desktop") as (page, _):
        page.goto(f"{address}/es/#mapa=11/-12.5/-69.4")
        until(page, "document.querySelector('.folium-map')?.dataset.boxes")
        near = page.evaluate(seen)
        page.evaluate("map_deslinde.setZoom(7, {animate: false})")
        far = page.evaluate(seen)
    assert sum(int(number) for number, _ in far) == sum(int(number) for number, _ in near)
    assert max(width for _, width in far) < 0.6 * max(width for _, width in near)


def test_from_afar_circles_stand_together_and_each_place_keeps_its_own_number(
    opened: Opened, address: str, until: Until, client: FlaskClient
) -> None:
    places = {
        one["title"]: one["count"] for one in client.get("/es/amenazas.json").get_json()["places"]
    }
    seen = """[...document.querySelectorAll('.leaflet-boxes-pane .leaflet-marker-icon')]
        .map(one => [Number(one.textContent), one._leaflet_pos.x, one._leaflet_pos.y])"""
    with opened("phone") as (page, watched):
        page.goto(f"{address}/es/#mapa=11/-12.5/-69.3")
        until(page, "document.querySelector('.folium-map')?.dataset.boxes")
        assert sorted(one[0] for one in page.evaluate(seen)) == sorted(places.values())
        page.evaluate("map_deslinde.setZoom(6, {animate: false})")
        far = page.evaluate(seen)
        assert len(far) < len(places)
        assert sum(one[0] for one in far) == sum(places.values())
        for number, one in enumerate(far):
            for other in far[:number]:
                assert math.dist(one[1:], other[1:]) > 30  # whole pixels, and a circle's shift
        page.locator(".leaflet-boxes-pane .leaflet-marker-icon:has(.de-several)").first.focus()
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.leaflet-popup .ficha h2') !== null")
        name = page.inner_text(".ficha .lugar")
        told = page.evaluate(
            "[...document.querySelectorAll('.ficha .oraciones > li')]"
            ".map(one => one.firstChild.textContent)"
        )
        assert name == f"{len(told)} lugares vecinos: {sum(places[one] for one in told)} hechos"
        assert len(told) > 1
        page.evaluate("map_deslinde.setZoom(11, {animate: false})")
        assert sorted(one[0] for one in page.evaluate(seen)) == sorted(places.values())
        assert page.evaluate("document.activeElement !== document.body")
        assert watched.complaints == []


def test_a_reader_is_told_that_a_table_goes_on_to_its_side(
    opened: Opened, address: str, until: Until
) -> None:
    with opened("phone") as (page, watched):
        page.goto(f"{address}/es/titulares")
        until(page, "document.querySelector('.pista-desliza')?.hidden === false")
        line = page.locator(".pista-desliza").first
        assert line.inner_text() == "Deslice la tabla hacia los lados para ver todas las columnas."
        page.set_viewport_size({"width": 1280, "height": 900})
        until(page, "document.querySelector('.pista-desliza').hidden")
        # also on a wide screen: the bar lies below the last of many rows
        page.goto(f"{address}/es/superposiciones")
        until(page, "document.querySelector('.pista-desliza')?.hidden === false")
        assert line.is_visible()
        assert watched.complaints == []


def test_a_question_is_offered_by_its_sentence_not_by_its_code_alone(client: FlaskClient) -> None:
    for page in ("/", "/superposiciones", "/territorio/demo-territories:T-001"):
        for language, said in (("es", "¿"), ("en", "?")):
            html = client.get(f"/{language}{page}").text
            offered = html.split('name="alerta"')[1].split("</select>")[0].split("<option")[2:]
            assert len(offered) > 3
            assert all(said in one for one in offered), (page, language)


@pytest.mark.parametrize("most", [400.0, 400.00004])
def test_a_figure_that_only_its_decimals_hold_still_is_not_called_exact(most: float) -> None:
    pair = {
        "overlap_class": "overlap",
        "area_ha": 400.0,
        "area_min_ha": 400.0,
        "area_max_ha": most,
        "share_of_concession": 1.0,
        "share_of_territory": 0.1,
        "area_psad56_ha": None,
    }
    told = " ".join(overlap_words.how_much(pair, words("es", "")))
    assert "cambia menos de 1 m²" in told
    assert "no cambia" not in told


def test_the_other_language_shows_the_same_view_and_filter(
    opened: Opened, address: str, until: Until
) -> None:
    with opened("desktop") as (page, _):
        page.goto(f"{address}/es/#mapa=12/-12.5100/-69.4000&tipo=mining")
        until(page, READY)
        page.click(".idioma a")
        until(page, "location.pathname === '/en/'")
        assert "mapa=12/-12.5100/-69.4000" in page.url
        assert "tipo=mining" in page.url


def test_a_button_that_goes_leaves_the_focus_at_the_next_one(
    opened: Opened, address: str, until: Until
) -> None:
    with opened("desktop") as (page, _):
        page.route("https://tile.openstreetmap.org/**", lambda route: route.abort())
        page.goto(f"{address}/es/con-osm")
        until(page, READY)
        page.locator("[data-begin]").press("Enter")
        assert page.evaluate("'stop' in document.activeElement.dataset")
        page.goto(f"{address}/es/sin-conexion")
        page.locator("#cuanto").press("Enter")
        until(page, "!document.getElementById('guardarlo').hidden")
        until(page, "document.activeElement.id === 'cuanto'")


def test_who_asks_for_less_motion_gets_none(opened: Opened, address: str, until: Until) -> None:
    moving = "document.querySelectorAll('.leaflet-zoom-anim, .leaflet-fade-anim').length"
    with opened("desktop", reduced_motion="reduce") as (page, watched):
        page.goto(f"{address}/es/#mapa=11/-12.5/-69.4")
        until(page, READY)
        page.locator(".leaflet-control-zoom-in").press("Enter")
        assert page.evaluate(f"[map_deslinde.getZoom(), {moving}]") == [12, 0]
        before = page.evaluate("map_deslinde.getCenter().lng")
        assert page.evaluate("map_deslinde.panBy([90, 0]).getCenter().lng") > before
        assert watched.complaints == []


def test_every_page_leads_to_what_its_words_mean(client: FlaskClient) -> None:
    for page in ("/es/", "/es/superposiciones", "/en/territorio/demo-territories:T-001"):
        assert "/glosario" in client.get(page).text.split("<footer")[1]
