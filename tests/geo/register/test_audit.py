"""The audit log: whoever changes, moves, cuts or adds a line is found; a line holds no content."""

import hashlib
import json
import re
from datetime import UTC, datetime
from itertools import permutations

import pytest
from sqlalchemy import delete, insert, select, update

from geo.errors import CustodyBroken
from geo.register import audit, store
from geo.register.lists import Noun
from geo.register.nouns import Event
from geo.register.seal import Keys, new_key, seal
from geo.register.store import Register
from geo.register.tables import AUDIT, META

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


def _deeds(register: Register, number: int = 5) -> None:
    for n in range(number):
        with store.writing(register, "ana", NOW) as txn:
            store.note(txn, "read event", f"{n:032x}")


def _verify(register: Register, noted: tuple[int, str] | None = None) -> tuple[int, str]:
    with register.engine.connect() as connection:
        return audit.verify(connection, register.opened.keys, noted)


def _sealed(register: Register) -> dict[int, bytes]:
    with register.engine.connect() as connection:
        return {n: bytes(blob) for n, blob in connection.execute(select(AUDIT.c.n, AUDIT.c.sealed))}


def _put_sealed(register: Register, lines: dict[int, bytes]) -> None:
    with store.writing(register, "ana", NOW) as txn:
        txn.connection.execute(delete(AUDIT))
        for n, blob in lines.items():
            txn.connection.execute(insert(AUDIT).values(n=n, sealed=blob))


def test_a_log_that_nobody_touched_is_whole(any_register: Register) -> None:
    assert _verify(any_register) == (0, "0" * 64)
    _deeds(any_register)
    number, end = _verify(any_register)
    assert number == 5
    assert _verify(any_register, (5, end)) == (5, end)
    with any_register.engine.connect() as connection:
        said = audit.lines(connection, any_register.opened.keys)
    assert [(line.who, line.deed, line.about) for line in said] == [
        ("ana", "read event", f"{n:032x}") for n in range(5)
    ]
    assert said[1].before == _hash_of(said[0])


def _hash_of(line: audit.Line) -> str:
    # on paper: the text of a line is its JSON, filled up with spaces
    text = json.dumps(vars(line), sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(text + b" " * (764 - len(text))).hexdigest()


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("gap", "La línea 4 no sigue"),
        ("cut", "debe terminar en la línea 5 y la última es la 4"),
        ("swap", "La línea 2 fue cambiada"),
        ("byte", "La línea 3 fue cambiada"),
        ("empty", "la última es la 0"),
        ("stranger", "La línea 6 fue cambiada"),
    ],
)
def test_a_line_that_was_tampered_with_is_found(register: Register, what: str, told: str) -> None:
    _deeds(register)
    lines = _sealed(register)
    byte = bytearray(lines[3])
    byte[40] ^= 1
    keys = Keys(b"12345678", {b"12345678": bytes(32)})
    changed = {
        "gap": {n: blob for n, blob in lines.items() if n != 3},
        "cut": {n: blob for n, blob in lines.items() if n != 5},
        "swap": lines | {2: lines[4], 4: lines[2]},
        "byte": lines | {3: bytes(byte)},
        "empty": {},
        "stranger": lines | {6: seal(keys, b"{}", AUDIT.name, "6", 0)},
    }[what]
    _put_sealed(register, changed)
    with pytest.raises(CustodyBroken, match=told):
        _verify(register)


def test_an_end_that_was_taken_away_is_found(register: Register) -> None:
    _deeds(register)
    with store.writing(register, "ana", NOW) as txn:
        txn.connection.execute(delete(META).where(META.c.name == "audit"))
    with pytest.raises(CustodyBroken, match="Falta el final"):
        _verify(register)


def test_a_log_put_back_to_an_earlier_state_is_found_by_the_end_that_was_noted(
    register: Register,
) -> None:
    _deeds(register, 3)
    with register.engine.connect() as connection:
        end = connection.execute(select(META.c.value).where(META.c.name == "audit")).scalar_one()
    early = _sealed(register)
    _deeds(register, 2)
    noted = _verify(register)
    _put_sealed(register, early)
    with store.writing(register, "ana", NOW) as txn:
        txn.connection.execute(update(META).where(META.c.name == "audit").values(value=end))
    assert _verify(register)[0] == 3  # the chain itself is whole
    with pytest.raises(CustodyBroken, match="no es la que se anotó"):
        _verify(register, noted)


def test_whoever_holds_the_key_and_writes_the_log_anew_is_found_by_the_end_that_was_noted(
    register: Register,
) -> None:
    _deeds(register, 2)
    noted = _verify(register)
    with store.writing(register, "ana", NOW) as txn:
        txn.connection.execute(delete(AUDIT))
        beginning = audit.beginning(register.opened.keys)
        txn.connection.execute(update(META).where(META.c.name == "audit").values(value=beginning))
        for n in range(2):
            store.note(txn, "read source", f"{n:032x}")
    assert _verify(register)[0] == 2
    with pytest.raises(CustodyBroken, match="no es la que se anotó"):
        _verify(register, noted)


def test_a_log_broken_throughout_is_told_in_a_few_lines(register: Register) -> None:
    _deeds(register, 30)
    key_id, key = new_key()
    with (
        register.engine.connect() as connection,
        pytest.raises(CustodyBroken) as told,
    ):
        audit.verify(connection, Keys(key_id, {key_id: key}))
    assert re.search(r"Y 2\d más", str(told.value))


@pytest.mark.parametrize(
    ("deed", "about"),
    [
        ("Read event", ""),
        ("read evento de María", ""),
        ("read event\n", ""),
        ("", ""),
        ("read  event", ""),
        ("read event", "-12.594, -69.189"),
        ("read event", "Zulmira Ficticia"),
        ("read event", "a" * 101),
        ("read " + "a" * 65, ""),
        ("a b c d e f", ""),
    ],
)
def test_the_log_takes_no_content(register: Register, deed: str, about: str) -> None:
    with (
        store.writing(register, "ana", NOW) as txn,
        pytest.raises(ValueError, match="nothing else"),
    ):
        store.note(txn, deed, about)


def test_a_deed_is_not_told_by_the_length_of_its_line(register: Register) -> None:
    with store.writing(register, "a", NOW) as txn:
        store.note(txn, "lock")
    with store.writing(register, '"' * 64, NOW) as txn:
        store.note(txn, f"approve annex {'f' * 64}", "f" * 32)
        store.put(txn, Noun.EVENT, Event())
    assert len({len(blob) for blob in _sealed(register).values()}) == 1


def test_no_order_and_no_part_of_the_lines_but_the_whole_one_is_taken(register: Register) -> None:
    _deeds(register, 4)
    lines = _sealed(register)
    for size in range(5):
        for some in permutations(range(1, 5), size):
            _put_sealed(register, {n + 1: lines[line] for n, line in enumerate(some)})
            if some == (1, 2, 3, 4):
                assert _verify(register)[0] == 4
                continue
            with pytest.raises(CustodyBroken):
                _verify(register)
