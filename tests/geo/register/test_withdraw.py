"""Taking back: what was told goes, tombstones stay, and nothing more is let out than before."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from geo.errors import RecordUnknown
from geo.places import Places
from geo.register import approved, consent, review, store, withdraw
from geo.register.consent import Lack, Why
from geo.register.lists import ConsentWord, Noun, SubjectKind, Told
from geo.register.nouns import (
    Act,
    Attachment,
    Community,
    Field,
    Intervention,
    Involvement,
    Source,
    Subject,
)
from geo.register.tables import TABLES
from geo.register.withdraw import Withdrawn
from geo.terms import Audience

TODAY = "2026-05-04"
GIVEN, VETO = ConsentWord.GIVEN, ConsentWord.VETO


def _take(teller: Any, deed: Any, row: str) -> Withdrawn:
    with store.writing(teller.register, "estela", teller.at) as txn:
        return deed(txn, row)


def _rows(teller: Any, noun: Noun) -> dict[str, bool]:
    """id -> whether any revision of it still has content."""
    table = TABLES[noun]
    with teller.register.engine.connect() as connection:
        found = connection.execute(select(table.c.id, table.c.sealed)).all()
    return {row.id: any(o.sealed is not None for o in found if o.id == row.id) for row in found}


def _file(teller: Any, event: str, name: str = "f1") -> str:
    said = Attachment("0" * 64, "photo", "image/jpeg", 1, f"{name}.orig", f"{name}.work", "nota")
    row = teller.put(Noun.ATTACHMENT, said, event=event)
    teller.put(Noun.FIELD, Field(row, points=((-74.5, -9.5, ""),)), event=event)
    return row


def test_an_incident_that_is_taken_back_leaves_its_ids_and_nothing_else(any_teller: Any) -> None:
    teller = any_teller
    someone, other = teller.subject(), teller.subject("S-2")
    event, stays = teller.incident(someone, other), teller.incident(other)
    for noun, content in (
        (Noun.INVOLVEMENT, Involvement("police", note="x")),
        (Noun.SOURCE, Source("witness", text="x")),
        (Noun.INTERVENTION, Intervention("garantias", subjects=(someone,))),
    ):
        teller.put(noun, content, event=event)
    _file(teller, event)
    teller.says(someone, GIVEN)
    teller.says(other, GIVEN, event=event)
    word = teller.says(other, GIVEN)
    teller.approve(event)
    went = _take(teller, withdraw.event, event)
    assert went == Withdrawn(gone=(event,), files=("f1.orig", "f1.work"))
    with pytest.raises(AssertionError):
        teller.dossier(event)
    for noun in Noun:
        kept = {row for row, full in _rows(teller, noun).items() if full}
        expected: dict[Noun, set[str]] = {
            Noun.EVENT: {stays},
            Noun.ACT: {teller.dossier(stays).acts[0].id},
            Noun.SUBJECT: {other},  # named elsewhere; the first one was named here only
            Noun.CONSENT: {word},
        }
        assert kept == expected.get(noun, set()), noun
    assert event in store.tombstones(teller.register)[Noun.EVENT]
    with pytest.raises(RecordUnknown):
        _take(teller, withdraw.event, event)


def test_one_who_leaves_takes_their_own_incidents_and_leaves_those_of_others(
    teller: Any, places: Places
) -> None:
    leaving, other = teller.subject(), teller.subject("S-2")
    alone, shared = teller.incident(leaving), teller.incident(leaving, other)
    theirs = next(a.id for a in teller.dossier(shared).acts if a.content.subject == leaving)
    teller.put(Noun.INVOLVEMENT, Involvement("police", act=theirs), event=shared)
    everybody = teller.put(Noun.INVOLVEMENT, Involvement("company"), event=shared)
    both = teller.put(
        Noun.INTERVENTION, Intervention("patrullaje", subjects=(leaving, other)), event=shared
    )
    teller.put(Noun.INTERVENTION, Intervention("garantias", subjects=(leaving,)), event=shared)
    for one in (leaving, other):
        teller.says(one, GIVEN)
    for event in (alone, shared):
        teller.approve(event)
    assert len(approved.incidents(teller.register, places, TODAY).facts) == 2

    went = _take(teller, withdraw.subject, leaving)
    assert went == Withdrawn(gone=(alone,), to_read=(shared,))
    now = teller.dossier(shared)
    assert [act.content.subject for act in now.acts] == [other]
    assert [part.id for part in now.involvements] == [everybody]
    assert [(i.id, i.content.subjects) for i in now.interventions] == [(both, (other,))]
    assert set(now.subjects) == {other}
    # until somebody has read what is left of it, it is counted nowhere
    assert review.approved_rows(teller.register, now) is None
    assert approved.incidents(teller.register, places, TODAY).facts == ()
    teller.approve(shared, "carla")
    (fact,) = approved.incidents(teller.register, places, TODAY).facts
    assert fact.subjects == ("S-2",)


def test_the_earlier_wording_goes_for_good(teller: Any) -> None:
    event = teller.incident(teller.subject(), narrative="con quien se fue")
    teller.approve(event)
    kept = teller.dossier(event).event
    teller.put(Noun.EVENT, replace(kept.content, narrative="sin"), id=event, read=1)
    _take(teller, withdraw.forget, event)
    assert [k.content.narrative for k in store.history(teller.register, Noun.EVENT, event)] == [
        "sin"
    ]
    assert review.approved_rows(teller.register, teller.dossier(event)) is None
    teller.put(Noun.EVENT, kept.content, id=event, read=2)
    with pytest.raises(RecordUnknown):
        _take(teller, withdraw.forget, "0" * 32)


def test_the_veto_of_one_who_leaves_stays_without_its_words(teller: Any) -> None:
    leaving, other = teller.subject(), teller.subject("S-2")
    shared = teller.incident(leaving, other)
    elsewhere = teller.incident(other)
    teller.says(other, GIVEN)
    teller.says(leaving, VETO, how="por teléfono")
    teller.says(leaving, VETO, event=elsewhere)
    _take(teller, withdraw.subject, leaving)
    for event in (shared, elsewhere):
        lacks = consent.lacks(teller.dossier(event), Audience.BOXES, "", TODAY)
        assert lacks == (Lack(leaving, Why.VETO),)
    assert {k.content.how for k in store.every(teller.register, Noun.CONSENT)} == {""}
    assert not _rows(teller, Noun.SUBJECT)[leaving]


def test_a_community_that_leaves_closes_every_incident_that_names_it(teller: Any) -> None:
    village = teller.put(Noun.COMMUNITY, Community("C-1", name="nombre"))
    itself = teller.put(Noun.SUBJECT, Subject(SubjectKind.COMMUNITY, "S-1", community=village))
    other = teller.subject("S-2")
    named = teller.incident(
        other, community_concerned=Told.YES, communities=(village,), title="uno"
    )
    own = teller.incident(itself)
    for one in (village, other):
        teller.says(one, GIVEN)
    went = _take(teller, withdraw.community, village)
    assert (went.gone, went.to_read) == ((own,), (named,))
    assert not any(_rows(teller, Noun.COMMUNITY).values())
    found = teller.dossier(named)
    assert consent.allows(found, Audience.BOXES, "", TODAY) is Told.NO
    # also once somebody takes its name out
    content = replace(found.event.content, communities=(), community_concerned=Told.NO)
    teller.put(Noun.EVENT, content, id=named, read=1)
    assert consent.allows(teller.dossier(named), Audience.BOXES, "", TODAY) is Told.NO


def test_a_file_goes_with_the_points_that_came_from_it(teller: Any) -> None:
    event = teller.incident(teller.subject())
    one, other = _file(teller, event, "f1"), _file(teller, event, "f2")
    teller.approve(event)
    assert _take(teller, withdraw.attachment, one).files == ("f1.orig", "f1.work")
    now = teller.dossier(event)
    assert [a.id for a in now.attachments] == [other]
    assert [f.content.attachment for f in now.fields] == [other]
    # what is left was read: it goes on counting
    assert review.approved_rows(teller.register, now) is not None


@pytest.mark.parametrize(
    "deed", [withdraw.event, withdraw.subject, withdraw.community, withdraw.attachment]
)
def test_what_is_not_there_is_not_taken_back_twice(teller: Any, deed: Any) -> None:
    with pytest.raises(RecordUnknown):
        _take(teller, deed, "0" * 32)


def test_nothing_is_added_to_what_was_taken_back(teller: Any) -> None:
    event = teller.incident(teller.subject())
    _take(teller, withdraw.event, event)
    for noun, content in ((Noun.ACT, Act("s", ("T01",))), (Noun.SOURCE, Source("witness"))):
        with pytest.raises(RecordUnknown, match="retirado"):
            teller.put(noun, content, event=event)
    with pytest.raises(RecordUnknown, match="retirado"):
        teller.says("s", GIVEN, event=event)


def test_everything_goes_or_nothing(teller: Any) -> None:
    someone = teller.subject()
    event = teller.incident(someone)
    with (
        pytest.raises(ZeroDivisionError),
        store.writing(teller.register, "estela", teller.at) as txn,
    ):
        withdraw.event(txn, event)
        _ = 1 / 0
    assert teller.dossier(event).subjects[someone].content.reference == "S-1"


_DEEDS = st.lists(
    st.tuples(st.sampled_from(["event", "subject", "community"]), st.integers(0, 3)), max_size=3
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_DEEDS, st.integers(0, 3))
def test_taking_back_never_lets_more_out(
    teller: Any, places: Places, deeds: list[tuple[str, int]], vetoing: int
) -> None:
    village = teller.put(Noun.COMMUNITY, Community("C-1"))
    people = [teller.subject(f"S-{n}", community=village if n == 0 else "") for n in range(4)]
    events = [teller.incident(people[n], people[(n + 1) % 4]) for n in range(4)]
    for one in (*people, village):
        teller.says(one, GIVEN)
    teller.says(people[vetoing], VETO, "2026-04-02", event=events[vetoing])
    for event in events:
        teller.approve(event)
    rows = {"event": events, "subject": people, "community": [village] * 4}
    for name, n in deeds:
        before = {f.incident for f in approved.incidents(teller.register, places, TODAY).facts}
        try:
            _take(teller, getattr(withdraw, name), rows[name][n])
        except RecordUnknown:
            continue
        after = {f.incident for f in approved.incidents(teller.register, places, TODAY).facts}
        assert after <= before
        # nor does a new approval open what a veto closed
        if store.get(teller.register, Noun.EVENT, events[vetoing]) is not None:
            teller.approve(events[vetoing], "carla")
            facts = approved.incidents(teller.register, places, TODAY).facts
            assert events[vetoing] not in {f.incident for f in facts}


def test_a_community_that_leaves_does_not_take_its_people_s_words_with_it(teller: Any) -> None:
    village = teller.put(Noun.COMMUNITY, Community("C-1"))
    neighbour = teller.subject("S-1", community=village)
    event = teller.incident(neighbour, title="lo de una vecina")
    teller.says(neighbour, GIVEN)
    went = _take(teller, withdraw.community, village)
    assert (went.gone, went.to_read) == ((), (event,))
    assert teller.dossier(event).event.content.title == "lo de una vecina"
    assert _rows(teller, Noun.SUBJECT) == {neighbour: True}
    assert all(_rows(teller, Noun.CONSENT).values())
