"""Coordinates as people write them: degrees, or metres of a UTM zone, both of WGS 84."""

import re
from dataclasses import dataclass

import numpy as np
import shapely

from geo.crs import WGS84_ZONES
from geo.datum import to_degrees

_WEST, _SOUTH, _EAST, _NORTH = -84.0, -20.5, -66.0, 1.0
"""Around Peru, with its sea."""

_NUMBER = r"[-−–]?\d{1,3}(?:[.,]\d+)?"
_DEGREES = re.compile(
    rf"\s*({_NUMBER})\s*°?\s*([NSns])?\s*[,;\s]\s*({_NUMBER})\s*°?\s*([EWOewo])?\s*\Z"
)
_SEXAGESIMAL = re.compile(
    r"\s*(\d{1,3})\s*°\s*(\d{1,2})\s*[′']\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:″|\"|'')\s*)?([NSns])"
    r"[\s,;]*(\d{1,3})\s*°\s*(\d{1,2})\s*[′']\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:″|\"|'')\s*)?"
    r"([EWOewo])\s*\Z"
)
_METRES = re.compile(
    r"\s*(?:[Ee]\s*=?\s*)?(\d{6}(?:\.\d+)?)\s*(?:m?\s*[EeOoWw])?\s*[,;\s]\s*"
    r"(?:[Nn]\s*=?\s*)?(\d{7,8}(?:\.\d+)?)\s*(?:m?\s*[Nn])?"
    r"(?:\s*[,;]?\s*(?:UTM|utm|zona|ZONA|Zona)?\s*(1[789])\s*[A-Za-z]?)?\s*\Z"
)


@dataclass(frozen=True)
class Spot:
    """A point in degrees of WGS 84; zone: "18S" where it was given in metres, else ""."""

    lon: float
    lat: float
    zone: str


def spots(text: str) -> list[Spot]:
    """The points that a text may mean, within the bounds of Peru; none where it is no coordinates.

    Degrees: latitude first, as people say them; longitude first where only that lies in Peru.
    Metres without a zone mean a point in each of the three that hold it.
    """
    degrees = _DEGREES.match(text)
    if degrees:
        return _of_degrees(*degrees.groups())
    fine = _SEXAGESIMAL.match(text)
    if fine:
        said = fine.groups()
        lat = _parts(said[0], said[1], said[2]) * (-1 if said[3] in "Ss" else 1)
        lon = _parts(said[4], said[5], said[6]) * (1 if said[7] in "Ee" else -1)
        return [Spot(lon, lat, "")] if _inside(lon, lat) else []
    metres = _METRES.match(text)
    return _of_metres(*metres.groups()) if metres else []


def _of_degrees(first: str, ns: str | None, second: str, ew: str | None) -> list[Spot]:
    one, other = _signed(first, ns, "Ss"), _signed(second, ew, "WwOo")
    if _inside(other, one):
        return [Spot(other, one, "")]
    if not ns and not ew and _inside(one, other):
        return [Spot(one, other, "")]
    return []


def _signed(digits: str, letter: str | None, negative: str) -> float:
    value = float(digits.replace(",", ".").replace("−", "-").replace("–", "-"))
    return -abs(value) if letter and letter in negative else value


def _parts(degrees: str, minutes: str, seconds: str | None) -> float:
    fine = float((seconds or "0").replace(",", "."))
    return int(degrees) + int(minutes) / 60 + fine / 3600


def _of_metres(east: str, north: str, zone: str | None) -> list[Spot]:
    made = []
    for number in (int(zone),) if zone else tuple(WGS84_ZONES):
        point = np.array([shapely.Point(float(east), float(north))], dtype=object)
        brought = to_degrees(point, WGS84_ZONES[number])
        if brought.lost[0]:
            continue
        lon, lat = float(brought.shapes[0].x), float(brought.shapes[0].y)
        if _inside(lon, lat):
            made.append(Spot(lon, lat, f"{number}S"))
    return made


def _inside(lon: float, lat: float) -> bool:
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH
