"""From afar rights are counted, and the counts add up to what there is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.release.tiles import cells
from geo.release.tiles.write import archive

ZOOMS = range(cells.FIRST_ZOOM, cells.LAST_ZOOM + 1)


def box(x: float, y: float, side: float = 0.002) -> shapely.Polygon:
    return shapely.box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)


def test_three_rights_are_where_paper_puts_them(frames: Callable[..., Any]) -> None:
    """At zoom 7 a square is a tile of zoom 11, of which 2048 stand side by side.

    Longitude -70: 110 / 360 · 2048 = 625.8, column 625; -70.5: 109.5 / 360 · 2048 = 622.9,
    column 622. Latitude -12: (1/2 + asinh(tan 12°) / 2π) · 2048 = 1092.8, row 1092. At each zoom
    before, half of that: 312 and 311, 156 and 155, 78 and 77; rows 546, 273, 136.
    """
    made = frames(
        [box(-70, -12), box(-70.001, -12), box(-70.5, -12)], [2, 0, 1], [10.5, None, 5.25]
    )
    found = cells.counted(made.concessions, made.facets)
    expected = {
        7: [(622, 1092), (625, 1092)],
        6: [(311, 546), (312, 546)],
        5: [(155, 273), (156, 273)],
        4: [(77, 136), (78, 136)],
    }
    for zoom, places in expected.items():
        told = found[zoom]
        assert list(zip(told["x"], told["y"], strict=True)) == places
        assert told["n"].tolist() == [1, 1]
        assert told["all"].tolist() == [1, 2]
        assert told["ha"].tolist() == [5.25, 10.5]
        assert told["unknown"].isna().all()


def test_a_square_lies_inside_the_tile_that_it_counts() -> None:
    west, south, east, north = cells.square(*cells.points(gpd.GeoSeries([box(-70, -12)]), 11), 11)[
        0
    ].bounds
    assert west < -70 < east
    assert south < -12 < north
    assert -70.1368 < west < -70.12
    assert -69.98 < east < -69.9609


def test_hectares_that_a_release_does_not_have_are_counted_as_unknown(
    frames: Callable[..., Any],
) -> None:
    made = frames([box(-70, -12), box(-70, -12)], [1, 1], [10.5, None])
    told = cells.counted(made.concessions, made.facets)[4]
    assert told["n"].tolist() == [2]
    assert told["ha"].tolist() == [10.5]
    assert told["unknown"].tolist() == [1]


@settings(max_examples=25, deadline=None)
@given(
    rights=st.lists(
        st.tuples(
            st.floats(-81.4, -68.6),
            st.floats(-18.4, 0.1),
            st.integers(0, 3),
            st.integers(0, 10**9).map(lambda number: number / 10_000),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_at_every_zoom_the_squares_add_up_to_the_release(
    frames: Callable[..., Any],
    rights: list[tuple[float, float, int, float]],
) -> None:
    pairs = [one[2] for one in rights]
    area = [one[3] if one[2] else None for one in rights]
    made = frames([box(x, y) for x, y, *_ in rights], pairs, area)
    for told in cells.counted(made.concessions, made.facets).values():
        assert told["all"].sum() == len(rights)
        assert told["n"].sum() == sum(n > 0 for n in pairs)
        assert told["ha"].sum() == pytest.approx(sum(one or 0 for one in area), abs=1e-4 * 30)


def test_what_the_tiles_draw_adds_up_to_the_release_too(
    frames: Callable[..., Any], decoded: Callable[[Path], Any], tmp_path: Path
) -> None:
    places = [(x / 7 - 80, y / 5 - 18) for x in range(0, 80, 3) for y in range(0, 90, 7)]
    made = frames([box(x, y) for x, y in places], [n % 2 for n in range(len(places))])
    archive(made.layers(), tmp_path / "a.pmtiles")
    tiles = decoded(tmp_path / "a.pmtiles")
    for zoom in ZOOMS:
        told = [
            one["properties"]
            for place, tile in tiles.items()
            if place[0] == zoom
            for one in tile.get("cells", [])
        ]
        squares = {(one["x"], one["y"]): one for one in told}
        assert all(squares[one["x"], one["y"]] == one for one in told)
        drawn = squares.values()
        assert sum(one["all"] for one in drawn) == len(places)
        assert sum(one["n"] for one in drawn) == len(places) // 2
        assert sum(one["ha"] for one in drawn) == len(places) // 2 * 10.0
    assert not any("cells" in tile for place, tile in tiles.items() if place[0] not in ZOOMS)
