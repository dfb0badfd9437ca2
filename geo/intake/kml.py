"""KML: every Placemark a row, whatever folder it stands in. WGS 84 by its standard.

What a file only points to (NetworkLink, images, styles) is not followed.
"""

import re
from collections.abc import Iterator
from typing import Any

# The parser of the standard library: entities are refused before it sees a byte.
from xml.etree import ElementTree as ET

from geo.errors import FileUnreadable
from geo.intake import crs as words
from geo.intake.depth import too_deep
from geo.intake.geojson import shapes_of
from geo.intake.parts import (
    Content,
    File,
    LayerInfo,
    Part,
    columns_of,
    frame_of,
    kinds_of,
    unreadable_shapes,
)
from geo.intake.texts import refuse_entities, text_of
from geo.received import DEEPEST

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_PLAIN = ("name", "description", "address", "phoneNumber")


def parts(file: File) -> tuple[Part, ...]:
    """The one layer of a KML. Raises FileUnreadable when cut, FileRefused for its own entities."""
    text, notes = text_of(file)
    refuse_entities(text, file.name)
    try:
        root = ET.fromstring(_DECLARATION.sub("", text, count=1))  # noqa: S314
    except (ET.ParseError, RecursionError) as error:
        raise FileUnreadable(
            f"«{file.name}» es un KML cortado o mal formado: vuelva a descargarlo o a exportarlo."
        ) from error
    marks = list(_marks(root, ()))
    drawn = [_geometry(mark) for mark, _ in marks]
    shapes, bad = shapes_of(drawn)
    linked = sum(1 for item in root.iter() if _tag(item) == "NetworkLink")

    def load() -> Content:
        fields, said = columns_of([_record(mark, folders) for mark, folders in marks])
        frame, more = frame_of(fields, shapes)
        crs, basis, about = words.by_standard(shapes, "KML")
        out = (
            (f"El KML enlaza {linked} archivos de otra parte, que no se descargan.",)
            if linked
            else ()
        )
        return Content(
            frame, crs, basis, (*notes, *out, *said, *more, *unreadable_shapes(bad), *about)
        )

    return (Part(LayerInfo(file.stem, len(marks), kinds_of(shapes)), load),)


def _tag(item: ET.Element) -> str:
    return item.tag.rpartition("}")[2] if isinstance(item.tag, str) else ""


def _child(item: ET.Element, tag: str) -> ET.Element | None:
    return next((child for child in item if _tag(child) == tag), None)


def _said(item: ET.Element, tag: str) -> str | None:
    child = _child(item, tag)
    return ((child.text or "").strip() or None) if child is not None else None


def _marks(
    root: ET.Element, folders: tuple[str, ...]
) -> Iterator[tuple[ET.Element, tuple[str, ...]]]:
    waiting = [(root, folders)]
    while waiting:
        item, within = waiting.pop()
        if _tag(item) == "Placemark":
            yield item, within
            continue
        named = _said(item, "name") if _tag(item) == "Folder" else None
        inside = (*within, named) if named else within
        waiting.extend((child, inside) for child in reversed(item))


def _record(mark: ET.Element, folders: tuple[str, ...]) -> dict[str, str | None]:
    record: dict[str, str | None] = {"name": _said(mark, "name")}
    for tag in _PLAIN[1:]:
        if (value := _said(mark, tag)) is not None:
            record[tag] = value
    if folders:
        record["folder"] = "/".join(folders)
    if mark.get("id"):
        record["id"] = mark.get("id")
    for item in mark.iter():
        if _tag(item) == "SimpleData" and item.get("name"):
            key, value = str(item.get("name")), (item.text or "").strip() or None
        elif _tag(item) == "Data" and item.get("name"):
            key, value = str(item.get("name")), _said(item, "value")
        elif _tag(item) in {"begin", "end", "when"}:
            key, value = _tag(item), (item.text or "").strip() or None
        else:
            continue
        # A field of the publisher that is called like one of ours keeps both values.
        record[key if record.get(key) is None or record[key] == value else f"{key}_2"] = value
    return record


def _geometry(item: ET.Element) -> dict[str, Any] | None:
    """The shape of a Placemark as a GeoJSON geometry; several of one kind become a Multi."""
    found = [made for child in item if (made := _one(child)) is not None]
    if len(found) <= 1:
        return found[0] if found else None
    return _together(found)


def _one(item: ET.Element, depth: int = 0) -> dict[str, Any] | None:
    match _tag(item):
        case "Point":
            positions = _positions(item)
            return {"type": "Point", "coordinates": positions[0] if positions else []}
        case "LineString":
            return {"type": "LineString", "coordinates": _positions(item)}
        case "LinearRing":
            return {"type": "Polygon", "coordinates": [_positions(item)]}
        case "Polygon":
            rings = [
                _positions(ring)
                for side in ("outerBoundaryIs", "innerBoundaryIs")
                for border in item
                if _tag(border) == side
                for ring in border
                if _tag(ring) == "LinearRing"
            ]
            return {"type": "Polygon", "coordinates": rings}
        case "MultiGeometry":
            if depth > DEEPEST:
                raise too_deep()
            inside = [made for child in item if (made := _one(child, depth + 1)) is not None]
            return _together(inside)
        case "Track" | "MultiTrack" | "Model":
            return {"type": "?"}
    return None


def _together(found: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = {made["type"] for made in found}
    if len(found) == 1:
        return found[0]
    if len(kinds) == 1 and (kind := kinds.pop()) in {"Point", "LineString", "Polygon"}:
        return {"type": f"Multi{kind}", "coordinates": [made["coordinates"] for made in found]}
    return {"type": "GeometryCollection", "geometries": found}


def _positions(item: ET.Element) -> list[list[float]]:
    said = _said(item, "coordinates") or ""
    # Some programs write a space after the comma.
    triples = re.sub(r"\s*,\s*", ",", said).split()
    return [[_number(value) for value in triple.split(",")[:2]] for triple in triples]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
