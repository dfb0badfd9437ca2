"""How facts become closed boxes, quarter by quarter.

**Rule.** A fact accepted in a quarter may first be in a box that closes at the end of the next.
At a closing, the facts that wait at one place of one level make one pool. A pool closes into one
box, with all that waits there, when its *fresh* facts (in no box before, published or not) are at
least five, three of them about nobody in common, and two of them of no community in common; what
has no subject or no community adds none. So there are three subjects and two communities, and one
person who is named each time with a family and an organisation is not three. A fact waits two
closings at a level, then goes one level up, to the country at last, where it waits on. What is
known only to the province, say, begins there.

**Told again.** A fact that was in a box and may no longer be counted is *lost*. It may come again
as a new incident, which looks fresh and is not, and nothing tells which. So a pool closes only when
it would still close whichever of its fresh facts are not: as many as were lost there, in a box
whose place holds the pool's or lies in it, and whose years hold the year of a fresh fact, where
both are known. A lost fact is never used up, since a wrong one might be taken for it; who comes
back under the same id is lost no more. This only makes others wait.

**Why this cannot be taken apart.** Number the boxes as they closed, and take any sum of their
counts with integer (or rational) factors, over any number of publications, those that take away
included. Let B be the last box whose factor is not zero. Of the facts that are fresh in B, at most
as many were in an earlier box under another id as were lost there. The others are in no earlier
box, and every later box has factor zero: so each of them counts in the sum with exactly B's
factor. Whatever an attacker counts by adding and subtracting therefore contains, whichever facts
were told again, at least five facts, three subjects, two communities, all within one box's place.
Sums over places, years and publications are such sums, so no subtraction of nested public counts
lies between one and four.

**What it does not cover.** Whoever knows facts of a box from elsewhere, or tells invented ones,
may count the rest: the second person who approves is what stands against that. The first and the
last year of a box are known to belong to facts of that box, and to none in particular. What is told
again at another place, or of a year outside its box's, and what is told twice while the first
still counts, is fresh to this program.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from geo.errors import PlacesMissing, ReleaseRefused
from geo.places import Places, wider
from geo.release.privacy import quarters, tables
from geo.release.privacy.state import Box, State, Trace, Wait, as_member
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
    lost = _lost(waits, facts)
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
        fresh = [facts[one.incident] for one in pool if one.fresh]
        if not closes(fresh, [one for one in lost if _beside(one.place, place, places)]):
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


def closes(fresh: Iterable[Fact], lost: Iterable[Trace] = ()) -> bool:
    """Whether these fresh facts are enough for a box, whichever of them are told again.

    lost: traces of lost facts that may be among them by place.
    """
    pool = sorted(fresh, key=lambda fact: fact.incident)
    traces = [one for one in lost if any(_may_be(fact, one) for fact in pool)]
    sure = [fact for fact in pool if not any(_may_be(fact, one) for one in traces)]
    less = min(len(traces), len(pool) - len(sure))

    def holds(groups: Callable[[Fact], Iterable[str]], wanted: int) -> bool:
        told = [frozenset(groups(fact)) for fact in pool]
        return _apart({frozenset(groups(fact)) for fact in sure}, wanted) or (
            _lasts(told, wanted, less) if less else _apart(set(told), wanted)
        )

    return (
        len(pool) - less >= FACTS
        and holds(lambda fact: fact.subjects, SUBJECTS)
        and holds(lambda fact: fact.communities, COMMUNITIES)
    )


def _lasts(groups: Iterable[frozenset[str]], wanted: int, less: int) -> bool:
    """Whether as many as wanted are apart whichever facts, so many, are missing.

    Among groups that are apart, fewer than wanted are left only where every fact of all but the
    most told ones is missing. Where it chooses these groups badly the pool waits, no more.
    """
    facts = Counter(one for one in groups if one)
    chosen: list[int] = []
    taken: set[str] = set()
    for one in sorted(facts, key=lambda one: (-facts[one], len(one), sorted(one))):
        if taken.isdisjoint(one):
            taken |= one
            chosen.append(facts[one])
    return sum(chosen[wanted - 1 :]) > less


def _apart(groups: Iterable[frozenset[str]], wanted: int) -> bool:
    """Whether as many of these groups as wanted share nobody with one another."""
    rest = [one for one in groups if one]
    if wanted <= 1:
        return len(rest) >= wanted
    return any(
        _apart([other for other in rest[n:] if other.isdisjoint(one)], wanted - 1)
        for n, one in enumerate(rest, start=1)
    )


def _lost(waits: Iterable[Wait], facts: Mapping[str, Fact]) -> tuple[Trace, ...]:
    """Traces of what was in a box and may not be counted now."""
    return tuple(one.trace for one in waits if one.trace is not None and one.incident not in facts)


def _may_be(fact: Fact, lost: Trace) -> bool:
    """Whether a fact's year may be that of a lost one. Its box's years are asked, not its own.

    Else a box that comes late would tell the year of whoever withdrew.
    """
    if fact.year is None or lost.first is None or lost.last is None:
        return True
    return lost.first <= fact.year <= lost.last


def _beside(one: str, other: str, places: Places) -> bool:
    """Whether one place holds the other. One that is not known any more may hold any."""
    if one not in places.by_code or other not in places.by_code:
        return True
    return one in (other, *_above(other, places)) or other in _above(one, places)


def _above(place: str, places: Places) -> Iterable[str]:
    return (places.up(place, level) for level in _ORDER)


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
