"""The map of one release in one language: what it draws, where from, and what it says."""

from typing import Any

import folium
import numpy as np
from flask import url_for

from geo import naming
from geo.terms import PAIRS
from geo.words import Words
from webmap import looks, maps
from webmap.looks import Swatch
from webmap.maps import Rendered
from webmap.public import layers
from webmap.public.edition import Edition, records

_ROOM_DEGREES = 0.002


def drawn(edition: Edition, spoken: Words, outlines: str) -> Rendered:
    """The rendered map, made once for a release and a language."""
    return edition.once(
        ("map", spoken.language), lambda: maps.render(compose(edition, spoken, outlines))
    )


def compose(edition: Edition, spoken: Words, outlines: str) -> folium.Map:
    """The map, in Folium's terms."""
    addresses = {
        name: url_for("layer_data", release=edition.id, language=spoken.language, layer=name)
        for name in layers.LAYERS
    }
    right = url_for("right_data", release=edition.id, language=spoken.language, key="-")
    settings = {
        "right": right.removesuffix("-.json"),
        "illustrative": edition.release.illustrative,
        "words": sentences(spoken),
    }
    return maps.compose({**addresses, "departments": outlines}, bounds(edition), settings)


def bounds(edition: Edition) -> list[list[float]]:
    """Where the overlaps are, else where the territories are, else the country."""
    pairs = edition.overlaps.loc[edition.overlaps["overlap_class"].isin(PAIRS)]
    touched = edition.territories.loc[edition.territories["key"].isin(pairs["territory_key"])]
    for frame in (touched, edition.territories):
        west, south, east, north = frame.total_bounds
        if np.isfinite([west, south, east, north]).all():
            room = _ROOM_DEGREES
            return [[south - room, west - room], [north + room, east + room]]
    return [list(corner) for corner in maps.PERU]


def legend(edition: Edition) -> dict[str, list[tuple[Swatch, int]]]:
    """What the map of this release shows, each look with how many it is of."""
    return edition.once(("legend",), lambda: _legend(edition))


def _legend(edition: Edition) -> dict[str, list[tuple[Swatch, int]]]:
    pairs = edition.overlaps.loc[edition.overlaps["overlap_class"].isin(PAIRS)]
    counts: dict[str, int] = {}
    for row in records(edition.territories, ["tenure", "called"]):
        counts[looks.of_territory(row)] = counts.get(looks.of_territory(row), 0) + 1
    for row in records(edition.concessions, ["kind"]):
        look = f"c-{naming.kind(row).value}"
        counts[look] = counts.get(look, 0) + 1
    for word, count in pairs["overlap_class"].value_counts().items():
        counts[f"o-{word}"] = int(count)
    groups = {
        "territories": looks.territories(),
        "concessions": looks.concessions(),
        "overlaps": looks.overlaps(),
    }
    return {
        name: [(swatch, counts[swatch.id]) for swatch in swatches if swatch.id in counts]
        for name, swatches in groups.items()
    }


def statuses(edition: Edition) -> list[tuple[str, str]]:
    """The statuses that the rights of this release have: label and dash."""
    there = edition.once(
        ("statuses",),
        lambda: {naming.status(row).value for row in records(edition.concessions, ["status"])},
    )
    return [(label, dash) for status, label, dash in looks.statuses() if status in there]


def sentences(spoken: Words) -> dict[str, Any]:
    """What deslinde.js says. {words} in braces are filled there, as text."""
    say = spoken.say
    return {
        "locale": "es-PE" if spoken.language == "es" else spoken.language,
        "map": say(
            "Mapa. Flechas para moverse, + y − para acercarse, Enter para preguntar qué hay en "
            "el centro. Lo mismo está en la lista de territorios."
        ),
        "attribution": say("Contornos de departamentos: Natural Earth"),
        "closer": say("Acercar"),
        "farther": say("Alejar"),
        "close": say("Cerrar"),
        "loading": say("Cargando…"),
        "failed": say("No se pudo cargar. Revise la conexión y vuelva a abrir la página."),
        "loaded": say(
            "En el mapa: {territories} territorios, {concessions} derechos o proyectos, "
            "{overlaps} superposiciones."
        ),
        "illustrative": say("Datos ilustrativos: no describen ningún lugar real."),
        "overlapping": say("Derechos que se superponen aquí: {n}"),
        "territories": say("Territorios en este punto"),
        "others": say("Otros derechos o proyectos en este punto"),
        "rights_on_it": say("Derechos que se superponen: {n}."),
        "yes": say("Lo que dicen las fechas y las formas"),
        "the_right": say("El derecho o proyecto"),
        "pairs": say("Territorios con los que se superpone o linda: {n}"),
        "priority": say("({code}; prioridad de revisión: {priority})"),
        "unknown": say("No se sabe ({n})"),
        "territory_page": say("Ver la página del territorio"),
        "nothing": say(
            "En este punto no hay nada dibujado. Que un territorio no aparezca en el mapa no "
            "significa que no exista."
        ),
    }
