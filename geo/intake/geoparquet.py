"""GeoParquet: WKB by ourselves, the native encodings through geopandas.

Standard: GeoParquet 1.1, whose silence about the CRS means OGC:CRS84, and whose `null` that
nobody knows it.
"""

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import FileUnreadable
from geo.intake import crs as words
from geo.intake.arrow import fields_of
from geo.intake.ogr import from_wkb
from geo.intake.parts import (
    Content,
    File,
    LayerInfo,
    Part,
    Shapes,
    frame_of,
    unreadable_shapes,
)


def parts(file: File) -> tuple[Part, ...]:
    """The one layer of a GeoParquet. Raises FileUnreadable when cut, or without geometry."""
    try:
        with pq.ParquetFile(file.path) as opened:
            about = _about(opened.schema_arrow.metadata or {}, file.name)
            rows = opened.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise FileUnreadable(_DAMAGED.format(file.name)) from error
    main = about["columns"][about["primary_column"]]
    kinds = tuple(str(kind).removesuffix(" Z") for kind in main.get("geometry_types", ())) or ("?",)
    return (Part(LayerInfo(file.stem, rows, kinds), lambda: _content(file, about)),)


_DAMAGED = "«{}» parece un Parquet cortado o dañado: vuelva a descargarlo o a exportarlo."


def _about(metadata: dict[bytes, bytes], name: str) -> dict[str, Any]:
    try:
        about = json.loads(metadata[b"geo"])
        about["columns"][about["primary_column"]]["encoding"]
    except (KeyError, TypeError, ValueError) as error:
        raise FileUnreadable(
            f"«{name}» es un Parquet sin geometría: expórtelo como GeoParquet."
        ) from error
    return dict(about)


def _content(file: File, about: dict[str, Any]) -> Content:
    name = about["primary_column"]
    main = about["columns"][name]
    try:
        with pq.ParquetFile(file.path) as opened:
            table = opened.read()
        if main["encoding"] == "WKB":
            shapes, bad = from_wkb(table[name])
        else:
            shapes, bad = _native(file), []
        index = frozenset(c for c in table.column_names if c.startswith("__index_level_"))
        fields, left = fields_of(table, frozenset(about["columns"]) | index)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise FileUnreadable(_DAMAGED.format(file.name)) from error
    frame, more = frame_of(fields, shapes)
    crs, basis, said = _crs(main, shapes)
    others = [f"«{column}»" for column in about["columns"] if column != name]
    second = (f"Otras columnas de geometría, no leídas: {', '.join(others)}.",) if others else ()
    return Content(frame, crs, basis, (*left, *second, *more, *unreadable_shapes(bad), *said))


def _native(file: File) -> Shapes:
    return np.asarray(gpd.read_parquet(file.path).geometry.array, dtype=object)


def _crs(main: dict[str, Any], shapes: Shapes) -> words.Word:
    if "crs" not in main:
        return words.by_standard(shapes, "GeoParquet")
    if main["crs"] is None:
        return None, None, ("El archivo dice que su CRS no se conoce (crs: null).",)
    return words.declared(main["crs"], shapes)
