"""Checks: what cannot be is not kept, and each fault says which field to mend."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import RecordRefused
from geo.places import Places
from geo.register import checks, texts
from geo.register.checks import Known
from geo.register.lists import ConsentWord, PlacePrecision, SubjectKind, Told
from geo.register.nouns import (
    Act,
    Community,
    Consent,
    Event,
    Intervention,
    Involvement,
    Source,
    Spot,
    Step,
    Subject,
)
from geo.register.vocabulary import Vocabulary
from geo.terms import Audience

TODAY = "2026-05-04"
P = PlacePrecision


@pytest.fixture(scope="module")
def known(vocabulary: Vocabulary, places: Places) -> Known:
    return Known(vocabulary, places, TODAY)


GOOD = [
    Event(),
    Event(happened_on="2026", until_on="2026-05", spot=Spot("900101", P.DISTRICT)),
    Event(spot=Spot("900101", P.EXACT, -74.5, -9.5, "WGS84 -9.5 -74.5")),
    Event(spot=Spot("", P.EXACT, -74.5, -9.5)),
    Event(spot=Spot("9001", P.PROVINCE)),
    Event(communities=("c",), community_concerned=Told.YES),
    Subject(SubjectKind.PERSON, "S-1", groups={"land": Told.YES}),
    Community("C-1", place="9001"),
    Act("s", ("T01", "V01"), harm="none", charges=("extorsion",)),
    Act("", ("T01",)),
    Involvement("unknown", degree="direct"),
    Source("witness", reliability="low", told_on="2026-05-04"),
    Intervention("garantias", requested_on="2026-01", answered_on="2026-01-05"),
    Intervention(case_number="1", case_steps=(Step("complaint", "2025"),)),
    Consent("s", Audience.LAWYER, ConsentWord.GIVEN, "CIDH", until_on="2027-01-01"),
]


@pytest.mark.parametrize("content", GOOD)
def test_what_can_be_is_kept(content: Any, known: Known) -> None:
    assert checks.faults(content, known) == ()
    checks.refuse(content, known)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Event(happened_on="2026-02-30"), "happened_on"),
        (Event(happened_on="ayer"), "happened_on"),
        (Event(happened_on="2026-05-05"), "happened_on"),
        (Event(happened_on="2026-06"), "happened_on"),
        (Event(happened_on="2026-03", until_on="2026-02-28"), "until_on"),
        (Event(communities=("c",), community_concerned=Told.NO), "community_concerned"),
        (Event(communities=("c",)), "community_concerned"),
        (Event(spot=Spot("999999", P.DISTRICT)), "spot"),
        (Event(spot=Spot("9001", P.DISTRICT)), "spot"),
        (Event(spot=Spot("", P.COMMUNITY)), "spot"),
        (Event(spot=Spot("900101", P.COUNTRY)), "spot"),
        (Event(spot=Spot("900101", P.EXACT)), "spot"),
        (Event(spot=Spot("900101", P.DISTRICT, -74.5, -9.5)), "spot"),
        (Event(spot=Spot("900101", P.DISTRICT, lon=-74.5)), "spot"),
        (Event(spot=Spot("900101", P.EXACT, -74.5, float("nan"))), "spot"),
        (Event(spot=Spot("900101", P.EXACT, 712345.0, 8612345.0)), "spot"),
        (Subject(SubjectKind.PERSON, " "), "reference"),
        (Subject(SubjectKind.PERSON, "S-1", groups={"tall": Told.YES}), "groups"),
        (Community(""), "reference"),
        (Community("C-1", place="1"), "place"),
        (Act("s", ()), "kinds"),
        (Act("s", ("T01", "T99")), "kinds"),
        (Act("s", ("T01",), harm="much"), "harm"),
        (Act("s", ("T01",), charges=("ser pobre",)), "charges"),
        (Involvement(""), "perpetrator"),
        (Involvement("a name"), "perpetrator"),
        (Involvement("police", degree="very"), "degree"),
        (Source(""), "kind"),
        (Source("dream"), "kind"),
        (Source("witness", told_on="2026-05-05"), "told_on"),
        (Intervention("magic"), "measure"),
        (Intervention("garantias", requested_on="2026-02", answered_on="2026-01"), "answered_on"),
        (Intervention("garantias", steps=(Step("complaint"),)), "steps"),
        (Intervention("garantias", steps=(Step(""),)), "steps"),
        (Intervention("garantias", case_steps=(Step("trial", "2027"),)), "case_steps"),
        (Consent("", Audience.BOXES, ConsentWord.GIVEN), "of"),
        (Consent("s", Audience.BOXES, ConsentWord.GIVEN, "solo si gana"), "purpose"),
        (Consent("s", Audience.BOXES, ConsentWord.GIVEN, until_on="2027"), "until_on"),
        (Consent("s", Audience.BOXES, ConsentWord.GIVEN, until_on="2027-02-30"), "until_on"),
        (Consent("s", Audience.BOXES, ConsentWord.GIVEN, said_on="2026-05-05"), "said_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(content: Any, field: str, known: Known) -> None:
    found = checks.faults(content, known)
    assert found[0].field == field
    with pytest.raises(RecordRefused) as refused:
        checks.refuse(content, known)
    assert field in refused.value.fields
    assert "{" not in str(refused.value)


def test_a_step_that_was_recorded_is_neither_changed_nor_taken_out(known: Known) -> None:
    one, two = Step("requested", "2026-01"), Step("granted", "2026-02")
    before = Intervention("garantias", steps=(one, two))
    assert checks.faults(replace(before, steps=(one, two, Step("lifted"))), known, before) == ()
    for steps in [(one,), (two, one), (one, replace(two, note="x")), ()]:
        assert checks.faults(replace(before, steps=steps), known, before)[0].field == "steps"


def test_a_reference_and_an_author_do_not_change(known: Known) -> None:
    person = Subject(SubjectKind.PERSON, "S-1")
    changed = replace(person, reference="S-2")
    assert checks.faults(changed, known, person)[0].field == "reference"
    event = Event(author="ana")
    assert checks.faults(replace(event, author="otra"), known, event)[0].field == "author"


def test_a_word_of_consent_is_never_written_over(known: Known) -> None:
    word = Consent("s", Audience.BOXES, ConsentWord.REFUSED)
    changed = replace(word, word=ConsentWord.GIVEN)
    assert [one.field for one in checks.faults(changed, known, word)] == ["word"]


@pytest.mark.parametrize(
    "said",
    [
        "Fulana Inventada de los Ejemplos",
        "le dicen Fulano de la Prueba",
        "DNI 00000000",
        "llamar al 900 000 000",
        "+51900000000",
        "alguien@example.org",
    ],
)
def test_what_looks_like_somebody_is_asked_about(said: str) -> None:
    found = texts.warnings(Subject(SubjectKind.PERSON, "S-1", description=said))
    assert [one.field for one in found] == ["description"]


@pytest.mark.parametrize(
    "said",
    ["lideresa de unos 40 años", "Vive cerca del río", "2026-05-04", "S-7K3F-92QM", "el 15 000"],
)
def test_what_names_nobody_passes(said: str) -> None:
    assert texts.warnings(Subject(SubjectKind.PERSON, "S-1", description=said)) == ()


def test_characters_that_nobody_sees_are_taken_out() -> None:
    hidden = "a\u202eb\u200bc\x00d\ufeff\U000e0041\ud800 \r\ne\tn\u0303"
    event = Event(title=hidden, case_numbers=(hidden,), spot=Spot(words=hidden))
    made = texts.cleaned(event)
    assert made.title == made.case_numbers[0] == made.spot.words == "abcd \ne\tñ"


@given(st.text(max_size=40))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = texts.cleaned(Event(narrative=text))
    assert texts.cleaned(once) == once
    once.narrative.encode("utf-8")


@given(st.text(max_size=12))
def test_any_text_as_a_date_is_a_fault_and_no_accident(text: str) -> None:
    known = Known(_NOTHING, Places({}, {}), TODAY)
    checks.faults(Source("", told_on=text), known)
    checks.faults(Consent("s", Audience.BOXES, ConsentWord.GIVEN, until_on=text), known)


_NOTHING = Vocabulary(**{name: {} for name in Vocabulary.__dataclass_fields__})
