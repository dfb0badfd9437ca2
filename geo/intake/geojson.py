"""GeoJSON, read by ourselves: GDAL would report degrees for a file that says nothing.

Standard: RFC 7946 (degrees, longitude first); the `crs` member of the 2008 format is heard.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError

from geo.intake import crs as words
from geo.intake.parts import (
    Content,
    File,
    LayerInfo,
    Part,
    Shapes,
    columns_of,
    frame_of,
    kinds_of,
    unreadable_shapes,
)

KINDS = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
     "GeometryCollection")
)  # fmt: skip

_DEPTH = 8


def parts(file: File, data: Mapping[str, Any], notes: tuple[str, ...]) -> tuple[Part, ...]:
    """The one layer of a FeatureCollection, a Feature or a bare geometry, already parsed."""
    features = _features(data)
    shapes, bad = shapes_of([feature.get("geometry") for feature in features])
    info = LayerInfo(file.stem, len(features), kinds_of(shapes))

    def load() -> Content:
        fields, said = columns_of(_records(features))
        frame, more = frame_of(fields, shapes)
        crs, basis, about = _crs(data, shapes)
        return Content(frame, crs, basis, (*notes, *said, *more, *unreadable_shapes(bad), *about))

    return (Part(info, load),)


def _features(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if data.get("type") == "FeatureCollection":
        found = data.get("features")
        return [
            feature if isinstance(feature, dict) else {}
            for feature in (found if isinstance(found, list) else [])
        ]
    if data.get("type") == "Feature":
        return [data]
    return [{"geometry": data, "properties": {}}]


def _records(features: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Properties, and the feature's own `id` where no property bears that name."""
    listed = list(features)
    records: list[Mapping[str, Any]] = [
        found if isinstance(found := feature.get("properties"), dict) else {} for feature in listed
    ]
    if not any("id" in feature for feature in listed) or any("id" in r for r in records):
        return records
    return [
        {"id": feature.get("id"), **record} for feature, record in zip(listed, records, strict=True)
    ]


def _crs(data: Mapping[str, Any], shapes: Shapes) -> words.Word:
    if "crs" not in data:
        return words.by_standard(shapes, "GeoJSON (RFC 7946)")
    said = data["crs"]
    if said is None:
        return None, None, ("El archivo dice «crs: null»: que su CRS no se conoce.",)
    kind = said.get("type") if isinstance(said, dict) else None
    inner = said.get("properties") if isinstance(said, dict) else None
    value = inner if isinstance(inner, dict) else {}
    if kind == "link":
        crs, basis, notes = words.by_standard(shapes, "GeoJSON (RFC 7946)")
        return crs, basis, ("El CRS del archivo es un enlace, que no se sigue.", *notes)
    if kind == "EPSG":
        return words.declared(f"EPSG:{value.get('code')}", shapes)
    named = value.get("name")
    if kind != "name" or not isinstance(named, str):
        return None, None, ("El archivo declara un CRS que no se entiende.",)
    return words.declared(named, shapes)


def shapes_of(geometries: Iterable[Any]) -> tuple[Shapes, list[int]]:
    """GeoJSON geometries as shapes, and the rows whose geometry could not be built.

    Coordinates that are not finite are kept. A ring that is open is closed.
    """
    made: list[shapely.Geometry | None] = []
    bad: list[int] = []
    for row, geometry in enumerate(geometries):
        try:
            # Coordinates that are not finite are the next stage's to judge.
            with np.errstate(invalid="ignore"):
                made.append(None if geometry is None else shape(geometry))
        except (ShapelyError, ArithmeticError, LookupError, TypeError, ValueError):
            made.append(None)
            bad.append(row)
    shapes: Shapes = np.empty(len(made), dtype=object)
    shapes[:] = made
    return shapes, bad


def shape(geometry: Mapping[str, Any], depth: int = 0) -> Any:
    """One geometry object as a shape. Raises ValueError, TypeError, LookupError or GEOS' own."""
    kind = geometry["type"]
    if kind == "GeometryCollection":
        if depth > _DEPTH:
            raise ValueError("collections within collections")
        inside = [shape(part, depth + 1) for part in geometry["geometries"]]
        return shapely.geometrycollections(inside)
    coordinates = geometry["coordinates"]
    match kind:
        case "Point":
            return shapely.points(line([coordinates])[0]) if coordinates else shapely.Point()
        case "MultiPoint":
            return shapely.multipoints(line(coordinates)) if coordinates else shapely.MultiPoint()
        case "LineString":
            return shapely.linestrings(line(coordinates)) if coordinates else shapely.LineString()
        case "MultiLineString":
            lines = [shapely.linestrings(line(c)) for c in coordinates]
            return shapely.multilinestrings(lines) if lines else shapely.MultiLineString()
        case "Polygon":
            return polygon(coordinates)
        case "MultiPolygon":
            parts = [polygon(rings) for rings in coordinates]
            return shapely.multipolygons(parts) if parts else shapely.MultiPolygon()
    raise ValueError(f"unknown geometry {kind!r}")


def polygon(rings: Any) -> Any:
    """A polygon from its rings, the outer one first."""
    if not rings:
        return shapely.Polygon()
    made = [shapely.linearrings(line(ring)) for ring in rings]
    return shapely.polygons(made[0], holes=made[1:] or None)


def line(positions: Any) -> Any:
    """Positions as an array of numbers; those of unlike length keep east and north."""
    try:
        made = np.asarray(positions, dtype=np.float64)
    except ValueError:
        made = np.asarray([position[:2] for position in positions], dtype=np.float64)
    if made.ndim != 2 or made.shape[1] < 2:
        raise ValueError("positions of another shape")
    return made[:, :3]
