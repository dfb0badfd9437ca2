"""Tables as text (CSV and its kin) with a place in each row: WKT, or a pair of coordinates.

Every field is read as text, so that a code keeps its zeros. A table has no CRS of its own,
unless a column says it.
"""

import csv
import io
import re
import unicodedata
import warnings
from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely

from geo.errors import FileUnreadable
from geo.intake import crs as words
from geo.intake.depth import check_wkt, shallow_wkb
from geo.intake.parts import (
    Content,
    File,
    LayerInfo,
    Part,
    Shapes,
    frame_of,
    kinds_of,
    unreadable_shapes,
)
from geo.intake.texts import text_of

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 65_536

# East and north as tables call them; degrees are preferred, and never paired with metres.
_PAIRS = (
    (
        ("lon", "long", "longitud", "longitude", "lng", "lonwgs84", "longdec", "londec",
         "longituddecimal", "longx"),
        ("lat", "latitud", "latitude", "latwgs84", "latdec", "latituddecimal", "laty"),
    ),
    (
        ("este", "esteutm", "utmeste", "estem", "easting", "coordeste", "coordenadaeste", "utme",
         "e"),
        ("norte", "norteutm", "utmnorte", "nortem", "northing", "coordnorte", "coordenadanorte",
         "utmn", "n"),
    ),
    (
        ("x", "xcoord", "coordx", "coordenadax", "utmx", "pointx"),
        ("y", "ycoord", "coordy", "coordenaday", "utmy", "pointy"),
    ),
)  # fmt: skip
_WKT = (
    "wkt",
    "wktgeom",
    "geom",
    "geometry",
    "thegeom",
    "geometria",
    "shape",
    "poligono",
    "wkbgeometry",
)
_CRS = ("epsg", "srid", "crs", "src")

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LOOKS_WKT = re.compile(
    r"^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON)|^\s*GEOMETRYCOLLECTION", re.IGNORECASE
)
_LOOKS_WKB = re.compile(r"^0[01][0-9A-Fa-f]{16,}$")


def parts(file: File) -> tuple[Part, ...]:
    """The one layer of a delimited text.

    Raises FileUnreadable when the rows do not fit the heading, or nothing says where they are.
    """
    text, notes = text_of(file)
    if _CONTROL.search(text):
        raise FileUnreadable(f"«{file.name}» no es un archivo de texto: vuelva a exportarlo.")
    delimiter = _delimiter(text)
    header, table = _table(text, delimiter, file.name)
    plain = [_plain(name) for name in header]
    wkt = _wkt_column(plain, table)
    if wkt is not None:
        shapes, bad, srid = _from_wkt(table[wkt])
        place = {wkt}
    else:
        east, north = _pair(plain, file.name, header)
        shapes, bad = _points(table[east], table[north], file.name)
        place, srid = set(), None
    said = srid or _crs_column(plain, table)

    def load() -> Content:
        fields = [(name, table[i]) for i, name in enumerate(header) if i not in place]
        frame, more = frame_of(fields, shapes)
        crs, basis, about = words.declared(said, shapes)
        silent = () if said else ("La tabla no dice en qué CRS están sus coordenadas.",)
        all_notes = (*notes, *more, *unreadable_shapes(bad), *silent, *about)
        return Content(frame, crs, basis, all_notes)

    return (Part(LayerInfo(file.stem, len(table), kinds_of(shapes)), load),)


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def _delimiter(text: str) -> str:
    """The mark that cuts heading and first rows into the same number of fields, and most."""
    sample = text[:_SAMPLE]
    lines = sample.splitlines(keepends=True)
    first = sample.lstrip("\r\n").splitlines()[:1]
    if first and first[0].lower().startswith("sep=") and len(first[0]) == 5:
        return first[0][4]

    def score(mark: str) -> tuple[bool, int]:
        rows = [row for row in csv.reader(lines, delimiter=mark) if row][:6]
        widths = {len(row) for row in (rows[:-1] or rows)}
        return len(widths) == 1, min(widths, default=0)

    before = csv.field_size_limit(_SAMPLE * 2)
    try:
        scores = {mark: score(mark) for mark in _DELIMITERS}
    finally:
        csv.field_size_limit(before)
    several = [mark for mark in _DELIMITERS if scores[mark][1] > 1]
    return max(several or _DELIMITERS[:1], key=lambda mark: scores[mark])


def _table(text: str, delimiter: str, name: str) -> tuple[list[str], pd.DataFrame]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.ParserWarning)
            read = pd.read_csv(
                io.StringIO(text),
                sep=delimiter,
                header=None,
                dtype="string",
                keep_default_na=False,
                na_values=[""],
                skiprows=1 if text.lower().startswith("sep=") else 0,
                skipinitialspace=True,
            )
    except pd.errors.EmptyDataError as error:
        raise FileUnreadable(f"«{name}» no tiene filas: vuelva a exportarlo.") from error
    except pd.errors.ParserError as error:
        raise FileUnreadable(
            f"Las filas de «{name}» no calzan con su cabecera, o unas comillas quedan abiertas: "
            "vuelva a exportarlo como CSV con separador «,» o «;»."
        ) from error
    header = ["" if pd.isna(value) else str(value).strip() for value in read.iloc[0]]
    rows = read.iloc[1:].reset_index(drop=True)
    rows.columns = pd.RangeIndex(len(header))
    return header, rows


