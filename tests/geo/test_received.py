"""Rows as received come back value by value, or nobody can recompute what rests on them."""

import datetime
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.country import Country, parse_country
from geo.declared import Source, parse
from geo.errors import StageBroken
from geo.home import data_folder
from geo.intake.read import layers, read
from geo.normalise.layer import normalise
from geo.received import RECEIVED, raw_layer, told, types
from geo.stages import RawLayer, Snapshot
from geo.terms import CrsBasis

NOON = datetime.datetime(2026, 11, 21, 17, tzinfo=datetime.UTC)
SHA = "a" * 64
SQUARE = shapely.box(-70, -12, -69.99, -11.99)


def raw_of(columns: dict[str, pd.Series], shapes: list[Any]) -> RawLayer:
    numbers = pd.RangeIndex(len(shapes))
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, index=numbers), index=numbers)
    snapshot = Snapshot(SHA, "uno.geojson", 1, "uno.geojson", "una", NOON)
    return RawLayer(frame, "EPSG:4326", CrsBasis.DECLARED, snapshot, "capa")


def back(raw: RawLayer, rows: pd.DataFrame) -> RawLayer:
    return raw_layer(
        rows,
        types(raw),
        crs=raw.crs,
        basis=raw.basis,
        snapshot=raw.snapshot,
        layer=raw.layer,
        notes=raw.notes,
    )


def same_value(one: Any, other: Any) -> bool:
    if isinstance(one, (list, tuple, np.ndarray)):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_value(one[k], other[k]) for k in one)
    if one is None or one is pd.NA or one is pd.NaT or (isinstance(one, float) and one != one):
        return other is None or other is pd.NA or other is pd.NaT or other != other
    if isinstance(one, float):
        return bool(one == other) and math.copysign(1, one) == math.copysign(1, other)
    return type(one) is type(other) and bool(one == other)


def same_layer(raw: RawLayer, again: RawLayer) -> None:
    first, second = raw.frame, again.frame
    assert list(second.index) == list(first.index)
    assert [str(name) for name in second.columns] == [str(name) for name in first.columns]
    for name in first.columns:
        if name == first.geometry.name:
            continue
        assert str(second[name].dtype) == str(first[name].dtype), name
        pairs = zip(first[name].tolist(), second[name].tolist(), strict=True)
        assert all(same_value(one, other) for one, other in pairs), name
    shapes = (np.asarray(one.geometry.array) for one in (first, second))
    blobs = [list(shapely.to_wkb(shape)) for shape in shapes]
    assert blobs[0] == blobs[1]


# --- worked out on paper -------------------------------------------------------------------------


def test_a_code_keeps_its_zeros_and_a_date_says_that_it_is_one() -> None:
    day = datetime.date(1994, 6, 24)
    raw = raw_of(
        {
            "CODIGO": pd.Series(["0100", None], dtype="string"),
            "AREA": pd.Series([400.5, math.nan]),
            "FECHA": pd.Series([day, None], dtype=object),
            "PARTES": pd.Series([[1, "b"], None], dtype=object),
        },
        [SQUARE, None],
    )
    rows = told(raw)
    assert list(rows.columns) == [column.name for column in RECEIVED]
    assert rows["fields"].tolist() == [
        (
            '{"CODIGO": "0100", "AREA": 400.5, "FECHA": {"date": "1994-06-24"}, '
            '"PARTES": {"list": [1, "b"]}}'
        ),
        '{"CODIGO": null, "AREA": null, "FECHA": null, "PARTES": null}',
    ]
    assert rows["shape"].tolist() == [shapely.to_wkb(SQUARE), None]
    assert rows["row"].tolist() == [0, 1]
    same_layer(raw, back(raw, rows))


def test_some_rows_keep_the_numbers_that_they_had_in_the_file() -> None:
    raw = raw_of({"C": pd.Series(["a", "b", "c"], dtype="string")}, [SQUARE] * 3)
    some = back(raw, told(raw).iloc[[2, 0]])
    assert list(some.frame.index) == [0, 2]
    assert some.frame["C"].tolist() == ["a", "c"]


def test_a_number_that_json_does_not_know_is_not_taken_for_a_gap() -> None:
    raw = raw_of({"N": pd.Series([math.inf, -math.inf, math.nan])}, [SQUARE] * 3)
    rows = told(raw)
    assert rows["fields"].tolist() == [
        '{"N": {"number": "inf"}}',
        '{"N": {"number": "-inf"}}',
        '{"N": null}',
    ]
    same_layer(raw, back(raw, rows))


