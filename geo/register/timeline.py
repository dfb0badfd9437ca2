"""What happened in one incident, in order: the event, what was asked for, each step, each word.

A date of which only the year is known sorts at its beginning and is shown as a year. What has no
date comes last, so that it is seen. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geo.dates import span
from geo.register.dossier import Dossier
from geo.register.nouns import Intervention


class What(StrEnum):
    """What an entry is about. The codes of the entry are of the list named here."""

    HAPPENED = "happened"  # kinds
    ENDED = "ended"
    TOLD = "told"  # sources
    REQUESTED = "requested"  # measures
    ANSWERED = "answered"  # measures
    MEASURE_STEP = "measure-step"  # measure_steps
    CASE_STEP = "case-step"  # case_steps
    CONSENT = "consent"  # ConsentWord
    REVIEW = "review"  # Decision


@dataclass(frozen=True)
class Entry:
    """One dated line. on: a partial date, "" where unknown. row: the id of the row that says it.

    codes: of the list that `what` names; none for some. measure: the measure that a step belongs
    to, "" for a case alone.
    """

    on: str
    what: What
    row: str
    codes: tuple[str, ...] = ()
    measure: str = ""
    note: str = ""


def of(dossier: Dossier) -> tuple[Entry, ...]:
    """The entries of one incident, oldest first, those without a date at the end."""
    made = list(_entries(dossier))
    order = sorted(range(len(made)), key=lambda n: (*_when(made[n].on), n))
    return tuple(made[n] for n in order)


def _when(on: str) -> tuple[bool, date]:
    return (False, span(on)[0]) if on else (True, date.max)


def _entries(dossier: Dossier) -> Iterator[Entry]:
    event = dossier.event
    kinds = tuple(sorted({kind for act in dossier.acts for kind in act.content.kinds}))
    yield Entry(event.content.happened_on, What.HAPPENED, event.id, kinds)
    if event.content.until_on:
        yield Entry(event.content.until_on, What.ENDED, event.id)
    for source in dossier.sources:
        yield Entry(source.content.told_on, What.TOLD, source.id, (source.content.kind,))
    for row in dossier.interventions:
        yield from _asked(row.id, row.content)
    for word in dossier.consents:
        said = word.content
        yield Entry(said.said_on or word.written_on, What.CONSENT, word.id, (said.word,))
    for review in dossier.reviews:
        yield Entry(review.content.on, What.REVIEW, review.id, (review.content.decision,))


def _asked(row: str, said: Intervention) -> Iterator[Entry]:
    measure = (said.measure,) if said.measure else ()
    if said.requested_on:
        yield Entry(said.requested_on, What.REQUESTED, row, measure, said.measure)
    if said.answered_on:
        yield Entry(said.answered_on, What.ANSWERED, row, measure, said.measure)
    for step in said.steps:
        yield Entry(step.on, What.MEASURE_STEP, row, (step.stage,), said.measure, step.note)
    for step in said.case_steps:
        yield Entry(step.on, What.CASE_STEP, row, (step.stage,), said.measure, step.note)
