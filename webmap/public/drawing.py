"""The map of one release in one language: what it draws, where from, and what it says."""

from collections.abc import Mapping
from typing import Any

import folium
import numpy as np
from flask import current_app, url_for
from werkzeug.routing import IntegerConverter

from geo import naming
from geo.evidence.sheet.window import SCALES
from geo.release.tiles.release import FIRST_SHAPES
from geo.terms import PAIRS, Kind, OverlapClass, Severity, Status
from geo.words import Words, _
from webmap import looks, maps
from webmap.looks import Swatch
from webmap.maps import Archive, Rendered
from webmap.public import ground, small, tiles
from webmap.public.edition import Edition, records
from webmap.web import Packed

Sentences = Mapping[str, Mapping[str, str]]

CORE = (
    "deslinde.js",
    "choice.js",
    "state.js",
    "looks.js",
    "ground.js",
    "drawing.js",
    "legend.js",
    "osm.js",
)
"""The scripts that the first view needs, in their order."""

SMALL = (
    "deslinde.js",
    "choice.js",
    "state.js",
    "looks.js",
    "within.js",
    "lines.js",
    "shapes.js",
    "legend.js",
)
"""The same where there are no tiles: whole layers, as a folder on a stick has them."""

SCRIPTS: tuple[str, ...] = (
    "columns.js",
    "filters.js",
    "boxes.js",
    "within.js",
    "geodesy.js",
    "toolbar.js",
    "pointer.js",
    "kept.js",
    "sheet.js",
    "search.js",
    "trace.js",
    "measure.js",
    "reading.js",
    "findings.js",
    "area.js",
    "compare.js",
    "print.js",
    "narrow.js",
)
"""The scripts that come once the first view is drawn."""

STYLES = ("map.css", "toolbar.css")

BUNDLES: Mapping[str, tuple[str, ...]] = {
    "map-core.js": CORE,
    "map-small.js": SMALL,
    "map-later.js": SCRIPTS,
    "map-page.css": STYLES,
}
"""One file for several, so that a slow line waits once."""

ADDRESSES = {
    "punto": "point",
    "buscar": "search",
    "area": "area_data",
    "area_file": "area_file",
    "contorno": "contour",
    "publicaciones": "older_data",
    "cambios": "changes_data",
    "cambios_pagina": "changes_since_page",
    "imprimir": "print_sheet",
    "cerca": "near_data",
    "derechos": "rights_data",
    "indice": "index_data",
    "hectareas": "hectares_data",
    "derecho": "right_data",
    "tabla": "table_page",
}
"""What a script asks -> the endpoint. {key} stands in an address where a key goes."""

_ROOM_DEGREES = 0.002
_STANDS_FOR = 987_654_321  # in an address, for what a script fills in


def bundles(files: Mapping[str, Packed]) -> dict[str, Packed]:
    """BUNDLES, put together from the files of static/."""
    return {
        name: Packed(b"\n".join(files[one].content for one in parts), files[parts[0]].kind)
        for name, parts in BUNDLES.items()
    }


def drawn(edition: Edition, spoken: Words, told: Sentences) -> Rendered:
    """The rendered map, made once for a release and a language."""
    return edition.once(
        ("map", spoken.language),
        lambda: maps.render(compose(edition, spoken, told)),
    )


def compose(edition: Edition, spoken: Words, told: Sentences) -> folium.Map:
    """The map, in Folium's terms.

    told: what the scripts of the rooms say, as message ids by room.
    """
    by_room = {
        room: {name: spoken.say(sentence) for name, sentence in sentences.items()}
        for room, sentences in told.items()
    }
    settings = {
        "language": spoken.language,
        "release": edition.id,
        "static": bool(current_app.config.get("COPIED")),
        "illustrative": edition.release.illustrative,
        "shapes_from": FIRST_SHAPES,
        "addresses": addresses(edition, spoken),
        "terms": terms(),
        "scales": list(SCALES),
        "words": {
            **by_room,
            **own_words(spoken),
            "attribution": ground.attribution(edition, spoken),
        },
    }
    return maps.compose(archives(edition), bounds(edition), settings)


def archives(edition: Edition) -> list[Archive]:
    """The archives of tiles of a release, the ground first."""
    if current_app.config.get("COPIED") == small.STICK:
        return []
    found = {name: tiles.opened(edition, name) for name in ("fondo", "datos")}
    if found["datos"] is None:
        return []
    box = {"fondo": (-180.0, -85.0, 180.0, 85.0), "datos": extent(edition)}
    if current_app.config.get("COPIED"):
        box["fondo"] = box["datos"]  # of the rest of the world a copy has no files
    return [
        Archive(
            name,
            tile_address(edition, name),
            archive.first_zoom,
            archive.last_zoom,
            box[name],
        )
        for name, archive in found.items()
        if archive is not None
    ]


def tile_address(edition: Edition, name: str) -> str:
    """Where the tiles of an archive are, with {z}, {x} and {y}."""
    first = url_for("tile", release=edition.id, named=name, zoom=0, column=0, row=0)
    return first.removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"


