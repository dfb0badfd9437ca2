"""Rows as texts and back, for either database: each line a row, in the order of its columns."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Table

from geo.errors import BackupUnreadable

ROWS = 500
"""Rows in one piece of a table, at most."""

_PIECE = 4 << 20
"""Characters after which a piece ends."""


def pieces(connection: Connection, table: Table) -> Iterator[tuple[int, bytes]]:
    """The rows of a table, by its key: how many there are in each piece, and the piece."""
    key = list(table.primary_key.columns) or list(table.columns)
    wanted = sa.select(table).order_by(*key).execution_options(yield_per=ROWS)
    lines: list[str] = []
    size = 0
    for row in connection.execute(wanted):
        lines.append(json.dumps([_said(value) for value in row], ensure_ascii=False))
        size += len(lines[-1])
        if len(lines) == ROWS or size > _PIECE:
            yield len(lines), "\n".join(lines).encode()
            lines, size = [], 0
    if lines:
        yield len(lines), "\n".join(lines).encode()


def put(connection: Connection, table: Table, piece: bytes) -> int:
    """Puts the rows of a piece into a table; gives how many. Raises BackupUnreadable."""
    names = [column.name for column in table.columns]
    try:
        rows = [
            dict(zip(names, map(_meant, json.loads(line)), strict=True))
            for line in piece.split(b"\n")
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise BackupUnreadable(
            "Una fila de la copia no se puede leer: elija otra copia."
        ) from error
    connection.execute(sa.insert(table), rows)
    return len(rows)


def count_on(connection: Connection, table: Table) -> None:
    """Lets the database's own numbers go on after the highest that was put in."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    highest = connection.execute(sa.select(sa.func.max(column))).scalar()
    if highest is not None:
        sequence = sa.func.pg_get_serial_sequence(sa.func.quote_ident(table.name), column.name)
        connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _said(value: Any) -> Any:
    """A value as JSON; what JSON does not know, under the name of its kind."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(value).decode()}
    for kind, (type_, say, _) in _KINDS.items():
        if isinstance(value, type_):
            return {kind: say(value)}
    return {"json": value}


def _meant(said: Any) -> Any:
    if not isinstance(said, dict):
        return said
    ((kind, value),) = said.items()
    if kind == "bytes":
        return base64.b64decode(value, validate=True)
    return value if kind == "json" else _KINDS[kind][2](value)


def _instant(value: datetime) -> str:
    """In UTC where it says a zone, since SQLite forgets the zone."""
    return (value if value.tzinfo is None else value.astimezone(UTC)).isoformat()


# an instant is a day too: it stands first
_KINDS: dict[str, tuple[type[Any], Any, Any]] = {
    "instant": (datetime, _instant, datetime.fromisoformat),
    "day": (date, date.isoformat, date.fromisoformat),
    "hour": (time, time.isoformat, time.fromisoformat),
    "number": (Decimal, str, Decimal),
    "uuid": (UUID, str, UUID),
}
