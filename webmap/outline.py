"""Departments of Peru as an outline to find one's way by: Natural Earth's, never measured."""

import json
from itertools import accumulate
from pathlib import Path
from typing import Any

import shapely

from geo.errors import DeclarationError

Ring = list[tuple[float, float]]

FILE = Path("built") / "peru-departments.topo.json"


def departments(data: Path) -> bytes:
    """The outlines of `data` as GeoJSON (degrees), each with its name and a place for its label.

    Raises DeclarationError where the file that `make setup` prepares is not there.
    """
    try:
        text = (data / FILE).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DeclarationError(
            f"Falta data/{FILE.as_posix()}: ejecute «make setup», que lo prepara."
        ) from error
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "label": label(geometry)},
            "geometry": geometry,
        }
        for name, geometry in shapes(json.loads(text))
        if name and not shapely.is_empty(_solid(geometry))
    ]
    made = {"type": "FeatureCollection", "features": features}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def shapes(topology: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Name and GeoJSON geometry of every polygon of a topology (TopoJSON 1.0, quantized or not)."""
    arcs = [_arc(arc, topology.get("transform")) for arc in topology["arcs"]]
    return [
        (str(one.get("properties", {}).get("name") or ""), _geometry(one, arcs))
        for collection in topology["objects"].values()
        for one in collection["geometries"]
        if one["type"] in ("Polygon", "MultiPolygon")
    ]


def label(geometry: dict[str, Any]) -> list[float]:
    """A point well inside the largest part, [longitude, latitude]."""
    parts = shapely.get_parts(_solid(geometry))
    point = shapely.point_on_surface(max(parts, key=lambda part: float(part.area)))
    return [round(float(point.x), 4), round(float(point.y), 4)]


def _solid(geometry: dict[str, Any]) -> shapely.MultiPolygon:
    """The parts that have an area; rounding leaves some islands without one."""
    shape = shapely.make_valid(shapely.from_geojson(json.dumps(geometry)))
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _arc(steps: list[list[float]], transform: dict[str, Any] | None) -> Ring:
    if transform is None:
        return [(float(x), float(y)) for x, y in steps]
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    xs, ys = accumulate(step[0] for step in steps), accumulate(step[1] for step in steps)
    return [(round(x * kx + dx, 5), round(y * ky + dy, 5)) for x, y in zip(xs, ys, strict=True)]


def _geometry(one: dict[str, Any], arcs: list[Ring]) -> dict[str, Any]:
    if one["type"] == "Polygon":
        return {"type": "Polygon", "coordinates": [_ring(ring, arcs) for ring in one["arcs"]]}
    polygons = [[_ring(ring, arcs) for ring in polygon] for polygon in one["arcs"]]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _ring(numbers: list[int], arcs: list[Ring]) -> Ring:
    """Arcs end to end; a negative number is the arc ~number, backwards."""
    made: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        made.extend(arc[1:] if made else arc)
    return made
