"""Where a shape lies: a wrong zone shows, a border that is drawn coarsely does not."""

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from geo.gazetteer import department_of, elsewhere, land

DEPARTMENTS = gpd.GeoDataFrame(
    {"name": ["Huánuco", "Madre de Dios"]},
    geometry=[box(-76, -10, -75, -9), box(-71, -13, -69, -11)],
    crs="EPSG:4326",
)


def squares(*corners: tuple[float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([box(x, y, x + 0.01, y + 0.01) for x, y in corners], crs="EPSG:4326")


def test_a_right_is_told_the_department_in_which_it_lies() -> None:
    where = department_of(squares((-70, -12), (-75.5, -9.5), (-60, -12)), DEPARTMENTS)
    assert where.fillna("—").tolist() == ["Madre de Dios", "Huánuco", "—"]


def test_a_wrong_zone_is_noticed_by_the_department_that_the_row_declares() -> None:
    shapes = squares((-70, -12), (-70, -12), (-70, -12), (-70, -12), (-70, -12))
    declared = pd.Series(["MADRE DE DIOS", "HUANUCO", None, "Atlántida", "HUANUCO / Madre de Dios"])
    assert elsewhere(shapes, declared, DEPARTMENTS).tolist() == [False, True, False, False, False]


def test_a_right_just_across_a_coarse_border_is_not_called_misplaced() -> None:
    shapes = squares((-68.95, -12))
    assert elsewhere(shapes, pd.Series(["Madre de Dios"]), DEPARTMENTS).tolist() == [False]


def test_the_land_is_all_departments() -> None:
    assert land(DEPARTMENTS).area == 5
