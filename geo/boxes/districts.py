"""A file of districts as places: fields told by their names, codes made where there are none.

Pure but for the file, which comes in as a raw layer. A department keeps one code whichever file
brings it: the country's own. A province or a district without a published code gets one from its
names, so that the same names give the same code in every import.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.answers import folded
from geo.country import Bounds, Country
from geo.crs import describe
from geo.errors import PlacesMissing
from geo.places import COUNTRY, Place, Places
from geo.stages import RawLayer
from geo.terms import PlaceLevel

FIELDS: Mapping[PlaceLevel, tuple[str, ...]] = {
    PlaceLevel.DEPARTMENT: ("departamento", "nombdep", "nomdep", "nm_dep", "departamen", "dep"),
    PlaceLevel.PROVINCE: ("provincia", "nombprov", "nomprov", "nm_prov", "prov"),
    PlaceLevel.DISTRICT: ("distrito", "nombdist", "nomdist", "nm_dist", "dist"),
}
"""How publishers name these fields, the statistics office first; capitals do not count."""

CODES = ("ubigeo", "iddist", "idprov", "iddpto", "coddist", "cod_dist")
_ORDER = (PlaceLevel.DEPARTMENT, PlaceLevel.PROVINCE, PlaceLevel.DISTRICT)
_DIGITS = {PlaceLevel.DEPARTMENT: 2, PlaceLevel.PROVINCE: 4, PlaceLevel.DISTRICT: 6}
_SHARED_AT_MOST = 0.02


@dataclass(frozen=True)
class Fields:
    """The names of a file's fields, "" where it has none: told by the user, or recognised."""

    department: str = ""
    province: str = ""
    district: str = ""
    code: str = ""


def places_of(
    raw: RawLayer, country: Country, middle: tuple[float, float], wanted: Fields | None = None
) -> Places:
    """The places of a file: districts, or what finest level it names, and all that hold them.

    middle: the point that stands for the country. Raises PlacesMissing, saying what to mend.
    """
    _in_degrees(raw, country.bounds)
    fields = _fields(raw, wanted or Fields())
    levels = [level for level in _ORDER if fields[level]]
    rows = pd.DataFrame({level: _texts(raw, fields[level], level) for level in levels})
    rows["shape"] = np.asarray(raw.frame.geometry.array)
    rows["code"] = _codes(raw, fields["code"], levels[-1]) if fields["code"] else ""
    finest = _merged(rows, levels)
    by_code: dict[str, Place] = {}
    shapes: dict[str, BaseGeometry] = {}
    for level in levels:
        depth = levels[: levels.index(level) + 1]
        _give_codes(finest, depth, country)
        for code, group in finest.groupby(_column(level), sort=True):
            outline = shapely.union_all(np.asarray(group["shape"]))
            name = str(group[level].iloc[0])
            above = levels[levels.index(level) - 1] if level is not levels[0] else None
            within = COUNTRY if above is None else str(group[_column(above)].iloc[0])
            by_code[str(code)] = Place(str(code), level, name, within, *point_of(outline))
            shapes[str(code)] = outline
    _apart([shapes[c] for c, p in by_code.items() if p.level is levels[-1]])
    by_code[COUNTRY] = Place(COUNTRY, PlaceLevel.COUNTRY, country.name, COUNTRY, *middle)
    return Places(by_code, shapes, illustrative=_illustrative(raw))


def point_of(shape: BaseGeometry) -> tuple[float, float]:
    """A point well inside the largest part of a shape, to 2 decimals (a kilometre)."""
    parts = shapely.get_parts(shape)
    point = shapely.point_on_surface(max(parts, key=lambda part: float(part.area)))
    return round(float(point.x), 2), round(float(point.y), 2)


def _in_degrees(raw: RawLayer, bounds: Bounds) -> None:
    described = describe(raw.crs) if raw.crs else None
    if described is None or not described.is_geographic or described.datum not in _LIKE_WGS84:
        raise PlacesMissing(
            "Los distritos deben venir en grados WGS 84 (EPSG:4326): convierta el archivo antes."
        )
    if raw.frame.empty:
        raise PlacesMissing("El archivo de distritos no tiene filas: traiga otro.")
    kinds = shapely.get_type_id(np.asarray(raw.frame.geometry.array))
    if not np.isin(kinds, (3, 6)).all():
        raise PlacesMissing(
            "Hay filas sin polígono en el archivo de distritos: quítelas o traiga otro archivo."
        )
    west, south, east, north = raw.frame.total_bounds
    inside = (
        west >= bounds.west
        and south >= bounds.south
        and east <= bounds.east
        and north <= bounds.north
    )
    if not inside:
        raise PlacesMissing(
            "El archivo cae en parte o del todo fuera del país: traiga el de sus distritos."
        )


_LIKE_WGS84 = ("WGS84", "SIRGAS", "Peru96")
"""Degrees that lie within two metres of one another: as good, for a district."""


def _fields(raw: RawLayer, wanted: Fields) -> dict[str, str]:
    there = {str(name).casefold(): str(name) for name in raw.frame.columns if name != "geometry"}
    found: dict[str, str] = {}
    said = {
        PlaceLevel.DEPARTMENT: wanted.department,
        PlaceLevel.PROVINCE: wanted.province,
        PlaceLevel.DISTRICT: wanted.district,
        "code": wanted.code,
    }
    for what, named in said.items():
        known = CODES if what == "code" else FIELDS[PlaceLevel(what)]
        if named and named.casefold() not in there:
            raise PlacesMissing(
                f"El archivo no tiene el campo «{named}»; tiene: {', '.join(there.values())}."
            )
        chosen = [named.casefold()] if named else [name for name in known if name in there]
        found[what] = there[chosen[0]] if chosen else ""
    names = [found[level] for level in _ORDER]
    if not names[0] or (names[2] and not names[1]):
        raise PlacesMissing(
            "No se reconocen los campos de departamento, provincia y distrito: nómbrelos con "
            f"--department, --province y --district. El archivo tiene: "
            f"{', '.join(there.values())}."
        )
    return found


