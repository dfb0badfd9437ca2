"""Technical tables: vertex, side, distance, interior angle, azimuth, East, North of a polygon.

Coordinates are rounded to the millimetre first, as they are printed, and everything else is
computed from those: a reader with a calculator gets the same area, distances and angles.
Distances are of the grid of the plane, azimuths count from its north, clockwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geo.crs import PSAD56_ZONES, describe
from geo.datum import draw, from_degrees, legal_plane, zone_label
from geo.errors import OutsideCountry, PlaneRefused
from geo.evidence.figures.rings import MM_PER_M, Outline, order, outlines
from geo.grid import recovered_psad56
from geo.measure import SQUARE_METRES_PER_HA, plane_ha, polygons_of, refuse_for_measuring
from geo.terms import GridDatum
from geo.words import Words, _

Row = Mapping[str, Any] | pd.Series

_FULL_TURN_S = 360 * 3600
_SUM_AGREES = 1e-6  # degrees: what doubles lose over 100,000 angles, and less than a second

_MERGED = _(
    "Al redondear al milímetro coincidieron vértices consecutivos: {n} no se repiten en el cuadro."
)
_COLLAPSED = _("{n} anillos de menos de un milímetro de ancho no se imprimen.")
_TOUCHING = _(
    "Al redondear al milímetro, {n} anillos se tocan o se cruzan a sí mismos: la suma de sus "
    "ángulos no es la de un polígono simple."
)
_OTHER_PLANE = _(
    "Los lados de esta figura son rectos en {own}. El cuadro mide en {plane} la recta entre "
    "vértices; el cálculo de superposición sigue el lado verdadero, y su área difiere de la de "
    "este cuadro en {difference} ha."
)
_NO_PLANE = _("La fila no dice en qué plano son rectos sus lados: se toman rectos en {plane}.")
_RECOVERED = _(
    "Coordenadas de origen deducidas: los vértices caen en kilómetros enteros de {plane} a menos "
    "de 20 m y se anotan en ellos. Deben cotejarse con la resolución que otorgó el derecho."
)


@dataclass(frozen=True)
class Note:
    """Something to say under a table: a message id and what fills its {words}."""

    sentence: str
    values: tuple[tuple[str, int | float | str], ...] = ()

    def said(self, spoken: Words) -> str:
        """The note in a language. A float is written with four decimals."""
        return spoken.say(self.sentence, **{name: _told(one, spoken) for name, one in self.values})


@dataclass(frozen=True, slots=True)
class Vertex:
    """One line: the vertex, and the side that leaves it. Metres of the plane, degrees.

    side: «3-4». angle: interior to the ring. azimuth: of the side. east, north: as printed, with
    three decimals.
    """

    number: int
    side: str
    distance_m: float
    angle: float
    azimuth: float
    east: float
    north: float

    @property
    def angle_text(self) -> str:
        """The interior angle in degrees, minutes and seconds."""
        return dms(self.angle)

    @property
    def azimuth_text(self) -> str:
        """The azimuth in degrees, minutes and seconds, from 0°00'00" to 359°59'59"."""
        return dms(round(self.azimuth * 3600) % _FULL_TURN_S / 3600)


@dataclass(frozen=True)
class Ring:
    """One ring, clockwise from its north-west vertex; the last side returns to vertex 1.

    part: from 1. number: 1 is the outline, the others are holes, whose areas are subtracted.
    angle_sum and angle_sum_expected: degrees, the latter 180 (n - 2). closure_m: the length of
    the sum of all sides as vectors, 0 where the ring closes.
    """

    part: int
    number: int
    hole: bool
    vertices: tuple[Vertex, ...]
    area_m2: float
    perimeter_m: float
    angle_sum: float
    angle_sum_expected: float
    closure_m: float


@dataclass(frozen=True)
class Table:
    """All rings of a shape. plane: "EPSG:n"; zone: "19S", "" where it is not UTM.

    area_ha: of the printed coordinates, without the holes. perimeter_m: of all rings, holes too.
    overlay_difference_ha: the area that the overlay measures minus area_ha, 0 where the sides are
    straight in the same plane, None where that was not asked or nobody knows the shape's plane.
    """

    plane: str
    zone: str
    rings: tuple[Ring, ...]
    area_ha: float
    perimeter_m: float
    notes: tuple[Note, ...]
    overlay_difference_ha: float | None = None


