"""What a reader asked of the tables, the page of rows that answers it, and its totals."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geo.analysis.shares import union_ha
from geo.stages import Overlaps
from geo.terms import PAIRS
from geo.words import Words, _
from webmap.public import selected_order, selection
from webmap.public.edition import Edition
from webmap.public.selected_cells import Cell
from webmap.public.selected_tables import TABLES, Layer, Table, overlap_rows
from webmap.public.selection import Selection

PAGE = 100
"""How many rows stand on one page."""

MOST_UNITED = 1_500
"""Of how many overlaps the union is made while a reader waits."""


@dataclass(frozen=True)
class Asked:
    """What a reader asked. Whatever makes no sense is as if it was not asked."""

    layer: Layer
    wanted: Selection
    order: str
    down: bool
    page: int

    @property
    def table(self) -> Table:
        """The table that was asked for."""
        return TABLES[self.layer]

    def fragment(self) -> dict[str, str]:
        """What an address's fragment says of it, so that the same table opens again."""
        told = self.wanted.asked()
        if self.layer is not Layer.OVERLAPS:
            told["capa"] = self.layer.value
        if (self.order, self.down) != (self.table.first, True):
            told |= {"orden": self.order, "sentido": "desc" if self.down else "asc"}
        return told


@dataclass(frozen=True)
class Shown:
    """One page of a table. found: the numbers of all rows that are in, increasing."""

    rows: list[list[Cell]]
    found: np.ndarray
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Totals:
    """Plane hectares of the overlaps that are in.

    pairs: how many of them share at least 1 m². sum_ha: pair by pair, so that a place of several
    rights counts several times. union_ha: each place once, None where they are too many to unite
    while a reader waits.
    """

    pairs: int
    sum_ha: float
    union_ha: float | None


def asked(given: Mapping[str, str]) -> Asked:
    """What a form asks. `orden` may carry its direction: `area:asc`."""
    named = given.get("capa", "")
    layer = Layer(named) if named in list(Layer) else Layer.OVERLAPS
    order, _colon, direction = given.get("orden", "").partition(":")
    known = order in {heading.name for heading in TABLES[layer].headings}
    page = given.get("pagina", "")
    return Asked(
        layer=layer,
        wanted=selection.chosen(given),
        order=order if known else TABLES[layer].first,
        down=(direction or given.get("sentido", "desc")) != "asc" if known else True,
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
    )


def show(wish: Asked, edition: Edition, spoken: Words) -> Shown:
    """The page of the table that was asked for; one that does not exist is the nearest."""
    found = wish.table.rows(wish.wanted, edition)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(wish.page, 1), pages)
    rows = ordered(found, wish, edition, spoken)[(page - 1) * PAGE : page * PAGE]
    return Shown(
        rows=wish.table.tell(rows, edition, spoken),
        found=found,
        total=wish.table.every(edition),
        page=page,
        pages=pages,
    )


def ordered(found: np.ndarray, wish: Asked, edition: Edition, spoken: Words) -> np.ndarray:
    """The rows that are in, in the order that was asked for."""
    heading = next(one for one in wish.table.headings if one.name == wish.order)
    ranks = edition.once(
        ("ranks", wish.layer.value, heading.name, spoken.language),
        lambda: heading.ranks(edition, spoken),
    )
    return selected_order.ordered(found, ranks, down=wish.down)


def totals(wish: Asked, found: np.ndarray, edition: Edition) -> Totals:
    """The hectares of a selection's overlaps. found: the rows of the table that was asked for."""
    wanted = wish.wanted
    numbers = found if wish.layer is Layer.OVERLAPS else overlap_rows(wanted, edition)
    rows = edition.overlaps.iloc[numbers]
    rows = rows.loc[rows["overlap_class"].isin(PAIRS)]
    union = edition.summary.get("area_ha_union") if wanted.empty else None
    if union is None and len(rows) <= MOST_UNITED:
        union = union_ha(Overlaps(rows)) if len(rows) else 0.0
    return Totals(len(rows), float(rows["area_ha"].sum()), union)


def unknown(found: np.ndarray, layer: Layer, edition: Edition, spoken: Words) -> list[str]:
    """What nobody knows of the rows that are in, counted; nothing of territories."""
    if layer is Layer.TERRITORIES:
        return []
    rights = found
    counts: list[tuple[str, int, int]] = []
    if layer is Layer.OVERLAPS:
        rows = edition.overlaps.iloc[found]
        rows = rows.loc[rows["overlap_class"].isin(PAIRS)]
        missing = int(rows["area_min_ha"].isna().sum())
        counts.append(
            (
                _("Mínimo y máximo no conocidos: {n} de {of} superposiciones."),
                missing,
                len(rows),
            )
        )
        rights = np.unique(edition.pairs["right"].to_numpy(dtype=int)[found])
    for column, sentence in (
        ("filed_on", _("Fecha de formulación no conocida: {n} de {of} derechos.")),
        ("granted_on", _("Fecha de otorgamiento no conocida: {n} de {of} derechos.")),
    ):
        silent = edition.concessions[column].iloc[rights].fillna("").eq("")
        counts.append((sentence, int(silent.sum()), len(rights)))
    return [
        spoken.say(sentence, n=spoken.number(n, 0), of=spoken.number(of, 0))
        for sentence, n, of in counts
        if n
    ]
