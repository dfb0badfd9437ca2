"""What was asked of the State, for whom, and how long it took: the record of internal remedies."""

from geo.evidence.annex.blocks import Align, Head, Paragraph, Section, Table, Tone
from geo.evidence.reserved.saying import dated
from geo.reserved import Asked, Reserved
from geo.words import Words


def measures(content: Reserved, words: Words) -> Section:
    """One row for each request; where none is recorded, that is said."""
    say, language = words.say, words.language
    rows = tuple(
        (
            one.number,
            f"{asked.measure.said(language)} ({asked.reach.said(language)})",
            ", ".join(asked.people) or say("no se registró"),
            dated(asked.requested_on, words),
            dated(asked.answered_on, words)
            if asked.answered
            else say("sin respuesta registrada al {day}", day=words.date(content.on)),
            _days(asked, words),
            asked.steps[-1].stage.said(language) if asked.steps else say("no se registró"),
        )
        for one in content.incidents
        for asked in one.asked
    )
    if not rows:
        return Section(
            say("Medidas pedidas y demoras"),
            (Paragraph(say("No consta ningún pedido de medidas en estos hechos."), Tone.NOTE),),
            new_page=False,
        )
    return Section(
        say("Medidas pedidas y demoras"),
        (
            Table(
                (
                    (
                        Head(say("Hecho"), 3),
                        Head(say("Qué se pidió"), 11),
                        Head(say("Para quién"), 8),
                        Head(say("Pedido el"), 6),
                        Head(say("Respuesta"), 7),
                        Head(say("Días"), 4, Align.RIGHT),
                        Head(say("Última etapa"), 7),
                    ),
                ),
                rows,
                (
                    say(
                        "Días: del pedido a la respuesta, o al día de este anexo si no la hay. Dos "
                        "números: la fecha no se sabe al día, y la demora está entre ambos."
                    ),
                ),
                small=True,
            ),
        ),
        landscape=True,
    )


def _days(asked: Asked, words: Words) -> str:
    if asked.min_days is None or asked.max_days is None:
        return words.say("no se sabe")
    if asked.min_days == asked.max_days:
        return words.number(asked.min_days, 0)
    return f"{words.number(asked.min_days, 0)} – {words.number(asked.max_days, 0)}"
