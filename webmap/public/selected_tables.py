"""The three tables of a selection: which rows are in, and what their columns are ordered by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from geo import naming
from geo.terms import PAIRS, Kind, OverlapClass, Status
from geo.words import Words, _
from webmap.public import selected_cells, selection
from webmap.public import selected_order as order
from webmap.public.edition import Edition
from webmap.public.selected_cells import Cell
from webmap.public.selected_order import Ranks
from webmap.public.selection import Selection

Ranking = Callable[[Edition, Words], Ranks]


class Layer(StrEnum):
    """Which table, as forms and files call it."""

    OVERLAPS = "superposiciones"
    RIGHTS = "derechos"
    TERRITORIES = "territorios"


@dataclass(frozen=True)
class Heading:
    """One column: its name in the form, its label (message id), and what it is ordered by."""

    name: str
    label: str
    ranks: Ranking
    number: bool = False


@dataclass(frozen=True)
class Table:
    """One of the tables. title, none: message ids of its name, and of that nothing fits.

    first: the heading that it is ordered by unless a reader asks otherwise, from most to least.
    rows: the numbers of the rows that are in, increasing. tell: the cells of some rows.
    """

    title: str
    none: str
    headings: tuple[Heading, ...]
    first: str
    every: Callable[[Edition], int]
    rows: Callable[[Selection, Edition], np.ndarray]
    tell: Callable[[np.ndarray, Edition, Words], list[list[Cell]]]


def overlap_rows(wanted: Selection, edition: Edition) -> np.ndarray:
    """The numbers of the overlaps that are in."""
    if wanted.empty:
        return np.arange(len(edition.pairs))
    return np.flatnonzero(selection.overlaps(wanted, edition.facets, edition.pairs))


def right_rows(wanted: Selection, edition: Edition) -> np.ndarray:
    """The numbers of the rights that are in."""
    if wanted.empty:
        return np.arange(len(edition.facets))
    return np.flatnonzero(selection.rights(wanted, edition.facets, edition.pairs))


def territory_rows(wanted: Selection, edition: Edition) -> np.ndarray:
    """The numbers of the territories that are in: those of which some overlap is in."""
    if wanted.empty:
        return np.arange(len(edition.territories))
    keys = edition.pairs["territory_key"].iloc[overlap_rows(wanted, edition)].unique()
    return np.flatnonzero(edition.territories["key"].isin(keys))


def _overlaps(name: str, kind: Callable[[pd.Series], Ranks]) -> Ranking:
    return lambda edition, _spoken: kind(edition.overlaps[name])


def _shared(name: str) -> Ranking:
    """A figure of the overlaps, unknown where nothing is shared."""

    def ranked(edition: Edition, _spoken: Words) -> Ranks:
        figures = edition.overlaps[name]
        return order.of_numbers(figures.where(edition.overlaps["overlap_class"].isin(PAIRS)))

    return ranked


def _rights(name: str, kind: Callable[[pd.Series], Ranks]) -> Ranking:
    return lambda edition, _spoken: kind(edition.concessions[name])


def _facets(name: str, kind: Callable[[pd.Series], Ranks]) -> Ranking:
    return lambda edition, _spoken: kind(edition.facets[name])


def _kinds(edition: Edition, spoken: Words) -> Ranks:
    return order.of_terms(edition.facets["kind"], lambda one: naming.label(Kind, one, spoken))


def _statuses(edition: Edition, spoken: Words) -> Ranks:
    return order.of_terms(edition.facets["status"], lambda one: naming.label(Status, one, spoken))


def _classes(edition: Edition, spoken: Words) -> Ranks:
    words = edition.pairs["overlap_class"]
    return order.of_terms(words, lambda one: naming.label(OverlapClass, one, spoken))


def _through(of_right: Ranking) -> Ranking:
    """What rights are ordered by, for the overlaps of each."""

    def ranked(edition: Edition, spoken: Words) -> Ranks:
        rights = np.append(of_right(edition, spoken), np.nan)
        # a right that is not there has the number -1, so the last of all
        return rights[edition.pairs["right"].to_numpy(dtype=int)]

    return ranked


def _places(edition: Edition, _spoken: Words) -> Ranks:
    frame = edition.territories
    parts = [frame[one].fillna("") for one in ("district", "province", "department")]
    return order.of_texts((parts[0] + " " + parts[1] + " " + parts[2]).str.strip())


def _called(edition: Edition, spoken: Words) -> Ranks:
    told = [naming.called(row, edition.sources, spoken) for row in edition.lands.values()]
    return order.of_texts(pd.Series(told, dtype="string"))


def _counts(edition: Edition, _spoken: Words) -> Ranks:
    return order.of_numbers(edition.territories["key"].map(edition.pair_counts).fillna(0))


def _covered(edition: Edition, _spoken: Words) -> Ranks:
    return order.of_numbers(selected_cells.covered(edition))


_FILED, _GRANTED = _rights("filed_on", order.of_dates), _rights("granted_on", order.of_dates)

_OF_OVERLAPS = (
    Heading("codigo", _("Código"), _overlaps("concession_id", order.of_texts)),
    Heading("nombre", _("Nombre"), _overlaps("concession_name", order.of_texts)),
    Heading("tipo", _("Tipo"), _through(_kinds)),
    Heading("estado", _("Estado"), _through(_statuses)),
    Heading("territorio", _("Territorio"), _overlaps("territory_name", order.of_texts)),
    Heading("formulado", _("Formulado"), _through(_FILED)),
    Heading("otorgado", _("Otorgado"), _through(_GRANTED)),
    Heading("area", _("Superposición, ha (plana UTM)"), _shared("area_ha"), True),
    Heading("minimo", _("Mínimo – máximo, ha"), _shared("area_min_ha"), True),
    Heading("del_derecho", _("% del derecho"), _shared("share_of_concession"), True),
    Heading("del_territorio", _("% del territorio"), _shared("share_of_territory"), True),
    Heading("clase", _("Clase"), _classes),
    Heading("prioridad", _("Prioridad"), lambda edition, _s: _priority(edition.pairs)),
)
_OF_RIGHTS = (
    Heading("codigo", _("Código"), _rights("native_id", order.of_texts)),
    Heading("nombre", _("Nombre"), _rights("name", order.of_texts)),
    Heading("tipo", _("Tipo"), _kinds),
    Heading("estado", _("Estado"), _statuses),
    Heading("departamento", _("Departamento"), _facets("departments", order.of_texts)),
    Heading("distrito", _("Distrito"), _facets("district", order.of_texts)),
    Heading("formulado", _("Formulado"), _FILED),
    Heading("otorgado", _("Otorgado"), _GRANTED),
    Heading("territorios", _("Con cuántos territorios"), _facets("pairs", order.of_numbers), True),
    Heading("area", _("Bajo territorios, ha"), _facets("area_ha", order.of_numbers), True),
    Heading("prioridad", _("Prioridad"), lambda edition, _s: _priority(edition.facets)),
)
_OF_TERRITORIES = (
    Heading(
        "nombre",
        _("Nombre"),
        lambda edition, _spoken: order.of_texts(edition.territories["name"]),
    ),
    Heading("llamado", _("Cómo se le llama"), _called),
    Heading("lugar", _("Lugar"), _places),
    Heading(
        "area",
        _("Área dibujada, ha (plana UTM)"),
        lambda edition, _spoken: order.of_numbers(edition.territories["area_plane_ha"]),
        True,
    ),
    Heading("derechos", _("Derechos que se superponen"), _counts, True),
    Heading("cubierto", _("% cubierto por derechos"), _covered, True),
)


def _priority(frame: pd.DataFrame) -> Ranks:
    """A row of which no question was answered yes has no priority, so it comes last."""
    return order.of_numbers(frame["priority"].where(frame["priority"].gt(0)))


TABLES: Mapping[Layer, Table] = {
    Layer.OVERLAPS: Table(
        _("Superposiciones"),
        _("Ninguna superposición cumple lo que pidió."),
        _OF_OVERLAPS,
        "area",
        lambda edition: len(edition.pairs),
        overlap_rows,
        selected_cells.of_overlaps,
    ),
    Layer.RIGHTS: Table(
        _("Derechos y proyectos"),
        _("Ningún derecho cumple lo que pidió."),
        _OF_RIGHTS,
        "area",
        lambda edition: len(edition.facets),
        right_rows,
        selected_cells.of_rights,
    ),
    Layer.TERRITORIES: Table(
        _("Territorios"),
        _("Ningún territorio cumple lo que pidió."),
        _OF_TERRITORIES,
        "derechos",
        lambda edition: len(edition.territories),
        territory_rows,
        selected_cells.of_territories,
    ),
}
