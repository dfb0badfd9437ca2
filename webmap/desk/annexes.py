"""Reserved annexes: asked for by a lawyer or a steward, read whole, approved by two, handed out.

What is handed out is closed already: an age file that only its readers open. Consent is asked when
it is prepared and each time it is handed out.
"""

from dataclasses import dataclass

from flask import Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.boxes import annexes, two_people
from geo.boxes.annexes import About, Waiting
from geo.errors import AnnexFailed, RecordUnknown, ReleaseRefused
from geo.evidence.reserved.compose import FORUMS, annex
from geo.register import dossier, review, store
from geo.register.dossier import Dossier
from geo.register.lists import Release
from geo.reserved import ReservedForum
from geo.words import _
from webmap.desk import access, approvers
from webmap.desk.attachments import SAFE
from webmap.desk.desk import Desk, Permissions, Role

_ASKERS = frozenset({Role.LAWYER, Role.STEWARD})
_APPROVERS = _ASKERS | {Role.REVIEWER}

PERMISSIONS: Permissions = {
    "annexes_page": {"GET": _APPROVERS},
    "annexes_ask": {"GET": _ASKERS, "POST": _ASKERS},
    "annexes_review": {"GET": _APPROVERS},
    "annexes_read": {"GET": _APPROVERS},
    "annexes_approve": {"POST": _APPROVERS},
    "annexes_drop": {"POST": _ASKERS},
    "annexes_hand_out": {"POST": _ASKERS},
}
NAVIGATION = (("annexes_page", _("Anexos reservados")),)
FRESH = frozenset({"annexes_review", "annexes_read", "annexes_approve", "annexes_hand_out"})

MOST_EVENTS = 60
MOST_RECIPIENTS = 6
_LONGEST = 50
"""Letters of a purpose, as consent takes them."""


@dataclass(frozen=True)
class Choice:
    """An incident that may go along."""

    id: str
    title: str
    on: str


def waiting(desk: Desk) -> int:
    """Annexes that still lack somebody's yes."""
    return sum(len(one.approvers) < two_people.NEEDED for one in annexes.waiting(desk.register))


WAITING = ((_("anexos reservados por aprobar"), "annexes_page", waiting),)


def register(app: Flask, desk: Desk) -> None:
    """Adds the pages."""
    here = "/<language:language>/anexos"

    @app.get(here)
    def annexes_page() -> ResponseReturnValue:
        return _page(desk)

    @app.route(f"{here}/nuevo", methods=["GET", "POST"])
    def annexes_ask() -> ResponseReturnValue:
        return _asked(desk) if request.method == "POST" else _form(desk)

    @app.get(f"{here}/<annex>")
    def annexes_review(annex: str) -> ResponseReturnValue:
        one = _one(desk, annex)
        access.note(desk, "read annex", one.id)
        closed = _closed(desk, one)
        return render_template(
            "desk/annex_review.html",
            one=one,
            closed=closed,
            forum=desk.words().say(FORUMS[one.about.forum]),
            mine=_same(one.by, desk),
            said=any(_same(name, desk) for name in one.approvers),
            lets_out=bool(desk.roles() & _ASKERS),
            ready=len(one.approvers) >= two_people.NEEDED,
            needed=two_people.NEEDED,
            shortest=annexes.SHORTEST_PASSPHRASE,
        )

    @app.get(f"{here}/<annex>/leer")
    def annexes_read(annex: str) -> ResponseReturnValue:
        one = _one(desk, annex)
        if _closed(desk, one):
            raise RecordUnknown("Ese anexo está cerrado.")
        access.note(desk, f"read annex {one.digest}", one.id)
        sent = Response(one.pdf, mimetype="application/octet-stream")
        name = f'attachment; filename="por-aprobar-{one.sha256[:8]}.pdf"'
        sent.headers["Content-Disposition"] = name
        sent.headers["Content-Security-Policy"] = SAFE
        return sent

    @app.post(f"{here}/<annex>/aprobar")
    def annexes_approve(annex: str) -> ResponseReturnValue:
        one = _one(desk, annex)
        try:
            with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
                annexes.check(txn, one, desk.places, desk.vocabulary, access.today(desk))
                two_people.approve(txn, Release.ANNEX, one.id, request.form.get("digest", ""))
        except ReleaseRefused as refused:
            flash(str(refused))
        else:
            flash(_("Su aprobación quedó anotada."))
        return redirect(url_for("annexes_page"), 303)

    @app.post(f"{here}/<annex>/retirar")
    def annexes_drop(annex: str) -> ResponseReturnValue:
        one = _one(desk, annex)
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            annexes.drop(txn, one.id)
        flash(_("El anexo se retiró."))
        return redirect(url_for("annexes_page"), 303)

    @app.post(f"{here}/<annex>/entregar")
    def annexes_hand_out(annex: str) -> ResponseReturnValue:
        return _handed_out(desk, _one(desk, annex))


