"""What a file holds, before it becomes a RawLayer: its parts, their fields and their shapes.

A module per format turns a `File` into `Part`s; whoever wants one part's rows loads it.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.terms import CrsBasis

Shapes = npt.NDArray[np.object_]

_INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True)
class File:
    """Bytes on disk and the name under which they were published.

    scratch: a private folder, gone after reading; the only other place that may be touched.
    """

    path: Path
    name: str
    scratch: Path

    @property
    def ending(self) -> str:
        """The published ending, in small letters: `.geojson`."""
        return Path(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        return Path(self.name).stem


@dataclass(frozen=True)
class LayerInfo:
    """One layer of a file: its name, how many rows, which kinds of shapes (`Polygon`, …)."""

    name: str
    rows: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Content:
    """The rows of one layer as the file has them.

    frame: GeoDataFrame without a CRS, index 0…n-1, x (longitude, east) first.
    crs: the file's own word; basis: how it says so.
    """

    frame: gpd.GeoDataFrame
    crs: str | None
    basis: CrsBasis | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One layer that a file offers."""

    info: LayerInfo
    load: Callable[[], Content]

    @property
    def has_polygons(self) -> bool:
        return any("Polygon" in kind or kind == "?" for kind in self.info.kinds)


def kinds_of(shapes: Shapes) -> tuple[str, ...]:
    """The kinds of shapes, each once, as GeoJSON calls them; rows without a shape have none."""
    ids = np.unique(shapely.get_type_id(shapes))
    names = {kind.value: kind.name for kind in shapely.GeometryType}
    spelled = {"MULTIPOLYGON": "MultiPolygon", "MULTILINESTRING": "MultiLineString",
               "MULTIPOINT": "MultiPoint", "LINESTRING": "LineString", "LINEARRING": "LineString",
               "GEOMETRYCOLLECTION": "GeometryCollection"}  # fmt: skip
    found = [names[int(i)] for i in ids if int(i) >= 0]
    return tuple(spelled.get(name, name.capitalize()) for name in found)


def frame_of(
    fields: Sequence[tuple[str, pd.Series]], shapes: Shapes
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Fields and shapes as one frame, and what had to be said.

    Every field keeps its own name; one that is called `geometry`, has no name, or repeats a
    name gets a number. Heights and measures are left out: areas are plane.
    """
    notes = []
    names, renamed = _unique([name for name, _ in fields])
    if renamed:
        notes.append(f"Campos con nombre repetido o reservado, que se renombraron: {renamed}.")
    if bool(np.any(shapely.has_z(shapes))):
        notes.append("Las alturas (Z) se dejaron de lado; siguen en el archivo original.")
    flat = np.asarray(shapely.force_2d(shapes), dtype=object)
    columns = {
        name: series.reset_index(drop=True) for name, (_, series) in zip(names, fields, strict=True)
    }
    table = pd.DataFrame(columns, index=pd.RangeIndex(len(flat)))
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(flat, index=table.index)), tuple(notes)


def _unique(names: Iterable[str]) -> tuple[list[str], str]:
    taken = {"geometry"}
    result, renamed = [], []
    for name in names:
        wanted, number = name or "campo", 2
        given = wanted
        while given in taken:
            given, number = f"{wanted}_{number}", number + 1
        taken.add(given)
        result.append(given)
        if given != name:
            renamed.append(f"«{name}» → «{given}»")
    return result, ", ".join(renamed)


def columns_of(
    records: Sequence[Mapping[str, Any]],
) -> tuple[list[tuple[str, pd.Series]], tuple[str, ...]]:
    """The fields of JSON records, in the order in which they first appear.

    Texts stay texts, whole numbers whole; where a field mixes kinds, all of it is text.
    """
    names = list(dict.fromkeys(chain.from_iterable(records)))
    fields, mixed = [], []
    for name in names:
        series, plain = column([record.get(name) for record in records])
        fields.append((name, series))
        if not plain:
            mixed.append(f"«{name}»")
    if not mixed:
        return fields, ()
    return fields, (f"Campos con valores de varios tipos, leídos como texto: {', '.join(mixed)}.",)


def column(values: Sequence[Any]) -> tuple[pd.Series, bool]:
    """JSON values as a column of one type, and whether they were of one type."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        return pd.Series(values, dtype="string"), True
    if kinds == {bool}:
        return pd.Series(values, dtype="boolean"), True
    if kinds == {int} and all(value is None or value in _INT64 for value in values):
        return pd.Series(values, dtype="Int64"), True
    if kinds == {float} or (kinds == {int, float} and _exact(values)):
        return pd.Series(values, dtype="Float64"), True
    return pd.Series([_as_text(value) for value in values], dtype="string"), False


def _exact(values: Sequence[Any]) -> bool:
    return all(not isinstance(value, int) or abs(value) <= 2**53 for value in values)


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def unreadable_shapes(rows: Sequence[int]) -> tuple[str, ...]:
    """What to say of rows whose shape could not be built; the rows stay, without a shape."""
    if not rows:
        return ()
    shown = ", ".join(str(row) for row in rows[:10]) + (", …" if len(rows) > 10 else "")
    return (f"Filas cuya forma no se puede construir y quedan sin ella ({len(rows)}): {shown}.",)
