"""The door and the pages of accounts in a real browser, on a wide screen and on a phone."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from passlib.totp import TOTP
from playwright.sync_api import Page

from webmap.desk import accounts
from webmap.desk.desk import Role

pytestmark = pytest.mark.browser

NAME, FIRST, OWN = "colibri-7", "primera frase de prueba", "cinco palabras que nadie espera"


@pytest.fixture
def where(
    desk_app: Flask, serving: Callable[[Flask], AbstractContextManager[str]]
) -> Iterator[str]:
    """The desk on a free port of this machine, with one account that nobody has used yet."""
    held: accounts.Accounts = desk_app.extensions["desk_accounts"]
    with desk_app.app_context():
        accounts.add(held, "test", NAME, [Role.ADMINISTRATOR], FIRST)
    with serving(desk_app) as address:
        yield address


@pytest.fixture
def shots() -> Callable[[Page, str], None]:
    """Keeps pictures of the pages where DESLINDE_SHOTS names a folder: to look at them."""
    folder = os.environ.get("DESLINDE_SHOTS")

    def keep(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    return keep


def _send(page: Page, **typed: str) -> None:
    for name, value in typed.items():
        page.fill(f"#{name}", value)
    _go(page, "main form .enviar button")


def _go(page: Page, what: str) -> None:
    """Clicks, and waits for the page that it leads to: a click alone may return before it."""
    with page.expect_navigation():
        page.click(what)


@pytest.mark.parametrize(("screen", "language"), [("desktop", "en"), ("phone", "es")])
def test_somebody_enters_for_the_first_time_and_makes_an_account(
    screen: str,
    language: str,
    opened: Callable[..., Any],
    sound: Callable[[Page], None],
    where: str,
    clock: Any,
    shots: Callable[..., None],
) -> None:
    with opened(screen) as (page, watched):

        def seen(name: str) -> None:
            shots(page, f"{name}-{screen}-{language}")
            sound(page)

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
    # a page that is not there is the one thing a browser may complain about
    assert [one for one in watched.complaints if "404" not in one] == []
    assert watched.elsewhere(where) == []


def test_the_door_needs_no_script(opened: Callable[..., Any], where: str) -> None:
    with opened("desktop", java_script_enabled=False) as (page, _):
        page.goto(f"{where}/")
        assert page.url.endswith("/es/entrar")
        _send(page, name=NAME, password=FIRST)
        assert page.url.endswith("/primer-codigo")
