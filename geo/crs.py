"""What a CRS is, and the one way from it to WGS 84 degrees and back.

One operation serves all vertices of a CRS. pyproj by itself chooses per point, by areas
of use: it leaves the Peruvian operation north of 5.01° S and near Bolivia, is wrong there
by 10 to 24 m, and tears a polygon that crosses the limit. PSAD56 therefore always goes
through EPSG:1208, whose published accuracy for Peru is 16 m (from 6 stations).

The first coordinate is the easting or the longitude, whatever order a CRS declares.
"""

import math
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection
from pyproj.exceptions import CRSError
from pyproj.transformer import AreaOfInterest, TransformerGroup

from geo.errors import CrsUnreadable, TransformationRefused

Floats = npt.NDArray[np.float64]

DEGREES = "EPSG:4326"
WGS84_ENSEMBLE_M = 2.0
"""WGS 84 is an ensemble of realisations that agree within 2 m: the floor of any accuracy."""

WGS84_ZONES: dict[int, str] = {17: "EPSG:32717", 18: "EPSG:32718", 19: "EPSG:32719"}
PSAD56_ZONES: dict[int, str] = {17: "EPSG:24877", 18: "EPSG:24878", 19: "EPSG:24879"}

_PERU = AreaOfInterest(-84.0, -21.0, -66.0, 1.0)


@dataclass(frozen=True)
class _Operation:
    """How a datum reaches WGS 84: `text` names it; `null` moves no vertex."""

    datum: str
    text: str
    accuracy_m: float
    null: bool = True


_OPERATIONS: dict[str, _Operation] = {
    "World Geodetic System 1984": _Operation("WGS84", "none", 0.0),
    "World Geodetic System 1984 ensemble": _Operation("WGS84", "none", 0.0),
    "Provisional South American Datum 1956": _Operation("PSAD56", "EPSG:1208", 16.0, null=False),
    "Peru96": _Operation("Peru96", "EPSG:5378", 1.0),
    "Sistema de Referencia Geocentrico para las AmericaS 2000": _Operation(
        "SIRGAS", "EPSG:15894", 1.0
    ),
    "Sistema de Referencia Geocentrico para America del Sur 1995": _Operation(
        "SIRGAS", "EPSG:1581", 2.0
    ),
}
_WGS84_REALISATION = re.compile(r"World Geodetic System 1984 \(.+\)\Z")


@dataclass(frozen=True)
class Described:
    """What a CRS text means.

    `code` is "EPSG:n" where the CRS has one, else its WKT; `unit_m` is the length of one
    unit of a plane in metres (NaN for degrees); `datum` is WGS84, PSAD56, Peru96, SIRGAS
    or the datum's own name; `zone` is "19S" for any UTM plane, else empty; `method` is the
    projection's method in EPSG's words, empty for degrees.
    """

    code: str
    name: str
    is_geographic: bool
    unit_m: float
    datum: str
    zone: str
    method: str


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[CRS, _Operation | None]:
    """The CRS of a text, horizontal and without a bound shift, and its operation if pinned."""
    try:
        crs = CRS.from_user_input(text)
    except CRSError as unreadable:
        raise CrsUnreadable(
            f"«{text[:80]}» no es un sistema de coordenadas conocido: "
            "escriba un código como EPSG:32719."
        ) from unreadable
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if crs.geodetic_crs is None or not (crs.is_projected or crs.is_geographic):
        raise CrsUnreadable(
            f"«{crs.name}» no es un sistema de coordenadas sobre la Tierra que se pueda medir: "
            "exporte el archivo otra vez, en grados WGS 84 o en UTM."
        )
    crs = crs.to_2d()
    name = _datum_name(crs)
    if _WGS84_REALISATION.match(name):
        return crs, _OPERATIONS["World Geodetic System 1984"]
    return crs, _OPERATIONS.get(name)


def _own(crs: CRS) -> CRS:
    """The geographic CRS that a plane is projected from; a geographic CRS itself."""
    own = crs.geodetic_crs
    return crs if own is None else own


def _datum_name(crs: CRS) -> str:
    datum = _own(crs).datum
    return "" if datum is None else str(datum.name)


@lru_cache(maxsize=256)
def describe(text: str) -> Described:
    """What a CRS text (EPSG code, WKT, PROJ string) means.

    A code is given only where the datum is known: PROJ's look-up calls a PROJ string on
    the International ellipsoid "Campo Inchauspe", for want of a better.
    Raises CrsUnreadable for a text that is no horizontal CRS on the Earth.
    """
    crs, operation = _read(text)
    datum = _datum_name(crs)
    code = None if datum.startswith("Unknown") else crs.to_epsg()
    if code is None and crs.is_geographic and operation is not None:
        code = 4326 if operation.datum == "WGS84" else None
    projection = crs.coordinate_operation
    return Described(
        code=crs.to_wkt() if code is None else f"EPSG:{code}",
        name=crs.name,
        is_geographic=bool(crs.is_geographic),
        unit_m=float("nan")
        if crs.is_geographic
        else float(crs.axis_info[0].unit_conversion_factor),
        datum=datum if operation is None else operation.datum,
        zone=crs.utm_zone or "",
        method="" if projection is None or crs.is_geographic else str(projection.method_name),
    )


