"""Looking for incidents: what is found is what lies there now, and a write is seen at once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import RecordUnknown
from geo.places import Places
from geo.register import dossier, search, store, withdraw
from geo.register.lists import (
    ConsentWord,
    Noun,
    PlacePrecision,
    State,
    SubjectKind,
    Told,
    Verification,
)
from geo.register.nouns import (
    Act,
    Attachment,
    Community,
    Intervention,
    Involvement,
    Source,
    Spot,
    Step,
    Subject,
)
from geo.register.search import Index, Query

TODAY = "2026-05-04"


def _ids(index: Index, on: str = TODAY, **query: Any) -> set[str]:
    return {one.event for one in index.find(Query(**query), on).entries}


def test_every_word_that_somebody_wrote_is_found_without_accents(
    any_teller: Any, places: Places
) -> None:
    teller = any_teller
    village = teller.put(Noun.COMMUNITY, Community("C-77", name="Ñawi Ejemplo", note="nota-c"))
    who = teller.subject(
        "S-77",
        community=village,
        description="descripción",
        contact="contacto-s",
        organisation="o-s",
    )
    event = teller.incident(
        who,
        title="Título",
        narrative="Amenazó en el CAMINO",
        organisation="org-e",
        case_numbers=("123-2026",),
        spot=Spot("900101", PlacePrecision.DISTRICT, words="cerca del puente"),
    )
    act = teller.dossier(event).acts[0]
    teller.put(Noun.ACT, replace(act.content, method="método", note="nota-a"), id=act.id, read=1)
    teller.put(Noun.INVOLVEMENT, Involvement("police", note="nota-i"), event=event)
    teller.put(Noun.SOURCE, Source("witness", text="texto-f", contact="contacto-f"), event=event)
    step = Step("granted", document="oficio-9", note="nota-p")
    asked = Intervention("garantias", asked_of="prefectura", wishes="deseos", steps=(step,))
    teller.put(Noun.INTERVENTION, asked, event=event)
    teller.says(who, ConsentWord.GIVEN, how="ante testigos")
    file = Attachment("0" * 64, "photo", "image/jpeg", 1, "a", "b", "nota-adjunto")
    teller.put(Noun.ATTACHMENT, file, event=event)
    teller.incident(teller.subject("S-2"), title="otro")
    index = Index(teller.register, places)
    for words in (
        *("titulo", "AMENAZO camino", "org-e", "123-2026", "puente", "ñawi", "nawi", "nota-c"),
        *("S-77", "c-77", "descripcion", "contacto-s", "o-s", "metodo", "nota-a", "nota-i"),
        *("texto-f", "contacto-f", "prefectura", "deseos", "oficio-9", "nota-p", "testigos"),
        *("nota-adjunto", "  camino   título "),
    ):
        assert _ids(index, text=words) == {event}, words
    assert _ids(index, text="camino otro") == set()
    assert len(_ids(index, text="")) == 2


def test_each_filter_keeps_what_it_says(teller: Any, places: Places) -> None:
    one = teller.subject("S-1", groups={"land": Told.YES, "women": Told.NO})
    first = teller.incident(one, kinds=("K01", "T01"), happened_on="2024-05", author="ana")
    teller.put(Noun.INTERVENTION, Intervention("patrullaje"), event=first)
    second = teller.incident(
        teller.subject("S-2"),
        happened_on="",
        author="otra",
        spot=Spot("900201", PlacePrecision.DISTRICT),
        verification=Verification.CORROBORATED,
    )
    draft = teller.incident(submitted=False, happened_on="2026", spot=Spot())
    teller.says(one, ConsentWord.GIVEN)
    teller.approve(first)
    index = Index(teller.register, places)
    answers: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {first, second, draft}),
        ({"kind": "K01"}, {first}),
        ({"state": State.APPROVED}, {first}),
        ({"state": State.DRAFT}, {draft}),
        ({"waiting": True}, {second}),
        ({"place": "900101"}, {first}),
        ({"place": "9002"}, {second}),
        ({"place": "90"}, {first, second}),
        ({"place": ""}, {first, second, draft}),
        ({"first_year": 2024}, {first, draft}),
        ({"last_year": 2024}, {first}),
        ({"first_year": 2025, "last_year": 2025}, set()),
        ({"verification": Verification.CORROBORATED}, {second}),
        ({"group": "land"}, {first}),
        ({"group": "women"}, set()),
        ({"measure": "patrullaje"}, {first}),
        ({"author": "otra"}, {second}),
        ({"lacking": True}, {second, draft}),
    ]
    for query, expected in answers:
        assert _ids(index, **query) == expected, query


def test_pages_hold_everything_once_and_only_what_the_asker_may_see(
    teller: Any, places: Places
) -> None:
    events = [teller.incident(title=f"t{n}", happened_on=f"20{10 + n}") for n in range(7)]
    index = Index(teller.register, places)
    pages = [index.find(Query(order="happened", page=n, size=3), TODAY).entries for n in (1, 2, 3)]
    assert [one.event for page in pages for one in page] == events[::-1]
    titled = index.find(Query(order="title", size=100), TODAY).entries
    assert [one.title for one in titled] == [f"t{n}" for n in range(7)]
    last = index.find(Query(page=99, size=3), TODAY)
    assert (last.page, last.pages, last.total, len(last.entries)) == (3, 3, 7, 1)
    seen = index.find(Query(size=100), TODAY, may=lambda one: one.title in ("t1", "t2"))
    assert seen.total == 2


def test_consent_that_ends_is_missed_on_its_day(teller: Any, places: Places) -> None:
    someone = teller.subject()
    event = teller.incident(someone)
    teller.says(someone, ConsentWord.GIVEN, until_on=TODAY)
    index = Index(teller.register, places)
    assert _ids(index, lacking=True) == set()
    assert _ids(index, "2026-05-05", lacking=True) == {event}


def test_a_write_is_seen_without_reading_everything_again(
    teller: Any, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = teller.subject()
    event, other = teller.incident(someone), teller.incident(someone, title="otro")
    index = Index(teller.register, places)
    assert len(index.entries(TODAY)) == 2
    monkeypatch.setattr(dossier, "every", None)
    monkeypatch.setattr(search.dossier, "every", None)
    teller.put(Noun.SOURCE, Source("witness", text="nueva"), event=event)
    assert _ids(index, text="nueva") == {event}
    kept = store.get(teller.register, Noun.SUBJECT, someone)
    teller.put(Noun.SUBJECT, replace(kept.content, description="alta"), id=someone, read=1)
    assert _ids(index, text="alta") == {event, other}
    teller.says(someone, ConsentWord.GIVEN)
    assert _ids(index, lacking=True) == set()
    teller.says(someone, ConsentWord.VETO, "2026-04-03", event=other)
    assert _ids(index, lacking=True) == {other}
    teller.approve(event)
    assert _ids(index, state=State.APPROVED) == {event}
    with store.writing(teller.register, "ana", teller.at) as txn:
        store.note(txn, "read event", event)
    assert len(_ids(index)) == 2


def test_after_keys_or_a_log_that_are_others_everything_is_read_again(
    teller: Any, places: Places
) -> None:
    event, other = teller.incident(teller.subject()), teller.incident(teller.subject("S-2"))
    index = Index(teller.register, places)
    assert _ids(index) == {event, other}
    assert index._last is not None
    index._last = replace(index._last, who="somebody else")
    index._entries.pop(event)
    teller.put(Noun.SOURCE, Source("witness"), event=other)
    assert _ids(index) == {event, other}


def test_no_entry_shows_its_text_in_a_log(teller: Any, places: Places) -> None:
    teller.incident(title="secreto")
    index = Index(teller.register, places)
    assert "secreto" not in repr(index.find(Query(), TODAY))
    assert "secreto" not in repr(index)


_DEEDS = (
    *("edit", "subject", "act", "source", "consent", "veto", "approve", "community"),
    *("withdraw", "leave", "village", "new"),
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(_DEEDS), max_size=8), st.data())
def test_the_index_that_follows_is_the_index_made_afresh(
    teller: Any, places: Places, deeds: list[str], data: st.DataObject
) -> None:
    village = teller.put(Noun.COMMUNITY, Community("C-1"))
    people = [teller.subject(f"S-{n}") for n in range(2)]
    people.append(
        teller.put(Noun.SUBJECT, Subject(SubjectKind.COMMUNITY, "S-v", community=village))
    )
    events = [teller.incident(people[n], people[(n + 1) % 3]) for n in range(3)]
    index = Index(teller.register, places)
    index.entries(TODAY)
    for number, deed in enumerate(deeds):
        n = data.draw(st.integers(0, 2))
        try:
            _do(teller, deed, number, events[n], people[n], village)
        except RecordUnknown:
            continue
        assert set(index.entries(TODAY)) == set(Index(teller.register, places).entries(TODAY))


def _do(teller: Any, deed: str, number: int, event: str, person: str, village: str) -> None:
    text = f"texto {number}"
    if deed in ("edit", "subject", "village", "approve"):
        noun, row = {
            "edit": (Noun.EVENT, event),
            "approve": (Noun.EVENT, event),
            "subject": (Noun.SUBJECT, person),
            "village": (Noun.COMMUNITY, village),
        }[deed]
        kept = store.get(teller.register, noun, row)
        if kept is None:
            return
        if deed == "approve":
            teller.approve(event)
            return
        name = {"edit": "title", "subject": "description", "village": "note"}[deed]
        teller.put(noun, replace(kept.content, **{name: text}), id=row, read=kept.revision)
    elif deed == "act":
        teller.put(Noun.ACT, Act(person, ("K01",)), event=event)
    elif deed == "source":
        teller.put(Noun.SOURCE, Source("witness", text=text), event=event)
    elif deed in ("consent", "veto"):
        word = ConsentWord.GIVEN if deed == "consent" else ConsentWord.VETO
        teller.says(person, word, event=event if number % 2 else "")
    elif deed == "new":
        teller.incident(person, title=text)
    else:
        taken = {
            "withdraw": (withdraw.event, event),
            "leave": (withdraw.subject, person),
            "community": (withdraw.community, village),
        }[deed]
        with store.writing(teller.register, "estela", teller.at) as txn:
            taken[0](txn, taken[1])
