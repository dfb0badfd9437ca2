"""The door: who enters, who waits, and that nobody learns from it which accounts there are."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import event

from geo.register.store import Register
from webmap.desk import accounts
from webmap.desk.desk import Role

NAME, FIRST, OWN = "colibri-7", "primera frase de prueba", "cinco palabras que nadie espera"
Token = Callable[[FlaskClient, str], str]


@pytest.fixture
def held(desk_app: Flask) -> accounts.Accounts:
    found: accounts.Accounts = desk_app.extensions["desk_accounts"]
    return found


@pytest.fixture
def number(desk_app: Flask, held: accounts.Accounts) -> str:
    """An account that nobody has used yet."""
    with desk_app.app_context():
        return accounts.add(held, "test", NAME, [Role.DOCUMENTER], FIRST)


@pytest.fixture
def phone(desk_app: Flask, held: accounts.Accounts, clock: Any) -> Callable[[], str]:
    """What the phone of the account shows now."""

    def code() -> str:
        with desk_app.app_context():
            secret = accounts.found(held, NAME).tf_totp_secret
            held.session.remove()
            shown = held.security.totp_factory.get_totp_pretty_key(secret)
        return str(TOTP(re.sub(r"\W", "", shown)).generate(time=int(clock().timestamp())).token)

    return code


def _send(client: FlaskClient, token: Token, address: str, **data: str) -> Any:
    return client.post(address, data={"csrf_token": token(client, address), **data})


def _password(client: FlaskClient, token: Token, name: str = NAME, password: str = FIRST) -> Any:
    return _send(client, token, "/es/entrar", name=name, password=password)


@pytest.fixture
def inside(desk_app: Flask, number: str, phone: Callable[[], str], token: Token) -> FlaskClient:
    """Somebody who went through the door and the first steps, each page as it comes."""
    client = desk_app.test_client()
    assert _password(client, token).headers["Location"] == "/es/primer-codigo"
    answer = _send(client, token, "/es/primer-codigo", code=phone())
    assert answer.headers["Location"] == "/es/cuenta/primeros-pasos"
    assert client.get("/es/").headers["Location"] == "/es/cuenta/primeros-pasos"
    answer = _send(client, token, "/es/cuenta/contrasena", old=FIRST, new=OWN, again=OWN)
    assert answer.headers["Location"] == "/es/cuenta/primeros-pasos"
    assert "Cópielos ahora" in _send(client, token, "/es/cuenta/codigos").text
    assert client.get("/es/").status_code == 200
    return client


@contextmanager
def _work(register: Register, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Counts statements and password checks while it lasts."""
    done = {"statements": 0, "argon2": 0}
    real = accounts.verify_password

    def checked(*given: Any) -> Any:
        done["argon2"] += 1
        return real(*given)

    def stated(*_given: Any) -> None:
        done["statements"] += 1

    monkeypatch.setattr(accounts, "verify_password", checked)
    event.listen(register.engine, "before_cursor_execute", stated)
    try:
        yield done
    finally:
        event.remove(register.engine, "before_cursor_execute", stated)
        monkeypatch.setattr(accounts, "verify_password", real)


# --- entering -------------------------------------------------------------------------------------


def test_nobody_is_in_with_a_password_alone(
    desk_app: Flask, inside: FlaskClient, token: Token
) -> None:
    client = desk_app.test_client()
    assert _password(client, token, password=OWN).headers["Location"] == "/es/codigo"
    assert client.get("/es/").headers["Location"] == "/es/entrar"
    assert client.get("/es/cuenta").headers["Location"] == "/es/entrar"


def test_a_code_that_was_used_does_not_open_again(
    desk_app: Flask, inside: FlaskClient, token: Token, phone: Callable[[], str], clock: Any
) -> None:
    clock.pass_by(minutes=1)
    code = phone()
    client = desk_app.test_client()
    _password(client, token, password=OWN)
    assert _send(client, token, "/es/codigo", code=code).status_code == 303
    again = desk_app.test_client()
    _password(again, token, password=OWN)
    refused = _send(again, token, "/es/codigo", code=code)
    assert "Ese código no vale" in refused.text
    assert again.get("/es/").headers["Location"] == "/es/entrar"


