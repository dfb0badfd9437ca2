"""Failed attempts by name: after five the name waits, each time twice as long, up to a day.

A name that no account has is counted like one that has: waiting says nothing about accounts.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from webmap.desk.models import Models
from webmap.desk.pseudonyms import clean_name

ALLOWED = 5
FIRST_WAIT_S = 15 * 60
LONGEST_WAIT_S = 24 * 60 * 60
_FORGET_S = 2 * LONGEST_WAIT_S
_LONGEST_NAME = 64


def waiting(connection: Connection, tables: Models, name: str, now: datetime) -> bool:
    """Whether this name must wait."""
    table = tables.tries
    until = connection.execute(select(table.c.until).where(table.c.name == _key(name))).scalar()
    return until is not None and until > _seconds(now)


def failed(connection: Connection, tables: Models, name: str, now: datetime) -> None:
    """One more attempt that failed. While a name waits, attempts change nothing."""
    table, key, at = tables.tries, _key(name), _seconds(now)
    connection.execute(delete(table).where(table.c.seen < at - _FORGET_S))
    row = connection.execute(select(table).where(table.c.name == key)).first()
    if row is None:
        connection.execute(insert(table).values(name=key, failed=1, locks=0, until=0, seen=at))
        return
    count, locks, until = row.failed, row.locks, row.until
    if until <= at:
        count += 1
        if count >= ALLOWED:
            count, until = 0, at + min(FIRST_WAIT_S * 2**locks, LONGEST_WAIT_S)
            locks += 1
    connection.execute(
        update(table)
        .where(table.c.name == key)
        .values(failed=count, locks=locks, until=until, seen=at)
    )


def cleared(connection: Connection, tables: Models, name: str) -> None:
    """Forgets the failed attempts of a name: its owner entered, or an administrator helped."""
    connection.execute(delete(tables.tries).where(tables.tries.c.name == _key(name)))


def _key(name: str) -> str:
    return clean_name(name)[:_LONGEST_NAME]


def _seconds(now: datetime) -> int:
    return int(now.timestamp())
