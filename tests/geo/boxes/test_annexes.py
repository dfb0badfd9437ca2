"""A lawyer's annex: nothing without consent, nothing on one word, and nothing that names."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pyrage
import pytest

from geo.boxes import annexes, two_people
from geo.errors import ReleaseRefused
from geo.evidence.reserved.compose import annex as composed
from geo.home import Home, read_texts
from geo.places import Places
from geo.register import audit, consent, dossier, review, store, vocabulary, withdraw
from geo.register.lists import (
    ConsentWord,
    Noun,
    PlacePrecision,
    Release,
    SubjectKind,
    Told,
    Verification,
)
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
from geo.register.store import Register, writing
from geo.reserved import ReservedForum
from geo.terms import Audience
from geo.words import words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "Zulmira Inventada 999000111"
"""Stands in every field that takes free words."""

Prepare = Callable[..., str]


@pytest.fixture(scope="module")
def lists() -> Any:
    return vocabulary.read(read_texts(Path(__file__).resolve().parents[3] / "data" / "register"))


@pytest.fixture
def incident(register: Register, places: Places) -> dict[str, str]:
    """An approved incident, open to lawyers for any purpose; the ids of its rows."""
    district = next(c for c, p in sorted(places.by_code.items()) if p.level == "district")
    shape = places.shapes[district].representative_point()
    with writing(register, "docu", NOW) as txn:
        lives = store.put(txn, Noun.COMMUNITY, Community("C-1", SECRET, district, SECRET))
        who = store.put(
            txn,
            Noun.SUBJECT,
            Subject(SubjectKind.PERSON, "S-1", lives, SECRET, SECRET, Told.YES,
                    {"land": Told.YES, "ronda": Told.NO}, SECRET),
        )  # fmt: skip
        event = store.put(
            txn,
            Noun.EVENT,
            Event(
                SECRET, SECRET, "2026-05-06", "2026-06-07",
                Spot(district, PlacePrecision.EXACT, shape.x, shape.y, SECRET, SECRET),
                (lives,), Told.YES, SECRET, (SECRET,), verification=Verification.CORROBORATED,
                submitted=True, author="docu",
            ),
        )  # fmt: skip
        act = store.put(
            txn,
            Noun.ACT,
            Act(who, ("T01", "V01"), "psychological", SECRET, ("usurpacion",), SECRET),
            event=event,
        )  # fmt: skip
        store.put(txn, Noun.INVOLVEMENT, Involvement("mining", act, note=SECRET), event=event)
        store.put(txn, Noun.SOURCE, Source("witness", "high", "2026-05-08", SECRET, SECRET, SECRET), event=event)  # fmt: skip # noqa: E501
        store.put(
            txn,
            Noun.INTERVENTION,
            Intervention("garantias", asked_of=SECRET, requested_on="2026-06-01", subjects=(who,),
                         wishes=SECRET, steps=(Step("requested", "2026-06-01", SECRET, SECRET),),
                         case_number=SECRET,
                         case_steps=(Step("complaint", "2026-07", SECRET, SECRET),)),
            event=event,
        )  # fmt: skip
        for one in (who, lives):
            consent.record(
                txn, Consent(one, Audience.LAWYER, ConsentWord.GIVEN, said_on="2026-08-01")
            )
    with writing(register, "reviewer", NOW) as txn:
        found = dossier.gather(txn, event)
        assert found is not None
        review.approve(txn, found)
    return {"event": event, "who": who, "lives": lives, "act": act}


@pytest.fixture
def prepare(register: Register, home: Home, places: Places, lists: Any) -> Prepare:
    """Asks for an annex; gives its id."""

    def made(event: str, *recipients: str, purpose: str = "", printed: bool = False) -> str:
        about = annexes.About(
            (event,), ReservedForum.CIDH, purpose, "es", "2026-11-22", "", recipients
        )
        with writing(register, "lawyer", NOW) as txn:
            content = annexes.gathered(txn, about, places, lists, "2026-11-22")
            about = annexes.asked(content, about)
            pdf = composed(content, words("es", ""), home.fonts) if printed else b"%PDF-\n as if"
            return annexes.request(txn, about, pdf)

    return made


@pytest.fixture
def release(register: Register, places: Places, lists: Any) -> Callable[[str], annexes.Waiting]:
    def out(row: str) -> annexes.Waiting:
        with writing(register, "steward", NOW) as txn:
            return annexes.released(txn, row, places, lists)

    return out


@pytest.fixture
def say_yes(register: Register) -> Callable[..., None]:
    def yes(row: str, *names: str) -> None:
        for name in names:
            with writing(register, name, NOW) as txn:
                annex = annexes.one(txn, row)
                assert annex is not None
                two_people.approve(txn, Release.ANNEX, row, annex.digest)

    return yes


def _text(pdf: bytes) -> str:
    return "\n".join(_pages(pdf))


def _pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)


def test_two_people_let_out_exactly_what_they_read_and_only_its_reader_can_open_it(
    incident: dict[str, str], prepare: Any, release: Any, say_yes: Any
) -> None:
    reader = pyrage.x25519.Identity.generate()
    row = prepare(incident["event"], str(reader.to_public()))
    say_yes(row, "lawyer", "steward")
    annex = release(row)
    closed = annexes.sealed(annex)
    assert pyrage.decrypt(closed, [reader]) == annex.pdf
    assert b"%PDF" not in closed
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(closed, [pyrage.x25519.Identity.generate()])


def test_no_word_that_somebody_wrote_freely_is_in_the_annex(
    register: Register, incident: dict[str, str], prepare: Any, places: Places
) -> None:
    annex = annexes.one(register, prepare(incident["event"], printed=True))
    assert annex is not None
    text = _text(annex.pdf)
    for word in (*SECRET.split(), "2026-05-06", "6 de mayo", "8 de mayo", incident["event"]):
        assert word not in text
        assert word.encode() not in annex.pdf
    flat = " ".join(text.split())
    for word in ("S-1", "C-1", "amenaza de muerte", "mayo de 2026", "RESERVADO", "1 de junio"):
        assert word in flat
    assert all("RESERVADO" in page for page in _pages(annex.pdf))
    point = next(p for c, p in sorted(places.by_code.items()) if p.level == "district")
    assert point.name in flat


def test_what_is_gathered_has_no_place_for_a_free_word(
    register: Register, incident: dict[str, str], places: Places, lists: Any
) -> None:
    about = annexes.About((incident["event"],), ReservedForum.CIDH, "", "es", "2026-11-22", "")
    content = annexes.gathered(register, about, places, lists, "2026-11-22")
    assert not [said for said in _strings(asdict(content)) if "Zulmira" in said or "999" in said]
    (told,) = content.incidents
    assert (told.began, told.ended) == ("2026-05", "2026-06")
    assert (told.asked[0].min_days, told.asked[0].answered) == (174, False)
    assert [word.code for word in content.people[0].groups or ()] == ["land"]


@pytest.mark.parametrize("names", [(), ("lawyer",), ("steward",), ("Steward", "steward ")])
def test_one_person_is_not_two(
    incident: dict[str, str], prepare: Any, release: Any, say_yes: Any, names: tuple[str, ...]
) -> None:
    row = prepare(incident["event"])
    say_yes(row, *names)
    with pytest.raises(ReleaseRefused, match="Faltan aprobaciones"):
        release(row)


@pytest.mark.parametrize("word", [ConsentWord.WITHDRAWN, ConsentWord.VETO, ConsentWord.REFUSED])
@pytest.mark.parametrize("whose", ["who", "lives"])
def test_a_word_taken_back_after_the_approvals_still_stops_it(
    register: Register, incident: dict[str, str], prepare: Any, release: Any, say_yes: Any,
    places: Places, lists: Any, word: ConsentWord, whose: str,
) -> None:  # fmt: skip
    row = prepare(incident["event"])
    say_yes(row, "lawyer", "steward")
    with writing(register, "steward", NOW) as txn:
        consent.record(txn, Consent(incident[whose], Audience.LAWYER, word, said_on="2026-11-22"))
    with pytest.raises(ReleaseRefused, match="consentimiento"):
        release(row)
    with writing(register, "steward", NOW) as txn:
        assert annexes.drop_closed(txn, places, lists) == (row,)
    assert annexes.waiting(register) == ()


def test_an_incident_that_was_withdrawn_leaves_no_sealed_copy_behind(
    register: Register, incident: dict[str, str], prepare: Any, say_yes: Any, release: Any,
    places: Places, lists: Any,
) -> None:  # fmt: skip
    row = prepare(incident["event"])
    say_yes(row, "lawyer", "steward")
    with writing(register, "steward", NOW) as txn:
        withdraw.event(txn, incident["event"])
    with pytest.raises(ReleaseRefused):
        release(row)
    with writing(register, "steward", NOW) as txn:
        assert annexes.drop_closed(txn, places, lists) == (row,)
    assert store.get(register, Noun.REQUEST, row) is None


def test_what_was_approved_anew_since_is_to_be_prepared_anew(
    register: Register, incident: dict[str, str], prepare: Any, say_yes: Any, release: Any
) -> None:
    row = prepare(incident["event"])
    say_yes(row, "lawyer", "steward")
    act = store.get(register, Noun.ACT, incident["act"])
    assert act is not None
    with writing(register, "docu", NOW) as txn:
        store.put(txn, Noun.ACT, Act(incident["who"], ("K02",)), id=act.id, read=act.revision)
    release(row)  # nobody has read the new words, so the approved ones still stand
    with writing(register, "reviewer", NOW) as txn:
        found = dossier.gather(txn, incident["event"])
        assert found is not None
        review.approve(txn, found)
    with pytest.raises(ReleaseRefused, match="cambiaron"):
        release(row)


def test_consent_for_something_else_or_for_a_time_that_is_over_does_not_open(
    register: Register, incident: dict[str, str], prepare: Any
) -> None:
    later = NOW + timedelta(days=1)
    for one in (incident["who"], incident["lives"]):
        with writing(register, "docu", later) as txn:
            consent.record(
                txn,
                Consent(one, Audience.LAWYER, ConsentWord.WITHDRAWN, said_on="2026-08-02"),
            )
            consent.record(
                txn,
                Consent(one, Audience.LAWYER, ConsentWord.GIVEN, "cidh", said_on="2026-08-03"),
            )
    assert prepare(incident["event"], purpose="CIDH")
    with pytest.raises(ReleaseRefused, match="consentimiento"):
        prepare(incident["event"], purpose="mecanismo")


def test_an_incident_that_nobody_reviewed_or_that_is_not_there_is_refused_alike(
    register: Register, incident: dict[str, str], prepare: Any
) -> None:
    with writing(register, "docu", NOW) as txn:
        draft = store.put(txn, Noun.EVENT, Event(title="x"))
    said = set()
    for event in (draft, "0" * 32):
        with pytest.raises(ReleaseRefused) as refused:
            prepare(event)
        said.add(str(refused.value))
    assert len(said) == 1
    assert incident["event"] not in said.pop()


def test_whom_it_is_for_cannot_be_exchanged_once_it_was_approved(
    register: Register, incident: dict[str, str], prepare: Any, say_yes: Any, release: Any
) -> None:
    one, other = (str(pyrage.x25519.Identity.generate().to_public()) for _ in range(2))
    first = prepare(incident["event"], one)
    say_yes(first, "lawyer", "steward")
    second = prepare(incident["event"], other)
    for row in (first, second):
        with pytest.raises(ReleaseRefused):
            release(row)
    assert [annex.about.recipients for annex in annexes.waiting(register)] == [(other,)]


@pytest.mark.parametrize("key", ["age1nonsense", "ssh-ed25519 AAAA", "", "AGE-SECRET-KEY-1"])
def test_a_recipient_that_is_no_age_key_is_told_before_anybody_approves(
    incident: dict[str, str], prepare: Any, key: str
) -> None:
    with pytest.raises(ReleaseRefused, match="clave"):
        prepare(incident["event"], key)


def test_a_passphrase_closes_what_names_no_recipient_and_a_short_one_does_not(
    incident: dict[str, str], prepare: Any, say_yes: Any, release: Any
) -> None:
    row = prepare(incident["event"])
    say_yes(row, "lawyer", "steward")
    annex = release(row)
    with pytest.raises(ReleaseRefused, match="frase"):
        annexes.sealed(annex, "corta")
    closed = annexes.sealed(annex, " cuatro palabras muy inventadas ")
    assert pyrage.passphrase.decrypt(closed, "cuatro palabras muy inventadas") == annex.pdf


def test_every_step_is_a_line_in_the_audit_log(
    register: Register, incident: dict[str, str], prepare: Any, say_yes: Any, release: Any
) -> None:
    row = prepare(incident["event"])
    say_yes(row, "lawyer", "steward")
    digest = release(row).digest
    with register.engine.connect() as connection:
        lines = audit.lines(connection, register.opened.keys)
    told = [(line.who, line.deed) for line in lines if line.about == row]
    assert ("lawyer", f"request annex {digest}") in told
    assert ("steward", f"approve annex {digest}") in told
    assert told[-1] == ("steward", f"export annex {digest}")
    assert SECRET not in json.dumps([vars(line) for line in lines])
