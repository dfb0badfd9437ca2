"""A reader is given one tier's folder, whole and unchanged, or a sentence."""

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import NothingToDo, ReleaseDamaged
from geo.home import Home
from geo.release import read
from geo.release.content import Content
from geo.release.write import write
from geo.schema.columns import DEEDS, FLAGS, OVERLAPS, of_noun
from geo.terms import Noun, Tier


@pytest.fixture
def folder(home: Home, content: Content) -> Path:
    return write(home, Tier.PUBLIC, content)


def changed(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def test_what_was_written_comes_back_in_its_types(folder: Path) -> None:
    release = read.open_release(folder.parent)
    for frame, columns in (
        (read.concessions(release), of_noun(Noun.CONCESSION)),
        (read.territories(release), of_noun(Noun.TERRITORY)),
        (read.overlaps(release), OVERLAPS),
        (read.flags(release), FLAGS),
        (read.ledger(release), DEEDS),
    ):
        for column in columns:
            assert column.name == "geometry" or str(frame[column.name].dtype) == column.dtype
    assert read.concessions(release)["native_id"].iloc[0] == "010000001"
    assert read.concessions(release)["accumulation"].isna().tolist() == [True, False, False]
    assert read.concessions(release).crs == "EPSG:4326"
    assert read.unions(release)["key"].tolist() == ["com:T-001", "com:T-002"]
    assert len(read.between(release)) == 1
    assert release.tier is Tier.PUBLIC
    assert release.as_of == "2026-03-10"
    assert not release.illustrative
    assert read.manifest(release)["id"] == release.id
    assert read.verify(release) == []


def test_what_one_page_does_to_a_frame_no_other_page_sees(folder: Path) -> None:
    release = read.open_release(folder.parent)
    mine = read.overlaps(release)
    mine["area_ha"] = 0.0
    mine.loc[mine.index[0], "concession_name"] = "otro"
    assert read.overlaps(release)["area_ha"].iloc[0] == 100.25
    assert read.overlaps(release)["concession_name"].iloc[0] == "(nombre reservado)"


def test_no_release_yet_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NothingToDo, match="deslinde build"):
        read.open_release(tmp_path / "public")


@pytest.mark.parametrize(
    "named",
    [
        "../restricted/0123456789ab",
        "..",
        "",
        "/etc",
        ".",
        "0123456789ab\n../x",
        "0123456789AB",
        "\0",
    ],
)
def test_a_pointer_out_of_the_folder_is_refused(folder: Path, named: str) -> None:
    (folder.parent / "current").write_text(named)
    with pytest.raises(ReleaseDamaged):
        read.open_release(folder.parent)


def test_a_link_to_another_tier_is_refused(home: Home, content: Content, folder: Path) -> None:
    other = write(home, Tier.RESTRICTED, content)
    (folder.parent / other.name).symlink_to(other, target_is_directory=True)
    (folder.parent / "current").write_text(other.name)
    with pytest.raises(ReleaseDamaged):
        read.open_release(folder.parent)


def test_a_link_that_leaves_the_folder_is_refused_whatever_it_holds(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / folder.name).symlink_to(folder, target_is_directory=True)
    (other / "current").write_text(folder.name)
    with pytest.raises(ReleaseDamaged, match="no contiene"):
        read.open_release(other)


def test_a_restricted_release_copied_among_the_public_ones_is_refused(
    home: Home, content: Content, folder: Path
) -> None:
    other = write(home, Tier.RESTRICTED, content)
    shutil.copytree(other, folder.parent / other.name)
    (folder.parent / "current").write_text(other.name)
    with pytest.raises(ReleaseDamaged, match="nivel «restricted»"):
        read.open_release(folder.parent)


@pytest.mark.parametrize("name", ["overlaps.parquet", "summary.json", "overlaps.gpkg"])
def test_a_missing_or_longer_file_is_found_on_opening(folder: Path, name: str) -> None:
    whole = (folder / name).read_bytes()
    changed(folder / name, whole + b" ")
    with pytest.raises(ReleaseDamaged, match=name):
        read.open_release(folder.parent)
    (folder / name).unlink()
    with pytest.raises(ReleaseDamaged, match=name):
        read.open_release(folder.parent)


def test_a_change_that_keeps_the_size_is_found_on_reading(folder: Path) -> None:
    release = read.open_release(folder.parent)
    for name, reading in (("overlaps.parquet", read.overlaps), ("summary.json", read.summary)):
        whole = bytearray((folder / name).read_bytes())
        whole[len(whole) // 2] ^= 1
        changed(folder / name, bytes(whole))
        with pytest.raises(ReleaseDamaged, match=name):
            reading(release)
    assert read.verify(release) == ["overlaps.parquet", "summary.json"]


def test_a_file_too_many_is_found(folder: Path) -> None:
    (folder / "extra.html").write_text("<script>")
    assert read.verify(read.open_release(folder.parent)) == ["extra.html"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"form": 1}', "null"])
def test_a_manifest_that_is_none_is_found(folder: Path, text: str) -> None:
    changed(folder / "manifest.json", text.encode())
    with pytest.raises(ReleaseDamaged, match=r"manifest\.json"):
        read.open_release(folder.parent)


def test_a_manifest_made_to_fit_is_found(folder: Path) -> None:
    said = json.loads((folder / "manifest.json").read_bytes())
    said["files"]["../../../restricted/current"] = {"sha256": "0" * 64, "size_bytes": 13}
    changed(folder / "manifest.json", json.dumps(said).encode())
    with pytest.raises(ReleaseDamaged):
        read.open_release(folder.parent)


def test_only_listed_files_are_handed_out(folder: Path) -> None:
    release = read.open_release(folder.parent)
    assert read.content(release, "README.txt").startswith(b"DESLINDE")
    for name in ("../current", "manifest.json.bak", "/etc/passwd"):
        with pytest.raises(ReleaseDamaged):
            read.content(release, name)


def test_a_half_built_folder_beside_it_does_no_harm(folder: Path) -> None:
    (folder.parent / f".{os.getpid()}-left").mkdir()
    assert isinstance(read.flags(read.open_release(folder.parent)), pd.DataFrame)
