"""A page for each right: its plan, its data, its overlaps, and each question with its inputs."""

from geo import naming
from geo.evidence.annex.blocks import (
    Block,
    Break,
    Drawing,
    Heading,
    Listing,
    Pairs,
    Paragraph,
    Section,
    Swatch,
    Tone,
)
from geo.evidence.annex.matter import Matter
from geo.evidence.annex.method import basis, metres
from geo.evidence.annex.overlap_table import holder_of, kind
from geo.evidence.plan.drawing import Plan, of_right
from geo.evidence.plan.scale import Sheet
from geo.naming import Row
from geo.schema.labels import LABELS
from geo.terms import Answer, GridDatum, HolderKind
from geo.words import said

_SHEET = Sheet(width_mm=170.0, height_mm=87.0)


def right_pages(matter: Matter) -> Section | None:
    """One section; every right begins on a page of its own."""
    blocks: list[Block] = []
    for key in matter.rights:
        if blocks:
            blocks.append(Break())
        blocks += right_page(matter, key)
    if not blocks:
        return None
    return Section(matter.say("Derechos, uno por página"), tuple(blocks))


def right_page(matter: Matter, key: str) -> list[Block]:
    """All that is said about one right."""
    say = matter.say
    row = matter.rights[key]
    blocks: list[Block] = [Heading(matter.right_called(key))]
    blocks += _plan(matter, key)
    blocks.append(Pairs(tuple(_data(matter, row)), close=True))
    pairs = matter.pairs_of(concession_key=key)
    if not pairs:
        blocks.append(Paragraph(say("No se halló ninguna superposición de 1 m² o más.")))
    for pair in pairs:
        blocks.append(Heading(matter.land_called(pair["territory_key"]), 3))
        blocks.append(Pairs(tuple(_overlap(matter, pair)), close=True))
        blocks += _answers(matter, pair)
    for near in matter.others:
        if near["concession_key"] == key:
            blocks.append(Heading(matter.land_called(near["territory_key"]), 3))
            blocks.append(Paragraph(_near(matter, near)))
            blocks += _answers(matter, near)
    return blocks


def _plan(matter: Matter, key: str) -> list[Block]:
    plan = of_right(matter.chosen, key, matter.words, _SHEET)
    return [drawing(matter, plan, matter.right_called(key))]


def drawing(matter: Matter, plan: Plan, about: str) -> Drawing:
    """A plan as a block, with its scale and its plane in words below it."""
    zone = matter.zone_and_datum(plan.plane)
    told = matter.say(
        "Escala 1:{scale} si se imprime a su tamaño (100 %).",
        scale=matter.words.number(plan.scale, 0),
    )
    return Drawing(
        svg=plan.svg,
        width_mm=plan.width_mm,
        height_mm=plan.height_mm,
        alt=matter.say("Plano: {about}. Zona: {zone}.", about=about, zone=zone),
        caption=" ".join((told, *plan.notes)),
        legend=tuple(Swatch(line.swatch_svg, line.label) for line in plan.legend),
    )


def _data(matter: Matter, row: Row) -> list[tuple[str, str]]:
    say, words = matter.say, matter.words
    holder = holder_of(matter, row)
    if row["holder_kind"] and said(row["holder"]) != LABELS[HolderKind].get(row["holder_kind"]):
        holder += f" ({naming.label(HolderKind, row['holder_kind'], words)})"
    status = naming.label_of_status(row, words)
    if row["status_raw"]:
        status += f" («{said(row['status_raw'])}»)"
    told = [
        (say("Titular"), holder),
        (say("Tipo"), kind(row, words)),
        (
            say("Estado"),
            say(
                "{status}, según la fuente, al {as_of}",
                status=status,
                as_of=naming.day(row["as_of"], words),
            ),
        ),
        (
            say("Formulación · otorgamiento"),
            f"{naming.day(row['filed_on'], words)} · {naming.day(row['granted_on'], words)}",
        ),
    ]
    told += [
        (matter.column(name), naming.day(row[name], words))
        for name in ("expires_on", "extinguished_on", "works_started_on")
        if row[name]
    ]
    if row["accumulation"]:
        told.append(
            (say("Acumulación"), say("sí: su fecha es la de la fusión; sus partes son anteriores"))
        )
    told += [
        (say("Consulta previa"), consultation(matter, row)),
        (
            say("Área: título · catastro"),
            " · ".join(
                naming.hectares(row[name], words) for name in ("area_title_ha", "area_cadastre_ha")
            ),
        ),
        (
            say("Área: plana UTM · geodésica"),
            " · ".join(
                naming.hectares(row[name], words) for name in ("area_plane_ha", "area_geodesic_ha")
            ),
        ),
        (
            say("Sistema de coordenadas"),
            f"{matter.zone_and_datum(said(row['plane']))}; "
            + say(
                "archivo en {crs} ({basis})", crs=said(row["crs_used"]), basis=basis(matter, row)
            ),
        ),
        (
            say("Vértices"),
            naming.label(GridDatum, row["grid_datum"], words)
            + "; "
            + say("error al 95 %: {error}", error=metres(matter, row["error_m"])),
        ),
        (
            say("Fuente"),
            say(
                "{source}; archivo {sha}, fila {row}",
                source=naming.source_title(row, matter.sources, words),
                sha=said(row["snapshot"])[:12],
                row=said(row["row"]),
            ),
        ),
    ]
    if row["documents"]:
        told.append((say("Documentos"), said(row["documents"])))
    return told


