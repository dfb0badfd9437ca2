"""The folder that the public application may open: one file in it, and when it was written.

The file's time is the end of its quarter, so that it does not tell the hour at which people met.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from geo.home import whole_file
from geo.release.boxes import FILE
from geo.release.privacy import quarters

_FOLDER_MODE, _FILE_MODE = 0o755, 0o644
_HALF_WRITTEN = re.compile(r"\.[0-9]+-boxes\.json")


def now_public(folder: Path) -> bytes:
    """The bytes of the public file, b"" where there is none."""
    path = folder / FILE
    return path.read_bytes() if path.is_file() else b""


def strangers(folder: Path) -> tuple[str, ...]:
    """What lies in the folder and has no business there."""
    if not folder.exists():
        return ()
    found = (path for path in folder.iterdir() if not _HALF_WRITTEN.fullmatch(path.name))
    return tuple(sorted(p.name for p in found if p.name != FILE or p.is_symlink() or p.is_dir()))


def write(folder: Path, content: bytes, quarter: str) -> None:
    """Puts the file in its place, whole, readable by the public application's account.

    What an interrupted write left is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(_FOLDER_MODE)
    for left in [path for path in folder.iterdir() if _HALF_WRITTEN.fullmatch(path.name)]:
        left.unlink()
    ended = end_of(quarter).timestamp()
    with whole_file(folder / FILE) as temporary:
        temporary.write_bytes(content)
        temporary.chmod(_FILE_MODE)
        os.utime(temporary, (ended, ended))
    os.utime(folder, (ended, ended))


def end_of(quarter: str) -> datetime:
    """The first instant after a quarter, in UTC."""
    after = quarters.later(quarter)
    return datetime(int(after[:4]), 3 * int(after[-1]) - 2, 1, tzinfo=UTC)
