"""The core table: for each territory a row for each right, with the columns of Peruvian usage."""

from geo import naming
from geo.evidence.annex.blocks import Align, Block, Head, Heading, Paragraph, Section, Table, Tone
from geo.evidence.annex.matter import Matter
from geo.naming import Row
from geo.schema.labels import LABELS
from geo.terms import Answer, HolderKind, Kind, OverlapClass, Status
from geo.words import Words, _, said

COLUMNS = (
    (
        (_("N°"), 2),
        (_("Código único"), 5),
        (_("Nombre del derecho"), 7),
        (_("Titular"), 6),
        (_("Tipo (concesión/petitorio/contrato)"), 5),
        (_("Estado"), 5),
        (_("Fecha de formulación"), 5),
        (_("Fecha de título/otorgamiento"), 5),
        (_("Área legal (ha)"), 5),
        (_("Área cartográfica (ha)"), 7),
    ),
    (
        (_("Área superpuesta (ha)"), 5),
        (_("mín – máx (ha)"), 7),
        (_("% del derecho"), 6),
        (_("% del territorio"), 5),
        (_("Zona/Datum"), 5),
        (_("Fuente"), 5),
        (_("Fecha de captura"), 5),
        (_("Códigos de alerta"), 5),
        (_("Fundamento / observación"), 7),
    ),
)
"""Head and width of each column, in order: first the right, then what it shares."""

# a word of the column «Tipo» only where the status says it
_TYPES = {
    (Kind.MINING, Status.APPLICATION): _("petitorio minero"),
    (Kind.MINING, Status.TITLED): _("concesión minera"),
}


def overlap_table(matter: Matter) -> Section:
    """One table a territory. Near and adjacent rights stand in a table of their own."""
    say = matter.say
    blocks: list[Block] = [
        Paragraph(
            say(
                "Una fila por derecho, en dos líneas. El N° es el mismo en todo el anexo. Área "
                "cartográfica y área superpuesta: planas, en la zona UTM del derecho. Área legal: "
                "la del título o contrato; donde nadie la da, la que publica el catastro, y se "
                "dice. Porcentajes: área geodésica entre área geodésica. Fecha de captura: en hora "
                "de Lima."
            ),
            Tone.NOTE,
        )
    ]
    keys = {row["territory_key"]: None for row in matter.pairs}
    for key in (key for key in matter.lands if key in keys):
        rows = sorted(
            matter.pairs_of(territory_key=key),
            key=lambda row: matter.numbers[row["concession_key"]],
        )
        land = matter.lands[key]
        called = naming.called(land, matter.sources, matter.words)
        blocks.append(Heading(f"{matter.land_called(key)} — {called}"))
        blocks.append(
            Table(heads(matter.words), tuple(_row(matter, row) for row in rows), small=True)
        )
    if not matter.pairs:
        blocks.append(
            Paragraph(
                say(
                    "No se halló ninguna superposición de 1 m² o más en los datos de esta "
                    "publicación. Nada se dice de lo que no está en ellos."
                ),
                Tone.STATEMENT,
            )
        )
    blocks += _others(matter)
    return Section(say("Cuadro de superposición"), tuple(blocks), landscape=True)


def heads(words: Words) -> tuple[tuple[Head, ...], ...]:
    """The columns in a language."""
    return tuple(tuple(Head(words.say(text), width) for text, width in line) for line in COLUMNS)


def _row(matter: Matter, pair: Row) -> tuple[str, ...]:
    words, right = matter.words, matter.rights[pair["concession_key"]]
    capture = matter.capture(right)
    return (
        str(matter.numbers[pair["concession_key"]]),
        said(right["native_id"]),
        naming.name(right, words),
        holder_of(matter, right),
        kind(right, words),
        naming.label_of_status(right, words),
        naming.day(right["filed_on"], words),
        naming.day(right["granted_on"], words),
        _legal(matter, right),
        figure(right["area_plane_ha"], words),
        figure(pair["area_ha"], words),
        naming.interval(pair, words),
        naming.percent(pair["share_of_concession"], words, 2),
        naming.percent(pair["share_of_territory"], words, 2),
        matter.zone_and_datum(pair["plane"]),
        _source(matter, right),
        _captured(matter, right, capture),
        ", ".join(codes(matter, pair)),
        observation(matter, pair, right),
    )


