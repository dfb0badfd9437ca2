"""A bundle of many rights over a large territory: seconds and memory of a whole `deslinde export`.

    python tests/bench/export.py [--rights 150] [--vertices 3000] [--runs 3] [--keep FOLDER]

Makes an invented cadastre in a folder of its own, imports it, builds a release, and exports the
territory in fresh processes. Printed for each run: seconds from start to end, the most memory
that the process held, the size of the bundle and its SHA-256, which must be the same each time,
or it ends with code 1.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

ROOT = Path(__file__).resolve().parent.parent.parent
PLANE = "EPSG:32719"
_CENTRE = np.array([461_000.0, 8_613_000.0])
_REACH_M = 12_000


def main() -> int:
    """Makes the files, and measures each export."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rights", type=int, default=150)
    asked.add_argument("--vertices", type=int, default=3_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--seed", type=int, default=169)
    asked.add_argument("--keep", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        _prepare(folder, given)
        print(f"{given.rights:,} rights, one territory of {given.vertices:,} vertices")
        return 0 if len({_export(folder) for _ in range(given.runs)}) == 1 else 1


def _prepare(folder: Path, given: argparse.Namespace) -> None:
    """Files, imports and a release."""
    draw = np.random.default_rng(given.seed)
    land = _outline(draw, _CENTRE, _REACH_M, given.vertices)
    rights = [_right(draw, number) for number in range(given.rights)]
    _write(
        folder / "territory.geojson",
        [land],
        [
            {
                "codigo": "T-1",
                "nomcom": "COMUNIDAD INVENTADA",
                "titcom": "001",
                "fectit": "24/06/1994",
                "Aarea": round(land.area / 1e4, 4),
            }
        ],
    )
    _write(
        folder / "rights.geojson",
        rights,
        [
            {
                "CODIGOU": f"{10_000_000 + number:09}",
                "CONCESION": f"DERECHO INVENTADO {number}",
                "TIT_CONCES": "MINERA INVENTADA S.A.C.",
                "FEC_DENU": f"{1985 + number % 35}-03-04",
                "D_ESTADO": "D.M. Titulado D.L. 708",
                "LEYENDA": "TITULADO",
                "HASDATUM": f"{shape.area / 1e4:.4f}",
            }
            for number, shape in enumerate(rights)
        ],
    )
    for name, source in (
        ("territory", "pe-midagri-communities"),
        ("rights", "pe-ingemmet-mining"),
    ):
        path = str(folder / f"{name}.geojson")
        _deslinde(folder, "import", path, "--source", source, "--tier", "public")
    _deslinde(folder, "build")


def _export(folder: Path) -> str:
    out = folder / "x.zip"
    start = time.perf_counter()
    used = _deslinde(folder, "export", "--territory", "T-1", "--out", str(out))
    seconds = time.perf_counter() - start
    sha256 = hashlib.sha256(out.read_bytes()).hexdigest()
    print(
        f"{seconds:6.1f} s  {used / 1024:6.0f} MB at most  bundle {out.stat().st_size / 1e6:.1f} MB"
        f"  {sha256[:12]}"
    )
    return sha256


def _deslinde(folder: Path, *arguments: str) -> int:
    """Runs the command in a process of its own; the most memory that it held, in kB."""
    process = subprocess.Popen(
        [sys.executable, "-m", "webmap.cli", *arguments],
        cwd=ROOT,
        env=os.environ | {"DESLINDE_HOME": str(folder / "home")},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"deslinde {' '.join(arguments)}: {os.waitstatus_to_exitcode(status)}")
    return int(usage.ru_maxrss)


def _right(draw: np.random.Generator, number: int) -> shapely.Polygon:
    """Nine of ten a square or a rectangle of 300 m to 5 km, most on the kilometre grid."""
    at = _CENTRE + draw.uniform(-0.8, 0.8, 2) * _REACH_M
    if number % 10 == 9:
        return _outline(draw, at, draw.uniform(300, 2_500), int(draw.integers(12, 200)))
    if number % 3:
        at, sides = np.floor(at / 1000) * 1000, draw.integers(1, 5, 2) * 1000
    else:
        sides = draw.uniform(300, 4_000, 2)
    return shapely.box(*at, *(at + sides))


def _outline(
    draw: np.random.Generator, centre: np.ndarray, reach_m: float, vertices: int
) -> shapely.Polygon:
    """A star-shaped outline that goes in and out."""
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    wave = sum(
        draw.uniform(0.2, 1) / k * np.sin(k * angle + draw.uniform(0, 2 * np.pi))
        for k in range(2, 12)
    )
    rough = draw.normal(0, 0.01, vertices)
    radius = reach_m * np.clip(1 + 0.2 * wave + rough, 0.3, 2)
    return shapely.Polygon(
        np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None] + centre
    )


def _write(path: Path, shapes: list[shapely.Polygon], fields: list[dict[str, object]]) -> None:
    made = gpd.GeoDataFrame(fields, geometry=shapes, crs=PLANE)
    layer = json.loads(made.to_json(drop_id=True))
    named = {"name": f"urn:ogc:def:crs:EPSG::{PLANE.split(':')[1]}"}
    layer["crs"] = {"type": "name", "properties": named}
    path.write_text(json.dumps(layer), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
