"""What the map draws: nothing missing, however small; names as data; the same bytes every time."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.release.tiles import layers
from geo.release.tiles.release import FIRST_SHAPES, FIRST_ZOOM, LAST_ZOOM
from geo.release.tiles.simplify import for_zoom, on_grid, pixel
from geo.release.tiles.write import archive, tighter

ROOT = Path(__file__).resolve().parents[4]
METRE = 1 / 111_320

WITH_HOLE = shapely.box(-70.3, -12, -70.29, -11.99).difference(
    shapely.box(-70.299, -11.999, -70.291, -11.991)
)
TWO_PARTS = shapely.MultiPolygon(
    [shapely.box(-70.4, -12, -70.39, -11.99), shapely.box(-70.38, -12, -70.38 + METRE, -11.99999)]
)
SMALL = (
    shapely.box(-70, -12, -70 + METRE / 10, -12 + 0.01),  # a decimetre wide, a kilometre long
    shapely.box(-70.1, -12, -70.1 + METRE, -12 + METRE),
    shapely.Polygon([(-70.2, -12), (-70.19, -12), (-70.1949, -12 + 1e-12)]),
    WITH_HOLE,
    TWO_PARTS,
    shapely.box(-70.3125, -11.9, -70.3125 + METRE, -11.9 + METRE),  # on the side of a tile
)


NUMBER = {"concessions": "o", "overlaps": "p", "territories": "i"}


def of(tiles: Any, layer: str, zoom: int) -> list[dict[str, Any]]:
    """What a layer draws at a zoom, each feature once."""
    found = {
        one["properties"].get(NUMBER[layer], -1): one["properties"]
        for place, tile in tiles.items()
        if place[0] == zoom
        for one in tile.get(layer, [])
    }
    return [found[number] for number in sorted(found)]


def test_nothing_is_too_small_to_be_drawn(
    frames: Callable[..., Any], decoded: Callable[[Path], Any], tmp_path: Path
) -> None:
    archive(frames(SMALL).layers(), tmp_path / "a.pmtiles")
    tiles = decoded(tmp_path / "a.pmtiles")
    for zoom in range(FIRST_SHAPES, LAST_ZOOM + 1):
        for layer in ("concessions", "overlaps"):
            found = [one[NUMBER[layer]] for one in of(tiles, layer, zoom)]
            assert found == list(range(len(SMALL)))
        assert [one["i"] for one in of(tiles, "territories", zoom)] == [0]
    assert {place[0] for place in tiles} == set(range(FIRST_ZOOM, LAST_ZOOM + 1))


@settings(max_examples=15, deadline=None)
@example([(-79.0, -1e-05, 0.5, 1e-09)])  # a tenth of a millimetre high, across 55 km
@given(
    st.lists(
        st.tuples(
            st.floats(-81, -69), st.floats(-18, 0), st.floats(1e-9, 0.5), st.floats(1e-9, 0.5)
        ),
        min_size=1,
        max_size=15,
    )
)
def test_every_right_and_every_overlap_is_there_at_every_near_zoom(
    frames: Callable[..., Any],
    decoded: Callable[[Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
    boxes: list[tuple[float, float, float, float]],
) -> None:
    path = tmp_path_factory.mktemp("tiles") / "a.pmtiles"
    shapes = [shapely.box(x, y, x + wide, y + high) for x, y, wide, high in boxes]
    archive([one for one in frames(shapes).layers() if one[1] == FIRST_SHAPES], path)
    tiles = decoded(path)
    for layer in ("concessions", "overlaps"):
        found = [one[NUMBER[layer]] for one in of(tiles, layer, FIRST_SHAPES)]
        assert found == list(range(len(shapes)))


def test_a_release_that_may_show_nothing_has_tiles_of_nothing(
    frames: Callable[..., Any], decoded: Callable[[Path], Any], tmp_path: Path
) -> None:
    path = tmp_path / "a.pmtiles"
    archive(frames((), names=()).layers(), path)
    tighter(path, FIRST_SHAPES)
    assert decoded(path) == {}


def test_a_tile_says_the_look_of_a_shape_and_the_number_by_which_a_filter_finds_it(
    frames: Callable[..., Any], decoded: Callable[[Path], Any], tmp_path: Path
) -> None:
    archive(frames([shapely.box(-73.9, -12.9, -73.8, -12.8)]).layers(), tmp_path / "a.pmtiles")
    tiles = decoded(tmp_path / "a.pmtiles")
    assert of(tiles, "concessions", 8) == [{"o": 0, "kind": "mining"}]
    assert of(tiles, "concessions", 9) == [{"o": 0, "kind": "mining", "status": "titled"}]
    assert of(tiles, "overlaps", 8) == [{"p": 0, "cls": "overlap"}]
    land = {"look": "t-per-source", "dep": "Cusco"}
    assert of(tiles, "territories", 8) == [land | {"i": 0, "name": "Tierra"}]
    assert of(tiles, "territories", 4) == [land]


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>x</script>",
    "abc\u202edef",
    "=HYPERLINK(1)",
    "ñ" * 10_000,
    "",
    None,
)


def test_a_hostile_name_is_a_text_in_a_tile_and_no_longer_than_a_label(
    frames: Callable[..., Any], decoded: Callable[[Path], Any], tmp_path: Path
) -> None:
    square = shapely.box(-70, -12, -69.9, -11.9)
    archive(frames([square], names=HOSTILE).layers(), tmp_path / "a.pmtiles")
    names = [one.get("name") for one in of(decoded(tmp_path / "a.pmtiles"), "territories", 10)]
    assert names == [*HOSTILE[:2], "abc def", HOSTILE[3], "ñ" * 120, None, None]


def test_a_word_that_nobody_knows_is_drawn_as_what_is_not_known(
    frames: Callable[..., Any], decoded: Callable[[Path], Any], tmp_path: Path
) -> None:
    made = frames([shapely.box(-70, -12, -69.9, -11.9)])
    made.concessions["kind"] = None
    made.concessions["status"] = "rare"
    archive(made.layers(), tmp_path / "a.pmtiles")
    told = of(decoded(tmp_path / "a.pmtiles"), "concessions", 9)[0]
    assert (told["kind"], told["status"]) == ("area", "unknown")


AGAIN = """
import pickle, sys
from pathlib import Path
from geo.release.tiles.write import archive, tighter
archive(pickle.loads(Path(sys.argv[1]).read_bytes()), Path("b.pmtiles"))
tighter(Path("b.pmtiles"), 8)
"""


def test_the_same_frames_are_the_same_bytes_elsewhere(
    frames: Callable[..., Any], decoded: Callable[[Path], Any], tmp_path: Path
) -> None:
    shapes = [shapely.Point(-75 + n / 50, -10 - n / 70).buffer(0.02 + n / 9000) for n in range(300)]
    layers = frames([*SMALL, *shapes]).layers()
    archive(layers, tmp_path / "a.pmtiles")
    before = decoded(tmp_path / "a.pmtiles")
    tighter(tmp_path / "a.pmtiles", FIRST_SHAPES)
    assert decoded(tmp_path / "a.pmtiles") == before
    (tmp_path / "layers").write_bytes(pickle.dumps(layers))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    subprocess.run(
        [sys.executable, "-c", AGAIN, str(tmp_path / "layers")],
        cwd=elsewhere,
        env=os.environ
        | {"TZ": "Asia/Tokyo", "RAYON_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "LC_ALL": "C"},
        check=True,
    )
    first = (tmp_path / "a.pmtiles").read_bytes()
    assert (elsewhere / "b.pmtiles").read_bytes() == first
    archive(layers, tmp_path / "a.pmtiles")
    tighter(tmp_path / "a.pmtiles", FIRST_SHAPES)
    assert (tmp_path / "a.pmtiles").read_bytes() == first


def test_a_simplified_shape_stays_near_and_stays_whole() -> None:
    round_one = shapely.Point(-70, -12).buffer(0.3, quad_segs=400)
    bow = shapely.Polygon([(-70, -12), (-69, -12), (-69, -11.9999), (-69.5, -11.99995)])
    shapes = np.array([round_one, *SMALL, bow], dtype=object)
    for zoom in range(FIRST_ZOOM, LAST_ZOOM + 1):
        drawn = for_zoom(shapes, zoom)
        assert shapely.is_valid(drawn).all()
        assert not shapely.is_empty(drawn).any()
        assert shapely.hausdorff_distance(drawn[0], round_one) <= pixel(zoom)
    assert shapely.get_num_coordinates(for_zoom(shapes, 4))[0] < 40
    assert round_one.equals_exact(shapes[0], 0)


# two parts that share ground, far smaller than a pixel: what degrees can make of a valid shape
CROSSED = shapely.MultiPolygon(
    [
        shapely.box(-70, -12, -70 + 2e-7, -12 + 2e-7),
        shapely.box(-70 + 1e-7, -12, -69.9999, -12 + 2e-7),
    ]
)


def test_a_river_stays_a_line_however_short_its_arms_are() -> None:
    loop = [(-70, -12), (-70 + METRE, -12), (-70, -12 + METRE), (-70, -12)]
    river = shapely.MultiLineString([[(-70, -12), (-69, -11)], loop])
    for zoom in range(FIRST_ZOOM, LAST_ZOOM + 1):
        [drawn] = for_zoom(np.array([river], dtype=object), zoom)
        assert drawn.geom_type == "MultiLineString"
        assert drawn.is_valid


def test_on_the_grid_neighbours_still_meet_and_nothing_moves_by_a_pixel() -> None:
    land = shapely.Point(-70, -12).buffer(0.3, quad_segs=40)
    inside, beside = (
        land.intersection(shapely.box(-70, -13, -69, -11)),
        land.difference(shapely.box(-70, -13, -69, -11)),
    )
    shapes = np.array([land, inside, beside, *SMALL], dtype=object)
    drawn = on_grid(shapes, FIRST_SHAPES)
    assert (shapely.area(drawn) > 0).all()
    assert (shapely.hausdorff_distance(drawn, shapes) < pixel(FIRST_SHAPES)).all()
    corners = [{tuple(at) for at in shapely.get_coordinates(one)} for one in drawn[:3]]
    assert len(corners[1] & corners[2]) >= 2
    assert corners[1] | corners[2] >= corners[0]


def test_a_shape_that_crosses_itself_in_degrees_is_drawn_and_joined_with_others(
    frames: Callable[..., Any],
) -> None:
    holed = shapely.Polygon(
        [(0, 0), (2, 0), (2, 2), (0, 2)], [[(1, 1), (3, 1), (3, 3), (1, 3)]]
    )  # its hole lies outside
    tiny = shapely.transform(holed, lambda at: at * 1e-6 - 70)
    shapes = np.array([CROSSED, holed, tiny], dtype=object)
    assert not shapely.is_valid(shapes).any()
    for zoom in range(FIRST_ZOOM, LAST_ZOOM + 1):
        drawn = for_zoom(shapes, zoom)
        assert shapely.is_valid(drawn).all()
        assert not shapely.is_empty(drawn).any()
    made = frames([], names=["A", "B", "C"])
    lands = made.territories.set_geometry(shapes, crs="EPSG:4326")
    outlines = lands.iloc[:0][["name", "geometry"]]
    assert len(layers.territories(lands, outlines)[FIRST_ZOOM])


def test_a_release_without_rows_still_has_an_archive(
    decoded: Callable[[Path], Any], tmp_path: Path, frames: Callable[..., Any]
) -> None:
    layers = frames([]).layers()
    nothing = [(name, first, last, frame.iloc[:0]) for name, first, last, frame in layers]
    archive(nothing, tmp_path / "a.pmtiles")
    assert decoded(tmp_path / "a.pmtiles") == {}
    archive(layers, tmp_path / "b.pmtiles")
    assert {name for tile in decoded(tmp_path / "b.pmtiles").values() for name in tile} == {
        "territories"
    }
