"""A made-up cadastre for the bench: rights on the kilometre grid, irregular territories."""

import geopandas as gpd
import numpy as np
import shapely

PLANE = "EPSG:32718"
_WEST_M, _SOUTH_M, _WIDE_M, _HIGH_M = 200_000, 8_200_000, 600_000, 1_700_000


def concessions(many: int, seed: int, share: float = 1.0) -> gpd.GeoDataFrame:
    """Rectangles of 1 to 10 km² with corners on whole kilometres, in clusters of about 200.

    share: of the whole region, which is as wide as Peru and as high.
    """
    extent = (_WIDE_M, int(_HIGH_M * share))
    draw = np.random.default_rng(seed)
    clusters = max(1, many // 200)
    centre = draw.uniform((0, 0), extent, (clusters, 2))
    at = centre[draw.integers(clusters, size=many)] + draw.normal(0, 15_000, (many, 2))
    at = np.clip(np.floor(at / 1000) * 1000, 0, extent) + (_WEST_M, _SOUTH_M)
    wide, high = draw.integers(1, 6, many), draw.integers(1, 6, many)
    high = np.maximum(1, np.minimum(high, 10 // wide))
    shapes = shapely.box(at[:, 0], at[:, 1], at[:, 0] + wide * 1000, at[:, 1] + high * 1000)
    return gpd.GeoDataFrame({"concession": np.arange(many)}, geometry=shapes, crs=PLANE)


def territories(many: int, seed: int, share: float = 1.0) -> gpd.GeoDataFrame:
    """Star-shaped outlines of 100 to 3,000 vertices, 3 to 12 km from centre to edge."""
    draw = np.random.default_rng(seed + 1)
    centre = draw.uniform((0, 0), (_WIDE_M, int(_HIGH_M * share)), (many, 2)) + (_WEST_M, _SOUTH_M)
    vertices = draw.integers(100, 3001, many)
    shapes = np.empty(many, dtype=object)
    for number in range(many):
        count = vertices[number]
        angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
        wave = sum(
            draw.uniform(0.2, 1) / k * np.sin(k * angle + draw.uniform(0, 2 * np.pi))
            for k in range(2, 12)
        )
        rough = draw.normal(0, 0.01, count)
        radius = draw.uniform(3_000, 12_000) * np.clip(1 + 0.3 * wave + rough, 0.2, 2)
        ring = np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None] + centre[number]
        shapes[number] = shapely.Polygon(ring)
    return gpd.GeoDataFrame({"territory": np.arange(many)}, geometry=shapes, crs=PLANE)
