"""A backup put back as a register: the whole of it or nothing, in either database.

It goes to a place where no register is. What was withdrawn after the backup was made stays
withdrawn: the list beside the register (`withdrawn`) is applied before anybody can read.
"""

import filecmp
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select, update

from geo.errors import BackupUnreadable, CustodyBroken, RegisterThere, SealBroken
from geo.home import private_folder, whole_file
from geo.register import audit, envelope, keyring, manifest, schema, store, withdrawn
from geo.register.attachments import FOLDER, names_of
from geo.register.database import WRITES, engine_of, file_of, sqlite_engine
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.store import Register, Writing
from geo.register.tables import TABLES
from geo.register.taking import Taking
from geo.register.withdrawn import Withdrawn

_STAGE = ".restoring-"


@dataclass(frozen=True)
class Restored:
    """What was put back.

    withdrawn: rows whose content was taken out again. log: what is wrong with the chain of the
    log in the backup, "" where it is whole.
    """

    made_at: str
    rows: int
    attachments: int
    withdrawn: int
    log: str


def restore(
    path: Path,
    secret: Secret,
    held: Secret,
    url: str,
    folder: Path,
    who: str,
    at: datetime,
    lists: Iterable[Path] = (),
) -> Restored:
    """Puts a backup back, with its line in the log.

    secret: what opens the file, a passphrase or an age identity. held: what opens the register in
    it. url, folder: where to. lists: of withdrawals, from elsewhere; the one that lies in `folder`
    and the backup's own are applied in any case. Raises BackupUnreadable, KeyRefused,
    RegisterThere where there is a register already, RegisterDamaged at a list that is none.
    """
    file = file_of(url, folder)
    if file is not None:
        _check_free(file)
    gone = {one for each in (folder / withdrawn.FILE, *lists) for one in withdrawn.read(each)}
    own = envelope.unlock(path, secret)
    told, sealed = manifest.of_file(path, own)
    if told.schema not in schema.FORMS:
        raise BackupUnreadable("Esta copia es de una versión más nueva: actualice el programa.")
    # whoever knows the recipient can make a file for it, but not one of this register
    opened = keyring.unwrap(told.keyring, held)
    manifest.check_seal(told, sealed, opened.keys)
    private_folder(folder)
    with (
        _staged(folder) as stage,
        _database(file, url, folder) as engine,
        engine.connect().execution_options(**WRITES) as connection,
        connection.begin(),
    ):
        if inspect(connection).get_table_names():
            raise RegisterThere(
                "La base de datos no está vacía: no se toca. Haga una nueva para restaurar."
            )
        with closing(Taking(connection, stage, told)) as taking:
            envelope.read(path, own, taking.sink)
            taking.finish()
        if told.schema != schema.FORMS[-1]:
            schema.upgrade(connection)
        txn = Writing(Register(engine, opened, folder), connection, who, at)
        log = _log(txn)
        gone |= taking.withdrawn
        again = _take_out(txn, sorted(gone), (stage / FOLDER, folder / FOLDER))
        store.note(txn, "restore")
        withdrawn.remember(folder, gone)
        _place(stage / FOLDER, folder / FOLDER)
    return Restored(told.made_at, sum(told.rows.values()), told.attachments, again, log)


def take_out_again(register: Register, who: str, at: datetime) -> int:
    """Takes out what the list beside the register says and the database has back; gives how many.

    An older copy of the database that was put in its place by hand, and not restored, knows
    nothing of what was withdrawn since.
    """
    told = withdrawn.read(register.folder / withdrawn.FILE) - set(store.withdrawals(register))
    with register.engine.connect() as connection:
        back = sorted(one for one in told if _is_back(connection, one))
    if not back:
        return 0
    with store.writing(register, who, at) as txn:
        return _take_out(txn, back, (register.folder / FOLDER,))


def _is_back(connection: Connection, one: Withdrawn) -> bool:
    table = TABLES[one.noun]
    wanted = select(table.c.id).where(table.c.id == one.id, table.c.gone_on == "").limit(1)
    return connection.execute(wanted).first() is not None


def _check_free(file: Path) -> None:
    if file.exists():
        raise RegisterThere(
            "Ya hay un registro aquí: no se toca. Restaure en una carpeta o una base nueva."
        )
    # SQLite would take what an old one left as part of the new database
    for left in (f"{file.name}-wal", f"{file.name}-shm", f"{file.name}-journal"):
        if (file.parent / left).exists():
            raise RegisterThere(
                f"Queda «{left}» de otro registro: muévalo a otra carpeta y repita."
            )


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """A folder for what comes, on the same disk as the place where it goes."""
    for left in folder.glob(f"{_STAGE}*"):
        shutil.rmtree(left)
    stage = folder / f"{_STAGE}{os.getpid()}"
    stage.mkdir(mode=0o700)
    try:
        yield stage
    finally:
        shutil.rmtree(stage)


@contextmanager
def _database(file: Path | None, url: str, folder: Path) -> Iterator[Engine]:
    """An engine to fill: a server's own transaction, or a file that takes its name at the end."""
    if file is None:
        engine = engine_of(url, folder)
        try:
            yield engine
        finally:
            engine.dispose()
        return
    private_folder(file.parent)
    pattern = re.compile(rf"\.\d+-{re.escape(file.name)}(-wal|-shm|-journal)?")
    for left in file.parent.iterdir():
        if pattern.fullmatch(left.name):
            left.unlink()
    with whole_file(file) as temporary:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        engine = sqlite_engine(temporary)
        try:
            yield engine
        finally:
            # the last one to leave folds the write-ahead log into the file
            engine.dispose()
        _check_free(file)


def _log(txn: Writing) -> str:
    try:
        audit.verify(txn.connection, txn.register.opened.keys)
    except CustodyBroken as error:
        return str(error)
    return ""


def _take_out(txn: Writing, gone: Iterable[Withdrawn], folders: tuple[Path, ...]) -> int:
    """Takes the content of every row of the list out again; gives how many had any.

    folders: where its sealed files may lie, those that came and those that are there.
    """
    taken = 0
    for one in gone:
        table = TABLES[one.noun]
        if one.noun is Noun.ATTACHMENT:
            # a row that does not open leaves its file to the orphans
            with suppress(SealBroken):
                for kept in store.history(txn, one.noun, one.id):
                    for name, files in product(names_of(kept.content), folders):
                        (files / name).unlink(missing_ok=True)
        here = (table.c.id == one.id) & (table.c.gone_on == "")
        found = txn.connection.execute(
            update(table).where(here).values(sealed=None, gone_on=one.on)
        )
        if found.rowcount:
            taken += 1
            store.note(txn, f"withdraw {one.noun} again", one.id)
    return taken


def _place(files: Path, folder: Path) -> None:
    """The sealed files to their folder. One that is there with the same bytes stays."""
    coming = sorted(files.iterdir()) if files.is_dir() else []
    for path in coming:
        there = folder / path.name
        if there.exists() and not filecmp.cmp(path, there, shallow=False):
            raise RegisterThere(
                f"En «{folder}» hay adjuntos de otro registro, o de otra clave: mueva esa carpeta "
                "a otro lugar y repita."
            )
    private_folder(folder)
    for path in coming:
        path.replace(folder / path.name)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
