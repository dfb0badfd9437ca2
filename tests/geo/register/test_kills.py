"""The machine stops at any point of a deed: all of before, or all of after, and it opens."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from geo.errors import DeslindeError, RegisterClosed
from geo.register import audit, files_seal, opening, purging, rotation, store
from geo.register.database import FILE
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Attachment, Event
from geo.register.store import Register

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
OTHER = Secret("file", b"o" * 32)

Drill = Callable[..., int]


@pytest.fixture
def before(url: str, tmp_path: Path, secret: Secret) -> tuple[str, Path]:
    """A register with a few rows and two attachments' files, closed."""
    folder = tmp_path / "before"
    made = opening.create(url, folder, (secret,))
    with store.writing(made, "ana", NOW) as txn:
        for n in range(3):
            row = store.put(txn, Noun.EVENT, Event(title=f"hecho {n}"))
        store.put(txn, Noun.EVENT, Event(title="hecho 2, corregido"), id=row, read=1)
        store.bury(txn, Noun.EVENT, store.put(txn, Noun.EVENT, Event(title="retirado")))
    (folder / "attachments").mkdir()
    for name in ("a.age", "b.age"):
        sealed = files_seal.seal_bytes(made.opened, name.encode())
        (folder / "attachments" / name).write_bytes(sealed)
        with store.writing(made, "ana", NOW) as txn:
            store.put(
                txn,
                Noun.ATTACHMENT,
                Attachment(sha256="", kind="", media="", size_bytes=0, original=name, working=name),
            )
    (folder / "attachments" / "orphan.age").write_bytes(b"no row names this file")
    os.utime(folder / "attachments" / "orphan.age", (0, 0))
    opening.close(made)
    return url, folder


@pytest.fixture
def again(before: tuple[str, Path], tmp_path: Path) -> Callable[[], None]:
    """Brings the register back as it was to where the deed finds it: `copy`, and the server."""
    url, folder = before
    server = url.replace("+psycopg", "")
    if url:
        _keep(server)

    def bring() -> None:
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(folder, tmp_path / "copy")
        if url:
            _bring_back(server)

    return bring


def _tables(connection: psycopg.Connection[Any], schema: str) -> list[str]:
    wanted = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
    return [name for (name,) in connection.execute(wanted, [schema])]


def _keep(server: str) -> None:
    """Copies every table aside: a whole database takes far longer to copy."""
    with psycopg.connect(server) as connection:
        connection.execute("CREATE SCHEMA kept")
        for name in _tables(connection, "public"):
            connection.execute(f'CREATE TABLE kept."{name}" AS TABLE public."{name}"')


def _bring_back(server: str) -> None:
    with psycopg.connect(server) as connection:
        for name in _tables(connection, "kept"):
            connection.execute(f'DELETE FROM public."{name}"')
            connection.execute(f'INSERT INTO public."{name}" TABLE kept."{name}"')


@pytest.fixture
def opened(url: str, tmp_path: Path) -> Callable[[Secret], Register]:
    """Opens the register that `again` brought back."""
    return lambda held: opening.open_register(url, tmp_path / "copy", held)


@contextmanager
def _open(how: Callable[[Secret], Register], *held: Secret) -> Iterator[Register]:
    """Opened with the one of these that opens it: exactly one does."""
    found = []
    for secret in held:
        try:
            found.append(how(secret))
        except DeslindeError:
            continue
    assert len(found) == 1
    yield found[0]
    opening.close(found[0])


def _titles(register: Register) -> list[str]:
    return sorted(kept.content.title for kept in store.every(register, Noun.EVENT))


TITLES = ["hecho 0", "hecho 1", "hecho 2, corregido"]


def _whole(register: Register, titles: list[str] = TITLES) -> int:
    """Everything that was there opens and the log is unbroken; gives its length."""
    assert _titles(register) == titles
    assert len(store.tombstones(register)[Noun.EVENT]) == 1
    for name in ("a.age", "b.age"):
        blob = (register.folder / "attachments" / name).read_bytes()
        assert files_seal.open_bytes(register.opened, blob) == name.encode()
    with register.engine.connect() as connection:
        return audit.verify(connection, register.opened.keys)[0]


