"""What would be public is prepared, shown as it would be seen, approved by two, published."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.boxes import places as kept_places
from geo.boxes import public_folder, two_people
from geo.boxes import state as remembered
from geo.boxes.propose import Proposal, open_proposal, propose, unknown
from geo.boxes.publish import finish, publish
from geo.boxes.report import blocking, report
from geo.boxes.waiting import Pending, pending_now
from geo.errors import PlacesMissing, ReleaseRefused
from geo.register import store
from geo.register.lists import Release
from geo.register.nouns import Request
from geo.register.store import Kept
from geo.release.published import NO, NOT_RECORDED, YES, PublicBox, Topic, Year
from geo.words import _
from webmap.desk import access, approvers, picture
from webmap.desk.desk import Desk, Permissions, Role

_STEWARDS = frozenset({Role.STEWARD})
_APPROVERS = frozenset({Role.STEWARD, Role.REVIEWER})

PERMISSIONS: Permissions = {
    "boxes_page": {"GET": _APPROVERS},
    "boxes_review": {"GET": _APPROVERS},
    "boxes_propose": {"POST": _STEWARDS},
    "boxes_approve": {"POST": _APPROVERS},
    "boxes_drop": {"POST": _STEWARDS},
    "boxes_publish": {"POST": _STEWARDS},
}
NAVIGATION = (("boxes_page", _("Paquetes públicos")),)
FRESH = frozenset({"boxes_review", "boxes_approve", "boxes_publish"})

_AT_START = "mesa"
_LONGEST_NOTE = 500
_SMALLEST_PX, _LARGEST_PX = 4.0, 22.0
_TOPICS = {
    Topic.KINDS: _("Qué pasó"),
    Topic.GROUPS: _("Grupos"),
    Topic.WOMEN: _("Mujeres"),
    Topic.REQUESTED: _("Medidas pedidas"),
    Topic.GRANTED: _("Medidas otorgadas"),
}
_ANSWERS = {YES: _("sí"), NO: _("no"), NOT_RECORDED: _("no se registró")}


@dataclass(frozen=True)
class Waits:
    """A proposal that waits, and who said yes to it."""

    id: str
    request: Request
    proposal: Proposal
    approvers: tuple[str, ...]


def waiting(desk: Desk) -> int:
    """Proposals that wait for somebody's yes."""
    return int(open_proposal(desk.register) is not None)


def withdrawn(desk: Desk) -> int:
    """Published facts that somebody took back and that are still public, at most a minute ago.

    It reads every incident, which the first page cannot do each time; the page of boxes does.
    """
    return _counted(desk, desk.home.now().replace(second=0, microsecond=0))


@lru_cache(maxsize=1)
def _counted(desk: Desk, _minute: datetime) -> int:
    return _pending(desk).count


WAITING = (
    (_("hechos retirados que siguen públicos"), "boxes_page", withdrawn),
    (_("propuestas de paquetes por aprobar o publicar"), "boxes_page", waiting),
)


def register(app: Flask, desk: Desk) -> None:
    """Adds the pages of the boxes, and completes a publication that was cut short."""
    finish(desk.home, desk.register, _AT_START)
    here = "/<language:language>/paquetes"
    for address, endpoint, view, method in (
        ("", "boxes_page", _page, "GET"),
        ("/revision", "boxes_review", _review, "GET"),
        ("/preparar", "boxes_propose", _propose, "POST"),
        ("/aprobar", "boxes_approve", _approve, "POST"),
        ("/retirar", "boxes_drop", _drop, "POST"),
        ("/publicar", "boxes_publish", _publish, "POST"),
    ):
        app.add_url_rule(f"{here}{address}", endpoint, _with(desk, view), methods=[method])


def _with(
    desk: Desk, view: Callable[[Desk], ResponseReturnValue]
) -> Callable[[], ResponseReturnValue]:
    return lambda: view(desk)


def _page(desk: Desk) -> ResponseReturnValue:
    access.note(desk, "read boxes")
    kept = remembered.kept(desk.register)
    public = public_folder.now_public(desk.home.boxes)
    return render_template(
        "desk/boxes.html",
        state=kept.state,
        published=bool(kept.published),
        missing=bool(kept.published) and not public,
        unknown=unknown(kept, public),
        pending=_pending(desk),
        waits=_waits(desk),
        steward=Role.STEWARD in desk.roles(),
        needed=two_people.NEEDED,
        in_words=lambda quarter: _in_words(quarter, desk),
    )


def _review(desk: Desk) -> ResponseReturnValue:
    waits = _waits(desk)
    if waits is None:
        return redirect(url_for("boxes_page"), 303)
    found = report(desk.home, desk.register, waits.proposal, desk.places, _today(desk))
    findings = (*found.findings, *approvers.lately(desk, waits.approvers))
    words = desk.words()
    with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
        store.note(txn, "read boxes report", waits.id)
    shown = waits.proposal.published
    return render_template(
        "desk/boxes_review.html",
        waits=waits,
        report=found,
        findings=[(one.weight.value, one.said(words)) for one in findings],
        shown=shown,
        rows=[_row(box, desk) for box in shown.boxes],
        come=[_row(box, desk) for box in found.changes.come],
        go=[_row(box, desk) for box in found.changes.go],
        tables=[(year.year, _numbers(year, desk)) for year in shown.years],
        map=_map(shown.boxes, desk),
        mine=_same(waits.request.by, desk),
        said=any(_same(one, desk) for one in waits.approvers),
        steward=Role.STEWARD in desk.roles(),
        needed=two_people.NEEDED,
        in_words=lambda quarter: _in_words(quarter, desk),
    )


