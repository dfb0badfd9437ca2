"""The overlaps as one file that others open: GeoPackage, CSV, GeoJSON, GeoParquet."""

import csv
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import FileUnwritable
from geo.home import whole_file
from geo.release import files
from geo.terms import Answer

_DECIMALS = 9
"""Of a degree: 0.1 mm, so that an area of 100 ha keeps its square metres."""

# what a spreadsheet would take for a formula, also in its wide forms
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")


def with_flags(pairs: gpd.GeoDataFrame, flags: pd.DataFrame) -> gpd.GeoDataFrame:
    """The overlaps with two texts before their shape: `flags`, the codes answered yes, and
    `flags_unknown`, the codes that nobody could answer; each separated by «;», empty for none.
    """
    shape = pairs.geometry.name
    told = pairs.assign(
        flags=_codes(pairs, flags, Answer.YES), flags_unknown=_codes(pairs, flags, Answer.UNKNOWN)
    )
    return told[[*(name for name in told.columns if name != shape), shape]]


def export(
    pairs: gpd.GeoDataFrame, path: Path, *, flags: pd.DataFrame | None = None, on: str = ""
) -> None:
    """Writes overlaps (EPSG:4326) to `path`, whole or not at all, in the form its ending says.

    flags: rows of `schema.columns.FLAGS`, added by `with_flags`. on: the partial date that a
    GeoPackage bears. Rows without shared area have no shape. Raises FileUnwritable for another
    ending, and where the file cannot be written.
    """
    write = _FORMS.get(path.suffix.lower())
    if write is None:
        raise FileUnwritable(
            f"No se puede escribir «{path.name}»: use un nombre que termine en "
            f"{', '.join(ENDINGS)}."
        )
    if path.is_dir():
        raise FileUnwritable(f"«{path}» es una carpeta: escriba también el nombre del archivo.")
    frame = pairs if flags is None else with_flags(pairs, flags)
    with files.plainly(path), whole_file(path) as temporary:
        write(frame, temporary, on)


def geojson(frame: gpd.GeoDataFrame, name: str, members: Mapping[str, Any] | None = None) -> bytes:
    """RFC 7946: degrees of WGS 84, outer rings counter-clockwise, no shape as null.

    members: what else stands beside the features (the standard allows it).
    """
    return "".join(geojson_pieces([frame], name, members)).encode("utf-8")


def geojson_pieces(
    frames: Iterable[gpd.GeoDataFrame],
    name: str,
    members: Mapping[str, Any] | None = None,
    ids: str = "",
) -> Iterator[str]:
    """The same text piece by piece, so that a large layer is never in memory as a whole.

    frames: the rows of one layer, some at a time. ids: the column that is the features' own id.
    """
    collection = {"type": "FeatureCollection", "name": name, **(members or {})}
    yield _compact(collection)[:-1] + ',"features":['
    first = True
    for frame in frames:
        text = ",".join(_compact(feature) for feature in features(frame, ids))
        yield text if first else text and "," + text
        first = first and not text
    yield "]}\n"


def features(frame: gpd.GeoDataFrame, ids: str = "") -> list[dict[str, Any]]:
    """The rows as GeoJSON's features, as plain values. ids: the column that is their own id."""
    outlined = rounded(frame)
    drawn = [
        None if empty else json.loads(text)
        for text, empty in zip(
            shapely.to_geojson(outlined), shapely.is_empty(outlined), strict=True
        )
    ]
    rows = files.told(frame.drop(columns=frame.geometry.name)).to_dict("records")
    return [
        {
            "type": "Feature",
            **({"id": row[ids]} if ids else {}),
            "properties": {str(name): _json(value) for name, value in row.items()},
            "geometry": geometry,
        }
        for row, geometry in zip(rows, drawn, strict=True)
    ]


def rounded(frame: gpd.GeoDataFrame) -> np.ndarray:
    """The shapes with outer rings counter-clockwise and the decimals that an area needs."""
    shapes = shapely.orient_polygons(np.asarray(frame.geometry.array))
    rounded: np.ndarray = shapely.transform(shapes, lambda xy: np.round(xy, _DECIMALS))
    return rounded


def spreadsheet_safe(texts: pd.Series) -> pd.Series:
    """Texts that no spreadsheet takes for a formula: an apostrophe before the first sign."""
    codes, found = pd.factorize(texts.astype("string"))
    # a missing text has the code -1, and the last place is missing
    safe = np.array([*map(no_formula, found), None], dtype=object)
    return pd.Series(safe[codes], index=texts.index, name=texts.name, dtype="string")


def no_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _codes(pairs: pd.DataFrame, flags: pd.DataFrame, answer: Answer) -> pd.Series:
    keys = ["concession_key", "territory_key"]
    given = flags.loc[flags["answer"].isin([answer.value]), [*keys, "code"]]
    codes = given.groupby(keys)["code"].agg(";".join)
    wanted = pd.MultiIndex.from_frame(pairs[keys])
    found = codes.reindex(wanted).fillna("").to_numpy(dtype=object)
    return pd.Series(found, index=pairs.index, dtype="string")


def _gpkg(frame: gpd.GeoDataFrame, path: Path, on: str) -> None:
    files.geopackage([("overlaps", frame)], path, on)


def _parquet(frame: gpd.GeoDataFrame, path: Path, _on: str) -> None:
    files.parquet(frame, path)


def _csv(frame: gpd.GeoDataFrame, path: Path, _on: str) -> None:
    """UTF-8 with a mark, which spreadsheets need; keys carry their source, so zeros survive."""
    shape = frame.geometry.name
    table = files.told(frame.drop(columns=shape))
    texts = {
        str(name): spreadsheet_safe(table[name])
        for name in table.columns
        if table[name].dtype == object
    }
    shapes = np.asarray(frame.geometry.array)
    drawn = np.where(shapely.is_empty(shapes), "", shapely.to_wkt(shapes, rounding_precision=-1))
    pd.DataFrame(table).assign(**texts, geometry_wkt=drawn).to_csv(
        path, index=False, encoding="utf-8-sig", lineterminator="\n", quoting=csv.QUOTE_MINIMAL
    )


def _geojson(frame: gpd.GeoDataFrame, path: Path, _on: str) -> None:
    path.write_bytes(geojson(frame, "overlaps"))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _json(value: Any) -> Any:
    if value is None or value is pd.NA:
        return None
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


_FORMS: dict[str, Callable[[gpd.GeoDataFrame, Path, str], None]] = {
    ".gpkg": _gpkg,
    ".csv": _csv,
    ".geojson": _geojson,
    ".parquet": _parquet,
}

ENDINGS = tuple(_FORMS)
"""The endings of a file's name that `export` writes."""
