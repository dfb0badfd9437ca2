"""A place as somebody writes it: by its name, or by coordinates in any system used in Peru.

Coordinates go through `geo.crs`, so that one pinned operation serves each datum. Nothing is
guessed: a point that does not fall where it should is answered with what would explain it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from geo.answers import folded
from geo.crs import DEGREES, PSAD56_ZONES, WGS84_ZONES, describe, route
from geo.places import COUNTRY, Places
from geo.register.lists import PlacePrecision
from geo.register.nouns import Spot
from geo.terms import PlaceLevel
from geo.words import _
from webmap.desk.typed import Faults, Typed, line

PICTURE = "map"


@dataclass(frozen=True)
class System:
    """One way of writing coordinates. family: those that are mistaken for one another."""

    code: str
    label: str
    crs: str
    family: str

    @property
    def degrees(self) -> bool:
        """Whether it counts in degrees."""
        return describe(self.crs).is_geographic


def _zones(name: str, label: str, by_zone: dict[int, str]) -> tuple[System, ...]:
    return tuple(
        System(f"{name}-{zone}", label.replace("{zone}", f"{zone}S"), crs, name)
        for zone, crs in by_zone.items()
    )


SYSTEMS = (
    System("degrees", _("Grados, WGS84 (el GPS de hoy)"), DEGREES, "degrees"),
    *_zones("utm", "UTM {zone}, WGS84", WGS84_ZONES),
    *_zones("psad56", "UTM {zone}, PSAD56", PSAD56_ZONES),
    System("psad56-degrees", _("Grados, PSAD56 (mapas antiguos)"), "EPSG:4248", "degrees"),
    System("psad56-west", _("PSAD56, faja oeste"), "EPSG:24891", "belts"),
    System("psad56-central", _("PSAD56, faja central"), "EPSG:24892", "belts"),
    System("psad56-east", _("PSAD56, faja este"), "EPSG:24893", "belts"),
    *_zones("peru96", "UTM {zone}, Peru96", {17: "EPSG:5839", 18: "EPSG:5387", 19: "EPSG:5389"}),
    *_zones(
        "sirgas", "UTM {zone}, SIRGAS 2000", {17: "EPSG:31977", 18: "EPSG:31978", 19: "EPSG:31979"}
    ),
    System(PICTURE, _("Punto marcado en el mapa de esta página"), DEGREES, "map"),
)
BY_CODE = {system.code: system for system in SYSTEMS}

_SIGNS = str.maketrans({"−": "-", "–": "-", "º": "°", "’": "'", "′": "'", "″": '"', "”": '"'})
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?\Z")
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}(?:[ ,][0-9]{3})+(?:\.[0-9]+)?\Z")
_SEXAGESIMAL = re.compile(
    r"([-+]?)([0-9]{1,3}(?:[.,][0-9]+)?)(?:[° ]+(?:([0-9]{1,2}(?:[.,][0-9]+)?)"
    r"(?:[' ]+(?:([0-9]{1,2}(?:[.,][0-9]+)?)(?:\"|'')?)?)?)?)? ?([NSEWO]?)\Z"
)
_METRES_EAST, _METRES_NORTH = (100_000.0, 900_000.0), (7_900_000.0, 10_010_000.0)
_LON, _LAT = (-84.0, -66.0), (-20.0, 1.0)
_GIVEN = re.compile(r"(\S+): (.*) \| (.*) \[.*\]\Z")


@dataclass(frozen=True)
class Pointed:
    """A point in degrees (EPSG:4326), the district it falls in, and how it was written."""

    lon: float
    lat: float
    place: str
    given_as: str


def label(places: Places, code: str) -> str:
    """A place with the places around it: «Las Piedras, Tambopata, Madre de Dios»."""
    names = [places.by_code[code].name]
    while places.by_code[code].level is not PlaceLevel.COUNTRY:
        code = places.by_code[code].within
        if places.by_code[code].level is not PlaceLevel.COUNTRY:
            names.append(places.by_code[code].name)
    return ", ".join(names)


def named(places: Places, said: str) -> tuple[str, ...]:
    """The codes that a name may mean: its whole label, or the bare name of one or several."""
    wanted = folded(said)
    if not wanted:
        return (COUNTRY,)
    if said in places.by_code:
        return (said,)
    known = _known(places)
    return known.get(wanted, ())


@lru_cache(maxsize=2)
def _known(places: Places) -> dict[str, tuple[str, ...]]:
    """Codes by the texts that mean them; a whole label goes before a bare name."""
    bare: dict[str, tuple[str, ...]] = {}
    whole: dict[str, tuple[str, ...]] = {}
    for code, place in places.by_code.items():
        if code != COUNTRY:
            name, full = folded(place.name), folded(label(places, code))
            bare[name] = (*bare.get(name, ()), code)
            whole[full] = (*whole.get(full, ()), code)
    return bare | whole


def read(typed: Typed, places: Places, faults: Faults) -> Spot:
    """Where it happened, from the fields `place`, `system`, `first`, `second` and `words`."""
    words = line(typed, "spot-words", faults)
    chosen = _chosen(typed, places, faults)
    first, second = (line(typed, f"spot-{name}", faults, 60) for name in ("first", "second"))
    system = BY_CODE.get(typed.get("spot-system", ""))
    if not (first or second):
        return Spot(chosen, _precision(places, chosen, words), words=words)
    if system is None:
        faults.add("spot-system", _("Diga en qué sistema están escritas las coordenadas."))
        return Spot(chosen, _precision(places, chosen, words), words=words)
    point = pointed(places, system, first, second, faults)
    if point is None:
        return Spot(chosen, _precision(places, chosen, words), words=words)
    if chosen and places.up(point.place, places.by_code[chosen].level) != chosen:
        faults.add(
            "spot-first",
            _(
                "Las coordenadas caen en {here}, y usted eligió {there}. Revise la zona y los "
                "números, o cambie el lugar."
            ),
            here=label(places, point.place),
            there=label(places, chosen),
        )
    return Spot(
        point.place, PlacePrecision.EXACT, point.lon, point.lat, point.given_as, words=words
    )


def fill(typed: Typed, spot: Spot, places: Places) -> None:
    """Writes a place into its fields."""
    typed["spot-words"] = spot.words
    known = spot.place in places.by_code and spot.place != COUNTRY
    typed["spot-place"] = label(places, spot.place) if known else spot.place
    found = _GIVEN.match(spot.given_as)
    if found:
        typed["spot-system"], typed["spot-first"], typed["spot-second"] = found.groups()
    elif spot.lon is not None and spot.lat is not None:
        typed["spot-system"] = "degrees"
        typed["spot-first"], typed["spot-second"] = f"{spot.lon:.8f}", f"{spot.lat:.8f}"


def pointed(
    places: Places, system: System, first: str, second: str, faults: Faults
) -> Pointed | None:
    """The point that two written coordinates mean, or None and why not among the faults.

    first: easting or longitude; second: northing or latitude.
    """
    x, y = _number(first, "EWO", system.degrees), _number(second, "NS", system.degrees)
    if x is None or y is None:
        _explain_unreadable(first, second, system, faults, x is None)
        return None
    lost = _swapped(x, y, system) or _unsigned(x, y, first, second, system)
    if lost:
        faults.add("spot-first", lost)
        return None
    found = _lands(places, system, x, y)
    if found is None:
        _explain(places, system, x, y, faults)
        return None
    lon, lat, place = found
    operation = route(system.crs).operation
    given = f"{system.code}: {first} | {second} [{system.crs}, {operation}]"
    return Pointed(round(lon, 8), round(lat, 8), place, given)


def _chosen(typed: Typed, places: Places, faults: Faults) -> str:
    said = line(typed, "spot-place", faults)
    found = named(places, said)
    if len(found) == 1:
        return found[0]
    if found:
        faults.add(
            "spot-place",
            _("Hay varios lugares con ese nombre: {which}. Escriba cuál, entero."),
            which="; ".join(label(places, code) for code in found[:6]),
        )
    else:
        faults.add(
            "spot-place",
            _("No conocemos «{name}». Elija un distrito, una provincia o un departamento."),
            name=said[:80],
        )
    return COUNTRY


def _precision(places: Places, code: str, words: str) -> PlacePrecision:
    if words and code:
        return PlacePrecision.COMMUNITY
    return PlacePrecision(places.by_code[code].level.value) if code else PlacePrecision.COUNTRY


def _number(said: str, letters: str, degrees: bool) -> float | None:
    """A coordinate as a number; None where it cannot be read, or has the other axis's letter."""
    plain = said.translate(_SIGNS).upper().strip()
    if _NUMBER.match(plain):
        return float(plain)
    if not degrees:
        if _THOUSANDS.match(plain):
            return float(plain.replace(",", "").replace(" ", ""))
        bare = plain.replace(",", ".").removesuffix("M").strip()
        return float(bare) if _NUMBER.match(bare) else None
    found = _SEXAGESIMAL.match(plain)
    if found is None:
        return None
    sign, whole, minutes, seconds, letter = found.groups()
    parts = [float(part.replace(",", ".")) if part else 0.0 for part in (whole, minutes, seconds)]
    if (letter and (letter not in letters or sign)) or parts[1] >= 60 or parts[2] >= 60:
        return None
    size = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -size if sign == "-" or letter in ("S", "W", "O") else size


