"""Rows written, read, withdrawn: in both databases, by several at once, and meddled with."""

import multiprocessing
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from geo.errors import RecordChanged, RecordUnknown, RegisterClosed, RegisterDamaged, SealBroken
from geo.register import audit, opening, rotation, store
from geo.register.content import packed
from geo.register.database import WRITES
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Act, Event, Source
from geo.register.seal import seal
from geo.register.store import Register
from geo.register.tables import META, TABLES

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
EVENTS = TABLES[Noun.EVENT]


def _put(register: Register, title: str, id: str | None = None, read: int = 0) -> str:  # noqa: A002
    with store.writing(register, "ana", NOW) as txn:
        return store.put(txn, Noun.EVENT, Event(title=title), id=id, read=read)


def _titles(register: Register) -> list[str]:
    return sorted(kept.content.title for kept in store.every(register, Noun.EVENT))


def test_what_was_written_is_read_again(any_register: Register) -> None:
    row = _put(any_register, "uno")
    kept = store.get(any_register, Noun.EVENT, row)
    assert kept is not None
    assert (kept.content, kept.revision, kept.by) == (Event(title="uno"), 1, "ana")


def test_whoever_writes_on_what_another_changed_since_is_told_so(any_register: Register) -> None:
    row = _put(any_register, "uno")
    _put(any_register, "dos", row, 1)
    for stale in (0, 1, 3):
        with pytest.raises(RecordChanged, match="compare"):
            _put(any_register, "tres", row, stale)
    kept = store.history(any_register, Noun.EVENT, row)
    assert [one.content.title for one in kept] == ["uno", "dos"]


def test_a_write_that_is_refused_leaves_nothing_of_its_transaction(any_register: Register) -> None:
    row = _put(any_register, "uno")
    changes = store.changes(any_register)
    with pytest.raises(RecordChanged), store.writing(any_register, "ana", NOW) as txn:
        store.put(txn, Noun.EVENT, Event(title="otro"))
        store.put(txn, Noun.EVENT, Event(title="dos"), id=row, read=7)
    assert _titles(any_register) == ["uno"]
    assert store.changes(any_register) == changes
    with any_register.engine.connect() as connection:
        assert audit.verify(connection, any_register.opened.keys)[0] == 1


def test_what_was_withdrawn_keeps_its_id_and_loses_every_word(any_register: Register) -> None:
    row = _put(any_register, "uno")
    _put(any_register, "dos", row, 1)
    with store.writing(any_register, "ana", NOW) as txn:
        store.bury(txn, Noun.EVENT, row)
    assert store.get(any_register, Noun.EVENT, row) is None
    assert store.get(any_register, Noun.EVENT, row, 1) is None
    assert store.history(any_register, Noun.EVENT, row) == []
    assert store.every(any_register, Noun.EVENT) == []
    assert store.tombstones(any_register)[Noun.EVENT] == {row: "2026-11-03"}
    with pytest.raises(RecordUnknown):
        _put(any_register, "tres", row, 2)
    with any_register.engine.connect() as connection:
        assert set(connection.execute(select(EVENTS.c.sealed)).scalars()) == {None}


def test_ten_thousand_rows_are_read_and_each_is_itself(register: Register, secret: Secret) -> None:
    table, keys, day = TABLES[Noun.SOURCE], register.opened.keys, "2026-11-03"
    kinds = {store.new_id(): str(n) for n in range(10_000)}
    rows = [
        {
            "id": row,
            "revision": 1,
            "event": "",
            "sealed": seal(
                keys, packed(Noun.SOURCE, Source(kind=kind), on=day), table.name, row, 1
            ),
            "written_on": day,
            "gone_on": "",
        }
        for row, kind in kinds.items()
    ]
    with register.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.execute(insert(table), rows)
    assert {one.id: one.content.kind for one in store.every(register, Noun.SOURCE)} == kinds
    rotated = rotation.rotate(register, (secret,), "ana", NOW)
    assert {one.id: one.content.kind for one in store.every(rotated, Noun.SOURCE)} == kinds


# --- several at once -----------------------------------------------------------------------------


def test_writers_in_several_threads_lose_nothing(any_register: Register) -> None:
    failed: list[BaseException] = []
    start = threading.Barrier(4)

    def write(who: int) -> None:
        try:
            start.wait()
            for n in range(8):
                _put(any_register, f"{who}-{n}")
                store.every(any_register, Noun.EVENT)
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert _titles(any_register) == sorted(f"{who}-{n}" for who in range(4) for n in range(8))
    with any_register.engine.connect() as connection:
        assert audit.verify(connection, any_register.opened.keys)[0] == 32


def _change(folder: Path, secret: Secret, row: str, who: int) -> None:
    register = opening.open_register("", folder, secret)
    for n in range(6):
        done = False
        while not done:
            kept = store.get(register, Noun.EVENT, row)
            assert kept is not None
            try:
                _put(register, f"{kept.content.title} {who}{n}", row, kept.revision)
                done = True
            except RecordChanged:
                done = False
    opening.close(register)


def test_two_processes_that_change_one_record_overwrite_nothing(
    register: Register, secret: Secret
) -> None:
    row = _put(register, "")
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=_change, args=(register.folder, secret, row, who)) for who in (1, 2)
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0, 0]
    kept = store.get(register, Noun.EVENT, row)
    assert kept is not None
    assert sorted(kept.content.title.split()) == sorted(f"{w}{n}" for w in (1, 2) for n in range(6))
    assert kept.revision == 13