def _page(desk: Desk) -> ResponseReturnValue:
    with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
        gone = annexes.drop_closed(txn, desk.places, desk.vocabulary)
        store.note(txn, "list annex")
    return render_template(
        "desk/annexes.html",
        waits=annexes.waiting(desk.register),
        gone=len(gone),
        forums={key: desk.words().say(said) for key, said in FORUMS.items()},
        asks=bool(desk.roles() & _ASKERS),
        needed=two_people.NEEDED,
    )


def _form(desk: Desk, wrong: str = "") -> ResponseReturnValue:
    access.note(desk, "list events for annex")
    return render_template(
        "desk/annex_form.html",
        choices=_choices(desk),
        forums=[(key.value, desk.words().say(said)) for key, said in FORUMS.items()],
        typed=request.form,
        chosen=request.form.getlist("event"),
        wrong=wrong,
    )


def _choices(desk: Desk) -> list[Choice]:
    """The approved incidents that may be seen by lawyers today, for whatever purpose."""
    made = [
        Choice(one.event.id, _title(desk, one), one.event.content.happened_on)
        for one in dossier.every(desk.register).values()
        if review.approval(one) is not None and _some_lawyer(desk, one)
    ]
    return sorted(made, key=lambda one: (one.on, one.id), reverse=True)


def _some_lawyer(desk: Desk, one: Dossier) -> bool:
    """Stewards look after consent and see them all; a lawyer sees what is open to lawyers."""
    return bool(desk.roles() & access.STEWARDS) or access.for_lawyers(desk, one)


def _title(desk: Desk, one: Dossier) -> str:
    """What a lawyer may read; a steward, who reads no incident, is shown its number."""
    if Role.LAWYER in desk.roles():
        return one.event.content.title or desk.words().say(_("Hecho sin nombre"))
    return one.event.id[:8]


def _asked(desk: Desk) -> ResponseReturnValue:
    typed = request.form
    forum = typed.get("forum", "")
    events = tuple(dict.fromkeys(typed.getlist("event")))[:MOST_EVENTS]
    if forum not in list(ReservedForum) or not events:
        return _form(desk, desk.words().say(_("Elija para quién es, y por lo menos un hecho.")))
    about = About(
        events=tuple(sorted(events)),
        forum=ReservedForum(forum),
        purpose=" ".join(typed.get("purpose", "").split())[:_LONGEST],
        language=desk.words().language,
        on=access.today(desk),
        content="",
        recipients=tuple(typed.get("recipients", "").split())[:MOST_RECIPIENTS],
    )
    try:
        content = annexes.gathered(desk.register, about, desk.places, desk.vocabulary, about.on)
        about = annexes.asked(content, about)
        pdf = annex(content, desk.words(), desk.home.fonts)
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            row = annexes.request(txn, about, pdf)
    except (ReleaseRefused, AnnexFailed) as refused:
        return _form(desk, str(refused))
    flash(_("El anexo está listo. Léanlo y apruébenlo dos personas."))
    return redirect(url_for("annexes_review", annex=row), 303)


def _handed_out(desk: Desk, one: Waiting) -> ResponseReturnValue:
    passphrase = request.form.get("passphrase", "")
    try:
        # closed before the audit log says that it went
        closed = annexes.sealed(one, passphrase)
        gone = approvers.closed(one.approvers)
        if gone:
            raise ReleaseRefused(gone)
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            annexes.released(txn, one.id, desk.places, desk.vocabulary)
    except ReleaseRefused as refused:
        flash(str(refused))
        return redirect(url_for("annexes_page"), 303)
    sent = Response(closed, mimetype="application/octet-stream")
    name = f'attachment; filename="anexo-{one.sha256[:8]}.pdf.age"'
    sent.headers["Content-Disposition"] = name
    sent.headers["Content-Security-Policy"] = SAFE
    return sent


def _one(desk: Desk, row: str) -> Waiting:
    found = annexes.one(desk.register, row)
    if found is None:
        raise RecordUnknown("No hay tal anexo.")
    return found


def _closed(desk: Desk, one: Waiting) -> str:
    """Why it may not go out today, "" where it may."""
    try:
        annexes.check(desk.register, one, desk.places, desk.vocabulary, access.today(desk))
    except ReleaseRefused as refused:
        return str(refused)
    return ""


def _same(account: str, desk: Desk) -> bool:
    return two_people.same_account(account) == two_people.same_account(desk.account())
