"""Styles for QGIS inside a GeoPackage, so that it opens drawn, and photocopies well.

The table `layer_styles` is QGIS's own: it takes the row marked as default for the layer and the
geometry column that it names. A symbol is a fill, hatch lines in the colour of the outline, and
an outline whose dash is in millimetres.
"""

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree

import pandas as pd

from geo.evidence.data.drawn import Category, Drawing
from geo.evidence.data.kml import xml_text
from geo.styles import Hatch, Look

TABLE = "layer_styles"
GEOMETRY_COLUMN = "geom"
"""What GDAL calls the shapes of a GeoPackage."""

_MM_PER_PIXEL = 0.2646
_BETWEEN_MM = "2"
_HATCH_MM = "0.18"
# turned counter-clockwise from the east
_ANGLES = {
    Hatch.NONE: (),
    Hatch.DOTS: (),
    Hatch.RIGHT: ("45",),
    Hatch.LEFT: ("135",),
    Hatch.CROSS: ("45", "135"),
    Hatch.HORIZONTAL: ("0",),
}


def layer_styles(styles: Iterable[tuple[str, str, str]], day: str) -> pd.DataFrame:
    """The table in which QGIS looks for styles: layer, name and QML of each.

    day: what the table says as the day of its last change, AAAA-MM-DD.
    """
    rows = list(styles)
    count = len(rows)
    return pd.DataFrame(
        {
            # an empty text, never a missing one: QGIS asks for f_table_schema = ''
            "f_table_catalog": [""] * count,
            "f_table_schema": [""] * count,
            "f_table_name": [layer for layer, _name, _qml in rows],
            "f_geometry_column": [GEOMETRY_COLUMN] * count,
            "styleName": [name for _layer, name, _qml in rows],
            "styleQML": [qml for _layer, _name, qml in rows],
            "styleSLD": [""] * count,
            "useAsDefault": [True] * count,
            "description": [name for _layer, name, _qml in rows],
            "owner": [""] * count,
            "ui": [""] * count,
            "update_time": pd.to_datetime([day] * count, utc=True).astype("datetime64[ms, UTC]"),
        }
    )


def qml(drawing: Drawing, aliases: Mapping[str, str]) -> str:
    """One layer's style: a category for each look, and the columns under their labels."""
    root = ElementTree.Element(
        "qgis", {"version": "3.22.0", "styleCategories": "Symbology|Fields", "labelsEnabled": "0"}
    )
    renderer = ElementTree.SubElement(
        root,
        "renderer-v2",
        {
            "type": "categorizedSymbol",
            "attr": drawing.expression,
            "enableorderby": "0",
            "forceraster": "0",
            "symbollevels": "0",
        },
    )
    categories = ElementTree.SubElement(renderer, "categories")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, category in enumerate(drawing.categories):
        ElementTree.SubElement(
            categories,
            "category",
            {
                "render": "true",
                "symbol": str(number),
                "value": category.value,
                "type": "string",
                "label": xml_text(category.label),
            },
        )
        symbols.append(_symbol(str(number), category))
    named = ElementTree.SubElement(root, "aliases")
    # GDAL's own number of a row comes before the columns
    for number, (column, label) in enumerate(aliases.items(), start=1):
        ElementTree.SubElement(
            named, "alias", {"field": column, "index": str(number), "name": xml_text(label)}
        )
    ElementTree.SubElement(root, "layerGeometryType").text = "2"
    ElementTree.indent(root, space=" ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}\n"


def _symbol(name: str, category: Category) -> ElementTree.Element:
    look = category.look
    symbol = _empty_symbol(name, "fill")
    _layer(
        symbol,
        "SimpleFill",
        {
            "color": _colour(look.fill, look.fill_opacity),
            "outline_style": "no",
            "style": "solid" if look.fill_opacity else "no",
        },
    )
    for angle in _ANGLES[look.hatch]:
        lines = {"angle": angle, "distance": _BETWEEN_MM, "distance_unit": "MM"}
        colour = {"color": _colour(look.line, 1), "line_width": _HATCH_MM, "line_width_unit": "MM"}
        hatch = _layer(symbol, "LinePatternFill", lines | colour)
        inner = _empty_symbol(f"@{name}@{len(symbol) - 1}", "line")
        _layer(inner, "SimpleLine", _stroke(look.line, _HATCH_MM))
        hatch.append(inner)
    if look.hatch is Hatch.DOTS:
        spaces = {f"{side}_{axis}": gap for side, gap in _DOTS.items() for axis in "xy"}
        units = {f"{side}_unit": "MM" for side in spaces}
        dots = _layer(symbol, "PointPatternFill", spaces | units)
        inner = _empty_symbol(f"@{name}@{len(symbol) - 1}", "marker")
        _layer(inner, "SimpleMarker", _dot(look))
        dots.append(inner)
    _layer(symbol, "SimpleLine", _stroke(look.line, _mm(look.width), look))
    return symbol


_DOTS = {"displacement": "0", "distance": _BETWEEN_MM}


def _dot(look: Look) -> dict[str, str]:
    return {
        "name": "circle",
        "color": _colour(look.line, 1),
        "outline_style": "no",
        "size": "0.5",
        "size_unit": "MM",
    }


def _stroke(rgb: str, width_mm: str, look: Look | None = None) -> dict[str, str]:
    dashes = look.dash.split() if look else []
    return {
        "line_color": _colour(rgb, 1),
        "line_width": width_mm,
        "line_width_unit": "MM",
        "line_style": "solid",
        "joinstyle": "bevel",
        "capstyle": "flat",
        "use_custom_dash": "1" if dashes else "0",
        "customdash": ";".join(_mm(float(dash)) for dash in dashes) or "5;2",
        "customdash_unit": "MM",
    }


def _empty_symbol(name: str, kind: str) -> ElementTree.Element:
    said = {"name": name, "type": kind, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    return ElementTree.Element("symbol", said)


def _layer(
    symbol: ElementTree.Element, kind: str, properties: Mapping[str, str]
) -> ElementTree.Element:
    """One layer of a symbol. Its properties stand in the form that every QGIS 3 reads."""
    layer = ElementTree.SubElement(
        symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"}
    )
    for name, value in properties.items():
        ElementTree.SubElement(layer, "prop", {"k": name, "v": value})
    return layer


def _colour(rgb: str, opacity: float) -> str:
    parts = [str(int(rgb[place : place + 2], 16)) for place in (1, 3, 5)]
    return ",".join([*parts, str(round(opacity * 255))])


def _mm(pixels: float) -> str:
    return f"{pixels * _MM_PER_PIXEL:.2f}"
