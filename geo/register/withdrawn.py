"""What was withdrawn, in a small file beside the register, so that it outlives a restored backup.

Each line is a noun, a random id and a day: it tells that something was withdrawn, and nothing of
what. Lines are only ever appended. A line that a power cut broke off is skipped, since the next
opening writes it again from the tombstones in the database. Who can write in the folder can put
an id on the list or take it off: the list guards against forgetting, not against that person.
"""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geo.errors import RegisterDamaged
from geo.home import private_folder
from geo.register.lists import Noun

FILE = "withdrawn.jsonl"

_ID = re.compile(r"[A-Za-z0-9._:-]{1,32}")
_BEGINNING = b'{"noun": '
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, order=True)
class Withdrawn:
    """A row whose content was taken out, and the day."""

    noun: Noun
    id: str
    on: str


def remember(folder: Path, rows: Iterable[Withdrawn]) -> None:
    """Appends to the list in `folder` what it does not hold yet."""
    path = folder / FILE
    there = {(one.noun, one.id) for one in _readable(path)[0]}
    new = [one for one in sorted(set(rows)) if (one.noun, one.id) not in there]
    if not new:
        return
    private_folder(folder)
    # a break first: the line before may have been cut off
    content = b"\n" + text_of(new) if path.exists() else text_of(new)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab", buffering=0) as file:
        file.write(content)
        os.fsync(file.fileno())


def text_of(rows: Iterable[Withdrawn]) -> bytes:
    """The list as the bytes of its file."""
    return b"".join(
        json.dumps({"noun": one.noun, "id": one.id, "on": one.on}).encode() + b"\n" for one in rows
    )


def read(path: Path) -> frozenset[Withdrawn]:
    """The list in a file, empty where there is none. Raises RegisterDamaged at a foreign line."""
    rows, foreign = _readable(path)
    if foreign:
        raise RegisterDamaged(
            f"La línea {foreign} de «{path}» no es de una lista de retiros: corríjala o quítela. "
            "Sin esa lista, una copia antigua devolvería lo que alguien retiró."
        )
    return rows


def _readable(path: Path) -> tuple[frozenset[Withdrawn], int]:
    """What can be read, and the number of the first line that cannot, 0 where all can."""
    lines = path.read_bytes().split(b"\n") if path.is_file() else []
    rows: set[Withdrawn] = set()
    foreign = 0
    for number, line in enumerate(lines, 1):
        one = _one(line)
        if one is not None:
            rows.add(one)
        elif line and not _is_broken_off(line) and not foreign:
            foreign = number
    return frozenset(rows), foreign


def _is_broken_off(line: bytes) -> bool:
    return _BEGINNING.startswith(line[: len(_BEGINNING)]) and not line.endswith(b"}")


def _one(line: bytes) -> Withdrawn | None:
    try:
        said = json.loads(line)
        noun, row, on = Noun(said["noun"]), said["id"], said["on"]
    except (ValueError, KeyError, TypeError):
        return None
    if not (isinstance(row, str) and _ID.fullmatch(row)):
        return None
    if not (isinstance(on, str) and _DAY.fullmatch(on)):
        return None
    return Withdrawn(noun, row, on)
