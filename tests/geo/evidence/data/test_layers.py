"""The data of a bundle open in the programs that people have, with every row and every sign."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.evidence.choice import choose
from geo.evidence.chosen import By, Chosen
from geo.evidence.data.drawn import DRAWINGS, PER_SOURCE
from geo.evidence.data.layers import GEOPACKAGE, write_data
from geo.evidence.data.spreadsheets import LONGEST
from geo.evidence.wishes import Separator, Wishes
from geo.release.read import Release
from geo.styles import Hatch
from geo.words import Words, clean

LAYERS = {"superposiciones": "overlaps", "derechos": "concessions", "territorios": "territories"}
KML = "{http://www.opengis.net/kml/2.2}"
CODES = "009900180; 009900287\n«9900180»\nILU-TAM/C-J-003-92\n009900180"


@pytest.fixture(scope="module")
def chosen(troubled: Release) -> Chosen:
    return choose(troubled, By.CASE, "tres-islas")


@pytest.fixture(scope="module")
def folder(chosen: Chosen, spanish: Words, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bundle") / "datos"
    write_data(chosen, Wishes(), spanish, made)
    return made


def rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def bare(cell: str) -> str:
    return cell.removeprefix("'")


def test_the_files_are_those_that_are_promised(folder: Path) -> None:
    made = {path.name for path in folder.iterdir()}
    layers = {f"{name}.{ending}" for name in LAYERS for ending in ("geojson", "kml", "csv")}
    tables = {"alertas", "totales", "libro-de-cambios", "cuadros-tecnicos", "columnas"}
    assert made == layers | {f"{name}.csv" for name in tables} | {GEOPACKAGE}


@pytest.mark.parametrize("ending", ["geojson", "kml", "csv"])
@pytest.mark.parametrize("name", list(LAYERS))
def test_gdal_reads_every_row_of_every_file_back(
    chosen: Chosen, folder: Path, name: str, ending: str
) -> None:
    frame = getattr(chosen, LAYERS[name])
    back = pyogrio.read_dataframe(folder / f"{name}.{ending}")
    assert len(back) == len(frame) > 0
    if ending != "csv":
        drawn = ~frame.geometry.is_empty.to_numpy()
        assert (back.geometry.notna().to_numpy() == drawn).all()
        wanted = shapely.normalize(np.asarray(frame.loc[drawn].geometry.array))
        found = shapely.normalize(shapely.force_2d(np.asarray(back.loc[drawn].geometry.array)))
        assert shapely.equals_exact(found, wanted, 1e-8).all()


def test_hostile_names_come_back_from_every_form(chosen: Chosen, folder: Path) -> None:
    names = [str(one) for one in chosen.concessions["name"]]
    assert any("</kml>" in one for one in names)
    assert any(len(one) == 300 for one in names)
    told = json.loads((folder / "derechos.geojson").read_text("utf-8"))
    assert [one["properties"]["name"] for one in told["features"]] == names
    back = pyogrio.read_dataframe(folder / GEOPACKAGE, layer="concessions")
    assert back["name"].tolist() == names
    spread = [bare(row["Nombre"]) for row in rows(folder / "derechos.csv")]
    assert spread == [clean(one) for one in names]
    root = ElementTree.fromstring((folder / "derechos.kml").read_bytes())
    values = [
        data.findtext(f"{KML}value")
        for data in root.iter(f"{KML}Data")
        if data.get("name") == "name"
    ]
    assert values == [clean(one) for one in names]


def test_a_spreadsheet_of_the_data_runs_nothing_and_loses_no_zero(folder: Path) -> None:
    for path in sorted(folder.glob("*.csv")):
        text = path.read_bytes().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline="")):
            for cell in row:
                assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠")), (path.name, cell)
                assert len(cell) <= LONGEST
    codes = [row["Código"] for row in rows(folder / "derechos.csv")]
    assert "'009900180" in codes
    keys = [row["Clave"] for row in rows(folder / "derechos.csv")]
    assert "demo-concessions:009900180" in keys


def test_numbers_have_a_decimal_comma_where_it_was_asked_for(
    chosen: Chosen, spanish: Words, tmp_path: Path
) -> None:
    write_data(chosen, Wishes(separator=Separator.SEMICOLON), spanish, tmp_path)
    found = rows(tmp_path / "superposiciones.csv", ";")
    areas = [float(row["Área superpuesta (ha)"].replace(",", ".")) for row in found]
    assert areas == pytest.approx(chosen.overlaps["area_ha"].tolist(), abs=1e-6)
    assert any("," in row["Área superpuesta (ha)"] for row in found)
    assert not any("." in row["Área superpuesta (ha)"] for row in found)


def test_every_form_says_the_same_hectares(chosen: Chosen, folder: Path) -> None:
    wanted = chosen.overlaps["area_ha"].astype(float).tolist()
    told = json.loads((folder / "superposiciones.geojson").read_text("utf-8"))
    assert [one["properties"]["area_ha"] for one in told["features"]] == wanted
    back = pyogrio.read_dataframe(folder / GEOPACKAGE, layer="overlaps")
    assert back["area_ha"].tolist() == wanted
    spread = [float(row["Área superpuesta (ha)"]) for row in rows(folder / "superposiciones.csv")]
    assert spread == pytest.approx(wanted, abs=1e-6)


def test_the_geojson_says_what_it_is_and_whose(chosen: Chosen, folder: Path) -> None:
    told = json.loads((folder / "derechos.geojson").read_text("utf-8"))
    assert told["type"] == "FeatureCollection"
    assert "crs" not in told
    assert told["release"] == chosen.release.id
    assert told["as_of"] == "2026-10-31"
    assert told["illustrative"] is True
    assert chosen.release.id in told["citation"]
    assert [one["id"] for one in told["sources"]] == [one["id"] for one in chosen.sources]
    assert all(one["notice"] for one in told["sources"])
    for feature in told["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        for part in getattr(shape, "geoms", [shape]):
            assert part.exterior.is_ccw


def test_the_kml_is_in_the_order_that_its_schema_asks_for(folder: Path) -> None:
    for name in LAYERS:
        root = ElementTree.fromstring((folder / f"{name}.kml").read_bytes())
        (document,) = root
        tags = [one.tag.removeprefix(KML) for one in document]
        assert tags == sorted(tags, key=["name", "description", "Style", "Placemark"].index)
        ids = {style.get("id") for style in document.iter(f"{KML}Style")}
        order = ["name", "styleUrl", "ExtendedData", "Polygon", "MultiGeometry"]
        for placemark in document.iter(f"{KML}Placemark"):
            held = [one.tag.removeprefix(KML) for one in placemark]
            assert held == sorted(held, key=order.index)
            style = placemark.findtext(f"{KML}styleUrl")
            assert style is None or style.removeprefix("#") in ids
        for ring in document.iter(f"{KML}coordinates"):
            text = (ring.text or "").split()
            assert text[0] == text[-1]
            assert all(-90 < float(one.split(",")[0]) < -60 for one in text)


def test_qgis_finds_a_default_style_for_each_layer(chosen: Chosen, folder: Path) -> None:
    path = folder / GEOPACKAGE
    listed = {name for name, kind in pyogrio.list_layers(path) if kind}
    assert listed == {"overlaps", "concessions", "territories"}
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    assert set(styles.columns) == {
        "f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName",
        "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time",
    }  # fmt: skip
    assert set(styles["f_table_name"]) == listed
    assert styles["useAsDefault"].dtype == bool
    assert styles["useAsDefault"].all()
    assert (styles["f_table_schema"] == "").all()
    for layer, geometry in zip(styles["f_table_name"], styles["f_geometry_column"], strict=True):
        assert pyogrio.read_info(path, layer=layer)["geometry_name"] == geometry


@pytest.mark.parametrize("layer", list(DRAWINGS))
def test_a_style_draws_every_row_and_names_columns_that_are_there(
    chosen: Chosen, folder: Path, spanish: Words, layer: str
) -> None:
    path = folder / GEOPACKAGE
    styles = pyogrio.read_dataframe(path, layer="layer_styles").set_index("f_table_name")
    root = ElementTree.fromstring(styles.loc[layer, "styleQML"])
    renderer = root.find("renderer-v2")
    assert renderer is not None
    drawing = DRAWINGS[layer](getattr(chosen, layer), spanish)
    categories = {one.get("value"): one.get("symbol") for one in renderer.iter("category")}
    near = {"near", "adjacent"}
    assert set(categories) == set(drawing.values) - near
    symbols = {one.get("name") for one in renderer.findall("symbols/symbol")}
    assert symbols == set(categories.values())
    columns = set(pyogrio.read_info(path, layer=layer)["fields"])
    assert {one.get("field") for one in root.iter("alias")} == columns
    assert all(one.get("name") for one in root.iter("alias"))


def test_hatches_and_dashes_tell_kinds_apart_without_colour(chosen: Chosen, spanish: Words) -> None:
    rights = chosen.concessions.assign(
        kind=pd.Series(["mining", "logging"] * 99, dtype="string")[: len(chosen.concessions)],
        status=pd.Series(["titled", "extinguished", "x"] * 99, dtype="string")[
            : len(chosen.concessions)
        ],
    )
    looks = {one.value: one.look for one in DRAWINGS["concessions"](rights, spanish).categories}
    assert looks["mining titled"].hatch is Hatch.NONE
    assert looks["logging titled"].hatch is Hatch.HORIZONTAL
    assert looks["mining extinguished"].dash != looks["mining titled"].dash
    assert set(looks) == {
        f"{kind} {status}"
        for kind in ("mining", "logging")
        for status in ("titled", "extinguished", "unknown")
    }


def test_a_polygon_of_another_area_than_its_title_is_not_drawn_like_titled(
    chosen: Chosen, spanish: Words
) -> None:
    lands = chosen.territories.assign(
        called=pd.Series([None, "titled"], dtype="string"),
        tenure=pd.Series(["titled", "titled"], dtype="string"),
    )
    drawing = DRAWINGS["territories"](lands, spanish)
    assert drawing.values.tolist() == [PER_SOURCE, "titled"]
    assert drawing.categories[0].look != drawing.categories[1].look


def test_severity_is_a_priority_of_ours_and_leaves_with_nobody(folder: Path) -> None:
    for path in folder.iterdir():
        content = path.read_bytes()
        assert b"severity" not in content, path.name
        assert b"Prioridad" not in content, path.name


def test_a_flag_is_a_sentence_in_the_language_of_the_bundle(
    chosen: Chosen, english: Words, folder: Path, tmp_path: Path
) -> None:
    write_data(chosen, Wishes(language="en"), english, tmp_path)
    spanish_rows, english_rows = rows(folder / "alertas.csv"), rows(tmp_path / "alertas.csv")
    assert [bare(row["Oración"]) for row in spanish_rows] == [
        clean(one) for one in chosen.flags["es"]
    ]
    assert len(english_rows) == len(spanish_rows)
    assert english_rows[0].keys().isdisjoint(spanish_rows[0].keys() - {"Plano"})
    sentences = [column for column in english_rows[0] if column.startswith("Sentence")]
    assert [bare(row[sentences[0]]) for row in english_rows] == [
        clean(one) for one in chosen.flags["en"]
    ]


def test_a_list_of_codes_comes_back_whole_in_its_table(
    troubled: Release, spanish: Words, tmp_path: Path
) -> None:
    chosen = choose(troubled, By.CODES, "lista", codes_text=CODES)
    write_data(chosen, Wishes(), spanish, tmp_path)
    found = rows(tmp_path / "codigos.csv")
    assert [bare(row["Código"]) for row in found] == [
        "009900180",
        "009900287",
        "9900180",
        "ILU-TAM/C-J-003-92",
        "009900180",
    ]
    assert [row["Resultado"] for row in found] == [
        "lo llevan varios derechos: se tomaron todos",
        "lo llevan varios derechos: se tomaron todos",
        "no está en esta publicación",
        "hallado",
        "ya está antes en la lista",
    ]
    assert bare(found[2]["Se parece a"]) == "009900180"
    assert found[0]["Claves halladas"] == "demo-concessions:009900180; demo-plots:009900180"


def test_the_technical_tables_give_the_area_of_each_overlap_again(
    chosen: Chosen, folder: Path
) -> None:
    table = pd.read_csv(folder / "cuadros-tecnicos.csv", encoding="utf-8-sig")
    mine = table.loc[table["Figura"].eq("intersección")]
    areas = {}
    for key, part in mine.groupby(["Clave del derecho", "Clave del territorio"]):
        rings = [
            shapely.Polygon(ring[["Este (X) (m)", "Norte (Y) (m)"]].to_numpy()).area
            * (1 if number == 1 else -1)
            for (_part, number), ring in part.groupby(["Parte", "Anillo"])
        ]
        areas[key] = sum(rings) / 10_000
    whole = chosen.overlaps.loc[~chosen.overlaps.geometry.is_empty]
    for row in whole.itertuples():
        assert areas[(row.concession_key, row.territory_key)] == pytest.approx(
            float(row.area_ha), abs=0.01
        )
    assert set(table["Figura"]) >= {"territorio", "derecho", "intersección"}
    assert set(table.loc[table["Figura"].eq("territorio"), "Clave del territorio"]) == set(
        chosen.territories["key"]
    )


def test_every_column_of_every_file_is_explained(folder: Path) -> None:
    explained = rows(folder / "columnas.csv")
    by_file: dict[str, list[str]] = {}
    for row in explained:
        by_file.setdefault(row["Archivo"], []).append(
            f"{row['Rótulo']} ({row['Unidad']})" if row["Unidad"] else row["Rótulo"]
        )
        assert row["Significado"]
    for name, labels in by_file.items():
        heads = list(rows(folder / f"{name}.csv")[0])
        assert heads == [one for one in labels if one != "Geometría"]
        assert len(set(heads)) == len(heads)


def test_the_same_cut_is_the_same_bytes(
    chosen: Chosen, spanish: Words, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.chdir(tmp_path)
    again = tmp_path / "otra" / "carpeta"
    write_data(chosen, Wishes(), spanish, again)
    write_data(chosen, Wishes(), spanish, again)
    for path in folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_right_without_overlaps_gives_files_without_rows(
    chosen: Chosen, spanish: Words, tmp_path: Path
) -> None:
    empty = replace(
        chosen,
        overlaps=chosen.overlaps.iloc[:0],
        territories=chosen.territories.iloc[:0],
        flags=chosen.flags.iloc[:0],
        unions=chosen.unions.iloc[:0],
        deeds=chosen.deeds.iloc[:0],
    )
    write_data(empty, Wishes(), spanish, tmp_path)
    assert len(rows(tmp_path / "superposiciones.csv")) == 0
    assert len(pyogrio.read_dataframe(tmp_path / GEOPACKAGE, layer="overlaps")) == 0
    assert json.loads((tmp_path / "territorios.geojson").read_text("utf-8"))["features"] == []
    root = ElementTree.fromstring((tmp_path / "superposiciones.kml").read_bytes())
    assert list(root.iter(f"{KML}Placemark")) == []


def test_a_shape_with_a_hole_and_two_parts_keeps_both(
    chosen: Chosen, spanish: Words, tmp_path: Path
) -> None:
    hole = shapely.box(-70, -12, -69.9, -11.9) - shapely.box(-69.96, -11.96, -69.94, -11.94)
    both = shapely.MultiPolygon([hole, shapely.box(-69.8, -12, -69.7, -11.9)])
    lands = chosen.territories.assign(
        geometry=gpd.GeoSeries([both] * len(chosen.territories), crs="EPSG:4326")
    )
    write_data(replace(chosen, territories=lands), Wishes(), spanish, tmp_path)
    for ending in ("kml", "geojson"):
        back = pyogrio.read_dataframe(tmp_path / f"territorios.{ending}")
        assert np.allclose([one.area for one in back.geometry], both.area)
