"""Whether a GeoPackage holds what this program writes into one, and nothing else.

Its layers are held against the rest elsewhere. Beside them a SQLite file can carry tables that a
map program offers as layers, views that never end, and styles with actions that QGIS runs.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

_STYLES = "layer_styles"
_GDALS_OWN = ("gpkg_", "rtree_", "sqlite_")
_RTREE = re.compile(r"CREATE VIRTUAL TABLE \S+ USING rtree\(", re.IGNORECASE)
_COMPUTED = re.compile(r"\bGENERATED\b|\bAS\s*\(", re.IGNORECASE)

Rows = dict[str, list[str]]


def check_stored(path: Path) -> None:
    """Raises ValueError where reading a row would run something: a view, a computed column."""
    with closing(_opened(path)) as opened:
        for kind, name, sql in opened.execute("SELECT type, name, sql FROM sqlite_master"):
            virtual = str(sql or "").lstrip().upper().startswith("CREATE VIRTUAL")
            runs = kind == "table" and not virtual and _COMPUTED.search(str(sql or ""))
            if kind == "view" or (virtual and not _RTREE.match(str(sql))) or runs:
                raise ValueError(name)


def difference(path: Path, expected: Path, *, exact: bool) -> str:
    """The first table of a GeoPackage that is not as it is written again, "" where none is.

    exact: the same code and libraries wrote both; otherwise tables are held by their names, and
    styles by what they are able to do.
    """
    if path.read_bytes() == expected.read_bytes():
        return ""
    try:
        theirs, ours = _told(path, exact=exact), _told(expected, exact=exact)
    except (sqlite3.Error, ElementTree.ParseError, ValueError):
        return _STYLES
    return next(
        (name for name in sorted({*theirs, *ours}) if theirs.get(name) != ours.get(name)), ""
    )


def _told(path: Path, *, exact: bool) -> Rows:
    with closing(_opened(path)) as opened:
        kinds = list(opened.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name"))
        tables = [name for kind, name, _ in kinds if kind == "table"]
        if exact:
            made = {f"{kind} {name}": [str(sql)] for kind, name, sql in kinds}
            plain = [name for name in tables if not name.startswith("rtree_")]
            return made | {name: list(_rows(opened, name)) for name in plain}
        own = {name: [""] for name in tables if not name.startswith(_GDALS_OWN)}
        return own | {_STYLES: sorted(_deeds(opened))}


def _rows(opened: sqlite3.Connection, name: str) -> Iterator[str]:
    quoted = name.replace('"', '""')
    return (repr(row) for row in opened.execute(f'SELECT * FROM "{quoted}"'))  # noqa: S608


def _deeds(opened: sqlite3.Connection) -> set[str]:
    """The elements of the styles of each layer: neither colours nor words."""
    found: set[str] = set()
    for layer, qml in opened.execute(f"SELECT f_table_name, styleQML FROM {_STYLES}"):  # noqa: S608
        if "<!ENTITY" in qml:
            raise ValueError(layer)
        root = ElementTree.fromstring(qml)  # noqa: S314 - without entities nothing swells
        found |= {f"{layer} {one.tag}" for one in root.iter()}
    return found


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
