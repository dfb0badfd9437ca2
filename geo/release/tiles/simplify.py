"""Shapes as they are drawn at a zoom. For display only: no figure is ever computed from them."""

import numpy as np
import shapely

_PIXELS = 512  # a tile of zoom z is drawn 512 pixels wide
_SURFACES = (3, 6)  # of Shapely's types: polygons
_CELLS = 1024  # of the grid along its side: four of the tile's own units, half a pixel


def pixel(zoom: int) -> float:
    """A pixel of this zoom, in degrees of longitude."""
    return 360 / 2.0**zoom / _PIXELS


def for_zoom(shapes: np.ndarray, zoom: int, pixels: float = 0.5) -> np.ndarray:
    """Each shape (EPSG:4326) with at most this many pixels of its zoom between it and its drawing.

    Each is simplified by itself, crosses itself nowhere and never vanishes; neighbours may part
    by that much, and a part or a hole that is smaller may go where others of its shape stay.
    """
    most = pixel(zoom) * pixels
    drawn = np.asarray(shapely.simplify(shapes, most, preserve_topology=False))
    surface = np.isin(shapely.get_type_id(shapes), _SURFACES)
    # GEOS mends a surface that this way makes cross itself; of a line it may leave a mere point
    failed = shapely.is_empty(drawn)
    failed[~surface] |= ~shapely.is_valid(drawn[~surface])
    drawn[failed] = shapely.simplify(shapes[failed], most, preserve_topology=True)
    # valid in its own plane is not always valid in degrees
    small = np.flatnonzero(failed & surface)
    crossed = small[~shapely.is_valid(drawn[small])]
    drawn[crossed] = shapely.buffer(shapes[crossed], most / 2, quad_segs=1)
    return drawn


def on_grid(shapes: np.ndarray, zoom: int) -> np.ndarray:
    """Each shape (EPSG:4326) with its corners on a grid of half a pixel of its zoom, so that a
    tile says them in few bytes; what has no surface there stays as it is.

    A corner of several shapes goes to the same place in all of them. A shape may touch itself
    where it is narrower than that, as in any tile.
    """
    side = 2.0**zoom * _CELLS

    def nearest(at: np.ndarray) -> np.ndarray:
        across = np.round((at[:, 0] + 180) / 360 * side) / side
        down = np.arcsinh(np.tan(np.radians(at[:, 1]))) / (2 * np.pi)
        north = np.degrees(np.arctan(np.sinh(np.round(down * side) / side * 2 * np.pi)))
        return np.column_stack([across * 360 - 180, north])

    drawn = np.asarray(shapely.transform(shapes, nearest))
    return np.where(shapely.area(drawn) > pixel(zoom) ** 2, drawn, shapes)
