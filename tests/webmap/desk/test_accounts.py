"""Accounts: what an administrator can do, what nobody can, and what outlives a change of keys."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from passlib.totp import TOTP
from sqlalchemy import text

from geo.errors import RegisterDamaged
from geo.home import Home
from geo.register import rotation
from geo.register.keyring import Secret
from geo.register.store import Register
from webmap.desk import accounts, trail
from webmap.desk.app import create_desk
from webmap.desk.desk import Role
from webmap.desk.pseudonyms import NAME, clean_name
from webmap.desk.settings import Settings

Token = Callable[[FlaskClient, str], str]
SECRET = Secret("file", bytes(range(32)))


@pytest.fixture
def held(desk_app: Flask) -> accounts.Accounts:
    found: accounts.Accounts = desk_app.extensions["desk_accounts"]
    return found


@pytest.fixture
def administrator(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    return client_as(Role.ADMINISTRATOR)


def _number(desk_app: Flask, held: accounts.Accounts, name: str) -> str:
    with desk_app.app_context():
        number = str(accounts.found(held, name).number)
        held.session.remove()
    return number


def test_an_administrator_makes_an_account_and_sees_its_password_once(
    desk_app: Flask, administrator: FlaskClient, token: Token
) -> None:
    data = {"csrf_token": token(administrator, "/es/cuentas/nueva"), "name": " Colibrí-7"}
    page = administrator.post("/es/cuentas/nueva", data={**data, "roles": ["documenter"]})
    assert "letras sin tilde" in page.text
    data["name"] = " Colibri-7 "
    page = administrator.post("/es/cuentas/nueva", data=data)
    assert "Marque por lo menos una tarea" in page.text
    page = administrator.post("/es/cuentas/nueva", data={**data, "roles": ["documenter", "root"]})
    password = re.findall(r"<code>([^<]+)</code>", page.text)[1]
    assert re.fullmatch(r"(\w{5}-){3}\w{5}", password)
    page = administrator.post("/es/cuentas/nueva", data={**data, "roles": ["documenter"]})
    assert "Ya hay una cuenta con ese nombre" in page.text
    assert password not in administrator.get("/es/cuentas").text
    client = desk_app.test_client()
    data = {"csrf_token": token(client, "/es/entrar"), "name": "COLIBRI-7", "password": password}
    assert client.post("/es/entrar", data=data).headers["Location"] == "/es/primer-codigo"


def test_whoever_has_the_first_password_only_reaches_the_first_steps(
    desk_app: Flask, held: accounts.Accounts, clock: Any
) -> None:
    with desk_app.app_context():
        accounts.add(held, "test", "nueva-1", [Role.ADMINISTRATOR], "una frase de prueba")
        mark = accounts.found(held, "nueva-1").fs_uniquifier
        held.session.remove()
    client = desk_app.test_client()
    at = int(clock().timestamp())
    with client.session_transaction() as session:
        session.update(_user_id=mark, begun_at=at, seen_at=at, proved_at=at)
    for address in ("/es/", "/es/cuentas", "/es/bitacora", "/es/cuenta"):
        assert client.get(address).headers["Location"] == "/es/cuenta/primeros-pasos"
    assert client.post("/es/cuentas/nueva").status_code == 403
    assert client.get("/es/cuenta/contrasena").status_code == 200


def test_the_last_administrator_stays(
    desk_app: Flask, held: accounts.Accounts, administrator: FlaskClient, token: Token
) -> None:
    one = f"/es/cuentas/{_number(desk_app, held, 'administrator')}"
    data: dict[str, Any] = {"csrf_token": token(administrator, one)}
    page = administrator.post(f"{one}/roles", data={**data, "roles": ["monitor"]})
    assert "por lo menos una cuenta activa de administración" in page.text
    page = administrator.post(f"{one}/activa", data={**data, "active": "no"})
    assert "por lo menos una cuenta activa de administración" in page.text
    assert administrator.post(f"{one}/de-nuevo", data=data).status_code == 403
    assert administrator.get("/es/cuentas").status_code == 200


def test_who_lost_the_phone_starts_again_and_the_old_codes_are_worth_nothing(
    desk_app: Flask,
    held: accounts.Accounts,
    administrator: FlaskClient,
    client_as: Callable[..., FlaskClient],
    token: Token,
) -> None:
    lost = client_as(Role.REVIEWER)
    number = _number(desk_app, held, "reviewer")
    data = {"csrf_token": token(administrator, f"/es/cuentas/{number}")}
    page = administrator.post(f"/es/cuentas/{number}/de-nuevo", data=data)
    assert "No se muestra otra vez" in page.text
    assert lost.get("/es/").headers["Location"] == "/es/entrar"
    with desk_app.app_context():
        user = accounts.found(held, "reviewer")
        assert user.tf_primary_method is None
        assert not user.mf_recovery_codes
        assert user.must_change
        held.session.remove()


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "{{7*7}}", "abc\u202edef"],
)
def test_what_is_typed_into_a_form_is_never_markup(
    hostile: str, desk_app: Flask, administrator: FlaskClient, token: Token
) -> None:
    asked = {
        "/es/cuentas/nueva": ("name", "roles"),
        "/es/cuenta/contrasena": ("old", "new", "again"),
        "/es/cuenta/confirmar": ("code",),
    }
    pages = []
    for address, fields in asked.items():
        data = {"csrf_token": token(administrator, address), **dict.fromkeys(fields, hostile)}
        pages.append(administrator.post(address, data=data))
    nobody = desk_app.test_client()
    data = {"csrf_token": token(nobody, "/es/entrar"), "name": hostile, "password": hostile}
    pages.append(nobody.post("/es/entrar", data=data))
    pages.append(administrator.get("/es/bitacora"))
    pages.append(administrator.get("/es/bitacora", query_string={"pagina": hostile}))
    for page in pages:
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "<svg onload" not in page.text
        assert "49" not in re.sub(
            r'value="[^"]*"|\?v=\w+|\d\d:\d\d:\d\d|[0-9a-f]{32}', "", page.text
        )


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("corta", "12 letras"),
        ("mi nombre es colibri-7", "no puede contener el nombre"),
        ("COLIBRI-7 con otras letras", "no puede contener el nombre"),
        ("aaaaaaaaaaaaaaaa", "repite las mismas letras"),
        ("a b c d e " * 20, "demasiado larga"),
        ("cinco palabras que nadie espera", ""),
    ],
)
def test_a_password_is_long_and_not_the_name(
    password: str, why: str, desk_app: Flask, held: accounts.Accounts
) -> None:
    with desk_app.app_context():
        refused = accounts.password_refused(held, password, "colibri-7")
    assert (why in refused) if why else refused == ""


@given(st.text(max_size=40))
def test_a_name_is_written_one_way_only(typed: str) -> None:
    once = clean_name(typed)
    if NAME.fullmatch(once):
        assert clean_name(once) == once
        assert clean_name(once.upper()) == once
        assert once.isascii()


def test_the_log_is_read_page_by_page_and_reading_it_is_a_line(
    administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "LINES", 3)
    first, second = (
        administrator.get("/es/bitacora", query_string={"pagina": n}).text for n in ("1", "2")
    )
    assert first.count("<tr>") == 4
    assert second.count("leyó bitácora") == 0
    assert "Página 2 de 2" in second, second
    assert "read audit" not in first
    assert "read audit log" in administrator.get("/en/bitacora").text


# --- what outlives a change of keys ---------------------------------------------------------------


def test_after_a_change_of_keys_sessions_end_and_second_factors_still_open(
    desk_home: Home,
    desk_register: Register,
    desk_places: Any,
    desk_vocabulary: Any,
    desk_settings: Settings,
    desk_app: Flask,
    held: accounts.Accounts,
    client_as: Callable[..., FlaskClient],
    token: Token,
    clock: Any,
) -> None:
    client = client_as(Role.LAWYER)
    cookie = client.get_cookie("deslinde-desk", domain="localhost")
    assert cookie is not None
    with desk_app.app_context(), accounts.changing(held, "test"):
        user = accounts.found(held, "lawyer")
        user.tf_totp_secret = held.security.totp_factory.generate_totp_secret()
        user.tf_primary_method = "authenticator"
        secret = user.tf_totp_secret
    phone = TOTP(held.security.totp_factory.get_totp_b32_key(secret))
    rotated = rotation.rotate(desk_register, (SECRET,), "test", clock())
    app = create_desk(desk_home, rotated, desk_places, desk_vocabulary, desk_settings)
    stale = app.test_client()
    stale.set_cookie("deslinde-desk", cookie.value)
    assert stale.get("/es/").headers["Location"] == "/es/entrar"
    fresh = app.test_client()
    data = {"csrf_token": token(fresh, "/es/entrar"), "name": "lawyer"}
    fresh.post("/es/entrar", data={**data, "password": "otra frase de prueba"})
    code = phone.generate(time=int(clock().timestamp())).token
    data = {"csrf_token": token(fresh, "/es/codigo"), "code": str(code)}
    assert fresh.post("/es/codigo", data=data).headers["Location"] == "/es/"


def test_tables_of_a_later_program_are_not_touched(
    desk_home: Home, desk_register: Register, desk_places: Any, desk_app: Flask
) -> None:
    with desk_register.engine.begin() as connection:
        connection.execute(text("UPDATE desk_meta SET value = '2' WHERE name = 'form'"))
    with pytest.raises(RegisterDamaged, match="actualice el programa"):
        create_desk(desk_home, desk_register, desk_places, None)


# --- how it is reached ----------------------------------------------------------------------------


def test_a_foreign_name_for_this_machine_is_not_answered(desk_app: Flask) -> None:
    client = desk_app.test_client()
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:8001"):
        answer = client.get("/es/entrar", headers={"Host": host})
        assert answer.status_code == 400
        assert answer.text == "400"
    for host in ("127.0.0.1:8001", "localhost", "localhost:8001"):
        assert client.get("/es/entrar", headers={"Host": host}).status_code == 200


def test_on_a_network_cookies_go_over_tls_only(
    desk_home: Home,
    desk_register: Register,
    desk_places: Any,
    desk_vocabulary: Any,
    desk_settings: Settings,
) -> None:
    settings = Settings(hosts=("mesa.example",), secure=True, argon2=desk_settings.argon2)
    app = create_desk(desk_home, desk_register, desk_places, desk_vocabulary, settings)
    answer = app.test_client().get("/es/entrar", headers={"Host": "mesa.example"})
    assert "Secure" in answer.headers["Set-Cookie"]


def test_whoever_tries_all_the_time_is_told_to_wait(
    desk_home: Home,
    desk_register: Register,
    desk_places: Any,
    desk_vocabulary: Any,
    desk_settings: Settings,
    token: Token,
) -> None:
    settings = replace(desk_settings, limits=True)
    app = create_desk(desk_home, desk_register, desk_places, desk_vocabulary, settings)
    client = app.test_client()
    data = {"csrf_token": token(client, "/es/entrar"), "name": "nadie", "password": "x"}
    answers = [client.post("/es/entrar", data=data) for _time in range(31)]
    assert [one.status_code for one in answers[:30]] == [200] * 30
    assert answers[30].status_code == 429
    assert "Espere un minuto" in answers[30].text


def test_a_page_of_the_desk_is_kept_nowhere(administrator: FlaskClient, desk_app: Flask) -> None:
    for address in ("/es/", "/es/cuentas", "/es/entrar", "/es/nada", "/es/obligaciones"):
        answer = administrator.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"


# --- an administrator who would be two people -----------------------------------------------------


def test_nobody_gives_themselves_another_role(
    desk_app: Flask, held: accounts.Accounts, administrator: FlaskClient, token: Token
) -> None:
    one = f"/es/cuentas/{_number(desk_app, held, 'administrator')}"
    data: dict[str, Any] = {"csrf_token": token(administrator, one)}
    roles = ["administrator", "steward"]
    page = administrator.post(f"{one}/roles", data={**data, "roles": roles})
    assert "Nadie se da más tareas a sí mismo" in page.text
    with desk_app.app_context():
        user = accounts.found(held, "administrator")
        assert accounts.person(user).roles == (Role.ADMINISTRATOR,)


def test_the_log_names_the_roles_that_were_given(
    desk_app: Flask, held: accounts.Accounts, administrator: FlaskClient, token: Token,
    client_as: Callable[..., FlaskClient],
) -> None:  # fmt: skip
    client_as(Role.MONITOR)
    one = f"/es/cuentas/{_number(desk_app, held, 'monitor')}"
    data: dict[str, Any] = {"csrf_token": token(administrator, one), "roles": list(Role)}
    assert administrator.post(f"{one}/roles", data=data).status_code == 303
    page = administrator.get("/es/bitacora").text
    assert "cuenta tareas Monitoreo comunitario, Documentación, Revisión," in page
    assert "Custodia, Administración" in page


@pytest.mark.parametrize("name", ["orden", "Mesa", "DESK"])
def test_no_account_has_the_name_that_the_log_gives_the_program(
    name: str, desk_app: Flask, held: accounts.Accounts
) -> None:
    with desk_app.app_context():
        assert "bitácora" in accounts.name_refused(held, name)


def test_who_looks_at_the_list_of_accounts_is_in_the_log(administrator: FlaskClient) -> None:
    administrator.get("/es/cuentas")
    assert "list accounts" not in administrator.get("/es/bitacora").text
    assert "vio la lista: cuentas" in administrator.get("/es/bitacora").text
