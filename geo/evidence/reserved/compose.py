"""The reserved annex of one forum as a document: which sections, in the order that it needs."""

from collections.abc import Callable, Mapping
from pathlib import Path

from geo.evidence.annex.blocks import Block, Document, Pairs, Paragraph, Section, Tone
from geo.evidence.annex.typeset import pdf
from geo.evidence.reserved.facts import chronology, incidents, justice, sources
from geo.evidence.reserved.limits import lawyer_writes, limits
from geo.evidence.reserved.people import people
from geo.evidence.reserved.pressing import grounds
from geo.evidence.reserved.waiting import measures
from geo.reserved import Reserved, ReservedForum, digest
from geo.words import Words, _

Writer = Callable[[Reserved, Words], Section | None]

SECTIONS: Mapping[ReservedForum, tuple[Writer, ...]] = {
    ReservedForum.CIDH: (
        grounds, chronology, measures, justice, incidents, people, sources, limits, lawyer_writes,
    ),
    ReservedForum.MECANISMO: (
        people, chronology, grounds, incidents, measures, justice, sources, limits, lawyer_writes,
    ),
    ReservedForum.GARANTIAS: (
        chronology, incidents, people, measures, justice, sources, limits, lawyer_writes,
    ),
}  # fmt: skip

TITLE = _("Anexo reservado de hechos")
RESERVED = _("RESERVADO")
FORUMS = {
    ReservedForum.CIDH: _(
        "Solicitud de medidas cautelares ante la CIDH (artículo 25 de su Reglamento)"
    ),
    ReservedForum.MECANISMO: _(
        "Solicitud ante el Mecanismo intersectorial (Decreto Supremo 004-2021-JUS)"
    ),
    ReservedForum.GARANTIAS: _("Solicitud de garantías personales"),
}
_SHORT = 16


def annex(content: Reserved, words: Words, fonts: Path) -> bytes:
    """The PDF, in the language of `words`; the same content gives the same bytes.

    fonts: the folder of DejaVu Sans. Raises AnnexFailed.
    """
    return pdf(document(content, words), fonts)


def document(content: Reserved, words: Words) -> Document:
    """The annex as blocks. «RESERVADO» stands on each page, and across it."""
    say = words.say
    sha256 = digest(content)
    sections = (write(content, words) for write in SECTIONS[content.forum])
    return Document(
        language=words.language,
        title=say(TITLE),
        subtitle=say(FORUMS[content.forum]),
        day=content.on,
        keywords=(),
        specimen=say(RESERVED),
        header=f"{say(TITLE)} · {words.date(content.on)}",
        footer=(
            say("Huella del contenido: {sha256}…", sha256=sha256[:_SHORT]),
            say("Identidades bajo reserva"),
        ),
        page=say("Página {n} de {all}", n="{n}", all="{all}"),
        contents=say("Contenido"),
        unprintable=say("Caracteres que ninguna letra de este documento tiene, impresos como �:"),
        cover=_cover(content, words, sha256),
        sections=tuple(section for section in sections if section is not None),
    )


def _cover(content: Reserved, words: Words, sha256: str) -> tuple[Block, ...]:
    say = words.say
    known = sorted(one.began for one in content.incidents if one.began)
    span = (
        say("de {first} a {last}", first=words.date(known[0]), last=words.date(known[-1]))
        if known
        else words.date("")
    )
    blocks: list[Block] = []
    if content.illustrative:
        blocks.append(
            Paragraph(
                say("Ejemplar de muestra: lugares y hechos inventados. No sirve como prueba."),
                Tone.STATEMENT,
            )
        )
    blocks += [
        Pairs(
            (
                (say("Se presenta para"), say(FORUMS[content.forum])),
                (say("Reunido el"), words.date(content.on)),
                (say("Hechos"), words.number(len(content.incidents), 0)),
                (say("Ocurridos"), span),
                (say("Personas, familias, comunidades u organizaciones"),
                 words.number(len(content.people), 0)),
                (say("Huella del contenido (SHA-256)"), sha256),
            )
        ),
        Paragraph(
            say(
                "Reservado. Cada persona lleva una referencia; quién es lo sabe solo la "
                "organización que la acompaña, que entrega esa clave aparte y solo a quien deba "
                "tenerla. Este documento no se publica, no se copia para terceros y no se envía "
                "sin cifrar."
            ),
            Tone.STATEMENT,
        ),
        Paragraph(
            say(
                "Lo que dice fue contado por personas que consintieron en que su defensa lo use "
                "con este fin, y lo revisó una segunda persona. No da conclusión legal alguna."
            )
        ),
    ]  # fmt: skip
    return tuple(blocks)
