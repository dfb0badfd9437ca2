"""The attackers, in simulated years on the real districts; and the same against a plain threshold.

**By subtraction.** Every count that a reader can read or add up is a set of facts: each box, the
boxes within each region, from and to each year, in each publication, those that only take away
included. Wherever one set lies within another the difference is a count too.

**By any reasoning.** A second history is made in which nobody ever knew more of a fact than the
place of its first box. Where it gives the same publications byte for byte, at the same times, then
no attacker, whatever the reasoning about times, levels and rules, can tell that any fact lies in
any smaller part of that place: in the second history nobody told.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations_with_replacement
from pathlib import Path
from random import Random
from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from geo.places import Place, Places
from geo.release.privacy import quarters
from geo.release.published import to_bytes
from geo.stages import Fact
from geo.terms import PlaceLevel

FIRST, QUARTERS, FACTS, HOT = "2021-Q1", 22, 2500, 60
YEARS = range(2018, 2028)
SMALL = 30
"""Differences of fewer facts are asked whom they are about."""
SEEDS = (1, 2)
Facts = frozenset[str]


@pytest.fixture(scope="module")
def peru(real_data: Callable[[str], Path]) -> Places:
    """The 1874 districts; codes are numbers in the order of names, each below its province's."""
    frame = gpd.read_file(real_data("districts_peru_1874.gpkg"))
    names = frame[["departamento", "provincia", "distrito"]].sort_values(
        ["departamento", "provincia", "distrito"]
    )
    points = frame.geometry.representative_point()
    made = {"": Place("", PlaceLevel.COUNTRY, "Perú", "", -75.0, -9.0)}
    codes: dict[tuple[str, ...], str] = {(): ""}
    below: Counter[str] = Counter()
    levels = (PlaceLevel.DEPARTMENT, PlaceLevel.PROVINCE, PlaceLevel.DISTRICT)
    for row, told in zip(names.index, names.itertuples(index=False), strict=True):
        for depth, level in enumerate(levels, start=1):
            key, above = tuple(told[:depth]), codes[tuple(told[: depth - 1])]
            if key not in codes or level is PlaceLevel.DISTRICT:
                below[above] += 1
                codes[key] = f"{above}{below[above]:02d}"
                where = points[row]
                made[codes[key]] = Place(
                    codes[key], level, told[depth - 1], above, where.x, where.y
                )
    return Places(made, {})


