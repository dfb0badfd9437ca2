"""Whether the rows are those that the log tells of: none taken away, none brought back.

A seal says that a row is what was written there. That a row, or its newest revision, is missing
only the log can say, since each write and each withdrawal is a line of it.
"""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from geo.errors import CustodyBroken
from geo.register import audit
from geo.register.lists import Noun
from geo.register.seal import Keys
from geo.register.tables import TABLES

_TOLD = 5


def check(connection: Connection, keys: Keys) -> None:
    """Raises CustodyBroken with the rows that are not as the log tells. The log is whole already:
    `audit.verify`.
    """
    deeds = Counter((line.deed, line.about) for line in audit.lines(connection, keys))
    wrong = [one for noun in TABLES for one in _wrong(connection, noun, deeds)]
    if wrong:
        more = [f"Y {len(wrong) - _TOLD} más."] if len(wrong) > _TOLD else []
        raise CustodyBroken(" ".join(wrong[:_TOLD] + more))


def _wrong(connection: Connection, noun: Noun, deeds: Counter[tuple[str, str]]) -> Iterator[str]:
    table = TABLES[noun]
    wanted = select(
        table.c.id,
        func.count().label("rows"),
        func.max(table.c.revision).label("last"),
        func.count(table.c.sealed).label("sealed"),
        func.min(table.c.gone_on).label("gone"),
        func.max(table.c.event).label("event"),
    ).group_by(table.c.id)
    found = {row.id: row for row in connection.execute(wanted)}
    written = {about: n for (deed, about), n in deeds.items() if deed == f"write {noun}"}
    # «again»: after an older copy was restored
    withdrawals = (f"withdraw {noun}", f"withdraw {noun} again")
    gone = {about for deed, about in deeds if deed in withdrawals}
    forgotten = {about for deed, about in deeds if deed == "forget event"}
    for row in sorted(found.keys() | written.keys()):
        there, times = found.get(row), written.get(row, 0)
        if there is None:
            yield f"Falta la fila {row} de «{noun}»: alguien la quitó fuera del programa."
        elif there.last != times or (there.rows != times and not forgotten & {row, there.event}):
            yield (
                f"La fila {row} de «{noun}» se escribió {times} veces según la bitácora y hay "
                f"{there.rows}: alguien quitó o puso una versión fuera del programa."
            )
        elif row in gone and (there.sealed or not there.gone):
            yield f"La fila {row} de «{noun}» fue retirada y su contenido está de vuelta."
        elif row not in gone and (there.gone or there.sealed != there.rows):
            yield f"A la fila {row} de «{noun}» le quitaron el contenido fuera del programa."
