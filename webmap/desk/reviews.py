"""A second person reads an incident and decides on exactly what lies before them."""

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.errors import RecordChanged, RecordRefused
from geo.register import review, store
from geo.register.dossier import Dossier
from geo.words import _
from webmap.desk import access, forms, incidents
from webmap.desk.desk import Desk, Permissions, Role
from webmap.desk.typed import Faults, cleaned, text

_REVIEWERS = frozenset({Role.REVIEWER})

PERMISSIONS: Permissions = {"reviews_page": {"GET": _REVIEWERS, "POST": _REVIEWERS}}


def register(app: Flask, desk: Desk) -> None:
    """Adds the page."""

    @app.route("/<language:language>/incidentes/<event>/revision", methods=["GET", "POST"])
    def reviews_page(event: str) -> ResponseReturnValue:
        found = access.opened(desk, event)
        return _decided(desk, found) if request.method == "POST" else _page(desk, found, Faults())


def covers(found: Dossier) -> str:
    """The revisions that lie before a reviewer, as one text."""
    return ",".join(f"{row}:{revision}" for row, revision in sorted(review.covered(found).items()))


def _decided(desk: Desk, found: Dossier) -> ResponseReturnValue:
    typed, faults = cleaned(request.form), Faults()
    note = text(typed, "note", faults)
    approving = typed.get("do") == "approve"
    if typed.get("covers") != covers(found):
        return _page(desk, found, faults, changed=True)
    if not approving and not note:
        faults.add("note", _("Escriba qué falta, para que quien lo escribió pueda corregirlo."))
    if faults:
        return _page(desk, found, faults)
    try:
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            (review.approve if approving else review.send_back)(txn, found, note)
    except RecordChanged:
        return _page(desk, access.opened(desk, found.event.id), faults, changed=True)
    except RecordRefused:
        return _page(desk, found, faults)  # the page says why, and offers no buttons
    flash(_("Quedó aprobado.") if approving else _("Se devolvió con su nota."))
    return redirect(url_for("incidents_list"), 303)


def _page(desk: Desk, found: Dossier, faults: Faults, changed: bool = False) -> str:
    own = desk.account().casefold() in review.writers(desk.register, found)
    return render_template(
        "desk/review.html",
        f=forms.form(cleaned(request.form), faults, desk.words()),
        covers=covers(found),
        own=own,
        waits=review.waits(found),
        changed=changed,
        **incidents.shown(desk, found),
    )
