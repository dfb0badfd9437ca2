"""Which incidents somebody may open. What may not be opened is answered as if it were not there."""

from collections.abc import Callable

from sqlalchemy import select

from geo.errors import RecordUnknown
from geo.register import consent, dossier, store
from geo.register.dossier import Dossier
from geo.register.lists import Noun, Told
from geo.register.tables import TABLES
from geo.terms import Audience
from webmap.desk.desk import Desk, Role

READERS = frozenset({Role.MONITOR, Role.DOCUMENTER, Role.REVIEWER, Role.LAWYER})
"""Who may open incidents at all; which ones, `readable` says."""

WRITERS = frozenset({Role.MONITOR, Role.DOCUMENTER})
STEWARDS = frozenset({Role.STEWARD})

_READ_ALL = frozenset({Role.DOCUMENTER, Role.REVIEWER})


def readable(desk: Desk, found: Dossier) -> bool:
    """Whether whoever asks may read it: all incidents, their own, or what was consented."""
    roles = desk.roles()
    if roles & _READ_ALL:
        return True
    if Role.MONITOR in roles and found.event.content.author == desk.account():
        return True
    return Role.LAWYER in roles and for_lawyers(desk, found)


def for_lawyers(desk: Desk, found: Dossier) -> bool:
    """Whether everybody concerned lets a lawyer read it today."""
    return consent.allows(found, Audience.LAWYER, "", today(desk)) is Told.YES


def as_lawyer(desk: Desk, found: Dossier) -> bool:
    """Whether nothing but the consent for lawyers opens it to whoever asks."""
    roles = desk.roles()
    own = Role.MONITOR in roles and found.event.content.author == desk.account()
    return not (roles & _READ_ALL or own)


def writable(desk: Desk, found: Dossier) -> bool:
    """Whether whoever asks may write this incident."""
    roles = desk.roles()
    own = found.event.content.author == desk.account()
    return Role.DOCUMENTER in roles or (Role.MONITOR in roles and own)


def sees_all(desk: Desk) -> bool:
    """Whether nothing is kept from whoever asks, so that whole lists may be shown to them."""
    return bool(desk.roles() & _READ_ALL)


def opened(desk: Desk, event: str, deed: str = "read event") -> Dossier:
    """An incident, opened for whoever asks, with its line in the audit log.

    Raises RecordUnknown where it is not there, was withdrawn, or is not for them: all the same.
    """
    found = sought(desk, event, readable)
    if found is None:
        raise RecordUnknown("No hay tal incidente.")
    note(desk, deed, event)
    return found


def sought(desk: Desk, event: str, may: Callable[[Desk, Dossier], bool]) -> Dossier | None:
    """An incident, where it is there and `may` opens it to whoever asks.

    One that is not there takes the work of one that is not for them: in its place some other is
    gathered and thrown away.
    """
    there, other = store.get(desk.register, Noun.EVENT, event) is not None, _any(desk)
    found = dossier.gather(desk.register, event if there else other)
    return found if there and found is not None and may(desk, found) else None


def _any(desk: Desk) -> str:
    events = TABLES[Noun.EVENT]
    with desk.register.engine.connect() as connection:
        found = connection.execute(select(events.c.id).where(events.c.gone_on == "").limit(1))
        return found.scalar() or ""


def stewarded(desk: Desk, event: str, deed: str) -> Dossier:
    """An incident for a steward, who looks after consent whoever wrote it; with its audit line."""
    found = dossier.gather(desk.register, event)
    if found is None:
        raise RecordUnknown("No hay tal incidente.")
    note(desk, deed, event)
    return found


def note(desk: Desk, deed: str, about: str = "") -> None:
    """A line in the audit log, of its own."""
    with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
        store.note(txn, deed, about)


def today(desk: Desk) -> str:
    """The day in the register's own reckoning, which is UTC."""
    return desk.home.now().date().isoformat()
