"""Review: nobody approves what they wrote, and nothing counts that a second person has not read."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import RecordChanged, RecordRefused
from geo.register import audit, dossier, review, store
from geo.register.lists import Decision, Noun, State
from geo.register.nouns import Act, Source


def _state(teller: Any, event: str) -> State:
    return review.state(teller.dossier(event))


def _edit(teller: Any, event: str, who: str = "ana", **changes: Any) -> None:
    kept = teller.dossier(event).event
    teller.put(Noun.EVENT, replace(kept.content, **changes), who, id=event, read=kept.revision)


def _send_back(teller: Any, event: str, who: str = "berta", note: str = "falta la fecha") -> None:
    with store.writing(teller.register, who, teller.at) as txn:
        review.send_back(txn, teller.dossier(event), note)


def test_an_incident_goes_from_draft_to_approved_and_counts_at_the_words_that_were_read(
    any_teller: Any,
) -> None:
    teller = any_teller
    someone = teller.subject()
    event = teller.incident(someone, submitted=False, title="uno")
    assert _state(teller, event) is State.DRAFT
    _edit(teller, event, submitted=True)
    assert _state(teller, event) is State.SUBMITTED
    assert review.waits(teller.dossier(event))
    assert review.approved_rows(teller.register, teller.dossier(event)) is None
    _send_back(teller, event)
    assert _state(teller, event) is State.RETURNED
    assert not review.waits(teller.dossier(event))
    _edit(teller, event, title="dos")
    assert _state(teller, event) is State.SUBMITTED
    teller.approve(event)
    assert _state(teller, event) is State.APPROVED

    _edit(teller, event, title="tres")
    teller.put(Noun.ACT, Act(someone, ("K01",)), event=event)
    assert _state(teller, event) is State.CHANGED
    assert review.waits(teller.dossier(event))
    words = review.approved_rows(teller.register, teller.dossier(event))
    assert words is not None
    assert words.event.content.title == "dos"
    assert [act.content.kinds for act in words.acts] == [("T01",)]
    teller.approve(event, "carla")
    words = review.approved_rows(teller.register, teller.dossier(event))
    assert words is not None
    assert (words.event.content.title, len(words.acts)) == ("tres", 2)


@pytest.mark.parametrize("noun", [Noun.EVENT, Noun.ACT, Noun.SOURCE, Noun.SUBJECT])
def test_nobody_approves_what_they_wrote_any_part_of(teller: Any, noun: Noun) -> None:
    someone = teller.subject()
    event = teller.incident(someone)
    source = teller.put(Noun.SOURCE, Source("witness"), event=event)
    row = {Noun.EVENT: event, Noun.SOURCE: source, Noun.SUBJECT: someone}.get(noun)
    row = row or teller.dossier(event).acts[0].id
    kept = store.get(teller.register, noun, row)
    # written by the reviewer, and by somebody else after them: their words may still be in it
    teller.put(noun, kept.content, " Berta ", id=row, read=1)
    teller.put(noun, kept.content, "ana", id=row, read=2)
    with pytest.raises(RecordRefused, match="otra persona"):
        teller.approve(event, "BERTA")
    with pytest.raises(RecordRefused, match="otra persona"):
        _send_back(teller, event)
    teller.approve(event, "carla")


def test_the_author_does_not_approve_what_another_typed_for_them(teller: Any) -> None:
    event = teller.incident(teller.subject(), author="berta")
    with pytest.raises(RecordRefused):
        teller.approve(event, "berta")


def test_a_draft_is_not_approved(teller: Any) -> None:
    event = teller.incident(teller.subject(), submitted=False)
    with pytest.raises(RecordRefused, match="borrador"):
        teller.approve(event)


@pytest.mark.parametrize("change", ["edit", "add", "withdraw", "subject", "review"])
def test_what_changed_since_it_was_read_is_not_approved(teller: Any, change: str) -> None:
    someone = teller.subject()
    event = teller.incident(someone)
    source = teller.put(Noun.SOURCE, Source("witness"), event=event)
    read = teller.dossier(event)
    if change == "edit":
        _edit(teller, event, title="otro")
    elif change == "add":
        teller.put(Noun.SOURCE, Source("media"), event=event)
    elif change == "withdraw":
        with store.writing(teller.register, "ana", teller.at) as txn:
            store.bury(txn, Noun.SOURCE, source)
    elif change == "subject":
        kept = store.get(teller.register, Noun.SUBJECT, someone)
        teller.put(Noun.SUBJECT, kept.content, id=someone, read=1)
    else:
        teller.approve(event, "carla")
    with (
        pytest.raises(RecordChanged),
        store.writing(teller.register, "berta", teller.at) as txn,
    ):
        review.approve(txn, read)
    assert _state(teller, event) is (State.APPROVED if change == "review" else State.SUBMITTED)


def test_sending_back_says_what_is_missing(teller: Any) -> None:
    event = teller.incident(teller.subject())
    with pytest.raises(RecordRefused, match="qué falta"):
        _send_back(teller, event, note="  ")


def test_an_approval_is_taken_back_by_returning_the_same_words(teller: Any) -> None:
    event = teller.incident(teller.subject(), title="uno")
    teller.approve(event)
    _send_back(teller, event, "carla")
    assert review.approved_rows(teller.register, teller.dossier(event)) is None
    _edit(teller, event, title="dos")
    teller.approve(event)
    _edit(teller, event, title="tres")
    _send_back(teller, event)
    # what was sent back are other words: those that were approved go on counting
    words = review.approved_rows(teller.register, teller.dossier(event))
    assert words is not None
    assert words.event.content.title == "dos"


def test_the_last_decision_of_one_day_counts(teller: Any) -> None:
    event = teller.incident(teller.subject())
    for _ in range(12):
        teller.approve(event)
        _send_back(teller, event)
    assert [r.content.number for r in teller.dossier(event).reviews] == list(range(1, 25))
    assert _state(teller, event) is State.RETURNED
    assert teller.dossier(event).reviews[-1].content.decision is Decision.RETURNED


def test_what_goes_of_the_approved_words_takes_the_approval_or_only_itself(teller: Any) -> None:
    someone, other = teller.subject(), teller.subject("S-2")
    event = teller.incident(someone, other)
    source = teller.put(Noun.SOURCE, Source("witness"), event=event)
    teller.approve(event)
    with store.writing(teller.register, "ana", teller.at) as txn:
        store.bury(txn, Noun.SOURCE, source)
    words = review.approved_rows(teller.register, teller.dossier(event))
    assert words is not None
    assert words.sources == ()
    with store.writing(teller.register, "ana", teller.at) as txn:
        store.bury(txn, Noun.SUBJECT, other)
    assert review.approved_rows(teller.register, teller.dossier(event)) is None


def test_the_audit_log_names_who_approved(teller: Any) -> None:
    event = teller.incident(teller.subject())
    teller.approve(event)
    with teller.register.engine.connect() as connection:
        lines = audit.lines(connection, teller.register.opened.keys)
    assert ("berta", "approved event", event) in [(x.who, x.deed, x.about) for x in lines]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["edit", "approve", "return", "add"]), max_size=7))
def test_only_words_that_were_approved_ever_count(teller: Any, deeds: list[str]) -> None:
    someone = teller.subject()
    event = teller.incident(someone, title="0")
    approved = None
    for n, deed in enumerate(deeds, 1):
        if deed == "edit":
            _edit(teller, event, title=str(n))
        elif deed == "add":
            teller.put(Noun.ACT, Act(someone, ("T02",)), event=event)
        elif deed == "approve":
            teller.approve(event)
            now = teller.dossier(event)
            approved = (now.event.content.title, len(now.acts))
        else:
            now = teller.dossier(event)
            same = approved == (now.event.content.title, len(now.acts))
            _send_back(teller, event)
            approved = None if same else approved
    words = review.approved_rows(teller.register, teller.dossier(event))
    found = None if words is None else (words.event.content.title, len(words.acts))
    assert found == approved
    assert dossier.every(teller.register)[event] == teller.dossier(event)
