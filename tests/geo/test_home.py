"""Whole files or none, and an environment that is refused when it cannot be right."""

from pathlib import Path

import pytest

from geo.errors import SettingMissing
from geo.home import clock, here, whole_file, whole_folder, write_whole


def half_a_file(target: Path) -> None:
    with whole_file(target) as temporary:
        temporary.write_bytes(b"half")
        raise RuntimeError


def half_a_folder(target: Path) -> None:
    with whole_folder(target) as temporary:
        (temporary / "one").write_bytes(b"1")
        raise RuntimeError


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    write_whole(target, b"old")
    with pytest.raises(RuntimeError):
        half_a_file(target)
    assert target.read_bytes() == b"old"
    assert [left.name for left in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("name", ["a[1].txt", "a*.txt", "[].txt", "?.txt"])
def test_a_write_that_fails_leaves_nothing_of_a_name_that_is_a_pattern(
    name: str, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError):
        half_a_file(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_fails_half_way_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        half_a_folder(tmp_path / "made")
    assert not list(tmp_path.iterdir())


def test_what_was_published_under_a_name_is_not_changed(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        with whole_folder(tmp_path / "made") as temporary:
            (temporary / "one").write_bytes(content)
    assert (tmp_path / "made" / "one").read_bytes() == b"first"
    assert [left.name for left in tmp_path.iterdir()] == ["made"]


def test_a_home_that_is_a_file_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    with pytest.raises(SettingMissing, match="carpeta"):
        here({"DESLINDE_HOME": str(tmp_path / "f")})


@pytest.mark.parametrize("text", ["ayer", "2026-11-21T10:00:00"])
def test_a_clock_without_an_instant_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESLINDE_NOW", text)
    with pytest.raises(SettingMissing, match="DESLINDE_NOW"):
        clock()


def test_the_register_is_in_a_folder_of_its_own_where_nothing_else_is_named(
    tmp_path: Path,
) -> None:
    home = here({"DESLINDE_HOME": str(tmp_path)})
    assert (home.register, home.register_url, home.key_file) == (tmp_path / "register", "", None)
    assert home.boxes.parent == home.releases("public").parent.parent == tmp_path


def test_where_a_register_and_its_key_lie_is_said_by_the_environment(tmp_path: Path) -> None:
    home = here(
        {
            "DESLINDE_HOME": str(tmp_path),
            "DESLINDE_REGISTER_URL": "postgresql+psycopg:///deslinde",
            "DESLINDE_REGISTER_KEY_FILE": str(tmp_path / "key"),
        }
    )
    assert home.register_url == "postgresql+psycopg:///deslinde"
    assert home.key_file == tmp_path / "key"
