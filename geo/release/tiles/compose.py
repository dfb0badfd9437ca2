"""The layers of one public release as its archive of tiles."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.release.facets import of_pairs
from geo.release.tiles import cells, layers
from geo.release.tiles.release import FIRST_SHAPES, FIRST_ZOOM, LAST_ZOOM
from geo.release.tiles.write import Zoomed, archive


def write(
    path: Path,
    concessions: gpd.GeoDataFrame,
    territories: gpd.GeoDataFrame,
    overlaps: gpd.GeoDataFrame,
    flags: pd.DataFrame,
    facets: pd.DataFrame,
    departments: gpd.GeoDataFrame,
) -> None:
    """Writes `release.DATA` from the frames of a release, rows in the order of its tables.

    Layers: `cells` from FIRST_ZOOM until rights are drawn, `territories` at every zoom,
    `concessions` and `overlaps` from FIRST_SHAPES on, where no feature is missing.
    Raises FileUnwritable.
    """
    pairs = of_pairs(concessions, territories, overlaps, flags)
    lands = layers.territories(territories, departments, range(FIRST_ZOOM, LAST_ZOOM + 1))
    squares = cells.counted(concessions, facets)
    made: list[Zoomed] = [
        *(("cells", zoom, zoom, frame) for zoom, frame in squares.items()),
        *(("territories", zoom, zoom, frame) for zoom, frame in lands.items()),
        ("concessions", FIRST_SHAPES, LAST_ZOOM, layers.rights(concessions, facets)),
        ("overlaps", FIRST_SHAPES, LAST_ZOOM, layers.overlaps(overlaps, pairs, facets)),
    ]
    archive(made, path)
