"""A register opened, or the sentence that says why not."""

import os
import resource
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from geo.errors import (
    DeslindeError,
    FileUnwritable,
    KeyRefused,
    RegisterClosed,
    RegisterDamaged,
    RegisterThere,
    SettingMissing,
)
from geo.register import database, keyring, opening, store
from geo.register.database import FILE
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Event
from geo.register.store import Register

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


@pytest.fixture
def closed(register: Register) -> Path:
    """The folder of a register with some pages of rows, which nobody has open."""
    with store.writing(register, "ana", NOW) as txn:
        for n in range(40):
            store.put(txn, Noun.EVENT, Event(title=f"hecho {n}", narrative="x" * 1000))
    opening.close(register)
    return register.folder


def _read_all(folder: Path, secret: Secret) -> int:
    register = opening.open_register("", folder, secret)
    try:
        return len(store.every(register, Noun.EVENT))
    finally:
        opening.close(register)


def test_the_database_is_for_its_owner_alone_and_so_is_its_folder(closed: Path) -> None:
    assert closed.stat().st_mode & 0o777 == 0o700
    assert [(path.name, path.stat().st_mode & 0o777) for path in closed.iterdir()] == [
        (FILE, 0o600)
    ]


def test_the_files_beside_an_open_database_are_for_its_owner_too(register: Register) -> None:
    with store.writing(register, "ana", NOW) as txn:
        store.put(txn, Noun.EVENT, Event())
    modes = {path.name: path.stat().st_mode & 0o777 for path in register.folder.iterdir()}
    assert len(modes) > 1
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("share", [0, 1, 17, 99, 100, 512, 4095, 4096, 0.3, 0.6, 0.9, 0.999])
def test_a_database_cut_short_is_a_sentence_and_never_a_part_of_it(
    closed: Path, secret: Secret, share: float
) -> None:
    file = closed / FILE
    whole = file.stat().st_size
    os.truncate(file, share if share >= 1 else int(share * whole))
    with pytest.raises(RegisterDamaged, match="«deslinde register restore»"):
        _read_all(closed, secret)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_database_with_a_page_of_noise_is_a_sentence(
    closed: Path, secret: Secret, share: float
) -> None:
    file = closed / FILE
    raw = bytearray(file.read_bytes())
    for page in range(int(share * len(raw)) // 4096 * 4096, len(raw), 4096):
        raw[page : page + 64] = b"\xa5" * 64
    file.write_bytes(raw)
    with pytest.raises(RegisterDamaged):
        _read_all(closed, secret)


def test_another_file_under_its_name_is_a_sentence(tmp_path: Path, secret: Secret) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / FILE).write_bytes(b"%PDF-1.7" * 1000)
    with pytest.raises(RegisterDamaged):
        opening.open_register("", folder, secret)


def test_where_nothing_was_made_the_sentence_says_how_to_make_it(
    url: str, tmp_path: Path, secret: Secret
) -> None:
    with pytest.raises(RegisterClosed, match="deslinde register init"):
        opening.open_register(url, tmp_path / "r", secret)
    assert not (tmp_path / "r").exists()


def test_a_wrong_key_opens_nothing(any_register: Register, url: str) -> None:
    with pytest.raises(KeyRefused):
        opening.open_register(url, any_register.folder, Secret("file", b"x" * 32))


def test_a_server_that_is_not_there_is_a_sentence(tmp_path: Path, secret: Secret) -> None:
    url = "postgresql+psycopg://deslinde:parole@127.0.0.1:9/none"
    with pytest.raises(RegisterClosed, match="DESLINDE_REGISTER_URL") as caught:
        opening.open_register(url, tmp_path, secret)
    assert "parole" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "postgresql://a/b", "nothing", "://", "a b"],
)
def test_an_address_of_another_kind_is_a_sentence(url: str, tmp_path: Path, secret: Secret) -> None:
    for deed in (
        lambda: opening.open_register(url, tmp_path, secret),
        lambda: opening.create(url, tmp_path / "r", (secret,)),
    ):
        with pytest.raises(SettingMissing, match="postgresql\\+psycopg://"):
            deed()


def test_a_folder_whose_name_means_something_in_an_address_is_only_a_folder(
    tmp_path: Path, secret: Secret
) -> None:
    folder = tmp_path / "a?b=c#d%20e [ñ]"
    opening.close(opening.create("", folder, (secret,)))
    assert (folder / FILE).is_file()
    opening.close(opening.open_register("", folder, secret))


def test_a_database_elsewhere_is_named_by_its_address(tmp_path: Path, secret: Secret) -> None:
    url = f"sqlite:///{tmp_path}/other/place.sqlite"
    opening.close(opening.create(url, tmp_path / "r", (secret,)))
    assert (tmp_path / "other" / "place.sqlite").stat().st_mode & 0o777 == 0o600
    opening.close(opening.open_register(url, tmp_path / "r", secret))
    with pytest.raises(RegisterThere):
        opening.create(url, tmp_path / "r", (secret,))


