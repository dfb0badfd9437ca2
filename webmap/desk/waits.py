"""How long answers take, over every incident that the reader may see."""

from typing import Any

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from geo.register import delays, store
from geo.register.delays import Delay
from geo.register.dossier import Dossier
from geo.register.lists import Noun
from geo.register.nouns import Event
from geo.register.store import Kept
from geo.words import Words, _
from webmap.desk import access, finding, labels
from webmap.desk.desk import Desk, Permissions

PERMISSIONS: Permissions = {"waits_page": {"GET": access.READERS}}
NAVIGATION = (("waits_page", _("Demoras")),)


def register(app: Flask, desk: Desk) -> None:
    """Adds the page."""

    @app.get("/<language:language>/demoras")
    def waits_page() -> ResponseReturnValue:
        access.note(desk, "read delays of events")
        every, words = _every(desk), desk.words()
        titles = {one.event: one.title for one in finding.index().entries(access.today(desk))}
        still = [one for one in every if not one.answered and one.min_days is not None]
        return render_template(
            "desk/waits.html",
            measures=[
                {
                    "measure": labels.term(words, desk.vocabulary.measures, one.measure),
                    "answered": one.answered,
                    "open": one.open,
                    "unknown": one.unknown,
                    "exact": one.exact,
                    "median": None if one.median_days is None else words.number(one.median_days, 1),
                    "longest": one.longest_open_days,
                }
                for one in delays.by_measure(every).values()
            ],
            open=[
                {
                    "event": one.event,
                    "title": titles[one.event] or words.say(_("Hecho sin nombre")),
                    "said": said(one, desk),
                }
                for one in sorted(still, key=lambda one: -(one.min_days or 0))[:50]
            ],
            still=len(still),
        )


def said(one: Delay, desk: Desk) -> str:
    """One delay as a sentence."""
    words = desk.words()
    measure = labels.term(words, desk.vocabulary.measures, one.measure)
    if one.min_days is None:
        return words.say(_("{measure}: no se sabe cuánto tardó, falta una fecha."), measure=measure)
    days = _days(one, words)
    if one.answered:
        return words.say(_("{measure}: respondieron en {days}."), measure=measure, days=days)
    return words.say(
        _("{measure}: se pidió hace {days} y no consta respuesta."), measure=measure, days=days
    )


def _days(one: Delay, words: Words) -> str:
    low, high = words.number(one.min_days, 0), words.number(one.max_days, 0)
    if one.exact:
        return words.say(_("{n} días"), n=low)
    return words.say(_("entre {low} y {high} días"), low=low, high=high)


def _every(desk: Desk) -> list[Delay]:
    """The delays of the incidents that the reader may see, from one table."""
    may = finding.may_see(desk)
    visible = {e.event for e in finding.index().entries(access.today(desk)) if may(e)}
    asked: dict[str, list[Kept[Any]]] = {}
    for row in store.every(desk.register, Noun.INTERVENTION):
        asked.setdefault(row.event, []).append(row)
    return [
        one
        for event, rows in asked.items()
        if event in visible
        for one in delays.of(_only(event, rows), access.today(desk))
    ]


def _only(event: str, asked: list[Kept[Any]]) -> Dossier:
    """An incident of which nothing but what was asked for is opened."""
    return Dossier(Kept(Noun.EVENT, event, 0, event, "", Event()), interventions=tuple(asked))
