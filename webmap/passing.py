"""Private folders for files that pass through on somebody's behalf, and what the dead left of them.

Whoever uses a folder holds a lock on it, which the system lets go when that process ends, however
it ends. A folder of ours that nobody holds was left behind, and is taken away when a server starts,
when one of its processes dies, and whenever another folder is made.
"""

import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from geo.errors import FileUnwritable

if sys.platform != "win32":
    import fcntl

    _FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW

MEMORY = Path("/dev/shm")  # noqa: S108 - the folders inside have names that nobody can guess
"""The folder that Linux keeps in memory: what is made there reaches no disk."""

_PREFIX = "deslinde-passing-"
_OURS = re.compile(rf"{_PREFIX}[a-z0-9_]{{8}}\Z")  # as `tempfile.mkdtemp` ends a name
_SIGN = "in-use"
_TRIES = 20

_Made = TypeVar("_Made")


@contextmanager
def room(place: Path | None = None) -> Iterator[Path]:
    """A folder that only this user may open, gone with all that is in it when the block ends.

    Its name says nothing of what it is for. place: where it is made; None is the system's
    temporary folder, for what may be larger than memory. What was left is cleared first.

    Raises FileUnwritable where no folder can be made.
    """
    clear()
    folder, let_go = _made(Path(tempfile.gettempdir()) if place is None else place)
    maker = os.getpid()
    try:
        yield folder
    finally:
        let_go()
        # a copy of the process that made it goes on without it
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)


def small(make: Callable[[Path], _Made]) -> _Made:
    """What `make` gives, which it makes in a private folder: in memory where the system keeps one.

    Where memory has no room for it, it is made once more on the disk. Raises what `make` and
    `room` raise.
    """
    if os.access(MEMORY, os.W_OK | os.X_OK):
        with suppress(OSError, FileUnwritable), room(MEMORY) as folder:
            return make(folder)
    with room() as folder:
        return make(folder)


def clear() -> None:
    """Takes away the folders of this user that no living process holds, in memory and on the disk.

    Never follows a link, and never touches what belongs to another user, what others may open, or
    what has not a name as they are given here. What cannot be taken away is left, and so is all
    on a disk that knows no locks.
    """
    for place in {MEMORY, Path(tempfile.gettempdir())}:
        with suppress(OSError):  # there may be no such place, or no leave to list it
            for folder in place.iterdir():
                if _OURS.match(folder.name):
                    with suppress(OSError):  # another process may be at the same one
                        _take_away(folder)


def _made(place: Path) -> tuple[Path, Callable[[], None]]:
    """A new folder that is held, and what lets go of it."""
    try:
        for _ in range(_TRIES):
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
            let_go = _hold(folder)
            if let_go is not None:
                return folder, let_go
    except OSError as error:
        raise FileUnwritable(
            f"No se pudo hacer una carpeta en «{place}» ({error.strerror}): revise el espacio "
            "libre y los permisos."
        ) from error
    raise FileUnwritable(f"En «{place}» otro proceso borra lo que se hace: repita.")


if sys.platform == "win32":
    # No locks on folders there, but a file that is open cannot be deleted.

    def _hold(folder: Path) -> Callable[[], None] | None:
        return (folder / _SIGN).open("xb").close

    def _take_away(folder: Path) -> None:
        if not folder.is_symlink():
            (folder / _SIGN).unlink()
            shutil.rmtree(folder)

else:

    def _hold(folder: Path) -> Callable[[], None] | None:
        """What lets go of a new folder; None where another that clears was quicker."""
        try:
            handle = os.open(folder, _FOLDER)
        except FileNotFoundError:
            return None
        if _lock(handle) is not False and _lies_there(folder, handle):
            return lambda: os.close(handle)
        os.close(handle)
        return None

    def _take_away(folder: Path) -> None:
        handle = os.open(folder, _FOLDER)
        try:
            about = os.fstat(handle)
            own = about.st_uid == os.geteuid() and not stat.S_IMODE(about.st_mode) & 0o077
            if own and _lock(handle):
                shutil.rmtree(folder)
        finally:
            os.close(handle)

    def _lock(handle: int) -> bool | None:
        """Whether a folder is held from now on; None where its disk knows no locks."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True

    def _lies_there(folder: Path, handle: int) -> bool:
        try:
            return os.path.samestat(os.fstat(handle), folder.stat(follow_symlinks=False))
        except FileNotFoundError:
            return False
