"""An area that a reader drew: what of it is whose, and what is refused, with what to mend."""

import json
import math
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geo.analysis.own_area import MOST_VERTICES, analyse, polygon_of
from geo.datum import draw, to_degrees
from geo.errors import AreaRefused
from geo.schema.columns import of_noun
from geo.stages import typed
from geo.terms import Kind, Noun, Status, Tenure

PLANE = "EPSG:32719"
EAST, NORTH = 500_000.0, 8_600_000.0


def _square(x: float, y: float, side: float = 1000.0) -> BaseGeometry:
    return shapely.box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side)


def _rows(shapes: list[BaseGeometry], noun: Noun, **columns: str) -> gpd.GeoDataFrame:
    """Squares of the plane as rows of a release, in degrees."""
    brought = to_degrees(np.array(shapes, dtype=object), PLANE).shapes
    said = {"key": [f"s:{n}" for n in range(len(shapes))], "plane": PLANE, **columns}
    frame = gpd.GeoDataFrame(said, geometry=list(brought), crs="EPSG:4326")
    return typed(frame, of_noun(noun))


def _rights(*shapes: BaseGeometry) -> gpd.GeoDataFrame:
    own = {"kind": Kind.MINING.value, "status": Status.TITLED.value}
    return _rows(list(shapes), Noun.CONCESSION, **own)


def _lands(*shapes: BaseGeometry) -> gpd.GeoDataFrame:
    return _rows(list(shapes), Noun.TERRITORY, tenure=Tenure.CLAIMED.value)


def _drawn(shape: BaseGeometry) -> BaseGeometry:
    """A shape of the plane as a reader's page would send it."""
    brought = to_degrees(np.array([shape], dtype=object), PLANE).shapes[0]
    return polygon_of(json.loads(shapely.to_geojson(brought)))


# --- on paper ------------------------------------------------------------------------------------


def test_half_of_a_right_under_the_area_is_fifty_hectares_and_half_of_it() -> None:
    made = analyse(_drawn(_square(500, 0)), _rights(_square(0, 0)), _lands(_square(0, -250)))
    right, land = made.rights.iloc[0], made.territories.iloc[0]
    # a side of 1 km that is straight in degrees runs up to 9 mm beside the one in the plane
    assert made.area_ha == pytest.approx(100, abs=0.002)
    assert right["area_ha"] == pytest.approx(50, abs=0.002)
    assert right["share_of_concession"] == pytest.approx(0.5, abs=1e-4)
    assert land["area_ha"] == pytest.approx(37.5, abs=0.002)
    assert made.zone == "19S"
    # nobody knows how exactly it was drawn
    assert made.rights["area_min_ha"].isna().all()
    assert made.territories["area_max_ha"].isna().all()


def test_a_place_under_two_rights_counts_once_in_the_total() -> None:
    rights = _rights(_square(0, 0), _square(0, 0), _square(500, 0))
    made = analyse(_drawn(_square(-1000, -1000, 5000)), rights, _lands())
    assert len(made.rights) == 3
    assert made.rights["area_ha"].sum() == pytest.approx(300, abs=0.001)
    assert made.rights_ha == pytest.approx(150, abs=0.001)
    assert made.territories_ha == 0


def test_what_only_touches_the_area_is_not_on_it() -> None:
    made = analyse(_drawn(_square(0, 0)), _rights(_square(1000.02, 0)), _lands(_square(5000, 0)))
    assert made.rights.empty
    assert made.territories.empty


def test_a_hole_of_the_area_is_not_in_it() -> None:
    ring = shapely.Polygon(
        shapely.get_coordinates(_square(0, 0, 3000)),
        [shapely.get_coordinates(_square(1000, 1000))],
    )
    made = analyse(_drawn(ring), _rights(_square(1010, 1010, 980)), _lands(_square(1000, 500)))
    assert made.rights.empty
    assert made.area_ha == pytest.approx(800, abs=0.05)
    assert made.territories.iloc[0]["area_ha"] == pytest.approx(50, abs=0.05)


# --- law -----------------------------------------------------------------------------------------


@settings(max_examples=8)
@given(st.data())
def test_every_figure_is_what_the_shapes_share_in_the_plane(data: st.DataObject) -> None:
    offset = st.integers(-3000, 3000)
    side = st.integers(200, 2500)
    squares = st.lists(st.builds(_square, offset, offset, side), min_size=1, max_size=4)
    rights = _rights(*data.draw(squares))
    area = _drawn(data.draw(st.builds(_square, offset, offset, side)))
    made = analyse(area, rights, _lands())
    own = draw(np.array([area], dtype=object), "EPSG:4326", PLANE)[0]
    shapes = draw(np.asarray(rights.geometry.array, dtype=object), PLANE)
    shared = shapely.area(shapely.intersection(shapes, own)) / 10_000
    expected = {
        key: hectares
        for key, hectares in zip(rights["key"], shared, strict=True)
        if hectares >= 1e-4
    }
    found = dict(zip(made.rights["concession_key"], made.rights["area_ha"], strict=True))
    assert found.keys() == expected.keys()
    for key, hectares in expected.items():
        assert found[key] == pytest.approx(hectares, abs=1e-6)
    union = shapely.area(shapely.intersection(shapely.union_all(shapes), own)) / 10_000
    assert made.rights_ha == pytest.approx(union, abs=1e-3)
    assert list(made.rights["area_ha"]) == sorted(made.rights["area_ha"], reverse=True)


