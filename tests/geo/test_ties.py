"""Which territories a judgment concerns: by its community's name, never by where a right lies."""

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from geo.cases import Case, Fact
from geo.terms import Sure
from geo.ties import territories_of_cases

DEPARTMENTS = gpd.GeoDataFrame(
    {"name": ["Loreto", "Madre de Dios"]},
    geometry=[box(-76, -5, -73, -2), box(-71, -13, -69, -11)],
    crs="EPSG:4326",
)
CASE = Case(
    id="c",
    title="t",
    title_en="t",
    department="Madre de Dios",
    kinds=(),
    fact=(Fact(es="e", en="e", source="s", sure=Sure.FOUND),),
    territories=("s:9",),
    demo_territories=("demo:1", "s:3"),
    names=("Tres Ríos",),
)


def tied(*rows: tuple[str, str | None, str | None, bool, tuple[float, float]]) -> frozenset[str]:
    frame = gpd.GeoDataFrame(
        {
            "key": [row[0] for row in rows],
            "name": pd.Series([row[1] for row in rows], dtype="string"),
            "department": pd.Series([row[2] for row in rows], dtype="string"),
            "illustrative": pd.Series([row[3] for row in rows], dtype="boolean"),
        },
        geometry=[box(x, y, x + 0.01, y + 0.01) for *_, (x, y) in rows],
        crs="EPSG:4326",
    )
    return territories_of_cases([CASE], frame, DEPARTMENTS)["c"]


MADRE_DE_DIOS, LORETO = (-70.0, -12.0), (-74.0, -3.0)


def test_a_judgment_reaches_its_community_under_whatever_code_a_source_gives_it() -> None:
    assert tied(("s:1", "TRES RIOS", None, False, MADRE_DE_DIOS)) == {"s:1"}
    assert tied(("s:1", "tres ríos", "MADRE DE DIOS", False, MADRE_DE_DIOS)) == {"s:1"}


def test_a_community_of_the_same_name_elsewhere_is_not_drawn_into_the_case() -> None:
    assert tied(("s:1", "TRES RIOS", None, False, LORETO)) == frozenset()
    assert tied(("s:1", "TRES RIOS", "LORETO", False, MADRE_DE_DIOS)) == frozenset()


def test_a_neighbour_is_not_drawn_into_the_case_by_where_it_lies() -> None:
    assert tied(("s:2", "OTRA", None, False, MADRE_DE_DIOS)) == frozenset()
    assert tied(("s:2", None, None, False, MADRE_DE_DIOS)) == frozenset()


def test_a_key_that_the_case_names_is_enough() -> None:
    assert tied(("s:9", "OTRA", None, False, LORETO)) == {"s:9"}


def test_invented_territories_are_tied_among_their_like_only() -> None:
    assert tied(("demo:1", "X", None, True, LORETO)) == {"demo:1"}
    assert tied(("s:3", "X", None, False, LORETO)) == frozenset()
    assert tied(("demo:2", "Tres Ríos", None, True, MADRE_DE_DIOS)) == frozenset()
