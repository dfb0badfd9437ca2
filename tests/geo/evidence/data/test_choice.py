"""What a bundle is about: the rows that were asked for, all of them, and no others."""

import geopandas as gpd
import pandas as pd
import pytest

from geo.errors import ChoiceUnknown
from geo.evidence.choice import choose
from geo.evidence.chosen import By, Outcome
from geo.release import read
from geo.release.read import Release

TRES_RIOS = ("demo-territories:T-001", "demo-territories:T-002")


def keys(frame: pd.DataFrame) -> set[str]:
    return set(frame["key"])


def pairs(frame: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(frame["concession_key"], frame["territory_key"], strict=True))


@pytest.mark.parametrize(
    "asked", ["T-001", "t-002", "demo-territories:T-002", " demo-territories:t-001 "]
)
def test_a_territory_in_two_parts_is_taken_whole_by_any_of_its_names(
    release: Release, asked: str
) -> None:
    chosen = choose(release, By.TERRITORY, asked)
    assert chosen.subjects == TRES_RIOS
    whole = read.overlaps(release)
    mine = whole.loc[whole["territory_key"].isin(TRES_RIOS)]
    assert pairs(chosen.overlaps) == pairs(mine)
    assert len(chosen.overlaps) == len(mine) == 44
    assert keys(chosen.territories) == set(TRES_RIOS)
    assert keys(chosen.concessions) == set(mine["concession_key"])
    assert pairs(chosen.flags) == pairs(mine)
    assert set(chosen.unions["territory_key"]) == set(TRES_RIOS)
    assert chosen.unions["concession_key"].isna().all()
    assert [one["id"] for one in chosen.cases] == ["tres-islas"]


def test_a_territory_is_found_by_its_group(release: Release) -> None:
    group = read.territories(release).set_index("key").loc[TRES_RIOS[0], "group"]
    assert choose(release, By.TERRITORY, [group]).subjects == TRES_RIOS


def test_a_case_gives_the_territories_that_it_names_here(release: Release) -> None:
    chosen = choose(release, By.CASE, "Tres-Islas")
    assert chosen.subjects == TRES_RIOS
    assert [one["id"] for one in chosen.cases] == ["tres-islas"]
    assert [one["id"] for one in chosen.judgments] == ["pe-00675-2017-0-2701"]
    assert {"cases/tres-islas.toml", "judgments/pe-00675-2017-0-2701.toml"} < set(chosen.declared)
    assert "cases/uchunya.toml" not in chosen.declared


def test_a_right_brings_what_it_overlaps_and_no_neighbour(release: Release) -> None:
    chosen = choose(release, By.CONCESSION, "009900180")
    assert chosen.subjects == ("demo-concessions:009900180",)
    assert keys(chosen.concessions) == set(chosen.subjects)
    assert keys(chosen.territories) == set(chosen.overlaps["territory_key"]) == {TRES_RIOS[0]}
    assert set(chosen.unions["concession_key"]) == set(chosen.subjects)
    assert {one["id"] for one in chosen.sources} >= {"demo-concessions", "demo-territories"}
    assert "demo-logging" not in {one["id"] for one in chosen.sources}
    assert "sources/demo-concessions.toml" in chosen.declared
    assert "sources/demo-logging.toml" not in chosen.declared
    assert {"countries/peru.toml", "rules/peru.toml"} < set(chosen.declared)


def test_a_right_without_overlaps_is_still_an_answer(release: Release) -> None:
    alone = read.concessions(release)
    alone = alone.loc[~alone["key"].isin(read.overlaps(release)["concession_key"]), "key"]
    assert len(alone) > 0
    chosen = choose(release, By.CONCESSION, str(alone.iloc[0]))
    assert keys(chosen.concessions) == set(chosen.subjects)
    assert len(chosen.overlaps) == len(chosen.territories) == len(chosen.flags) == 0
    assert isinstance(chosen.overlaps, gpd.GeoDataFrame)


def test_rows_stand_as_the_release_sorts_them(release: Release) -> None:
    chosen = choose(release, By.CODES, "ILU-00002 009900393 009900180")
    whole = read.concessions(release)
    assert list(chosen.concessions["key"]) == [
        key for key in whole["key"] if key in keys(chosen.concessions)
    ]
    assert chosen.concessions.index.tolist() == list(range(len(chosen.concessions)))
    assert chosen.subjects == (
        "demo-plots:ILU-00002",
        "demo-concessions:009900393",
        "demo-concessions:009900180",
    )


