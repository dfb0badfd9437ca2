"""The sheet itself: what falls into its window, drawn to scale, with all that a reader needs.

Outlines lose detail below 0.05 mm on paper; nothing is measured in a drawing. The departments,
which Natural Earth draws for 1:10,000,000, stand only on sheets where that does not mislead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import segno
import shapely

from geo import naming
from geo.datum import Shapes, densify, from_degrees, zone_label
from geo.errors import ChoiceUnknown
from geo.evidence.annex.typeset import set_from
from geo.evidence.plan import furniture, grid_lines, ink, looks
from geo.evidence.plan import layers as plan_layers
from geo.evidence.plan import legend as legends
from geo.evidence.plan.grid_lines import grouped
from geo.evidence.plan.labels import Labels, plain
from geo.evidence.plan.legend import LegendLine
from geo.evidence.plan.scale import View
from geo.evidence.plan.scene import areas, cut, scene, within
from geo.evidence.sheet.window import SIZES_MM, Wanted, degrees_of, distortion, view_of
from geo.terms import PAIRS
from geo.words import Words, _, said

MOST = 3_000
"""Shapes that one sheet may hold: more would be a grey stain, and minutes of work."""

_TEMPLATES = Path(__file__).resolve().parent / "typst"
_MAIN = "sheet.typ"
_OUTLINES_FROM = 250_000
_LOOKED_AT = 0.001
_MOST_RINGS = 40
_ILLUSTRATIVE = _("Datos ilustrativos: no describen ningún lugar real.")
_STATEMENT = _(
    "Una superposición es un hecho de cálculo entre dos límites registrados o declarados. No dice "
    "por sí sola que un derecho sea válido o inválido, ni que alguien ocupe o explote el lugar."
)
_DETAIL = _("El dibujo no sirve para medir: las medidas están en las tablas y en los expedientes.")
_ABSENT = _("Que un territorio no aparezca en el mapa no significa que no exista.")


@dataclass(frozen=True, eq=False)
class Shown:
    """What the sheet may draw: rows of one release, already filtered, in EPSG:4326.

    sources: of the release. release_id, as_of: of it. outlines: departments (name, geometry).
    chosen: the filter in words, "" for none.
    """

    concessions: gpd.GeoDataFrame
    territories: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame
    sources: tuple[dict[str, Any], ...]
    release_id: str
    as_of: str
    illustrative: bool
    outlines: gpd.GeoDataFrame
    chosen: str = ""


def pdf(shown: Shown, wanted: Wanted, words: Words, fonts: Path) -> bytes:
    """The sheet as a PDF; sources that have no room below the drawing stand on a second page.

    The same wishes give the same bytes.

    Raises ChoiceUnknown where the window holds more than MOST shapes or no scale fits,
    OutsideCountry where it lies in no zone of the country, AnnexFailed as `typeset.pdf`.
    """
    view = view_of(wanted)
    seen = _inside(shown, degrees_of(view))
    total = len(seen.concessions) + len(seen.territories) + len(seen.overlaps)
    if total > MOST:
        raise ChoiceUnknown(
            f"En esa hoja caben {total:,} figuras y se dibujan como máximo {MOST:,}: acérquese, "
            "o filtre lo que quiere ver."
        )
    return set_from(_told(seen, view, wanted, words), fonts, _TEMPLATES, _MAIN, shown.as_of)


def _inside(shown: Shown, box: tuple[float, float, float, float]) -> Shown:
    window = shapely.box(*box)

    def some(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        held = shapely.intersects(np.asarray(frame.geometry.array, dtype=object), window)
        return gpd.GeoDataFrame(frame[held]).reset_index(drop=True)

    return Shown(
        some(shown.concessions),
        some(shown.territories),
        some(shown.overlaps.loc[shown.overlaps["overlap_class"].isin(PAIRS)]),
        shown.sources,
        shown.release_id,
        shown.as_of,
        shown.illustrative,
        shown.outlines,
        shown.chosen,
    )


def _told(seen: Shown, view: View, wanted: Wanted, words: Words) -> dict[str, Any]:
    """Everything on the sheet, as its template reads it."""
    svg, legend, ringed = _drawn(seen, view, words)
    notes = [words.say(_ABSENT), words.say(_DETAIL)]
    if ringed:
        notes.append(
            words.say("Un círculo señala cada superposición que a esta escala casi no se ve.")
        )
    off = distortion(view)
    if off >= _LOOKED_AT:
        notes.append(
            words.say(
                "Por la proyección, la escala difiere hasta {share} % en el borde de esta hoja.",
                share=words.number(100 * off, 1),
            )
        )
    narrow, long = SIZES_MM[wanted.paper]
    code = " · ".join(
        (
            "Deslinde",
            seen.release_id,
            seen.as_of,
            f"1:{view.scale}",
            f"{view.plane} {view.west:.0f} {view.south:.0f}",
        )
    )
    return {
        "language": words.language if words.language in ("es", "en") else "es",
        "title": plain(said(wanted.title)[:120]) or words.say("Mapa de superposiciones"),
        "width_mm": long if wanted.across else narrow,
        "height_mm": narrow if wanted.across else long,
        "drawing": {"svg": svg, "width_mm": view.sheet.width_mm, "height_mm": view.sheet.height_mm},
        "alt": words.say(
            "Mapa a escala 1:{scale}, zona UTM {zone}",
            scale=grouped(view.scale),
            zone=zone_label(view.plane),
        ),
        "legend": [{"svg": one.swatch_svg, "text": one.label} for one in legend],
        "nothing": "" if legend else words.say("En esta hoja no hay nada dibujado."),
        "chosen": words.say("Filtro: {chosen}", chosen=seen.chosen) if seen.chosen else "",
        "sources": _sources(seen, words),
        "release": words.say(
            "Publicación {id}, datos al {on}.", id=seen.release_id, on=words.date(seen.as_of)
        ),
        "statement": words.say(_STATEMENT),
        "notes": notes,
        "specimen": words.say(_ILLUSTRATIVE) if seen.illustrative else "",
        "code": {"svg": _code(code)},
        "code_says": code,
    }


def _drawn(seen: Shown, view: View, words: Words) -> tuple[str, list[LegendLine], int]:
    shapes = scene(seen, view.plane)
    lands = plan_layers.territories(seen, shapes, view)
    rows = within(shapes.overlaps, view)
    pieces = plan_layers.overlaps(seen, shapes, view, rows)
    rights = plan_layers.rights(seen, shapes, view)
    labels = Labels(view.window)
    outlines = _outlines(seen.outlines, view.plane)
    rings = plan_layers.small(pieces)
    if len(rings) > _MOST_RINGS:
        rings = []  # they would hide what they point at
    names = plan_layers.names(seen.territories, lands, labels, shapely.MultiPolygon())
    codes = plan_layers.codes(
        seen.concessions, [(at, piece) for at, piece, _paint in rights], labels
    )
    marks = [
        ink.box((0, 0, view.sheet.width_mm, view.sheet.height_mm), ink.PAPER),
        *(_borders(outlines, view) if view.scale >= _OUTLINES_FROM else ()),
        *plan_layers.ground(lands, pieces),
        *grid_lines.lines(view),
        *plan_layers.edges(lands, pieces),
        *(looks.outline(piece, paint) for _at, piece, paint in rights),
        *rings,
        *names,
        *codes,
        ink.box(view.window, "none", ink.INK, 0.35),
        *grid_lines.ticks(view),
        *(mark for _box, mark in grid_lines.labels(view)),
        *furniture.strip(view, outlines, words),
    ]
    legend = [
        *legends.classes(seen, rows, words),
        *legends.territories(seen, lands, words, by_look=True),
        *legends.kinds(seen, [at for at, _piece, _paint in rights], words),
    ]
    svg = ink.document(view.sheet.width_mm, view.sheet.height_mm, [mark for mark in marks if mark])
    return svg, legend, len(rings)


def _outlines(frame: gpd.GeoDataFrame, plane: str) -> Shapes:
    """The departments in metres of a plane; for finding one's way, two zones away as well."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    if not len(shapes):
        return shapes
    moved = from_degrees(densify(shapes, "EPSG:4326", 5_000), plane)
    return np.array([areas(shape) for shape in moved], dtype=object)


