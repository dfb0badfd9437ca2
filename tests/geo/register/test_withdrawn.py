"""What somebody withdrew does not come back with an older copy, whatever happened in between."""

import hashlib
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import select

from geo.errors import RegisterDamaged
from geo.register import audit, backup, files_seal, opening, restoring, store, withdrawn
from geo.register.attachments import FOLDER
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Attachment, Event
from geo.register.store import Register
from geo.register.tables import TABLES
from geo.register.withdrawn import Withdrawn

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
LATER = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
PHOTO = "a" * 32 + ".age"
IDENTITY = pyrage.x25519.Identity.generate()
LOCK = Secret("recipient", str(IDENTITY.to_public()).encode())
KEY = Secret("identity", str(IDENTITY).encode())


def _bury(register: Register, *rows: tuple[Noun, str]) -> None:
    with store.writing(register, "ana", NOW) as txn:
        for noun, row in rows:
            store.bury(txn, noun, row)


@pytest.fixture
def copied(register: Register, tmp_path: Path) -> tuple[Path, str, str]:
    """A backup of an incident with a photo and of another one; the ids of incident and photo."""
    with store.writing(register, "ana", NOW) as txn:
        event = store.put(txn, Noun.EVENT, Event(title="uno"))
        store.put(txn, Noun.EVENT, Event(title="uno, corregido"), id=event, read=1)
        store.put(txn, Noun.EVENT, Event(title="dos"))
        row = Attachment(
            sha256=hashlib.sha256(b"photo").hexdigest(),
            kind="photo",
            media="image/jpeg",
            size_bytes=5,
            original=PHOTO,
            working=PHOTO,
        )
        photo = store.put(txn, Noun.ATTACHMENT, row, event=event)
    (register.folder / FOLDER).mkdir()
    (register.folder / FOLDER / PHOTO).write_bytes(files_seal.seal_bytes(register.opened, b"photo"))
    path = tmp_path / "copy.age"
    backup.backup(register, path, LOCK, "ana", NOW)
    return path, event, photo


def _restored(path: Path, url: str, folder: Path, secret: Secret, *lists: Path) -> Register:
    restoring.restore(path, KEY, secret, url, folder, "eva", LATER, lists)
    return opening.open_register(url, folder, secret)


def _check_gone(register: Register, event: str, photo: str) -> None:
    titles = [kept.content.title for kept in store.every(register, Noun.EVENT)]
    assert titles == ["dos"]
    assert store.every(register, Noun.ATTACHMENT) == []
    assert not (register.folder / FOLDER / PHOTO).exists()
    with register.engine.connect() as connection:
        table = TABLES[Noun.EVENT]
        blobs = connection.execute(select(table.c.sealed).where(table.c.id == event)).scalars()
        assert list(blobs) == [None, None]
        lines = audit.lines(connection, register.opened.keys)
        audit.verify(connection, register.opened.keys)
    # the day is that of the withdrawal, the line that of the restoring
    assert store.tombstones(register)[Noun.EVENT] == {event: "2026-11-03"}
    assert [(line.deed, line.about) for line in lines[-3:]] == [
        ("withdraw attachment again", photo),
        ("withdraw event again", event),
        ("restore", ""),
    ]


def test_an_older_copy_does_not_bring_back_what_was_withdrawn_since(
    copied: tuple[Path, str, str], register: Register, url: str, tmp_path: Path, secret: Secret
) -> None:
    path, event, photo = copied
    _bury(register, (Noun.EVENT, event), (Noun.ATTACHMENT, photo))
    # the database is lost; the list still lies in the folder
    folder = tmp_path / "same"
    folder.mkdir()
    shutil.copy(register.folder / withdrawn.FILE, folder)
    restored = _restored(path, url, folder, secret)
    _check_gone(restored, event, photo)
    opening.close(restored)


def test_a_list_from_another_machine_counts_too(
    copied: tuple[Path, str, str], register: Register, tmp_path: Path, secret: Secret
) -> None:
    path, event, photo = copied
    _bury(register, (Noun.EVENT, event), (Noun.ATTACHMENT, photo))
    elsewhere = register.folder / withdrawn.FILE
    restored = _restored(path, "", tmp_path / "other", secret, elsewhere)
    _check_gone(restored, event, photo)
    # and it is remembered here from now on, also for the next copy
    assert withdrawn.read(tmp_path / "other" / withdrawn.FILE) == withdrawn.read(elsewhere)
    opening.close(restored)


def test_without_any_list_the_copy_is_as_it_was(
    copied: tuple[Path, str, str], tmp_path: Path, secret: Secret
) -> None:
    restored = _restored(copied[0], "", tmp_path / "other", secret)
    assert len(store.every(restored, Noun.EVENT)) == 2
    opening.close(restored)


