"""In which department a shape lies, by Natural Earth's outlines. Pure: the outlines come in.

Natural Earth (public domain, 1:10,000,000) is coarse: near a border the answer may be the
neighbour's. It tells a wrong zone or a foreign file, and nothing finer.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry


def department_of(shapes: gpd.GeoSeries, departments: gpd.GeoDataFrame) -> pd.Series:
    """The department of a point on each shape (EPSG:4326); missing outside all of them."""
    points = shapely.point_on_surface(np.asarray(shapes.array))
    outlines = np.asarray(departments.geometry.array)
    found = pd.Series(pd.NA, index=shapes.index, dtype="string")
    tree = shapely.STRtree(outlines)
    which, where = tree.query(points, predicate="within")
    names = departments["name"].to_numpy()[where]
    answers = pd.Series(names, index=shapes.index[which], dtype="string")
    found.update(answers[~answers.index.duplicated()])
    return found


def land(departments: gpd.GeoDataFrame) -> BaseGeometry:
    """The country's outline (EPSG:4326)."""
    whole: BaseGeometry = shapely.union_all(np.asarray(departments.geometry.array))
    return whole