def test_a_reader_is_not_held_up_by_a_writer_and_does_not_hold_one_up(
    any_register: Register,
) -> None:
    _put(any_register, "uno")
    with any_register.engine.connect() as reading:
        reading.execute(select(EVENTS.c.id)).all()
        with store.writing(any_register, "ana", NOW) as txn:
            store.put(txn, Noun.EVENT, Event(title="dos"))
            assert _titles(any_register) == ["uno"]
            assert len(store.every(txn, Noun.EVENT)) == 2
        reading.execute(select(EVENTS.c.id)).all()
    assert _titles(any_register) == ["dos", "uno"]


def test_a_desk_with_the_keys_of_before_writes_nothing_that_would_never_open(
    any_register: Register, url: str, secret: Secret
) -> None:
    _put(any_register, "uno")
    desk = opening.open_register(url, any_register.folder, secret)
    rotated = rotation.rotate(any_register, (secret,), "ana", NOW)
    assert opening.is_open(rotated)
    assert not opening.is_open(desk)
    with pytest.raises(RegisterClosed, match="cambió"):
        _put(desk, "dos")
    with pytest.raises(SealBroken):
        store.every(desk, Noun.EVENT)
    assert _titles(rotated) == ["uno"]
    opening.close(desk)


# --- meddled with from outside -------------------------------------------------------------------


def _meddle(register: Register, *statements: object) -> None:
    with register.engine.connect().execution_options(**WRITES) as connection, connection.begin():
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def test_blobs_swapped_between_two_rows_do_not_open(any_register: Register) -> None:
    one, two = _put(any_register, "uno"), _put(any_register, "dos")
    with any_register.engine.connect() as connection:
        found = connection.execute(select(EVENTS.c.id, EVENTS.c.sealed)).all()
        blobs = {row.id: row.sealed for row in found}
    _meddle(
        any_register,
        update(EVENTS).where(EVENTS.c.id == one).values(sealed=blobs[two]),
        update(EVENTS).where(EVENTS.c.id == two).values(sealed=blobs[one]),
    )
    for row in (one, two):
        with pytest.raises(SealBroken, match="cambiada o movida"):
            store.get(any_register, Noun.EVENT, row)


def test_an_older_revision_put_in_the_place_of_the_newest_does_not_open(
    any_register: Register,
) -> None:
    row = _put(any_register, "uno")
    _put(any_register, "dos", row, 1)
    _meddle(
        any_register,
        delete(EVENTS).where(EVENTS.c.revision == 2),
        update(EVENTS).where(EVENTS.c.revision == 1).values(revision=2),
    )
    with pytest.raises(SealBroken):
        store.get(any_register, Noun.EVENT, row)


def test_a_row_moved_to_another_table_does_not_open(any_register: Register) -> None:
    _put(any_register, "uno")
    with any_register.engine.connect() as connection:
        row = dict(connection.execute(select(EVENTS)).mappings().one())
    _meddle(any_register, insert(TABLES[Noun.ACT]).values(**row))
    with pytest.raises(SealBroken):
        store.every(any_register, Noun.ACT)


def test_a_row_moved_to_another_incident_does_not_open(any_register: Register) -> None:
    with store.writing(any_register, "ana", NOW) as txn:
        row = store.put(txn, Noun.ACT, Act(subject="s", kinds=()), event="a")
        store.put(txn, Noun.ACT, Act(subject="t", kinds=()), id=row, read=1)
    assert [one.event for one in store.history(any_register, Noun.ACT, row)] == ["a", "a"]
    _meddle(any_register, update(TABLES[Noun.ACT]).values(event="b"))
    with pytest.raises(SealBroken, match="otro incidente"):
        store.every(any_register, Noun.ACT, event="b")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_byte_changed_in_a_row_is_told_and_never_shown(
    register: Register, data: st.DataObject
) -> None:
    row = _put(register, "uno")
    with register.engine.connect() as connection:
        blob = bytearray(
            connection.execute(select(EVENTS.c.sealed).where(EVENTS.c.id == row)).scalar_one()
        )
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    _meddle(register, update(EVENTS).where(EVENTS.c.id == row).values(sealed=bytes(blob)))
    with pytest.raises(SealBroken):
        store.get(register, Noun.EVENT, row)


def test_nothing_that_was_written_lies_open_in_the_file(register: Register, tmp_path: Path) -> None:
    _put(register, "frase que nadie debe leer")
    with store.writing(register, "cuenta secreta", NOW) as txn:
        store.note(txn, "lectura")
    opening.close(register)
    raw = b"".join(path.read_bytes() for path in register.folder.rglob("*") if path.is_file())
    for planted in ("frase que nadie", "cuenta secreta", "lectura"):
        for encoding in ("utf-8", "utf-16-le"):
            assert planted.encode(encoding) not in raw
    assert _titles(register) == ["frase que nadie debe leer"]


def test_a_register_without_a_line_of_its_own_knowledge_says_so(
    any_register: Register, url: str, secret: Secret
) -> None:
    _meddle(any_register, delete(META).where(META.c.name == "keyring"))
    with pytest.raises(RegisterDamaged, match="Restaure una copia"):
        opening.open_register(url, any_register.folder, secret)
