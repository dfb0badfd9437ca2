"""What all tests share: the same examples on every run, and the real files where they are."""

import fcntl
import os
import shutil
import signal
import subprocess
import traceback
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, event

from geo.cli.keep import build_all
from geo.home import Home
from geo.register import opening
from geo.register.keyring import Secret
from geo.register.store import Register
from geo.world import read_world

REPOSITORY = Path(__file__).resolve().parent.parent

# The same examples every time: a failure on one machine is a failure on every machine. No deadline,
# because a slow machine is not a wrong answer.
settings.register_profile("house", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("house")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: much of the time some wait for a browser, a disk, a server."""
    return min(4, (os.cpu_count() or 1) + 1)


@pytest.fixture(scope="session")
def real_folder() -> Path:
    """The folder of real public records; a test that needs it is skipped where it is not."""
    named = os.environ.get("DESLINDE_REAL_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(
            f"the real files are not at {folder}: put them there or name their folder in "
            "DESLINDE_REAL_DATA"
        )
    return folder


@pytest.fixture(scope="session")
def real_data(real_folder: Path) -> Callable[[str], Path]:
    """`real_data("name.gpkg")` gives the path of one real file, or skips the test and says why."""

    def find(name: str) -> Path:
        path = real_folder / name
        if not path.is_file():
            pytest.skip(f"the real file {name} is not in {real_folder}")
        return path

    return find


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of the demonstration, built once for all who test at the same time: only read it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    home = Home(
        folder / "demonstration",
        REPOSITORY / "data",
        lambda: datetime(2026, 11, 21, 12, tzinfo=UTC),
    )
    with (folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "demonstration.built").exists():
            build_all(home, read_world(home), demo=True)
            (folder / "demonstration.built").touch()
    return home


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome; a test that needs one is skipped where there is none."""
    named = os.environ.get("DESLINDE_CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("no Chromium or Chrome here: `make browser` installs one on Debian as root")


@pytest.fixture(scope="session")
def committed() -> tuple[Path, ...]:
    """Every file of the project, relative to its root: what git keeps, or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is not a git clone: which files belong to the project is not known")
    names = sorted(set(listed.stdout.decode("utf-8").split("\0")) - {""})
    paths = tuple(Path(name) for name in names if (REPOSITORY / name).is_file())
    assert Path("pyproject.toml") in paths
    return paths


@pytest.fixture(scope="session")
def secret() -> Secret:
    """What opens the registers of the tests: a key file's bytes, which need no stretching."""
    return Secret("file", bytes(range(32)))


@pytest.fixture
def register(tmp_path: Path, secret: Secret) -> Iterator[Register]:
    """An open, empty register in SQLite, in the folder where `Home(tmp_path, …)` looks for it."""
    made = opening.create("", tmp_path / "register", (secret,))
    yield made
    opening.close(made)


@pytest.fixture(scope="session")
def killed_everywhere() -> Callable[..., int]:
    """`killed_everywhere(prepare, deed, check)`: a process is killed at every point of a deed.

    `prepare` brings the disk into the state before, and leaves nothing open. `deed` runs in a
    child, which opens what it needs by itself. It is killed (SIGKILL) before its first point, then
    before its second, and so on, until it comes to its end: points are each writing statement and
    commit of a database, each file renamed, removed, synced, and the middle of each file written
    whole. `check(ended)` looks at the disk after each. Gives the number of points at which it was
    killed.
    """

    def drill(
        prepare: Callable[[], object],
        deed: Callable[[], object],
        check: Callable[[bool], object],
    ) -> int:
        point, ended = 0, False
        while not ended:
            prepare()
            ended = _killed_at(point, deed)
            check(ended)
            point += not ended
        assert point, "the deed has no point at which it could be killed"
        return point

    return drill


def _killed_at(point: int, deed: Callable[[], object]) -> bool:
    """Runs the deed in a child that is killed before its n-th point; whether it ended before."""
    with warnings.catch_warnings():
        # newer Pythons warn of threads at a fork; the child uses none of them
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 70
        try:
            _set_points(point)
            deed()
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), f"the deed failed at point {point}, see what it printed"
    return code == 0


def _set_points(last: int) -> None:
    left = [last]

    def pass_one(*_args: Any, **_named: Any) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def done(*args: Any, **named: Any) -> Any:
            pass_one()
            return call(*args, **named)

        return done

    for name in ("fsync", "replace", "rename", "unlink", "remove", "link", "mkdir", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))

    def write_bytes(path: Path, content: bytes) -> int:
        with path.open("wb") as opened:
            opened.write(content[: len(content) // 2])
            opened.flush()
            pass_one()
            return opened.write(content[len(content) // 2 :])

    Path.write_bytes = write_bytes  # type: ignore[method-assign,assignment]

    def pass_writing(_connection: Any, _cursor: Any, statement: str, *_args: Any) -> None:
        # stopped before a reading, the disk is as it is before the next writing
        if not statement.lstrip().startswith(("SELECT", "PRAGMA main.")):
            pass_one()

    event.listen(Engine, "before_cursor_execute", pass_writing)
    event.listen(Engine, "commit", pass_one)
