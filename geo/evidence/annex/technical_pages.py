"""Technical tables as pages: territories, rights, and what they share, with their checks."""

from collections.abc import Iterator

import pandas as pd

from geo.evidence.annex.blocks import Align, Block, Head, Heading, Paragraph, Section, Table, Tone
from geo.evidence.annex.matter import Matter
from geo.evidence.figures.tables import (
    Ring,
    dms,
    of_overlap,
    of_right,
    of_territory,
    psad56_of_right,
)
from geo.evidence.figures.tables import Table as Figures
from geo.terms import PAIRS
from geo.words import said


def technical_pages(matter: Matter) -> Section:
    """(a) each territory, (b) each right, (c) what each right shares with each territory."""
    say, chosen = matter.say, matter.chosen
    shared = chosen.overlaps.loc[chosen.overlaps["overlap_class"].isin(list(PAIRS))]
    blocks: list[Block] = [
        Paragraph(
            say(
                "Vértices en sentido horario desde el noroeste. Las distancias son de cuadrícula "
                "UTM; los azimutes se cuentan desde el norte de la cuadrícula. Todo se calcula de "
                "las coordenadas tal como están impresas: con ellas cualquiera obtiene la misma "
                "área. El orden es Este, Norte; otros cuadros ponen el Norte primero."
            )
            + " "
            + say(
                "La suma de ángulos se hace antes de redondear cada ángulo al segundo: la de los "
                "impresos puede diferir en medio segundo por vértice. Los anillos que son vacío "
                "interior se listan también en sentido horario, y su área se resta."
            )
            + " "
            + say(
                "Una superposición tiene además los vértices que se intercalan en los lados que no "
                "son rectos en el plano de medida (un vértice cada 100 m) y los del corte con el "
                "otro límite: no son hitos ni vértices de la fuente."
            ),
            Tone.NOTE,
        )
    ]
    planes = _planes(matter, shared)
    lands = [row for _at, row in chosen.territories.iterrows() if row["key"] in planes]
    if lands:
        blocks.append(Heading(say("(a) Territorios")))
    for row in lands:
        for plane in planes[row["key"]]:
            title = matter.land_called(row["key"])
            blocks += list(_table(matter, title, of_territory(row, plane)))
    blocks.append(Heading(say("(b) Derechos")))
    for _at, row in chosen.concessions.iterrows():
        title = matter.right_called(row["key"])
        blocks += list(_table(matter, title, of_right(row)))
        origin = psad56_of_right(row)
        if origin is not None:
            told = say("{title}: vértices de origen en PSAD56", title=title)
            blocks += list(_table(matter, told, origin))
    if len(shared):
        blocks.append(Heading(say("(c) Superposiciones")))
    for _at, row in shared.iterrows():
        title = say(
            "{right} con {land}",
            right=matter.right_called(row["concession_key"]),
            land=matter.land_called(row["territory_key"]),
        )
        blocks += list(_table(matter, title, of_overlap(row)))
    return Section(say("Cuadros de datos técnicos"), tuple(blocks))


def _planes(matter: Matter, shared: pd.DataFrame) -> dict[str, list[str]]:
    """For each territory the planes in which something on it was measured, else its own."""
    planes: dict[str, list[str]] = {}
    for key, rows in shared.groupby("territory_key", sort=False):
        planes[str(key)] = sorted(set(rows["plane"]))
    if matter.of_land:
        for subject in matter.subjects:
            own = said(subject["plane"])
            if own and own != "EPSG:4326":
                planes.setdefault(subject["key"], [own])
    return planes


def _table(matter: Matter, title: str, figures: Figures) -> Iterator[Block]:
    say, words = matter.say, matter.words
    yield Heading(title, 3)
    many = len(figures.rings) > 1
    for ring in figures.rings:
        if many:
            kind = say("vacío interior") if ring.hole else say("contorno")
            told = say(
                "Parte {part}, {kind} {number}", part=ring.part, kind=kind, number=ring.number
            )
            yield Paragraph(told, Tone.NOTE)
        yield Table(
            (_heads(matter),), _rows(matter, ring), (_checks(matter, ring),), small=True, even=True
        )
    yield Paragraph(
        say(
            "ÁREA TOTAL: {m2} m² = {ha} ha · PERÍMETRO: {perimeter} m · ZONA/DATUM: {zone} · "
            "PROYECCIÓN: UTM",
            m2=words.number(figures.area_ha * 10_000, 2),
            ha=words.number(figures.area_ha),
            perimeter=words.number(figures.perimeter_m, 2),
            zone=matter.zone_and_datum(figures.plane),
        ),
        Tone.TOTAL,
    )
    for note in figures.notes:
        yield Paragraph(note.said(words), Tone.NOTE)


def _heads(matter: Matter) -> tuple[Head, ...]:
    say = matter.say
    return (
        Head(say("VÉRTICE"), 3, Align.RIGHT),
        Head(say("LADO"), 4, Align.CENTER),
        Head(say("DISTANCIA DE CUADRÍCULA (m)"), 5, Align.RIGHT),
        Head(say("ÁNGULO INTERNO"), 6, Align.RIGHT),
        Head(say("AZIMUT"), 5, Align.RIGHT),
        Head(say("ESTE (X) (m)"), 6, Align.RIGHT),
        Head(say("NORTE (Y) (m)"), 6, Align.RIGHT),
    )


def _rows(matter: Matter, ring: Ring) -> tuple[tuple[str, ...], ...]:
    number = matter.words.number
    return tuple(
        (
            str(one.number),
            one.side,
            number(one.distance_m, 3),
            one.angle_text,
            one.azimuth_text,
            number(one.east, 3),
            number(one.north, 3),
        )
        for one in ring.vertices
    )


def _checks(matter: Matter, ring: Ring) -> str:
    number = matter.words.number
    return matter.say(
        "Suma de ángulos internos: {sum} (180° × (n − 2) = {expected}). Cierre: {closure} m. Área "
        "del anillo: {area} m². Perímetro: {perimeter} m.",
        sum=dms(ring.angle_sum),
        expected=dms(ring.angle_sum_expected),
        closure=number(ring.closure_m, 3),
        area=number(ring.area_m2, 2),
        perimeter=number(ring.perimeter_m, 2),
    )
