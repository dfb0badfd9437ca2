"""The first page of a whole country on a bad line, beside stock folium with the same rights.

    python tests/bench/first_page.py [FOLDER] [--runs 3] [--without-folium]

FOLDER is what `national.py` filled (default var/bench). Chromium reads the map over a
line of 1 Mbit/s with 150 ms delay: cold, with nothing kept, and warm, once more with what the
first visit left. Printed: kilobytes over the line and seconds until the map is drawn, and until
its tools are there too, medians; and what weighs most. Then a page of stock folium with the
same rights is made: seconds to make it, its size, how long 1 Mbit/s would need for it, seconds
until Chromium has drawn it from the disk without any line, and the hosts that it calls (which are
answered here from the copies in node_modules).
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BITS_PER_SECOND, DELAY_MS = 1_000_000, 150
PATIENCE_S = 300


def main() -> None:
    """Ours, then theirs."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path, nargs="?", default=ROOT / "var" / "bench")
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--without-folium", action="store_true")
    given = asked.parse_args()
    releases = given.folder / "home" / "releases" / "public"
    release = releases / (releases / "current").read_text().strip()
    command = [sys.executable, "-m", "webmap.cli", "serve", "--port", "0"]
    with (
        sync_playwright() as player,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"DESLINDE_HOME": str(given.folder / "home")},
            stdout=subprocess.PIPE,
            text=True,
        ) as server,
    ):
        browser = player.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            assert server.stdout is not None
            address = "http:" + server.stdout.readline().partition("http:")[2].split()[0]
            _ours(browser, f"{address}es/", given.runs)
            if not given.without_folium:
                _theirs(browser, release)
        finally:
            browser.close()
            server.terminate()


@dataclass
class Visit:
    """What one visit took: bytes by address, and seconds."""

    bytes: Counter[str] = field(default_factory=Counter)
    drawn_s: float = 0.0
    ready_s: float = 0.0
    at_drawn: int = 0


def _ours(browser: Browser, address: str, runs: int) -> None:
    cold, warm = [], []
    for _ in range(runs):
        context = browser.new_context()
        cold.append(_visit(context, address))
        warm.append(_visit(context, address))
        context.close()
    for name, visits in (("cold", cold), ("warm", warm)):
        at_drawn, whole = ([v.at_drawn for v in visits], [v.bytes.total() for v in visits])
        print(
            f"{name}: {statistics.median(at_drawn) / 1000:.0f} kB and "
            f"{statistics.median(v.drawn_s for v in visits):.2f} s until the map is drawn; "
            f"{statistics.median(whole) / 1000:.0f} kB and "
            f"{statistics.median(v.ready_s for v in visits):.2f} s with its tools"
        )
    for path, size in cold[0].bytes.most_common(12):
        print(f"  {size / 1000:7.1f} kB  {path}")


def _visit(context: BrowserContext, address: str) -> Visit:
    made = Visit()
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": DELAY_MS,
            "downloadThroughput": BITS_PER_SECOND / 8,
            "uploadThroughput": BITS_PER_SECOND / 8,
        },
    )
    named: dict[str, str] = {}
    line.on(
        "Network.requestWillBeSent",
        lambda one: named.update({one["requestId"]: urlsplit(one["request"]["url"]).path}),
    )
    line.on(
        "Network.loadingFinished",
        lambda one: made.bytes.update(
            {named.get(one["requestId"], "?"): int(one["encodedDataLength"])}
        ),
    )
    start = time.perf_counter()
    page.goto(address, wait_until="commit", timeout=PATIENCE_S * 1000)
    made.drawn_s = _until(page, "drawn", start)
    made.at_drawn = made.bytes.total()
    made.ready_s = _until(page, "ready", start)
    page.wait_for_timeout(500)
    page.close()
    return made


def _until(page: Page, mark: str, start: float) -> float:
    said = f"document.querySelector('.folium-map[data-{mark}]') !== null"
    while not page.evaluate(said):
        if time.perf_counter() - start > PATIENCE_S:
            raise SystemExit(f"the map was not {mark} after {PATIENCE_S} s")
        page.wait_for_timeout(10)
    return time.perf_counter() - start


def _theirs(browser: Browser, release: Path) -> None:
    # stock folium, in a process that never loaded ours: ours gives its classes local addresses
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "folium.html"
        program = (
            "import sys, time, folium, geopandas as gpd\n"
            "rights = gpd.read_parquet(sys.argv[1], columns=['key', 'name', 'geometry'])\n"
            "start = time.perf_counter()\n"
            "made = folium.Map(location=[-9.5, -74.5], zoom_start=6)\n"
            "folium.GeoJson(rights).add_to(made)\n"
            "made.save(sys.argv[2])\n"
            "print(time.perf_counter() - start)\n"
        )
        table = release / "concessions.parquet"
        told = subprocess.run(
            [sys.executable, "-c", program, str(table), str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
        many = len(gpd.read_parquet(table, columns=["geometry"]))
        size = path.stat().st_size
        drawn, hosts = _draw(browser, path, many)
        print(
            f"stock folium, {many:,} polygons: {float(told.stdout):.1f} s to make, "
            f"{size / 1e6:.0f} MB, {size * 8 / BITS_PER_SECOND:.0f} s for that at 1 Mbit/s, "
            f"{drawn:.1f} s to draw from the disk; calls {len(hosts)} other hosts: "
            f"{', '.join(sorted(hosts))}"
        )


def _draw(browser: Browser, path: Path, many: int) -> tuple[float, set[str]]:
    hosts: set[str] = set()

    def instead(route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.scheme == "file":
            route.continue_()
            return
        hosts.add(url.netloc)
        known = {"leaflet.js": "leaflet/dist/leaflet.js", "leaflet.css": "leaflet/dist/leaflet.css"}
        file = ROOT / "node_modules" / known.get(Path(url.path).name, "none")
        route.fulfill(path=file) if file.is_file() else route.fulfill(body="")

    page = browser.new_page()
    page.route("**/*", instead)
    start = time.perf_counter()
    page.goto(path.as_uri(), wait_until="commit", timeout=PATIENCE_S * 1000)
    drawn = "document.querySelectorAll('path.leaflet-interactive').length"
    while page.evaluate(drawn) < many:
        if time.perf_counter() - start > PATIENCE_S:
            raise SystemExit("folium's page was not drawn")
        page.wait_for_timeout(100)
    # once more around: the browser paints after the script
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    took = time.perf_counter() - start
    page.close()
    return took, hosts


def _chromium() -> str:
    named = os.environ.get("DESLINDE_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = named or next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise SystemExit("no Chromium or Chrome here: `make browser` installs one")
    return found


if __name__ == "__main__":
    main()
