"""A release is whole, the same every time, and tells its tier and no more."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from gzip import decompress
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from pmtiles.reader import MemorySource, all_tiles

from geo import home as homes
from geo.errors import FileUnwritable, ReleaseDamaged, StageBroken
from geo.home import Home, sha256_of
from geo.release import files, read
from geo.release.content import Content
from geo.release.write import write
from geo.terms import Tier

NAMES = {
    "README.txt",
    "between.parquet",
    "captures.json",
    "cases.json",
    "concessions.parquet",
    "datos.pmtiles",
    "declared.json",
    "facets.parquet",
    "flags.parquet",
    "ledger.parquet",
    "manifest.json",
    "overlaps.gpkg",
    "overlaps.parquet",
    "received.parquet",
    "rules.json",
    "sources.json",
    "summary.json",
    "territories.parquet",
    "unions.parquet",
}


def sums(folder: Path) -> dict[str, str]:
    return {path.name: sha256_of(path) for path in sorted(folder.iterdir())}


def texts(folder: Path) -> str:
    """Every text of a release: raw bytes, every cell of its tables, every layer and tile."""
    found = []
    for path in folder.iterdir():
        found.append(path.read_bytes().decode("utf-8", "replace"))
        if path.suffix == ".parquet":
            found.append(pd.read_parquet(path).map(str).to_csv())
        if path.suffix == ".pmtiles":
            tiles = all_tiles(MemorySource(path.read_bytes()))
            found += [decompress(tile).decode("utf-8", "replace") for _, tile in tiles]
        if path.suffix == ".gpkg":
            found += [
                pyogrio.read_dataframe(path, layer=name).map(str).to_csv()
                for name, _ in pyogrio.list_layers(path)
            ]
    return "\n".join(found).upper()


def test_a_release_holds_what_its_reader_needs(home: Home, content: Content) -> None:
    folder = write(home, Tier.PUBLIC, content)
    assert {path.name for path in folder.iterdir()} == NAMES
    assert (home.releases("public") / "current").read_text() == f"{folder.name}\n"
    layers = {name for name, _ in pyogrio.list_layers(folder / "overlaps.gpkg")}
    assert layers == {"overlaps", "concessions", "territories", "flags"}
    overlaps = gpd.read_file(folder / "overlaps.gpkg", layer="overlaps")
    assert overlaps.crs == "EPSG:4326"
    assert overlaps["flags"].tolist() == ["MIN-POST-TIT;MIN-169", "", ""]
    rights = gpd.read_file(folder / "overlaps.gpkg", layer="concessions")
    assert rights["accumulation"].tolist() == ["unknown", "yes", "no"]
    assert rights["native_id"].tolist() == ["010000001", "010000002", "010000003"]


def test_a_person_planted_as_holder_is_nowhere_in_the_public_folder(
    home: Home, content: Content, person: str
) -> None:
    public = texts(write(home, Tier.PUBLIC, content))
    restricted = texts(write(home, Tier.RESTRICTED, content))
    for word in (*person.split(), "QUILLAHUAMAN", "YUPANQUI", "ORTIZ", "NADIE NADIE"):
        assert word not in public
        assert word in restricted
    for hidden in ("RESERVADA", "T-003", "010000004", "D" * 64):
        assert hidden not in public


def test_the_folder_of_the_public_does_not_know_the_other(home: Home, content: Content) -> None:
    write(home, Tier.RESTRICTED, content)
    folder = write(home, Tier.PUBLIC, content)
    assert "RESTRICTED" not in texts(folder)


def test_html_in_a_name_stays_the_text_that_it_is(home: Home, content: Content) -> None:
    folder = write(home, Tier.PUBLIC, content)
    assert read.overlaps(read.open_release(folder.parent))["concession_name"].iloc[1] == (
        "<b>ORO & CIA</b>"
    )


def test_the_same_inputs_give_the_same_bytes_anywhere(
    content: Content, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(home, Tier.PUBLIC, content)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    second = write(replace(home, root=Path("state")), Tier.PUBLIC, content)
    assert first.name == second.name
    assert sums(first) == sums(second)


def test_a_geopackage_written_in_another_year_is_the_same(content: Content, tmp_path: Path) -> None:
    frame = content.flagged.overlaps.frame
    files.geopackage([("overlaps", frame)], tmp_path / "a.gpkg", "2026-03")
    frame.to_parquet(tmp_path / "frame.parquet")
    script = (
        "import sys, geopandas as gpd\nfrom pathlib import Path\nfrom geo.release import files\n"
        "from geo.schema.columns import OVERLAPS\nfrom geo.stages import typed\n"
        "frame = typed(gpd.read_parquet(sys.argv[1]), OVERLAPS)\n"
        "files.geopackage([('overlaps', frame)], Path(sys.argv[2]), '2026-03')\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, tmp_path / "frame.parquet", tmp_path / "b.gpkg"],
        check=True,
        cwd=tmp_path,
        env={**os.environ, "TZ": "Pacific/Apia", "PYTHONPATH": str(Path.cwd())},
    )
    assert sha256_of(tmp_path / "a.gpkg") == sha256_of(tmp_path / "b.gpkg")
    assert b"2026-03-01T00:00:00.000Z" in (tmp_path / "a.gpkg").read_bytes()


def test_the_order_of_rows_on_the_way_in_changes_no_byte(home: Home, content: Content) -> None:
    turned = replace(
        content,
        concessions=replace(content.concessions, frame=content.concessions.frame.iloc[::-1]),
        inputs=content.inputs[::-1],
    )
    assert write(home, Tier.PUBLIC, turned).name == write(home, Tier.PUBLIC, content).name


def test_another_figure_is_another_release(home: Home, content: Content) -> None:
    first = write(home, Tier.PUBLIC, content)
    second = write(home, Tier.PUBLIC, replace(content, settings={"pair_min_m2": 2.0}))
    assert first.name != second.name
    assert first.is_dir()
    assert read.open_release(first.parent).id == second.name


def test_an_answer_from_a_restricted_fact_is_not_published(home: Home, content: Content) -> None:
    fact = replace(content.inputs[0], tier=Tier.RESTRICTED, kind="facts")
    with pytest.raises(StageBroken):
        write(home, Tier.PUBLIC, replace(content, inputs=(*content.inputs, fact)))
    assert not home.releases("public").exists()


@pytest.mark.parametrize("broken", ["geopackage", "parquet"])
def test_a_crash_in_the_middle_leaves_the_release_that_was_there(
    home: Home, content: Content, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    good = write(home, Tier.PUBLIC, content)

    def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(files, broken, crash)
    with pytest.raises(RuntimeError):
        write(home, Tier.PUBLIC, replace(content, settings={"pair_min_m2": 2.0}))
    assert {path.name for path in good.parent.iterdir()} == {"current", good.name}
    assert read.open_release(good.parent).id == good.name


@pytest.mark.parametrize("when", ["_sync", "write_whole"])
def test_a_full_disk_is_one_sentence_and_no_half_release(
    home: Home, content: Content, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(homes, when, full)
    if when == "write_whole":
        monkeypatch.setattr("geo.release.write.write_whole", full)
    with pytest.raises(FileUnwritable, match="No space left on device"):
        write(home, Tier.PUBLIC, content)
    left = {path.name for path in home.releases("public").iterdir()}
    assert "current" not in left
    assert not any(name.startswith(".") for name in left)


def test_a_home_where_nobody_may_write_is_one_sentence(home: Home, content: Content) -> None:
    home.root.mkdir()
    (home.root / "releases").write_text("a file where a folder is due")
    with pytest.raises(FileUnwritable, match="releases"):
        write(home, Tier.PUBLIC, content)


def test_building_again_over_a_damaged_release_says_so(home: Home, content: Content) -> None:
    folder = write(home, Tier.PUBLIC, content)
    (folder / "summary.json").unlink()
    with pytest.raises(ReleaseDamaged, match=r"summary\.json"):
        write(home, Tier.PUBLIC, content)


def test_published_files_are_read_only_and_can_still_be_deleted(
    home: Home, content: Content
) -> None:
    folder = write(home, Tier.PUBLIC, content)
    assert all(path.stat().st_mode & 0o222 == 0 for path in folder.iterdir())
    shutil.rmtree(home.root)
    assert not home.root.exists()


def test_the_manifest_says_from_what_and_with_what(home: Home, content: Content) -> None:
    folder = write(home, Tier.PUBLIC, content)
    said = json.loads((folder / "manifest.json").read_bytes())
    assert {"proj", "epsg", "geos", "gdal", "gdal_proj", "pyarrow", "deslinde"} <= set(
        said["versions"]
    )
    assert all(version for version in said["versions"].values())
    assert said["code"] == "0123abc"
    assert said["rules"] == "2026-11-21"
    assert said["settings"] == {"pair_min_m2": 1}
    # nobody else can fetch these files, so that only who may see all of them is told their hash
    assert not {one["sha256"] for one in said["inputs"]} & {"a" * 64, "b" * 64}
    whole = json.loads((write(home, Tier.RESTRICTED, content) / "manifest.json").read_bytes())
    assert [one["sha256"] for one in whole["inputs"]] == ["a" * 64, "b" * 64]
    found = said["inputs"][0]
    assert found == {
        "kind": "layer",
        "sha256": found["sha256"],
        "name": "cat.zip",
        "size_bytes": found["size_bytes"],
        "source_id": "cat",
        "tier": "public",
        "as_of": "2026-03-10",
        "layer": "",
        "crs": "",
        "accuracy_m": None,
        "filtered": True,
    }
    assert {**sums(folder), "manifest.json": ""} == {
        **{name: one["sha256"] for name, one in said["files"].items()},
        "manifest.json": "",
    }
    assert str(home.root) not in texts(folder)


def test_the_name_that_a_file_or_a_layer_had_on_a_disk_is_not_published(
    home: Home, content: Content, retiered: Callable
) -> None:
    first, second = content.inputs
    named = (
        replace(
            first,
            snapshot=replace(first.snapshot, name="predio de ALGUIEN.KML"),
            layer="ALGUIEN",
        ),
        replace(second, snapshot=replace(second.snapshot, name="lindero.ALGUIEN")),
    )
    opened = tuple(replace(one, made=made) for one, made in zip(content.opened, named, strict=True))
    content = replace(content, inputs=named, opened=opened)
    for tier in (Tier.PUBLIC, Tier.PARTNER):
        folder = write(home, tier, retiered(content, tier))
        assert "ALGUIEN" not in texts(folder)
        said = json.loads((folder / "manifest.json").read_bytes())["inputs"]
        assert [(one["name"], one["layer"]) for one in said] == [
            ("cat.kml", "(texto reservado)"),
            ("com", ""),
        ]
    all_of_it = retiered(content, Tier.RESTRICTED)
    assert "PREDIO DE ALGUIEN.KML" in texts(write(home, Tier.RESTRICTED, all_of_it))


def test_the_summary_counts_what_the_tier_sees(home: Home, content: Content) -> None:
    told = json.loads((write(home, Tier.PUBLIC, content) / "summary.json").read_bytes())
    assert (told["pairs"], told["near"], told["adjacent"]) == (2, 1, 0)
    assert told["area_ha_sum"] == pytest.approx(100.25 * 3)
    assert told["area_ha_union"] is None  # two overlaps are not shown, so nobody may subtract
    assert told["concessions"] == {"in": 4, "used": 3, "excluded": 1, "repaired": 1}
    assert told["territories"] == {"in": 3, "used": 3, "excluded": 0, "repaired": 0}
    assert told["crs"] == {
        "declared": {"concessions": None, "territories": None},
        "used": {"concessions": "EPSG:32719", "territories": "EPSG:32719"},
        "basis": {"concessions": "assumed", "territories": "assumed"},
        "operation": {"concessions": "none", "territories": "none"},
        "accuracy_m": {"concessions": 0, "territories": 0},
    }
    assert told["flags"]["MIN-169"] == {"yes": 1, "no": 2, "unknown": 0}


def test_a_case_names_only_the_territories_of_its_release(home: Home, content: Content) -> None:
    release = read.open_release(write(home, Tier.PUBLIC, content).parent)
    (case,) = read.cases(release)
    assert case["territories"] == ["com:T-001"]
    assert case["place"] == "Madre de Dios"
    assert case["fact"][0]["to_be_confirmed"] is True
    assert (case["span"][0]["years"], case["span"][0]["months"]) == (5, 5)
    assert read.judgments(release)[0]["id"] == "sentencia"
    assert [source["id"] for source in read.sources(release)] == ["cat", "com"]
    assert read.rules(release)["version"] == "2026-11-21"


def test_the_readme_carries_the_notices_in_both_languages(home: Home, content: Content) -> None:
    told = (write(home, Tier.PUBLIC, content) / "README.txt").read_text(encoding="utf-8")
    for sentence in (
        "Solo <referencial>.",
        "Reference only.",
        "La ausencia en el mapa no es ausencia de territorio",
        "Absence from the map is not absence of territory",
        "no es una opinión legal",
        "not a legal opinion",
    ):
        assert sentence in told


def test_a_build_without_a_single_overlap_is_still_a_release(
    home: Home, content: Content, retiered: Callable
) -> None:
    everything = retiered(content, Tier.RESTRICTED)
    flagged = everything.flagged
    none = replace(
        flagged,
        overlaps=replace(flagged.overlaps, frame=flagged.overlaps.frame.iloc[:0]),
        flags=flagged.flags.iloc[:0],
    )
    folder = write(home, Tier.RESTRICTED, replace(everything, flagged=none))
    release = read.open_release(folder.parent)
    assert len(read.overlaps(release)) == 0
    assert len(read.flags(release)) == 0
    assert read.summary(release)["pairs"] == 0
