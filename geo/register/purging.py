"""What was withdrawn goes from the disk too: free pages, old row versions, files without a row.

A withdrawal leaves NULL where content was. On SQLite the place is overwritten at once
(`secure_delete`); here the database is written anew without its holes and the write-ahead log is
cut to nothing. On PostgreSQL a withdrawn blob lies in a dead version of its row until the table is
written anew. What a disk, a server's own log (WAL) or a backup made before still remembers is out
of reach: it was sealed, and changing the keys makes it worthless.
"""

from datetime import datetime

from sqlalchemy import Engine, inspect, text

from geo.errors import RegisterClosed
from geo.register import attachments, store
from geo.register.database import OUTSIDE
from geo.register.store import Register

OURS = ("register_", "desk_")


def purge(register: Register, who: str, at: datetime) -> tuple[str, ...]:
    """Removes it; gives the names of the files that no row knew."""
    with store.writing(register, who, at) as txn:
        store.note(txn, "purge")
        # inside the transaction nobody else can be putting the row of a file
        gone = attachments.orphans(register, at)
        attachments.remove(register.folder, gone)
    compact(register.engine)
    return gone


def compact(engine: Engine) -> None:
    """Writes the tables anew, without what no row says any more; the desk's accounts too.

    Raises RegisterClosed where somebody is reading or writing all the while.
    """
    if engine.dialect.name == "sqlite":
        _compact_file(engine)
        return
    names = [name for name in inspect(engine).get_table_names() if name.startswith(OURS)]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in names:
            connection.execute(text(f'VACUUM FULL "{name}"'))


def _compact_file(engine: Engine) -> None:
    with engine.connect().execution_options(**OUTSIDE) as connection:
        connection.execute(text("VACUUM"))
        busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one()
    if busy:
        raise RegisterClosed(
            "Alguien tiene abierto el registro y lo retirado sigue en un archivo auxiliar: cierre "
            "la mesa y repita «deslinde register purge»."
        )
