"""Hectares that say whether they are plane or geodesic, and never Web Mercator's."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo import crs, datum, measure
from geo.errors import CrsUnreadable, PlaneRefused

CONTROLS: dict[str, Any] = json.loads((Path(__file__).parent / "controls.json").read_text("utf-8"))
AREAS = CONTROLS["areas"]
GEOD = Geod(ellps="WGS84")


def cuadricula(area: dict[str, Any]) -> np.ndarray:
    east, north = area["sw"]
    return np.array([shapely.box(east, north, east + 1000, north + 1000)])


# --- worked out beforehand


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area["name"])
def test_plane_and_geodesic_hectares_of_a_cuadricula_are_those_of_the_controls(
    area: dict[str, Any],
) -> None:
    plane = crs.WGS84_ZONES[area["zone"]]
    square = cuadricula(area)
    assert measure.plane_ha(square, plane)[0] == pytest.approx(area["plane_ha"], rel=1e-9)
    degrees = datum.to_degrees(square, plane).shapes
    for geodesic in (measure.geodesic_ha(degrees), measure.geodesic_ha(degrees, plane)):
        assert geodesic[0] == pytest.approx(area["geodesic_ha"], rel=1e-6)


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area["name"])
def test_web_mercator_never_gives_hectares(area: dict[str, Any]) -> None:
    plane = crs.WGS84_ZONES[area["zone"]]
    drawn = datum.draw(datum.to_degrees(cuadricula(area), plane).shapes, plane, "EPSG:3857")
    # What would be printed if nobody refused: up to 7.5 % too much.
    assert shapely.area(drawn)[0] / 1e4 == pytest.approx(area["webmercator_ha"], abs=1e-3)
    for wrong in (measure.plane_ha, measure.mean_width_m):
        with pytest.raises(PlaneRefused, match="EPSG:32718"):
            wrong(drawn, "EPSG:3857")


@pytest.mark.parametrize(
    "plane", ["EPSG:4326", "EPSG:4248", "EPSG:3857", "EPSG:3395", "ESRI:102100", "OGC:CRS84"]
)
def test_degrees_and_mercators_are_refused_in_any_row(plane: str) -> None:
    squares = np.array([shapely.box(0, 0, 1, 1)] * 2)
    with pytest.raises(PlaneRefused):
        measure.plane_ha(squares, pd.Series(["EPSG:32718", plane]))


def test_what_is_no_crs_is_refused() -> None:
    with pytest.raises(CrsUnreadable):
        measure.plane_ha(np.array([shapely.box(0, 0, 1, 1)]), "hectares")


def test_an_eighth_of_the_ellipsoid_has_an_eighth_of_its_surface() -> None:
    octant = np.array([shapely.Polygon([(0, 0), (90, 0), (0, 90)])])
    assert measure.geodesic_ha(octant)[0] == pytest.approx(510_065_621.724e2 / 8, rel=1e-9)


def test_a_strip_of_two_by_a_thousand_metres_is_not_quite_two_metres_wide() -> None:
    strips = np.array([shapely.box(0, 0, 2, 1000), shapely.box(0, 0, 1000, 1000), None])
    width = measure.mean_width_m(strips, "EPSG:32718")
    # 2A / P = 4000 / 2004 and 2,000,000 / 4000.
    np.testing.assert_allclose(width[:2], [4000 / 2004, 500.0])
    assert np.isnan(width[2])
    assert np.isnan(measure.mean_width_m(shapely.points([(0, 0)]), "EPSG:32718"))[0]


def test_feet_become_metres() -> None:
    square = np.array([shapely.box(0, 0, 1000, 1000)])
    # EPSG:2225 counts in US survey feet.
    foot = 1200 / 3937
    assert measure.plane_ha(square, "EPSG:2225")[0] == pytest.approx(100 * foot**2)
    assert measure.mean_width_m(square, "EPSG:2225")[0] == pytest.approx(500 * foot)


def test_long_sides_of_degrees_need_their_own_plane() -> None:
    triangle = np.array([shapely.Polygon([(-70.2, -12.2), (-70, -12.2), (-70.1, -12)])])
    bare = measure.geodesic_ha(triangle)[0]
    true = measure.geodesic_ha(triangle, "EPSG:4326", every_m=10)[0]
    assert measure.geodesic_ha(triangle, "EPSG:4326")[0] == pytest.approx(true, rel=1e-8)
    assert abs(bare / true - 1) > 1e-4, "otherwise the argument would not be needed"


# --- laws

places = st.tuples(st.floats(-81.4, -68.6), st.floats(-18.4, -0.05))
sizes = st.floats(1e-5, 0.5)


@given(st.lists(st.tuples(places, sizes, st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_geodesic_figures_are_those_of_geographiclib_holes_and_parts_included(
    rows: list[tuple[tuple[float, float], float, bool, bool]],
) -> None:
    shapes, hectares = [], []
    for (x, y), size, with_hole, turned in rows:
        corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + 0.7 * size)]
        inner = shapely.box(x + size / 3, y + size / 3, x + size / 2, y + size / 2)
        other = shapely.box(x + 1, y, x + 1 + size, y + size)
        shell = shapely.Polygon(corners)
        shape = shell.difference(inner) if with_hole else shell.union(other)
        second = GEOD.geometry_area_perimeter((inner if with_hole else other).exterior)
        first = GEOD.geometry_area_perimeter(shell.exterior)
        sign = -1 if with_hole else 1
        shapes.append(shape.reverse() if turned else shape)
        hectares.append((abs(first[0]) + sign * abs(second[0])) / 1e4)
    np.testing.assert_allclose(measure.geodesic_ha(np.array(shapes)), hectares, rtol=1e-8)


@given(places, st.floats(100, 5000))
def test_plane_and_geodesic_differ_by_less_than_three_in_a_thousand_in_the_legal_zone(
    place: tuple[float, float], side_m: float
) -> None:
    plane = str(datum.utm_zone(*place))
    east, north = shapely.get_coordinates(datum.from_degrees(shapely.points([place]), plane))[0]
    square = np.array([shapely.box(east, north, east + side_m, north + side_m)])
    degrees = datum.to_degrees(square, plane).shapes
    geodesic, drawn = measure.geodesic_ha(degrees, plane)[0], measure.plane_ha(square, plane)[0]
    assert geodesic == pytest.approx(drawn, rel=3e-3)
    assert measure.plane_ha(datum.draw(degrees, plane), plane)[0] == pytest.approx(drawn, rel=1e-9)


# --- hostile and odd


def test_what_has_no_area_has_zero_and_what_is_missing_stays_missing() -> None:
    shapes = np.array(
        [
            None,
            shapely.Point(-70, -12),
            shapely.Polygon(),
            shapely.LineString([(-70, -12), (-70, -11)]),
            shapely.GeometryCollection(
                [shapely.Point(0, 0), shapely.MultiPolygon([shapely.box(-70, -12, -69, -11)])]
            ),
        ],
        dtype=object,
    )
    area = measure.geodesic_ha(shapes)
    assert np.isnan(area[0])
    assert area[1:4].tolist() == [0.0, 0.0, 0.0]
    alone = measure.geodesic_ha(np.array([shapely.box(-70, -12, -69, -11)]))
    assert area[4] == pytest.approx(alone[0])
    nothing = np.array([], dtype=object)
    assert len(measure.geodesic_ha(nothing)) == 0
    assert len(measure.plane_ha(nothing, "EPSG:32718")) == 0
    assert np.isnan(measure.plane_ha(shapes, "EPSG:32718")[0])
