"""Files that are not what they say: each refused in one sentence, or read without losing a row."""

import io
import json
import os
import sqlite3
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import FileRefused, FileUnreadable
from geo.intake import archive
from geo.intake import read as reading
from geo.stages import RawLayer

Read = Callable[..., RawLayer]
Refused = Callable[..., str]
Geojson = Callable[..., bytes]
Frame = gpd.GeoDataFrame

PAGE = b"<!DOCTYPE html>\n<html><body>504 Gateway Time-out</body></html>"
POINT = b'{"type":"Point","coordinates":[-70,-12]}'

ENDINGS = ("geojson", "json", "topojson", "shp", "gpkg", "kml", "kmz", "gpx", "csv", "parquet",
           "fgb", "zip", "txt", "doc")  # fmt: skip


def _zip(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return target.getvalue()


def _feature(geometry: str, **properties: object) -> bytes:
    return (
        f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":'
        f'{json.dumps(properties)},"geometry":{geometry}}}]}}'
    ).encode()


# --- nothing, half, or something else -----------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_file_is_said_to_be_empty(ending: str, refused: Refused) -> None:
    assert "vacío" in refused(FileUnreadable, f"x.{ending}", b"")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_page_of_the_web_saved_as_data_is_named_for_what_it_is(
    ending: str, refused: Refused
) -> None:
    assert "página web" in refused(FileUnreadable, f"x.{ending}", PAGE)


@pytest.mark.parametrize("ending", ENDINGS)
def test_bytes_without_meaning_are_refused_under_every_ending(
    ending: str, refused: Refused
) -> None:
    refused(FileUnreadable, f"x.{ending}", bytes(range(1, 256)) * 8)


def test_a_missing_file_a_folder_and_an_address_are_told_apart(tmp_path: Path, read: Read) -> None:
    for path, word in (
        (tmp_path / "no.geojson", "No existe"),
        (tmp_path, "carpeta"),
        (Path("/dev/null"), "corriente"),
    ):
        with pytest.raises(FileUnreadable, match=word):
            reading.layers(path)
    for path in ("/vsicurl/http://192.0.2.1/x.gpkg", "http://192.0.2.1/x.geojson", "/vsizip/x.zip"):
        with pytest.raises(FileRefused, match="descárguelo"):
            reading.layers(Path(path))


def _written(folder: Path, frame: Frame, ending: str, geojson: Geojson) -> Path:
    path = folder / f"x.{ending}"
    match ending:
        case "geojson":
            path.write_bytes(geojson(frame))
        case "parquet":
            frame.to_parquet(path)
        case "zip":
            frame.to_file(folder / "x.shp")
            path.write_bytes(_zip({f"x{e}": (folder / f"x{e}").read_bytes()
                                   for e in (".shp", ".shx", ".dbf", ".prj")}))  # fmt: skip
        case "kmz":
            path.write_bytes(_zip({"doc.kml": b"<kml><Placemark><name>a</name></Placemark></kml>"}))
        case "kml":
            path.write_bytes(b"<kml><Placemark><name>a</name></Placemark></kml>")
        case "gpx":
            path.write_bytes(
                b"<gpx version='1.1'><wpt lat='-12' lon='-70'><name>a</name></wpt></gpx>"
            )
        case _:
            frame.to_file(path)
    return path


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(
    "ending", ["geojson", "shp", "gpkg", "parquet", "fgb", "zip", "kml", "kmz", "gpx"]
)
def test_a_truncated_file_is_refused_and_never_read_in_part(
    ending: str, share: float, tmp_path: Path, cadastre: Frame, read: Read, geojson: Geojson
) -> None:
    many = gpd.GeoDataFrame(
        {"code": [f"{i:05}" for i in range(3_000)]},
        geometry=shapely.box(*np.asarray([np.arange(3_000) / 100 - 80, np.full(3_000, -12.0),
                                          np.arange(3_000) / 100 - 79.99, np.full(3_000, -11.9)])),
        crs="EPSG:4326",
    )  # fmt: skip
    path = _written(tmp_path, many, ending, geojson)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(FileUnreadable):
        read(path)


def test_a_table_of_a_shapefile_that_is_cut_or_of_another_file_is_refused(
    tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    cadastre.to_file(tmp_path / "x.shp")
    whole = (tmp_path / "x.dbf").read_bytes()
    (tmp_path / "x.dbf").write_bytes(whole[:-40])
    with pytest.raises(FileUnreadable, match="tabla"):
        read(tmp_path / "x.shp")

    cadastre.head(1).to_file(tmp_path / "otro.shp")
    (tmp_path / "x.dbf").write_bytes((tmp_path / "otro.dbf").read_bytes())
    with pytest.raises(FileUnreadable, match="3 formas y su tabla 1"):
        read(tmp_path / "x.shp")


def test_a_geopackage_with_torn_pages_is_refused(
    tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    path = tmp_path / "x.gpkg"
    cadastre.to_file(path)
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(reversed(content[4096:]))
    path.write_bytes(content)

    with pytest.raises(FileUnreadable, match="GeoPackage"):
        read(path)


def test_another_database_called_gpkg_is_refused(tmp_path: Path, read: Read) -> None:
    with closing(sqlite3.connect(tmp_path / "x.gpkg")) as database:
        database.execute("CREATE TABLE a (b)")
        database.commit()

    with pytest.raises(FileUnreadable):
        read(tmp_path / "x.gpkg")


@pytest.mark.parametrize("name", ["x.zip", "x.gpkg", "x.csv", "x.kml", "x.dat", "x"])
def test_a_wrong_ending_is_read_by_its_content_and_it_is_said(
    name: str, tmp_path: Path, read: Read
) -> None:
    path = tmp_path / name
    path.write_bytes(POINT)

    raw = read(path)

    assert len(raw.frame) == 1
    assert any("contenido es JSON" in note for note in raw.notes)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("x.dbf", b"\x03\x7e\x01\x01", "entregue el .shp"),
        ("x.pdf", b"%PDF-1.7", "PDF"),
        ("x.tif", b"II*\x00aaaa", "ráster"),
        ("x.rar", b"Rar!\x1a\x07", "RAR"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
        ("x.json", b'{"error":{"code":400,"message":"Pagination: no"}}', "Pagination"),
        ("x.json", b'{"a": 1}', "Esri JSON"),
        ("x.json", b"[1, 2]", "Esri JSON"),
        ("x.geojson", b'{"type":"FeatureCollection"}', "Esri JSON"),
        ("x.topojson", b'{"type":"Topology","objects":{}}', "sin objetos"),
        ("x.topojson", b'{"type":"Topology","objects":{"a":{}},"arcs":[["x"]]}', "arcos"),
        ("x.xml", b"<metadata/>", "XML"),
        ("x.kml", b"<kml><Placemark>", "mal formado"),
        ("x.csv", b"nombre,codigo\na,1\n", "lon y lat"),
        ("x.csv", b"lon,norte\n-70,8613000\n", "lon y lat"),
        ("x.csv", b"a,lon,lat\n1,-70,-12,9,9\n", "cabecera"),
        ("x.csv", b'a,lon,lat\n"1,-70,-12\n', "lon y lat|cabecera"),
        ("x.csv", b"a\tx\ty\n1\t461,000\t613,000\n", "miles o decimales"),
        ("x.csv", b"hola", "lon y lat"),
    ],
)  # fmt: skip
def test_what_is_no_map_is_told_with_what_to_do(
    name: str, content: bytes, word: str, refused: Refused
) -> None:
    said = refused(FileUnreadable, name, content)

    assert any(part in said for part in word.split("|")), said


def test_a_parquet_without_geometry_is_refused(tmp_path: Path, cadastre: Frame, read: Read) -> None:
    cadastre.drop(columns="geometry").to_parquet(tmp_path / "x.parquet")

    with pytest.raises(FileUnreadable, match="sin geometría"):
        read(tmp_path / "x.parquet")


# --- files that would reach out -----------------------------------------------------------------


def test_a_virtual_dataset_that_points_elsewhere_is_refused(refused: Refused) -> None:
    vrt = (
        b"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>"
        b"/vsicurl/http://192.0.2.1/x.gpkg</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    for name in ("x.vrt", "x.kml", "x.csv", "x.geojson", "x.gpkg"):
        assert "señala a otros" in refused(FileRefused, name, vrt)


def test_entities_of_a_kml_are_refused_before_they_grow(refused: Refused) -> None:
    bomb = b'<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml><name>&b;</name></kml>'
    outside = b'<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]><kml>&a;</kml>'

    assert "entidades" in refused(FileRefused, "x.kml", bomb)
    assert "entidades" in refused(FileRefused, "x.kml", outside)
    assert "entidades" in refused(FileRefused, "x.gpx", bomb.replace(b"kml", b"gpx"))


def test_a_page_inside_a_description_does_not_make_a_kml_a_page(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.kml"
    path.write_bytes(
        b"<!-- <html> --><k:kml xmlns:k='http://www.opengis.net/kml/2.2'><k:Placemark>"
        b"<k:description><![CDATA[<html><body>Ficha</body></html>]]></k:description>"
        b"</k:Placemark></k:kml>"
    )

    assert read(path).frame["description"].tolist() == ["<html><body>Ficha</body></html>"]


def test_links_of_a_kml_are_counted_and_not_followed(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.kml"
    path.write_bytes(
        b"<kml><Document><NetworkLink><Link><href>http://192.0.2.1/a.kml</href></Link>"
        b"</NetworkLink><Placemark><name>a</name></Placemark></Document></kml>"
    )

    raw = read(path)

    assert len(raw.frame) == 1
    assert any("no se descargan" in note for note in raw.notes)


# --- archives -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../x.geojson", "a/../../x.geojson", "/etc/x.geojson", "C:/x.geojson", "..\\x.geojson"]
)
def test_a_path_that_leaves_the_zip_is_refused_and_nothing_is_written(
    name: str, tmp_path: Path, refused: Refused
) -> None:
    said = refused(FileRefused, "x.zip", _zip({name: POINT}))

    assert "sale de él" in said
    assert os.listdir(tmp_path) == ["x.zip"]


def test_a_link_inside_a_zip_is_refused(refused: Refused) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        entry = zipfile.ZipInfo("x.geojson")
        entry.create_system = 3
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(entry, "/etc/passwd")

    assert "enlace simbólico" in refused(FileRefused, "x.zip", target.getvalue())


def test_a_bomb_is_refused_before_it_is_unpacked(refused: Refused) -> None:
    bomb = _zip({"x.csv": bytes(archive.RATIO_FROM_BYTES + 1)})

    assert len(bomb) < 10**6
    assert "bomba" in refused(FileRefused, "x.zip", bomb)
    assert "bomba" in refused(FileRefused, "x.kmz", bomb)


def test_a_zip_that_promises_more_than_the_limit_is_refused_by_its_promise(
    refused: Refused,
) -> None:
    content = bytearray(_zip({"x.csv": b"lon,lat\n"}))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", archive.MOST_BYTES + 1)

    assert "bomba" in refused(FileRefused, "x.zip", bytes(content))


def test_a_zip_that_lies_about_its_size_is_refused(refused: Refused) -> None:
    content = bytearray(_zip({"x.geojson": POINT * 10}))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 7)

    refused(FileUnreadable, "x.zip", bytes(content))


def test_too_many_entries_are_refused(refused: Refused) -> None:
    files = {f"{i}.txt": b"" for i in range(archive.MOST_ENTRIES + 1)}

    assert "entradas" in refused(FileRefused, "x.zip", _zip(files))


def test_an_archive_within_an_archive_is_refused(refused: Refused) -> None:
    inner = _zip({"x.geojson": POINT})

    assert "otro archivo comprimido" in refused(FileRefused, "x.zip", _zip({"a/b.zip": inner}))
    assert "dentro de otro" in refused(FileRefused, "x.zip", _zip({"a.geojson": inner}))


def test_a_zip_with_a_password_asks_for_one_without(refused: Refused) -> None:
    content = bytearray(_zip({"x.geojson": POINT}))
    content[6] |= 1
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1

    assert "contraseña" in refused(FileUnreadable, "x.zip", bytes(content))


def test_a_zip_without_a_layer_tells_what_it_holds(refused: Refused) -> None:
    assert "«plano.pdf»" in refused(FileUnreadable, "x.zip", _zip({"plano.pdf": b"%PDF"}))
    assert "Office" in refused(FileUnreadable, "x.xlsx", _zip({"[Content_Types].xml": b"<a/>"}))
    refused(FileUnreadable, "x.zip", _zip({}))


def test_the_clutter_of_a_mac_is_not_taken_for_a_layer(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(_zip({"a.geojson": POINT, "__MACOSX/._a.geojson": b"\0\5\x16\7"}))

    assert len(read(path).frame) == 1


# --- coordinates --------------------------------------------------------------------------------


def test_coordinates_that_are_no_numbers_do_not_lose_the_row(tmp_path: Path, read: Read) -> None:
    rings = [
        "[[0,0],[1,0],[NaN,1],[0,0]]",
        "[[NaN,0],[1,0],[1,1],[NaN,0]]",
        "[[0,0],[Infinity,0],[1,1],[0,0]]",
        "[[0,0],[1e999,0],[1,1],[0,0]]",
        "[[0,0],[1,1]]",
        "[[0,0],[null,null],[1,1],[0,0]]",
        '"hola"',
        "{}",
        "[[0,0],[1,0],[1,1],[0,0]]",
    ]
    features = ",".join(
        f'{{"type":"Feature","properties":{{"n":{i}}},"geometry":'
        f'{{"type":"Polygon","coordinates":[{ring}]}}}}'
        for i, ring in enumerate(rings)
    )
    path = tmp_path / "x.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[{features}]}}', encoding="utf-8")

    raw = read(path)

    assert raw.frame["n"].tolist() == list(range(len(rings)))
    assert raw.frame.geometry[8].area == 0.5
    assert any("quedan sin ella (4): 1, 4, 6, 7." in note for note in raw.notes)
    corners = shapely.get_coordinates(raw.frame.geometry[2])
    assert np.isinf(corners).any(), "an infinite coordinate is kept as read"


def test_infinite_coordinates_of_a_geopackage_and_an_esri_json_keep_their_row(
    tmp_path: Path, read: Read
) -> None:
    ring = [[0, 0], [0, 1], [float("inf"), 1], [0, 0]]
    path = tmp_path / "x.json"
    path.write_text(
        json.dumps({"spatialReference": {"wkid": 32718},
                    "features": [{"attributes": {"a": 1}, "geometry": {"rings": [ring]}},
                                 {"attributes": {"a": 2}, "geometry": {"curveRings": [[]]}},
                                 {"attributes": {"a": 3}, "geometry": {"x": "NaN", "y": "NaN"}},
                                 {"attributes": {"a": 4}},
                                 "hola"]}),
        encoding="utf-8",
    )  # fmt: skip

    raw = read(path)

    assert len(raw.frame) == 5
    assert any("(1): 1" in note for note in raw.notes)


def test_a_ring_of_a_million_vertices_is_read_whole(tmp_path: Path, read: Read) -> None:
    turn = np.linspace(0, 2 * np.pi, 1_000_001)[:-1]
    ring = np.column_stack((-70 + 0.1 * np.cos(turn), -12 + 0.1 * np.sin(turn)))
    ring = np.vstack((ring, ring[:1]))
    path = tmp_path / "x.geojson"
    geometry = json.dumps({"type": "Polygon", "coordinates": [ring.tolist()]})
    path.write_bytes(_feature(geometry, id="0001"))

    raw = read(path)

    assert shapely.get_num_coordinates(raw.frame.geometry[0]) == 1_000_001
    assert raw.frame.geometry[0].area == pytest.approx(np.pi / 100, rel=1e-9)


def test_a_long_wkt_in_a_table_is_not_cut(tmp_path: Path, read: Read) -> None:
    turn = np.linspace(0, 2 * np.pi, 50_001)[:-1]
    shape = shapely.Polygon(np.column_stack((np.cos(turn), np.sin(turn))))
    path = tmp_path / "x.csv"
    path.write_text(
        f'id,wkt\n01,"{shapely.to_wkt(shape, rounding_precision=-1)}"\n', encoding="utf-8"
    )

    raw = read(path)

    assert shapely.get_num_coordinates(raw.frame.geometry[0]) == 50_001


def test_json_nested_without_end_is_refused(refused: Refused) -> None:
    deep = b'{"type":"FeatureCollection","features":' + b"[" * 200_000 + b"]" * 200_000 + b"}"

    assert "profundidad" in refused(FileUnreadable, "x.geojson", deep)


@pytest.mark.parametrize("name", ["x.geojson", "x.json", "x.topojson"])
def test_half_a_letter_is_refused_and_a_whole_one_is_read(
    name: str, refused: Refused, tmp_path: Path, read: Read
) -> None:
    feature = b'{"type":"Feature","properties":{"a":"X \\ud800 Y"},"geometry":null}'

    assert "media letra" in refused(FileUnreadable, name, feature)

    (tmp_path / name).write_bytes(feature.replace(b"\\ud800", b"\\ud83d\\ude00"))
    assert read(tmp_path / name).frame["a"].tolist() == ["X \U0001f600 Y"]


def test_collections_nested_without_end_leave_the_row_without_a_shape(
    tmp_path: Path, read: Read
) -> None:
    geometry = '{"type":"GeometryCollection","geometries":[' * 300 + POINT.decode() + "]}" * 300
    path = tmp_path / "x.geojson"
    path.write_bytes(_feature(geometry, a=1))

    raw = read(path)

    assert raw.frame["a"].tolist() == [1]
    assert raw.frame.geometry.isna().tolist() == [True]


def test_lines_and_points_are_read_as_they_are(tmp_path: Path, read: Read) -> None:
    line = '{"type":"LineString","coordinates":[[-70,-12],[-71,-12]]}'
    path = tmp_path / "x.geojson"
    path.write_bytes(_feature(line))

    assert read(path).frame.geometry[0].geom_type == "LineString"
    assert reading.layers(path)[0].kinds == ("LineString",)


def test_a_collection_without_features_has_no_rows_and_does_not_fail(
    tmp_path: Path, read: Read
) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(b'{"type":"FeatureCollection","features":[]}')

    assert len(read(path).frame) == 0


def test_html_in_a_name_stays_a_text(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(_feature(POINT.decode(), name="<script>alert(1)</script>"))

    assert read(path).frame["name"].tolist() == ["<script>alert(1)</script>"]


def test_nothing_is_left_or_changed_beside_the_files(
    tmp_path: Path, cadastre: Frame, read: Read
) -> None:
    cadastre.to_file(tmp_path / "x.gpkg")
    cadastre.to_file(tmp_path / "x.shp")
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.iterdir()}

    read(tmp_path / "x.gpkg")
    read(tmp_path / "x.shp")

    assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.iterdir()} == before


# --- shapes within shapes -----------------------------------------------------------------------


def _wkt(depth: int) -> bytes:
    return ("GEOMETRYCOLLECTION(" * depth + "POINT(1 1)" + ")" * depth).encode()


def _wkb(depth: int) -> bytes:
    inner = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00"
    return (inner * depth + inner[:5] + bytes(4)).hex().encode()


def _ewkb(depth: int) -> bytes:
    inner = b"\x01\x07\x00\x00\x20\xe6\x10\x00\x00\x01\x00\x00\x00"
    return (inner * depth + b"\x01\x07\x00\x00\x00" + bytes(4)).hex().encode()


@pytest.mark.parametrize("written", [_wkt, _wkb, _ewkb])
def test_shapes_within_shapes_in_a_table_end_in_a_sentence_and_not_with_the_process(
    written: Callable[[int], bytes], tmp_path: Path, read: Read, refused: Refused
) -> None:
    said = refused(FileRefused, "x.csv", b'codigo,wkt\n1,"' + written(200_000) + b'"\n')
    assert "figuras dentro de figuras" in said
    (tmp_path / "y.csv").write_bytes(b'codigo,wkt\n1,"' + written(8) + b'"\n')
    (shape,) = read(tmp_path / "y.csv").frame.geometry
    assert shape is not None


def test_multigeometries_within_one_another_end_in_a_sentence(refused: Refused) -> None:
    deep, inner = 200_000, "<Point><coordinates>-70,-12</coordinates></Point>"
    text = "<MultiGeometry>" * deep + inner + "</MultiGeometry>" * deep
    content = f"<kml><Placemark><name>a</name>{text}</Placemark></kml>".encode()
    refused(FileRefused, "x.kml", content)


def test_collections_within_one_another_in_geojson_do_not_end_the_process(
    tmp_path: Path, read: Read, refused: Refused
) -> None:
    opened = '{"type":"GeometryCollection","geometries":['
    deep = {n: _feature(opened * n + POINT.decode() + "]}" * n, codigo="1") for n in (40, 200_000)}
    (tmp_path / "y.geojson").write_bytes(deep[40])
    (shape,) = read(tmp_path / "y.geojson").frame.geometry
    assert shape is None
    assert "profundidad" in refused(FileUnreadable, "x.geojson", deep[200_000])
