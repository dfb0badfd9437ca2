"""Plans to scale, as SVG texts in millimetres: one right on its page, and the situation map.

One millimetre on paper is scale / 1000 metres of the plane. The drawing leaves out detail below
0.05 mm on paper; every figure of the annex is measured with all vertices.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.datum import Shapes
from geo.errors import ChoiceUnknown
from geo.evidence.chosen import By, Chosen
from geo.evidence.figures import tables
from geo.evidence.plan import corners, furniture, grid_lines, ink, looks
from geo.evidence.plan import layers as plan_layers
from geo.evidence.plan import legend as legends
from geo.evidence.plan.labels import Labels, plain
from geo.evidence.plan.layers import Layer, row_of
from geo.evidence.plan.legend import LegendLine
from geo.evidence.plan.scale import Sheet, View, fitting
from geo.evidence.plan.scene import Piece, bounds_of, cut, plane_at, plane_of, scene, within
from geo.terms import PAIRS
from geo.words import Words, _

SHEET = Sheet()
"""170 x 135 mm: the width of an A4 page inside its margins."""

WHOLE = Sheet(height_mm=160, room=0.92)
"""Higher for the situation map, which needs less around its subjects."""

_DETAIL = _(
    "El dibujo omite detalles menores de 0.05 mm en el papel; las medidas usan todos los vértices."
)
_VERTICES = _(
    "Vértices sin número en este plano por falta de espacio: {n} de {all}; todos están en los "
    "cuadros de datos técnicos."
)
_DOTTED = _(
    "Un número con puntos dice parte y vértice (2.4), o parte, anillo y vértice (1.2.4), como en "
    "los cuadros de datos técnicos."
)
_NUMBERS = _("Números del cuadro de superposición que no caben en este plano: {n}.")
_APART = _("Territorios cercanos o colindantes, sin superficie común que dibujar: {n}.")
_OTHERS = _("Otros derechos de este anexo, con su código donde hay espacio")
_KEYED = _("Los números del plano son los del cuadro de superposición.")
_RINGED = _("Un círculo señala cada superposición que a esta escala casi no se ve.")


@dataclass(frozen=True)
class Plan:
    """A drawing, exactly at 1:scale in `plane` where it is set at its own width and height.

    extent: west, south, east, north of its window in metres of the plane. notes: sentences in its
    language about what had no room or was left out.
    """

    svg: str
    scale: int
    plane: str
    width_mm: float
    height_mm: float
    legend: tuple[LegendLine, ...]
    extent: tuple[float, float, float, float]
    notes: tuple[str, ...] = ()


def of_right(chosen: Chosen, concession_key: str, words: Words, sheet: Sheet = SHEET) -> Plan:
    """One right in the plane in which it is measured, and what lies around it in the choice.

    Its vertices and those of its overlaps bear the numbers of their technical tables; those of
    the first overlap stand after an «a», of the second after a «b», in the order of the choice.
    Raises ChoiceUnknown where the choice has no such right, OutsideCountry where it lies in no
    zone of the country, TransformationRefused where something has no place in its plane.
    """
    keys = chosen.concessions["key"].tolist()
    if concession_key not in keys:
        raise ChoiceUnknown(f"No hay ningún derecho «{plain(concession_key)}» en este anexo.")
    place = keys.index(concession_key)
    row = row_of(chosen.concessions, place)
    shapes = scene(chosen, plane_of(chosen.concessions.iloc[place]))
    view = fitting(bounds_of(shapes.concessions[[place]]), sheet, shapes.plane)
    mine = np.flatnonzero(chosen.overlaps["concession_key"].eq(concession_key)).tolist()
    pairs = [at for at in mine if chosen.overlaps["overlap_class"].iloc[at] in PAIRS]

    right, paint = cut(shapes.concessions[place], view), looks.of_right(row)
    lands = plan_layers.territories(chosen, shapes, view)
    pieces = plan_layers.overlaps(chosen, shapes, view, pairs)
    seen = [at for at in within(shapes.concessions, view) if at != place]
    others = [(at, cut(shapes.concessions[at], view)) for at in seen]

    labels = Labels(view.window)
    code = plan_layers.own_code(right, plain(row["native_id"]), labels)
    points = corners.numbered(tables.of_right(row), view)
    for letter, at in zip(legends.letters(), pairs, strict=False):
        points += corners.numbered(tables.of_overlap(row_of(chosen.overlaps, at)), view, letter)
    numbers, vertices, without = corners.marks(points, view, labels)
    rings = plan_layers.small(pieces)
    marks = [
        *plan_layers.ground(lands, pieces),
        *grid_lines.lines(view),
        *(looks.outline(piece, looks.NEIGHBOUR) for _at, piece in others),
        *plan_layers.edges(lands, pieces),
        looks.outline(right, paint),
        *rings,
        *numbers,
        *plan_layers.codes(chosen.concessions, others, labels),
        *plan_layers.names(chosen.territories, lands, labels, right.area),
        *code,
    ]
    legend = [
        legends.right(row, words),
        *legends.overlaps(chosen, pairs, words),
        *legends.territories(chosen, lands, words),
    ]
    if others:
        legend.append(LegendLine(words.say(_OTHERS), looks.swatch(looks.NEIGHBOUR)))
    apart = len(mine) - len(pairs)
    notes = [
        *_note(without, _VERTICES, words, all=words.number(vertices, 0)),
        *_note(sum("." in one for one, _place in points), _DOTTED, words),
        *_note(apart, _APART, words),
        *_note(len(rings), _RINGED, words),
        *_detail([right, *_pieces_of(lands), *_pieces_of(pieces)], words),
    ]
    met = chosen.overlaps["territory_key"].iloc[mine]
    land = shapes.territories[np.flatnonzero(chosen.territories["key"].isin(met))]
    return _plan(view, marks, land, legend, notes, words)


def of_whole(
    chosen: Chosen,
    words: Words,
    numbers: Mapping[tuple[str, str], int] | None = None,
    sheet: Sheet = WHOLE,
) -> Plan:
    """The situation map: subjects, rights and overlaps under the numbers of the overlap table.

    numbers: N° by keys of right and territory; without it the order of the choice, from 1. The
    plane is that of the middle of the subjects. Raises as `of_right`.
    """
    of_land = chosen.by in (By.TERRITORY, By.CASE)
    frame = chosen.territories if of_land else chosen.concessions
    subjects = np.flatnonzero(frame["key"].isin(chosen.subjects))
    degrees = np.asarray(frame.geometry.array, dtype=object)[subjects]
    plane = plane_at(shapely.box(*shapely.total_bounds(degrees)) if len(degrees) else None)
    shapes = scene(chosen, plane)
    asked = (shapes.territories if of_land else shapes.concessions)[subjects]
    view = fitting(bounds_of(asked), sheet, plane)

    lands = plan_layers.territories(chosen, shapes, view)
    pairs = np.flatnonzero(chosen.overlaps["overlap_class"].isin(PAIRS)).tolist()
    pieces = plan_layers.overlaps(chosen, shapes, view, pairs)
    rights = plan_layers.rights(chosen, shapes, view)
    labels = Labels(view.window)
    numbered, without = plan_layers.numbered(
        chosen.overlaps,
        _in_order(chosen) if numbers is None else numbers,
        _places(chosen, rights, pieces),
        labels,
    )
    marks = [
        *plan_layers.ground(lands, pieces),
        *grid_lines.lines(view),
        *plan_layers.edges(lands, pieces),
        *(looks.outline(piece, paint) for _at, piece, paint in rights),
        *numbered,
        *plan_layers.names(chosen.territories, lands, labels, shapely.MultiPolygon()),
    ]
    legend = [
        *legends.kinds(chosen, [at for at, _piece, _paint in rights], words),
        *legends.classes(chosen, pairs, words),
        *legends.territories(chosen, lands, words),
    ]
    notes = [
        *_note(len(numbered), _KEYED, words),
        *_note(without, _NUMBERS, words),
        *_detail([*_pieces_of(rights), *_pieces_of(lands), *_pieces_of(pieces)], words),
    ]
    return _plan(view, marks, asked[:0], legend, notes, words)


def _plan(
    view: View,
    marks: Iterable[str],
    land: Shapes,
    legend: list[LegendLine],
    notes: list[str],
    words: Words,
) -> Plan:
    sheet = view.sheet
    drawn = [
        ink.box((0, 0, sheet.width_mm, sheet.height_mm), ink.PAPER),
        *(mark for mark in marks if mark),
        ink.box(view.window, "none", ink.INK, 0.35),
        *grid_lines.ticks(view),
        *(mark for _box, mark in grid_lines.labels(view)),
        *furniture.strip(view, land, words),
    ]
    return Plan(
        svg=ink.document(sheet.width_mm, sheet.height_mm, drawn),
        scale=view.scale,
        plane=view.plane,
        width_mm=sheet.width_mm,
        height_mm=sheet.height_mm,
        legend=tuple(legend),
        extent=view.extent,
        notes=tuple(notes),
    )


def _note(number: int, sentence: str, words: Words, **values: str) -> list[str]:
    """The sentence, where there is something to say."""
    return [words.say(sentence, n=words.number(number, 0), **values)] if number else []


def _detail(pieces: Iterable[Piece], words: Words) -> list[str]:
    return [words.say(_DETAIL)] if any(piece.simplified for piece in pieces) else []


def _pieces_of(layer: Layer) -> list[Piece]:
    return [piece for _at, piece, _paint in layer]


def _in_order(chosen: Chosen) -> dict[tuple[str, str], int]:
    keys = zip(chosen.overlaps["concession_key"], chosen.overlaps["territory_key"], strict=True)
    return {key: number for number, key in enumerate(keys, 1)}


def _places(chosen: Chosen, rights: Layer, pieces: Layer) -> dict[tuple[str, str], BaseGeometry]:
    """What of each pair is seen: its overlap, else its right; on the sheet, in millimetres."""
    rows = {chosen.concessions["key"].iloc[at]: piece for at, piece, _paint in rights}
    shared = {at: piece for at, piece, _paint in pieces}
    found = {}
    keys = zip(chosen.overlaps["concession_key"], chosen.overlaps["territory_key"], strict=True)
    for at, (right, land) in enumerate(keys):
        piece = shared.get(at) or rows.get(right)
        if piece and not piece.area.is_empty:
            found[right, land] = piece.area
    return found
