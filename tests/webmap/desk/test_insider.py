"""One person at the desk: what they may not see, and cannot do unseen."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from geo.boxes.propose import open_proposal
from geo.register import audit, consent, dossier, review, store
from geo.register.lists import ConsentWord, Noun, PlacePrecision, SubjectKind, Told
from geo.register.nouns import Act, Community, Consent, Event, Source, Spot, Subject
from geo.register.store import Register, writing
from geo.terms import Audience
from webmap.desk.desk import Role

EARLY = datetime(2026, 2, 1, tzinfo=UTC)
Enter = Callable[..., FlaskClient]
Token = Callable[[FlaskClient, str], str]
CONTACT = "quenaluna"
HOW = "asambleatarde"


@pytest.fixture
def five(desk_register: Register) -> list[str]:
    """Five approved incidents that make a box, open to lawyers too; with a source's contact."""
    made = []
    with writing(desk_register, "docu", EARLY) as txn:
        lives = [store.put(txn, Noun.COMMUNITY, Community(name)) for name in ("c1", "c2")]
        people = [
            store.put(txn, Noun.SUBJECT, Subject(SubjectKind.PERSON, f"s{n}", lives[n % 2]))
            for n in range(3)
        ]
        for one in (*lives, *people):
            for audience in (Audience.BOXES, Audience.LAWYER):
                given = ConsentWord.GIVEN
                word = Consent(one, audience, given, said_on="2026-01-01", how=HOW)
                consent.record(txn, word)
        for n in range(5):
            event = Event(
                title=f"hecho{n}",
                happened_on="2026-01",
                spot=Spot("900101", PlacePrecision.DISTRICT),
                communities=(lives[n % 3 % 2],),
                community_concerned=Told.YES,
                submitted=True,
                author="docu",
            )
            row = store.put(txn, Noun.EVENT, event)
            store.put(txn, Noun.ACT, Act(people[n % 3], ("P01",)), event=row)
            store.put(txn, Noun.SOURCE, Source("witness", contact=CONTACT), event=row)
            made.append(row)
    for row in made:
        with writing(desk_register, "revisa", EARLY) as txn:
            found = dossier.gather(txn, row)
            assert found is not None
            review.approve(txn, found)
    return made


def _deeds(register: Register) -> list[str]:
    with register.engine.connect() as connection:
        return [line.deed for line in audit.lines(connection, register.opened.keys)]


@pytest.mark.parametrize("said", [CONTACT, HOW])
def test_a_lawyer_cannot_find_out_by_searching_what_the_page_does_not_show(
    five: list[str], client_as: Enter, token: Token, said: str
) -> None:
    here = "/es/incidentes"

    def found(client: FlaskClient, text: str) -> bool:
        sent = {"csrf_token": token(client, here), "q": text}
        return "hecho1" in client.post(here, data=sent).text

    lawyer = client_as(Role.LAWYER)
    assert found(lawyer, "hecho1")
    assert said not in lawyer.get(f"{here}/{five[1]}").text
    assert not found(lawyer, said)
    assert found(client_as(Role.REVIEWER), said)


def test_a_steward_who_looks_at_what_would_go_is_in_the_log(
    five: list[str], client_as: Enter, desk_register: Register
) -> None:
    steward = client_as(Role.STEWARD)
    steward.get("/es/")
    before = _deeds(desk_register)
    assert "hecho0" in steward.get(f"/es/incidentes/{five[0]}/retirar").text
    assert "read event" in _deeds(desk_register)[len(before) :]


def test_who_opens_an_empty_form_and_its_list_of_communities_is_in_the_log(
    five: list[str], client_as: Enter, desk_register: Register
) -> None:
    writer = client_as(Role.DOCUMENTER)
    writer.get("/es/")
    before = _deeds(desk_register)
    assert "c1" in writer.get("/es/incidentes/nuevo").text
    assert _deeds(desk_register)[len(before) :] != []


def test_a_proposal_with_somebody_who_was_withdrawn_keeps_no_trace_of_them(
    five: list[str], client_as: Enter, desk_register: Register, token: Token
) -> None:
    steward = client_as(Role.STEWARD)
    sent = {"csrf_token": token(steward, "/es/paquetes")}
    steward.post("/es/paquetes/preparar", data=sent)
    waits = open_proposal(desk_register)
    assert waits is not None
    assert five[0] in waits[1].state.boxed
    here = f"/es/incidentes/{five[0]}/retirar"
    sent = {"csrf_token": token(steward, here), "do": "withdraw", "sure": "yes"}
    steward.post(here, data=sent)
    assert store.get(desk_register, Noun.EVENT, five[0]) is None
    assert open_proposal(desk_register) is None
