"""Our overlay against `geopandas.overlay`, on the same generated cadastre.

    python tests/bench/overlay.py [--runs 3] [--concessions 100000] [--territories 9000]

Each run is a fresh process that imports, reads the two prepared files, overlays and lists
its pairs with their areas. The two take turns. Printed: the median of the whole process and
of the overlay alone, and how many times faster ours is. The pairs must be equal and the areas
agree to 1e-9, or it ends with code 1. Ours is the engine of `geo.analysis.overlay.overlaps`;
both are given shapes in one plane, and both results are checked by one script.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve()
ROOT = HERE.parent.parent.parent
NAMES = {"ours": "geo.analysis.pieces", "theirs": "geopandas.overlay"}


def main() -> int:
    """Runs the bench, or, in its own process, one side of it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--concessions", type=int, default=100_000)
    asked.add_argument("--territories", type=int, default=9_000)
    asked.add_argument("--seed", type=int, default=169)
    asked.add_argument("--side", choices=tuple(NAMES))
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    if given.side:
        _one(given.side, given.folder)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return _compare(Path(folder), given)


def _compare(folder: Path, given: argparse.Namespace) -> int:
    sys.path.insert(0, str(HERE.parent))
    import cadastre

    share = given.concessions / 100_000  # the same density, whatever the size
    rights = cadastre.concessions(given.concessions, given.seed, share)
    lands = cadastre.territories(given.territories, given.seed, share)
    rights.to_parquet(folder / "concessions.parquet")
    lands.to_parquet(folder / "territories.parquet")
    vertices = lands.geometry.count_coordinates().sum()
    print(f"{len(rights):,} concessions, {len(lands):,} territories of {vertices:,} vertices")

    whole: dict[str, list[float]] = {side: [] for side in NAMES}
    alone: dict[str, list[float]] = {side: [] for side in NAMES}
    for run in range(given.runs):
        for side in NAMES if run % 2 == 0 else reversed(NAMES):
            start = time.perf_counter()
            command = [sys.executable, str(HERE), "--side", side, "--folder", str(folder)]
            said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            whole[side].append(time.perf_counter() - start)
            alone[side].append(float(said.stdout))
            print(
                f"run {run + 1}: {side:6} {whole[side][-1]:7.2f} s, alone {alone[side][-1]:7.2f} s"
            )

    agree = _agree(np.load(folder / "ours.npy"), np.load(folder / "theirs.npy"))
    for name, times in (("whole process", whole), ("overlay alone", alone)):
        ours, theirs = (statistics.median(times[side]) for side in NAMES)
        print(f"{name}: ours {ours:.2f} s, geopandas {theirs:.2f} s: {theirs / ours:.2f} times")
    return 0 if agree else 1


def _agree(ours: np.ndarray, theirs: np.ndarray) -> bool:
    same = len(ours) == len(theirs) and bool((ours[:, :2] == theirs[:, :2]).all())
    print(f"{len(ours):,} pairs; the same pairs: {'yes' if same else 'NO'}")
    if not same:
        return False
    off = float(np.max(np.abs(ours[:, 2] / theirs[:, 2] - 1), initial=0.0))
    print(f"areas differ by {off:.1e} at most, relative")
    return off <= 1e-9


def _one(side: str, folder: Path) -> None:
    """One side: read, overlay, list concession, territory and area, print the seconds alone."""
    import geopandas as gpd

    rights = gpd.read_parquet(folder / "concessions.parquet")
    lands = gpd.read_parquet(folder / "territories.parquet")
    if side == "ours":
        import shapely

        from geo.analysis.pieces import pieces

        start = time.perf_counter()
        found = pieces(np.asarray(rights.geometry.array), np.asarray(lands.geometry.array))
        seconds = time.perf_counter() - start
        table = np.column_stack([found.i, found.j, shapely.area(found.shapes)])
    else:
        start = time.perf_counter()
        laid = gpd.overlay(rights, lands, how="intersection", keep_geom_type=True)
        seconds = time.perf_counter() - start
        laid = laid.sort_values(["concession", "territory"])
        table = np.column_stack([laid["concession"], laid["territory"], laid.area])
    np.save(folder / f"{side}.npy", table)
    print(seconds)


if __name__ == "__main__":
    sys.exit(main())