@pytest.fixture(scope="module", params=SEEDS)
def calendar(
    request: pytest.FixtureRequest, peru: Places, told: Callable[[Random], dict[str, object]]
) -> list[tuple[str, list[Fact]]]:
    """Years of facts: few districts have many, few people most; some go, come again, change."""
    random = Random(request.param)
    districts = [c for c, p in peru.by_code.items() if p.level is PlaceLevel.DISTRICT]
    hot = random.sample(districts, HOT // 3)
    # trouble has neighbours
    hot += [random.choice([d for d in districts if d[:4] == one[:4]]) for one in hot * 2]
    weights = [1 / (rank + 1) for rank in range(len(hot))]
    made = {}
    for number in range(FACTS):
        district = (
            random.choices(hot, weights)[0] if random.random() < 0.9 else random.choice(districts)
        )
        communities = [
            f"{district}-{min(int(random.expovariate(1)), 4)}"
            for _ in range(random.choice([0, 1, 1, 1, 2]))
        ]
        subjects = [
            f"{random.choice(communities or [district])}-{int(random.expovariate(0.5))}"
            for _ in range(random.choice([0, 1, 1, 1, 1, 2, 3]))
        ]
        place = peru.up(district, random.choices([*PlaceLevel], [75, 10, 8, 7])[0])
        accepted = quarters.later(FIRST, random.randrange(QUARTERS))
        year = int(accepted[:4]) - min(int(random.expovariate(1)), 3)
        made[f"f{number:04d}"] = Fact(
            f"f{number:04d}",
            tuple(dict.fromkeys(subjects)),
            tuple(dict.fromkeys(communities)),
            place,
            year if random.random() < 0.9 else None,
            accepted,
            **told(random),  # type: ignore[arg-type]
        )
    calendar, away = [], set[str]()
    for quarter in quarters.from_to(FIRST, quarters.later(FIRST, QUARTERS + 3)):
        for name, one in made.items():
            chance = random.random()
            if chance < 0.004 or (name in away and chance < 0.05):
                away ^= {name}
            elif chance < 0.005:
                made[name] = replace(one, place=random.choice(districts))
            elif chance < 0.006:
                made[name] = replace(one, subjects=(*one.subjects, f"new-{name}"))
        there = [one for name, one in made.items() if name not in away]
        calendar.append((quarter, [one for one in there if one.accepted_in <= quarter]))
    return calendar


@pytest.fixture(scope="module")
def played(calendar: Any, peru: Places, play: Callable[..., Any]) -> Any:
    return play(calendar, peru)


def _within(place: str) -> Iterator[str]:
    return (place[:length] for length in range(0, len(place) + 1, 2))


def _of_boxes(played: Any) -> set[Facts]:
    """Every count that a reader of all publications can read or add up, as the facts counted."""
    found = set()
    for issue in played.issues:
        sums: defaultdict[tuple[Any, ...], set[str]] = defaultdict(set)
        for box in issue.state.boxes:
            facts = {one.incident for one in box.members}
            found.add(frozenset(facts))
            for region in _within(box.place):
                sums[region, "all"] |= facts
                sums[region, box.level] |= facts
                for first, last in combinations_with_replacement(YEARS, 2):
                    if box.years and first <= box.years[0] and box.years[-1] <= last:
                        sums[region, first, last] |= facts
        found |= {frozenset(one) for one in sums.values()}
    return found


def _of_plain_threshold(calendar: Any) -> set[Facts]:
    """What the plain design shows: every place and year with three facts, updated each quarter."""
    found = set()
    for _, facts in calendar:
        cells: defaultdict[tuple[str, int | None], set[str]] = defaultdict(set)
        for fact in facts:
            for region in _within(fact.place):
                cells[region, fact.year] |= {fact.incident}
        shown = {key: one for key, one in cells.items() if len(one) >= 3}
        found |= {frozenset(one) for one in shown.values()}
        sums: defaultdict[tuple[str, int | None], set[str]] = defaultdict(set)
        for (region, year), one in shown.items():
            if region:
                sums[region[:-2], year] |= one
        found |= {frozenset(one) for one in sums.values()}
    return found


def _subtractions(counts: Iterable[Facts]) -> Iterator[tuple[int, list[Facts]]]:
    """For a part of the counts at a time: how many differences there are, and the small ones."""
    sets = sorted(counts, key=lambda one: (len(one), sorted(one)))
    names = {name: n for n, name in enumerate(sorted(frozenset().union(*sets)))}
    table = np.zeros((len(sets), len(names)), dtype=np.float32)
    for row, one in enumerate(sets):
        table[row, [names[name] for name in one]] = 1
    sizes = table.sum(axis=1)
    for start in range(0, len(sets), 1000):
        part = table[start : start + 1000]
        nested = part @ table.T == sizes[start : start + 1000, None]
        apart = sizes[None, :] - sizes[start : start + 1000, None]
        small = np.argwhere(nested & (apart > 0) & (apart < SMALL))
        yield int((nested & (apart > 0)).sum()), [sets[b] - sets[start + a] for a, b in small]


def _attacked(
    counts: set[Facts], facts: dict[str, Any], least: int
) -> tuple[int, set[str], set[str]]:
    """How many subtractions; the facts in a count of fewer than `least`; those in a count about
    fewer than three subjects or two communities."""
    looked, few, alike = 0, set[str](), set[str]()
    for number, small in _subtractions(counts):
        looked += number
        for one in {*small, *(c for c in counts if len(c) < SMALL)}:
            if len(one) < least:
                few |= one
            subjects = {s for name in one for s in facts[name].subjects}
            communities = {c for name in one for c in facts[name].communities}
            if len(subjects) < 3 or len(communities) < 2:
                alike |= one
    return looked, few, alike


def _as_first_boxed(played: Any) -> dict[str, Any]:
    return {
        one.incident: one for box, _ in played.boxes.values() for one in box.members if one.fresh
    }


def _latest(calendar: Any) -> dict[str, Fact]:
    return {fact.incident: fact for _, facts in calendar for fact in facts}


def test_the_worlds_are_worth_attacking(calendar: Any, played: Any) -> None:
    boxes = [box for box, _ in played.boxes.values()]
    assert len(boxes) > 40
    assert {box.level for box in boxes} == {*PlaceLevel}
    assert sum(issue.only_takes_away for issue in played.issues) > 8
    assert sum(not all(one.fresh for one in box.members) for box in boxes) > 10
    per_place = Counter(fact.place for fact in calendar[-1][1])
    assert max(per_place.values()) > 5 * np.median([*per_place.values()])


def test_no_subtraction_of_public_counts_comes_below_a_box(played: Any) -> None:
    looked, few, alike = _attacked(_of_boxes(played), _as_first_boxed(played), least=5)
    assert looked > 25_000
    assert few == set()
    assert alike == set()


def test_the_same_subtractions_find_victims_behind_a_plain_threshold(calendar: Any) -> None:
    """One or two facts, where the design promised that no number is below three."""
    looked, few, alike = _attacked(_of_plain_threshold(calendar), _latest(calendar), least=3)
    assert looked > 10_000
    assert len(few) > 50
    assert len(alike) > 50


def test_every_box_holds_five_facts_that_no_earlier_box_held(played: Any) -> None:
    """The certificate of the theorem, on every world: it covers sums with any factors."""
    earlier: set[str] = set()
    for _, (box, _quarter) in sorted(played.boxes.items()):
        fresh = [one for one in box.members if one.fresh]
        assert earlier.isdisjoint(one.incident for one in fresh)
        assert len(fresh) >= 5
        assert len({s for one in fresh for s in one.subjects}) >= 3
        assert len({c for one in fresh for c in one.communities}) >= 2
        earlier |= {one.incident for one in box.members}


def test_between_two_publications_whole_boxes_come_or_whole_boxes_go(played: Any) -> None:
    """What a reader who keeps every file sees: never a row that changed, never both at once."""
    before: Counter[Any] = Counter()
    for issue in played.issues:
        now = Counter(issue.published.boxes)
        if issue.only_takes_away:
            assert now < before
            assert issue.published.years == ()
        else:
            assert now >= before
        before = now


def test_without_withdrawals_every_difference_is_a_sum_of_whole_boxes(
    peru: Places, calendar: Any, play: Callable[..., Any]
) -> None:
    first = {}
    for quarter, facts in calendar:
        for fact in facts:
            first.setdefault(fact.incident, (quarter, fact))
    stays = [
        (quarter, [fact for since, fact in first.values() if since <= quarter])
        for quarter, _ in calendar
    ]
    played = play(stays, peru)
    boxes = [frozenset(o.incident for o in box.members) for box, _ in played.boxes.values()]
    assert sum(map(len, boxes)) == len(frozenset().union(*boxes))
    for _, small in _subtractions(_of_boxes(played)):
        for one in small:
            inside = [box for box in boxes if box <= one]
            assert sum(map(len, inside)) == len(one)


def test_no_reasoning_places_a_fact_within_its_box(
    peru: Places,
    calendar: Any,
    played: Any,
    play: Callable[..., Any],
    coarsened: Callable[..., Any],
) -> None:
    other = coarsened(calendar, played)
    told = {fact.incident: fact.place for _, facts in other for fact in facts}
    finer = {f.incident for _, facts in calendar for f in facts if f.incident in told}
    assert len({one for one in finer if told[one] != _latest(calendar)[one].place}) > 100
    again = play(other, peru)
    assert [to_bytes(one.published) for one in again.issues] == [
        to_bytes(one.published) for one in played.issues
    ]
