"""KML 2.2 of a layer, for who has nothing but a globe: every column under its label."""

import re
from collections.abc import Iterable, Mapping, Sequence
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.evidence.data.drawn import Category, Drawing
from geo.release.export import rounded
from geo.words import clean

NAMESPACE = "http://www.opengis.net/kml/2.2"
CLOSING = b" </Document>\n</kml>\n"
"""How a document ends."""

# what no XML 1.0 can hold, escaped or not
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PIXELS = 1.0
_QUOTES = {'"': "&quot;"}


def kml(
    frame: gpd.GeoDataFrame,
    names: Sequence[str],
    texts: pd.DataFrame,
    labels: Mapping[str, str],
    drawing: Drawing,
    *,
    title: str,
    notice: str,
) -> bytes:
    """The rows of `frame` (EPSG:4326) as placemarks; a row without a shape has none.

    names: of each row. texts: what is told of each, by columns; labels: of these columns.
    """
    rows = placemarks(frame, names, texts, labels, drawing, drawing.values)
    return opening(title, notice, drawing) + rows + CLOSING


def opening(title: str, notice: str, drawing: Drawing) -> bytes:
    """How a document begins: what it is, where it comes from, and a style for each look."""
    root = ElementTree.Element("kml", {"xmlns": NAMESPACE})
    document = _child(root, "Document")
    _child(document, "name", title)
    _child(document, "description", notice)
    for category in drawing.categories:
        document.append(_style(_styles(drawing)[category.value], category))
    ElementTree.indent(root, space=" ")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written.removesuffix(CLOSING.rstrip())


def placemarks(
    frame: gpd.GeoDataFrame,
    names: Sequence[str],
    texts: pd.DataFrame,
    labels: Mapping[str, str],
    drawing: Drawing,
    values: Iterable[str],
) -> bytes:
    """Some rows of a document, between its opening and its closing. values: how each is drawn."""
    styles = _styles(drawing)
    heads = {
        str(column): f'    <Data name="{_escaped(str(column), _QUOTES)}">\n'
        f"     {_element('displayName', labels[str(column)])}\n     "
        for column in texts.columns
    }
    told = [_told(texts[column], heads[str(column)]) for column in texts.columns]
    made = []
    rows = zip(names, zip(*told, strict=True), rounded(frame), values, strict=True)
    for name, row, shape, value in rows:
        style = f"   <styleUrl>#{styles[value]}</styleUrl>\n" if value in styles else ""
        data = "".join(row)
        extended = f"<ExtendedData>\n{data}   </ExtendedData>" if data else "<ExtendedData />"
        made.append(
            f"  <Placemark>\n   {_element('name', name)}\n{style}   {extended}\n"
            f"{_drawn(shape)}  </Placemark>\n"
        )
    return "".join(made).encode("utf-8")


def xml_text(text: str) -> str:
    """A text without what reorders or hides it, and without what XML cannot hold."""
    return clean(_NOT_XML.sub("\ufffd", text))


def _told(texts: pd.Series, head: str) -> list[str]:
    """What is told of each row in one column, "" where nothing is. A text is escaped once."""
    codes, found = pd.factorize(texts)
    words = [f"{head}{_element('value', str(one))}\n    </Data>\n" if one else "" for one in found]
    return [words[code] if code >= 0 else "" for code in codes]


def _element(tag: str, text: str) -> str:
    told = _escaped(text)
    return f"<{tag}>{told}</{tag}>" if told else f"<{tag} />"


def _escaped(text: str, quotes: Mapping[str, str] | None = None) -> str:
    return escape(xml_text(text), dict(quotes or {}))


def _drawn(shape: BaseGeometry | None) -> str:
    if shape is None or shape.is_empty:
        return ""
    holder = ElementTree.Element("Placemark")
    _shape(holder, shape)
    ElementTree.indent(holder, space=" ", level=2)
    return "".join(
        "   " + ElementTree.tostring(part, encoding="unicode").rstrip() + "\n" for part in holder
    )


def _styles(drawing: Drawing) -> dict[str, str]:
    return {one.value: f"c{number}" for number, one in enumerate(drawing.categories, start=1)}


def _style(name: str, category: Category) -> ElementTree.Element:
    look = category.look
    style = ElementTree.Element("Style", {"id": name})
    line = _child(style, "LineStyle")
    _child(line, "color", _colour(look.line, 1.0))
    _child(line, "width", f"{look.width * _PIXELS:g}")
    fill = _child(style, "PolyStyle")
    _child(fill, "color", _colour(look.fill, look.fill_opacity))
    return style


def _colour(rgb: str, opacity: float) -> str:
    """KML counts backwards: opacity, blue, green, red."""
    red, green, blue = rgb[1:3], rgb[3:5], rgb[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}"


def _shape(parent: ElementTree.Element, shape: BaseGeometry) -> None:
    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    holder = _child(parent, "MultiGeometry") if len(parts) > 1 else parent
    for part in parts:
        polygon = _child(holder, "Polygon")
        _ring(polygon, "outerBoundaryIs", part.exterior)
        for hole in part.interiors:
            _ring(polygon, "innerBoundaryIs", hole)


def _ring(polygon: ElementTree.Element, place: str, ring: BaseGeometry) -> None:
    vertices: Iterable[np.ndarray] = shapely.get_coordinates(ring)
    text = " ".join(f"{_degrees(x)},{_degrees(y)}" for x, y in vertices)
    _child(_child(_child(polygon, place), "LinearRing"), "coordinates", text)


def _degrees(number: float) -> str:
    return np.format_float_positional(number, trim="-")


def _child(
    parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    if text is not None:
        child.text = xml_text(text)
    return child
