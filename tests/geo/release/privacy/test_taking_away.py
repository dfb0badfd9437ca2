"""Withdrawals: the whole box goes, the rest comes back one level up and never alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from geo.errors import ReleaseRefused
from geo.places import Places
from geo.release.privacy.closing import close
from geo.release.privacy.publication import publication
from geo.release.privacy.state import EMPTY, State, from_json, to_json
from geo.release.privacy.taking_away import pending, take_away
from geo.stages import Fact, Incidents

Make = Callable[..., Fact]


@pytest.fixture
def five(fact: Make) -> list[Fact]:
    return [fact(n) for n in range(5)]


@pytest.fixture
def closed(five: list[Fact], places: Places) -> State:
    return close(EMPTY, Incidents(tuple(five)), "2026-Q2", places)


def _said(state: State) -> list[tuple[str, int]]:
    return [(box.place, len(box.members)) for box in state.boxes]


def test_nothing_is_pending_where_nothing_changed(
    five: list[Fact], closed: State, places: Places
) -> None:
    same = Incidents(tuple(replace(one, kinds=("T01",), women=True) for one in five))
    assert pending(closed, same) == ()
    assert take_away(closed, same) == closed


@pytest.mark.parametrize(
    "change",
    [
        {"place": "010102"},
        {"year": 2024},
        {"year": None},
        {"subjects": ("s0", "another")},
        {"communities": ()},
    ],
)
def test_a_fact_that_is_no_longer_what_was_counted_takes_its_box_out(
    five: list[Fact], closed: State, places: Places, change: dict[str, object]
) -> None:
    changed = Incidents((replace(five[0], **change), *five[1:]))
    assert pending(closed, changed) == ("f000",)
    with pytest.raises(ReleaseRefused, match="retiro"):
        close(closed, changed, "2026-Q3", places)
    with pytest.raises(ReleaseRefused, match="paquete entero"):
        publication(closed, changed, places)
    after = take_away(closed, changed)
    assert _said(after) == []
    assert publication(after, changed, places).boxes == ()


def test_the_others_come_back_one_level_up_and_never_make_a_box_of_their_own(
    fact: Make, five: list[Fact], closed: State, places: Places
) -> None:
    more = [fact(n, accepted_in="2026-Q2") for n in range(5, 11)]
    state = close(closed, Incidents((*five, *more)), "2026-Q3", places)
    assert _said(state) == [("010101", 5), ("010101", 6)]
    left = Incidents((*five[1:], *more[1:]))
    state = take_away(state, left)
    assert _said(state) == []
    assert {one.level.value for one in state.waiting} == {"province"}
    assert not any(one.fresh for one in state.waiting)
    for quarter in ("2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4", "2028-Q1"):
        state = close(state, left, quarter, places)
    assert _said(state) == []  # nine facts, and none of them fresh


def test_returned_facts_ride_along_with_five_that_were_in_no_box(
    fact: Make, five: list[Fact], closed: State, places: Places
) -> None:
    """Six look fresh; one of them may be what was withdrawn, told again."""
    left = five[1:]
    state = take_away(closed, Incidents(tuple(left)))
    five_new = [fact(n, "0101", "2026-Q2") for n in range(5, 10)]
    state = close(state, Incidents((*left, *five_new)), "2026-Q3", places)
    assert _said(state) == []
    sixth = fact(10, "0101", "2026-Q3")
    state = close(state, Incidents((*left, *five_new, sixth)), "2026-Q4", places)
    assert _said(state) == [("0101", 10)]
    assert sum(one.fresh for one in state.boxes[0].members) == 6


def test_what_was_withdrawn_and_is_given_again_is_not_fresh(
    five: list[Fact], closed: State, places: Places
) -> None:
    state = take_away(closed, Incidents(()))
    state = close(state, Incidents(()), "2026-Q3", places)
    state = from_json(to_json(state))
    back = Incidents(tuple(five))
    for quarter in ("2026-Q4", "2027-Q1", "2027-Q2"):
        state = close(state, back, quarter, places)
    assert _said(state) == []


def test_a_waiting_fact_may_go_or_change_without_a_word(
    fact: Make, five: list[Fact], places: Places
) -> None:
    waiting = close(EMPTY, Incidents(tuple(five[:4])), "2026-Q2", places)
    moved = replace(five[0], place="020101")
    assert pending(waiting, Incidents((moved,))) == ()
    state = close(waiting, Incidents((moved,)), "2026-Q3", places)
    assert [one.incident for one in state.waiting] == ["f000"]


def test_a_box_of_the_country_comes_back_to_the_country(fact: Make, places: Places) -> None:
    facts = [fact(n, "") for n in range(5)]
    state = close(EMPTY, Incidents(tuple(facts)), "2026-Q2", places)
    assert _said(state) == [("", 5)]
    state = take_away(state, Incidents(tuple(facts[1:])))
    assert {one.level.value for one in state.waiting} == {"country"}


def test_only_the_boxes_of_who_withdrew_go(fact: Make, five: list[Fact], places: Places) -> None:
    other = [fact(n, "020101") for n in range(5, 10)]
    state = close(EMPTY, Incidents((*five, *other)), "2026-Q2", places)
    assert _said(take_away(state, Incidents((*five[1:], *other)))) == [("020101", 5)]


def _again(fact: Make, n: int, **said: object) -> Fact:
    return fact(100 + n, accepted_in="2026-Q2", subjects=(f"s{n}",), **said)


@pytest.mark.parametrize(
    ("again", "closes"),
    [
        ({}, False),
        ({"year": None}, False),
        ({"year": 2019}, True),
        ({"place": "0101"}, False),
    ],
)
def test_what_was_told_again_under_a_new_id_does_not_make_a_box_of_four_others(
    fact: Make,
    five: list[Fact],
    closed: State,
    places: Places,
    again: dict[str, object],
    closes: bool,
) -> None:
    """One of five withdrew and told it again; four new ones came: old and new differ by four."""
    state = take_away(closed, Incidents(tuple(five[1:])))
    state = from_json(to_json(state))
    place = str(again.get("place", "010101"))
    new = [_again(fact, 0, **again)]
    new += [fact(n, place, "2026-Q2", year=again.get("year", 2025)) for n in range(10, 14)]  # type: ignore[arg-type]
    told = (*five[1:], *new)
    assert bool(_said(close(state, Incidents(told), "2026-Q3", places))) is closes
    # one more, and whichever of them is the old one there are five others
    more = fact(14, place, "2026-Q2")
    state = close(state, Incidents((*told, more)), "2026-Q3", places)
    assert len(state.boxes) == 1


def test_who_comes_back_under_the_same_id_holds_nobody_up(
    fact: Make, five: list[Fact], closed: State, places: Places
) -> None:
    state = take_away(closed, Incidents(tuple(five[1:])))
    new = [fact(n, accepted_in="2026-Q2") for n in range(10, 15)]
    told = Incidents((*five, *new))
    assert _said(close(state, told, "2026-Q3", places)) == [("010101", 5)]
    elsewhere = Incidents((*five[1:], *(replace(one, place="010102") for one in new)))
    assert _said(close(state, elsewhere, "2026-Q3", places)) == [("010102", 5)]


def test_who_withdraws_while_waiting_for_another_box_is_remembered_too(
    fact: Make, five: list[Fact], closed: State, places: Places
) -> None:
    state = take_away(closed, Incidents(tuple(five[1:])))
    state = close(state, Incidents(tuple(five[1:])), "2026-Q3", places)
    left = five[2:]
    new = [fact(n, accepted_in="2026-Q3") for n in range(10, 16)]
    told = Incidents((*left, *new))
    assert _said(close(state, told, "2026-Q4", places)) == []
    seventh = Incidents((*told.facts, fact(16, accepted_in="2026-Q3")))
    assert _said(close(state, seventh, "2026-Q4", places)) == [("010101", 7)]


def test_the_people_of_a_box_are_three_whoever_of_them_was_told_again(
    fact: Make, five: list[Fact], closed: State, places: Places
) -> None:
    state = take_away(closed, Incidents(tuple(five[1:])))
    people = ("a", "a", "a", "b", "c", "a", "a")
    new = [fact(10 + n, accepted_in="2026-Q2", subjects=(who,)) for n, who in enumerate(people)]
    assert _said(close(state, Incidents((*five[1:], *new)), "2026-Q3", places)) == []
    two = [fact(20 + n, accepted_in="2026-Q2", subjects=(who,)) for n, who in enumerate("bd")]
    told = Incidents((*five[1:], *new, *two))
    assert _said(close(state, told, "2026-Q3", places)) == [("010101", 9)]
