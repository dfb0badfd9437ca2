"""The map in a real browser: drawn from tiles, filtered, linked, embedded; no other host called."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from geo.home import Home
from geo.release import read
from geo.release.facets import of_pairs
from geo.terms import Tier
from webmap import assets
from webmap.public import selection

pytestmark = pytest.mark.browser

READY = "document.querySelector('.folium-map')?.dataset.ready === 'yes'"
MATCHING = "document.querySelector('.folium-map').dataset.matching"
COUNT = "document.querySelector('#filtros [data-count]').textContent"
# inside right 009900494 of the demonstration, which is mining, over a titled territory
RIGHT = (-12.5545, -69.4665)
CLOSE = f"#mapa=13/{RIGHT[0]}/{RIGHT[1]}"
PICTURE = (assets.ROOT / assets.VENDOR / "leaflet/images/layers.png").read_bytes()
OSM = "https://tile.openstreetmap.org/"

ALL_SQUARES = """(() => {
  const found = new Map();
  const middle = map_deslinde.latLngToContainerPoint([-12.5, -69.4]);
  for (let x = -300; x < 300; x += 6) {
    for (let y = -300; y < 300; y += 6) {
      const point = map_deslinde.containerPointToLatLng(middle.add([x, y]));
      const square = map_deslinde_deslinde.square(point);
      if (square) found.set(`${square.x} ${square.y}`, square.all);
    }
  }
  return [...found.values()];
})()"""

ALL_ROWS = (
    ALL_SQUARES.replace("`${square.x} ${square.y}`", "String(square.rows)")
    .replace("square.all)", "square.rows)")
    .replace("values()]", "values()].flat()")
)

Opened = Callable[..., Any]
Until = Callable[[Page, str], Any]


def _colour(page: Page, at: tuple[float, float] = RIGHT) -> list[int]:
    """Red, green, blue and how opaque the tiles are at a place."""
    found: list[int] = page.evaluate(
        """at => {
          const spot = map_deslinde.latLngToContainerPoint(at);
          const box = map_deslinde.getContainer().getBoundingClientRect();
          for (const one of document.querySelectorAll("canvas.leaflet-tile")) {
            const r = one.getBoundingClientRect();
            const [x, y] = [box.x + spot.x - r.x, box.y + spot.y - r.y];
            if (x < 0 || y < 0 || x >= r.width || y >= r.height) continue;
            const scale = one.width / r.width;
            const copy = document.createElement("canvas").getContext("2d");
            copy.drawImage(one, -x * scale + 6, -y * scale + 6);
            const d = copy.getImageData(0, 0, 12, 12).data;
            const sums = [0, 0, 0, 0];
            d.forEach((v, i) => { sums[i % 4] += v; });
            return sums.map((v) => Math.round((v * 4) / d.length));
          }
          return [0, 0, 0, 0];
        }""",
        list(at),
    )
    return found


def _repainted(page: Page, until: Until, deed: Callable[[], Any]) -> None:
    before = page.evaluate("document.querySelector('.folium-map').dataset.painted || '0'")
    deed()
    until(page, f"(document.querySelector('.folium-map').dataset.painted || '0') !== '{before}'")


def test_what_is_drawn_is_what_the_legend_says_and_can_be_put_away(
    opened: Opened, address: str, demonstration: Home, until: Until
) -> None:
    release = read.open_release(demonstration.releases(Tier.PUBLIC))
    with opened("desktop") as (page, watched):
        page.goto(f"{address}/es/{CLOSE}")
        until(page, READY)
        with_overlap = _colour(page)
        assert with_overlap[0] > with_overlap[1] + 40  # the overlap's red lies on top
        for look in ("o-overlap", "c-mining"):
            box = page.locator(f'input[data-look="{look}"]')
            _repainted(page, until, box.uncheck)
        without = _colour(page)
        assert without[1] > without[0] + 10  # the territory's green is left
        assert "capas=c-mining,o-overlap" in page.url
        page.reload()
        until(page, READY)
        assert not page.is_checked('input[data-look="c-mining"]')
        assert _colour(page) == without
        counts = page.evaluate(
            "[...document.querySelectorAll('[data-when=near] label small')]"
            ".map(e => Number(e.textContent.replace(/\\D/g, '')))"
        )
        rights, pairs = len(read.concessions(release)), read.summary(release)["pairs"]
        assert sum(counts) == rights + pairs
        assert page.locator(".leaflet-control-scale").count() == 1
        assert watched.complaints == []


def test_from_afar_squares_count_every_right_once_and_the_legend_says_so(
    opened: Opened, address: str, demonstration: Home, until: Until
) -> None:
    release = read.open_release(demonstration.releases(Tier.PUBLIC))
    with opened("desktop") as (page, watched):
        page.goto(f"{address}/es/#mapa=7/-12.5/-69.4")
        until(page, READY)
        assert page.is_visible("[data-when=far]")
        assert not page.is_visible('input[data-look="c-mining"]')
        assert "Cada derecho se cuenta una sola vez" in page.inner_text("#leyenda")
        boxes = page.evaluate(ALL_SQUARES)
        assert sum(boxes) == len(read.concessions(release))
        page.select_option("#filtros select[name=tipo]", "mining", force=True)
        until(page, f"{MATCHING} !== ''")
        mining = int((read.facets(release)["kind"] == "mining").sum())
        assert page.evaluate(MATCHING) == str(mining)
        page.evaluate("map_deslinde.setView([-12.5, -69.4], 11, {animate: false})")
        until(page, "!document.querySelector('[data-when=far]').checkVisibility()")
        assert page.is_visible('input[data-look="c-mining"]')
        assert watched.complaints == []


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_filter_is_kept_by_the_link_and_told_to_no_server(
    opened: Opened, address: str, screen: str, until: Until
) -> None:
    with opened(screen) as (page, watched):
        page.goto(f"{address}/es/{CLOSE}")
        until(page, READY)
        before = _colour(page)
        page.click("#filtros summary")
        _repainted(page, until, lambda: page.select_option("#filtros [name=tipo]", "logging"))
        until(page, f"/\\d/.test({COUNT})")
        assert _colour(page) != before  # the mining right is gone from the tile
        page.select_option("#filtros [name=tipo]", "mining")
        until(page, "location.hash.includes('tipo=mining')")
        first = page.locator("#filtros [name=otorgado_desde]")
        first.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")  # the slider works from the keyboard
        until(page, "location.hash.includes('otorgado_desde')")
        told = until(page, f"/de 58/.test({COUNT}) && {COUNT}")
        assert page.inner_text("#filtros output[for=otorgado-desde]").startswith("desde ")
        view, matching = page.evaluate("location.hash"), page.evaluate(MATCHING)
        page.reload()
        until(page, READY)
        until(page, f"{MATCHING} !== undefined && {MATCHING} !== ''")
        assert page.evaluate("location.hash") == view
        assert page.evaluate(MATCHING) == matching
        assert page.evaluate(COUNT) == told
        assert page.input_value("#filtros [name=tipo]") == "mining"
        link = page.locator("#filtros a[data-carries]").get_attribute("href")
        assert re.search(r"/es/\w+#tipo=mining&otorgado_desde=\d{4}$", link)
        page.click("[data-clear]")
        until(page, "!location.hash.includes('tipo')")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        secret = re.compile(r"tipo=|mining|logging|otorgado|mapa=")
        assert [one for one in watched.requests if secret.search(one.partition("#")[0])] == []
        assert page.evaluate("window.violations") == []
        assert watched.complaints == []


def test_every_button_of_the_panels_is_large_enough_for_a_finger(
    opened: Opened, address: str, until: Until
) -> None:
    with opened("phone") as (page, _):
        page.goto(f"{address}/es/")
        until(page, READY)
        for panel in ("#filtros", "#leyenda"):
            page.locator(f"{panel} > summary").click()
        small = page.evaluate(
            "[...document.querySelectorAll('.paneles summary, .paneles button, .paneles select,"
            " .paneles .boton, .paneles input[type=range], .paneles label.capa, .leaflet-bar a')]"
            ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)"
            ".map(e => e.outerHTML.slice(0, 80))"
        )
        assert small == []
        top = page.evaluate("document.querySelector('.folium-map').getBoundingClientRect().top")
        assert top + page.evaluate("scrollY") < 370  # the map is seen without scrolling


def test_openstreetmap_is_asked_only_after_the_reader_asked_and_forgotten_with_one_button(
    opened: Opened, address: str, until: Until
) -> None:
    with opened("desktop") as (page, watched):
        page.context.route(
            f"{OSM}**", lambda route: route.fulfill(body=PICTURE, content_type="image/png")
        )
        page.goto(f"{address}/es/{CLOSE}&tipo=mining")
        until(page, READY)
        page.click("a[data-osm]")
        until(page, f"location.pathname.endsWith('/con-osm') && {READY}")
        assert page.url.endswith("tipo=mining")
        assert "qué parte del mapa mira" in page.inner_text("#osm")
        page.wait_for_timeout(200)
        assert watched.elsewhere(address) == []
        page.check("#osm input")
        page.click("[data-begin]")
        until(page, "document.querySelectorAll('img.leaflet-tile-loaded').length > 3")
        asked = watched.elsewhere(address)
        assert all(one.startswith(OSM) for one in asked)
        assert "openstreetmap.org/copyright" in page.locator(
            ".leaflet-control-attribution a[href*=openstreetmap]"
        ).get_attribute("href")
        page.goto(f"{address}/es/{CLOSE}")  # remembered
        until(page, f"location.pathname.endsWith('/con-osm') && {READY}")
        page.click("[data-stop]")
        until(page, f"location.pathname === '/es/' && {READY}")
        calls = len(watched.elsewhere(address))
        page.reload()
        until(page, READY)
        page.goto(f"{address}/es/con-osm")
        until(page, READY)
        page.wait_for_timeout(200)
        assert len(watched.elsewhere(address)) == calls
        assert watched.complaints == []


@pytest.fixture
def other_site(
    address: str, serving: Callable[[Flask], AbstractContextManager[str]]
) -> Iterator[str]:
    """A page of another origin that shows our map in a frame, and tries to show another page."""
    frames = f"<iframe src='{address}/es/incrustar{CLOSE}&tipo=mining'></iframe>"
    app = Flask("other")
    app.add_url_rule(
        "/", "page", lambda: f"<!doctype html><title>x</title>{frames}<iframe src='{address}/es/'>"
    )
    app.add_url_rule("/favicon.ico", "icon", lambda: ("", 204))
    with serving(app) as where:
        yield where.replace("127.0.0.1", "localhost")


def test_the_map_alone_can_stand_in_a_page_of_somebody_else(
    opened: Opened, address: str, other_site: str, until: Until
) -> None:
    with opened("desktop") as (page, watched):
        page.goto(other_site)
        embedded = next(one for one in page.frames if "/incrustar" in one.url)
        until(embedded, READY)
        assert "Hay un filtro puesto" in embedded.inner_text("#estado-mapa")
        link = embedded.locator(".rotulo-mapa a")
        assert link.get_attribute("target") == "_blank"
        own = [one.url for one in page.frames if one.url.startswith(address)]
        assert [one.partition("#")[0] for one in own] == [f"{address}/es/incrustar"]
        blocked = [one for one in watched.complaints if "frame-ancestors 'none'" in one]
        assert blocked == watched.complaints
        page.goto(f"{address}/es/como-incrustar")
        assert f'src="{address}/es/incrustar"' in page.input_value("textarea")


def test_a_tile_that_does_not_come_is_said(opened: Opened, address: str, until: Until) -> None:
    with opened("desktop") as (page, _):
        page.context.route("**/datos/**/*.mvt", lambda route: route.abort())
        page.goto(f"{address}/es/{CLOSE}")
        until(page, READY)
        assert "No se pudo cargar" in page.inner_text("#estado-mapa")


def test_a_filter_that_cannot_be_answered_shows_nothing_as_chosen_and_is_asked_again(
    opened: Opened, address: str, demonstration: Home, until: Until
) -> None:
    release = read.open_release(demonstration.releases(Tier.PUBLIC))
    pairs = of_pairs(read.concessions(release), None, read.overlaps(release), read.flags(release))
    with opened("desktop") as (page, _):
        page.context.route("**/columnas.json", lambda route: route.abort())
        page.goto(f"{address}/es/{CLOSE}")
        until(page, READY)
        page.click("#filtros summary")
        before = _colour(page)
        _repainted(page, until, lambda: page.select_option("#filtros [name=clase]", "overlap"))
        until(page, f"{COUNT}.includes('el mapa no muestra derechos')")
        assert _colour(page) != before
        page.context.unroute("**/columnas.json")
        page.evaluate("map_deslinde.panBy([1, 1], {animate: false})")
        until(page, f"{MATCHING} > 0")
        assert _colour(page) == before
        chosen = selection.chosen({"clase": "overlap"})
        held = selection.rights(chosen, read.facets(release).assign(words=""), pairs)
        assert page.evaluate(MATCHING) == str(int(held.sum()))


def test_the_hectares_of_a_filtered_square_are_added_and_then_told(
    opened: Opened, address: str, demonstration: Home, until: Until
) -> None:
    release = read.open_release(demonstration.releases(Tier.PUBLIC))
    table = read.facets(release)
    whole = table[table["kind"].eq("mining")]["area_ha"].round(4).fillna(0).sum()
    with opened("desktop") as (page, _):
        page.goto(f"{address}/es/#mapa=6/-12.5/-69.4&tipo=mining")
        until(page, READY)
        until(page, f"{MATCHING} > 0")
        assert str(page.evaluate(f"{ALL_ROWS}.length")) == page.evaluate(MATCHING)
        told = page.evaluate(f"map_deslinde_deslinde.hectares({ALL_ROWS})")
        assert told["ha"] == pytest.approx(float(whole))
