"""A row that was taken away, put back or emptied from outside is told by the log."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, select, update

from geo.errors import CustodyBroken
from geo.register import agreement, rotation, store
from geo.register.database import WRITES
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Event
from geo.register.store import Register
from geo.register.tables import TABLES

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
EVENTS = TABLES[Noun.EVENT]


@pytest.fixture
def rows(any_register: Register) -> tuple[str, str]:
    """The ids of a row with two revisions and of one that was withdrawn."""
    with store.writing(any_register, "ana", NOW) as txn:
        kept = store.put(txn, Noun.EVENT, Event(title="uno"))
        store.put(txn, Noun.EVENT, Event(title="dos"), id=kept, read=1)
        gone = store.put(txn, Noun.EVENT, Event(title="retirado"))
    with store.writing(any_register, "ana", NOW) as txn:
        store.bury(txn, Noun.EVENT, gone)
    return kept, gone


def _check(register: Register) -> None:
    with register.engine.connect() as connection:
        agreement.check(connection, register.opened.keys)


def _meddle(register: Register, *statements: object) -> None:
    with register.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def test_rows_that_only_the_program_wrote_are_as_the_log_tells(
    any_register: Register, rows: tuple[str, str], secret: Secret
) -> None:
    _check(any_register)
    _check(rotation.rotate(any_register, (secret,), "ana", NOW))


def test_a_row_that_was_taken_away_is_told(any_register: Register, rows: tuple[str, str]) -> None:
    _meddle(any_register, delete(EVENTS).where(EVENTS.c.id == rows[0]))
    with pytest.raises(CustodyBroken, match=f"Falta la fila {rows[0]}"):
        _check(any_register)


@pytest.mark.parametrize("revision", [1, 2])
def test_a_revision_that_was_taken_away_is_told(
    any_register: Register, rows: tuple[str, str], revision: int
) -> None:
    _meddle(any_register, delete(EVENTS).where(EVENTS.c.revision == revision))
    with pytest.raises(CustodyBroken, match="2 veces según la bitácora y hay 1"):
        _check(any_register)


def test_withdrawn_content_that_comes_back_is_told(
    any_register: Register, rows: tuple[str, str]
) -> None:
    _meddle(
        any_register,
        update(EVENTS).where(EVENTS.c.id == rows[1]).values(gone_on="", sealed=b"of a copy"),
    )
    with pytest.raises(CustodyBroken, match="de vuelta"):
        _check(any_register)


@pytest.mark.parametrize("change", [{"gone_on": "2026-01-01"}, {"sealed": None}])
def test_content_that_was_hidden_is_told(
    any_register: Register, rows: tuple[str, str], change: dict[str, object]
) -> None:
    _meddle(any_register, update(EVENTS).where(EVENTS.c.id == rows[0]).values(**change))
    with pytest.raises(CustodyBroken, match="le quitaron el contenido"):
        _check(any_register)


def test_a_row_that_the_log_does_not_know_is_told(
    any_register: Register, rows: tuple[str, str]
) -> None:
    with any_register.engine.connect() as connection:
        row = dict(connection.execute(select(EVENTS)).mappings().first() or {})
    _meddle(any_register, insert(EVENTS).values(**row | {"id": "f" * 32}))
    with pytest.raises(CustodyBroken, match="0 veces según la bitácora"):
        _check(any_register)
