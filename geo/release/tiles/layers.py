"""What each layer of the tiles holds: frames of a public release with what the map asks of them.

Of a right and an overlap there is what its look follows from and a number (`order`), by which a
browser finds whatever else a filter asks in the columns of all rights. No text of a source is a
key; names are data, and are drawn as text.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import naming, styles
from geo.release.facets import departments_of
from geo.release.tiles.release import FIRST_SHAPES, FIRST_ZOOM, LAST_ZOOM
from geo.release.tiles.simplify import for_zoom, on_grid
from geo.terms import PAIRS
from geo.words import said

_MOST_LETTERS = 120  # of a name on the map; the sheet and the pages have all of it
_THINNEST_DEGREES = 1e-6
SINGLE = 7
"""From this zoom on each territory is a shape of its own."""


def rights(concessions: gpd.GeoDataFrame, order: np.ndarray) -> gpd.GeoDataFrame:
    """The rights: o, the number in `order.of_rights`; kind, status. EPSG:4326."""
    kind, status = (concessions[name].fillna("") for name in ("kind", "status"))
    words = {
        "kind": kind.map({one: naming.kind({"kind": one}).value for one in kind.unique()}),
        "status": status.map(
            {one: naming.status({"status": one}).value for one in status.unique()}
        ),
    }
    told = {name: column.iloc[order] for name, column in words.items()}
    return _frame({"o": np.arange(len(order)), **told}, concessions.iloc[order])


def overlaps(shapes: gpd.GeoDataFrame, order: np.ndarray) -> gpd.GeoDataFrame:
    """The overlaps that share at least 1 m²: p, the number in `order.of_pairs`, and cls.

    EPSG:4326.
    """
    ordered = shapes.iloc[order]
    shared = ordered["overlap_class"].isin(PAIRS).to_numpy(dtype=bool)
    some = ordered[shared]
    return _frame({"p": np.flatnonzero(shared), "cls": some["overlap_class"]}, some)


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
    made = by_zoom(drawn, SINGLE)
    drawn = _together(made[SINGLE])
    for zoom in range(SINGLE - 1, FIRST_ZOOM - 1, -1):
        drawn = drawn_at(drawn, zoom, pixels=1)
        made[zoom] = drawn
    return made


def by_zoom(drawn: gpd.GeoDataFrame, first: int = FIRST_SHAPES) -> dict[int, gpd.GeoDataFrame]:
    """A layer for each zoom from `first` to the last, simpler from zoom to zoom; most of all where
    the most is seen at once.
    """
    made = {}
    for zoom in range(LAST_ZOOM, first - 1, -1):
        drawn = drawn_at(drawn, zoom, 0.75 if zoom == FIRST_SHAPES else 0.5)
        made[zoom] = drawn
    return made


def drawn_at(frame: gpd.GeoDataFrame, zoom: int, pixels: float = 0.5) -> gpd.GeoDataFrame:
    """The frame with its shapes simplified for a zoom; at the last one they stay as they are."""
    if zoom >= LAST_ZOOM:
        return frame
    return _as(frame, for_zoom(np.asarray(frame.geometry.array), zoom, pixels))


def in_few_bytes(frame: gpd.GeoDataFrame, zoom: int) -> gpd.GeoDataFrame:
    """The frame with its shapes on the grid of a zoom: for tiles that hold very many."""
    return _as(frame, on_grid(np.asarray(frame.geometry.array), zoom))


def _as(frame: gpd.GeoDataFrame, shapes: np.ndarray) -> gpd.GeoDataFrame:
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
