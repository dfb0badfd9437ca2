"""Dates in every form met, as partial dates of the country's own calendar.

Epoch milliseconds are instants: the day is that of the country's clock, with the summer
times that it had. A printed date is taken as printed, whatever offset stands behind it.
"""

import numpy as np
import pandas as pd

from geo.dates import before as certainly_before
from geo.dates import from_year_month_day
from geo.normalise.setting import Rows, Setting, gathered, say
from geo.terms import Deed
from geo.words import _

STEP = "dates"
OLDEST = "1850-01-01"

_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
    "ene": 1,
    "abr": 4,
    "ago": 8,
    "set": 9,
    "dic": 12,
}
_JAVASCRIPT = r"^[A-Za-z]{3},? ([A-Za-z]{3}) (\d{1,2}) (\d{4})(?: \d{2}:\d{2}:\d{2}.*)?$"
_ISO = r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$"
_ISO_TIME = r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{2}):?(\d{2})(?::?\d{2}(?:[.,]\d+)?)?$"
_INSTANT = (
    r"^\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?"
    r" ?(?:Z|z|[+-]00(?::?00)?)$"
)
_ISO_OFFSET = (
    r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?"
    r" ?[+-](?!00(?::?00)?$)\d{2}(?::?\d{2})?$"
)
_DAY_FIRST = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[T ,]+\d{1,2}:\d{2}.*)?$"
_COMPACT = r"^(\d{4})(\d{2})(\d{2})$"
_YEAR_MONTH = r"^(\d{4})[-/](\d{1,2})$"
_MONTH_YEAR = r"^(\d{1,2})/(\d{4})$"
_YEAR = r"^(\d{4})$"
_NUMBER = r"^-?\d{1,15}(?:\.0+)?$"

_MS_PER_DAY = 86_400_000
_MIDNIGHT_OF_LIMA_MS = 18_000_000  # in 1970: five hours after that of UTC
_SMALL = 10_000_000_000  # in milliseconds 1970-04-26, in seconds the year 2286
_FIRST_DAY = np.datetime64("0001-01-01")
_LIMIT_MS = 200_000_000_000_000  # the year 8307: beyond it a number is no date


