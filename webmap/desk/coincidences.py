"""Which overlaps lie near one incident, while their right was there. Here and nowhere else.

On a public page such a list would locate the incident: it is made for one reader, from the release
that this installation has, and kept nowhere.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geo import naming
from geo.analysis.coincidence import CODE, SENTENCE, Happening, Reach, coincidence
from geo.errors import NothingToDo
from geo.places import COUNTRY, Places
from geo.register.approved import cut
from geo.register.nouns import Spot
from geo.release import read
from geo.release.read import Release
from geo.terms import Answer, Tier
from geo.words import Words, _
from webmap.desk import access
from webmap.desk.desk import Desk, Permissions
from webmap.desk.picture import outline

PERMISSIONS: Permissions = {"coincidences_incident": {"GET": access.READERS}}

KILOMETRES = (1, 5, 10, 25, 50)
DAYS = (0, 30, 365)
MOST = 300
"""Lines of the table; the nearest come first."""

_USUAL_KM, _USUAL_DAYS = 10, 30
_ANSWERS = {
    Answer.YES.value: _("sí"),
    Answer.NO.value: _("no"),
    Answer.UNKNOWN.value: _("no se sabe"),
}


@dataclass(frozen=True)
class Line:
    """One overlap near the incident, in the reader's words."""

    right: str
    code: str
    kind: str
    status: str
    filed: str
    ended: str
    territory: str
    apart: str
    near: str
    while_there: str
    answer: str


def register(app: Flask, desk: Desk) -> None:
    """Adds the page."""

    @app.get("/<language:language>/incidentes/<event>/coincidencias")
    def coincidences_incident(event: str) -> ResponseReturnValue:
        found = access.opened(desk, event, "read coincidence of event")
        words, told = desk.words(), found.event.content
        reach = _reach()
        release = _release(desk)
        happening = Happening(
            _where(told.spot, desk.places), told.happened_on, told.until_on or told.happened_on
        )
        lines = [] if release is None else _lines(release, happening, reach, words)
        return render_template(
            "desk/coincidences.html",
            event=event,
            title=told.title or words.say(_("Hecho sin nombre")),
            code=CODE,
            sentence=words.say(SENTENCE),
            lines=lines[:MOST],
            more=max(0, len(lines) - MOST),
            release=release,
            exact=isinstance(happening.where, Point),
            placed=happening.where is not None,
            dated=bool(told.happened_on),
            km=round(reach.within_m / 1000),
            days=reach.days,
            kilometres=KILOMETRES,
            all_days=DAYS,
        )


def _reach() -> Reach:
    """What was asked for, of the choices that the page offers."""
    km = request.args.get("km", "")
    days = request.args.get("dias", "")
    return Reach(
        within_m=1000.0 * (int(km) if km in map(str, KILOMETRES) else _USUAL_KM),
        days=int(days) if days in map(str, DAYS) else _USUAL_DAYS,
    )


def _release(desk: Desk) -> Release | None:
    """The release that knows most, of those that this installation has."""
    for tier in (Tier.RESTRICTED, Tier.PARTNER, Tier.PUBLIC):
        try:
            return read.open_release(desk.home.releases(tier.value))
        except NothingToDo:
            continue
    return None


def _where(spot: Spot, places: Places) -> BaseGeometry | None:
    """The point that was told, else the outline of the finest place that is known."""
    if spot.lon is not None and spot.lat is not None:
        return Point(spot.lon, spot.lat)
    code = cut(spot, places)
    return None if code == COUNTRY else outline(places, code)


def _lines(release: Release, happening: Happening, reach: Reach, words: Words) -> list[Line]:
    rights, lands = read.concessions(release), read.territories(release)
    found = coincidence(happening, read.overlaps(release), rights, reach)
    found = found[found["answer"] != Answer.NO.value]
    # what is certain before what is not
    order = found["answer"].map({Answer.YES.value: 0, Answer.UNKNOWN.value: 1})
    found = found.assign(order=order).sort_values(["order", "near_m"], kind="stable")
    by_right = _by_key(rights, found["concession_key"])
    by_land = _by_key(lands, found["territory_key"])
    return [
        _line(row, by_right[row["concession_key"]], by_land[row["territory_key"]], words)
        for row in _records(found)
    ]


def _by_key(frame: gpd.GeoDataFrame, wanted: pd.Series) -> dict[str, naming.Row]:
    some = pd.DataFrame(frame[frame["key"].isin(wanted)].drop(columns="geometry"))
    return {row["key"]: row for row in _records(some)}


def _records(frame: pd.DataFrame) -> list[naming.Row]:
    """The rows, with None where there is no value."""
    plain = frame.astype(object)
    told = plain.where(plain.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in told]


def _line(row: naming.Row, right: naming.Row, land: naming.Row, words: Words) -> Line:
    near, there, both = (_ANSWERS[row[asked]] for asked in ("in_reach", "in_time", "answer"))
    return Line(
        right=naming.name(right, words),
        code=right["native_id"] or "",
        kind=naming.label_of_kind(right, words),
        status=naming.label_of_status(right, words),
        filed=words.date(right["filed_on"] or right["granted_on"]),
        ended=words.date(right["extinguished_on"] or right["expires_on"]),
        territory=naming.name(land, words),
        apart=_apart(row["near_m"], row["far_m"], words),
        near=words.say(near),
        while_there=words.say(there),
        answer=words.say(both),
    )


def _apart(low: Any, high: Any, words: Words) -> str:
    if low is None or high is None:
        return words.say("no se sabe")
    if high == 0:
        return words.say("en el área superpuesta")
    if low == 0:
        return words.say("a {high} km o menos", high=words.number(high / 1000, 2))
    if high - low < 0.02 * high:
        return words.say("{km} km", km=words.number(high / 1000, 1))
    return words.say(
        "entre {low} y {high} km",
        low=words.number(low / 1000, 1),
        high=words.number(high / 1000, 1),
    )
