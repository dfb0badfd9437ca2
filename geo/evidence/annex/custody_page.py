"""Custody in short, and how anybody checks the bundle without this software."""

from geo.evidence import layout
from geo.evidence.annex.blocks import Block, Head, Heading, Listing, Paragraph, Section, Table
from geo.evidence.annex.cover import SAMENESS
from geo.evidence.annex.matter import Matter
from geo.evidence.annex.sources_page import ROLES
from geo.words import said


def custody_page(matter: Matter) -> Section:
    """The log line by line, and the commands."""
    say, blocks = matter.say, list[Block]()
    if matter.custody:
        blocks.append(
            Paragraph(
                say(
                    "El registro completo está en {file}: cada línea lleva la huella de la "
                    "anterior, de modo que ninguna se puede quitar, cambiar ni mover sin que se "
                    "note.",
                    file=layout.CUSTODY,
                )
            )
        )
        blocks.append(_log(matter))
    blocks += [
        Heading(say("Cómo comprobar este paquete")),
        Listing(
            (
                say(
                    "Descomprima el paquete y ejecute «sha256sum -c manifest-sha256.txt» en su "
                    "carpeta: cada archivo debe dar «OK»."
                ),
                say(
                    "Calcule «sha256sum data/{manifest}»: debe dar la huella de la carátula, "
                    "{sha256}.",
                    manifest=layout.MANIFEST,
                    sha256=matter.manifest_sha256,
                ),
                say(
                    "Este PDF se abre con cualquier lector; sus propiedades llevan la misma huella."
                ),
                say(
                    "Quien tenga el programa ejecuta «deslinde verify» con el archivo del paquete: "
                    "comprueba las huellas y las firmas, y calcula otra vez cada superposición con "
                    "las figuras recibidas. No necesita red."
                ),
                say(SAMENESS),
                say(
                    "La entrega (cuándo, a quién, con qué huella) se anota fuera de este paquete, "
                    "que no cambia."
                ),
            )
        ),
    ]
    return Section(say("Custodia y comprobación"), tuple(blocks))


def _log(matter: Matter) -> Table:
    say = matter.say
    heads = (
        Head(say("N°"), 1),
        Head(say("Fecha y hora (UTC)"), 4),
        Head(say("Rol"), 3),
        Head(say("Acción"), 9),
        Head(say("Medio"), 5),
        Head(say("SHA-256"), 4),
    )
    rows = tuple(
        (
            str(line["n"]),
            matter.utc(line["at"]) if line["at"] else "—",
            _role(matter, said(line["role"])),
            said(line["what"]),
            said(line["medium"]) or "—",
            f"{said(line['sha256'])[:12]}…" if line["sha256"] else "—",
        )
        for line in matter.custody
    )
    return Table((heads,), rows, small=True)


def _role(matter: Matter, role: str) -> str:
    return matter.say(ROLES[role]) if role in ROLES else role
