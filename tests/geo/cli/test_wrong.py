"""What a user can do wrong: one plain sentence, exit code 2, nothing written, no traceback."""

import json
import math
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def title(squares: Callable) -> Path:
    return squares("title.geojson", ("T1", 461000, 8613000, 1000))


def refused(deslinde: Callable, concessions: Path, title: Path, tmp_path: Path, *more: str) -> str:
    out = tmp_path / "out.csv"
    ran = deslinde(
        "overlap", "--concessions", concessions, "--territories", title, "--out", out, *more
    )
    assert not out.exists()
    return ran.sentence


def polygon(*ring: tuple[float, float]) -> dict:
    shape = {"type": "Polygon", "coordinates": [list(map(list, ring))]}
    return {"type": "Feature", "properties": {"codigo": "C1"}, "geometry": shape}


def written(tmp_path: Path, *features: dict) -> Path:
    path = tmp_path / "c.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def test_a_missing_file(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    assert "nada.shp" in refused(deslinde, tmp_path / "nada.shp", title, tmp_path)


def test_an_empty_file(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    (tmp_path / "vacio.gpkg").touch()
    assert "vacio.gpkg" in refused(deslinde, tmp_path / "vacio.gpkg", title, tmp_path)


def test_a_truncated_file(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    half = title.read_bytes()[: title.stat().st_size // 2]
    (tmp_path / "mitad.geojson").write_bytes(half)
    assert "mitad.geojson" in refused(deslinde, tmp_path / "mitad.geojson", title, tmp_path)


def test_a_path_that_leaves_its_zip(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "sale.zip", "w") as archive:
        archive.writestr("../../fuera.geojson", title.read_text())
    assert "sale.zip" in refused(deslinde, tmp_path / "sale.zip", title, tmp_path)
    assert not list(tmp_path.parent.rglob("fuera.geojson"))


def test_a_zip_bomb(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomba.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b"0" * 300_000_000)
    assert "bomba.zip" in refused(deslinde, tmp_path / "bomba.zip", title, tmp_path)


def test_a_web_page_saved_as_data(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    (tmp_path / "datos.zip").write_text("<!DOCTYPE html><html><body>503</body></html>")
    assert "web" in refused(deslinde, tmp_path / "datos.zip", title, tmp_path)


def test_swapped_axes(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    swapped = polygon((-12.55, -69.36), (-12.54, -69.36), (-12.54, -69.35), (-12.55, -69.36))
    sentence = refused(deslinde, written(tmp_path, swapped), title, tmp_path)
    assert "orden" in sentence or "invers" in sentence


def test_a_file_of_another_country(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    paris = polygon((2.3, 48.8), (2.4, 48.8), (2.4, 48.9), (2.3, 48.8))
    assert "Perú" in refused(deslinde, written(tmp_path, paris), title, tmp_path)


def test_a_wrong_zone_that_leaves_the_country(
    deslinde: Callable, squares: Callable, title: Path, tmp_path: Path
) -> None:
    far = squares("far.geojson", ("C1", 461000, 8613000, 1000), crs="EPSG:32724")
    assert "Perú" in refused(deslinde, far, title, tmp_path)


def test_lines_where_polygons_are_due(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    line = polygon((-69.36, -12.55), (-69.35, -12.55), (-69.35, -12.54), (-69.36, -12.55))
    line["geometry"] = {"type": "LineString", "coordinates": line["geometry"]["coordinates"][0]}
    good = polygon((-69.36, -12.55), (-69.35, -12.55), (-69.35, -12.54), (-69.36, -12.55))
    out, summary = tmp_path / "o.csv", tmp_path / "s.json"
    ran = deslinde(
        "overlap", "--concessions", written(tmp_path, line, good), "--territories", title,
        "--out", out, "--summary", summary,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    said = json.loads(summary.read_text(encoding="utf-8"))["concessions"]
    assert said == {"in": 2, "used": 1, "excluded": 1, "repaired": 0}


def test_a_file_of_which_nothing_is_left(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    point = polygon((-69.36, -12.55), (-69.35, -12.55), (-69.35, -12.54), (-69.36, -12.55))
    point["geometry"] = {"type": "Point", "coordinates": [-69.36, -12.55]}
    assert "polígono" in refused(deslinde, written(tmp_path, point), title, tmp_path)


def test_a_condition_that_keeps_nothing(
    deslinde: Callable, squares: Callable, title: Path, tmp_path: Path
) -> None:
    right = squares("c.geojson", ("C1", 461000, 8613000, 1000))
    none = ("--concessions-where", "codigo = 'C9'")
    assert "codigo = 'C9'" in refused(deslinde, right, title, tmp_path, *none)


def test_coordinates_that_are_no_numbers(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    nowhere = polygon((float("nan"), -12.55), (-69.35, -12.55), (-69.35, -12.54), (-69.36, -12.55))
    endless = polygon((float("inf"), -12.55), (-69.35, -12.55), (-69.35, -12.54), (-69.36, -12.55))
    good = polygon((-69.36, -12.55), (-69.35, -12.55), (-69.35, -12.54), (-69.36, -12.55))
    summary = tmp_path / "s.json"
    ran = deslinde(
        "overlap", "--concessions", written(tmp_path, nowhere, endless, good), "--territories",
        title, "--out", tmp_path / "o.csv", "--summary", summary,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert json.loads(summary.read_text(encoding="utf-8"))["concessions"]["excluded"] == 2


def test_a_ring_of_a_million_vertices(deslinde: Callable, title: Path, tmp_path: Path) -> None:

    count = 1_000_000
    ring = [
        (
            -69.36 + 0.05 * math.cos(2 * math.pi * i / count),
            -12.55 + 0.05 * math.sin(2 * math.pi * i / count),
        )
        for i in range(count)
    ]
    path = written(tmp_path, polygon(*ring, ring[0]))
    ran = deslinde(
        "overlap", "--concessions", path, "--territories", title, "--out", tmp_path / "o.csv"
    )
    assert ran.code == 0, ran.err


def test_markup_in_a_name_stays_text(deslinde: Callable, title: Path, tmp_path: Path) -> None:
    good = polygon((-69.36, -12.55), (-69.35, -12.55), (-69.35, -12.54), (-69.36, -12.55))
    good["properties"]["nombre"] = "<img src=x onerror=alert(1)>"
    out = tmp_path / "o.csv"
    ran = deslinde(
        "overlap", "--concessions", written(tmp_path, good), "--territories", title, "--out", out
    )
    assert ran.code == 0, ran.err
    assert "<img src=x onerror=alert(1)>" in out.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (("--concessions-crs", "EPSG:1"), "EPSG:1"),
        (("--concessions-source", "nadie"), "nadie"),
        (("--concessions-where", "1; DROP TABLE x"), "condición"),
        (("--concessions-layer", "otra"), "otra"),
        (("--concessions-accuracy-m", "-3"), "accuracy-m"),
        (("--facts", "no-hay.csv"), "no-hay.csv"),
        (("--colour", "red"), "--colour"),
    ],
)
def test_an_option_that_makes_no_sense(
    more: tuple[str, ...],
    named: str,
    deslinde: Callable,
    squares: Callable,
    title: Path,
    tmp_path: Path,
) -> None:
    right = squares("c.geojson", ("C1", 461000, 8613000, 1000))
    assert named in refused(deslinde, right, title, tmp_path, *more)


def test_an_output_of_an_unknown_kind(
    deslinde: Callable, squares: Callable, title: Path, tmp_path: Path
) -> None:
    right = squares("c.geojson", ("C1", 461000, 8613000, 1000))
    ran = deslinde(
        "overlap", "--concessions", right, "--territories", title, "--out", tmp_path / "o.doc"
    )
    assert ".gpkg" in ran.sentence


def test_an_output_that_cannot_be_written(
    deslinde: Callable, squares: Callable, title: Path, tmp_path: Path
) -> None:
    right = squares("c.geojson", ("C1", 461000, 8613000, 1000))
    (tmp_path / "carpeta.csv").mkdir()
    ran = deslinde(
        "overlap", "--concessions", right, "--territories", title, "--out", tmp_path / "carpeta.csv"
    )
    assert "carpeta.csv" in ran.sentence


def test_a_release_of_nothing(deslinde: Callable) -> None:
    assert "deslinde import" in deslinde("build").sentence


def test_a_forgotten_option(deslinde: Callable) -> None:
    assert "--concessions" in deslinde("overlap").sentence


def test_the_process_itself_ends_with_code_2_and_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "webmap.cli", "overlap", "--out", "o.csv"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_a_wrong_zone_that_puts_the_rights_far_from_every_territory_is_said(
    deslinde: Callable, squares: Callable, title: Path, tmp_path: Path
) -> None:
    rights = squares("c.geojson", ("C1", 461000, 8613000, 1000), crs="EPSG:32718")
    ran = deslinde(
        "overlap", "--concessions", rights, "--territories", title, "--out", tmp_path / "o.csv"
    )
    assert ran.code == 0
    assert "a unos 65" in ran.err  # six degrees of longitude at 12.5° S: 652 km
    assert "EPSG:32718" in ran.err
    assert "EPSG:32719" in ran.err
