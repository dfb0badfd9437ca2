"""A territory's bundle holds the territories that lie on it: an opponent asks for them first."""

import pandas as pd
import pytest

from geo.evidence.choice import choose
from geo.evidence.chosen import By
from geo.release import read
from geo.release.read import Release


@pytest.mark.parametrize("turned", [False, True])
def test_a_territory_that_lies_on_the_one_asked_for_comes_with_it(
    release: Release, monkeypatch: pytest.MonkeyPatch, turned: bool
) -> None:
    alone = choose(release, By.TERRITORY, "R-001")
    (mine,) = alone.subjects
    lands = read.territories(release)["key"]
    other = next(key for key in lands if key not in set(alone.territories["key"]))
    sides = {"territory_key": other, "other_key": mine}
    row = dict(zip(sides, reversed(sides.values()), strict=True)) if turned else sides
    pairs = pd.DataFrame([row], columns=read.between(release).columns)
    monkeypatch.setattr(read, "between", lambda _release: pairs)
    chosen = choose(release, By.TERRITORY, "R-001")
    assert other in set(chosen.territories["key"])
    assert len(chosen.between) == 1
