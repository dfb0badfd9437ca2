"""The same cadastre out of every format: the same rows, codes with their zeros, the same land."""

import contextlib
import json
import os
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import DeslindeError, LayerUnclear
from geo.intake import dbf
from geo.intake import read as reading
from geo.intake.esri import polygons
from geo.stages import RawLayer
from geo.terms import CrsBasis

Read = Callable[..., RawLayer]
Same = Callable[[RawLayer, gpd.GeoDataFrame], None]
Geojson = Callable[..., bytes]
Frame = gpd.GeoDataFrame


def _zip(target: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return target


def _shapefile(folder: Path, frame: Frame, encoding: str = "UTF-8") -> Path:
    folder.mkdir(exist_ok=True)
    frame.to_file(folder / "derechos.shp", encoding=encoding)
    return folder / "derechos.shp"


def _geojson_crs84(folder: Path, frame: Frame) -> Path:
    path = folder / "derechos.geojson"
    frame.to_file(path, driver="GeoJSON")
    return path


def _zipped_nested(folder: Path, frame: Frame) -> Path:
    shp = _shapefile(folder / "s", frame)
    files = {f"CMI/WGS84 19S/{p.name.upper()}": p.read_bytes() for p in shp.parent.iterdir()}
    return _zip(folder / "derechos.zip", {**files, "CMI/LEEME.txt": b"hola"})


def _gpkg(folder: Path, frame: Frame) -> Path:
    frame.to_file(folder / "derechos.gpkg")
    return folder / "derechos.gpkg"


def _fgb(folder: Path, frame: Frame) -> Path:
    multi = frame.assign(
        geometry=[
            shapely.multipolygons([g]) if g.geom_type == "Polygon" else g for g in frame.geometry
        ]
    )
    multi.to_file(folder / "derechos.fgb", SPATIAL_INDEX="NO")
    return folder / "derechos.fgb"


def _parquet(folder: Path, frame: Frame) -> Path:
    frame.to_parquet(folder / "derechos.parquet")
    return folder / "derechos.parquet"


def _parquet_native(folder: Path, frame: Frame) -> Path:
    only = frame.assign(
        geometry=[
            shapely.multipolygons([g]) if g.geom_type == "Polygon" else g for g in frame.geometry
        ]
    )
    only.to_parquet(folder / "derechos.parquet", geometry_encoding="geoarrow")
    return folder / "derechos.parquet"


def _csv_wkt(folder: Path, frame: Frame) -> Path:
    table = pd.DataFrame(frame.drop(columns="geometry")).assign(
        WKT=frame.geometry.to_wkt(), EPSG=4326
    )
    table.to_csv(folder / "derechos.csv", index=False)
    return folder / "derechos.csv"


def _esri(folder: Path, frame: Frame) -> Path:
    def ring(line: shapely.LinearRing, clockwise: bool) -> list[list[float]]:
        turned = line if line.is_ccw != clockwise else shapely.reverse(line)
        return [list(c) for c in turned.coords]

    def rings(shape: shapely.Geometry) -> list[list[list[float]]]:
        made = []
        for part in shapely.get_parts(shape):
            made.append(ring(part.exterior, True))
            made.extend(ring(hole, False) for hole in part.interiors)
        return made

    data = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4326, "latestWkid": 4326},
        "features": [
            {"attributes": {"CODIGOU": c, "CONCESION": n, "ANIO": a},
             "geometry": {"rings": rings(g)}}
            for c, n, a, g in zip(frame["CODIGOU"], frame["CONCESION"], frame["ANIO"],
                                  frame.geometry, strict=True)
        ],
    }  # fmt: skip
    path = folder / "derechos.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def _topojson(folder: Path, frame: Frame) -> Path:
    arcs: list[list[list[float]]] = []

    def arc(line: shapely.LinearRing) -> list[int]:
        points = [list(c) for c in line.coords]
        middle = len(points) // 2
        arcs.append(points[: middle + 1])
        # The second half is stored backwards, as the other side of a shared border is.
        arcs.append(points[middle:][::-1])
        return [len(arcs) - 2, ~(len(arcs) - 1)]

    def geometry(shape: shapely.Geometry) -> list[list[list[int]]]:
        return [
            [arc(part.exterior), *(arc(hole) for hole in part.interiors)]
            for part in shapely.get_parts(shape)
        ]

    members = []
    for code, name, year, shape in zip(frame["CODIGOU"], frame["CONCESION"], frame["ANIO"],
                                       frame.geometry, strict=True):  # fmt: skip
        made = geometry(shape)
        single = shape.geom_type == "Polygon"
        members.append({
            "type": shape.geom_type,
            "arcs": made[0] if single else made,
            "properties": {"CODIGOU": code, "CONCESION": name, "ANIO": year},
        })  # fmt: skip
    data = {
        "type": "Topology",
        "objects": {"derechos": {"type": "GeometryCollection", "geometries": members}},
        "arcs": arcs,
    }
    path = folder / "derechos.topojson"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def _kml_text(frame: Frame) -> str:
    def ring(line: shapely.LinearRing, side: str) -> str:
        at = " ".join(f"{x},{y},0" for x, y in line.coords)
        return f"<{side}><LinearRing><coordinates>\n{at}\n</coordinates></LinearRing></{side}>"

    def polygon(shape: shapely.Polygon) -> str:
        holes = "".join(ring(hole, "innerBoundaryIs") for hole in shape.interiors)
        return f"<Polygon>{ring(shape.exterior, 'outerBoundaryIs')}{holes}</Polygon>"

    marks = []
    for code, name, year, shape in zip(frame["CODIGOU"], frame["CONCESION"], frame["ANIO"],
                                       frame.geometry, strict=True):  # fmt: skip
        inside = "".join(polygon(part) for part in shapely.get_parts(shape))
        whole = (
            inside if shape.geom_type == "Polygon" else f"<MultiGeometry>{inside}</MultiGeometry>"
        )
        marks.append(
            f"<Placemark><name>{name}</name><ExtendedData><SchemaData schemaUrl='#s'>"
            f"<SimpleData name='CODIGOU'>{code}</SimpleData></SchemaData>"
            f"<Data name='CONCESION'><value>{name}</value></Data>"
            f"<Data name='ANIO'><value>{year}</value></Data></ExtendedData>{whole}</Placemark>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><Folder><name>Madre de Dios</name>{''.join(marks)}</Folder>"
        "<NetworkLink><Link><href>http://192.0.2.1/x.kml</href></Link></NetworkLink>"
        "</Document></kml>"
    )


