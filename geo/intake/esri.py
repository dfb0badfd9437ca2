"""Esri JSON, as an ArcGIS service answers: rings without order, the outer ones clockwise.

One feature may have several outer rings: they are told by orientation, and each hole goes to
the smallest outer ring that holds it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError

from geo.intake import crs as words
from geo.intake.geojson import line
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


def parts(file: File, data: Mapping[str, Any], notes: tuple[str, ...]) -> tuple[Part, ...]:
    """The one layer of a feature set, already parsed."""
    listed = data.get("features")
    features = [f if isinstance(f, dict) else {} for f in (listed or [])]
    shapes, bad, loose = shapes_of([feature.get("geometry") for feature in features])
    info = LayerInfo(file.stem, len(features), kinds_of(shapes))

    def load() -> Content:
        records = [
            found if isinstance(found := feature.get("attributes"), dict) else {}
            for feature in features
        ]
        fields, said = columns_of(records)
        frame, more = frame_of(fields, shapes)
        crs, basis, about = _crs(data, features, shapes)
        cut = (
            ("El servicio cortó su respuesta (exceededTransferLimit): faltan filas.",)
            if data.get("exceededTransferLimit") is True
            else ()
        )
        alone = (
            (f"Huecos sin contorno que los contenga, leídos como contornos: filas {loose}.",)
            if loose
            else ()
        )
        said_all = (*notes, *cut, *said, *more, *unreadable_shapes(bad), *alone, *about)
        return Content(frame, crs, basis, said_all)

    return (Part(info, load),)


def _crs(
    data: Mapping[str, Any], features: Iterable[Mapping[str, Any]], shapes: Shapes
) -> words.Word:
    said = data.get("spatialReference")
    inner = (
        geometry.get("spatialReference")
        for feature in features
        if isinstance(geometry := feature.get("geometry"), dict)
    )
    found = said if isinstance(said, dict) else next((s for s in inner if s), None)
    if not isinstance(found, dict):
        return None, None, ()
    numbers = [found[key] for key in ("latestWkid", "wkid") if isinstance(found.get(key), int)]
    for authority in ("EPSG", "ESRI"):
        for number in numbers:
            word = words.declared(f"{authority}:{number}", shapes)
            if word[0] is not None or words.known(f"{authority}:{number}"):
                return word
    return words.declared(found.get("wkt") or (numbers[0] if numbers else None), shapes)


def shapes_of(geometries: Iterable[Any]) -> tuple[Shapes, list[int], list[int]]:
    """Shapes, rows whose geometry could not be built, rows with a hole outside every ring."""
    made: list[shapely.Geometry | None] = []
    bad: list[int] = []
    loose: list[int] = []
    for row, geometry in enumerate(geometries):
        try:
            with np.errstate(invalid="ignore"):
                shape, lonely = (None, False) if not geometry else _shape(geometry)
        except (ShapelyError, ArithmeticError, LookupError, TypeError, ValueError):
            shape, lonely = None, False
            bad.append(row)
        made.append(shape)
        if lonely:
            loose.append(row)
    shapes: Shapes = np.empty(len(made), dtype=object)
    shapes[:] = made
    return shapes, bad, loose


def _shape(geometry: Mapping[str, Any]) -> tuple[shapely.Geometry | None, bool]:
    if "rings" in geometry:
        return polygons(geometry["rings"])
    if "paths" in geometry:
        return shapely.multilinestrings(
            [shapely.linestrings(line(path)) for path in geometry["paths"]]
        ), False
    if "points" in geometry:
        return shapely.multipoints(line(geometry["points"])), False
    if "x" in geometry:
        return shapely.points(line([[geometry["x"], geometry["y"]]])[0]), False
    if "xmin" in geometry:
        west, south, east, north = (
            float(geometry[key]) for key in ("xmin", "ymin", "xmax", "ymax")
        )
        return shapely.box(west, south, east, north), False
    if geometry.keys() <= {"spatialReference", "hasZ", "hasM"}:
        return None, False
    raise ValueError("a kind of geometry that we do not draw")


def polygons(rings: Any) -> tuple[shapely.Geometry, bool]:
    """Rings as a polygon or several, and whether a hole had no outer ring around it.

    Clockwise rings are outer. A hole belongs to the smallest outer ring that contains it; one
    that none contains is drawn as an outer ring, so that no land is lost in silence.
    """
    made = [shapely.linearrings(line(ring)) for ring in rings if ring]
    if not made:
        return shapely.Polygon(), False
    shells = [shapely.Polygon(ring) for ring in made if not shapely.is_ccw(ring)]
    holes = [ring for ring in made if shapely.is_ccw(ring)]
    areas = np.asarray([shell.area for shell in shells])
    inside: list[list[Any]] = [[] for _ in shells]
    outer_of_none = []
    for hole in holes:
        held = [i for i, shell in enumerate(shells) if _holds(shell, hole)]
        if held:
            inside[min(held, key=lambda i: areas[i])].append(hole)
        else:
            outer_of_none.append(shapely.Polygon(hole))
    whole = [
        shapely.Polygon(shell.exterior, within)
        for shell, within in zip(shells, inside, strict=True)
    ] + outer_of_none
    result = whole[0] if len(whole) == 1 else shapely.multipolygons(whole)
    return result, bool(outer_of_none)


def _holds(shell: shapely.Polygon, hole: shapely.Geometry) -> bool:
    """A hole may touch its ring; a ring that crosses itself is judged by a point of the hole."""
    if shapely.is_valid(shell):
        return bool(shapely.covers(shell, hole))
    corners = shapely.points(shapely.get_coordinates(hole))
    return bool(shapely.intersects_xy(shell.envelope, shapely.get_coordinates(hole)).all()) and (
        bool(shapely.covers(shapely.make_valid(shell), corners).all())
    )
