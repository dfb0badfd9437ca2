"""From request to answer: how many days each measure waited, and how long it still waits.

A partial date gives an interval of days, never a guess; a median is made of exact delays only.
«Not answered» is when somebody asked and nothing is known to have come back as of a day: it is
apart from «unknown», where it is not recorded when it was asked for. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from geo.dates import span
from geo.register.dossier import Dossier
from geo.register.nouns import Intervention, Step

ANSWERS = frozenset({"granted", "denied", "dismissed"})
"""The steps of data/register that answer a request."""

REQUEST = "requested"


@dataclass(frozen=True)
class Delay:
    """One request. min_days, max_days: None where it is not known when it was asked for.

    answered: whether an answer is recorded; without one the days run to the day of counting.
    """

    event: str
    intervention: str
    measure: str
    requested_on: str
    answered_on: str
    answered: bool
    min_days: int | None
    max_days: int | None

    @property
    def exact(self) -> bool:
        """Whether it is known to the day."""
        return self.min_days is not None and self.min_days == self.max_days


@dataclass(frozen=True)
class Waiting:
    """The delays of one measure. median_days: of the exact ones among the answered, None of none.

    unknown: requests of which the day of asking, or that of the answer, is not recorded.
    """

    measure: str
    answered: int
    open: int
    unknown: int
    exact: int
    median_days: float | None
    longest_open_days: int | None


def of(dossier: Dossier, on: str) -> tuple[Delay, ...]:
    """The delays of one incident, as of a day (YYYY-MM-DD), by the day of asking."""
    made = [
        _delay(dossier.event.id, one.id, one.content, on)
        for one in dossier.interventions
        if one.content.measure
    ]
    return tuple(sorted(made, key=lambda one: (one.requested_on, one.intervention)))


def by_measure(delays: Iterable[Delay]) -> Mapping[str, Waiting]:
    """The delays of many requests, one line for each measure, by its code."""
    grouped: dict[str, list[Delay]] = {}
    for one in delays:
        grouped.setdefault(one.measure, []).append(one)
    return {measure: _waiting(measure, grouped[measure]) for measure in sorted(grouped)}


def _waiting(measure: str, these: list[Delay]) -> Waiting:
    known = [one for one in these if one.min_days is not None and one.max_days is not None]
    exact = [
        one.min_days for one in known if one.answered and one.exact and one.min_days is not None
    ]
    still = [one.min_days for one in known if not one.answered and one.min_days is not None]
    return Waiting(
        measure=measure,
        answered=sum(one.answered for one in these),
        open=sum(not one.answered for one in these),
        unknown=len(these) - len(known),
        exact=len(exact),
        median_days=float(median(exact)) if exact else None,
        longest_open_days=max(still, default=None),
    )


def _delay(event: str, row: str, said: Intervention, on: str) -> Delay:
    asked = said.requested_on or _first(said.steps, frozenset({REQUEST}))
    answer = said.answered_on or _first(said.steps, ANSWERS)
    answered = bool(answer) or any(step.stage in ANSWERS for step in said.steps)
    low, high = _days(asked, answer if answered else on)
    return Delay(event, row, said.measure, asked, answer, answered, low, high)


def _first(steps: Iterable[Step], stages: frozenset[str]) -> str:
    """The date of the first step of these stages: a later one reverses it, and is no answer."""
    return next((step.on for step in steps if step.stage in stages), "")


def _days(asked: str, until: str) -> tuple[int, int] | tuple[None, None]:
    if not asked or not until:
        return None, None
    first, last = span(asked)
    earliest, latest = span(until)
    return _between(last, earliest), _between(first, latest)


def _between(start: date, end: date) -> int:
    return max((end - start).days, 0)
