"""Bytes are kept as they came, under what they are, and never changed."""

import hashlib
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pytest

from geo.errors import FileUnreadable, SnapshotDamaged
from geo.home import Home
from geo.intake import read as reading
from geo.intake import snapshots

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "var", data=tmp_path / "data", now=lambda: NOON)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "catastro 17S.geojson"
    path.write_bytes(b'{"type":"Point","coordinates":[-70,-12]}')
    return path


def test_the_bytes_lie_under_their_hash_with_their_published_name(home: Home, file: Path) -> None:
    kept = snapshots.keep(home, file, "fuente", "https://example.org/x")

    lies = snapshots.path(home, kept)
    assert lies == home.snapshots / hashlib.sha256(file.read_bytes()).hexdigest() / file.name
    assert lies.read_bytes() == file.read_bytes()
    assert (kept.size_bytes, kept.origin) == (40, "https://example.org/x")
    assert kept.retrieved_at == NOON


def test_keeping_twice_keeps_one_copy_and_a_folder_of_this_machine_is_not_told(
    home: Home, file: Path
) -> None:
    first = snapshots.keep(home, file, "fuente")
    again = snapshots.keep(home, file, "fuente")

    assert first == again
    assert first.origin == file.name
    assert len(list(home.snapshots.iterdir())) == 1


def test_the_same_bytes_under_another_name_keep_the_name_under_which_they_lie(
    home: Home, file: Path, tmp_path: Path
) -> None:
    snapshots.keep(home, file, "fuente")
    other = tmp_path / "otro.geojson"
    other.write_bytes(file.read_bytes())

    kept = snapshots.keep(home, other, "fuente")

    assert snapshots.path(home, kept).is_file()


def test_kept_bytes_that_were_changed_are_not_used_again(home: Home, file: Path) -> None:
    kept = snapshots.keep(home, file, "fuente")
    snapshots.path(home, kept).write_bytes(file.read_bytes().replace(b"-70", b"-71"))

    with pytest.raises(SnapshotDamaged, match="ya no son"):
        snapshots.keep(home, file, "fuente")


def test_a_snapshot_that_is_gone_and_a_file_that_is_none_are_told(home: Home, file: Path) -> None:
    kept = snapshots.keep(home, file, "fuente")
    snapshots.path(home, kept).unlink()

    with pytest.raises(FileUnreadable, match="vuelva a importar"):
        snapshots.path(home, kept)
    with pytest.raises(FileUnreadable, match="No existe"):
        snapshots.keep(home, file.parent / "no.geojson", "fuente")


def test_hashing_alone_says_the_same_and_copies_nothing(home: Home, file: Path) -> None:
    assert snapshots.of_file(file, "fuente", NOON) == snapshots.keep(home, file, "fuente")
    other = Home(root=home.root / "x", data=home.data, now=home.now)
    snapshots.of_file(file, "fuente", NOON + timedelta(days=1))
    assert not other.root.exists()


def test_a_loose_shapefile_is_kept_whole_and_its_table_counts_in_its_hash(
    home: Home, tmp_path: Path, cadastre: gpd.GeoDataFrame, read: Callable[..., object]
) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    cadastre.to_file(folder / "derechos.shp")
    (folder / "otra.dbf").write_bytes(b"x")

    first = snapshots.keep(home, folder / "derechos.shp", "fuente")
    again = snapshots.of_file(folder / "derechos.shp", "fuente", NOON)
    cadastre.assign(CODIGOU="9").to_file(folder / "derechos.shp")
    changed = snapshots.of_file(folder / "derechos.shp", "fuente", NOON)

    assert first == again
    assert changed.sha256 != first.sha256
    assert first.name == "derechos.zip"
    with zipfile.ZipFile(snapshots.path(home, first)) as opened:
        assert opened.namelist() == [
            f"derechos{e}" for e in (".cpg", ".dbf", ".prj", ".shp", ".shx")
        ]
    raw = reading.read(snapshots.path(home, first), first)
    assert raw.frame["CODIGOU"].tolist() == cadastre["CODIGOU"].tolist()
    loose = reading.read(folder / "derechos.shp", first)
    assert loose.layer == "derechos"
    assert loose.notes == ()
