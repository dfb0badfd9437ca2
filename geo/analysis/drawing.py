"""Shapes of a layer brought to a plane to be laid on each other, and their own areas."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.analysis.pieces import Rows, polygons_only
from geo.crs import Floats
from geo.datum import Shapes, draw
from geo.errors import OverlapFailed
from geo.measure import geodesic_ha

_MOVED_M2 = 1.0


def drawn(
    shapes: Shapes | pd.Series, own: str | Sequence[str] | pd.Series, plane: str, keys: pd.Series
) -> Shapes:
    """Shapes (EPSG:4326, sides straight in `own`) in `plane`, valid there, sides true to 0.1 mm.

    A shape that is valid in its own plane may cross itself by a nanometre in another. It is
    mended; OverlapFailed, naming its key, is raised if that moved as much as 1 m².
    """
    made = draw(np.asarray(shapes, dtype=object), own, plane)
    made = np.asarray(shapely.transform(made, _published), dtype=object)
    broken = np.flatnonzero(~np.asarray(shapely.is_valid(made)))
    if len(broken):
        before = shapely.area(made[broken])
        made[broken] = polygons_only(np.asarray(shapely.make_valid(made[broken]), dtype=object))
        moved = np.abs(shapely.area(made[broken]) - before)
        if (moved >= _MOVED_M2).any():
            raise failed(str(keys.iloc[int(broken[np.argmax(moved)])]))
    return made


def _published(xy: Floats) -> Floats:
    """Whole kilometres are whole again, and what two neighbours share is the same number.

    There and back through degrees costs 5e-9 m; rounding to 1e-7 m takes that away.
    """
    return np.asarray(np.round(xy, 7))


def failed(*keys: str) -> OverlapFailed:
    """What is said of shapes that cannot be laid on each other."""
    return OverlapFailed(
        f"No se puede calcular con {' y '.join(f'«{key}»' for key in keys)}: la figura se cruza "
        "a sí misma; revísela en el archivo original o déjela fuera con una condición."
    )


def own_geodesic_ha(frame: gpd.GeoDataFrame, rows: Rows) -> Floats:
    """The geodesic area of rows of a layer, as it says, or measured where it is silent, in ha."""
    said = frame["area_geodesic_ha"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    silent = np.unique(rows[np.isnan(said[rows])])
    shapes = np.asarray(frame.geometry.array, dtype=object)[silent]
    planes = frame["plane"].to_numpy(dtype=object)[silent]
    if len(silent):
        said = said.copy()
        said[silent] = geodesic_ha(shapes, planes.tolist())
    return np.asarray(said[rows])
