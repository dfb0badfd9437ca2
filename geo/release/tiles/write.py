"""The archive of tiles, cut by freestiler: the same frames give the same bytes."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

# the engine itself: what stands before it makes each shape and each value into an object by
# itself, which takes as long as the tiles, and knows no layer whose shapes change with the zoom
from freestiler._freestiler import _freestile
from pmtiles.reader import MemorySource, Reader, all_tiles
from pmtiles.tile import (
    Compression,
    HeaderDict,
    TileType,
    serialize_directory,
    serialize_header,
    zxy_to_tileid,
)
from pmtiles.writer import write

from geo.errors import FileUnwritable

Zoomed = tuple[str, int, int, gpd.GeoDataFrame]
"""A layer's name, its first and its last zoom, and what it holds there (EPSG:4326). A layer whose
shapes change with the zoom comes again, under its own name, for each of them."""

_HEADER_BYTES = 127
_SHAPES = {
    0: "POINT",
    1: "LINESTRING",
    3: "POLYGON",
    4: "MULTIPOINT",
    5: "MULTILINESTRING",
    6: "MULTIPOLYGON",
}
_LEVEL = 6  # of gzip: beyond it a tile is not smaller, and takes three times as long
_NONE = -1  # of what could be left out or put together


def archive(layers: Sequence[Zoomed], path: Path) -> None:
    """Writes PMTiles of vector tiles (MVT, gzip, 4096 units a side) for all these layers.

    No feature is dropped at any zoom of its layer: freestiler draws what is smaller than a unit
    of a tile as a square of one unit. A missing value is left out of a feature. Features bear no
    number of their own. Raises FileUnwritable.
    """
    drawn = [one for one in layers if len(one[3])]
    if not drawn:
        path.write_bytes(_empty(layers))
        return
    first, last = min(one[1] for one in drawn), max(one[2] for one in drawn)
    try:
        _freestile(
            layers=[_given(*one) for one in drawn],
            output_path=str(path),
            tile_format="mvt",
            min_zoom=first,
            max_zoom=last,
            base_zoom=first,
            do_simplify=True,
            generate_ids=False,
            quiet=True,
            drop_rate=_NONE,
            cluster_distance=_NONE,
            cluster_maxzoom=_NONE,
            do_coalesce=False,
        )
    except (RuntimeError, OSError) as error:
        raise _unwritable(path, error) from error


def tighter(path: Path, zoom: int) -> None:
    """Packs the tiles of one zoom again, as small as gzip can: the engine packs in a hurry.

    What they hold stays as it is. Raises FileUnwritable.
    """
    source = MemorySource(path.read_bytes())
    reader = Reader(source)
    tiles = [*all_tiles(source)]
    if not tiles:
        return  # the writer makes no archive without a tile
    try:
        with write(path) as writer:
            for place, tile in tiles:
                content = _packed(tile) if place[0] == zoom else tile
                writer.write_tile(zxy_to_tileid(*place), content)
            writer.finalize(reader.header(), reader.metadata())
    except OSError as error:
        raise _unwritable(path, error) from error


def _packed(tile: bytes) -> bytes:
    return gzip.compress(gzip.decompress(tile), _LEVEL, mtime=0)


def _unwritable(path: Path, error: Exception) -> FileUnwritable:
    return FileUnwritable(
        f"No se pudo escribir en «{path}» ({error}): revise el espacio libre y los permisos, "
        "o elija otro lugar."
    )


def _given(name: str, first: int, last: int, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """A layer as the engine takes it: its values in columns, by their type."""
    shapes = np.asarray(frame.geometry.array)
    told = frame.drop(columns=[frame.geometry.name])
    types = [_type(told[column]) for column in told]
    by_type: dict[str, list[list[Any]]] = {"string": [], "integer": [], "double": []}
    for column, kind in zip(told, types, strict=True):
        by_type[kind].append(_plain(told[column]))
    return {
        "name": name,
        "wkb": shapely.to_wkb(shapes, output_dimension=2).tolist(),
        "geom_types": [_SHAPES[kind] for kind in shapely.get_type_id(shapes).tolist()],
        "prop_names": [str(one) for one in told.columns],
        "prop_types": types,
        "string_columns": by_type["string"],
        "int_columns": by_type["integer"],
        "float_columns": by_type["double"],
        "bool_columns": [],
        "min_zoom": first,
        "max_zoom": last,
    }


def _plain(column: pd.Series) -> list[Any]:
    if not column.hasnans:
        return column.tolist()
    return column.astype(object).where(column.notna(), None).tolist()


def _type(column: pd.Series) -> str:
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    return "double" if pd.api.types.is_float_dtype(column) else "string"


def _empty(layers: Sequence[Zoomed]) -> bytes:
    """An archive of these zooms without a tile, which freestiler does not write."""
    directory, told = serialize_directory([]), gzip.compress(b"{}", mtime=0)
    end = _HEADER_BYTES + len(directory) + len(told)
    header: HeaderDict = {
        "version": 3,
        "root_offset": _HEADER_BYTES,
        "root_length": len(directory),
        "metadata_offset": _HEADER_BYTES + len(directory),
        "metadata_length": len(told),
        "leaf_directory_offset": end,
        "leaf_directory_length": 0,
        "tile_data_offset": end,
        "tile_data_length": 0,
        "addressed_tiles_count": 0,
        "tile_entries_count": 0,
        "tile_contents_count": 0,
        "clustered": True,
        "internal_compression": Compression.GZIP,
        "tile_compression": Compression.GZIP,
        "tile_type": TileType.MVT,
        "min_zoom": min(one[1] for one in layers),
        "max_zoom": max(one[2] for one in layers),
        "min_lon_e7": 0,
        "min_lat_e7": 0,
        "max_lon_e7": 0,
        "max_lat_e7": 0,
        "center_zoom": min(one[1] for one in layers),
        "center_lon_e7": 0,
        "center_lat_e7": 0,
    }
    return bytes(serialize_header(header)) + directory + told
