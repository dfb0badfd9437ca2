"""What the tests of reading share: one small cadastre, written in every format by code."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.intake import read as reading
from geo.intake import snapshots
from geo.stages import RawLayer, Snapshot

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

CODES = ("010099916", "000000001", "07-0008797-Ñ")
NAMES = ("Señor de los Milagros", "Ñuñu Ágil", "LA PAMPA «N° 2»")


@pytest.fixture
def cadastre() -> gpd.GeoDataFrame:
    """Three rights near Puerto Maldonado, in degrees: a square, one with a hole, two parts."""
    square = shapely.box(-69.5, -12.75, -69.25, -12.5)
    holed = shapely.Polygon(
        shapely.box(-70, -13, -69.5, -12.75).exterior,
        [shapely.box(-69.875, -12.9375, -69.75, -12.875).exterior],
    )
    parts = shapely.MultiPolygon(
        [shapely.box(-71, -12, -70.5, -11.5), shapely.box(-72, -12, -71.5, -11)]
    )
    return gpd.GeoDataFrame(
        {"CODIGOU": list(CODES), "CONCESION": list(NAMES), "ANIO": [2016, 1994, 2001]},
        geometry=[square, holed, parts],
        crs="EPSG:4326",
    )


@pytest.fixture
def read() -> Callable[..., RawLayer]:
    """`read(path, layer=None)`: the file as a raw layer, with a snapshot that only hashes it."""

    def one(path: Path, layer: str | None = None) -> RawLayer:
        return reading.read(path, snapshots.of_file(path, "fuente", NOON), layer)

    return one


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """`refused(error, name, content)`: writes the bytes, reads them, and gives the sentence."""

    def one(error: type[Exception], name: str, content: bytes, layer: str | None = None) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        snapshot = Snapshot("0" * 64, name, len(content), name, "fuente", NOON)
        with pytest.raises(error) as caught:
            reading.read(path, snapshot, layer)
        said = str(caught.value)
        assert said.endswith((".", ").")), "one sentence for people, not a traceback"
        assert "Traceback" not in said
        return said

    return one


@pytest.fixture
def same_land() -> Callable[[RawLayer, gpd.GeoDataFrame], None]:
    """Row by row the same polygons: no vertex moved, no part lost, whatever ring comes first."""

    def check(raw: RawLayer, wanted: gpd.GeoDataFrame) -> None:
        got = np.asarray(raw.frame.geometry.array, dtype=object)
        want = np.asarray(wanted.geometry.array, dtype=object)
        assert len(got) == len(want)
        assert shapely.equals_exact(
            shapely.normalize(got), shapely.normalize(want), tolerance=1e-9
        ).all()

    return check


@pytest.fixture
def geojson() -> Callable[..., bytes]:
    """`geojson(frame, **members)`: a FeatureCollection as bytes, with further members."""

    def made(frame: gpd.GeoDataFrame, **members: object) -> bytes:
        data = json.loads(frame.to_json(drop_id=True))
        data.pop("crs", None)
        return json.dumps({**data, **members}, ensure_ascii=False).encode()

    return made
