"""What one can do about an overlap, where and by when: data/next-steps/*.toml as types. Pure.

A step tells of a procedure and of the law that it rests on. It never says whether somebody has a
right, and what is not found in a source is said to be unconfirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from geo.dates import span
from geo.declared import parse
from geo.errors import DeclarationError
from geo.terms import Kind, OverlapClass, Status, Sure, Tenure

DATES = ("filed_on", "granted_on", "expires_on", "extinguished_on", "titled_on")
"""The dates of a right, and that of a title, from which a term may be counted."""

_CONFIRMED = (Sure.FOUND, Sure.COMPUTED)
_SATURDAY = 5


class Unit(StrEnum):
    """In what a term is counted. Working days are Mondays to Fridays; holidays are not known."""

    WORKING_DAYS = "working-days"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True)
class Told:
    """A text in both languages."""

    es: str
    en: str

    def __post_init__(self) -> None:
        if not (self.es.strip() and self.en.strip()):
            raise DeclarationError("Un texto está vacío en español o en inglés: complételo.")


@dataclass(frozen=True)
class Basis:
    """A norm or a document that a step rests on, and how sure it is that it says so."""

    text: str
    sure: Sure


@dataclass(frozen=True)
class Term:
    """By when. es, en: in words, with what it is counted from.

    count, unit, runs_from: the same in numbers, where it is counted from a date that a release may
    have, or from a later one (a notice, a publication) that no source gives.
    """

    es: str
    en: str
    count: int | None = None
    unit: Unit | None = None
    runs_from: str | None = None

    def __post_init__(self) -> None:
        given = [part is not None for part in (self.count, self.unit, self.runs_from)]
        if any(given) and not all(given):
            raise DeclarationError("Un plazo en números necesita count, unit y runs_from.")
        if self.runs_from is not None and self.runs_from not in DATES:
            raise DeclarationError(f"Un plazo se cuenta desde una de estas: {', '.join(DATES)}.")
        if self.count is not None and not 0 < self.count <= 100:
            raise DeclarationError(f"Un plazo de {self.count} no es creíble: revíselo.")


@dataclass(frozen=True)
class When:
    """To which overlaps a step belongs. An empty list asks nothing; what is filled must all hold.

    yes, unknown, missing: questions answered yes or without an answer, and words that an answer
    lacks; where several of the three are filled, one of them is enough.
    """

    kinds: tuple[Kind, ...] = ()
    statuses: tuple[Status, ...] = ()
    classes: tuple[OverlapClass, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    yes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One thing that can be done. where: at which institution. by: None where no term is known."""

    id: str
    what: Told
    where: Told
    basis: tuple[Basis, ...]
    when: When = When()
    by: Term | None = None

    def __post_init__(self) -> None:
        if not self.basis:
            raise DeclarationError(f"El paso «{self.id}» no dice en qué se apoya ([[step.basis]]).")

    @property
    def to_be_confirmed(self) -> bool:
        """Whether a reader must be told that this still has to be confirmed."""
        return any(one.sure not in _CONFIRMED for one in self.basis)


@dataclass(frozen=True)
class Steps:
    """The steps of one country, in the order in which they are read. reviewed: by whom, or that
    nobody has yet.
    """

    country: str
    version: str
    reviewed: Told
    step: tuple[Step, ...]

    def __post_init__(self) -> None:
        ids = [one.id for one in self.step]
        if len(set(ids)) != len(ids):
            raise DeclarationError("Dos pasos tienen el mismo id: cambie uno.")


@dataclass(frozen=True)
class Overlap:
    """What a step looks at in an overlap."""

    kind: Kind
    status: Status
    overlap_class: str
    tenure: Tenure
    yes: frozenset[str]
    unknown: frozenset[str]
    missing: frozenset[str]


def parse_steps(text: str, named: str) -> Steps:
    """The steps in `text`. Raises DeclarationError naming the file."""
    return parse(text, Steps, named)


def belonging(steps: Steps, overlap: Overlap) -> tuple[Step, ...]:
    """The steps that belong to an overlap, in their order."""
    return tuple(step for step in steps.step if _belongs(step.when, overlap))


def not_before(term: Term, dates: Mapping[str, str | None]) -> date | None:
    """A day before which the term cannot have ended; None where its date is not known.

    dates: partial dates by the names in DATES. Counted from the first day that the date may be:
    a notice or a publication comes later, and holidays only make it longer.
    """
    if term.count is None or term.unit is None or term.runs_from is None:
        return None
    told = dates.get(term.runs_from)
    return _later(span(told)[0], term.count, term.unit) if told else None


def _belongs(when: When, overlap: Overlap) -> bool:
    lists = (
        (when.kinds, overlap.kind),
        (when.statuses, overlap.status),
        (when.classes, overlap.overlap_class),
        (when.tenures, overlap.tenure),
    )
    if any(wanted and found not in wanted for wanted, found in lists):
        return False
    asked = (
        (when.yes, overlap.yes),
        (when.unknown, overlap.unknown),
        (when.missing, overlap.missing),
    )
    return not any(wanted for wanted, _ in asked) or any(
        found.intersection(wanted) for wanted, found in asked
    )


def _later(day: date, count: int, unit: Unit) -> date:
    if unit is Unit.DAYS:
        return day + timedelta(days=count)
    if unit is Unit.WORKING_DAYS:
        left = count
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < _SATURDAY
        return day
    months = day.year * 12 + day.month - 1 + count * (12 if unit is Unit.YEARS else 1)
    year, month = divmod(months, 12)
    # a term of months ends in its month's last day where the day itself is not there
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), _last(year, month + 1))


def _last(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
