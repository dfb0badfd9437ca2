"""How large each shape is, in its plane and on the ellipsoid, and the datum of its corners."""

import numpy as np
import pandas as pd

from geo.datum import densify
from geo.grid import origin
from geo.measure import geodesic_ha
from geo.normalise.setting import Rows, Setting, gathered
from geo.normalise.shapes import legal_planes, measured_in
from geo.terms import GridDatum, Kind, Noun

_EVERY_M = 1000.0


def measured(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """`area_plane_ha` in the WGS 84 UTM plane of the row's zone, missing outside 17S–19S;
    `area_geodesic_ha` on the ellipsoid, sides kept straight in their own plane (to 1e-5 of
    the area for sides of 20 km); `grid_datum` of mining rights."""
    shapes = np.asarray(rows.geometry.array)
    legal = legal_planes(rows)
    plane = pd.Series(measured_in(shapes, rows["plane"], legal), index=rows.index)
    dense = densify(shapes, rows["plane"].astype(object), _EVERY_M) if len(rows) else shapes
    made = rows.assign(
        area_plane_ha=plane.astype("Float64").mask(legal.isna()),
        area_geodesic_ha=pd.Series(geodesic_ha(dense), index=rows.index, dtype="Float64"),
        grid_datum=GridDatum.UNKNOWN.value,
    )
    if setting.source.noun is not Noun.CONCESSION:
        return made, gathered()
    mining = made["kind"].eq(Kind.MINING.value).fillna(False) & legal.notna()
    mining = mining.astype(bool)
    if mining.any():
        grid = origin(rows.geometry[mining], legal[mining].astype("str"))["grid_datum"]
        found = pd.Series(GridDatum.UNKNOWN.value, index=rows.index, dtype="string")
        made = made.assign(grid_datum=found.mask(mining, grid.reindex(rows.index)))
    return made, gathered()
