"""Whoever was named in an incident and vetoed goes on closing it when an edit drops their name."""

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.places import Places
from geo.register import approved, consent, dossier, store, withdraw
from geo.register.consent import Lack, Why
from geo.register.lists import ConsentWord, Noun, SubjectKind, Told
from geo.register.nouns import Act, Community, Intervention, Subject
from geo.register.search import Index
from geo.terms import Audience

TODAY = "2026-05-04"
GIVEN, VETO = ConsentWord.GIVEN, ConsentWord.VETO


def _counted(teller: Any, places: Places) -> set[str]:
    return {fact.incident for fact in approved.incidents(teller.register, places, TODAY).facts}


def _edit(teller: Any, noun: Noun, row: str, **changes: Any) -> None:
    kept = store.get(teller.register, noun, row)
    content = dataclasses.replace(kept.content, **changes)
    teller.put(noun, content, id=row, read=kept.revision)


def _drop_communities(teller: Any, event: str) -> None:
    _edit(teller, Noun.EVENT, event, communities=(), community_concerned=Told.NO)


def _two_incidents(teller: Any) -> tuple[str, str, str, str]:
    """Somebody who gave their yes, a village, an incident with both; and the village's other."""
    someone = teller.subject()
    village = teller.put(Noun.COMMUNITY, Community("C-1"))
    both = {"community_concerned": Told.YES, "communities": (village,)}
    event, other = teller.incident(someone, **both), teller.incident(someone, **both)
    teller.says(someone, GIVEN)
    return event, other, someone, village


@pytest.mark.parametrize("vetoed_first", [True, False])
def test_a_community_that_an_edit_drops_keeps_its_veto(
    any_teller: Any, places: Places, vetoed_first: bool
) -> None:
    teller = any_teller
    event, _, _, village = _two_incidents(teller)
    if vetoed_first:
        teller.says(village, VETO)
    _drop_communities(teller, event)
    teller.approve(event)
    if not vetoed_first:
        assert _counted(teller, places) == {event}
        teller.says(village, VETO)
    assert _counted(teller, places) == set()
    lacks = consent.lacks(teller.dossier(event), Audience.LAWYER, "", TODAY)
    assert Lack(village, Why.VETO) in lacks


@pytest.mark.parametrize("way", ["act", "intervention", "community of a subject", "itself"])
def test_a_person_whom_an_edit_drops_keeps_their_veto_and_that_of_their_community(
    teller: Any, places: Places, way: str
) -> None:
    village = teller.put(Noun.COMMUNITY, Community("C-1"))
    stays, leaves = teller.subject("S-1"), teller.subject("S-2", community=village)
    itself = teller.put(Noun.SUBJECT, Subject(SubjectKind.COMMUNITY, "S-3", community=village))
    event = teller.incident(stays)
    teller.says(stays, GIVEN)
    who = itself if way == "itself" else leaves
    if way == "intervention":
        asked = Intervention("garantias", subjects=(stays, who))
        row = teller.put(Noun.INTERVENTION, asked, event=event)
        _edit(teller, Noun.INTERVENTION, row, subjects=(stays,))
    else:
        row = teller.put(Noun.ACT, Act(who, ("T01",)), event=event)
        _edit(teller, Noun.ACT, row, subject=stays)
    if way == "community of a subject":
        _edit(teller, Noun.SUBJECT, leaves, community="")
    teller.approve(event)
    assert _counted(teller, places) == {event}
    teller.says(leaves if way in ("act", "intervention") else village, VETO)
    assert _counted(teller, places) == set()
    assert dossier.every(teller.register)[event] == teller.dossier(event)


