"""Moving vertices: one operation for all, exact there and back, refused where not known."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geo import crs, datum
from geo.errors import CrsUnreadable, TransformationRefused
from geo.release import manifest

CONTROLS: dict[str, Any] = json.loads((Path(__file__).parent / "controls.json").read_text("utf-8"))
POINTS = CONTROLS["points"]

ESRI_PRJ = (
    'PROJCS["PSAD_1956_UTM_Zone_19S",GEOGCS["GCS_Provisional_S_American_1956",'
    'DATUM["D_Provisional_S_American_1956",SPHEROID["International_1924",6378388.0,297.0]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",10000000.0],PARAMETER["Central_Meridian",-69.0],'
    'PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
MOLLWEIDE = (
    'PROJCS["World_Mollweide",GEOGCS["WGS 84",DATUM["WGS_1984",'
    'SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]],PROJECTION["Mollweide"],'
    'PARAMETER["central_meridian",0],PARAMETER["false_easting",0],'
    'PARAMETER["false_northing",0],UNIT["metre",1]]'
)


def psad56(zone: int) -> str:
    return crs.PSAD56_ZONES[zone]


def wgs84(zone: int) -> str:
    return crs.WGS84_ZONES[zone]


def moved(xy: object, start: str, end: str) -> np.ndarray:
    brought = datum.to_degrees(shapely.points(np.atleast_2d(np.asarray(xy, float))), start)
    assert not brought.lost.any()
    return shapely.get_coordinates(datum.from_degrees(brought.shapes, end))


# --- worked out beforehand


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point["name"])
def test_a_psad56_corner_is_where_op_1208_puts_it_to_the_millimetre(point: dict[str, Any]) -> None:
    corner = shapely.points([point["psad56"]])
    brought = datum.to_degrees(corner, psad56(point["zone"]))
    assert (brought.operation, brought.accuracy_m) == ("EPSG:1208", 16.0)
    np.testing.assert_allclose(
        shapely.get_coordinates(brought.shapes)[0], point["wgs84_lonlat_op1208"], atol=6e-9
    )
    utm = moved(point["psad56"], psad56(point["zone"]), wgs84(point["zone"]))
    np.testing.assert_allclose(utm[0], point["wgs84_utm_op1208"], atol=1e-3)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point["name"])
def test_pyproj_alone_would_be_as_many_metres_off_as_the_control_says(
    point: dict[str, Any],
) -> None:
    corner = gpd.GeoSeries(shapely.points([point["psad56"]]), crs=psad56(point["zone"]))
    theirs = shapely.get_coordinates(corner.to_crs(wgs84(point["zone"])).to_numpy())[0]
    np.testing.assert_allclose(theirs, point["pyproj_default_wgs84_utm"], atol=1e-3)
    ours = moved(point["psad56"], psad56(point["zone"]), wgs84(point["zone"]))[0]
    off_m = float(np.hypot(*(theirs - ours)))
    assert off_m == pytest.approx(point["default_minus_1208_m"], abs=2e-3)


def test_a_polygon_across_5_01_south_is_not_torn() -> None:
    corners = [(560_000.0, 9_440_000.0), (570_000.0, 9_440_000.0)]
    corners += [(570_000.0, 9_452_000.0), (560_000.0, 9_452_000.0)]
    shape = np.array([shapely.Polygon(corners)])
    degrees = datum.to_degrees(shape, "EPSG:24877").shapes
    lat = shapely.get_coordinates(degrees)[:, 1]
    assert lat.min() < -5.01 < lat.max()

    ours = shapely.get_coordinates(datum.from_degrees(degrees, "EPSG:32717"))[:4] - corners
    theirs = shapely.get_coordinates(
        gpd.GeoSeries(shape, crs="EPSG:24877").to_crs("EPSG:32717").to_numpy()
    )[:4]
    assert np.ptp(ours, axis=0).max() < 0.2, "all vertices are shifted alike"
    assert np.ptp(theirs - corners, axis=0).max() > 9, "otherwise this test could not fail"


def test_the_same_numbers_in_psad56_and_wgs84_share_half_a_cuadricula() -> None:
    square = np.array([shapely.box(461_000, 8_613_000, 462_000, 8_614_000)])
    title = datum.to_degrees(square, "EPSG:24879").shapes
    concession = datum.to_degrees(square, "EPSG:32719").shapes
    drawn = datum.draw(title, "EPSG:24879", "EPSG:32719")
    right = datum.draw(concession, "EPSG:32719")
    shared_ha = shapely.area(shapely.intersection(drawn, right))[0] / 1e4
    # (1000 - 197.2) x (1000 - 372.4) m² on paper.
    assert shared_ha == pytest.approx(50.4, abs=0.05)


def test_peru96_and_sirgas_are_not_moved_and_say_which_operation_did_not_move_them() -> None:
    square = np.array([shapely.box(461_000, 8_613_000, 462_000, 8_614_000)])
    wgs = shapely.get_coordinates(datum.to_degrees(square, "EPSG:32719").shapes)
    for said, operation, accuracy_m in [
        ("EPSG:5389", "EPSG:5378", 1.0),
        ("EPSG:31979", "EPSG:15894", 1.0),
        ("EPSG:31994", "EPSG:1581", 2.0),
    ]:
        brought = datum.to_degrees(square, said)
        assert (brought.operation, brought.accuracy_m) == (operation, accuracy_m)
        # GRS80 and WGS 84 differ by 0.1 mm at the pole.
        np.testing.assert_allclose(shapely.get_coordinates(brought.shapes), wgs, atol=1e-9)


def test_degrees_stay_as_they_are_to_the_last_bit() -> None:
    xy = np.random.default_rng(1).uniform([-81, -18], [-69, 0], (50, 2))
    for said in ("EPSG:4326", "OGC:CRS84", "EPSG:4979"):
        brought = datum.to_degrees(shapely.points(xy), said)
        assert brought.operation == "none"
        assert np.array_equal(shapely.get_coordinates(brought.shapes), xy)


# --- laws

PERU_PLANES = (
    *("EPSG:32717", "EPSG:32718", "EPSG:32719"),  # WGS 84 / UTM
    *("EPSG:24877", "EPSG:24878", "EPSG:24879"),  # PSAD56 / UTM
    *("EPSG:24891", "EPSG:24892", "EPSG:24893"),  # PSAD56 / Peru west, central, east: not UTM
    *("EPSG:5839", "EPSG:5387", "EPSG:5389"),  # Peru96 / UTM
    *("EPSG:31977", "EPSG:31978", "EPSG:31979"),  # SIRGAS 2000 / UTM
    *("EPSG:31992", "EPSG:31993", "EPSG:31994"),  # SIRGAS 1995 / UTM
)
planes = st.sampled_from(PERU_PLANES)
eastings = st.floats(150_000, 850_000)
northings = st.floats(7_960_000, 9_999_000)
places = st.tuples(st.floats(-81.4, -68.6), st.floats(-18.4, -0.05))


@given(st.lists(st.tuples(eastings, northings), min_size=1, max_size=20), planes)
def test_there_and_back_costs_no_more_than_ten_nanometres(
    xy: list[tuple[float, float]], plane: str
) -> None:
    assert np.abs(moved(xy, plane, plane) - xy).max() < 1e-8


@given(st.lists(places, min_size=2, max_size=30), planes, st.randoms(use_true_random=False))
def test_row_order_and_partition_change_no_vertex(
    lonlat: list[tuple[float, float]], plane: str, chance: Any
) -> None:
    points = shapely.points(np.asarray(lonlat))
    whole = shapely.get_coordinates(datum.from_degrees(points, plane))
    order = list(range(len(points)))
    chance.shuffle(order)
    shuffled = shapely.get_coordinates(datum.from_degrees(points[order], plane))
    assert np.array_equal(shuffled, whole[order])
    one_by_one = [shapely.get_coordinates(datum.from_degrees(points[[i]], plane)) for i in order]
    assert np.array_equal(np.concatenate(one_by_one), whole[order])


@given(places, st.integers(0, 359))
def test_a_side_drawn_in_another_plane_leaves_its_line_by_less_than_a_tenth_of_a_millimetre(
    place: tuple[float, float], azimuth: int
) -> None:
    own = str(datum.utm_zone(*place))
    start = shapely.get_coordinates(datum.from_degrees(shapely.points([place]), own))[0]
    way = np.array([np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))])
    side = np.array([shapely.LineString([start, start + 1000 * way])])
    degrees = datum.to_degrees(side, own).shapes
    true = moved(np.linspace(start, start + 1000 * way, 101), own, "EPSG:32718")
    drawn = datum.draw(degrees, own, "EPSG:32718")[0]
    assert shapely.distance(drawn, shapely.points(true)).max() < 1e-4


@given(st.lists(st.tuples(places, planes), min_size=1, max_size=12))
def test_each_row_is_drawn_as_if_it_were_alone(rows: list[tuple[Any, str]]) -> None:
    shapes = np.array([shapely.box(x, y, x + 0.01, y + 0.01) for (x, y), _ in rows])
    own = pd.Series([plane for _, plane in rows])
    together = datum.draw(shapes, own, "EPSG:32718")
    alone = [datum.draw(shapes[[i]], plane, "EPSG:32718")[0] for i, plane in enumerate(own)]
    assert shapely.equals_exact(together, np.array(alone), 0).all()
    at_home = datum.draw(shapes, own)
    assert (shapely.get_num_coordinates(at_home) == 5).all()


# --- hostile and odd


def test_a_proj_string_that_lost_its_datum_is_refused_and_not_420_m_wrong() -> None:
    with pytest.warns(UserWarning, match="lose important projection information"):
        lossy = CRS("EPSG:24879").to_proj4()
    square = np.array([shapely.box(461_000, 8_613_000, 462_000, 8_614_000)])
    for text in (lossy, "+proj=utm +zone=19 +south +ellps=intl", "+proj=longlat +ellps=WGS84"):
        with pytest.raises(TransformationRefused, match="averigüe el datum"):
            datum.to_degrees(square, text)
        with pytest.raises(TransformationRefused):
            datum.from_degrees(square, text)
    # PROJ's look-up calls the first of them an Argentine CRS.
    assert not crs.describe("+proj=utm +zone=19 +south +ellps=intl").code.startswith("EPSG")


@pytest.mark.parametrize(
    "text",
    [
        ESRI_PRJ,
        CRS("EPSG:24879").to_wkt("WKT1_GDAL"),
        CRS("EPSG:24879").to_wkt("WKT1_ESRI"),
        CRS("EPSG:24879").to_wkt(),
        CRS("EPSG:24879").to_json(),
    ],
)
def test_psad56_in_any_spelling_goes_through_1208(text: str) -> None:
    assert crs.describe(text).code == "EPSG:24879"
    assert crs.describe(text).datum == "PSAD56"
    np.testing.assert_allclose(
        moved((461_000, 8_613_000), text, "EPSG:32719")[0], (460_802.767, 8_612_627.634), atol=1e-3
    )


def test_a_shift_written_into_the_crs_does_not_replace_1208() -> None:
    wkt = CRS("EPSG:24879").to_wkt("WKT1_GDAL")
    spheroid = wkt.index("AUTHORITY", wkt.index("SPHEROID"))
    end = wkt.index("]]", spheroid) + 2
    bound = wkt[:end] + ",TOWGS84[-288,175,-376,0,0,0,0]" + wkt[end:]
    assert CRS(bound).is_bound
    np.testing.assert_allclose(
        moved((461_000, 8_613_000), bound, "EPSG:32719")[0],
        (460_802.767, 8_612_627.634),
        atol=1e-3,
    )


def test_a_plane_without_a_code_is_read_from_its_wkt() -> None:
    meant = crs.describe(MOLLWEIDE)
    assert (meant.datum, meant.unit_m, meant.is_geographic) == ("WGS84", 1.0, False)
    there = datum.from_degrees(shapely.points([(-69.36, -12.55)]), MOLLWEIDE)
    back = datum.to_degrees(there, MOLLWEIDE)
    assert back.operation == "none"
    np.testing.assert_allclose(shapely.get_coordinates(back.shapes)[0], (-69.36, -12.55))


def test_another_datum_goes_through_one_named_operation() -> None:
    grid = np.stack(np.meshgrid(np.linspace(-81, -69, 9), np.linspace(-18, -1, 9)), -1)
    points = shapely.points(grid.reshape(-1, 2))
    brought = datum.to_degrees(points, "EPSG:4618")
    assert brought.operation.startswith("EPSG:")
    assert brought.accuracy_m > 0
    shift = shapely.get_coordinates(brought.shapes) - shapely.get_coordinates(points)
    # A change of operation would show as a step; one operation is smooth.
    assert np.abs(np.diff(shift.reshape(9, 9, 2), axis=0)).max() < 1e-5
    assert np.abs(np.diff(shift.reshape(9, 9, 2), axis=1)).max() < 1e-4
    np.testing.assert_allclose(
        shapely.get_coordinates(datum.from_degrees(brought.shapes, "EPSG:4618")),
        shapely.get_coordinates(points),
        atol=1e-12,
    )


@pytest.mark.parametrize("text", ["", "EPSG:1", "UTM 19 Sur", "EPSG:5773", "<b>EPSG</b>"])
def test_a_crs_that_nobody_can_read_says_what_to_write(text: str) -> None:
    with pytest.raises(CrsUnreadable):
        crs.describe(text)


def test_vertices_that_are_nowhere_are_marked_and_never_silently_kept() -> None:
    sound = shapely.linestrings([[(-70.0, -12.0), (-70.0, -11.0)]] * 3)
    broken = shapely.set_coordinates(
        sound, [(-70, np.nan), (-70, -12), (-70, -12), (np.inf, -12), (np.inf, 0), (1, 1)]
    )
    shapes = np.array(
        [
            shapely.box(-70, -12, -69, -11),
            broken[0],
            broken[1],
            shapely.box(461_000, 8_613_000, 462_000, 8_614_000),
            None,
            shapely.Polygon(),
        ],
        dtype=object,
    )
    brought = datum.to_degrees(shapes, "EPSG:4326")
    assert brought.lost.tolist() == [False, True, True, True, False, False]
    assert [shape is None for shape in brought.shapes] == [False, True, True, True, True, False]
    with pytest.raises(TransformationRefused, match="1 figuras"):
        datum.from_degrees(broken[[2]], "EPSG:32719")


def test_a_row_without_a_plane_is_refused_and_not_drawn_in_some_plane() -> None:
    two = np.array([shapely.box(-70, -12, -69, -11)] * 2)
    with pytest.raises(CrsUnreadable, match="1 figuras"):
        datum.draw(two, pd.Series(["EPSG:32719", None]))
    with pytest.raises(ValueError, match="2 shapes, 1 planes"):
        datum.draw(two, ["EPSG:32719"])


def test_heights_go_and_holes_stay() -> None:
    shell = [(461_000, 8_613_000, 5), (464_000, 8_613_000, 5), (464_000, 8_616_000, 5)]
    hole = [(462_500, 8_613_500, 5), (463_500, 8_613_500, 5), (463_500, 8_614_500, 5)]
    shape = np.array([shapely.Polygon(shell, [hole])])
    degrees = datum.to_degrees(shape, "EPSG:32719").shapes
    assert not shapely.has_z(degrees).any()
    assert shapely.get_num_interior_rings(degrees)[0] == 1
    assert shapely.has_z(shape).all(), "what was handed in is not changed"


# --- zones and names


def test_the_zone_of_a_place_is_its_legal_plane() -> None:
    lon = [-80.6, -78.0, -77.99999, -74.5, -72.0, -71.98, -66.0, -90.0, -70.0, np.nan]
    lat = [-5.2, -7.0, -7.0, -8.4, -13.5, -13.5, -12.0, -1.0, 3.0, -5.0]
    assert datum.utm_zone(lon, lat).tolist() == [
        *("EPSG:32717", "EPSG:32718", "EPSG:32718", "EPSG:32718", "EPSG:32719", "EPSG:32719"),
        *("", "", "", ""),
    ]


def test_a_legal_plane_is_missing_where_peru_has_none() -> None:
    shapes = pd.Series(
        [shapely.box(-69.4, -12.6, -69.3, -12.5), shapely.box(10, 50, 11, 51), None],
        index=[7, 5, 3],
        dtype=object,
    )
    planes = datum.legal_plane(shapes)
    assert planes.index.tolist() == [7, 5, 3]
    assert planes.isna().tolist() == [False, True, True]
    assert planes.loc[7] == "EPSG:32719"
    assert len(datum.legal_plane(np.array([], dtype=object))) == 0


def test_every_plane_of_peru_has_its_datum_and_its_zone() -> None:
    expected = ["WGS84"] * 3 + ["PSAD56"] * 6 + ["Peru96"] * 3 + ["SIRGAS"] * 6
    assert [crs.describe(plane).datum for plane in PERU_PLANES] == expected
    labels = ["17S", "18S", "19S"]
    assert [datum.zone_label(plane) for plane in PERU_PLANES] == (
        labels * 2 + [""] * 3 + labels * 3
    )
    assert crs.describe("EPSG:4326").is_geographic
    assert np.isnan(crs.describe("EPSG:4326").unit_m)
    assert crs.describe("EPSG:32719+5773").zone == "19S"


def test_the_versions_that_decide_are_named() -> None:
    found = manifest.versions()
    assert {name: found[name] for name in CONTROLS["versions"]} == CONTROLS["versions"]