def _explain_unreadable(
    first: str, second: str, system: System, faults: Faults, bad_first: bool
) -> None:
    if system.degrees and first[-1:].upper() in "NS" and second[-1:].upper() in "EWO":
        faults.add("spot-first", _SWAPPED_DEGREES)
    elif system.degrees:
        faults.add("spot-first" if bad_first else "spot-second", _UNREADABLE_DEGREES)
    else:
        faults.add("spot-first" if bad_first else "spot-second", _UNREADABLE_METRES)


_SWAPPED_DEGREES = _(
    "La latitud y la longitud están cambiadas. En el Perú la longitud va de −82 a −68, y la "
    "latitud de −19 a 0. Cambie una por otra."
)
_SWAPPED_METRES = _(
    "Parece que el este y el norte están cambiados. Cambie uno por otro y pruebe otra vez."
)
_UNREADABLE_DEGREES = _("No se puede leer. Escriba grados, por ejemplo −69.1859 o 69° 11' 9.4\" O.")
_UNREADABLE_METRES = _("No se puede leer. Escriba metros, por ejemplo 480000 y 8608000.")
_UNSIGNED = _(
    "Falta decir de qué lado. En el Perú la longitud es oeste (O, o −) y la latitud es sur "
    "(S, o −)."
)


def _swapped(x: float, y: float, system: System) -> str:
    if system.degrees:
        turned = _within(-abs(x), _LAT) and _within(-abs(y), _LON)
        return _SWAPPED_DEGREES if turned else ""
    turned = _within(x, _METRES_NORTH) and _within(y, _METRES_EAST)
    return _SWAPPED_METRES if turned else ""


