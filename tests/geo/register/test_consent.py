"""Consent: nobody's silence is a yes, and the last word counts where it certainly is the last."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DateUnreadable
from geo.register import consent, store
from geo.register.consent import Lack, Why
from geo.register.dossier import Dossier
from geo.register.lists import ConsentWord, Noun, SubjectKind, Told
from geo.register.nouns import Act, Community, Consent, Event, Intervention, Subject
from geo.register.store import Kept
from geo.terms import Audience

TODAY = "2026-05-04"
YES, NO, UNASKED = Told.YES, Told.NO, Told.NOT_RECORDED
GIVEN, REFUSED, VETO, WITHDRAWN = (
    ConsentWord.GIVEN,
    ConsentWord.REFUSED,
    ConsentWord.VETO,
    ConsentWord.WITHDRAWN,
)


def _kept(noun: Noun, row: str, content: Any, written_on: str = "2026-05-01") -> Kept[Any]:
    return Kept(noun, row, 1, "e", written_on, content)


def _dossier(*words: Consent, event: Event | None = None, **people: str) -> Dossier:
    """An incident of one person, «s», or of `people`: subject -> community."""
    named = people or {"s": ""}
    communities = {*(c for c in named.values() if c), *(event.communities if event else ())}
    return Dossier(
        event=_kept(Noun.EVENT, "e", event or Event(community_concerned=Told.NO)),
        acts=tuple(_kept(Noun.ACT, f"a-{s}", Act(s, ("T01",))) for s in named),
        subjects={
            s: _kept(Noun.SUBJECT, s, Subject(SubjectKind.PERSON, s, community=c))
            for s, c in named.items()
        },
        communities={c: _kept(Noun.COMMUNITY, c, Community(c)) for c in sorted(communities)},
        consents=tuple(_kept(Noun.CONSENT, f"w{n}", word) for n, word in enumerate(words)),
    )


def _word(word: ConsentWord, said_on: str = "2026-01-01", of: str = "s", **more: Any) -> Consent:
    return Consent(of, more.pop("audience", Audience.BOXES), word, said_on=said_on, **more)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ([], UNASKED),
        ([_word(GIVEN)], YES),
        ([_word(GIVEN, audience=Audience.LAWYER)], UNASKED),
        ([_word(REFUSED)], NO),
        ([_word(VETO)], NO),
        ([_word(GIVEN, "2026-01"), _word(WITHDRAWN, "2026-02")], NO),
        ([_word(WITHDRAWN, "2026-02"), _word(GIVEN, "2026-03")], YES),
        # the same month, the same day, no day: nobody can tell which was last
        ([_word(WITHDRAWN, "2026-02"), _word(GIVEN, "2026-02-27")], NO),
        ([_word(WITHDRAWN, "2026-02-03"), _word(GIVEN, "2026-02-03")], NO),
        ([_word(WITHDRAWN, "2026-02"), _word(GIVEN, "")], NO),
        ([_word(REFUSED, ""), _word(GIVEN, "2026-04-30")], NO),  # written down on 1 May
        ([_word(REFUSED, ""), _word(GIVEN, "2026-05-02")], YES),
        # a veto closes for every audience, a refusal for its own
        ([_word(GIVEN), _word(VETO, "2026-02", audience=Audience.LAWYER)], NO),
        ([_word(GIVEN), _word(REFUSED, "2026-02", audience=Audience.LAWYER)], YES),
        # until when
        ([_word(GIVEN, until_on=TODAY)], YES),
        ([_word(GIVEN, until_on="2026-05-03")], NO),
        ([_word(GIVEN, until_on="2026")], NO),
        ([_word(GIVEN, "2026-05-05")], NO),
        # an end that has come gives no room to the no that it had undone
        ([_word(REFUSED, "2025"), _word(GIVEN, until_on="2026-04-30")], NO),
        # for what
        ([_word(GIVEN, purpose="informe anual")], NO),
        ([_word(GIVEN, purpose=" ")], YES),
        # about which incident
        ([_word(GIVEN, event="e")], YES),
        ([_word(REFUSED, "2026-02", event="e"), _word(GIVEN, "2026-03")], NO),
        ([_word(REFUSED, "2026-02", event="e"), _word(GIVEN, "2026-03", event="e")], YES),
        ([_word(REFUSED, "2026-02"), _word(GIVEN, "2026-03", event="e")], YES),
    ],
)
def test_the_last_word_of_one_person(words: list[Consent], answer: Told) -> None:
    assert consent.allows(_dossier(*words), Audience.BOXES, "", TODAY) is answer


def test_a_purpose_opens_itself_and_no_other() -> None:
    one = _dossier(_word(GIVEN, audience=Audience.LAWYER, purpose="Medida cautelar CIDH"))
    asked = {
        p: consent.allows(one, Audience.LAWYER, p, TODAY) for p in ("medida CAUTELAR cidh", "")
    }
    assert asked == {"medida CAUTELAR cidh": YES, "": NO}
    assert consent.allows(one, Audience.LAWYER, "Mecanismo", TODAY) is NO
    assert consent.purposes(one, Audience.LAWYER, TODAY) == ("Medida cautelar CIDH",)
    assert consent.purposes(one, Audience.PARTNER, TODAY) == ()


def test_one_who_was_not_asked_closes_it_for_all() -> None:
    both = _dossier(_word(GIVEN), s="", t="")
    assert consent.lacks(both, Audience.BOXES, "", TODAY) == (Lack("t", Why.NOT_ASKED),)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (Event(), Lack("", Why.COMMUNITY_NOT_RECORDED)),
        (Event(community_concerned=Told.YES), Lack("", Why.COMMUNITY_NOT_NAMED)),
        (
            Event(community_concerned=Told.YES, communities=("c",)),
            Lack("c", Why.NOT_ASKED),
        ),
        # named although it is said not to be concerned: it is asked
        (Event(community_concerned=Told.NO, communities=("c",)), Lack("c", Why.NOT_ASKED)),
    ],
)
def test_a_community_that_is_concerned_is_asked_too(event: Event, why: Lack) -> None:
    one = _dossier(_word(GIVEN), event=event)
    assert consent.lacks(one, Audience.BOXES, "", TODAY) == (why,)


def test_the_community_of_a_person_is_asked_too() -> None:
    one = _dossier(_word(GIVEN), s="c")
    assert consent.lacks(one, Audience.BOXES, "", TODAY) == (Lack("c", Why.NOT_ASKED),)
    one = _dossier(_word(GIVEN), _word(GIVEN, of="c"), s="c")
    assert consent.allows(one, Audience.BOXES, "", TODAY) is YES
    one = _dossier(_word(GIVEN), _word(VETO, of="c"), s="c")
    assert consent.allows(one, Audience.BOXES, "", TODAY) is NO


def test_a_community_to_which_it_happened_speaks_once() -> None:
    one = _dossier(_word(GIVEN, of="c"), s="c")
    itself = Subject(SubjectKind.COMMUNITY, "S-1", community="c")
    one = replace(one, subjects={"s": replace(one.subjects["s"], content=itself)})
    assert consent.allows(one, Audience.BOXES, "", TODAY) is YES


def test_the_veto_of_one_who_is_no_longer_named_still_stands() -> None:
    one = _dossier(_word(GIVEN), _word(VETO, of="x", event="e"))
    assert consent.lacks(one, Audience.BOXES, "", TODAY) == (Lack("x", Why.VETO),)


def test_without_anybody_to_ask_nothing_opens() -> None:
    nobody = replace(_dossier(), acts=(), subjects={})
    assert consent.lacks(nobody, Audience.BOXES, "", TODAY) == (Lack("", Why.NO_SUBJECT),)
    unknown = _kept(Noun.ACT, "a2", Act("", ("K01",)))
    one = _dossier(_word(GIVEN))
    one = replace(one, acts=(*one.acts, unknown))
    assert consent.lacks(one, Audience.BOXES, "", TODAY) == (Lack("", Why.NO_SUBJECT),)


def test_one_for_whom_something_was_asked_is_asked() -> None:
    one = _dossier(_word(GIVEN))
    asked = _kept(Noun.INTERVENTION, "i", Intervention("garantias", subjects=("s", "t")))
    one = replace(one, interventions=(asked,))
    assert consent.lacks(one, Audience.BOXES, "", TODAY) == (Lack("t", Why.GONE),)


_DAYS = st.sampled_from(["", "2025", "2026-01", "2026-02-03", "2026-02-04", "2026-04", TODAY])
_WORDS = st.builds(
    Consent,
    of=st.sampled_from(["s", "t", "c", "x"]),
    audience=st.sampled_from(Audience),
    word=st.sampled_from([GIVEN, GIVEN, REFUSED, VETO, WITHDRAWN]),
    purpose=st.sampled_from(["", "", "CIDH"]),
    event=st.sampled_from(["", "", "e"]),
    said_on=_DAYS,
    until_on=st.sampled_from(["", "", "2026-05-03", "2026-12-31"]),
)
_ASKED = st.tuples(st.sampled_from(Audience), st.sampled_from(["", "CIDH", "otro"]))


@given(st.lists(_WORDS, max_size=8), _WORDS, _ASKED)
def test_another_no_never_lets_more_out(
    words: list[Consent], word: Consent, asked: tuple[Audience, str]
) -> None:
    no = word if word.word is not GIVEN else replace(word, word=VETO)
    before = consent.allows(_dossier(*words, s="c", t=""), *asked, TODAY)
    after = consent.allows(_dossier(*words, no, s="c", t=""), *asked, TODAY)
    assert not (after is YES and before is not YES)


@given(st.lists(_WORDS, max_size=8), _ASKED, st.randoms(use_true_random=False))
def test_the_order_of_writing_does_not_matter(
    words: list[Consent], asked: tuple[Audience, str], chance: Any
) -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)
    one, other = (_dossier(*w, s="c", t="") for w in (words, shuffled))
    assert consent.lacks(one, *asked, TODAY) == consent.lacks(other, *asked, TODAY)


@given(st.lists(_WORDS, max_size=8), _ASKED)
def test_whatever_opens_was_given_by_everybody(
    words: list[Consent], asked: tuple[Audience, str]
) -> None:
    one = _dossier(*words, s="c", t="")
    if consent.allows(one, *asked, TODAY) is YES:
        yes = {w.of for w in words if w.word is GIVEN and w.audience is asked[0]}
        assert yes >= {"s", "t", "c"}


def test_a_word_is_found_again_by_whose_it_is_and_by_what_it_is_about(teller: Any) -> None:
    someone = teller.subject()
    event, other = teller.incident(someone), teller.incident(someone)
    teller.says(someone, GIVEN)
    teller.says(someone, REFUSED, "2026-04-02", event=other)
    teller.says("x" * 32, VETO, event=event)
    said = {e: [w.content.word for w in teller.dossier(e).consents] for e in (event, other)}
    assert sorted(said[event]) == [GIVEN, VETO]
    assert sorted(said[other]) == [GIVEN, REFUSED]


def test_a_word_with_a_date_that_is_none_is_not_kept(teller: Any) -> None:
    with pytest.raises(DateUnreadable):
        teller.says("s", GIVEN, "2026-13")
    assert store.every(teller.register, Noun.CONSENT) == []


def test_no_other_room_writes_consent() -> None:
    root = Path(__file__).resolve().parents[3]
    for path in [*root.glob("geo/**/*.py"), *root.glob("webmap/**/*.py")]:
        text = path.read_text("utf-8").replace(" ", "").replace("\n", "")
        if path.name != "consent.py" or path.parent.name != "register":
            assert "put(txn,Noun.CONSENT" not in text, path.name


def test_a_yes_for_something_else_does_not_bring_back_one_that_was_taken_back() -> None:
    words = (
        _word(GIVEN, "2026-01", purpose="CIDH", audience=Audience.LAWYER),
        _word(WITHDRAWN, "2026-02", audience=Audience.LAWYER),
        _word(GIVEN, "2026-03", purpose="Mecanismo", audience=Audience.LAWYER),
    )
    dossier = _dossier(*words)
    assert consent.allows(dossier, Audience.LAWYER, "Mecanismo", TODAY) is YES
    assert consent.allows(dossier, Audience.LAWYER, "CIDH", TODAY) is NO


def test_a_yes_that_has_ended_does_not_bring_back_one_that_was_taken_back() -> None:
    words = (
        _word(GIVEN, "2026-01"),
        _word(WITHDRAWN, "2026-02"),
        _word(GIVEN, "2026-03", until_on="2026-04-01"),
    )
    assert consent.allows(_dossier(*words), Audience.BOXES, "", "2026-03-15") is YES
    assert consent.allows(_dossier(*words), Audience.BOXES, "", TODAY) is NO
