"""One file may be taken in twice, as two layers or two sources: neither is taken for the other."""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geo.cli.terminal import answer
from geo.evidence.findings import Report
from geo.release.manifest import canonical
from webmap.cli import deslinde as group

CAPTURES = "data/metodo/capturas.json"


def _squares(crs: int, *corners: tuple[float, float], side: float, **fields: list[str]) -> Any:
    made = [shapely.box(x, y, x + side, y + side) for x, y in corners]
    return gpd.GeoDataFrame(fields, geometry=made, crs=crs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A GeoPackage with rights and lands, in two systems, both imported; the lands twice."""
    folder = tmp_path_factory.mktemp("twice")
    rights = _squares(
        32718, (500000, 9447000), (496500, 9443500), (610000, 9447000), side=5000,
        CODIGOU=["010000121", "010000221", "010000321"], D_ESTADO=["TITULADO"] * 3,
    )  # fmt: skip
    lands = _squares(
        4326, (-75.02, -5.02), (-74.02, -5.02), (-70, -10), side=0.06,
        codigo=["T-1", "T-2", "T-3"], nomcom=["EJEMPLO UNO", "EJEMPLO DOS", "EJEMPLO TRES"],
    )  # fmt: skip
    rights.to_file(folder / "f.gpkg", layer="rights")
    lands.to_file(folder / "f.gpkg", layer="lands")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DESLINDE_HOME", str(folder / "home"))
        patched.setenv("DESLINDE_NOW", "2026-11-21T12:00:00+00:00")
        patched.chdir(folder)
        for layer, source in (
            ("rights", "pe-ingemmet-mining"),
            ("lands", "pe-midagri-communities"),
            ("lands", "pe-midagri-campesinas"),
        ):
            taken = ["import", "f.gpkg", "--layer", layer, "--source", source, "--tier", "public"]
            assert answer(group, taken) == 0
        assert answer(group, ["build"]) == 0
        yield folder


@pytest.mark.parametrize("tier", ["public", "restricted"])
@pytest.mark.parametrize(
    "asked",
    [
        ("--territory", "pe-midagri-communities:T-1"),
        ("--territory", "pe-midagri-campesinas:T-2"),
        ("--concession", "010000121"),
    ],
)
def test_a_bundle_of_a_file_with_several_layers_is_clean(
    asked: tuple[str, str], tier: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = folder / f"{tier}-{asked[1][-3:]}.zip"
    assert answer(group, ["export", *asked, "--tier", tier, "--out", str(out)]) == 0
    capfd.readouterr()
    code = answer(group, ["verify", str(out)])
    assert (code, "✗" in capfd.readouterr().out) == (0, False)


@pytest.fixture(scope="module")
def twice(folder: Path, bag: Any) -> Any:
    """The files of a bundle of it, to be written again."""
    out = folder / "a.zip"
    asked = ["export", "--territory", "pe-midagri-communities:T-1", "--out", str(out)]
    assert answer(group, asked) == 0
    with zipfile.ZipFile(out) as archive:
        name = archive.namelist()[0].split("/")[0]
        files = {one.removeprefix(f"{name}/"): archive.read(one) for one in archive.namelist()}
    return replace(bag, name=name, files=files, folder=folder)


def _lie(told: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    changed = [dict(one) for one in told]
    changed[number]["retrieved_at"] = "1999-01-01T00:00:00+00:00"
    return changed


@pytest.mark.parametrize(
    "lie",
    [
        lambda told: _lie(told, 0),
        lambda told: _lie(told, -1),
        lambda told: [*told, _lie(told, -1)[-1]],
        lambda told: [_lie(told, 0)[0], *told],
        lambda told: told[:-1],
    ],
)
def test_a_second_capture_of_the_same_bytes_that_lies_is_found(
    lie: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
    twice: Any,
    report: Callable[..., Report],
) -> None:
    told = json.loads(twice.files[CAPTURES])
    assert len({one["sha256"] for one in told}) < len(told)
    changed = {CAPTURES: canonical(lie(told))}
    path = twice.written(twice.with_every_list(changed))
    at_fault = {one.file for one in report(path).findings} - {"data/manifest.json"}
    assert at_fault & {CAPTURES, "data/custodia.jsonl"}