def test_a_disk_that_takes_no_more_is_a_sentence(register: Register) -> None:
    with register.engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
        connection.execute(text("COMMIT"))
        with pytest.raises(FileUnwritable, match="espacio"):
            connection.execute(text("CREATE TABLE t AS SELECT zeroblob(1000000) AS b"))
        connection.invalidate()


def test_a_writer_that_waits_too_long_is_told_so(
    register: Register, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_S", 0)
    other = opening.open_register("", register.folder, secret)
    with (
        store.writing(register, "ana", NOW),
        pytest.raises(RegisterClosed, match="espere"),
        store.writing(other, "ana", NOW),
    ):
        pass
    opening.close(other)


# --- the lock ------------------------------------------------------------------------------------


def test_a_locked_register_opens_for_nobody_until_it_is_unlocked(
    any_register: Register, url: str, secret: Secret
) -> None:
    assert opening.is_open(any_register)
    opening.lock(any_register.folder)
    assert opening.is_locked(any_register.folder)
    assert not opening.is_open(any_register)
    with pytest.raises(RegisterClosed, match="deslinde register unlock"):
        opening.open_register(url, any_register.folder, secret)
    opening.close(opening.open_although_locked(url, any_register.folder, secret))
    opening.unlock(any_register.folder)
    assert opening.is_open(any_register)
    opening.close(opening.open_register(url, any_register.folder, secret))


def test_a_lock_can_be_put_on_before_anything_was_made(tmp_path: Path) -> None:
    opening.lock(tmp_path / "r")
    opening.lock(tmp_path / "r")
    assert opening.is_locked(tmp_path / "r")


# --- no key anywhere -----------------------------------------------------------------------------


def _trace(error: BaseException) -> str:
    """What the most talkative of loggers would write; not of the test, which knows the keys."""
    assert error.__traceback__ is not None
    rooms = error.__traceback__.tb_next
    told = traceback.TracebackException(type(error), error, rooms, capture_locals=True)
    return "".join(told.format())


WORDS = "palabras que nadie debe ver"


@pytest.fixture
def by_words(tmp_path: Path) -> Path:
    """A register that a passphrase opens."""
    folder = tmp_path / "words"
    opening.close(opening.create("", folder, (keyring.new_passphrase(WORDS),)))
    return folder


def _damage(folder: Path, statement: str) -> None:
    engine = database.sqlite_engine(folder / FILE)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _within(part: str) -> str:
    """Changes that part of the keyring, which stays well formed."""
    return (
        f'UPDATE register_meta SET value = CAST(replace(value, \'"{part}": "\', '
        f"'\"{part}\": \"AAAA') AS BLOB) WHERE name = 'keyring'"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_meta SET value = x'00' WHERE name = 'keyring'",
        _within("master"),
        _within("content"),
        "UPDATE register_meta SET value = x'00' WHERE name = 'changes'",
        "UPDATE register_meta SET value = x'00' WHERE name = 'audit'",
        "DELETE FROM register_meta WHERE name = 'key'",
        "DROP TABLE register_event",
        "SELECT 1",
    ],
)
def test_no_trace_shows_a_key_or_a_passphrase(by_words: Path, statement: str) -> None:
    keys = _secrets_of(by_words)
    _damage(by_words, statement)
    secret = keyring.passphrase(WORDS if statement != "SELECT 1" else WORDS.upper())
    with pytest.raises(DeslindeError) as caught:
        opened = opening.open_register("", by_words, secret)
        with store.writing(opened, "ana", NOW) as txn:
            store.put(txn, Noun.EVENT, Event())
    shown = _trace(caught.value)
    assert [key for key in keys if key in shown] == []


def _secrets_of(folder: Path) -> list[str]:
    """Everything that must not be seen, as a trace would write it."""
    opened = opening.open_register("", folder, keyring.passphrase(WORDS))
    (key,) = opened.opened.keys.by_id.values()
    identity = str(opened.opened.identity)
    opening.close(opened)
    assert identity.startswith("AGE-SECRET-KEY-")
    return [WORDS, WORDS.upper(), bytes(key).hex(), repr(bytes(key))[2:-1], identity]


def test_the_search_for_keys_in_traces_would_find_one(by_words: Path) -> None:
    def careless(held: list[str]) -> None:
        raise RegisterDamaged("x")

    keys = [key for key in _secrets_of(by_words) if "\\" not in key]
    with pytest.raises(RegisterDamaged) as caught:
        careless(keys)
    assert [key for key in keys if key not in _trace(caught.value)] == []


def test_a_crash_writes_no_memory_to_the_disk(closed: Path, secret: Secret) -> None:
    opening.close(opening.open_register("", closed, secret))
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
