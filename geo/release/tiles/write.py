"""The archive of tiles, written by freestiler: the same frames give the same bytes."""

import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path

import geopandas as gpd
from freestiler import FreestileLayer, freestile
from pmtiles.tile import (
    Compression,
    HeaderDict,
    TileType,
    serialize_directory,
    serialize_header,
)

from geo.errors import FileUnwritable

Zoomed = tuple[str, int, int, gpd.GeoDataFrame]
"""A layer's name, its first and its last zoom, and what it holds there (EPSG:4326)."""


Held = tuple[str, gpd.GeoDataFrame | FreestileLayer]

_HEADER_BYTES = 127


class _Several(dict[str, gpd.GeoDataFrame | FreestileLayer]):
    """What freestile takes for a dict: a layer whose shapes change with the zoom comes again,
    under its own name, for each of them."""

    def __init__(self, layers: Sequence[Held]) -> None:
        super().__init__(layers)
        self._layers = layers

    def values(self) -> Iterable[gpd.GeoDataFrame | FreestileLayer]:  # type: ignore[override]
        return [layer for _, layer in self._layers]

    def items(self) -> Iterable[Held]:  # type: ignore[override]
        return self._layers


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
    given = _Several([(name, FreestileLayer(frame, low, high)) for name, low, high, frame in drawn])
    try:
        freestile(
            given,
            path,
            min_zoom=first,
            max_zoom=last,
            base_zoom=first,
            generate_ids=False,
            quiet=True,
        )
    except (RuntimeError, OSError) as error:
        raise FileUnwritable(
            f"No se pudo escribir en «{path}» ({error}): revise el espacio libre y los permisos, "
            "o elija otro lugar."
        ) from error


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
