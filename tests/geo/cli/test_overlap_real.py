"""The four real trials, through the command, with nothing but two files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

PERU = ("--territories-where", "country_code = 'PE'")
AMW = "indigenous_territories_amw_2025-08-26.geojson"
MINING_17S = "ingemmet_17s_raw_nocrs_20260310.geojson"
UTM_17S = ("--concessions-crs", "EPSG:32717")


@pytest.mark.parametrize(
    ("concessions", "territories", "options", "pairs", "area_ha"),
    [
        (MINING_17S, AMW, (*UTM_17S, *PERU), 27, 10447.19),
        ("ingemmet_19s_mdd_first14.gpkg", AMW, PERU, 3, 27.18),
        ("amw_mining_202400_peru.geojson", AMW, PERU, 187, 14373.38),
        (MINING_17S, "anp_peru_353.gpkg", UTM_17S, 113, 21609.22),
    ],
)
def test_a_real_cadastre_gives_the_pairs_and_hectares_that_others_found(
    concessions: str,
    territories: str,
    options: tuple[str, ...],
    pairs: int,
    area_ha: float,
    deslinde: Callable,
    real_data: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    summary = tmp_path / "s.json"
    ran = deslinde(
        "overlap", "--concessions", real_data(concessions), "--territories", real_data(territories),
        *options, "--out", tmp_path / "o.gpkg", "--summary", summary,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    said = json.loads(summary.read_text(encoding="utf-8"))
    assert said["pairs"] == pairs
    assert said["area_ha_sum"] == pytest.approx(area_ha, rel=0.003)
    for side in ("concessions", "territories"):
        assert said[side]["in"] == said[side]["used"] + said[side]["excluded"]


def test_metres_without_a_crs_are_refused_and_the_right_one_is_suggested(
    deslinde: Callable, real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    ran = deslinde(
        "overlap", "--concessions", real_data(MINING_17S), "--territories", real_data(AMW),
        "--out", tmp_path / "o.gpkg",
    )  # fmt: skip
    assert "EPSG:32717" in ran.sentence
    assert not (tmp_path / "o.gpkg").exists()