def test_a_spare_code_opens_once(
    desk_app: Flask, held: accounts.Accounts, inside: FlaskClient, number: str, token: Token
) -> None:
    with desk_app.app_context():
        spare = accounts.fresh_codes(held, NAME, number)[0]
    client = desk_app.test_client()
    _password(client, token, password=OWN)
    assert _send(client, token, "/es/codigo", code=spare.upper()).status_code == 303
    assert client.get("/es/").status_code == 200
    again = desk_app.test_client()
    _password(again, token, password=OWN)
    assert "Ese código no vale" in _send(again, token, "/es/codigo", code=spare).text


def test_the_second_step_is_not_reached_without_the_first(desk_app: Flask) -> None:
    for address in ("/es/codigo", "/es/primer-codigo"):
        client = desk_app.test_client()
        assert client.get(address).headers["Location"] == "/es/entrar"


def test_whoever_has_a_second_factor_is_not_shown_a_new_one(
    desk_app: Flask, inside: FlaskClient, token: Token
) -> None:
    client = desk_app.test_client()
    _password(client, token, password=OWN)
    answer = client.get("/es/primer-codigo")
    assert answer.headers["Location"] == "/es/entrar"


def test_between_the_two_steps_there_are_five_minutes(
    desk_app: Flask, inside: FlaskClient, token: Token, clock: Any
) -> None:
    client = desk_app.test_client()
    _password(client, token, password=OWN)
    clock.pass_by(minutes=6)
    assert client.get("/es/codigo").headers["Location"] == "/es/entrar"


def test_an_address_in_the_request_never_says_where_to_go_next(
    desk_app: Flask, inside: FlaskClient, token: Token, phone: Callable[[], str], clock: Any
) -> None:
    clock.pass_by(minutes=1)
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        client = desk_app.test_client()
        here = token(client, "/es/entrar")
        answer = client.post(
            "/es/entrar",
            query_string={"next": evil},
            data={"csrf_token": here, "name": NAME, "password": OWN, "next": evil},
        )
        assert answer.headers["Location"] == "/es/codigo"
        clock.pass_by(minutes=1)
        data = {"csrf_token": token(client, "/es/codigo"), "code": phone(), "next": evil}
        answer = client.post("/es/codigo", query_string={"next": evil}, data=data)
        assert answer.headers["Location"] == "/es/"


# --- accounts are not told apart ------------------------------------------------------------------


