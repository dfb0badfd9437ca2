"""What a country fixes: its planes, its datum operations, its clock, its tolerances.

Pure: the numbers stand in data/countries/*.toml, each with where it comes from and how sure
it is; `home` reads the file and hands the text in.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from geo.dates import parse as parse_date
from geo.declared import parse
from geo.errors import DateUnreadable, DeclarationError
from geo.terms import Sure


@dataclass(frozen=True)
class Bounds:
    """A box in degrees (EPSG:4326) that holds the country's land, with a margin."""

    west: float
    south: float
    east: float
    north: float
    source: str
    sure: Sure

    def __post_init__(self) -> None:
        _ordered("bounds", self.west, self.east)
        _ordered("bounds", self.south, self.north)


@dataclass(frozen=True)
class Plane:
    """A UTM zone: its limits in degrees of longitude, and its CRS in each datum."""

    zone: int
    west: float
    east: float
    wgs84: str
    psad56: str
    peru96: str
    sirgas2000: str
    sirgas95: str

    def __post_init__(self) -> None:
        _ordered(f"plane {self.zone}", self.west, self.east)


@dataclass(frozen=True)
class Operation:
    """The one operation between two datums, pinned for every vertex.

    accuracy_m: as the registry publishes it. error95_m: the horizontal error at 95 % that
    follows from it. null: the operation moves nothing.
    """

    from_datum: str
    to_datum: str
    code: str
    accuracy_m: float
    error95_m: float
    null: bool
    source: str
    sure: Sure


@dataclass(frozen=True)
class Tolerance:
    """The tolerated difference in area of one parcel between registry and cadastre.

    share: of the area, ±. over_m2 <= area < up_to_m2; no up_to_m2 means no upper limit. It
    tolerates a difference in area, not a displacement, and says nothing about overlaps.
    """

    nature: str
    over_m2: float
    share: float
    source: str
    sure: Sure
    up_to_m2: float | None = None
    why: str = ""


@dataclass(frozen=True)
class OverlapThresholds:
    """What the overlay calls a pair, a sliver, near.

    pair_min_m2: from this shared area on it is a pair. A pair is a sliver when its mean width
    (two areas over perimeter) is below sliver_mean_width_m or it has less than sliver_area_ha.
    """

    pair_min_m2: float
    sliver_mean_width_m: float
    sliver_area_ha: float
    sure: Sure


@dataclass(frozen=True)
class UnknownDate:
    """A date that programs write where they have none."""

    on: str
    why: str
    why_en: str
    sure: Sure

    def __post_init__(self) -> None:
        try:
            parse_date(self.on)
        except DateUnreadable as error:
            raise DeclarationError(str(error)) from error


@dataclass(frozen=True)
class Department:
    """A department by the code that the statistics office gives it, zeros kept."""

    code: str
    name: str


@dataclass(frozen=True)
class Country:
    """One country. clock: its civil time zone, summer times of the past included."""

    code: str
    name: str
    name_en: str
    clock: str
    bounds: Bounds
    plane: tuple[Plane, ...]
    operation: tuple[Operation, ...]
    tolerance: tuple[Tolerance, ...]
    thresholds: OverlapThresholds
    unknown_date: tuple[UnknownDate, ...]
    department: tuple[Department, ...] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.clock)
        except (KeyError, ValueError) as error:
            raise DeclarationError(f"«{self.clock}» no es una zona horaria.") from error
        for nature in {tolerance.nature for tolerance in self.tolerance}:
            _gapless(nature, self.brackets(nature))
        dates = [unknown.on for unknown in self.unknown_date]
        if len(set(dates)) != len(dates):
            raise DeclarationError("Una fecha desconocida está dos veces en [[unknown_date]].")

    @property
    def unknown_dates(self) -> frozenset[str]:
        """The dates that mean that there is none, as partial dates."""
        return frozenset(unknown.on for unknown in self.unknown_date)

    def day(self, instant: datetime) -> date:
        """The day that an instant falls on, at the country's clock."""
        return instant.astimezone(ZoneInfo(self.clock)).date()

    def datum_error_m(self, operation: str) -> float | None:
        """The 95 % error (m) that an operation, by its code, adds to a vertex; None if not stated.

        An operation that moves nothing adds none.
        """
        for known in self.operation:
            if known.code == operation:
                return 0.0 if known.null else known.error95_m
        return None

    def brackets(self, nature: str) -> list[Tolerance]:
        """The tolerances of a nature, from the smallest areas to the largest, without a gap."""
        chosen = [t for t in self.tolerance if t.nature == nature]
        return sorted(chosen, key=lambda t: t.over_m2)


def parse_country(text: str, named: str) -> Country:
    """The country in `text`. Raises DeclarationError naming the file."""
    return parse(text, Country, named)


def _ordered(what: str, low: float, high: float) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise DeclarationError(f"{what}: el mínimo {low} no es menor que el máximo {high}.")


def _gapless(nature: str, brackets: list[Tolerance]) -> None:
    lows = [bracket.over_m2 for bracket in brackets]
    highs = [bracket.up_to_m2 for bracket in brackets]
    if lows[0] != 0 or lows[1:] != highs[:-1] or highs[-1] is not None:
        raise DeclarationError(f"Los tramos de tolerancia «{nature}» dejan huecos o se pisan.")
