"""The layers of one public release as its archive of tiles."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.release.facets import of_pairs
from geo.release.tiles import cells, layers
from geo.release.tiles.release import FIRST_SHAPES, LAST_ZOOM
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

    Layers: `cells` from the first zoom until rights are drawn, `territories` at every zoom,
    `concessions` and `overlaps` from FIRST_SHAPES on, where no feature is missing.
    Raises FileUnwritable.
    """
    pairs = of_pairs(concessions, territories, overlaps, flags)
    shared = layers.overlaps(overlaps, pairs, facets)
    made: list[Zoomed] = [
        *_each("cells", cells.counted(concessions, facets)),
        *_each("territories", layers.territories(territories, departments)),
        ("concessions", FIRST_SHAPES, LAST_ZOOM, layers.rights(concessions, facets)),
        # the first of these zooms shows the most at once
        ("overlaps", FIRST_SHAPES, FIRST_SHAPES, layers.drawn_at(shared, FIRST_SHAPES)),
        ("overlaps", FIRST_SHAPES + 1, LAST_ZOOM, shared),
    ]
    archive(made, path)


def _each(name: str, frames: Mapping[int, gpd.GeoDataFrame]) -> list[Zoomed]:
    return [(name, zoom, zoom, frame) for zoom, frame in frames.items()]
