"""The four real trials: the pairs and hectares that other people's tools found there."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.analysis.overlay import overlaps
from geo.analysis.shares import union_ha
from geo.release.summary import summary_json
from geo.stages import Layer

Real = Callable[[str], Path]
Make = Callable[..., Layer]

TERRITORIES = "indigenous_territories_amw_2025-08-26.geojson"
PARKS = "anp_peru_353.gpkg"


def _polygons(path: Path, crs: str | None = None) -> np.ndarray:
    frame = gpd.read_file(path)
    if "country_code" in frame:
        frame = frame[frame["country_code"] == "PE"]
    shapes = np.asarray(shapely.force_2d(shapely.make_valid(np.asarray(frame.geometry.array))))
    return shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]


@pytest.mark.parametrize(
    ("concessions", "crs", "territories", "pairs", "geodesic_ha"),
    [
        ("ingemmet_17s_raw_nocrs_20260310.geojson", "EPSG:32717", TERRITORIES, 27, 10_447.19),
        ("ingemmet_19s_mdd_first14.gpkg", "EPSG:32719", TERRITORIES, 3, 27.18),
        ("amw_mining_202400_peru.geojson", "EPSG:4326", TERRITORIES, 187, 14_373.38),
        ("ingemmet_17s_raw_nocrs_20260310.geojson", "EPSG:32717", PARKS, 113, 21_609.22),
    ],
)
def test_the_hectares_of_a_real_cadastre_are_those_that_others_find(
    rights: Make,
    lands: Make,
    real_data: Real,
    concessions: str,
    crs: str,
    territories: str,
    pairs: int,
    geodesic_ha: float,
) -> None:
    mine = rights(_polygons(real_data(concessions)), crs, error_m=5.0)
    theirs = lands(_polygons(real_data(territories)), "EPSG:4326")
    found = overlaps(mine, theirs)
    said = summary_json(found.frame, {}, area_ha_union=union_ha(found))
    assert said["pairs"] == pairs
    assert found.frame["area_geodesic_ha"].sum() == pytest.approx(geodesic_ha, rel=3e-3)
    assert found.frame["area_min_ha"].isna().all()
    assert said["area_ha_union"] <= said["area_ha_sum"] * (1 + 1e-9)
