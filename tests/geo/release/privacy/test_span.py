"""No sum of public counts, with whatever factors, holds fewer than a box's own fresh facts.

The boxes of all publications are the rows of a matrix, facts its columns. A sum with factors that
touches only the facts of a set S exists exactly when the rows lose rank without the columns of S.
So every sum is looked at, not a sample of them: S runs through every set of fewer than five facts,
all facts of two subjects, all facts of one community.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.places import Places
from geo.release.privacy import closing, quarters, taking_away
from geo.release.privacy.state import Box
from geo.stages import Fact

PLACES = ("010101", "010101", "010101", "010102", "0101", "010201", "")
FIRST = "2026-Q1"


def _rank(rows: Iterable[Sequence[int]]) -> int:
    left = [[Fraction(one) for one in row] for row in rows]
    rank = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((i for i in range(rank, len(left)) if left[i][column]), None)
        if pivot is None:
            continue
        left[rank], left[pivot] = left[pivot], left[rank]
        for i in range(rank + 1, len(left)):
            factor = left[i][column] / left[rank][column]
            if factor:
                left[i] = [a - factor * b for a, b in zip(left[i], left[rank], strict=True)]
        rank += 1
    return rank


def _small_sums(boxes: Iterable[Box], facts: dict[str, Fact]) -> list[str]:
    """What an attacker could count that is less than a box, in words; nothing where all is well."""
    members = [frozenset(one.incident for one in box.members) for box in boxes]
    everyone = sorted(frozenset().union(*members)) if members else []
    # facts that are in the same boxes cannot be told apart, so they are one column
    alike: dict[tuple[int, ...], list[str]] = {}
    for one in everyone:
        alike.setdefault(tuple(int(one in box) for box in members), []).append(one)
    columns = [*alike]
    whole = _rank(columns)

    def reached(inside: Callable[[str], bool]) -> bool:
        left = [c for c in columns if not all(inside(one) for one in alike[c])]
        return _rank(left or [()]) < whole

    sets = [
        *_few([alike[c] for c in columns]),
        *_of_two_subjects(facts),
        *_of_one_community(facts),
    ]
    return [told for told, inside in sets if reached(inside)]


_Told = tuple[str, Callable[[str], bool]]


def _few(groups: list[list[str]]) -> Iterator[_Told]:
    for size in range(1, 5):
        for some in combinations([group for group in groups if len(group) < 5], size):
            named = {one for group in some for one in group}
            if len(named) < 5:
                yield f"few facts: {sorted(named)}", named.__contains__


def _of_two_subjects(facts: dict[str, Fact]) -> Iterator[_Told]:
    for pair in combinations(sorted({s for fact in facts.values() for s in fact.subjects}), 2):
        about = {name for name, fact in facts.items() if {*fact.subjects} <= {*pair}}
        yield f"two subjects: {pair}", about.__contains__


def _of_one_community(facts: dict[str, Fact]) -> Iterator[_Told]:
    for one in sorted({c for fact in facts.values() for c in fact.communities}):
        of = {name for name, fact in facts.items() if {*fact.communities} <= {one}}
        yield f"one community: {one}", of.__contains__


def _latest(calendar: list[tuple[str, list[Fact]]]) -> dict[str, Fact]:
    return {fact.incident: fact for _, facts in calendar for fact in facts}


def _found_in(
    seeds: range, history: Callable[[int], Any], play: Callable[..., Any], places: Places
) -> tuple[list[str], list[tuple[Box, str]]]:
    found, boxes = [], []
    for seed in seeds:
        calendar = history(seed)
        closed = [*play(calendar, places).boxes.values()]
        found += _small_sums([box for box, _ in closed], _latest(calendar))
        boxes += closed
    return found, boxes


def test_the_check_finds_what_a_refilled_and_an_opened_box_would_tell(
    fact: Callable[..., Fact], places: Places, play: Callable[..., Any]
) -> None:
    facts = {one.incident: one for one in (fact(n) for n in range(12))}
    played = play([("2026-Q2", [*facts.values()])], places)
    ((box, _),) = played.boxes.values()
    assert _small_sums([box], facts) == []
    opened = replace(box, members=box.members[1:])
    assert _small_sums([box, opened], facts) == [
        "few facts: ['f000']",
        "two subjects: ('s0', 's1')",
        *(f"two subjects: ('s0', 's{n}')" for n in (10, 11, *range(2, 10))),
        "one community: c0",
    ]
    # two boxes that share all but a few: no single count is small, their difference is
    other = replace(box, members=box.members[2:])
    assert any(told.startswith("few facts") for told in _small_sums([box, other], facts))
    halves = [replace(box, members=box.members[a:b]) for a, b in ((0, 6), (6, 12), (1, 12))]
    assert "few facts: ['f000']" in _small_sums(halves, facts)


def test_years_of_publications_and_withdrawals_leave_no_small_sum(
    history: Callable[[int], Any], play: Callable[..., Any], places: Places
) -> None:
    found, boxes = _found_in(range(60), history, play, places)
    assert found == []
    riding = [box for box, _ in boxes if not all(one.fresh for one in box.members)]
    assert len(boxes) > 100
    assert len(riding) > 20


def test_returned_facts_that_made_boxes_alone_would_be_found_out(
    history: Callable[[int], Any],
    play: Callable[..., Any],
    places: Places,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rule of fresh facts is not for show: without it this same attack finds people."""
    rule = taking_away._returned
    monkeypatch.setattr(
        taking_away,
        "_returned",
        lambda box, since: tuple(replace(one, fresh=True) for one in rule(box, since)),
    )
    found, _ = _found_in(range(40), history, play, places)
    assert any(told.startswith("few facts") for told in found)