# --- the law -------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
NUMBERS = st.floats(width=64) | st.integers(-(2**62), 2**62)
DAYS = st.dates() | st.datetimes().map(pd.Timestamp)
PLAIN = st.none() | TEXTS | NUMBERS | st.booleans() | DAYS | st.binary(max_size=4)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=5,
)
INSTANTS = st.datetimes()
COLUMNS = {
    "object": ANYTHING,
    "string": st.none() | TEXTS,
    "Int64": st.none() | st.integers(-(2**62), 2**62),
    "int64": st.integers(-(2**62), 2**62),
    "float64": st.floats(width=64),
    "Float64": st.none() | st.floats(allow_nan=False, width=64),
    "boolean": st.none() | st.booleans(),
    "bool": st.booleans(),
    "datetime64[us]": st.none() | INSTANTS,
    "datetime64[us, UTC]": st.none() | INSTANTS.map(lambda at: at.replace(tzinfo=datetime.UTC)),
}


@st.composite
def raw_layers(draw: st.DrawFn) -> RawLayer:
    size = draw(st.integers(0, 4))
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), max_size=5))
    columns = {}
    for number, kind in enumerate(kinds):
        values = draw(st.lists(COLUMNS[kind], min_size=size, max_size=size))
        name = f"{draw(TEXTS)}{number}"
        columns[name] = pd.Series(pd.Series(values, dtype=object)).astype(kind)
    corner = st.floats(allow_nan=False, allow_infinity=False, width=64)
    shape = st.none() | st.builds(shapely.Point, corner, corner)
    return raw_of(columns, draw(st.lists(shape, min_size=size, max_size=size)))


@given(raw_layers())
def test_whatever_a_file_holds_comes_back_as_it_was(raw: RawLayer) -> None:
    same_layer(raw, back(raw, told(raw)))


@given(raw_layers())
def test_every_row_is_json_that_any_program_reads(raw: RawLayer) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    for text in told(raw)["fields"]:
        assert list(json.loads(text, parse_constant=refuse)) == list(types(raw))


# --- the real files ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def country() -> Country:
    path = data_folder() / "countries" / "peru.toml"
    return parse_country(path.read_text(encoding="utf-8"), path.name)


def source(name: str) -> Source:
    path = data_folder() / "sources" / f"{name}.toml"
    return parse(path.read_text(encoding="utf-8"), Source, path.name)


def test_every_real_file_comes_back_as_it_was(real_folder: Path) -> None:
    tried = 0
    for path in sorted(real_folder.iterdir()):
        if path.suffix not in (".geojson", ".json", ".gpkg"):
            continue
        for layer in layers(path):
            snapshot = Snapshot(SHA, path.name, 1, path.name, "una", NOON)
            raw = read(path, snapshot, layer.name)
            same_layer(raw, back(raw, told(raw)))
            tried += 1
    assert tried >= 9


@pytest.mark.parametrize(
    ("name", "declared", "crs"),
    [
        ("ingemmet_17s_raw_nocrs_20260310.geojson", "pe-ingemmet-mining", "EPSG:32717"),
        ("indigenous_territories_amw_2025-08-26.geojson", "amw-territories", None),
        ("anp_peru_353.gpkg", "pe-perugeopkg-protected", None),
    ],
)
def test_some_rows_alone_have_the_figures_that_they_have_among_all(
    real_data: Callable[[str], Path], country: Country, name: str, declared: str, crs: str | None
) -> None:
    path = real_data(name)
    raw = read(path, Snapshot(SHA, path.name, 1, path.name, declared, NOON))
    whole = normalise(raw, source(declared), country, crs=crs).frame
    # rows of one code go together: the second of them is named by what the first holds
    order = whole["native_id"].drop_duplicates().iloc[::7]
    wanted = whole[whole["native_id"].isin(order)]
    rows = told(raw)
    some = back(raw, rows[rows["row"].isin(wanted["row"])])
    again = normalise(some, source(declared), country, crs=crs).frame
    assert again["row"].tolist() == wanted["row"].tolist()
    assert again["key"].tolist() == wanted["key"].tolist()
    assert again["area_plane_ha"].tolist() == wanted["area_plane_ha"].tolist()
    assert again["area_geodesic_ha"].tolist() == wanted["area_geodesic_ha"].tolist()
    assert again.geometry.to_wkb().tolist() == wanted.geometry.to_wkb().tolist()


# --- hostile input -------------------------------------------------------------------------------


def test_a_row_with_a_field_too_many_or_too_few_is_refused() -> None:
    raw = raw_of({"C": pd.Series(["a"], dtype="string")}, [SQUARE])
    for fields in ('{"C": "a", "D": 1}', "{}"):
        with pytest.raises(StageBroken):
            back(raw, told(raw).assign(fields=fields))


def test_a_value_of_a_kind_that_nobody_expects_is_refused_and_not_written_as_a_text() -> None:
    raw = raw_of({"C": pd.Series([complex(1, 2)], dtype=object)}, [SQUARE])
    with pytest.raises(StageBroken, match="complex"):
        told(raw)
