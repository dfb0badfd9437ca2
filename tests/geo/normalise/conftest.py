"""A country, the declared sources, and raw layers made in code."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo.country import Country, parse_country
from geo.declared import Source, parse
from geo.stages import RawLayer, Snapshot
from geo.terms import CrsBasis

DATA = Path(__file__).resolve().parents[3] / "data"
RETRIEVED = datetime(2026, 11, 21, tzinfo=UTC)

RawOf = Callable[..., RawLayer]


@pytest.fixture(scope="session")
def country() -> Country:
    text = (DATA / "countries" / "peru.toml").read_text(encoding="utf-8")
    return parse_country(text, "peru.toml")


@pytest.fixture(scope="session")
def sources() -> Mapping[str, Source]:
    found = [
        parse(path.read_text(encoding="utf-8"), Source, path.name)
        for path in sorted((DATA / "sources").glob("*.toml"))
    ]
    return {source.id: source for source in found}


@pytest.fixture(scope="session")
def mining(sources: Mapping[str, Source]) -> Source:
    return sources["pe-ingemmet-mining"]


@pytest.fixture(scope="session")
def amw(sources: Mapping[str, Source]) -> Source:
    return sources["amw-territories"]


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return Snapshot("a" * 64, "archivo.geojson", 1, "", "x", RETRIEVED)


@pytest.fixture(scope="session")
def raw_of(snapshot: Snapshot) -> RawOf:
    """`raw_of(shapes, crs, FIELD=[…])`: a file as published; a column that is absent is absent."""

    def make(
        shapes: Sequence[BaseGeometry | None], crs: str | None = "EPSG:32719", **fields: Any
    ) -> RawLayer:
        table = pd.DataFrame(fields, index=range(len(shapes)))
        frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(list(shapes), dtype="geometry"))
        return RawLayer(frame, crs, CrsBasis.DECLARED if crs else None, snapshot, "capa")

    return make


@pytest.fixture(scope="session")
def square() -> Callable[..., BaseGeometry]:
    """`square(east_km, north_km)`: a square kilometre in UTM 19S, or as large as is said."""

    def make(east_km: float = 480, north_km: float = 8608, side_km: float = 1) -> BaseGeometry:
        return box(
            east_km * 1000,
            north_km * 1000,
            (east_km + side_km) * 1000,
            (north_km + side_km) * 1000,
        )

    return make
