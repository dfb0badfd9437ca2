"""How old a source is, in words, and whether that is worth a warning."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from geo import home, naming
from geo.country import parse_country
from geo.dates import span
from geo.words import Words
from webmap.public.edition import Edition

OLD_DAYS = 365
"""From more days than this on, a source is told to be old."""

_COUNTRY = "peru.toml"
_DAYS_A_MONTH = 30.44
_WEEK = 7
_MONTHS_ALONE = 61
_YEARS_ALONE = 731


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
    if days < _WEEK:
        text = spoken.say("menos de una semana")
    elif days < _MONTHS_ALONE:
        text = spoken.say("{n} días", n=days)
    elif days < _YEARS_ALONE:
        text = spoken.say("{n} meses", n=int(days / _DAYS_A_MONTH))
    else:
        text = spoken.say("{n} años", n=int(days / 365.25))
    return Age(text, days, days > OLD_DAYS)


@dataclass(frozen=True)
class SourceAge:
    """A source with the age of its newest file, at the release's date and today."""

    title: str
    id: str
    as_of: str
    at_release: Age | None
    today: Age | None


def of_sources(edition: Edition, today: date, spoken: Words) -> list[SourceAge]:
    """The age of every source, the oldest first; those without a date before them."""
    made = []
    release = edition.release.as_of
    for one in edition.sources.values():
        dates = [str(file["as_of"]) for file in one["inputs"] if file["as_of"]]
        newest = max(dates, key=span, default="")
        made.append(
            SourceAge(
                title=naming.told(one, "title", spoken),
                id=str(one["id"]),
                as_of=naming.day(newest, spoken),
                at_release=age(newest, span(release)[1], spoken) if release else None,
                today=age(newest, today, spoken),
            )
        )
    return sorted(made, key=lambda one: (-(one.today.days if one.today else 10**6), one.id))


def calendar(data: Path, now: Callable[[], datetime]) -> Callable[[], date]:
    """Today, by the clock of the country that data/ describes."""
    texts = dict(home.read_texts(data / "countries"))
    country = parse_country(texts[_COUNTRY], _COUNTRY)
    return lambda: country.day(now())
