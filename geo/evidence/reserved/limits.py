"""How it was made and what it cannot say, and the room that the lawyer fills."""

from geo.evidence.annex.blocks import Blank, Heading, Listing, Paragraph, Section, Tone
from geo.reserved import Reserved, ReservedForum
from geo.words import Words, _

_METHOD = (
    _("Cada hecho fue registrado por una persona y leído y aprobado por otra distinta."),
    _(
        "Cada persona y cada comunidad concernida consintió en que su defensa use lo contado con "
        "este fin; ese consentimiento estaba vigente el día en que se reunió el anexo."
    ),
    _(
        "Salen solo palabras de listas cerradas, fechas y referencias. Las listas son de trabajo: "
        "no son los códigos oficiales de ningún registro del Estado."
    ),
    _("Dos personas aprobaron exactamente este documento antes de que saliera."),
)
_LEFT_OUT = (
    _("Nombres, contactos, direcciones, relatos y documentos de identidad."),
    _("Lugares más finos que el distrito, y el día exacto de los hechos."),
    _("Números de expediente y el nombre de la autoridad a la que se pidió cada medida."),
    _("La clave que une cada referencia con una persona."),
)
_CANNOT = (
    _("«Reportado» quiere decir que alguien lo contó; no que esté probado."),
    _("Que algo no conste no significa que no haya ocurrido: muchas personas callan por miedo."),
    _("Que dos hechos coincidan en lugar o en tiempo no prueba que uno cause el otro."),
    _("Nombra clases de actores según quien lo contó; no atribuye responsabilidad a nadie."),
)
_ROOM = {
    ReservedForum.CIDH: (
        _("Medidas que se piden y por qué no bastan las internas:"),
        _("Por qué se pide reserva de identidad (artículo 25 del Reglamento):"),
    ),
    ReservedForum.MECANISMO: (
        _("Medida que se pide (protección o urgente protección) y por qué:"),
        _("Enfoques que la medida debe tener en cuenta (género, pueblo indígena, colectivo):"),
    ),
    ReservedForum.GARANTIAS: (
        _("Contra qué conducta se piden garantías:"),
        _("Qué se pide a la autoridad:"),
    ),
}


def limits(content: Reserved, words: Words) -> Section:  # noqa: ARG001
    """Method, what was left out on purpose, and what the document cannot say."""
    say = words.say
    return Section(
        say("Método y límites"),
        (
            Listing(tuple(say(sentence) for sentence in _METHOD)),
            Heading(say("Lo que se dejó fuera a propósito")),
            Listing(tuple(say(sentence) for sentence in _LEFT_OUT)),
            Heading(say("Lo que este documento no puede decir")),
            Listing(tuple(say(sentence) for sentence in _CANNOT)),
        ),
    )


def lawyer_writes(content: Reserved, words: Words) -> Section:
    """Room for what no program writes."""
    say = words.say
    return Section(
        say("Lo completa quien presenta la solicitud"),
        (
            Paragraph(
                say(
                    "Escríbalo sin nombres ni lugares exactos: este anexo lo leerán otras personas."
                ),
                Tone.NOTE,
            ),
            *(Blank(say(label), 5) for label in _ROOM[content.forum]),
            Blank(say("Nombre, colegiatura y firma:"), 2),
        ),
        new_page=False,
    )
