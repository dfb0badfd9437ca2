"""What somebody tries who is outside, or inside with less than they want."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.register import audit, consent, references, store, texts
from geo.register.lists import ConsentWord, Noun
from geo.register.nouns import Consent
from geo.register.store import Register
from geo.terms import Audience
from webmap.desk import attachments, traces
from webmap.desk.desk import Role
from webmap.desk.pseudonyms import clean_name
from webmap.desk.settings import Settings

Enter = Callable[..., FlaskClient]
Token = Callable[[FlaskClient, str], str]

NEW = "/es/incidentes/nuevo"
PASSWORD = "otra frase de prueba"
SOON_S = 2.0


def _tell(client: FlaskClient, token: Token, **fields: str) -> Any:
    form = {
        "csrf_token": token(client, NEW),
        "do": "draft",
        "no-names": "yes",
        "acts": "1",
        "communities": "1",
        "concerned": "yes",
        "title": "Un hecho",
        "acts-0-kind": "person",
        "acts-0-description": "vigila el bosque",
        "communities-0-name": "Comunidad Inventada",
    }
    return client.post(NEW, data=form | fields)


def _lines(register: Register) -> list[str]:
    with register.engine.connect() as connection:
        return [line.deed for line in audit.lines(connection, register.opened.keys)]


# --- time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a" * 440_000, "A-" * 220_000, "9" * 440_000, "Don A-" * 70_000])
def test_no_text_that_somebody_sends_keeps_the_desk_from_everybody_else(text: str) -> None:
    began = time.perf_counter()
    traces.found(text, frozenset())
    assert time.perf_counter() - began < 3 * SOON_S


def test_a_form_full_of_names_is_told_of_as_many_as_anybody_mends() -> None:
    many = " ".join(
        f"Rosa{'abcdefghij'[n % 10]} Quispe{chr(97 + n // 10 % 26)}." for n in range(260)
    )
    assert len(traces.found(many, frozenset())) == traces.MOST


MARKS = "e" + "\u0301\u0327" * 100_000


@pytest.mark.parametrize("read", [clean_name, texts.cleaned])
def test_a_letter_with_endless_marks_takes_no_time(read: Callable[[str], str]) -> None:
    began = time.perf_counter()
    read(MARKS)
    assert time.perf_counter() - began < SOON_S


def test_letters_with_the_marks_of_a_language_stay_as_they_are() -> None:
    assert texts.cleaned("Asháninka ñandú y̆̈") == "Asháninka ñandú y̆̈"


def test_while_files_are_looked_at_another_upload_is_told_to_wait(
    client_as: Enter, token: Token, desk_register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    documenter = client_as(Role.DOCUMENTER)
    _tell(documenter, token)
    event = store.every(desk_register, Noun.EVENT)[0].id
    here = f"/es/incidentes/{event}/archivos"
    form = {"csrf_token": token(documenter, here)}
    busy = attachments.BoundedSemaphore(1)
    busy.acquire()
    monkeypatch.setattr(attachments, "_LOOKED_AT", busy)

    sent = documenter.post(here, data=form | {"files": (BytesIO(b"%PDF-1.7"), "a.pdf")})
    assert "Pruebe en un minuto" in sent.text
    assert store.every(desk_register, Noun.ATTACHMENT) == []


# --- references ---------------------------------------------------------------------------------


def test_nobody_takes_the_reference_of_somebody_else(
    client_as: Enter, token: Token, desk_register: Register
) -> None:
    theirs = references.fresh(references.SUBJECT)
    known = references.fresh(references.COMMUNITY)
    fields = {"acts-0-fresh": theirs, "communities-0-fresh": known}
    _tell(client_as(Role.DOCUMENTER), token, **fields)
    assert _tell(client_as(Role.MONITOR), token, **fields).status_code == 303
    for noun in (Noun.SUBJECT, Noun.COMMUNITY):
        said = [one.content.reference for one in store.every(desk_register, noun)]
        assert len(said) == len(set(said)) == 2


@pytest.mark.parametrize("typed", ["Rosa Quispe", "<script>", "C-0000-0000", "s-7k3f-92qm", " "])
def test_a_reference_never_says_what_somebody_typed(
    typed: str, client_as: Enter, token: Token, desk_register: Register
) -> None:
    fields = {"acts-0-fresh": typed, "communities-0-fresh": typed}
    assert _tell(client_as(Role.MONITOR), token, **fields).status_code == 303
    for noun in (Noun.SUBJECT, Noun.COMMUNITY):
        said = store.every(desk_register, noun)[0].content.reference
        assert references.understood(said) == said != typed


# --- sessions and the door ----------------------------------------------------------------------


def test_the_password_alone_does_not_open_what_asks_for_a_code_again(
    client_as: Enter, token: Token, clock: Any
) -> None:
    steward = client_as(Role.STEWARD)
    clock.pass_by(minutes=15)
    here = "/es/cuenta/contrasena"
    new = "una frase del todo nueva"
    form = {"csrf_token": token(steward, here), "old": PASSWORD, "new": new, "again": new}
    assert steward.post(here, data=form).location == "/es/cuenta"
    assert steward.get("/es/cuenta/codigos").location == "/es/cuenta/confirmar"


def test_a_session_does_not_outlive_the_lock(
    desk_app: Flask, client_as: Enter, token: Token
) -> None:
    other, who = client_as(Role.DOCUMENTER), client_as(Role.MONITOR)
    copied = who.get_cookie("deslinde-desk")
    assert copied is not None
    form = {"csrf_token": token(who, "/es/cerrar")}
    assert who.post("/es/cerrar", data=form).status_code == 200
    thief = desk_app.test_client()
    thief.set_cookie("deslinde-desk", copied.value)
    for one in (other, thief):
        assert one.get("/es/incidentes").location == "/es/entrar"


def test_who_fails_under_a_name_at_the_door_keeps_nobody_from_their_work(
    desk_app: Flask, client_as: Enter, token: Token
) -> None:
    inside, outside = client_as(Role.STEWARD, name="custodia"), desk_app.test_client()
    form = {"csrf_token": token(outside, "/es/entrar"), "name": "custodia", "password": "no"}
    for _attempt in range(8):
        outside.post("/es/entrar", data=form)
    here = "/es/cuenta/contrasena"
    new = "una frase del todo nueva"
    said = {"csrf_token": token(inside, here), "old": PASSWORD, "new": new, "again": new}
    assert inside.post(here, data=said).location == "/es/cuenta"


@pytest.mark.parametrize("path", ["/es/entrar", "/es/obligaciones", "/es/"])
@pytest.mark.parametrize("asked", ["endpoint=x", "_external=1&_scheme=javascript", "_anchor=x"])
def test_an_address_cannot_say_how_the_page_makes_its_own(
    path: str, asked: str, desk_app: Flask
) -> None:
    page = desk_app.test_client().get(f"{path}?{asked}", follow_redirects=True)
    assert page.status_code == 200
    assert "http://" not in page.text.partition('class="idioma"')[2][:200]


def test_an_id_with_a_null_byte_is_not_there(client_as: Enter) -> None:
    assert client_as(Role.DOCUMENTER).get("/es/incidentes/%00").status_code == 404


class TestLimited:
    @pytest.fixture
    def desk_settings(self, desk_settings: Settings) -> Settings:
        return Settings(argon2=desk_settings.argon2)

    def test_a_crowd_at_the_door_keeps_nobody_from_their_work(
        self, desk_app: Flask, client_as: Enter, token: Token
    ) -> None:
        inside, outside = client_as(Role.STEWARD), desk_app.test_client()
        form = {"csrf_token": token(outside, "/es/entrar"), "name": "nadie", "password": "no"}
        codes = [outside.post("/es/entrar", data=form).status_code for _attempt in range(31)]
        assert codes[-1] == 429
        here = "/es/cuenta/confirmar"
        said = {"csrf_token": token(inside, here), "code": "123456"}
        assert inside.post(here, data=said).status_code == 200


# --- two roles, and what a role does not read ----------------------------------------------------


def test_a_monitor_who_is_a_lawyer_too_finds_nobody_s_source(
    client_as: Enter, token: Token, desk_register: Register, clock: Any
) -> None:
    fields = {"sources": "1", "sources-0-kind": "subject", "sources-0-contact": "junto al puerto"}
    _tell(client_as(Role.DOCUMENTER), token, concerned="no", communities="0", **fields)
    both = client_as(Role.MONITOR, Role.LAWYER)
    event = store.every(desk_register, Noun.EVENT)[0].id
    subject = store.every(desk_register, Noun.SUBJECT)[0].id
    yes = Consent(subject, Audience.LAWYER, ConsentWord.GIVEN, said_on="2026-01-01", how="dicho")
    with store.writing(desk_register, "prueba", clock()) as txn:
        consent.record(txn, yes)
    page = both.get(f"/es/incidentes/{event}")
    assert page.status_code == 200
    assert "junto al puerto" not in page.text
    assert both.get(f"/es/incidentes/{event}/historial").status_code == 404


def test_a_steward_who_reads_no_story_cannot_find_out_its_words(
    client_as: Enter, token: Token
) -> None:
    _tell(client_as(Role.DOCUMENTER), token, title="Un aviso", narrative="fue en el puerto viejo")
    steward = client_as(Role.STEWARD)
    form = {"csrf_token": token(steward, "/es/incidentes")}
    found = [
        "Un aviso" in steward.post("/es/incidentes", data=form | {"q": q}).text
        for q in ("aviso", "puerto", "pescado")
    ]
    assert found == [True, False, False]


# --- what is read is in the log -----------------------------------------------------------------


def test_files_that_an_upload_without_a_file_shows_are_in_the_log(
    client_as: Enter, token: Token, desk_register: Register
) -> None:
    documenter = client_as(Role.DOCUMENTER)
    _tell(documenter, token)
    event = store.every(desk_register, Noun.EVENT)[0].id
    here = f"/es/incidentes/{event}/archivos"
    form = {"csrf_token": token(documenter, here)}
    before = len(_lines(desk_register))
    documenter.post(here, data=form)
    assert "list attachment" in _lines(desk_register)[before:]


def test_who_looks_at_the_annexes_is_in_the_log(client_as: Enter, desk_register: Register) -> None:
    client_as(Role.LAWYER).get("/es/anexos")
    assert _lines(desk_register)[-1] == "list annex"


def test_an_old_page_of_the_log_shows_its_own_lines(
    client_as: Enter, desk_register: Register, clock: Any
) -> None:
    administrator = client_as(Role.ADMINISTRATOR)
    for number in range(250):
        with store.writing(desk_register, "prueba", clock()) as txn:
            store.note(txn, f"search x{number}")
    page = administrator.get("/es/bitacora?pagina=3").text
    with desk_register.engine.connect() as connection:
        total, _hash = audit.end(connection, desk_register.opened.keys)
    assert f'<td class="cifra">{total - 200}</td>' in page
    assert f'<td class="cifra">{total - 199}</td>' not in page
    last = administrator.get("/es/bitacora?pagina=9").text
    assert '<td class="cifra">1</td>' in last
