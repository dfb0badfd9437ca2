"""What the map stands on: where things are, whom they are from, and layers of one's own."""

import json
from collections.abc import Callable, Iterator
from gzip import decompress
from pathlib import Path
from typing import Any

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from pmtiles.reader import MemorySource, all_tiles

from geo.cli.basemap import basemap as verb
from geo.errors import (
    CrsMissing,
    DeclarationError,
    DeslindeError,
    FieldsMissing,
    FileRefused,
    OutsideCountry,
)
from geo.home import Home, data_folder, here
from geo.release import basemap, ground
from geo.release.archive import parsed
from geo.release.tiles.release import BASEMAP

DATA = data_folder()
PERU = (-81.4, -18.4, -68.6, 0.1)


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    return basemap.of_data(DATA)


@pytest.fixture(scope="module")
def built() -> bytes:
    return (DATA / "built" / BASEMAP).read_bytes()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("DESLINDE_HOME", str(tmp_path / "home"))
    return here()


@pytest.fixture
def add(home: Home, tmp_path: Path) -> Callable[..., str]:
    """`deslinde basemap add` with a GeoJSON of these shapes; gives what it says."""

    def run(layer: str, shapes: list[Any], *more: str, **properties: str) -> str:
        path = tmp_path / "capa.geojson"
        written = [json.loads(shapely.to_geojson(one)) for one in shapes]
        features = [
            {"type": "Feature", "properties": properties, "geometry": one} for one in written
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        told = ["--title", "Autoridad del Agua", "--licence", "CC BY 4.0", "--as-of", "2024"]
        given = ["add", str(path), "--layer", layer, *told, *more]
        done = CliRunner().invoke(verb, given, standalone_mode=False)
        if isinstance(done.exception, DeslindeError):
            raise done.exception
        assert done.exception is None
        return done.output

    return run


def drawn(content: bytes, zoom: int) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Layer, shape in degrees and properties of every feature at a zoom."""
    for (z, column, row), tile in all_tiles(MemorySource(content)):
        if z != zoom:
            continue

        def degrees(xy: np.ndarray, place: tuple[int, int] = (column, row)) -> np.ndarray:
            across = (place[0] + xy[:, 0] / 4096) / 2**zoom
            down = (place[1] + 1 - xy[:, 1] / 4096) / 2**zoom
            lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * down))))
            return np.column_stack([across * 360 - 180, lat])

        for name, layer in mapbox_vector_tile.decode(decompress(tile)).items():
            for one in layer["features"]:
                shape = shapely.geometry.shape(one["geometry"])
                yield name, shapely.transform(shape, degrees), one["properties"]


def test_it_is_small_and_its_first_view_is_smaller(built: bytes) -> None:
    assert len(built) < 1_500_000
    sizes = {place: len(tile) for place, tile in all_tiles(MemorySource(built))}
    assert max(size for (zoom, _, _), size in sizes.items() if zoom <= 6) < 8_000
    assert (parsed(built).first_zoom, parsed(built).last_zoom) == (0, 9)


def test_the_set_up_and_a_release_make_the_same_bytes(
    layers: dict[str, gpd.GeoDataFrame], built: bytes, tmp_path: Path
) -> None:
    basemap.write(tmp_path / BASEMAP, layers)
    assert (tmp_path / BASEMAP).read_bytes() == built


def test_the_country_is_where_it_is(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Puno's shore and the lake, Lima's and the sea, Callao's island, Iquitos, and neighbours."""
    land, lakes = layers["land"].union_all(), layers["lakes"].union_all()
    titicaca = shapely.Point(-69.5, -15.8)
    assert titicaca.within(lakes)
    for place in ((-70.02, -15.84), (-77.03, -12.05), (-73.25, -3.75), (-68.1, -16.5), (-70, -5)):
        assert shapely.Point(place).within(land)
    for place in ((-78.5, -12.5), (-82.5, -5), (-75, -17.5)):
        assert not shapely.Point(place).within(land)
    assert len(shapely.get_parts(land)) > 10
    names = layers["departments"].set_index("name").geometry
    assert len(names) == 25
    assert names["Puno"].intersects(titicaca)
    assert names["Callao"].area < 0.05 < names["Lima"].area


def test_each_name_stands_once_in_its_own_department(
    layers: dict[str, gpd.GeoDataFrame], built: bytes
) -> None:
    outlines = layers["departments"].set_index("name").geometry
    told = [
        (props["name"], shape)
        for name, shape, props in drawn(built, 5)
        if name == "department_names"
    ]
    assert {name for name, _ in told} == set(outlines.index)
    assert all(shape.distance(outlines[name]) < 0.02 for name, shape in told)


def test_between_two_departments_there_is_a_line_everywhere(
    layers: dict[str, gpd.GeoDataFrame],
) -> None:
    shapes = layers["departments"].geometry.to_numpy()
    near = [one for one in basemap.compose(layers) if one[0] == "departments"][-1]
    lines = near[3].union_all().buffer(0.002)
    coast_and_frontier = shapely.boundary(shapely.union_all(shapes)).buffer(0.002)
    assert set(layers["departments"].geom_type) <= {"Polygon", "MultiPolygon"}
    for shape in shapes:
        left = shape.boundary.difference(lines).difference(coast_and_frontier)
        assert left.length < 0.02


def test_capitals_come_first_and_every_place_later(built: bytes) -> None:
    far = [props for name, _, props in drawn(built, 5) if name == "places"]
    near = [props for name, _, props in drawn(built, 8) if name == "places"]
    assert {one["rank"] for one in far} == {1}
    capitals = {one["name"] for one in far}
    assert len(capitals) == 26
    assert {"Lima", "Iquitos", "Puerto Maldonado", "Huánuco", "Cerro de Pasco"} <= capitals
    assert len({one["name"] for one in near}) > 1_000


@pytest.mark.parametrize(("zoom", "box"), [(3, (-100, -58, -30, 14)), (7, basemap.BOUNDS)])
def test_nothing_streaks_over_the_map(
    built: bytes, zoom: int, box: tuple[float, float, float, float]
) -> None:
    unit = 360 / 2**zoom / 4096 * 2
    west, south, east, north = box
    inside = shapely.box(west - unit, south - unit, east + unit, north + unit)
    for _, shape, _ in drawn(built, zoom):
        assert shape.within(inside)


def test_what_is_not_set_up_says_what_to_do(tmp_path: Path) -> None:
    empty = Home(tmp_path, tmp_path / "data", here().now)
    for ask in (lambda: basemap.current(empty), lambda: basemap.of_data(empty.data)):
        with pytest.raises(DeclarationError, match="make setup"):
            ask()


def test_without_layers_of_ones_own_it_is_the_one_of_the_set_up(home: Home) -> None:
    found = basemap.current(home)
    assert found.tiles == home.data / "built" / BASEMAP
    assert [(one.title, one.licence) for one in found.credits] == [
        ("Natural Earth", "dominio público"),
        ("GeoNames", "CC BY 4.0"),
    ]


def test_ones_own_rivers_take_the_place_of_natural_earths(
    home: Home, add: Callable[..., str]
) -> None:
    river = shapely.LineString([(-70.5, -12.5), (-70.0, -12.6), (-69.5, -12.4)])
    assert "rivers: 1 de 1 filas, de Autoridad del Agua" in add("rivers", [river])
    found = basemap.current(home)
    lines = [shape for name, shape, _ in drawn(found.tiles.read_bytes(), 5) if name == "rivers"]
    assert lines
    assert all(one.distance(river) < 0.02 for one in lines)
    assert [(one.title, one.layers, one.as_of) for one in found.credits] == [
        ("Natural Earth", ("land", "lakes", "borders", "departments"), ""),
        ("GeoNames", ("places",), ""),
        ("Autoridad del Agua", ("rivers",), "2024"),
    ]
    again = shapely.LineString([(-75, -10), (-74, -10)])
    add("rivers", [again])
    assert len(list(home.basemap.glob("rivers-*.parquet"))) == 1
    listed = CliRunner().invoke(verb, ["list"]).output
    assert "rivers       Autoridad del Agua (CC BY 4.0), 2024" in listed
    assert "places       GeoNames" in listed
    assert "quitada" in CliRunner().invoke(verb, ["remove", "--layer", "rivers"]).output
    assert basemap.current(home).tiles == home.data / "built" / BASEMAP
    assert not list(home.basemap.glob("rivers*"))


def test_a_hostile_name_of_a_place_is_a_text_no_longer_than_a_label(
    home: Home, add: Callable[..., str]
) -> None:
    name = "<img src=x onerror=alert(1)>\u202e" + "ñ" * 10_000
    add("places", [shapely.Point(-70, -12)], "--name-field", "nom", nom=name)
    kept = ground.brought(home)["places"].frame
    assert kept["name"].tolist() == [("<img src=x onerror=alert(1)> " + "ñ" * 200)[:120]]
    assert kept["rank"].tolist() == [ground.OTHER]
    add(
        "places",
        [shapely.Point(-70, -12)],
        "--name-field",
        "nom",
        "--rank-field",
        "r",
        nom="A",
        r="1",
    )
    assert ground.brought(home)["places"].frame["rank"].tolist() == [ground.CAPITAL]


@pytest.mark.parametrize(
    ("layer", "shape", "more", "error", "said"),
    [
        ("rivers", shapely.box(-70, -12, -69, -11), (), FileRefused, "líneas"),
        ("land", shapely.Point(-70, -12), (), FileRefused, "polígonos"),
        ("places", shapely.Point(-70, -12), (), FileRefused, "--name-field"),
        ("places", shapely.Point(-70, -12), ("--name-field", "x"), FieldsMissing, "tiene: nom"),
        ("lakes", shapely.box(10, 50, 11, 51), (), OutsideCountry, "Perú"),
    ],
)
def test_a_layer_that_cannot_be_used_says_why_and_keeps_nothing(
    home: Home,
    add: Callable[..., str],
    layer: str,
    shape: Any,
    more: tuple[str, ...],
    error: type[DeslindeError],
    said: str,
) -> None:
    with pytest.raises(error, match=said):
        add(layer, [shape], *more, nom="Uno")
    assert not home.basemap.exists()


def test_a_file_without_coordinates_system_is_not_guessed(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "capa.csv"
    path.write_text('wkt,n\n"LINESTRING (482000 8600000, 483000 8600000)",1\n')
    told = ["--layer", "rivers", "--title", "A", "--licence", "B", "--as-of", "2024"]
    done = CliRunner().invoke(verb, ["add", str(path), *told], standalone_mode=False)
    assert isinstance(done.exception, CrsMissing)
    done = CliRunner().invoke(verb, ["add", str(path), *told, "--crs", "EPSG:32719"])
    assert done.exit_code == 0, done.output
    west, south, east, north = ground.brought(home)["rivers"].frame.total_bounds
    assert -69.2 < west < east < -69.1
    assert -12.7 < south <= north < -12.6


def test_kept_layers_that_were_damaged_are_asked_for_again(home: Home) -> None:
    home.basemap.mkdir(parents=True)
    (home.basemap / "rivers.json").write_text('{"shapes": "gone.parquet", "credit": {}}')
    with pytest.raises(FileRefused, match="deslinde basemap add"):
        basemap.current(home)
