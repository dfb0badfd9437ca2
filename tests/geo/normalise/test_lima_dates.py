from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.dates import first_day
from geo.normalise.lima_dates import read

LIMA = "America/Lima"


def told(value: Any, dtype: Any = object) -> str | None:
    found = read(pd.Series([value], dtype=dtype), LIMA)[0]
    return None if pd.isna(found) else str(found)


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        (1451883600000, "2016-01-04"),  # 05:00 UTC is midnight in Lima
        ("1451883600000", "2016-01-04"),
        ("1451883600000.0", "2016-01-04"),
        (1451865600000, "2016-01-04"),  # midnight UTC: a day that was stored as a day
        ("Mon Jan 04 2016 00:00:00 GMT-0500 (hora estándar de Perú)", "2016-01-04"),
        ("Thu Nov 30 1899 00:00:00 GMT-0508 (hora estándar de Perú)", "1899-11-30"),
        ("Thu Feb 01 1990 00:00:00 GMT-0400 (hora de verano de Perú)", "1990-02-01"),
        ("2016-01-04", "2016-01-04"),
        ("2016-01-04T23:59:59", "2016-01-04"),
        ("2016-01-04 05:00:00+00:00", "2016-01-04"),
        ("2016-01-04T04:59:00Z", "2016-01-03"),
        ("2016-01-04T00:00:00-05:00", "2016-01-04"),
        ("04/01/2016", "2016-01-04"),
        ("4-1-2016", "2016-01-04"),
        ("20160104", "2016-01-04"),
        ("2016-01", "2016-01"),
        ("01/2016", "2016-01"),
        ("2016", "2016"),
        (2016.0, "2016"),
        ("30/02/2016", None),
        ("13/13/2016", None),
        ("ayer", None),
        (-62135596800000, "0001-01-01"),
        (-62135589600000, None),  # in Lima the day before, in a year that no date has
        (-190000000000000, None),
        ("1451883600", None),  # seconds would be another day than milliseconds: nobody guesses
        ("1451883661", None),
        ("1458000000", None),  # midnight UTC in seconds; also a whole hour in milliseconds
        ("-378691200", None),
        ("15061994", None),  # ddmmyyyy as a number
        ("42373", None),  # a day of a spreadsheet
        ("86400000", "1970-01-02"),
        ("104400000", "1970-01-02"),
        ("2016-01-03T19:00:00-05:00", "2016-01-03"),  # as printed, whatever offset stands behind
        ("2016-01-04T00:00:00+01:00", "2016-01-04"),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_read_as_the_day_that_was_meant(value: Any, becomes: str | None) -> None:
    assert told(value) == becomes


@pytest.mark.parametrize("written", ["-62135589600000", "0000-12-31", "-0005-01-01"])
def test_a_time_before_the_first_year_is_noted_and_stops_no_layer(written: str) -> None:
    column = pd.Series([written], dtype="string")
    if not written[1:].isdigit():
        column = pd.Series(np.array([written], dtype="datetime64[ms]"))
    assert first_day(read(column, LIMA)).isna().all()


def test_a_time_column_of_a_reader_is_the_day_in_lima() -> None:
    instants = pd.Series(pd.to_datetime(["2016-01-04T05:00:00Z", None], utc=True))
    assert read(instants, LIMA).fillna("").tolist() == ["2016-01-04", ""]
    naive = pd.Series(pd.to_datetime(["2016-01-04", None]))
    assert read(naive, LIMA).fillna("").tolist() == ["2016-01-04", ""]


def test_a_column_that_counts_seconds_gives_no_day_of_1970() -> None:
    a_thousandth_day = 17000 * 86400  # in milliseconds it would be a whole day too
    seconds = [1451865600, a_thousandth_day, 1458000000]
    assert read(pd.Series(seconds), LIMA).isna().all()


def test_a_column_with_the_month_first_is_not_read_with_the_day_first() -> None:
    printed = pd.Series(["05/06/2010", "12/31/2010", "07/07/2010", "2011-03-04"])
    assert read(printed, LIMA).fillna("").tolist() == ["", "", "2010-07-07", "2011-03-04"]


def test_one_slip_of_the_pen_does_not_take_the_dates_of_a_whole_column() -> None:
    printed = pd.Series(["05/06/2010", "12/31/2010", *["25/06/2010"] * 200])
    assert read(printed, LIMA).fillna("").tolist() == ["2010-06-05", "", *["2010-06-25"] * 200]


DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(LIMA))


def milliseconds(day: date) -> int:
    return (
        round((midnight(day) - datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))).total_seconds()) * 1000
    )


def javascript(day: date) -> str:
    offset = midnight(day).strftime("%z")[:5]
    named = f"{DAYS[day.weekday()]} {MONTHS[day.month - 1]} {day:%d} {day.year:04d}"
    return f"{named} 00:00:00 GMT{offset} (hora estándar de Perú)"


FORMS = [
    milliseconds,
    javascript,
    date.isoformat,
    lambda day: f"{day.isoformat()}T00:00:00",
    lambda day: midnight(day).isoformat(timespec="seconds")[:19] + "-05:00",
    lambda day: f"{day:%d/%m/}{day.year:04d}",
    lambda day: f"{day.year:04d}{day:%m%d}",
]


@given(st.dates(date(1908, 8, 1), date(2035, 12, 31)), st.sampled_from(FORMS))
def test_every_day_comes_back_from_every_form(day: date, form: Any) -> None:
    if form is FORMS[4] and midnight(day).utcoffset() != timedelta(hours=-5):
        return  # midnight of summer time is not midnight at -05:00
    assert told(form(day)) == day.isoformat()


@given(st.dates(date(1900, 1, 2), date(1908, 7, 27)))
def test_days_before_the_clock_of_lima_was_set_come_back_too(day: date) -> None:
    assert told(milliseconds(day)) == day.isoformat()
    assert told(javascript(day)) == day.isoformat()


@pytest.mark.parametrize("year", [1986, 1987, 1990, 1994])
def test_no_day_is_lost_in_the_years_that_had_summer_time(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    shifted = [day for day in days if midnight(day).utcoffset() != timedelta(hours=-5)]
    assert shifted, "the clock of Lima had summer time in this year"
    found = read(pd.Series([milliseconds(day) for day in days]), LIMA)
    assert found.tolist() == [day.isoformat() for day in days]
