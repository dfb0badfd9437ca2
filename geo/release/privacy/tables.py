"""The national tables: by year, over the facts of standing boxes, in multiples of five.

**Rule.** A year has a row only when fresh facts of at least three boxes fall in it. The tables are
counted again only when at least three standing boxes closed since the last count, and a row only
when at least three of *those with fresh facts of its year* did: otherwise two versions of a row
could differ by one box, or by what was withdrawn alone. When a box is taken out every row goes. At
the next count a row comes back as it was where the years that the box had shown do not span its
year; where they do, it comes back only with three new boxes of its year. Which of the two holds
only what is public decides, so that a row that comes back tells nothing of the box.

**What follows.** In any sum of versions of a row, the last one counts facts of at least three
boxes that no earlier one counted. And a row depends on its facts only through their multiset:
exchanging what is told of two facts of one year, in two boxes, changes no byte. So no table says
of which box, hence of which place, a fact of some kind is, unless all or nearly all facts of the
year tell the same: then whoever sees it knows it of each box of that year. Such a number stays, for
one that was left out would read as less than five, and the report points at it before two people
say yes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from geo.release.privacy.state import Box, Counted, State
from geo.release.published import LEAST, NO, NOT_RECORDED, YES, Number, Topic
from geo.stages import Fact

BOXES = 3
"""How many boxes a row, a new count of it, and a new count of all the tables need at least."""


def recounted(state: State, facts: Mapping[str, Fact]) -> State:
    """The state with its tables counted again where the rule allows it, else as it was.

    facts: by incident; holds every fact of the standing boxes.
    """
    if len(_since(state.boxes, state.counted)) < BOXES:
        return state
    last = {one.year: one for one in state.years}
    years = sorted({year for box in state.boxes for year in box.years} | set(last))
    return replace(
        state,
        counted=state.last,
        years=tuple(
            _year(y, state, last.get(y, Counted(y, 0, None, shown=False)), facts) for y in years
        ),
    )


def without(years: Iterable[Counted], out: Sequence[Box]) -> tuple[Counted, ...]:
    """The years once some boxes were taken out: none shown, and spent where a box spans them."""
    spans = [(box.shown[0], box.shown[-1]) for box in out if box.shown]
    return tuple(
        replace(
            one,
            shown=False,
            numbers=None if any(a <= one.year <= b for a, b in spans) else one.numbers,
        )
        for one in years
    )


def numbers(facts: Iterable[Fact]) -> tuple[Number, ...]:
    """What is told of some facts, each number rounded down; one that would be zero is left out."""
    counts = Counter(key for fact in facts for key in _told(fact))
    order = list(Topic)
    return tuple(
        Number(topic, code, count // LEAST * LEAST)
        for (topic, code), count in sorted(
            counts.items(), key=lambda one: (order.index(one[0][0]), one[0][1])
        )
        if count >= LEAST
    )


def _year(year: int, state: State, last: Counted, facts: Mapping[str, Fact]) -> Counted:
    with_it = [box for box in state.boxes if year in box.years]
    new = [box for box in with_it if any(one.fresh and one.year == year for one in box.members)]
    if len(_since(new, last.upto)) < BOXES:
        return replace(last, shown=last.numbers is not None)
    counted = [facts[one.incident] for box in with_it for one in box.members if one.year == year]
    return Counted(year, state.last, numbers(counted), shown=True)


def _since(boxes: Iterable[Box], upto: int) -> list[Box]:
    return [box for box in boxes if box.number > upto]


def _told(fact: Fact) -> Iterator[tuple[Topic, str]]:
    """What one fact adds one to; a code that it has twice counts once."""
    yield from ((Topic.KINDS, code) for code in set(fact.kinds) or {NOT_RECORDED})
    groups = {NOT_RECORDED} if fact.groups is None else set(fact.groups)
    yield from ((Topic.GROUPS, code) for code in groups)
    women = NOT_RECORDED if fact.women is None else YES if fact.women else NO
    yield Topic.WOMEN, women
    asked = {NOT_RECORDED} if fact.measures is None else set(fact.measures)
    yield from ((Topic.REQUESTED, code) for code in asked)
    silent = fact.measures is None and not fact.granted
    granted = {NOT_RECORDED} if silent else set(fact.granted)
    yield from ((Topic.GRANTED, code) for code in granted)
