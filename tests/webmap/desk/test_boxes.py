"""At the desk nothing becomes public by one person, unseen, or in other words than those shown."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from geo.boxes import public_folder
from geo.boxes import state as remembered
from geo.home import Home
from geo.places import Places
from geo.register import audit, consent, dossier, review, store
from geo.register.lists import ConsentWord, Noun, PlacePrecision, SubjectKind, Told
from geo.register.nouns import Act, Community, Consent, Event, Spot, Subject
from geo.register.store import Register, writing
from geo.terms import Audience
from webmap.desk import accounts
from webmap.desk.app import create_desk
from webmap.desk.desk import Role
from webmap.desk.settings import Settings

EARLY = datetime(2026, 2, 1, tzinfo=UTC)
Enter = Callable[..., FlaskClient]


@pytest.fixture
def five(desk_register: Register) -> list[str]:
    """Five incidents that make a box, approved in the first quarter."""
    made = []
    with writing(desk_register, "docu", EARLY) as txn:
        lives = [store.put(txn, Noun.COMMUNITY, Community(name)) for name in ("c1", "c2")]
        people = [
            store.put(txn, Noun.SUBJECT, Subject(SubjectKind.PERSON, f"s{n}", lives[n % 2]))
            for n in range(3)
        ]
        for one in (*lives, *people):
            word = Consent(one, Audience.BOXES, ConsentWord.GIVEN, said_on="2026-01-01")
            consent.record(txn, word)
        for n in range(5):
            event = Event(
                happened_on="2026-01",
                spot=Spot("900101", PlacePrecision.DISTRICT),
                communities=(lives[n % 3 % 2],),
                community_concerned=Told.YES,
                submitted=True,
                author="docu",
            )
            row = store.put(txn, Noun.EVENT, event)
            store.put(txn, Noun.ACT, Act(people[n % 3], ("P01",)), event=row)
            made.append(row)
    for row in made:
        with writing(desk_register, "revisa", EARLY) as txn:
            found = dossier.gather(txn, row)
            assert found is not None
            review.approve(txn, found)
    return made


def _send(client: FlaskClient, page: str, deed: str, **more: str) -> str:
    """Sends the form of a page whose action ends in `deed`, with its hidden fields."""
    shown = client.get(f"/es/paquetes{page}").text
    form = next(
        one for one in re.findall(r"<form.*?</form>", shown, re.DOTALL) if f'{deed}"' in one
    )
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    answer = client.post(f"/es/paquetes/{deed}", data={**fields, **more})
    assert answer.status_code == 303
    return client.get(answer.headers["Location"]).text


def test_two_people_publish_and_the_public_file_has_the_box(
    five: list[str], client_as: Enter, desk_home: Home
) -> None:
    steward, reviewer = client_as(Role.STEWARD, name="ana"), client_as(Role.REVIEWER, name="beto")
    assert "Todavía no se publicó nada" in steward.get("/es/paquetes").text
    assert "La propuesta está lista" in _send(steward, "", "preparar", note="primera")
    assert "Cierra hasta el final del trimestre" in steward.get("/es/paquetes").text
    shown = reviewer.get("/es/paquetes/revision").text
    assert "2026-Q" not in shown
    assert "Distrito Uno, Provincia Uno, Departamento Inventado" in shown
    assert "data:image/svg+xml;base64," in shown
    assert "todos los hechos son de 2026" in shown
    assert "Publicar ahora" not in shown
    assert "anotada" in _send(steward, "/revision", "aprobar")
    assert "Falta otra persona" in steward.get("/es/paquetes/revision").text
    assert "Publicar ahora" not in steward.get("/es/paquetes/revision").text
    assert "anotada" in _send(reviewer, "/revision", "aprobar")
    assert "Publicar ahora" not in reviewer.get("/es/paquetes/revision").text
    assert "Publicado." in _send(steward, "/revision", "publicar")
    [box] = json.loads(public_folder.now_public(desk_home.boxes))["boxes"]
    assert (box["district"], box["count"]) == ("Distrito Uno", 5)
    assert "Paquetes públicos: 1" in steward.get("/es/paquetes").text


def test_one_person_cannot_publish_whatever_they_send(
    five: list[str], client_as: Enter, desk_home: Home, token: Callable[[FlaskClient, str], str]
) -> None:
    steward = client_as(Role.STEWARD, name="ana")
    _send(steward, "", "preparar")
    _send(steward, "/revision", "aprobar")
    shown = steward.get("/es/paquetes/revision").text
    asked = shown.partition('name="asked" value="')[2].partition('"')[0]
    sent = {"csrf_token": token(steward, "/es/paquetes"), "asked": asked}
    again = steward.post("/es/paquetes/aprobar", data={**sent, "digest": "0" * 64})
    assert again.status_code == 303
    refused = steward.post("/es/paquetes/publicar", data=sent, follow_redirects=True).text
    assert "hay 1 de 2" in refused
    assert not desk_home.boxes.exists()


def test_a_yes_without_the_token_of_the_form_is_none(five: list[str], client_as: Enter) -> None:
    steward = client_as(Role.STEWARD, name="ana")
    _send(steward, "", "preparar")
    sent = steward.post("/es/paquetes/aprobar", data={"asked": "x", "digest": "y"})
    assert sent.status_code == 400


def test_a_yes_asks_for_the_second_factor_again_after_a_while(
    five: list[str], client_as: Enter
) -> None:
    steward = client_as(Role.STEWARD, name="ana")
    _send(steward, "", "preparar")
    with steward.session_transaction() as session:
        session["proved_at"] = 0
    answer = steward.get("/es/paquetes/revision")
    assert answer.status_code == 303
    assert "revision" not in answer.headers["Location"]


def test_a_new_proposal_needs_both_again(five: list[str], client_as: Enter) -> None:
    steward, reviewer = client_as(Role.STEWARD, name="ana"), client_as(Role.REVIEWER, name="beto")
    _send(steward, "", "preparar")
    _send(steward, "/revision", "aprobar")
    _send(reviewer, "/revision", "aprobar")
    _send(steward, "", "preparar")
    assert "Aprobaciones: 0 de 2" in steward.get("/es/paquetes").text
    assert "se retiró" in _send(steward, "/revision", "retirar")
    assert "No hay ninguna propuesta" in steward.get("/es/paquetes").text
    assert steward.get("/es/paquetes/revision").status_code == 303


def test_a_withdrawal_is_loud_and_goes_out_at_once(
    five: list[str],
    client_as: Enter,
    desk_home: Home,
    desk_register: Register,
    clock: Callable[[], datetime],
) -> None:
    steward, reviewer = client_as(Role.STEWARD, name="ana"), client_as(Role.REVIEWER, name="beto")
    for _ in range(2):
        _send(steward, "", "preparar")
        _send(steward, "/revision", "aprobar")
        _send(reviewer, "/revision", "aprobar")
        _send(steward, "/revision", "publicar")
        if remembered.kept(desk_register).state.boxes:
            with writing(desk_register, "ana", clock()) as txn:
                found = dossier.gather(txn, five[0])
                assert found is not None
                [person] = found.subjects
                no = ConsentWord.WITHDRAWN
                consent.record(txn, Consent(person, Audience.BOXES, no, said_on="2026-11-20"))
            assert "Hay retiros sin publicar" in steward.get("/es/paquetes").text
            assert "hechos retirados que siguen públicos" in steward.get("/es/").text
            steward.get("/en/paquetes")
    assert json.loads(public_folder.now_public(desk_home.boxes))["boxes"] == []
    assert "Hay retiros sin publicar" not in steward.get("/es/paquetes").text


def test_what_blocks_takes_the_button_away_and_refuses_the_deed(
    five: list[str], client_as: Enter, desk_home: Home, token: Callable[[FlaskClient, str], str]
) -> None:
    steward, reviewer = client_as(Role.STEWARD, name="ana"), client_as(Role.REVIEWER, name="beto")
    desk_home.boxes.mkdir(parents=True)
    (desk_home.boxes / "notas.txt").write_text("x")
    _send(steward, "", "preparar")
    _send(steward, "/revision", "aprobar")
    _send(reviewer, "/revision", "aprobar")
    shown = steward.get("/es/paquetes/revision").text
    assert "«notas.txt»" in shown
    assert "Publicar ahora" not in shown
    asked = shown.partition('name="asked" value="')[2].partition('"')[0]
    sent = {"csrf_token": token(steward, "/es/paquetes"), "asked": asked}
    refused = steward.post("/es/paquetes/publicar", data=sent, follow_redirects=True).text
    assert "No se publica" in refused


def test_who_read_the_report_and_who_approved_is_in_the_log(
    five: list[str], client_as: Enter, desk_register: Register
) -> None:
    steward = client_as(Role.STEWARD, name="ana")
    _send(steward, "", "preparar")
    _send(steward, "/revision", "aprobar")
    with desk_register.engine.connect() as connection:
        lines = audit.lines(connection, desk_register.opened.keys)
    deeds = [line.deed.split()[0] for line in lines if line.who == "ana"]
    for deed in ("request", "read", "approve"):
        assert deed in deeds


def test_a_publication_cut_short_is_completed_when_the_desk_starts(
    five: list[str],
    desk_home: Home,
    desk_register: Register,
    desk_places: Places,
    desk_vocabulary: Any,
    desk_settings: Settings,
    client_as: Enter,
) -> None:
    steward, reviewer = client_as(Role.STEWARD, name="ana"), client_as(Role.REVIEWER, name="beto")
    _send(steward, "", "preparar")
    _send(steward, "/revision", "aprobar")
    _send(reviewer, "/revision", "aprobar")
    _send(steward, "/revision", "publicar")
    kept = remembered.kept(desk_register)
    with writing(desk_register, "ana", desk_home.now()) as txn:
        remembered.remember(txn, kept, kept.state, kept.published, took_away=False)
    (desk_home.boxes / "boxes.json").unlink()
    create_desk(desk_home, desk_register, desk_places, desk_vocabulary, desk_settings)
    assert public_folder.now_public(desk_home.boxes) == kept.published
    assert not remembered.kept(desk_register).publishing


def test_the_report_says_which_approvers_are_new_or_were_renewed(
    five: list[str], client_as: Enter, clock: Any
) -> None:
    client_as(Role.STEWARD, name="ana")
    client_as(Role.REVIEWER, name="beto")
    clock.pass_by(days=31)
    steward = client_as(Role.STEWARD, name="ana")
    _send(steward, "", "preparar")
    _send(steward, "/revision", "aprobar")
    assert "La cuenta «ana»" not in steward.get("/es/paquetes/revision").text
    held = steward.application.extensions["desk_accounts"]
    with steward.application.app_context():
        number = accounts.found(held, "ana").number
        accounts.set_roles(held, "x", number, [Role.STEWARD, Role.MONITOR])
    shown = client_as(Role.REVIEWER, name="beto").get("/es/paquetes/revision").text
    assert "La cuenta «ana», que aprobó, se hizo, se renovó" in shown


def test_the_yes_of_an_account_that_was_closed_since_lets_nothing_out(
    five: list[str], client_as: Enter, desk_home: Home
) -> None:
    steward, reviewer = client_as(Role.STEWARD, name="ana"), client_as(Role.REVIEWER, name="beto")
    _send(steward, "", "preparar")
    _send(steward, "/revision", "aprobar")
    _send(reviewer, "/revision", "aprobar")
    held = steward.application.extensions["desk_accounts"]
    with steward.application.app_context():
        accounts.set_active(held, "x", accounts.found(held, "beto").number, False)
    assert "después se cerró («beto»)" in _send(steward, "/revision", "publicar")
    assert not desk_home.boxes.exists()


def test_who_looks_at_the_page_of_boxes_is_in_the_log(
    client_as: Enter, desk_register: Register
) -> None:
    client_as(Role.STEWARD, name="ana").get("/es/paquetes")
    with desk_register.engine.connect() as connection:
        deeds = [one.deed for one in audit.lines(connection, desk_register.opened.keys)]
    assert "read boxes" in deeds
