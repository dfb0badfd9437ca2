"""Incidents: told, mended, opened. What may not be opened is not there."""

from dataclasses import replace
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.errors import RecordChanged, RecordUnknown
from geo.register import checks, delays, dossier, references, review, store, wordings
from geo.register.dossier import Dossier
from geo.register.lists import Noun, State
from geo.register.nouns import Source
from geo.register.store import Kept
from geo.words import _
from webmap.desk import (
    access,
    consents,
    finding,
    incidents_filling,
    incidents_form,
    incidents_saving,
    labels,
    waits,
)
from webmap.desk.desk import Desk, Permissions, Role
from webmap.desk.incidents_checking import check
from webmap.desk.incidents_form import Asked
from webmap.desk.incidents_reading import read
from webmap.desk.incidents_shown import Reader, changes, lines, moments
from webmap.desk.incidents_story import Known, Story
from webmap.desk.typed import Faults, Typed, cleaned

PERMISSIONS: Permissions = {
    "incidents_new": {"GET": access.WRITERS, "POST": access.WRITERS},
    "incidents_edit": {"GET": access.WRITERS, "POST": access.WRITERS},
    "incidents_view": {"GET": access.READERS},
    "incidents_history": {"GET": access.READERS - {Role.LAWYER}},
}
NAVIGATION = (("incidents_new", _("Contar un hecho")),)
LARGEST = {"incidents_new": 450_000, "incidents_edit": 450_000}

HERE = "/<language:language>/incidentes"
ONE = f"{HERE}/<event>"


def register(app: Flask, desk: Desk) -> None:
    """Adds the pages."""

    @app.route(f"{HERE}/nuevo", methods=["GET", "POST"])
    def incidents_new() -> ResponseReturnValue:
        # the form lists the subjects and communities that the writer may lean on
        access.note(desk, "list communities")
        return _written(desk, None)

    @app.route(f"{ONE}/editar", methods=["GET", "POST"])
    def incidents_edit(event: str) -> ResponseReturnValue:
        found = access.sought(desk, event, access.writable)
        if found is None:
            raise RecordUnknown("No hay tal incidente.")
        access.note(desk, "read event", event)
        return _written(desk, found)

    @app.get(ONE)
    def incidents_view(event: str) -> ResponseReturnValue:
        found = access.opened(desk, event)
        return render_template("desk/incident.html", **shown(desk, found))

    @app.get(f"{ONE}/historial")
    def incidents_history(event: str) -> ResponseReturnValue:
        found = access.opened(desk, event, "read history of event")
        if access.as_lawyer(desk, found):
            raise RecordUnknown("No hay tal incidente.")
        return render_template(
            "desk/incident_history.html",
            event=event,
            title=found.event.content.title,
            revisions=_history(desk, found),
        )


def shown(desk: Desk, found: Dossier) -> dict[str, Any]:
    """What the page of one incident shows."""
    words, who = desk.words(), reader(desk, found)
    state = review.state(found)
    return {
        "event": found.event.id,
        "title": found.event.content.title or words.say(_("Hecho sin nombre")),
        "state": labels.said(words, state),
        "note": found.reviews[-1].content.note if found.reviews else "",
        "returned": state is State.RETURNED,
        "writable": access.writable(desk, found),
        "about": lines(found.event.content, who),
        "people": [
            (who.called([row.id]), lines(row.content, who)) for row in found.subjects.values()
        ],
        "acts": [lines(row.content, who) for row in found.acts],
        "doers": [lines(row.content, who) for row in found.involvements],
        "sources": [lines(_as_told(desk, found, row.content), who) for row in found.sources],
        "measures": [lines(row.content, who) for row in found.interventions],
        "timeline": moments(found, who),
        "delays": [waits.said(one, desk) for one in delays.of(found, access.today(desk))],
        "consents": consents.standing(desk, found),
        "wordings_due": access.sees_all(desk) and wordings.is_due(desk.register, found),
    }


def _as_told(desk: Desk, found: Dossier, source: Source) -> Source:
    """A source; the consent of the subjects opens to a lawyer what it says, not how to find it."""
    return replace(source, contact="") if access.as_lawyer(desk, found) else source


def reader(desk: Desk, found: Dossier) -> Reader:
    """Who reads an incident: subjects by their reference, communities by reference and name."""
    names = {row.id: row.content.reference for row in found.subjects.values()}
    names |= {
        row.id: f"{row.content.reference} ({row.content.name})"
        if row.content.name
        else row.content.reference
        for row in found.communities.values()
    }
    return Reader(desk.words(), desk.vocabulary, desk.places, names)


def _written(desk: Desk, stored: Dossier | None) -> ResponseReturnValue:
    """The form of an incident: shown, answered, or kept."""
    typed = cleaned(request.form)
    known = _known(desk, stored, typed)
    taken = _taken()
    if request.method == "GET":
        typed = (
            incidents_filling.blank()
            if stored is None
            else incidents_filling.filled(stored, desk.places)
        )
        typed["seen"] = "" if stored is None else incidents_saving.seen(stored)
        incidents_filling.give_references(typed, taken)
        return _page(desk, known, Asked(typed), Faults())
    incidents_filling.give_references(typed, taken)
    pressed = incidents_form.button(typed, desk.places)
    if pressed is not None:
        incidents_filling.give_references(pressed.typed, taken)
        return _page(desk, known, pressed, Faults())
    return _kept(desk, known, typed)


def _taken() -> dict[str, str]:
    return {**finding.references(Noun.SUBJECT), **finding.references(Noun.COMMUNITY)}


