"""Columns of Arrow as columns of a raw layer: texts stay texts, dates become ISO texts."""

import json
from typing import Any

import pandas as pd
import pyarrow as pa


def fields_of(
    table: pa.Table, without: frozenset[str]
) -> tuple[list[tuple[str, pd.Series]], tuple[str, ...]]:
    """The columns of `table` but those in `without`, and which binary ones were left out."""
    fields, binary = [], []
    for name, values in zip(table.column_names, table.columns, strict=True):
        if name in without:
            continue
        if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
            binary.append(f"«{name}»")
        else:
            fields.append((name, series_of(values)))
    left = (f"Campos binarios que no se leen: {', '.join(binary)}.",) if binary else ()
    return fields, left


def series_of(values: pa.ChunkedArray) -> pd.Series:
    """One column: `string`, `Int64`, `Float64` or `boolean`; anything else as text."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return series_of(values.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return pd.Series(values.to_pylist(), dtype="boolean")
    if pa.types.is_signed_integer(kind):
        return pd.Series(values.to_pylist(), dtype="Int64")
    if pa.types.is_unsigned_integer(kind):
        return pd.Series(values.to_pylist(), dtype="UInt64")
    if pa.types.is_floating(kind):
        return pd.Series(values.to_pylist(), dtype="Float64")
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.Series(values.to_pylist(), dtype="string")
    return pd.Series([_text(value) for value in values.to_pylist()], dtype="string")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
