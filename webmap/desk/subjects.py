"""Subjects and communities: references, and what is known of whom. No person has a name here."""

from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from geo.errors import RecordChanged, RecordUnknown
from geo.register import checks, store
from geo.register.lists import Noun, SubjectKind
from geo.register.nouns import Community, Subject
from geo.register.store import Kept
from geo.words import _
from webmap.desk import (
    access,
    finding,
    forms,
    incidents_filling,
    incidents_form,
    incidents_reading,
    labels,
    spots,
)
from webmap.desk.desk import Desk, Permissions, Role
from webmap.desk.incidents_shown import Reader, changes
from webmap.desk.incidents_story import Known
from webmap.desk.typed import Fault, Faults, Typed, cleaned, line, number, text

_READERS = (access.READERS | access.STEWARDS) - {Role.LAWYER}

PERMISSIONS: Permissions = {
    "subjects_list": {"GET": _READERS, "POST": _READERS},
    "subjects_edit": {"GET": access.WRITERS, "POST": access.WRITERS},
    "communities_list": {"GET": _READERS, "POST": _READERS},
    "communities_edit": {"GET": access.WRITERS, "POST": access.WRITERS},
}
NAVIGATION = (
    ("subjects_list", _("Personas y grupos")),
    ("communities_list", _("Comunidades")),
)

_PAGE = 50


def register(app: Flask, desk: Desk) -> None:
    """Adds the pages."""

    @app.route("/<language:language>/sujetos", methods=["GET", "POST"])
    def subjects_list() -> ResponseReturnValue:
        return _list(desk, Noun.SUBJECT, "subjects")

    @app.route("/<language:language>/comunidades", methods=["GET", "POST"])
    def communities_list() -> ResponseReturnValue:
        return _list(desk, Noun.COMMUNITY, "communities")

    @app.route("/<language:language>/sujetos/<subject>", methods=["GET", "POST"])
    def subjects_edit(subject: str) -> ResponseReturnValue:
        return _subject(desk, _own(desk, Noun.SUBJECT, subject, "subjects"))

    @app.route("/<language:language>/comunidades/<community>", methods=["GET", "POST"])
    def communities_edit(community: str) -> ResponseReturnValue:
        return _community(desk, _own(desk, Noun.COMMUNITY, community, "communities"))


