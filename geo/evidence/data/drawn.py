"""What tells the rows of a layer apart where they are drawn: one look for each word."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from geo import styles
from geo.answers import one_of
from geo.styles import Look
from geo.terms import Kind, OverlapClass, Status, Tenure
from geo.tolerance import TITLED
from geo.words import Words, _

PER_SOURCE = "per-source"
_BY_SOURCE = _("polígono según su fuente: hay título, y el área dibujada no es la del título")
_TITLES = (Tenure.TITLED, Tenure.USE_CESSION)


@dataclass(frozen=True)
class Category:
    """value: what `Drawing.expression` gives for its rows; label: in the bundle's language."""

    value: str
    label: str
    look: Look


@dataclass(frozen=True, eq=False)
class Drawing:
    """How a layer is drawn: its rows' values, and a category for each value that occurs.

    expression: the same values, as QGIS computes them from the columns.
    """

    expression: str
    values: pd.Series
    categories: tuple[Category, ...]


def territories(frame: gpd.GeoDataFrame, spoken: Words) -> Drawing:
    """By tenure; a polygon that is not of its title's area is never drawn like titled."""
    titled = one_of(frame["tenure"], _TITLES) & ~one_of(frame["called"], (TITLED,)).fillna(False)
    tenures = _within(frame["tenure"], Tenure, Tenure.UNKNOWN)
    values = tenures.mask(titled.fillna(False).astype(bool), PER_SOURCE)
    looks = [Category(one.value, spoken.term(one), styles.TENURES[one]) for one in Tenure]
    looks.insert(2, Category(PER_SOURCE, spoken.say(_BY_SOURCE), styles.PER_SOURCE))
    expression = (
        f"CASE WHEN \"tenure\" IN ({_quoted(_TITLES)}) AND coalesce(\"called\", '') <> '{TITLED}' "
        f"THEN '{PER_SOURCE}' ELSE {_known('tenure', Tenure, Tenure.UNKNOWN)} END"
    )
    return Drawing(expression, values, _there(looks, values))


def concessions(frame: gpd.GeoDataFrame, spoken: Words) -> Drawing:
    """By kind, and by status, which the dash of the outline says."""
    kinds = _within(frame["kind"], Kind, Kind.AREA)
    values = kinds + " " + _within(frame["status"], Status, Status.UNKNOWN)
    looks = [
        Category(
            f"{kind.value} {status.value}",
            f"{spoken.term(kind)}, {spoken.term(status)}",
            replace(styles.KINDS[kind], dash=styles.STATUS_DASHES[status]),
        )
        for kind in Kind
        for status in Status
    ]
    expression = (
        f"{_known('kind', Kind, Kind.AREA)} || ' ' || {_known('status', Status, Status.UNKNOWN)}"
    )
    return Drawing(expression, values, _there(looks, values))


def overlaps(frame: gpd.GeoDataFrame, spoken: Words) -> Drawing:
    """By class. What is near or adjacent shares no area, and has nothing to draw."""
    values = frame["overlap_class"].astype("string").fillna("")
    looks = [Category(one.value, spoken.term(one), look) for one, look in styles.OVERLAPS.items()]
    return Drawing("overlap_class", values, _there(looks, values))


DRAWINGS: dict[str, Callable[[gpd.GeoDataFrame, Words], Drawing]] = {
    "overlaps": overlaps,
    "concessions": concessions,
    "territories": territories,
}
"""By the layer's name."""


def _there(looks: Iterable[Category], values: pd.Series) -> tuple[Category, ...]:
    found = set(values)
    return tuple(category for category in looks if category.value in found)


def _within(
    column: pd.Series,
    words: type[Kind] | type[Status] | type[Tenure],
    otherwise: Kind | Status | Tenure,
) -> pd.Series:
    texts = column.astype("string")
    return texts.where(texts.isin([one.value for one in words]), otherwise.value)


def _known(
    column: str,
    words: type[Kind] | type[Status] | type[Tenure],
    otherwise: Kind | Status | Tenure,
) -> str:
    return (
        f'(CASE WHEN "{column}" IN ({_quoted(words)}) THEN "{column}" '
        f"ELSE '{otherwise.value}' END)"
    )


def _quoted(words: Iterable[Kind | Status | Tenure | OverlapClass]) -> str:
    return ", ".join(f"'{one.value}'" for one in words)
