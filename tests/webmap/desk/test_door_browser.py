"""The door and the pages of accounts in a real browser, on a wide screen and on a phone."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from webmap.desk import accounts
from webmap.desk.desk import Role

pytestmark = pytest.mark.browser

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}
AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
NAME, FIRST, OWN = "colibri-7", "primera frase de prueba", "cinco palabras que nadie espera"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def where(desk_app: Flask) -> Iterator[str]:
    """The desk on a free port of this machine, with one account that nobody has used yet."""
    held: accounts.Accounts = desk_app.extensions["desk_accounts"]
    with desk_app.app_context():
        accounts.add(held, "test", NAME, [Role.ADMINISTRATOR], FIRST)
    server = make_server("127.0.0.1", 0, desk_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def shots() -> Callable[[Page, str], None]:
    """Keeps pictures of the pages where DESLINDE_SHOTS names a folder: to look at them."""
    folder = os.environ.get("DESLINDE_SHOTS")

    def keep(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    return keep


@contextmanager
def _opened(browser: Browser, screen: str) -> Iterator[tuple[Page, list[str], list[str]]]:
    context = browser.new_context(**SCREENS[screen], locale="es-PE")
    requests: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda one: requests.append(one.url))
    context.on("console", lambda one: complaints.append(f"{one.type} {one.text}"))
    context.on("weberror", lambda one: complaints.append(str(one.error)))
    context.add_init_script(
        "window.violations = [];"
        "document.addEventListener('securitypolicyviolation',"
        " e => window.violations.push(e.violatedDirective + ' ' + e.blockedURI));"
    )
    try:
        yield context.new_page(), requests, complaints
    finally:
        context.close()


def _sound(page: Page) -> None:
    """Nothing against the policy, nothing beside the screen, nothing that a reader cannot reach."""
    assert page.evaluate("window.violations") == [], page.url
    screen = page.viewport_size
    assert screen is not None
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= screen["width"], page.url
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == [], page.url


def _send(page: Page, **typed: str) -> None:
    for name, value in typed.items():
        page.fill(f"#{name}", value)
    _go(page, "main form .enviar button")


def _go(page: Page, what: str) -> None:
    """Clicks, and waits for the page that it leads to: a click alone may return before it."""
    with page.expect_navigation():
        page.click(what)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_somebody_enters_for_the_first_time_and_makes_an_account(
    screen: str, language: str, browser: Browser, where: str, clock: Any, shots: Callable[..., None]
) -> None:
    with _opened(browser, screen) as (page, requests, complaints):

        def seen(name: str) -> None:
            shots(page, f"{name}-{screen}-{language}")
            _sound(page)

        page.goto(f"{where}/{language}/entrar")
        seen("door")
        _send(page, name=NAME, password="otra cosa")
        assert page.is_visible(".errores")
        seen("door-refused")
        _send(page, name=NAME, password=FIRST)
        assert page.url.endswith("/primer-codigo")
        assert page.is_visible(".cuadro-marco svg")
        letters = re.sub(r"\W", "", page.inner_text(".letras"))
        seen("enrol")
        phone = TOTP(letters)
        _send(page, code=str(phone.generate(time=int(clock().timestamp())).token))
        assert page.url.endswith("/primeros-pasos")
        seen("first")
        _go(page, "main .pasos a")
        _send(page, old=FIRST, new="corta", again="otra")
        seen("password-refused")
        _send(page, old=FIRST, new=OWN, again=OWN)
        _go(page, "main .pasos a")
        _send(page)
        assert page.locator(".reserva li").count() == 8
        seen("codes")
        _go(page, "main .boton")
        assert page.url.endswith(f"/{language}/")
        seen("start")
        page.goto(f"{where}/{language}/cuentas/nueva")
        seen("person-new")
        page.check("#roles-documenter")
        _send(page, name="tucan-3")
        assert page.locator("main code").count() == 2
        seen("handed")
        _go(page, "main .boton")
        seen("people")
        _go(page, "text=tucan-3")
        seen("person")
        for address in ("bitacora", "cuenta", "cuenta/confirmar", "cerrar", "obligaciones", "nada"):
            page.goto(f"{where}/{language}/{address}")
            seen(address.replace("/", "-"))
        page.goto(f"{where}/{language}/")
        _go(page, ".rapida")
        assert page.url.endswith("/en-blanco")
        assert page.inner_text("body").strip() == ""
        page.goto(f"{where}/{language}/cuentas")
        assert page.url.endswith("/entrar")
        _send(page, name=NAME, password=OWN)
        assert page.url.endswith("/codigo")
        seen("code")
    loud = [one for one in complaints if one.startswith(("error", "warning"))]
    # a page that is not there is the one thing a browser may complain about
    assert [one for one in loud if "404" not in one] == []
    assert {urlsplit(one).netloc for one in requests} == {urlsplit(where).netloc}


def test_the_door_needs_no_script(browser: Browser, where: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="es-PE")
    page = context.new_page()
    page.goto(f"{where}/")
    assert page.url.endswith("/es/entrar")
    _send(page, name=NAME, password=FIRST)
    assert page.url.endswith("/primer-codigo")
    context.close()
