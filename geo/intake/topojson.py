"""TopoJSON: shared borders as arcs, each object a layer. Without a CRS of its own, as GeoJSON."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from geo.errors import FileUnreadable
from geo.intake import crs as words
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

Arcs = list[list[list[float]]]


def parts(file: File, data: Mapping[str, Any], notes: tuple[str, ...]) -> tuple[Part, ...]:
    """A layer for each object of the topology, already parsed.

    Raises FileUnreadable where arcs are no lists of numbers.
    """
    objects = data.get("objects")
    if not isinstance(objects, dict) or not objects:
        raise FileUnreadable(f"«{file.name}» es un TopoJSON sin objetos: vuelva a exportarlo.")
    try:
        arcs = _arcs(data.get("arcs", []), data.get("transform"))
    except (TypeError, ValueError, LookupError) as error:
        raise FileUnreadable(
            f"Los arcos de «{file.name}» no se entienden: vuelva a exportarlo."
        ) from error
    return tuple(
        _part(str(name), item, arcs, data, notes)
        for name, item in objects.items()
        if isinstance(item, dict)
    )


def _part(
    name: str, item: Mapping[str, Any], arcs: Arcs, data: Mapping[str, Any], notes: tuple[str, ...]
) -> Part:
    members = item.get("geometries", []) if item.get("type") == "GeometryCollection" else [item]
    listed = [member if isinstance(member, dict) else {} for member in members]
    drawn = [_drawn(member, arcs, data.get("transform")) for member in listed]
    shapes, bad = shapes_of(drawn)

    def load() -> Content:
        fields, said = columns_of(list(_records(listed)))
        frame, more = frame_of(fields, shapes)
        crs, basis, about = words.by_standard(shapes, "TopoJSON")
        said_all = (*notes, *said, *more, *unreadable_shapes(bad), *_rounded(data), *about)
        return Content(frame, crs, basis, said_all)

    return Part(LayerInfo(name, len(listed), kinds_of(shapes)), load)


def _records(members: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for member in members:
        found = member.get("properties")
        record = found if isinstance(found, dict) else {}
        yield {"id": member["id"], **record} if "id" in member else record


def _rounded(data: Mapping[str, Any]) -> tuple[str, ...]:
    transform = data.get("transform")
    if not isinstance(transform, dict):
        return ()
    step = max(float(value) for value in transform["scale"])
    return (f"El TopoJSON redondea sus vértices a una cuadrícula de {step:g} unidades.",)


def _arcs(arcs: Any, transform: Any) -> Arcs:
    """Arcs in the file's units: differences added up, scale and shift applied."""
    if transform is None:
        return [np.asarray(arc, dtype=np.float64)[:, :2].tolist() for arc in arcs]
    scale = np.asarray(transform["scale"], dtype=np.float64)
    shift = np.asarray(transform["translate"], dtype=np.float64)
    return [
        (np.cumsum(np.asarray(arc, dtype=np.float64)[:, :2], axis=0) * scale + shift).tolist()
        for arc in arcs
    ]


def _drawn(member: Mapping[str, Any], arcs: Arcs, transform: Any) -> Mapping[str, Any] | None:
    """A TopoJSON geometry as a GeoJSON geometry; one that cannot be drawn has a wrong type."""
    kind = member.get("type")
    if kind is None:
        return None
    try:
        coordinates: Any
        match kind:
            case "Point":
                coordinates = _placed([member["coordinates"]], transform)[0]
            case "MultiPoint":
                coordinates = _placed(member["coordinates"], transform)
            case "LineString":
                coordinates = _joined(member["arcs"], arcs)
            case "MultiLineString" | "Polygon":
                coordinates = [_joined(ring, arcs) for ring in member["arcs"]]
            case "MultiPolygon":
                coordinates = [[_joined(r, arcs) for r in rings] for rings in member["arcs"]]
            case _:
                return {"type": kind, "coordinates": None}
    except (LookupError, TypeError, ValueError):
        return {"type": "?", "coordinates": None}
    return {"type": kind, "coordinates": coordinates}


def _placed(positions: Any, transform: Any) -> Any:
    if transform is None:
        return positions
    return (
        np.asarray(positions, dtype=np.float64)[:, :2] * np.asarray(transform["scale"])
        + np.asarray(transform["translate"])
    ).tolist()


def _joined(indexes: Iterable[int], arcs: Arcs) -> list[list[float]]:
    """Arcs end to end; a negative number is that arc backwards; the shared point stands once."""
    line: list[list[float]] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        line.extend(arc[1:] if line else arc)
    return line
