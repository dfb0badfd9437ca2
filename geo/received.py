"""Rows as they were received, as texts: every field and every vertex, so that anyone can recompute.

A raw row becomes a JSON object of its fields and the bytes of its shape (WKB, the file's own
numbers); `raw_layer` makes of them the layer that was read, value by value. Whole numbers, texts
and vertices come back as they were; a type of a column is kept beside it.
"""

import datetime
import json
import math
import struct
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import pandas_dtype

from geo.errors import StageBroken
from geo.schema.columns import COUNT, TEXT, Column
from geo.stages import RawLayer, Snapshot
from geo.terms import CrsBasis

RECEIVED = (
    Column("snapshot", TEXT, "Archivo (SHA-256)", "Huella de los bytes."),
    Column("layer", TEXT, "Capa", "Capa dentro del archivo; vacío en un archivo de hechos."),
    Column("row", COUNT, "Fila", "Número de fila en el archivo, desde 0."),
    Column("fields", TEXT, "Campos", "Todos los campos de la fila, como objeto JSON."),
    Column("withheld", TEXT, "Campos reservados", "Campos cuyo valor se reserva, con «;»."),
    Column("shape", "object", "Figura", "La figura recibida, en WKB; vacía si no hay."),
)
"""One row of a file as received: the columns of the frames that this room makes and takes."""

DEEPEST = 32
"""How many collections may stand within one another."""

_SRID = 0x20000000
_POINT, _LINES, _POLYGONS = 1, (2, 8), (3, 17)

_TIMES = {"date": datetime.date.fromisoformat, "datetime": pd.Timestamp}


class TooDeep(ValueError):
    """Shapes within shapes, deeper than anybody draws."""


def told(raw: RawLayer) -> pd.DataFrame:
    """Every row of a raw layer, columns RECEIVED, nothing withheld.

    Raises StageBroken for a value that is no text, number, answer, date, bytes or list of these.
    """
    frame = raw.frame
    shapes = np.asarray(frame.geometry.array)
    fields = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    names = [str(name) for name in fields.columns]
    columns = [fields.iloc[:, place].tolist() for place in range(len(names))]
    rows = zip(*columns, strict=True) if names else iter([()] * len(frame))
    texts = [
        json.dumps(
            {name: _plain(value) for name, value in zip(names, row, strict=True)},
            ensure_ascii=False,
            allow_nan=False,
        )
        for row in rows
    ]
    made = {
        "snapshot": raw.snapshot.sha256,
        "layer": raw.layer,
        "row": frame.index,
        "fields": texts,
        "withheld": "",
        "shape": pd.Series(shapely.to_wkb(shapes, include_srid=False), dtype=object),
    }
    return pd.DataFrame(made).astype({column.name: column.dtype for column in RECEIVED})


def types(raw: RawLayer) -> dict[str, str]:
    """The fields of a raw layer in their order, each with the type of its column."""
    fields = raw.frame.drop(columns=raw.frame.geometry.name)
    return {str(name): str(fields[name].dtype) for name in fields.columns}


def raw_layer(
    rows: pd.DataFrame,
    types: Mapping[str, str],
    *,
    crs: str | None,
    basis: CrsBasis | None,
    snapshot: Snapshot,
    layer: str,
    notes: tuple[str, ...] = (),
) -> RawLayer:
    """The raw layer that `told` told, or some of its rows, under their own numbers.

    rows: columns RECEIVED, of one snapshot and layer. Raises StageBroken where a row has other
    fields than `types`.
    """
    ordered = rows.sort_values("row")
    values = [json.loads(text) for text in ordered["fields"]]
    if any(set(value) != set(types) for value in values):
        raise StageBroken("una fila recibida no tiene los campos de su archivo")
    numbers = pd.Index(ordered["row"].astype("int64").to_numpy())
    columns = {
        name: _column([_value(value[name]) for value in values], kind, numbers)
        for name, kind in types.items()
    }
    shapes = shapely.from_wkb(ordered["shape"].to_numpy(dtype=object))
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, index=numbers), index=numbers)
    return RawLayer(frame, crs, basis, snapshot, layer, notes)


def check_depth(wkb: bytes) -> None:
    """Raises TooDeep for shapes within shapes within shapes: GEOS goes down by recursion, and a
    deep one ends the process. Raises ValueError where the bytes are no shape.
    """
    try:
        _descend(wkb)
    except (struct.error, IndexError) as error:
        raise ValueError("wkb") from error


def _descend(wkb: bytes) -> None:
    at = 0
    left: list[int] = []  # how many parts are to come, on each level
    while True:
        if wkb[at] > 1:  # GEOS would go on in the order of the shape around it
            raise ValueError("wkb")
        order = "<" if wkb[at] else ">"
        (kind,) = struct.unpack_from(f"{order}I", wkb, at + 1)
        at += 9 if kind & _SRID else 5
        plain, size = (kind & 0xFFFF) % 1000, 16 + 8 * _more_numbers(kind)
        if plain == _POINT:
            at += size
        else:
            (count,) = struct.unpack_from(f"{order}I", wkb, at)
            at += 4
            if plain in _LINES:
                at += count * size
            elif plain in _POLYGONS:
                for _ in range(count):
                    at += 4 + size * struct.unpack_from(f"{order}I", wkb, at)[0]
            else:
                left.append(count)
        while left and not left[-1]:
            left.pop()
        if not left:
            return
        if len(left) > DEEPEST:
            raise TooDeep("wkb")
        left[-1] -= 1


def _more_numbers(kind: int) -> int:
    """How many numbers a vertex has beside two."""
    iso = (kind & 0xFFFF) // 1000
    return max(bool(kind & 0x80000000) + bool(kind & 0x40000000), (0, 1, 1, 2)[min(iso, 3)])


def _column(values: list[Any], kind: str, numbers: pd.Index) -> pd.Series:
    plain = pd.Series(values, index=numbers, dtype=object)
    if kind.startswith("datetime64"):
        return pd.to_datetime(plain, utc="UTC" in kind).astype(pandas_dtype(kind))
    if kind.startswith("float"):
        plain = plain.where(plain.notna(), np.nan)
    return plain.astype(pandas_dtype(kind))


def _plain(value: Any) -> Any:
    """A value of a raw field as JSON knows it; a date says that it is one."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (str, bool, np.bool_)):
        return value if isinstance(value, str) else bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return None
        return number if math.isfinite(number) else {"number": str(number)}
    if isinstance(value, datetime.datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return {"list": [_plain(one) for one in value]}
    if isinstance(value, dict):
        return {"object": {str(name): _plain(one) for name, one in value.items()}}
    raise StageBroken(f"un campo recibido tiene un valor de tipo {type(value).__name__}")


def _value(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    ((kind, value),) = told.items()
    if kind in _TIMES:
        return _TIMES[kind](value)
    if kind == "bytes":
        return bytes.fromhex(value)
    if kind == "list":
        return [_value(one) for one in value]
    if kind == "object":
        return {name: _value(one) for name, one in value.items()}
    return float(value)
