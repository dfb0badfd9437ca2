"""One incident gathered: the event, and every row that hangs on it, opened.

Rows of one event carry its id. A subject and a community belong to several events, so that they
are found through the rows that name them; a consent is found by whose word it is, or by the event
that it is about.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.register import store
from geo.register.lists import Noun
from geo.register.nouns import (
    Act,
    Attachment,
    Community,
    Consent,
    Event,
    Field,
    Intervention,
    Involvement,
    Review,
    Source,
    Subject,
)
from geo.register.store import Kept, Register, Writing

OF_EVENT = (
    Noun.ACT,
    Noun.INVOLVEMENT,
    Noun.SOURCE,
    Noun.INTERVENTION,
    Noun.ATTACHMENT,
    Noun.FIELD,
    Noun.REVIEW,
)
"""The nouns whose rows carry the id of their event."""


@dataclass(frozen=True)
class Dossier:
    """One incident, each row at its newest revision.

    subjects: of its acts and of what was asked for them. communities: those that it concerns, and
    those of its subjects. A subject or community that is named and is not here was withdrawn.
    consents: what these said about this event or about all of theirs, and every word about this
    event, whoever said it. Rows are sorted by id, reviews by their number.
    """

    event: Kept[Event]
    acts: tuple[Kept[Act], ...] = ()
    involvements: tuple[Kept[Involvement], ...] = ()
    sources: tuple[Kept[Source], ...] = ()
    interventions: tuple[Kept[Intervention], ...] = ()
    subjects: Mapping[str, Kept[Subject]] = field(default_factory=dict)
    communities: Mapping[str, Kept[Community]] = field(default_factory=dict)
    consents: tuple[Kept[Consent], ...] = ()
    reviews: tuple[Kept[Review], ...] = ()
    attachments: tuple[Kept[Attachment], ...] = ()
    fields: tuple[Kept[Field], ...] = ()


def subjects_named(dossier: Dossier) -> tuple[str, ...]:
    """The ids of the subjects of its acts and of what was asked for them, withdrawn ones too."""
    return _subjects(dossier.acts, dossier.interventions)


def communities_named(dossier: Dossier) -> tuple[str, ...]:
    """The ids of the communities that it concerns and of its subjects' ones, also withdrawn."""
    return _communities(dossier.event, dossier.subjects.values())


def gather(where: Register | Writing, event: str) -> Dossier | None:
    """One incident; None where there is none of this id, or it was withdrawn.

    where: the register, or the transaction that decides by what it reads.
    """
    head = store.get(where, Noun.EVENT, event)
    if head is None:
        return None
    rows = {noun: store.every(where, noun, event=event) for noun in OF_EVENT}
    return assembled(where, head, rows)


def assembled(
    where: Register | Writing,
    head: Kept[Event],
    rows: Mapping[Noun, Sequence[Kept[Any]]],
    subjects: Mapping[str, Kept[Subject]] | None = None,
) -> Dossier:
    """A dossier of these rows of one event, with the people and the words that belong to them.

    subjects: these instead of everybody's newest revision, where somebody approved older ones.
    """

    def shared(noun: Noun, wanted: Iterable[str]) -> dict[str, Kept[Any]]:
        if noun is Noun.SUBJECT and subjects is not None:
            return {row: subjects[row] for row in wanted if row in subjects}
        return _found(store.get(where, noun, row) for row in wanted)

    def words(wanted: Iterable[str]) -> list[Kept[Consent]]:
        return [c for row in ("", *wanted) for c in store.every(where, Noun.CONSENT, event=row)]

    return _composed(head, rows, shared, words)


def every(where: Register | Writing) -> dict[str, Dossier]:
    """Every incident that was not withdrawn, by its id: each table is read once."""
    rows = {noun: _by_event(store.every(where, noun)) for noun in OF_EVENT}
    shared = {noun: _found(store.every(where, noun)) for noun in (Noun.SUBJECT, Noun.COMMUNITY)}
    consents = _by_whose(store.every(where, Noun.CONSENT))
    return {
        head.id: _composed(
            head,
            {noun: rows[noun].get(head.id, []) for noun in OF_EVENT},
            lambda noun, wanted: {i: shared[noun][i] for i in wanted if i in shared[noun]},
            lambda wanted: [one for row in wanted for one in consents.get(row, ())],
        )
        for head in store.every(where, Noun.EVENT)
    }


def _composed(
    head: Kept[Event],
    rows: Mapping[Noun, Sequence[Kept[Any]]],
    shared: Callable[[Noun, Iterable[str]], dict[str, Kept[Any]]],
    words: Callable[[Iterable[str]], list[Kept[Consent]]],
) -> Dossier:
    subjects = shared(Noun.SUBJECT, _subjects(rows[Noun.ACT], rows[Noun.INTERVENTION]))
    communities = _communities(head, subjects.values())
    spoken = {head.id, *subjects, *communities}
    heard = {c.id: c for c in words(spoken) if c.content.of in spoken or c.content.event in spoken}
    return Dossier(
        event=head,
        acts=tuple(rows[Noun.ACT]),
        involvements=tuple(rows[Noun.INVOLVEMENT]),
        sources=tuple(rows[Noun.SOURCE]),
        interventions=tuple(rows[Noun.INTERVENTION]),
        subjects=subjects,
        communities=shared(Noun.COMMUNITY, communities),
        consents=tuple(
            heard[row] for row in sorted(heard) if heard[row].content.event in ("", head.id)
        ),
        reviews=tuple(sorted(rows[Noun.REVIEW], key=lambda r: r.content.number)),
        attachments=tuple(rows[Noun.ATTACHMENT]),
        fields=tuple(rows[Noun.FIELD]),
    )


def _subjects(acts: Sequence[Kept[Act]], asked: Sequence[Kept[Intervention]]) -> tuple[str, ...]:
    named = [act.content.subject for act in acts]
    named += [row for one in asked for row in one.content.subjects]
    return tuple(sorted({row for row in named if row}))


def _communities(head: Kept[Event], subjects: Iterable[Kept[Subject]]) -> tuple[str, ...]:
    named = {*head.content.communities, *(one.content.community for one in subjects)}
    return tuple(sorted(named - {""}))


def _found(rows: Iterable[Kept[Any] | None]) -> dict[str, Kept[Any]]:
    return {row.id: row for row in rows if row is not None}


def _by_event(rows: Iterable[Kept[Any]]) -> dict[str, list[Kept[Any]]]:
    made: dict[str, list[Kept[Any]]] = defaultdict(list)
    for row in rows:
        made[row.event].append(row)
    return made


def _by_whose(rows: Iterable[Kept[Consent]]) -> dict[str, list[Kept[Consent]]]:
    made: dict[str, list[Kept[Consent]]] = defaultdict(list)
    for row in rows:
        for key in {row.content.of, row.content.event} - {""}:
            made[key].append(row)
    return made
