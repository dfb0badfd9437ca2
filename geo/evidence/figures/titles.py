"""Drawn areas against the figures of titles and contracts, and the cadastral tolerance of areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo import naming
from geo.answers import known
from geo.country import Country, Tolerance, parse_country
from geo.errors import StageBroken
from geo.evidence.chosen import Chosen
from geo.evidence.figures.rows import records, shared
from geo.terms import Sure, Tenure
from geo.words import Words, _, said

NOT_POSITIONAL = _(
    "La tolerancia catastral (Directiva 01-2008-SNCP/CNC) se refiere a la diferencia de área de un "
    "mismo predio entre el registro y el catastro. No es una tolerancia de posición, y no dice que "
    "una superposición menor carezca de importancia."
)

_NOT_HELD = (Tenure.CLAIMED, Tenure.RESERVE, Tenure.PROTECTED_AREA, Tenure.BUFFER_ZONE)
_SQUARE_METRES_PER_HA = 10_000.0
_CERTAIN = (Sure.FOUND, Sure.COMPUTED)
_COUNTRY_FOLDER = "countries/"
_BRACKET = _("de {low} ha a menos de {high} ha")
_LAST_BRACKET = _("de {low} ha en adelante")


@dataclass(frozen=True)
class TitleArea:
    """A drawn area against the figure of its document, in hectares; share: difference / title_ha.

    parts: how many shapes the figure was compared with, together. allowed_ha, share_allowed,
    within: by the cadastral tolerance of rural land; None for a right, a requested area, a reserve
    or a protected area, to which no tolerance of parcels applies. to_be_confirmed: of the bracket,
    and why.
    """

    key: str
    code: str
    name: str
    title_ha: float
    drawn_ha: float
    difference_ha: float
    share: float
    parts: int
    share_allowed: float | None
    allowed_ha: float | None
    within: bool | None
    bracket: str
    to_be_confirmed: bool
    why: str
    source: str


def title_areas(chosen: Chosen, lands: pd.DataFrame, spoken: Words) -> tuple[TitleArea, ...]:
    """Each territory and right here whose document gives an area, against what is drawn.

    lands: all territories of the release, since a figure that all parts of a group bear is that
    of the group, and is compared with its parts together, a shape that stands twice counted once.
    Raises StageBroken where the choice does not hold its country's declaration.
    """
    country = country_of(chosen)
    pairs = shared(chosen)
    here = {*pairs["territory_key"], *chosen.subjects}
    drawn, parts = _drawn_together(lands)
    keys = lands["key"].tolist()
    figures = dict(zip(keys, zip(drawn.tolist(), parts.tolist(), strict=True), strict=True))
    made = []
    for row in _titled(chosen.territories, here):
        area, count = figures.get(row["key"], (row["area_plane_ha"], 1))
        if not pd.isna(area):
            # a tolerance between registry and cadastre is not one of land that no registry holds
            held = None if row["tenure"] in _NOT_HELD else country
            made.append(_against_title(row, float(area), int(count), held, spoken))
    rights = _titled(chosen.concessions, {*pairs["concession_key"], *chosen.subjects})
    of_rights = [
        _against_title(row, float(row["area_plane_ha"]), 1, None, spoken)
        for row in rights
        if row["area_plane_ha"] is not None
    ]
    return (*made, *of_rights)


def country_of(chosen: Chosen) -> Country:
    """The country whose tolerances and operations hold here."""
    named = [name for name in sorted(chosen.declared) if name.startswith(_COUNTRY_FOLDER)]
    if len(named) != 1:
        raise StageBroken(
            f"una selección trae {len(named)} declaraciones de país, y debe traer una"
        )
    return parse_country(chosen.declared[named[0]], named[0])


def _titled(rows: pd.DataFrame, keys: set[str]) -> list[dict[str, Any]]:
    here = rows["key"].isin(keys) & known(rows["area_title_ha"]).astype(bool)
    kept = rows.loc[here & (rows["area_title_ha"].fillna(0) > 0).astype(bool)]
    return records(kept)


def _drawn_together(lands: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The area that each territory's title figure is about, and of how many shapes."""
    drawn = lands["area_plane_ha"].astype("Float64")
    told = pd.DataFrame(
        {
            "group": lands["group"],
            "title": lands["area_title_ha"],
            "shape": lands.geometry.to_wkb(),
        }
    )
    grouped = told.groupby("group", dropna=True)["title"]
    size = grouped.transform("size")
    shared = (size > 1) & (grouped.transform("nunique") == 1) & (grouped.transform("count") == size)
    once = ~told.duplicated(["group", "shape"])
    kept = drawn.where(once, 0.0)
    sums = kept.groupby(told["group"], dropna=True).transform("sum")
    counts = once.astype("Int64").groupby(told["group"], dropna=True).transform("sum")
    together = shared.fillna(False).astype(bool)
    one = pd.Series(1, index=lands.index, dtype="Int64")
    return drawn.mask(together & drawn.notna(), sums), one.mask(together, counts)


def _against_title(
    row: Mapping[str, Any], drawn: float, parts: int, country: Country | None, spoken: Words
) -> TitleArea:
    title = float(row["area_title_ha"])
    difference = drawn - title
    bracket = None if country is None else _bracket(country, title)
    allowed = None if bracket is None else bracket.share * title
    return TitleArea(
        key=row["key"],
        code=said(row["native_id"]) or row["key"],
        name=naming.name(dict(row), spoken),
        title_ha=title,
        drawn_ha=drawn,
        difference_ha=difference,
        share=difference / title,
        parts=parts,
        share_allowed=None if bracket is None else bracket.share,
        allowed_ha=allowed,
        # as geo.tolerance: exactly the tolerance is within it, whatever the last digit says
        within=None if allowed is None else abs(difference) <= allowed * (1 + 1e-12),
        bracket="" if bracket is None else _bracket_text(bracket, spoken),
        to_be_confirmed=bracket is not None and bracket.sure not in _CERTAIN,
        why="" if bracket is None else said(bracket.why),
        source="" if bracket is None else said(bracket.source),
    )


def _bracket(country: Country, title_ha: float) -> Tolerance:
    area_m2 = title_ha * _SQUARE_METRES_PER_HA
    return [one for one in country.brackets("rural") if one.over_m2 <= area_m2][-1]


def _bracket_text(bracket: Tolerance, spoken: Words) -> str:
    low = spoken.number(bracket.over_m2 / _SQUARE_METRES_PER_HA, 0)
    if bracket.up_to_m2 is None:
        return spoken.say(_LAST_BRACKET, low=low)
    high = spoken.number(bracket.up_to_m2 / _SQUARE_METRES_PER_HA, 0)
    return spoken.say(_BRACKET, low=low, high=high)
