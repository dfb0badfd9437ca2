"""The tables that a bundle has besides the layers: their columns, and how they are made."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from geo.datum import legal_plane
from geo.evidence.chosen import Chosen, Outcome
from geo.evidence.figures import tables
from geo.schema.columns import COUNT, FLAGS, NUMBER, OVERLAPS, TEXT, Column
from geo.words import SPANISH, Words, _

_ALERTS = (
    Column("flags", TEXT, _("Códigos de alerta"), _("Preguntas respondidas que sí, con «;».")),
    Column(
        "flags_unknown",
        TEXT,
        _("Alertas sin respuesta"),
        _("Preguntas que los datos no responden, con «;»."),
    ),
)
OVERLAPS_TOLD = (*OVERLAPS[:-1], *_ALERTS, OVERLAPS[-1])

# severity is a priority of review, of no one's case
_FLAGS = tuple(column for column in FLAGS if column.name not in ("severity", "es", "en"))
_SENTENCES = {column.name: column for column in FLAGS if column.name in ("es", "en")}
_SENTENCE = _SENTENCES[SPANISH]
FLAGS_OF = {
    language: (
        *_FLAGS[:4],
        Column(language, TEXT, _SENTENCE.label, own.meaning),
        *_FLAGS[4:],
    )
    for language, own in _SENTENCES.items()
}
"""The flags in a language: its sentence under one label, whatever the language."""

UNIONS = (
    Column("territory_key", TEXT, "Clave del territorio", _("Vacía en el total de un derecho.")),
    Column("concession_key", TEXT, "Clave del derecho", _("Vacía en el total de un territorio.")),
    Column("kind", TEXT, "Tipo", _("Tipo de los derechos que se unen, o todos.")),
    Column("status", TEXT, "Estado", _("Estado de los derechos que se unen, o todos.")),
    Column("tenure", TEXT, "Tenencia", _("Tenencia de los territorios que se unen, o todas.")),
    Column("pairs", COUNT, _("Pares"), _("Pares que comparten al menos 1 m².")),
    Column("area_ha", NUMBER, "Área superpuesta", _("De la unión: cada lugar una vez."), "ha"),
    Column(
        "area_geodesic_ha",
        NUMBER,
        "Área superpuesta geodésica",
        _("De la unión, sobre el elipsoide."),
        "ha",
    ),
    Column("share", NUMBER, _("Parte del todo"), "Área geodésica entre área geodésica."),
    Column("plane", TEXT, "Plano", "CRS en el que se midió."),
)

CODES = (
    Column("number", COUNT, _("N°"), _("Lugar en la lista.")),
    Column("written", TEXT, _("Como está escrito"), _("Como estaba en la lista.")),
    Column("code", TEXT, "Código", _("Como se leyó, sin comillas ni viñetas.")),
    Column("outcome", TEXT, _("Resultado"), _("Qué se halló en esta publicación.")),
    Column("keys", TEXT, _("Claves halladas"), _("Derechos que llevan el código, con «;».")),
    Column(
        "hint",
        TEXT,
        _("Se parece a"),
        _("Códigos que difieren en ceros o signos; no se tomaron."),
    ),
)

_OUTCOMES = {
    Outcome.MATCHED: _("hallado"),
    Outcome.AMBIGUOUS: _("lo llevan varios derechos: se tomaron todos"),
    Outcome.NOT_FOUND: _("no está en esta publicación"),
    Outcome.REPEATED: _("ya está antes en la lista"),
}

TECHNICAL = (
    Column("of", TEXT, _("Figura"), _("Territorio, derecho o intersección.")),
    Column("concession_key", TEXT, "Clave del derecho", "Fuente y código del derecho."),
    Column("territory_key", TEXT, "Clave del territorio", "Fuente y código del territorio."),
    Column("plane", TEXT, "Plano", _("CRS de las coordenadas.")),
    Column("zone", TEXT, "Zona", _("Zona UTM de las coordenadas.")),
    Column("part", COUNT, "Parte", _("Polígono, desde 1.")),
    Column("ring", COUNT, _("Anillo"), _("1 es el contorno; los demás son huecos.")),
    Column("vertex", COUNT, _("Vértice"), _("Desde el noroeste, en sentido horario.")),
    Column("to", COUNT, _("Hasta el vértice"), _("El otro extremo del lado.")),
    Column("distance_m", NUMBER, "Distancia", _("Del lado, de cuadrícula UTM."), "m"),
    Column("angle", TEXT, _("Ángulo interno"), _("En grados, minutos y segundos.")),
    Column("azimuth", TEXT, _("Azimut"), _("Del lado, desde el norte de la cuadrícula.")),
    Column("east", NUMBER, _("Este (X)"), _("Coordenada Este."), "m"),
    Column("north", NUMBER, _("Norte (Y)"), _("Coordenada Norte."), "m"),
)

_TERRITORY, _RIGHT = _("territorio"), _("derecho")
_RIGHT_PSAD56 = _("derecho, en sus vértices PSAD56")
_OVERLAP = _("intersección")

COLUMNS = (
    Column("file", TEXT, _("Archivo"), _("Nombre sin terminación.")),
    Column("column", TEXT, _("Columna"), _("Nombre en GeoPackage y GeoJSON.")),
    Column("label", TEXT, _("Rótulo"), _("Nombre en CSV y KML.")),
    Column("meaning", TEXT, _("Significado"), _("Qué dice la columna.")),
    Column("unit", TEXT, _("Unidad"), _("Unidad de medida.")),
    Column("words", TEXT, _("Palabras"), _("Las de una lista cerrada, y cómo se leen.")),
)


def codes_table(chosen: Chosen, words: Words) -> pd.DataFrame:
    """Every line of the list, in its order: columns CODES."""
    return pd.DataFrame(
        [
            (
                line.number,
                line.written,
                line.code,
                words.say(_OUTCOMES[line.outcome]),
                "; ".join(line.keys),
                "; ".join(line.hint),
            )
            for line in chosen.codes
        ],
        columns=[column.name for column in CODES],
    ).astype({column.name: column.dtype for column in CODES})


def technical_table(chosen: Chosen, words: Words) -> pd.DataFrame:
    """Every vertex of every technical table: territories, rights, intersections."""
    lines = [
        {"of": words.say(what), "plane": table.plane, "zone": table.zone, **keys, **_told(line)}
        for what, keys, table in _technical(chosen)
        for line in tables.lines(table)
    ]
    made = pd.DataFrame(lines, columns=[column.name for column in TECHNICAL])
    return made.astype({column.name: column.dtype for column in TECHNICAL})


def planes_of(territory_key: str, chosen: Chosen) -> list[str]:
    """The planes in which a territory was measured, else the legal plane of its place."""
    measured = chosen.overlaps.loc[chosen.overlaps["territory_key"].eq(territory_key), "plane"]
    found = sorted(measured.dropna().unique())
    if found:
        return found
    row = chosen.territories.loc[chosen.territories["key"].eq(territory_key)]
    legal = legal_plane(np.asarray(row.geometry.array))
    return [str(one) for one in legal.dropna().unique()]


def _technical(chosen: Chosen) -> Iterator[tuple[str, dict[str, str], tables.Table]]:
    for row in _rows(chosen.territories):
        for plane in planes_of(row["key"], chosen):
            yield _TERRITORY, {"territory_key": row["key"]}, tables.of_territory(row, plane)
    for row in _rows(chosen.concessions):
        key = {"concession_key": row["key"]}
        yield _RIGHT, key, tables.of_right(row)
        corners = tables.psad56_of_right(row)
        if corners is not None:
            yield _RIGHT_PSAD56, key, corners
    for row in _rows(chosen.overlaps):
        if row["geometry"] is None or row["geometry"].is_empty:
            continue
        keys = {name: row[name] for name in ("concession_key", "territory_key")}
        yield _OVERLAP, keys, tables.of_overlap(row)


def _told(line: tables.Line) -> dict[str, Any]:
    told: dict[str, Any] = {**line}
    return told | {"to": int(line["side"].partition("-")[2])}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
