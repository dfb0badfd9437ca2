"""One incident gathered: the event, and every row that hangs on it, opened.

Rows of one event carry its id. A subject and a community belong to several events, so that they
are found through the rows that name them; a consent is found by whose word it is, or by the event
that it is about. Who was named in an earlier revision, and no longer is, can still have vetoed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.register import store
from geo.register.lists import ConsentWord, Noun
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

_Before = Callable[[Noun, str], Sequence[Kept[Any]]]

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

    earlier: the ids of the subjects and communities that only earlier revisions name.
    earlier_words: what these said about all of theirs, of each who ever vetoed; of the others
    nothing belongs here.
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
    earlier: tuple[str, ...] = ()
    earlier_words: tuple[Kept[Consent], ...] = ()


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

    def before(noun: Noun, row: str) -> list[Kept[Any]]:
        if noun is Noun.SUBJECT:
            return store.earlier(where, noun, row=row)
        if not any(one.revision > 1 for one in rows.get(noun, (head,))):
            return []
        if noun is Noun.EVENT:
            return store.earlier(where, noun, row=row)
        return store.earlier(where, noun, event=row)

    return assembled(where, head, rows, before=before)


def assembled(
    where: Register | Writing,
    head: Kept[Event],
    rows: Mapping[Noun, Sequence[Kept[Any]]],
    subjects: Mapping[str, Kept[Subject]] | None = None,
    before: _Before = lambda _noun, _row: (),
) -> Dossier:
    """A dossier of these rows of one event, with the people and the words that belong to them.

    subjects: these instead of everybody's newest revision, where somebody approved older ones.
    before: the earlier revisions of the event, of its acts and of what was asked, by the event's
    id, and those of a subject, by its own.
    """

    def shared(noun: Noun, wanted: Iterable[str]) -> dict[str, Kept[Any]]:
        if noun is Noun.SUBJECT and subjects is not None:
            return {row: subjects[row] for row in wanted if row in subjects}
        return _found(store.get(where, noun, row) for row in wanted)

    def words(wanted: Iterable[str]) -> list[Kept[Consent]]:
        return [c for row in ("", *wanted) for c in store.every(where, Noun.CONSENT, event=row)]

    return _composed(head, rows, shared, words, before)


def every(where: Register | Writing) -> dict[str, Dossier]:
    """Every incident that was not withdrawn, by its id: each table is read once.

    Of the earlier revisions only those of what was written more than once.
    """
    rows = {noun: _by_event(store.every(where, noun)) for noun in OF_EVENT}
    shared = {noun: _found(store.every(where, noun)) for noun in (Noun.SUBJECT, Noun.COMMUNITY)}
    consents = _by_whose(store.every(where, Noun.CONSENT))
    earlier = {
        noun: _by_event(store.earlier(where, noun)) for noun in (Noun.ACT, Noun.INTERVENTION)
    }
    for noun in (Noun.EVENT, Noun.SUBJECT):
        earlier[noun] = _by_id(store.earlier(where, noun))
    return {
        head.id: _composed(
            head,
            {noun: rows[noun].get(head.id, []) for noun in OF_EVENT},
            lambda noun, wanted: {i: shared[noun][i] for i in wanted if i in shared[noun]},
            lambda wanted: [one for row in wanted for one in consents.get(row, ())],
            lambda noun, row: earlier[noun].get(row, ()),
        )
        for head in store.every(where, Noun.EVENT)
    }


def _composed(
    head: Kept[Event],
    rows: Mapping[Noun, Sequence[Kept[Any]]],
    shared: Callable[[Noun, Iterable[str]], dict[str, Kept[Any]]],
    words: Callable[[Iterable[str]], list[Kept[Consent]]],
    before: _Before,
) -> Dossier:
    subjects = shared(Noun.SUBJECT, _subjects(rows[Noun.ACT], rows[Noun.INTERVENTION]))
    communities = _communities(head, subjects.values())
    spoken = {head.id, *subjects, *communities}
    heard = {c.id: c for c in words(spoken) if c.content.of in spoken or c.content.event in spoken}
    earlier = _earlier(head, rows, shared, before) - {*subjects, *communities}
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
        earlier=tuple(sorted(earlier)),
        earlier_words=_of_who_vetoed(earlier, words) if earlier else (),
    )


def _earlier(
    head: Kept[Event],
    rows: Mapping[Noun, Sequence[Kept[Any]]],
    shared: Callable[[Noun, Iterable[str]], dict[str, Kept[Any]]],
    before: _Before,
) -> set[str]:
    """Whoever an earlier revision names: of the event, of its acts, of what was asked, of a subject
    of any of these.
    """
    heads, acts, asked = (before(n, head.id) for n in (Noun.EVENT, Noun.ACT, Noun.INTERVENTION))
    people = _subjects([*rows[Noun.ACT], *acts], [*rows[Noun.INTERVENTION], *asked])
    told = [*shared(Noun.SUBJECT, people).values()]
    told += [one for row in people for one in before(Noun.SUBJECT, row)]
    communities = {row for one in (head, *heads) for row in _communities(one, told)}
    return {*people, *communities}


def _of_who_vetoed(
    earlier: Iterable[str], words: Callable[[Iterable[str]], list[Kept[Consent]]]
) -> tuple[Kept[Consent], ...]:
    """What they said about all of their incidents, of each whose words hold a veto."""
    general = {
        word.id: word
        for word in words(sorted(earlier))
        if word.content.of in earlier and not word.content.event
    }
    vetoed = {w.content.of for w in general.values() if w.content.word is ConsentWord.VETO}
    return tuple(general[row] for row in sorted(general) if general[row].content.of in vetoed)


def _subjects(acts: Sequence[Kept[Act]], asked: Sequence[Kept[Intervention]]) -> tuple[str, ...]:
    named = [act.content.subject for act in acts]
    named += [row for one in asked for row in one.content.subjects]
    return tuple(sorted({row for row in named if row}))


def _communities(head: Kept[Event], subjects: Iterable[Kept[Subject]]) -> tuple[str, ...]:
    named = {*head.content.communities, *(one.content.community for one in subjects)}
    return tuple(sorted(named - {""}))


def _found(rows: Iterable[Kept[Any] | None]) -> dict[str, Kept[Any]]:
    return {row.id: row for row in rows if row is not None}


def _by_id(rows: Iterable[Kept[Any]]) -> dict[str, list[Kept[Any]]]:
    made: dict[str, list[Kept[Any]]] = defaultdict(list)
    for row in rows:
        made[row.id].append(row)
    return made


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
