"""The story from beginning to end, in a real browser: told, reviewed, consented, boxed, read.

A documenter tells what happened with the keyboard alone, a second person approves it, a steward
records consent, two people let the boxes out, and the public map shows a box and nothing more.
"""

import base64
import hashlib
import hmac
import struct
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from geo.home import Home
from geo.register import consent, dossier, references, review, store
from geo.register.lists import ConsentWord, Noun, PlacePrecision, State, SubjectKind, Told
from geo.register.nouns import Act, Community, Consent, Event, Spot, Subject
from geo.register.store import Register
from geo.release import boxes
from geo.terms import Audience, Tier
from webmap.desk import accounts
from webmap.desk.desk import Role
from webmap.public import create_app

pytestmark = pytest.mark.browser

Opened = Callable[..., Any]
Sound = Callable[[Page], None]

GIVEN = "una frase que se entrega"
OWN = "otra frase bien larga de prueba"


def one_time(letters: str, at: float) -> str:
    """The six digits that a phone shows (RFC 6238)."""
    key = base64.b32decode(letters.replace(" ", "").replace("-", "").upper())
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


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
            ("huallata", Role.STEWARD),
        ):
            accounts.add(here, "test", name, [role], GIVEN)


def enter(sound: Sound, page: Page, address: str, name: str, at: float) -> None:
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


def tell(sound: Sound, page: Page, address: str) -> str:
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


def look(sound: Sound, page: Page, address: str, path: str) -> None:
    """Opens a page of the desk that must be sound."""
    page.goto(f"{address}/es/{path}")
    sound(page)


def approve(sound: Sound, page: Page, address: str, event: str) -> None:
    look(sound, page, address, f"incidentes/{event}/revision")
    Keys(page).press("button[value='approve']")


def consent_of_all(sound: Sound, page: Page, address: str, event: str, speakers: list[str]) -> None:
    """Each person, group and community said yes to the public map, and how is written down."""
    for one in speakers:
        look(sound, page, address, f"incidentes/{event}/permisos")
        page.select_option("[name='of']", one)
        page.check("[name='word'][value='given']")
        page.check("[name='audience'][value='boxes']")
        for part, text in (("day", "20"), ("month", "11"), ("year", "2026")):
            page.fill(f"[name='said-{part}']", text)
        page.fill("[name='how']", "en persona, en su lengua")
        with page.expect_navigation():
            page.click("main .enviar button")
    assert "sí, hoy sí." in page.inner_text(".permisos li:first-child")


def plant_others(register: Register, at: Any) -> None:
    """Enough other incidents in the same district to close a box: approved, and opened for it."""
    for number in range(5):
        with store.writing(register, "colibri", at) as txn:
            names = [references.fresh(kind) for kind in ("C", "S")]
            community = store.put(txn, Noun.COMMUNITY, Community(names[0], f"Pueblo {number}"))
            subject = store.put(txn, Noun.SUBJECT, Subject(SubjectKind.FAMILY, names[1]))
            told = Event(
                title=f"otro hecho {number}",
                happened_on="2026-02",
                spot=Spot("900201", PlacePrecision.DISTRICT),
                communities=(community,),
                community_concerned=Told.YES,
                submitted=True,
                author="colibri",
            )
            event = store.put(txn, Noun.EVENT, told)
            store.put(txn, Noun.ACT, Act(subject, ("T02",)), event=event)
            for one in (subject, community):
                consent.record(
                    txn, Consent(one, Audience.BOXES, ConsentWord.GIVEN, said_on="2026-11-20")
                )
        with store.writing(register, "gallito", at) as txn:
            found = dossier.gather(txn, event)
            assert found is not None
            review.approve(txn, found)


