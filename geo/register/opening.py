"""A register made, opened, locked: in SQLite in its own folder, or in the PostgreSQL of a URL."""

import contextlib
import os
from pathlib import Path

import pyrage
from sqlalchemy import Engine, insert

from geo.errors import RegisterClosed, RegisterThere
from geo.home import private_folder, whole_file, write_whole
from geo.register import audit, database, meta, schema, store, withdrawn
from geo.register.database import WRITES, engine_of, file_of, sqlite_engine
from geo.register.keyring import Opened, Secret, fresh, unwrap, wrap
from geo.register.store import Register
from geo.register.tables import META

LOCK = "closed"


def create(url: str, folder: Path, held: tuple[Secret, ...]) -> Register:
    """A new, empty register, opened: the whole of it or nothing. url: "" for a file in `folder`.

    Raises RegisterThere where there is one already.
    """
    private_folder(folder)
    opened = fresh(str(pyrage.x25519.Identity.generate()))
    file = file_of(url, folder)
    if file is None:
        engine = engine_of(url, folder)
        _fill(engine, opened, held)
    else:
        _fill_file(file, opened, held)
        engine = engine_of(url, folder)
    return Register(engine, opened, folder)


def open_register(url: str, folder: Path, secret: Secret) -> Register:
    """The register, opened.

    Raises RegisterClosed where there is none, where it is locked or of an older form; KeyRefused;
    RegisterDamaged.
    """
    _check_unlocked(folder)
    return open_although_locked(url, folder, secret)


def open_although_locked(url: str, folder: Path, secret: Secret) -> Register:
    """The same whether locked or not: for whoever takes the lock off, and for nobody else."""
    _no_core()
    engine = engine_there(url, folder)
    try:
        database.check_whole(engine)
        with engine.connect() as connection:
            schema.check(connection)
            ring = meta.read(connection, "keyring")
        register = Register(engine, unwrap(ring, secret), folder)
        # what a power cut kept from the list, after the withdrawal itself was written
        withdrawn.remember(folder, store.withdrawals(register))
        return register
    except BaseException:
        engine.dispose()
        raise


def engine_there(url: str, folder: Path) -> Engine:
    """The engine of a register that was made. Raises RegisterClosed where there is none."""
    file = file_of(url, folder)
    if file is not None and not file.is_file():
        raise _none()
    engine = engine_of(url, folder)
    if file is None and not database.has_register(engine):
        engine.dispose()
        raise _none()
    return engine


def check_there(url: str, folder: Path) -> None:
    """Raises RegisterClosed where no register was made or where it is locked: before anybody types.

    A server is not asked.
    """
    _check_unlocked(folder)
    file = file_of(url, folder)
    if file is not None and not file.is_file():
        raise _none()


def check_none(url: str, folder: Path) -> None:
    """Raises RegisterThere where there is a register already. A server is not asked."""
    file = file_of(url, folder)
    if file is not None and file.exists():
        raise _already()


def close(register: Register) -> None:
    """Lets go of the database. What was written is there already."""
    register.engine.dispose()


def is_open(register: Register) -> bool:
    """Whether an open register may still be used: not locked, and its keys are those in force."""
    if is_locked(register.folder):
        return False
    with register.engine.connect() as connection:
        key = meta.read(connection, "key")
    return key == register.opened.keys.current


def is_locked(folder: Path) -> bool:
    """Whether somebody put the lock on: every desk forgets its keys, and none opens."""
    return (folder / LOCK).exists()


def lock(folder: Path) -> None:
    """Puts the lock on. It needs no key: whoever is in a hurry can do it."""
    private_folder(folder)
    write_whole(folder / LOCK, b"")


def unlock(folder: Path) -> None:
    """Takes the lock off. The caller has opened the register, and so shown a key."""
    (folder / LOCK).unlink(missing_ok=True)


def _fill_file(file: Path, opened: Opened, held: tuple[Secret, ...]) -> None:
    if file.exists():
        raise _already()
    private_folder(file.parent)
    with whole_file(file) as temporary:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        engine = sqlite_engine(temporary)
        try:
            _fill(engine, opened, held)
        finally:
            # the last one to leave folds the write-ahead log into the file
            engine.dispose()


def _fill(engine: Engine, opened: Opened, held: tuple[Secret, ...]) -> None:
    if database.has_register(engine):
        engine.dispose()
        raise _already()
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        schema.upgrade(connection)
        for name, value in (
            ("keyring", wrap(opened, held)),
            ("key", opened.keys.current),
            ("changes", b"0"),
            ("audit", audit.beginning(opened.keys)),
        ):
            connection.execute(insert(META).values(name=name, value=value))


def _check_unlocked(folder: Path) -> None:
    if is_locked(folder):
        raise RegisterClosed(
            "El registro está cerrado con candado: ábralo con «deslinde register unlock» y su "
            "frase."
        )


def _none() -> RegisterClosed:
    return RegisterClosed("Todavía no hay registro: hágalo con «deslinde register init».")


def _already() -> RegisterThere:
    return RegisterThere("Ya hay un registro aquí: no se toca. Ábralo con su frase o su clave.")


def _no_core() -> None:
    """A crash writes no memory to the disk, where the system lets us say so."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