def _borders(outlines: Shapes, view: View) -> list[str]:
    drawn = (cut(shape, view).outline for shape in outlines)
    return [ink.lines(line, "#b4b4b4", 0.15, "1.2 0.8") for line in drawn if not line.is_empty]


def _sources(seen: Shown, words: Words) -> list[str]:
    """The sources of what is drawn, each with its date and its notice."""
    frames = (seen.concessions, seen.territories)
    dates: dict[str, str] = {}
    for frame in frames:
        for source, on in zip(frame["source_id"], frame["as_of"].fillna(""), strict=True):
            dates[str(source)] = max(dates.get(str(source), ""), str(on))
    told = []
    by: Mapping[str, Mapping[str, Any]] = {str(one["id"]): one for one in seen.sources}
    for source in sorted(dates):
        one = by.get(source, {})
        title = naming.told(one, "title", words) or source
        line = f"{plain(title)} ({plain(said(one.get('publisher')))}), "
        line += naming.day(dates[source] or None, words)
        notice = plain(naming.told(one, "notice", words))
        told.append(f"{line}. {notice}".strip())
    return told


def _code(text: str) -> str:
    """A QR code of a text as a drawing in which a module is a millimetre."""
    rows: Sequence[Sequence[int]] = [list(row) for row in segno.make(text, error="m").matrix]
    dark = [
        shapely.box(x, y, x + 1, y + 1)
        for y, row in enumerate(rows)
        for x, module in enumerate(row)
        if module
    ]
    quiet, size = 4, len(rows)
    whole = size + 2 * quiet
    shape = shapely.transform(shapely.union_all(dark), lambda xy: xy + quiet)
    return ink.document(
        whole, whole, [ink.box((0, 0, whole, whole), ink.PAPER), ink.area(shape, ink.INK)]
    )