def publish(opened: Opened, sound: Sound, address: str, at: float) -> list[str]:
    """Two people prepare, look at and approve what would be public, and one lets it out."""
    with opened("desktop") as (first, one), opened("desktop") as (second, other):
        enter(sound, first, address, "huallata", at)
        look(sound, first, address, "paquetes")
        with first.expect_navigation():
            first.click("form[action$='/preparar'] .enviar button")
        look(sound, first, address, "paquetes/revision")
        assert first.query_selector("form[action$='/publicar']") is None
        with first.expect_navigation():
            first.click("form[action$='/aprobar'] .enviar button")
        look(sound, first, address, "paquetes/revision")
        assert first.query_selector("form[action$='/publicar']") is None
        enter(sound, second, address, "paujil", at)
        look(sound, second, address, "paquetes/revision")
        with second.expect_navigation():
            second.click("form[action$='/aprobar'] .enviar button")
        look(sound, second, address, "paquetes/revision")
        with second.expect_navigation():
            second.click("form[action$='/publicar'] .enviar button")
        assert "Publicado." in second.inner_text("main")
        assert one.elsewhere(address) == other.elsewhere(address) == []
        return one.complaints + other.complaints


def test_from_a_keyboard_in_the_forest_to_a_box_on_the_public_map_and_nothing_more(
    opened: Opened,
    sound: Sound,
    serving: Callable[[Flask], AbstractContextManager[str]],
    desk_app: Flask,
    desk_home: Home,
    desk_register: Register,
    people: None,
    clock: Any,
    demonstration: Home,
) -> None:
    with serving(desk_app) as address:
        with opened("desktop") as (page, seen):
            enter(sound, page, address, "colibri", clock().timestamp())
            event = tell(sound, page, address)
            sound(page)
            for path in ("", "incidentes", "linea", "sujetos", "comunidades", "demoras"):
                look(sound, page, address, path)
            for path in ("", "/editar", "/historial"):
                look(sound, page, address, f"incidentes/{event}{path}")
            assert seen.elsewhere(address) == []
            assert seen.complaints == []
        told = dossier.gather(desk_register, event)
        assert told is not None
        assert review.state(told) is State.SUBMITTED
        assert told.event.content.happened_on == "2026-03"
        assert told.event.content.spot.place == "900201"
        assert {act.content.kinds for act in told.acts} == {("T01", "V01")}
        women = {one.content.woman for one in told.subjects.values()}
        assert women == {Told.YES, Told.NOT_RECORDED}

        with opened("desktop") as (page, seen):
            enter(sound, page, address, "gallito", clock().timestamp())
            approve(sound, page, address, event)
            assert seen.complaints == []
        with opened("phone") as (page, seen):
            enter(sound, page, address, "tunqui", clock().timestamp())
            consent_of_all(sound, page, address, event, [*told.subjects, *told.communities])
            look(sound, page, address, f"incidentes/{event}/retirar")
            assert seen.complaints == []
        told = dossier.gather(desk_register, event)
        assert told is not None
        assert review.state(told) is State.APPROVED
        plant_others(desk_register, clock())
        clock.pass_by(days=230)
        assert publish(opened, sound, address, clock().timestamp()) == []

    published = boxes.read(desk_home.boxes)
    assert published is not None
    assert [(box.district, box.count) for box in published.boxes] == [("Distrito Dos", 6)]
    public = create_app(demonstration.releases(Tier.PUBLIC), demonstration.data, desk_home.boxes)
    secrets = [told.event.content.title, told.event.content.narrative, "Comunidad Ejemplo", event]
    secrets += [row.content.reference for row in told.subjects.values()]
    with serving(public) as address, opened("desktop") as (page, seen):
        bodies: list[str] = []
        page.on("response", lambda one: bodies.append(one.text()) if one.ok else None)
        page.goto(f"{address}/es/amenazas")
        sound(page)
        shown = page.inner_text("main")
        assert "Distrito Dos" in shown
        page.goto(f"{address}/es/")
        page.wait_for_selector(".folium-map[data-ready='yes']", state="attached")
        assert seen.elsewhere(address) == []
        assert seen.complaints == []
        for body in bodies:
            for secret in secrets:
                assert secret not in body
