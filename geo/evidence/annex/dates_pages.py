"""The sequence of dates, and how the rights lie to each date that one may choose."""

import pandas as pd

from geo import naming
from geo.evidence.annex.blocks import Align, Block, Head, Heading, Paragraph, Section, Table, Tone
from geo.evidence.annex.matter import Matter
from geo.evidence.figures.baseline import POSITIONS, Against, Position, asked_for, comparison
from geo.evidence.figures.rows import records
from geo.evidence.figures.sequence import HEADINGS, sequence
from geo.words import _, said

_WIDTHS = {
    "date": 5,
    "precision": 4,
    "act": 11,
    "entity": 6,
    "document": 7,
    "source": 7,
    "effect": 7,
}
SIDES = (("filing", _("Formulación")), ("grant", _("Otorgamiento")))


def sequence_of_dates(matter: Matter) -> Section:
    """Everything that bears a date, in order; what has none, at the end."""
    say = matter.say
    rows = records(sequence(matter.chosen, matter.wishes, matter.words))
    heads = tuple(Head(say(HEADINGS[name]), width) for name, width in _WIDTHS.items())
    table = Table((heads,), tuple(tuple(said(row[name]) for name in _WIDTHS) for row in rows))
    note = say(
        "Las fechas llevan la precisión que tiene su fuente. «No consta» significa que los datos "
        "de este paquete no lo dicen."
    )
    return Section(say("Secuencia de fechas"), (Paragraph(note, Tone.NOTE), table), landscape=True)


def classification(matter: Matter) -> Section:
    """Filing and grant of each right against the chosen dates, then what others would give."""
    say, blocks = matter.say, list[Block]()
    blocks.append(
        Paragraph(
            say(
                "La formulación y la fecha de otorgamiento de cada derecho se comparan con las "
                "fechas que eligió quien pidió este anexo. Una fecha desconocida o imprecisa da "
                "«no se sabe». El orden de dos fechas no determina la antigüedad de la posesión "
                "ni del uso tradicional de un territorio."
            ),
            Tone.NOTE,
        )
    )
    for one in asked_for(matter.chosen, matter.wishes):
        blocks += _against(matter, one)
    blocks += _under_others(matter)
    return Section(say("Clasificación por fechas de referencia"), tuple(blocks))


def _against(matter: Matter, one: Against) -> list[Block]:
    say, words = matter.say, matter.words
    blocks: list[Block] = [Heading(one.label(words))]
    if one.source:
        blocks.append(Paragraph(say("Fuente: {source}", source=said(one.source)), Tone.NOTE))
    if one.frame.empty:
        return [*blocks, Paragraph(say("No hay superposición que clasificar."))]
    heads = (
        Head(say("N°"), 1, Align.RIGHT),
        Head(say("Código único"), 4),
        Head(say("Territorio"), 4),
        Head(say("Fecha de referencia"), 4),
        Head(say("Formulación"), 4),
        Head(say("Orden"), 3),
        Head(say("Otorgamiento"), 4),
        Head(say("Orden"), 5),
    )
    rows = tuple(_row(matter, row) for row in records(one.frame))
    return [*blocks, Table((heads,), rows, small=True)]


def _row(matter: Matter, row: naming.Row) -> tuple[str, ...]:
    words = matter.words
    grant = matter.say(POSITIONS[Position(row["grant"])])
    if row["deduced"]:
        grant += " " + matter.say("(se deduce: no se otorga antes de formular)")
    if row["contradictory"]:
        grant += " " + matter.say("(la fecha de otorgamiento es anterior a la de formulación)")
    filing = matter.say(POSITIONS[Position(row["filing"])])
    if row["accumulation"]:
        filing += " " + matter.say("(acumulación)")
    return (
        str(matter.numbers[row["concession_key"]]),
        said(row["concession_id"]),
        said(matter.lands[row["territory_key"]]["native_id"]),
        naming.day(row["baseline_on"], words),
        naming.day(row["filed_on"], words),
        filing,
        naming.day(row["granted_on"], words),
        grant,
    )


def _under_others(matter: Matter) -> list[Block]:
    """One line a baseline, chosen or not: how many pairs are before, after, and not known."""
    say, words = matter.say, matter.words
    table, found = comparison(matter.chosen, matter.wishes)
    counts = records(table)
    heads = (
        Head(say("Fecha de referencia"), 10),
        Head(say("Elegida"), 3),
        Head(say("Fecha de la que se habla"), 4),
        *(Head(say(POSITIONS[position]), 3, Align.RIGHT) for position in Position),
        Head(say("Distinto de la primera"), 3, Align.RIGHT),
    )
    rows = tuple(
        (
            against.label(words),
            say("sí") if row["asked"] else say("no"),
            say(label),
            *(words.number(row[f"{side}_{position}"], 0) for position in Position),
            words.number(row[f"{side}_differs"], 0),
        )
        for row, against in zip(counts, found, strict=True)
        for side, label in SIDES
    )
    return [
        Heading(say("Cómo cambiaría el resultado con otras fechas")),
        Paragraph(
            say(
                "Cuántas superposiciones quedan a cada lado de cada fecha. «Distinto de la "
                "primera»: en cuántas la respuesta no es la que da la primera fecha elegida."
            ),
            Tone.NOTE,
        ),
        Table((heads,), rows, small=True),
    ]


def counted(against: Against, side: str) -> dict[Position, int]:
    """How many rights, not pairs, lie where; one that lies differently in two is in both."""
    frame: pd.DataFrame = against.frame
    return {
        one: int(frame.loc[frame[side].eq(one.value), "concession_key"].nunique())
        for one in Position
    }
