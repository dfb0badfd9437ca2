"""What a second person has read: where an incident stands, and at which words it may be counted.

A review covers exactly the revisions that lay before the reviewer. Whoever wrote any of those rows
cannot approve them. What is written afterwards does not count until somebody has read it too; the
words that were approved go on counting, until the next approval, or until a reviewer takes the
approval of these very words back. Where the event, an act or a subject that was approved is
withdrawn, the approval falls.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from geo.errors import RecordChanged, RecordRefused
from geo.register import store
from geo.register.dossier import OF_EVENT, Dossier, assembled, gather
from geo.register.lists import Decision, Noun, State
from geo.register.nouns import Review
from geo.register.store import Kept, Register, Writing

_MUST_STAND = (Noun.EVENT, Noun.ACT, Noun.SUBJECT)


def covered(dossier: Dossier) -> dict[str, int]:
    """What a review of this dossier covers: id -> revision.

    Consents, reviews and communities are not of it: consent is asked anew each time, and of a
    community only its reference is counted.
    """
    return {row.id: row.revision for row in _rows(dossier)}


def state(dossier: Dossier) -> State:
    """Where an incident stands; a withdrawn one has no dossier."""
    now = covered(dossier)
    last = dossier.reviews[-1].content if dossier.reviews else None
    if last is not None and last.covers == now:
        return State.APPROVED if last.decision is Decision.APPROVED else State.RETURNED
    if last is not None and last.decision is Decision.APPROVED:
        return State.CHANGED
    return State.SUBMITTED if dossier.event.content.submitted else State.DRAFT


def waits(dossier: Dossier) -> bool:
    """Whether a reviewer has something to read."""
    return dossier.event.content.submitted and state(dossier) in (State.SUBMITTED, State.CHANGED)


def approve(txn: Writing, dossier: Dossier, note: str = "") -> str:
    """Approves the revisions in `dossier`, as the account that writes; gives the review's id.

    Raises RecordChanged where any of it was written since it was read, RecordRefused where the
    incident was not submitted or the reviewer wrote any of it.
    """
    return _decide(txn, dossier, Decision.APPROVED, note)


def send_back(txn: Writing, dossier: Dossier, note: str) -> str:
    """Sends the incident back to who wrote it, with a note; refused as `approve` is."""
    if not note.strip():
        raise RecordRefused(
            "Escriba qué falta, para que quien lo redactó pueda corregirlo.", {"note": "falta"}
        )
    return _decide(txn, dossier, Decision.RETURNED, note)


def approval(dossier: Dossier) -> Review | None:
    """The review whose words count, None where there is none."""
    taken_back: list[dict[str, int]] = []
    for row in reversed(dossier.reviews):
        said = row.content
        if said.decision is Decision.RETURNED:
            taken_back.append(said.covers)
        else:
            return None if said.covers in taken_back else said
    return None


def approved_rows(register: Register | Writing, dossier: Dossier) -> Dossier | None:
    """The dossier at the revisions that the last approval covers; None where there is none.

    What was added since is not in it. Consents, reviews and communities are today's.
    """
    yes = approval(dossier)
    if yes is None:
        return None
    if yes.covers == covered(dossier):
        return dossier
    return _as_covered(register, dossier, yes.covers)


def writers(where: Register | Writing, dossier: Dossier) -> frozenset[str]:
    """The accounts that wrote any revision of what a review would cover, and its author.

    A wording that was forgotten takes nobody off: what they wrote may still stand in the newest.
    """
    found = {dossier.event.content.author}
    forgotten = []
    for row in _rows(dossier):
        history = store.history(where, row.noun, row.id)
        found |= {row.by, *(one.by for one in history)}
        if len(history) < row.revision:
            forgotten.append((row.noun, row.id))
    if forgotten:
        found |= store.who_wrote(where, forgotten)
    return frozenset(_account(name) for name in found if name)


def _decide(txn: Writing, dossier: Dossier, decision: Decision, note: str) -> str:
    now = gather(txn, dossier.event.id)
    if now is None or covered(now) != covered(dossier) or len(now.reviews) != len(dossier.reviews):
        raise RecordChanged(
            "El incidente cambió desde que usted lo abrió: vuelva a abrirlo y léalo antes de "
            "decidir."
        )
    if not now.event.content.submitted:
        raise RecordRefused("Este incidente es todavía un borrador: espere a que lo envíen.")
    if _account(txn.who) in writers(txn, now):
        raise RecordRefused(
            "Usted escribió parte de este incidente: pida a otra persona que lo revise."
        )
    made = Review(
        decision=decision,
        by=txn.who,
        on=txn.at.date().isoformat(),
        covers=covered(now),
        note=note,
        number=len(now.reviews) + 1,
    )
    store.note(txn, f"{decision} event", now.event.id)
    return store.put(txn, Noun.REVIEW, made, event=now.event.id)


def _account(name: str) -> str:
    return name.strip().casefold()


def _as_covered(
    where: Register | Writing, dossier: Dossier, covers: dict[str, int]
) -> Dossier | None:
    """Each covered row at its covered revision; None where one that must stand is gone."""
    now = {row.id: row for row in _rows(dossier)}
    found: dict[Noun, list[Kept[Any]]] = {noun: [] for noun in (*_MUST_STAND, *OF_EVENT)}
    for row, revision in covers.items():
        kept = now.get(row)
        if kept is None or kept.revision != revision:
            nouns = found if kept is None else (kept.noun,)
            kept = next((o for n in nouns if (o := store.get(where, n, row, revision))), None)
        if kept is not None:
            found[kept.noun].append(kept)
        elif any(store.is_there(where, noun, row) for noun in _MUST_STAND):
            return None
    if not found[Noun.EVENT]:
        return None
    found[Noun.REVIEW] = list(dossier.reviews)
    subjects = {row.id: row for row in found[Noun.SUBJECT]}
    words = assembled(where, found[Noun.EVENT][0], found, subjects)
    return replace(words, earlier=dossier.earlier, earlier_words=dossier.earlier_words)


def _rows(dossier: Dossier) -> Iterator[Kept[Any]]:
    yield dossier.event
    yield from dossier.acts
    yield from dossier.involvements
    yield from dossier.sources
    yield from dossier.interventions
    yield from dossier.subjects.values()
    yield from dossier.attachments
    yield from dossier.fields
