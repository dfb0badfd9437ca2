"""The order in which rights and overlaps are numbered for the map: neighbours after one another.

A tile then bears numbers that follow one another, and a column of all rights what changes little
from one to the next: both are half as large. The numbers are made again wherever they are asked
for, so nothing is used that another library or machine would round otherwise.
"""

import geopandas as gpd
import numpy as np

_STEPS = 2.0**16
"""Of the way around the world: some 600 m."""


def of_rights(concessions: gpd.GeoDataFrame) -> np.ndarray:
    """The rows of the rights in the order of the map: along a curve (Morton's) through the middle
    of each one's box, in degrees; those of one place as the release has them.
    """
    west, south, east, north = np.nan_to_num(concessions.geometry.bounds.to_numpy().T)
    across = np.floor((west + east + 360) / 720 * _STEPS).astype(np.int64)
    down = np.floor((360 - south - north) / 720 * _STEPS).astype(np.int64)
    return np.argsort(_spread(across) | _spread(down) << 1, kind="stable")


def of_pairs(right: np.ndarray, rights: np.ndarray) -> np.ndarray:
    """The rows of the overlaps in the order of the map: by their rights, then as the release has
    them. right: the row of each one's right. rights: `of_rights`.
    """
    return np.argsort(places(rights)[right], kind="stable")


def places(order: np.ndarray) -> np.ndarray:
    """The number that each row has in an order of rows."""
    made = np.empty(len(order), dtype=np.int64)
    made[order] = np.arange(len(order))
    return made


def _spread(numbers: np.ndarray) -> np.ndarray:
    """Each number's sixteen bits, with a free one before each."""
    for step, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        numbers = (numbers | numbers << step) & mask
    return numbers
