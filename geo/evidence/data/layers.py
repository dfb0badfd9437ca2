"""The data of a bundle: the same rows as on the map, in the forms that people open.

datos.gpkg                                  everything, drawn when QGIS opens it
superposiciones, derechos, territorios      .geojson, .kml, .csv
alertas, totales, libro-de-cambios, codigos, cuadros-tecnicos, columnas      .csv
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import naming
from geo.evidence.chosen import Chosen
from geo.evidence.data import kml, qgis, spreadsheets
from geo.evidence.data.drawn import DRAWINGS, Drawing
from geo.evidence.data.sheets import (
    CODES,
    COLUMNS,
    FLAGS_OF,
    OVERLAPS_TOLD,
    TECHNICAL,
    UNIONS,
    codes_table,
    technical_table,
)
from geo.evidence.wishes import Wishes
from geo.release import files
from geo.release.export import geojson, with_flags
from geo.schema.columns import CONCESSION, DEEDS, TERRITORY, Column
from geo.words import Words, _

GEOPACKAGE = "datos.gpkg"

_CITATION = _("Deslinde, publicación {id}, datos al {as_of}. Fuentes: {sources}.")
_ILLUSTRATIVE = _("DATOS ILUSTRATIVOS: inventados para la demostración; no prueban nada.")


@dataclass(frozen=True, eq=False)
class _Layer:
    """One layer: what it is called inside the GeoPackage, as a file, and by people."""

    name: str
    file: str
    title: str
    columns: tuple[Column, ...]
    frame: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class _Table:
    """One table without shapes. name: inside the GeoPackage, "" where it is not there."""

    name: str
    file: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


def write_data(chosen: Chosen, wishes: Wishes, words: Words, folder: Path) -> None:
    """Writes every file of the data into `folder`, which is made where it is missing.

    The same cut gives the same bytes. Raises FileUnwritable where the disk refuses.
    """
    layers, tables = _layers(chosen), _tables(chosen, words)
    drawings = {one.name: DRAWINGS[one.name](one.frame, words) for one in layers}
    with files.plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in _contents(chosen, wishes, words, layers, tables, drawings):
            (folder / name).write_bytes(content)
        _geopackage(chosen, words, layers, tables, drawings, folder / GEOPACKAGE)


def notice(chosen: Chosen, words: Words) -> str:
    """What every file says of where it comes from: citation, then the sources' notices."""
    notices = dict.fromkeys(naming.told(one, "notice", words) for one in chosen.sources)
    warning = [words.say(_ILLUSTRATIVE)] if chosen.illustrative else []
    return " ".join([*warning, citation(chosen, words), *filter(None, notices)])


def citation(chosen: Chosen, words: Words) -> str:
    """How the data are cited."""
    titles = "; ".join(
        f"{naming.told(one, 'title', words)} ({one['publisher']})" for one in chosen.sources
    )
    return words.say(
        _CITATION,
        id=chosen.release.id,
        as_of=chosen.release.as_of or words.say("fecha desconocida"),
        sources=titles,
    )


def _layers(chosen: Chosen) -> tuple[_Layer, ...]:
    told = with_flags(chosen.overlaps, chosen.flags)
    return (
        _Layer("overlaps", "superposiciones", _("Superposiciones"), OVERLAPS_TOLD, told),
        _Layer(
            "concessions", "derechos", _("Derechos y proyectos"), CONCESSION, chosen.concessions
        ),
        _Layer("territories", "territorios", _("Territorios"), TERRITORY, chosen.territories),
    )


def _tables(chosen: Chosen, words: Words) -> tuple[_Table, ...]:
    return (
        _Table("flags", "alertas", FLAGS_OF[words.language], chosen.flags),
        _Table("totals", "totales", UNIONS, chosen.unions),
        _Table("changes", "libro-de-cambios", DEEDS, chosen.deeds),
        *([_Table("codes", "codigos", CODES, codes_table(chosen, words))] if chosen.codes else []),
        _Table("", "cuadros-tecnicos", TECHNICAL, technical_table(chosen, words)),
    )