# --- what is refused -----------------------------------------------------------------------------

_CORNERS = [[-69.4, -12.5], [-69.3, -12.5], [-69.3, -12.4], [-69.4, -12.4]]


def test_a_ring_that_is_open_or_has_heights_is_taken_as_it_is_meant() -> None:
    bare = polygon_of({"type": "Polygon", "coordinates": [_CORNERS]})
    high = [[*corner, 120.5] for corner in [*_CORNERS, _CORNERS[0]]]
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "MultiPolygon", "coordinates": [[high]]},
    }
    assert bare.equals(polygon_of(feature))
    assert not polygon_of(feature).has_z


def test_an_outline_that_crosses_itself_is_refused_with_the_place() -> None:
    crossed = [_CORNERS[0], _CORNERS[2], _CORNERS[1], _CORNERS[3]]
    with pytest.raises(AreaRefused, match=r"-12\.450000, -69\.350000") as caught:
        polygon_of({"type": "Polygon", "coordinates": [crossed]})
    assert caught.value.values["lat"] == "-12.450000"


def test_two_parts_on_each_other_are_refused() -> None:
    with pytest.raises(AreaRefused, match="se cruza o se toca"):
        polygon_of({"type": "MultiPolygon", "coordinates": [[_CORNERS], [_CORNERS]]})


def _ring(count: int) -> list[list[float]]:
    return [
        [-69 + math.cos(2 * math.pi * n / count) / 20, -12 + math.sin(2 * math.pi * n / count) / 20]
        for n in range(count)
    ]


def test_too_many_vertices_are_refused_and_the_most_are_not() -> None:
    most = _ring(MOST_VERTICES - 1)
    assert polygon_of({"type": "Polygon", "coordinates": [most]}).is_valid
    with pytest.raises(AreaRefused, match="2,000"):
        polygon_of({"type": "Polygon", "coordinates": [_ring(MOST_VERTICES)]})


def test_an_area_that_covers_the_country_is_refused() -> None:
    corners = [[-80, -17], [-70, -17], [-70, -3], [-80, -3]]
    with pytest.raises(AreaRefused, match="500,000 ha"):
        polygon_of({"type": "Polygon", "coordinates": [corners]})


def test_an_area_just_too_large_is_refused_once_it_is_measured() -> None:
    with pytest.raises(AreaRefused, match="500,000 ha"):
        analyse(_drawn(_square(0, 0, 71_000)), _rights(), _lands())
    assert analyse(_drawn(_square(0, 0, 70_000)), _rights(), _lands()).area_ha < 500_000


def test_a_zigzag_across_the_country_is_refused_before_it_takes_time() -> None:
    there = [[-80 + 0.01 * n, -16.0 if n % 2 else -4.0] for n in range(900)]
    back = [[x + 0.000001, y] for x, y in reversed(there)]
    with pytest.raises(AreaRefused, match="5,000 km"):
        polygon_of({"type": "Polygon", "coordinates": [[*there, *back]]})


def test_an_area_of_less_than_a_square_metre_is_refused() -> None:
    with pytest.raises(AreaRefused, match="metro cuadrado"):
        analyse(_drawn(_square(0, 0, 0.5)), _rights(), _lands())


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "POLYGON",
        {},
        {"type": "Point", "coordinates": [-69, -12]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": {}},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [None]},
        {"type": ["Polygon"], "coordinates": [_CORNERS]},
        {"type": "MultiPolygon", "coordinates": [[]]},
        {"type": "MultiPolygon", "coordinates": [_CORNERS]},
        {"type": "Feature", "geometry": None},
        {"type": "Feature", "geometry": {"type": "Feature", "geometry": None}},
        {"type": "Polygon", "coordinates": [[[-69, -12], [-69, -12], [-69, -12], [-69, -12]]]},
        {"type": "Polygon", "coordinates": [[[-69, -12], [-68, -12]]]},
        {"type": "Polygon", "coordinates": [[["-69", "-12"], [-68, -12], [-68, -11]]]},
        {"type": "Polygon", "coordinates": [[[True, False], [-68, -12], [-68, -11]]]},
        {"type": "Polygon", "coordinates": [[[-69], [-68, -12], [-68, -11]]]},
        {"type": "Polygon", "coordinates": [[[-69, -12, 1, 2], [-68, -12], [-68, -11]]]},
        {"type": "Polygon", "coordinates": [[[math.nan, -12], [-68, -12], [-68, -11]]]},
        {"type": "Polygon", "coordinates": [[[math.inf, -12], [-68, -12], [-68, -11]]]},
        {"type": "Polygon", "coordinates": [[[10**400, -12], [-68, -12], [-68, -11]]]},
        {"type": "Polygon", "coordinates": [[[-12.5, -69.4], [-12.4, -69.4], [-12.4, -69.3]]]},
        {"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49]]]},
        {"type": "Polygon", "coordinates": [[[-69, -12], [-68, -12], [-67, -12]]]},
    ],
)
def test_what_is_no_area_of_the_country_is_refused_with_a_sentence(said: Any) -> None:
    with pytest.raises(AreaRefused) as caught:
        polygon_of(said)
    assert str(caught.value).endswith((".", "»."))