def test_every_row_here_comes_with_its_row_as_received(release: Release) -> None:
    chosen = choose(release, By.TERRITORY, "T-001")
    received = set(zip(chosen.received["snapshot"], chosen.received["row"], strict=True))
    for frame in (chosen.concessions, chosen.territories):
        assert set(zip(frame["snapshot"], frame["row"], strict=True)) <= received
    facts = chosen.received.loc[chosen.received["layer"].eq("")]
    assert len(facts) > 0
    about = facts["fields"].str.cat(sep="\n")
    assert "T-001" in about
    assert "C-001" not in about
    assert {one["sha256"] for one in chosen.captures} == set(chosen.received["snapshot"])


def test_a_repeated_code_brings_every_row_that_bears_it(troubled: Release) -> None:
    chosen = choose(troubled, By.CONCESSION, "demo-concessions:009900287")
    assert chosen.subjects == ("demo-concessions:009900287",)
    rights = read.concessions(troubled).set_index("key")
    rows = {(rights.loc[key, "snapshot"], rights.loc[key, "row"]) for key in rights.index}
    twins = {
        (rights.loc[key, "snapshot"], rights.loc[key, "row"])
        for key in ("demo-concessions:009900287", "demo-concessions:009900287~2")
    }
    received = set(zip(chosen.received["snapshot"], chosen.received["row"], strict=True))
    assert received & rows == twins


def test_a_code_of_two_sources_is_asked_back_or_all_are_taken(troubled: Release) -> None:
    with pytest.raises(ChoiceUnknown) as refused:
        choose(troubled, By.CONCESSION, "009900180")
    assert "demo-concessions:009900180, demo-plots:009900180" in str(refused.value)
    chosen = choose(troubled, By.CODES, "lista.txt", codes_text="009900180\n009900287\n1")
    assert [line.outcome for line in chosen.codes] == [
        Outcome.AMBIGUOUS,
        Outcome.AMBIGUOUS,
        Outcome.NOT_FOUND,
    ]
    assert set(chosen.subjects) == {
        "demo-concessions:009900180",
        "demo-plots:009900180",
        "demo-concessions:009900287",
        "demo-concessions:009900287~2",
    }
    assert keys(chosen.concessions) == set(chosen.subjects)


def test_what_is_not_there_is_refused_with_what_is_near(release: Release) -> None:
    def refusal(by: By, asked: str) -> str:
        with pytest.raises(ChoiceUnknown) as refused:
            choose(release, by, asked)
        assert str(refused.value).count(".") == str(refused.value).rstrip().endswith(".")
        return str(refused.value)

    assert "«T-001»" in refusal(By.TERRITORY, "T-0001")
    assert "«009900180»" in refusal(By.CONCESSION, "9900180")
    assert "«tres-islas»" in refusal(By.CASE, "tres islas")
    assert "no tiene ningún territorio" in refusal(By.CASE, "uchunya")
    assert "escriba un código" in refusal(By.TERRITORY, "  ")
    assert "…" in refusal(By.CONCESSION, "9" * 10_000)
    assert len(refusal(By.CONCESSION, "9" * 10_000)) < 200


def test_a_list_of_which_nothing_is_here_says_so(release: Release) -> None:
    with pytest.raises(ChoiceUnknown) as refused:
        choose(release, By.CODES, [f"{number}" for number in range(1, 8)])
    assert "Ninguno de los 7 códigos" in str(refused.value)
    assert "«1», «2», «3», «4», «5»…" in str(refused.value)


def test_a_blank_beside_an_id_takes_no_row_without_a_code(release: Release) -> None:
    with pytest.raises(ChoiceUnknown):
        choose(release, By.TERRITORY, ["T-001", ""])


def test_cutting_changes_no_release(release: Release) -> None:
    first = choose(release, By.TERRITORY, "T-001")
    first.overlaps["area_ha"] = 0.0
    assert choose(release, By.TERRITORY, "T-001").overlaps["area_ha"].sum() > 0
    assert read.overlaps(release)["area_ha"].gt(0).any()
