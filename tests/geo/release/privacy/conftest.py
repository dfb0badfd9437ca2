"""A small country, facts by hand, and years of closings played through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

import pytest

from geo.places import Place, Places
from geo.release.privacy import closing, publication, quarters, taking_away
from geo.release.privacy.state import EMPTY, Box, State
from geo.release.published import Published
from geo.stages import Fact, Incidents
from geo.terms import PlaceLevel

Calendar = list[tuple[str, list[Fact]]]
"""The facts that may be counted at the end of each quarter."""

_LEVEL_BY_LENGTH = {
    0: PlaceLevel.COUNTRY,
    2: PlaceLevel.DEPARTMENT,
    4: PlaceLevel.PROVINCE,
    6: PlaceLevel.DISTRICT,
}


@pytest.fixture(scope="session")
def places() -> Places:
    """Two departments, three provinces, five districts; a place's code holds those above it."""
    codes = ["", "01", "02", "0101", "0102", "0201"]
    codes += ["010101", "010102", "010201", "020101", "020102"]
    made = {
        code: Place(code, _LEVEL_BY_LENGTH[len(code)], f"Lugar {code}", code[:-2], -70.123, -12.987)
        for code in codes
    }
    return Places(made, {}, illustrative=True)


@pytest.fixture(scope="session")
def fact() -> Callable[..., Fact]:
    """`fact(n)`: the n-th fact, of a subject and a community of its own unless told otherwise."""

    def make(
        number: int,
        place: str = "010101",
        accepted_in: str = "2026-Q1",
        year: int | None = 2025,
        **said: object,
    ) -> Fact:
        told: dict[str, object] = {
            "subjects": (f"s{number}",),
            "communities": (f"c{number % 3}",),
            **said,
        }
        return Fact(f"f{number:03d}", place=place, year=year, accepted_in=accepted_in, **told)  # type: ignore[arg-type]

    return make


@dataclass(frozen=True)
class Issue:
    """One publication: the quarter in which it came, what it says, and the state behind it."""

    quarter: str
    published: Published
    state: State
    only_takes_away: bool


@dataclass(frozen=True)
class Played:
    """Every publication of a history, and every box that was ever in one, with its closing."""

    issues: tuple[Issue, ...]

    @property
    def boxes(self) -> dict[int, tuple[Box, str]]:
        found: dict[int, tuple[Box, str]] = {}
        for issue in self.issues:
            for box in issue.state.boxes:
                found.setdefault(box.number, (box, issue.quarter))
        return found


@pytest.fixture(scope="session")
def play() -> Callable[[Iterable[tuple[str, Sequence[Fact]]], Places], Played]:
    """Closes quarter after quarter over the facts that stand at each; takes away what must go."""

    def run(calendar: Iterable[tuple[str, Sequence[Fact]]], places: Places) -> Played:
        state, issues = EMPTY, []
        for quarter, facts in calendar:
            incidents = Incidents(tuple(facts))
            if taking_away.pending(state, incidents):
                state = taking_away.take_away(state, incidents)
                said = publication.publication(state, incidents, places)
                issues.append(Issue(quarter, said, state, only_takes_away=True))
            state = closing.close(state, incidents, quarter, places)
            said = publication.publication(state, incidents, places)
            issues.append(Issue(quarter, said, state, only_takes_away=False))
        return Played(tuple(issues))

    return run


@pytest.fixture(scope="session")
def told() -> Callable[[Random], dict[str, object]]:
    """What a made-up fact tells besides its place and its people: much is not recorded."""

    def make(random: Random) -> dict[str, object]:
        asked = random.choice([None, (), ("M01",), ("M01", "M02")])
        return {
            "kinds": tuple(
                random.sample(["T01", "T02", "L01", "C01"], random.choice([0, 1, 1, 2]))
            ),
            "groups": random.choice([None, None, (), ("G01",), ("G01", "G02")]),
            "women": random.choice([None, None, True, False]),
            "measures": asked,
            "granted": asked[:1] if asked and random.random() < 0.5 else (),
        }

    return make


@pytest.fixture(scope="session")
def history(told: Callable[[Random], dict[str, object]]) -> Callable[[int], Calendar]:
    """`history(seed)`: three years in the small country, with repeated victims, facts about
    several and about nobody, withdrawals, returns and changes."""
    first, long = "2026-Q1", 12
    spots = ("010101", "010101", "010101", "010102", "0101", "010201", "")

    def make(seed: int) -> Calendar:
        random = Random(seed)
        made = {
            name: Fact(
                name,
                tuple(random.sample("aaabbcdefgh", random.choice([0, 1, 1, 1, 2]))),
                tuple(random.sample("wwxyz", random.choice([0, 1, 1, 1, 2]))),
                random.choice(spots),
                random.choice([2024, 2025, 2026, None]),
                quarters.later(first, random.randrange(long)),
                **told(random),  # type: ignore[arg-type]
            )
            for name in (f"f{number:03d}" for number in range(60))
        }
        calendar: Calendar = []
        away: set[str] = set()
        for quarter in quarters.from_to(first, quarters.later(first, long + 2)):
            for name in sorted(made):
                if random.random() < 0.02:
                    away ^= {name}
                if random.random() < 0.005:
                    made[name] = replace(made[name], year=random.choice([2024, 2025]))
            there = [made[n] for n in sorted(made) if n not in away]
            calendar.append((quarter, [one for one in there if one.accepted_in <= quarter]))
        return calendar

    return make


@pytest.fixture(scope="session")
def coarsened() -> Callable[[Calendar, Played], Calendar]:
    """Another history: of each fact nobody ever knew more than the place of its first box.

    It was told of no earlier than it had to be for that box, and what was never in a box never
    was. Later changes of place happen as they did.
    """

    def make(calendar: Calendar, played: Played) -> Calendar:
        entered: dict[str, tuple[str, str, str]] = {}
        for box, quarter in played.boxes.values():
            for one in box.members:
                if one.fresh:
                    entered[one.incident] = box.place, quarter, one.place

        def known(one: Fact) -> Fact:
            box_place, quarter, own = entered[one.incident]
            return replace(
                one,
                place=box_place if one.place == own else one.place,
                accepted_in=quarters.later(quarter, -1),
            )

        return [
            (
                quarter,
                [
                    known(one)
                    for one in facts
                    if one.incident in entered and entered[one.incident][1] <= quarter
                ],
            )
            for quarter, facts in calendar
        ]

    return make
