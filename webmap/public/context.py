"""Context by district and date: states of emergency, agreements of the police, pollution."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue

from geo import home, naming
from geo.answers import folded
from geo.context import Context, ContextKind, parse_context
from geo.terms import Sure
from geo.words import Words, _, said
from webmap.public.areas import Area
from webmap.public.given import Given

KINDS = {
    ContextKind.EMERGENCY: _("Estado de emergencia"),
    ContextKind.POLICE_AGREEMENT: _("Convenio entre la policía y una empresa"),
    ContextKind.POLLUTION: _("Contaminación"),
}
_FOLDER = "context"


def register(app: Flask, given: Given) -> None:
    """Adds the page. Raises DeclarationError where a file of the context cannot be read."""
    rows = read_context(given.data_folder)

    @app.get("/<language:language>/contexto")
    def context_page() -> ResponseReturnValue:
        given.edition()
        spoken = given.words()
        wanted = request.args.get("tipo", "")
        kept = [row for row in rows if wanted in ("", row.kind)]
        kinds = [(one.value, KINDS[one]) for one in ContextKind if one in {r.kind for r in rows}]
        return render_template(
            "context.html", rows=told(kept, spoken), total=len(rows), kinds=kinds, chosen=wanted
        )


def read_context(data: Path) -> tuple[Context, ...]:
    """Every row of data/context, by place and date. Raises DeclarationError."""
    found = [
        row
        for name, text in home.read_texts(data / _FOLDER, ".csv")
        for row in parse_context(text, f"{_FOLDER}/{name}")
    ]
    places = ("department", "province", "district", "from_on", "kind", "document")
    return tuple(sorted(found, key=lambda row: tuple(getattr(row, name) for name in places)))


def of_areas(rows: Sequence[Context], wanted: Sequence[Area]) -> list[Context]:
    """The rows of some areas: those of the place itself, and those of a wider one that holds it.

    Rows without a place belong to none. A department's page has those of its districts as well.
    """
    return [row for row in rows if any(_belongs(row, area) for area in wanted)]


def told(rows: Sequence[Context], spoken: Words) -> list[dict[str, Any]]:
    """Rows as the pages show them."""
    return [
        {
            "kind": spoken.say(KINDS[row.kind]),
            "place": ", ".join(one for one in (row.district, row.province, row.department) if one)
            or spoken.say("El país, o la fuente no dice dónde"),
            "dates": _dates(row, spoken),
            "title": said(row.title_en if spoken.language == "en" else row.title_es),
            "document": said(row.document),
            "source": said(row.source),
            "sure": naming.label(Sure, row.sure, spoken),
            "confirm": row.to_be_confirmed,
        }
        for row in rows
    ]


def _dates(row: Context, spoken: Words) -> str:
    if not row.from_on:
        return spoken.say("no se conoce")
    first = spoken.date(row.from_on)
    if not row.to_on:
        return first
    return spoken.say("de {first} a {last}", first=first, last=spoken.date(row.to_on))


def _belongs(row: Context, area: Area) -> bool:
    pairs = (
        (row.department, area.department),
        (row.province, area.province),
        (row.district, area.district),
    )
    return bool(row.department) and all(
        not mine or not theirs or folded(mine) == folded(theirs) for mine, theirs in pairs
    )