def test_somebody_named_by_mistake_who_vetoed_nothing_is_not_asked(
    teller: Any, places: Places
) -> None:
    event, _, _, village = _two_incidents(teller)
    teller.says(village, ConsentWord.REFUSED, how="por teléfono")
    _drop_communities(teller, event)
    teller.approve(event)
    assert _counted(teller, places) == {event}
    found = teller.dossier(event)
    # nor is what they said shown in an incident that is not theirs
    assert (found.earlier, found.earlier_words) == ((village,), ())
    assert village not in {word.content.of for word in found.consents}


def test_a_veto_that_was_taken_back_closes_no_more(teller: Any, places: Places) -> None:
    event, _, _, village = _two_incidents(teller)
    teller.says(village, VETO, "2026-01")
    _drop_communities(teller, event)
    teller.approve(event)
    assert _counted(teller, places) == set()
    teller.says(village, GIVEN, "2026-02")
    assert _counted(teller, places) == {event}


@pytest.mark.parametrize("deed", ["forget", "community", "subject"])
def test_the_veto_outlives_the_wording_and_the_row_that_named_them(
    teller: Any, places: Places, deed: str
) -> None:
    event, other, someone, village = _two_incidents(teller)
    leaving = teller.subject("S-2")
    act = teller.put(Noun.ACT, Act(leaving, ("T01",)), event=event)
    whose = leaving if deed == "subject" else village
    teller.says(whose, VETO)
    _edit(teller, Noun.ACT, act, subject=someone)
    _drop_communities(teller, event)
    teller.approve(event)
    row = event if deed == "forget" else whose
    with store.writing(teller.register, "estela", teller.at) as txn:
        getattr(withdraw, deed)(txn, row)
    assert _counted(teller, places) == set()
    lacks = consent.lacks(teller.dossier(event), Audience.BOXES, "", TODAY)
    assert lacks == (Lack(whose, Why.VETO),)
    assert store.get(teller.register, Noun.EVENT, other) is not None


def test_the_list_of_a_lawyer_hears_the_veto_at_once(teller: Any, places: Places) -> None:
    event, _, someone, village = _two_incidents(teller)
    teller.says(someone, GIVEN, audience=Audience.LAWYER)
    _drop_communities(teller, event)
    index = Index(teller.register, places)
    (before,) = [one for one in index.entries(TODAY) if one.event == event]
    assert before.lawyer is Told.YES
    teller.says(village, VETO)
    (after,) = [one for one in index.entries(TODAY) if one.event == event]
    assert after.lawyer is Told.NO


_NAMES = st.lists(st.integers(0, 2), unique=True, max_size=3)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(_NAMES, st.integers(0, 3)), min_size=1, max_size=4),
    st.sets(st.integers(0, 6), min_size=1),
)
def test_taking_names_out_never_lets_more_out(
    teller: Any, places: Places, edits: list[tuple[list[int], int]], vetoing: set[int]
) -> None:
    villages = [teller.put(Noun.COMMUNITY, Community(f"C-{n}")) for n in range(3)]
    people = [teller.subject(f"S-{n}", community=villages[2] if n else "") for n in range(4)]
    everybody = [*villages, *people]
    for one in everybody:
        teller.says(one, GIVEN)
    for n in vetoing:
        teller.says(everybody[n], VETO, "2026-04-02")
    event = teller.incident(people[0], community_concerned=Told.YES, communities=villages[:1])
    (act,) = teller.dossier(event).acts
    closed = bool({villages[0], people[0]} & {everybody[n] for n in vetoing})
    for communities, person in edits:
        named = [villages[n] for n in communities]
        said = Told.YES if named else Told.NO
        _edit(teller, Noun.EVENT, event, communities=tuple(named), community_concerned=said)
        _edit(teller, Noun.ACT, act.id, subject=people[person])
        teller.approve(event)
        found = teller.dossier(event)
        concerned = {*dossier.subjects_named(found), *dossier.communities_named(found)}
        closed = closed or bool(concerned & {everybody[n] for n in vetoing})
        if closed:
            assert event not in _counted(teller, places)
        assert dossier.every(teller.register)[event] == found