def _propose(desk: Desk) -> ResponseReturnValue:
    note = request.form.get("note", "").strip()[:_LONGEST_NOTE]
    public = public_folder.now_public(desk.home.boxes)
    anew = request.form.get("anew") == "yes"

    def deed() -> None:
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            propose(txn, desk.places, _today(desk), public, note, anew=anew)

    return _after(deed, _("La propuesta está lista. Revísenla dos personas."))


def _approve(desk: Desk) -> ResponseReturnValue:
    asked, digest = request.form.get("asked", ""), request.form.get("digest", "")

    def deed() -> None:
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            two_people.approve(txn, Release.BOXES, asked, digest)

    return _after(deed, _("Su aprobación quedó anotada."))


def _drop(desk: Desk) -> ResponseReturnValue:
    asked = request.form.get("asked", "")

    def deed() -> None:
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            two_people.drop(txn, Release.BOXES, asked, "take-back")

    return _after(deed, _("La propuesta se retiró."))


def _publish(desk: Desk) -> ResponseReturnValue:
    asked, today = request.form.get("asked", ""), _today(desk)

    def check(made: Proposal) -> tuple[str, ...]:
        gone = approvers.closed(two_people.approvers(desk.register, asked))
        found = blocking(desk.home, desk.register, made, desk.places, today)
        return (*([gone] if gone else ()), *found)

    def deed() -> None:
        publish(desk.home, desk.register, desk.account(), asked, desk.places, today, check)

    return _after(deed, _("Publicado."))


def _after(deed: Callable[[], None], done: str) -> ResponseReturnValue:
    """Does it; what was refused is said on the page in its own words."""
    try:
        deed()
    except (ReleaseRefused, PlacesMissing) as refused:
        flash(str(refused))
    else:
        flash(done)
    return redirect(url_for("boxes_page"), 303)


def _today(desk: Desk) -> date:
    return kept_places.country(desk.home).day(desk.home.now())


def _pending(desk: Desk) -> Pending:
    return pending_now(desk.register, desk.places, _today(desk))


def _waits(desk: Desk) -> Waits | None:
    found = open_proposal(desk.register)
    if found is None:
        return None
    kept: list[Kept[Request]] = two_people.waiting(desk.register, Release.BOXES)
    asked = next(one for one in kept if one.id == found[0])
    said = two_people.approvers(desk.register, asked.id)
    return Waits(asked.id, asked.content, found[1], said)


def _same(account: str, desk: Desk) -> bool:
    return two_people.same_account(account) == two_people.same_account(desk.account())


def _in_words(quarter: str, desk: Desk) -> str:
    """Up to when boxes are closed, `2026-Q3`, for whoever does not count in quarters."""
    year, _q, number = quarter.partition("-Q")
    return (
        desk.words().say("el final del trimestre {number} de {year}", number=number, year=year)
        if number
        else "—"
    )


def _row(box: PublicBox, desk: Desk) -> tuple[str, str, int]:
    words = desk.words()
    where = ", ".join(filter(None, (box.district, box.province, box.department)))
    if box.from_year is None:
        years = words.say("año no conocido")
    else:
        one = box.from_year == box.to_year
        years = str(box.from_year) if one else f"{box.from_year}–{box.to_year}"
    return where or words.say("En algún lugar del país"), years, box.count


def _numbers(year: Year, desk: Desk) -> list[tuple[str, str, int]]:
    words, vocabulary = desk.words(), desk.vocabulary
    lists = {
        Topic.KINDS: vocabulary.kinds,
        Topic.GROUPS: vocabulary.groups,
        Topic.REQUESTED: vocabulary.measures,
        Topic.GRANTED: vocabulary.measures,
    }
    made = []
    for one in year.numbers:
        term = lists.get(one.topic, {}).get(one.code)
        said = words.say(_ANSWERS.get(one.code, one.code))
        label = said if term is None else term.said(words.language)
        made.append((words.say(_TOPICS[one.topic]), label, one.count))
    return made


def _map(boxes: Iterable[PublicBox], desk: Desk) -> str:
    """The country with a circle for each box, as the address of a picture; "" without outlines."""
    shown = picture.view(desk.places, "")
    if shown is None:
        return ""
    most = max((box.count for box in boxes), default=1)
    circles = []
    for box in sorted(boxes, key=lambda one: -one.count):
        x, y = shown.pixel(box.lon, box.lat)
        radius = max(_SMALLEST_PX, _LARGEST_PX * (box.count / most) ** 0.5)
        circles.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#b3460b" '
            'fill-opacity=".45" stroke="#b3460b"/>'
        )
    drawn = picture.svg(desk.places, shown, None).replace("</svg>", "".join(circles) + "</svg>")
    return "data:image/svg+xml;base64," + b64encode(drawn.encode()).decode("ascii")
