"""The layers of one public release as its archive of tiles."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.release.tiles import cells, layers, order
from geo.release.tiles.release import FIRST_SHAPES, LAST_ZOOM
from geo.release.tiles.write import Zoomed, archive, tighter


def write(
    path: Path,
    concessions: gpd.GeoDataFrame,
    territories: gpd.GeoDataFrame,
    overlaps: gpd.GeoDataFrame,
    facets: pd.DataFrame,
    departments: gpd.GeoDataFrame,
) -> None:
    """Writes `release.DATA` from the frames of a release, rows in the order of its tables.

    Raises FileUnwritable.
    """
    archive(drawn(concessions, territories, overlaps, facets, departments), path)
    tighter(path, FIRST_SHAPES)


def drawn(
    concessions: gpd.GeoDataFrame,
    territories: gpd.GeoDataFrame,
    overlaps: gpd.GeoDataFrame,
    facets: pd.DataFrame,
    departments: gpd.GeoDataFrame,
) -> list[Zoomed]:
    """The layers: `cells` from the first zoom until rights are drawn, `territories` at every zoom,
    `concessions` and `overlaps` from FIRST_SHAPES on, where no feature is missing.
    """
    numbered = order.of_rights(concessions)
    of = pd.Index(concessions["key"]).get_indexer(pd.Index(overlaps["concession_key"]))
    shared = layers.overlaps(overlaps, order.of_pairs(of, numbered))
    rights = layers.rights(concessions, numbered)
    by_layer = {
        "territories": layers.territories(territories, departments),
        # so far away no outline is broken, which is what shows a status
        "concessions": {FIRST_SHAPES: rights.drop(columns="status")},
        "overlaps": layers.by_zoom(shared),
    }
    for frames in by_layer.values():
        # the first of the zooms with shapes shows the most at once
        frames[FIRST_SHAPES] = layers.in_few_bytes(frames[FIRST_SHAPES], FIRST_SHAPES)
    return [
        *_each("cells", cells.counted(concessions, facets)),
        *(one for name, frames in by_layer.items() for one in _each(name, frames)),
        ("concessions", FIRST_SHAPES + 1, LAST_ZOOM, rights),
    ]


def _each(name: str, frames: Mapping[int, gpd.GeoDataFrame]) -> list[Zoomed]:
    return [(name, zoom, zoom, frame) for zoom, frame in frames.items()]
