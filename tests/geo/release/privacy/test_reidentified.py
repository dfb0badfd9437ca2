"""Whoever looks for one person over the years, with every publication kept: what must not be told.

Here the attacker does not subtract counts. Years that come and go, boxes that are one person's in
disguise and tables that lose a number are read against one another.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from geo.places import Places
from geo.release.privacy.closing import close
from geo.release.privacy.publication import publication
from geo.release.privacy.state import EMPTY, State, from_json, to_json
from geo.release.privacy.taking_away import take_away
from geo.release.published import Topic
from geo.stages import Fact, Incidents

Make = Callable[..., Fact]


def _years(state: State, facts: list[Fact], places: Places) -> list[tuple[int | None, int | None]]:
    shown = publication(state, Incidents(tuple(facts)), places)
    return [(box.from_year, box.to_year) for box in shown.boxes]


@pytest.mark.parametrize("who", range(5))
def test_who_withdraws_does_not_leave_the_year_of_what_was_done_to_them(
    fact: Make, places: Places, who: int
) -> None:
    """The others come back with the years of their old box: none of them shows which is missing."""
    old = [fact(n, year=year) for n, year in enumerate((2004, 2019, 2020, 2021, 2024))]
    more = [fact(n, "0101", "2026-Q2", year=2020) for n in range(5, 11)]
    state = close(EMPTY, Incidents(tuple(old)), "2026-Q2", places)
    assert _years(state, old, places) == [(2004, 2024)]
    left = [*old[:who], *old[who + 1 :]]
    state = take_away(state, Incidents(tuple(left)))
    state = from_json(to_json(state))
    told = [*left, *more]
    state = close(state, Incidents(tuple(told)), "2026-Q3", places)
    assert _years(state, told, places) == [(2004, 2024)]
    # and once more, when that box goes too
    told = [one for one in told if one.incident != more[0].incident]
    state = take_away(state, Incidents(tuple(told)))
    last = [*told, *(fact(n, "01", "2026-Q3", year=2020) for n in range(11, 18))]
    state = close(state, Incidents(tuple(last)), "2026-Q4", places)
    assert _years(state, last, places) == [(2004, 2024)]


def test_one_person_with_a_family_and_an_organisation_is_not_three(
    fact: Make, places: Places
) -> None:
    hers = ("she", "her family", "her organisation")
    facts = [fact(n, subjects=hers, communities=(f"c{n % 2}",)) for n in range(7)]
    assert close(EMPTY, Incidents(tuple(facts)), "2026-Q2", places).boxes == ()
    others = [fact(7, subjects=("a", "she"), communities=()), fact(8, subjects=("a",))]
    told = Incidents((*facts, *others))
    assert close(EMPTY, told, "2026-Q2", places).boxes == ()
    third = Incidents((*told.facts, fact(9, subjects=("b",))))
    assert [len(box.members) for box in close(EMPTY, third, "2026-Q2", places).boxes] == [10]


def test_facts_that_all_concern_one_community_are_not_of_two(fact: Make, places: Places) -> None:
    facts = [fact(n, communities=("here", f"c{n}") if n else ("here",)) for n in range(6)]
    assert close(EMPTY, Incidents(tuple(facts)), "2026-Q2", places).boxes == ()
    told = Incidents((*facts, fact(6, communities=("there",))))
    assert len(close(EMPTY, told, "2026-Q2", places).boxes) == 1


def test_a_row_is_not_counted_again_over_facts_that_it_counted_before(
    fact: Make, places: Places, play: Callable[..., Any]
) -> None:
    """Else what is missing from the new version is what was withdrawn, and its kind shows."""
    there = ("010101", "010201", "020101")
    old = [
        fact(n * 5 + m, place, year=2025, kinds=("T01" if m else "L01",))
        for n, place in enumerate(there)
        for m in range(5)
    ]
    left = [one for one in old if one.kinds == ("T01",)]
    new = [
        fact(100 + n * 5 + m, place[:4], "2026-Q2", year=2019)
        for n, place in enumerate(there)
        for m in range(5)
    ]
    played = play([("2026-Q2", old), ("2026-Q3", [*left, *new])], places)
    assert {box.place for box in played.issues[-1].published.boxes} == {"0101", "0102", "0201"}
    rows = [{year.year: year.numbers for year in i.published.years} for i in played.issues]
    kinds = [n.code for n in rows[0][2025] if n.topic is Topic.KINDS]
    assert kinds == ["T01"]
    assert [2025 in row for row in rows] == [True, False, False]


def test_after_a_new_beginning_what_is_told_again_is_not_fresh(fact: Make, places: Places) -> None:
    """The lost box stood at five; with the same five told again it would be six."""
    state = replace(EMPTY, closed_to="2026-Q3", old_to=2026)
    again = [fact(n, accepted_in="2026-Q4", year=2026 if n else None) for n in range(6)]
    for quarter in ("2027-Q1", "2027-Q2", "2027-Q3"):
        state = close(state, Incidents(tuple(again)), quarter, places)
        assert state.boxes == ()
    later = [fact(n, "0101", "2027-Q3", year=2027) for n in range(6, 11)]
    state = close(state, Incidents((*again, *later)), "2027-Q4", places)
    assert [sum(one.fresh for one in box.members) for box in state.boxes] == [5]
