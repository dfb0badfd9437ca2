"""Rows as they were received, as texts: every field and every vertex, so that anyone can recompute.

A raw row becomes a JSON object of its fields and the bytes of its shape (WKB, the file's own
numbers); `raw_layer` makes of them the layer that was read, value by value. Whole numbers, texts
and vertices come back as they were; a type of a column is kept beside it.
"""

import datetime
import json
import math
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

_TIMES = {"date": datetime.date.fromisoformat, "datetime": pd.Timestamp}


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
