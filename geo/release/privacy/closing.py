"""How facts become closed boxes, quarter by quarter.

**Rule.** A fact accepted in a quarter may first be in a box that closes at the end of the next.
At a closing, the facts that wait at one place of one level make one pool. A pool closes into one
box, with all that waits there, when its *fresh* facts (in no box before, published or not) are at
least five, three of them about nobody in common, and two of them of no community in common; what
has no subject or no community adds none. So there are three subjects and two communities, and one
person who is named each time with a family and an organisation is not three. A fact waits two
closings at a level, then goes one level up, to the country at last, where it waits on. What is
known only to the province, say, begins there.

**Why this cannot be taken apart.** Number the boxes as they closed, and take any sum of their
counts with integer (or rational) factors, over any number of publications, those that take away
included. Each fact is fresh in at most one box. Let B be the last box whose factor is not zero.
A fresh fact of B is in no earlier box, and every later box has factor zero: so every fresh fact
of B counts in the sum with exactly B's factor. Whatever an attacker counts by adding and
subtracting therefore contains the whole fresh part of a box: at least five facts, three subjects,
two communities, all within that box's place. Sums over places, years and publications are such
sums, so no subtraction of nested public counts lies between one and four.

**What it does not cover.** Whoever knows facts of a box from elsewhere, or tells invented ones,
may count the rest: the second person who approves is what stands against that. The first and the
last year of a box are known to belong to facts of that box, and to none in particular. Facts that
were withdrawn and told again as new incidents are fresh to this program.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from geo.errors import PlacesMissing, ReleaseRefused
from geo.places import Places, wider
from geo.release.privacy import quarters, tables
from geo.release.privacy.state import Box, State, Wait, as_member
from geo.release.privacy.taking_away import pending
from geo.stages import Fact, Incidents
from geo.terms import PlaceLevel

FACTS, SUBJECTS, COMMUNITIES = 5, 3, 2
CLOSINGS = 2
"""How many closings a fact waits at a level before it goes one up."""

_ORDER = tuple(PlaceLevel)


def close(state: State, incidents: Incidents, quarter: str, places: Places) -> State:
    """The state after the closing of a quarter, and of those before it that were skipped.

    Raises ReleaseRefused where the quarter is closed already, or where a box must first be taken
    away; DateUnreadable for what is no quarter; PlacesMissing for a place that is not known.
    """
    quarters.number(quarter)
    if state.closed_to and quarter <= state.closed_to:
        raise ReleaseRefused(
            f"El trimestre {quarter} ya está cerrado: el siguiente es "
            f"{quarters.later(state.closed_to)}."
        )
    if pending(state, incidents):
        raise ReleaseRefused(
            "Hay hechos publicados que se retiraron o cambiaron: publique primero el retiro de "
            "sus paquetes, y después cierre el trimestre."
        )
    facts = {fact.incident: fact for fact in incidents.facts}
    _check_places(facts.values(), places)
    first = [quarters.later(fact.accepted_in) for fact in facts.values()]
    start = quarters.later(state.closed_to) if state.closed_to else min([quarter, *first])
    for each in quarters.from_to(start, quarter):
        state = _closing(state, facts, each, places)
    return tables.recounted(replace(state, closed_to=quarter), facts)


def _closing(state: State, facts: Mapping[str, Fact], quarter: str, places: Places) -> State:
    waits = tuple(_moved(one, quarter) for one in _still(state.waiting, facts))
    known = state.boxed | {one.incident for one in waits}
    new = tuple(
        Wait(
            fact.incident,
            places.by_code[fact.place].level,
            quarter,
            fresh=state.old_to is None or (fact.year or 0) > state.old_to,
        )
        for _, fact in sorted(facts.items())
        if fact.incident not in known and quarters.later(fact.accepted_in) <= quarter
    )
    pools: defaultdict[tuple[int, str], list[Wait]] = defaultdict(list)
    for wait in (*waits, *new):
        fact = facts.get(wait.incident)
        if fact is not None:
            depth = max(_ORDER.index(wait.level), _own_level(fact, places))
            pools[depth, places.up(fact.place, _ORDER[depth])].append(wait)
    boxes, boxed = list(state.boxes), set()
    for (depth, place), pool in sorted(pools.items()):
        if not closes([facts[one.incident] for one in pool if one.fresh]):
            continue
        members = tuple(
            as_member(facts[one.incident], fresh=one.fresh)
            for one in sorted(pool, key=lambda one: one.incident)
        )
        number = state.last + 1 + len(boxes) - len(state.boxes)
        carried = tuple(sorted({year for one in pool for year in one.carried}))
        boxes.append(Box(number, _ORDER[depth], place, members, carried))
        boxed |= {one.incident for one in pool}
    return replace(
        state,
        last=state.last + len(boxes) - len(state.boxes),
        boxes=tuple(boxes),
        waiting=tuple(one for one in (*waits, *new) if one.incident not in boxed),
    )


def closes(fresh: Iterable[Fact]) -> bool:
    """Whether these fresh facts are enough for a box."""
    pool = tuple(fresh)
    return (
        len(pool) >= FACTS
        and _apart({frozenset(fact.subjects) for fact in pool}, SUBJECTS)
        and _apart({frozenset(fact.communities) for fact in pool}, COMMUNITIES)
    )


def _apart(groups: Iterable[frozenset[str]], wanted: int) -> bool:
    """Whether as many of these groups as wanted share nobody with one another."""
    rest = [one for one in groups if one]
    if wanted <= 1:
        return len(rest) >= wanted
    return any(
        _apart([other for other in rest[n:] if other.isdisjoint(one)], wanted - 1)
        for n, one in enumerate(rest, start=1)
    )


def _still(waits: Iterable[Wait], facts: Mapping[str, Fact]) -> Iterable[Wait]:
    """What still waits. A fact that was in a box stays known even while it may not be counted.

    It might be consented to again, and it would not be fresh.
    """
    return (one for one in waits if one.incident in facts or not one.fresh)


def _moved(wait: Wait, quarter: str) -> Wait:
    if quarters.number(quarter) - quarters.number(wait.since) < CLOSINGS:
        return wait
    return replace(wait, level=wider(wait.level), since=quarter)


def _own_level(fact: Fact, places: Places) -> int:
    return _ORDER.index(places.by_code[fact.place].level)


def _check_places(facts: Iterable[Fact], places: Places) -> None:
    if any(fact.place not in places.by_code for fact in facts):
        raise PlacesMissing(
            "Un hecho está en un lugar que los distritos guardados no tienen: vuelva a traer el "
            "archivo de distritos con el que se registró."
        )