def _unsigned(x: float, y: float, first: str, second: str, system: System) -> str:
    """Degrees without sign or letter that would lie in the country, were they west and south."""
    if not system.degrees:
        return ""
    east = x > 0 and _bare(first) and _within(-x, _LON)
    north = y > 0 and _bare(second) and _within(-y, _LAT)
    return _UNSIGNED if east or north else ""


def _bare(said: str) -> bool:
    return said[:1] != "+" and said[-1:].upper() not in ("N", "S", "E", "W", "O")


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _lands(places: Places, system: System, x: float, y: float) -> tuple[float, float, str] | None:
    """Longitude, latitude and district of a point; None where it falls in none that is known."""
    lons, lats = route(system.crs).forth(np.array([x]), np.array([y]))
    lon, lat = float(lons[0]), float(lats[0])
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return None
    place = places.at(lon, lat)
    return None if place is None else (lon, lat, place)


def _explain(places: Places, system: System, x: float, y: float, faults: Faults) -> None:
    """Why a point may fall outside every district: turned round, or read in another zone."""
    if _lands(places, system, y, x):
        faults.add("spot-first", _SWAPPED_DEGREES if system.degrees else _SWAPPED_METRES)
        return
    others = [(other, _lands(places, other, x, y)) for other in _family(system)]
    fitting = [(other, found) for other, found in others if found]
    if fitting:
        other, found = fitting[0]
        faults.add(
            "spot-system",
            _(
                "Con este sistema el punto cae fuera. Con «{system}» cae en {place}. Revise cuál "
                "dice el documento."
            ),
            system=other.label,
            place=label(places, found[2]),
        )
        return
    faults.add(
        "spot-first",
        _(
            "El punto no cae en ningún distrito que conocemos. Revise los números y el sistema. "
            "Si no está seguro, deje las coordenadas vacías y escriba el distrito."
        ),
    )


def _family(system: System) -> Iterator[System]:
    return (one for one in SYSTEMS if one.family == system.family and one.code != system.code)
