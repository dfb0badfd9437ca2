"""What each layer of the tiles holds: frames of a public release with what the map asks of them.

Rows bear their number in the release (`i`), never a text of a source as a key; names are data,
and are drawn as text.
"""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import naming, styles
from geo.release.facets import departments_of
from geo.release.tiles.simplify import for_zoom
from geo.terms import PAIRS
from geo.words import said

OF_A_RIGHT = ("kind", "status", "dep", "fy", "gy")
"""What an overlap repeats of its right, so that one filter holds for both layers."""

_MOST_LETTERS = 120  # of a name on the map; the sheet and the pages have all of it
_NAMES_FROM = 7


def rights(concessions: gpd.GeoDataFrame, facets: pd.DataFrame) -> gpd.GeoDataFrame:
    """The rights: i, kind, status, dep, fy, gy, pr, yes, cls, n. EPSG:4326."""
    told = {
        "i": np.arange(len(facets)),
        **_of_right(facets),
        "pr": facets["priority"],
        "yes": _some(facets["yes"]),
        "cls": _some(facets["classes"]),
        "n": facets["pairs"],
    }
    return _frame(told, concessions)


def overlaps(
    shapes: gpd.GeoDataFrame, pairs: pd.DataFrame, facets: pd.DataFrame
) -> gpd.GeoDataFrame:
    """The overlaps that share at least 1 m²: i, r, t, cls, pr, yes, and OF_A_RIGHT of the right.

    pairs: `facets.of_pairs`, in the order of `shapes`; i is the row there. EPSG:4326.
    """
    shared = pairs["overlap_class"].isin(PAIRS).to_numpy(dtype=bool)
    some = pairs[shared]
    of = facets.iloc[some["right"].to_numpy(dtype="int64")]
    told = {
        "i": np.flatnonzero(shared),
        "r": some["right"],
        "t": some["territory"],
        "cls": some["overlap_class"],
        "pr": some["priority"],
        "yes": _some(some["yes"]),
        **_of_right(of),
    }
    return _frame(told, shapes[shared])


def territories(
    frame: gpd.GeoDataFrame, departments: gpd.GeoDataFrame, zooms: Iterable[int]
) -> dict[int, gpd.GeoDataFrame]:
    """The territories for each zoom: i, look, dep, and name from the zoom where names are read.

    Each outline is simplified by half a pixel of its zoom, by itself and without crossing
    itself, so neighbours may part by that much. EPSG:4326.
    """
    told = {
        "i": np.arange(len(frame)),
        "look": [styles.of_territory(row) for row in _rows(frame, ("tenure", "called"))],
        "dep": _some(departments_of(frame, departments)),
    }
    whole = _frame(told, frame)
    names = [said(name)[:_MOST_LETTERS] for name in frame["name"].fillna("")]
    named = _some(pd.Series(names, index=whole.index, dtype="string"))
    shapes = np.asarray(whole.geometry.array)
    made = {}
    for zoom in sorted(zooms, reverse=True):
        shapes = for_zoom(shapes, zoom)
        drawn = whole.set_geometry(gpd.GeoSeries(shapes, crs=whole.crs))
        made[zoom] = drawn.assign(name=named) if zoom >= _NAMES_FROM else drawn
    return made


def _of_right(facets: pd.DataFrame) -> dict[str, object]:
    kind, status = (facets[name].fillna("") for name in ("kind", "status"))
    return {
        "kind": kind.map({word: naming.kind({"kind": word}).value for word in kind.unique()}),
        "status": status.map(
            {word: naming.status({"status": word}).value for word in status.unique()}
        ),
        "dep": _some(facets["departments"]),
        "fy": facets["filed_year"],
        "gy": facets["granted_year"],
    }


def _some(words: pd.Series) -> pd.Series:
    """An empty text is left out of a tile."""
    return words.replace("", pd.NA)


def _rows(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[naming.Row]:
    return [
        dict(zip(columns, row, strict=True))
        for row in zip(*(frame[name].fillna("") for name in columns), strict=True)
    ]


def _frame(told: dict[str, object], shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    columns = {
        name: np.asarray(column) if not isinstance(column, pd.Series) else column.array
        for name, column in told.items()
    }
    return gpd.GeoDataFrame(columns, geometry=np.asarray(shapes.geometry.array), crs="EPSG:4326")
