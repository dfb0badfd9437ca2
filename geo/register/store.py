"""Reading and writing rows. A row is never changed: writing it again appends a revision.

Every write happens in one transaction with its line in the audit log. What was withdrawn keeps
its id and loses its content: a tombstone.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, func, insert, select, update

from geo.errors import RecordChanged, RecordUnknown, RegisterClosed
from geo.register import audit, meta, withdrawn
from geo.register.content import packed, unpacked
from geo.register.database import WRITES
from geo.register.keyring import Opened
from geo.register.lists import Noun
from geo.register.seal import open_seal, seal
from geo.register.tables import TABLES
from geo.register.withdrawn import Withdrawn

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Register:
    """An open register. folder: where its sealed attachments lie."""

    engine: Engine
    opened: Opened
    folder: Path

    def __repr__(self) -> str:
        return "Register()"


@dataclass(frozen=True)
class Kept(Generic[T]):
    """One revision of a row, opened. by: the account that wrote this revision."""

    noun: Noun
    id: str
    revision: int
    event: str
    written_on: str
    content: T
    by: str = ""


@dataclass(frozen=True, repr=False)
class Writing:
    """One transaction: who writes, and the instant. buried: what it withdrew until now."""

    register: Register
    connection: Connection
    who: str
    at: datetime
    buried: list[Withdrawn] = field(default_factory=list)


@contextmanager
def writing(register: Register, who: str, at: datetime) -> Iterator[Writing]:
    """A transaction: everything in it or nothing. Writers wait for one another.

    who: the account, as the audit log is to name it. at: the instant, from `home`. Raises
    RegisterClosed where the keys were changed since the register was opened: what is sealed with
    the old ones would never open again.
    """
    with register.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        counter = meta.number(connection, "changes", to_write=True)
        if meta.read(connection, "key") != register.opened.keys.current:
            raise RegisterClosed(
                "La clave del registro cambió mientras estaba abierto: ciérrelo y ábralo otra vez. "
                "No se guardó nada."
            )
        meta.put(connection, "changes", str(counter + 1).encode())
        txn = Writing(register, connection, who, at)
        yield txn
    # what a power cut keeps from the list here is put on it when the register is opened next
    withdrawn.remember(register.folder, txn.buried)


def changes(register: Register) -> int:
    """A counter that every write raises: what was read under the same count is still so."""
    with register.engine.connect() as connection:
        return meta.number(connection, "changes")


def new_id() -> str:
    """A random id: 128 bits, nothing in it tells when or what."""
    return secrets.token_hex(16)


def put(
    txn: Writing,
    noun: Noun,
    content: Any,
    *,
    event: str = "",
    id: str | None = None,  # noqa: A002
    read: int = 0,
) -> str:
    """Writes a row, or the next revision of one; gives its id.

    id: of a row that is there; read: the revision that the writer had before their eyes; it stays
    with its event. Raises RecordChanged where there is a newer one, RecordUnknown where it was
    withdrawn.
    """
    table, row = TABLES[noun], id or new_id()
    last, gone, its = txn.connection.execute(
        select(
            func.max(table.c.revision), func.max(table.c.gone_on), func.max(table.c.event)
        ).where(table.c.id == row)
    ).one()
    if gone:
        raise RecordUnknown("Ese contenido fue retirado: ya no se puede escribir.")
    if event and _is_gone(txn, event):
        raise RecordUnknown("Este incidente fue retirado: ya no se le puede añadir nada.")
    if (last or 0) != read:
        raise RecordChanged(
            "Otra persona guardó cambios mientras usted escribía: vuelva a abrir y compare antes "
            "de guardar."
        )
    revision, belongs = read + 1, event or its or ""
    day = txn.at.date().isoformat()
    raw = packed(noun, content, txn.who, belongs, day)
    blob = seal(txn.register.opened.keys, raw, table.name, row, revision)
    txn.connection.execute(
        insert(table).values(
            id=row,
            revision=revision,
            event=belongs,
            sealed=blob,
            written_on=day,
            gone_on="",
        )
    )
    note(txn, f"write {noun}", row)
    return row


def _is_gone(txn: Writing, event: str) -> bool:
    table = TABLES[Noun.EVENT]
    wanted = select(table.c.id).where(table.c.id == event, table.c.gone_on != "").limit(1)
    return txn.connection.execute(wanted).first() is not None


def bury(txn: Writing, noun: Noun, row: str) -> None:
    """Takes the content out of every revision of a row; the id stays, as a tombstone."""
    table = TABLES[noun]
    txn.connection.execute(
        update(table)
        .where(table.c.id == row)
        .values(sealed=None, gone_on=txn.at.date().isoformat())
    )
    txn.buried.append(Withdrawn(noun, row, txn.at.date().isoformat()))
    note(txn, f"withdraw {noun}", row)


def note(txn: Writing, deed: str, about: str = "") -> None:
    """A line in the audit log, in this transaction."""
    audit.append(txn.connection, txn.register.opened.keys, txn.who, txn.at, deed, about)


@contextmanager
def _reading(where: Register | Writing) -> Iterator[tuple[Register, Connection]]:
    """The connection to read on: a transaction reads what it wrote itself."""
    if isinstance(where, Writing):
        yield where.register, where.connection
        return
    with where.engine.connect() as connection:
        yield where, connection


def every(where: Register | Writing, noun: Noun, *, event: str | None = None) -> list[Kept[Any]]:
    """The last revision of every row that was not withdrawn, by id; of one event where named.

    where: the register, or the transaction that decides by what it reads.
    """
    table = TABLES[noun]
    last = select(table.c.id, func.max(table.c.revision).label("last")).group_by(table.c.id)
    if event is not None:  # in here too, or every row would be grouped for the sake of a few
        last = last.where(table.c.event == event)
    newest = last.subquery()
    wanted = (
        select(table)
        .join(newest, (table.c.id == newest.c.id) & (table.c.revision == newest.c.last))
        .where(table.c.gone_on == "")
        .order_by(table.c.id)
    )
    if event is not None:
        wanted = wanted.where(table.c.event == event)
    with _reading(where) as (register, connection):
        return [_opened(register, noun, found) for found in connection.execute(wanted)]


def ids(where: Register | Writing, noun: Noun) -> frozenset[str]:
    """The ids of every row that was not withdrawn; none is opened."""
    table = TABLES[noun]
    with _reading(where) as (_, connection):
        wanted = select(table.c.id).where(table.c.gone_on == "").distinct()
        return frozenset(connection.execute(wanted).scalars())


def get(
    where: Register | Writing, noun: Noun, row: str, revision: int | None = None
) -> Kept[Any] | None:
    """The last revision of a row, or the one named; None where it is not, or was withdrawn."""
    table = TABLES[noun]
    wanted = select(table).where(table.c.id == row, table.c.gone_on == "")
    wanted = (
        wanted.order_by(table.c.revision.desc()).limit(1)
        if revision is None
        else wanted.where(table.c.revision == revision)
    )
    with _reading(where) as (register, connection):
        found = connection.execute(wanted).first()
        return _opened(register, noun, found) if found else None


def is_there(where: Register | Writing, noun: Noun, row: str) -> bool:
    """Whether there is, or ever was, a row of this id: what was withdrawn is still there."""
    table = TABLES[noun]
    with _reading(where) as (_, connection):
        found = connection.execute(select(table.c.id).where(table.c.id == row).limit(1)).first()
    return found is not None


def event_of(where: Register | Writing, noun: Noun, row: str) -> str | None:
    """With which event a row hangs together, also a withdrawn one; None where there is no such."""
    table = TABLES[noun]
    wanted = select(table.c.event).where(table.c.id == row).order_by(table.c.revision.desc())
    with _reading(where) as (_, connection):
        found = connection.execute(wanted.limit(1)).first()
    return found.event if found else None


def history(where: Register | Writing, noun: Noun, row: str) -> list[Kept[Any]]:
    """Every revision of a row, oldest first."""
    table = TABLES[noun]
    wanted = select(table).where(table.c.id == row, table.c.gone_on == "")
    with _reading(where) as (register, connection):
        found = connection.execute(wanted.order_by(table.c.revision)).all()
        return [_opened(register, noun, one) for one in found]


def earlier(
    where: Register | Writing, noun: Noun, *, event: str | None = None, row: str | None = None
) -> list[Kept[Any]]:
    """Every revision but the newest of what was not withdrawn, by id, oldest first.

    event: of the rows of one event; row: of one row. What was written once is not looked at.
    """
    table = TABLES[noun]
    last = select(table.c.id, func.max(table.c.revision).label("last")).group_by(table.c.id)
    if event is not None:
        last = last.where(table.c.event == event)
    if row is not None:
        last = last.where(table.c.id == row)
    newest = last.having(func.max(table.c.revision) > 1).subquery()
    wanted = (
        select(table)
        .join(newest, (table.c.id == newest.c.id) & (table.c.revision < newest.c.last))
        .where(table.c.gone_on == "")
        .order_by(table.c.id, table.c.revision)
    )
    with _reading(where) as (register, connection):
        return [_opened(register, noun, found) for found in connection.execute(wanted)]


def who_wrote(where: Register | Writing, rows: Iterable[tuple[Noun, str]]) -> frozenset[str]:
    """The accounts that wrote these rows, also the revisions that were forgotten: by the log."""
    wanted = {(f"write {noun}", row) for noun, row in rows}
    with _reading(where) as (register, connection):
        told = audit.lines(connection, register.opened.keys)
    return frozenset(line.who for line in told if (line.deed, line.about) in wanted)


def tombstones(register: Register) -> dict[Noun, dict[str, str]]:
    """Of each noun the ids that were withdrawn, with the day."""
    made: dict[Noun, dict[str, str]] = defaultdict(dict)
    with register.engine.connect() as connection:
        for noun, table in TABLES.items():
            wanted = select(table.c.id, table.c.gone_on).where(table.c.gone_on != "")
            made[noun] |= {found.id: found.gone_on for found in connection.execute(wanted)}
    return dict(made)


def withdrawals(register: Register) -> list[Withdrawn]:
    """The tombstones as lines of the list that lies beside the register."""
    return [
        Withdrawn(noun, row, on)
        for noun, rows in tombstones(register).items()
        for row, on in rows.items()
    ]


def _opened(register: Register, noun: Noun, found: Any) -> Kept[Any]:
    raw = open_seal(register.opened.keys, found.sealed, TABLES[noun].name, found.id, found.revision)
    content, by = unpacked(noun, raw, found.event, found.written_on)
    return Kept(noun, found.id, found.revision, found.event, found.written_on, content, by)
