"""Fifty readers at once on a release as large as a country's, with another published underneath.

    python tests/bench/readers.py [FOLDER] [--readers 50] [--seconds 60] [--pause 1]

FOLDER is what `national.py` filled (default var/bench); with --vintages 2 it has two
releases, and half-way the second takes the first one's place. Each reader has one connection that
is kept open, opens the page, and then moves the map again and again: nine tiles of the layers, a
click on a right, a pause of about --pause seconds. What a page names must be of one release, and
so must what is asked for that page; a page whose release has left is opened again.

Printed: milliseconds (median, 99 of 100, most) of tiles, clicks and pages before, during and
after the change; what failed; and the memory of each process of the server. The readers run on
the same machine as the server. Ends with code 1 where anything failed or was mixed.
"""

import argparse
import asyncio
import gzip
import json
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import shapely

ROOT = Path(__file__).resolve().parents[2]
TILES = 9
_NAMED = re.compile(rb"/es/mapa-([0-9a-f]{12})\.js")
_ANY_ID = re.compile(rb"/(?:datos|teselas)/([0-9a-f]{12})/|mapa-([0-9a-f]{12})\.")


def main() -> int:
    """Serves, reads, publishes underneath, reads on."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path, nargs="?", default=ROOT / "var" / "bench")
    asked.add_argument("--readers", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--pause", type=float, default=1.0)
    asked.add_argument("--workers", type=int, default=0)
    asked.add_argument("--threads", type=int, default=8)
    asked.add_argument("--seed", type=int, default=169)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
        home = Path(scratch)
        ids = _linked(given.folder / "home" / "releases" / "public", home / "releases" / "public")
        started = time.perf_counter()
        server, port = _serve(home, given.workers, given.threads)
        print(f"{given.readers} readers; ready after {time.perf_counter() - started:.1f} s")
        try:
            spots = _spots(home / "releases" / "public" / ids[0], given.seed)
            run = Run(port, spots, random.Random(given.seed), given.pause)
            asyncio.run(_all(run, given.readers, given.seconds, home / "releases" / "public", ids))
            _print(run)
            _memory(server.pid)
        finally:
            server.terminate()
            server.wait(60)
    return 1 if run.failed or run.mixed else 0


def _linked(there: Path, here: Path) -> list[str]:
    """The releases of a folder under another, as hard links; the older one is the current one."""
    folders = sorted(
        (one for one in there.iterdir() if (one / "datos.pmtiles").is_file()),
        key=lambda one: one.stat().st_mtime,
    )[-2:]
    for one in folders:
        shutil.copytree(one, here / one.name, copy_function=os.link)
    (here / "current").write_text(folders[0].name + "\n")
    return [one.name for one in folders]


def _serve(home: Path, workers: int, threads: int) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-m", "webmap.cli", "serve", "--port", "0"]
    more = ["--workers", str(workers), "--threads", str(threads)]
    process = subprocess.Popen(
        [*command, *more],
        cwd=ROOT,
        env=os.environ | {"DESLINDE_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    return process, int(said.partition("127.0.0.1:")[2].partition("/")[0])


def _spots(release: Path, seed: int) -> list[tuple[float, float]]:
    """Points on some of the rights, in degrees."""
    rights = gpd.read_parquet(release / "concessions.parquet", columns=["geometry"])
    points = rights.geometry.sample(2_000, random_state=seed).representative_point()
    return [(point.x, point.y) for point in points if isinstance(point, shapely.Point)]


@dataclass
class Run:
    """What all readers share: where, what to look at, and what was measured."""

    port: int
    spots: list[tuple[float, float]]
    draw: random.Random
    pause: float
    phase: str = "before"
    ended: bool = False
    took: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: Counter[str] = field(default_factory=Counter)
    again: int = 0
    reloads: int = 0
    mixed: int = 0


class Reader:
    """One connection that is kept open, as a browser does."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(
        self, what: str, path: str, body: bytes | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers. A kept connection that was closed is opened once more."""
        kept = self._writer is not None
        start = time.perf_counter()
        phase = self._run.phase
        try:
            found = await self._send(path, body)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            if not kept:
                raise
            self._run.again += 1
            found = await self._send(path, body)
        self._run.took[what, phase].append((time.perf_counter() - start) * 1000)
        return found

    async def _send(self, path: str, body: bytes | None) -> tuple[int, bytes, dict[str, str]]:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._run.port)
        assert self._reader is not None
        verb = "GET" if body is None else "POST"
        more = (
            ""
            if body is None
            else f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        )
        head = f"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{more}\r\n"
        self._writer.write(head.encode("ascii") + (body or b""))
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(": ") for line in lines[1:] if line)
        headers = {name.lower(): value for name, _colon, value in pairs}
        content = await self._reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(lines[0].split()[1]), content, headers

    def close(self) -> None:
        """Lets go of the connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


