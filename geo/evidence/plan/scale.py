"""The sheet, the usual scale at which a shape fits it, and where a point falls on the sheet."""

import math
from dataclasses import dataclass

import numpy as np
import shapely

from geo.crs import Floats
from geo.datum import Shapes

SCALES = (500, 1_000, 2_000, 2_500, 5_000, 7_500)
"""Denominators below 1:10,000; from there on the steps below repeat in every power of ten."""

_STEPS = (10, 15, 20, 25, 30, 40, 50, 75)
_TENS = 1_000
_SHORTEST_GRID_MM = 20.0


@dataclass(frozen=True)
class Sheet:
    """A plan on paper, in millimetres: margins for the grid's numbers, a strip below for the rest.

    room: the part of the window that the shape may fill, so that what surrounds it shows.
    """

    width_mm: float = 170.0
    height_mm: float = 135.0
    margin_mm: float = 6.0
    strip_mm: float = 22.0
    room: float = 0.74

    @property
    def window_mm(self) -> tuple[float, float]:
        """Width and height of the drawing itself."""
        across = self.width_mm - 2 * self.margin_mm
        return across, self.height_mm - 2 * self.margin_mm - self.strip_mm


@dataclass(frozen=True)
class View:
    """A window on a plane: west and south in its metres are the lower left corner, 1:scale."""

    sheet: Sheet
    plane: str
    scale: int
    west: float
    south: float

    @property
    def metres_per_mm(self) -> float:
        """One millimetre on paper in metres of the plane."""
        return self.scale / 1000

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the window in metres of the plane."""
        across, up = self.sheet.window_mm
        east, north = self.west + across * self.metres_per_mm, self.south + up * self.metres_per_mm
        return self.west, self.south, east, north

    def paper(self, xy: Floats) -> Floats:
        """Metres of the plane (n, 2) as millimetres on the sheet, from its upper left corner."""
        up = self.sheet.window_mm[1]
        x = self.sheet.margin_mm + (xy[:, 0] - self.west) / self.metres_per_mm
        y = self.sheet.margin_mm + up - (xy[:, 1] - self.south) / self.metres_per_mm
        return np.column_stack([x, y])

    def on_paper(self, shapes: Shapes) -> Shapes:
        """Shapes of the plane as shapes in millimetres on the sheet."""
        return np.asarray(shapely.transform(shapes, self.paper), dtype=object)

    @property
    def window(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the window on the sheet, in millimetres."""
        across, up = self.sheet.window_mm
        edge = self.sheet.margin_mm
        return edge, edge, edge + across, edge + up


def fitting(bounds: tuple[float, float, float, float], sheet: Sheet, plane: str) -> View:
    """The view in which bounds (metres of `plane`) stand in the middle at the largest usual scale.

    The corner is a whole decimetre, so that the frame's own coordinates can be written down.
    """
    west, south, east, north = bounds
    across, up = sheet.window_mm
    needed = 1000 * max((east - west) / (across * sheet.room), (north - south) / (up * sheet.room))
    scale = usual(needed)
    metres = scale / 1000
    return View(
        sheet,
        plane,
        scale,
        round((west + east - across * metres) / 2, 1),
        round((south + north - up * metres) / 2, 1),
    )


def usual(needed: float) -> int:
    """The smallest usual denominator that is not below what is needed."""
    for denominator in SCALES:
        if denominator >= needed:
            return denominator
    power = _TENS
    while True:
        for step in _STEPS:
            if step * power >= needed:
                return step * power
        power *= 10


def grid_interval_m(scale: int) -> int:
    """The shortest interval of 1, 2 or 5 times a power of ten metres that is 20 mm or longer.

    At the usual scales that is 20 to 33 mm, so 3 to 8 lines cross a window of 158 x 101 mm.
    """
    return round_up(_SHORTEST_GRID_MM * scale / 1000)


def round_up(metres: float) -> int:
    """The least of 1, 2, 5, 10, 20, 50, … that is not below `metres`."""
    power = int(10 ** max(0, math.floor(math.log10(max(metres, 1.0)))))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= metres - 1e-9)
