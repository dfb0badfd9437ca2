"""The datum detective: in which CRS are the corners of a cadastre whole kilometres?

Peru's mining grid has its corners on whole kilometres of UTM: of PSAD56 until Ley 30428
(April 2016), of WGS 84 since. Corners that fall on whole kilometres of a CRS are therefore
strong evidence that they were fixed in it. The numbers alone do not say everything: metres
that are whole kilometres are so in every zone and in both datums. What tells them apart is
(a) where they would lie, (b) rights that are kilometres of the *other* datum once it is
undone, and (c) the year of filing. Where nothing tells, nothing is suggested.

Only rights on the grid can be told: older claims with bearings and distances cannot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import DEGREES, PSAD56_ZONES, WGS84_ZONES, Floats, describe, route
from geo.datum import Shapes, from_degrees

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Way = Callable[[Floats, Floats], tuple[Floats, Floats]]

KILOMETRE_M = 1000.0
WHOLE_M = 0.01
"""Metres as read: a corner is whole within a centimetre."""
WHOLE_FROM_DEGREES_M = 0.1
"""Degrees written with six decimals: a corner is whole within a decimetre."""
NEAR_M = 20.0
"""Behind another datum: within the accuracy of EPSG:1208 and the cadastre's own operation."""
PSAD56_DEGREES = "EPSG:4248"

_FEWEST = 3
_MARGIN = 0.05
_LEAST_SHARE = 0.2
_ZONE_MARGIN_DEG = 1.0
_BOUNDS = (-84.5, -21.0, -66.5, 0.5)  # Peru with its sea: rights reach west of the land
_LAST_YEAR_PSAD56, _FIRST_YEAR_WGS84 = 2015, 2017


class Numbers(StrEnum):
    """What coordinates look like by their size alone."""

    METRES = "metres"
    DEGREES = "degrees"
    NEITHER = "neither"


@dataclass(frozen=True)
class Candidate:
    """How well the rows fit when their numbers are read as `crs`.

    `rows` all rows with a shape; `inside` those that then lie in the country; `whole` those
    inside whose every vertex is a whole kilometre of `grid` (a plane of the CRS's own
    datum) and whose year allows it; `behind` those inside whose every vertex is within
    20 m of whole kilometres of `behind_grid`, the plane of the other datum, once EPSG:1208
    is undone (or done). Residuals are of `behind`, in metres: where the corner lies, minus
    the whole kilometre; mean and standard deviation over rows, NaN where there are none.
    `grid` and `behind_grid` name the plane of most rows, "" where there is none.
    """

    crs: str
    rows: int
    inside: int
    whole: int
    behind: int
    grid: str
    behind_grid: str
    residual_e_m: float
    residual_n_m: float
    spread_e_m: float
    spread_n_m: float

    @property
    def explained(self) -> int:
        return self.whole + self.behind

    @property
    def share(self) -> float:
        """The explained rows over all rows, 0 to 1."""
        return self.explained / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class GridFinding:
    """What the corners say.

    `suggested` is the one CRS that explains clearly more rows than any other, else None;
    `possible` are those that nothing tells apart at the top (the suggested one alone, or
    several, or none). `agrees` compares with what was declared: True where the declared CRS
    is possible, False where it is not or where degrees were declared for metres, None where
    nothing was declared or the corners say nothing. `swapped`: northings come first.
    """

    numbers: Numbers
    swapped: bool
    candidates: tuple[Candidate, ...]
    suggested: str | None
    possible: tuple[str, ...]
    agrees: bool | None


def detect(
    shapes: Shapes,
    declared: str | None = None,
    land: BaseGeometry | None = None,
    filed_year: Sequence[float] | pd.Series | None = None,
) -> GridFinding:
    """Which CRS makes the corners of `shapes`, coordinates as read, whole kilometres.

    `declared`: what the file says, if it does. `land`: the country's outline in EPSG:4326;
    without it a box around Peru and its sea stands in. `filed_year`: a year a row, missing
    where unknown; a whole kilometre of a right filed before 2016 speaks for PSAD56, of one
    filed after 2016 for WGS 84 (2016 itself had both).

    Raises CrsUnreadable when `declared` is no CRS.
    """
    corners = _Corners.of(shapes)
    numbers, swapped = _look(corners.xy)
    if swapped:
        corners = _Corners(corners.xy[:, ::-1].copy(), corners.row, corners.rows)
    year = None
    if filed_year is not None:
        year = pd.to_numeric(pd.Series(list(filed_year)), errors="coerce").to_numpy(float)
    if land is not None:
        shapely.prepare(land)
    found = [
        _candidate(corners, crs, grids, _allowed(year, corners.rows, crs), land)
        for crs, grids in _readings(numbers)
    ]
    found.sort(key=lambda one: (-one.explained, -one.inside))
    possible = _possible(found)
    return GridFinding(
        numbers=numbers,
        swapped=swapped,
        candidates=tuple(found),
        suggested=possible[0] if len(possible) == 1 else None,
        possible=possible,
        agrees=_agrees(declared, numbers, possible),
    )


