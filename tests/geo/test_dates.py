"""Partial dates: what is known is compared, what is not stays unknown."""

from calendar import monthrange
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import dates
from geo.errors import DateUnreadable


def answers(column: pd.Series) -> list[bool | None]:
    return [None if pd.isna(value) else bool(value) for value in column]


def texts(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="string")


def test_a_right_filed_on_the_day_the_convention_entered_into_force_is_not_before_it() -> None:
    filed = texts("1995-02-01", "1995-02-02", "1995-02-03")
    assert answers(dates.before(filed, "1995-02-02")) == [True, False, False]


def test_a_year_alone_is_not_pressed_into_a_day() -> None:
    filed = texts("1994", "1995", "1996", "1995-01", "1995-02", "1995-03")
    assert answers(dates.before(filed, "1995-02-02")) == [True, None, False, True, None, False]


def test_the_last_day_of_a_month_is_not_known_to_be_after_that_month() -> None:
    assert answers(dates.before(texts("2011-06", "2011"), texts("2011-06-30", "2011-12-31"))) == [
        None,
        None,
    ]
    assert answers(dates.before("2011-06-01", texts("2011-06"))) == [None]


def test_a_missing_date_never_answers_no() -> None:
    assert answers(dates.before(texts(None, ""), "1995-02-02")) == [None, None]
    assert answers(dates.same_day(texts(None, ""), "1995-02-02")) == [None, None]


def test_the_same_day_is_neither_before_nor_after() -> None:
    day = texts("1994-06-24")
    assert answers(dates.before(day, "1994-06-24")) == [False]
    assert answers(dates.before("1994-06-24", day)) == [False]
    assert answers(dates.same_day(day, "1994-06-24")) == [True]


def test_the_same_month_may_or_may_not_be_the_same_day() -> None:
    assert answers(dates.same_day(texts("1994-06", "1994-07", "1994"), "1994-06-24")) == [
        None,
        False,
        None,
    ]


def test_precision_is_read_off_the_text() -> None:
    assert list(dates.precision(texts("1994", "1994-06", "1994-06-24"))) == ["year", "month", "day"]


@pytest.mark.parametrize(
    "text", ["1994-02-30", "24/06/1994", "1994-6-1", "", "94", "1994-13", "١٩٩٤"]
)
def test_what_is_no_date_is_refused_with_the_form_to_use(text: str) -> None:
    with pytest.raises(DateUnreadable, match="2011-06-30"):
        dates.parse(text)


@pytest.mark.parametrize("text", ["ayer", "antes de 2011", "12011", "2011-02-30", "0000"])
def test_an_unreadable_date_in_a_column_is_not_passed_over(text: str) -> None:
    with pytest.raises(DateUnreadable):
        dates.before(texts("1994", text), "1995-02-02")


days = st.dates(min_value=date(1850, 1, 1), max_value=date(2100, 12, 31))
precisions = st.sampled_from([4, 7, 10])
partial = st.builds(lambda day, length: day.isoformat()[:length], days, precisions)


def span(text: str) -> tuple[date, date]:
    parts = [int(part) for part in text.split("-")]
    year = parts[0]
    first_month, last_month = (parts[1], parts[1]) if len(parts) > 1 else (1, 12)
    if len(parts) == 3:
        return date(*parts), date(*parts)
    return date(year, first_month, 1), date(year, last_month, monthrange(year, last_month)[1])


@given(st.lists(st.tuples(partial, partial), min_size=1, max_size=20))
def test_no_answer_is_given_that_another_reading_of_the_dates_would_contradict(
    pairs: list[tuple[str, str]],
) -> None:
    a, b = texts(*(pair[0] for pair in pairs)), texts(*(pair[1] for pair in pairs))
    for answer, (left, right) in zip(answers(dates.before(a, b)), pairs, strict=True):
        (left_first, left_last), (right_first, right_last) = span(left), span(right)
        every = left_last < right_first
        none = not (left_first < right_last)
        assert answer == (True if every else False if none else None)
