"""Hatching as plain strokes cut by the polygon: it survives any printer and any photocopy."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.datum import Shapes
from geo.styles import Hatch

_TURNS = {
    Hatch.NONE: (),
    Hatch.RIGHT: (45.0,),  # ///
    Hatch.LEFT: (135.0,),
    Hatch.CROSS: (45.0, 135.0),
    Hatch.HORIZONTAL: (0.0,),
}
_DOT_MM = 0.3
_SHORTEST_MM = 0.02


def strokes(area: BaseGeometry, hatch: Hatch, spacing_mm: float) -> BaseGeometry:
    """The strokes of a hatch inside an area (millimetres, y downwards), as lines.

    They stand on one grid for the whole sheet, so that pieces side by side hatch as one. Dots
    are short strokes whose middle lies in the area.
    """
    if area.is_empty:
        return shapely.GeometryCollection()
    if hatch is Hatch.DOTS:
        return _dots(area, spacing_mm)
    found = [_parallel(area, turn, spacing_mm) for turn in _TURNS[hatch]]
    return _as_one(np.concatenate(found) if found else np.array([], dtype=object))


def _parallel(area: BaseGeometry, turn: float, spacing_mm: float) -> Shapes:
    along = np.array([np.cos(np.radians(turn)), -np.sin(np.radians(turn))])
    across = np.array([-along[1], along[0]])
    left, top, right, bottom = area.bounds
    corners = np.array([[left, top], [left, bottom], [right, top], [right, bottom]])
    near, far = (corners @ across).min(), (corners @ across).max()
    start, end = (corners @ along).min() - 1, (corners @ along).max() + 1
    places = np.arange(np.ceil(near / spacing_mm), np.floor(far / spacing_mm) + 1) * spacing_mm
    middles = places[:, None] * across
    ends = np.stack([middles + start * along, middles + end * along], axis=1)
    lines = np.asarray(shapely.linestrings(ends), dtype=object)
    cut = np.array([shapely.intersection(shapely.multilinestrings(lines), area)], dtype=object)
    return _lines_of(cut)


def _dots(area: BaseGeometry, spacing_mm: float) -> BaseGeometry:
    left, top, right, bottom = (edge / spacing_mm for edge in area.bounds)
    columns, rows = np.meshgrid(
        np.arange(np.floor(left), np.ceil(right) + 1), np.arange(np.floor(top), np.ceil(bottom) + 1)
    )
    x = ((columns + (rows % 2) / 2) * spacing_mm).ravel()
    y = (rows * spacing_mm).ravel()
    shapely.prepare(area)
    inside = shapely.contains_xy(area, x, y)
    x, y = x[inside], y[inside]
    ends = np.stack(
        [np.column_stack([x - _DOT_MM / 2, y]), np.column_stack([x + _DOT_MM / 2, y])], 1
    )
    lines = np.asarray(shapely.linestrings(ends), dtype=object)
    return _as_one(_lines_of(np.asarray(shapely.intersection(lines, area), dtype=object)))


def _lines_of(cut: Shapes) -> Shapes:
    parts = shapely.get_parts(shapely.get_parts(cut))
    lines = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    return np.asarray(lines[shapely.length(lines) >= _SHORTEST_MM], dtype=object)


def _as_one(lines: Shapes) -> BaseGeometry:
    return shapely.GeometryCollection(list(lines))
