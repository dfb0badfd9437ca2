"""The story from beginning to end, in a real browser: told, reviewed, consented, boxed, read.

A documenter tells what happened with the keyboard alone, a second person approves it, a steward
records consent, two people let the boxes out, and the public map shows a box and nothing more.
"""

import base64
import hashlib
import hmac
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from geo.register import dossier, review
from geo.register.lists import State, Told
from geo.register.store import Register
from webmap.desk import accounts
from webmap.desk.desk import Role

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
GIVEN = "una frase que se entrega"
OWN = "otra frase bien larga de prueba"


@dataclass
class Watched:
    """What a browser did while it was watched."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def elsewhere(self, *own: str) -> list[str]:
        """Requests to any other host than ours."""
        ours = {urlsplit(one).netloc for one in own}
        asked = [(one, urlsplit(one)) for one in self.requests]
        return [one for one, at in asked if at.scheme != "data" and at.netloc not in ours]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """An application on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def watched(browser: Browser, screen: dict[str, Any]) -> Iterator[tuple[Page, Watched]]:
    """A page of its own, of which every request and complaint is noted."""
    context = browser.new_context(**screen, locale="es-PE")
    seen = Watched()
    context.on("request", lambda one: seen.requests.append(one.url))
    context.on(
        "console",
        lambda one: (
            seen.complaints.append(f"{one.type}: {one.text}")
            if one.type in ("error", "warning")
            else None
        ),
    )
    context.on("weberror", lambda one: seen.complaints.append(str(one.error)))
    context.add_init_script(
        "window.violations = [];"
        "document.addEventListener('securitypolicyviolation',"
        " e => window.violations.push(e.violatedDirective + ' ' + e.blockedURI));"
    )
    try:
        yield context.new_page(), seen
    finally:
        context.close()


def one_time(letters: str, at: float) -> str:
    """The six digits that a phone shows (RFC 6238)."""
    key = base64.b32decode(letters.replace(" ", "").replace("-", "").upper())
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def sound(page: Page) -> None:
    """No policy broken, nothing serious for whoever reads with a voice or a keyboard."""
    assert page.evaluate("window.violations") == []
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == [], page.url


class Keys:
    """Somebody who has a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        """Tabs on until the focus stands on what the selector names."""
        for _ in range(400):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard never reaches {selector}")

    def write(self, name: str, text: str) -> None:
        self.to(f"[name='{name}']")
        self.page.keyboard.type(text)

    def tick(self, name: str, value: str) -> None:
        self.to(f"[name='{name}'][value='{value}']")
        self.page.keyboard.press("Space")

    def pick(self, name: str, begins: str) -> None:
        """Chooses in a list by the first letters of what it says."""
        self.to(f"select[name='{name}']")
        self.page.keyboard.type(begins)

    def arrow(self, name: str, value: str) -> None:
        """Chooses among radio buttons, which are one stop of the Tab key."""
        self.to(f"[name='{name}']")
        for _ in range(6):
            if self.page.evaluate("document.activeElement.value") == value:
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowRight")
        raise AssertionError(f"no choice {value} of {name}")

    def press(self, selector: str) -> None:
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture
def people(desk_app: Flask) -> None:
    """Accounts as an administrator hands them out: with a password that must be changed."""
    here: accounts.Accounts = desk_app.extensions["desk_accounts"]
    with desk_app.app_context():
        for name, role in (
            ("colibri", Role.DOCUMENTER),
            ("gallito", Role.REVIEWER),
            ("tunqui", Role.STEWARD),
            ("paujil", Role.STEWARD),
        ):
            accounts.add(here, "test", name, [role], GIVEN)


def enter(page: Page, address: str, name: str, at: float) -> None:
    """In for the first time, with the keyboard: password, phone, a password of one's own, codes."""
    page.goto(f"{address}/es/entrar")
    keys = Keys(page)
    keys.write("name", name)
    keys.write("password", GIVEN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/primer-codigo")
    sound(page)
    letters = page.inner_text(".letras code")
    keys.write("code", one_time(letters, at))
    page.keyboard.press("Enter")
    page.wait_for_url("**/primeros-pasos")
    keys.press("a[href$='/contrasena']")
    keys.write("old", GIVEN)
    keys.write("new", OWN)
    keys.write("again", OWN)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if page.url.endswith("/primeros-pasos"):
        keys.press("a[href$='/codigos']")
        keys.press("main button")
        keys.press("main a.boton")


def tell(page: Page, address: str) -> str:
    """An incident from the keyboard alone; gives its id."""
    page.goto(f"{address}/es/incidentes/nuevo")
    sound(page)
    keys = Keys(page)
    keys.write("title", "amenaza después de la asamblea")
    keys.tick("kinds", "T01")
    keys.tick("kinds", "V01")
    keys.write("narrative", "Llegaron de noche y dijeron que dejen de vigilar el río.")
    keys.write("happened-month", "3")
    keys.write("happened-year", "2026")
    keys.write("spot-place", "Distrito Dos, Provincia Dos, Departamento Inventado")
    keys.pick("acts-0-kind", "una persona")
    keys.arrow("acts-0-woman", "yes")
    keys.press("button[value='add-acts']")
    assert page.input_value("[name='title']") == "amenaza después de la asamblea"
    assert page.evaluate("document.activeElement.name") == "acts-1-reference"
    keys.pick("acts-1-kind", "una familia")
    keys.pick("doers-0-perpetrator", "desconocido")
    keys.pick("sources-0-kind", "testigo")
    keys.press("button[value='add-measures']")
    keys.pick("measures-0-measure", "garant")
    keys.write("measures-0-requested-day", "10")
    keys.write("measures-0-requested-month", "3")
    keys.write("measures-0-requested-year", "2026")
    keys.arrow("concerned", "yes")
    keys.write("communities-0-name", "Comunidad Ejemplo")
    sound(page)
    keys.press("button[value='submit'].principal")
    return page.url.rsplit("/", 1)[-1]


def test_what_is_told_from_a_keyboard_is_kept_as_it_was_told(
    browser: Browser, desk_app: Flask, desk_register: Register, people: None, clock: Any
) -> None:
    with served(desk_app) as address, watched(browser, WIDE) as (page, seen):
        enter(page, address, "colibri", clock().timestamp())
        event = tell(page, address)
        sound(page)
        told = dossier.gather(desk_register, event)
        assert told is not None
        assert review.state(told) is State.SUBMITTED
        assert told.event.content.happened_on == "2026-03"
        assert told.event.content.spot.place == "900201"
        assert {act.content.kinds for act in told.acts} == {("T01", "V01")}
        assert {one.content.woman for one in told.subjects.values()} == {
            Told.YES,
            Told.NOT_RECORDED,
        }
        assert len(told.communities) == 1
        assert seen.elsewhere(address) == []
        assert seen.complaints == []
