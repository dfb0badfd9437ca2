"""Layers made in code: a row a shape, given in any plane, all else silent or as asked."""

from collections.abc import Callable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.crs import describe
from geo.datum import to_degrees
from geo.measure import geodesic_ha
from geo.schema.columns import of_noun
from geo.stages import Layer, Ledger, no_deeds, typed
from geo.terms import Noun

Make = Callable[..., Layer]


def _layer(
    noun: Noun, shapes: Sequence[object], crs: str, plane: str | None, columns: dict[str, object]
) -> Layer:
    moved = to_degrees(np.asarray(list(shapes), dtype=object), crs)
    datum_error = 24.0 if moved.operation == "EPSG:1208" else 0.0
    source = columns.pop("source_id", "c" if noun is Noun.CONCESSION else "t")
    ids = columns.pop("native_id", [f"{number:03}" for number in range(len(shapes))])
    known: dict[str, object] = {
        "source_id": source,
        "native_id": ids,
        "key": [f"{source}:{one}" for one in ids],
        "plane": plane or describe(crs).code,
        "datum_error_m": datum_error,
        "operation": moved.operation,
        "area_geodesic_ha": geodesic_ha(moved.shapes, plane or describe(crs).code),
        **columns,
    }
    index = pd.RangeIndex(len(shapes))
    frame = gpd.GeoDataFrame(
        pd.DataFrame(known, index=index), geometry=moved.shapes, crs="EPSG:4326"
    )
    return Layer(noun, typed(frame, of_noun(noun)), Ledger(len(shapes), no_deeds()))


@pytest.fixture(scope="session")
def rights() -> Make:
    """`rights(shapes, crs, plane=None, **columns)`: a layer of concessions."""

    def make(
        shapes: Sequence[object], crs: str, plane: str | None = None, **columns: object
    ) -> Layer:
        return _layer(Noun.CONCESSION, shapes, crs, plane, columns)

    return make


@pytest.fixture(scope="session")
def lands() -> Make:
    """`lands(shapes, crs, plane=None, **columns)`: a layer of territories."""

    def make(
        shapes: Sequence[object], crs: str, plane: str | None = None, **columns: object
    ) -> Layer:
        return _layer(Noun.TERRITORY, shapes, crs, plane, columns)

    return make
