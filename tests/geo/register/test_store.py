"""Rows written, read, withdrawn: the same in both databases."""

from datetime import UTC, datetime

import pytest

from geo.errors import RecordChanged, RecordUnknown
from geo.register import store
from geo.register.lists import Noun
from geo.register.nouns import Event
from geo.register.store import Register

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


def _put(register: Register, title: str, id: str | None = None, read: int = 0) -> str:  # noqa: A002
    with store.writing(register, "ana", NOW) as txn:
        return store.put(txn, Noun.EVENT, Event(title=title), id=id, read=read)


def test_what_was_written_is_read_again(any_register: Register) -> None:
    row = _put(any_register, "uno")
    kept = store.get(any_register, Noun.EVENT, row)
    assert kept is not None
    assert (kept.content, kept.revision) == (Event(title="uno"), 1)


def test_whoever_writes_on_what_another_changed_since_is_told_so(any_register: Register) -> None:
    row = _put(any_register, "uno")
    _put(any_register, "dos", row, 1)
    with pytest.raises(RecordChanged, match="compare"):
        _put(any_register, "tres", row, 1)
    assert [one.content.title for one in store.history(any_register, Noun.EVENT, row)] == [
        "uno",
        "dos",
    ]


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
