"""The state goes into a sealed row and comes back, or is refused whole."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import RegisterDamaged, StageBroken
from geo.places import Places
from geo.release.privacy.state import EMPTY, Box, State, Wait, as_member, from_json, to_json
from geo.stages import Fact
from geo.terms import PlaceLevel


@given(seed=st.integers(0, 1_000))
def test_what_was_sealed_comes_back(
    seed: int, history: Callable[[int], Any], play: Callable[..., Any], places: Places
) -> None:
    for issue in play(history(seed)[:10], places).issues:
        assert from_json(json.loads(json.dumps(to_json(issue.state)))) == issue.state


def _changed(**said: Any) -> dict[str, Any]:
    return {**to_json(EMPTY), **said}


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"form": 1},
        _changed(form=2),
        _changed(extra=1),
        {key: value for key, value in to_json(EMPTY).items() if key != "waiting"},
        _changed(closed_to="2026"),
        _changed(last="3"),
        _changed(last=True),
        _changed(boxes=[{"number": 1}]),
        _changed(counted=4),
        _changed(waiting=[{"incident": "a", "level": "house", "since": "2026-Q1", "fresh": True}]),
        _changed(waiting=[{"incident": "a", "level": "district", "since": "", "fresh": "yes"}]),
    ],
)
def test_what_is_not_a_state_is_refused_whole(said: Any) -> None:
    with pytest.raises(RegisterDamaged):
        from_json(said)


def test_no_fact_is_in_two_places(fact: Callable[..., Fact]) -> None:
    box = Box(1, PlaceLevel.DISTRICT, "010101", (as_member(fact(1), fresh=True),))
    State(last=1, boxes=(box,))
    with pytest.raises(StageBroken):
        State(last=2, boxes=(box, Box(2, box.level, box.place, box.members)))
    wait = Wait("f001", PlaceLevel.DISTRICT, "2026-Q1", fresh=True)
    with pytest.raises(StageBroken):
        State(last=1, boxes=(box,), waiting=(wait,))
    with pytest.raises(StageBroken):
        State(boxes=(box,))
