"""In which department a shape lies, by Natural Earth's outlines. Pure: the outlines come in.

Natural Earth (public domain, 1:10,000,000) is coarse: near a border the answer may be the
neighbour's. It tells a wrong zone or a foreign file, and nothing finer.
"""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.answers import folded


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


def elsewhere(
    shapes: gpd.GeoSeries,
    declared: pd.Series,
    departments: gpd.GeoDataFrame,
    tolerance_degrees: float = 0.15,
) -> pd.Series:
    """Whether a shape lies clearly outside every department that its own row declares.

    declared: names, several joined by «/», «,», «;» or « - »; accents and case do not count. A
    name that is no department, or none, answers no. tolerance_degrees: some 16 km, for outlines
    at 1:10,000,000; a wrong zone lands 650 km away, so it does not hide in it.
    """
    points = shapely.point_on_surface(np.asarray(shapes.array))
    theirs = departments["name"].astype("string").map(folded)
    outlines = np.asarray(departments.geometry.array)
    text = declared.astype("string").fillna("")
    answer = pd.Series(False, index=shapes.index)
    for said in text.unique():
        names = {folded(part) for part in re.split(r"[/,;]| - ", said)} - {""}
        if not names or not names <= set(theirs):
            continue
        wanted = outlines[theirs.isin(names).to_numpy()]
        rows = text.eq(said).to_numpy(dtype=bool)
        apart = shapely.distance(points[rows], shapely.union_all(wanted))
        answer.loc[rows] = apart > tolerance_degrees
    return answer
