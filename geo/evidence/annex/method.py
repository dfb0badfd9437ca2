"""How every figure was made: planes, operations, areas, thresholds, versions."""

from geo import naming
from geo.evidence.annex.blocks import Block, Heading, Listing, Pairs, Paragraph, Section
from geo.evidence.annex.matter import Matter
from geo.evidence.figures.doubts import Coordinates, coordinates
from geo.terms import CrsBasis
from geo.words import _, said

_PARAGRAPHS = (
    (
        _("Qué es una superposición"),
        _(
            "El área que comparten un derecho (una concesión, un petitorio, un contrato, un predio) y un territorio, según el límite que publica la fuente de cada uno. Un derecho minero recae sobre los minerales y es distinto de la propiedad del suelo. Por eso una superposición no prueba que haya actividad, ni que un derecho valga o deje de valer."  # noqa: E501
        ),
    ),
    (
        _("Dónde se mide"),
        _(
            "En la zona UTM del derecho (17S, 18S o 19S), que es su plano legal: allí sus lados son rectos y allí imprime el Estado las hectáreas. El límite del territorio se recorre con un vértice cada 100 m antes de llevarlo a ese plano."  # noqa: E501
        ),
        _(
            "Junto a las hectáreas planas damos las geodésicas (sobre el elipsoide WGS84), las del catastro y las del título, cada una con su nombre. No son la misma cifra y no deben mezclarse."  # noqa: E501
        ),
    ),
    (
        _("De qué datum vienen las coordenadas"),
        _(
            "Muchos límites antiguos están en PSAD56. Cada vértice pasa por una sola operación, EPSG:1208, con una exactitud de 24 m al 95 %; nunca por la que un programa elija punto por punto. Un archivo que no dice en qué coordenadas está no se adivina: se rechaza, o quien lo usa lo declara y queda anotado."  # noqa: E501
        ),
        _(
            "Cuando los dos límites nacieron en PSAD56 (lo dicen sus vértices de kilómetro entero), la superposición se calcula también sobre los vértices originales, y se muestran ambas cifras."  # noqa: E501
        ),
    ),
    (
        _("Cuánto puede variar: mínimo y máximo"),
        _(
            "El error conjunto al 95 % es e = √(e₁² + e₂²), más el del datum si hace falta. El mínimo se calcula con el territorio encogido en e, el máximo con el territorio agrandado en e, y nunca más que el propio derecho. Si no se conoce el error de una de las fuentes, no hay mínimo ni máximo: decimos «error no conocido»."  # noqa: E501
        ),
        _(
            "Los arcos del territorio encogido o agrandado se trazan con 16 segmentos por cuarto de círculo, y la distancia se aumenta 0.27 % para que contengan el círculo: con otros segmentos, mínimo y máximo varían en esa medida."  # noqa: E501
        ),
    ),
    (
        _("Porcentajes"),
        _(
            "Área geodésica entre área geodésica. El porcentaje de un territorio completo sale de la unión de las piezas: cada lugar cuenta una vez, aunque tenga varios derechos encima. Nunca es una suma de pares."  # noqa: E501
        ),
    ),
    (
        _("Fechas"),
        _(
            "La fecha de formulación (el petitorio) y la de otorgamiento son distintas, y a veces las separan años. Una fecha se compara con la precisión que tiene; si falta, la respuesta es «no se sabe». De una acumulación no se deduce nada de su propia fecha: es la de la fusión, y sus partes son anteriores."  # noqa: E501
        ),
        _(
            "Que no conste una consulta previa en los registros consultados no significa que no haya ocurrido; y si en los datos no consta ninguna búsqueda, lo decimos."  # noqa: E501
        ),
    ),
)


def method(matter: Matter) -> Section:
    """The declaration of method, with what this release was computed with."""
    say = matter.say
    blocks: list[Block] = []
    for heading, *paragraphs in _PARAGRAPHS:
        blocks.append(Heading(say(heading), 3))
        blocks += [Paragraph(say(one)) for one in paragraphs]
    blocks += [Heading(say("Sistemas y operaciones de los datos de este anexo"), 3)]
    blocks.append(Listing(_systems(matter), small=True))
    blocks += [Heading(say("Umbrales, reglas y versiones"), 3), Pairs(_versions(matter))]
    return Section(say("Declaración de método"), tuple(blocks))


def _systems(matter: Matter) -> tuple[str, ...]:
    """Each way in which rows of a source came, once."""
    say = matter.say
    return tuple(
        say(
            "{source} ({n} filas): coordenadas en {crs} ({basis}); operación de datum: "
            "{operation}; error de vértice al 95 %: {error}; error del datum al 95 %: {datum}.",
            source=one.source,
            n=one.rows,
            crs=said(one.used) or say("desconocido"),
            basis=one.basis,
            operation=_operation(matter, one),
            error=metres(matter, one.error_m),
            datum=metres(matter, one.datum_error_m),
        )
        for one in coordinates(matter.chosen, matter.words)
    )


def _operation(matter: Matter, one: Coordinates) -> str:
    if one.operation in ("", "none"):
        return matter.say("ninguna")
    return matter.say(
        "{operation} (exactitud según su registro: {accuracy})",
        operation=said(one.operation),
        accuracy=metres(matter, one.accuracy_m),
    )


def basis(matter: Matter, row: naming.Row) -> str:
    """How the CRS of a row is known, in words."""
    return naming.label(CrsBasis, row["crs_basis"], matter.words) or matter.say("desconocido")


def metres(matter: Matter, value: float | None) -> str:
    """Metres with one decimal, or that they are not known."""
    if value is None:
        return matter.say("no conocido")
    return f"{matter.words.number(float(value), 1)} m"


def _versions(matter: Matter) -> tuple[tuple[str, str], ...]:
    say, told = matter.say, matter.chosen.release.said
    settings = told.get("settings", {})
    named = {
        "pair_min_m2": (_("Área mínima de una superposición"), "m²"),
        "sliver_area_ha": (_("Franja mínima: área menor que"), "ha"),
        "sliver_mean_width_m": (_("Franja mínima: ancho medio menor que"), "m"),
    }
    rows = [
        (say(label), f"{said(settings[name])} {unit}")
        for name, (label, unit) in named.items()
        if name in settings
    ]
    rows.append((say("Reglas"), said(told.get("rules"))))
    rows.append(
        (say("Huella del programa (SHA-256)"), said(told.get("code")) or say("desconocido"))
    )
    versions = told.get("versions", {})
    rows.append((say("Versiones"), "; ".join(f"{name} {one}" for name, one in versions.items())))
    return tuple(rows)
