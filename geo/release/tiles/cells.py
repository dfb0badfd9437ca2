"""Rights counted in the squares of a grid, for the zooms at which no single right can be seen.

A square of zoom z is a tile of zoom z + FINER. Each right is counted once, in the square that
holds one point of it (`points`), with all its hectares under territories, also those that lie in
a neighbouring square. So the squares of a zoom always add up to the whole release, and a square
tells how many rights lie about there, not how much of its own ground is covered. A tile also
holds what lies just outside it: a square near its side comes twice, with the same x and y.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.words import _

FIRST_ZOOM, LAST_ZOOM = 4, 7
FINER = 4
"""Sixteen squares along the side of a tile."""

MEANING: Sequence[str] = (
    _(
        "De lejos, el mapa cuenta los derechos en cuadrados. Cada derecho se cuenta una sola vez, "
        "en el cuadrado donde cae un punto interior suyo."
    ),
    _(
        "Las hectáreas de un cuadrado son las que sus derechos tienen bajo territorios, derecho "
        "por derecho: donde dos derechos cubren el mismo lugar, ese lugar cuenta dos veces."
    ),
)
"""What the legend says of the squares: message ids."""

_INSET = 1 / 16  # of a side, left free, so that squares are told apart
_MOST_NORTHERN = 85.0511


def points(shapes: gpd.GeoSeries, zoom: int) -> tuple[np.ndarray, np.ndarray]:
    """Column and row of the tile of `zoom` that holds a point inside each shape (EPSG:4326).

    Numbers of Web Mercator's tiles, from the north-west corner of the world.
    """
    inside = shapely.point_on_surface(np.asarray(shapes.array))
    side = 2**zoom
    latitude = np.clip(shapely.get_y(inside), -_MOST_NORTHERN, _MOST_NORTHERN)
    across = (shapely.get_x(inside) + 180) / 360
    down = 0.5 - np.arcsinh(np.tan(np.radians(latitude))) / (2 * np.pi)
    column, row = np.floor(across * side), np.floor(down * side)
    return (
        np.clip(column, 0, side - 1).astype(np.int64),
        np.clip(row, 0, side - 1).astype(np.int64),
    )


def counted(concessions: gpd.GeoDataFrame, facets: pd.DataFrame) -> dict[int, gpd.GeoDataFrame]:
    """The squares of each zoom that hold a right, from FIRST_ZOOM to LAST_ZOOM.

    facets: a row for each of `concessions`, in their order. Columns: x, y, the square's number
    as a tile of zoom + FINER; n, rights that share at least 1 m² with a territory; all, rights;
    ha, hectares of those under territories, each right's own union, added right by right;
    unknown, rights of n whose hectares this release does not have, missing for none.
    """
    finest = LAST_ZOOM + FINER
    column, row = points(concessions.geometry, finest)
    shared = facets["pairs"].gt(0).to_numpy(dtype=bool)
    rights = pd.DataFrame(
        {
            "x": column,
            "y": row,
            "n": shared.astype("int64"),
            "all": np.ones(len(facets), dtype="int64"),
            "ha": facets["area_ha"].astype("float64").fillna(0.0).to_numpy(),
            "unknown": (shared & facets["area_ha"].isna().to_numpy()).astype("int64"),
        }
    )
    made = {}
    for zoom in range(LAST_ZOOM, FIRST_ZOOM - 1, -1):
        steps = LAST_ZOOM - zoom
        grid = rights.assign(x=rights["x"] // 2**steps, y=rights["y"] // 2**steps)
        summed = grid.groupby(["y", "x"], sort=True).sum().reset_index()
        told = summed.assign(
            ha=summed["ha"].round(4),
            unknown=summed["unknown"].astype("Int64").where(summed["unknown"].gt(0)),
        )
        squares = square(told["x"].to_numpy(), told["y"].to_numpy(), zoom + FINER)
        columns = told[["x", "y", "n", "all", "ha", "unknown"]]
        made[zoom] = gpd.GeoDataFrame(columns, geometry=squares, crs="EPSG:4326")
    return made


def square(column: np.ndarray, row: np.ndarray, zoom: int) -> np.ndarray:
    """Tiles of `zoom` as polygons of EPSG:4326, drawn a little smaller than they are."""
    side = 2**zoom
    west, east = ((column + part) / side * 360 - 180 for part in (_INSET, 1 - _INSET))
    north, south = (
        np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (row + part) / side))))
        for part in (_INSET, 1 - _INSET)
    )
    return np.asarray(shapely.box(west, south, east, north))