def _kept(desk: Desk, known: Known, typed: Typed) -> ResponseReturnValue:
    faults = Faults()
    story = read(typed, known, faults)
    submit = typed.get("do") == "submit"
    check(
        story, known, checks.Known(desk.vocabulary, desk.places, access.today(desk)), submit, faults
    )
    if faults:
        return _page(desk, known, Asked(typed), faults)
    if typed.get("no-names") != "yes":
        signs = incidents_form.signs(typed, known, desk.words())
        if signs:
            return _page(desk, known, Asked(typed), faults, found_signs=signs)
    try:
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            event = incidents_saving.save(
                txn, story, known.stored, typed.get("seen", ""), submit, finding.references
            )
    except RecordChanged:
        if known.stored is None:
            incidents_filling.give_references(typed, _taken())
            flash(_("Alguien guardó a la vez con la misma referencia. Guarde otra vez."))
            return _page(desk, known, Asked(typed), faults)
        return _both(desk, typed, story, known.stored.event.id)
    flash(_("Se envió a revisión.") if submit else _("Se guardó el borrador."))
    return redirect(url_for("incidents_view", event=event), 303)


def _both(desk: Desk, typed: Typed, story: Story, event: str) -> ResponseReturnValue:
    """Somebody wrote it since: what they kept beside what was typed, and the form to go on with."""
    now = dossier.gather(desk.register, event)
    if now is None:
        raise RecordUnknown("Este incidente fue retirado.")
    known = _known(desk, now, typed)
    who = reader(desk, now)
    who = replace(who, names={**who.names, **{one: one for one in story.subjects}})
    theirs = incidents_filling.filled(now, desk.places)
    form = incidents_filling.merged(typed, theirs, incidents_saving.seen(now))
    incidents_filling.give_references(form, _taken())
    changed = incidents_form.compared(story, now, who)
    return _page(desk, known, Asked(form), Faults(), changed=changed)


def _page(
    desk: Desk,
    known: Known,
    asked: Asked,
    faults: Faults,
    found_signs: list[tuple[str, str]] | None = None,
    changed: list[dict[str, str]] | None = None,
) -> str:
    new = known.stored is None
    words = desk.words()
    return incidents_form.page(
        desk,
        known,
        asked,
        faults,
        heading=words.say(_("Contar un hecho")) if new else words.say(_("Corregir un hecho")),
        action=url_for("incidents_new")
        if known.stored is None
        else url_for("incidents_edit", event=known.stored.event.id),
        found_signs=found_signs,
        changed=changed,
    )


def _known(desk: Desk, stored: Dossier | None, typed: Typed | None = None) -> Known:
    """What the writer may lean on: what was typed and is there, or in their own incidents."""
    subjects = _named(desk, Noun.SUBJECT, typed, ("-reference",))
    communities = _communities(desk)
    if stored is not None:
        subjects |= {one.content.reference: one for one in stored.subjects.values()}
        communities |= {one.content.reference: one for one in stored.communities.values()}
    return Known(desk.vocabulary, desk.places, subjects, communities, desk.account(), stored)


def _named(
    desk: Desk, noun: Noun, typed: Typed | None, endings: tuple[str, ...]
) -> dict[str, Kept[Any]]:
    """The rows whose reference was typed, as far as the writer may name them."""
    fields = [] if typed is None else [n for n in typed if n.endswith(endings)]
    said = {references.understood(typed[name]) for name in fields} if typed else set()
    if not said - {None}:
        return {}
    rows = finding.references(noun)
    own = None if access.sees_all(desk) else _own(desk, "subjects")
    found = [rows[one] for one in said if one in rows and (own is None or rows[one] in own)]
    kept = [k for row in found if (k := store.get(desk.register, noun, row))]
    return incidents_filling.by_reference(kept)


def _communities(desk: Desk) -> dict[str, Kept[Any]]:
    """Every community, to be chosen by name; for a monitor those of their own incidents."""
    if access.sees_all(desk):
        return incidents_filling.by_reference(store.every(desk.register, Noun.COMMUNITY))
    rows = [store.get(desk.register, Noun.COMMUNITY, row) for row in _own(desk, "communities")]
    return incidents_filling.by_reference(one for one in rows if one)


def _own(desk: Desk, which: str) -> set[str]:
    """The subjects or communities that stand in incidents of the writer's own."""
    entries = finding.index().entries(access.today(desk))
    mine = [one for one in entries if one.author == desk.account()]
    return {row for one in mine for row in getattr(one, which)}


def _history(desk: Desk, found: Dossier) -> list[dict[str, Any]]:
    """Every revision of every row, newest first, with what changed in it."""
    who = reader(desk, found)
    made = []
    for row in (*incidents_saving.own_rows(found), *found.subjects.values()):
        before = None
        for one in store.history(desk.register, row.noun, row.id):
            made.append(
                {
                    "on": one.written_on,
                    "by": one.by,
                    "part": desk.words().say(_PARTS[row.noun]),
                    "revision": one.revision,
                    "changes": changes(before, one.content, who),
                }
            )
            before = one.content
    return sorted(made, key=lambda one: (one["on"], one["revision"]), reverse=True)


_PARTS = {
    Noun.EVENT: _("El hecho"),
    Noun.ACT: _("A quién"),
    Noun.INVOLVEMENT: _("Quién lo hizo"),
    Noun.SOURCE: _("Cómo se sabe"),
    Noun.INTERVENTION: _("Qué se pidió"),
    Noun.SUBJECT: _("Quién es"),
}