def test_a_write_is_there_with_its_line_in_the_log_or_neither_is(
    killed_everywhere: Drill,
    again: Callable[[], None],
    opened: Callable[[Secret], Register],
    secret: Secret,
) -> None:
    def deed() -> None:
        made = opened(secret)
        with store.writing(made, "ana", NOW) as txn:
            store.put(txn, Noun.EVENT, Event(title="nuevo"))
            store.put(txn, Noun.EVENT, Event(title="nuevo, también"))

    lengths = set()

    def check(ended: bool) -> None:
        with _open(opened, secret) as register:
            titles = _titles(register)
            new = ["nuevo", "nuevo, también"] if len(titles) > 3 else []
            assert new or not ended
            lengths.add((_whole(register, [*TITLES, *new]), len(new)))

    assert killed_everywhere(again, deed, check) > 5
    before, after = sorted(lengths)
    assert (after[0] - before[0], before[1], after[1]) == (2, 0, 2)


def test_keys_changed_half_way_open_everything_whichever_keys_are_in_force(
    killed_everywhere: Drill,
    again: Callable[[], None],
    opened: Callable[[Secret], Register],
    secret: Secret,
) -> None:
    def deed() -> None:
        rotation.rotate(opened(secret), (secret,), "ana", NOW)

    seen = set()

    def check(ended: bool) -> None:
        with _open(opened, secret) as register:
            _whole(register)
            with register.engine.connect() as connection:
                pending = rotation.is_pending(connection)
            assert pending == bool(register.opened.older)
            if pending:
                register = rotation.finish(register, (secret,), "ana", NOW)
                _whole(register)
            names = [
                path.name
                for path in (register.folder / "attachments").iterdir()
                if files_seal.is_current(register.opened, path.read_bytes())
            ]
            assert {"a.age", "b.age"} <= set(names)
            seen.add((ended, pending))

    killed_everywhere(again, deed, check)
    assert seen == {(False, False), (False, True), (True, False)}


def test_a_secret_changed_half_way_leaves_exactly_one_that_opens(
    killed_everywhere: Drill,
    again: Callable[[], None],
    opened: Callable[[Secret], Register],
    secret: Secret,
) -> None:
    def deed() -> None:
        with store.writing(opened(secret), "ana", NOW) as txn:
            rotation.change_secrets(txn, (secret,), (OTHER,))

    def check(ended: bool) -> None:
        with _open(opened, *((OTHER,) if ended else (secret, OTHER))) as register:
            _whole(register)

    killed_everywhere(again, deed, check)


def test_a_purge_that_is_cut_short_takes_nothing_that_a_row_names(
    killed_everywhere: Drill,
    again: Callable[[], None],
    opened: Callable[[Secret], Register],
    secret: Secret,
) -> None:
    def deed() -> None:
        purging.purge(opened(secret), "ana", NOW)

    def check(ended: bool) -> None:
        with _open(opened, secret) as register:
            _whole(register)
            orphan = register.folder / "attachments" / "orphan.age"
            assert not (ended and orphan.exists())

    killed_everywhere(again, deed, check)


def test_a_register_is_made_whole_or_is_not_there(
    killed_everywhere: Drill,
    tmp_path: Path,
    secret: Secret,
) -> None:
    folder = tmp_path / "new"

    def check(ended: bool) -> None:
        try:
            opening.close(opening.open_register("", folder, secret))
        except RegisterClosed:
            assert not ended
            assert not (folder / FILE).exists()
            opening.close(opening.create("", folder, (secret,)))

    killed_everywhere(
        lambda: shutil.rmtree(folder, ignore_errors=True),
        lambda: opening.create("", folder, (secret,)),
        check,
    )
