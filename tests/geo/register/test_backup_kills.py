"""The machine stops at any point of a backup or a restoring: nothing lost, nothing half there."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pyrage
import pytest

from geo.register import audit, backup, files_seal, opening, restoring, store, withdrawn
from geo.register.attachments import FOLDER
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Attachment, Event
from geo.register.withdrawn import Withdrawn

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
PHOTO = "a" * 32 + ".age"

Drill = Callable[..., int]


@pytest.fixture(scope="module")
def identity() -> pyrage.x25519.Identity:
    """An age identity, which opens backups without stretching."""
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def lock(identity: pyrage.x25519.Identity) -> Secret:
    """What a backup is made for."""
    return Secret("recipient", str(identity.to_public()).encode())


@pytest.fixture
def key(identity: pyrage.x25519.Identity) -> Secret:
    """What opens it."""
    return Secret("identity", str(identity).encode())


def _attachment() -> Attachment:
    return Attachment(
        sha256="", kind="photo", media="", size_bytes=0, original=PHOTO, working=PHOTO
    )


@pytest.fixture
def source(tmp_path: Path, secret: Secret) -> tuple[Path, str]:
    """A closed register in SQLite with an incident and a photo; the id of another incident."""
    folder = tmp_path / "source"
    made = opening.create("", folder, (secret,))
    with store.writing(made, "ana", NOW) as txn:
        store.put(txn, Noun.EVENT, Event(title="uno"))
        other = store.put(txn, Noun.EVENT, Event(title="dos"))
        store.put(txn, Noun.ATTACHMENT, _attachment())
    (folder / FOLDER).mkdir()
    (folder / FOLDER / PHOTO).write_bytes(files_seal.seal_bytes(made.opened, b"photo"))
    opening.close(made)
    return folder, other


def test_a_backup_that_was_stopped_is_no_backup_and_the_register_is_as_it_was(
    killed_everywhere: Drill,
    source: tuple[Path, str],
    tmp_path: Path,
    secret: Secret,
    lock: Secret,
    key: Secret,
) -> None:
    folder, target = source[0], tmp_path / "copies" / "copy.age"
    before = {path.name for path in folder.iterdir()}

    def deed() -> None:
        register = opening.open_register("", folder, secret)
        backup.backup(register, target, lock, "ana", NOW)
        opening.close(register)

    def check(_ended: bool) -> None:
        if target.exists():
            shutil.rmtree(tmp_path / "new", ignore_errors=True)
            restoring.restore(target, key, secret, "", tmp_path / "new", "ana", NOW)
            assert _titles("", tmp_path / "new", secret) == ["dos", "uno"]
        else:
            assert not _ended
        assert _titles("", folder, secret) == ["dos", "uno"]
        assert {path.name for path in folder.iterdir()} == before

    def prepare() -> None:
        target.unlink(missing_ok=True)

    assert killed_everywhere(prepare, deed, check) > 10
    assert [path.name for path in target.parent.iterdir()] == ["copy.age"]


def _titles(url: str, folder: Path, secret: Secret) -> list[str]:
    register = opening.open_register(url, folder, secret)
    found = sorted(kept.content.title for kept in store.every(register, Noun.EVENT))
    with register.engine.connect() as connection:
        audit.verify(connection, register.opened.keys)
    opening.close(register)
    return found


def test_a_restoring_that_was_stopped_leaves_no_register_and_can_be_done_again(
    killed_everywhere: Drill,
    source: tuple[Path, str],
    url: str,
    tmp_path: Path,
    secret: Secret,
    lock: Secret,
    key: Secret,
) -> None:
    register = opening.open_register("", source[0], secret)
    copy, folder = tmp_path / "copy.age", tmp_path / "new"
    backup.backup(register, copy, lock, "ana", NOW)
    opening.close(register)

    def prepare() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        gone = [Withdrawn(Noun.EVENT, source[1], "2026-11-03")]
        (folder / withdrawn.FILE).write_bytes(withdrawn.text_of(gone))
        if url:
            _empty(url)

    def deed() -> None:
        restoring.restore(copy, key, secret, url, folder, "ana", NOW)

    done_again: set[frozenset[str]] = set()

    def check(ended: bool) -> None:
        if not _there(url, folder):
            assert not ended
            # once for each sort of remains: the names without the number of the process
            left = frozenset(re.sub(r"\d+", "", path.name) for path in folder.rglob("*"))
            if left in done_again:
                return
            done_again.add(left)
            deed()
        # what was withdrawn since the copy was made is not there for a moment
        assert _titles(url, folder, secret) == ["uno"]
        assert [path.name for path in (folder / FOLDER).iterdir()] == [PHOTO]
        left = {path.name for path in folder.iterdir()} - {"register.sqlite"}
        if ended:
            assert left == {FOLDER, withdrawn.FILE}

    assert killed_everywhere(prepare, deed, check) > 10


def _there(url: str, folder: Path) -> bool:
    if not url:
        return (folder / "register.sqlite").exists()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return _tables(connection) > 0


def _tables(connection: psycopg.Connection) -> int:
    found = connection.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    ).fetchone()
    assert found is not None
    return int(found[0])


def _empty(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        if _tables(connection):
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
