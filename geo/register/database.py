"""The database: an SQLite file in the register's own folder, or a PostgreSQL named by its URL.

SQLite runs with a write-ahead log: whoever reads does not hold up whoever writes, and a session
that was left open cannot lock the register. The price is a second file beside the database while
it is open, which recovers by itself after a power cut; a copy is made with «register backup»,
never by hand, and the folder lies on a disk of this machine, never on a network share.
`synchronous = FULL`: what was confirmed is on the disk. `secure_delete`: what is deleted is
overwritten with zeros.

A transaction that will write says so (`WRITES`) and takes SQLite's one place for a writer at its
beginning: the others wait there, and none of them finds in the middle that it came too late.
"""

import sqlite3
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError

from geo.errors import (
    DeslindeError,
    FileUnwritable,
    RegisterClosed,
    RegisterDamaged,
    SettingMissing,
)

FILE = "register.sqlite"
WAIT_S = 30
"""How long a writer waits for the one before it."""

WRITES = MappingProxyType({"deslinde_writes": True})
"""Execution options of a connection that will write."""

OUTSIDE = MappingProxyType({"deslinde_outside": True})
"""Of a connection for what no transaction may hold, such as VACUUM; SQLite only."""

_DRIVERS = ("sqlite", "postgresql+psycopg")


def address_of(url: str, folder: Path) -> URL:
    """The address of the database. url: "" for the file in `folder`.

    Raises SettingMissing where it is of neither kind, or of a database in memory.
    """
    try:
        address = make_url(url) if url else URL.create("sqlite", database=str(folder / FILE))
    except ArgumentError:
        address = URL.create("none")
    if address.drivername not in _DRIVERS or address.database in (None, "", ":memory:"):
        raise SettingMissing(
            "DESLINDE_REGISTER_URL debe ser postgresql+psycopg://usuario@servidor/base o "
            "sqlite:////carpeta/archivo."
        )
    return address


def file_of(url: str, folder: Path) -> Path | None:
    """The database's file; None where a server keeps it."""
    address = address_of(url, folder)
    if address.drivername != "sqlite" or address.database is None:
        return None
    return Path(address.database).absolute()


def engine_of(url: str, folder: Path) -> Engine:
    """The engine. What its database cannot do is raised as a sentence of ours."""
    file = file_of(url, folder)
    return _postgresql(address_of(url, folder)) if file is None else sqlite_engine(file)


def has_register(engine: Engine) -> bool:
    """Whether the tables of a register are in this database."""
    with engine.connect() as connection:
        return inspect(connection).has_table("register_meta")


def sqlite_engine(file: Path) -> Engine:
    """The engine of one SQLite file, which is made where it is not there."""
    engine = create_engine(URL.create("sqlite", database=str(file)), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {WAIT_S * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if not options.keys() & OUTSIDE.keys():
            writes = options.keys() & WRITES.keys()
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "handle_error", _told)
    return engine


def _postgresql(address: URL) -> Engine:
    engine = create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "options": f"-c lock_timeout={WAIT_S * 1000}",
            "application_name": "deslinde",
        },
    )
    event.listen(engine, "handle_error", _told)
    return engine


def check_whole(engine: Engine) -> None:
    """Raises RegisterDamaged where an SQLite file is cut short or its pages do not hang together.

    A server looks after its own files.
    """
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return
    file = Path(engine.url.database)
    log = file.with_name(f"{file.name}-wal")
    with engine.connect() as connection:
        found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
        page = connection.execute(text("PRAGMA page_size")).scalar_one()
    # what a power cut broke off is in the log still
    settled = not log.exists() or log.stat().st_size == 0
    if found != "ok" or (settled and file.stat().st_size % page):
        raise _cut()


def _cut() -> RegisterDamaged:
    return RegisterDamaged(
        "La base de datos del registro está cortada o dañada: no la use. Restaure una copia "
        "con «deslinde register restore»."
    )


def _told(context: ExceptionContext) -> None:
    error = context.original_exception
    sentence = _of_sqlite(error) if isinstance(error, sqlite3.Error) else _of_server(error)
    if isinstance(sentence, RegisterClosed):
        # what lies beneath holds the address with its password
        raise sentence from None
    if sentence is not None:
        raise sentence from error


def _of_sqlite(error: sqlite3.Error) -> DeslindeError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _cut()
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return RegisterClosed(
            "Otra persona está escribiendo en el registro desde hace rato: espere y repita."
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR):
        return FileUnwritable(
            "No se puede escribir en el registro: revise el espacio libre y los permisos. No se "
            "guardó nada a medias."
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return RegisterClosed(
            "No se puede abrir el archivo del registro: revise su carpeta y sus permisos."
        )
    return None


def _of_server(error: BaseException) -> DeslindeError | None:
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return RegisterClosed(
            "Otra persona está escribiendo en el registro desde hace rato: espere y repita."
        )
    if isinstance(error, psycopg.OperationalError) and error.sqlstate in (None, "57P01", "3D000"):
        return RegisterClosed(
            "La base de datos del registro no responde: revise DESLINDE_REGISTER_URL, el servidor "
            "y sus permisos."
        )
    return None
