"""Whether every file of the data says what the GeoPackage says: same pairs, same figures.

The other files are written once more from the GeoPackage, and read beside those of the bundle.
Everything is held to the last digit. Where other code or other versions made the bundle, words
that are translated are not compared, and vertices of technical tables to 1 cm.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from shapely.errors import ShapelyError

from geo.errors import DeslindeError
from geo.evidence import layout
from geo.evidence.check import compare, package_check
from geo.evidence.check.enclosed import GEOPACKAGE
from geo.evidence.chosen import Chosen
from geo.evidence.data import layers
from geo.evidence.data.kml import NAMESPACE
from geo.evidence.findings import Finding, Kind
from geo.evidence.unpack import PAYLOAD, Bundle
from geo.evidence.wishes import Separator, Wishes
from geo.words import Words

_FOLDER = f"{PAYLOAD}{layout.DATA}"
TECHNICAL = "cuadros-tecnicos"
_VERTICES = "vértices"
_BROKEN = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)

_FIGURES = re.compile(r"\d+")

Row = dict[str, str]
Alike = Callable[[int, str, str, str], bool]
Reader = Callable[[bytes, Wishes], list[Row]]


def check(
    bundle: Bundle, chosen: Chosen, wishes: Wishes, words: Words, *, exact: bool
) -> Iterator[Finding]:
    """Files of the data that are missing, too many, or say something else.

    chosen: of the GeoPackage. exact: the same code made the bundle.
    """
    with TemporaryDirectory(prefix="deslinde-") as scratch:
        folder = Path(scratch)
        try:
            layers.write_data(chosen, wishes, words, folder)
        except (*_BROKEN, DeslindeError, ShapelyError):
            yield Finding(
                Kind.DISAGREES,
                GEOPACKAGE,
                f"De «{GEOPACKAGE}» no se pueden hacer los demás archivos: no es el que los hizo.",
            )
            return
        names = {path.name for path in folder.rglob("*") if path.is_file()}
        there = {name.removeprefix(f"{_FOLDER}/") for name in bundle.below(_FOLDER)}
        for name in sorted(names - there):
            file = f"{_FOLDER}/{name}"
            yield Finding(Kind.MISSING, file, f"Falta «{file}», que se hace de «{GEOPACKAGE}».")
        for name in sorted(there - names):
            file = f"{_FOLDER}/{name}"
            yield Finding(Kind.ADDED, file, f"«{file}» está de más: no sale de «{GEOPACKAGE}».")
        copy = folder / "recibido.gpkg"
        copy.write_bytes(bundle.read(GEOPACKAGE))
        told = package_check.difference(copy, folder / layers.GEOPACKAGE, exact=exact)
        if told:
            yield Finding(
                Kind.ALTERED,
                GEOPACKAGE,
                f"«{GEOPACKAGE}» trae en «{told}» algo que este programa no escribe.",
            )
        for name in sorted(there & names - {layers.GEOPACKAGE}):
            expected = next(folder.rglob(name)).read_bytes()
            yield from _one(bundle, name, expected, wishes, exact)


def _one(
    bundle: Bundle, name: str, expected: bytes, wishes: Wishes, exact: bool
) -> Iterator[Finding]:
    file = f"{_FOLDER}/{name}"
    content = bundle.read(file)
    if content == expected:
        return
    read = _READERS[Path(name).suffix]
    try:
        rows = read(content, wishes)
    except (*_BROKEN, csv.Error, ElementTree.ParseError):
        yield Finding(Kind.DISAGREES, file, f"«{file}» no se puede leer.")
        return
    told = _difference(rows, read(expected, wishes), _same if exact else _lenient(name))
    if told:
        yield Finding(
            Kind.DISAGREES, file, f"«{file}» no dice lo mismo que «{GEOPACKAGE}»: {told}."
        )


def _difference(rows: Sequence[Row], expected: Sequence[Row], alike: Alike) -> str:
    """The first cell that differs, "" where none does."""
    for number, (row, wanted) in enumerate(zip(rows, expected, strict=False), 1):
        for column in dict.fromkeys((*wanted, *row)):
            a, b = row.get(column, ""), wanted.get(column, "")
            if a == b or alike(number, column, a, b):
                continue
            return f"fila {number}, «{column}»: dice «{_short(a)}» y allí es «{_short(b)}»"
    if len(rows) != len(expected):
        return f"tiene {len(rows):,} filas y allí son {len(expected):,}"
    return ""


def _same(_number: int, _column: str, a: str, b: str) -> bool:
    return a == b


def _lenient(name: str) -> Alike:
    """Which cells may differ where other versions made them: words that are translated.

    Of the features of a GeoJSON none, since it holds the data's own words; a vertex never;
    of the technical tables also what PROJ and GEOS computed, angles as texts.
    """

    def alike(number: int, column: str, a: str, b: str) -> bool:
        one, other = _number(a), _number(b)
        if (name.endswith(".geojson") and number > 1) or column.startswith(_VERTICES):
            return False
        if one is None or other is None:
            # a date, a code or a hash among the words is none of them
            return one is None and other is None and _FIGURES.findall(a) == _FIGURES.findall(b)
        return name.startswith(TECHNICAL) and abs(one - other) <= compare.LENGTH_M

    return alike


def _number(text: str) -> float | None:
    try:
        return float(text.lstrip("'").replace(",", "."))
    except ValueError:
        return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _sheet(content: bytes, wishes: Wishes) -> list[Row]:
    """The rows of a table, each by the headings."""
    text = content.decode("utf-8-sig")
    delimiter = ";" if wishes.separator is Separator.SEMICOLON else ","
    head, *lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return [{"rótulos": "\t".join(head)}, *(dict(zip(head, line, strict=True)) for line in lines)]


def _collection(content: bytes, _wishes: Wishes) -> list[Row]:
    """What stands beside the features, then each feature with its vertices."""
    told = json.loads(content.decode("utf-8"))
    rest = {name: _text(value) for name, value in told.items() if name != "features"}
    return [rest, *(_feature(one) for one in told["features"])]


def _feature(one: Mapping[str, object]) -> Row:
    properties, drawn = one["properties"], one["geometry"]
    if not isinstance(properties, dict):
        raise TypeError("properties")
    cells = {str(name): _text(value) for name, value in properties.items()}
    return {**cells, "geometry": _text(_parts(drawn)), "type": _text(one["type"])}


def _parts(drawn: object) -> object:
    """The polygons of a shape: a single one may or may not be said to be several."""
    if not isinstance(drawn, dict):
        return drawn
    if drawn["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(drawn["type"])
    return [drawn["coordinates"]] if drawn["type"] == "Polygon" else drawn["coordinates"]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _placemarks(content: bytes, _wishes: Wishes) -> list[Row]:
    """The document's own words and colours, then each placemark with its vertices."""
    text = content.decode("utf-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("DOCTYPE")
    document = ElementTree.fromstring(text)[0]  # noqa: S314 - without entities nothing swells
    rows: list[Row] = [{}]
    for child in document:
        tag = child.tag.removeprefix(f"{{{NAMESPACE}}}")
        if tag == "Placemark":
            rows.append(_placemark(child))
        else:
            rows[0][f"{tag} {child.get('id', '')}".strip()] = _inside(child)
    return rows


def _placemark(placemark: ElementTree.Element) -> Row:
    row: Row = {}
    for child in placemark.iter():
        tag = child.tag.removeprefix(f"{{{NAMESPACE}}}")
        if tag == "Data":
            row[child.get("name", "")] = _inside(child)
        elif tag in ("name", "styleUrl", "description"):
            row[f"<{tag}>"] = child.text or ""
        elif tag in ("outerBoundaryIs", "innerBoundaryIs"):
            row[f"{_VERTICES} {len(row)}"] = f"{tag} {_inside(child)}"
    return row


def _inside(element: ElementTree.Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


_READERS: dict[str, Reader] = {".csv": _sheet, ".geojson": _collection, ".kml": _placemarks}
