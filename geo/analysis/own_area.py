"""An area that a reader drew, laid on the rights and the territories of a release. Pure.

Its sides are straight in degrees of WGS 84, as GeoJSON has them. It is measured like a right that
nobody declared: in the UTM zone that it lies in. Nobody knows how exactly it was drawn, so no
overlap has a minimum or a maximum.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.analysis.overlay import overlaps
from geo.analysis.shares import ALL, unions
from geo.crs import DEGREES
from geo.datum import METRES_PER_DEGREE, draw, legal_plane, zone_label
from geo.errors import AreaRefused
from geo.measure import geodesic_ha, plane_ha
from geo.schema.columns import of_noun
from geo.stages import Layer, Ledger, no_deeds, typed
from geo.terms import PAIRS, Kind, Noun, Status, Tenure
from geo.words import _

KEY = "area"
"""What the area is called in the columns of its overlaps."""

MOST_VERTICES = 2_000
MOST_HA = 500_000.0
MOST_OUTLINE_KM = 5_000.0
LEAST_M2 = 1.0
BOUNDS = (-84.0, -20.5, -66.0, 1.0)
"""Around Peru, with its sea: west, south, east, north."""

_NO_POLYGON = _("Envíe un polígono: un objeto GeoJSON «Polygon», «MultiPolygon» o «Feature».")
_NO_NUMBERS = _("Cada vértice necesita dos números: longitud y latitud, en grados.")
_OUTSIDE = _(
    "El vértice {lon}, {lat} está fuera del Perú: escriba cada vértice en grados WGS84, primero "
    "la longitud y después la latitud."
)
_MANY = _("El área tiene más de {most} vértices: dibújela con menos.")
_FEW = _("Un contorno necesita por lo menos tres vértices distintos.")
_CROSSES = _(
    "El contorno se cruza o se toca a sí mismo cerca de {lat}, {lon} (latitud, longitud): "
    "corríjalo ahí."
)
_LARGE = _("El área mide {ha} ha, y se analizan a lo más {most} ha: dibuje una más pequeña.")
_LONG = _("El contorno mide más de {most} km: dibuje un área más simple.")
_SMALL = _("El área mide menos de un metro cuadrado: dibuje una más grande.")


@dataclass(frozen=True, eq=False)
class Analysed:
    """What lies on a drawn area.

    area_ha: plane, in the UTM zone `zone`; area_geodesic_ha: on the ellipsoid. rights,
    territories: columns of `schema.columns.OVERLAPS`, the area standing on the other side; only
    what shares at least 1 m², the largest first. rights_ha, territories_ha: of the area under all
    of them together, each place counted once. by_right, by_tenure: rows of `shares.COLUMNS`, the
    same by kind and status, and by tenure.
    """

    area: BaseGeometry
    area_ha: float
    area_geodesic_ha: float
    zone: str
    rights: gpd.GeoDataFrame
    territories: gpd.GeoDataFrame
    rights_ha: float
    territories_ha: float
    by_right: pd.DataFrame
    by_tenure: pd.DataFrame


def polygon_of(said: object) -> BaseGeometry:
    """The polygons of a GeoJSON geometry or feature: degrees, rings closed, valid, not too large.

    Heights are left out. Raises AreaRefused, which says where a ring crosses itself.
    """
    parts = [[_ring(ring) for ring in rings] for rings in _rings(said)]
    if sum(len(ring) for rings in parts for ring in rings) > MOST_VERTICES:
        raise AreaRefused(_MANY, most=f"{MOST_VERTICES:,}")
    shapes = [shapely.Polygon(rings[0], rings[1:]) for rings in parts]
    shape = shapes[0] if len(shapes) == 1 else shapely.MultiPolygon(shapes)
    rough = float(shapely.area(shape)) * METRES_PER_DEGREE**2 / 10_000
    if rough > 2 * MOST_HA:
        raise AreaRefused(_LARGE, ha=f"{rough:,.0f}", most=f"{MOST_HA:,.0f}")
    if shapely.length(shape) * METRES_PER_DEGREE > MOST_OUTLINE_KM * 1000:
        raise AreaRefused(_LONG, most=f"{MOST_OUTLINE_KM:,.0f}")
    if not shape.is_valid:
        raise _crossing(str(shapely.is_valid_reason(shape)))
    area: BaseGeometry = shapely.orient_polygons(shape)
    return area


def analyse(
    area: BaseGeometry, concessions: gpd.GeoDataFrame, territories: gpd.GeoDataFrame
) -> Analysed:
    """What of these rights and territories lies on an area of `polygon_of`.

    concessions, territories: rows of a release (columns of `schema.columns.of_noun`), of which
    only those near the area need to be given. Exact as `geo.analysis.overlay`. Raises AreaRefused
    for an area above MOST_HA or below 1 m², OverlapFailed.
    """
    shapes = np.array([area], dtype=object)
    plane = str(legal_plane(shapes).iloc[0])
    hectares = float(plane_ha(draw(shapes, DEGREES, plane), plane)[0])
    geodesic = float(geodesic_ha(shapes, DEGREES)[0])
    if hectares > MOST_HA:
        raise AreaRefused(_LARGE, ha=f"{hectares:,.0f}", most=f"{MOST_HA:,.0f}")
    if hectares * 10_000 < LEAST_M2:
        raise AreaRefused(_SMALL)
    rights, lands = _layer(concessions, Noun.CONCESSION), _layer(territories, Noun.TERRITORY)
    as_right = _own(area, geodesic, Noun.CONCESSION)
    as_land = _own(area, geodesic, Noun.TERRITORY)
    on_rights = overlaps(rights, as_land, workers=1)
    on_lands = overlaps(as_right, lands, workers=1)
    by_right = unions(on_rights, rights, as_land)
    by_right = by_right[by_right["territory_key"].eq(KEY).fillna(False)]
    by_tenure = unions(on_lands, as_right, lands)
    by_tenure = by_tenure[by_tenure["concession_key"].eq(KEY).fillna(False)]
    every = by_right["kind"].eq(ALL) & by_right["status"].eq(ALL)
    return Analysed(
        area,
        hectares,
        geodesic,
        zone_label(plane),
        _largest_first(on_rights.frame),
        _largest_first(on_lands.frame),
        float(by_right.loc[every, "area_ha"].sum()),
        float(by_tenure.loc[by_tenure["tenure"].eq(ALL), "area_ha"].sum()),
        by_right,
        by_tenure,
    )


def _rings(said: object) -> Iterator[list[Any]]:
    """The rings of each polygon, as they were sent."""
    geometry = said.get("geometry") if isinstance(said, Mapping) and _is(said, "Feature") else said
    if not isinstance(geometry, Mapping) or not isinstance(geometry.get("coordinates"), list):
        raise AreaRefused(_NO_POLYGON)
    sent = geometry["coordinates"]
    if _is(geometry, "Polygon"):
        polygons = [sent]
    elif _is(geometry, "MultiPolygon"):
        polygons = sent
    else:
        raise AreaRefused(_NO_POLYGON)
    if not polygons or not all(isinstance(rings, list) and rings for rings in polygons):
        raise AreaRefused(_NO_POLYGON)
    yield from polygons


def _is(said: Mapping[Any, Any], kind: str) -> bool:
    return isinstance(said.get("type"), str) and said["type"] == kind


def _ring(sent: object) -> list[tuple[float, float]]:
    if not isinstance(sent, list):
        raise AreaRefused(_NO_POLYGON)
    ring = [_vertex(one) for one in sent]
    if len(set(ring)) < 3:
        raise AreaRefused(_FEW)
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def _vertex(sent: object) -> tuple[float, float]:
    if not isinstance(sent, list) or len(sent) not in (2, 3):
        raise AreaRefused(_NO_NUMBERS)
    numbers = [one for one in sent if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) != len(sent) or not all(abs(one) < 1e7 for one in numbers):
        raise AreaRefused(_NO_NUMBERS)
    lon, lat = float(numbers[0]), float(numbers[1])
    west, south, east, north = BOUNDS
    if not (west <= lon <= east and south <= lat <= north):
        raise AreaRefused(_OUTSIDE, lon=f"{lon:.6g}", lat=f"{lat:.6g}")
    return lon, lat


def _crossing(reason: str) -> AreaRefused:
    """GEOS says why and where: «Self-intersection[-69.2 -12.5]»."""
    lon, _space, lat = reason.partition("[")[2].rstrip("]").partition(" ")
    return AreaRefused(_CROSSES, lon=f"{_number(lon):.6f}", lat=f"{_number(lat):.6f}")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _layer(rows: gpd.GeoDataFrame, noun: Noun) -> Layer:
    frame = typed(rows.reset_index(drop=True), of_noun(noun))
    return Layer(noun, frame, Ledger(len(frame), no_deeds()))


def _own(area: BaseGeometry, geodesic: float, noun: Noun) -> Layer:
    """The area as the only row of a layer."""
    said = {"key": KEY, "plane": DEGREES, "area_geodesic_ha": geodesic}
    if noun is Noun.CONCESSION:
        said |= {"kind": Kind.AREA.value, "status": Status.UNKNOWN.value}
    else:
        said |= {"tenure": Tenure.UNKNOWN.value}
    row = gpd.GeoDataFrame([said], geometry=[area], crs=DEGREES)
    return _layer(row, noun)


def _largest_first(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shared = frame[frame["overlap_class"].isin(PAIRS)]
    order = shared.sort_values(
        ["area_ha", "concession_key", "territory_key"], ascending=[False, True, True]
    )
    return gpd.GeoDataFrame(order.reset_index(drop=True))
