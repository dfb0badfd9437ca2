"""Which part of the country a printed sheet shows: its paper, its scale and its window."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely

from geo.datum import from_degrees, to_degrees
from geo.errors import ChoiceUnknown, OutsideCountry
from geo.evidence.plan.scale import Sheet, View, usual
from geo.evidence.plan.scene import plane_at

SCALES = (5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_000_000)

MARGIN_MM = 12.0
"""Around everything, on each side: what home printers cannot reach."""

_BELOW_MM = {False: 78.0, True: 62.0}  # title, legend, sources and code, by whether it lies across
_STRIP = 22.0
_EARTH_M = 6_371_000.0
_FALSE_EASTING_M = 500_000.0
_CENTRAL_SCALE = 0.9996


class Paper(StrEnum):
    A4 = "A4"
    A3 = "A3"


SIZES_MM = {Paper.A4: (210.0, 297.0), Paper.A3: (297.0, 420.0)}


@dataclass(frozen=True)
class Wanted:
    """A sheet as it was asked for. centre: longitude, latitude (degrees, WGS 84).

    scale: the denominator, 0 for the largest usual one at which `shown` (west, south, east,
    north, in degrees) fits. across: the long side of the paper lies across.
    """

    paper: Paper
    across: bool
    centre: tuple[float, float]
    scale: int
    title: str = ""
    shown: tuple[float, float, float, float] | None = None


def sheet_of(wanted: Wanted) -> Sheet:
    """The drawing on its paper, in millimetres."""
    narrow, long = SIZES_MM[wanted.paper]
    wide, high = (long, narrow) if wanted.across else (narrow, long)
    return Sheet(
        width_mm=wide - 2 * MARGIN_MM,
        height_mm=high - 2 * MARGIN_MM - _BELOW_MM[wanted.across],
        strip_mm=_STRIP,
        room=1.0,
    )


def view_of(wanted: Wanted) -> View:
    """The window, its centre at a whole decimetre of the centre's UTM zone.

    Raises OutsideCountry for a centre in no zone of the country, ChoiceUnknown where what is to
    be shown fits at no scale that a sheet of this size can be drawn at.
    """
    point = shapely.Point(wanted.centre)
    plane = plane_at(point)
    sheet = sheet_of(wanted)
    across, up = sheet.window_mm
    scale = wanted.scale
    if not scale:
        scale = _fitting(wanted, plane, across, up)
    if scale not in SCALES and not 0 < scale <= SCALES[-1]:
        raise ChoiceUnknown("No se dibuja a esa escala: elija una de la lista.")
    (x, y) = shapely.get_coordinates(from_degrees(np.array([point], dtype=object), plane))[0]
    metres = scale / 1000
    west, south = round(x - across * metres / 2, 1), round(y - up * metres / 2, 1)
    return View(sheet, plane, scale, float(west), float(south))


def degrees_of(view: View) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees of all that the window may hold."""
    box = shapely.segmentize(shapely.box(*view.extent), view.scale * 0.02)
    west, south, east, north = (
        to_degrees(np.array([box], dtype=object), view.plane).shapes[0].bounds
    )
    return west, south, east, north


def distortion(view: View) -> float:
    """By what part the scale at the window's outer edge differs from the one that is printed.

    Transverse Mercator on a sphere: k = 0.9996 (1 + (E - 500 km)² / 2R²), good to 0.01 %.
    """
    west, _south, east, _north = view.extent
    away = max(abs(west - _FALSE_EASTING_M), abs(east - _FALSE_EASTING_M))
    return abs(_CENTRAL_SCALE * (1 + away**2 / (2 * _EARTH_M**2)) - 1)


def _fitting(wanted: Wanted, plane: str, across: float, up: float) -> int:
    if wanted.shown is None:
        raise ChoiceUnknown("Elija una escala para la hoja.")
    box = shapely.segmentize(shapely.box(*wanted.shown), 0.1)
    drawn = from_degrees(np.array([box], dtype=object), plane)[0]
    if not np.isfinite(shapely.get_coordinates(drawn)).all():
        raise OutsideCountry("Lo que se ve queda fuera del país: mueva el mapa y repita.")
    west, south, east, north = drawn.bounds
    needed = 1000 * max((east - west) / across, (north - south) / up)
    if needed > SCALES[-1]:
        raise ChoiceUnknown("Es demasiado para una hoja: acérquese en el mapa y repita.")
    return usual(needed)