@dataclass(frozen=True, eq=False)
class Route:
    """Functions from a CRS's own (x, y) to (lon, lat), and back, exactly; inf where none is."""

    forth: Callable[[Floats, Floats], tuple[Floats, Floats]]
    back: Callable[[Floats, Floats], tuple[Floats, Floats]]
    operation: str
    accuracy_m: float


@dataclass(frozen=True, eq=False)
class _Shift:
    """An operation between datums, with longitude first whatever its own axes are."""

    transformer: Transformer
    lat_first: bool

    def forth(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        return self._moved(lon, lat, TransformDirection.FORWARD)

    def back(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """The inverse of `forth`.

        PROJ inverts from height 0, not from the height that the way forth dropped, and so
        comes back up to 9 mm away. Two corrections bring it home.
        """
        x, y = self._moved(lon, lat, TransformDirection.INVERSE)
        for _ in range(2):
            lon_again, lat_again = self.forth(x, y)
            x, y = x + (lon - lon_again), y + (lat - lat_again)
        return x, y

    def _moved(
        self, lon: Floats, lat: Floats, direction: TransformDirection
    ) -> tuple[Floats, Floats]:
        if self.lat_first:
            lat, lon = self.transformer.transform(lat, lon, direction=direction)
        else:
            lon, lat = self.transformer.transform(lon, lat, direction=direction)
        return lon, lat


@lru_cache(maxsize=256)
def route(text: str) -> Route:
    """The one way between a CRS and EPSG:4326, with the operation and its accuracy in metres.

    Raises CrsUnreadable, and TransformationRefused where only a "ballpark" is known.
    """
    crs, operation = _read(text)
    own = _own(crs)
    if operation is None:
        found, name, accuracy_m = _only_operation(own)
        shift: _Shift | None = _Shift(found, lat_first=False)
    else:
        _refuse_odd_degrees(own)
        name, accuracy_m = operation.text, operation.accuracy_m
        shift = None if operation.null else _Shift(_pinned(operation.text), lat_first=True)
    plane = None
    if not crs.is_geographic:
        # A projection alone: both ends share one datum, so there is no operation to choose.
        plane = Transformer.from_crs(crs, own, always_xy=True)  # noqa: TID251

    def forth(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        if plane is not None:
            x, y = plane.transform(x, y)
        return (x, y) if shift is None else shift.forth(x, y)

    def back(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        x, y = (lon, lat) if shift is None else shift.back(lon, lat)
        if plane is not None:
            x, y = plane.transform(x, y, direction="INVERSE")
        return x, y

    return Route(forth, back, name, accuracy_m)


@lru_cache(maxsize=16)
def _pinned(operation: str) -> Transformer:
    """An EPSG operation by its code; its axes are those of the registry: latitude first."""
    code = operation.removeprefix("EPSG:")
    return Transformer.from_pipeline(f"urn:ogc:def:coordinateOperation:EPSG::{code}")


def _refuse_odd_degrees(own: CRS) -> None:
    # The unit by its size: an ESRI .prj writes "Degree", others "degree".
    degree = math.isclose(own.axis_info[0].unit_conversion_factor, math.pi / 180, rel_tol=1e-9)
    meridian = own.prime_meridian
    if not degree or (meridian is not None and meridian.longitude != 0):
        raise TransformationRefused(
            f"«{own.name}» no cuenta en grados desde Greenwich: "
            "exporte el archivo otra vez, en grados WGS 84 o en UTM."
        )


def _only_operation(own: CRS) -> tuple[Transformer, str, float]:
    """The one operation from a geographic CRS to WGS 84, chosen for Peru and never by point."""
    with warnings.catch_warnings():
        # PROJ warns of grids that are not installed; the operation taken is named instead.
        warnings.simplefilter("ignore", UserWarning)
        group = TransformerGroup(own, DEGREES, always_xy=True, area_of_interest=_PERU)
    for found in group.transformers:
        if found.accuracy >= 0 and "ballpark" not in found.description.lower():
            return found, _code_of(found), float(found.accuracy)
    raise TransformationRefused(
        f"No hay una operación conocida del datum de «{own.name}» a WGS 84: averigüe el datum "
        "del archivo y dé su código, por ejemplo EPSG:24879 para PSAD56 19S."
    )


def _code_of(found: Transformer) -> str:
    steps = [(step.name, step.to_json_dict().get("id")) for step in found.operations or ()]
    real = [(name, code) for name, code in steps if not name.startswith("axis order change")]
    if len(real) == 1 and real[0][1]:
        return f"{real[0][1]['authority']}:{real[0][1]['code']}"
    return " + ".join(name for name, _ in real) or found.description
