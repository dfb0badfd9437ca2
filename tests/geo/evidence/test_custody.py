"""Who did what to which bytes: a line that was changed, taken out, added or moved is named."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CustodyBroken
from geo.evidence import custody


def log(many: int = 4) -> list[custody.Line]:
    return custody.chained(
        {"at": None, "role": "program", "action": custody.Action.EXPORT, "what": f"línea {n}"}
        for n in range(many)
    )


def test_the_hash_of_a_line_can_be_made_again_by_hand() -> None:
    line = custody.chained([{"what": "ñ", "sha256": None}])[0]
    by_hand = '{"n":1,"prev":"' + "0" * 64 + '","sha256":null,"what":"ñ"}'
    assert line["hash"] == hashlib.sha256(by_hand.encode("utf-8")).hexdigest()
    assert custody.head([line]) == line["hash"]


def test_a_whole_log_has_nothing_wrong_and_goes_on_where_it_ended() -> None:
    lines = log()
    more = [*lines, *custody.chained([{"what": "una más"}], after=lines)]
    assert custody.check(custody.text(more)) == []
    assert custody.read_log(custody.text(more), "x") == more
    assert custody.check(b"") == []


def _changed(lines: list[custody.Line], at: int) -> list[custody.Line]:
    return [*lines[:at], {**lines[at], "what": "otra cosa"}, *lines[at + 1 :]]


def _forged(lines: list[custody.Line], at: int) -> list[custody.Line]:
    """Changed by somebody who makes the hash of that line anew."""
    own = {name: value for name, value in lines[at].items() if name not in ("n", "prev", "hash")}
    return [
        *lines[:at],
        *custody.chained([{**own, "what": "otra cosa"}], after=lines[:at]),
        *lines[at + 1 :],
    ]


@pytest.mark.parametrize(
    ("tampered", "named"),
    [
        (_changed(log(), 1), "la línea 2 cambió"),
        (_forged(log(), 1), "la línea 3 no sigue"),
        ([*log()[:1], *log()[2:]], "en el lugar 2 está la línea 3"),
        ([log()[0], log()[2], log()[1], log()[3]], "en el lugar 2 está la línea 3"),
        ([log()[0], *log()], "en el lugar 2 está la línea 1"),
    ],
)
def test_the_first_line_that_was_tampered_with_is_named(
    tampered: list[custody.Line], named: str
) -> None:
    assert custody.check(custody.text(log())) == []
    problems = custody.check(custody.text(tampered))
    assert len(problems) == 1
    assert problems[0].startswith(named)
    with pytest.raises(CustodyBroken, match=named):
        custody.read_log(custody.text(tampered), "custodia.jsonl")


def test_a_log_that_was_cut_or_is_none_is_told() -> None:
    whole = custody.text(log())
    assert custody.check(whole[:-1])[0].startswith("la línea 4 está cortada")
    assert custody.check(whole + b"\n")[0].startswith("la línea 5 no se puede leer")
    for garbage in (b"\xff\n", b"[]\n", b"3\n", b"{}\n", b"[" * 9000 + b"\n", b"\r\n"):
        assert custody.check(garbage)[0].startswith("la línea 1"), garbage[:9]


def test_another_way_to_write_the_same_line_is_not_the_line() -> None:
    line = log(1)[0]
    assert custody.check(json.dumps(line, sort_keys=True).encode() + b"\n")
    twice = custody.text([line]).replace(b'{"action"', b'{"action":1,"action"')
    assert custody.check(twice)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_flipped_bit_goes_unseen(at: int, flip: int) -> None:
    whole = bytearray(custody.text(log()))
    whole[at % len(whole)] ^= flip
    assert custody.check(bytes(whole)) != []
