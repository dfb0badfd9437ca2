"""Releases to cut from: the demonstration, and the same with codes and names that make trouble."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.cli.keep import build_all
from geo.home import Home
from geo.release.read import Release, open_release
from geo.terms import Tier
from geo.words import Words, words
from geo.world import read_world

DATA = Path(__file__).resolve().parents[4] / "data"

HOSTILE = (
    "</kml><script>alert(1)</script>",
    "]]> <![CDATA[ & &amp; \"'",
    "=cmd|' /C calc'!A0",
    "uno;=1+1,dos\t+2",
    "línea\r\notra\x0bfin",
    "🛖 Ñandú\u202egnirts\u2066",
    "Ñ" * 300,
    "3-4-2016",
)


@pytest.fixture(scope="session")
def release(demonstration: Home) -> Release:
    """The demonstration: two parts of T-001/T-002, the case tres-islas, one right near."""
    return open_release(demonstration.releases(Tier.PUBLIC))


@pytest.fixture(scope="session")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The demonstration with hostile names; 009900180 is also a plot's code, and two rights of
    one file bear 009900287.
    """
    root = tmp_path_factory.mktemp("troubled")
    data = root / "data"
    shutil.copytree(DATA, data)
    rights = data / "demo" / "demo-concessions-2026-10.geojson"
    plots = data / "demo" / "demo-plots.geojson"
    for path, field in ((rights, "CONCESION"), (plots, "NOMPRE")):
        said = json.loads(path.read_text("utf-8"))
        for number, feature in enumerate(said["features"]):
            feature["properties"][field] = HOSTILE[number % len(HOSTILE)]
        if path == rights:
            said["features"][2]["properties"]["CODIGOU"] = "009900287"
        else:
            said["features"][0]["properties"]["UC"] = "009900180"
        path.write_text(json.dumps(said), "utf-8")
    home = Home(root / "var", data, lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))
    build_all(home, read_world(home), demo=True)
    return open_release(home.releases(Tier.PUBLIC))


@pytest.fixture(scope="session")
def spanish() -> Words:
    return words("es", "")


@pytest.fixture(scope="session")
def english() -> Words:
    catalogue = DATA / "translations" / "en" / "LC_MESSAGES" / "deslinde.po"
    return words("en", catalogue.read_text("utf-8"))
