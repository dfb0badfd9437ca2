"""What the boxes remember between publications: one sealed row of the register.

Each change is a revision of that row. After something was taken away the row begins anew and the
old one loses its content, since a withdrawal leaves nothing behind but a tombstone.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from geo.errors import RegisterDamaged
from geo.register import audit, store
from geo.register.lists import Noun
from geo.register.store import Register, Writing
from geo.register.tables import TABLES
from geo.release.privacy.state import EMPTY, State, from_json, to_json

FORM = 1
RESTORE, WRITE = "restore", "write public boxes"
"""As the log names a restored copy, and the public file in its place."""


@dataclass(frozen=True)
class Remembered:
    """The state behind the last publication, and its bytes.

    published: what the public file holds, b"" before the first. publishing: the file may still
    hold what came before, because a publication was interrupted. row, revision: where it lies.
    lost: something was published, and what was remembered of it is gone. restored: asks the log
    whether an older copy took the register's place since the public file was last written.
    """

    state: State = EMPTY
    published: bytes = b""
    publishing: bool = False
    row: str = ""
    revision: int = 0
    lost: bool = False
    restored: Callable[[], bool] = field(default=bool, compare=False, repr=False)

    @property
    def digest(self) -> str:
        """The SHA-256 of state and publication: what a proposal was computed from."""
        said = {"state": to_json(self.state), "published": self.published.decode()}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def kept(where: Register | Writing) -> Remembered:
    """What is remembered; the empty state where nothing was published yet.

    Raises RegisterDamaged where the row is not what it promises.
    """
    rows = store.every(where, Noun.BOXES)
    if not rows:
        return Remembered(lost=_any_withdrawn(where), restored=lambda: _restored(where))
    try:
        [row] = rows
        said = row.content
        if said["form"] != FORM:
            raise RegisterDamaged(
                "El estado de los paquetes lo escribió otra versión del programa: actualícelo."
            )
        return Remembered(
            from_json(said["state"]),
            said["published"].encode(),
            said["publishing"],
            row.id,
            row.revision,
            restored=lambda: _restored(where),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RegisterDamaged(
            "El estado de los paquetes no dice lo que promete: restaure un respaldo."
        ) from error


def _restored(where: Register | Writing) -> bool:
    with _reading(where) as (register, connection):
        lines = audit.lines(connection, register.opened.keys)
    deeds = [line.deed for line in lines if line.deed in (RESTORE, WRITE)]
    return deeds[-1:] == [RESTORE]


def _any_withdrawn(where: Register | Writing) -> bool:
    table = TABLES[Noun.BOXES]
    with _reading(where) as (_, connection):
        wanted = select(table.c.id).where(table.c.gone_on != "").limit(1)
        return connection.execute(wanted).first() is not None


@contextmanager
def _reading(where: Register | Writing) -> Iterator[tuple[Register, Connection]]:
    if isinstance(where, Writing):
        yield where.register, where.connection
        return
    with where.engine.connect() as connection:
        yield where, connection


def remember(
    txn: Writing, before: Remembered, state: State, published: bytes, *, took_away: bool
) -> None:
    """Writes the next state, marked as not yet in the public file.

    before: what was read in this transaction. took_away: whether what was before must go.
    """
    content = _content(state, published, publishing=True)
    if took_away and before.row:
        store.bury(txn, Noun.BOXES, before.row)
        store.put(txn, Noun.BOXES, content)
    else:
        store.put(txn, Noun.BOXES, content, id=before.row or None, read=before.revision)


def written(txn: Writing) -> None:
    """Clears the mark: the public file holds what is remembered."""
    now = kept(txn)
    if now.publishing:
        content = _content(now.state, now.published, publishing=False)
        store.put(txn, Noun.BOXES, content, id=now.row, read=now.revision)


def _content(state: State, published: bytes, *, publishing: bool) -> dict[str, object]:
    return {
        "form": FORM,
        "state": to_json(state),
        "published": published.decode(),
        "publishing": publishing,
    }
