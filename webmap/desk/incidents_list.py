"""The list of incidents: looked for, narrowed down, in order, page by page.

What is looked for is sent in the body of a form: it stands in no address, history or log.
"""

from typing import Any

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue

from geo.register.lists import State, Verification
from geo.register.search import PAGE, Entry, Found, Query
from geo.words import _
from webmap.desk import access, finding, forms, incidents_form, labels, spots
from webmap.desk.desk import Desk, Permissions, Role
from webmap.desk.typed import Faults, Typed, cleaned, line, number, one_of

READERS = access.READERS | access.STEWARDS

PERMISSIONS: Permissions = {
    "incidents_list": {"GET": READERS, "POST": READERS},
    "incidents_timeline": {"GET": READERS, "POST": READERS},
}
NAVIGATION = (
    ("incidents_list", _("Hechos")),
    ("incidents_timeline", _("Línea de tiempo")),
)

_ORDERS = {
    "written": _("lo último que se escribió"),
    "happened": _("cuándo pasó"),
    "title": _("nombre, de la A a la Z"),
}
_STATES = {one.value: one for one in State if one is not State.WITHDRAWN}
_VERIFICATIONS = {one.value: one for one in Verification}
_LONG_PAGE = 50


def register(app: Flask, desk: Desk) -> None:
    """Adds the pages, and the index that answers them."""
    finding.prepare(app, desk)

    @app.route("/<language:language>/incidentes", methods=["GET", "POST"])
    def incidents_list() -> ResponseReturnValue:
        return _page(desk, "desk/incidents.html", "")

    @app.route("/<language:language>/linea", methods=["GET", "POST"])
    def incidents_timeline() -> ResponseReturnValue:
        return _page(desk, "desk/timeline.html", "happened")


def waiting(desk: Desk) -> int:
    """How many incidents wait for somebody to read them."""
    if Role.REVIEWER not in desk.roles():
        return 0
    account = desk.account()
    found = finding.index().find(
        Query(waiting=True, size=1), access.today(desk), lambda one: one.author != account
    )
    return found.total


WAITING = ((_("hechos esperan revisión"), "incidents_list", waiting),)


def _page(desk: Desk, template: str, order: str) -> ResponseReturnValue:
    typed, faults = cleaned(request.form), Faults()
    query = _query(desk, typed, faults, order)
    # whoever searches must not learn what the page of an incident keeps back from them
    found = finding.index().find(
        query,
        access.today(desk),
        finding.may_see(desk),
        apart=access.sees_all(desk),
        story=access.sees_all(desk) or Role.STEWARD not in desk.roles(),
    )
    access.note(desk, "search events")
    words, lists = desk.words(), desk.vocabulary
    return render_template(
        template,
        f=forms.form(typed, faults, words),
        found=found,
        rows=[_row(desk, one) for one in found.entries],
        months=_months(desk, found),
        searched=any(typed.get(name) for name in ("q", "kind", "state", "place", "from", "to")),
        kinds=labels.terms(words, lists.kinds),
        groups=labels.terms(words, lists.groups),
        measures=labels.terms(words, lists.measures),
        states=[(code, labels.said(words, state)) for code, state in _STATES.items()],
        verifications=labels.options(words, Verification),
        orders=[(code, words.say(label)) for code, label in _ORDERS.items()],
        places=incidents_form.place_names(desk.places),
        reviewer=Role.REVIEWER in desk.roles(),
        steward=not desk.roles() & access.READERS,
    )


def _query(desk: Desk, typed: Typed, faults: Faults, order: str) -> Query:
    lists = desk.vocabulary
    return Query(
        text=line(typed, "q", faults),
        kind=one_of(typed, "kind", lists.kinds, faults),
        state=_STATES.get(one_of(typed, "state", _STATES, faults)),
        place=_place(desk, typed, faults),
        first_year=_year(typed, "from", faults),
        last_year=_year(typed, "to", faults),
        verification=_VERIFICATIONS.get(one_of(typed, "verification", _VERIFICATIONS, faults)),
        group=one_of(typed, "group", lists.groups, faults),
        measure=one_of(typed, "measure", lists.measures, faults),
        waiting=bool(typed.get("waiting")),
        lacking=bool(typed.get("lacking")),
        order=order or one_of(typed, "order", _ORDERS, faults) or "written",
        page=number(typed.get("page", "1")),
        size=_LONG_PAGE if order else PAGE,
    )


def _place(desk: Desk, typed: Typed, faults: Faults) -> str | None:
    said = line(typed, "place", faults)
    if not said:
        return None
    found = spots.named(desk.places, said)
    if len(found) == 1:
        return found[0]
    faults.add("place", _("No conocemos ese lugar, o hay varios. Elija uno de la lista."))
    return None


def _year(typed: Typed, name: str, faults: Faults) -> int | None:
    said = typed.get(name, "")
    if said and not (said.isascii() and said.isdigit() and len(said) == 4):
        faults.add(name, _("Escriba el año con cuatro cifras, por ejemplo 2024."))
        return None
    return int(said) if said else None


def _row(desk: Desk, one: Entry) -> dict[str, Any]:
    words = desk.words()
    return {
        "event": one.event,
        "title": one.title or words.say(_("Hecho sin nombre")),
        "when": words.date(one.happened_on),
        "where": _where(desk, one),
        "kinds": [labels.term(words, desk.vocabulary.kinds, code) for code in sorted(one.kinds)],
        "state": labels.said(words, one.state),
    }


def _where(desk: Desk, one: Entry) -> str:
    known = one.place and one.place in desk.places.by_code
    return spots.label(desk.places, one.place) if known else desk.words().say(_("el país"))


def _months(desk: Desk, found: Found) -> list[tuple[str, list[dict[str, Any]]]]:
    """Entries under the month in which they happened, as far as it is known."""
    made: dict[str, list[dict[str, Any]]] = {}
    for one in found.entries:
        heading = desk.words().date(one.happened_on[:7])
        made.setdefault(heading, []).append(_row(desk, one))
    return list(made.items())
