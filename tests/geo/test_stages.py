"""A stage that does not hold what it promises cannot be made."""

from dataclasses import fields

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.errors import RowsLost, StageBroken
from geo.schema.columns import OVERLAPS, of_noun
from geo.stages import Fact, Incidents, Layer, Ledger, Overlaps, deeds, no_deeds, typed
from geo.terms import Deed, Noun

HASH = "0" * 64
SQUARE = box(-70.01, -12.01, -70.0, -12.0)


def frame(*keys: str | None, shape: BaseGeometry = SQUARE) -> gpd.GeoDataFrame:
    rows = gpd.GeoDataFrame({"key": keys}, geometry=[shape] * len(keys), crs="EPSG:4326")
    return typed(rows, of_noun(Noun.CONCESSION))


def excluded(*rows: int) -> pd.DataFrame:
    return deeds(Deed.EXCLUDED, "shapes", pd.Series(rows), snapshot=HASH, reason="No tiene forma.")


def layer(rows_in: int, *keys: str, gone: tuple[int, ...] = ()) -> Layer:
    done = excluded(*gone) if gone else no_deeds()
    return Layer(Noun.CONCESSION, frame(*keys), Ledger(rows_in, done))


def test_a_right_cannot_vanish_without_a_line_in_the_ledger() -> None:
    assert len(layer(3, "a:1", "a:2", gone=(2,)).frame) == 2
    with pytest.raises(RowsLost):
        layer(4, "a:1", "a:2", gone=(2,))  # one of four is neither here nor excluded


def test_a_right_cannot_appear_from_nowhere() -> None:
    with pytest.raises(RowsLost):
        layer(2, "a:1", "a:2", gone=(2,))


def test_layers_put_together_still_account_for_every_row() -> None:
    both = Layer.together(
        Noun.CONCESSION, [layer(3, "a:1", "a:2", gone=(2,)), layer(2, "b:1", gone=(0,))]
    )
    assert both.frame["key"].tolist() == ["a:1", "a:2", "b:1"]
    assert (both.ledger.rows_in, both.ledger.excluded) == (5, 2)


def test_a_row_is_not_excluded_twice_to_make_the_sum_come_out() -> None:
    with pytest.raises(StageBroken):
        Ledger(3, excluded(2, 2))


@pytest.mark.parametrize("keys", [("a:1", "a:1"), ("a:1", None)])
def test_two_rights_under_one_key_or_none_are_refused(keys: tuple[str | None, ...]) -> None:
    with pytest.raises(StageBroken):
        Layer(Noun.CONCESSION, frame(*keys), Ledger(2, no_deeds()))


@pytest.mark.parametrize("shape", [Point(-70, -12), Polygon(), None])
def test_what_has_no_area_does_not_reach_the_overlay(shape: BaseGeometry | None) -> None:
    with pytest.raises(StageBroken):
        Layer(Noun.CONCESSION, frame("a:1", shape=shape), Ledger(1, no_deeds()))


@pytest.mark.parametrize(
    ("low", "mid", "high", "holds"),
    [
        (1.0, 2.0, 3.0, True),
        (2.0, 2.0, 2.0, True),
        (None, 2.0, None, True),
        (2.1, 2.0, 3.0, False),
        (1.0, 2.0, 1.9, False),
    ],
)
def test_no_overlap_is_published_outside_its_own_interval(
    low: float | None, mid: float, high: float | None, holds: bool
) -> None:
    pair = gpd.GeoDataFrame(
        {
            "concession_key": ["a:1"],
            "territory_key": ["t:1"],
            "area_min_ha": [low],
            "area_ha": [mid],
            "area_max_ha": [high],
        },
        geometry=[SQUARE],
        crs="EPSG:4326",
    )
    if holds:
        Overlaps(typed(pair, OVERLAPS))
        return
    with pytest.raises(StageBroken):
        Overlaps(typed(pair, OVERLAPS))


def test_a_pair_is_not_counted_twice() -> None:
    pair = {"concession_key": ["a:1"] * 2, "territory_key": ["t:1"] * 2}
    twice = gpd.GeoDataFrame(pair, geometry=[SQUARE] * 2, crs="EPSG:4326")
    with pytest.raises(StageBroken):
        Overlaps(typed(twice, OVERLAPS))


def test_an_incident_is_not_counted_twice_in_public() -> None:
    fact = Fact("i1", ("s1",), ("c1",), "010101", 2020, "2026-Q1")
    assert len(Incidents((fact,)).facts) == 1
    with pytest.raises(StageBroken):
        Incidents((fact, fact))


def test_what_may_be_counted_has_no_room_for_a_name_a_story_or_a_finer_place() -> None:
    assert [one.name for one in fields(Fact)] == [
        "incident",
        "subjects",
        "communities",
        "place",
        "year",
        "accepted_in",
        "kinds",
        "groups",
        "women",
        "measures",
        "granted",
    ]
