"""What a withdrawal does: its whole box goes, in a publication that only takes away.

A box is never opened: to take one fact out of it would say which it was. The other facts come
back to wait, one level up from the box, as *returned*: they only ride along in a box that closes
by fresh facts, so the theorem of `closing` holds over withdrawals too. What was withdrawn and is
consented to again is not fresh either. They bring the years that their box showed: a year that was
missing when they are shown again would be the year of whoever withdrew.
"""

from dataclasses import replace
from itertools import chain

from geo.errors import StageBroken
from geo.places import wider
from geo.release.privacy import quarters, tables
from geo.release.privacy.state import Box, Member, State, Trace, Wait, as_member
from geo.stages import Incidents


def pending(state: State, incidents: Incidents) -> tuple[str, ...]:
    """The boxed facts that may not stay as they are, sorted.

    A fact is one of them when it is no longer in `incidents` (withdrawn, consent over, a veto),
    or when its place, year, subjects or communities are not those with which its box closed.
    """
    facts = {fact.incident: fact for fact in incidents.facts}
    found = []
    for one in chain.from_iterable(box.members for box in state.boxes):
        fact = facts.get(one.incident)
        if fact is None or as_member(fact, fresh=one.fresh) != one:
            found.append(one.incident)
    return tuple(sorted(found))


def take_away(state: State, incidents: Incidents) -> State:
    """The state without the boxes of pending facts. Nothing else changes but the tables.

    The national tables go until they are counted again: see `tables`.
    """
    gone = frozenset(pending(state, incidents))
    out = [box for box in state.boxes if any(one.incident in gone for one in box.members)]
    if not out:
        return state
    if not state.closed_to:
        raise StageBroken("hay paquetes cerrados antes del primer cierre")
    since = quarters.later(state.closed_to)
    return replace(
        state,
        boxes=tuple(box for box in state.boxes if box not in out),
        waiting=(*state.waiting, *chain.from_iterable(_returned(box, since) for box in out)),
        years=tables.without(state.years, out),
    )


def _returned(box: Box, since: str) -> tuple[Wait, ...]:
    level = wider(box.level)
    carried = (box.shown[0], box.shown[-1]) if box.shown else ()
    return tuple(
        Wait(one.incident, level, since, fresh=False, carried=carried, trace=_trace(one, box))
        for one in box.members
    )


def _trace(one: Member, box: Box) -> Trace:
    if one.year is None or not box.shown:
        return Trace(box.place)
    return Trace(box.place, box.shown[0], box.shown[-1])
