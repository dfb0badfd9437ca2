"""What overlaps what, by how many hectares, and how sure that is. Nothing is judged.

Each right is measured in its legal plane, the WGS 84 UTM zone in which the State prints its
hectares. A territory's sides get a vertex every 100 m in the plane in which they are
straight, and are then brought there (0.1 mm off at most). Plane hectares of the shared area
stand beside geodesic ones, and both shares are geodesic over geodesic.

Limits: the error is one figure for a whole boundary, and shifts it as one; where a source
does not state its error, minimum and maximum are missing, not guessed.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.analysis.drawing import drawn, failed, own_geodesic_ha
from geo.analysis.interval import bounds_m2, joint_error_m, widest_error_m
from geo.analysis.pieces import Answers, Rows, candidates, in_threads, of_pairs
from geo.analysis.psad56 import areas_ha as psad56_areas_ha
from geo.crs import DEGREES, Floats, describe
from geo.datum import METRES_PER_DEGREE, Shapes, legal_plane, to_degrees, zone_label
from geo.errors import OutsideCountry, OverlapFailed, StageBroken
from geo.measure import SQUARE_METRES_PER_HA, geodesic_ha, mean_width_m, plane_ha
from geo.schema.columns import OVERLAPS
from geo.stages import Layer, Overlaps, typed
from geo.terms import Noun, OverlapClass

TOUCHING_M = 0.01
"""Boundaries closer than this touch: cadastres print millimetres, planes agree within 0.1 mm."""

_SEEN_FROM_AFAR_DEGREES = 0.02
"""What a straight side of 500 km bulges in degrees, and more."""

_PIECES_OF_A_CHUNK = 1024

_RANK = {
    OverlapClass.OVERLAP: 0,
    OverlapClass.SLIVER: 0,
    OverlapClass.INDETERMINATE: 0,
    OverlapClass.NEAR: 1,
    OverlapClass.ADJACENT: 2,
}


@dataclass(frozen=True)
class Thresholds:
    """What counts as a pair, and what as a sliver.

    pair_min_m2: shared plane area from which two shapes are a pair. A pair is a sliver when
    its mean width is below `sliver_mean_width_m` or its area below `sliver_area_ha`.
    """

    pair_min_m2: float = 1.0
    sliver_mean_width_m: float = 5.0
    sliver_area_ha: float = 0.01


def overlaps(
    concessions: Layer,
    territories: Layer,
    thresholds: Thresholds = Thresholds(),
    workers: int | None = None,
) -> Overlaps:
    """Every pair of a right and a territory that share an area, may share one, or touch.

    One row a pair, columns of `schema.columns.OVERLAPS`. Exact in double precision, and the
    same whatever the order of the rows. Minimum and maximum: the territory eroded and dilated
    by the joint 95 % error. Raises OutsideCountry for rights in none of the country's zones,
    OverlapFailed for shapes that cannot be intersected, StageBroken for layers in the wrong
    order.
    """
    if (concessions.noun, territories.noun) != (Noun.CONCESSION, Noun.TERRITORY):
        raise StageBroken("hace falta una capa de derechos y una de territorios")
    rights = concessions.frame.reset_index(drop=True)
    lands = territories.frame.reset_index(drop=True)
    planes = measuring_planes(rights)
    found = [
        _in_plane(rights[planes.eq(plane)], lands, plane, thresholds, workers)
        for plane in sorted(planes.unique())
    ]
    return Overlaps(_sorted([part for part in found if len(part)]))


def measuring_planes(rights: gpd.GeoDataFrame) -> pd.Series:
    """The plane in which each right is measured: its own if that is WGS 84 UTM, else its zone's.

    Raises OutsideCountry where a right is in none of them.
    """
    own = rights["plane"].astype("string").fillna("")
    utm = {text: _utm_code(text) for text in own.unique()}
    planes = own.map(utm)
    silent = planes.eq("")
    if silent.any():
        planes = planes.mask(silent, legal_plane(rights.geometry).astype("string").fillna(""))
    outside = rights.loc[planes.eq(""), "key"]
    if len(outside):
        raise OutsideCountry(
            f"{len(outside)} derechos no caen en ninguna zona UTM del país (el primero: "
            f"«{outside.iloc[0]}»): revise el sistema de coordenadas del archivo."
        )
    return planes.astype("str")


def _utm_code(text: str) -> str:
    if not text:
        return ""
    meant = describe(text)
    return meant.code if meant.zone and meant.datum == "WGS84" else ""


def _in_plane(
    rights: gpd.GeoDataFrame,
    lands: gpd.GeoDataFrame,
    plane: str,
    thresholds: Thresholds,
    workers: int | None,
) -> gpd.GeoDataFrame:
    """The pairs of the rights of one plane."""
    reach = max(widest_error_m(rights, lands) * 1.01, TOUCHING_M)
    lands = lands[_within_reach(rights, lands, reach)]
    one = drawn(rights.geometry, rights["plane"], plane, rights["key"])
    other = drawn(lands.geometry, lands["plane"], plane, lands["key"])
    i, j = candidates(one, other, reach)
    e_m = joint_error_m(rights, lands, i, j)
    try:
        shared = of_pairs(one, other, i, j, workers)
        shape, whole = _spread(i, j, len(one), shared.i, shared.j, shared.shapes, shared.whole)
        nominal = np.asarray(shapely.area(shape))
        low, high = bounds_m2(one, other, i, j, e_m, nominal, workers)
    except OverlapFailed as error:
        if error.i < 0:
            raise
        keys = rights["key"].iloc[error.i], lands["key"].iloc[error.j]
        raise failed(*map(str, keys)) from error

    pair = nominal >= thresholds.pair_min_m2
    near = ~pair & (high >= thresholds.pair_min_m2)
    touch = ~pair & ~near
    touch[touch] = shapely.dwithin(one[i[touch]], other[j[touch]], TOUCHING_M)
    kept = pair | near | touch
    i, j, shape, whole, e_m = i[kept], j[kept], shape[kept], whole[kept], e_m[kept]
    nominal, low, high, pair, near = nominal[kept], low[kept], high[kept], pair[kept], near[kept]
    distance = np.where(nominal > 0, 0.0, shapely.distance(one[i], other[j]))
    width = mean_width_m(shape, plane)
    shown = _kept_in_degrees(rights, i, shape, np.where(pair, whole, False), plane)
    shown[~pair] = shapely.Polygon()
    right_geodesic, land_geodesic = own_geodesic_ha(rights, i), own_geodesic_ha(lands, j)
    geodesic = right_geodesic.copy()
    part = np.flatnonzero(~(whole & pair))
    geodesic[part] = _geodesic_ha(shown[part], plane, workers)
    return gpd.GeoDataFrame(
        {
            **_names(rights, i, "concession"),
            **_names(lands, j, "territory"),
            "area_ha": plane_ha(shape, plane),
            "area_geodesic_ha": geodesic,
            "area_min_ha": _missing(low / SQUARE_METRES_PER_HA),
            "area_max_ha": _missing(high / SQUARE_METRES_PER_HA),
            "area_psad56_ha": _missing(psad56_areas_ha(rights, lands, i, j, plane)),
            "share_of_concession": np.minimum(geodesic / right_geodesic, 1.0),
            "share_of_territory": np.minimum(geodesic / land_geodesic, 1.0),
            "error_m": _missing(e_m),
            "distance_m": np.where(distance <= TOUCHING_M, 0.0, distance),
            "mean_width_m": _missing(width),
            "zone": zone_label(plane),
            "plane": plane,
            "overlap_class": _classes(pair, near, low, width, nominal, thresholds),
        },
        geometry=shown,
        crs=DEGREES,
    )


def _within_reach(rights: gpd.GeoDataFrame, lands: gpd.GeoDataFrame, reach: float) -> Answers:
    """Which territories come near any of the rights: the others need not be drawn."""
    near = np.zeros(len(lands), dtype=bool)
    margin = _SEEN_FROM_AFAR_DEGREES + reach / (0.9 * METRES_PER_DEGREE)
    one = np.asarray(rights.geometry.array, dtype=object)
    other = np.asarray(lands.geometry.array, dtype=object)
    near[candidates(one, other, margin)[1]] = True
    return near


def _spread(
    i: Rows, j: Rows, tall: int, found_i: Rows, found_j: Rows, shapes: Shapes, whole: Answers
) -> tuple[Shapes, Answers]:
    """The pieces of found pairs, laid out over all the candidates (sorted by j, then i)."""
    at = np.searchsorted(j * tall + i, found_j * tall + found_i)
    all_shapes = np.full(len(i), shapely.Polygon(), dtype=object)
    all_whole = np.zeros(len(i), dtype=bool)
    all_shapes[at], all_whole[at] = shapes, whole
    return all_shapes, all_whole


def _classes(
    pair: Answers,
    near: Answers,
    low: Floats,
    width: Floats,
    nominal: Floats,
    thresholds: Thresholds,
) -> Shapes:
    thin = (width < thresholds.sliver_mean_width_m) | (
        nominal < thresholds.sliver_area_ha * SQUARE_METRES_PER_HA
    )
    chosen = np.select(
        [pair & (low == 0), pair & thin, pair, near],
        [
            OverlapClass.INDETERMINATE.value,
            OverlapClass.SLIVER.value,
            OverlapClass.OVERLAP.value,
            OverlapClass.NEAR.value,
        ],
        OverlapClass.ADJACENT.value,
    )
    return np.asarray(chosen, dtype=object)


def _kept_in_degrees(
    rights: gpd.GeoDataFrame, i: Rows, shapes: Shapes, whole: Answers, plane: str
) -> Shapes:
    """Pieces with vertices in EPSG:4326; a whole right keeps the very vertices that it has."""
    same = whole & rights["plane"].astype("string").fillna("").eq(plane).to_numpy(dtype=bool)[i]
    out = np.empty(len(shapes), dtype=object)
    out[same] = np.asarray(rights.geometry.array, dtype=object)[i[same]]
    out[~same] = to_degrees(shapes[~same], plane).shapes
    return out


def _geodesic_ha(shapes: Shapes, plane: str, workers: int | None) -> Floats:
    """As `measure.geodesic_ha`, a part at a time: the vertices of every 100 m would fill memory."""
    parts = [slice(at, at + _PIECES_OF_A_CHUNK) for at in range(0, len(shapes), _PIECES_OF_A_CHUNK)]
    done = in_threads(lambda part: geodesic_ha(shapes[part], plane), parts, workers)
    return np.concatenate([np.zeros(0), *done])


def _names(frame: gpd.GeoDataFrame, rows: Rows, side: str) -> dict[str, pd.Series]:
    key = frame["key"].astype("string").iloc[rows].reset_index(drop=True)
    return {
        f"{side}_key": key,
        f"{side}_id": key.str.split(":", n=1).str[-1],
        f"{side}_name": frame["name"].astype("string").iloc[rows].reset_index(drop=True),
    }


def _missing(numbers: Floats) -> pd.Series:
    """A column in which what is not known is missing, not NaN."""
    return pd.Series(numbers).astype("Float64").mask(pd.Series(np.isnan(numbers)))


def _sorted(parts: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    if not parts:
        return typed(gpd.GeoDataFrame({}, geometry=[], crs=DEGREES), OVERLAPS)
    frame = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=DEGREES)
    ranked = frame.assign(rank=frame["overlap_class"].map(_RANK))
    order = ranked.sort_values(["rank", "concession_key", "territory_key"], kind="stable").index
    return typed(frame.loc[order].reset_index(drop=True), OVERLAPS)
