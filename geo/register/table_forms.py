"""The form of tables as JSON and back, for either database.

It is read off the database (reflection), so that a copy also holds the tables that other rooms
keep there. Types are those that both databases have, by names of our own.
"""

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, ForeignKeyConstraint, MetaData, Table
from sqlalchemy.types import TypeEngine

from geo.errors import BackupUnreadable, RegisterDamaged
from geo.register.tables import METADATA

# the first that fits counts: what is narrower stands before what it is a kind of
_TYPES: tuple[tuple[str, type[TypeEngine[Any]]], ...] = (
    ("boolean", sa.Boolean),
    ("big-integer", sa.BigInteger),
    ("small-integer", sa.SmallInteger),
    ("integer", sa.Integer),
    ("float", sa.Float),
    ("numeric", sa.Numeric),
    ("binary", sa.LargeBinary),
    ("datetime", sa.DateTime),
    ("date", sa.Date),
    ("time", sa.Time),
    ("json", sa.JSON),
    ("uuid", sa.Uuid),
    ("text", sa.String),
)
_LITERAL = re.compile(r"('(?:[^']|'')*'|-?\d+(?:\.\d+)?|true|false|CURRENT_TIMESTAMP)(?:::[\w ]+)?")
_COUNTED = "nextval("


def reflected(connection: Connection) -> list[Table]:
    """Every table of the database, each after those that it refers to."""
    metadata = MetaData()
    metadata.reflect(connection)
    return metadata.sorted_tables


def described(table: Table) -> dict[str, Any]:
    """The form of a table as JSON. Raises RegisterDamaged at a type that has no name here."""
    return {
        "name": table.name,
        "columns": [_column(column) for column in table.columns],
        "key": [column.name for column in table.primary_key.columns],
        "unique": sorted(
            [column.name for column in constraint.columns]
            for constraint in table.constraints
            if isinstance(constraint, sa.UniqueConstraint)
        ),
        "refers": [_reference(one) for one in table.foreign_key_constraints],
        "indexes": sorted(
            (
                {
                    "name": index.name,
                    "columns": [column.name for column in index.columns],
                    "unique": bool(index.unique),
                }
                for index in table.indexes
            ),
            key=lambda index: str(index["name"]),
        ),
    }


def made(said: Mapping[str, Any], metadata: MetaData) -> Table:
    """The table that `described` told, not yet in a database. Raises BackupUnreadable."""
    try:
        columns = [_made_column(one) for one in said["columns"]]
        constraints: list[Any] = [sa.PrimaryKeyConstraint(*said["key"])] if said["key"] else []
        constraints += [sa.UniqueConstraint(*names) for names in said["unique"]]
        constraints += [
            ForeignKeyConstraint(
                one["columns"], one["to"], ondelete=one["on_delete"], onupdate=one["on_update"]
            )
            for one in said["refers"]
        ]
        table = Table(said["name"], metadata, *columns, *constraints)
        for one in said["indexes"]:
            columns_of = [table.c[name] for name in one["columns"]]
            sa.Index(one["name"], *columns_of, unique=one["unique"])
    except (KeyError, TypeError, ValueError, sa.exc.SQLAlchemyError) as error:
        raise BackupUnreadable(
            "La copia describe una tabla que este programa no entiende: actualice el programa."
        ) from error
    return table


def _column(column: Column[Any]) -> dict[str, Any]:
    kind = column.type.as_generic()
    name = next((name for name, type_ in _TYPES if isinstance(kind, type_)), "")
    if not name:
        raise RegisterDamaged(
            f"La tabla «{column.table.name}» de la base de datos no es del programa y tiene una "
            f"columna que no se puede copiar («{column.name}»): use una base solo para el registro."
        )
    said: dict[str, Any] = {"name": column.name, "type": name, "null": bool(column.nullable)}
    for what in ("length", "precision", "scale", "timezone"):
        if getattr(kind, what, None):
            said[what] = getattr(kind, what)
    if _counts(column):
        said["counts"] = True
    elif column.server_default is not None:
        said["default"] = _default(column)
    return said


def _counts(column: Column[Any]) -> bool:
    """Whether the database gives the next number where none is said."""
    if column.identity is not None or _default_text(column).startswith(_COUNTED):
        return True
    known = METADATA.tables.get(column.table.name)
    if known is not None and column.name in known.c and not known.c[column.name].autoincrement:
        return False
    # SQLite counts the only column of a key of whole numbers, and says so nowhere
    return column.table.autoincrement_column is column


def _default_text(column: Column[Any]) -> str:
    default = column.server_default
    return str(default.arg) if isinstance(default, sa.DefaultClause) else ""


def _default(column: Column[Any]) -> str:
    literal = _LITERAL.fullmatch(_default_text(column))
    if literal is None:
        raise RegisterDamaged(
            f"La columna «{column.name}» de «{column.table.name}» tiene un valor calculado que no "
            "se puede copiar: use una base solo para el registro."
        )
    return literal[1]


def _reference(one: ForeignKeyConstraint) -> dict[str, Any]:
    return {
        "columns": list(one.column_keys),
        "to": [element.target_fullname for element in one.elements],
        "on_delete": one.ondelete,
        "on_update": one.onupdate,
    }


def _made_column(said: Mapping[str, Any]) -> Column[Any]:
    if "default" in said and not _LITERAL.fullmatch(said["default"]):
        raise ValueError(said["default"])
    kind: Any = dict(_TYPES)[said["type"]]
    if kind is sa.JSON:
        type_: TypeEngine[Any] = sa.JSON(none_as_null=True)
    elif kind is sa.String:
        type_ = sa.String(said["length"]) if "length" in said else sa.Text()
    elif kind is sa.DateTime:
        type_ = sa.DateTime(timezone=bool(said.get("timezone")))
    elif kind is sa.Numeric:
        type_ = sa.Numeric(said.get("precision"), said.get("scale"))
    else:
        type_ = kind()
    return Column(
        said["name"],
        type_,
        nullable=bool(said["null"]),
        autoincrement=bool(said.get("counts")),
        server_default=sa.text(said["default"]) if "default" in said else None,
    )