def _contents(
    chosen: Chosen,
    wishes: Wishes,
    words: Words,
    layers: Iterable[_Layer],
    tables: Iterable[_Table],
    drawings: Mapping[str, Drawing],
) -> Iterator[tuple[str, bytes]]:
    """Every file but the GeoPackage."""
    members, said = _members(chosen, words), notice(chosen, words)
    for layer in layers:
        told = tuple(column for column in layer.columns if column.name != "geometry")
        names = [column.name for column in told]
        frame = gpd.GeoDataFrame(layer.frame[[*names, layer.frame.geometry.name]])
        yield f"{layer.file}.geojson", geojson(frame, layer.file, members)
        yield (
            f"{layer.file}.kml",
            kml.kml(
                frame,
                names_of(layer.frame),
                pd.DataFrame({c.name: spreadsheets.cells(frame[c.name], c, words) for c in told}),
                {column.name: spreadsheets.heading(column, words) for column in told},
                drawings[layer.name],
                title=words.say(layer.title),
                notice=said,
            ),
        )
        yield (
            f"{layer.file}.csv",
            spreadsheets.sheet(layer.frame, told, wishes.separator, words),
        )
    for table in tables:
        content = spreadsheets.sheet(table.frame, table.columns, wishes.separator, words)
        yield f"{table.file}.csv", content
    yield (
        "columnas.csv",
        spreadsheets.sheet(_columns(layers, tables, words), COLUMNS, wishes.separator, words),
    )


def names_of(frame: gpd.GeoDataFrame) -> list[str]:
    """What a placemark is called: code and name, of both where there are two."""
    sides = [("concession_id", "concession_name"), ("territory_id", "territory_name")]
    if "concession_id" not in frame:
        sides = [("native_id", "name")]
    told = [
        (frame[code].fillna("") + " " + frame[name].fillna("")).str.strip() for code, name in sides
    ]
    return [" × ".join(parts) for parts in zip(*told, strict=True)]


def _members(chosen: Chosen, words: Words) -> dict[str, Any]:
    """What stands beside the features of a GeoJSON file."""
    return {
        "release": chosen.release.id,
        "as_of": chosen.release.as_of,
        "illustrative": chosen.illustrative,
        "citation": citation(chosen, words),
        "sources": [
            {
                "id": one["id"],
                "title": naming.told(one, "title", words),
                "publisher": one["publisher"],
                "licence": one["licence"],
                "notice": naming.told(one, "notice", words),
            }
            for one in chosen.sources
        ],
    }


def _columns(layers: Iterable[_Layer], tables: Iterable[_Table], words: Words) -> pd.DataFrame:
    """What every column of every file is called, means, and is measured in."""
    listed = [
        *((one.file, column) for one in layers for column in one.columns),
        *((one.file, column) for one in tables for column in one.columns),
    ]
    return pd.DataFrame(
        {
            "file": [file for file, _column in listed],
            "column": [column.name for _file, column in listed],
            "label": [words.say(column.label) for _file, column in listed],
            "meaning": [words.say(column.meaning) for _file, column in listed],
            "unit": [column.unit for _file, column in listed],
            "words": [spreadsheets.words_of(column.name, words) for _file, column in listed],
        }
    ).astype("string")


def _geopackage(
    chosen: Chosen,
    words: Words,
    layers: Iterable[_Layer],
    tables: Iterable[_Table],
    drawings: Mapping[str, Drawing],
    path: Path,
) -> None:
    styles = [
        (
            layer.name,
            words.say(layer.title),
            qgis.qml(
                drawings[layer.name],
                {
                    column.name: spreadsheets.heading(column, words)
                    for column in layer.columns
                    if column.name != "geometry"
                },
            ),
        )
        for layer in layers
    ]
    plain = [
        (table.name, table.frame[[column.name for column in table.columns]])
        for table in tables
        if table.name
    ]
    shaped = [(layer.name, layer.frame[[c.name for c in layer.columns]]) for layer in layers]
    on = chosen.release.as_of
    path.unlink(missing_ok=True)
    files.geopackage(
        [*shaped, *plain],
        path,
        on,
        as_it_is=[(qgis.TABLE, qgis.layer_styles(styles, files.whole_day(on)))],
    )
