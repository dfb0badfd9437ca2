"""What a machine asks of a collection, read strictly: what is not understood is refused.

A page forgives a word that makes no sense; a program that mistypes a filter must not be given
everything instead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from werkzeug.datastructures import MultiDict

from geo.errors import AskedBadly
from geo.words import _
from webmap.public import selection
from webmap.public.selected_tables import Layer
from webmap.public.selection import Selection

DEFAULT_LIMIT, MOST = 100, 10_000
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CRS84H = "http://www.opengis.net/def/crs/OGC/0/CRS84h"

FILTERS: Mapping[str, str] = {
    "kind": "tipo",
    "status": "estado",
    "department": "departamento",
    "district": "distrito",
    "overlap_class": "clase",
    "flag": "alerta",
    "priority": "prioridad",
    "filed_from": "formulado_desde",
    "filed_to": "formulado_hasta",
    "granted_from": "otorgado_desde",
    "granted_to": "otorgado_hasta",
    "q": "q",
    "territory_key": "territorio",
}
"""What machines call the words of a selection."""
_PAGING = ("limit", "offset", "bbox", "bbox-crs", "datetime", "release", "f")
_MOST_OFFSET = 10**9
_MOST_LETTERS = 400
_OPEN = ("", "..")
_INSTANT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2}))?\Z",
    re.ASCII,
)
_ONLY_JSON = _("Este servicio responde en JSON: f=json.")
_NO_INSTANT = _(
    "datetime es un instante o un intervalo de RFC 3339: 2026-01-31T00:00:00Z, o 2026-01-01/.."
)
_NO_DAY = _("datetime no es una fecha de RFC 3339: 2026-01-31T00:00:00Z.")
_NO_BOX = _("bbox son cuatro o seis números separados por comas.")

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees (CRS84)."""
Interval = tuple[str, str]
"""First and last day, AAAA-MM-DD, "" where it is open."""


@dataclass(frozen=True)
class Query:
    """boxes: what to meet, one of two where the date line is crossed, none for everywhere.

    given: the parameters that were asked, without those of paging, for the links.
    """

    wanted: Selection
    limit: int
    offset: int
    boxes: tuple[Box, ...]
    when: Interval | None
    release: str
    given: tuple[tuple[str, str], ...]


def parameters(layer: Layer) -> tuple[str, ...]:
    """The filters that a collection knows."""
    return ("q", "territory_key") if layer is Layer.TERRITORIES else tuple(FILTERS)


def read(asked: MultiDict[str, str], layer: Layer) -> Query:
    """The question of an address. Raises AskedBadly."""
    known = {*_PAGING, *parameters(layer)}
    for name, values in asked.lists():
        if name not in known:
            raise AskedBadly(_("No hay ningún parámetro «{name}» aquí."), name=name[:40])
        if len(values) > 1:
            raise AskedBadly(_("El parámetro «{name}» está dos veces."), name=name)
    given = asked.to_dict()
    if given.get("f", "json") not in ("json", "geojson"):
        raise AskedBadly(_ONLY_JSON)
    if given.get("bbox-crs", CRS84) not in (CRS84, CRS84H):
        raise AskedBadly(_("El sistema de bbox es {crs}."), crs=CRS84)
    limit = _whole(given, "limit", DEFAULT_LIMIT, 1, _MOST_OFFSET)
    return Query(
        wanted=_wanted({name: given[name] for name in parameters(layer) if name in given}),
        limit=min(limit, MOST),
        offset=_whole(given, "offset", 0, 0, _MOST_OFFSET),
        boxes=_boxes(given["bbox"]) if "bbox" in given else (),
        when=interval(given["datetime"]) if "datetime" in given else None,
        release=given.get("release", ""),
        given=tuple(
            (name, value)
            for name, value in given.items()
            if name not in ("limit", "offset", "release")
        ),
    )


def only(asked: MultiDict[str, str], names: tuple[str, ...] = ("f",)) -> None:
    """Refuses every parameter but these. Raises AskedBadly."""
    for name in asked:
        if name not in names:
            raise AskedBadly(_("No hay ningún parámetro «{name}» aquí."), name=name[:40])
    if asked.get("f", "json") not in ("json", "geojson"):
        raise AskedBadly(_ONLY_JSON)


def interval(text: str) -> Interval:
    """An instant or an interval of RFC 3339, as days. Raises AskedBadly."""
    parts = text.split("/")
    if len(parts) > 2 or all(one in _OPEN for one in parts):
        raise AskedBadly(_NO_INSTANT)
    days = [_day(one) for one in parts]
    first, last = days[0], days[-1]
    if first and last and first > last:
        raise AskedBadly(_("En datetime, el comienzo es posterior al final."))
    return first, last


def _day(text: str) -> str:
    if text in _OPEN:
        return ""
    found = _INSTANT.match(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day, *clock = found.groups()
        hour, minute, second = (int(one or 0) for one in clock[:3])
        # 60 is a leap second, which no calendar of ours has
        told = datetime(int(year), int(month), int(day), hour, minute, min(second, 59), tzinfo=UTC)
        shift = clock[3] or "Z"
        if shift not in "Zz":
            sign = -1 if shift[0] == "+" else 1
            told += sign * timedelta(hours=int(shift[1:3]), minutes=int(shift[4:6]))
        return told.date().isoformat()
    except (ValueError, OverflowError) as error:
        raise AskedBadly(_NO_DAY) from error


def _wanted(given: dict[str, str]) -> Selection:
    words = {FILTERS[name]: value for name, value in given.items()}
    made = selection.chosen(words)
    for name, value in given.items():
        kept = getattr(made, FILTERS[name])
        if not value or len(value) > _MOST_LETTERS or kept in ("", None):
            raise AskedBadly(_("El parámetro «{name}» no puede tener ese valor."), name=name)
    return made


def _whole(given: dict[str, str], name: str, otherwise: int, least: int, most: int) -> int:
    text = given.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise AskedBadly(_("El parámetro «{name}» es un número entero."), name=name)
    number = int(text)
    if not least <= number <= most:
        raise AskedBadly(
            _("El parámetro «{name}» va de {least} a {most}."), name=name, least=least, most=most
        )
    return number


def _boxes(text: str) -> tuple[Box, ...]:
    parts = text.split(",")
    try:
        numbers = [float(part) for part in parts if len(part) <= 40]
    except ValueError as error:
        raise AskedBadly(_NO_BOX) from error
    if len(numbers) != len(parts) or len(parts) not in (4, 6):
        raise AskedBadly(_NO_BOX)
    half = len(numbers) // 2
    west, south, east, north = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise AskedBadly(_("bbox va en grados: oeste, sur, este, norte."))
    if west > east:
        return (west, south, 180.0, north), (-180.0, south, east, north)
    return ((west, south, east, north),)
