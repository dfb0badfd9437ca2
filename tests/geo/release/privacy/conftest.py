"""A small country, facts by hand, and years of closings played through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pytest

from geo.places import Place, Places
from geo.release.privacy import closing, publication, taking_away
from geo.release.privacy.state import EMPTY, Box, State
from geo.release.published import Published
from geo.stages import Fact, Incidents
from geo.terms import PlaceLevel

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
