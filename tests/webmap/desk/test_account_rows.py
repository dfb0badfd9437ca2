"""Who writes in the tables of accounts from outside gains no account and no role."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from geo.home import Home
from geo.register import audit, store
from geo.register.lists import Noun
from geo.register.store import Register
from webmap.desk import accounts
from webmap.desk.app import create_desk
from webmap.desk.desk import Role
from webmap.desk.settings import Settings

Enter = Callable[..., FlaskClient]
Token = Callable[[FlaskClient, str], str]
SENTENCE = "Alguien cambió su cuenta fuera del programa"
WHO = "(SELECT id FROM desk_account WHERE number = :number)"


@pytest.fixture
def number(desk_app: Flask, client_as: Enter) -> Callable[[str], str]:
    def of(name: str) -> str:
        held: accounts.Accounts = desk_app.extensions["desk_accounts"]
        with desk_app.app_context():
            return str(accounts.found(held, name).number)

    return of


def _meddle(register: Register, sql: str, **values: object) -> None:
    with register.engine.begin() as connection:
        connection.execute(text(sql), values)


def _deeds(register: Register) -> list[str]:
    with register.engine.connect() as connection:
        return [line.deed for line in audit.lines(connection, register.opened.keys)]


GRANT = (
    "INSERT INTO desk_account_role (account, role) "
    f"SELECT {WHO}, id FROM desk_role WHERE name = 'administrator'"
)


@pytest.mark.parametrize(
    "sql",
    [
        GRANT,
        "UPDATE desk_role SET name = 'x' WHERE name = 'steward'",
        "UPDATE desk_account SET password = 'otra' WHERE number = :number",
        "UPDATE desk_account SET tf_totp_secret = 'otro' WHERE number = :number",
        "UPDATE desk_account SET mf_recovery_codes = 'uno' WHERE number = :number",
        f"DELETE FROM desk_account_code WHERE account = {WHO}",
    ],
)
def test_an_open_session_of_a_meddled_account_ends(
    sql: str, desk_register: Register, client_as: Enter, number: Callable[[str], str]
) -> None:
    client = client_as(Role.STEWARD)
    assert client.get("/es/").status_code == 200
    _meddle(desk_register, sql, **({"number": number("steward")} if ":number" in sql else {}))
    assert client.get("/es/cuentas").headers["Location"] == "/es/entrar"
    assert SENTENCE in client.get("/es/entrar").text
    assert "account refused" in _deeds(desk_register)


def test_a_meddled_account_does_not_enter_with_its_password(
    desk_app: Flask, desk_register: Register, client_as: Enter, token: Token,
    number: Callable[[str], str],
) -> None:  # fmt: skip
    client_as(Role.MONITOR)
    _meddle(desk_register, GRANT, number=number("monitor"))
    client = desk_app.test_client()
    data = {"csrf_token": token(client, "/es/entrar"), "name": "monitor"}
    page = client.post("/es/entrar", data={**data, "password": "otra frase de prueba"})
    assert SENTENCE in page.text
    assert "account refused" in _deeds(desk_register)


def test_what_the_program_writes_later_does_not_make_a_meddled_account_good(
    desk_app: Flask, desk_register: Register, client_as: Enter, number: Callable[[str], str]
) -> None:
    client_as(Role.MONITOR)
    _meddle(desk_register, GRANT, number=number("monitor"))
    held: accounts.Accounts = desk_app.extensions["desk_accounts"]
    with desk_app.app_context():
        accounts.change_password(held, "x", number("monitor"), "una frase nueva")
        accounts.fresh_codes(held, "x", number("monitor"))
        with accounts.changing(held, "x"):
            accounts.end_all(held)
    assert client_as(Role.MONITOR).get("/es/").headers["Location"] == "/es/entrar"


def test_accounts_of_an_earlier_program_get_their_codes_once_and_only_once(
    desk_home: Home, desk_register: Register, desk_places: Any, desk_vocabulary: Any,
    desk_settings: Settings, desk_app: Flask, client_as: Enter, clock: Any,
) -> None:  # fmt: skip
    client_as(Role.MONITOR)
    row = store.get(desk_register, Noun.DESK, "desk")
    assert row is not None
    with store.writing(desk_register, "test", clock()) as txn:
        earlier = {"root": row.content["root"]}
        store.put(txn, Noun.DESK, earlier, id="desk", read=row.revision)
    _meddle(desk_register, "DELETE FROM desk_account_code")
    rest = (desk_home, desk_register, desk_places, desk_vocabulary, desk_settings)
    create_desk(*rest)
    assert client_as(Role.MONITOR).get("/es/").status_code == 200
    _meddle(desk_register, "DELETE FROM desk_account_code")
    create_desk(*rest)
    assert client_as(Role.MONITOR).get("/es/").headers["Location"] == "/es/entrar"