def dated(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """Every column `…_on` as partial dates; what is unknown or cannot be read is missing.

    The ledger keeps the text of every date that became missing, and names those before 1850
    or, where only the past makes sense, after the file itself; these stay as they are.
    """
    names = [str(name) for name in rows.columns if str(name).endswith("_on")]
    made = {}
    said = []
    for name in names:
        told = read(rows[name], setting.country.clock)
        printed = _printed(rows[name])
        empty = told.isin(setting.country.unknown_dates).fillna(False).astype(bool)
        unread = (printed.notna() & told.isna()).astype(bool)
        dates = told.mask(empty)
        old = certainly_before(dates, OLDEST).fillna(False).astype(bool)
        late = pd.Series(False, index=rows.index)
        if setting.newest and name != "expires_on":
            late = certainly_before(pd.Series(setting.newest, index=rows.index), dates)
            late = late.fillna(False).astype(bool)
        made[name] = dates
        said += [
            say(Deed.NOTED, STEP, setting, odd.index[odd], reason, field=name, before=printed)
            for odd, reason in (
                (empty, _("Es la fecha que un programa escribe cuando no tiene ninguna.")),
                (unread, _("La fecha no se puede leer: queda desconocida.")),
                (old, _("La fecha es anterior a 1850.")),
                (late, _("La fecha es posterior al propio archivo.")),
            )
        ]
    return rows.assign(**made) if made else rows, gathered(*said)


def read(values: pd.Series, clock: str) -> pd.Series:
    """Values of any form as partial dates (texts); missing where there is none or none is read.

    Forms: whole numbers (a year; yyyymmdd; else epoch milliseconds, at the clock of the
    country), JavaScript's texts, ISO dates and times, dd/mm/yyyy, yyyymmdd, year and month,
    year. A time at midnight UTC is the date of that midnight: who stores days stores them so.
    Where the column itself shows that it puts the month first, what could be either is missing.
    """
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return _of_instants(values.dt.as_unit("ms").astype("int64"), values.notna(), clock)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return _of_days(values.to_numpy(), values.notna())
    texts = _printed(values)
    whole = texts.str.fullmatch(_NUMBER).fillna(False).astype(bool)
    read_so_far = pd.Series(pd.NA, index=texts.index, dtype="string")
    numbers = texts.str.replace(r"\.0+$", "", regex=True)
    for dates in (
        _named_months(texts),
        _three(texts, _ISO, (0, 1, 2)),
        _three(texts, _ISO_TIME, (0, 1, 2)),
        _three(texts, _ISO_OFFSET, (0, 1, 2)),
        _day_first(texts),
        _three(numbers, _COMPACT, (0, 1, 2)),
        _two(texts, _YEAR_MONTH, (0, 1)),
        _two(texts, _MONTH_YEAR, (1, 0)),
        _plausible(numbers.str.extract(_YEAR)[0].astype("string")),
        _printed_instants(texts, clock),
        _milliseconds(numbers.where(whole), clock),
    ):
        read_so_far = read_so_far.fillna(dates)
    return read_so_far


def _printed(values: pd.Series) -> pd.Series:
    """The values as texts, missing where there is nothing."""
    if pd.api.types.is_float_dtype(values.dtype):
        whole = values.notna() & (values == values.round()) & (values.abs() < 1e15)
        digits = values.where(whole, 0).astype("int64").astype("string")
        return digits.where(whole, values.astype("string"))
    texts = values.astype("string").str.strip()
    return texts.mask(texts.isin(["", "None", "null", "NaT", "nan", "<NA>"]))


def _named_months(texts: pd.Series) -> pd.Series:
    parts = texts.str.extract(_JAVASCRIPT)
    month = parts[0].str.lower().map(_MONTHS, na_action="ignore")
    return _calendar(parts[2], month, parts[1])


def _three(texts: pd.Series, form: str, order: tuple[int, int, int]) -> pd.Series:
    parts = texts.str.extract(form)
    year, month, day = (parts[number] for number in order)
    return _calendar(year, month, day)


def _day_first(texts: pd.Series) -> pd.Series:
    """dd/mm/yyyy. Where more than a hundredth of the telling dates can only be mm/dd/yyyy, a date
    that could be either is not read; a rarer one is a slip of the pen."""
    parts = texts.str.extract(_DAY_FIRST)
    first, second = (pd.to_numeric(parts[n], errors="coerce").astype("Int64") for n in (0, 1))
    read_so = _calendar(parts[2], parts[1], parts[0])
    by_day = int(((first > 12) & (second <= 12)).fillna(False).sum())
    by_month = int(((second > 12) & (first <= 12)).fillna(False).sum())
    if by_month * 100 <= by_day + by_month:
        return read_so
    either = ((first <= 12) & (second <= 12) & (first != second)).fillna(False)
    return read_so.mask(either.astype(bool))


def _two(texts: pd.Series, form: str, order: tuple[int, int]) -> pd.Series:
    parts = texts.str.extract(form)
    year, month = (parts[number] for number in order)
    return _calendar(year, month, pd.Series("1", index=texts.index)).str.slice(0, 7)


def _plausible(years: pd.Series) -> pd.Series:
    return years.where(years.between("1500", "2199").fillna(False).astype(bool))


def _calendar(year: pd.Series, month: pd.Series, day: pd.Series) -> pd.Series:
    """Whole dates where the calendar has them; the 30th of February is missing."""
    numbers = [pd.to_numeric(part, errors="coerce").astype("Int64") for part in (year, month, day)]
    there = numbers[0].notna() & numbers[1].between(1, 12) & numbers[2].between(1, 31)
    there = there.fillna(False).astype(bool)
    y, m, d = (n.where(there, 1).astype("int64").to_numpy() for n in numbers)
    months = ((y - 1970) * 12 + m - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (d - 1)
    there = there & (days.astype("datetime64[M]") == months) & (y > 0)
    texts = from_year_month_day(*(pd.Series(n, index=year.index) for n in (y, m, d)))
    return texts.astype("string").where(there)


def _printed_instants(texts: pd.Series, clock: str) -> pd.Series:
    is_instant = texts.str.fullmatch(_INSTANT).fillna(False).astype(bool)
    if not is_instant.any():
        return pd.Series(pd.NA, index=texts.index, dtype="string")
    instants = pd.to_datetime(
        texts.where(is_instant).str.replace("/", "-").str.replace(",", "."),
        format="ISO8601",
        utc=True,
        errors="coerce",
    )
    ms = instants.dt.as_unit("ms").astype("int64")
    return _of_instants(ms, instants.notna(), clock)


def _milliseconds(texts: pd.Series, clock: str) -> pd.Series:
    """Epoch milliseconds. A number that makes a better date in another unit is not read at all.

    Seconds, days of a spreadsheet and ddmmyyyy all are so small that milliseconds would make
    some hour of early 1970 of them. There only a midnight, of UTC or of Lima, is a date, and
    only where the column holds no number that is none.
    """
    ms = pd.to_numeric(texts, errors="coerce").astype("Int64")
    there = (ms.abs() < _LIMIT_MS).fillna(False).astype(bool)
    number = ms.where(there, 0).astype("int64")
    small = there & (number.abs() < _SMALL)
    midnight = (number % _MS_PER_DAY).isin([0, _MIDNIGHT_OF_LIMA_MS])
    if (small & ~midnight).any():
        midnight = number.eq(0)  # the zero of any unit: the country knows it for no date
    return _of_instants(number, there & (~small | midnight), clock)


def _of_instants(ms: pd.Series, there: pd.Series, clock: str) -> pd.Series:
    """The day of instants (epoch milliseconds) at the clock of the country."""
    safe = ms.where(there, 0).astype("int64")
    utc = pd.Series(safe.to_numpy().astype("datetime64[ms]"), index=ms.index)
    local = utc.dt.tz_localize("UTC").dt.tz_convert(clock).dt.tz_localize(None)
    day = utc.where((safe % _MS_PER_DAY == 0).to_numpy(), local)
    return _of_days(day.to_numpy(), there)


def _of_days(instants: np.ndarray, there: pd.Series) -> pd.Series:
    """Whole dates; missing before the year 1, where no calendar of ours has a date."""
    days = instants.astype("datetime64[D]")
    texts = pd.Series(np.datetime_as_string(days), index=there.index, dtype="string")
    return texts.where(there & (days >= _FIRST_DAY))
