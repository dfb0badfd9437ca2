"""A condition on the rows of a raw layer, in the words of SQL: `country_code = 'PE'`.

It is asked of an SQLite table in memory that holds the fields and nothing else, by a reader
that may only read: no other table, no statement, no function beyond a short list.
"""

import re
import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd

from geo.errors import FilterRefused
from geo.stages import RawLayer

_FUNCTIONS = frozenset(
    ("abs", "coalesce", "glob", "ifnull", "instr", "length", "like", "lower", "ltrim", "nullif",
     "round", "rtrim", "substr", "trim", "upper")
)  # fmt: skip

_TYPES = {"Int64": "INTEGER", "UInt64": "INTEGER", "Float64": "REAL", "boolean": "INTEGER"}

_QUOTED = re.compile(r"""'(?:[^']|'')*'|"((?:[^"]|"")*)"|\[([^\]]*)\]|`([^`]*)`""")
_FOREIGN = re.compile(r"""["'`;]|--|/\*|\b(SELECT|WITH|MATCH|REGEXP|PRAGMA)\b""", re.IGNORECASE)
_MOST_COLUMNS = 1_900


def where(raw: RawLayer, condition: str) -> pd.Series:
    """Which rows fulfil `condition`: a boolean column with the index of the frame.

    As in SQL, a row for which the answer is unknown (a missing value) does not fulfil it.
    Comparison, IN, BETWEEN, IS NULL, LIKE (% and _), AND, OR, NOT, parentheses and a few
    functions of texts are understood; names with spaces stand in double quotes.
    Raises FilterRefused with the fields' names when it cannot be understood.
    """
    fields = pd.DataFrame(raw.frame.drop(columns=str(raw.frame.geometry.name)))
    names = _distinct([str(name) for name in fields.columns])
    _check(condition, names)
    with closing(sqlite3.connect(":memory:")) as table:
        _fill(table, fields, names)
        table.set_authorizer(_may)
        try:
            found = table.execute(
                f"SELECT rowid FROM fields WHERE (\n{condition}\n)"  # noqa: S608
            ).fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise FilterRefused(_refusal(condition, names, str(error))) from error
    rows = np.asarray([row for (row,) in found], dtype=np.int64)
    return pd.Series(np.isin(np.arange(len(fields)), rows), index=fields.index, dtype=bool)


def _distinct(names: list[str]) -> list[str]:
    """SQL does not tell `id` from `ID`: the second is asked for as `id_2`."""
    taken: set[str] = set()
    result = []
    for name in names:
        given, number = name, 2
        while given.casefold() in taken:
            given, number = f"{name}_{number}", number + 1
        taken.add(given.casefold())
        result.append(given)
    return result


def _check(condition: str, names: list[str]) -> None:
    """SQLite reads a misspelt name in double quotes as a text, and then finds no row."""
    known = {name.casefold() for name in names}
    for found in _QUOTED.finditer(condition):
        named = next((group for group in found.groups() if group is not None), None)
        if named is not None and named.replace('""', '"').casefold() not in known:
            raise FilterRefused(_refusal(condition, names, f"«{named}» no es un campo"))
    rest = _QUOTED.sub(" ", condition)
    foreign = _FOREIGN.search(rest)
    if foreign is not None:
        raise FilterRefused(_refusal(condition, names, f"«{foreign.group()}» no se admite"))
    if not condition.strip() or "\0" in condition:
        raise FilterRefused(_refusal(condition, names, "está vacía"))


def _refusal(condition: str, names: list[str], why: str) -> str:
    shown = ", ".join(f"«{name}»" for name in names[:40]) or "ninguno"
    return (
        f"No se entiende la condición «{condition}» ({why}): escríbala como CAMPO = 'valor', con "
        f"los campos {shown}."
    )


def _fill(table: sqlite3.Connection, fields: pd.DataFrame, names: list[str]) -> None:
    if len(names) > _MOST_COLUMNS:
        raise FilterRefused(
            f"La capa tiene {len(names)} campos, demasiados para una condición: déjele menos."
        )
    described = "".join(
        f', "{name.replace(chr(34), chr(34) * 2)}" {_TYPES.get(str(kind), "TEXT")}'
        for name, kind in zip(names, fields.dtypes, strict=True)
    )
    # The key comes first, and bears a name that no condition is shown.
    table.execute(f"CREATE TABLE fields (_fila INTEGER PRIMARY KEY{described})")
    columns = [series.astype(object).where(series.notna(), None) for _, series in fields.items()]
    marks = ", ".join("?" * (len(columns) + 1))
    table.executemany(
        f"INSERT INTO fields VALUES ({marks})",  # noqa: S608
        zip(range(len(fields)), *columns, strict=True),
    )


def _may(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and first == "fields":
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
