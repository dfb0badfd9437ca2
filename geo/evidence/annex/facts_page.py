"""One page: what was found, what is not known, and what this document cannot say."""

from collections import Counter

from geo import naming
from geo.evidence.annex.blocks import (
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
from geo.evidence.annex.cover import AID, NO_OPINION, shortened
from geo.evidence.annex.dates_pages import SIDES, counted
from geo.evidence.annex.matter import ALL, Matter
from geo.evidence.figures.baseline import POSITIONS, Position, asked_for
from geo.evidence.figures.doubts import ABOUT, unknowns
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
    blocks += _wholes(matter)
    blocks += [Heading(say("Lo que no se sabe")), _unknown(matter)]
    blocks += [
        Heading(say("Lo que este documento no puede decir")),
        Listing(tuple(say(sentence) for sentence in CANNOT_SAY)),
        Paragraph(say(NO_OPINION) + " " + say(AID), Tone.NOTE),
    ]
    return Section(say("Hechos y límites"), tuple(blocks))


# what one page has room for
_SUBJECTS = 24
_DETAILED = 5


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


def _wholes(matter: Matter) -> list[Block]:
    """What lies over each subject as a whole: the union of the pieces, each place counted once."""
    say, words = matter.say, matter.words
    many = len(matter.subjects) > _DETAILED
    if matter.of_land:
        heads = (_("Territorio"), _("Bajo derechos"), _("% del territorio"))
    else:
        heads = (_("Derecho"), _("Sobre territorios"), _("% del derecho"))
    rows = [
        row
        for subject in matter.subjects[:_SUBJECTS]
        for row in _whole(matter, subject, detailed=not many)
    ]
    columns = (
        Head(say(heads[0]), 9),
        Head(say(heads[1]), 6),
        Head(say("Hectáreas (plana UTM)"), 5, Align.RIGHT),
        Head(say(heads[2]), 4, Align.RIGHT),
    )
    foot = [say("Sale de la unión de las superposiciones: cada lugar cuenta una vez.")]
    if any(row["overlap_class"] == OverlapClass.INDETERMINATE for row in matter.pairs):
        foot.append(say("También cuenta las superposiciones indeterminadas, cuyo mínimo es cero."))
    if len(matter.subjects) > _SUBJECTS:
        foot.append(say("y {n} más", n=words.number(len(matter.subjects) - _SUBJECTS, 0)))
    return [Table((columns,), tuple(rows), tuple(foot), small=True)]


def _whole(matter: Matter, subject: Row, *, detailed: bool) -> list[tuple[str, str, str, str]]:
    say, words = matter.say, matter.words
    term: type[Status | Tenure] = Status if matter.of_land else Tenure
    column = "status" if matter.of_land else "tenure"
    name = matter.land_called if matter.of_land else matter.right_called
    called = shortened(name(subject["key"]))
    rows = [
        row
        for row in sorted(matter.unions_of(subject["key"]), key=lambda row: row[column] != ALL)
        if (row["kind"] == ALL or not matter.of_land) and (detailed or row[column] == ALL)
    ]
    if not rows:
        return [(called, say("ninguna superposición de 1 m² o más"), "—", "—")]
    return [
        (
            called if row[column] == ALL else "",
            say("todos") if row[column] == ALL else naming.label(term, row[column], words),
            words.number(row["area_ha"]),
            naming.percent(row["share"], words, 2),
        )
        for row in rows
    ]


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
