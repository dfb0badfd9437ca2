"""Quarters as texts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DateUnreadable
from geo.release.privacy import quarters


def test_a_year_has_four() -> None:
    assert [*quarters.from_to("2025-Q3", "2026-Q2")] == ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    assert [*quarters.from_to("2026-Q2", "2026-Q1")] == []
    assert quarters.of(date(2026, 9, 30)) == "2026-Q3"
    assert quarters.of(date(2026, 10, 1)) == "2026-Q4"


def test_a_quarter_may_be_closed_when_it_is_over_and_not_on_its_last_day() -> None:
    assert quarters.last_ended(date(2026, 12, 31)) == "2026-Q3"
    assert quarters.last_ended(date(2027, 1, 1)) == "2026-Q4"


@given(st.integers(4, 39_999))
def test_a_number_and_its_name_are_one_thing(count: int) -> None:
    named = quarters.named(count)
    assert quarters.number(named) == count
    assert named < quarters.later(named) or count == 39_999
    assert quarters.later(quarters.later(named), -1) == named


@pytest.mark.parametrize("text", ["", "2026", "2026-Q0", "2026-Q5", "2026-3", "26-Q1", "2026-Q1\n"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(DateUnreadable):
        quarters.number(text)
