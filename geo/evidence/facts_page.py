"""One page: what was found, what is not known, and what this document cannot say."""

from collections import Counter

from geo import naming
from geo.evidence.blocks import Block, Heading, Listing, Pairs, Paragraph, Section, Tone
from geo.evidence.cover import AID, NO_OPINION
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
    for subject in matter.subjects[:_SUBJECTS]:
        blocks += _whole(matter, subject)
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
        f"{words.number(statuses[status], 0)} {words.term(status)}"
        for status in Status
        if statuses[status]
    )
    classes = Counter(row["overlap_class"] for row in matter.pairs)
    by_class = "; ".join(
        f"{words.number(classes[one.value], 0)} {words.term(one)}"
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
    everything = [
        row
        for row in matter.unions_of(subject["key"])
        if all(row.get(name) in (None, ALL) for name in _UNION_GROUPS)
    ]
    if matter.of_land:
        name = matter.land_called(subject["key"])
        label = _("{name}: hectáreas bajo derechos, sin contar dos veces ningún lugar")
        share = _("{area} (plana UTM); {share} del territorio")
    else:
        name = matter.right_called(subject["key"])
        label = _("{name}: hectáreas sobre territorios, sin contar dos veces ningún lugar")
        share = _("{area} (plana UTM); {share} del derecho")
    if not everything:
        if matter.pairs_of(
            **{"territory_key" if matter.of_land else "concession_key": subject["key"]}
        ):
            return []
        return [
            Pairs(
                ((say(label, name=name), say("No se halló ninguna superposición de 1 m² o más.")),)
            )
        ]
    row = everything[0]
    rows = [
        (
            say(label, name=name),
            say(
                share,
                area=naming.hectares(row["area_ha"], words),
                share=naming.percent(row["share"], words, 2),
            ),
        )
    ]
    for part in matter.unions_of(subject["key"]):
        if matter.of_land and part["kind"] == ALL and part["status"] != ALL:
            named = naming.label(Status, part["status"], words)
        elif not matter.of_land and part["tenure"] != ALL:
            named = naming.label(Tenure, part["tenure"], words)
        else:
            continue
        rows.append(
            (
                say("– de ellas, {which}", which=named),
                f"{naming.hectares(part['area_ha'], words)}; "
                f"{naming.percent(part['share'], words, 2)}",
            )
        )
    return [Pairs(tuple(rows))]


_UNION_GROUPS = ("kind", "status")


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
