"""What a forum asks before it protects: how grave, how urgent, what cannot be made good. Counted.

Only counts and dates: whether they amount to gravity, urgency or irreparable harm is for the lawyer
to argue and for the forum to decide.
"""

from collections import Counter

from geo.evidence.annex.blocks import (
    Blank,
    Block,
    Heading,
    Listing,
    Pairs,
    Paragraph,
    Section,
    Tone,
)
from geo.evidence.reserved.saying import dated
from geo.reserved import Reserved
from geo.words import Words

AGAINST_LIFE = ("K", "P", "T01", "D01")
"""Codes, or their beginnings, of what harms life, body or liberty (data/register)."""

_LATEST = 5


def grounds(content: Reserved, words: Words) -> Section:
    """Gravity, urgency, irreparable harm: what the register counts for each, and room to argue."""
    say = words.say
    return Section(
        say("Gravedad, urgencia e irreparabilidad: lo que consta"),
        (
            Paragraph(
                say(
                    "Son cuentas de lo registrado. Si alcanzan para la medida lo argumenta quien "
                    "la pide y lo decide quien la resuelve."
                ),
                Tone.NOTE,
            ),
            Heading(say("Gravedad")),
            _kinds(content, words),
            Heading(say("Urgencia")),
            *_urgency(content, words),
            Heading(say("Daño que no se repara")),
            _irreparable(content, words),
            Blank(say("Argumento de quien presenta la solicitud:"), 6),
        ),
    )


def _kinds(content: Reserved, words: Words) -> Block:
    counted = Counter(kind for one in content.incidents for kind in one.kinds)
    order = sorted(counted, key=lambda kind: (-counted[kind], kind.code))
    return Pairs(tuple((kind.said(words.language), _times(counted[kind], words)) for kind in order))


def _urgency(content: Reserved, words: Words) -> tuple[Block, ...]:
    say = words.say
    latest = sorted((one for one in content.incidents if one.began), key=lambda one: one.began)
    open_ones = [
        (one.number, asked)
        for one in content.incidents
        for asked in one.asked
        if not asked.answered
    ]
    recent = ", ".join(
        f"{one.number} ({dated(one.began, words)})" for one in reversed(latest[-_LATEST:])
    )
    unanswered = tuple(
        say(
            "{number}: {measure}, pedida: {on}; sin respuesta registrada al {day}",
            number=number,
            measure=asked.measure.said(words.language),
            on=dated(asked.requested_on, words),
            day=words.date(content.on),
        )
        for number, asked in open_ones
    )
    return (
        Pairs(((say("Hechos más recientes"), recent or say("ninguno con fecha")),)),
        Listing(unanswered)
        if unanswered
        else Paragraph(say("No consta ningún pedido sin respuesta."), Tone.NOTE),
    )


def _irreparable(content: Reserved, words: Words) -> Block:
    say = words.say
    concerned = [
        one.number
        for one in content.incidents
        if any(kind.code.startswith(AGAINST_LIFE) for kind in one.kinds)
    ]
    harms = Counter(harm for one in content.incidents for harm in one.harms)
    told = "; ".join(
        f"{harm.said(words.language)}: {_times(harms[harm], words)}"
        for harm in sorted(harms, key=lambda harm: (-harms[harm], harm.code))
    )
    return Pairs(
        (
            (
                say("Hechos contra la vida, la integridad o la libertad"),
                ", ".join(concerned) or say("ninguno registrado"),
            ),
            (say("Daño registrado"), told or say("no se registró")),
        )
    )


def _times(count: int, words: Words) -> str:
    return words.say("{n} hechos", n=words.number(count, 0)) if count != 1 else words.say("1 hecho")
