"""What stands below the window of a plan: scale, bar, north, plane, and where the plan lies."""

import math

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import Floats, describe
from geo.datum import Shapes, zone_label
from geo.evidence.plan import ink
from geo.evidence.plan.grid_lines import grouped
from geo.evidence.plan.labels import narrowed, width_mm, wrapped
from geo.evidence.plan.scale import View, grid_interval_m, round_up
from geo.evidence.plan.scene import DETAIL_MM
from geo.words import Words

SMALL_MM = 2.1
TITLE_MM = 2.8

_SEGMENT_MM = 10.0
_BAR_MM = 60.0
_KILOMETRE = 1000
_NORTH_AT = 0.62  # of the sheet's width: the middle of the arrow
_LOCATOR_MM = 34.0
_INSET_MM = 2.4  # so that the ring around a small frame stays on the sheet


def bar_step_m(scale: int) -> int:
    """What one part of the bar stands for: the least 1, 2, 5, 10 … m that is 10 mm or longer."""
    return round_up(_SEGMENT_MM * scale / 1000)


def strip(view: View, land: Shapes, words: Words) -> list[str]:
    """Everything below the window. land: the territories of the locator, in metres of the plane."""
    return [*_scale(view, words), *_north(view, words), *_locator(view, land, words)]


def _scale(view: View, words: Words) -> list[str]:
    left, top = view.sheet.margin_mm, view.window[3] + view.sheet.margin_mm
    room = view.sheet.width_mm * _NORTH_AT - left - 14
    said = words.say("Escala 1:{denominator}", denominator=grouped(view.scale))
    marks = [ink.text(left, top + 3.2, said, TITLE_MM, anchor="start", bold=True)]
    marks += _bar(view, left + 2, top + 5.4)
    told = [
        words.say(
            "Datum {datum}, proyección UTM, zona {zone} ({plane}).",
            datum=_datum(view.plane),
            zone=zone_label(view.plane),
            plane=view.plane,
        ),
        words.say("Cuadrícula UTM cada {interval}.", interval=length(grid_interval_m(view.scale))),
    ]
    lines = [line for text in told for line in wrapped(text, SMALL_MM, room)]
    for place, line in enumerate(lines[:3]):
        y = top + 14.4 + place * 2.8
        marks.append(ink.text(left, y, line, SMALL_MM, anchor="start"))
    return marks


def _bar(view: View, x: float, y: float) -> list[str]:
    step = bar_step_m(view.scale)
    long = step / view.metres_per_mm
    parts = max(2, min(4, math.floor(_BAR_MM / long)))
    in_km = step >= _KILOMETRE
    marks = []
    for part in range(parts):
        colour = ink.PAPER if part % 2 else ink.INK
        edges = (x + part * long, y, x + (part + 1) * long, y + 1.4)
        marks.append(ink.box(edges, colour, ink.INK, 0.15))
    for part in range(parts + 1):
        metres = part * step
        shown = grouped(metres // _KILOMETRE if in_km else metres)
        at = x + part * long
        marks.append(ink.text(at, y + 3.9, shown, SMALL_MM))
        if part == parts:
            beside = at + width_mm(shown, SMALL_MM) / 2 + 0.8
            unit = "km" if in_km else "m"
            marks.append(ink.text(beside, y + 3.9, unit, SMALL_MM, anchor="start"))
    return marks


def length(metres: int) -> str:
    """A round length as people say it: 500 m, 2 km."""
    if metres % _KILOMETRE:
        return f"{grouped(metres)}\u00a0m"
    return f"{grouped(metres // _KILOMETRE)}\u00a0km"


def _north(view: View, words: Words) -> list[str]:
    x = view.sheet.width_mm * _NORTH_AT
    top = view.window[3] + view.sheet.margin_mm + 1
    marks = [ink.text(x, top + 2.2, "N", TITLE_MM, bold=True)]
    for side, fill in ((-2.2, ink.INK), (2.2, ink.PAPER)):
        half = shapely.polygons([(x, top + 3), (x, top + 11), (x + side, top + 12.6)])
        marks += [ink.area(half, fill), ink.lines(half, ink.INK, 0.2)]
    said = wrapped(words.say("Norte de cuadrícula"), SMALL_MM, 24)
    for place, line in enumerate(said[:2]):
        marks.append(ink.text(x, top + 15.4 + place * 2.7, line, SMALL_MM))
    return marks


def _locator(view: View, land: Shapes, words: Words) -> list[str]:
    """The whole territory, small, with the window on it; nothing where the plan shows it whole."""
    window = shapely.box(*view.extent)
    land = land[~shapely.is_empty(land)]
    if shapely.covers(window, land).all():
        return []
    right = view.window[2]
    left, top = right - _LOCATOR_MM, view.window[3] + view.sheet.margin_mm + 3.4
    bottom = view.sheet.height_mm - 0.6
    said = narrowed(words.say("Ubicación de este plano"), SMALL_MM, _LOCATOR_MM)
    marks = [
        ink.text((left + right) / 2, top - 1.0, said, SMALL_MM),
        ink.box((left, top, right, bottom), ink.PAPER, ink.INK, 0.15),
    ]
    west, south, east, north = shapely.total_bounds([*land, window]).tolist()
    wide, high = right - left - 2 * _INSET_MM, bottom - top - 2 * _INSET_MM
    factor = min(wide / (east - west), high / (north - south))
    shift = np.array([(left + right) / 2, (top + bottom) / 2])
    middle = np.array([(west + east) / 2, (south + north) / 2])

    def small(shape: BaseGeometry) -> BaseGeometry:
        def moved(xy: Floats) -> Floats:
            return np.asarray((xy - middle) * [factor, -factor] + shift, dtype=float)

        return shapely.simplify(shapely.transform(shape, moved), DETAIL_MM)

    frame = small(window)
    drawn = [small(shape) for shape in land]
    marks += [ink.area(shape, "#dddddd") for shape in drawn]
    marks += [ink.lines(shape, ink.GREY, 0.15) for shape in drawn]
    marks.append(ink.lines(frame, ink.INK, 0.35))
    x0, y0, x1, y1 = frame.bounds
    if max(x1 - x0, y1 - y0) < 2.5:
        marks.append(ink.ring((x0 + x1) / 2, (y0 + y1) / 2, 2.0, ink.INK, 0.25))
    return [mark for mark in marks if mark]


def _datum(plane: str) -> str:
    datum = describe(plane).datum
    return "WGS 84" if datum == "WGS84" else datum
