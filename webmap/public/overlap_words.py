"""An overlap in plain words: how much, since when, how sure. Sentences are short, one fact each."""

from typing import Any

from geo import naming
from geo.terms import PAIRS, OverlapClass, Tenure
from geo.words import Words, _, said
from webmap.public.edition import Row

_EVENTS = (
    ("filed_on", _("Se formuló el derecho"), True),
    ("granted_on", _("Se otorgó el derecho"), True),
    ("extinguished_on", _("Se extinguió el derecho"), False),
    ("expires_on", _("Vence el derecho"), False),
)
_OF_LAND = (
    ("recognised_on", _("Se reconoció a la comunidad"), False),
    ("titled_on", _("Se tituló el territorio"), True),
    ("registered_on", _("Se inscribió el título en el registro"), False),
    ("claimed_on", _("Se pidió el título o la ampliación"), False),
)
_ORDER = {
    "before": _("Por las fechas que tenemos, el derecho se formuló o se otorgó antes del título."),
    "across": _("El derecho se formuló antes del título, y se otorgó después."),
    "after": _("El derecho se formuló después del título."),
    "granted-after": _("El derecho se otorgó después del título. No se sabe cuándo se formuló."),
    "same": _("El derecho se formuló el mismo día que el título: no se dice cuál fue antes."),
    "unknown": _("Con las fechas que tenemos no se puede decir qué fue primero."),
}
_CLASSES = {
    OverlapClass.OVERLAP: _(
        "Los dos límites comparten tierra, también si se cuenta el error que se conoce."
    ),
    OverlapClass.SLIVER: _(
        "Comparten una franja muy delgada o muy pequeña. Puede ser un mismo límite dibujado dos "
        "veces."
    ),
    OverlapClass.INDETERMINATE: _(
        "Lo que comparten es menor que el error de los límites: podría no haber superposición."
    ),
    OverlapClass.NEAR: _(
        "No comparten ni 1 m², pero están tan cerca que, con el error de los límites, podrían "
        "compartirlo."
    ),
    OverlapClass.ADJACENT: _("Los dos límites se tocan y no comparten tierra."),
}


def how_much(pair: Row, spoken: Words) -> list[str]:
    """The area and its interval, and the shares, in sentences."""
    if pair["overlap_class"] not in PAIRS:
        told = [spoken.say(_CLASSES[OverlapClass(pair["overlap_class"])])]
        if pair["distance_m"] is not None:
            distance = spoken.number(float(pair["distance_m"]), 1)
            told.append(spoken.say("La distancia entre los dos es de {m} m.", m=distance))
        return told
    area = naming.hectares(pair["area_ha"], spoken)
    told = [spoken.say("Comparten {area}, medidas en el plano UTM del derecho.", area=area)]
    low, high = pair["area_min_ha"], pair["area_max_ha"]
    if low is None or high is None:
        told.append(
            spoken.say(
                "No se conoce el error de uno de los límites: no se puede decir cuánto más o "
                "cuánto menos podría ser."
            )
        )
    elif (least := naming.hectares(low, spoken)) == (most := naming.hectares(high, spoken)):
        # the same four decimals: they may still differ below 1 m²
        told.append(
            spoken.say(
                "Contando el error de los límites (al 95 %), la cifra cambia menos de 1 m²: con "
                "los decimales que aquí se escriben, es la misma."
            )
        )
    else:
        values = {"low": least, "high": most}
        told.append(
            spoken.say(
                "Contando el error de los límites (al 95 %), la cifra está entre {low} y {high}.",
                **values,
            )
        )
    told.append(
        spoken.say(
            "Es el {right} del derecho y el {land} del territorio.",
            right=naming.percent(pair["share_of_concession"], spoken),
            land=naming.percent(pair["share_of_territory"], spoken),
        )
    )
    if pair["area_psad56_ha"] is not None:
        told.append(
            spoken.say(
                "Medida sobre los vértices originales en PSAD56, la cifra es {area}.",
                area=naming.hectares(pair["area_psad56_ha"], spoken),
            )
        )
    return told


def events(right: Row, land: Row, spoken: Words) -> list[dict[str, Any]]:
    """The dates of both, the oldest first, and then those that nobody knows.

    A date that only some rights or territories have is told where it is there.
    """
    rows = [(right, *one) for one in _EVENTS] + [(land, *one) for one in _OF_LAND]
    titled = naming.tenure(land) in (Tenure.TITLED, Tenure.USE_CESSION)
    made = []
    for row, column, label, always in rows:
        on = said(row.get(column))
        expected = always and (column != "titled_on" or titled)
        if on or expected:
            text = spoken.say(label)
            if column == "filed_on" and row.get("accumulation"):
                text = spoken.say(
                    "{what} (es una acumulación: sus partes son anteriores)", what=text
                )
            made.append(
                {"text": text, "on": naming.day(on, spoken), "known": bool(on), "sort": on or "9"}
            )
    return sorted(made, key=lambda one: one["sort"])


def what_came_first(order: str, land: Row, spoken: Words) -> str:
    """What the dates say of right and title, and no more. order: a word of `charts.ORDERS`."""
    if not land["titled_on"] and naming.tenure(land) not in (Tenure.TITLED, Tenure.USE_CESSION):
        return spoken.say("No hay una fecha de título con que comparar.")
    return spoken.say(_ORDER[order])


def how_sure(pair: Row, right: Row, land: Row, spoken: Words) -> list[tuple[str, str]]:
    """The class and the errors behind it, label and value."""

    def metres(row: Row) -> str:
        value = row["error_m"]
        if value is None:
            return spoken.say("no conocido")
        return f"{spoken.number(float(value), 1)} m"

    made = [
        (spoken.say("Clase"), naming.overlap_class(pair["overlap_class"], spoken)),
        (spoken.say("Qué quiere decir"), spoken.say(_CLASSES[OverlapClass(pair["overlap_class"])])),
        (spoken.say("Error de los vértices del derecho (al 95 %)"), metres(right)),
        (spoken.say("Error del límite del territorio (al 95 %)"), metres(land)),
    ]
    if pair["area_geodesic_ha"] is not None and pair["overlap_class"] in PAIRS:
        geodesic = naming.hectares(pair["area_geodesic_ha"], spoken)
        made.append((spoken.say("La misma área, geodésica (elipsoide WGS84)"), geodesic))
    return made