def kind(right: Row, words: Words) -> str:
    """Concession or application where the status says which, else the kind alone."""
    named = _TYPES.get((naming.kind(right), naming.status(right)))
    return words.say(named) if named else naming.label_of_kind(right, words)


def holder_of(matter: Matter, right: Row) -> str:
    """Who holds it, as the tier says it: «persona natural» stands there for a name."""
    name = said(right["holder"])
    if name == LABELS[HolderKind][HolderKind.NATURAL_PERSON]:
        return matter.say(name)
    return name or matter.say("no se conoce")


def figure(value: float | None, words: Words) -> str:
    """A figure in ha without its unit, which stands in the head."""
    return words.number(None if value is None else float(value))


def codes(matter: Matter, pair: Row) -> list[str]:
    """The codes of the questions that are answered with yes. Their priority is not printed."""
    rows = matter.flags.get((pair["concession_key"], pair["territory_key"]), ())
    return [said(row["code"]) for row in rows if row["answer"] == Answer.YES]


def observation(matter: Matter, pair: Row, right: Row) -> str:
    """The class of the overlap, and what qualifies the row."""
    told = [naming.overlap_class(pair["overlap_class"], matter.words)]
    if right["accumulation"]:
        told.append(matter.say("acumulación: sus partes son anteriores"))
    if pair["area_psad56_ha"] is not None:
        told.append(
            matter.say(
                "en PSAD56, sobre los vértices de origen: {area}",
                area=naming.hectares(pair["area_psad56_ha"], matter.words),
            )
        )
    if right["documents"]:
        told.append(said(right["documents"]))
    return "; ".join(told)


def _legal(matter: Matter, right: Row) -> str:
    if right["area_title_ha"] is not None:
        return figure(right["area_title_ha"], matter.words)
    if right["area_cadastre_ha"] is not None:
        return matter.say(
            "{area} (según el catastro)", area=figure(right["area_cadastre_ha"], matter.words)
        )
    return matter.say("desconocido")


def _source(matter: Matter, right: Row) -> str:
    """Who publishes it; the title of the source where nobody is named."""
    publisher = said(matter.sources.get(right["source_id"], {}).get("publisher"))
    return publisher or naming.source_title(right, matter.sources, matter.words)


def _captured(matter: Matter, right: Row, capture: Row) -> str:
    """The day of the capture at the clock of Lima; where nobody knows it, the date of the data."""
    if capture.get("retrieved_at"):
        return matter.day_of(capture["retrieved_at"])
    return matter.say(
        "no se conoce; datos al {as_of}", as_of=naming.day(right["as_of"], matter.words)
    )


def _others(matter: Matter) -> list[Block]:
    if not matter.others:
        return []
    say, words = matter.say, matter.words
    columns = (
        Head(say("N°"), 1, Align.RIGHT),
        Head(say("Código único"), 3),
        Head(say("Nombre del derecho"), 6),
        Head(say("Territorio"), 7),
        Head(say("Clase"), 5),
        Head(say("Distancia (m)"), 3, Align.RIGHT),
        Head(say("Error conjunto (m)"), 3, Align.RIGHT),
        Head(say("Máximo (ha)"), 3, Align.RIGHT),
    )
    rows = tuple(
        (
            str(matter.numbers[row["concession_key"]]),
            said(row["concession_id"]),
            said(row["concession_name"]) or say("sin nombre"),
            matter.land_called(row["territory_key"]),
            naming.overlap_class(row["overlap_class"], words),
            words.number(row["distance_m"], 2),
            words.number(row["error_m"], 1),
            figure(row["area_max_ha"], words) if row["overlap_class"] == OverlapClass.NEAR else "—",
        )
        for row in matter.others
    )
    return [
        Heading(say("Cercanos y colindantes: no comparten 1 m²")),
        Table((columns,), rows, small=True),
    ]
