"""What is looked up all day, in memory: the index of incidents, and references by their text.

It is one for the whole desk, made after unlocking, and dies with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from flask import Flask, current_app

from geo.register import store
from geo.register.lists import Noun, Told
from geo.register.search import Entry, Index
from geo.register.store import Register
from webmap.desk.desk import Desk, Role

_INDEX, _REFERENCES = "desk_index", "desk_references"


@dataclass(eq=False, repr=False)
class References:
    """The id of each reference of a noun. None ever changes, so that new rows are enough."""

    register: Register
    noun: Noun
    _by_id: dict[str, str] = field(default_factory=dict)
    _by_reference: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def all(self) -> dict[str, str]:
        """Reference -> id of every row that is there now."""
        with self._lock:
            there = store.ids(self.register, self.noun)
            for row in self._by_id.keys() - there:
                del self._by_reference[self._by_id.pop(row)]
            new = there - self._by_id.keys()
            if len(new) > _AFRESH:
                found = store.every(self.register, self.noun)
            else:
                found = [k for row in new if (k := store.get(self.register, self.noun, row))]
            for kept in found:
                self._by_id[kept.id] = kept.content.reference
                self._by_reference[kept.content.reference] = kept.id
            return dict(self._by_reference)


_AFRESH = 200
"""Above so many new rows, the table is read once instead."""


def prepare(app: Flask, desk: Desk) -> None:
    """Gives the application its memory, filled: the first who asks should not have to wait."""
    index = Index(desk.register, desk.places)
    index.entries(desk.home.now().date().isoformat())
    app.extensions[_INDEX] = index
    app.extensions[_REFERENCES] = {
        noun: References(desk.register, noun) for noun in (Noun.SUBJECT, Noun.COMMUNITY)
    }
    for one in app.extensions[_REFERENCES].values():
        one.all()


def index() -> Index:
    """The index of the application that answers."""
    found: Index = current_app.extensions[_INDEX]
    return found


def references(noun: Noun) -> dict[str, str]:
    """Reference -> id of every subject, or of every community."""
    found: References = current_app.extensions[_REFERENCES][noun]
    return found.all()


def may_see(desk: Desk) -> Callable[[Entry], bool]:
    """Which entries whoever asks may see in a list: as `access.readable` has it."""
    roles, account = desk.roles(), desk.account()
    if roles & {Role.DOCUMENTER, Role.REVIEWER, Role.STEWARD}:
        return lambda _entry: True
    own = Role.MONITOR in roles
    lawyer = Role.LAWYER in roles
    return lambda one: (own and one.author == account) or (lawyer and one.lawyer is Told.YES)
