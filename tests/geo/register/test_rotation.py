"""New keys open everything, the old ones nothing new, and no secret is left behind."""

from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import insert, select

from geo.errors import KeyRefused, RegisterClosed, SealBroken
from geo.register import files_seal, keyring, meta, opening, rotation, store
from geo.register.database import WRITES
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Event
from geo.register.seal import key_of, open_seal
from geo.register.store import Register
from geo.register.tables import AUDIT, META, TABLES

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
OTHER = Secret("file", b"o" * 32)


@pytest.fixture
def filled(any_register: Register) -> Register:
    """A register with a row of several nouns, and two sealed files."""
    with store.writing(any_register, "ana", NOW) as txn:
        row = store.put(txn, Noun.EVENT, Event(title="uno"))
        store.put(txn, Noun.EVENT, Event(title="dos"), id=row, read=1)
        store.put(txn, Noun.NAMES, {"hashes": ["a"]})
        store.put(txn, Noun.DESK, {"root": "b"}, id="desk")
    folder = any_register.folder / rotation.FOLDER
    folder.mkdir(mode=0o700)
    for name in ("a.age", "b.age"):
        (folder / name).write_bytes(files_seal.seal_bytes(any_register.opened, name.encode()))
    (folder / "foreign.age").write_bytes(b"of another register")
    return any_register


def _blobs(register: Register) -> list[bytes]:
    """Every sealed blob of the database."""
    with register.engine.connect() as connection:
        found = [meta.read(connection, "audit")]
        for table in (AUDIT, *TABLES.values()):
            wanted = select(table.c.sealed).where(table.c.sealed.is_not(None))
            found += [bytes(blob) for blob in connection.execute(wanted).scalars()]
    return found


def test_nothing_lies_under_the_old_keys_any_more(filled: Register, secret: Secret) -> None:
    before = filled.opened
    assert {key_of(blob) for blob in _blobs(filled)} == {before.keys.current}
    after = rotation.rotate(filled, (secret,), "ana", NOW)
    assert {key_of(blob) for blob in _blobs(after)} == {after.opened.keys.current}
    assert after.opened.keys.current != before.keys.current
    assert list(after.opened.keys.by_id) == [after.opened.keys.current]
    assert after.opened.older == ()
    for name in ("a.age", "b.age"):
        blob = (after.folder / rotation.FOLDER / name).read_bytes()
        assert files_seal.open_bytes(after.opened, blob) == name.encode()
        with pytest.raises(SealBroken):
            files_seal.open_bytes(before, blob)
    kept = store.get(after, Noun.DESK, "desk")
    assert kept is not None
    assert kept.content == {"root": "b"}


def test_whoever_holds_the_old_keys_and_a_new_copy_reads_nothing(
    filled: Register, secret: Secret
) -> None:
    before = filled.opened
    with filled.engine.connect() as connection:
        stolen = meta.read(connection, "keyring")
    after = rotation.rotate(filled, (secret,), "ana", NOW)
    with after.engine.connect() as connection:
        row = connection.execute(select(TABLES[Noun.EVENT])).first()
        assert meta.read(connection, "keyring") != stolen
    assert row is not None
    with pytest.raises(SealBroken):
        open_seal(before.keys, row.sealed, "register_event", row.id, row.revision)


def test_a_file_that_no_key_opened_before_is_left_as_it_is(
    filled: Register, secret: Secret
) -> None:
    rotation.rotate(filled, (secret,), "ana", NOW)
    assert (filled.folder / rotation.FOLDER / "foreign.age").read_bytes() == b"of another register"


def test_files_are_for_their_owner_alone_afterwards(filled: Register, secret: Secret) -> None:
    rotation.rotate(filled, (secret,), "ana", NOW)
    for name in ("a.age", "b.age"):
        assert (filled.folder / rotation.FOLDER / name).stat().st_mode & 0o777 == 0o600


def test_keys_are_not_changed_while_a_secret_is_missing(
    filled: Register, url: str, secret: Secret
) -> None:
    with store.writing(filled, "ana", NOW) as txn:
        rotation.change_secrets(txn, (secret,), (secret, OTHER))
    blobs = _blobs(filled)
    with pytest.raises(KeyRefused, match="dé todos"):
        rotation.rotate(filled, (secret,), "ana", NOW)
    with pytest.raises(KeyRefused), store.writing(filled, "ana", NOW) as txn:
        rotation.change_secrets(txn, (OTHER,), (OTHER,))
    assert _blobs(filled) == blobs
    rotation.rotate(filled, (OTHER, secret), "ana", NOW)
    for one in (secret, OTHER):
        opening.close(opening.open_register(url, filled.folder, one))


def test_a_second_change_waits_until_the_first_is_finished(
    filled: Register, secret: Secret
) -> None:
    with filled.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.execute(insert(META).values(name=rotation.FILES, value=b"old"))
    with pytest.raises(RegisterClosed, match="a medias"):
        rotation.rotate(filled, (secret,), "ana", NOW)
    finished = rotation.finish(filled, (secret,), "ana", NOW)
    rotation.rotate(finished, (secret,), "ana", NOW)


def test_an_old_secret_opens_nothing_after_it_was_changed(
    filled: Register, url: str, secret: Secret
) -> None:
    with store.writing(filled, "ana", NOW) as txn:
        rotation.change_secrets(txn, (secret,), (OTHER,))
    with pytest.raises(KeyRefused):
        opening.open_register(url, filled.folder, secret)
    opened = opening.open_register(url, filled.folder, OTHER)
    assert [one.content.title for one in store.every(opened, Noun.EVENT)] == ["dos"]
    opening.close(opened)


def test_a_register_cannot_be_left_without_any_secret(filled: Register, secret: Secret) -> None:
    with pytest.raises(KeyRefused), store.writing(filled, "ana", NOW) as txn:
        rotation.change_secrets(txn, (secret,), ())


def test_an_identity_of_before_is_kept_in_the_keyring_only_while_it_is_needed(
    filled: Register, tmp_path: Path
) -> None:
    pending = keyring.Opened(
        filled.opened.keys, str(pyrage.x25519.Identity.generate()), (filled.opened.identity,)
    )
    ring = keyring.wrap(pending, (OTHER,))
    assert keyring.unwrap(ring, OTHER).older == (filled.opened.identity,)
