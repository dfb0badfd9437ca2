"""Secret places looked for in texts and bytes, in whatever system and form somebody wrote them.

Degrees (decimal, or with minutes and seconds) and UTM of zones 17 to 19, each on WGS 84 and on
PSAD56; with a decimal point or comma, with or without thousands, rounded or cut to three decimals
or more; as doubles or floats of either byte order. Both coordinates must stand near each other,
in either order. What is not found: whole numbers in a unit of somebody's own (tiles, 1e-7 degrees),
a grid square's name, and a place that is only described.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo.crs import DEGREES, PSAD56_ZONES, WGS84_ZONES, route

Floats = npt.NDArray[np.float64]

NEAR = 8
"""Numbers of a text between the two coordinates of a place, at most."""

FEWEST_DECIMALS = 3
_EXACT_DEGREES, _EXACT_METRES = 2e-5, 0.2
"""What is written as finely as this stands there on purpose; coarser may be by chance."""
_PSAD56_DEGREES = "EPSG:4248"

_POINT = re.compile(r"(?<![\d.])\d{1,8}(?:\.\d{1,17})?(?!\d|\.\d)")
_COMMA = re.compile(r"(?<![\d,])\d{1,8},\d{1,17}(?!\d|,\d)")
_GROUPED = re.compile("(?<!\\d)\\d{1,3}(?:([ .,'’\u00a0\u202f])\\d{3})(?:\\1\\d{3})?(?:[.,]\\d+)?")
_APART = r"\s*(?:[^\w.,;()\[\]{}<>]{1,2}|deg|grados|min|[dm])\s*"
"""A degree sign that somebody's program wrote as something else is still between the numbers."""
_ANGLE = re.compile(
    rf"(\d{{1,3}}){_APART}"
    rf"(?:(\d{{1,2}}[.,]\d+)|(\d{{1,2}})(?![\d.,])(?:{_APART}(\d{{1,2}}(?:[.,]\d+)?))?)"
)


@dataclass(frozen=True)
class Seen:
    """A secret place in a text: in which system, how near. It does not say which or where."""

    system: str
    exact: bool


@dataclass(frozen=True, eq=False, repr=False)
class _System:
    """The places in one system, without signs, sorted by the first coordinate."""

    name: str
    first: Floats
    second: Floats
    degrees: bool

    @cached_property
    def least(self) -> float:
        return float(self.second.min())

    @cached_property
    def most(self) -> float:
        return float(self.second.max())


@dataclass(frozen=True, eq=False, repr=False)
class Secrets:
    """Places that must not stand anywhere, as longitude and latitude (EPSG:4326)."""

    points: tuple[tuple[float, float], ...]

    def __repr__(self) -> str:
        return f"Secrets({len(self.points)})"

    @cached_property
    def systems(self) -> tuple[_System, ...]:
        """Them in each system."""
        if not self.points:
            return ()
        lon, lat = (np.array(axis, dtype=np.float64) for axis in zip(*self.points, strict=True))
        made = []
        for name, code in _SYSTEMS:
            x, y = (lon, lat) if code == DEGREES else route(code).back(lon, lat)
            there = np.isfinite(x) & np.isfinite(y)
            if not there.any():
                continue
            order = np.argsort(np.abs(x[there]))
            degrees = code in (DEGREES, _PSAD56_DEGREES)
            made.append(
                _System(name, np.abs(x[there])[order], np.abs(y[there])[order], degrees=degrees)
            )
        return tuple(made)


_SYSTEMS = (
    ("grados WGS 84", DEGREES),
    ("grados PSAD56", _PSAD56_DEGREES),
    *((f"UTM {zone} WGS 84", code) for zone, code in WGS84_ZONES.items()),
    *((f"UTM {zone} PSAD56", code) for zone, code in PSAD56_ZONES.items()),
)


def in_text(secrets: Secrets, text: str) -> set[Seen]:
    """The secret places that stand in a text."""
    found: set[Seen] = set()
    if secrets.points:
        for reading in (_points, _commas, _grouped, _angles):
            told = list(reading(text))
            if len(told) > 1:
                values, units = (np.array(axis) for axis in zip(*told, strict=True))
                found |= _in_numbers(secrets, values, units)
    return found


