"""Which of its inputs a tier hands on whole, and which of their rows."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.release import inputs, tiers
from geo.release.content import Content
from geo.schema.columns import of_noun
from geo.terms import Tier

LAND = "com"


def taken(content: Content, tier: Tier) -> inputs.Inputs:
    layers = (content.concessions, content.territories)
    shown = {one.noun: tiers.for_tier(one.frame, tier, of_noun(one.noun)) for one in layers}
    return inputs.for_tier(content, tier, shown)


def of_land(made: inputs.Inputs) -> dict[str, Any]:
    return next(one for one in made.captures if one["source_id"] == LAND)


@pytest.fixture
def open_land(content: Content) -> Content:
    """The same content, whose territories come from a file that may be handed on whole."""

    def free(source: Any) -> Any:
        if source.id != LAND:
            return source
        rights = replace(source.rights, licence="CC BY", redistribute=True, names_people=False)
        return replace(source, rights=rights, way=replace(source.way, address="a place"))

    rows = content.territories.frame.assign(tier="public")
    return replace(
        content,
        sources=tuple(free(one) for one in content.sources),
        territories=replace(content.territories, frame=rows),
    )


def with_land(content: Content, **changed: Any) -> Content:
    rights, land = content.opened
    return replace(content, opened=(rights, replace(land, **changed)))


def test_a_file_that_may_go_out_whole_goes_out(open_land: Content) -> None:
    said = of_land(taken(open_land, Tier.PUBLIC))
    assert said["file"]
    assert said["why_not"] is None


def test_a_file_with_another_layer_that_nobody_looked_at_stays_in(open_land: Content) -> None:
    several = with_land(open_land, layers=2)
    assert of_land(taken(several, Tier.PUBLIC))["file"] is None
    assert "otras capas" in of_land(taken(several, Tier.PUBLIC))["why_not"]
    assert of_land(taken(several, Tier.RESTRICTED))["file"]


def test_bytes_imported_twice_stay_in_where_either_import_may_not_go_out(
    open_land: Content,
) -> None:
    land = open_land.opened[1]
    assert land.raw is not None
    filtered = replace(land.made, where="NOMBRE = 'X'")
    twice = replace(
        open_land,
        inputs=(*open_land.inputs, filtered),
        opened=(*open_land.opened, replace(land, made=filtered)),
    )
    both = [one for one in taken(twice, Tier.PUBLIC).captures if one["source_id"] == LAND]
    assert [one["file"] for one in both] == [None, None]
    assert all(one["why_not"] for one in both)


def test_what_a_reader_noted_of_a_file_is_not_told_below_restricted(open_land: Content) -> None:
    land = open_land.opened[1]
    assert land.raw is not None
    noted = with_land(open_land, raw=replace(land.raw, notes=("El campo de ALGUIEN está vacío.",)))
    for tier in (Tier.PUBLIC, Tier.PARTNER):
        assert of_land(taken(noted, tier))["raw"]["notes"] == ["(texto reservado)"]
    assert "ALGUIEN" in of_land(taken(noted, Tier.RESTRICTED))["raw"]["notes"][0]


def test_of_a_file_with_a_row_above_the_tier_only_shown_rows_are_received(
    open_land: Content,
) -> None:
    """A row that normalising left out may be as private as its neighbour."""
    land = open_land.opened[1]
    assert land.raw is not None
    extra = gpd.GeoDataFrame(
        {"CODIGO": ["X-9"], "NOMBRE": ["nadie sabe"]},
        geometry=[shapely.Point(-70, -12)],
        index=pd.Index([len(land.raw.frame) + 5]),
    )
    whole = gpd.GeoDataFrame(pd.concat([land.raw.frame, extra]))
    more = with_land(open_land, raw=replace(land.raw, frame=whole))

    def received(content: Content) -> str:
        rows = taken(content, Tier.PUBLIC).received
        return " ".join(rows["fields"])

    assert "X-9" in received(more)
    rows = more.territories.frame
    one = rows["key"].eq(land.keys.iloc[0]).fillna(False)
    mixed = rows.assign(tier=rows["tier"].mask(one, "restricted"))
    hidden = replace(more, territories=replace(more.territories, frame=mixed))
    assert "X-9" not in received(hidden)
    assert rows.loc[one, "native_id"].iloc[0] not in received(hidden)