def origin(shapes: Shapes | pd.Series, plane: str | Sequence[str] | pd.Series) -> pd.DataFrame:
    """In which datum the corners of each right were fixed.

    `shapes` in EPSG:4326, `plane` the legal plane of each row (or one for all). A row is
    `wgs84` when every vertex is a whole kilometre of WGS 84 within 0.1 m, else `psad56` when
    every vertex is within 20 m of a whole kilometre of PSAD56 UTM of the same zone once
    EPSG:1208 is undone, else `unknown` (off the grid, no shape, or a plane without a zone:
    it says nothing about the datum). A square of chance passes for psad56 three times in a
    million.

    Columns: `grid_datum`; `grid_plane`, the plane of those kilometres, missing where unknown;
    `residual_e_m`, `residual_n_m`, where the corners lie minus the whole kilometre, mean over
    the vertices (m); `residual_spread_m`, the largest distance of a vertex from that mean.
    The index is that of `shapes` where it is a Series.
    """
    index = shapes.index if isinstance(shapes, pd.Series) else None
    corners = _Corners.of(np.asarray(shapes, dtype=object))
    zone = _zones(plane, corners.rows)
    datum = np.full(corners.rows, "unknown", dtype=object)
    grid = np.full(corners.rows, None, dtype=object)
    residual = np.full((corners.rows, 3), np.nan)
    for number in np.unique(zone[zone > 0]):
        whole = corners.on_grid(
            zone == number, route(WGS84_ZONES[number]).back, WHOLE_FROM_DEGREES_M
        )
        rest = (zone == number) & ~whole.rows
        behind = corners.on_grid(rest, route(PSAD56_ZONES[number]).back, NEAR_M)
        for name, planes, fit in (("wgs84", WGS84_ZONES, whole), ("psad56", PSAD56_ZONES, behind)):
            datum[fit.rows] = name
            grid[fit.rows] = planes[number]
            residual[fit.rows] = fit.residual[fit.rows]
    return pd.DataFrame(
        {
            "grid_datum": pd.Series(datum, index=index, dtype="str"),
            "grid_plane": pd.Series(grid, index=index, dtype="str"),
            "residual_e_m": pd.Series(residual[:, 0], index=index),
            "residual_n_m": pd.Series(residual[:, 1], index=index),
            "residual_spread_m": pd.Series(residual[:, 2], index=index),
        }
    )


def recovered_psad56(shapes: Shapes | pd.Series, plane: str | Sequence[str] | pd.Series) -> Shapes:
    """The corners as they were fixed: PSAD56 UTM of the row's zone, on whole kilometres.

    For rows that `origin` calls psad56, with vertices in the CRS that it gives as
    `grid_plane`; the cadastre's own operation, which nobody publishes, is undone together
    with EPSG:1208. A corner that was off its kilometre by less than 20 m is snapped too:
    `residual_spread_m` says by how much the corners of a row disagree (2 m at most in the
    cadastre of zone 17S). None for every other row.
    """
    found = origin(shapes, plane)
    flat = np.asarray(shapes, dtype=object)
    out = np.full(len(flat), None, dtype=object)
    for grid in PSAD56_ZONES.values():
        here = found["grid_plane"].isin([grid]).to_numpy()
        undone = from_degrees(flat[here], grid)
        out[here] = shapely.transform(undone, _snapped)
    return out


def _snapped(xy: Floats) -> Floats:
    return np.asarray(np.round(xy / KILOMETRE_M) * KILOMETRE_M)


@dataclass(frozen=True, eq=False)
class _Fit:
    """Rows whose every vertex is whole, and per row the residual: mean E, mean N, spread."""

    rows: Bools
    residual: Floats