class Line(TypedDict):
    """One line of a table as a spreadsheet has it; `distance_m` with three decimals."""

    part: int
    ring: int
    hole: bool
    vertex: int
    side: str
    distance_m: float
    angle: str
    azimuth: str
    east: float
    north: float


def technical(shape: BaseGeometry | None, plane: str) -> Table:
    """The table of a polygon or polygons whose vertices are in the metres of `plane`.

    What is not a polygon in a collection is left out, no shape gives no rings. Parts and holes
    stand in order from the north-west: the vertex that maximises north minus east, of several
    the northernmost. Areas are exact for the printed coordinates but for double rounding.
    Raises PlaneRefused where the plane does not measure in true metres.
    """
    refuse_for_measuring(plane)
    if describe(plane).unit_m != 1:
        raise PlaneRefused(f"«{describe(plane).name}» no se mide en metros: use un plano UTM.")
    polygons, _rows = polygons_of(np.array([shape], dtype=object))
    found = [outlines(polygon) for polygon in polygons]
    whole = [part for part, _merged, _lost in found if part]
    whole.sort(key=lambda part: order(part[0].mm))
    rings = tuple(
        _ring(outline, number, place)
        for number, part in enumerate(whole, 1)
        for place, outline in enumerate(part, 1)
    )
    merged = sum(count for _part, count, _lost in found)
    lost = sum(count for _part, _merged, count in found)
    return Table(
        plane=describe(plane).code,
        zone=zone_label(plane),
        rings=rings,
        area_ha=sum(-r.area_m2 if r.hole else r.area_m2 for r in rings) / SQUARE_METRES_PER_HA,
        perimeter_m=sum(ring.perimeter_m for ring in rings),
        notes=_notes(merged, lost, rings),
    )


def of_territory(row: Row, plane: str) -> Table:
    """The vertices of a territory (EPSG:4326, schema.columns.TERRITORY) in `plane`.

    No vertex is added: where the sides are straight in another plane, a note says so, and by how
    many hectares the area that the overlay measures differs. Raises as `technical`, and
    TransformationRefused for a shape that has no place in `plane`.
    """
    return _brought(row, plane)


def of_right(row: Row) -> Table:
    """The vertices of a right (EPSG:4326, schema.columns.CONCESSION) in its own plane.

    A right whose own plane is not UTM is shown in the legal plane of its place. Raises as
    `of_territory`, and OutsideCountry where that place has no legal plane.
    """
    own = _text(row["plane"])
    return _brought(row, own if own and zone_label(own) else _legal_plane(row))


def psad56_of_right(row: Row) -> Table | None:
    """The corners of a right as they were fixed: whole kilometres of PSAD56 UTM.

    None where they are not. They are deduced from the grid, not read in a resolution, and the
    note says so: a corner may lie up to 20 m off before it is taken for its kilometre.
    """
    if _text(row["grid_datum"]) != GridDatum.PSAD56.value or row["geometry"] is None:
        return None
    own = _text(row["plane"])
    zoned = own if own and zone_label(own) else _legal_plane(row)
    shapes = np.array([row["geometry"]], dtype=object)
    (corners,) = recovered_psad56(shapes, zoned)
    if corners is None:
        return None
    zone = int(zone_label(zoned)[:2])
    table = technical(corners, PSAD56_ZONES[zone])
    return _with(table, (Note(_RECOVERED, (("plane", _named(table.plane)),)),))


def of_overlap(row: Row) -> Table:
    """All parts of an overlap (EPSG:4326, schema.columns.OVERLAPS) in the plane of its figures."""
    plane = _text(row["plane"])
    return technical(_moved(row["geometry"], plane), plane)


def lines(table: Table) -> list[Line]:
    """A table as rows for a spreadsheet, in its order."""
    return [
        Line(
            part=ring.part,
            ring=ring.number,
            hole=ring.hole,
            vertex=vertex.number,
            side=vertex.side,
            distance_m=round(vertex.distance_m, 3),
            angle=vertex.angle_text,
            azimuth=vertex.azimuth_text,
            east=vertex.east,
            north=vertex.north,
        )
        for ring in table.rings
        for vertex in ring.vertices
    ]


