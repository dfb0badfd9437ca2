"""An edition with only what is on and around some territories: what a folder for a stick holds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.release.basemap import of_data
from geo.release.export import geojson
from webmap.public.edition import Edition
from webmap.public.small import GROUND

MARGIN_DEGREES = 0.02
"""Some 2 km: what lies that near counts as around."""

GROUND_DEGREES = 1.0
"""How far around the lines of the ground go, some 110 km."""

_LINES = ("land", "lakes", "rivers", "departments", "borders")


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What is left of an edition. lands: the territories that were asked for. rights: the keys
    of the rights that overlap, touch or come near one of them. pairs: both keys of every overlap
    of those rights.
    """

    lands: tuple[str, ...]
    rights: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    frames: dict[str, Any]

    def put(self, edition: Edition) -> None:
        """Makes another edition of the same release know only these rows. Whole counts stay: how
        many rights a neighbour has is not only those that are shown of it.
        """
        for name, frame in self.frames.items():
            edition.prepared["edition", name] = frame

    def ground(self, edition: Edition, data: Path) -> None:
        """Gives the edition the lines to find one's way by."""
        box = _around(edition.territories.loc[[*self.lands]], GROUND_DEGREES)
        made: dict[str, Any] = {}
        for name, frame in of_data(data).items():
            if name in _LINES:
                shapes = shapely.intersection(np.asarray(frame.geometry.array), box)
                there = shapes[~shapely.is_empty(shapes)]
                made[name] = _collection(there)
        edition.prepared[GROUND] = made


def around(whole: Edition, lands: Sequence[str], simplified_degrees: float = 0.0) -> Surroundings:
    """What is on and around these territories of an edition.

    The rights that overlap, touch or come near one of them, those within MARGIN_DEGREES of their
    box, all that these rights overlap, and the territories around. simplified_degrees: by how
    much the outlines of the other territories may differ from their own; 0 leaves them.
    """
    overlaps, rights, territories = whole.overlaps, whole.concessions, whole.territories
    box = _around(territories.loc[[*lands]], MARGIN_DEGREES)
    touching = set(overlaps.loc[overlaps["territory_key"].isin(lands), "concession_key"])
    near = shapely.intersects(np.asarray(rights.geometry.array), box)
    kept = (rights["key"].isin(touching) | near).to_numpy(dtype=bool)
    keys = frozenset(rights["key"][kept])
    pairs = overlaps.loc[overlaps["concession_key"].isin(keys)].reset_index(drop=True)
    there = shapely.intersects(np.asarray(territories.geometry.array), box)
    of_pairs = territories["key"].isin(set(pairs["territory_key"]))
    neighbours = _neighbours(whole.between, lands)
    shown = (of_pairs | there | territories["key"].isin([*lands, *neighbours])).to_numpy(dtype=bool)
    drawn = territories.loc[shown]
    if simplified_degrees:
        own = drawn["key"].isin(lands).to_numpy(dtype=bool)
        shapes = np.asarray(drawn.geometry.array, dtype=object)
        simple = shapely.simplify(shapes, simplified_degrees, preserve_topology=True)
        drawn = drawn.set_geometry(gpd.GeoSeries(np.where(own, shapes, simple), drawn.index))
    flags = whole.flags
    return Surroundings(
        tuple(lands),
        frozenset(touching),
        frozenset(
            (right, land)
            for right, land in zip(pairs["concession_key"], pairs["territory_key"], strict=True)
            if right in touching
        ),
        {
            "concessions": rights.loc[kept],
            "territories": drawn,
            "overlaps": pairs,
            "flags": flags.loc[flags["concession_key"].isin(keys)].reset_index(drop=True),
            "facets": whole.facets.loc[kept].reset_index(drop=True),
            "pair_counts": whole.pair_counts,
        },
    )


def _around(frame: gpd.GeoDataFrame, margin: float) -> Any:
    west, south, east, north = frame.total_bounds
    return shapely.box(west - margin, south - margin, east + margin, north + margin)


def _neighbours(between: pd.DataFrame, lands: Sequence[str]) -> set[str]:
    if "territory_key" not in between or "other_key" not in between:
        return set()
    mine, theirs = between["territory_key"], between["other_key"]
    return set(theirs[mine.isin(lands)]) | set(mine[theirs.isin(lands)])


def _collection(shapes: np.ndarray) -> Any:
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))
    return json.loads(geojson(frame, "ground"))