def _list(desk: Desk, noun: Noun, which: str) -> ResponseReturnValue:
    """References, some at a time; only those that are shown are opened."""
    access.note(desk, f"list {which}")
    typed = cleaned(request.form)
    times = _times(desk, which)
    everything = access.sees_all(desk) or bool(desk.roles() & access.STEWARDS)
    wanted = typed.get("reference", "").upper()
    known = finding.references(noun)
    rows = [
        (reference, known[reference])
        for reference in sorted(known)
        if wanted in reference and (everything or known[reference] in times)
    ]
    pages = max(1, -(-len(rows) // _PAGE))
    page = min(max(number(typed.get("page", "1")), 1), pages)
    shown = rows[(page - 1) * _PAGE : page * _PAGE]
    return render_template(
        f"desk/{which}.html",
        f=forms.form(typed, Faults(), desk.words()),
        total=len(rows),
        page=page,
        pages=pages,
        rows=[_row(desk, noun, row, times) for _reference, row in shown],
    )


def _row(desk: Desk, noun: Noun, row: str, times: dict[str, int]) -> dict[str, Any]:
    kept = store.get(desk.register, noun, row)
    if kept is None:
        raise RecordUnknown("Se retiró mientras se mostraba la lista.")
    subject = noun is Noun.SUBJECT
    return {
        "id": row,
        "reference": kept.content.reference,
        "said": labels.said(desk.words(), kept.content.kind) if subject else kept.content.name,
        "times": times.get(row, 0),
    }


def _times(desk: Desk, which: str) -> dict[str, int]:
    """In how many incidents that the asker may see each one stands."""
    may = finding.may_see(desk)
    made: dict[str, int] = {}
    for entry in finding.index().entries(access.today(desk)):
        if may(entry):
            for row in getattr(entry, which):
                made[row] = made.get(row, 0) + 1
    return made


def _own(desk: Desk, noun: Noun, row: str, which: str) -> Kept[Any]:
    """A subject or community that the asker may mend: any, or one of their incidents alone."""
    found = store.get(desk.register, noun, row)
    if found is None:
        raise RecordUnknown("No hay tal referencia.")
    if not access.sees_all(desk):
        naming = [
            one for one in finding.index().entries(access.today(desk)) if row in getattr(one, which)
        ]
        if not naming or any(one.author != desk.account() for one in naming):
            raise RecordUnknown("No hay tal referencia.")
    access.note(desk, f"read {noun}", row)
    return found


def _subject(desk: Desk, kept: Kept[Subject]) -> ResponseReturnValue:
    communities = store.every(desk.register, Noun.COMMUNITY) if access.sees_all(desk) else []
    if kept.content.community and not communities:
        one = store.get(desk.register, Noun.COMMUNITY, kept.content.community)
        communities = [one] if one else []
    known = Known(
        desk.vocabulary,
        desk.places,
        {},
        incidents_filling.by_reference(communities),
        desk.account(),
    )
    names = {one.id: one.content.reference for one in communities}
    who = Reader(desk.words(), desk.vocabulary, desk.places, names)
    faults = Faults()
    if request.method == "GET":
        typed: Typed = MultiDict({"seen": str(kept.revision)})
        incidents_filling.describe(typed, "", kept.content, names)
        return _subject_page(desk, kept, typed, faults, known)
    typed = cleaned(request.form)
    said = incidents_reading.subject(typed, known, kept.content.reference, faults)
    if said is not None:
        _check(desk, said, kept.content, faults)
    if faults or said is None:
        return _subject_page(desk, kept, typed, faults, known)
    signs = incidents_form.signs(typed, known, desk.words())
    if signs and typed.get("no-names") != "yes":
        return _subject_page(desk, kept, typed, faults, known, signs=signs)
    if not _written(desk, kept, said, typed):
        changed = _changed(kept.content, said, who)
        typed["seen"] = str(kept.revision)
        return _subject_page(desk, kept, typed, faults, known, changed=changed)
    return redirect(url_for("subjects_list"), 303)


def _subject_page(
    desk: Desk, kept: Kept[Subject], typed: Typed, faults: Faults, known: Known, **more: Any
) -> str:
    words = desk.words()
    return render_template(
        "desk/subject.html",
        f=forms.form(typed, faults, words),
        subject=kept.id,
        reference=kept.content.reference,
        subject_kinds=labels.options(words, SubjectKind),
        groups=labels.terms(words, desk.vocabulary.groups),
        known_communities=[(r, one.content.name) for r, one in known.communities.items()],
        signs=more.get("signs", []),
        changed=more.get("changed"),
    )


def _community(desk: Desk, kept: Kept[Community]) -> ResponseReturnValue:
    faults = Faults()
    if request.method == "GET":
        place = kept.content.place
        known = place and place in desk.places.by_code
        typed: Typed = MultiDict(
            {
                "seen": str(kept.revision),
                "name": kept.content.name,
                "place": spots.label(desk.places, place) if known else "",
                "note": kept.content.note,
            }
        )
        return _community_page(desk, kept, typed, faults)
    typed = cleaned(request.form)
    found = spots.named(desk.places, line(typed, "place", faults))
    if len(found) != 1:
        faults.add("place", _("No conocemos ese lugar, o hay varios. Elija uno de la lista."))
    said = Community(
        kept.content.reference,
        line(typed, "name", faults),
        found[0] if found else "",
        text(typed, "note", faults),
    )
    _check(desk, said, kept.content, faults)
    if faults:
        return _community_page(desk, kept, typed, faults)
    if not _written(desk, kept, said, typed):
        changed = [
            {"label": desk.words().say(label), "theirs": theirs, "yours": yours}
            for label, theirs, yours in (
                (_("Nombre"), kept.content.name, said.name),
                (_("Nota"), kept.content.note, said.note),
            )
            if theirs != yours
        ]
        typed["seen"] = str(kept.revision)
        return _community_page(desk, kept, typed, faults, changed)
    return redirect(url_for("communities_list"), 303)


def _community_page(
    desk: Desk,
    kept: Kept[Community],
    typed: Typed,
    faults: Faults,
    changed: list[dict[str, str]] | None = None,
) -> str:
    return render_template(
        "desk/community.html",
        f=forms.form(typed, faults, desk.words()),
        community=kept.id,
        reference=kept.content.reference,
        places=incidents_form.place_names(desk.places),
        changed=changed,
    )


def _check(desk: Desk, said: Any, before: Any, faults: Faults) -> None:
    against = checks.Known(desk.vocabulary, desk.places, access.today(desk))
    for fault in checks.faults(said, against, before):
        faults.setdefault(fault.field, Fault(fault.sentence, fault.values))


def _written(desk: Desk, kept: Kept[Any], said: Any, typed: Typed) -> bool:
    """Writes the next revision; False where somebody wrote one since the form was opened."""
    seen = typed.get("seen", "")
    if seen != str(kept.revision):
        return False
    if said != kept.content:
        try:
            with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
                store.put(txn, kept.noun, said, id=kept.id, read=kept.revision)
        except RecordChanged:
            return False
    flash(_("Se guardó."))
    return True


def _changed(theirs: Any, yours: Any, who: Reader) -> list[dict[str, str]]:
    return [
        {"label": label, "theirs": before, "yours": after}
        for label, before, after in changes(theirs, yours, who)
    ]
