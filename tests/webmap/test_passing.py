"""What passes through on a reader's behalf does not stay, however the process ends."""

import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import FileUnwritable
from webmap import passing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders have no locks on Windows")

ROOT = Path(__file__).resolve().parent.parent.parent
HOLDS = """
import os, sys
from pathlib import Path
from webmap import passing
passing.MEMORY = Path(sys.argv[1])
def waits(folder):
    (folder / "asked").write_text("-69.48,-12.6")
    if "copied" in sys.argv:
        copy = os.fork()
        if not copy:
            return  # leaves the block before the first does
        os.waitpid(copy, 0)
    print(folder, flush=True)
    sys.stdin.read()
passing.small(waits)
"""


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A folder in memory and the temporary one, as far as this test is concerned."""
    memory, disk = tmp_path / "memory", tmp_path / "disk"
    memory.mkdir()
    disk.mkdir()
    monkeypatch.setattr(passing, "MEMORY", memory)
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    return memory, disk


def _holder(memory: Path, *more: str) -> tuple[subprocess.Popen[str], Path]:
    """A process that is in the middle of it, and the folder that it holds."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(memory), *more],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def _end(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode == 0


def test_what_a_killed_process_left_goes_and_what_a_living_one_holds_stays(
    places: tuple[Path, Path],
) -> None:
    killed, left = _holder(places[0])
    living, held = _holder(places[0])
    assert left.parent == held.parent == places[0]
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert (left / "asked").is_file()
    passing.clear()
    assert list(places[0].iterdir()) == [held]
    assert (held / "asked").is_file()
    _end(living)
    assert list(places[0].iterdir()) == []


def test_a_copy_of_a_process_does_not_take_away_what_the_first_still_uses(
    places: tuple[Path, Path],
) -> None:
    first, held = _holder(places[0], "copied")
    passing.clear()
    assert (held / "asked").is_file()
    _end(first)
    assert list(places[0].iterdir()) == []


def test_nobody_else_may_open_it_and_its_name_says_nothing(places: tuple[Path, Path]) -> None:
    with passing.room() as folder:
        assert folder.parent == places[1]
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert re.fullmatch(r"deslinde-passing-[a-z0-9_]{8}", folder.name)
    assert not folder.exists()


def test_what_others_planted_or_keep_under_such_a_name_is_not_touched(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    disk = places[1]
    own = tmp_path / "own"
    own.mkdir(mode=0o700)
    (own / "kept").write_text("mine")
    (disk / "deslinde-passing-planted_").symlink_to(own)
    (disk / "deslinde-passing-a_file__").write_text("x")
    named = ["passing-open____", "passing-longer-name", "backup"]
    if os.geteuid() == 0:
        named.append("passing-foreign_")
    for name in named:
        (disk / f"deslinde-{name}").mkdir(mode=0o700)
        (disk / f"deslinde-{name}" / "kept").write_text("mine")
    (disk / "deslinde-passing-open____").chmod(0o755)
    if os.geteuid() == 0:
        os.chown(disk / "deslinde-passing-foreign_", 12_345, 12_345)
    left = disk / "deslinde-passing-left____"
    (left / "deeper").mkdir(parents=True)
    left.chmod(0o700)
    (left / "link").symlink_to(own)
    before = set(disk.rglob("*")) - set(left.rglob("*")) - {left}
    with passing.room() as folder:
        assert folder.is_dir()
    assert set(disk.rglob("*")) == before
    assert (own / "kept").read_text() == "mine"


def test_those_who_clear_at_the_same_time_never_take_a_folder_in_use(
    places: tuple[Path, Path],
) -> None:
    wrong: list[object] = []

    def many() -> None:
        try:
            for number in range(40):
                with passing.room() as folder:
                    (folder / "one").write_text(str(number))
                    passing.clear()
                    if (folder / "one").read_text() != str(number):
                        wrong.append(folder)
        except OSError as error:
            wrong.append(error)

    threads = [threading.Thread(target=many) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert list(places[1].iterdir()) == []


def test_a_folder_that_was_taken_before_it_was_held_is_made_again(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tempfile.mkdtemp
    made: list[str] = []

    def quickly_gone(**named: object) -> str:
        made.append(real(**named))
        if len(made) == 1:
            passing.clear()
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", quickly_gone)
    with passing.room() as folder:
        assert [Path(one).exists() for one in made] == [False, True]
        assert str(folder) == made[1]


@pytest.mark.parametrize("error", [OSError(28, "No space left"), FileUnwritable("no")])
def test_where_memory_is_full_it_is_made_on_the_disk(
    places: tuple[Path, Path], error: Exception
) -> None:
    tried = []

    def make(folder: Path) -> str:
        tried.append(folder.parent)
        if folder.parent == places[0]:
            raise error
        return "made"

    assert passing.small(make) == "made"
    assert tried == list(places)


def _refusing(error: Exception) -> Callable[[Path], object]:
    def make(_folder: Path) -> object:
        raise error

    return make


def test_where_no_memory_can_be_had_the_disk_serves_and_its_word_is_the_last(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "MEMORY", places[0] / "none")
    assert passing.small(lambda folder: folder.parent) == places[1]
    with pytest.raises(FileUnwritable, match="no cabe"):
        passing.small(_refusing(FileUnwritable("no cabe")))
    monkeypatch.setattr(tempfile, "tempdir", str(places[1] / "none"))
    with pytest.raises(FileUnwritable, match="No se pudo hacer una carpeta"), passing.room():
        pass