def _texts(raw: RawLayer, field: str, level: PlaceLevel) -> pd.Series:
    texts = raw.frame[field].astype("string").fillna("").str.split().str.join(" ")
    if texts.eq("").any():
        row = int(texts.index[texts.eq("")][0])
        raise PlacesMissing(
            f"La fila {row + 1} no dice su {_CALLED[level]} (campo «{field}»): complétela."
        )
    return texts.astype(object)


_CALLED = {
    PlaceLevel.DEPARTMENT: "departamento",
    PlaceLevel.PROVINCE: "provincia",
    PlaceLevel.DISTRICT: "distrito",
}


def _codes(raw: RawLayer, field: str, finest: PlaceLevel) -> pd.Series:
    """Codes as texts; a table that made numbers of them lost their first zero, which comes back."""
    column = raw.frame[field]
    texts = column.astype("string").str.strip().str.replace(r"\.0\Z", "", regex=True).fillna("")
    if texts.eq("").any():
        raise PlacesMissing(
            f"Hay filas sin código en «{field}»: complételas, o traiga el archivo sin ese campo."
        )
    if pd.api.types.is_numeric_dtype(column.dtype):
        texts = texts.str.zfill(_DIGITS[finest])
    return texts.astype(object)


def _merged(rows: pd.DataFrame, levels: Sequence[PlaceLevel]) -> pd.DataFrame:
    """One row for each finest place: several rows of one place are its parts."""
    named = [f"folded {level}" for level in levels]
    for level, column in zip(levels, named, strict=True):
        rows[column] = rows[level].map(folded)
    groups = rows.groupby(named, sort=True)
    twice = groups["code"].nunique() > 1
    if twice.any():
        name = ", ".join(groups.first().loc[twice, levels[-1]].astype(str)[:3])
        raise PlacesMissing(
            f"Un mismo nombre tiene dos códigos ({name}): corrija el archivo, un lugar lleva uno."
        )
    finest = groups.first().reset_index()
    finest["shape"] = pd.Series(
        [_whole(group) for _, group in groups["shape"]], index=finest.index, dtype=object
    )
    coded = finest.loc[finest["code"].ne(""), "code"]
    if not coded.is_unique:
        again = ", ".join(sorted(coded[coded.duplicated()].astype(str))[:3])
        raise PlacesMissing(f"Un mismo código tiene dos nombres ({again}): corrija el archivo.")
    return finest


def _whole(shapes: pd.Series) -> BaseGeometry:
    joined = shapely.union_all(shapely.make_valid(np.asarray(shapes)))
    parts = shapely.get_parts(shapely.get_parts(joined))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _column(level: PlaceLevel) -> str:
    return f"code of {level}"


def _give_codes(finest: pd.DataFrame, depth: Sequence[PlaceLevel], country: Country) -> None:
    """Adds the codes of the last level of `depth` to `finest`, each nested in the one above."""
    level = depth[-1]
    published = finest["code"].astype(str)
    digits = published.str.fullmatch(rf"\d{{{_DIGITS[_finest(finest)]}}}").all()
    if level is PlaceLevel.DEPARTMENT:
        own = {folded(one.name): one.code for one in country.department}
        made = finest[f"folded {level}"].map(lambda name: own.get(name, _slug(name)))
        if digits:
            made = published.str[:2]
    elif digits:
        made = published.str[: _DIGITS[level]]
    elif published.ne("").all() and level is _finest(finest):
        made = published
    else:
        above = finest[_column(depth[-2])].astype(str)
        made = above + "." + finest[f"folded {level}"].map(_slug)
    finest[_column(level)] = made
    named = [f"folded {one}" for one in depth]
    whose = finest.groupby(_column(level))[named].nunique().max(axis=1)
    if (whose > 1).any():
        raise PlacesMissing(
            f"El código {whose.index[whose > 1][0]} reúne lugares de nombres distintos: revise que "
            "los códigos y los nombres del archivo correspondan."
        )
    codes = finest.groupby(named)[_column(level)].nunique()
    if (codes > 1).any():
        name = codes.index[codes > 1][0]
        said = name if isinstance(name, str) else ", ".join(name)
        raise PlacesMissing(f"«{said}» está dos veces, con códigos distintos: corrija el archivo.")


def _finest(finest: pd.DataFrame) -> PlaceLevel:
    return [level for level in _ORDER if level in finest.columns][-1]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")


def _apart(shapes: Sequence[BaseGeometry]) -> None:
    """Places of one level lie side by side: two of them over one another are one too many."""
    areas = float(np.sum(shapely.area(shapes)))
    together = float(shapely.area(shapely.union_all(shapes)))
    if areas > together * (1 + _SHARED_AT_MOST):
        raise PlacesMissing(
            "Los polígonos se tapan unos a otros: parece que un lugar está dos veces con nombres "
            "distintos. Traiga un archivo de un solo año."
        )


def _illustrative(raw: RawLayer) -> bool:
    if "illustrative" not in raw.frame:
        return False
    said = raw.frame["illustrative"].astype("string").str.casefold()
    return bool(said.eq("true").any())
