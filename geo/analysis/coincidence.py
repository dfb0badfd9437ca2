"""COINC: whether an incident fell near an overlap, and while its right was there. Never a cause.

Asked at the desk and nowhere else: a code on a square of 100 ha would locate an incident. It is no
rule of the rule book and no flag of a release. Source: domain notes 3.4, rule 27.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geo.answers import as_text, one_of, type_of_answers, unknown
from geo.crs import Floats
from geo.dates import first_day, last_day
from geo.terms import PAIRS, Status
from geo.words import _

CODE = "COINC"
SENTENCE = _(
    "Coincidencia espacial y temporal; no implica relación causal ni responsabilidad del titular "
    "del derecho."
)
"""What stands beside every answer, whatever it is."""

COLUMNS = (
    "concession_key",
    "territory_key",
    "near_m",
    "far_m",
    "error_m",
    "in_reach",
    "in_time",
    "answer",
)

_WGS84 = Geod(ellps="WGS84")
# the nearest places are chosen in a plane drawn around the incident; 100 km off, its scale is this
# much off, and a distance between them at most this much above the shortest
_PLANE_ERROR = 0.005
_M_PER_DEGREE = 110_000.0
_STANDING = (Status.TITLED.value, Status.APPLICATION.value)


@dataclass(frozen=True, eq=False)
class Happening:
    """One incident. on, until: partial dates, "" where unknown.

    where: a point where the place is known exactly, else the outline of the finest place that is
    known, within which it happened somewhere (EPSG:4326); None where no outline is.
    """

    where: BaseGeometry | None
    on: str
    until: str = ""


@dataclass(frozen=True)
class Reach:
    """How near counts (metres), and how many days before a right's filing or after its end."""

    within_m: float
    days: int


def coincidence(
    happening: Happening,
    overlaps: gpd.GeoDataFrame,
    concessions: pd.DataFrame,
    reach: Reach,
) -> pd.DataFrame:
    """One row for each overlap that may be within reach, columns COLUMNS, nearest first.

    overlaps, concessions: of a release (`schema.columns`). near_m, far_m: between these lies the
    distance from the incident to the shared area, geodesic, widened by the boundaries' error
    where it is known (error_m). Answers are yes, no, unknown: unknown where the place is only
    known as a district that is partly within reach, or where dates do not tell. An overlap that
    is certainly out of reach has no row, except where the place is not known at all.
    """
    shared = overlaps[overlaps["overlap_class"].isin(PAIRS)]
    shared = shared[_maybe_near(happening.where, shared, reach.within_m)].reset_index(drop=True)
    near, far = _distances(happening.where, shared)
    rights = concessions.set_index("key").reindex(shared["concession_key"]).reset_index()
    in_reach = _within(near, far, reach.within_m)
    in_time = _while_it_stood(happening, rights, reach.days)
    made = pd.DataFrame(
        {
            "concession_key": shared["concession_key"],
            "territory_key": shared["territory_key"],
            "near_m": near,
            "far_m": far,
            "error_m": shared["error_m"],
            "in_reach": as_text(in_reach),
            "in_time": as_text(in_time),
            "answer": as_text(in_reach & in_time),
        }
    )
    order = ["near_m", "far_m", "concession_key", "territory_key"]
    return made.sort_values(order, ignore_index=True)


def _maybe_near(where: BaseGeometry | None, shared: gpd.GeoDataFrame, within_m: float) -> Floats:
    """By bounding boxes, generously: False only for what is certainly out of reach."""
    if where is None or shared.empty:
        return np.ones(len(shared), dtype=bool)
    west, south, east, north = where.bounds
    left, below, right, above = shapely.bounds(np.asarray(shared.geometry.array)).T
    most_m = (within_m + shared["error_m"].fillna(0).to_numpy(float)) * 1.05
    up = most_m / _M_PER_DEGREE
    across = up / np.cos(np.radians(np.minimum(np.maximum(abs(south), abs(north)) + up, 89)))
    return (  # type: ignore[no-any-return]
        (left <= east + across)
        & (right >= west - across)
        & (below <= north + up)
        & (above >= south - up)
    )


def _distances(where: BaseGeometry | None, shared: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    """The least and the greatest that the distance to each shared area may be, in metres."""
    if where is None or shared.empty:
        nothing = pd.Series(pd.NA, index=shared.index, dtype="Float64")
        return nothing, nothing.copy()
    shapes = np.asarray(shared.geometry.array)
    squeeze = float(np.cos(np.radians(where.centroid.y)))
    lines = shapely.shortest_line(_squeezed(where, squeeze), _squeezed(shapes, squeeze))
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    ends[:, :, 0] /= squeeze
    least = _apart(ends[:, 0], ends[:, 1])
    if where.geom_type == "Point":
        most = least.copy()
    else:
        # whatever the place within the outline, one place of the shared area is no farther
        corners = shapely.get_coordinates(shapely.convex_hull(where))
        inner = shapely.get_coordinates(shapely.point_on_surface(shapes))
        every = np.repeat(inner, len(corners), axis=0)
        each = _apart(np.tile(corners, (len(inner), 1)), every)
        most = each.reshape(len(inner), len(corners)).max(axis=1) * (1 + _PLANE_ERROR)
    error_m = shared["error_m"].fillna(0).to_numpy(float)
    near = np.maximum(least * (1 - _PLANE_ERROR) - error_m, 0)
    return pd.Series(near, dtype="Float64"), pd.Series(most + error_m, dtype="Float64")


def _squeezed(shapes: Any, squeeze: float) -> Any:
    """Degrees as lengths that are alike in both directions, near one latitude."""
    return shapely.transform(shapes, lambda xy: xy * (squeeze, 1.0))


def _apart(a: Floats, b: Floats) -> Floats:
    _, _, metres = _WGS84.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
    return np.asarray(metres, dtype=float)


def _within(near: pd.Series, far: pd.Series, within_m: float) -> pd.Series:
    answers = unknown(near)
    answers = answers.mask((far <= within_m).fillna(False).astype(bool), True)
    return answers.mask((near > within_m).fillna(False).astype(bool), False)


def _while_it_stood(happening: Happening, rights: pd.DataFrame, days: int) -> pd.Series:
    """Whether it fell between a right's filing and its end, each moved out by some days.

    Without a filing date only the grant is known to lie after it. The date of an accumulation is
    that of its merger: its parts are older. A right that stands and names no end has none.
    """
    if not happening.on:
        return unknown(rights["status"])
    span = pd.Series([happening.on, happening.until or happening.on], dtype="string")
    first, last = int(first_day(span).iloc[0]), int(last_day(span).iloc[1])
    merged = rights["accumulation"].fillna(False).astype(bool)
    filed = rights["filed_on"].mask(merged)
    begun = (
        last_day(filed).fillna(last_day(rights["filed_on"])).fillna(last_day(rights["granted_on"]))
    )
    after = _sure(first >= begun - days, last < first_day(filed) - days)
    ended = rights["extinguished_on"].fillna(rights["expires_on"])
    before = _sure(last <= first_day(ended) + days, first > last_day(ended) + days)
    stands = one_of(rights["status"], _STANDING).fillna(False).astype(bool)
    before = before.mask(stands & ended.isna(), True)
    return after & before


def _sure(yes: pd.Series, no: pd.Series) -> pd.Series:
    answers = pd.Series(pd.NA, index=yes.index, dtype=type_of_answers)
    return answers.mask(yes.fillna(False).astype(bool), True).mask(
        no.fillna(False).astype(bool), False
    )
