"""What each layer of the tiles holds: frames of a public release with what the map asks of them.

Rows bear their number in the release (`i`), never a text of a source as a key; names are data,
and are drawn as text.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import naming, styles
from geo.release.facets import departments_of
from geo.release.tiles.release import FIRST_ZOOM, LAST_ZOOM
from geo.release.tiles.simplify import for_zoom
from geo.terms import PAIRS
from geo.words import said

OF_A_RIGHT = ("kind", "status", "dep", "fy", "gy")
"""What an overlap repeats of its right, so that one filter holds for both layers."""

_MOST_LETTERS = 120  # of a name on the map; the sheet and the pages have all of it
_THINNEST_DEGREES = 1e-6
SINGLE = 7
"""From this zoom on each territory is a shape of its own."""


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
    frame: gpd.GeoDataFrame, departments: gpd.GeoDataFrame
) -> dict[int, gpd.GeoDataFrame]:
    """The territories for each zoom: i, look, dep, name.

    Before SINGLE they are not told apart: what has the same look in the same department is one
    shape, with look and dep alone, so that the first view of a country is small. EPSG:4326.
    """
    names = [said(name)[:_MOST_LETTERS] for name in frame["name"].fillna("")]
    told = {
        "i": np.arange(len(frame)),
        "look": [styles.of_territory(row) for row in _rows(frame, ("tenure", "called"))],
        "dep": _some(departments_of(frame, departments)),
        "name": _some(pd.Series(names, dtype="string")),
    }
    drawn = _frame(told, frame)
    made = {}
    for zoom in range(LAST_ZOOM, SINGLE - 1, -1):
        drawn = drawn_at(drawn, zoom)
        made[zoom] = drawn
    drawn = _together(drawn)
    for zoom in range(SINGLE - 1, FIRST_ZOOM - 1, -1):
        drawn = drawn_at(drawn, zoom, pixels=1)
        made[zoom] = drawn
    return made


def drawn_at(frame: gpd.GeoDataFrame, zoom: int, pixels: float = 0.5) -> gpd.GeoDataFrame:
    """The frame with its shapes simplified for a zoom; at the last one they stay as they are."""
    if zoom >= LAST_ZOOM:
        return frame
    shapes = for_zoom(np.asarray(frame.geometry.array), zoom, pixels)
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _together(drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One shape for each look in each department."""
    kinds = drawn[["look", "dep"]].fillna("")
    numbers = kinds.groupby(["look", "dep"], sort=True).ngroup().to_numpy()
    first = np.unique(numbers, return_index=True)[1]
    shapes = np.asarray(drawn.geometry.array)
    whole = [shapely.union_all(shapes[numbers == number]) for number in range(len(first))]
    told: dict[str, object] = {
        "look": kinds["look"].iloc[first],
        "dep": _some(kinds["dep"].iloc[first]),
    }
    return _frame(told, gpd.GeoDataFrame(geometry=whole, crs=drawn.crs))


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
    return gpd.GeoDataFrame(columns, geometry=_seen(shapes), crs="EPSG:4326")


def _seen(frame: gpd.GeoDataFrame) -> np.ndarray:
    """The shapes, those thinner than 11 cm made 11 cm wider: of thinner ones no tile is made."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    around = shapely.length(shapes)
    thin = shapely.area(shapes) * 2 < _THINNEST_DEGREES * np.where(around > 0, around, np.inf)
    if thin.any():
        shapes = shapes.copy()
        shapes[thin] = shapely.buffer(shapes[thin], _THINNEST_DEGREES / 2, join_style="mitre")
    return shapes
