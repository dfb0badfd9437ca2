"""Partial dates, as texts: 2011, 2011-06, 2011-06-30. The precision is in the text.

A date of which only the year is known is the whole year: `before` answers yes when the
last day of one is before the first day of the other, no when that cannot be, and unknown
when the precision does not tell.
"""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NewType

import numpy as np
import pandas as pd

from geo.answers import type_of_answers
from geo.errors import DateUnreadable

PartialDate = NewType("PartialDate", str)

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")  # \d takes any script's
_PRECISION = {4: "year", 7: "month", 10: "day"}
_BEGINNING = date(1970, 1, 1)
_NOTHING = 0  # stands where there is no date, and is taken out


def parse(text: str) -> PartialDate:
    """A text that already is a partial date, checked against the calendar.

    Raises DateUnreadable for anything else, also for the 30th of February.
    """
    found = _FORM.match(text)
    if found:
        year, month, day = (int(part) if part else 1 for part in found.groups())
        try:
            date(year, month, day)
        except ValueError:
            pass
        else:
            return PartialDate(text)
    raise DateUnreadable(
        f"«{text}» no es una fecha: escriba año, año-mes o año-mes-día, por ejemplo 2011-06-30."
    )


def span(text: str) -> tuple[date, date]:
    """The first and the last day that a partial date may be. Raises DateUnreadable."""
    year, month, day = (*(int(part) for part in parse(text).split("-")), 0, 0)[:3]
    first = date(year, month or 1, day or 1)
    if day:
        return first, first
    if year == date.max.year and month in (0, 12):
        return first, date.max
    following = date(year + month // 12, month % 12 + 1, 1) if month else date(year + 1, 1, 1)
    return first, following - timedelta(days=1)


def precision(texts: pd.Series) -> pd.Series:
    """`day`, `month` or `year` for each partial date; missing where there is none."""
    lengths = texts.astype("string").str.len()
    return lengths.map(_PRECISION, na_action="ignore").astype("string")


def first_day(texts: pd.Series) -> pd.Series:
    """The first day that each partial date may be, as days since 1970 (Int64)."""
    return _day(texts, last=False)


def last_day(texts: pd.Series) -> pd.Series:
    """The last day that each partial date may be, as days since 1970 (Int64)."""
    return _day(texts, last=True)


def before(a: pd.Series | str, b: pd.Series | str) -> pd.Series:
    """Whether `a` is certainly before `b`, certainly not, or unknown.

    At least one side is a column; a missing date or a precision too coarse is unknown.
    """
    left, right = _columns(a, b)
    answers = pd.Series(pd.NA, index=left.index, dtype=type_of_answers)
    yes = (last_day(left) < first_day(right)).fillna(False).astype(bool)
    no = (first_day(left) >= last_day(right)).fillna(False).astype(bool)
    return answers.mask(yes, True).mask(no, False)


def same_day(a: pd.Series | str, b: pd.Series | str) -> pd.Series:
    """Whether both are certainly the same day, certainly not, or unknown."""
    left, right = _columns(a, b)
    exact = (first_day(left) == last_day(left)) & (first_day(right) == last_day(right))
    same = exact & (first_day(left) == first_day(right))
    apart = (last_day(left) < first_day(right)) | (last_day(right) < first_day(left))
    answers = pd.Series(pd.NA, index=left.index, dtype=type_of_answers)
    return answers.mask(same.fillna(False).astype(bool), True).mask(
        apart.fillna(False).astype(bool), False
    )


def from_year_month_day(year: pd.Series, month: pd.Series, day: pd.Series) -> pd.Series:
    """Whole dates from their numbers, as texts."""
    return (
        year.astype("string").str.zfill(4)
        + "-"
        + month.astype("string").str.zfill(2)
        + "-"
        + day.astype("string").str.zfill(2)
    )


def _columns(a: pd.Series | str, b: pd.Series | str) -> tuple[pd.Series, pd.Series]:
    if isinstance(a, pd.Series):
        return a, b if isinstance(b, pd.Series) else pd.Series(b, index=a.index, dtype="string")
    if isinstance(b, pd.Series):
        return pd.Series(a, index=b.index, dtype="string"), b
    raise TypeError("before() compares columns; parse() and < compare two texts")


def _day(texts: pd.Series, *, last: bool) -> pd.Series:
    listed = texts.astype("string").to_numpy(dtype=object, na_value="")
    days = [_days(one)[last] if one else _NOTHING for one in listed]
    found = pd.array(np.array(days, dtype="int64"), dtype="Int64")
    found[listed == ""] = pd.NA
    return pd.Series(found, index=texts.index)


@lru_cache(maxsize=65_536)  # dates repeat: each different text is read once
def _days(text: str) -> tuple[int, int]:
    first, last = span(text)
    return (first - _BEGINNING).days, (last - _BEGINNING).days
