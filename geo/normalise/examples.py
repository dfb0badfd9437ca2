"""A source proves itself: rows worked by hand, read as a file of it would be."""

import math
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from geo.country import Country
from geo.declared import Example, Source
from geo.errors import DeslindeError
from geo.normalise.layer import normalise
from geo.stages import RawLayer, Snapshot

# an example has no shape of its own: a square kilometre stands in, 100 ha in the country's plane
_PLANE = "EPSG:32719"
_SQUARE = box(481_000, 8_608_000, 482_000, 8_609_000)
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def check(source: Source, country: Country) -> list[str]:
    """What is wrong with a source's examples, one sentence each; none where all hold.

    `given` stands under the source's field names, `becomes` under ours; "" means missing.
    """
    return [
        f"{source.id}, ejemplo {number}: {wrong}"
        for number, example in enumerate(source.examples, start=1)
        for wrong in _wrong(source, country, example)
    ]


def _wrong(source: Source, country: Country, example: Example) -> list[str]:
    table = pd.DataFrame({name: [value] for name, value in example.given.items()})
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries([_SQUARE]))
    snapshot = Snapshot("0" * 64, "ejemplo", 0, "", source.id, _WHEN)
    try:
        layer = normalise(RawLayer(frame, None, None, snapshot, ""), source, country, crs=_PLANE)
    except DeslindeError as error:
        return [str(error)]
    row = layer.frame.iloc[0]
    return [
        f"{name} = {row.get(name)!r} y se esperaba {wanted!r}"
        for name, wanted in example.becomes.items()
        if name not in row or not _same(row[name], wanted)
    ]


def _same(found: Any, wanted: Any) -> bool:
    if pd.isna(found):
        return bool(wanted == "")
    if isinstance(wanted, bool):
        return bool(found) is wanted
    if isinstance(wanted, int | float):
        return math.isclose(float(found), wanted, rel_tol=1e-9)
    return str(found) == str(wanted)
