"""Departments and districts: what is on them, in figures, charts and lists."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from flask import Flask, abort, render_template
from flask.typing import ResponseReturnValue

from geo import naming
from geo.schema.labels import LABELS
from geo.terms import PAIRS, Kind, Status
from geo.words import Words
from webmap.public import charted, context, facts, overlap
from webmap.public.areas import Area, areas
from webmap.public.edition import Edition
from webmap.public.given import Given

MOST_LANDS = 50
"""How many territories stand on a page; the rest is in their list."""


def register(app: Flask, given: Given) -> None:
    """Adds the list of departments, and a page for each department and each district."""
    rows = context.read_context(given.data_folder)

    def page(area: Area, **shown: Any) -> str:
        now, spoken = given.edition(), given.words()
        made = now.once(("area", area.slug, spoken.language), lambda: _told(now, area, spoken))
        around = context.told(context.of_areas(rows, [area]), spoken)
        return render_template("department.html", area=area, around=around, **made, **shown)

    @app.get("/<language:language>/departamentos")
    def departments_page() -> ResponseReturnValue:
        now, spoken = given.edition(), given.words()
        found = areas(now, given.outlines)
        lines = [_line(now, one, spoken) for one in found.departments.values()]
        return render_template("departments.html", lines=lines, nowhere=found.nowhere)

    @app.get("/<language:language>/departamento/<slug>")
    def department_page(slug: str) -> ResponseReturnValue:
        now, spoken = given.edition(), given.words()
        found = areas(now, given.outlines)
        area = found.departments.get(slug)
        if area is None:
            abort(404)
        inside = [
            _line(now, one, spoken)
            for one in found.districts.values()
            if one.department == area.department
        ]
        return page(area, inside=inside, within=None)

    @app.get("/<language:language>/distrito/<slug>")
    def district_page(slug: str) -> ResponseReturnValue:
        found = areas(given.edition(), given.outlines)
        area = found.districts.get(slug)
        if area is None:
            abort(404)
        within = next(
            one for one in found.departments.values() if one.department == area.department
        )
        return page(area, inside=[], within=within)


def figures(edition: Edition, rights: Sequence[int]) -> dict[str, Any]:
    """How many of some rights there are and overlap, and the hectares of these, right by right.

    unknown: how many overlap of which the release does not give the hectares.
    """
    overlapping, hectares = edition.once(("figures of rights",), lambda: _columns(edition))
    rows = np.asarray(rights, dtype=int)
    return {
        "rights": len(rows),
        "overlapping": int(overlapping[rows].sum()),
        "unknown": int((overlapping[rows] & np.isnan(hectares[rows])).sum()),
        "area_ha": float(np.nansum(hectares[rows])),
    }


def _columns(edition: Edition) -> tuple[np.ndarray, np.ndarray]:
    """Whether each right overlaps, and its hectares under territories, NaN where not known."""
    facets = edition.facets
    return (
        facets["pairs"].gt(0).to_numpy(dtype=bool),
        facets["area_ha"].to_numpy(dtype=float, na_value=np.nan),
    )


def _line(edition: Edition, area: Area, spoken: Words) -> dict[str, Any]:
    told = figures(edition, area.rights)
    return {
        "slug": area.slug,
        "name": area.name,
        "province": area.province,
        "territories": len(area.territories),
        **told,
        "area": naming.hectares_of_many(
            told["area_ha"], told["unknown"], told["overlapping"], spoken, 2
        ),
    }


def _told(edition: Edition, area: Area, spoken: Words) -> dict[str, Any]:
    rights = np.asarray(area.rights, dtype=int)
    pairs = edition.pairs
    here = np.zeros(len(edition.facets), dtype=bool)
    here[rights] = True
    own = np.flatnonzero(here[pairs["right"].to_numpy(dtype=int)])
    chosen = pairs.iloc[own]
    sharing = chosen[chosen["overlap_class"].isin(PAIRS)]
    keys = [str(key) for key in edition.territories.index[list(area.territories)]]
    return {
        "figures": _line(edition, area, spoken),
        "kinds": _by(edition.facets.iloc[rights], spoken),
        "charts": charted.of_rights(edition, rights, own.tolist(), spoken),
        "pairs": overlap.most_urgent(edition, own, spoken),
        "pairs_total": len(sharing),
        "lands": facts.list_of_territories(edition, spoken, keys[:MOST_LANDS]),
        "lands_total": len(keys),
    }


def _by(chosen: pd.DataFrame, spoken: Words) -> list[dict[str, Any]]:
    """Rights by kind and status: how many, how many of them overlap, and their hectares."""
    made = []
    for kind in Kind:
        for status in Status:
            rows = chosen[chosen["kind"].eq(kind.value) & chosen["status"].eq(status.value)]
            if len(rows):
                overlapping = rows["pairs"].gt(0)
                unknown = int(rows["area_ha"].isna()[overlapping].sum())
                area_ha = float(rows["area_ha"].sum())
                made.append(
                    {
                        "kind": spoken.say(LABELS[Kind][kind]),
                        "status": spoken.say(LABELS[Status][status]),
                        "n": len(rows),
                        "overlapping": int(overlapping.sum()),
                        "area": naming.hectares_of_many(
                            area_ha, unknown, int(overlapping.sum()), spoken, 2
                        ),
                    }
                )
    return made