def addresses(edition: Edition, spoken: Words) -> dict[str, str]:
    """Where the scripts ask, by the names of ADDRESSES; what no room answers is left out.

    A number stands as {its name}, any other word that the script fills in as {key}.
    """
    known = {"release": edition.id, "language": spoken.language}
    made = {}
    for rule in current_app.url_map.iter_rules():
        for name in [name for name, endpoint in ADDRESSES.items() if endpoint == rule.endpoint]:
            values: dict[str, Any] = {}
            called: dict[str, str] = {}
            for place, argument in enumerate(sorted(rule.arguments - set(known))):
                number = isinstance(rule._converters[argument], IntegerConverter)
                values[argument] = _STANDS_FOR + place if number else str(_STANDS_FOR + place)
                called[str(values[argument])] = f"{{{argument if number else 'key'}}}"
            values |= {one: known[one] for one in rule.arguments & set(known)}
            address = url_for(rule.endpoint, **values)
            for said, sign in called.items():
                address = address.replace(said, sign)
            made[name] = address
    return made


def terms() -> dict[str, list[str]]:
    """The closed lists of a selection, priorities from least to most."""
    return {
        "tipo": [one.value for one in Kind],
        "estado": [one.value for one in Status],
        "clase": [one.value for one in OverlapClass],
        "prioridad": [one.value for one in Severity],
    }


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


def extent(edition: Edition) -> tuple[float, float, float, float]:
    """West, south, east, north of all that the tiles of data can hold, degrees."""
    corners = np.array([edition.territories.total_bounds, edition.concessions.total_bounds])
    there = corners[np.isfinite(corners).all(axis=1)]
    if not len(there):
        (south, west), (north, east) = maps.PERU
        return west, south, east, north
    west, south = there[:, :2].min(axis=0).tolist()
    east, north = there[:, 2:].max(axis=0).tolist()
    # a square of the far view reaches beyond the rights that it counts
    return west - 3, south - 3, east + 3, north + 3


def legend(edition: Edition) -> dict[str, list[tuple[Swatch, int]]]:
    """What the map of this release shows, each look with how many it is of."""
    return edition.once(("legend",), lambda: _legend(edition))


def _legend(edition: Edition) -> dict[str, list[tuple[Swatch, int]]]:
    pairs = edition.overlaps.loc[edition.overlaps["overlap_class"].isin(PAIRS)]
    counts: dict[str, int] = {}
    for row in records(edition.territories, ["tenure", "called"]):
        counts[looks.of_territory(row)] = counts.get(looks.of_territory(row), 0) + 1
    for kind, count in edition.concessions["kind"].fillna("").value_counts().items():
        look = f"c-{naming.kind({'kind': kind}).value}"
        counts[look] = counts.get(look, 0) + int(count)
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
        lambda: {
            naming.status({"status": word}).value
            for word in edition.concessions["status"].fillna("").unique()
        },
    )
    return [(label, dash) for status, label, dash in looks.statuses() if status in there]


OWN = {
    "map": _(
        "Mapa. Flechas para moverse, + y − para acercarse, Enter para preguntar qué hay en el "
        "centro. Lo mismo está en las tablas."
    ),
    "closer": _("Acercar"),
    "farther": _("Alejar"),
    "close": _("Cerrar"),
    "loading": _("Cargando…"),
    "failed": _("No se pudo cargar. Revise la conexión y vuelva a abrir la página."),
    "left": _("Hay una publicación nueva: la página se carga de nuevo."),
    "drawn": _("De cerca, el mapa muestra cada derecho con su forma."),
    "drawn_far": _(
        "De lejos, cada cuadrado cuenta derechos. Acérquese para ver cada derecho con su forma."
    ),
    "filtered": _("Hay un filtro puesto: el mapa no muestra todos los derechos."),
    "in_square": _(
        "En ese cuadrado hay {all} derechos; {n} se superponen con algún territorio, en {ha} ha."
    ),
    "in_square_unknown": _("De {unknown} de ellos no se conocen las hectáreas."),
    "matching": _("Derechos que cumplen el filtro: {n} de {all}."),
    "matching_none": _("Ningún derecho cumple el filtro. Quite alguna condición."),
    "counting": _("Contando…"),
    "not_counted": _(
        "No se pudo traer lo que hace falta para filtrar: el mapa no muestra derechos. Muévalo "
        "para intentarlo de nuevo."
    ),
    "from_year": _("desde {year}"),
    "to_year": _("hasta {year}"),
    "only_in_table": _(
        "El mapa no filtra por nombre, código, distrito ni territorio: eso se aplica en la tabla."
    ),
}
"""What the map's own scripts say. {words} in braces are filled there, as text."""


def own_words(spoken: Words) -> dict[str, str]:
    """OWN in a language, and how that language writes numbers."""
    said = {name: spoken.say(sentence) for name, sentence in OWN.items()}
    return {**said, "locale": "es-PE" if spoken.language == "es" else spoken.language}