async def _all(run: Run, readers: int, seconds: float, folder: Path, ids: list[str]) -> None:
    reading = [asyncio.create_task(_read(run)) for _ in range(readers)]
    await asyncio.sleep(seconds / 2)
    if len(ids) > 1:
        run.phase = "during"
        began = time.perf_counter()
        (folder / "next").write_text(ids[1] + "\n")
        (folder / "next").replace(folder / "current")
        watch = Reader(run)
        fresh = 0
        while fresh < 20:
            _status, said, _headers = await watch.ask("watch", "/salud")
            fresh = fresh + 1 if json.loads(said)["release"] == ids[1] else 0
            await asyncio.sleep(0.1)
            watch.close()
        print(f"the new release is shown after {time.perf_counter() - began:.1f} s")
        run.phase = "after"
    await asyncio.sleep(seconds / 2)
    run.ended = True
    await asyncio.gather(*reading)


async def _read(run: Run) -> None:
    """One reader until the end."""
    await asyncio.sleep(run.draw.random() * run.pause)
    reader = Reader(run)
    while not run.ended:
        release = await _open(run, reader)
        for _ in range(20):
            if run.ended or not await _look(run, reader, release):
                break
            await asyncio.sleep(run.draw.expovariate(1 / run.pause) if run.pause else 0)
    reader.close()


async def _open(run: Run, reader: Reader) -> str:
    """Opens the page and its script; the release that they are of."""
    status, page, headers = await reader.ask("page", "/es/")
    if headers.get("content-encoding") == "gzip":
        page = gzip.decompress(page)
    named = {a or b for a, b in _ANY_ID.findall(page)}
    found = _NAMED.search(page)
    if status != 200 or found is None:
        run.failed[f"page {status}"] += 1
        await asyncio.sleep(0.5)
        return ""
    run.mixed += len(named) != 1
    release = found[1].decode()
    status, _script, _headers = await reader.ask("page", f"/es/mapa-{release}.js")
    if status == 410:
        run.reloads += 1
    elif status != 200:
        run.failed[f"script {status}"] += 1
    return release


async def _look(run: Run, reader: Reader, release: str) -> bool:
    """One view of the map and a click in it; whether the page may go on."""
    if not release:
        return False
    lon, lat = run.draw.choice(run.spots)
    zoom = run.draw.randint(5, 10)
    column, row = _tile(lon, lat, zoom)
    for number in range(TILES):
        where = f"{zoom}/{column + number % 3 - 1}/{row + number // 3 - 1}"
        status, _tile_bytes, headers = await reader.ask(
            "tile", f"/teselas/{release}/datos/{where}.mvt"
        )
        if not _held(run, "tile", status):
            return False
        run.mixed += release not in headers.get("etag", release)
    body = json.dumps({"lon": lon, "lat": lat, "zoom": zoom, "seleccion": {}}).encode()
    status, _said, _headers = await reader.ask("click", f"/datos/{release}/es/punto", body)
    return _held(run, "click", status)


def _held(run: Run, what: str, status: int) -> bool:
    if status == 410:
        run.reloads += 1
        return False
    if status not in (200, 204):
        run.failed[f"{what} {status}"] += 1
    return True


def _tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    side = 1 << zoom
    sine = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * side), int((1 - sine / math.pi) / 2 * side)


def _print(run: Run) -> None:
    for (what, phase), took in sorted(run.took.items()):
        if what != "watch" and len(took) > 1:
            high = statistics.quantiles(took, n=100, method="inclusive")[98]
            print(
                f"{what:6} {phase:7} {len(took):7,}   median {statistics.median(took):7.1f} ms"
                f"   p99 {high:7.1f} ms   most {max(took):7.1f} ms"
            )
    print(
        f"failed: {dict(run.failed) or 'nothing'}; mixed: {run.mixed}; pages opened again because "
        f"their release had left: {run.reloads}; kept connections that were closed: {run.again}"
    )


def _memory(process: int) -> None:
    """What each process of the server holds alone, and its part of what they share."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    for one in [process, *map(int, children)]:
        told = Path(f"/proc/{one}/smaps_rollup").read_text()
        kept = {
            name: int(said) // 1024
            for name, said in re.findall(r"^(\w+):\s+(\d+) kB", told, re.MULTILINE)
        }
        own = kept["Private_Clean"] + kept["Private_Dirty"]
        print(f"process {one}: {kept['Rss']} MB, alone {own} MB, its part {kept['Pss']} MB")


if __name__ == "__main__":
    sys.exit(main())
