"""The case as its file tells it: facts with sources, judgments, voices that differ, the unknown."""

from collections.abc import Iterable, Mapping
from typing import Any

from geo import naming
from geo.cases import ListStatus
from geo.evidence.annex.blocks import (
    Block,
    Head,
    Heading,
    Listing,
    Pairs,
    Paragraph,
    Section,
    Table,
    Tone,
)
from geo.evidence.annex.matter import Matter
from geo.terms import Sure
from geo.words import _, said

_YEAR = 4  # as many digits may be a year

_LISTS = {
    ListStatus.AVAILABLE: _("se dispone de la lista completa de códigos"),
    ListStatus.PARTIAL: _("se dispone de una parte de la lista de códigos"),
    ListStatus.NOT_AVAILABLE: _(
        "no se dispone de la lista de códigos: no se afirma que derecho alguno esté comprendido"
    ),
}


def case_pages(matter: Matter) -> Section | None:
    """Every case that names one of these territories, and the judgments about them."""
    chosen, blocks = matter.chosen, list[Block]()
    for case in chosen.cases:
        blocks += _case(matter, case)
    for judgment in chosen.judgments:
        blocks += _judgment(matter, judgment)
    if not blocks:
        return None
    note = Paragraph(
        matter.say(
            "Lo que sigue es lo que dicen las fuentes citadas. Las palabras entre comillas son de "
            "ellas o de un tribunal, no de este documento."
        ),
        Tone.NOTE,
    )
    return Section(matter.say("El caso y las resoluciones"), (note, *blocks))


def _case(matter: Matter, case: Mapping[str, Any]) -> list[Block]:
    say, words = matter.say, matter.words
    place = ", ".join(
        said(case[name]) for name in ("district", "province", "department") if case.get(name)
    )
    blocks: list[Block] = [
        Heading(naming.told(case, "title", words)),
        Paragraph(place),
        Table(
            (
                (
                    Head(say("Fecha"), 4),
                    Head(say("Hecho"), 12),
                    Head(say("Fuente"), 6),
                    Head(say("Certeza"), 8),
                ),
            ),
            tuple(
                (
                    naming.day(fact.get("on"), words) if fact.get("on") else say("sin fecha"),
                    naming.sentence(fact, words),
                    said(fact["source"]),
                    sure(matter, fact["sure"]),
                )
                for fact in case["fact"]
            ),
        ),
    ]
    for differ in case.get("differ", ()):
        blocks += _voices(matter, naming.sentence(differ, words), differ["voices"])
    if case.get("unknown"):
        blocks += [
            Heading(say("Lo que ninguna fuente hallada dice"), 3),
            Listing(tuple(naming.sentence(one, words) for one in case["unknown"])),
        ]
    if case.get("withheld"):
        blocks.append(
            Paragraph(
                say("Se reserva: {why}", why=naming.sentence(case["withheld"], words)), Tone.NOTE
            )
        )
    if case.get("documents"):
        blocks += [
            Heading(say("Documentos"), 3),
            Listing(tuple(said(one) for one in case["documents"])),
        ]
    return blocks


def _judgment(matter: Matter, judgment: Mapping[str, Any]) -> list[Block]:
    say, words = matter.say, matter.words
    final = naming.day(judgment.get("final"), words)
    why = naming.told(judgment, "final_why", words)
    orders = judgment["orders_en"] if words.language == "en" else judgment["orders"]
    listed = set(judgment["listed"])
    here = [
        matter.right_called(key)
        for key, row in matter.rights.items()
        if listed & {row["native_id"], key}
    ]
    blocks: list[Block] = [
        Heading(say("Resolución judicial, expediente {file}", file=said(judgment["file"]))),
        Pairs(
            (
                (say("Órgano"), naming.told(judgment, "court", words)),
                (say("Fecha"), naming.day(judgment["decided_on"], words)),
                (say("Firme"), f"{final}. {why}" if why else final),
                (
                    say("Lo que ordena, en sus términos"),
                    "; ".join(f"«{said(one)}»" for one in orders),
                ),
                (say("Lista de códigos"), say(_LISTS[ListStatus(judgment["list_status"])])),
                (
                    say("Derechos de este anexo en su lista"),
                    "; ".join(here) or say("ninguno que conste"),
                ),
                (say("Documentos"), "; ".join(said(one) for one in judgment["documents"])),
            )
        ),
    ]
    if judgment.get("counts"):
        blocks += _voices(
            matter, say("Cuántas concesiones comprende, según cada fuente"), judgment["counts"]
        )
    if judgment.get("plot_counts"):
        blocks += _voices(
            matter, say("Cuántos predios comprende, según cada fuente"), judgment["plot_counts"]
        )
    return blocks


def _voices(matter: Matter, what: str, voices: Iterable[Mapping[str, Any]]) -> list[Block]:
    """What each source says of one matter, side by side; none of them is "the" value."""
    say = matter.say
    return [
        Heading(what, 3),
        Table(
            ((Head(say("Lo que dice"), 8), Head(say("Fuente"), 10), Head(say("Certeza"), 8)),),
            tuple(
                (
                    value(matter, voice),
                    said(voice["source"]),
                    sure(matter, voice["sure"]),
                )
                for voice in voices
            ),
        ),
    ]


def value(matter: Matter, voice: Mapping[str, Any]) -> str:
    """What a source says; a bare number is written as the language writes it."""
    text = naming.told(voice, "value", matter.words)
    whole, point, rest = text.partition(".")
    if not (whole.isdecimal() and len(whole) > _YEAR and (rest.isdecimal() or not point)):
        return text
    return matter.words.number(float(text), len(rest))


def sure(matter: Matter, value: str) -> str:
    """How sure a fact is, in words; what is to be confirmed is said so."""
    return naming.label(Sure, value, matter.words)
