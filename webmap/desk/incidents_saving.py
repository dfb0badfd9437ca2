"""An incident kept: what changed gets a revision, what did not stays as it is.

Whoever writes had certain revisions before their eyes, and the form says which. Where a row was
written since, nothing is kept, and both are shown.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from typing import Any

from geo.errors import RecordChanged, RecordUnknown
from geo.register import dossier, review, store, withdraw
from geo.register.dossier import Dossier
from geo.register.lists import Noun
from geo.register.store import Kept, Writing
from webmap.desk.incidents_story import Row, Story


def own_rows(found: Dossier) -> Iterable[Kept[Any]]:
    """The rows that the form of an incident writes."""
    yield found.event
    yield from found.acts
    yield from found.involvements
    yield from found.sources
    yield from found.interventions


def seen(found: Dossier) -> str:
    """The revisions that lie in a form, as one text."""
    return ",".join(f"{row.id}:{row.revision}" for row in own_rows(found))


def save(
    txn: Writing,
    story: Story,
    before: Dossier | None,
    read: str,
    submit: bool,
    taken: Callable[[Noun], Container[str]],
) -> str:
    """Writes an incident, in this transaction; gives its id.

    before: as it lay in the register when the form was read again; read: `seen` of what the writer
    had before their eyes. taken: the references that a noun has by now, asked in the transaction.

    Raises RecordChanged where any of it was written since, or a new reference has become another's,
    RecordUnknown where it was withdrawn or never there.
    """
    if before is not None:
        now = dossier.gather(txn, before.event.id)
        if now is None:
            raise RecordUnknown("Este incidente fue retirado: ya no se puede escribir.")
        if seen(now) != read:
            raise RecordChanged(
                "Otra persona guardó cambios mientras usted escribía: compare antes de guardar."
            )
        before = now
    named = _shared(txn, story, taken)
    event = replace(
        story.event,
        submitted=submit,
        communities=tuple(named.get(one, one) for one in story.event.communities),
    )
    kept = {} if before is None else {row.id: row for row in own_rows(before)}
    id_ = "" if before is None else before.event.id
    if before is None:
        id_ = store.put(txn, Noun.EVENT, event)
    elif before.event.content != event:
        store.put(txn, Noun.EVENT, event, id=id_, read=before.event.revision)
    acts = (_with_subject(row, named) for row in story.acts)
    _rows(txn, Noun.ACT, acts, kept, id_)
    _rows(txn, Noun.INVOLVEMENT, story.involvements, kept, id_)
    _rows(txn, Noun.SOURCE, story.sources, kept, id_)
    asked = (_with_subjects(row, named) for row in story.interventions)
    _rows(txn, Noun.INTERVENTION, asked, kept, id_)
    if before is not None and any(row.gone for row in story.rows()):
        # a row that is taken out keeps no name by which a veto would be found
        withdraw.keep_vetoes(txn, before)
    return id_


def may_take_out(found: Dossier | None) -> bool:
    """Whether a row may be taken out: what was approved once is mended, never removed."""
    return found is None or review.approval(found) is None


def _shared(txn: Writing, story: Story, taken: Callable[[Noun], Container[str]]) -> dict[str, str]:
    """Writes new communities and subjects; gives the id of each reference."""
    for noun, new in ((Noun.COMMUNITY, story.communities), (Noun.SUBJECT, story.subjects)):
        there = taken(noun) if new else ()
        if any(one in there for one in new):
            raise RecordChanged("Una referencia nueva ya es de otra fila: guarde otra vez.")
    named = {
        reference: store.put(txn, Noun.COMMUNITY, one)
        for reference, one in story.communities.items()
    }
    for reference, one in story.subjects.items():
        community = named.get(one.community, one.community)
        named[reference] = store.put(txn, Noun.SUBJECT, replace(one, community=community))
    return named


def _with_subject(row: Row[Any], named: Mapping[str, str]) -> Row[Any]:
    subject = row.content.subject
    return replace(row, content=replace(row.content, subject=named.get(subject, subject)))


def _with_subjects(row: Row[Any], named: Mapping[str, str]) -> Row[Any]:
    subjects = tuple(named.get(one, one) for one in row.content.subjects)
    return replace(row, content=replace(row.content, subjects=subjects))


def _rows(
    txn: Writing, noun: Noun, rows: Iterable[Row[Any]], kept: Mapping[str, Kept[Any]], event: str
) -> None:
    for row in rows:
        old = kept.get(row.id)
        if row.id and not kept:
            raise RecordUnknown("Un incidente nuevo no tiene filas de antes.")
        if row.id and (old is None or old.noun is not noun):
            raise RecordChanged("Una fila de este incidente ya no está: vuelva a abrirlo.")
        if old is None:
            if not row.gone:
                store.put(txn, noun, row.content, event=event)
        elif row.gone:
            store.bury(txn, noun, row.id)
        elif old.content != row.content:
            store.put(txn, noun, row.content, event=event, id=row.id, read=old.revision)