def _kml(folder: Path, frame: Frame) -> Path:
    path = folder / "derechos.kml"
    path.write_text(_kml_text(frame), encoding="utf-8")
    return path


def _kmz(folder: Path, frame: Frame) -> Path:
    content = {"doc.kml": _kml_text(frame).encode(), "files/icon.png": b"\x89PNG"}
    return _zip(folder / "derechos.kmz", content)


WRITERS = {
    "shapefile": (_shapefile, CrsBasis.DECLARED),
    "zipped-nested-shapefile": (_zipped_nested, CrsBasis.DECLARED),
    "geopackage": (_gpkg, CrsBasis.DECLARED),
    "geojson-crs84": (_geojson_crs84, CrsBasis.DECLARED),
    "flatgeobuf": (_fgb, CrsBasis.DECLARED),
    "geoparquet": (_parquet, CrsBasis.DECLARED),
    "geoparquet-native": (_parquet_native, CrsBasis.DECLARED),
    "csv-wkt": (_csv_wkt, CrsBasis.DECLARED),
    "esri-json": (_esri, CrsBasis.DECLARED),
    "topojson": (_topojson, CrsBasis.STANDARD),
    "kml": (_kml, CrsBasis.STANDARD),
    "kmz": (_kmz, CrsBasis.STANDARD),
}


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_rights_come_out_of_every_format(
    form: str, tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    write, basis = WRITERS[form]
    raw = read(write(tmp_path / "s" if form == "shapefile" else tmp_path, cadastre))

    assert raw.frame["CODIGOU"].tolist() == cadastre["CODIGOU"].tolist()
    assert raw.frame["CONCESION"].tolist() == cadastre["CONCESION"].tolist()
    assert [int(year) for year in raw.frame["ANIO"]] == [2016, 1994, 2001]
    assert (raw.crs, raw.basis) == ("EPSG:4326", basis)
    assert raw.frame.crs is None
    got = shapely.normalize(
        [shapely.multipolygons(shapely.get_parts(g)) for g in raw.frame.geometry]
    )
    want = shapely.normalize(
        [shapely.multipolygons(shapely.get_parts(g)) for g in cadastre.geometry]
    )
    assert shapely.equals_exact(got, want, tolerance=1e-12).all()


@pytest.mark.parametrize("form", WRITERS)
def test_what_layers_says_is_what_read_gives(
    form: str, tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    path = WRITERS[form][0](tmp_path / "s" if form == "shapefile" else tmp_path, cadastre)
    (only,) = reading.layers(path)

    raw = read(path)

    assert (only.name, only.rows) == (raw.layer, len(raw.frame))
    assert only.kinds == ("?",) or any("Polygon" in kind for kind in only.kinds)


_NUMBERS = st.floats(-1e7, 1e7, allow_nan=False).map(lambda x: round(x, 3) + 0.0)
_SQUARES = st.lists(
    st.tuples(_NUMBERS, _NUMBERS, st.floats(0.5, 1e5).map(lambda x: round(x, 3))).map(
        lambda t: shapely.box(t[0], t[1], t[0] + t[2], t[1] + t[2])
    ),
    min_size=1,
    max_size=5,
)
_TEXTS = st.text(
    st.characters(codec="latin-1", exclude_categories=("Cc",), exclude_characters="\xa0\x85"),
    min_size=1,
    max_size=12,
).map(str.strip).filter(bool)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    squares=_SQUARES,
    text=_TEXTS,
    form=st.sampled_from(["gpkg", "shp", "parquet", "geojson", "csv"]),
)
def test_no_number_and_no_letter_changes_on_the_way_through_a_file(
    squares: list[shapely.Polygon], text: str, form: str, tmp_path: Path, read: Read
) -> None:
    frame = gpd.GeoDataFrame({"code": [text] * len(squares)}, geometry=squares, crs="EPSG:32718")
    folder = tmp_path / form
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        left.unlink()
    path = folder / f"x.{form}"
    if form == "csv":
        pd.DataFrame(
            {"code": frame["code"], "geom": frame.geometry.to_wkt(rounding_precision=-1)}
        ).to_csv(path)
    elif form == "parquet":
        frame.to_parquet(path)
    elif form == "geojson":
        data = {"type": "FeatureCollection",
                "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32718"}},
                "features": [{"type": "Feature", "properties": {"code": text},
                              "geometry": json.loads(shapely.to_geojson(g))}
                             for g in squares]}  # fmt: skip
        path.write_text(json.dumps(data), encoding="utf-8")
    else:
        frame.to_file(path)

    raw = read(path)

    assert raw.frame["code"].tolist() == [text] * len(squares)
    assert raw.crs == (None if form == "csv" else "EPSG:32718")
    got = shapely.normalize(np.asarray(raw.frame.geometry.array, dtype=object))
    want = shapely.normalize(np.asarray(squares, dtype=object))
    assert (shapely.to_wkb(got) == shapely.to_wkb(want)).all()


