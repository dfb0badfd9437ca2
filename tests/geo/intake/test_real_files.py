"""The real files: the right number of rows, and the CRS that they themselves declare."""

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from geo.errors import FileUnreadable
from geo.stages import RawLayer
from geo.terms import CrsBasis

Read = Callable[..., RawLayer]
Real = Callable[[str], Path]

DECLARED, STANDARD = CrsBasis.DECLARED, CrsBasis.STANDARD


@pytest.mark.parametrize(
    ("name", "rows", "crs", "basis"),
    [
        ("ingemmet_17s_raw_nocrs_20260310.geojson", 9_025, None, None),
        ("ingemmet_17s_filtered17_fullschema.json", 17, "EPSG:4326", STANDARD),
        ("ingemmet_19s_mdd_first14.gpkg", 14, "EPSG:32719", DECLARED),
        ("indigenous_territories_amw_2025-08-26.geojson", 165, "EPSG:4326", STANDARD),
        ("du012_2010_mining_zone.geojson", 1, "EPSG:4326", STANDARD),
        ("anp_peru_353.gpkg", 353, "EPSG:4326", DECLARED),
        ("districts_peru_1874.gpkg", 1_874, "EPSG:4326", DECLARED),
        ("ejatlas_2796_points.gpkg", 2_796, "EPSG:4326", DECLARED),
        ("amw_mining_202000_peru.geojson", 320, "EPSG:4326", DECLARED),
        ("amw_mining_202400_peru.geojson", 805, "EPSG:4326", DECLARED),
        ("tambopata_proposal1_selfintersection.geojson", 16, "EPSG:4326", STANDARD),
    ],
)
def test_a_real_file_gives_all_its_rows_and_no_crs_that_it_does_not_say(
    name: str, rows: int, crs: str | None, basis: CrsBasis | None, real_data: Real, read: Read
) -> None:
    raw = read(real_data(name))

    assert len(raw.frame) == rows
    assert (raw.crs, raw.basis) == (crs, basis)
    assert not raw.frame.geometry.isna().any()
    assert raw.frame.crs is None


def test_real_codes_keep_their_zeros(real_data: Real, read: Read) -> None:
    codes = read(real_data("ingemmet_17s_raw_nocrs_20260310.geojson")).frame["CODIGOU"]

    assert str(codes.dtype) == "string"
    assert codes.notna().all()
    assert codes.str.startswith("0").sum() > 1_000


def test_real_metres_stay_the_metres_of_the_file(real_data: Real, read: Read) -> None:
    shapes = read(real_data("ingemmet_17s_raw_nocrs_20260310.geojson")).frame.geometry
    corners = shapely.get_coordinates(shapes.array)
    whole = (corners % 1000 == 0).all(axis=1)

    assert corners[:, 0].max() < 1_000_000 < corners[:, 1].min()
    assert whole.mean() > 0.3


def test_a_real_raster_is_not_taken_for_polygons(real_data: Real, read: Read) -> None:
    with pytest.raises(FileUnreadable, match="ráster"):
        read(real_data("ipbes_rank_peru_mollweide.tif"))
