"""Who holds the rights: by kind of holder, and companies by name. No person is named."""

from typing import Any

import pandas as pd
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue

from geo import naming
from geo.answers import folded
from geo.schema.labels import LABELS
from geo.terms import HolderKind
from geo.words import Words, _, said
from webmap.public import tables
from webmap.public.edition import Edition, Row, records
from webmap.public.given import Given
from webmap.public.tables import Heading

COMPANIES = (
    Heading("nombre", _("Empresa"), lambda row: folded(row["name"])),
    Heading("derechos", _("Derechos"), lambda row: row["rights"], True),
    Heading("superpuestos", _("Se superponen"), lambda row: row["overlapping"], True),
    Heading("area", _("Hectáreas, derecho por derecho"), lambda row: row["area_ha"], True),
)


def register(app: Flask, given: Given) -> None:
    """Adds the page."""

    @app.get("/<language:language>/titulares")
    def holders_page() -> ResponseReturnValue:
        now, spoken = given.edition(), given.words()
        rows = [{**one, "area": _area(one, spoken)} for one in companies(now)]
        wanted = tables.asked(request.args, COMPANIES, "area", ())
        return render_template(
            "holders.html",
            kinds=kinds(now, spoken),
            table=tables.show(rows, COMPANIES, wanted, rows),
            headings=COMPANIES,
        )


def kinds(edition: Edition, spoken: Words) -> list[dict[str, Any]]:
    """Rights by the kind of their holder; who is of no known kind is told as unknown."""
    word = edition.facets["holder_kind"].fillna(HolderKind.UNKNOWN.value)
    table = _counted(edition.facets.assign(who=word), "who")
    found = {str(row["who"]): row for row in records(table)}
    made = []
    for kind in HolderKind:
        row = found.get(kind.value)
        if row is not None:
            made.append(
                {
                    "label": spoken.say(LABELS[HolderKind][kind]),
                    **row,
                    "area": _area(row, spoken),
                }
            )
    return made


def companies(edition: Edition) -> list[Row]:
    """Companies by name, those that differ by capitals or accents together. Nobody else is named:
    a holder of whom a source does not say that it is a company may be a person.
    """
    return edition.once(("companies",), lambda: _companies(edition))


def _companies(edition: Edition) -> list[Row]:
    held = edition.concessions["holder"].reset_index(drop=True)
    is_company = edition.facets["holder_kind"].eq(HolderKind.COMPANY.value).fillna(False)
    named = edition.facets.assign(holder=held)[is_company & held.fillna("").ne("")]
    shown = {one: said(one) for one in named["holder"].unique()}
    told = named.assign(who=named["holder"].map({one: folded(shown[one]) for one in shown}))
    names = told.sort_values("holder").drop_duplicates("who").set_index("who")["holder"].map(shown)
    table = _counted(told, "who")
    return records(table.assign(name=table["who"].map(names)))


def _counted(rights: pd.DataFrame, by: str) -> pd.DataFrame:
    """rights, overlapping, unknown, area_ha for each value of a column of `facets` with one more.

    area_ha: each right's own union under territories, summed right by right. unknown: how many
    overlap of which the release does not give it.
    """
    overlapping = rights["pairs"].gt(0)
    rows = rights.assign(
        overlapping=overlapping.astype(int),
        unknown=(overlapping & rights["area_ha"].isna()).astype(int),
        ha=rights["area_ha"].fillna(0).astype(float),
    )
    grouped = rows.groupby(by, sort=True)
    return grouped.agg(
        rights=("key", "size"),
        overlapping=("overlapping", "sum"),
        unknown=("unknown", "sum"),
        area_ha=("ha", "sum"),
    ).reset_index()


def _area(row: Row, spoken: Words) -> str:
    return naming.hectares_of_many(
        row["area_ha"], int(row["unknown"]), int(row["overlapping"]), spoken, 2
    )
