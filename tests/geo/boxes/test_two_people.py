"""Nothing goes out on one person's word, and nothing but what both saw."""

from datetime import datetime

import pytest

from geo.boxes import two_people
from geo.errors import ReleaseRefused
from geo.register import audit, store
from geo.register.lists import Noun, Release
from geo.register.nouns import Approval
from geo.register.store import Register, writing


def _asked(register: Register, now: datetime, content: bytes = b"boxes", who: str = "ana") -> str:
    with writing(register, who, now) as txn:
        return two_people.request(txn, Release.BOXES, content)


def _yes(
    register: Register, now: datetime, asked: str, who: str, content: bytes = b"boxes"
) -> None:
    with writing(register, who, now) as txn:
        two_people.approve(txn, Release.BOXES, asked, two_people.digest_of(content))


def test_one_person_alone_lets_nothing_out(register: Register, now: datetime) -> None:
    asked = _asked(register, now)
    with pytest.raises(ReleaseRefused, match="hay 0 de 2"):
        two_people.may_go(register, Release.BOXES, asked)
    _yes(register, now, asked, "ana")
    _yes(register, now, asked, "ana")
    _yes(register, now, asked, " ANA ")
    with pytest.raises(ReleaseRefused, match="hay 1 de 2"):
        two_people.may_go(register, Release.BOXES, asked)


def test_two_people_may_be_the_author_and_another(register: Register, now: datetime) -> None:
    asked = _asked(register, now)
    _yes(register, now, asked, "ana")
    _yes(register, now, asked, "beto")
    assert two_people.content_of(two_people.may_go(register, Release.BOXES, asked)) == b"boxes"
    assert two_people.approvers(register, asked) == ("ana", "beto")


def test_two_who_did_not_ask_may_too(register: Register, now: datetime) -> None:
    asked = _asked(register, now, who="consola")
    _yes(register, now, asked, "ana")
    _yes(register, now, asked, "beto")
    assert two_people.may_go(register, Release.BOXES, asked).id == asked


def test_a_yes_to_other_bytes_is_refused(register: Register, now: datetime) -> None:
    asked = _asked(register, now)
    with pytest.raises(ReleaseRefused, match="ya no es lo que se publicaría"):
        _yes(register, now, asked, "ana", b"something else")


def test_content_that_changed_after_a_yes_needs_both_again(
    register: Register, now: datetime
) -> None:
    asked = _asked(register, now)
    _yes(register, now, asked, "ana")
    _yes(register, now, asked, "beto")
    with writing(register, "ana", now) as txn:
        old = store.get(txn, Noun.REQUEST, asked)
        other = type(old.content)(
            **{
                **vars(old.content),
                "digest": two_people.digest_of(b"other"),
                "content": "b3RoZXI=",
            }
        )
        store.put(txn, Noun.REQUEST, other, id=asked, read=old.revision)
    with pytest.raises(ReleaseRefused, match="hay 0 de 2"):
        two_people.may_go(register, Release.BOXES, asked)


def test_content_under_a_false_digest_goes_nowhere(register: Register, now: datetime) -> None:
    asked = _asked(register, now)
    _yes(register, now, asked, "ana")
    _yes(register, now, asked, "beto")
    with writing(register, "ana", now) as txn:
        old = store.get(txn, Noun.REQUEST, asked)
        other = type(old.content)(**{**vars(old.content), "content": "b3RoZXI="})
        store.put(txn, Noun.REQUEST, other, id=asked, read=old.revision)
    with pytest.raises(ReleaseRefused, match="huella"):
        two_people.may_go(register, Release.BOXES, asked)


def test_a_new_request_takes_the_place_of_the_old_with_its_approvals(
    register: Register, now: datetime
) -> None:
    first = _asked(register, now)
    _yes(register, now, first, "ana")
    _yes(register, now, first, "beto")
    second = _asked(register, now, who="beto")
    with pytest.raises(ReleaseRefused, match="ya no está abierta"):
        two_people.may_go(register, Release.BOXES, first)
    with pytest.raises(ReleaseRefused, match="hay 0 de 2"):
        two_people.may_go(register, Release.BOXES, second)
    assert [one.id for one in two_people.waiting(register, Release.BOXES)] == [second]


def test_requests_of_other_incidents_wait_beside_each_other(
    register: Register, now: datetime
) -> None:
    with writing(register, "ana", now) as txn:
        one = two_people.request(txn, Release.ANNEX, b"one", event="e1")
        other = two_people.request(txn, Release.ANNEX, b"other", event="e2")
        two_people.request(txn, Release.BOXES, b"boxes")
    waiting = {kept.id for kept in two_people.waiting(register, Release.ANNEX)}
    assert waiting == {one, other}


def test_a_request_that_was_taken_back_or_used_keeps_no_content(
    register: Register, now: datetime
) -> None:
    asked = _asked(register, now)
    _yes(register, now, asked, "ana")
    with writing(register, "ana", now) as txn:
        two_people.drop(txn, Release.BOXES, asked, "take-back")
    assert store.every(register, Noun.REQUEST) == []
    assert store.every(register, Noun.APPROVAL) == []
    with pytest.raises(ReleaseRefused, match="ya no está abierta"):
        _yes(register, now, asked, "beto")
    with pytest.raises(ReleaseRefused), writing(register, "ana", now) as txn:
        two_people.drop(txn, Release.BOXES, asked, "take-back")


def test_who_asked_and_who_approved_what_is_in_the_log(register: Register, now: datetime) -> None:
    asked = _asked(register, now)
    _yes(register, now, asked, "ana")
    _yes(register, now, asked, "beto")
    with register.engine.connect() as connection:
        lines = audit.lines(connection, register.opened.keys)
    digest = two_people.digest_of(b"boxes")
    told = [(line.who, line.deed) for line in lines if line.about == asked]
    assert ("ana", f"request boxes {digest}") in told
    assert ("ana", f"approve boxes {digest}") in told
    assert ("beto", f"approve boxes {digest}") in told


def test_two_spellings_of_one_account_are_one_yes(register: Register, now: datetime) -> None:
    asked = _asked(register, now)
    digest = two_people.digest_of(b"boxes")
    with writing(register, "ana", now) as txn:
        # past `approve`, as an older program or another hand may have written them
        for name in ("ana", " ANA ", "\uff41\uff4e\uff41"):
            said = Approval(asked, digest, name, txn.at.isoformat())
            store.put(txn, Noun.APPROVAL, said)
    assert len(two_people.approvers(register, asked)) == 1
    with pytest.raises(ReleaseRefused, match="hay 1 de 2"):
        two_people.may_go(register, Release.BOXES, asked)
