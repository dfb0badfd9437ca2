"""The national tables: counted on paper, and attacked over time."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.places import Places
from geo.release.privacy import tables
from geo.release.privacy.state import Box, State, as_member
from geo.release.published import Number, Topic, Year, to_bytes
from geo.stages import Fact
from geo.terms import PlaceLevel

Make = Callable[..., Fact]
DISTRICTS = ("010101", "010102", "010201", "020101", "020102")


def _box(fact: Make, first: int, place: str, accepted_in: str, **said: object) -> list[Fact]:
    return [fact(first + n, place, accepted_in, **said) for n in range(5)]


@pytest.fixture
def three(fact: Make) -> list[Fact]:
    """Three boxes of five facts of 2025 each."""
    return [
        one
        for n, place in enumerate(DISTRICTS[:3])
        for one in _box(fact, n * 5, place, "2026-Q1", kinds=("T01",))
    ]


def _years(played: Any) -> list[tuple[int, ...]]:
    return [tuple(year.year for year in issue.published.years) for issue in played.issues]


# --- on paper -------------------------------------------------------------------------------------


def test_every_number_is_rounded_down_and_what_would_be_zero_is_not_there(fact: Make) -> None:
    facts = [
        *(fact(n, kinds=("T01", "T01"), women=True, groups=()) for n in range(9)),
        *(fact(n, kinds=("T01", "L01"), women=False, groups=("G01",)) for n in range(9, 13)),
        *(fact(n, measures=("M01",), granted=("M01",)) for n in range(13, 20)),
        *(fact(n, measures=("M01", "M02"), granted=()) for n in range(20, 23)),
    ]
    assert tables.numbers(facts) == (
        Number(Topic.KINDS, "T01", 10),  # thirteen
        Number(Topic.KINDS, "not-recorded", 10),
        Number(Topic.GROUPS, "not-recorded", 10),  # of G01 there are four
        Number(Topic.WOMEN, "not-recorded", 10),
        Number(Topic.WOMEN, "yes", 5),  # nine; of no there are four
        Number(Topic.REQUESTED, "M01", 10),
        Number(Topic.REQUESTED, "not-recorded", 10),
        Number(Topic.GRANTED, "M01", 5),
        Number(Topic.GRANTED, "not-recorded", 10),
    )


def test_a_year_needs_facts_of_three_boxes(
    fact: Make, three: list[Fact], places: Places, play: Callable[..., Any]
) -> None:
    assert _years(play([("2026-Q2", three[:10])], places)) == [()]
    played = play([("2026-Q2", three)], places)
    assert played.issues[-1].published.years == (
        Year(
            2025,
            (
                Number(Topic.KINDS, "T01", 15),
                Number(Topic.GROUPS, "not-recorded", 15),
                Number(Topic.WOMEN, "not-recorded", 15),
                Number(Topic.REQUESTED, "not-recorded", 15),
                Number(Topic.GRANTED, "not-recorded", 15),
            ),
        ),
    )
    mixed = [replace(one, year=2024) if n < 6 else one for n, one in enumerate(three)]
    assert _years(play([("2026-Q2", mixed)], places)) == [()]  # 2024 in two boxes, 2025 in two
    several = [replace(one, year=2025 if n % 5 else 2024) for n, one in enumerate(three)]
    assert _years(play([("2026-Q2", several)], places)) == [(2024, 2025)]
    nobody_knows = [replace(one, year=None) for one in three]
    assert _years(play([("2026-Q2", nobody_knows)], places)) == [()]


def test_a_row_is_counted_again_after_three_more_boxes_of_its_year(
    fact: Make, three: list[Fact], places: Places, play: Callable[..., Any]
) -> None:
    """Each of the three more closes a quarter after the other; the last may be of another year."""
    more = [
        _box(fact, 15 + n * 5, DISTRICTS[n], quarter)
        for n, quarter in enumerate(("2026-Q2", "2026-Q3", "2026-Q4"))
    ]
    closings = ("2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1")

    def shown(last: list[Fact]) -> list[int]:
        told = [*three, *more[0], *more[1], *last]
        played = play([(quarter, told) for quarter in closings], places)
        assert len(played.boxes) == 6
        return [issue.published.years[-1].numbers[-1].count for issue in played.issues]

    assert shown(more[2]) == [15, 15, 15, 30]
    assert shown([replace(one, year=2023) for one in more[2]]) == [15, 15, 15, 15]


def test_a_withdrawal_takes_all_tables_and_three_boxes_bring_them_back(
    fact: Make, three: list[Fact], places: Places, play: Callable[..., Any]
) -> None:
    left = three[1:]
    more = [
        [*_box(fact, 15 + n * 5, place, "2026-Q2"), fact(90 + n, place, "2026-Q2")]
        for n, place in enumerate(DISTRICTS[:3])
    ]
    two = [*left, *more[0], *more[1]]
    assert _years(play([("2026-Q2", three), ("2026-Q3", two)], places)) == [(2025,), (), ()]
    all_three = [*two, *more[2]]
    played = play([("2026-Q2", three), ("2026-Q3", all_three)], places)
    assert _years(played) == [(2025,), (), (2025,)]


def test_boxes_that_went_do_not_bring_tables_back(
    fact: Make, three: list[Fact], places: Places, play: Callable[..., Any]
) -> None:
    """Two tables that differ by the one box that stayed would tell what is in it."""
    two = [*_box(fact, 15, DISTRICTS[3], "2026-Q2"), *_box(fact, 20, DISTRICTS[4], "2026-Q2")]
    one = _box(fact, 25, DISTRICTS[0], "2026-Q3")
    played = play(
        [
            ("2026-Q2", three),
            ("2026-Q3", [*three, *two]),
            ("2026-Q4", [*three, *two[1:5], *two[6:], *one]),
        ],
        places,
    )
    assert _years(played) == [(2025,), (2025,), (), ()]
    assert len(played.issues[-1].state.boxes) == 4


@pytest.mark.parametrize(("withdrawn_years", "back"), [((2025,), True), ((2018, 2025), False)])
def test_a_row_comes_back_as_it_was_where_the_box_never_showed_its_year(
    fact: Make,
    three: list[Fact],
    places: Places,
    play: Callable[..., Any],
    withdrawn_years: tuple[int, ...],
    back: bool,
) -> None:
    """Only the years that the box had shown decide, not what was in it."""
    years = [withdrawn_years[n % len(withdrawn_years)] for n in range(5)]
    here = [*(replace(o, year=y) for o, y in zip(three[:5], years, strict=True)), *three[5:]]
    pools = ("020102", "0101", "0201")
    old = [
        replace(one, year=2019)
        for n, place in enumerate(pools)
        for one in _box(fact, 50 + n * 5, place, "2026-Q1")
    ]
    new = [
        replace(one, year=2023)
        for n, place in enumerate(DISTRICTS[:3])
        for one in (*_box(fact, 80 + n * 5, place, "2026-Q2"), fact(110 + n, place, "2026-Q2"))
    ]
    played = play([("2026-Q2", [*here, *old]), ("2026-Q3", [*here[1:], *old, *new])], places)
    assert _years(played) == [(2019, 2025), (), (2019, 2023) if back else (2023,)]
    if back:
        assert played.issues[-1].published.years[0] == played.issues[0].published.years[0]


# --- attacked -------------------------------------------------------------------------------------


def _of_year(state: State, year: int) -> list[Box]:
    return [box for box in state.boxes if year in box.years]


def _counted_again(played: Any) -> Iterable[tuple[int, set[int]]]:
    """For each version of a row, the year and the boxes that it counts."""
    last: dict[int, Any] = {}
    for issue in played.issues:
        for row in issue.state.years:
            if row.shown and last.get(row.year) != row.upto:
                last[row.year] = row.upto
                yield row.year, {box.number for box in _of_year(issue.state, row.year)}


def _by_few_boxes(versions: Iterable[tuple[int, set[int]]]) -> int:
    """How many versions of a row count fewer than three boxes that no version before it counted."""
    earlier: dict[int, set[int]] = {}
    found = 0
    for year, boxes in versions:
        known = earlier.setdefault(year, set())
        found += len(boxes - known) < 3
        known |= boxes
    return found


def test_no_two_versions_of_a_row_differ_by_fewer_than_three_boxes(
    history: Callable[[int], Any], play: Callable[..., Any], places: Places
) -> None:
    versions = 0
    for seed in range(40):
        told = [*_counted_again(play(history(seed), places))]
        assert _by_few_boxes(told) == 0
        versions += len(told)
    assert versions > 60


def test_tables_counted_at_every_closing_would_be_found_out(
    history: Callable[[int], Any], play: Callable[..., Any], places: Places
) -> None:
    found = 0
    for seed in range(40):
        told = []
        for issue in play(history(seed), places).issues:
            for year in (2024, 2025, 2026):
                boxes = {box.number for box in _of_year(issue.state, year)}
                if len(boxes) >= 3 and (not told or told[-1] != (year, boxes)):
                    told.append((year, boxes))
        found += _by_few_boxes(told)
    assert found > 40


@given(seed=st.integers(0, 10_000))
def test_every_national_number_is_a_multiple_of_five_and_never_of_one_box(
    seed: int, history: Callable[[int], Any], play: Callable[..., Any], places: Places
) -> None:
    for issue in play(history(seed), places).issues:
        for year in issue.published.years:
            assert all(one.count >= 5 and one.count % 5 == 0 for one in year.numbers)
            span = [b for b in issue.published.boxes if b.from_year and b.from_year <= year.year]
            assert len([b for b in span if b.to_year and b.to_year >= year.year]) >= 3


_ATTRIBUTES = ("kinds", "groups", "women", "measures", "granted")


def test_no_table_tells_in_which_box_a_fact_of_some_kind_is(
    history: Callable[[int], Any], play: Callable[..., Any], places: Places
) -> None:
    """What is told of two facts of one year changes hands, and no byte changes."""
    tried = 0
    for seed in range(60):
        calendar = history(seed)
        played = play(calendar, places)
        first = {
            one.incident: (quarter, box.number)
            for box, quarter in played.boxes.values()
            for one in box.members
            if one.fresh
        }
        facts = {one.incident: one for _, there in calendar for one in there}
        years = {
            name: [one.year for _, there in calendar for one in there if one.incident == name]
            for name in first
        }
        known = [n for n in sorted(first) if set(years[n]) == {facts[n].year} != {None}]
        pairs = [
            (a, b)
            for a in known
            for b in known
            if first[a][0] == first[b][0] and first[a][1] < first[b][1]
            if facts[a].year == facts[b].year
            if all((a in names) == (b in names) for names in _standing(played))
        ]
        for a, b in Random(seed).sample(pairs, min(3, len(pairs))):
            told = {
                name: {what: getattr(facts[other], what) for what in _ATTRIBUTES}
                for name, other in ((a, b), (b, a))
            }
            swapped = [
                (quarter, [replace(one, **told.get(one.incident, {})) for one in there])
                for quarter, there in calendar
            ]
            again = play(swapped, places)
            assert [to_bytes(one.published) for one in again.issues] == [
                to_bytes(one.published) for one in played.issues
            ]
            tried += told[a] != told[b]
    assert tried > 20


def _standing(played: Any) -> list[frozenset[str]]:
    return [issue.state.boxed for issue in played.issues]


def test_one_new_box_does_not_bring_a_new_count_of_a_year_that_waited_for_it(fact: Make) -> None:
    """Two boxes of 2025 came with the last count, too few for a new row; a third comes alone."""
    years = (2025, 2025, 2025, 2025, 2025, 2024, 2025)
    facts = [
        fact(5 * box + n, DISTRICTS[0], "2026-Q1", year=year, kinds=("T01",))
        for box, year in enumerate(years)
        for n in range(5)
    ]
    boxes = tuple(
        Box(
            box + 1,
            PlaceLevel.DISTRICT,
            DISTRICTS[0],
            tuple(as_member(one, fresh=True) for one in facts[5 * box : 5 * box + 5]),
        )
        for box in range(len(years))
    )
    by_id = {one.incident: one for one in facts}
    first = tables.recounted(State("2026-Q2", 3, boxes=boxes[:3]), by_id)
    second = tables.recounted(replace(first, last=6, boxes=boxes[:6]), by_id)
    assert second.counted == 6
    assert second.years[-1] == first.years[-1]
    alone = replace(second, last=7, boxes=boxes)
    assert tables.recounted(alone, by_id) == alone
