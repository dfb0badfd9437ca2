"""The way to the public count: what comes out has been read, is consented, and is coarse."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.places import Places
from geo.register import approved, review, store
from geo.register.lists import ConsentWord, Noun, PlacePrecision, SubjectKind, Told
from geo.register.nouns import (
    Act,
    Community,
    Intervention,
    Involvement,
    Source,
    Spot,
    Step,
    Subject,
)
from geo.stages import Fact
from geo.terms import Audience

TODAY = "2026-05-04"
GIVEN, VETO = ConsentWord.GIVEN, ConsentWord.VETO
CANARY = "CANARIO"


def _facts(teller: Any, places: Places, on: str = TODAY) -> tuple[Fact, ...]:
    return approved.incidents(teller.register, places, on).facts


def _counted(teller: Any, **more: Any) -> tuple[str, str]:
    """An incident of one person, approved and consented; and the person."""
    someone = teller.subject(more.pop("reference", "S-1"))
    event = teller.incident(someone, **more)
    teller.says(someone, GIVEN)
    teller.approve(event)
    return event, someone


def test_a_fact_says_no_more_than_its_paper_answer(any_teller: Any, places: Places) -> None:
    teller = any_teller
    village = teller.put(Noun.COMMUNITY, Community("C-1", name=CANARY, note=CANARY))
    groups = {"land": Told.YES, "women": Told.NO, "ronda": Told.NOT_RECORDED}
    one = teller.subject("S-1", woman=Told.YES, groups=groups, description=CANARY, contact=CANARY)
    two = teller.subject("S-2", community=village, organisation=CANARY)
    event = teller.incident(
        *(one, two),
        kinds=("T02", "T01"),
        title=CANARY,
        narrative=CANARY,
        happened_on="2026-03-21",
        spot=Spot("900101", PlacePrecision.EXACT, -74.123456, -9.654321, CANARY, CANARY),
        community_concerned=Told.YES,
        communities=(village,),
        organisation=CANARY,
        case_numbers=(CANARY,),
    )
    teller.put(Noun.INVOLVEMENT, Involvement("police", note=CANARY), event=event)
    teller.put(Noun.SOURCE, Source("witness", contact=CANARY, text=CANARY), event=event)
    asked = Intervention(
        "garantias", subjects=(one,), wishes=CANARY, case_number=CANARY, asked_of=CANARY
    )
    teller.put(Noun.INTERVENTION, asked, event=event)
    steps = (Step("requested", "2026-01", CANARY), Step("granted"), Step("lifted", note=CANARY))
    teller.put(Noun.INTERVENTION, Intervention("patrullaje", steps=steps), event=event)
    for who in (one, two, village):
        teller.says(who, GIVEN, how=CANARY)
    teller.approve(event)
    assert _facts(teller, places) == (
        Fact(
            incident=event,
            subjects=("S-1", "S-2"),
            communities=("C-1",),
            place="900101",
            year=2026,
            accepted_in="2026-Q2",
            kinds=("T01", "T02"),
            groups=("land",),
            women=True,
            measures=("garantias", "patrullaje"),
            granted=("patrullaje",),
        ),
    )
    said = repr(_facts(teller, places))
    for finer in (CANARY, "74.1", "9.65", "2026-03", "-21"):
        assert finer not in said


def test_a_fact_has_no_column_for_a_place_a_day_or_a_word() -> None:
    assert [column.name for column in dataclasses.fields(Fact)] == [
        *("incident", "subjects", "communities", "place", "year", "accepted_in", "kinds"),
        *("groups", "women", "measures", "granted"),
    ]


def test_what_nobody_approved_or_nobody_opened_is_not_counted(teller: Any, places: Places) -> None:
    someone = teller.subject()
    event = teller.incident(someone)
    teller.says(someone, GIVEN)
    assert _facts(teller, places) == ()
    teller.approve(event)
    assert len(_facts(teller, places)) == 1
    silent = teller.incident(teller.subject("S-2"))
    teller.approve(silent)
    assert [fact.incident for fact in _facts(teller, places)] == [event]


@pytest.mark.parametrize("told", [Told.NOT_RECORDED, Told.YES])
def test_without_knowing_the_community_nothing_is_counted(
    teller: Any, places: Places, told: Told
) -> None:
    _counted(teller, community_concerned=told)
    assert _facts(teller, places) == ()


def test_a_consent_that_ended_yesterday_counts_no_more(teller: Any, places: Places) -> None:
    someone = teller.subject()
    event = teller.incident(someone)
    teller.says(someone, GIVEN, until_on=TODAY)
    teller.approve(event)
    assert len(_facts(teller, places, TODAY)) == 1
    assert _facts(teller, places, "2026-05-05") == ()


def test_a_consent_for_a_lawyer_opens_nothing_to_the_public(teller: Any, places: Places) -> None:
    someone = teller.subject()
    event = teller.incident(someone)
    teller.says(someone, GIVEN, audience=Audience.LAWYER)
    teller.says(someone, GIVEN, audience=Audience.PARTNER)
    teller.approve(event)
    assert _facts(teller, places) == ()


def test_an_event_to_which_nothing_happened_is_no_fact(teller: Any, places: Places) -> None:
    someone = teller.subject()
    event = teller.incident()
    teller.put(Noun.INTERVENTION, Intervention("garantias", subjects=(someone,)), event=event)
    teller.says(someone, GIVEN)
    teller.approve(event)
    assert _facts(teller, places) == ()


def test_what_was_written_after_the_approval_is_not_counted(teller: Any, places: Places) -> None:
    event, someone = _counted(teller)
    kept = teller.dossier(event).event
    later = dataclasses.replace(kept.content, spot=Spot("900201", PlacePrecision.DISTRICT))
    teller.put(Noun.EVENT, later, id=event, read=1)
    teller.put(Noun.ACT, Act(someone, ("K01",)), event=event)
    newcomer = teller.subject("S-9")
    teller.put(Noun.ACT, Act(newcomer, ("K02",)), event=event)
    (fact,) = _facts(teller, places)
    assert (fact.place, fact.kinds, fact.subjects) == ("900101", ("T01",), ("S-1",))
    # one who was added since cannot open, and can close
    teller.says(newcomer, VETO)
    assert _facts(teller, places) == ()


def test_an_edit_that_takes_somebody_out_does_not_take_their_veto_away(
    teller: Any, places: Places
) -> None:
    village = teller.put(Noun.COMMUNITY, Community("C-1"))
    event, _ = _counted(teller, community_concerned=Told.YES, communities=(village,))
    teller.says(village, GIVEN)
    assert len(_facts(teller, places)) == 1
    teller.says(village, VETO, "2026-04-20", event=event)
    kept = teller.dossier(event).event
    without = dataclasses.replace(kept.content, communities=(), community_concerned=Told.NO)
    teller.put(Noun.EVENT, without, id=event, read=1)
    teller.approve(event)
    assert review.approval(teller.dossier(event)) is not None
    assert _facts(teller, places) == ()


def test_what_was_not_recorded_is_kept_apart_from_no(teller: Any, places: Places) -> None:
    _counted(teller)
    (fact,) = _facts(teller, places)
    assert (fact.groups, fact.women, fact.measures) == (None, None, None)
    no = teller.subject("S-2", woman=Told.NO, groups={"land": Told.NO})
    event = teller.incident(no)
    teller.says(no, GIVEN)
    teller.approve(event)
    (fact,) = (one for one in _facts(teller, places) if one.incident == event)
    assert (fact.groups, fact.women) == ((), False)


@pytest.mark.parametrize(
    ("told", "women"),
    [
        ([Told.YES, Told.NOT_RECORDED], True),
        ([Told.NO, Told.NOT_RECORDED], None),
        ([Told.NO, Told.NO], False),
    ],
)
def test_women_are_not_among_them_only_where_each_was_asked(
    teller: Any, places: Places, told: list[Told], women: bool | None
) -> None:
    people = [teller.subject(f"S-{n}", woman=one) for n, one in enumerate(told)]
    event = teller.incident(*people)
    for one in people:
        teller.says(one, GIVEN)
    teller.approve(event)
    assert _facts(teller, places)[0].women is women


@pytest.mark.parametrize(
    ("day", "quarter"),
    [("2026-01-01", "2026-Q1"), ("2026-03-31", "2026-Q1"), ("2026-12-31", "2026-Q4")],
)
def test_a_fact_belongs_to_the_quarter_of_its_approval(
    teller: Any, places: Places, day: str, quarter: str
) -> None:
    someone = teller.subject()
    event = teller.incident(someone)
    teller.says(someone, GIVEN, "2025")
    teller.approve(event, at=datetime.fromisoformat(day).replace(tzinfo=UTC))
    assert _facts(teller, places, "2026-12-31")[0].accepted_in == quarter


_SPOTS = st.builds(
    Spot,
    place=st.sampled_from(["", "90", "9001", "900101", "900201", "777777"]),
    precision=st.sampled_from(PlacePrecision),
    lon=st.sampled_from([None, -74.5, -73.5, 10.0]),
    lat=st.sampled_from([None, -9.5, 50.0]),
    given_as=st.just(CANARY),
    words=st.just(CANARY),
)


@given(_SPOTS)
def test_a_place_that_leaves_is_one_of_the_known_places_and_no_finer_than_told(
    places: Places, spot: Spot
) -> None:
    code = approved.cut(spot, places)
    assert code in places.by_code
    most = {"country": 0, "department": 2, "province": 4}.get(spot.precision, 6)
    assert len(code) <= most
    if spot.place in places.by_code:
        assert spot.place.startswith(code)


def test_a_point_without_a_district_is_counted_in_the_one_it_lies_on(places: Places) -> None:
    exact = PlacePrecision.EXACT
    assert approved.cut(Spot("", exact, -74.5, -9.5), places) == "900101"
    assert approved.cut(Spot("", exact, 10.0, 50.0), places) == ""


def test_two_rows_of_one_person_are_one_person(teller: Any, places: Places) -> None:
    first, again = teller.subject("S-1"), teller.subject("S-1")
    event = teller.incident(first, again)
    for one in (first, again):
        teller.says(one, GIVEN)
    teller.approve(event)
    assert _facts(teller, places)[0].subjects == ("S-1",)


def test_a_subject_that_went_takes_the_fact_with_it(teller: Any, places: Places) -> None:
    event, someone = _counted(teller)
    other = Subject(SubjectKind.FAMILY, "S-2")
    teller.put(Noun.SUBJECT, other)
    assert len(_facts(teller, places)) == 1
    with store.writing(teller.register, "ana", teller.at) as txn:
        store.bury(txn, Noun.SUBJECT, someone)
    assert _facts(teller, places) == ()
    assert teller.dossier(event).subjects == {}


def test_one_for_whom_something_was_asked_is_not_counted_among_those_who_were_harmed(
    teller: Any, places: Places
) -> None:
    harmed = teller.subject("S-1")
    other = teller.subject("S-2", woman=Told.YES, groups={"land": Told.YES})
    event = teller.incident(harmed)
    teller.put(Noun.INTERVENTION, Intervention("garantias", subjects=(other,)), event=event)
    for one in (harmed, other):
        teller.says(one, GIVEN)
    teller.approve(event)
    [fact] = _facts(teller, places)
    assert fact.subjects == ("S-1",)
    assert (fact.women, fact.groups) == (None, None)


@pytest.mark.parametrize(
    ("precision", "code"),
    [
        (PlacePrecision.EXACT, "900101"),
        (PlacePrecision.COMMUNITY, "900101"),
        (PlacePrecision.DISTRICT, "900101"),
        (PlacePrecision.PROVINCE, "9001"),
        (PlacePrecision.DEPARTMENT, "90"),
        (PlacePrecision.COUNTRY, ""),
    ],
)
def test_each_precision_is_counted_at_its_own_level(
    places: Places, precision: PlacePrecision, code: str
) -> None:
    assert approved.cut(Spot("900101", precision), places) == code
