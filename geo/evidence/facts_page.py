"""One page: what was found, what is not known, and what this document cannot say."""

from collections import Counter

from geo import naming
from geo.evidence.baseline import POSITIONS, Position, asked_for
from geo.evidence.blocks import (
    Align,
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
from geo.evidence.cover import AID, NO_OPINION
from geo.evidence.dates_pages import SIDES, counted
from geo.evidence.doubts import ABOUT, unknowns
from geo.evidence.matter import ALL, Matter
from geo.naming import Row
from geo.terms import OverlapClass, Status, Tenure
from geo.words import _

CANNOT_SAY = (
    _("No da conclusión legal alguna, ni sobre un derecho ni sobre su titular."),
    _(
        "Una superposición no prueba que haya actividad, ocupación o daño, ni que un derecho valga "
        "o deje de valer."
    ),
    _(
        "Que algo no conste en los registros consultados no significa que no exista: la ausencia "
        "en un registro no es ausencia."
    ),
    _("Solo habla de los archivos que enumera, a la fecha de cada uno."),
)


def facts_and_limits(matter: Matter) -> Section:
    """Counts and hectares of the subjects, then what nobody knows, then the limits."""
    say = matter.say
    blocks: list[Block] = [Pairs(tuple(_figures(matter)))]
    if matter.pairs:
        blocks += _classed(matter)
    for subject in matter.subjects[:_SUBJECTS]:
        blocks += _whole(matter, subject)
    if len(matter.subjects) > _SUBJECTS:
        rest = len(matter.subjects) - _SUBJECTS
        blocks.append(Paragraph(say("y {n} más", n=rest), Tone.NOTE))
    blocks += [Heading(say("Lo que no se sabe")), _unknown(matter)]
    blocks += [
        Heading(say("Lo que este documento no puede decir")),
        Listing(tuple(say(sentence) for sentence in CANNOT_SAY)),
        Paragraph(say(NO_OPINION) + " " + say(AID), Tone.NOTE),
    ]
    return Section(say("Hechos y límites"), tuple(blocks))


_SUBJECTS = 6


def _figures(matter: Matter) -> list[tuple[str, str]]:
    say, words = matter.say, matter.words
    keys = {row["concession_key"] for row in matter.pairs}
    lands = {row["territory_key"] for row in matter.pairs}
    statuses = Counter(naming.status(matter.rights[key]) for key in keys)
    told = "; ".join(
        f"{words.term(status)}: {words.number(statuses[status], 0)}"
        for status in Status
        if statuses[status]
    )
    classes = Counter(row["overlap_class"] for row in matter.pairs)
    by_class = "; ".join(
        f"{words.term(one)}: {words.number(classes[one.value], 0)}"
        for one in OverlapClass
        if classes[one.value]
    )
    return [
        (
            say("Derechos que se superponen"),
            f"{words.number(len(keys), 0)}" + (f" ({told})" if told else ""),
        ),
        (say("Territorios en los que lo hacen"), words.number(len(lands), 0)),
        (
            say("Superposiciones (pares de derecho y territorio)"),
            f"{words.number(len(matter.pairs), 0)}" + (f" ({by_class})" if by_class else ""),
        ),
        (
            say("Cercanos o colindantes, sin área en común"),
            words.number(len({row["concession_key"] for row in matter.others} - keys), 0),
        ),
    ]


def _whole(matter: Matter, subject: Row) -> list[Block]:
    """What lies over a subject as a whole: the union of the pieces, each place counted once."""
    say, words = matter.say, matter.words
    rows = matter.unions_of(subject["key"])
    if matter.of_land:
        name = matter.land_called(subject["key"])
        label = _("Hectáreas bajo derechos, sin contar dos veces ningún lugar")
        share = _("{area} (plana UTM); {share} del territorio")
        term: type[Status | Tenure] = Status
        column, whole = "status", "kind"
    else:
        name = matter.right_called(subject["key"])
        label = _("Hectáreas sobre territorios, sin contar dos veces ningún lugar")
        share = _("{area} (plana UTM); {share} del derecho")
        term, column, whole = Tenure, "tenure", "tenure"
    told = [
        (
            say(label) if row[column] == ALL else f"– {naming.label(term, row[column], words)}",
            say(
                share,
                area=naming.hectares(row["area_ha"], words),
                share=naming.percent(row["share"], words, 2),
            ),
        )
        for row in sorted(rows, key=lambda row: row[column] != ALL)
        if row[whole] == ALL or not matter.of_land
    ]
    if not told:
        told = [(say(label), say("No se halló ninguna superposición de 1 m² o más."))]
    return [Heading(name, 3), Pairs(tuple(told))]


def _classed(matter: Matter) -> list[Block]:
    """How many rights were filed and granted before, on, after each chosen date."""
    say, words = matter.say, matter.words
    heads = (
        Head(say("Derechos según la fecha elegida"), 9),
        Head(say("Fecha de la que se habla"), 5),
        *(Head(say(POSITIONS[position]), 3, Align.RIGHT) for position in Position),
    )
    rows = []
    for against in asked_for(matter.chosen, matter.wishes):
        for side, label in SIDES:
            counts = counted(against, side)
            numbers = (words.number(counts[position], 0) for position in Position)
            rows.append((against.label(words), say(label), *numbers))
    return [Table((heads,), tuple(rows), small=True)]


def _unknown(matter: Matter) -> Listing:
    """The counts of what is missing; the section of doubts says it at length."""
    found = unknowns(matter.chosen, matter.words)
    if not found:
        return Listing((matter.say("Ningún dato de los que este resumen cuenta falta."),))
    return Listing(
        tuple(
            matter.say(
                "{about}. {what}: {n} de {of}.",
                about=matter.say(ABOUT[one.about]),
                what=one.what,
                n=matter.words.number(one.n, 0),
                of=matter.words.number(one.of, 0),
            )
            for one in found
        )
    )
