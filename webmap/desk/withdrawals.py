"""Taking something out of the register for good, in two steps: what will go, then the deed.

Also what was written before somebody left an incident that others share, once it was written and
read again.

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
from geo.register import attachments, dossier, review, store, withdraw, wordings
from geo.register.lists import Noun
from geo.register.store import Kept, Writing
from geo.register.withdraw import Withdrawn
from geo.words import _
from webmap.desk import access, finding
from webmap.desk.desk import Desk, Permissions

_TAKES_OUT = frozenset(
    {
        *("withdrawals_event", "withdrawals_subject", "withdrawals_community"),
        "withdrawals_wordings",
    }
)
PERMISSIONS: Permissions = {
    **{name: {"GET": access.STEWARDS, "POST": access.STEWARDS} for name in _TAKES_OUT},
    "withdrawals_due": {"GET": access.STEWARDS},
}
FRESH = _TAKES_OUT

_Deed = Callable[[Writing, str], Withdrawn]


def waiting(desk: Desk) -> int:
    """How many incidents still keep a wording from before somebody was withdrawn."""
    return len(_due(desk))


WAITING = ((_("hechos guardan lo escrito antes de un retiro"), "withdrawals_due", waiting),)


def register(app: Flask, desk: Desk) -> None:
    """Adds the pages."""

    @app.get("/<language:language>/redacciones")
    def withdrawals_due() -> ResponseReturnValue:
        access.note(desk, "list events")
        titles = {one.event: one.title for one in finding.index().entries(access.today(desk))}
        unnamed = desk.words().say(_("Hecho sin nombre"))
        rows = [(event, titles.get(event) or unnamed) for event in _due(desk)]
        return render_template("desk/wordings_due.html", rows=rows)

    @app.route("/<language:language>/incidentes/<event>/redacciones", methods=["GET", "POST"])
    def withdrawals_wordings(event: str) -> ResponseReturnValue:
        return _wordings(desk, event)

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


def _wordings(desk: Desk, event: str) -> ResponseReturnValue:
    """The earlier wordings of an incident: how many there are, then the deed."""
    found = access.stewarded(desk, event, "read event")
    if request.form.get("do") == "forget" and request.form.get("sure") == "yes":
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            withdraw.forget(txn, event)
            _after(desk, txn)
        flash(_("Se borró lo escrito antes."))
        return redirect(url_for("consents_incident", event=event), 303)
    return render_template(
        "desk/wordings.html",
        called=_called(desk, found.event),
        action=request.path,
        due=wordings.is_due(desk.register, found),
        **_forgotten(desk, event),
        step=2 if request.method == "POST" else 1,
        unmarked=request.form.get("do") == "forget",
        back=_back(Noun.EVENT, event),
    )


def _forgotten(desk: Desk, event: str) -> dict[str, Any]:
    """How many wordings would go, and whether an approval with them: the deed itself, undone."""
    made: dict[str, Any] = {}
    try:
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            before = _is_approved(txn, event)
            made["count"] = withdraw.forget(txn, event)
            made["falls"] = before and not _is_approved(txn, event)
            raise _TakenBack
    except _TakenBack:
        return made


def _is_approved(txn: Writing, event: str) -> bool:
    found = dossier.gather(txn, event)
    return found is not None and review.approved_rows(txn, found) is not None


def _due(desk: Desk) -> tuple[str, ...]:
    entries = finding.index().entries(access.today(desk))
    naming = {one.event: one.subjects | one.communities | one.earlier for one in entries}
    return wordings.due(desk.register, naming)


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
        _after(desk, txn)
    attachments.remove(desk.register.folder, went.files)
    flash(_("Se retiró del registro."))
    if went.to_read:
        flash(_("Otros hechos lo nombraban: hay que volver a escribirlos y revisarlos."))
    return redirect(url_for("incidents_list"), 303)


def _after(desk: Desk, txn: Writing) -> None:
    """No sealed copy outlives what was taken back."""
    annexes.drop_closed(txn, desk.places, desk.vocabulary)
    drop_overtaken(txn, desk.places, kept_places.country(desk.home).day(txn.at))


def _called(desk: Desk, kept: Kept[Any]) -> str:
    if kept.noun is Noun.EVENT:
        return kept.content.title or desk.words().say(_("Hecho sin nombre"))
    return str(kept.content.reference)


def _back(noun: Noun, row: str) -> str:
    if noun is Noun.EVENT:
        return url_for("consents_incident", event=row)
    return url_for("consents_one", whose=row)
