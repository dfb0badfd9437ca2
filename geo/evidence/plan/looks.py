"""How things look on paper: the looks of the map, in solid light colours and in millimetres."""

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo import naming, styles
from geo.evidence.plan import hatch, ink
from geo.evidence.plan.scene import Piece
from geo.naming import Row
from geo.styles import Hatch, Look
from geo.terms import OverlapClass

SWATCH_MM = (8.0, 4.5)

_MM_PER_PX = 0.12
_DASH_MM_PER_PX = 0.28
_LIGHT = 0.6  # of the map's fill: what lies above must stay legible on a photocopy


@dataclass(frozen=True)
class Paint:
    """A look on paper: an outline, and strokes inside it `spacing_mm` apart."""

    look: Look
    line_mm: float
    stroke_mm: float
    spacing_mm: float
    light: float = 0.0


def of_territory(row: Row) -> Paint:
    """A territory by its tenure; a polygon that is not of its title's area is never like titled."""
    look = styles.PER_SOURCE if naming.per_source(row) else styles.TENURES[naming.tenure(row)]
    return Paint(look, look.width * _MM_PER_PX, 0.1, 3.6, look.fill_opacity * _LIGHT)


def of_right(row: Row) -> Paint:
    """The right of a page: a heavy outline, whose dash says its status."""
    return _of_right(row, 0.7)


def of_right_among_others(row: Row) -> Paint:
    """A right of the situation map."""
    return _of_right(row, 0.35)


def _of_right(row: Row, line_mm: float) -> Paint:
    line = styles.KINDS[naming.kind(row)].line
    dash = styles.STATUS_DASHES[naming.status(row)]
    return Paint(Look(line, ink.PAPER, 0.0, Hatch.NONE, dash), line_mm, 0, 0)


NEIGHBOUR = Paint(Look(ink.GREY, ink.PAPER, 0.0), 0.22, 0, 0)

_OF = styles.OVERLAPS
_OVERLAPS = {
    OverlapClass.OVERLAP: Paint(_OF[OverlapClass.OVERLAP], 0.3, 0.25, 1.3, light=0.1),
    OverlapClass.SLIVER: Paint(
        Look(_OF[OverlapClass.SLIVER].line, ink.PAPER, 1.0, Hatch.CROSS, "6 3"),
        line_mm=0.3,
        stroke_mm=0.2,
        spacing_mm=0.9,
        light=1.0,
    ),
    OverlapClass.INDETERMINATE: Paint(_OF[OverlapClass.INDETERMINATE], 0.3, 0.3, 1.1, light=1.0),
}


def of_overlap(overlap_class: str) -> Paint:
    """A shared area by its class; each class has a hatch of its own."""
    known = overlap_class in list(OverlapClass)
    found = OverlapClass(overlap_class) if known else OverlapClass.OVERLAP
    return _OVERLAPS.get(found, _OVERLAPS[OverlapClass.OVERLAP])


def fill(piece: Piece, paint: Paint) -> str:
    """The light colour of a piece, "" for one that has none."""
    return ink.area(piece.area, ink.blend(paint.look.fill, paint.light)) if paint.light else ""


def strokes(piece: Piece, paint: Paint) -> str:
    """The hatch of a piece."""
    if paint.look.hatch is Hatch.NONE or not paint.spacing_mm:
        return ""
    made = hatch.strokes(piece.area, paint.look.hatch, paint.spacing_mm)
    return ink.lines(made, paint.look.line, paint.stroke_mm)


def outline(piece: Piece, paint: Paint) -> str:
    """The boundary of a piece."""
    lengths = (float(length) * _DASH_MM_PER_PX for length in paint.look.dash.split())
    dash = " ".join(ink.mm(length) for length in lengths)
    return ink.lines(piece.outline, paint.look.line, paint.line_mm, dash)


def swatch(*paints: Paint) -> str:
    """A small drawing for a legend: these looks on each other."""
    wide, high = SWATCH_MM
    shape: BaseGeometry = shapely.MultiPolygon([shapely.box(0.5, 0.5, wide - 0.5, high - 0.5)])
    piece = Piece(shape, shapely.boundary(shape), False)
    marks = [draw(piece, paint) for draw in (fill, strokes, outline) for paint in paints]
    return ink.document(wide, high, [mark for mark in marks if mark])
