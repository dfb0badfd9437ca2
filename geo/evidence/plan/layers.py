"""The layers of a plan: territories, overlaps and rights as they fall into a view, and names."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.evidence.plan import ink, looks
from geo.evidence.plan.labels import (
    Box,
    Labels,
    around,
    baseline,
    centred,
    leader,
    plain,
    size_of,
    width_mm,
    wrapped,
)
from geo.evidence.plan.labels import cut as shortened
from geo.evidence.plan.looks import Paint
from geo.evidence.plan.scale import View
from geo.evidence.plan.scene import Drawable, Piece, Scene, areas, cut, within
from geo.naming import Row

CODE_MM = 2.6
SMALL_MM = 2.1

_LONGEST_CODE = 18
_LONGEST_NAME = 60
_NAME_MM = (30.0, 20.0)
_LEADING = 1.15
_AIR_MM = 0.4
_SMALL_PIECE_MM = 1.5
_RING_MM = 2.2
_BESIDE_MM = 3.5  # room for the numbers of vertices
_STEPS_MM = (1.0, 3.0, 6.0, 10.0, 15.0)
_TRIES = np.array([0.5, 0.3, 0.7, 0.15, 0.85])

Layer = list[tuple[int, Piece, Paint]]
"""Row of its frame, what of it is seen, how it looks."""


def row_of(frame: gpd.GeoDataFrame, at: int) -> Row:
    """A row as the rooms that name things take it."""
    return {str(name): value for name, value in frame.iloc[at].items()}


def territories(chosen: Drawable, shapes: Scene, view: View) -> Layer:
    """The territories in the window, the largest first, so that none hides a smaller one."""
    seen = within(shapes.territories, view)
    seen.sort(key=lambda at: (-shapely.area(shapes.territories[at]), at))
    return [
        (at, cut(shapes.territories[at], view), looks.of_territory(row_of(chosen.territories, at)))
        for at in seen
    ]


def rights(chosen: Drawable, shapes: Scene, view: View) -> Layer:
    """The rights in the window, none of them the subject."""
    return [
        (
            at,
            cut(shapes.concessions[at], view),
            looks.of_right_among_others(row_of(chosen.concessions, at)),
        )
        for at in within(shapes.concessions, view)
    ]


def overlaps(chosen: Drawable, shapes: Scene, view: View, rows: Sequence[int]) -> Layer:
    """These rows of the overlaps."""
    classes = chosen.overlaps["overlap_class"]
    return [(at, cut(shapes.overlaps[at], view), looks.of_overlap(classes.iloc[at])) for at in rows]


def ground(lands: Layer, pieces: Layer) -> list[str]:
    """Fills and hatches of the territories; the overlaps' own light fill lies on them."""
    marks = [looks.fill(piece, paint) for _at, piece, paint in lands]
    marks += [looks.strokes(piece, paint) for _at, piece, paint in lands]
    return marks + [looks.fill(piece, paint) for _at, piece, paint in pieces]


def edges(lands: Layer, pieces: Layer) -> list[str]:
    """Outlines of the territories, then hatches and outlines of the overlaps."""
    marks = [looks.outline(piece, paint) for _at, piece, paint in lands]
    marks += [looks.strokes(piece, paint) for _at, piece, paint in pieces]
    return marks + [looks.outline(piece, paint) for _at, piece, paint in pieces]


def small(pieces: Layer) -> list[str]:
    """A ring around each overlap that the eye would miss at this scale."""
    marks = []
    for _at, piece, _paint in pieces:
        if piece.area.is_empty:
            continue
        left, top, right, bottom = piece.area.bounds
        if max(right - left, bottom - top) < _SMALL_PIECE_MM:
            marks.append(ink.ring((left + right) / 2, (top + bottom) / 2, _RING_MM, ink.INK, 0.25))
    return marks


def own_code(right: Piece, code: str, labels: Labels) -> list[str]:
    """The code of the right of a page: inside it where it fits, else beside it."""
    words = shortened(code, _LONGEST_CODE)
    size = size_of(words, CODE_MM, bold=True)
    left, top, edge, bottom = right.area.bounds
    x, y = (left + edge) / 2, (top + bottom) / 2
    away_x, away_y = size[0] / 2 + _BESIDE_MM, size[1] / 2 + _BESIDE_MM
    beside = ((x, bottom + away_y), (x, top - away_y), (edge + away_x, y), (left - away_x, y))
    boxes = [*_inside(right.area, size), *(centred(*place, size) for place in beside)]
    return _said(labels.place(boxes), words, CODE_MM, bold=True)


