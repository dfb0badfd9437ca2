"""What an opponent may doubt, said first: errors, tolerances, the unknown, repairs, exclusions."""

from geo.evidence.annex.blocks import (
    Align,
    Block,
    Head,
    Heading,
    Listing,
    Paragraph,
    Section,
    Table,
    Tone,
)
from geo.evidence.annex.matter import Matter
from geo.evidence.figures.doubts import ABOUT, NOT_APPROVED, Done, deeds, open_questions, unknowns
from geo.evidence.figures.titles import NOT_POSITIONAL, TitleArea, title_areas
from geo.release import read
from geo.schema.labels import LABELS
from geo.terms import Deed
from geo.words import said

_MOST_ROWS = 30


def doubts_pages(matter: Matter) -> Section:
    """Uncertainty, tolerance, the unknown, and what was done to rows."""
    say = matter.say
    blocks: list[Block] = [
        Heading(say("Incertidumbre")),
        Paragraph(
            say(
                "Cada área superpuesta lleva un mínimo y un máximo, con el error conjunto de ambos "
                "límites al 95 %. Donde el mínimo es cero, la superposición es indeterminada: "
                "hacen falta coordenadas oficiales. Donde falta un error, no hay mínimo ni máximo."
            )
        ),
        Heading(say("Áreas de documentos y tolerancia catastral")),
        Paragraph(say(NOT_POSITIONAL)),
        *_titles(matter),
        Heading(say("Lo que no se sabe")),
        *_unknown(matter),
        Heading(say("Lo que se reparó, excluyó o anotó")),
        Paragraph(say(NOT_APPROVED)),
        *_deeds(matter),
    ]
    return Section(say("Dudas, tolerancias y reparaciones"), tuple(blocks))


def limits_page(matter: Matter) -> Section:
    """The same in short: what is unknown, and the statement on tolerance."""
    say = matter.say
    blocks = (*_unknown(matter), Paragraph(say(NOT_POSITIONAL), Tone.NOTE))
    return Section(say("Límites de los datos"), blocks, new_page=False)


def _titles(matter: Matter) -> list[Block]:
    say, words = matter.say, matter.words
    found = title_areas(matter.chosen, read.territories(matter.chosen.release), words)
    if not found:
        return [Paragraph(say("Ningún documento de estas filas da un área con que comparar."))]
    heads = (
        Head(say("Código"), 4),
        Head(say("Nombre"), 7),
        Head(say("Según el documento (ha)"), 4, Align.RIGHT),
        Head(say("Dibujada, plana UTM (ha)"), 4, Align.RIGHT),
        Head(say("Diferencia (ha)"), 4, Align.RIGHT),
        Head(say("Diferencia (%)"), 4, Align.RIGHT),
        Head(say("Tolerancia de área (ha)"), 4, Align.RIGHT),
        Head(say("Resultado"), 5),
    )
    rows = tuple(
        (
            one.code,
            one.name if one.parts == 1 else say("{name} ({n} partes)", name=one.name, n=one.parts),
            words.number(one.title_ha),
            words.number(one.drawn_ha),
            words.number(one.difference_ha),
            words.number(one.share * 100, 2),
            "—" if one.allowed_ha is None else f"± {words.number(one.allowed_ha, 2)}",
            _within(matter, one),
        )
        for one in found
    )
    brackets = {
        say(
            "Tramo {bracket}: {share} % ({source}){doubt}.",
            bracket=one.bracket,
            share=words.number(one.share_allowed * 100, 1),
            source=one.source,
            doubt=_doubt(matter, one),
        ): None
        for one in found
        if one.share_allowed is not None
    }
    return [Table((heads,), rows, tuple(brackets), small=True)]


def _doubt(matter: Matter, one: TitleArea) -> str:
    if not one.to_be_confirmed:
        return ""
    return f" — {matter.say('por confirmar')}: {one.why.rstrip('.')}"


def _within(matter: Matter, one: TitleArea) -> str:
    if one.within is None:
        return matter.say("no se aplica: no es un predio del registro")
    return (
        matter.say("dentro de la tolerancia")
        if one.within
        else matter.say("fuera de la tolerancia")
    )


def _unknown(matter: Matter) -> list[Block]:
    say, words = matter.say, matter.words
    blocks: list[Block] = []
    counts = unknowns(matter.chosen, words)
    if counts:
        of_counts = (
            Head(say("De qué"), 5),
            Head(say("Qué falta"), 12),
            Head(say("Cuántos"), 4, Align.RIGHT),
        )
        blocks.append(
            Table(
                (of_counts,),
                tuple(
                    (
                        say(ABOUT[one.about]),
                        one.what,
                        say(
                            "{n} de {of}",
                            n=words.number(one.n, 0),
                            of=words.number(one.of, 0),
                        ),
                    )
                    for one in counts
                ),
            )
        )
    questions = open_questions(matter.chosen, words)
    if questions:
        heads = (
            Head(say("Pregunta sin respuesta"), 10),
            Head(say("Código"), 5),
            Head(say("Cuántos"), 3, Align.RIGHT),
            Head(say("Qué falta"), 9),
        )
        blocks.append(
            Table(
                (heads,),
                tuple(
                    (
                        one.question,
                        one.code,
                        say(
                            "{n} de {of}",
                            n=words.number(one.n, 0),
                            of=words.number(one.of, 0),
                        ),
                        "; ".join(f"{what} ({words.number(n, 0)})" for what, n in one.missing),
                    )
                    for one in questions
                ),
            )
        )
    return blocks or [Paragraph(say("Ninguna pregunta quedó sin respuesta."))]


def _deeds(matter: Matter) -> list[Block]:
    say = matter.say
    every = deeds(matter.chosen, matter.words)
    done = [one for one in every if not one.brought]
    brought = sum(len(one.rows) for one in every if one.brought)
    repaired = sum(len(one.rows) for one in done if one.repair)
    excluded = sum(len(one.rows) for one in done if one.deed is Deed.EXCLUDED)
    heads = (
        Head(say("Qué se hizo"), 4),
        Head(say("Fuente"), 6),
        Head(say("Filas"), 6),
        Head(say("Campo"), 4),
        Head(say("Motivo"), 7),
        Head(say("Antes"), 4),
        Head(say("Después"), 6),
    )
    blocks: list[Block] = [
        Listing(
            (
                say("Figuras reparadas entre las filas de este anexo: {n}.", n=repaired),
                say(
                    "Filas excluidas entre las de este anexo: {n}. Las de cada archivo entero "
                    "están en la cadena de custodia.",
                    n=excluded,
                ),
                say(
                    "Datos aportados por personas con su documento, que están en la secuencia de "
                    "fechas y en la página de cada derecho: {n}.",
                    n=brought,
                ),
            )
        )
    ]
    if done:
        blocks.append(Table((heads,), tuple(_deed(matter, one) for one in done), small=True))
    return blocks


def _deed(matter: Matter, one: Done) -> tuple[str, ...]:
    rows = list(one.rows[:_MOST_ROWS])
    if len(one.rows) > _MOST_ROWS:
        rows.append(matter.say("y {n} más", n=len(one.rows) - _MOST_ROWS))
    return (
        matter.say(LABELS[Deed][one.deed]),
        one.source,
        ", ".join(said(row) for row in rows),
        one.field or "—",
        matter.say(said(one.reason)),
        said(one.before) or "—",
        said(one.after) or "—",
    )