_BREAKS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8
)


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(breaks=_BREAKS, kept=st.floats(0.1, 1), early=st.booleans())
def test_broken_bytes_end_in_a_sentence_and_never_in_a_traceback(
    form: str,
    breaks: list[tuple[float, int]],
    kept: float,
    early: bool,
    tmp_path: Path,
    cadastre: Frame,
    read: Read,
) -> None:
    # a folder for each example: a writer may refuse to replace the broken file of the one before
    path = WRITERS[form][0](Path(tempfile.mkdtemp(dir=tmp_path)), cadastre)
    for file in (path, path.with_suffix(".dbf")):
        if not file.exists():
            continue
        content = bytearray(file.read_bytes())
        for where, byte in breaks:
            content[int(where * (min(200, len(content)) if early else len(content)))] = byte
        file.write_bytes(content[: max(1, int(len(content) * (kept if kept < 0.5 else 1)))])
    with contextlib.suppress(DeslindeError):
        assert read(path).frame.index.equals(pd.RangeIndex(len(read(path).frame)))


def test_two_clockwise_shells_and_a_hole_make_two_parts_of_which_one_has_the_hole() -> None:
    # 10 x 10 with a hole of 2 x 2, and 5 x 5 apart: 100 - 4 + 25.
    rings = [
        [[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]],
        [[20, 0], [20, 5], [25, 5], [25, 0], [20, 0]],
        [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]],
    ]

    shape, lonely = polygons(rings)

    assert shape.geom_type == "MultiPolygon"
    assert shape.area == 121
    assert [len(part.interiors) for part in shapely.get_parts(shape)] == [1, 0]
    assert not lonely