def codes(frame: gpd.GeoDataFrame, seen: Sequence[tuple[int, Piece]], labels: Labels) -> list[str]:
    """The codes of other rights, each inside its own right or not at all."""
    marks = []
    for at, piece in seen:
        words = shortened(plain(frame["native_id"].iloc[at]), _LONGEST_CODE)
        if not words or piece.area.is_empty:
            continue
        placed = labels.place(_inside(piece.area, size_of(words, SMALL_MM)))
        marks += _said(placed, words, SMALL_MM, colour=ink.GREY)
    return marks


def names(frame: gpd.GeoDataFrame, lands: Layer, labels: Labels, beside: BaseGeometry) -> list[str]:
    """The names of territories, each inside its own or not at all; long ones cut with …

    beside: an area, in millimetres on the sheet, that they leave free.
    """
    marks = []
    for at, piece, paint in lands:
        free = areas(shapely.difference(piece.area, shapely.buffer(beside, _AIR_MM)))
        words = shortened(plain(frame["name"].iloc[at]), _LONGEST_NAME)
        for lines in ([words], *(wrapped(words, SMALL_MM, room) for room in _NAME_MM)):
            if not words or free.is_empty:
                continue
            wide = max(width_mm(line, SMALL_MM) for line in lines) + 0.6
            size = (wide, 0.6 + len(lines) * _LEADING * SMALL_MM)
            placed = labels.place(_inside(free, size))
            if placed is not None:
                marks += _lines(placed, lines, paint.look.line)
                break
    return marks


def numbered(
    overlaps: gpd.GeoDataFrame,
    numbers: Mapping[tuple[str, str], int],
    places: Mapping[tuple[str, str], BaseGeometry],
    labels: Labels,
) -> tuple[list[str], int]:
    """The numbers of the overlap table at their places, and how many found no room.

    One that had to step aside is tied to its place by a thin line.
    """
    leaders, marks, without = [], [], 0
    keys = zip(overlaps["concession_key"], overlaps["territory_key"], strict=True)
    for key in keys:
        if key not in numbers:
            continue
        words = str(numbers[key])
        placed = None
        if key in places:
            x, y = place_of(places[key])
            size = size_of(words, SMALL_MM, pad_mm=0.2)
            inside = _inside(places[key], size)
            beside = [box for step in _STEPS_MM for box in around(x, y, size, step, 0.0)]
            placed = labels.place(inside) or labels.place(beside, partial(leader, x, y))
        if placed is None:
            without += 1
            continue
        middle = ((placed[0] + placed[2]) / 2, (placed[1] + placed[3]) / 2)
        if placed not in inside:
            leaders.append(ink.line((x, y, *middle), ink.INK, 0.1))
        marks += _said(placed, words, SMALL_MM, pad_mm=0.2)
    return [*leaders, *marks], without


def place_of(area: BaseGeometry) -> tuple[float, float]:
    """A place inside the largest polygon of an area."""
    parts = shapely.get_parts(area)
    point = shapely.point_on_surface(parts[int(np.argmax(shapely.area(parts)))])
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def _inside(area: BaseGeometry, size: tuple[float, float]) -> list[Box]:
    """Boxes of a size that lie inside an area: around its own place, then over its width."""
    left, top, right, bottom = area.bounds
    if area.is_empty or right - left < size[0] or bottom - top < size[1]:
        return []
    home = place_of(area)
    xs, ys = left + _TRIES * (right - left), top + _TRIES * (bottom - top)
    tried = [home, *((x, y) for y in ys for x in xs)]
    boxes = [centred(x, y, size) for x, y in tried]
    shapely.prepare(area)
    left, top, right, bottom = np.array(boxes).T
    air = shapely.box(left - _AIR_MM, top - _AIR_MM, right + _AIR_MM, bottom + _AIR_MM)
    held = shapely.covers(area, air)
    return [box for box, fits in zip(boxes, held, strict=True) if fits]


def _lines(placed: Box, lines: Sequence[str], colour: str) -> list[str]:
    marks = [ink.box(placed, ink.PAPER)]
    for place, words in enumerate(lines):
        base = baseline(placed, SMALL_MM) + place * _LEADING * SMALL_MM
        marks.append(ink.text((placed[0] + placed[2]) / 2, base, words, SMALL_MM, colour=colour))
    return marks


def _said(placed: Box | None, words: str, size_mm: float, **how: Any) -> list[str]:
    if placed is None:
        return []
    pad_mm = how.pop("pad_mm", 0.3)
    middle = (placed[0] + placed[2]) / 2
    base = baseline(placed, size_mm, pad_mm)
    return [ink.box(placed, ink.PAPER), ink.text(middle, base, words, size_mm, **how)]
