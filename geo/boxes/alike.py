"""What is told of a whole box at once, and people of a box who may be counted twice."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from geo.boxes.findings import Finding, Weight
from geo.boxes.learning import place_name
from geo.places import Places
from geo.register import store
from geo.register.lists import Noun, SubjectKind
from geo.register.nouns import Subject
from geo.register.store import Register
from geo.release.privacy.state import State
from geo.release.published import LEAST, NOT_RECORDED
from geo.words import _


def of_tables(state: State) -> Iterator[Finding]:
    """Numbers of the national tables that tell the same of all facts of their year, or nearly all.

    What was not recorded says nothing of anybody.
    """
    for row in state.years:
        if not row.shown or row.numbers is None:
            continue
        counted = [box for box in state.boxes if box.number <= row.upto]
        total = sum(one.year == row.year for box in counted for one in box.members)
        for number in row.numbers:
            if number.code != NOT_RECORDED and total - number.count < LEAST:
                yield Finding(
                    Weight.LOOK,
                    _(
                        "{year}: todos o casi todos los hechos de los cuadros dicen lo mismo "
                        "({topic}: {code}); quien lo lea lo sabrá de cada paquete de ese año."
                    ),
                    {"year": row.year, "topic": number.topic.value, "code": number.code},
                )


def of_people(state: State, register: Register, places: Places) -> Iterator[Finding]:
    """Boxes in which several references may be one person with a family or an organisation.

    It gives how many, and never which.
    """
    known: defaultdict[str, list[Subject]] = defaultdict(list)
    for row in store.every(register, Noun.SUBJECT) if state.boxes else ():
        known[row.content.reference or row.id].append(row.content)
    for box in state.boxes:
        told = {one for member in box.members for one in member.subjects}
        count = _together({one: known[one] for one in told if one in known}.items())
        if count:
            yield Finding(
                Weight.LOOK,
                _(
                    "{place}: {count} de {subjects} personas, familias u organizaciones podrían "
                    "ser menos: comparten organización, o la comunidad de una familia u "
                    "organización. Mire que no se cuente dos veces a la misma persona."
                ),
                {"place": place_name(box.place, places), "count": count, "subjects": len(told)},
            )


def _together(told: Iterable[tuple[str, list[Subject]]]) -> int:
    """How many references share an organisation, or a community with one that is no person."""
    groups: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    several: Counter[tuple[str, str]] = Counter()
    for reference, rows in told:
        for one in rows:
            if organisation := one.organisation.strip().casefold():
                groups["organisation", organisation].add(reference)
                several["organisation", organisation] += 1
            if one.community:
                groups["community", one.community].add(reference)
                several["community", one.community] += one.kind is not SubjectKind.PERSON
    return len(
        {
            reference
            for key, here in groups.items()
            if several[key] and len(here) > 1
            for reference in here
        }
    )