def test_an_island_in_a_lake_keeps_its_land_and_its_own_hole() -> None:
    def ring(x: float, size: float, clockwise: bool) -> list[list[float]]:
        corners = [[x, x], [x, x + size], [x + size, x + size], [x + size, x], [x, x]]
        return corners if clockwise else corners[::-1]

    # 100² - 80² + 60² - 40²: each hole belongs to the smallest ring around it.
    rings = [ring(30, 40, False), ring(20, 60, True), ring(10, 80, False), ring(0, 100, True)]

    shape, _ = polygons(rings)

    assert shape.area == 100**2 - 80**2 + 60**2 - 40**2
    assert shapely.is_valid(shape)


def test_a_ring_turned_the_wrong_way_alone_is_still_land() -> None:
    shape, lonely = polygons([[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]])

    assert (shape.area, lonely) == (4, True)


def test_latest_wkid_is_believed_before_the_old_number(tmp_path: Path, read: Read) -> None:
    ring = [[0, 0], [0, 9], [9, 9], [9, 0], [0, 0]]
    feature = {"attributes": {"F": 1451883600000}, "geometry": {"rings": [ring]}}
    data = {
        "spatialReference": {"wkid": 102100, "latestWkid": 3857},
        "exceededTransferLimit": True,
        "features": [feature],
    }
    path = tmp_path / "x.json"
    path.write_text(json.dumps(data), encoding="utf-8")

    raw = read(path)

    assert raw.crs == "EPSG:3857"
    assert raw.frame["F"].tolist() == [1451883600000]
    assert raw.frame["F"].dtype == "Int64"
    assert any("faltan filas" in note for note in raw.notes)


# --- the CRS is the file's own word -------------------------------------------------------------


def test_degrees_without_a_word_are_degrees_by_the_standard(
    tmp_path: Path, cadastre: Frame, read: Read, geojson: Geojson
) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(geojson(cadastre))

    assert (read(path).crs, read(path).basis) == ("EPSG:4326", CrsBasis.STANDARD)


def test_metres_without_a_word_have_no_crs_although_gdal_would_say_degrees(
    tmp_path: Path, cadastre: Frame, read: Read, geojson: Geojson
) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(geojson(cadastre.to_crs(32719).set_crs(None, allow_override=True)))

    assert (read(path).crs, read(path).basis) == (None, None)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::24879"}}, "EPSG:24879"),
        ({"type": "name", "properties": {"name": "EPSG:32718"}}, "EPSG:32718"),
        ({"type": "EPSG", "properties": {"code": 32717}}, "EPSG:32717"),
        ({"type": "link", "properties": {"href": "http://192.0.2.1/crs"}}, None),
        ({"type": "name", "properties": {"name": "EPSG:4326"}}, None),
        ({"type": "name", "properties": {"name": "una palabra"}}, None),
        (None, None),
        ("x", None),
    ],
)
def test_the_crs_member_is_heard_and_a_word_that_cannot_be_true_is_not(
    said: object, wanted: str | None, tmp_path: Path, cadastre: Frame, read: Read, geojson: Geojson
) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(geojson(cadastre.to_crs(32719), crs=said))

    raw = read(path)

    assert raw.crs == wanted
    assert raw.basis == (None if wanted is None else CrsBasis.DECLARED)
    assert raw.notes if wanted is None else not raw.notes


