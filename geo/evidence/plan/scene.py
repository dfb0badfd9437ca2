"""The rows of a choice as shapes in one plane, and what of them falls into a view."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import describe
from geo.datum import Shapes, draw, legal_plane
from geo.errors import OutsideCountry
from geo.evidence.plan.scale import View
from geo.measure import polygons_of

DETAIL_MM = 0.05
"""Detail below this is left out of a drawing, on paper; nothing is measured in a drawing."""


class Drawable(Protocol):
    """Rows of a release that a plan may draw: frames in EPSG:4326, and the sources they name."""

    @property
    def concessions(self) -> gpd.GeoDataFrame: ...
    @property
    def territories(self) -> gpd.GeoDataFrame: ...
    @property
    def overlaps(self) -> gpd.GeoDataFrame: ...
    @property
    def sources(self) -> tuple[dict[str, Any], ...]: ...
    def __hash__(self) -> int: ...


@dataclass(frozen=True, eq=False)
class Scene:
    """Shapes in metres of `plane`, row by row as the frames of the choice have them."""

    plane: str
    concessions: Shapes
    territories: Shapes
    overlaps: Shapes


@dataclass(frozen=True, eq=False)
class Piece:
    """What of a shape falls into a view, in millimetres on the sheet.

    area: polygons cut by the window. outline: its own boundary, without the window's edge.
    simplified: whether detail was left out.
    """

    area: BaseGeometry
    outline: BaseGeometry
    simplified: bool


@lru_cache(maxsize=4)
def scene(chosen: Drawable, plane: str) -> Scene:
    """All shapes of a choice in one plane, with true sides to 0.1 mm at 100 m.

    Raises TransformationRefused for a shape that has no place there.
    """
    return Scene(
        plane,
        _drawn(chosen.concessions, plane),
        _drawn(chosen.territories, plane),
        _drawn(chosen.overlaps, plane),
    )


def plane_of(row: pd.Series) -> str:
    """The plane in which a right is measured: its own where that is WGS 84 UTM, else its zone's.

    Raises OutsideCountry where it lies in no zone of the country.
    """
    own = row["plane"]
    if isinstance(own, str) and own:
        meant = describe(own)
        if meant.zone and meant.datum == "WGS84":
            return meant.code
    return plane_at(row["geometry"])


def plane_at(shape: BaseGeometry | None) -> str:
    """The legal plane of a place in EPSG:4326. Raises OutsideCountry."""
    legal = legal_plane(np.array([shape], dtype=object)).iloc[0]
    if pd.isna(legal):
        raise OutsideCountry(
            "Una figura no cae en ninguna zona UTM del país: revise el sistema de coordenadas "
            "del archivo."
        )
    return str(legal)


def bounds_of(shapes: Shapes) -> tuple[float, float, float, float]:
    """West, south, east, north of all shapes together."""
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return west, south, east, north


def within(shapes: Shapes, view: View) -> list[int]:
    """The rows whose shape shares a place with the window, in their order."""
    return np.flatnonzero(shapely.intersects(shapes, shapely.box(*view.extent))).tolist()


def cut(shape: BaseGeometry, view: View) -> Piece:
    """A shape as it falls into the window of a view."""
    window = shapely.box(*view.extent)
    edge = shapely.boundary(shape)
    if not shapely.covers(window, shape):
        shape, edge = shapely.intersection(shape, window), shapely.intersection(edge, window)
    whole, outline = view.on_paper(np.array([areas(shape), edge], dtype=object))
    area = areas(shapely.simplify(whole, DETAIL_MM, preserve_topology=True))
    return Piece(
        area,
        shapely.simplify(outline, DETAIL_MM),
        shapely.get_num_coordinates(area) < shapely.get_num_coordinates(whole),
    )


def areas(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape as one, valid; lines and points are dropped."""
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    polygons, _rows = polygons_of(np.array([shape], dtype=object))
    return shapely.MultiPolygon(list(polygons))


def _drawn(frame: gpd.GeoDataFrame, plane: str) -> Shapes:
    own = frame["plane"].astype("string").fillna(plane)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    moved = draw(shapes, own, plane) if len(frame) else shapes
    gone = shapely.is_missing(moved)
    moved[gone] = shapely.MultiPolygon()
    broken = ~shapely.is_valid(moved)
    moved[broken] = shapely.make_valid(moved[broken])
    return np.array([areas(shape) for shape in moved], dtype=object)
