"""When a box closes, worked on paper."""

from collections.abc import Callable
from typing import Any

import pytest

from geo.errors import DateUnreadable, PlacesMissing, ReleaseRefused
from geo.places import Places
from geo.release.privacy.closing import close
from geo.release.privacy.state import EMPTY, State
from geo.stages import Fact, Incidents

Make = Callable[..., Fact]


def _closed(facts: list[Fact], places: Places, *closings: str, after: State = EMPTY) -> State:
    for quarter in closings:
        after = close(after, Incidents(tuple(facts)), quarter, places)
    return after


def _said(state: State) -> list[tuple[str, int]]:
    return [(box.place, len(box.members)) for box in state.boxes]


def test_five_facts_of_three_subjects_and_two_communities_close(fact: Make, places: Places) -> None:
    subjects = ["a", "b", "c", "a", "b"]
    communities = ["x", "y", "x", "x", "x"]
    facts = [
        fact(n, subjects=(s,), communities=(c,))
        for n, (s, c) in enumerate(zip(subjects, communities, strict=True))
    ]
    assert _said(_closed(facts, places, "2026-Q2")) == [("010101", 5)]


@pytest.mark.parametrize(
    "said",
    [
        [("a", "x"), ("b", "y"), ("c", "x"), ("d", "y")],  # four facts
        [("a", "x"), ("b", "y"), ("a", "x"), ("b", "y"), ("a", "x"), ("b", "y")],  # two subjects
        [("a", "x"), ("b", "x"), ("c", "x"), ("d", "x"), ("e", "x")],  # one community
        [("a", "x"), ("b", "x"), ("c", "x"), ("d", None), ("e", None)],  # none adds none
        [("a", "x"), ("b", "y"), (None, "x"), (None, "y"), (None, "x")],
    ],
)
def test_one_short_of_any_of_the_three_does_not_close(
    fact: Make, places: Places, said: list[tuple[str | None, str | None]]
) -> None:
    facts = [
        fact(n, subjects=(s,) if s else (), communities=(c,) if c else ())
        for n, (s, c) in enumerate(said)
    ]
    assert _said(_closed(facts, places, "2026-Q2")) == []


def test_a_fact_of_this_quarter_waits_for_the_end_of_the_next(fact: Make, places: Places) -> None:
    facts = [fact(n, accepted_in="2026-Q2") for n in range(5)]
    assert _said(_closed(facts, places, "2026-Q2")) == []
    assert _said(_closed(facts, places, "2026-Q2", "2026-Q3")) == [("010101", 5)]


def test_a_late_fact_makes_no_box_of_the_others_early(fact: Make, places: Places) -> None:
    facts = [*(fact(n) for n in range(4)), fact(4, accepted_in="2026-Q2")]
    assert _said(_closed(facts, places, "2026-Q2")) == []
    assert _said(_closed(facts, places, "2026-Q2", "2026-Q3")) == [("010101", 5)]


def test_facts_wait_two_closings_at_each_level_and_the_country_at_last(
    fact: Make, places: Places
) -> None:
    facts = [fact(n) for n in range(4)]
    state = EMPTY
    seen = []
    for quarter in ("2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"):
        state = _closed(facts, places, quarter, after=state)
        seen.append(state.waiting[0].level.value)
    assert seen == ["district"] * 2 + ["province"] * 2 + ["department"] * 2 + ["country"]
    for quarter in ("2028-Q1", "2028-Q2", "2028-Q3"):
        state = _closed(facts, places, quarter, after=state)
    far = fact(9, place="", accepted_in="2028-Q3")
    assert _said(_closed([*facts, far], places, "2028-Q4", after=state)) == [("", 5)]


def test_two_districts_meet_in_their_province_and_never_beyond_it(
    fact: Make, places: Places
) -> None:
    here = [fact(n, "010101") for n in range(3)] + [fact(n, "010102") for n in range(3, 6)]
    other = [fact(n, "010201") for n in range(6, 10)]
    state = _closed(here + other, places, "2026-Q2", "2026-Q3")
    assert _said(state) == []
    state = _closed(here + other, places, "2026-Q4", after=state)
    assert _said(state) == [("0101", 6)]
    assert {one.incident for one in state.waiting} == {one.incident for one in other}


def test_what_is_known_to_the_province_only_begins_there(fact: Make, places: Places) -> None:
    facts = [fact(n, "0101") for n in range(5)]
    assert _said(_closed(facts, places, "2026-Q2")) == [("0101", 5)]
    beside = [*facts[:4], fact(4, "010101")]
    assert _said(_closed(beside, places, "2026-Q2")) == []


def test_a_closed_box_is_never_filled_again(fact: Make, places: Places) -> None:
    facts = [fact(n) for n in range(5)]
    state = _closed(facts, places, "2026-Q2")
    more = [fact(n, accepted_in="2026-Q2") for n in range(5, 12)]
    state = _closed(facts + more, places, "2026-Q3", after=state)
    assert _said(state) == [("010101", 5), ("010101", 7)]


def test_quarters_that_were_skipped_are_closed_one_by_one(fact: Make, places: Places) -> None:
    early = [fact(n) for n in range(4)]
    late = [fact(n, accepted_in="2026-Q4") for n in range(4, 9)]
    facts = early + late
    by_hand = _closed(facts, places, "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2")
    first = _closed(facts, places, "2026-Q2")
    assert _closed(facts, places, "2027-Q2", after=first) == by_hand
    assert _closed(facts, places, "2027-Q2") == by_hand
    # at the end of 2026-Q4 the four had moved up, so they are not in the box of the five
    assert _said(by_hand) == [("010101", 5)]


def test_a_closed_quarter_does_not_close_twice(fact: Make, places: Places) -> None:
    state = _closed([fact(1)], places, "2026-Q2")
    for quarter in ("2026-Q2", "2026-Q1", "1999-Q4"):
        with pytest.raises(ReleaseRefused, match="2026-Q3"):
            close(state, Incidents(()), quarter, places)


@pytest.mark.parametrize("quarter", ["", "2026", "2026-Q5", "2026-q1", "2026-Q1 ", "２０２６-Q1"])
def test_what_is_no_quarter_is_refused(fact: Make, places: Places, quarter: str) -> None:
    with pytest.raises(DateUnreadable):
        close(EMPTY, Incidents(()), quarter, places)
    with pytest.raises(DateUnreadable):
        close(EMPTY, Incidents((fact(1, accepted_in=quarter),)), "2026-Q2", places)


def test_a_fact_in_a_place_that_nobody_knows_stops_the_closing(fact: Make, places: Places) -> None:
    with pytest.raises(PlacesMissing):
        close(EMPTY, Incidents((fact(1, "990101"),)), "2026-Q2", places)


def test_the_order_in_which_facts_come_changes_nothing(fact: Make, places: Places) -> None:
    facts = [fact(n, "010101" if n % 2 else "010102") for n in range(14)]
    closings = ("2026-Q2", "2026-Q3", "2026-Q4")
    there: Any = _closed(facts, places, *closings)
    assert _closed(facts[::-1], places, *closings).boxes == there.boxes
