"""The rows of one page of a table, as cells that people read. What nobody knows is said."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from flask import url_for

from geo import naming
from geo.answers import known
from geo.release.facets import PRIORITIES, SEPARATOR
from geo.terms import PAIRS, Answer, HolderKind
from geo.words import Words, said
from webmap.public import facts, layers
from webmap.public.edition import Edition, Row, records

NOTHING = "—"
"""In a cell that does not apply: what only touches shares no hectare."""


@dataclass(frozen=True)
class Cell:
    """text: as it is read. url: where it leads, "" for nowhere. known: whether anybody knows it.

    notes: small print below it. data: whether the text is a name from data, of any script.
    """

    text: str
    url: str = ""
    known: bool = True
    data: bool = False
    notes: tuple[str, ...] = field(default=())


def of_overlaps(numbers: np.ndarray, edition: Edition, spoken: Words) -> list[list[Cell]]:
    """The cells of some overlaps, by their numbers."""
    pairs = edition.pairs.iloc[numbers]
    rows = records(edition.overlaps.iloc[numbers])
    answers = edition.answers(rows)
    keys = [row["concession_key"] for row in rows]
    rights = _by_key(edition.concessions, keys)
    facets = records(pairs, ["id", "yes", "priority"])
    return [
        _overlap(row, rights.get(row["concession_key"], {}), facet, flags, spoken)
        for row, facet, flags in zip(rows, facets, answers, strict=True)
    ]


def of_rights(numbers: np.ndarray, edition: Edition, spoken: Words) -> list[list[Cell]]:
    """The cells of some rights, by their numbers."""
    rows = records(edition.concessions.iloc[numbers])
    facets = records(edition.facets.iloc[numbers])
    return [_right(row, facet, spoken) for row, facet in zip(rows, facets, strict=True)]


def of_territories(numbers: np.ndarray, edition: Edition, spoken: Words) -> list[list[Cell]]:
    """The cells of some territories, by their numbers."""
    shares = covered(edition).iloc[numbers]
    rows = records(edition.territories.iloc[numbers].assign(covered=shares.to_numpy()))
    return [_territory(row, edition, spoken) for row in rows]


def covered(edition: Edition) -> pd.Series:
    """How much of each territory lies under rights, each place once; in the order of the layer.

    Missing where rights overlap it and the release does not give the figure.
    """
    keys, unions = edition.territories["key"].reset_index(drop=True), edition.unions
    none = keys.map(edition.pair_counts).isna()
    if "territory_key" not in unions:
        return pd.Series(0.0, index=keys.index, dtype="Float64").where(none)
    whole = unions["kind"].eq(facts.ALL) & unions["status"].eq(facts.ALL)
    rows = unions.loc[whole.fillna(False) & known(unions["territory_key"]).astype(bool)]
    shares = keys.map(rows.set_index("territory_key")["share"]).astype("Float64")
    return shares.mask(none, 0.0)


def _overlap(row: Row, right: Row, facet: Row, flags: list[Row], spoken: Words) -> list[Cell]:
    shares = row["overlap_class"] in PAIRS
    unknown = sum(one["answer"] == Answer.UNKNOWN.value for one in flags)
    figures = (
        [
            Cell(spoken.number(float(row["area_ha"]))),
            _interval(row, spoken),
            Cell(naming.percent(row["share_of_concession"], spoken)),
            Cell(naming.percent(row["share_of_territory"], spoken)),
        ]
        if shares
        else [Cell(NOTHING)] * 4
    )
    territory = row["territory_key"]
    return [
        Cell(said(row["concession_id"]), url_for("overlap_page", pair_id=facet["id"])),
        Cell(naming.name({"name": row["concession_name"]}, spoken), data=True),
        Cell(naming.label_of_kind(right, spoken)),
        Cell(naming.label_of_status(right, spoken)),
        Cell(
            naming.name({"name": row["territory_name"]}, spoken),
            layers.address_of_territory(spoken.language, territory),
            data=True,
        ),
        _filed(right, spoken),
        _day(right.get("granted_on"), spoken),
        *figures,
        Cell(naming.overlap_class(row["overlap_class"], spoken)),
        _priority(facet, spoken, unknown),
    ]


def _right(row: Row, facet: Row, spoken: Words) -> list[Cell]:
    holder = facet["holder_kind"]
    held = naming.label(HolderKind, holder, spoken) if holder else ""
    return [
        Cell(said(row["native_id"]), url_for("right_page", key=row["key"])),
        Cell(naming.name(row, spoken), data=True, notes=(held,) if held else ()),
        Cell(naming.label_of_kind(row, spoken)),
        Cell(naming.label_of_status(row, spoken)),
        _said(", ".join(said(facet["departments"]).split(SEPARATOR)), spoken),
        _said(said(facet["district"]), spoken),
        _filed(row, spoken),
        _day(row["granted_on"], spoken),
        Cell(spoken.number(float(facet["pairs"]), 0)),
        _covered(facet, spoken),
        _priority(facet, spoken),
    ]


def _covered(facet: Row, spoken: Words) -> Cell:
    area = facet["area_ha"]
    if area is not None:
        return Cell(spoken.number(float(area)))
    return _said("", spoken) if facet["pairs"] else Cell(NOTHING)


def _territory(row: Row, edition: Edition, spoken: Words) -> list[Cell]:
    part = said(row["part"])
    return [
        Cell(
            naming.name(row, spoken),
            layers.address_of_territory(spoken.language, row["key"]),
            data=True,
            notes=(spoken.say("parte {part}", part=part),) if part else (),
        ),
        Cell(naming.called(row, edition.sources, spoken)),
        _said(facts.place(row), spoken),
        Cell(naming.hectares(row["area_plane_ha"], spoken, 2)),
        Cell(spoken.number(float(edition.pair_counts.get(row["key"], 0)), 0)),
        Cell(naming.percent(row["covered"], spoken)),
    ]


def _interval(row: Row, spoken: Words) -> Cell:
    return Cell(naming.interval(row, spoken), known=row["area_min_ha"] is not None)


def _filed(right: Row, spoken: Words) -> Cell:
    made = _day(right.get("filed_on"), spoken)
    if not right.get("accumulation"):
        return made
    note = spoken.say("acumulación: sus partes son anteriores")
    return Cell(made.text, known=made.known, notes=(note,))


def _day(value: str | None, spoken: Words) -> Cell:
    return Cell(naming.day(value, spoken), known=bool(value))


def _said(text: str, spoken: Words) -> Cell:
    return Cell(text or spoken.say("no se conoce"), known=bool(text), data=True)


def _priority(facet: Row, spoken: Words, unknown: int = 0) -> Cell:
    rank = int(facet["priority"])
    codes = ", ".join(said(facet["yes"]).split(SEPARATOR))
    open_ = spoken.say("No se sabe ({n})", n=unknown) if unknown else ""
    notes = tuple(one for one in (codes, open_) if one)
    return Cell(naming.severity(PRIORITIES[rank], spoken) if rank else NOTHING, notes=notes)


def _by_key(frame: pd.DataFrame, keys: Iterable[str]) -> dict[str, Row]:
    places = frame.index.get_indexer(pd.Index(list(dict.fromkeys(keys))))
    return {row["key"]: row for row in records(frame.iloc[places[places >= 0]])}