def consultation(matter: Matter, row: Row) -> str:
    """What a search found, where somebody searched; «no consta» says where and when."""
    say, words = matter.say, matter.words
    if row["consulted_on"]:
        return say("acto de consulta que consta: {on}", on=naming.day(row["consulted_on"], words))
    register = said(row["consultation_register"]) or say("registro no indicado")
    on = naming.day(row["consultation_searched_on"], words)
    if row["consultation_search"] == "not found":
        return say(
            "no consta en los registros consultados ({register}; búsqueda: {on})",
            register=register,
            on=on,
        )
    if row["consultation_search"] == "found":
        return say("consta en {register} (búsqueda: {on})", register=register, on=on)
    return say("en estos datos no consta ninguna búsqueda")


def _overlap(matter: Matter, pair: Row) -> list[tuple[str, str]]:
    say, words = matter.say, matter.words
    land = matter.lands[pair["territory_key"]]
    told = [
        (say("Territorio"), naming.called(land, matter.sources, words)),
        (say("Clase"), naming.overlap_class(pair["overlap_class"], words)),
        (
            say("Área superpuesta, plana UTM"),
            f"{naming.hectares(pair['area_ha'], words)} · {matter.zone_and_datum(pair['plane'])}",
        ),
        (
            say("Mínimo – máximo (error conjunto)"),
            interval(matter, pair),
        ),
        (say("Área superpuesta, geodésica"), naming.hectares(pair["area_geodesic_ha"], words)),
    ]
    if pair["area_psad56_ha"] is not None:
        told.append(
            (
                say("Área en PSAD56, sobre los vértices de origen"),
                naming.hectares(pair["area_psad56_ha"], words),
            )
        )
    told.append(
        (
            say("% del derecho · % del territorio"),
            " · ".join(
                naming.percent(pair[name], words, 2)
                for name in ("share_of_concession", "share_of_territory")
            ),
        )
    )
    return told


def _near(matter: Matter, row: Row) -> str:
    return matter.say(
        "{which}: no comparten 1 m². Distancia: {distance}; error conjunto al 95 %: {error}.",
        which=naming.overlap_class(row["overlap_class"], matter.words).capitalize(),
        distance=metres(matter, row["distance_m"]),
        error=metres(matter, row["error_m"]),
    )


def _answers(matter: Matter, pair: Row) -> list[Block]:
    """Every yes as a sentence with its inputs; what cannot be answered, with what is missing."""
    say = matter.say
    flags = matter.flags.get((pair["concession_key"], pair["territory_key"]), ())
    yes = [flag for flag in flags if flag["answer"] == Answer.YES]
    open_ = [flag for flag in flags if flag["answer"] == Answer.UNKNOWN]
    blocks: list[Block] = []
    if yes:
        blocks.append(
            Listing(
                tuple(
                    say(
                        "{told} [{code}; se apoya en: {used}]",
                        told=naming.sentence(flag, matter.words),
                        code=said(flag["code"]),
                        used=inputs(matter, flag["used"]),
                    )
                    for flag in yes
                ),
                small=True,
            )
        )
    if open_:
        blocks += [Heading(say("No se puede responder:"), 4), _open(matter, open_)]
    if not flags:
        blocks.append(Paragraph(say("A este par no se le hizo ninguna pregunta."), Tone.NOTE))
    return blocks


def _open(matter: Matter, flags: list[Row]) -> Listing:
    """The questions without an answer, together where they lack the same."""
    rules = matter.chosen.rules
    precise = said(rules.get(f"precise_{matter.words.language}") or rules.get("precise_es"))
    groups: dict[str, list[str]] = {}
    for flag in flags:
        lacking = inputs(matter, flag["missing"]) or precise
        groups.setdefault(lacking, []).append(f"{question(matter, flag)} [{said(flag['code'])}]")
    return Listing(
        tuple(
            matter.say("Falta {missing}: {questions}", missing=lacking, questions=" ".join(asked))
            for lacking, asked in groups.items()
        ),
        small=True,
    )


def interval(matter: Matter, pair: Row) -> str:
    """Minimum and maximum with the joint error, or that there is none."""
    told = naming.interval(pair, matter.words, unit=" ha")
    if pair["area_min_ha"] is None:
        return told
    return f"{told} ({metres(matter, pair['error_m'])})"


def question(matter: Matter, flag: Row) -> str:
    """The question that a flag answers."""
    for rule in matter.chosen.rules.get("rule", ()):
        if rule["code"] == flag["code"]:
            return naming.told(rule, "question", matter.words)
    return said(flag["code"])


def inputs(matter: Matter, names: str | None) -> str:
    """The inputs of a question by their labels."""
    return ", ".join(matter.label(name) for name in (names or "").split(";") if name)