_FACTS = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from("abcde"),
        st.sampled_from("xyz"),
        st.integers(0, 5),
        st.sets(st.integers(2, 9), max_size=3),
    ),
    min_size=15,
    max_size=45,
)


@given(told=_FACTS)
def test_no_history_has_a_small_sum(
    told: list[tuple[str, str, str, int, set[int]]], places: Places, play: Callable[..., Any]
) -> None:
    """Each fact comes in a quarter, and goes or comes again in those of its set."""
    calendar = []
    for count in range(10):
        there = [
            Fact(f"f{n:03d}", (subject,), (community,), place, 2025, quarters.later(FIRST, came))
            for n, (place, subject, community, came, turns) in enumerate(told)
            if came <= count and sum(turn <= count for turn in turns) % 2 == 0
        ]
        calendar.append((quarters.later(FIRST, count), there))
    played = play(calendar, places)
    assert _small_sums([box for box, _ in played.boxes.values()], _latest(calendar)) == []
    standing: set[int] = set()
    for issue in played.issues:
        numbers = {box.number for box in issue.state.boxes}
        assert numbers < standing if issue.only_takes_away else numbers >= standing
        standing = numbers


_AGAIN = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from("abcdefgh"),
        st.sampled_from("xyz"),
        st.sampled_from([2024, 2025, None]),
        st.integers(0, 5),
        st.lists(st.integers(1, 9), max_size=3, unique=True),
    ),
    min_size=15,
    max_size=45,
)
_Again = list[tuple[str, str, str, int | None, int, list[int]]]


def _told_again(told: _Again) -> Any:
    """Each fact comes in a quarter; in each of its list it is withdrawn and told anew, or only
    withdrawn where that is the quarter's turn: under a new id, and what it was is forgotten."""
    calendar = []
    for count in range(10):
        there = []
        for n, (place, subject, community, year, came, turns) in enumerate(told):
            lives = sum(turn <= count for turn in turns if turn > came)
            gone = any(turn == count and turn % 2 for turn in turns if turn > came)
            if came <= count and not gone:
                since = max([came, *(turn for turn in turns if came < turn <= count)])
                there.append(
                    Fact(
                        f"f{n:03d}-{lives}",
                        (subject,),
                        (community,),
                        place,
                        year,
                        quarters.later(FIRST, since),
                    )
                )
        calendar.append((quarters.later(FIRST, count), there))
    return calendar


def _as_one(box: Box) -> Box:
    """The box as people know it: what was told again is the same fact, whatever its id."""
    members = {one.incident[:4]: replace(one, incident=one.incident[:4]) for one in box.members}
    return replace(box, members=tuple(members.values()))


def _sums_of(told: _Again, play: Callable[..., Any], places: Places) -> list[str]:
    calendar = _told_again(told)
    boxes = [_as_one(box) for box, _ in play(calendar, places).boxes.values()]
    known = {
        fact.incident[:4]: replace(fact, incident=fact.incident[:4])
        for fact in _latest(calendar).values()
    }
    return _small_sums(boxes, known)


@given(told=_AGAIN)
def test_what_was_withdrawn_and_told_again_leaves_no_small_sum(
    told: _Again, places: Places, play: Callable[..., Any]
) -> None:
    assert _sums_of(told, play, places) == []


def _random_again(seed: int) -> _Again:
    random = Random(seed)
    return [
        (
            random.choice(PLACES),
            random.choice("abcdefgh"),
            random.choice("xyz"),
            random.choice([2024, 2025, None]),
            random.randrange(6),
            random.sample(range(1, 10), random.choice([0, 0, 1, 2])),
        )
        for _ in range(45)
    ]


@pytest.mark.parametrize("remembered", [True, False])
def test_without_what_was_lost_the_same_attack_finds_people(
    remembered: bool, places: Places, play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not remembered:
        monkeypatch.setattr(closing, "_lost", lambda waits, facts: ())
    found = [told for seed in range(60) for told in _sums_of(_random_again(seed), play, places)]
    assert bool(found) is not remembered