def test_a_name_without_an_account_gets_the_answer_and_the_work_of_one_that_has_it(
    desk_app: Flask,
    desk_register: Register,
    held: accounts.Accounts,
    number: str,
    token: Token,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with desk_app.app_context():
        closed = accounts.add(held, "test", "cerrada-1", [Role.STEWARD], FIRST)
        accounts.set_active(held, "test", closed, False)
    seen = []
    for name, password in (
        (NAME, "no es esta frase"),
        ("nadie-9", "no es esta frase"),
        ("cerrada-1", FIRST),
        ("cerrada-1", "no es esta frase"),
        ("<b>nadie</b>", "no es esta frase"),
    ):
        client = desk_app.test_client()
        here = token(client, "/es/entrar")
        data = {"csrf_token": here, "name": name, "password": password}
        with _work(desk_register, monkeypatch) as done:
            answer = client.post("/es/entrar", data=data)
        body = re.sub(r'csrf_token" value="[^"]*"', "", answer.text)
        seen.append((answer.status_code, body, tuple(done.values())))
    assert len(set(seen)) == 1, [(one[0], len(one[1]), one[2]) for one in seen]
    assert seen[0][2][1] == 1


def test_after_five_failures_a_name_waits_whether_it_has_an_account_or_not(
    desk_app: Flask, number: str, token: Token, clock: Any
) -> None:
    client = desk_app.test_client()
    for name in (NAME, "nadie-9"):
        for _try in range(5):
            assert "No se pudo entrar" in _password(client, token, name, "otra cosa").text
    assert "No se pudo entrar" in _password(client, token).text  # the right one, too early
    clock.pass_by(minutes=14)
    assert "No se pudo entrar" in _password(client, token).text
    clock.pass_by(minutes=2)
    assert _password(client, token).headers["Location"] == "/es/primer-codigo"


def test_who_goes_on_failing_waits_twice_as_long(
    desk_app: Flask, number: str, token: Token, clock: Any
) -> None:
    client = desk_app.test_client()
    for minutes in (15, 30, 60):
        for _try in range(5):
            _password(client, token, password="otra cosa")
        clock.pass_by(minutes=minutes - 1)
        assert _password(client, token).status_code == 200
        clock.pass_by(minutes=2)
    assert _password(client, token).status_code == 303


def test_guessing_codes_makes_the_name_wait_too(
    desk_app: Flask, inside: FlaskClient, token: Token, phone: Callable[[], str], clock: Any
) -> None:
    client = desk_app.test_client()
    _password(client, token, password=OWN)
    for _try in range(5):
        assert "Ese código no vale" in _send(client, token, "/es/codigo", code="000000").text
    clock.pass_by(minutes=1)
    assert "Ese código no vale" in _send(client, token, "/es/codigo", code=phone()).text


# --- sessions -------------------------------------------------------------------------------------


def test_a_session_that_was_there_before_entering_is_not_the_one_after(
    desk_app: Flask, inside: FlaskClient, token: Token, phone: Callable[[], str], clock: Any
) -> None:
    clock.pass_by(minutes=1)
    client = desk_app.test_client()
    client.get("/es/entrar")
    planted = client.get_cookie("deslinde-desk")
    assert planted is not None
    before = token(client, "/es/entrar")
    _password(client, token, password=OWN)
    halfway = client.get_cookie("deslinde-desk")
    assert halfway is not None
    _send(client, token, "/es/codigo", code=phone())
    assert client.get("/es/").status_code == 200
    assert client.post("/es/salir", data={"csrf_token": before}).status_code == 400
    for old in (planted, halfway):
        thief = desk_app.test_client()
        thief.set_cookie("deslinde-desk", old.value)
        assert thief.get("/es/").headers["Location"] == "/es/entrar"
        assert thief.get("/es/codigo").headers["Location"] == "/es/entrar"


def test_a_copied_cookie_dies_when_its_owner_leaves(
    desk_app: Flask, inside: FlaskClient, token: Token
) -> None:
    cookie = inside.get_cookie("deslinde-desk")
    assert cookie is not None
    thief = desk_app.test_client()
    thief.set_cookie("deslinde-desk", cookie.value)
    assert thief.get("/es/").status_code == 200
    data = {"csrf_token": token(inside, "/es/"), "quick": "1"}
    left = inside.post("/es/salir", data=data)
    assert left.headers["Location"] == "/es/en-blanco"
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert thief.get("/es/").headers["Location"] == "/es/entrar"
    assert inside.get("/es/").headers["Location"] == "/es/entrar"


def test_another_password_ends_the_other_sessions(
    desk_app: Flask, inside: FlaskClient, token: Token
) -> None:
    cookie = inside.get_cookie("deslinde-desk")
    assert cookie is not None
    other = desk_app.test_client()
    other.set_cookie("deslinde-desk", cookie.value)
    new = "seis palabras que tampoco espera nadie"
    answer = _send(inside, token, "/es/cuenta/contrasena", old=OWN, new=new, again=new)
    assert answer.status_code == 303
    assert inside.get("/es/").status_code == 200
    assert other.get("/es/").headers["Location"] == "/es/entrar"


def test_a_closed_account_is_out_at_once(
    desk_app: Flask, held: accounts.Accounts, inside: FlaskClient, number: str
) -> None:
    with desk_app.app_context():
        accounts.set_active(held, "test", number, False)
    assert inside.get("/es/").headers["Location"] == "/es/entrar"


def test_other_roles_count_at_once(
    desk_app: Flask, held: accounts.Accounts, client_as: Callable[..., FlaskClient]
) -> None:
    administrator = client_as(Role.ADMINISTRATOR)
    with desk_app.app_context():
        number = accounts.found(held, "administrator").number
        held.session.remove()
        accounts.set_roles(held, "test", number, [Role.MONITOR])
    assert administrator.get("/es/cuentas").headers["Location"] == "/es/entrar"


def test_a_session_ends_after_twenty_minutes_without_use(inside: FlaskClient, clock: Any) -> None:
    for _time in range(4):
        clock.pass_by(minutes=19)
        assert inside.get("/es/").status_code == 200
    clock.pass_by(minutes=21)
    assert inside.get("/es/").headers["Location"] == "/es/entrar"


def test_a_session_ends_after_twelve_hours_however_it_is_used(
    inside: FlaskClient, clock: Any
) -> None:
    for _time in range(47):
        clock.pass_by(minutes=15)
        assert inside.get("/es/").status_code == 200
    clock.pass_by(minutes=16)
    assert inside.get("/es/").headers["Location"] == "/es/entrar"


def test_delicate_pages_ask_for_a_code_again(
    inside: FlaskClient, token: Token, phone: Callable[[], str], clock: Any
) -> None:
    clock.pass_by(minutes=11)
    assert inside.get("/es/cuenta/codigos").headers["Location"] == "/es/cuenta/confirmar"
    answer = _send(inside, token, "/es/cuenta/confirmar", code=phone())
    assert answer.headers["Location"] == "/es/cuenta/codigos"
    assert inside.get("/es/cuenta/codigos").status_code == 200


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(desk_app: Flask) -> None:
    cookie = desk_app.test_client().get("/es/entrar").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie  # on this machine alone there is no TLS
    assert "Domain" not in cookie


def test_a_token_in_the_address_opens_nothing(
    desk_app: Flask, held: accounts.Accounts, inside: FlaskClient
) -> None:
    with desk_app.test_request_context():
        issued = accounts.found(held, NAME).get_auth_token()
        held.session.remove()
    client = desk_app.test_client()
    assert client.get("/es/", query_string={"auth_token": issued}).status_code == 303
    assert client.get("/es/", headers={"Authentication-Token": issued}).status_code == 303


# --- what is left behind --------------------------------------------------------------------------


def test_no_log_and_no_page_of_an_error_holds_a_name_or_a_secret(
    desk_app: Flask,
    inside: FlaskClient,
    held: accounts.Accounts,
    token: Token,
    phone: Callable[[], str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = desk_app.test_client()
    _password(client, token, password="mi secreto equivocado")
    _password(client, token, password=OWN)
    _send(client, token, "/es/codigo", code=phone())
    desk_app.testing = False
    desk_app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        raise RuntimeError("a fault")

    desk_app.view_functions["own_account"] = broken
    page = inside.get("/es/cuenta")
    assert page.status_code == 500
    for text in (caplog.text, page.text):
        assert NAME not in text
        assert OWN not in text
        assert "mi secreto" not in text
        assert phone() not in text
    assert "RuntimeError" not in page.text


def test_the_database_holds_no_name_no_password_and_no_second_factor(
    desk_app: Flask, desk_register: Register, held: accounts.Accounts, inside: FlaskClient
) -> None:
    with desk_app.app_context():
        shown = held.security.totp_factory.get_totp_b32_key(
            accounts.found(held, NAME).tf_totp_secret
        )
    held.session.remove()
    written = b"".join(one.read_bytes() for one in desk_register.folder.rglob("*") if one.is_file())
    assert b"desk_account" in written
    for secret in (NAME, FIRST, OWN, shown):
        assert secret.encode() not in written


def test_every_step_at_the_door_is_a_line_in_the_log(
    inside: FlaskClient,
    desk_app: Flask,
    token: Token,
    client_as: Callable[..., FlaskClient],
) -> None:
    _password(desk_app.test_client(), token, name="mi clave escrita donde no era", password="x")
    page = client_as(Role.ADMINISTRATOR).get("/es/bitacora").text
    for said in ("cuenta nueva", "entrada rechazada", "contraseña", "reserva códigos"):
        assert said in page, said
    assert NAME in page
    assert "mi clave escrita" not in page
    assert page.count("leyó bitácora") == 1


def test_a_locked_register_answers_nobody(
    desk_app: Flask, inside: FlaskClient, desk_settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(desk_settings, "closed", lambda: True)
    for address in ("/es/", "/es/entrar", "/es/cuentas", "/es/nada"):
        answer = inside.get(address)
        assert answer.status_code == 503
        assert "El registro está cerrado" in answer.text


def test_anybody_who_is_in_can_lock_the_register(
    inside: FlaskClient, token: Token, desk_settings: Any
) -> None:
    closed: list[bool] = []
    object.__setattr__(desk_settings, "close", lambda: closed.append(True))
    assert inside.get("/es/cerrar").status_code == 200
    assert closed == []
    answer = _send(inside, token, "/es/cerrar")
    assert "El registro está cerrado" in answer.text
    assert closed == [True]
    assert inside.get("/es/").headers["Location"] == "/es/entrar"


def test_who_used_the_last_spare_code_makes_new_ones_before_anything_else(
    desk_app: Flask, held: accounts.Accounts, inside: FlaskClient, number: str
) -> None:
    assert inside.get("/es/").status_code == 200
    with desk_app.app_context(), accounts.changing(held, "test"):
        accounts.known(held, number).mf_recovery_codes = []
    assert inside.get("/es/").headers["Location"] == "/es/cuenta/primeros-pasos"
    assert inside.post("/es/incidentes").status_code == 403
