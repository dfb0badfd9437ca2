"""The collections of the public release as a machine reads them: which rows, and as what.

A feature's properties are the columns of `geo.schema`, and, of an overlap or a right, what it is
found by: the filters are named after them.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.answers import folded
from geo.release.export import features
from geo.release.facets import PRIORITIES
from geo.words import _
from webmap.public.download_content import COLUMNS, cleaned, with_ids
from webmap.public.edition import Edition
from webmap.public.ogc_query import Box, Interval, Query
from webmap.public.selected_tables import TABLES, Layer

MOST_VERTICES = 250_000
"""Of one page: it ends before, and «next» goes on. Ten thousand outlines of territories would be
100 MB, and other readers would wait for them.
"""

_CHUNK = 500
"""How many features are texts at a time: a territory may have thousands of vertices."""

_FROM_FACETS = {
    Layer.OVERLAPS: ("kind", "status", "departments", "district", "filed_year", "granted_year"),
    Layer.RIGHTS: ("departments", "filed_year", "granted_year", "classes", "pairs"),
}


@dataclass(frozen=True)
class Collection:
    """id: in addresses. title, description: message ids."""

    id: str
    layer: Layer
    title: str
    description: str


COLLECTIONS: Mapping[str, Collection] = {
    one.id: one
    for one in (
        Collection(
            "overlaps",
            Layer.OVERLAPS,
            _("Superposiciones"),
            _(
                "Un derecho y un territorio que comparten área, o que están más cerca que el error "
                "de sus límites. La figura es lo que comparten; las áreas son de la publicación, "
                "no se miden sobre ella."
            ),
        ),
        Collection(
            "concessions",
            Layer.RIGHTS,
            _("Derechos y proyectos"),
            _("Derechos y proyectos según sus fuentes, también los extinguidos."),
        ),
        Collection(
            "territories",
            Layer.TERRITORIES,
            _("Territorios"),
            _(
                "Territorios según sus fuentes, parte por parte. Que un territorio no esté aquí no "
                "significa que no exista."
            ),
        ),
    )
}


def rows(collection: Collection, query: Query, edition: Edition) -> np.ndarray:
    """The numbers of the rows that are in, increasing: in the order of the release."""
    layer = collection.layer
    if layer is Layer.TERRITORIES:
        found = _territories(query, edition)
    else:
        found = TABLES[layer].rows(query.wanted, edition)
    frame = with_ids(layer, edition)
    if query.boxes:
        found = np.intersect1d(found, _meeting(frame, query.boxes), assume_unique=True)
    if query.when is not None:
        found = found[_within(_dates(layer, edition).iloc[found], query.when)]
    return found


def page(collection: Collection, found: np.ndarray, query: Query, edition: Edition) -> np.ndarray:
    """The rows of one page: at most `limit`, and after the first no more than MOST_VERTICES."""
    some = found[query.offset : query.offset + query.limit]
    shapes = np.asarray(with_ids(collection.layer, edition).geometry.array, dtype=object)[some]
    vertices = np.cumsum(shapely.get_num_coordinates(shapes))
    fitting = int(np.searchsorted(vertices, MOST_VERTICES, side="right"))
    return some[: max(fitting, 1)]


def number_of(collection: Collection, wanted: str, edition: Edition) -> int | None:
    """The number of the row that bears an id; None where there is no such."""
    index = edition.once(
        ("ids", collection.id),
        lambda: pd.Index(with_ids(collection.layer, edition)["id"].astype(object)),
    )
    found = index.get_indexer([wanted])[0]
    return None if found < 0 else int(found)


def told(
    collection: Collection, numbers: np.ndarray, edition: Edition
) -> Iterator[list[dict[str, Any]]]:
    """The features of some rows, some at a time."""
    for first in range(0, len(numbers), _CHUNK):
        yield features(_frame(collection, numbers[first : first + _CHUNK], edition), "id")


def bounds(collection: Collection, edition: Edition) -> Box | None:
    """The box around all shapes, in degrees; None where there is no shape."""
    found = np.asarray(with_ids(collection.layer, edition).total_bounds, dtype=float)
    if not np.isfinite(found).all():
        return None
    west, south, east, north = (round(float(one), 6) for one in found)
    return west, south, east, north


def dates(collection: Collection, edition: Edition) -> Interval:
    """The first and the last day that the data are of, "" where nobody knows."""
    known = _dates(collection.layer, edition)
    known = known[known.ne("")]
    if not len(known):
        return "", ""
    return _first(known).min(), _last(known).max()


def _frame(collection: Collection, numbers: np.ndarray, edition: Edition) -> gpd.GeoDataFrame:
    layer = collection.layer
    frame = with_ids(layer, edition).iloc[numbers].assign(release=edition.id)
    names = [column.name for column in COLUMNS[layer]]
    more = _found_by(layer, numbers, edition)
    made = cleaned(frame.assign(**more))
    shape = names.pop()
    return gpd.GeoDataFrame(made[[*names, *(one for one in more if one not in names), shape]])


def _found_by(layer: Layer, numbers: np.ndarray, edition: Edition) -> dict[str, Any]:
    """What rights and overlaps are found by, besides their own columns; nothing of territories."""
    if layer is Layer.TERRITORIES:
        return {}
    own = (edition.pairs if layer is Layer.OVERLAPS else edition.facets).iloc[numbers]
    rights = edition.facets.iloc[own["right"].to_numpy(dtype=int)] if "right" in own else own
    told = {name: rights[name].array for name in _FROM_FACETS[layer]}
    ranks = own["priority"].astype(int)
    return {**told, "priority": pd.array([PRIORITIES[rank] for rank in ranks], dtype="string")}


def _territories(query: Query, edition: Edition) -> np.ndarray:
    """By their own key, and by words of their own code and name."""
    frame, wanted = edition.territories, query.wanted
    held = np.ones(len(frame), dtype=bool)
    if wanted.territorio:
        held &= frame["key"].eq(wanted.territorio).to_numpy(dtype=bool)
    if wanted.q:
        words = edition.once(("territory-words",), lambda: _words(frame))
        for word in folded(wanted.q).split():
            held &= words.str.contains(word, regex=False).to_numpy(dtype=bool)
    return np.flatnonzero(held)


def _words(frame: pd.DataFrame) -> pd.Series:
    return (frame["native_id"].fillna("") + " " + frame["name"].fillna("")).map(folded)


def _meeting(frame: gpd.GeoDataFrame, boxes: tuple[Box, ...]) -> np.ndarray:
    """The rows whose shape meets a box; a row without a shape meets none."""
    found = [frame.sindex.query(shapely.box(*box), predicate="intersects") for box in boxes]
    return np.unique(np.concatenate(found))


def _dates(layer: Layer, edition: Edition) -> pd.Series:
    """The day that the data of each row are of, a partial date; of an overlap, the release's."""
    if layer is Layer.OVERLAPS:
        return pd.Series(edition.release.as_of, index=edition.pairs.index, dtype="string")
    frame = edition.concessions if layer is Layer.RIGHTS else edition.territories
    return frame["as_of"].astype("string").fillna("").reset_index(drop=True)


def _within(partial: pd.Series, when: Interval) -> np.ndarray:
    """Whether a day of each partial date is in the interval; what has no date always is."""
    first, last = when
    held = partial.eq("")
    inside = pd.Series(True, index=partial.index)
    if first:
        inside &= _last(partial) >= first
    if last:
        inside &= _first(partial) <= last
    return (held | inside).to_numpy(dtype=bool)


def _first(partial: pd.Series) -> pd.Series:
    """The first day of partial dates."""
    return (partial + "-01-01").str.slice(0, 10)


def _last(partial: pd.Series) -> pd.Series:
    """The last day of partial dates."""
    return partial.map({one: _end(one) for one in partial.unique()}).astype("string")


def _end(partial: str) -> str:
    year, month = partial[:4], partial[5:7] or "12"
    return (
        partial
        if len(partial) != 4 and len(partial) != 7
        else (f"{year}-{month}-{monthrange(int(year), int(month))[1]}")
    )
