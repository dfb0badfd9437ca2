"""Shares of a whole, where pieces lie on each other."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from geo.analysis.between import between
from geo.analysis.overlay import overlaps
from geo.analysis.shares import ALL, COLUMNS, threeway, union_ha, unions
from geo.release.summary import summary_json
from geo.stages import Layer, Overlaps

Make = Callable[..., Layer]

UTM = "EPSG:32719"


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """In kilometres from a corner of zone 19."""
    corners = np.array([west, south, east, north]) * 1000 + (480_000, 8_600_000) * 2
    return shapely.box(*corners)


def of(table: pd.DataFrame, **asked: str) -> pd.Series:
    for name, value in asked.items():
        table = table[table[name].eq(value).fillna(False)]
    assert len(table) == 1, asked
    return table.iloc[0]


@pytest.fixture
def mine(rights: Make) -> Layer:
    return rights(
        [box(0, 0, 2, 1), box(1, 0, 3, 1), box(0, 0, 1, 1), box(9, 9, 10, 10)],
        UTM,
        kind=["mining", "mining", "logging", "mining"],
        status=["titled", "application", None, "titled"],
    )


@pytest.fixture
def theirs(lands: Make) -> Layer:
    """4 km² twice, once titled and once claimed."""
    return lands([box(0, 0, 4, 1), box(0, 0, 4, 1)], UTM, tenure=["titled", "claimed"])


def summary(found: Overlaps) -> dict:
    return summary_json(found.frame, {}, area_ha_union=union_ha(found))


def test_land_under_two_rights_is_counted_once(mine: Layer, theirs: Layer) -> None:
    found = overlaps(mine, theirs)
    table = unions(found, mine, theirs)
    everything = of(table, territory_key="t:000", kind=ALL, status=ALL)
    assert everything["area_ha"] == pytest.approx(300)  # the sum of pairs is 500
    assert everything["share"] == pytest.approx(0.75, abs=1e-6)
    assert everything["pairs"] == 3
    for kind, status, hectares in (
        ("mining", ALL, 300),
        ("mining", "titled", 200),
        ("logging", "unknown", 100),
    ):
        row = of(table, territory_key="t:000", kind=kind, status=status)
        assert row["area_ha"] == pytest.approx(hectares)
    assert of(table, territory_key="t:000", kind=ALL, status="titled")["share"] == pytest.approx(
        0.5, abs=1e-6
    )
    assert list(table.columns) == list(COLUMNS)


def test_a_right_on_a_territory_that_stands_twice_is_not_twice_covered(
    mine: Layer, theirs: Layer
) -> None:
    table = unions(overlaps(mine, theirs), mine, theirs)
    assert of(table, concession_key="c:000", tenure=ALL)["share"] == pytest.approx(1.0)
    assert of(table, concession_key="c:000", tenure="titled")["area_ha"] == pytest.approx(200)
    assert of(table, concession_key="c:000", tenure=ALL)["pairs"] == 2
    assert not table["concession_key"].eq("c:003").any()


def test_the_summary_counts_land_once_and_neighbours_apart(
    rights: Make, mine: Layer, theirs: Layer
) -> None:
    said = summary(overlaps(mine, theirs))
    assert (said["pairs"], said["adjacent"]) == (6, 0)
    assert said["area_ha_sum"] == pytest.approx(1000)
    assert said["area_ha_union"] == pytest.approx(300)
    beside = summary(overlaps(rights([box(4, 0, 5, 1)], UTM), theirs))
    assert (beside["pairs"], beside["adjacent"], beside["area_ha_union"]) == (0, 2, 0)


def test_land_under_rights_of_two_zones_is_counted_once(rights: Make, lands: Make) -> None:
    """One square kilometre, filed in zone 19 and again, as it lies, in zone 18."""
    shape = shapely.box(170_000, 8_600_000, 171_000, 8_601_000)
    here = rights([shape], UTM, native_id=["a"])
    there = rights(
        list(here.frame.geometry.array), "EPSG:4326", plane="EPSG:32718", native_id=["b"]
    )
    land = lands([shape], UTM)
    found = overlaps(Layer.together(here.noun, [here, there]), land)
    assert found.frame["zone"].tolist() == ["19S", "18S"]
    assert union_ha(found) == pytest.approx(100, rel=5e-3)
    table = unions(found, Layer.together(here.noun, [here, there]), land)
    assert of(table, territory_key="t:000", kind=ALL, status=ALL)["share"] == pytest.approx(
        1.0, abs=1e-4
    )


def test_nothing_shared_gives_empty_tables_with_their_columns(rights: Make, lands: Make) -> None:
    mine, land = rights([box(0, 0, 1, 1)], UTM), lands([box(5, 5, 6, 6)], UTM)
    found = overlaps(mine, land)
    assert unions(found, mine, land).empty
    assert list(unions(found, mine, land).columns) == list(COLUMNS)
    assert summary(found)["area_ha_union"] == 0
    assert threeway(found, mine).empty
    assert between(land).empty


def test_mining_on_logging_is_told_only_where_they_share_land_of_the_territory(
    rights: Make, lands: Make
) -> None:
    mine = rights(
        [box(0, 0, 2, 1), box(1, 0, 3, 1), box(3, 0, 4, 1), box(5, 0, 6, 1), box(5, 0, 6, 1)],
        UTM,
        kind=["mining", "logging", "logging", "mining", None],
    )
    found = overlaps(mine, lands([box(0, 0, 8, 1)], UTM))
    answer = threeway(found, mine)
    by_key = dict(zip(found.frame["concession_key"], answer, strict=True))
    sure = {key: bool(said) for key, said in by_key.items() if not pd.isna(said)}
    assert sure == {"c:000": True, "c:001": True, "c:002": False}
    assert set(by_key) - set(sure) == {"c:003", "c:004"}


def test_rights_that_meet_outside_the_territory_are_not_threefold(
    rights: Make, lands: Make
) -> None:
    mine = rights([box(0, 0, 2, 2), box(1, 1, 3, 3)], UTM, kind=["mining", "logging"])
    land = lands([box(0, 0, 3, 1.5).difference(box(0.9, 0.9, 2.1, 3))], UTM)
    answer = threeway(overlaps(mine, land), mine)
    assert answer.tolist() == [False, False]


def test_two_titles_on_each_other_are_told_once_and_parts_of_one_are_not(lands: Make) -> None:
    land = lands(
        [box(0, 0, 2, 1), box(1, 0, 3, 1), box(0, 0, 1, 1), box(0, 0, 9, 9), box(3, 0, 4, 1)],
        UTM,
        tenure=["titled", "titled", "use-cession", "unknown", "titled"],
        group=["one", "two", "one", "three", "four"],
    )
    table = between(land)
    assert table[["territory_key", "other_key"]].to_numpy().tolist() == [["t:000", "t:001"]]
    assert table["area_ha"].tolist() == pytest.approx([100])
    assert table["zone"].tolist() == ["19S"]


@settings(max_examples=25)
@given(
    corners=some.lists(
        some.tuples(some.integers(0, 6), some.integers(0, 6), some.integers(1, 4)),
        min_size=1,
        max_size=8,
    )
)
def test_a_union_lies_between_the_largest_pair_and_the_sum_of_pairs(
    rights: Make, lands: Make, corners: list[tuple[int, int, int]]
) -> None:
    mine = rights([box(x, y, x + side, y + side) for x, y, side in corners], UTM)
    land = lands([box(2, 2, 5, 5)], UTM)
    found = overlaps(mine, land)
    pairs = found.frame["area_ha"].astype(float)
    if summary(found)["pairs"] == 0:
        assert union_ha(found) == 0
        return
    table = unions(found, mine, land)
    whole = of(table, territory_key="t:000", kind=ALL, status=ALL)
    assert whole["area_ha"] == pytest.approx(union_ha(found), abs=1e-6)
    assert pairs.max() - 1e-6 <= whole["area_ha"] <= min(pairs.sum(), 900) + 1e-6
    assert 0 < whole["share"] <= 1
    cells = {
        (a, b)
        for x, y, side in corners
        for a in range(max(x, 2), min(x + side, 5))
        for b in range(max(y, 2), min(y + side, 5))
    }
    assert whole["area_ha"] == pytest.approx(100 * len(cells), abs=1e-5)
