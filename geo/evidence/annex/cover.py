"""The cover: what it is about, from which release, and what this document is not."""

from geo import naming
from geo.evidence.annex.blocks import Blank, Block, Pairs, Paragraph, Tone
from geo.evidence.annex.matter import Matter
from geo.evidence.chosen import By
from geo.evidence.wishes import Forum
from geo.terms import Tier
from geo.words import _, said

TITLE = _("Anexo técnico de superposición")
SPECIMEN = _("ESPÉCIMEN — DATOS ILUSTRATIVOS")

NO_OPINION = _(
    "El presente documento técnico no constituye opinión legal ni sustituye la información oficial "
    "de INGEMMET, SERFOR, MIDAGRI o SUNARP."
)
AID = _(
    "Un cálculo propio de superposición es una ayuda: pida al organismo competente su propio "
    "informe."
)
SAMENESS = _(
    "Una huella (SHA-256) prueba que un archivo es el mismo, no que lo que dice sea verdad, ni "
    "cuándo se hizo."
)

FORUMS = {
    Forum.AMPARO: _("demanda de amparo"),
    Forum.CIDH: _("Comisión Interamericana de Derechos Humanos"),
    Forum.MINISTERIO: _("ministerio"),
    Forum.CATASTRO: _("autoridad del catastro (MINEM, INGEMMET o gobierno regional)"),
}

_BY = {
    By.TERRITORY: _("Territorio"),
    By.CONCESSION: _("Derecho"),
    By.CASE: _("Caso"),
    By.CODES: _("Lista de códigos"),
}
_SUBJECTS = 12
_LONGEST = 70


def cover(matter: Matter) -> tuple[Block, ...]:
    """The blocks of the first page, below the title."""
    say, release = matter.say, matter.chosen.release
    said_of = release.said
    blocks: list[Block] = []
    if matter.chosen.illustrative:
        blocks.append(
            Paragraph(
                say(
                    "Espécimen: contiene datos ilustrativos, inventados para la demostración. No "
                    "describe ningún lugar ni derecho real, y no debe presentarse ni firmarse."
                ),
                Tone.STATEMENT,
            )
        )
    blocks += [
        Pairs(
            (
                (say(_BY[matter.chosen.by]), about(matter)),
                (say("Ordenado para"), say(FORUMS[matter.wishes.forum])),
                (say("Publicación de los datos"), release.id),
                (say("Fecha de los datos"), _dated(matter)),
                (
                    say("Versión"),
                    say(
                        "deslinde {version}; reglas {rules}",
                        version=said(said_of["versions"].get("deslinde")),
                        rules=said(said_of.get("rules")),
                    ),
                ),
                (say("Acceso"), say(_("Público") if _public(matter) else _("Reservado"))),
                (say("Huella de los datos (manifest.json, SHA-256)"), matter.manifest_sha256),
            )
        ),
        Paragraph(
            say(
                "La huella es la de manifest.json, que enumera todos los archivos de este paquete "
                "menos este PDF."
            )
            + " "
            + say(SAMENESS),
            Tone.NOTE,
        ),
        Blank(say("Solicitado por:")),
        Blank(say("Preparado por:")),
        Paragraph(say(NO_OPINION) + " " + say(AID), Tone.STATEMENT),
    ]
    return tuple(blocks)


def about(matter: Matter, most: int = _SUBJECTS) -> str:
    """What was asked for, in words; of many the first `most`, and how many more."""
    if matter.chosen.by is By.CASE and matter.chosen.cases:
        return "; ".join(naming.told(case, "title", matter.words) for case in matter.chosen.cases)
    if matter.of_land:
        names = [matter.land_called(row["key"]) for row in matter.subjects]
    else:
        names = [
            f"{said(row['native_id'])} {naming.name(row, matter.words)}" for row in matter.subjects
        ]
    kept = [shortened(name) for name in names[:most]]
    if len(names) > most:
        kept.append(matter.say("y {n} más", n=len(names) - most))
    return "; ".join(kept)


def _dated(matter: Matter) -> str:
    """The dates of the rows here; that some have none is said, and not covered by the others."""
    days = {said(row["as_of"]) for row in (*matter.rights.values(), *matter.lands.values())}
    known = sorted(days - {""}) or [said(matter.chosen.release.as_of)] * (not days)
    told = [naming.day(one, matter.words) for one in known]
    if not told:
        return matter.say("no se conoce")
    return "; ".join([*told, *([matter.say("de otros datos no se conoce")] * ("" in days))])


def shortened(name: str) -> str:
    """A name as the cover has room for it; it stands whole in the tables."""
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _public(matter: Matter) -> bool:
    return matter.chosen.release.tier is Tier.PUBLIC
