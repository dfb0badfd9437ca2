"""Shapes that were fixed in PSAD56, as they were fixed.

Two neighbours fixed in PSAD56 whose WGS 84 polygons came by different ways (the cadastre's
own equivalence, EPSG:1208) lie some 10 m apart in a direction that neither had: up to 1.9 ha
of an adjoining title that do not exist. Laid on each other in PSAD56 the datum cancels out.
"""

import geopandas as gpd
import numpy as np

from geo.analysis.pieces import Answers, Rows, of_pairs
from geo.crs import PSAD56_ZONES, Floats, describe
from geo.datum import Shapes, draw, legal_plane, to_degrees, zone_label
from geo.grid import origin, recovered_psad56
from geo.measure import plane_ha
from geo.terms import GridDatum


def from_psad56(frame: gpd.GeoDataFrame) -> Answers:
    """Whether a row was fixed in PSAD56: its file says so, or its kilometre corners tell."""
    corners = frame["grid_datum"].astype("string").fillna("").eq(GridDatum.PSAD56.value)
    return _declared(frame) | corners.to_numpy(dtype=bool)


def areas_ha(
    rights: gpd.GeoDataFrame, lands: gpd.GeoDataFrame, i: Rows, j: Rows, plane: str
) -> Floats:
    """The plane area that each pair shares in PSAD56, in the UTM zone of `plane`, in hectares.

    On the PSAD56 vertices where the file declares PSAD56, on the recovered whole kilometres
    where the corners tell. NaN unless both rows come from PSAD56.
    """
    out = np.full(len(i), np.nan)
    number = zone_label(plane)[:2]
    if not number.isdigit() or int(number) not in PSAD56_ZONES:
        return out
    common = PSAD56_ZONES[int(number)]
    both = np.flatnonzero(from_psad56(rights)[i] & from_psad56(lands)[j])
    if not len(both):
        return out
    some_i, at_i = np.unique(i[both], return_inverse=True)
    some_j, at_j = np.unique(j[both], return_inverse=True)
    one, other = _as_fixed(rights.iloc[some_i], common), _as_fixed(lands.iloc[some_j], common)
    known = np.array([a is not None for a in one])[at_i]
    known &= np.array([b is not None for b in other])[at_j]
    both, at_i, at_j = both[known], at_i[known], at_j[known]
    shared = of_pairs(one, other, at_i, at_j)
    area = dict(
        zip(
            zip(shared.i.tolist(), shared.j.tolist(), strict=True),
            plane_ha(shared.shapes, common).tolist(),
            strict=True,
        )
    )
    out[both] = [area.get(pair, 0.0) for pair in zip(at_i.tolist(), at_j.tolist(), strict=True)]
    return out


def _declared(frame: gpd.GeoDataFrame) -> Answers:
    planes = frame["plane"].astype("string").fillna("")
    datum = {text: bool(text) and describe(text).datum == "PSAD56" for text in planes.unique()}
    return planes.map(datum).to_numpy(dtype=bool)


def _as_fixed(frame: gpd.GeoDataFrame, common: str) -> Shapes:
    shapes = np.asarray(frame.geometry.array, dtype=object)
    planes = frame["plane"].astype("string").to_numpy(dtype=object)
    out = np.full(len(shapes), None, dtype=object)
    declared = _declared(frame)
    out[declared] = draw(shapes[declared], planes[declared].tolist(), common)
    whole = np.flatnonzero(~declared)
    if not len(whole):
        return out
    utm = np.array([p if describe(p).zone else "" for p in planes[whole]], dtype=object)
    legal = np.where(utm == "", legal_plane(shapes[whole]).fillna("").to_numpy(dtype=object), utm)
    corners = recovered_psad56(shapes[whole], legal.tolist())
    grid = origin(shapes[whole], legal.tolist())["grid_plane"].to_numpy(dtype=object)
    for plane in PSAD56_ZONES.values():
        here = np.array([shape is not None for shape in corners]) & (grid == plane)
        back = to_degrees(corners[here], plane).shapes
        out[whole[here]] = draw(back, plane, common)
    return out
