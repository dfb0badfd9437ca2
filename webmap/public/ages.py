"""How old a source is, in words, and whether that is worth a warning."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from geo import home
from geo.country import parse_country
from geo.dates import span
from geo.words import Words

OLD_DAYS = 365
"""From more days than this on, a source is told to be old."""

_COUNTRY = "peru.toml"
_DAYS_A_MONTH = 30.44
_MONTHS_ALONE = 60
_YEARS_ALONE = 730


@dataclass(frozen=True)
class Age:
    """How long before a day a date was. old: whether the reader is warned."""

    text: str
    days: int
    old: bool


def age(partial: str | None, day: date, spoken: Words) -> Age | None:
    """The least age that a partial date has on a day; None where nobody knows the date."""
    if not partial:
        return None
    days = max((day - span(partial)[1]).days, 0)
    if days < _MONTHS_ALONE:
        text = spoken.say("{n} días", n=days)
    elif days < _YEARS_ALONE:
        text = spoken.say("{n} meses", n=int(days / _DAYS_A_MONTH))
    else:
        text = spoken.say("{n} años", n=int(days / 365.25))
    return Age(text, days, days > OLD_DAYS)


def calendar(data: Path, now: Callable[[], datetime]) -> Callable[[], date]:
    """Today, by the clock of the country that data/ describes."""
    texts = dict(home.read_texts(data / "countries"))
    country = parse_country(texts[_COUNTRY], _COUNTRY)
    return lambda: country.day(now())
