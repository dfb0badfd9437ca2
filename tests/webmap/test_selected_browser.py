"""The tables in a real browser: from a link, by keyboard, and on a phone."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent.parent
LINK = "/es/superposiciones#mapa=9/-12.5/-69.4&tipo=mining&estado=titled"


def _asked(page: Page, asked: str = "yes") -> None:
    page.locator(f"#seleccion[data-asked={asked}]").wait_for()


def test_a_shared_link_opens_its_table_and_keys_alone_do_the_rest(
    opened: Callable[..., Any], address: str
) -> None:
    with opened("desktop") as (page, watched):
        page.goto(f"{address}{LINK}")
        _asked(page)
        assert "tipo=mining" in page.url
        assert "mapa=" in page.url
        assert page.evaluate("document.activeElement.id") == "tabla"
        assert page.locator("h2#tabla").inner_text() == "Superposiciones: 30"
        # to a heading with the Tab key alone, and by Enter in the other order
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.value") == "area:asc":
                break
        assert page.evaluate("document.activeElement.value") == "area:asc"
        page.keyboard.press("Enter")
        page.locator("th[aria-sort=ascending]").wait_for()
        assert "orden=area" in page.url
        assert "sentido=asc" in page.url
        assert "tipo=mining" in page.url
        # every request was made without a word of the selection
        assert all("mining" not in one.partition("#")[0] for one in watched.requests)
        with page.expect_download() as coming:
            page.locator("button[formaction$='.csv']").press("Enter")
        with zipfile.ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes())) as packed:
            assert "LEAME.txt" in packed.namelist()
            assert len(packed.read("superposiciones.csv").splitlines()) == 31
        # the same question in the other language, and on the map
        assert "tipo=mining" in page.locator(".idioma a").first.get_attribute("href")
        assert "#mapa=" in page.locator("a[data-map]").get_attribute("href")
        page.locator("a.quitar").press("Enter")
        _asked(page, "no")
        assert page.locator("h2#tabla").inner_text() == "Superposiciones: 54"
        assert page.evaluate("window.violations") == []
        assert watched.complaints == []
        assert watched.elsewhere(address) == []


def test_rows_are_cards_on_a_phone_and_every_button_can_be_touched(
    opened: Callable[..., Any], address: str
) -> None:
    axe = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    with opened("phone") as (page, watched):
        page.goto(f"{address}{LINK}&capa=derechos")
        _asked(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        low = page.evaluate(
            "[...document.querySelectorAll('main button, main select, main summary, main a,"
            " main input:not([type=hidden])')].filter(one => one.checkVisibility()"
            " && one.getBoundingClientRect().height < 44 && !one.closest('p.nota'))"
            ".map(one => one.outerHTML)"
        )
        assert low == []
        cell = page.locator(".elegidas tbody td").nth(1)
        label = cell.evaluate("one => getComputedStyle(one, '::before').content")
        assert "Tipo" in label
        assert cell.bounding_box()["width"] > 250
        page.locator("button.orden[value^='nombre']").tap()
        page.locator("th[aria-sort] button[value^='nombre']").wait_for()
        assert page.evaluate("window.violations") == []
        assert watched.complaints == []
        if axe.is_file():
            page.evaluate(axe.read_text("utf-8"))
            found = page.evaluate(
                "axe.run(document).then(r => r.violations.map("
                "v => v.impact + ' ' + v.id + ' ' + v.nodes[0].html))"
            )
            assert [one for one in found if one.startswith(("serious", "critical"))] == []


def test_without_a_script_the_same_buttons_ask_the_server(
    opened: Callable[..., Any], address: str
) -> None:
    with opened("desktop", java_script_enabled=False) as (page, _watched):
        page.goto(f"{address}/en/superposiciones")
        page.locator("select[name=tipo]").select_option("logging")
        page.get_by_role("button", name="Filter", exact=True).click()
        assert "logging" in page.locator(".pedido").inner_text()
        page.get_by_role("button", name="Territories", exact=True).click()
        assert page.locator("h2#tabla").inner_text().startswith("Territories:")
        assert "logging" in page.locator(".pedido").inner_text()
