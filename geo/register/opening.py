"""A register made, and opened: by SQLite in its own folder, or by the URL of a PostgreSQL."""

from pathlib import Path

import pyrage
from sqlalchemy import Engine, create_engine, event, insert, select
from sqlalchemy.engine import make_url

from geo.errors import RegisterClosed
from geo.home import private_folder
from geo.register import audit
from geo.register.keyring import Secret, fresh, unwrap, wrap
from geo.register.store import Register
from geo.register.tables import META, METADATA


def create(url: str, folder: Path, held: tuple[Secret, ...]) -> Register:
    """A new, empty register, opened. url: "" for a SQLite file in `folder`."""
    private_folder(folder)
    engine = engine_of(url, folder)
    opened = fresh(str(pyrage.x25519.Identity.generate()))
    METADATA.create_all(engine)
    with engine.begin() as connection:
        for name, value in (
            ("keyring", wrap(opened, held)),
            ("changes", b"0"),
            ("audit", audit.beginning(opened.keys)),
        ):
            connection.execute(insert(META).values(name=name, value=value))
    return Register(engine, opened, folder)


def open_register(url: str, folder: Path, secret: Secret) -> Register:
    """The register, opened. Raises RegisterClosed where there is none, KeyRefused."""
    if not url and not (folder / "register.sqlite").is_file():
        raise RegisterClosed("Todavía no hay registro: hágalo con «deslinde register init».")
    engine = engine_of(url, folder)
    with engine.connect() as connection:
        ring = connection.execute(select(META.c.value).where(META.c.name == "keyring")).scalar_one()
    return Register(engine, unwrap(ring, secret), folder)


def engine_of(url: str, folder: Path) -> Engine:
    """The engine; SQLite overwrites what it deletes and waits for its writers in turn."""
    engine = create_engine(make_url(url or f"sqlite:///{folder / 'register.sqlite'}"))
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def begin(connection, _record) -> None:  # type: ignore[no-untyped-def]
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA busy_timeout = 10000")
            connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def immediately(connection) -> None:  # type: ignore[no-untyped-def]
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
