"""A new release takes the place of another: whole, ready, and while readers go on."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import NothingToDo, ReleaseDamaged
from geo.home import Home
from geo.release import read
from geo.terms import Tier
from webmap.public.edition import Edition
from webmap.public.shelf import DATA_STAYS_S, TRIED_AGAIN_S, Shelf, by_another


class Scene:
    """A public folder with two releases, a clock, and jobs that run when the test says so."""

    def __init__(self, folder: Path, ids: list[str]) -> None:
        self.folder, self.ids = folder, ids
        self.seconds = 1_000.0
        self.jobs: list[Callable[[], None]] = []
        self.warmed: list[str] = []

    def shelf(self, warm: Callable[[Edition], None] | None = None) -> Shelf:
        def note(edition: Edition) -> None:
            self.warmed.append(edition.id)

        return Shelf(
            self.folder, warm=warm or note, ahead=self.jobs.append, clock=lambda: self.seconds
        )

    def publish(self, number: int) -> None:
        (self.folder / read.POINTER).write_text(f"{self.ids[number]}\n")

    def spoil(self, number: int, name: str) -> None:
        path = self.folder / self.ids[number] / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.unlink()
        path.write_bytes(bytes(content))


@pytest.fixture
def scene(tmp_path: Path, demonstration: Home, hostile: Home) -> Scene:
    folder = tmp_path / "public"
    folder.mkdir()
    ids = []
    for home in (demonstration, hostile):
        release = read.open_release(home.releases(Tier.PUBLIC))
        shutil.copytree(release.folder, folder / release.id, copy_function=shutil.copyfile)
        ids.append(release.id)
    made = Scene(folder, ids)
    made.publish(0)
    return made


def _id(found: Edition | None) -> str:
    return "" if found is None else found.id


def test_readers_keep_the_old_release_until_the_new_one_is_ready(scene: Scene) -> None:
    shelf = scene.shelf()
    first, second = scene.ids
    assert shelf.current().id == first
    scene.publish(1)
    assert [shelf.current().id for _ in range(3)] == [first] * 3
    assert len(scene.jobs) == 1  # and it is made ready once
    assert scene.warmed == []
    scene.jobs.pop()()
    assert scene.warmed == [second]
    assert shelf.current().id == second


def test_what_a_page_asks_just_after_a_change_is_not_dropped(scene: Scene) -> None:
    shelf = scene.shelf()
    first, second = scene.ids
    shelf.current()
    scene.publish(1)
    # another worker may show the new release already, and its reader's next question comes here
    assert _id(shelf.edition(second)) == second
    assert _id(shelf.edition(first)) == first
    scene.jobs.pop()()
    scene.seconds += DATA_STAYS_S - 1
    assert shelf.current().id == second
    assert _id(shelf.edition(first)) == first
    scene.seconds += 1
    assert shelf.edition(first) is None
    assert _id(shelf.edition(second)) == second


def test_what_was_taken_back_is_answered_to_nobody_who_knows_its_id(scene: Scene) -> None:
    scene.publish(1)
    shelf = scene.shelf()
    assert shelf.current().id == scene.ids[1]
    assert (scene.folder / scene.ids[0]).is_dir()
    assert shelf.edition(scene.ids[0]) is None


def test_a_release_that_is_withdrawn_is_gone_at_once_with_its_data(scene: Scene) -> None:
    shelf = scene.shelf()
    shelf.current()
    scene.publish(1)
    shelf.current()
    scene.jobs.pop()()
    (scene.folder / read.POINTER).unlink()
    for wanted in scene.ids:
        with pytest.raises(NothingToDo):
            shelf.edition(wanted)
    with pytest.raises(NothingToDo):
        shelf.current()
    scene.publish(1)
    assert shelf.edition(scene.ids[0]) is None  # and does not come back with the next one
    assert shelf.current().id == scene.ids[1]


def test_a_request_looks_at_the_pointer_and_at_no_other_file(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = scene.shelf()
    shelf.current()

    def refuse(_folder: Path) -> read.Release:
        raise AssertionError("the release was checked again")

    monkeypatch.setattr(read, "check", refuse)
    for _ in range(3):
        assert shelf.current().id == scene.ids[0]


def test_a_damaged_release_is_an_error_and_the_old_one_is_not_shown_for_it(scene: Scene) -> None:
    def read_all(edition: Edition) -> None:
        assert len(edition.overlaps)

    shelf = scene.shelf(read_all)
    shelf.current()
    scene.spoil(1, "overlaps.parquet")
    scene.publish(1)
    assert shelf.current().id == scene.ids[0]
    scene.jobs.pop()()
    with pytest.raises(ReleaseDamaged):
        shelf.current()
    with pytest.raises(ReleaseDamaged):
        shelf.edition(scene.ids[0])
    scene.seconds += TRIED_AGAIN_S
    with pytest.raises(ReleaseDamaged):
        shelf.warm_current()


def test_a_release_of_which_a_file_is_missing_is_an_error_at_once_and_tried_again_later(
    scene: Scene,
) -> None:
    shelf = scene.shelf()
    shelf.current()
    table = scene.folder / scene.ids[1] / "flags.parquet"
    kept = table.read_bytes()
    table.unlink()
    scene.publish(1)
    with pytest.raises(ReleaseDamaged):
        shelf.current()
    table.write_bytes(kept)
    with pytest.raises(ReleaseDamaged):
        shelf.current()
    scene.seconds += TRIED_AGAIN_S
    shelf.current()
    scene.jobs.pop()()
    assert shelf.current().id == scene.ids[1]


def test_a_change_that_is_undone_while_it_is_prepared_changes_nothing(scene: Scene) -> None:
    shelf = scene.shelf()
    shelf.current()
    scene.publish(1)
    shelf.current()
    scene.publish(0)
    scene.jobs.pop()()
    assert shelf.current().id == scene.ids[0]
    assert not shelf.preparing
    scene.publish(1)
    shelf.current()
    scene.jobs.pop()()
    assert shelf.current().id == scene.ids[1]


def test_a_release_that_is_overtaken_while_it_is_prepared_counts_as_under_way_until_it_ends(
    scene: Scene,
) -> None:
    shelf = scene.shelf()
    shelf.current()
    scene.publish(1)
    shelf.current()
    (scene.folder / read.POINTER).unlink()
    with pytest.raises(NothingToDo):
        shelf.current()
    assert shelf.preparing
    scene.publish(0)
    scene.jobs.pop()()
    assert not shelf.preparing
    assert shelf.current().id == scene.ids[0]


def test_a_room_that_cannot_make_itself_ready_does_not_keep_the_release_back(scene: Scene) -> None:
    def fail(_edition: Edition) -> None:
        raise RuntimeError("a fault of a room")

    shelf = scene.shelf(fail)
    shelf.current()
    scene.publish(1)
    shelf.current()
    with pytest.raises(RuntimeError):
        scene.jobs.pop()()
    assert shelf.current().id == scene.ids[1]


def test_a_copy_of_the_process_shows_the_old_release_until_it_is_replaced(scene: Scene) -> None:
    shelf = scene.shelf()
    shelf.current()
    shelf.leave_to(by_another)
    scene.publish(1)
    assert shelf.current().id == scene.ids[0]
    assert _id(shelf.edition(scene.ids[1])) == scene.ids[1]
    assert scene.jobs == []


def test_the_tables_of_a_release_that_left_are_let_go(scene: Scene) -> None:
    shelf = scene.shelf()
    first = shelf.current().release
    assert read.overlaps(first) is not None
    scene.publish(1)
    shelf.current()
    scene.jobs.pop()()
    held = [one for one in read._KEPT if one[0] == first]
    assert held
    scene.seconds += DATA_STAYS_S
    shelf.current()
    assert [one for one in read._KEPT if one[0] == first] == []
