"""New keys for everything: rows and keyring in one transaction, then the attachments' files.

Whatever moment the machine stops at, everything opens with the keyring that is then in force:
until the transaction it is the old one, with every row as it was. From the transaction on it is
the new one, which also holds the identity before, under which the attachments still lie. Each of
their files is replaced whole. Only when none lies under the old identity is that one dropped; a
row «files» says until then that some may. `finish` takes up again what was stopped.
"""

from dataclasses import replace
from datetime import datetime

import pyrage
from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select, update

from geo.errors import RegisterClosed, SealBroken
from geo.home import whole_file
from geo.register import keyring, meta, store
from geo.register.files_seal import is_current, open_bytes, seal_bytes
from geo.register.keyring import Secret
from geo.register.seal import Keys, open_seal, seal
from geo.register.store import Register, Writing
from geo.register.tables import AUDIT, META, TABLES

FILES = "files"
FOLDER = "attachments"


def rotate(register: Register, held: tuple[Secret, ...], who: str, at: datetime) -> Register:
    """The register under new keys, opened. held: every secret that opens it.

    Raises KeyRefused where a secret is missing, RegisterClosed where an earlier change is not
    finished.
    """
    before = register.opened
    chosen = keyring.fresh(str(pyrage.x25519.Identity.generate()))
    after = replace(chosen, older=(before.identity, *before.older))
    with store.writing(register, who, at) as txn:
        connection = txn.connection
        if is_pending(connection):
            raise RegisterClosed(
                "Un cambio de claves quedó a medias: termínelo primero con «deslinde register "
                "rotate-key»."
            )
        keyring.check_whole(meta.read(connection, "keyring"), held)
        store.note(txn, "rotate key")
        for table in TABLES.values():
            _reseal_rows(connection, table, before.keys, after.keys)
        _reseal_log(connection, before.keys, after.keys)
        meta.put(connection, "keyring", keyring.wrap(after, held))
        meta.put(connection, "key", after.keys.current)
        connection.execute(insert(META).values(name=FILES, value=b"old"))
    return finish(replace(register, opened=after), held, who, at)


def finish(register: Register, held: tuple[Secret, ...], who: str, at: datetime) -> Register:
    """Brings the attachments under the identity in force, and drops the one before."""
    _reseal_files(register)
    opened = replace(register.opened, older=())
    with store.writing(register, who, at) as txn:
        keyring.check_whole(meta.read(txn.connection, "keyring"), held)
        meta.put(txn.connection, "keyring", keyring.wrap(opened, held))
        txn.connection.execute(delete(META).where(META.c.name == FILES))
        store.note(txn, "rotate files")
    return replace(register, opened=opened)


def is_pending(connection: Connection) -> bool:
    """Whether some attachment may still lie under the identity before."""
    found = connection.execute(select(META.c.name).where(META.c.name == FILES))
    return found.first() is not None


def change_secrets(txn: Writing, held: tuple[Secret, ...], chosen: tuple[Secret, ...]) -> None:
    """Other secrets open the same keys from now on. held: every one that opens them until now.

    Whoever kept a copy of the database and an old secret still opens that copy, and knows the
    keys: after a theft, change the keys too. Raises KeyRefused where a secret is missing.
    """
    keyring.check_whole(meta.read(txn.connection, "keyring"), held)
    meta.put(txn.connection, "keyring", keyring.wrap(txn.register.opened, chosen))
    store.note(txn, "change secrets")


def _reseal_rows(connection: Connection, table: Table, before: Keys, after: Keys) -> None:
    name = table.name
    rows = connection.execute(
        select(table.c.id, table.c.revision, table.c.sealed).where(table.c.sealed.is_not(None))
    ).all()
    made = [
        {
            "row": row,
            "at": revision,
            "blob": seal(after, open_seal(before, blob, name, row, revision), name, row, revision),
        }
        for row, revision, blob in rows
    ]
    if made:
        here = and_(table.c.id == bindparam("row"), table.c.revision == bindparam("at"))
        connection.execute(update(table).where(here).values(sealed=bindparam("blob")), made)


def _reseal_log(connection: Connection, before: Keys, after: Keys) -> None:
    rows = connection.execute(select(AUDIT.c.n, AUDIT.c.sealed)).all()
    made = [
        {
            "line": n,
            "blob": seal(
                after, open_seal(before, blob, AUDIT.name, str(n), 0), AUDIT.name, str(n), 0
            ),
        }
        for n, blob in rows
    ]
    if made:
        line = AUDIT.c.n == bindparam("line")
        connection.execute(update(AUDIT).where(line).values(sealed=bindparam("blob")), made)
    end = open_seal(before, meta.read(connection, "audit"), META.name, "audit", 0)
    meta.put(connection, "audit", seal(after, end, META.name, "audit", 0))


def _reseal_files(register: Register) -> None:
    folder = register.folder / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.is_file():
            # a folder or a pipe that somebody put here must not keep the old key alive
            continue
        blob = path.read_bytes()
        if is_current(register.opened, blob):
            continue
        try:
            content = open_bytes(register.opened, blob)
        except SealBroken:
            # half of a file, or somebody else's: it opened with no key before this either
            continue
        with whole_file(path) as temporary:
            temporary.touch(mode=0o600)
            temporary.write_bytes(seal_bytes(register.opened, content))
