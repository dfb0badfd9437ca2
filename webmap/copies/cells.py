"""Tiles of Web Mercator by their numbers, and the shards that a click without a server looks in."""

import hashlib
import math

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""

SHARD_ZOOM = 9
"""One file of exact shapes for each tile of this zoom: some 78 km in Peru."""


def tiles(box: Box, zoom: int) -> tuple[range, range]:
    """The columns and the rows of one zoom that a box touches; what lies outside counts as edge."""
    west, south, east, north = box
    first, top = _tile_of(west, north, zoom)
    last, bottom = _tile_of(east, south, zoom)
    return range(first, last + 1), range(top, bottom + 1)


def shard(key: str) -> str:
    """In which of the 256 files a right is told: two hexadecimal digits."""
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:2]


def _tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    side = 2**zoom
    x = (lon + 180) / 360
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return min(max(int(x * side), 0), side - 1), min(max(int(y * side), 0), side - 1)