@pytest.mark.parametrize("number", [24877, 24878, 24879, 24892, 32717, 5387, 31979, 4248, 3857])
def test_the_prj_of_arcgis_is_known_by_its_number(
    number: int, tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    path = _shapefile(tmp_path / "s", cadastre.to_crs(number))

    assert read(path).crs == f"EPSG:{number}"


def test_towgs84_in_a_prj_does_not_choose_the_datum_operation(
    tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    path = _shapefile(tmp_path / "s", cadastre.to_crs(24879))
    said = cadastre.to_crs(24879).crs.to_wkt("WKT1_GDAL")
    spheroid = said[said.index("SPHEROID[") :].split("]")[0]
    said = said.replace(spheroid, spheroid, 1)
    end = said.index("]", said.index("]", said.index("SPHEROID[")) + 1) + 1
    path.with_suffix(".prj").write_text(said[:end] + ",TOWGS84[1,2,3,0,0,0,0]" + said[end:])

    raw = read(path)

    assert raw.crs == "EPSG:24879"
    assert any("TOWGS84" in note for note in raw.notes)


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet"])
def test_a_file_that_was_written_without_a_crs_has_none(
    ending: str, tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    frame = cadastre.to_crs(32719).set_crs(None, allow_override=True)
    path = tmp_path / f"x.{ending}"
    if ending == "parquet":
        frame.to_parquet(path)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame.head(1).to_file(path)

    assert (read(path).crs, read(path).basis) == (None, None)


def test_metres_declared_over_degrees_are_doubted_aloud(
    tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    path = _gpkg(tmp_path, cadastre.set_crs(32719, allow_override=True))

    assert any("parecen grados" in note for note in read(path).notes)


# --- shapefiles as they come --------------------------------------------------------------------


@pytest.mark.parametrize("cpg", [True, False])
@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
def test_accents_of_a_shapefile_survive_with_and_without_cpg(
    cpg: bool, encoding: str, tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    path = _shapefile(tmp_path / "s", cadastre, encoding)
    if not cpg:
        path.with_suffix(".cpg").unlink()
        content = bytearray(path.with_suffix(".dbf").read_bytes())
        content[29] = 0
        path.with_suffix(".dbf").write_bytes(content)

    raw = read(path)

    assert raw.frame["CONCESION"].tolist() == cadastre["CONCESION"].tolist()
    assert any("se leyó como" in note for note in raw.notes) is not cpg


def _dbf(width: int, cells: list[bytes], kind: bytes = b"C") -> bytes:
    field = struct.pack("<11sc4xBB14x", b"NOMBRE", kind, width, 0)
    head = struct.pack("<BBBBIHH20x", 3, 126, 1, 1, len(cells), 65, width + 1)
    return head + field + b"\r" + b"".join(b" " + cell.ljust(width) for cell in cells) + b"\x1a"


def _names(width: int, cells: list[bytes], said: str | None = None) -> list[object]:
    ((_, series),) = dbf.read(_dbf(width, cells), "x.dbf", said).fields
    return _with_none(series)


def _with_none(series: pd.Series) -> list[object]:
    return list(series.astype(object).where(series.notna(), None))


def test_a_letter_cut_by_the_width_of_its_field_does_not_turn_the_table_into_mojibake() -> None:
    whole, cut = "ñañu".encode(), "ñañ".encode()[:4]

    assert _names(4, [cut, whole[:2]]) == ["ña", "ñ"]
    assert _names(4, [cut, whole[:2]], "UTF-8") == ["ña", "ñ"]


def test_an_accent_at_the_end_of_a_latin1_word_is_not_taken_for_half_a_letter() -> None:
    assert _names(8, ["JOSÉ".encode("latin-1"), b"MARIA"]) == ["JOSÉ", "MARIA"]
    assert _names(4, ["JOSÉ".encode("latin-1")]) == ["JOSÉ"]


def test_a_cpg_that_is_wrong_or_unknown_does_not_spoil_the_text() -> None:
    assert _names(9, ["Ñuñoa".encode("latin-1")], "UTF-8") == ["Ñuñoa"]
    assert _names(9, ["Ñuñoa".encode("latin-1")], "una palabra") == ["Ñuñoa"]
    assert _names(9, ["Ñuñoa".encode("cp850")], "850") == ["Ñuñoa"]


def test_numbers_of_a_table_that_are_none_are_missing_or_stay_text() -> None:
    assert [int(v) for v in _read_numbers([b"12", b"-3"])] == [12, -3]
    assert _read_numbers([b"****", b"", b"7"])[:2] == [None, None]
    assert _read_numbers([b"1.5", b"2"]) == [1.5, 2.0]
    assert _read_numbers([b"doce", b"2"]) == ["doce", "2"]


def _read_numbers(cells: list[bytes]) -> list[object]:
    ((_, series),) = dbf.read(_dbf(4, cells, b"N"), "x.dbf", None).fields
    return _with_none(series)


def test_a_shapefile_without_prj_has_no_crs(tmp_path: Path, cadastre: Frame, read: Read) -> None:
    path = _shapefile(tmp_path / "s", cadastre)
    path.with_suffix(".prj").unlink()

    assert (read(path).crs, read(path).basis) == (None, None)


def test_a_shapefile_without_dbf_keeps_its_rows_and_says_that_they_have_no_fields(
    tmp_path: Path, cadastre: Frame, read: Read, same_land: Same
) -> None:
    path = _shapefile(tmp_path / "s", cadastre)
    path.with_suffix(".dbf").unlink()

    raw = read(path)

    same_land(raw, cadastre)
    assert list(raw.frame.columns) == ["geometry"]
    assert any(".dbf" in note for note in raw.notes)


def test_a_lost_shx_is_rebuilt_in_private_and_nothing_is_written_beside_the_file(
    tmp_path: Path, cadastre: Frame, read: Read, same_land: Same
) -> None:
    path = _shapefile(tmp_path / "s", cadastre)
    path.with_suffix(".shx").unlink()
    before = sorted(os.listdir(path.parent))

    raw = read(path)

    same_land(raw, cadastre)
    assert sorted(os.listdir(path.parent)) == before
    assert any(".shx" in note for note in raw.notes)


def test_dates_of_a_shapefile_are_iso_texts_and_an_empty_date_is_missing(
    tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    path = _shapefile(tmp_path / "s", cadastre.assign(HA=[100.0, None, 0.5]))
    days = [b"19970516", b"00000000", b""]
    ((_, dated),) = dbf.read(_dbf(8, days, b"D"), "x.dbf", None).fields

    raw = read(path)

    assert _with_none(dated) == ["1997-05-16", None, None]
    assert _with_none(raw.frame["HA"]) == [100.0, None, 0.5]


# --- several layers -----------------------------------------------------------------------------


def test_two_layers_with_polygons_are_not_chosen_between(
    tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    path = tmp_path / "x.gpkg"
    cadastre.to_file(path, layer="tituladas")
    cadastre.head(1).to_file(path, layer="solicitadas")

    with pytest.raises(LayerUnclear, match=r"«tituladas», «solicitadas»"):
        read(path)
    with pytest.raises(LayerUnclear, match="otra"):
        read(path, "otra")
    assert len(read(path, "solicitadas").frame) == 1
    assert len(read(path, "TITULADAS").frame) == 3


def test_the_only_layer_with_polygons_is_taken_and_it_is_said(
    tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    path = tmp_path / "x.gpkg"
    cadastre.assign(geometry=cadastre.representative_point()).to_file(path, layer="hitos")
    cadastre.to_file(path, layer="rights")

    raw = read(path)

    assert raw.layer == "rights"
    assert any("«hitos»" in note for note in raw.notes)


def test_a_zip_with_two_shapefiles_asks_which(tmp_path: Path, cadastre: Frame, read: Read) -> None:
    shp = _shapefile(tmp_path / "s", cadastre)
    files = {f"{zone}/{zone}{p.suffix}": p.read_bytes() for zone in ("17S", "18S")
             for p in shp.parent.iterdir()}  # fmt: skip
    path = _zip(tmp_path / "x.zip", files)

    with pytest.raises(LayerUnclear, match="«17S», «18S»"):
        read(path)
    assert [info.name for info in reading.layers(path)] == ["17S", "18S"]
    assert len(read(path, "18S").frame) == 3


def test_gpx_tracks_and_waypoints_are_read_as_the_lines_and_points_that_they_are(
    tmp_path: Path, read: Read
) -> None:
    path = tmp_path / "x.gpx"
    path.write_text(
        '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="-12.5" lon="-69.5">'
        "<name>Hito 01</name></wpt><trk><name>Lindero</name><trkseg>"
        '<trkpt lat="-12" lon="-70"/><trkpt lat="-12.5" lon="-70"/></trkseg></trk></gpx>',
        encoding="utf-8",
    )

    assert [info.name for info in reading.layers(path)] == ["waypoints", "tracks"]
    hito, lindero = read(path, "waypoints"), read(path, "tracks")
    assert hito.frame["name"].tolist() == ["Hito 01"]
    assert (hito.frame.geometry[0].x, hito.frame.geometry[0].y) == (-69.5, -12.5)
    assert lindero.frame.geometry[0].geom_type == "MultiLineString"
    assert (lindero.crs, lindero.basis) == ("EPSG:4326", CrsBasis.STANDARD)


# --- tables -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("CODIGO,Este,Norte\n0001,461000,8613000\n0002,462000.5,8614000\n", "utf-8-sig"),
        ("CODIGO;ESTE;NORTE\n0001;461000;8613000\n0002;462000,5;8614000\n", "latin-1"),
        (
            "CÓDIGO\tcoord_este\tcoord_norte\n0001\t461000\t8613000\n0002\t462000.5\t8614000\n",
            "utf-8",
        ),
        ('C;X;Y\n0001;"461.000,0";"8.613.000,0"\n0002;"462.000,5";"8.614.000,0"\n', "utf-8"),
        ('C,X,Y\n0001,"461,000.0","8,613,000.0"\n0002,"462,000.5","8,614,000.0"\n', "utf-8"),
        ("C;X;Y\r0001;461000;8613000\r0002;462000.5;8614000\r", "utf-8"),
        ("sep=;\nC;X;Y\n0001;461000;8613000\n0002;462000.5;8614000\n", "utf-16"),
    ],
)
def test_a_table_of_coordinates_gives_the_same_points_whatever_its_marks(
    text: str, encoding: str, tmp_path: Path, read: Read
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))

    raw = read(path)

    assert raw.frame.iloc[:, 0].tolist() == ["0001", "0002"]
    assert shapely.get_coordinates(raw.frame.geometry.array).tolist() == [
        [461000, 8613000], [462000.5, 8614000],
    ]  # fmt: skip
    assert (raw.crs, raw.basis) == (None, None)


def test_latin1_tables_keep_their_accents_and_say_so(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("nombre;lon;lat\nÑaupe – Túpac;-70,5;-12,25\n".encode("cp1252"))

    raw = read(path)

    assert raw.frame["nombre"].tolist() == ["Ñaupe – Túpac"]
    assert raw.frame.geometry[0].equals(shapely.Point(-70.5, -12.25))
    assert any("Latin-1" in note for note in raw.notes)


def test_a_row_without_coordinates_stays_a_row(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,lon,lat\n1,-70,-12\n2,,\n3,oeste,-12\n4,inf,-12\n", encoding="utf-8")

    raw = read(path)

    assert raw.frame["id"].tolist() == ["1", "2", "3", "4"]
    assert raw.frame.geometry.isna().tolist() == [False, True, True, False]
    assert any("(1): 2" in note for note in raw.notes)


def test_ewkt_says_its_own_crs_and_hexadecimal_wkb_is_understood(
    tmp_path: Path, read: Read
) -> None:
    square = shapely.box(461000, 8613000, 462000, 8614000)
    wkb = shapely.to_wkb(shapely.set_srid(square, 32719), hex=True, include_srid=True)
    path = tmp_path / "x.csv"
    path.write_text(f'id,geom\n1,"SRID=32719;{square.wkt}"\n2,{wkb}\n', encoding="utf-8")

    raw = read(path)

    assert raw.crs == "EPSG:32719"
    assert raw.frame.geometry.area.tolist() == [1e6, 1e6]


def test_degrees_are_not_paired_with_metres_and_an_empty_table_has_no_rows(
    tmp_path: Path, read: Read
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("lon,este,norte\n-70,461000,8613000\n", encoding="utf-8")
    assert read(path).frame.geometry[0].equals(shapely.Point(461000, 8613000))

    path.write_text("id,lon,lat\n", encoding="utf-8")
    assert len(read(path).frame) == 0


# --- fields -------------------------------------------------------------------------------------


def test_fields_that_share_a_name_or_are_called_geometry_are_both_kept(
    tmp_path: Path, read: Read
) -> None:
    table = tmp_path / "x.csv"
    table.write_text("id,id,geometry,lon,lat\n1,2,llano,-70,-12\n", encoding="utf-8")
    other = tmp_path / "x.geojson"
    other.write_text(
        '{"type":"Feature","id":7,"properties":{"geometry":"llano"},'
        '"geometry":{"type":"Point","coordinates":[-70,-12]}}', encoding="utf-8",
    )  # fmt: skip

    raw, second = read(table), read(other)

    assert raw.frame[["id", "id_2", "geometry_2"]].iloc[0].tolist() == ["1", "2", "llano"]
    assert second.frame[["id", "geometry_2"]].iloc[0].tolist() == [7, "llano"]
    assert any("«geometry_2»" in note for note in second.notes)


def test_values_of_several_kinds_become_text_and_whole_numbers_stay_whole(
    tmp_path: Path, read: Read
) -> None:
    rows = [{"a": 1, "b": 1, "c": "01", "d": True, "e": {"x": 1}}, {"a": None, "b": 2.5, "c": 7}]
    features = [{"type": "Feature", "properties": row, "geometry": None} for row in rows]
    data = {"type": "FeatureCollection", "features": features}
    path = tmp_path / "x.geojson"
    path.write_text(json.dumps(data), encoding="utf-8")

    frame = read(path).frame

    assert {name: str(frame[name].dtype) for name in "abcde"} == {
        "a": "Int64", "b": "Float64", "c": "string", "d": "boolean", "e": "string",
    }  # fmt: skip
    assert _with_none(frame["a"]) == [1, None]
    assert frame["c"].tolist() == ["01", "7"]
    assert _with_none(frame["e"]) == ['{"x": 1}', None]


def test_whole_numbers_with_gaps_and_dates_of_a_geopackage_are_not_floats(
    tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    frame = cadastre.assign(
        n=pd.array([1451883600000, None, 3], dtype="Int64"),
        t=pd.to_datetime(["2016-01-04T05:00:00Z", None, "1997-05-16T05:00:00Z"]),
    )
    path = tmp_path / "x.gpkg"
    frame.to_file(path)

    got = read(path).frame

    assert _with_none(got["n"]) == [1451883600000, None, 3]
    assert str(got["t"].dtype) == "string"
    assert got["t"].str.startswith(("2016-01-04T05:00:00", "1997-05-16T05:00:00")).sum() == 2


def test_heights_are_left_out_and_it_is_said(tmp_path: Path, cadastre: Frame, read: Read) -> None:
    path = tmp_path / "x.gpkg"
    cadastre.assign(geometry=shapely.force_3d(cadastre.geometry.array, 200.0)).to_file(path)

    raw = read(path)

    assert not raw.frame.geometry.has_z.any()
    assert any("(Z)" in note for note in raw.notes)
