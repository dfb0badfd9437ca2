"""Who withdrew and is still in a published box, and since when: it must not wait for anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geo.boxes import state as remembered
from geo.places import Places
from geo.register import approved, dossier, store
from geo.register.lists import ConsentWord, Noun
from geo.register.store import Register
from geo.release.privacy.taking_away import pending


@dataclass(frozen=True)
class Pending:
    """How many published facts must go, and for how many days, 0 where since today or unknown."""

    count: int
    days: int


def pending_now(register: Register, places: Places, on: date) -> Pending:
    """The published facts that were withdrawn or changed, as of a day at the country's clock."""
    state = remembered.kept(register).state
    if not state.boxes:
        return Pending(0, 0)
    gone = pending(state, approved.incidents(register, places, on.isoformat()))
    if not gone:
        return Pending(0, 0)
    first = min(_since(register, gone), default=on.isoformat())
    return Pending(len(gone), max(0, (on - date.fromisoformat(first)).days))


def _since(register: Register, gone: Iterable[str]) -> list[str]:
    """For each fact the day from which it had to go, where the register tells."""
    buried = store.tombstones(register)
    days = []
    for event in gone:
        said = [buried.get(Noun.EVENT, {}).get(event, "")]
        found = dossier.gather(register, event)
        if found is not None:
            said += [
                row.written_on
                for row in (*found.consents, *found.earlier_words)
                if row.content.word is not ConsentWord.GIVEN
            ]
            said += [row.content.on for row in found.reviews[-1:]]
            subjects = buried.get(Noun.SUBJECT, {})
            said += [subjects.get(one, "") for one in dossier.subjects_named(found)]
        if any(said):
            days.append(max(said))
    return days
