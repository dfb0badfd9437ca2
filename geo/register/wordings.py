"""Which incidents still keep a wording from before somebody was withdrawn.

Only the day is known on which somebody's row went, and on which day a row of the incident went: an
incident from which a writer took a row on that same day may be among them. Nothing is taken away
here: `withdraw.forget` does, when a steward says so.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from geo.register import store
from geo.register.dossier import OF_EVENT, Dossier, communities_named, gather, subjects_named
from geo.register.lists import Noun, State
from geo.register.review import state
from geo.register.store import Kept, Register
from geo.register.tables import TABLES


def gone(register: Register) -> dict[str, str]:
    """The subjects and communities that were withdrawn, by id, with the day."""
    made = store.tombstones(register)
    return {**made.get(Noun.SUBJECT, {}), **made.get(Noun.COMMUNITY, {})}


def touched(register: Register, people: Mapping[str, str]) -> dict[str, str]:
    """The incidents of which a row went on the day of a withdrawal, with the last such day."""
    made: dict[str, str] = {}
    days = set(people.values())
    with register.engine.connect() as connection:
        for noun in (Noun.ACT, Noun.INTERVENTION):
            table = TABLES[noun]
            wanted = select(table.c.event, table.c.gone_on).where(table.c.gone_on != "").distinct()
            for row in connection.execute(wanted):
                if row.gone_on in days:
                    made[row.event] = max(row.gone_on, made.get(row.event, ""))
    return made


def count(register: Register, found: Dossier) -> int:
    """How many earlier revisions `withdraw.forget` would take away."""
    return len(_earlier(register, found.event.id))


def is_due(register: Register, found: Dossier) -> bool:
    """Whether an incident was read again after somebody was withdrawn, and keeps older wordings."""
    if state(found) is not State.APPROVED:
        return False
    people = gone(register)
    if not people:
        return False
    named = {*subjects_named(found), *communities_named(found), *found.earlier}
    days = [people[row] for row in named if row in people]
    event = found.event.id
    days += [day for row, day in touched(register, people).items() if row == event]
    last = max(days, default="")
    return bool(last) and any(one.written_on <= last for one in _earlier(register, event))


def due(register: Register, naming: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Every incident that is due, by id. naming: whom each incident names, or named."""
    people = gone(register)
    if not people:
        return ()
    perhaps = set(touched(register, people)) & naming.keys()
    perhaps |= {event for event, rows in naming.items() if rows & people.keys()}
    return tuple(
        event
        for event in sorted(perhaps)
        if (found := gather(register, event)) is not None and is_due(register, found)
    )


def _earlier(register: Register, event: str) -> list[Kept[Any]]:
    made = store.earlier(register, Noun.EVENT, row=event)
    return made + [one for noun in OF_EVENT for one in store.earlier(register, noun, event=event)]
