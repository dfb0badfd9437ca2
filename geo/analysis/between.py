"""Where the polygons of two communities lie on each other.

Often an error of georeferencing, on one side or on both. Only shapes that rest on a document
are compared, and never two parts of one territory.
"""

import numpy as np
import pandas as pd
import shapely

from geo.analysis.drawing import drawn
from geo.analysis.pieces import candidates, of_pairs
from geo.datum import legal_plane, to_degrees, zone_label
from geo.measure import geodesic_ha, mean_width_m, plane_ha
from geo.stages import Layer
from geo.terms import Tenure

TITLED = (Tenure.TITLED.value, Tenure.USE_CESSION.value)
"""The tenures whose boundary a title draws: the titled land, and the forest ceded with it."""

COLUMNS = {
    "territory_key": "string",
    "territory_name": "string",
    "other_key": "string",
    "other_name": "string",
    "area_ha": "Float64",
    "area_geodesic_ha": "Float64",
    "mean_width_m": "Float64",
    "zone": "string",
    "plane": "string",
}


def between(territories: Layer, pair_min_m2: float = 1.0) -> pd.DataFrame:
    """Pairs of titled territories of different communities that share at least `pair_min_m2`.

    Columns `COLUMNS`, territory_key < other_key, sorted by both. Measured in the UTM zone of
    the first. Rows without a group are a community each. A territory that stands in the
    register twice shares all of its area with itself, and so shows here too.
    """
    frame = territories.frame
    frame = frame[frame["tenure"].isin(TITLED)].sort_values("key").reset_index(drop=True)
    planes = legal_plane(frame.geometry).astype("string").fillna("")
    parts = []
    for plane in sorted(planes[planes.ne("")].unique()):
        here = np.flatnonzero(planes.eq(plane))
        near = np.asarray(frame.geometry.array, dtype=object)
        first, second = candidates(near[here], near, _AFAR_DEGREES)
        first = here[first]
        group = frame["group"].astype("string").fillna("").to_numpy(dtype=object)
        kept = (first < second) & ((group[first] != group[second]) | (group[first] == ""))
        first, second = first[kept], second[kept]
        some = np.union1d(first, second)
        used = frame.iloc[some]
        shapes = drawn(used.geometry, used["plane"], plane, used["key"])
        found = of_pairs(
            shapes, shapes, np.searchsorted(some, first), np.searchsorted(some, second)
        )
        large = np.asarray(shapely.area(found.shapes)) >= pair_min_m2
        one, other, pieces = some[found.i[large]], some[found.j[large]], found.shapes[large]
        parts.append(
            pd.DataFrame(
                {
                    "territory_key": frame["key"].to_numpy(dtype=object)[one],
                    "territory_name": frame["name"].to_numpy(dtype=object)[one],
                    "other_key": frame["key"].to_numpy(dtype=object)[other],
                    "other_name": frame["name"].to_numpy(dtype=object)[other],
                    "area_ha": plane_ha(pieces, plane),
                    "area_geodesic_ha": geodesic_ha(to_degrees(pieces, plane).shapes, plane),
                    "mean_width_m": mean_width_m(pieces, plane),
                    "zone": zone_label(plane),
                    "plane": plane,
                }
            )
        )
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in COLUMNS.items()})
    table = pd.concat([empty, *(part.astype(COLUMNS) for part in parts if len(part))])
    return table.sort_values(["territory_key", "other_key"]).reset_index(drop=True)


_AFAR_DEGREES = 0.02
