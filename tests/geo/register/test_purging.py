"""What was withdrawn is on the disk no more, neither in a free page nor in an old row version."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from geo.errors import RegisterClosed
from geo.register import database, opening, purging, store
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Attachment, Event
from geo.register.store import Register
from geo.register.tables import TABLES

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
EVENTS = TABLES[Noun.EVENT]


def _withdrawn(register: Register) -> list[bytes]:
    """Withdraws one of several rows with two revisions; gives its blobs as they were."""
    with store.writing(register, "ana", NOW) as txn:
        for n in range(20):
            row = store.put(txn, Noun.EVENT, Event(title=f"hecho {n}", narrative="x" * 5000))
        store.put(txn, Noun.EVENT, Event(title="otra vez"), id=row, read=1)
    with register.engine.connect() as connection:
        wanted = select(EVENTS.c.sealed).where(EVENTS.c.id == row)
        blobs = [bytes(blob) for blob in connection.execute(wanted).scalars()]
    assert len(blobs) == 2
    with store.writing(register, "ana", NOW) as txn:
        store.bury(txn, Noun.EVENT, row)
    return blobs


def _lying(blobs: list[bytes], *folders: Path) -> list[str]:
    """The files that hold a part of one of the blobs."""
    # a blob may be split over pages: any 64 bytes of it tell
    parts = [blob[at : at + 64] for blob in blobs for at in range(0, len(blob) - 64, 200)]
    return [
        path.name
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and any(part in path.read_bytes() for part in parts)
    ]


def test_a_withdrawn_row_is_nowhere_in_the_folder_after_a_purge(register: Register) -> None:
    with store.writing(register, "ana", NOW) as txn:
        kept = store.put(txn, Noun.EVENT, Event(title="queda"))
    blobs = _withdrawn(register)
    assert _lying(blobs, register.folder), "the search finds what is there"
    purging.purge(register, "ana", NOW)
    assert _lying(blobs, register.folder) == []
    assert (register.folder / "register.sqlite-wal").stat().st_size == 0
    assert store.get(register, Noun.EVENT, kept) is not None


def _checkpoint(register: Register) -> None:
    """Lets the server write down what it remembers, and drop the files that it gave up."""
    with register.engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))


def test_a_withdrawn_row_is_nowhere_in_the_tables_of_a_server_after_a_purge(
    new_database: Callable[[], str], server: tuple[str, Path], tmp_path: Path, secret: Secret
) -> None:
    register = opening.create(new_database(), tmp_path / "r", (secret,))
    blobs = _withdrawn(register)
    tables = server[1] / "base"
    _checkpoint(register)
    assert _lying(blobs, tables), "the search finds what is there"
    purging.purge(register, "ana", NOW)
    _checkpoint(register)
    assert _lying(blobs, tables) == []
    opening.close(register)


@pytest.fixture
def with_files(any_register: Register) -> Register:
    """A register with a file that a row names, an orphan of long ago and one of just now."""
    folder = any_register.folder / "attachments"
    folder.mkdir(mode=0o700)
    for name in ("named.age", "orphan.age", ".123-cut.age", "young.age"):
        (folder / name).write_bytes(b"sealed")
        os.utime(folder / name, (NOW.timestamp() - 1e5, NOW.timestamp() - 1e5))
    os.utime(folder / "young.age", (NOW.timestamp() - 60, NOW.timestamp() - 60))
    with store.writing(any_register, "ana", NOW) as txn:
        store.put(
            txn,
            Noun.ATTACHMENT,
            Attachment("", "", "", 0, original="named.age", working="named.age"),
        )
    return any_register


def test_a_purge_takes_files_without_a_row_and_leaves_those_of_a_write_on_its_way(
    with_files: Register,
) -> None:
    assert set(purging.purge(with_files, "ana", NOW)) == {"orphan.age", ".123-cut.age"}
    left = {path.name for path in (with_files.folder / "attachments").iterdir()}
    assert left == {"named.age", "young.age"}


def test_a_purge_beside_somebody_who_reads_on_says_that_it_is_not_done(
    register: Register, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = _withdrawn(register)
    monkeypatch.setattr(database, "WAIT_S", 0)
    hurried = opening.open_register("", register.folder, secret)
    with register.engine.connect() as reading:
        reading.execute(select(EVENTS.c.id)).all()
        with pytest.raises(RegisterClosed, match="repita «deslinde register purge»"):
            purging.purge(hurried, "ana", NOW)
    purging.purge(hurried, "ana", NOW)
    assert _lying(blobs, register.folder) == []
    opening.close(hurried)