def in_bytes(secrets: Secrets, raw: bytes) -> set[Seen]:
    """The secret places that stand in bytes as floating point numbers, one after the other."""
    found: set[Seen] = set()
    if not secrets.systems:
        return found
    least = min(min(one.first[0], one.least) - _widest(one) for one in secrets.systems)
    most = max(max(one.first[-1], one.most) + _widest(one) for one in secrets.systems)
    for kind, size in (("<f8", 8), (">f8", 8), ("<f4", 4), (">f4", 4)):
        for start in range(size):
            count = (len(raw) - start) // size
            if count < 2:
                continue
            with np.errstate(invalid="ignore", over="ignore"):
                read = np.frombuffer(raw, kind, count, start).astype(np.float64)
                values = np.nan_to_num(np.abs(read), nan=0.0, posinf=0.0)
            # most bytes are no number of any system at all
            likely = (values >= least) & (values <= most)
            pairs = likely[:-1] & likely[1:]
            if pairs.any():
                one, next_one = values[:-1][pairs], values[1:][pairs]
                for system in secrets.systems:
                    found |= _in_pairs(system, one, next_one, size)
                    found |= _in_pairs(system, next_one, one, size)
    return found


def _widest(system: _System) -> float:
    """How far a number may be from a secret one that it was rounded from."""
    return 10.0**-FEWEST_DECIMALS if system.degrees else 1.0


def _in_pairs(system: _System, a: Floats, b: Floats, size: int) -> set[Seen]:
    """Pairs that are a secret place as it is, or rounded to three decimals or more."""
    widest = _widest(system)
    here = (a >= system.first[0] - widest) & (a <= system.first[-1] + widest)
    here &= (b >= system.least - widest) & (b <= system.most + widest)
    a, b = a[here], b[here]
    low = np.searchsorted(system.first, a - widest)
    high = np.searchsorted(system.first, a + widest)
    slack = (1e-9 if system.degrees else 1e-4) if size == 8 else (5e-6 if system.degrees else 0.6)
    found = set()
    for number in map(int, np.flatnonzero(high > low)):
        one, other = float(a[number]), float(b[number])
        for place in range(int(low[number]), int(high[number])):
            first, second = float(system.first[place]), float(system.second[place])
            if abs(other - second) > widest:
                continue
            exact = abs(one - first) <= slack and abs(other - second) <= slack
            if exact or all(
                _rounded(value, secret, slack, degrees=system.degrees)
                for value, secret in ((one, first), (other, second))
            ):
                found.add(Seen(system.name, exact))
    return found


def _rounded(value: float, secret: float, slack: float, *, degrees: bool) -> bool:
    fewest = FEWEST_DECIMALS if degrees else 0
    return any(
        abs(value - near / 10**decimals) <= slack
        for decimals in range(fewest, 8)
        for near in (round(secret * 10**decimals), math.floor(secret * 10**decimals))
    )


def _in_numbers(secrets: Secrets, values: Floats, units: Floats) -> set[Seen]:
    """units: by how much each number may differ from what it was before it was cut or rounded."""
    found = set()
    for system in secrets.systems:
        fine = units <= (10.0**-FEWEST_DECIMALS if system.degrees else 1.0) * 1.000001
        near = np.where(fine, units, 0.0) * 1.000001
        low = np.searchsorted(system.first, values - near, side="left")
        high = np.searchsorted(system.first, values + near, side="right")
        for number in map(int, np.flatnonzero(fine & (high > low))):
            around = range(max(0, number - NEAR), min(len(values), number + NEAR + 1))
            for place in range(int(low[number]), int(high[number])):
                hits = [
                    other
                    for other in around
                    if other != number
                    and fine[other]
                    and abs(values[other] - system.second[place]) <= near[other]
                ]
                if hits:
                    unit = max(float(units[number]), min(float(units[other]) for other in hits))
                    exact = unit <= (_EXACT_DEGREES if system.degrees else _EXACT_METRES)
                    found.add(Seen(system.name, exact))
    return found


def _points(text: str) -> Iterator[tuple[float, float]]:
    for found in _POINT.finditer(text):
        yield _value(found.group())


def _commas(text: str) -> Iterator[tuple[float, float]]:
    for found in _COMMA.finditer(text):
        yield _value(found.group().replace(",", "."))


def _grouped(text: str) -> Iterator[tuple[float, float]]:
    for found in _GROUPED.finditer(text):
        sign = found.group(1)
        said = found.group().replace(sign, "")
        yield _value(said.replace(",", "."))


def _angles(text: str) -> Iterator[tuple[float, float]]:
    for found in _ANGLE.finditer(text):
        degrees, decimal, minutes, seconds = found.groups()
        if decimal is not None:
            value, unit = _value(decimal.replace(",", "."))
            yield float(degrees) + value / 60, unit / 60
        elif seconds is not None:
            value, unit = _value(seconds.replace(",", "."))
            yield float(degrees) + float(minutes) / 60 + value / 3600, unit / 3600


def _value(said: str) -> tuple[float, float]:
    _, _, decimals = said.partition(".")
    return float(said), 10.0 ** -len(decimals)


def distinct(points: Sequence[tuple[float, float]]) -> Secrets:
    """Secret places, each once."""
    return Secrets(tuple(sorted(set(points))))