def _wkt_column(plain: list[str], table: pd.DataFrame) -> int | None:
    """The column of WKT (or of PostGIS' hexadecimal WKB): by its content, its name preferred."""
    found = []
    for i, _ in enumerate(plain):
        first = table[i].dropna().head(20)
        looks = first.str.match(_LOOKS_WKT) | first.str.match(_LOOKS_WKB)
        if len(first) and bool(looks.any()):
            found.append(i)
    named = [i for i in found if plain[i] in _WKT]
    return next(iter(named or found), None)


def _from_wkt(column: pd.Series) -> tuple[Shapes, list[int], str | None]:
    parted = column.str.extract(r"^\s*(?:SRID=(\d+);)?(.*)$", flags=re.IGNORECASE | re.DOTALL)
    body = parted[1].astype(object).where(parted[1].notna(), None).to_numpy(dtype=object)
    hexadecimal = np.asarray([bool(b and _LOOKS_WKB.match(b)) for b in body], dtype=bool)
    shapes: Shapes = np.full(len(body), None, dtype=object)
    with np.errstate(invalid="ignore"):
        check_wkt(body[~hexadecimal])
        shapes[~hexadecimal] = shapely.from_wkt(body[~hexadecimal], on_invalid="ignore")
        shapes[hexadecimal] = shapely.from_wkb(shallow_wkb(body[hexadecimal]), on_invalid="ignore")
    said = set(parted[0].dropna().astype(str))
    inside = shapely.get_srid(shapes[~shapely.is_missing(shapes)])
    said |= {str(number) for number in np.unique(inside) if number > 0}
    there = np.asarray([b is not None for b in body], dtype=bool)
    bad = np.flatnonzero(there & shapely.is_missing(shapes))
    return shapes, [int(row) for row in bad], f"EPSG:{said.pop()}" if len(said) == 1 else None


def _crs_column(plain: list[str], table: pd.DataFrame) -> str | None:
    """The one CRS that a column of the table gives to all rows."""
    for i, name in enumerate(plain):
        if name in _CRS:
            said = set(table[i].dropna().astype(str).str.strip().str.upper())
            numbers = {word.removeprefix("EPSG:") for word in said}
            if len(numbers) == 1 and (number := numbers.pop()).isdigit() and len(number) >= 4:
                return f"EPSG:{number}"
    return None


def _pair(plain: list[str], name: str, header: Iterable[str]) -> tuple[int, int]:
    for easts, norths in _PAIRS:
        east = [plain.index(word) for word in easts if word in plain]
        north = [plain.index(word) for word in norths if word in plain]
        if east and north:
            return east[0], north[0]
    shown = ", ".join(f"«{field}»" for field in list(header)[:20])
    raise FileUnreadable(
        f"«{name}» no tiene una columna WKT ni un par de coordenadas (lon y lat, este y norte, "
        f"x e y): nómbrelas así. Sus columnas son {shown}."
    )


def _points(east: pd.Series, north: pd.Series, name: str) -> tuple[Shapes, list[int]]:
    both = pd.concat([east, north]).dropna().str.strip()
    mark = _decimal_mark(both, name)
    x, y = _numbers(east, mark), _numbers(north, mark)
    there = np.isfinite(x) & np.isfinite(y)
    shapes: Shapes = np.full(len(x), None, dtype=object)
    given = np.asarray(east.notna() | north.notna(), dtype=bool)
    unread = given & (np.isnan(x) | np.isnan(y))
    shapes[~unread & given] = shapely.points(x[~unread & given], y[~unread & given])
    return shapes, [int(row) for row in np.flatnonzero(unread & ~there)]


def _decimal_mark(values: pd.Series, name: str) -> str:
    """Which of point and comma marks the decimals; the other one groups thousands.

    A mark that stands twice in a number, or before the other one, groups thousands. A lone
    comma with three digits after it may be either: then the table is refused.
    """
    comma = values[values.str.contains(",", regex=False)]
    if comma.empty:
        return "," if bool(values.str.count(r"\.").gt(1).any()) else "."
    for mark, other in ((".", ","), (",", ".")):
        groups = rf"-?\d{{1,3}}(\{other}\d{{3}})"
        if bool(values.str.fullmatch(rf"{groups}{{2,}}(\{mark}\d*)?|{groups}+\{mark}\d+").any()):
            return mark
    if bool(values.str.contains(".", regex=False).any()):
        raise FileUnreadable(
            f"Las coordenadas de «{name}» usan el punto y la coma a la vez: expórtelo con una "
            "sola marca decimal."
        )
    if bool(comma.str.fullmatch(r"-?\d{1,3},\d{3}").all()):
        raise FileUnreadable(
            f"En «{name}» no se sabe si las comas de «{comma.iloc[0]}» son de miles o decimales: "
            "expórtelo con punto decimal y sin separador de miles."
        )
    return ","


def _numbers(column: pd.Series, mark: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    other = "," if mark == "." else "."
    plain = column.str.strip().str.replace(other, "", regex=False)
    if mark == ",":
        plain = plain.str.replace(",", ".", regex=False)
    return pd.to_numeric(plain, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
