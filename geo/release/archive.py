"""An archive of tiles (PMTiles 3), read by tile: header and directories once, then one slice each.

The format: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

import hashlib
import json
import mmap
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    tileid_to_zxy,
    zxy_to_tileid,
)

from geo.release import read
from geo.release.read import Release
from geo.release.tiles.release import CREDITS

_HEADER_BYTES = 127
_MOST_DIRECTORIES = 100_000

# what the deserialisers say of bytes that are no archive; gzip's own errors are OSError
_NONE = (MagicNumberNotFound, SpecVersionUnsupported, EOFError, IndexError, OSError, zlib.error)


@dataclass(frozen=True, eq=False)
class Archive:
    """The tiles of one file. Safe for several threads: nothing here changes once it is made.

    first_zoom, last_zoom: where it has tiles. Tiles are vector tiles (MVT) under gzip.
    """

    first_zoom: int
    last_zoom: int
    _bytes: mmap.mmap | bytes = field(repr=False)
    _numbers: list[int] = field(repr=False)
    _entries: list[Entry] = field(repr=False)
    _from: int = field(repr=False)

    def has(self, zoom: int, column: int, row: int) -> bool:
        """Whether there can be such a tile: inside the zooms, and inside the world."""
        return (
            self.first_zoom <= zoom <= self.last_zoom
            and 0 <= column < 1 << zoom
            and 0 <= row < 1 << zoom
        )

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A tile as it is stored, under gzip; None where the archive has none."""
        if not self.has(zoom, column, row):
            return None
        number = zxy_to_tileid(zoom, column, row)
        place = bisect_right(self._numbers, number) - 1
        if place < 0:
            return None
        entry = self._entries[place]
        if number >= entry.tile_id + entry.run_length:
            return None
        start = self._from + entry.offset
        return self._bytes[start : start + entry.length]

    def every(self, last_zoom: int) -> Iterator[tuple[int, int, int, int]]:
        """Every tile up to a zoom: zoom, column, row, and how many bytes it unfolds to."""
        for entry in self._entries:
            for number in range(entry.tile_id, entry.tile_id + entry.run_length):
                zoom, column, row = tileid_to_zxy(number)
                if zoom > last_zoom:
                    return
                end = self._from + entry.offset + entry.length
                # the last four bytes of a gzip say it
                yield zoom, column, row, int.from_bytes(self._bytes[end - 4 : end], "little")


def tiles(release: Release, name: str) -> Archive:
    """An archive of a release, its bytes checked against the manifest; whoever asks again keeps it.

    The file stays open as long as the answer is held. Raises ReleaseDamaged where the bytes
    changed, or where they are no archive of tiles.
    """
    promised = release.said["files"].get(name)
    if promised is None:
        raise read.damaged(release.folder, f"no contiene «{name}»")
    try:
        content = _mapped(release.folder / name)
    except OSError as error:
        raise read.damaged(release.folder, f"falta «{name}»") from error
    if hashlib.sha256(content).hexdigest() != promised["sha256"]:
        raise read.damaged(release.folder, f"«{name}» cambió después de publicarse")
    try:
        return parsed(content)
    except ValueError as error:
        raise read.damaged(release.folder, f"«{name}» no se puede leer") from error


def credits_of(release: Release) -> list[dict[str, Any]]:
    """Whom the basemap is from: layers, title, licence, address, as_of; nobody without one.

    Raises ReleaseDamaged.
    """
    if CREDITS not in release.said["files"]:
        return []
    return list(json.loads(read.content(release, CREDITS)))


def parsed(content: mmap.mmap | bytes) -> Archive:
    """The archive that these bytes are. Raises ValueError where they are none."""
    try:
        return _parsed(content)
    except _NONE as error:
        raise ValueError(str(error)) from error


def _parsed(content: mmap.mmap | bytes) -> Archive:
    header = deserialize_header(content[:_HEADER_BYTES])
    if header["tile_type"] is not TileType.MVT or header["tile_compression"] is not (
        Compression.GZIP
    ):
        raise ValueError("not vector tiles under gzip")
    entries: list[Entry] = []
    waiting = [(header["root_offset"], header["root_length"])]
    read = 0
    while waiting:
        read += 1
        if read > _MOST_DIRECTORIES:
            raise ValueError("directories without an end")
        start, length = waiting.pop()
        for entry in deserialize_directory(content[start : start + length]):
            if entry.run_length:
                entries.append(entry)
            else:
                waiting.append((header["leaf_directory_offset"] + entry.offset, entry.length))
    entries.sort(key=lambda entry: entry.tile_id)
    return Archive(
        first_zoom=header["min_zoom"],
        last_zoom=header["max_zoom"],
        _bytes=content,
        _numbers=[entry.tile_id for entry in entries],
        _entries=entries,
        _from=header["tile_data_offset"],
    )


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as opened:
        if not path.stat().st_size:
            return b""
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
