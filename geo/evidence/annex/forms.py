"""Room that people fill in: the expert's signature, measures, groups, incidents under reserve."""

from geo.evidence.annex.blocks import Blank, Paragraph, Section, Tone
from geo.evidence.annex.matter import Matter


def signature(matter: Matter) -> Section:
    """Blank, with the wording of an oath marked as a proposal. The program signs for nobody."""
    say = matter.say
    return Section(
        say("Firma del perito"),
        (
            Paragraph(
                say(
                    "Redacción propuesta; quien firma la cambia según su encargo. El programa no "
                    "firma por nadie."
                ),
                Tone.NOTE,
            ),
            Paragraph(
                say(
                    "«El suscrito, identificado con DNI N° ____________, CIP N° ____________, "
                    "declara haber elaborado el presente informe según el método descrito, con "
                    "los datos de las fuentes y fechas indicadas, sin garantizar la exactitud de "
                    "estas.»"
                )
            ),
            Blank(say("Nombre y colegiatura (CIP), o número de verificador catastral:")),
            Blank(say("Lugar y fecha:")),
            Blank(say("Firma:"), 3),
        ),
    )


def own_report(matter: Matter) -> Section:
    """To the body that keeps the cadastre: its own report is what counts."""
    say = matter.say
    return Section(
        say("Lo que se pide"),
        (
            Paragraph(
                say(
                    "Se solicita a la autoridad que emita su propio informe de superposición sobre "
                    "los derechos de los cuadros que siguen, con los vértices oficiales de cada "
                    "uno, y que indique el datum de origen, la resolución de otorgamiento y su "
                    "fecha. El cálculo de este anexo es una ayuda para ubicarlos."
                )
            ),
            Blank(say("Expediente o procedimiento:")),
            Blank(say("Otros pedidos:"), 3),
        ),
    )


def measures(matter: Matter) -> Section:
    """Measures that are requested inside the country: left to the petitioner."""
    say = matter.say
    return Section(
        say("Medidas solicitadas internamente"),
        (
            Paragraph(say("Lo completa quien presenta la solicitud."), Tone.NOTE),
            Blank(say("Ante qué autoridad, cuándo, y con qué resultado:"), 8),
            Blank(say("Medidas que se piden:"), 6),
        ),
    )


def incidents(matter: Matter) -> Section:
    """Room for what is added apart: nothing of it is in this bundle."""
    say = matter.say
    return Section(
        say("Incidentes"),
        (
            Paragraph(
                say(
                    "Se añade aparte, con reserva de identidad. Este paquete no contiene ningún "
                    "incidente, persona ni lugar de los hechos."
                ),
                Tone.STATEMENT,
            ),
            Blank(say("Documento reservado que se acompaña (número y folios):"), 2),
        ),
        new_page=False,
    )


def groups(matter: Matter) -> Section:
    """Data of persons and groups, under reserve: left to the petitioner."""
    say = matter.say
    return Section(
        say("Personas o grupos, riesgo y medidas"),
        (
            Paragraph(
                say(
                    "Los datos de personas o grupos se presentan aparte y con reserva; este "
                    "documento no los contiene. Lo completa quien presenta la solicitud."
                ),
                Tone.STATEMENT,
            ),
            Blank(say("Documento reservado que se acompaña (número y folios):"), 2),
            Blank(say("Situación de riesgo:"), 6),
            Blank(say("Medidas que se solicitan:"), 6),
        ),
    )