def test_a_copy_remembers_what_was_withdrawn_before_it_even_for_copies_of_long_ago(
    copied: tuple[Path, str, str], register: Register, tmp_path: Path, secret: Secret
) -> None:
    path, event, photo = copied
    _bury(register, (Noun.EVENT, event), (Noun.ATTACHMENT, photo))
    # an id that no row of this database has: withdrawn in a register that this one came from
    long_ago = Withdrawn(Noun.SUBJECT, "f" * 32, "2024-01-01")
    withdrawn.remember(register.folder, [long_ago])
    second = tmp_path / "second.age"
    backup.backup(register, second, LOCK, "ana", NOW)
    opening.close(_restored(second, "", tmp_path / "machine", secret))
    assert long_ago in withdrawn.read(tmp_path / "machine" / withdrawn.FILE)
    (tmp_path / "machine" / "register.sqlite").unlink()
    restored = _restored(path, "", tmp_path / "machine", secret)
    _check_gone(restored, event, photo)
    opening.close(restored)


def test_a_withdrawal_is_on_the_list_as_soon_as_it_is_made_and_not_before(
    register: Register,
) -> None:
    with store.writing(register, "ana", NOW) as txn:
        row = store.put(txn, Noun.EVENT, Event(title="uno"))
    assert not (register.folder / withdrawn.FILE).exists()
    with pytest.raises(RuntimeError), store.writing(register, "ana", NOW) as txn:
        store.bury(txn, Noun.EVENT, row)
        raise RuntimeError
    assert not (register.folder / withdrawn.FILE).exists()
    _bury(register, (Noun.EVENT, row))
    path = register.folder / withdrawn.FILE
    assert withdrawn.read(path) == {Withdrawn(Noun.EVENT, row, "2026-11-03")}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    _bury(register, (Noun.EVENT, row))
    assert len(path.read_text().splitlines()) == 1


def test_a_list_that_was_lost_is_written_again_when_the_register_is_opened(
    register: Register, secret: Secret
) -> None:
    with store.writing(register, "ana", NOW) as txn:
        row = store.put(txn, Noun.EVENT, Event(title="uno"))
        store.bury(txn, Noun.EVENT, row)
    (register.folder / withdrawn.FILE).unlink()
    opening.close(opening.open_register("", register.folder, secret))
    assert {one.id for one in withdrawn.read(register.folder / withdrawn.FILE)} == {row}


def test_a_line_that_a_power_cut_broke_off_harms_neither_it_nor_the_next(tmp_path: Path) -> None:
    first, second = (Withdrawn(Noun.EVENT, name * 32, "2026-11-03") for name in "ab")
    whole = withdrawn.text_of([first])
    for length in range(len(whole)):
        (tmp_path / withdrawn.FILE).write_bytes(whole[:length])
        assert withdrawn.read(tmp_path / withdrawn.FILE) <= {first}
        withdrawn.remember(tmp_path, [first, second])
        assert withdrawn.read(tmp_path / withdrawn.FILE) == {first, second}


@pytest.mark.parametrize(
    "line",
    [
        "no soy una lista",
        '{"noun": "event", "id": "../x/..", "on": "2026-11-03"}',
        '{"noun": "nothing", "id": "aa", "on": "2026-11-03"}',
        '{"noun": "event", "id": "aa", "on": "ayer"}',
        '{"noun": "event", "id": 3, "on": "2026-11-03"}',
        "[]",
        "\x00",
    ],
)
def test_a_foreign_list_is_refused_before_anything_is_restored(
    copied: tuple[Path, str, str], tmp_path: Path, secret: Secret, line: str
) -> None:
    foreign = tmp_path / "list.jsonl"
    foreign.write_text(f"\n{line}\n")
    with pytest.raises(RegisterDamaged, match="línea 2"):
        _restored(copied[0], "", tmp_path / "new", secret, foreign)
    assert not (tmp_path / "new").exists()


def test_the_list_tells_nothing_of_what_was_withdrawn(
    copied: tuple[Path, str, str], register: Register
) -> None:
    _bury(register, (Noun.EVENT, copied[1]))
    said = (register.folder / withdrawn.FILE).read_text()
    assert said == f'{{"noun": "event", "id": "{copied[1]}", "on": "2026-11-03"}}\n'


def test_what_was_withdrawn_in_one_of_two_registers_is_not_looked_for_in_the_other(
    copied: tuple[Path, str, str],
    tmp_path: Path,
    secret: Secret,
    new_database: Callable[[], str],
) -> None:
    foreign = tmp_path / "list.jsonl"
    foreign.write_bytes(withdrawn.text_of([Withdrawn(Noun.EVENT, "0" * 32, "2026-11-03")]))
    restored = _restored(copied[0], new_database(), tmp_path / "pg", secret, foreign)
    assert len(store.every(restored, Noun.EVENT)) == 2
    opening.close(restored)