def dms(angle: float) -> str:
    """Degrees as 36°52'12", rounded to the second; 60 seconds or minutes are carried.

    angle: degrees, 0 or more.
    """
    minutes, seconds = divmod(round(angle * 3600), 60)
    degrees, minutes = divmod(minutes, 60)
    return f"{degrees}°{minutes:02}'{seconds:02}\""


def _ring(outline: Outline, part: int, number: int) -> Ring:
    mm = outline.mm
    sides = np.roll(mm, -1, axis=0) - mm
    east_m, north_m = sides.astype(float).T / MM_PER_M
    lengths = np.hypot(east_m, north_m)
    azimuths = np.degrees(np.arctan2(east_m, north_m))
    azimuths = np.where(azimuths < 0, azimuths + 360.0, azimuths)
    count = len(mm)
    columns = (
        lengths.tolist(),
        outline.angles.tolist(),
        azimuths.tolist(),
        (mm[:, 0] / MM_PER_M).tolist(),
        (mm[:, 1] / MM_PER_M).tolist(),
    )
    vertices = tuple(
        Vertex(place, f"{place}-{place % count + 1}", *values)
        for place, values in enumerate(zip(*columns, strict=True), 1)
    )
    return Ring(
        part=part,
        number=number,
        hole=number > 1,
        vertices=vertices,
        area_m2=outline.double / 2 / MM_PER_M**2,
        perimeter_m=float(lengths.sum()),
        angle_sum=float(outline.angles.sum()),
        angle_sum_expected=180.0 * (count - 2),
        closure_m=float(np.hypot(*sides.sum(axis=0).astype(float))) / MM_PER_M,
    )


def _notes(merged: int, lost: int, rings: tuple[Ring, ...]) -> tuple[Note, ...]:
    touching = sum(abs(ring.angle_sum - ring.angle_sum_expected) > _SUM_AGREES for ring in rings)
    counted = ((_MERGED, merged), (_COLLAPSED, lost), (_TOUCHING, touching))
    return tuple(Note(sentence, (("n", count),)) for sentence, count in counted if count)


def _brought(row: Row, plane: str) -> Table:
    shape, own = row["geometry"], _text(row["plane"])
    table = technical(_moved(shape, plane), plane)
    if not own:
        return _with(table, (Note(_NO_PLANE, (("plane", _named(plane)),)),))
    if describe(own).code == table.plane or shape is None:
        return _with(table, (), 0.0)
    true = draw(np.array([shape], dtype=object), own, plane)
    difference = float(plane_ha(true, plane)[0]) - table.area_ha
    told = (("own", _named(own)), ("plane", _named(plane)), ("difference", difference))
    return _with(table, (Note(_OTHER_PLANE, told),), difference)


def _with(table: Table, notes: tuple[Note, ...], difference: float | None = None) -> Table:
    return Table(
        plane=table.plane,
        zone=table.zone,
        rings=table.rings,
        area_ha=table.area_ha,
        perimeter_m=table.perimeter_m,
        notes=(*table.notes, *notes),
        overlay_difference_ha=difference,
    )


def _moved(shape: BaseGeometry | None, plane: str) -> BaseGeometry | None:
    if shape is None:
        return None
    moved: BaseGeometry = from_degrees(np.array([shape], dtype=object), plane)[0]
    return moved


def _legal_plane(row: Row) -> str:
    legal = legal_plane(np.array([row["geometry"]], dtype=object)).iloc[0]
    if pd.isna(legal):
        raise OutsideCountry(
            "Una figura no cae en ninguna zona UTM del país: revise el sistema de coordenadas "
            "del archivo."
        )
    return str(legal)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _named(plane: str) -> str:
    """A plane as people read it: «WGS 84 / UTM zone 19S (EPSG:32719)»."""
    meant = describe(plane)
    return f"{meant.name} ({meant.code})" if meant.code.startswith("EPSG:") else meant.name


def _told(value: float | str, spoken: Words) -> str:
    if isinstance(value, str):
        return value
    # what rounds to nothing has no sign
    return (
        spoken.number(value, 0) if isinstance(value, int) else spoken.number(round(value, 4) + 0.0)
    )
