"""A territory's bundle holds the territories that lie on it or beside it: an opponent asks first."""

from geo.evidence.choice import choose
from geo.evidence.chosen import By
from geo.release import read
from geo.release.read import Release


def test_every_territory_that_lies_on_the_one_asked_for_comes_with_it(release: Release) -> None:
    whole = read.between(release)
    assert len(whole)
    for key in sorted({*whole["territory_key"], *whole["other_key"]}):
        chosen = choose(release, By.TERRITORY, key)
        mine = whole.loc[
            whole["territory_key"].isin(chosen.subjects) | whole["other_key"].isin(chosen.subjects)
        ]
        pairs = set(zip(chosen.between["territory_key"], chosen.between["other_key"], strict=True))
        wanted = set(zip(mine["territory_key"], mine["other_key"], strict=True))
        assert wanted <= pairs
        assert {one for pair in wanted for one in pair} <= set(chosen.territories["key"])
