"""The demonstration has boxes to look at, and never takes the place of real ones."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.boxes import demo
from geo.errors import DeclarationError
from geo.home import Home, data_folder
from geo.release import boxes
from geo.terms import PlaceLevel


def _home(root: Path, at: datetime = datetime(2026, 11, 22, tzinfo=UTC)) -> Home:
    return Home(root, data_folder(), lambda: at)


def test_the_demonstration_shows_boxes_of_every_level_and_tables(tmp_path: Path) -> None:
    home = _home(tmp_path)
    assert demo.publish(home) is True
    said = boxes.read(home.boxes)
    assert said is not None
    assert said.illustrative
    assert {box.level for box in said.boxes} == {*PlaceLevel}
    assert len(said.years) >= 4
    assert [path.name for path in home.boxes.iterdir()] == [boxes.FILE]


def test_the_same_boxes_come_out_on_any_day(tmp_path: Path) -> None:
    made = []
    for name, year in (("a", 2026), ("b", 2031)):
        home = _home(tmp_path / name, datetime(year, 1, 1, tzinfo=UTC))
        demo.publish(home)
        made.append((home.boxes / boxes.FILE).read_bytes())
    assert made[0] == made[1]


def test_a_publication_that_is_there_stays(tmp_path: Path) -> None:
    home = _home(tmp_path)
    home.boxes.mkdir(parents=True)
    (home.boxes / boxes.FILE).write_bytes(b"of somebody")
    assert demo.publish(home) is False
    assert (home.boxes / boxes.FILE).read_bytes() == b"of somebody"


def test_a_line_that_is_not_marked_as_invented_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "demo"
    folder.mkdir(parents=True)
    text = (data_folder() / "demo" / demo.NAME).read_text(encoding="utf-8")
    (folder / demo.NAME).write_text(text.replace(",true,", ",false,", 1), encoding="utf-8")
    home = Home(tmp_path / "var", tmp_path / "data", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(DeclarationError, match="línea 2"):
        demo.incidents(home)
