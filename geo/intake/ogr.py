"""GeoPackage, FlatGeobuf and GPX through GDAL, on a private copy with the right ending.

GDAL is never given the published path: it opens no companion file, writes no journal beside
it, and follows no address.
"""

import shutil
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from geo.errors import FileUnreadable
from geo.intake import crs as words
from geo.intake.arrow import fields_of
from geo.intake.depth import shallow_wkb
from geo.intake.parts import (
    Content,
    File,
    LayerInfo,
    Part,
    Shapes,
    frame_of,
    unreadable_shapes,
)
from geo.intake.texts import refuse_entities, text_of

GDAL_FAILS = (
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    GeometryError,
    pa.ArrowException,
    OSError,
    RuntimeError,
    UnicodeDecodeError,
)

# The points of a GPX line, beside the line itself, would count every boundary twice.
_REPEATED = frozenset(("route_points", "track_points"))


def geopackage(file: File) -> tuple[Part, ...]:
    """The layers and tables of a GeoPackage. Raises FileUnreadable when cut or damaged."""
    with file.path.open("rb") as opened:
        head = opened.read(100)
    page = int.from_bytes(head[16:18], "big")
    promised = int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page)
    if promised > file.path.stat().st_size:
        raise FileUnreadable(_DAMAGED.format(file.name, "un GeoPackage"))
    return _parts(file, ".gpkg", "un GeoPackage")


def flatgeobuf(file: File) -> tuple[Part, ...]:
    """The layer of a FlatGeobuf."""
    return _parts(file, ".fgb", "un FlatGeobuf")


def gpx(file: File) -> tuple[Part, ...]:
    """Waypoints, routes and tracks of a GPX, those that are not empty; WGS 84 by its standard.

    Raises FileUnreadable when cut, FileRefused for its own entities.
    """
    text, _ = text_of(file)
    refuse_entities(text, file.name)
    return tuple(
        part
        for part in _parts(file, ".gpx", "un GPX", standard=True)
        if part.info.name not in _REPEATED and part.info.rows
    )


_DAMAGED = "«{}» parece {} cortado o dañado: vuelva a descargarlo o a exportarlo."


def _parts(file: File, ending: str, what: str, *, standard: bool = False) -> tuple[Part, ...]:
    copy = file.scratch / f"copy{ending}"
    shutil.copyfile(file.path, copy)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            listed = pyogrio.list_layers(copy)
            return tuple(
                _part(file, copy, str(name), kind, what, standard) for name, kind in listed
            )
    except GDAL_FAILS as error:
        raise FileUnreadable(_DAMAGED.format(file.name, what)) from error


def _part(file: File, copy: Path, name: str, kind: object, what: str, standard: bool) -> Part:
    info = pyogrio.read_info(copy, layer=name, force_feature_count=True)
    if kind is None:
        kinds: tuple[str, ...] = ()
    elif kind == "Unknown":
        kinds = ("?",)
    else:
        kinds = (str(kind).removesuffix(" ZM").removesuffix(" Z").removesuffix(" M"),)
    if str(kind).startswith("2.5D "):
        kinds = (str(kind)[5:],)
    rows = int(info["features"])

    def load() -> Content:
        try:
            return _content(copy, name, rows, standard)
        except GDAL_FAILS as error:
            raise FileUnreadable(_DAMAGED.format(file.name, what)) from error

    return Part(LayerInfo(name, rows, kinds), load)


def _content(copy: Path, name: str, rows: int, standard: bool) -> Content:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        meta, table = pyogrio.raw.read_arrow(copy, layer=name, datetime_as_string=True)
    if table.num_rows != rows:
        raise DataSourceError(f"{rows} rows promised, {table.num_rows} read")
    column = meta["geometry_name"] or "wkb_geometry"
    if column not in table.column_names and "wkb_geometry" in table.column_names:
        column = "wkb_geometry"
    if column in table.column_names:
        shapes, bad = from_wkb(table[column])
    else:
        shapes, bad = np.full(table.num_rows, None, dtype=object), []
    fields, left = fields_of(table, frozenset((column,)))
    frame, more = frame_of(fields, shapes)
    if standard:
        crs, basis, about = words.by_standard(shapes, "GPX")
    else:
        crs, basis, about = words.declared(meta["crs"], shapes)
    said = tuple(dict.fromkeys(f"GDAL: {warning.message}" for warning in heard))
    return Content(frame, crs, basis, (*left, *more, *unreadable_shapes(bad), *said, *about))


def from_wkb(column: pa.ChunkedArray) -> tuple[Shapes, list[int]]:
    """Shapes of a WKB column, and the rows whose bytes are no shape."""
    raw = np.asarray(column.to_pylist(), dtype=object)
    if raw.ndim != 1 or not len(raw):
        raw = np.full(len(column), None, dtype=object)
    with np.errstate(invalid="ignore"):
        shapes = np.asarray(shapely.from_wkb(shallow_wkb(raw), on_invalid="ignore"), dtype=object)
    there = np.asarray([value is not None for value in raw], dtype=bool)
    bad = np.flatnonzero(there & shapely.is_missing(shapes))
    return shapes, [int(row) for row in bad]
