"""A selection as one file: CSV, GeoJSON, GeoPackage, KML. Each carries its citation inside.

CSV has no place for a note: a comment is not CSV, and a column that repeats the citation makes a
file ten times its size and is the first to be deleted. So the CSV comes in a zip, with LEAME.txt
(citation, licences, limits, what was selected) and columnas.csv beside it, and every row ends in
the id of its release, which leads back to all of that when the row travels alone. The zip is
stored, not deflated: the same bytes on any machine; what travels is compressed on its way.
"""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geo.evidence.data import kml, qgis, spreadsheets
from geo.evidence.data.layers import names_of
from geo.evidence.data.sheets import COLUMNS
from geo.evidence.wishes import Separator
from geo.release import files
from geo.release.export import geojson_pieces
from geo.words import Words
from webmap.public.download_content import Content, columns_table

README = "LEAME.txt"
_README_TABLE, _COLUMNS_TABLE = "leame", "columnas"
_ALL_COLUMNS = COLUMNS[1:]
# a zip has no other date than that of its files, and theirs would be the clock's
_WHEN = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


@dataclass(frozen=True)
class Form:
    """One form: how people call it, its file's ending and type, and what writes it."""

    label: str
    ending: str
    mimetype: str
    write: Callable[[Content, Words, Path], None]


def _csv(content: Content, spoken: Words, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(_member(README), _readme(content, spoken))
        with packed.open(_member(f"{content.layer.value}.csv"), "w", force_zip64=True) as sheet:
            for number, (frame, _values) in enumerate(content.chunks()):
                sheet.write(
                    spreadsheets.sheet(
                        frame, content.told, Separator.COMMA, spoken, headed=number == 0
                    )
                )
        packed.writestr(
            _member("columnas.csv"),
            spreadsheets.sheet(
                columns_table(content.told, spoken), _ALL_COLUMNS, Separator.COMMA, spoken
            ),
        )


def _geojson(content: Content, spoken: Words, path: Path) -> None:
    frames = (frame for frame, _values in content.chunks())
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(
            geojson_pieces(frames, content.layer.value, _members(content, spoken), "id")
        )


def _kml(content: Content, spoken: Words, path: Path) -> None:
    labels = {column.name: spreadsheets.heading(column, spoken) for column in content.told}
    notice = " ".join(f"{heading}: {text}" for heading, text in content.notes)
    with path.open("wb") as file:
        file.write(kml.opening(content.title, notice, content.drawing))
        for frame, values in content.chunks():
            texts = {c.name: spreadsheets.cells(frame[c.name], c, spoken) for c in content.told}
            file.write(
                kml.placemarks(
                    frame, names_of(frame), pd.DataFrame(texts), labels, content.drawing, values
                )
            )
        file.write(kml.CLOSING)


def _geopackage(content: Content, spoken: Words, path: Path) -> None:
    aliases = {column.name: spreadsheets.heading(column, spoken) for column in content.told}
    on = content.citation.as_of
    style = (content.name, content.title, qgis.qml(content.drawing, aliases))
    files.geopackage(
        _layers(content, spoken),
        path,
        on,
        as_it_is=[(qgis.TABLE, qgis.layer_styles([style], files.whole_day(on)))],
    )


def _layers(content: Content, spoken: Words) -> Iterator[tuple[str, pd.DataFrame]]:
    yield from ((content.name, frame) for frame, _values in content.chunks())
    notes = pd.DataFrame(content.notes, columns=["heading", "text"]).astype("string")
    yield _README_TABLE, notes
    yield _COLUMNS_TABLE, columns_table(content.told, spoken)


def _members(content: Content, spoken: Words) -> dict[str, Any]:
    """What stands beside the features of a GeoJSON file."""
    cited = content.citation
    return {
        "title": content.title,
        "warning": cited.warning,
        "citation": cited.text,
        "release": cited.release,
        "manifest_sha256": cited.sha256,
        "as_of": cited.as_of,
        "selection": content.wanted,
        "selection_text": content.asked,
        "rows": len(content.rows),
        "limits": list(cited.limits),
        "sources": [{**one.told(), "as_of": one.as_of} for one in cited.sources],
        "columns": columns_table(content.told, spoken).to_dict("records"),
    }


def _readme(content: Content, spoken: Words) -> bytes:
    how = spoken.say(
        "El archivo .csv está en UTF-8, con coma entre celdas y punto decimal. Un apóstrofo "
        "delante de un texto impide que una hoja de cálculo lo tome por número, fecha o fórmula. "
        "Las figuras están en los archivos GeoJSON, GeoPackage y KML. El archivo columnas.csv dice "
        "qué significa cada columna."
    )
    lines = [*content.notes, (spoken.say("Cómo leerlo"), how)]
    return "".join(f"{heading}: {text}\r\n\r\n" for heading, text in lines).encode("utf-8-sig")


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _WHEN)
    member.create_system, member.external_attr = 3, _READABLE
    return member


FORMS: Mapping[str, Form] = {
    "csv": Form("CSV", "csv.zip", "application/zip", _csv),
    "geojson": Form("GeoJSON", "geojson", "application/geo+json", _geojson),
    "gpkg": Form("GeoPackage", "gpkg", "application/geopackage+sqlite3", _geopackage),
    "kml": Form("KML", "kml", "application/vnd.google-earth.kml+xml", _kml),
}
"""By what stands in an address."""