@dataclass(frozen=True, eq=False)
class _Corners:
    """The vertices of all rows in one table: `row` says whose each is, in order."""

    xy: Floats
    row: Rows
    rows: int

    @classmethod
    def of(cls, shapes: Shapes) -> "_Corners":
        flat = np.asarray(shapes, dtype=object)
        xy, row = shapely.get_coordinates(flat, return_index=True)
        return cls(xy, row, len(flat))

    def firsts(self) -> Rows:
        """The place of the first vertex of each row that has one."""
        return np.flatnonzero(np.diff(self.row, prepend=-1) > 0)

    def on_grid(self, wanted: Bools, way: Way | None, within_m: float) -> _Fit:
        """The wanted rows of which `way` puts every vertex on a whole kilometre.

        The first vertex is tried alone: an outline of a thousand vertices that is not on the
        grid costs one.
        """
        good = np.zeros(self.rows, dtype=bool)
        residual = np.full((self.rows, 3), np.nan)
        first = self.firsts()
        first = first[wanted[self.row[first]]]
        off = _off_grid(self.xy[first], way)
        good[self.row[first[(np.abs(off) <= within_m).all(axis=1)]]] = True

        chosen = good[self.row]
        row, off = self.row[chosen], _off_grid(self.xy[chosen], way)
        good[row[~(np.abs(off) <= within_m).all(axis=1)]] = False

        kept = good[row]
        row, off = row[kept], off[kept]
        count = np.maximum(np.bincount(row, minlength=self.rows), 1)
        mean = (
            np.column_stack(
                [np.bincount(row, weights=off[:, axis], minlength=self.rows) for axis in (0, 1)]
            )
            / count[:, None]
        )
        spread = np.zeros(self.rows)
        np.maximum.at(spread, row, np.hypot(*(off - mean[row]).T))
        residual[good] = np.column_stack([mean, spread])[good]
        return _Fit(good, residual)


def _off_grid(xy: Floats, way: Way | None) -> Floats:
    """How far each vertex lies from the nearest whole kilometre, (dE, dN) in metres."""
    if way is not None and len(xy):
        x, y = way(np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1]))
        xy = np.column_stack([x, y])
    with np.errstate(invalid="ignore"):
        return np.asarray(xy - np.round(xy / KILOMETRE_M) * KILOMETRE_M)


def _look(xy: Floats) -> tuple[Numbers, bool]:
    """What the numbers look like, and whether northings stand first."""
    finite = xy[np.isfinite(xy).all(axis=1)]
    if not len(finite):
        return Numbers.NEITHER, False
    x, y = np.median(finite, axis=0)
    if np.mean((np.abs(finite) <= [180, 90]).all(axis=1)) > 0.99:
        return Numbers.DEGREES, bool(-21 <= x <= 1 and -84.5 <= y <= -66)
    if np.mean((np.abs(finite) <= [90, 180]).all(axis=1)) > 0.99:
        return Numbers.DEGREES, True
    if _easting(x) and _northing(y):
        return Numbers.METRES, False
    if _easting(y) and _northing(x):
        return Numbers.METRES, True
    return Numbers.NEITHER, False


def _easting(metres: float) -> bool:
    return bool(100_000 <= metres <= 1_000_000)


def _northing(metres: float) -> bool:
    return bool(7_800_000 <= metres <= 10_100_000)


