"""Whether an account is as this program wrote it: a code over its row and its roles.

The tables of accounts are not sealed as the register's rows are. Whoever writes in the database
without a key could give themselves a role or another's password; the code, under a key that hangs
on the desk's root, shows it, and such an account is refused. Only what this program changes gets a
new code, and only where the old one was right. It does not show that a whole account was put back
to how it once was.
"""

import hashlib
import hmac
import json
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    Text,
    delete,
    event,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.orm import scoped_session

from webmap.desk.models import Codes, Models, SealedText

_UNSOUND = "desk_unsound"


def keep(session: "scoped_session[Any]", tables: Models, key: bytes) -> None:
    """From here on every account that this session writes gets its code in the same transaction."""

    @event.listens_for(session, "before_flush")
    def look(session: Any, _context: Any, _instances: Any) -> None:
        changed = [one.id for one in session.dirty if isinstance(one, tables.user)]
        if changed:
            connection = session.connection()
            unsound = {one for one in changed if not sound(connection, tables, key, one)}
            session.info[_UNSOUND] = unsound

    @event.listens_for(session, "after_flush")
    def write(session: Any, _context: Any) -> None:
        unsound = session.info.pop(_UNSOUND, set())
        for one in (*session.new, *session.dirty):
            if isinstance(one, tables.user) and one.id not in unsound:
                _write(session.connection(), tables, key, one.id)


def sound(connection: Connection, tables: Models, key: bytes, account: int) -> bool:
    """Whether this account is as this program wrote it."""
    table = tables.seals
    kept = connection.execute(select(table.c.code).where(table.c.account == account)).scalar()
    made = _code(connection, tables, key, account)
    return bool(kept) and bool(made) and hmac.compare_digest(str(kept), made)


def write_all(connection: Connection, tables: Models, key: bytes) -> None:
    """The codes of accounts that were made before there were any. To be asked once."""
    for one in connection.execute(select(tables.user.__table__.c.id)).scalars().all():
        _write(connection, tables, key, one)


def _write(connection: Connection, tables: Models, key: bytes, account: int) -> None:
    table = tables.seals
    connection.execute(delete(table).where(table.c.account == account))
    made = _code(connection, tables, key, account)
    connection.execute(insert(table).values(account=account, code=made))


def _code(connection: Connection, tables: Models, key: bytes, account: int) -> str:
    """ "" where there is no such account."""
    table, roles, holds = tables.user.__table__, tables.role.__table__, tables.holds
    row = connection.execute(
        select(*(_as_it_lies(one) for one in table.c)).where(table.c.id == account)
    ).first()
    if row is None:
        return ""
    held = select(roles.c.name).join(holds, holds.c.role == roles.c.id)
    names = sorted(connection.execute(held.where(holds.c.account == account)).scalars())
    values = [bytes(one).hex() if isinstance(one, bytes | memoryview) else one for one in row]
    said = json.dumps([[one.name for one in table.c], values, names], sort_keys=True)
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def _as_it_lies(column: Any) -> Any:
    """A column as bytes or text: what somebody else wrote there need not open."""
    if isinstance(column.type, SealedText):
        return type_coerce(column, LargeBinary)
    if isinstance(column.type, Codes):
        return type_coerce(column, Text)
    return column
