"""The publication of closed boxes: its types and its bytes. Pure.

This is all that the public ever learns of what people reported. A box says where, from which
year to which, and how many; a national number is rounded down to a multiple of five, and one that
would be zero is not there. There is no id, no serial number, no date but the quarter, no hash of
what was counted and no word about what was left out. The order is that of places and years,
never that of closing.
"""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from geo.declared import structured
from geo.errors import DeclarationError, ReleaseDamaged, StageBroken
from geo.terms import PlaceLevel

FORM = 1
LEAST = 5
"""No public box counts fewer facts, and every national number is a multiple of it."""
DECIMALS = 2
"""Of a coordinate in degrees: about a kilometre, for a symbol."""
NOT_RECORDED = "not-recorded"
YES, NO = "yes", "no"

_QUARTER = re.compile(r"[0-9]{4}-Q[1-4]\Z")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}\Z")


class Topic(StrEnum):
    """What the national tables count facts by."""

    KINDS = "kinds"
    GROUPS = "groups"
    WOMEN = "women"
    REQUESTED = "requested"
    GRANTED = "granted"


@dataclass(frozen=True)
class PublicBox:
    """One closed box. place: its code, "" for the country. count: facts in it, at least five.

    department, province, district: the names of the place and of those that hold it, "" where the
    place is wider. lon, lat: degrees (EPSG:4326, two decimals) of a point that stands for the
    whole place. from_year, to_year: of the facts whose year is known, None where none is.
    """

    place: str
    level: PlaceLevel
    department: str
    province: str
    district: str
    lon: float
    lat: float
    from_year: int | None
    to_year: int | None
    count: int


@dataclass(frozen=True)
class Number:
    """How many facts of a year, rounded down to a multiple of five; never zero.

    code: of data/register, or `not-recorded`; of women: `yes`, `no`, `not-recorded`.
    """

    topic: Topic
    code: str
    count: int


@dataclass(frozen=True)
class Year:
    """A row of the national tables. What it does not name is less than five."""

    year: int
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Published:
    """The latest publication, and the only one that is kept.

    quarter: the last that was closed. illustrative: whether all of it was invented.
    Making one checks what can be seen from outside; raises StageBroken.
    """

    quarter: str
    illustrative: bool
    boxes: tuple[PublicBox, ...]
    years: tuple[Year, ...]

    def __post_init__(self) -> None:
        if not _QUARTER.match(self.quarter):
            raise StageBroken("una publicación de paquetes no dice su trimestre")
        for box in self.boxes:
            _check_box(box)
        for year in self.years:
            _check_numbers(year.numbers)
        if any(a.year >= b.year for a, b in pairwise(self.years)):
            raise StageBroken("los años de los cuadros no están en orden")
        if any(order(a) > order(b) for a, b in pairwise(self.boxes)):
            raise StageBroken("los paquetes no están ordenados por lugar y años")


def order(box: PublicBox) -> tuple[str, int, int, int]:
    """By what boxes are ordered: place, years, count; never the time of closing."""
    return box.place, box.from_year or 0, box.to_year or 0, box.count


def to_bytes(published: Published) -> bytes:
    """The publication as the public reads it: canonical JSON, the same bytes every time."""
    said = {"form": FORM, **asdict(published)}
    return (json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def from_bytes(content: bytes) -> Published:
    """The publication in these bytes.

    Raises ReleaseDamaged unless they are exactly what `to_bytes` writes: an unknown key, a third
    decimal or a number below five is no small matter here.
    """
    try:
        said: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _damaged("no se puede leer") from error
    if not isinstance(said, dict) or said.pop("form", None) != FORM:
        raise _damaged("la hizo otra versión del programa")
    try:
        published = structured(said, Published, "boxes.json")
    except (DeclarationError, StageBroken) as error:
        raise _damaged("dice algo que no puede decir") from error
    if to_bytes(published) != content:
        raise _damaged("no está escrita como el programa la escribe")
    return published


def _check_box(box: PublicBox) -> None:
    named = (box.department, box.province, box.district)
    depth = {
        PlaceLevel.COUNTRY: 0,
        PlaceLevel.DEPARTMENT: 1,
        PlaceLevel.PROVINCE: 2,
        PlaceLevel.DISTRICT: 3,
    }[box.level]
    if any(named[depth:]) or not all(named[:depth]):
        raise StageBroken("un paquete no nombra su lugar hasta su nivel")
    if (box.place == "") != (box.level is PlaceLevel.COUNTRY):
        raise StageBroken("el lugar de un paquete no es de su nivel")
    if any(round(degrees, DECIMALS) != degrees for degrees in (box.lon, box.lat)):
        raise StageBroken("un paquete tiene coordenadas demasiado finas")
    if not (-180 <= box.lon <= 180 and -90 <= box.lat <= 90):
        raise StageBroken("un paquete está fuera del mundo")
    if box.count < LEAST:
        raise StageBroken("un paquete tiene menos de cinco hechos")
    years = (box.from_year, box.to_year)
    if (years[0] is None) != (years[1] is None) or (years[0] or 0) > (years[1] or 0):
        raise StageBroken("los años de un paquete no pueden ser")


def _check_numbers(numbers: tuple[Number, ...]) -> None:
    if any(one.count < LEAST or one.count % LEAST for one in numbers):
        raise StageBroken("un número nacional no es múltiplo de cinco")
    if any(not _CODE.match(one.code) for one in numbers):
        raise StageBroken("un número nacional tiene un código que no puede ser")
    keys = [(list(Topic).index(one.topic), one.code) for one in numbers]
    if keys != sorted(set(keys)):
        raise StageBroken("los números de un año no están en orden")


def _damaged(why: str) -> ReleaseDamaged:
    return ReleaseDamaged(f"La publicación de paquetes {why}: publíquela de nuevo desde la mesa.")
