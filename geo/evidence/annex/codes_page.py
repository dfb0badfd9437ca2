"""What became of each code of a list: none is dropped."""

from geo import naming
from geo.evidence.annex.blocks import Align, Head, Paragraph, Section, Table, Tone
from geo.evidence.annex.matter import Matter
from geo.evidence.chosen import Outcome
from geo.words import _, said

_OUTCOMES = {
    Outcome.MATCHED: _("hallado"),
    Outcome.AMBIGUOUS: _("varios derechos llevan este código: se toman todos"),
    Outcome.NOT_FOUND: _("no está en esta publicación"),
    Outcome.REPEATED: _("repetido: está antes en la lista"),
}


def codes_page(matter: Matter) -> Section | None:
    """The list, line by line; None where no list was given."""
    if not matter.chosen.codes:
        return None
    say = matter.say
    rows = tuple(
        (
            str(line.number),
            said(line.written),
            said(line.code),
            say(_OUTCOMES[line.outcome]),
            "; ".join(
                f"N° {matter.numbers[key]} {naming.name(matter.rights[key], matter.words)}"
                for key in line.keys
                if key in matter.numbers
            )
            or _hints(matter, line.hint),
        )
        for line in matter.chosen.codes
    )
    heads = (
        Head(say("Orden en la lista"), 2, Align.RIGHT),
        Head(say("Como fue escrito"), 6),
        Head(say("Código leído"), 5),
        Head(say("Resultado"), 7),
        Head(say("Derecho"), 8),
    )
    note = say(
        "Que un código no esté en esta publicación no significa que el derecho no exista: los "
        "códigos se comparan con sus ceros, y solo con los archivos de esta publicación."
    )
    return Section(
        say("Lista de códigos recibida"), (Paragraph(note, Tone.NOTE), Table((heads,), rows))
    )


def _hints(matter: Matter, hints: tuple[str, ...]) -> str:
    if not hints:
        return "—"
    return matter.say("se parece a: {codes}", codes=", ".join(said(one) for one in hints))
