"""One encrypted file with the whole register: every table, and the sealed attachments.

Rows stay sealed under the register's own keys, and the keyring travels with them, wrapped. So
whoever wants to read a backup needs both: what opens the file, and what opens the register. A
backup is made, read back and compared before it takes its name.
"""

import json
import os
import re
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

import pyrage
from sqlalchemy import Connection

from geo.errors import BackupUnreadable, FileUnwritable, RegisterClosed, RegisterDamaged
from geo.home import sha256_of, whole_file
from geo.register import dump, envelope, manifest, meta, schema, store, table_forms, withdrawn
from geo.register.attachments import FOLDER
from geo.register.keyring import Secret
from geo.register.manifest import Manifest
from geo.register.members import Member, Outgoing, Told
from geo.register.store import Register

TABLES = "tables.json"
ROWS = "rows"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
"""How a sealed file may be called."""

_PIECE = 1 << 20


@dataclass(frozen=True)
class Backup:
    """A backup that was made and read back. sha256: of the encrypted file."""

    path: Path
    sha256: str
    size_bytes: int
    rows: int
    attachments: int


def backup(register: Register, target: Path, lock: Secret, who: str, at: datetime) -> Backup:
    """Makes one, with its line in the log.

    lock: a passphrase of its own, or an age recipient (`envelope`). Raises FileUnwritable where
    the file is there already, KeyRefused where the lock is none, BackupUnreadable where what was
    written does not read back.
    """
    if target.exists():
        raise FileUnwritable(
            f"Ya hay un archivo «{target}»: una copia no se escribe sobre otra. Elija otro nombre."
        )
    _clear(target)
    withdrawn.remember(register.folder, store.withdrawals(register))
    with store.writing(register, who, at) as txn:
        store.note(txn, "backup")
    told: list[Told] = []
    with closing(_members(register, at, told)) as members, whole_file(target) as temporary:
        source = Outgoing(members, told)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            try:
                own = envelope.write(out, lock, source)
            except pyrage.EncryptError as error:
                # age tells only the name of what went wrong while it read
                raise source.error or error from None
        made = _read_back(temporary, lock, own, told)
        sha256, size = sha256_of(temporary), temporary.stat().st_size
    return Backup(target, sha256, size, sum(made.rows.values()), made.attachments)


def _members(register: Register, at: datetime, told: list[Told]) -> Generator[Member, None, None]:
    """Everything, in the order in which it is put back; the last is the manifest of all `told`."""
    rows: dict[str, int] = {}
    with _at_one_moment(register) as connection:
        form, ring = schema.form_of(connection), meta.read(connection, "keyring")
        tables = table_forms.reflected(connection)
        forms = [table_forms.described(table) for table in tables]
        yield _whole(TABLES, json.dumps({"schema": form, "tables": forms}).encode())
        for index, table in enumerate(tables):
            rows[table.name] = 0
            for number, (count, piece) in enumerate(dump.pieces(connection, table)):
                rows[table.name] += count
                yield _whole(f"{ROWS}/{index:03}/{number:08}.jsonl", piece)
    attachments = 0
    for path in _files(register.folder / FOLDER):
        # one that was withdrawn since is gone: the list that follows says so
        with suppress(FileNotFoundError), path.open("rb") as file:
            yield _streamed(f"{FOLDER}/{path.name}", file)
            attachments += 1
    with register.engine.connect() as connection:
        if meta.read(connection, "keyring") != ring:
            raise RegisterClosed(
                "La clave del registro cambió mientras se copiaba: repita la copia."
            )
    gone = withdrawn.read(register.folder / withdrawn.FILE) | set(store.withdrawals(register))
    yield _whole(withdrawn.FILE, withdrawn.text_of(sorted(gone)))
    said = Manifest(at.isoformat(), form, ring, rows, attachments, tuple(told))
    yield _whole(manifest.NAME, manifest.to_bytes(said, register.opened.keys))


@contextmanager
def _at_one_moment(register: Register) -> Iterator[Connection]:
    """A transaction that sees the database as it was when it began."""
    with register.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def _whole(name: str, content: bytes) -> Member:
    return Member(name, len(content), (content,))


def _streamed(name: str, file: IO[bytes]) -> Member:
    size = os.fstat(file.fileno()).st_size
    return Member(name, size, iter(partial(file.read, _PIECE), b""))


def _files(folder: Path) -> list[Path]:
    """The sealed files; a name that begins with a dot is one that is being written."""
    lying = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in lying:
        if not path.name.startswith(".") and not (path.is_file() and NAME.fullmatch(path.name)):
            raise RegisterDamaged(
                f"En la carpeta de adjuntos hay algo que el programa no puso («{path.name}»): "
                "sáquelo y repita la copia."
            )
    return [path for path in lying if not path.name.startswith(".")]


def _read_back(path: Path, lock: Secret, own: pyrage.x25519.Identity, sent: list[Told]) -> Manifest:
    """What the file holds, against what was sent. Raises BackupUnreadable where they differ."""
    # a recipient's own key is not here: then the file's is taken as it was made
    key = envelope.unlock(path, lock) if lock.kind == envelope.WORDS else own
    made, _ = manifest.of_file(path, key)
    if list(made.members) != sent[:-1]:
        raise BackupUnreadable(
            "Lo que se escribió no se lee igual: revise el disco y repita la copia."
        )
    return made


def _clear(target: Path) -> None:
    """Takes away what a backup of the same name left when it was stopped."""
    pattern = re.compile(rf"\.\d+-{re.escape(target.name)}")
    for path in target.parent.iterdir() if target.parent.is_dir() else ():
        if pattern.fullmatch(path.name):
            path.unlink()
