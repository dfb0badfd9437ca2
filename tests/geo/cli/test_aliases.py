"""Nobody finds out what was withheld by trying values until a published hash fits."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.cli.terminal import answer
from geo.home import sha256_of
from webmap.cli import deslinde as group


def _built(folder: Path, squares: Callable[..., Path], note: str) -> tuple[Path, Path]:
    """A home with one public file of facts; its releases, and the file."""
    facts = folder / "hechos.csv"
    facts.write_text(
        f"noun,id,what,on,document,note\nterritory,C-1,title,1994-06-24,Título 1,{note}\n",
        encoding="utf-8",
    )
    rights = squares("derechos.geojson", ("00-E/001", 461000, 8613000, 900))
    rights.write_text(rights.read_text("utf-8").replace("codigo", "CODIGOU"), encoding="utf-8")
    land = squares("tierras.geojson", ("C-1", 460500, 8612500, 1500))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESLINDE_HOME", str(folder / "home"))
        patch.setenv("DESLINDE_NOW", "2026-11-21T12:00:00-05:00")
        for said in (
            ("import", rights, "--source", "demo-concessions", "--tier", "public"),
            ("import", land, "--source", "community-boundaries", "--tier", "public"),
            ("facts", "import", facts, "--tier", "public"),
            ("build",),
        ):
            assert answer(group, [str(one) for one in said]) == 0
    return folder / "home" / "releases", facts


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_withheld_note_changes_no_byte_of_what_is_public(
    tmp_path: Path, squares: Callable[..., Path]
) -> None:
    found = []
    for note in ("45678912", "45678913"):
        folder = tmp_path / note
        folder.mkdir()
        releases, facts = _built(folder, squares, note)
        found.append(_bytes(releases / "public"))
        hashed = sha256_of(facts).encode()
        assert not any(hashed in content for content in found[-1].values())
        assert any(hashed in content for content in _bytes(releases / "restricted").values())
    assert found[0] == found[1]


def test_a_steward_finds_the_releases_that_hold_what_is_taken_back(
    tmp_path: Path, squares: Callable[..., Path], monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    releases, facts = _built(tmp_path, squares, "una nota")
    current = (releases / "public" / "current").read_text("utf-8").strip()
    captures = json.loads((releases / "public" / current / "captures.json").read_bytes())
    assert {one["kind"]: one["sha256_of"] for one in captures}["facts"] == "rows"
    monkeypatch.setenv("DESLINDE_HOME", str(tmp_path / "home"))
    capfd.readouterr()
    assert answer(group, ["tier", sha256_of(facts)[:12], "restricted"]) == 0
    assert str(releases / "public" / current) in capfd.readouterr().out
