"""Shapes as they are drawn at a zoom. For display only: no figure is ever computed from them."""

import numpy as np
import shapely

_PIXELS = 512  # a tile of zoom z is drawn 512 pixels wide


def pixel(zoom: int) -> float:
    """A pixel of this zoom, in degrees of longitude."""
    return 360 / 2.0**zoom / _PIXELS


def for_zoom(shapes: np.ndarray, zoom: int, pixels: float = 0.5) -> np.ndarray:
    """Each shape (EPSG:4326) with at most this many pixels of its zoom between it and its drawing.

    Each is simplified by itself, crosses itself nowhere and never vanishes; neighbours may part
    by that much, and a part or a hole that is smaller may go where others of its shape stay.
    """
    most = pixel(zoom) * pixels
    # GEOS mends what this way makes cross itself, so that it is valid where anything is left of it
    drawn = np.asarray(shapely.simplify(shapes, most, preserve_topology=False))
    gone = np.flatnonzero(shapely.is_empty(drawn))
    drawn[gone] = shapely.simplify(shapes[gone], most, preserve_topology=True)
    # valid in its own plane is not always valid in degrees
    crossed = gone[~shapely.is_valid(drawn[gone])]
    drawn[crossed] = shapely.buffer(shapes[crossed], most / 2, quad_segs=1)
    return drawn
