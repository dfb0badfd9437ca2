"""What people reported, as far as the public may know it: closed boxes and national tables.

The folder of boxes is opened for every answer, and every answer is asked for again by its reader
(`no-cache`): what was withdrawn is gone from here the moment its publication takes it away.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Flask, Response, g, render_template, url_for
from flask.typing import ResponseReturnValue

from geo.errors import NothingToDo
from geo.release import boxes
from geo.release.published import PublicBox, Published
from geo.terms import PlaceLevel
from geo.words import Words, _, said
from webmap.public import national, next_steps
from webmap.public.given import Given
from webmap.web import ALWAYS_ASK, Packed, answer

PARAGRAPH = _(
    "Juntamos los hechos en paquetes cerrados: por lo menos cinco hechos, de tres personas, de dos "
    "comunidades. Un paquete cerrado no se abre. Si alguien se retira, sale el paquete entero."
)
SILENCE = _(
    "Que un lugar no tenga hechos en este mapa no quiere decir que sea seguro. Puede que nadie los "
    "haya contado, que contarlos sea peligroso o que todavía sean menos de cinco."
)
LEVELS = {
    PlaceLevel.DISTRICT: _("En un distrito"),
    PlaceLevel.PROVINCE: _("En algún lugar de una provincia"),
    PlaceLevel.DEPARTMENT: _("En algún lugar de un departamento"),
    PlaceLevel.COUNTRY: _("En algún lugar del país"),
}


@dataclass(frozen=True)
class Line:
    """A box as a line of text. count: facts in it."""

    place: str
    years: str
    count: int


def register(app: Flask, given: Given) -> None:
    """Adds the page and what the map draws of it."""
    folder, edition, words = given.boxes, given.edition, given.words
    terms = national.terms(given.data_folder)
    protection = next_steps.named(next_steps.read_steps(given.data_folder), "threats")

    def latest() -> Published | None:
        return None if folder is None else boxes.read(folder)

    @app.get("/<language:language>/amenazas")
    def threats_page() -> ResponseReturnValue:
        now, spoken = latest(), words()
        g.illustrative = now is not None and now.illustrative
        with suppress(NothingToDo):  # the boxes stand beside the releases, and without them too
            edition()
        return render_template(
            "threats.html",
            paragraph=PARAGRAPH,
            silence=SILENCE,
            protection=next_steps.shown(protection, spoken),
            published=now,
            quarter=quarter(now, spoken) if now else "",
            lines=lines(now.boxes, spoken) if now else (),
            total=sum(box.count for box in now.boxes) if now else 0,
            tables=national.tables(now.years, terms, spoken) if now else (),
            years=[str(one.year) for one in now.years] if now else [],
        )

    @app.get("/<language:language>/amenazas.json")
    def threats_data() -> Response:
        now = latest()
        told = {"places": []} if now is None else drawn(now, words())
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return answer(Packed(content.encode("utf-8"), "application/json"), ALWAYS_ASK)


def lines(found: Iterable[PublicBox], spoken: Words) -> Sequence[Line]:
    """Boxes as text, by the names of their places, the country last."""
    ordered = sorted(
        found,
        key=lambda box: (
            box.level is PlaceLevel.COUNTRY,
            (box.department, box.province, box.district),
            (box.from_year or 0, box.to_year or 0, box.count),
        ),
    )
    return [Line(place(box, spoken), years(box, spoken), box.count) for box in ordered]


def drawn(published: Published, spoken: Words) -> dict[str, Any]:
    """What the map draws: one symbol a place, with all its boxes, and the sentences around it."""
    return {
        "illustrative": spoken.say("Datos ilustrativos: no describen ningún lugar real.")
        if published.illustrative
        else "",
        "title": spoken.say("Hechos contra personas defensoras"),
        "together": spoken.say("{places} lugares vecinos: {n} hechos"),
        "paragraph": spoken.say(PARAGRAPH),
        "close": spoken.say("Cerrar"),
        "more": spoken.say("Ver la tabla y cómo se cuenta"),
        "page": url_for("threats_page", language=spoken.language),
        "places": [
            _symbol([*of_place], spoken)
            for _code, of_place in groupby(published.boxes, key=lambda box: box.place)
        ],
    }


def place(box: PublicBox, spoken: Words) -> str:
    """Where the facts of a box were: never more than that they were somewhere within."""
    named = {
        "district": said(box.district),
        "province": said(box.province),
        "department": said(box.department),
    }
    if box.level is PlaceLevel.DISTRICT:
        return spoken.say("Distrito de {district}, {province}, {department}", **named)
    if box.level is PlaceLevel.PROVINCE:
        return spoken.say("En algún lugar de la provincia de {province}, {department}", **named)
    if box.level is PlaceLevel.DEPARTMENT:
        return spoken.say("En algún lugar del departamento de {department}", **named)
    return spoken.say("En algún lugar del país")


def years(box: PublicBox, spoken: Words) -> str:
    """From which year to which, or that no year is known."""
    if box.from_year is None or box.to_year is None:
        return spoken.say("año no conocido")
    if box.from_year == box.to_year:
        return str(box.from_year)
    return spoken.say("de {first} a {last}", first=box.from_year, last=box.to_year)


def quarter(published: Published, spoken: Words) -> str:
    """Up to when boxes are closed."""
    year, number = published.quarter.split("-Q")
    return spoken.say(
        "Los últimos paquetes se cerraron al final del trimestre {number} de {year}.",
        number=number,
        year=year,
    )


def _symbol(of_place: list[PublicBox], spoken: Words) -> dict[str, Any]:
    first = of_place[0]
    total = sum(box.count for box in of_place)
    return {
        "lon": first.lon,
        "lat": first.lat,
        "level": first.level.value,
        "count": total,
        "name": place(first, spoken),
        "title": spoken.say(
            "{place}: {n} hechos", place=place(first, spoken), n=spoken.number(total, 0)
        ),
        "boxes": [
            spoken.say(
                "{n} hechos, {years}", n=spoken.number(box.count, 0), years=years(box, spoken)
            )
            for box in of_place
        ],
    }
