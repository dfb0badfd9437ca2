"""Taking something out of the register for good, in two steps: what will go, then the deed.

What would go is found by doing it and taking it back, so that the page promises exactly what
happens.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.boxes import annexes
from geo.boxes import places as kept_places
from geo.boxes.propose import drop_overtaken
from geo.errors import RecordUnknown
from geo.register import attachments, store, withdraw
from geo.register.lists import Noun
from geo.register.store import Kept, Writing
from geo.register.withdraw import Withdrawn
from geo.words import _
from webmap.desk import access
from webmap.desk.desk import Desk, Permissions

PERMISSIONS: Permissions = {
    name: {"GET": access.STEWARDS, "POST": access.STEWARDS}
    for name in ("withdrawals_event", "withdrawals_subject", "withdrawals_community")
}
FRESH = frozenset(PERMISSIONS)

_Deed = Callable[[Writing, str], Withdrawn]


def register(app: Flask, desk: Desk) -> None:
    """Adds the pages."""

    @app.route("/<language:language>/incidentes/<event>/retirar", methods=["GET", "POST"])
    def withdrawals_event(event: str) -> ResponseReturnValue:
        return _steps(desk, Noun.EVENT, event, withdraw.event)

    @app.route("/<language:language>/sujetos/<subject>/retirar", methods=["GET", "POST"])
    def withdrawals_subject(subject: str) -> ResponseReturnValue:
        return _steps(desk, Noun.SUBJECT, subject, withdraw.subject)

    @app.route("/<language:language>/comunidades/<community>/retirar", methods=["GET", "POST"])
    def withdrawals_community(community: str) -> ResponseReturnValue:
        return _steps(desk, Noun.COMMUNITY, community, withdraw.community)


class _TakenBack(Exception):
    """Ends a trial: the transaction is undone."""


def _steps(desk: Desk, noun: Noun, row: str, deed: _Deed) -> ResponseReturnValue:
    kept = store.get(desk.register, noun, row)
    if kept is None:
        raise RecordUnknown("No hay tal contenido, o ya fue retirado.")
    access.note(desk, f"read {noun}", row)
    if request.form.get("do") == "withdraw" and request.form.get("sure") == "yes":
        return _done(desk, row, deed)
    return render_template(
        "desk/withdrawal.html",
        noun=noun.value,
        called=_called(desk, kept),
        action=request.path,
        went=_tried(desk, row, deed),
        step=2 if request.method == "POST" else 1,
        forgotten=request.form.get("do") == "withdraw",
        back=_back(noun, row),
    )


def _tried(desk: Desk, row: str, deed: _Deed) -> dict[str, int]:
    """How much would go: the deed itself, undone."""
    went = Withdrawn()
    try:
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            went = deed(txn, row)
            raise _TakenBack
    except _TakenBack:
        return {
            "gone": len(went.gone),
            "to_read": len(went.to_read),
            "files": len(went.files),
        }


def _done(desk: Desk, row: str, deed: _Deed) -> ResponseReturnValue:
    with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
        went = deed(txn, row)
        # no sealed copy outlives what was taken back
        annexes.drop_closed(txn, desk.places, desk.vocabulary)
        drop_overtaken(txn, desk.places, kept_places.country(desk.home).day(txn.at))
    attachments.remove(desk.register.folder, went.files)
    flash(_("Se retiró del registro."))
    if went.to_read:
        flash(_("Otros hechos lo nombraban: hay que volver a escribirlos y revisarlos."))
    return redirect(url_for("incidents_list"), 303)


def _called(desk: Desk, kept: Kept[Any]) -> str:
    if kept.noun is Noun.EVENT:
        return kept.content.title or desk.words().say(_("Hecho sin nombre"))
    return str(kept.content.reference)


def _back(noun: Noun, row: str) -> str:
    if noun is Noun.EVENT:
        return url_for("consents_incident", event=row)
    return url_for("consents_one", whose=row)
