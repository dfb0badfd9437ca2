"""`deslinde overlap` against answers worked out on paper (two loose files, no set-up)."""

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

COLUMNS = {
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
}


def csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(
        path, dtype={"concession_id": str, "territory_id": str}, encoding="utf-8-sig"
    )


def test_a_title_in_the_old_datum_is_not_read_as_if_it_were_in_the_new_one(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    title = squares("title.geojson", ("T1", 461000, 8613000, 1000), crs="EPSG:24879")
    right = squares("right.geojson", ("010000116", 461000, 8613000, 1000))
    out, summary = tmp_path / "o.csv", tmp_path / "s.json"
    ran = deslinde(
        "overlap",
        "--concessions",
        right,
        "--territories",
        title,
        "--out",
        out,
        "--summary",
        summary,
    )
    assert ran.code == 0, ran.err
    row = csv(out).iloc[0]
    assert set(COLUMNS) <= set(csv(out).columns)
    assert row["area_ha"] == pytest.approx(50.4, abs=0.05)
    assert row["concession_id"] == "010000116"
    assert row["zone"] == "19S"
    said = json.loads(summary.read_text(encoding="utf-8"))
    assert said["pairs"] == 1
    assert said["crs"]["operation"]["territories"] == "EPSG:1208"
    assert said["crs"]["accuracy_m"]["territories"] == 16.0
    assert said["crs"]["basis"]["concessions"] == "declared"
    assert said["concessions"] == {"in": 1, "used": 1, "excluded": 0, "repaired": 0}


def test_neighbours_that_share_a_side_do_not_overlap(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    title = squares("t.geojson", ("T1", 461000, 8613000, 1000))
    right = squares("c.geojson", ("C1", 462000, 8613000, 1000))
    out, summary = tmp_path / "o.csv", tmp_path / "s.json"
    ran = deslinde(
        "overlap",
        "--concessions",
        right,
        "--territories",
        title,
        "--out",
        out,
        "--summary",
        summary,
    )
    assert ran.code == 0, ran.err
    assert list(csv(out)["overlap_class"]) == ["adjacent"]
    said = json.loads(summary.read_text(encoding="utf-8"))
    assert (said["pairs"], said["adjacent"], said["area_ha_sum"]) == (0, 1, 0)


def test_an_overlap_narrower_than_the_error_is_called_indeterminate(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    title = squares("t.geojson", ("T1", 461000, 8613000, 1000))
    right = squares("c.geojson", ("C1", 461992, 8613000, 1000))
    out = tmp_path / "o.csv"
    ran = deslinde(
        "overlap", "--concessions", right, "--territories", title, "--out", out,
        "--concessions-accuracy-m", 6, "--territories-accuracy-m", 8,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    row = csv(out).iloc[0]
    assert row["area_ha"] == pytest.approx(0.8, abs=1e-6)
    assert row["area_min_ha"] == 0
    assert row["area_max_ha"] == pytest.approx(1.8, abs=0.01)
    assert row["overlap_class"] == "indeterminate"
    assert "GEO-INDET" in row["flags"]


def test_a_code_with_a_leading_zero_survives_a_spreadsheet(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    title = squares("t.geojson", ("007", 461000, 8613000, 1000))
    right = squares("c.geojson", ("010099916", 461000, 8613000, 1000))
    out = tmp_path / "o.csv"
    assert (
        deslinde("overlap", "--concessions", right, "--territories", title, "--out", out).code == 0
    )
    as_a_spreadsheet_reads = pd.read_csv(out, encoding="utf-8-sig")
    assert as_a_spreadsheet_reads["concession_key"].iloc[0].endswith(":010099916")
    assert as_a_spreadsheet_reads["territory_key"].iloc[0].endswith(":007")


@pytest.mark.parametrize("ending", ["gpkg", "csv", "geojson", "parquet"])
def test_every_output_says_the_same(
    ending: str, deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    title = squares("t.geojson", ("T1", 461000, 8613000, 2500))
    right = squares("c.geojson", ("C1", 461000, 8613000, 1000), ("C2", 463000, 8613000, 1000))
    out = tmp_path / f"o.{ending}"
    ran = deslinde("overlap", "--concessions", right, "--territories", title, "--out", out)
    assert ran.code == 0, ran.err
    read = {
        "csv": csv,
        "gpkg": gpd.read_file,
        "geojson": gpd.read_file,
        "parquet": gpd.read_parquet,
    }
    frame = read[ending](out)
    assert set(COLUMNS) <= set(frame.columns)
    assert list(frame["concession_id"]) == ["C1", "C2"]
    assert list(frame["area_ha"].astype(float).round(6)) == [100.0, 50.0]


def test_the_same_two_files_give_the_same_bytes(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    title = squares("t.geojson", ("T1", 461000, 8613000, 2500))
    right = squares("c.geojson", ("C1", 461000, 8613000, 1000), ("C2", 463000, 8613000, 1000))
    made = []
    for name in ("a.gpkg", "b.gpkg"):
        deslinde(
            "overlap", "--concessions", right, "--territories", title, "--out", tmp_path / name
        )
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_no_area_is_ever_measured_in_web_mercator(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    east, north = -7721274.2, -1409123.6
    title = squares("t.geojson", ("T1", east, north, 1000), crs="EPSG:3857")
    right = squares("c.geojson", ("C1", east, north, 1000), crs="EPSG:3857")
    out = tmp_path / "o.csv"
    ran = deslinde("overlap", "--concessions", right, "--territories", title, "--out", out)
    assert ran.code == 0, ran.err
    row = csv(out).iloc[0]
    assert row["area_ha"] == pytest.approx(100 / 1.05677, abs=0.05)
    assert row["area_geodesic_ha"] == pytest.approx(row["area_ha"], rel=0.002)


def test_rows_that_a_condition_leaves_out_are_counted_with_their_reason(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    title = squares("t.geojson", ("T1", 461000, 8613000, 1000), ("T2", 461000, 8613000, 1000))
    right = squares("c.geojson", ("C1", 461000, 8613000, 1000))
    summary = tmp_path / "s.json"
    ran = deslinde(
        "overlap", "--concessions", right, "--territories", title, "--out", tmp_path / "o.csv",
        "--summary", summary, "--territories-where", "codigo = 'T2'",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    said = json.loads(summary.read_text(encoding="utf-8"))
    assert said["territories"] == {"in": 2, "used": 1, "excluded": 1, "repaired": 0}
    assert list(csv(tmp_path / "o.csv")["territory_id"]) == ["T2"]


def test_the_day_of_the_run_is_not_taken_for_the_day_of_the_data(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    title = squares("t.geojson", ("T1", 461000, 8613000, 1000))
    right = tmp_path / "c.geojson"
    made = json.loads(squares("x.geojson", ("C1", 461000, 8613000, 1000)).read_text())
    made["features"][0]["properties"] = {
        "CODIGOU": "010000116", "CONCESION": "E", "FEC_DENU": "2016-01-04",
        "D_ESTADO": "D.M. en Trámite D.L. 708",
    }  # fmt: skip
    right.write_text(json.dumps(made), encoding="utf-8")
    both = ("--concessions", right, "--territories", title, "--out", tmp_path / "o.parquet")
    sentences = []
    for more in ((), ("--concessions-as-of", "2026-03-10")):
        assert deslinde("overlap", *both, *more).code == 0
        sentences.append(gpd.read_parquet(tmp_path / "o.parquet"))
    assert "MIN-TRAM" in sentences[1]["flags"].iloc[0]
    assert deslinde("overlap", *both, "--concessions-as-of", "ayer").sentence


def test_what_was_done_to_every_row_can_be_read(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    title = squares("t.geojson", ("T1", 461000, 8613000, 1000))
    right = squares("c.geojson", ("C1", 461000, 8613000, 1000), ("C2", 461000, 8613000, 1000))
    ledger = tmp_path / "l.csv"
    ran = deslinde(
        "overlap", "--concessions", right, "--territories", title, "--out", tmp_path / "o.csv",
        "--concessions-where", "codigo = 'C1'", "--ledger", ledger,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    told = pd.read_csv(ledger, encoding="utf-8-sig")
    gone = told[told["deed"] == "excluded"]
    assert list(gone["side"]) == ["concessions"]
    assert list(gone["row"]) == [1]
    assert "codigo = 'C1'" in gone["reason"].iloc[0]
