"""The outlines of departments: decoded by hand once, and then the real file."""

import json
from pathlib import Path

import pytest
import shapely

from geo.errors import DeclarationError
from webmap import outline

DATA = Path(__file__).resolve().parent.parent.parent / "data"

# Two unit squares side by side that share one arc; the second runs along it backwards.
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [-70, -12]},
    "arcs": [
        [[2, 0], [0, 2]],
        [[2, 2], [-2, 0], [0, -2], [2, 0]],
        [[2, 0], [2, 0], [0, 2], [-2, 0]],
    ],
    "objects": {
        "d": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "properties": {"name": "Oeste"}, "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "properties": {"name": "Este"}, "arcs": [[[2, -1]]]},
                {"type": "Point", "properties": {"name": "Punto"}, "coordinates": [0, 0]},
            ],
        }
    },
}


def test_two_squares_that_share_a_side_are_two_squares() -> None:
    made = {name: shapely.from_geojson(json.dumps(g)) for name, g in outline.shapes(TOPOLOGY)}
    assert set(made) == {"Oeste", "Este"}
    assert made["Oeste"].equals(shapely.box(-70, -12, -69, -11))
    assert made["Este"].equals(shapely.box(-69, -12, -68, -11))


def test_every_department_lies_in_peru_and_holds_its_own_label() -> None:
    if not (DATA / outline.FILE).is_file():
        pytest.skip("data/built is not made: `make setup` prepares it")
    told = json.loads(outline.departments(DATA))
    names = {one["properties"]["name"] for one in told["features"]}
    assert len(names) == 25
    assert {"Madre de Dios", "Loreto", "Callao", "Puno"} <= names
    for one in told["features"]:
        shape = shapely.make_valid(shapely.from_geojson(json.dumps(one["geometry"])))
        west, south, east, north = shape.bounds
        assert -81.5 < west < east < -68.5
        assert -18.5 < south < north < 0.1
        assert shape.buffer(1e-4).contains(shapely.Point(one["properties"]["label"]))
    madre = next(o for o in told["features"] if o["properties"]["name"] == "Madre de Dios")
    shape = shapely.make_valid(shapely.from_geojson(json.dumps(madre["geometry"])))
    assert shape.contains(shapely.Point(-70.5, -12.0))


def test_without_the_file_the_reader_is_told_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="make setup"):
        outline.departments(tmp_path)
