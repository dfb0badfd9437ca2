"""Somebody takes back what they told: tombstones without content, at once and for good.

An incident: every row of it goes, and whoever is named in no other incident goes with it.

A subject: they, what was done to them and what they said go. An incident in which nobody else is
left goes whole. In one that others share, the words of the others stay, because they are theirs;
a program cannot tell what in a narrative, a source or a photo describes the one who left. So such
an incident loses its approval: it is counted nowhere until somebody has rewritten what has to be
and a second person has read it. The earlier wording stays until `forget` takes it away.

A community: its name and what it said go. Every incident that names it stays closed for good, by
a veto without words that is left in its place.

A veto outlives whoever said it, and the wording that named them: it stays, without its words.
Who wrote a wording that was forgotten stays in the audit log. Sealed files are named in what these
functions give back, to be removed once the transaction is through.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, func, select

from geo.errors import RecordUnknown
from geo.register import consent, store
from geo.register.consent import Why
from geo.register.dossier import (
    OF_EVENT,
    Dossier,
    communities_named,
    every,
    gather,
    subjects_named,
)
from geo.register.lists import ConsentWord, Noun, SubjectKind
from geo.register.nouns import Consent
from geo.register.store import Kept, Writing
from geo.register.tables import TABLES
from geo.terms import Audience


@dataclass(frozen=True)
class Withdrawn:
    """What went. gone: ids of incidents that went whole. to_read: ids of those that others share.

    files: names of sealed files that nothing names any more.
    """

    gone: tuple[str, ...] = ()
    to_read: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def event(txn: Writing, row: str) -> Withdrawn:
    """Takes back a whole incident. Raises RecordUnknown where it is not there."""
    told = every(txn)
    if row not in told:
        raise _unknown()
    return _events(txn, [told.pop(row)], list(told.values()))


def subject(txn: Writing, row: str) -> Withdrawn:
    """Takes a subject out of every incident. Raises RecordUnknown where they are not there."""
    if store.get(txn, Noun.SUBJECT, row) is None:
        raise _unknown()
    told = every(txn).values()
    alone = [one for one in told if set(subjects_named(one)) == {row}]
    others = [one for one in told if set(subjects_named(one)) != {row}]
    shared = [one for one in others if row in subjects_named(one)]
    for one in shared:
        _without_subject(txn, one, row)
    went = _events(txn, alone, others)
    if store.get(txn, Noun.SUBJECT, row) is not None:
        _person(txn, row, others)
    return replace(went, to_read=_ids(shared))


def community(txn: Writing, row: str) -> Withdrawn:
    """Takes a community out, also as a subject. Raises RecordUnknown where it is not there."""
    if store.get(txn, Noun.COMMUNITY, row) is None:
        raise _unknown()
    itself = [
        one.id
        for one in store.every(txn, Noun.SUBJECT)
        if one.content.kind is SubjectKind.COMMUNITY and one.content.community == row
    ]
    went = [subject(txn, one) for one in itself]
    told: list[Dossier] = []
    others: list[Dossier] = []
    for one in every(txn).values():
        (told if row in communities_named(one) else others).append(one)
    _words_out(txn, row, others)
    for one in told:
        _veto(txn, row, one.event.id)
    store.bury(txn, Noun.COMMUNITY, row)
    to_read = {*_ids(told), *(i for one in went for i in one.to_read)}
    return Withdrawn(
        gone=tuple(sorted(i for one in went for i in one.gone)),
        to_read=tuple(sorted(to_read)),
        files=tuple(sorted(i for one in went for i in one.files)),
    )


def attachment(txn: Writing, row: str) -> Withdrawn:
    """Takes back a file, and the points that came from it. Raises RecordUnknown."""
    found = store.get(txn, Noun.ATTACHMENT, row)
    if found is None:
        raise _unknown()
    for field in store.every(txn, Noun.FIELD, event=found.event):
        if field.content.attachment == row:
            store.bury(txn, Noun.FIELD, field.id)
    store.bury(txn, Noun.ATTACHMENT, row)
    return Withdrawn(files=_files([found]))


def forget(txn: Writing, row: str) -> int:
    """Takes away every earlier wording of an incident: of each of its rows the newest one stays.

    Gives how many revisions went. An approval of an earlier wording falls with it. Raises
    RecordUnknown.
    """
    found = gather(txn, row)
    if found is None:
        raise _unknown()
    kept = [found.event, *(one for noun in OF_EVENT for one in store.every(txn, noun, event=row))]
    went = sum(_forget_earlier(txn, one) for one in kept)
    keep_vetoes(txn, found)
    store.note(txn, "forget event", row)
    return went


def keep_vetoes(txn: Writing, before: Dossier) -> None:
    """Leaves a veto without words for whoever vetoed an incident and is not found in it any more.

    before: the incident as it was before this transaction took out what named them.
    """
    now = gather(txn, before.event.id)
    if now is not None:
        for row in sorted(_vetoing(txn, before) - _vetoing(txn, now)):
            _veto(txn, row, before.event.id)


def _events(txn: Writing, these: list[Dossier], others: list[Dossier]) -> Withdrawn:
    """Buries whole incidents, and whoever none of the others names."""
    named = {row for one in others for row in subjects_named(one)}
    for one in these:
        for noun in OF_EVENT:
            for kept in store.every(txn, noun, event=one.event.id):
                store.bury(txn, noun, kept.id)
        for word in store.every(txn, Noun.CONSENT, event=one.event.id):
            store.bury(txn, Noun.CONSENT, word.id)
        store.bury(txn, Noun.EVENT, one.event.id)
    for row in sorted({row for one in these for row in one.subjects} - named):
        _person(txn, row, others)
    files = _files([kept for one in these for kept in one.attachments])
    return Withdrawn(gone=_ids(these), files=files)


def _without_subject(txn: Writing, one: Dossier, row: str) -> None:
    acts = [act.id for act in one.acts if act.content.subject == row]
    for act in acts:
        store.bury(txn, Noun.ACT, act)
    for part in one.involvements:
        if part.content.act in acts:
            store.bury(txn, Noun.INVOLVEMENT, part.id)
    for asked in one.interventions:
        others = tuple(other for other in asked.content.subjects if other != row)
        if others == asked.content.subjects:
            continue
        if not others:
            store.bury(txn, Noun.INTERVENTION, asked.id)
            continue
        store.put(
            txn,
            Noun.INTERVENTION,
            replace(asked.content, subjects=others),
            id=asked.id,
            read=asked.revision,
        )


def _person(txn: Writing, row: str, others: Iterable[Dossier]) -> None:
    _words_out(txn, row, others)
    store.bury(txn, Noun.SUBJECT, row)


def _words_out(txn: Writing, row: str, others: Iterable[Dossier]) -> None:
    """Buries what somebody said; a veto that stands on one of the others stays, without words."""
    vetoed = [one.event.id for one in others if row in _vetoing(txn, one)]
    for word in store.every(txn, Noun.CONSENT):
        if word.content.of == row:
            store.bury(txn, Noun.CONSENT, word.id)
    for event_id in vetoed:
        _veto(txn, row, event_id)


def _vetoing(txn: Writing, one: Dossier) -> frozenset[str]:
    """Whose veto stands on an incident today."""
    day = txn.at.date().isoformat()
    return frozenset(
        lack.of
        for audience in Audience
        for lack in consent.lacks(one, audience, "", day)
        if lack.why is Why.VETO
    )


def _veto(txn: Writing, row: str, event_id: str) -> None:
    day = txn.at.date().isoformat()
    consent.record(txn, Consent(row, Audience.BOXES, ConsentWord.VETO, event=event_id, said_on=day))


def _forget_earlier(txn: Writing, kept: Kept[Any]) -> int:
    table = TABLES[kept.noun]
    newest = select(func.max(table.c.revision)).where(table.c.id == kept.id).scalar_subquery()
    old = delete(table).where(table.c.id == kept.id, table.c.revision < newest)
    return txn.connection.execute(old).rowcount


def _files(kept: Iterable[Kept[Any]]) -> tuple[str, ...]:
    named = {name for one in kept for name in (one.content.original, one.content.working)}
    return tuple(sorted(named - {""}))


def _ids(these: Iterable[Dossier]) -> tuple[str, ...]:
    return tuple(sorted(one.event.id for one in these))


def _unknown() -> RecordUnknown:
    return RecordUnknown("No hay tal contenido, o ya fue retirado.")
