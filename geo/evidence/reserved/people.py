"""Who needs protection, behind references: what is recorded of them, and what is not."""

from geo.evidence.annex.blocks import Align, Head, Paragraph, Section, Table, Tone
from geo.evidence.reserved.saying import listed
from geo.reserved import Reserved
from geo.terms import Answer
from geo.words import Words, _

_SAID = {Answer.YES: _("sí"), Answer.NO: _("no"), Answer.UNKNOWN: _("no se registró")}


def people(content: Reserved, words: Words) -> Section:
    """One row for each reference, with the incidents that concern it."""
    say = words.say
    rows = tuple(
        (
            one.reference,
            one.kind.said(words.language),
            one.community or "–",
            say(_SAID[one.woman]),
            say("no se registró")
            if one.groups is None
            else listed(one.groups, words, say("ninguno")),
            ", ".join(t.number for t in content.incidents if one.reference in t.people) or "–",
        )
        for one in content.people
    )
    return Section(
        say("Beneficiarios, con identidad reservada"),
        (
            Paragraph(
                say(
                    "Se pide a la autoridad que mantenga la reserva y que no pida aquí la "
                    "identidad: la clave de estas referencias la entrega la organización, aparte."
                ),
                Tone.LEAD,
            ),
            Table(
                (
                    (
                        Head(say("Referencia"), 7),
                        Head(say("Quién es"), 6),
                        Head(say("Comunidad"), 7),
                        Head(say("Mujer"), 4, Align.LEFT),
                        Head(say("Grupos"), 12),
                        Head(say("Hechos"), 5),
                    ),
                ),
                rows,
                (say("«No se registró» no es «no»: nadie lo preguntó, o nadie lo anotó."),),
                small=True,
            ),
        ),
    )
