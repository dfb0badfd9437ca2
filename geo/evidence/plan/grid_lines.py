"""The UTM grid of a view: lines at round metres, their full coordinates on all four margins."""

import math

from geo.evidence.plan import ink
from geo.evidence.plan.labels import ASCENT, Box, width_mm
from geo.evidence.plan.scale import View, grid_interval_m

SIZE_MM = 2.1
_TICK_MM = 1.2
_COLOUR = "#9a9a9a"


def eastings(view: View) -> list[int]:
    """The eastings of the lines that cross the window, in metres."""
    return _rounds(view.extent[0], view.extent[2], grid_interval_m(view.scale))


def northings(view: View) -> list[int]:
    """The northings of the lines that cross the window, in metres."""
    return _rounds(view.extent[1], view.extent[3], grid_interval_m(view.scale))


def grouped(metres: int) -> str:
    """A whole number in groups of three: 8 608 000, with spaces that do not break."""
    return f"{metres:,}".replace(",", "\u00a0")


def lines(view: View) -> list[str]:
    """The lines, thin and grey."""
    left, top, right, bottom = view.window
    upright = [(_x(view, east), top, _x(view, east), bottom) for east in eastings(view)]
    level = [(left, _y(view, north), right, _y(view, north)) for north in northings(view)]
    return [ink.line(ends, _COLOUR, 0.12) for ends in (*upright, *level)]


def labels(view: View) -> list[tuple[Box, str]]:
    """The coordinates on the margins, each with the box that it takes. No two boxes meet.

    A label near a corner is pushed back along its margin; lines are 20 mm apart or more, so it
    never reaches the next one.
    """
    left, top, right, bottom = view.window
    edge = view.sheet.margin_mm
    made = []
    for east in eastings(view):
        words = f"{grouped(east)}\u00a0E"
        half = width_mm(words, SIZE_MM) / 2
        x = min(max(_x(view, east), left + half), right - half)
        for high, low, base in (
            (0.0, top - _TICK_MM, top - _TICK_MM - 0.6),
            (bottom + _TICK_MM, bottom + edge, bottom + _TICK_MM + 0.4 + ASCENT * SIZE_MM),
        ):
            made.append(((x - half, high, x + half, low), ink.text(x, base, words, SIZE_MM)))
    for north in northings(view):
        words = f"{grouped(north)}\u00a0N"
        half = width_mm(words, SIZE_MM) / 2
        y = min(max(_y(view, north), top + half), bottom - half)
        for near, far, base in (
            (0.0, left - _TICK_MM, left - _TICK_MM - 0.6),
            (right + _TICK_MM, right + edge, right + _TICK_MM + 0.4 + ASCENT * SIZE_MM),
        ):
            mark = ink.text(base, y, words, SIZE_MM, upright=False)
            made.append(((near, y - half, far, y + half), mark))
    return made


def ticks(view: View) -> list[str]:
    """Short marks on the outside of the frame, where the lines meet it."""
    left, top, right, bottom = view.window
    ends = []
    for east in eastings(view):
        x = _x(view, east)
        ends += [(x, top - _TICK_MM, x, top), (x, bottom, x, bottom + _TICK_MM)]
    for north in northings(view):
        y = _y(view, north)
        ends += [(left - _TICK_MM, y, left, y), (right, y, right + _TICK_MM, y)]
    return [ink.line(one, ink.INK, 0.2) for one in ends]


def _rounds(low: float, high: float, step: int) -> list[int]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [number * step for number in range(first, last + 1)]


def _x(view: View, east: float) -> float:
    return view.sheet.margin_mm + (east - view.west) / view.metres_per_mm


def _y(view: View, north: float) -> float:
    return view.window[3] - (north - view.south) / view.metres_per_mm
