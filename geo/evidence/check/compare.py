"""Whether two tables of one thing say the same: two faces of a bundle, or a bundle and its check.

Figures are compared to a tolerance, because another machine may carry other versions of GEOS and
PROJ, whose last digits differ: areas to 0.001 ha and a millionth, lengths to 1 cm, shares to a
millionth, vertices to a ten-millionth of a degree (1 cm). What the same versions compute again is
the same to the last bit. Texts, dates and answers are compared as they are.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError

AREA_HA = 0.001
LENGTH_M = 0.01
SHARE = 1e-6
DEGREES = 1e-7
RELATIVE = 1e-6


@dataclass(frozen=True)
class Difference:
    """One cell that differs, or a whole row that only one side has (column "")."""

    row: str
    column: str
    said: str
    found: str


def tolerance(column: str) -> float:
    """How far two figures of a column may lie apart, beside a millionth of their size."""
    if column.endswith("_ha"):
        return AREA_HA
    return LENGTH_M if column.endswith("_m") else SHARE


def differences(
    said: pd.DataFrame, found: pd.DataFrame, keys: Sequence[str], columns: Sequence[str]
) -> Iterator[Difference]:
    """Rows that one side lacks, then cells that differ, in the order of `said`.

    keys: columns whose values together name a row. columns: those compared, where both have them.
    """
    one, other = _indexed(said, keys), _indexed(found, keys)
    for key in one.index.difference(other.index, sort=False):
        yield Difference(_named(key), "", "sí", "no")
    for key in other.index.difference(one.index, sort=False):
        yield Difference(_named(key), "", "no", "sí")
    both = one.index.intersection(other.index, sort=False)
    for column in columns:
        if column not in one or column not in other:
            continue
        here, there = one.loc[both, column], other.loc[both, column]
        unlike = _figures_differ(here, there, tolerance(column))
        for key, a, b in zip(both[unlike], here[unlike], there[unlike], strict=True):
            yield Difference(_named(key), column, _text(a), _text(b))


def shapes_apart(
    said: gpd.GeoDataFrame, found: gpd.GeoDataFrame, keys: Sequence[str]
) -> Iterator[Difference]:
    """Rows whose shapes (EPSG:4326) lie more than DEGREES apart somewhere."""
    one, other = _shapes(said, keys), _shapes(found, keys)
    both = one.index.intersection(other.index, sort=False)
    for key, a, b in zip(both, one[both], other[both], strict=True):
        if not _surely_alike(a, b):
            yield Difference(_named(key), "geometry", "una figura", "otra figura")


def _shapes(frame: gpd.GeoDataFrame, keys: Sequence[str]) -> pd.Series:
    shapes = np.asarray(frame.geometry.array)
    return pd.Series(shapes, index=_indexed(pd.DataFrame(frame), keys).index, dtype=object)


def _surely_alike(a: shapely.Geometry | None, b: shapely.Geometry | None) -> bool:
    """A shape that GEOS cannot even compare is not the one that was computed."""
    try:
        return _alike(a, b)
    except ShapelyError:
        return False


def _alike(a: shapely.Geometry | None, b: shapely.Geometry | None) -> bool:
    """Whether no point of one lies more than DEGREES from the other; no shape is an empty one."""
    empty = [shape is None or bool(shapely.is_empty(shape)) for shape in (a, b)]
    if any(empty):
        return all(empty)
    if bool(shapely.equals_exact(a, b, DEGREES)):
        return True
    outlines = (shapely.boundary(a), shapely.boundary(b))
    if not bool(shapely.hausdorff_distance(*outlines) <= DEGREES):
        return False
    # the distance is asked at vertices only, and the same vertices can bound another shape
    sound = shapely.make_valid(np.asarray([a, b], dtype=object))
    apart = shapely.area(shapely.symmetric_difference(sound[0], sound[1]))
    return bool(apart <= DEGREES * sum(shapely.length(np.asarray(outlines, dtype=object))))


def _figures_differ(a: pd.Series, b: pd.Series, absolute: float) -> np.ndarray:
    """Row by row: numbers beyond the tolerance, and everything else that is not the same text."""
    left = pd.to_numeric(a, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    right = pd.to_numeric(b, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    numbers = np.isfinite(left) & np.isfinite(right)
    with np.errstate(invalid="ignore"):
        apart = np.abs(left - right) > absolute + RELATIVE * np.abs(right)
    texts = np.array([_text(x) != _text(y) for x, y in zip(a, b, strict=True)], dtype=bool)
    plain = pd.api.types.is_numeric_dtype(a.dtype) or pd.api.types.is_numeric_dtype(b.dtype)
    return np.where(numbers, apart, texts) if plain else texts


def _indexed(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    index = pd.Index(
        ["\t".join(row) for row in frame[list(keys)].astype("string").fillna("").to_numpy()],
        dtype=object,
    )
    # a row that stands twice is told apart by its number, so that it is one too many
    number = pd.Series(index).groupby(pd.Series(index)).cumcount()
    return frame.set_axis(index.where(number.to_numpy() == 0, index + "\t~" + number.astype(str)))


def _named(key: str) -> str:
    return " · ".join(part for part in key.split("\t") if part)


def _text(value: object) -> str:
    """A value as a text; nothing, an empty text and NaN are one."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() else f"{number:.10g}"
    return str(value)
