"""What is known of each territory: on what it rests, its dates, its areas, whose polygon it is."""

from geo import naming
from geo.evidence.annex.blocks import Block, Heading, Pairs, Section
from geo.evidence.annex.matter import Matter
from geo.evidence.annex.method import basis, metres
from geo.naming import Row
from geo.terms import Tenure
from geo.words import said

_DATES = ("titled_on", "recognised_on", "registered_on", "claimed_on")


def territories(matter: Matter) -> Section | None:
    """A table of facts for each territory that was asked for, or that a right overlaps."""
    keys = {row["territory_key"] for row in (*matter.pairs, *matter.others)}
    if matter.of_land:
        keys |= set(matter.chosen.subjects)
    blocks: list[Block] = []
    for key in (key for key in matter.lands if key in keys):
        blocks += [
            Heading(matter.land_called(key)),
            Pairs(tuple(_facts(matter, matter.lands[key]))),
        ]
    if not blocks:
        return None
    return Section(matter.say("Territorios"), tuple(blocks))


def _facts(matter: Matter, row: Row) -> list[tuple[str, str]]:
    say, words = matter.say, matter.words
    unknown = say("no se conoce")
    told = [
        (say("Cómo se le llama"), naming.called(row, matter.sources, words)),
        (say("Código"), said(row["native_id"])),
        (say("Ubicación"), place(row) or unknown),
        (say("Pueblo"), said(row["people"]) or unknown),
        (
            say("Tenencia"),
            words.term(naming.tenure(row))
            + (f" ({said(row['tenure_raw'])})" if row["tenure_raw"] else ""),
        ),
        (say("Base de la tenencia"), tenure_basis(matter, row)),
    ]
    if row["category"]:
        told.append((say("Categoría"), said(row["category"])))
    told += [
        (matter.column(name), naming.day(row[name], words))
        for name in _DATES
        if row[name] or name != "claimed_on"
    ]
    told += [
        (say("Documentos"), said(row["documents"]) or unknown),
        (
            # a requested area has no title that could give its figure
            say("Área según la fuente")
            if row["tenure"] == Tenure.CLAIMED
            else say("Área según título o norma"),
            naming.hectares(row["area_title_ha"], words),
        ),
        (
            say(
                "Área del polígono, plana UTM ({plane})",
                plane=matter.zone_and_datum(said(row["measured_in"])),
            ),
            naming.hectares(row["area_plane_ha"], words),
        ),
        (
            say("Área del polígono, geodésica (elipsoide WGS84)"),
            naming.hectares(row["area_geodesic_ha"], words),
        ),
        (say("Sistema de coordenadas"), f"{said(row['crs_used'])} ({basis(matter, row)})"),
        (say("Error de vértice al 95 %"), metres(matter, row["error_m"])),
        (say("Fuente"), naming.source_title(row, matter.sources, words)),
        (say("Fecha de los datos"), naming.day(row["as_of"], words)),
    ]
    return told


def tenure_basis(matter: Matter, row: Row) -> str:
    """On what the tenure rests: a document as cited, a field, or what a source is said to hold."""
    basis_ = said(row["tenure_basis"])
    raw = matter.capture(row).get("raw") or {}
    if basis_ == f"data/sources/{said(row['source_id'])}":
        return matter.say("lo que la fuente declara contener")
    if basis_ and all(name in raw.get("types", {}) for name in basis_.split(" | ")):
        return matter.say("campo «{name}» de la fuente", name=basis_)
    return basis_ or matter.say("no se conoce")


def place(row: Row) -> str:
    """District, province, department, as far as the source says them."""
    return ", ".join(
        said(row[name]) for name in ("district", "province", "department") if row[name]
    )
