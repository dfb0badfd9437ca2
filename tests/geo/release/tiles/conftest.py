"""A release's frames in code: rights, territories and overlaps of any shapes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from gzip import decompress
from pathlib import Path
from typing import Any

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pandas as pd
import pytest
import shapely
from pmtiles.reader import MemorySource, all_tiles
from shapely.geometry.base import BaseGeometry

from geo.release.facets import RIGHTS
from geo.release.tiles import compose
from geo.release.tiles.write import Zoomed

Tiles = dict[tuple[int, int, int], dict[str, list[dict[str, Any]]]]


@dataclass(frozen=True)
class Frames:
    """What a release is made of, as far as its tiles ask."""

    concessions: gpd.GeoDataFrame
    facets: pd.DataFrame
    territories: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame

    def layers(self) -> list[Zoomed]:
        """The layers, as a release writes them."""
        cusco = shapely.box(-75, -15, -70, -10)
        outlines = gpd.GeoDataFrame({"name": ["Cusco"]}, geometry=[cusco], crs="EPSG:4326")
        return compose.drawn(
            self.concessions, self.territories, self.overlaps, self.facets, outlines
        )


@pytest.fixture(scope="session")
def frames() -> Callable[..., Frames]:
    """Frames of rights, each with one overlap of its own shape where `pairs` says so."""

    def make(
        shapes: Sequence[BaseGeometry],
        pairs: Sequence[int] | None = None,
        area_ha: Sequence[float | None] | None = None,
        names: Sequence[str | None] = ("Tierra",),
    ) -> Frames:
        count = len(shapes)
        of = list(pairs) if pairs is not None else [1] * count
        area = list(area_ha) if area_ha is not None else [10.0 if n else None for n in of]
        facets = pd.DataFrame(
            {
                "key": [f"s:{number}" for number in range(count)],
                "kind": "mining",
                "status": "titled",
                "departments": "Cusco;Puno",
                "district": None,
                "holder_kind": None,
                "filed_year": 2001,
                "granted_year": None,
                "priority": 3,
                "yes": "MIN-TRAM",
                "classes": "overlap",
                "pairs": of,
                "area_ha": area,
            }
        ).astype(RIGHTS)
        shared = np.flatnonzero(of)
        keys = [f"s:{number}" for number in range(count)]
        rights = pd.DataFrame({"key": keys, "kind": "mining", "status": "titled"})
        told = pd.DataFrame({"concession_key": [keys[one] for one in shared]})
        array = np.array(shapes, dtype=object)
        land = shapely.box(-74, -13, -73, -12)
        texts = {
            "name": list(names),
            "tenure": ["titled"] * len(names),
            "called": [None] * len(names),
            "department": ["Cusco"] * len(names),
        }
        return Frames(
            gpd.GeoDataFrame(rights, geometry=array, crs="EPSG:4326"),
            facets,
            gpd.GeoDataFrame(texts, geometry=[land] * len(names), crs="EPSG:4326").astype(
                dict.fromkeys(texts, "string")
            ),
            gpd.GeoDataFrame(
                told.assign(overlap_class="overlap"), geometry=array[shared], crs="EPSG:4326"
            ),
        )

    return make


@pytest.fixture(scope="session")
def decoded() -> Callable[[Path], Tiles]:
    """Every tile of an archive, read by the reference reader: layer -> features."""

    def read(path: Path) -> Tiles:
        return {
            place: {
                name: layer["features"]
                for name, layer in mapbox_vector_tile.decode(decompress(tile)).items()
            }
            for place, tile in all_tiles(MemorySource(path.read_bytes()))
        }

    return read
