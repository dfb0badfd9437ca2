"""The pages in a real browser: drawn, clicked, read, and calling nobody else."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from geo.home import Home

pytestmark = pytest.mark.browser

Opened = Callable[..., Any]
SCREENS = ("desktop", "phone")
PAGES = (
    "/",
    "/superposiciones",
    "/territorios",
    "/territorio/demo-territories:T-001",
    "/casos",
    "/caso/tres-islas",
    "/amenazas",
    "/metodo",
    "/reglas",
    "/fuentes",
    "/desconocido",
    "/maquinas",
)
# the buttons that lie on an open sheet
COVERED = """(() => {
  const sheet = document.querySelector(".leaflet-popup-content-wrapper").getBoundingClientRect();
  return [...document.querySelectorAll(".leaflet-control-zoom a")]
    .map((one) => one.getBoundingClientRect())
    .filter((r) => r.width && r.right > sheet.left && r.bottom > sheet.top && r.left < sheet.right);
})()"""
# the north-east of right 009900494, which lies in part 1 alone, away from plots and other rights
INSIDE_A_RIGHT = (-12.5545, -69.4665)


# --- the main path --------------------------------------------------------------------------------


def test_a_folded_legend_leaves_the_hatches_on_the_map(
    opened: Opened, reader: Any, address: str
) -> None:
    with opened("phone") as (page, _):
        reader.goes(page, f"{address}/es/")
        assert page.evaluate("document.getElementById('leyenda').open") is False
        assert page.evaluate("document.querySelectorAll('pattern').length") > 5
        assert page.evaluate("document.querySelectorAll('details pattern').length") == 0


@pytest.mark.parametrize("screen", SCREENS)
def test_a_reader_clicks_an_overlap_and_reads_its_sentence(
    opened: Opened, reader: Any, address: str, screen: str
) -> None:
    with opened(screen) as (page, watched):
        reader.goes(page, f"{address}/es/")
        reader.comes(page, *INSIDE_A_RIGHT)
        reader.presses(page, screen, *INSIDE_A_RIGHT)
        reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
        told = page.inner_text(".leaflet-popup-content")
        assert "ILUSTRATIVA 4" in told
        assert "009900494" in told
        assert "Territorio titulado" in told
        assert "399.9912 ha" in told
        assert "la concesión fue otorgada después (junio de 1995)" in told
        assert "MIN-OTORG-POST-TIT" in told
        assert "Datos ilustrativos" in told
        assert told.index("MIN-OTORG-POST-TIT") < told.index("No se sabe")

        link = page.locator(".leaflet-popup .par a.mas", has_text="Ver la página del territorio")
        link.scroll_into_view_if_needed()
        link.click()
        reader.until(
            page, "document.readyState === 'complete' && !!document.querySelector('table.pares')"
        )
        assert page.url == f"{address}/es/territorio/demo-territories:T-001"
        assert "COMUNIDAD NATIVA ILUSTRATIVA TRES RÍOS" in page.inner_text("h1")
        assert watched.complaints == []


def test_a_reader_sorts_and_filters_the_table(opened: Opened, reader: Any, address: str) -> None:
    column = (
        "n => [...document.querySelectorAll('table.pares tr.fila')]"
        ".map(r => r.cells[n].dataset.value)"
    )
    with opened("desktop") as (page, watched):
        page.goto(f"{address}/es/territorio/demo-territories:T-001")
        areas = [float(one) for one in page.evaluate(column, 6)]
        assert areas == sorted(areas, reverse=True)
        page.click("a[data-sort=codigo]")
        codes = page.evaluate(column, 0)
        assert codes == sorted(codes)
        assert len(codes) == len(areas)
        page.click("a[data-sort=otorgado]")
        granted = page.evaluate(column, 5)
        there = [one for one in granted if one]
        assert there == sorted(there)
        assert granted[: len(there)] == there
        assert "" in granted
        page.select_option("select[name=tipo]", "logging")
        page.click("form.filtros button")
        reader.until(page, "location.search.includes('tipo=logging')")
        assert set(page.evaluate(column, 2)) == {"forestal"}
        page.locator("table.pares summary").first.click()
        assert page.locator("table.pares .oraciones li").first.is_visible()
        assert watched.complaints == []


def test_the_table_sorts_without_javascript(opened: Opened, address: str) -> None:
    with opened("desktop", java_script_enabled=False) as (page, _):
        page.goto(f"{address}/es/territorio/demo-territories:T-001")
        page.click("a[data-sort=codigo]")
        page.click("a[data-sort=codigo]")
        cells = page.locator("table.pares tr.fila td:first-child").all_inner_texts()
        assert cells == sorted(cells)
        assert len(cells) > 5


def test_the_map_can_be_asked_by_keyboard_alone(opened: Opened, reader: Any, address: str) -> None:
    with opened("desktop") as (page, _):
        reader.goes(page, f"{address}/es/#derecho=demo-concessions:009900494")
        reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
        assert "ILUSTRATIVA 4" in page.inner_text(".leaflet-popup-content")
        assert page.evaluate("document.activeElement.className") == "ficha"
        page.focus(".folium-map")
        page.keyboard.press("Escape")
        reader.until(page, "document.querySelector('.leaflet-popup-content') === null")
        reader.comes(page, *INSIDE_A_RIGHT)
        page.keyboard.press("Enter")
        reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")


def test_where_nothing_is_drawn_the_map_says_what_that_means(
    opened: Opened, reader: Any, address: str
) -> None:
    with opened("desktop") as (page, _):
        reader.goes(page, f"{address}/en/")
        box = page.locator(".folium-map").bounding_box()
        page.mouse.click(box["x"] + box["width"] - 60, box["y"] + box["height"] / 2 - 60)
        told = "document.querySelector('.leaflet-popup-content')?.innerText"
        reader.until(page, f"{told}?.includes('does not mean that it does not exist')")


# --- nobody else is called ------------------------------------------------------------------------


def _wander(page: Page, reader: Any, address: str, lang: str, screen: str) -> None:
    for one in PAGES:
        page.goto(f"{address}/{lang}{one}")
    reader.goes(page, f"{address}/{lang}/")
    reader.comes(page, *INSIDE_A_RIGHT)
    reader.presses(page, screen, *INSIDE_A_RIGHT)
    reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")


@pytest.mark.parametrize(("screen", "lang"), [("desktop", "en"), ("phone", "es")])
def test_no_page_calls_another_host_under_the_policy(
    opened: Opened, reader: Any, address: str, screen: str, lang: str
) -> None:
    with opened(screen, lang) as (page, watched):
        _wander(page, reader, address, lang, screen)
        assert page.evaluate("window.violations") == []
        assert watched.elsewhere(address) == []
        assert watched.complaints == []
        assert len(watched.requests) > 20


@pytest.mark.parametrize("screen", SCREENS)
def test_no_page_calls_another_host_without_the_policy(
    opened: Opened, reader: Any, address: str, screen: str
) -> None:
    with opened(screen, bypass_csp=True) as (page, watched):
        _wander(page, reader, address, "es", screen)
        assert watched.elsewhere(address) == []
        assert watched.complaints == []
        # a call that is made is seen, so the zero above means something
        page.evaluate("void fetch('http://another.invalid/x').catch(() => 0)")
        page.wait_for_timeout(200)
        assert watched.elsewhere(address) == ["http://another.invalid/x"]


# --- hostile names --------------------------------------------------------------------------------


@pytest.mark.parametrize("bypass", [False, True])
def test_no_name_runs_or_becomes_markup(
    opened: Opened, reader: Any, hostile_address: str, bypass: bool
) -> None:
    with opened("desktop", bypass_csp=bypass) as (page, watched):
        page.goto(f"{hostile_address}/es/territorios")
        links = page.evaluate(
            "[...document.querySelectorAll('td a')].map(a => a.getAttribute('href'))"
        )
        assert len(links) == 7
        for link in links:
            page.goto(hostile_address + link)
            assert page.locator("main img, main svg[onload], main script").count() == 0
            for summary in page.locator("summary").all()[:6]:
                summary.click()
            assert page.title() != "hit"
        reader.goes(page, f"{hostile_address}/es/")
        reader.comes(page, *INSIDE_A_RIGHT)
        reader.presses(page, "desktop", *INSIDE_A_RIGHT)
        reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
        assert page.locator(".leaflet-popup img, .leaflet-popup script").count() == 0
        page.wait_for_timeout(100)
        assert page.title() != "hit"
        assert re.search(r"<img|</script>|<svg|javascript:|\{\{7", page.inner_text("body"))
        assert watched.elsewhere(hostile_address) == []
        if not bypass:
            assert page.evaluate("window.violations") == []


def test_a_territory_whose_code_is_hostile_has_its_page(
    opened: Opened, reader: Any, hostile_address: str
) -> None:
    with opened("desktop") as (page, _):
        page.goto(f"{hostile_address}/es/territorios")
        link = page.locator("td a[href*='demo-claims']")
        link.click()
        reader.until(page, "document.querySelector('table.pares') !== null")
        assert "R/../<b>'\"&?#%41 x" in page.inner_text("main")
        page.click("a.boton")
        reader.until(page, "document.querySelector('.folium-map')?.dataset.ready === 'yes'")
        reader.until(page, "map_deslinde.getZoom() > 11")


# --- readers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["es", "en"])
def test_no_page_scrolls_sideways_on_a_small_phone(opened: Opened, address: str, lang: str) -> None:
    with opened("phone", lang) as (page, _):
        for one in PAGES:
            page.goto(f"{address}/{lang}{one}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, one


def test_on_a_phone_the_hectares_of_every_overlap_are_read_without_sliding(
    opened: Opened, address: str
) -> None:
    with opened("phone") as (page, _):
        page.goto(f"{address}/es/territorio/demo-territories:T-001")
        cells = page.locator("td[data-rotulo^='Superposición, ha']").all()
        assert len(cells) == 30
        for cell in (cells[0], cells[-1]):
            box = cell.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
        assert page.get_by_role("columnheader", name="Mínimo – máximo, ha").count() == 1


def test_on_paper_a_long_list_stays_a_table(opened: Opened, address: str) -> None:
    with opened("phone") as (page, _):  # a sheet is as narrow
        page.goto(f"{address}/es/territorio/demo-territories:T-001")
        page.wait_for_selector("td[data-rotulo]")
        row = page.locator("tr.fila").first
        assert row.evaluate("one => getComputedStyle(one).display") == "block"
        page.emulate_media(media="print")
        assert row.evaluate("one => getComputedStyle(one).display") == "table-row"


def test_no_page_has_a_known_barrier(
    opened: Opened, reader: Any, address: str, barriers: Callable[[Page], list[Any]]
) -> None:
    with opened("desktop") as (page, _):
        for one in PAGES:
            if one == "/":
                reader.goes(page, f"{address}/es/#derecho=demo-concessions:009900494")
                reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
            else:
                page.goto(f"{address}/es{one}")
            assert barriers(page) == [], one


# --- closed boxes ---------------------------------------------------------------------------------


def _boxes(page: Page, reader: Any, address: str) -> None:
    reader.goes(page, address)
    reader.until(page, "document.querySelector('.folium-map').dataset.boxes")


@pytest.mark.parametrize("screen", SCREENS)
def test_a_reader_sees_boxes_as_large_as_their_count_and_reads_one(
    opened: Opened, reader: Any, address: str, screen: str
) -> None:
    with opened(screen) as (page, watched):
        _boxes(page, reader, f"{address}/es/")
        sizes = page.evaluate(
            "[...document.querySelectorAll('.leaflet-boxes-pane .paquete')]"
            ".map(one => [Number(one.textContent), one.offsetWidth])"
        )
        assert len(sizes) > 5
        per_root = [width / count**0.5 for count, width in sizes]
        assert max(per_root) - min(per_root) < 0.4  # widths come in whole pixels
        marker = page.locator(".leaflet-boxes-pane .leaflet-marker-icon").first
        assert re.search(r": \d+ hechos$", marker.get_attribute("title"))
        marker.focus()
        page.keyboard.press("Enter")
        reader.until(page, "document.querySelector('.leaflet-popup .ficha h2') !== null")
        told = page.inner_text(".leaflet-popup-content")
        assert "Hechos contra personas defensoras" in told
        assert "Un paquete cerrado no se abre." in told
        assert "Datos ilustrativos" in told
        assert page.evaluate("document.activeElement.className") == "ficha"
        # the map moves until the whole sheet is seen, beside the buttons that would cover it
        reader.until(page, "!document.querySelector('.leaflet-pan-anim')")
        assert page.evaluate(COVERED) == []
        page.click(".leaflet-popup a.mas")
        page.wait_for_url("**/es/amenazas")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        assert watched.complaints == []


def test_boxes_can_be_put_away(opened: Opened, reader: Any, address: str) -> None:
    with opened("desktop") as (page, _):
        _boxes(page, reader, f"{address}/es/")
        page.uncheck("#paquetes input")
        assert page.locator(".paquete:not(.muestra-paquete)").count() == 0
        page.check("#paquetes input")
        assert page.locator(".paquete:not(.muestra-paquete)").count() > 8


def test_the_name_of_a_place_is_text_on_the_map(
    opened: Opened, reader: Any, hostile: Home, hostile_address: str, hostile_names: tuple[str, ...]
) -> None:
    path = hostile.boxes / "boxes.json"
    kept = path.read_bytes()
    said = json.loads(kept)
    for number, box in enumerate(said["boxes"]):
        for named in ("department", "province", "district"):
            box[named] = box[named] and hostile_names[number % len(hostile_names)]
    path.write_text(json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1) + "\n", "utf-8")
    try:
        with opened("desktop", bypass_csp=True) as (page, watched):
            _boxes(page, reader, f"{hostile_address}/es/")
            for marker in page.locator(".leaflet-boxes-pane .leaflet-marker-icon").all()[:8]:
                marker.focus()
                page.keyboard.press("Enter")
                reader.until(page, "document.querySelector('.leaflet-popup .ficha') !== null")
                assert page.locator(".leaflet-popup img, .leaflet-popup script").count() == 0
            page.goto(f"{hostile_address}/es/amenazas")
            assert page.locator("main img, main script").count() == 0
            assert page.title() != "hit"
            assert watched.elsewhere(hostile_address) == []
    finally:
        path.write_bytes(kept)
