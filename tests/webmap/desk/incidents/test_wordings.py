"""What was written before somebody left goes in two steps, and is pointed out until it has gone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from geo.register import consent, dossier, review, store, withdraw
from geo.register.consent import Lack, Why
from geo.register.dossier import Dossier
from geo.register.lists import ConsentWord, Noun, SubjectKind
from geo.register.nouns import Act, Consent, Subject
from geo.register.store import Register
from geo.terms import Audience
from webmap.desk import incidents_saving
from webmap.desk.desk import Role
from webmap.desk.incidents_story import Row, Story


def _found(register: Register, event: str) -> Dossier:
    found = dossier.gather(register, event)
    assert found is not None
    return found


@pytest.fixture
def left(plant: Callable[..., str], desk_register: Register, clock: Any) -> str:
    """An incident of two, of whom one withdrew; written again and approved since."""
    event = plant(narrative="habla de quien salió")
    with store.writing(desk_register, "colibri", clock()) as txn:
        leaving = store.put(txn, Noun.SUBJECT, Subject(SubjectKind.PERSON, "S-SALE"))
        store.put(txn, Noun.ACT, Act(leaving, ("T01",)), event=event)
    with store.writing(desk_register, "tunqui", clock()) as txn:
        withdraw.subject(txn, leaving)
    with store.writing(desk_register, "picaflor", clock()) as txn:
        kept = _found(desk_register, event).event
        rewritten = replace(kept.content, narrative="escrito de nuevo")
        store.put(txn, Noun.EVENT, rewritten, id=event, read=kept.revision)
    with store.writing(desk_register, "picaflor", clock()) as txn:
        again = replace(rewritten, title="otro título")
        store.put(txn, Noun.EVENT, again, id=event, read=2)
    with store.writing(desk_register, "colibri", clock()) as txn:
        store.put(txn, Noun.EVENT, again, id=event, read=3)
    with store.writing(desk_register, "gallito", clock()) as txn:
        review.approve(txn, _found(desk_register, event))
    return event


def test_a_steward_forgets_what_was_written_before_somebody_left(
    client_as: Callable[..., FlaskClient],
    token: Callable[[FlaskClient, str], str],
    left: str,
    desk_register: Register,
) -> None:
    steward = client_as(Role.STEWARD, name="tunqui")
    address = f"/es/incidentes/{left}/redacciones"
    assert "/es/redacciones" in steward.get("/es/").text
    assert address in steward.get("/es/redacciones").text
    assert "Hace falta" in steward.get(f"/es/incidentes/{left}/permisos").text
    reviewer = client_as(Role.REVIEWER, name="gallito")
    assert "guarda todavía lo escrito antes" in reviewer.get(f"/es/incidentes/{left}").text
    first = steward.get(address).text
    assert "Paso 1 de 2" in first
    assert "de todo lo demás de este hecho: 3." in first
    assert "su aprobación cae" not in first
    form = {"csrf_token": token(steward, address), "do": "forget"}
    assert "Marque la casilla" in steward.post(address, data=form).text
    assert len(store.history(desk_register, Noun.EVENT, left)) == 4
    assert steward.post(address, data={**form, "sure": "yes"}).status_code == 303
    assert [k.revision for k in store.history(desk_register, Noun.EVENT, left)] == [4]
    assert review.approval(_found(desk_register, left)) is not None
    assert "/es/redacciones" not in _waiting(steward)
    assert "guarda todavía" not in reviewer.get(f"/es/incidentes/{left}").text
    # who wrote a wording that is gone still reviews nothing of it
    co_author = client_as(Role.REVIEWER, name="picaflor")
    page = co_author.get(f"/es/incidentes/{left}/revision").text
    assert 'value="approve"' not in page


def test_an_approval_that_would_fall_is_told_before(
    client_as: Callable[..., FlaskClient], left: str, desk_register: Register, clock: Any
) -> None:
    with store.writing(desk_register, "colibri", clock()) as txn:
        kept = _found(desk_register, left).event
        later = replace(kept.content, title="después")
        store.put(txn, Noun.EVENT, later, id=left, read=kept.revision)
    steward = client_as(Role.STEWARD, name="tunqui")
    assert "su aprobación cae" in steward.get(f"/es/incidentes/{left}/redacciones").text
    assert len(store.history(desk_register, Noun.EVENT, left)) == 5


def test_who_vetoed_and_is_taken_out_of_a_draft_keeps_their_veto(
    plant: Callable[..., str], desk_register: Register, clock: Any
) -> None:
    event = plant(submitted=False)
    with store.writing(desk_register, "colibri", clock()) as txn:
        vetoed = store.put(txn, Noun.SUBJECT, Subject(SubjectKind.PERSON, "S-VETO"))
        act = store.put(txn, Noun.ACT, Act(vetoed, ("T01",)), event=event)
        consent.record(txn, Consent(vetoed, Audience.BOXES, ConsentWord.VETO, said_on="2026-06"))
    before = _found(desk_register, event)
    row = Row("acts-1-", act, Act(vetoed, ("T01",)), gone=True)
    with store.writing(desk_register, "colibri", clock()) as txn:
        story = Story(before.event.content, acts=(row,))
        incidents_saving.save(
            txn, story, before, incidents_saving.seen(before), submit=True, taken=lambda _noun: ()
        )
    now = _found(desk_register, event)
    assert vetoed not in dossier.subjects_named(now)
    lacks = consent.lacks(now, Audience.BOXES, "", "2026-11-21")
    assert Lack(vetoed, Why.VETO) in lacks


def _waiting(steward: FlaskClient) -> str:
    page = steward.get("/es/").text
    return "" if "<strong>1</strong>" not in page else page
