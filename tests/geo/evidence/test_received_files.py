"""What was received, written for people, comes back bit for bit: a recomputation rests on it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geo.errors import BundleUnreadable
from geo.evidence.received_files import read_facts, read_received, write_facts, write_layer
from geo.received import RECEIVED, told, types
from geo.stages import RawLayer, Snapshot

SHA = "ab" * 32
CAPTURE: dict[str, Any] = {
    "sha256": SHA,
    "source_id": "pe-invented",
    "kind": "layer",
    "crs": "",
    "raw": {"crs": "EPSG:32719", "basis": "declared", "layer": "capa", "types": {}, "notes": []},
}


def rows(shapes: list[Any], fields: list[dict[str, Any]] | None = None) -> pd.DataFrame:
    many = len(shapes)
    wkb = [None if one is None else shapely.to_wkb(one, include_srid=False) for one in shapes]
    texts = [json.dumps(one, ensure_ascii=False) for one in fields or [{}] * many]
    made = {
        "snapshot": [SHA] * many,
        "layer": ["capa"] * many,
        "row": range(many),
        "fields": texts,
        "withheld": [""] * many,
        "shape": pd.Series(wkb, dtype=object),
    }
    return pd.DataFrame(made).astype({column.name: column.dtype for column in RECEIVED})


def test_a_vertex_keeps_every_digit_that_the_file_had() -> None:
    odd = 2**-33
    ring = [(461000.0, 8613000.0), (461000 + odd, 8613000.0), (461000.0, 8613000 + odd)]
    given = rows([shapely.Polygon(ring)])
    text = write_layer(given, CAPTURE, "EPSG:32719").decode()
    assert "461000.0000000001," in text
    assert "urn:ogc:def:crs:EPSG::32719" in text
    back, capture = read_received(text.encode())
    assert_frame_equal(back, given)
    assert capture == CAPTURE


number = st.floats(allow_nan=False, allow_infinity=False)
vertex = st.tuples(number, number)
polygon = st.lists(vertex, min_size=3, max_size=6).map(shapely.Polygon)
any_number = st.floats()
shape = st.one_of(
    st.none(),
    vertex.map(shapely.Point),
    st.tuples(number, number, number).map(shapely.Point),
    st.tuples(any_number, any_number).map(shapely.Point),
    st.lists(vertex, min_size=2, max_size=5).map(shapely.LineString),
    polygon,
    st.lists(polygon, max_size=3).map(shapely.MultiPolygon),
    st.lists(st.one_of(polygon, vertex.map(shapely.Point)), max_size=3).map(
        shapely.GeometryCollection
    ),
    st.just(shapely.Polygon()),
    st.just(shapely.from_wkt("POLYGON ZM ((0 0 1 2, 1 0 1 2, 0 1 1 2, 0 0 1 2))")),
    st.just(shapely.from_wkt("MULTIPOLYGON (EMPTY, ((0 0, 1 0, 0 1, 0 0)))")),
    st.just(shapely.from_wkt("LINEARRING (0 0, 1 0, 0 1, 0 0)")),
)
value = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), number, st.text(st.characters(codec="utf-8"))
    ),
    lambda inner: st.lists(inner, max_size=2).map(lambda many: {"list": many}),
    max_leaves=3,
)
record = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), value, max_size=4)


@given(st.lists(st.tuples(shape, record), max_size=5))
def test_any_row_comes_back_as_it_was_received(given: list[tuple[Any, dict[str, Any]]]) -> None:
    with np.errstate(invalid="ignore"):
        before = rows([one for one, _ in given], [fields for _, fields in given])
        after, _ = read_received(write_layer(before, CAPTURE, "EPSG:32719"))
    assert_frame_equal(after, before)


@pytest.mark.parametrize(
    "odd",
    [
        "POLYGON ZM ((0 0 1 2, 1 0 1 2, 0 1 1 2, 0 0 1 2))",
        "POLYGON M ((0 0 2, 1 0 2, 0 1 2, 0 0 2))",
        "POINT (Infinity 0)",
    ],
)
def test_a_shape_that_geojson_cannot_say_comes_back_too(odd: str) -> None:
    before = rows([shapely.from_wkt(odd)])
    text = write_layer(before, CAPTURE, "EPSG:32719")
    assert "wkb" in json.loads(text)["features"][0]
    assert_frame_equal(read_received(text)[0], before)


def test_the_raw_layer_is_told_the_same_after_the_file() -> None:
    frame = gpd.GeoDataFrame(
        {
            "codigo": ["010", None],
            "entero": pd.Series([1, None], dtype="Int64"),
            "dia": pd.to_datetime(["2016-01-04", None]),
        },
        geometry=[shapely.box(0, 0, 1, 1), None],
    )
    when = datetime(2026, 3, 10, tzinfo=UTC)
    raw = RawLayer(frame, None, None, Snapshot(SHA, "a.gpkg", 1, "a", "s", when), "capa")
    assert types(raw) == {"codigo": "str", "entero": "Int64", "dia": str(frame["dia"].dtype)}
    before = told(raw)
    after, _ = read_received(write_layer(before, CAPTURE, ""))
    assert_frame_equal(after, before)


@pytest.mark.parametrize("crs", ["EPSG:32719", "EPSG:24879", "EPSG:4326"])
def test_a_map_program_opens_it_at_its_place(tmp_path: Path, crs: str) -> None:
    box = (
        shapely.box(-70, -12, -69, -11) if crs == "EPSG:4326" else shapely.box(4e5, 86e5, 5e5, 87e5)
    )
    path = tmp_path / "a.geojson"
    path.write_bytes(write_layer(rows([box, None], [{"a": "01"}, {"a": "="}]), CAPTURE, crs))
    opened = gpd.read_file(path)
    assert opened.crs.to_epsg() == int(crs.split(":")[1])
    assert opened["a"].tolist() == ["01", "="]
    assert shapely.normalize(opened.geometry[0]) == shapely.normalize(box)
    assert opened.geometry[1] is None


fact = st.dictionaries(
    st.sampled_from(["noun", "id", "=1+1", "'x", "nota"]),
    st.one_of(st.none(), st.integers(), st.text(st.sampled_from("'=+-@a \t\r\n,;\"＝"))),
    max_size=5,
)


@given(st.lists(fact, max_size=4))
def test_any_fact_comes_back_and_no_cell_is_run_by_a_spreadsheet(given: list[dict]) -> None:
    before = rows([None] * len(given), given).assign(layer=pd.array([""] * len(given), "string"))
    written = write_facts(before)
    assert_frame_equal(read_facts(written), before)
    cells = [cell for line in csv.reader(io.StringIO(written.decode("utf-8-sig"))) for cell in line]
    assert [cell for cell in cells if cell.lstrip().startswith(tuple("=+-@＝"))] == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"{}",
        b"[]",
        b'{"deslinde": 3}',
        b'{"deslinde": {"capture": {}}, "features": []}',
    ],
)
def test_a_file_of_another_make_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BundleUnreadable, match="recibido"):
        read_received(content)
    with pytest.raises(BundleUnreadable, match="recibido"):
        read_facts(content + b'a,b\n"')


def test_every_real_file_comes_back(real_folder: Path, real_data: Callable) -> None:
    from geo.intake.read import read
    from geo.intake.snapshots import of_file

    for name in ("ingemmet_19s_mdd_first14.gpkg", "tambopata_proposal1_selfintersection.geojson"):
        path = real_data(name)
        raw = read(path, of_file(path, "real", datetime(2026, 3, 10, tzinfo=UTC)), None)
        before = told(raw)
        about = {**CAPTURE, "sha256": raw.snapshot.sha256, "raw": {"layer": raw.layer}}
        after, _ = read_received(write_layer(before, about, "EPSG:32719"))
        assert_frame_equal(after, before.reset_index(drop=True))
