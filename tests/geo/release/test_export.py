"""One file of overlaps, for whoever has a spreadsheet, QGIS or a program."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import home as homes
from geo.errors import FileUnwritable
from geo.release.export import export, spreadsheet_safe, with_flags
from geo.release.summary import summary_json
from geo.stages import Flagged, Layer

ASKED = [
    "concession_id",
    "concession_name",
    "territory_id",
    "territory_name",
    "area_ha",
    "area_geodesic_ha",
    "area_min_ha",
    "area_max_ha",
    "share_of_concession",
    "share_of_territory",
    "zone",
    "overlap_class",
    "flags",
]


def written(flagged: Flagged, path: Path) -> Path:
    export(flagged.overlaps.frame, path, flags=flagged.flags, on="2026-03-10")
    return path


def test_a_spreadsheet_keeps_zeros_letters_and_takes_nothing_for_a_formula(
    flagged: Flagged, tmp_path: Path
) -> None:
    path = written(flagged, tmp_path / "out.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(path)
    assert set(ASKED) < set(table.columns)
    assert table["concession_key"].iloc[0] == "cat:010000001"
    assert table["concession_name"].iloc[3] == "'=1+1"
    assert table["area_ha"].tolist() == [100.25, 200.5, 0.0, 300.75, 401.0]
    assert table["area_max_ha"].isna().tolist() == [False, True, False, False, False]
    assert table["flags"].iloc[0] == "MIN-POST-TIT;MIN-169"
    assert table["flags_unknown"].iloc[3] == "MIN-POST-TIT;MIN-169"
    assert table.columns[-1] == "geometry_wkt"
    assert table["geometry_wkt"].isna().tolist() == [False, False, True, False, False]
    shape = shapely.from_wkt(table["geometry_wkt"].iloc[0])
    assert shape.equals(flagged.overlaps.frame.geometry.iloc[0])


@given(st.text(max_size=12))
def test_no_text_cell_begins_as_a_formula(text: str) -> None:
    (safe,) = spreadsheet_safe(pd.Series([text], dtype="string"))
    assert not safe.lstrip().startswith(("=", "+", "-", "@"))
    assert not safe.startswith(("\t", "\r"))
    assert safe in (text, "'" + text)


def test_geojson_is_what_its_standard_says(flagged: Flagged, tmp_path: Path) -> None:
    told = json.loads(written(flagged, tmp_path / "out.geojson").read_text(encoding="utf-8"))
    assert "crs" not in told
    first, second, near, *_ = told["features"]
    assert set(ASKED) < set(first["properties"])
    assert first["properties"]["concession_id"] == "010000001"
    assert second["properties"]["area_max_ha"] is None
    assert second["properties"]["concession_name"] == "<b>ORO & CIA</b>"
    assert near["geometry"] is None
    assert first["geometry"]["type"] == "Polygon"
    assert shapely.geometry.shape(first["geometry"]).exterior.is_ccw
    assert all(-70 < x < -69.9 for x, _ in first["geometry"]["coordinates"][0])


def test_rounding_the_degrees_moves_no_square_metre(flagged: Flagged, tmp_path: Path) -> None:
    moved = flagged.overlaps.frame.assign(
        geometry=flagged.overlaps.frame.geometry.rotate(31.4159, origin=(0, 0)).translate(13, 60)
    )
    export(moved, tmp_path / "out.geojson")
    back = gpd.read_file(tmp_path / "out.geojson")
    kept = back.geometry.notna().to_numpy()
    plane = moved.to_crs("EPSG:6933").geometry.area[kept]
    assert back.to_crs("EPSG:6933").geometry.area[kept].tolist() == pytest.approx(
        plane.tolist(), abs=1.0
    )


@pytest.mark.parametrize("name", ["out.gpkg", "out.parquet", "OUT.GeoJSON"])
def test_other_programs_read_it_back(flagged: Flagged, tmp_path: Path, name: str) -> None:
    path = written(flagged, tmp_path / name)
    back = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)
    assert set(ASKED) < set(back.columns)
    assert len(back) == 5
    assert back["area_ha"].tolist() == [100.25, 200.5, 0.0, 300.75, 401.0]
    assert back.crs == "EPSG:4326"
    assert back["flags"].iloc[0] == "MIN-POST-TIT;MIN-169"


@pytest.mark.parametrize("ending", ["gpkg", "csv", "geojson", "parquet"])
def test_the_same_rows_are_the_same_bytes(flagged: Flagged, tmp_path: Path, ending: str) -> None:
    one = written(flagged, tmp_path / f"one.{ending}").read_bytes()
    assert one == written(flagged, tmp_path / f"two.{ending}").read_bytes()


@pytest.mark.parametrize("ending", ["gpkg", "csv", "geojson", "parquet"])
def test_no_overlap_at_all_is_a_file_without_rows(
    flagged: Flagged, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"none.{ending}"
    export(flagged.overlaps.frame.iloc[:0], path, flags=flagged.flags.iloc[:0])
    assert path.stat().st_size > 0
    if ending != "csv":
        back = gpd.read_parquet(path) if ending == "parquet" else gpd.read_file(path)
        assert len(back) == 0


@pytest.mark.parametrize("name", ["out.shp", "out", "out.gpkg.zip", "out.xlsx"])
def test_an_ending_that_we_do_not_write_names_the_four(
    flagged: Flagged, tmp_path: Path, name: str
) -> None:
    with pytest.raises(FileUnwritable, match=r"\.gpkg, \.csv, \.geojson, \.parquet"):
        written(flagged, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["gpkg", "csv", "geojson", "parquet"])
def test_a_place_where_nothing_can_be_written_is_one_sentence(
    flagged: Flagged, tmp_path: Path, ending: str
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileUnwritable, match="No se pudo escribir"):
        written(flagged, tmp_path / "file" / f"out.{ending}")
    (tmp_path / f"folder.{ending}").mkdir()
    with pytest.raises(FileUnwritable, match="es una carpeta"):
        written(flagged, tmp_path / f"folder.{ending}")


@pytest.mark.parametrize("ending", ["gpkg", "csv", "geojson", "parquet"])
def test_a_full_disk_keeps_the_file_that_was_there(
    flagged: Flagged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    path = tmp_path / f"out.{ending}"
    path.write_text("before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(homes, "_sync", full)
    with pytest.raises(FileUnwritable, match="No space left on device"):
        written(flagged, path)
    assert path.read_text() == "before"
    assert [left.name for left in tmp_path.iterdir()] == [path.name]


def test_an_overlap_without_flags_has_an_empty_text(flagged: Flagged) -> None:
    told = with_flags(flagged.overlaps.frame, flagged.flags.iloc[:0])
    assert told["flags"].tolist() == [""] * 5
    assert told.columns[-1] == "geometry"


def test_the_summary_says_what_was_counted(
    flagged: Flagged, concessions: Layer, territories: Layer
) -> None:
    sides = {
        "concessions": (concessions.frame, concessions.ledger.deeds),
        "territories": (territories.frame, territories.ledger.deeds),
    }
    told = summary_json(flagged.overlaps.frame, sides, area_ha_union=900.0)
    assert told["pairs"] == 4
    assert told["near"] == 1
    assert told["area_ha_sum"] == pytest.approx(100.25 * 10)
    assert told["area_ha_union"] == 900.0
    assert told["concessions"] == {"in": 5, "used": 4, "excluded": 1, "repaired": 1}
    assert set(told["crs"]) == {"declared", "used", "basis", "operation", "accuracy_m"}
    json.dumps(told, allow_nan=False)
