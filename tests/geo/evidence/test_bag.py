"""A bundle is a bag that others check with their own tools, and a zip of which there is one."""

import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StageBroken
from geo.evidence import bag

ABOUT = {"External-Identifier": "x", "Bagging-Date": "1980-01-01"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "una-bolsa"
    (made / "data" / "datos").mkdir(parents=True)
    (made / "data" / "LEAME.txt").write_bytes("ñ\n".encode())
    (made / "data" / "datos" / "b.csv").write_bytes(b"1,2\n")
    (made / "data" / "datos" / "a.csv").write_bytes(b"")
    return made


def test_the_lists_are_those_that_one_writes_by_hand(folder: Path) -> None:
    bag.tag(folder, ABOUT)
    empty, comma, note = (hashlib.sha256(b).hexdigest() for b in (b"", b"1,2\n", "ñ\n".encode()))
    assert (folder / "manifest-sha256.txt").read_text() == (
        f"{note}  data/LEAME.txt\n{empty}  data/datos/a.csv\n{comma}  data/datos/b.csv\n"
    )
    assert (folder / "bag-info.txt").read_text() == (
        "Bagging-Date: 1980-01-01\nExternal-Identifier: x\nPayload-Oxum: 7.3\n"
    )
    bagit.Bag(str(folder)).validate()


def test_another_program_checks_the_hashes(folder: Path) -> None:
    bag.tag(folder, ABOUT)
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("no sha256sum here")
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run([tool, "--strict", "-c", name], cwd=folder, check=True, capture_output=True)
    (folder / "data" / "datos" / "b.csv").write_bytes(b"1,3\n")
    done = subprocess.run(
        [tool, "-c", "manifest-sha256.txt"], cwd=folder, check=False, capture_output=True
    )
    assert done.returncode == 1
    assert b"data/datos/b.csv: FAILED" in done.stdout


def test_what_is_no_bag_is_never_handed_out(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(StageBroken, match="BagIt"):
        bag.tag(tmp_path / "empty", ABOUT)


def test_the_same_folder_gives_the_same_zip_whenever_it_was_written(
    folder: Path, tmp_path: Path
) -> None:
    bag.tag(folder, ABOUT)
    other = tmp_path / "elsewhere" / folder.name
    other.mkdir(parents=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        target = other / path.relative_to(folder)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o600)
            os.utime(target, (1, 1))
    made = [tmp_path / name for name in ("a.zip", "b.zip")]
    for one, path in zip((folder, other), made, strict=True):
        bag.stored(one, path)
    assert made[0].read_bytes() == made[1].read_bytes()
    with zipfile.ZipFile(made[0]) as archive:
        entries = archive.infolist()
    names = [entry.filename for entry in entries]
    assert names == sorted(names)
    assert {name.split("/")[0] for name in names} == {"una-bolsa"}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {(entry.flag_bits, entry.extra) for entry in entries} == {(0, b"")}


@given(st.text(max_size=80))
def test_any_text_becomes_a_name_that_stays_in_its_folder(text: str) -> None:
    name = bag.safe(text)
    assert name.isascii()
    assert 0 < len(name) <= 60
    assert not set(name) & set("/\\ %:\n\r\t'\"")
    assert name[0] not in ".-"


def test_a_code_can_still_be_read_in_a_name() -> None:
    assert bag.safe("pe-ingemmet-mining:010033716") == "pe-ingemmet-mining-010033716"
    assert bag.safe("Boca del Iñambari") == "Boca-del-Inambari"
    assert bag.safe("../../x") == "x"
