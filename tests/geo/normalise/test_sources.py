from collections.abc import Mapping
from dataclasses import replace

import pytest

from geo.country import Country
from geo.declared import Example, Source
from geo.normalise.examples import check
from geo.schema.columns import of_noun

WORKING = {"zone", "area_unit", "native_id"}


def test_every_source_proves_itself_by_its_own_examples(
    sources: Mapping[str, Source], country: Country
) -> None:
    assert {name: check(source, country) for name, source in sources.items()} == {
        name: [] for name in sources
    }


def test_every_real_source_says_what_it_is_and_how_sure_its_place_is(
    sources: Mapping[str, Source],
) -> None:
    for source in sources.values():
        if not source.illustrative:
            # what people bring has no form of its own by which to know it
            assert source.signature or source.way.protocol == "hand", source.id
            assert len(source.examples) >= 2, source.id
            assert source.place.why, source.id
            assert source.rights.licence, source.id
            assert source.rights.notice, source.id
            assert source.rights.notice_en, source.id
            assert source.title_en, source.id


def test_no_source_maps_a_column_that_no_layer_has(sources: Mapping[str, Source]) -> None:
    for source in sources.values():
        ours = {column.name for column in of_noun(source.noun)} | WORKING
        assert set(source.fields) | set(source.constants) <= ours, source.id


def test_an_example_that_does_not_hold_is_told(mining: Source, country: Country) -> None:
    given = {"CODIGOU": "010000116", "FEC_DENU": "2016-01-04"}
    wrong = Example(given=given, becomes={"filed_on": "2016-01-05"})
    told = check(replace(mining, examples=(wrong,)), country)
    assert len(told) == 1
    assert "filed_on" in told[0]


@pytest.mark.parametrize("name", ["acp_titu", "NOMREL"])
def test_fields_that_hold_people_s_names_are_never_mapped(
    sources: Mapping[str, Source], name: str
) -> None:
    for source in sources.values():
        mapped = {
            field
            for names in source.fields.values()
            for field in ((names,) if isinstance(names, str) else names)
        }
        assert name not in mapped, source.id
