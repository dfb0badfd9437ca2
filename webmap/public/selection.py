"""What a reader chose to see: one vocabulary for map, tables, downloads and machines.

The words are those of the address's fragment, of the forms and of the script `choice.js`.
Whatever makes no sense is as if it was not asked; the page then says what was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from geo.answers import folded
from geo.release.facets import PRIORITIES, SEPARATOR
from geo.terms import Kind, OverlapClass, Severity, Status
from geo.words import said

_MOST_LETTERS = 80
_YEARS = range(1000, 10_000)


@dataclass(frozen=True)
class Selection:
    """The filter. "" and None are no filter.

    departamento: a name of Natural Earth's outlines. tipo, estado, clase: words of Kind, Status,
    OverlapClass. alerta: the code of a question answered yes. prioridad: at least this Severity.
    formulado_desde … otorgado_hasta: years, both ends in; a right without that year is not in.
    q: words that its code or its name holds. territorio: the key of a territory.
    """

    departamento: str = ""
    distrito: str = ""
    tipo: str = ""
    estado: str = ""
    clase: str = ""
    alerta: str = ""
    prioridad: str = ""
    formulado_desde: int | None = None
    formulado_hasta: int | None = None
    otorgado_desde: int | None = None
    otorgado_hasta: int | None = None
    q: str = ""
    territorio: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was asked, so that everything is in."""
        return self == Selection()

    def asked(self) -> dict[str, str]:
        """What was asked, by name, as it stands in a form or in a fragment."""
        every = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: str(value) for name, value in every.items() if value not in ("", None)}


def chosen(given: Mapping[str, object]) -> Selection:
    """The selection of a form, of a query or of a JSON object."""
    texts = {
        name: said(value)[:_MOST_LETTERS]
        for name, value in given.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }

    def text(name: str) -> str:
        return texts.get(name, "").strip()

    def word(
        name: str, terms: type[Kind] | type[Status] | type[OverlapClass] | type[Severity]
    ) -> str:
        return text(name) if text(name) in list(terms) else ""

    def year(name: str) -> int | None:
        told = text(name)
        number = int(told) if told.isascii() and told.isdigit() and len(told) == 4 else 0
        return number if number in _YEARS else None

    return Selection(
        departamento=text("departamento"),
        distrito=text("distrito"),
        tipo=word("tipo", Kind),
        estado=word("estado", Status),
        clase=word("clase", OverlapClass),
        alerta=text("alerta"),
        prioridad=word("prioridad", Severity),
        formulado_desde=year("formulado_desde"),
        formulado_hasta=year("formulado_hasta"),
        otorgado_desde=year("otorgado_desde"),
        otorgado_hasta=year("otorgado_hasta"),
        q=text("q"),
        territorio=said(given.get("territorio", ""))[:400].strip(),
    )


def rights(wanted: Selection, facets: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Which rows of `facets` (RIGHTS, with code and name beside; all of them, in order) are in.

    A right is in when it and, where the overlaps were asked about, one of its overlaps are.
    """
    own = _of_right(wanted, facets)
    if asks_of_pairs(wanted):
        some = _numbers(pairs)[_of_pair(wanted, pairs).to_numpy()]
        own &= np.isin(np.arange(len(facets)), some)
    return own


def overlaps(wanted: Selection, facets: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Which rows of `pairs` (PAIR) are in: the overlap's own words, and those of its right."""
    own = np.append(_of_right(wanted, facets).to_numpy(), False)
    # a right that is not there has the number -1, so the last of all
    return _of_pair(wanted, pairs) & own[_numbers(pairs)]


def _numbers(pairs: pd.DataFrame) -> np.ndarray:
    """The row of each overlap's right; looked up by number, for texts take ten times as long."""
    return pairs["right"].to_numpy(dtype=int)


def right_held(wanted: Selection, right: Mapping[str, Any]) -> bool:
    """Whether one row of `facets` is in by its own words; as `rights` for what asks of it alone.

    For a handful of rows: a hundredth of the time that columns take.
    """
    return (
        (not wanted.departamento or wanted.departamento in _words(right["departments"]))
        and (not wanted.distrito or folded(right["district"] or "") == folded(wanted.distrito))
        and wanted.tipo in ("", right["kind"])
        and wanted.estado in ("", right["status"])
        and _within(right["filed_year"], wanted.formulado_desde, wanted.formulado_hasta)
        and _within(right["granted_year"], wanted.otorgado_desde, wanted.otorgado_hasta)
        and all(word in (right["words"] or "") for word in folded(wanted.q).split())
    )


def pair_held(wanted: Selection, pair: Mapping[str, Any]) -> bool:
    """Whether one row of `pairs` is in by its own words; its right is asked by `right_held`."""
    return (
        wanted.clase in ("", pair["overlap_class"])
        and wanted.territorio in ("", pair["territory_key"])
        and (not wanted.alerta or wanted.alerta in _words(pair["yes"]))
        and (not wanted.prioridad or pair["priority"] >= PRIORITIES.index(wanted.prioridad))
    )


def asks_of_pairs(wanted: Selection) -> bool:
    """Whether a right is in only with an overlap that is in."""
    return bool(wanted.clase or wanted.alerta or wanted.prioridad or wanted.territorio)


def _words(joined: str | None) -> list[str]:
    return (joined or "").split(SEPARATOR)


def _within(year: int | None, first: int | None, last: int | None) -> bool:
    if first is None and last is None:
        return True
    return year is not None and (first or year) <= year <= (last or year)


def _of_right(wanted: Selection, facets: pd.DataFrame) -> pd.Series:
    held = pd.Series(True, index=facets.index)
    if wanted.departamento:
        held &= _has(facets["departments"], wanted.departamento)
    if wanted.distrito:
        held &= facets["district"].fillna("").map(folded).eq(folded(wanted.distrito))
    for name, column in (("tipo", "kind"), ("estado", "status")):
        if getattr(wanted, name):
            held &= facets[column].eq(getattr(wanted, name)).fillna(False)
    for name, column in (("formulado", "filed_year"), ("otorgado", "granted_year")):
        first, last = getattr(wanted, f"{name}_desde"), getattr(wanted, f"{name}_hasta")
        if first is not None:
            held &= facets[column].ge(first).fillna(False)
        if last is not None:
            held &= facets[column].le(last).fillna(False)
    for word in folded(wanted.q).split():
        held &= facets["words"].str.contains(word, regex=False).fillna(False)
    return held.astype(bool)


def _of_pair(wanted: Selection, pairs: pd.DataFrame) -> pd.Series:
    held = pd.Series(True, index=pairs.index)
    if wanted.clase:
        held &= pairs["overlap_class"].eq(wanted.clase).fillna(False)
    if wanted.territorio:
        held &= pairs["territory_key"].eq(wanted.territorio).fillna(False)
    if wanted.alerta:
        held &= _has(pairs["yes"], wanted.alerta)
    if wanted.prioridad:
        held &= pairs["priority"].ge(PRIORITIES.index(wanted.prioridad)).fillna(False)
    return held.astype(bool)


def _has(joined: pd.Series, word: str) -> pd.Series:
    """Whether a column of words joined by SEPARATOR holds one of them whole."""
    fenced = SEPARATOR + joined.fillna("") + SEPARATOR
    return fenced.str.contains(f"{SEPARATOR}{word}{SEPARATOR}", regex=False)