def _readings(numbers: Numbers) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Each way to read the numbers, with the (own grid, other datum's grid) of its zones."""
    zones = [(WGS84_ZONES[zone], PSAD56_ZONES[zone]) for zone in WGS84_ZONES]
    other = [(psad56, wgs84) for wgs84, psad56 in zones]
    if numbers is Numbers.METRES:
        return [(own, ((own, behind),)) for own, behind in zones + other]
    if numbers is Numbers.DEGREES:
        return [(DEGREES, tuple(zones)), (PSAD56_DEGREES, tuple(other))]
    return []


def _candidate(
    corners: _Corners,
    crs: str,
    grids: tuple[tuple[str, str], ...],
    allowed: Bools,
    land: BaseGeometry | None,
) -> Candidate:
    reading = route(crs)
    first = corners.firsts()
    lon, lat = reading.forth(*np.ascontiguousarray(corners.xy[first].T))
    inside, row_lon = np.zeros(corners.rows, dtype=bool), np.full(corners.rows, np.nan)
    inside[corners.row[first]] = _in_country(lon, lat, land)
    row_lon[corners.row[first]] = lon

    within_m = WHOLE_M if len(grids) == 1 else WHOLE_FROM_DEGREES_M
    whole, behind = np.zeros(corners.rows, dtype=bool), np.zeros(corners.rows, dtype=bool)
    residual = np.full((corners.rows, 3), np.nan)
    most, most_behind = (0, ""), (0, "")
    for own, other in grids:
        here = inside & _near_zone(row_lon, own) & ~whole
        way = None if own == crs else _through(reading.forth, route(own).back)
        fit = corners.on_grid(here, way, within_m)
        whole |= fit.rows
        most = max(most, (int(fit.rows.sum()), own))
        way = _through(reading.forth, route(other).back)
        back = corners.on_grid(here & ~whole & ~behind, way, NEAR_M)
        behind |= back.rows
        residual[back.rows] = back.residual[back.rows]
        most_behind = max(most_behind, (int(back.rows.sum()), other))
    behind &= ~whole
    seen = residual[behind, :2] if behind.any() else np.full((1, 2), np.nan)
    return Candidate(
        crs=crs,
        rows=len(first),
        inside=int(inside.sum()),
        whole=int((whole & allowed).sum()),
        behind=int(behind.sum()),
        grid=most[1] if most[0] else "",
        behind_grid=most_behind[1] if most_behind[0] else "",
        residual_e_m=float(seen[:, 0].mean()),
        residual_n_m=float(seen[:, 1].mean()),
        spread_e_m=float(seen[:, 0].std()),
        spread_n_m=float(seen[:, 1].std()),
    )


def _through(first: Way, then: Way) -> Way:
    return lambda x, y: then(*first(x, y))


def _in_country(lon: Floats, lat: Floats, land: BaseGeometry | None) -> Bools:
    if land is not None:
        return np.asarray(shapely.intersects_xy(land, lon, lat), dtype=bool)
    west, south, east, north = _BOUNDS
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _near_zone(lon: Floats, plane: str) -> Bools:
    """Rows in the zone of a plane or a degree beside it: rights near 78° and 72° W are so filed."""
    central = int(describe(plane).zone[:-1]) * 6 - 183
    return np.abs(lon - central) <= 3 + _ZONE_MARGIN_DEG


def _allowed(year: Floats | None, rows: int, crs: str) -> Bools:
    """Rows whose year of filing allows whole kilometres of this CRS's datum."""
    if year is None:
        return np.ones(rows, dtype=bool)
    if describe(crs).datum == "PSAD56":
        return ~(year >= _FIRST_YEAR_WGS84)
    return ~(year <= _LAST_YEAR_PSAD56)


def _possible(found: list[Candidate]) -> tuple[str, ...]:
    """The candidates at the top that nothing tells apart; none where the evidence is thin.

    A rival falls out when the best explains at least 3 rows and 5 % of all rows more.
    """
    if not found or found[0].explained < max(1.0, _LEAST_SHARE * found[0].rows):
        return ()
    best = found[0]
    if best.whole == 0 and best.behind < _FEWEST:
        return ()
    least = best.explained - max(_FEWEST, _MARGIN * best.rows)
    return tuple(one.crs for one in found if one is best or one.explained > least)


def _agrees(declared: str | None, numbers: Numbers, possible: tuple[str, ...]) -> bool | None:
    if declared is None:
        return None
    meant = describe(declared)
    if numbers is not Numbers.NEITHER and meant.is_geographic != (numbers is Numbers.DEGREES):
        return False
    if not possible:
        return None
    # Peru96 and SIRGAS have the kilometres of WGS 84, within a metre that does not show here.
    datum = "PSAD56" if meant.datum == "PSAD56" else "WGS84"
    if meant.is_geographic:
        return (PSAD56_DEGREES if datum == "PSAD56" else DEGREES) in possible
    planes = PSAD56_ZONES if datum == "PSAD56" else WGS84_ZONES
    same = [plane for zone, plane in planes.items() if meant.zone == f"{zone}S"]
    return bool(same) and same[0] in possible


def _zones(plane: str | Sequence[str] | pd.Series, rows: int) -> Rows:
    """The UTM zone of each row's plane, 0 where it has none of ours."""
    planes = [plane] * rows if isinstance(plane, str) else list(plane)
    if len(planes) != rows:
        raise ValueError(f"{rows} shapes, {len(planes)} planes")
    labels = {f"{zone}S": zone for zone in WGS84_ZONES}
    texts = {text for text in planes if isinstance(text, str)}
    zones = {text: labels.get(describe(text).zone, 0) for text in texts}
    return np.array([zones.get(text, 0) for text in planes], dtype=np.intp)
