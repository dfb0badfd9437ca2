"""Delays: days are counted where they are known, and nothing is guessed where they are not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.register import delays
from geo.register.dossier import Dossier
from geo.register.lists import Noun
from geo.register.nouns import Event, Intervention, Step
from geo.register.store import Kept

TODAY = "2026-05-04"


def _kept(noun: Noun, row: str, content: Any) -> Kept[Any]:
    return Kept(noun, row, 1, "e", TODAY, content)


def _dossier(*asked: Intervention, **event: Any) -> Dossier:
    rows = tuple(_kept(Noun.INTERVENTION, f"i{n}", one) for n, one in enumerate(asked))
    return Dossier(_kept(Noun.EVENT, "e", Event(**event)), interventions=rows)


def _asked(requested: str = "", answered: str = "", *steps: Step) -> Intervention:
    return Intervention("garantias", requested_on=requested, answered_on=answered, steps=steps)


@pytest.mark.parametrize(
    ("asked", "answered", "days"),
    [
        (_asked("2026-01-01", "2026-01-31"), True, (30, 30)),
        (_asked("2026-01-01", "2026-01-01"), True, (0, 0)),
        (_asked("2026-01", "2026-03-01"), True, (29, 59)),
        (_asked("2025", "2026"), True, (1, 729)),
        (_asked("2026-04-04"), False, (30, 30)),
        (_asked("2026-04"), False, (4, 33)),
        (_asked(""), False, (None, None)),
        (_asked("", "2026-01-31"), True, (None, None)),
        # the steps say it where the fields do not, and the first answer is the answer
        (
            _asked(
                *("", ""),
                Step("requested", "2026-01-01"),
                Step("assessed", "2026-01-05"),
                Step("denied", "2026-01-11"),
                Step("granted", "2026-04-01"),
            ),
            True,
            (10, 10),
        ),
        # answered, nobody wrote when: that is unknown, and it is not «not answered»
        (_asked("2026-01-01", "", Step("granted")), True, (None, None)),
        # the same month: it may be the same day, never less
        (_asked("2026-01-15", "2026-01"), True, (0, 16)),
    ],
)
def test_the_days_of_one_request(
    asked: Intervention, answered: bool, days: tuple[int | None, int | None]
) -> None:
    (one,) = delays.of(_dossier(asked), TODAY)
    assert (one.answered, (one.min_days, one.max_days)) == (answered, days)


def test_a_median_is_made_of_exact_answers_only() -> None:
    asked = [
        _asked("2026-01-01", "2026-01-11"),
        _asked("2026-01-01", "2026-01-21"),
        _asked("2026-01", "2026-03"),
        _asked("2026-04-24"),
        _asked("2026-05-01"),
        _asked(""),
    ]
    found = delays.by_measure(delays.of(_dossier(*asked), TODAY))["garantias"]
    assert (found.answered, found.open, found.unknown) == (3, 3, 1)
    assert (found.exact, found.median_days, found.longest_open_days) == (2, 15.0, 10)


def test_without_an_exact_answer_there_is_no_median() -> None:
    found = delays.by_measure(delays.of(_dossier(_asked("2025", "2026")), TODAY))["garantias"]
    assert (found.median_days, found.longest_open_days) == (None, None)
    assert delays.by_measure([]) == {}


def test_a_case_of_justice_alone_is_no_measure_that_waits() -> None:
    case = Intervention(case_number="1", case_steps=(Step("complaint", "2020"),))
    assert delays.of(_dossier(case), TODAY) == ()


_DATES = st.sampled_from(["", "2024", "2025-02", "2025-02-28", "2026-01-01", "2026-04"])


@given(_DATES, _DATES)
def test_an_interval_of_days_is_never_upside_down_nor_below_zero(first: str, then: str) -> None:
    for one in delays.of(_dossier(_asked(first, then)), TODAY):
        assert (one.min_days is None) == (one.max_days is None)
        if one.min_days is not None and one.max_days is not None:
            assert 0 <= one.min_days <= one.max_days
