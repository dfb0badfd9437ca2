"""The real cadastre, a third of whose holders are people. Nothing of it is kept here."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd

from geo.normalise.holders import kinds
from geo.release import tiers
from geo.schema.columns import of_noun
from geo.stages import typed
from geo.terms import HolderKind, Noun, Tier

COLUMNS = of_noun(Noun.CONCESSION)


def test_no_person_of_the_real_cadastre_is_named_in_public(
    real_data: Callable[[str], Path],
) -> None:
    read = gpd.read_file(real_data("ingemmet_17s_raw_nocrs_20260310.geojson"))
    held = read["TIT_CONCES"].astype("string")
    whole = read.assign(
        key=read["CODIGOU"], name=read["CONCESION"], holder=held, holder_kind=kinds(held)
    ).assign(tier="public", row=range(len(read)), documents="Petitorio de " + held)
    rights = typed(whole, COLUMNS)
    shown = tiers.for_tier(rights, Tier.PUBLIC, COLUMNS)

    people = rights["holder_kind"].isin([HolderKind.NATURAL_PERSON.value])
    assert 3000 < people.sum() < 5000
    assert len(shown) == len(rights)
    assert set(shown.loc[people, "holder"]) == {tiers.PERSON}
    assert set(shown.loc[people, "documents"]) == {tiers.TEXT_WITHHELD}
    repeated = [
        tiers.repeats(name, holder)
        for name, holder in zip(shown.loc[people, "name"], held[people], strict=True)
    ]
    assert not any(repeated)
    assert 10 < shown["name"].eq(tiers.NAME_WITHHELD).sum() < 1000
    told = shown.drop(columns="geometry").to_csv()
    named = {holder for holder in held[people] if len(holder.split()) > 1}
    assert [holder for holder in named if holder in told] == []


def test_companies_of_the_real_cadastre_are_named_in_public(
    real_data: Callable[[str], Path],
) -> None:
    read = gpd.read_file(real_data("ingemmet_17s_raw_nocrs_20260310.geojson"))
    held = read["TIT_CONCES"].astype("string")
    whole = read.assign(key=read["CODIGOU"], holder=held, holder_kind=kinds(held), tier="public")
    shown = tiers.for_tier(typed(whole, COLUMNS), Tier.PUBLIC, COLUMNS)
    companies = shown["holder_kind"].isin([HolderKind.COMPANY.value])
    assert companies.any()
    assert shown.loc[companies, "holder"].equals(held[companies].rename("holder"))
