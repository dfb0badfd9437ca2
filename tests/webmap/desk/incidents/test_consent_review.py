"""Consent, review, withdrawal: what a page promises is what happens."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from geo.register import consent, dossier, review, store
from geo.register.lists import Noun, State, Told
from geo.register.store import Register
from geo.terms import Audience
from webmap.desk.desk import Role

TODAY = "2026-11-21"


def test_the_map_may_count_an_incident_only_when_each_one_said_yes(
    client_as: Callable[..., FlaskClient],
    told: Callable[..., Any],
    plant: Callable[..., str],
    desk_register: Register,
) -> None:
    event = plant()
    steward = client_as(Role.STEWARD, name="tunqui")
    address = f"/es/incidentes/{event}/permisos"
    found = dossier.gather(desk_register, event)
    assert found is not None
    speakers = [*found.subjects, *found.communities]
    for n, one in enumerate(speakers):
        before = dossier.gather(desk_register, event)
        assert before is not None
        assert consent.allows(before, Audience.BOXES, "", TODAY) is Told.NOT_RECORDED
        said = {
            "of": one,
            "word": "given",
            "audience": "boxes",
            "about": "this" if n else "all",
            "said-year": "2026",
            "said-month": "10",
            "said-day": "3",
            "how": "en persona",
        }
        assert told(steward, address, said, "").status_code == 303
    after = dossier.gather(desk_register, event)
    assert after is not None
    assert consent.allows(after, Audience.BOXES, "", TODAY) is Told.YES
    assert consent.allows(after, Audience.LAWYER, "", TODAY) is Told.NOT_RECORDED
    assert "sí, hoy sí." in steward.get(address).text
    veto = {"of": speakers[0], "word": "veto", "how": "por escrito"}
    assert told(steward, address, veto, "").status_code == 303
    closed = dossier.gather(desk_register, event)
    assert closed is not None
    assert consent.allows(closed, Audience.BOXES, "", TODAY) is Told.NO
    assert "puso un veto" in steward.get(address).text


def test_a_word_without_who_what_or_how_is_not_written_down(
    client_as: Callable[..., FlaskClient],
    told: Callable[..., Any],
    plant: Callable[..., str],
    desk_register: Register,
) -> None:
    event = plant()
    steward = client_as(Role.STEWARD, name="tunqui")
    address = f"/es/incidentes/{event}/permisos"
    answer = told(steward, address, {"word": "given"}, "", at="of")
    assert answer.status_code == 200
    for field in ("of", "audience"):
        assert f'href="#{field}"' in answer.text
    answer = told(steward, address, {"of": store.new_id(), "word": "veto", "how": "x"}, "")
    assert answer.status_code == 200
    assert store.every(desk_register, Noun.CONSENT) == []


def test_a_second_person_approves_and_the_first_cannot(
    client_as: Callable[..., FlaskClient],
    told: Callable[..., Any],
    plant: Callable[..., str],
    desk_register: Register,
) -> None:
    event = plant(who="colibri")
    address = f"/es/incidentes/{event}/revision"
    both = client_as(Role.DOCUMENTER, Role.REVIEWER, name="colibri")
    page = both.get(address).text
    assert "Tiene que revisarlo otra persona" in page
    assert 'value="approve"' not in page
    reviewer = client_as(Role.REVIEWER, name="gallito")
    assert told(reviewer, address, {"note": "bien"}, "approve").status_code == 303
    found = dossier.gather(desk_register, event)
    assert found is not None
    assert review.state(found) is State.APPROVED
    assert found.reviews[-1].content.by == "gallito"


def test_the_author_who_sends_the_decision_anyway_decides_nothing(
    client_as: Callable[..., FlaskClient],
    token: Callable[[FlaskClient, str], str],
    plant: Callable[..., str],
    desk_register: Register,
) -> None:
    from webmap.desk.reviews import covers

    event = plant(who="colibri")
    both = client_as(Role.DOCUMENTER, Role.REVIEWER, name="colibri")
    address = f"/es/incidentes/{event}/revision"
    found = dossier.gather(desk_register, event)
    assert found is not None
    form = {"csrf_token": token(both, address), "covers": covers(found), "do": "approve"}
    assert both.post(address, data=form).status_code == 200
    after = dossier.gather(desk_register, event)
    assert after is not None
    assert after.reviews == ()


def test_what_changed_while_it_was_read_is_not_approved(
    client_as: Callable[..., FlaskClient],
    documenter: FlaskClient,
    told: Callable[..., Any],
    plant: Callable[..., str],
    desk_register: Register,
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> None:
    event = plant()
    reviewer = client_as(Role.REVIEWER, name="gallito")
    address = f"/es/incidentes/{event}/revision"
    form = form_of(reviewer.get(address).text, "covers")
    form["do"] = "approve"
    edit = f"/es/incidentes/{event}/editar"
    assert told(documenter, edit, {"title": "cambiado"}, "submit").status_code == 303
    answer = reviewer.post(address, data=form)
    assert answer.status_code == 200
    assert "El hecho cambió mientras usted lo leía." in answer.text
    assert "cambiado" in answer.text
    found = dossier.gather(desk_register, event)
    assert found is not None
    assert review.state(found) is State.SUBMITTED


def test_an_incident_goes_back_with_a_note_and_never_without(
    client_as: Callable[..., FlaskClient],
    documenter: FlaskClient,
    told: Callable[..., Any],
    plant: Callable[..., str],
) -> None:
    event = plant()
    reviewer = client_as(Role.REVIEWER, name="gallito")
    address = f"/es/incidentes/{event}/revision"
    answer = told(reviewer, address, {"note": ""}, "return")
    assert answer.status_code == 200
    assert 'id="note-error"' in answer.text
    assert told(reviewer, address, {"note": "falta el mes"}, "return").status_code == 303
    assert "falta el mes" in documenter.get(f"/es/incidentes/{event}").text


def test_what_was_approved_once_is_mended_and_not_taken_out(
    client_as: Callable[..., FlaskClient],
    documenter: FlaskClient,
    told: Callable[..., Any],
    plant: Callable[..., str],
    desk_register: Register,
) -> None:
    event = plant()
    reviewer = client_as(Role.REVIEWER, name="gallito")
    told(reviewer, f"/es/incidentes/{event}/revision", {"note": ""}, "approve")
    edit = f"/es/incidentes/{event}/editar"
    assert 'name="sources-0-remove"' not in documenter.get(edit).text
    forced = {"sources-0-remove": "yes", "title": "otro nombre"}
    answer = told(documenter, edit, forced, "submit", at="title")
    assert answer.status_code == 200
    assert "Ya se aprobó una vez" in answer.text
    found = dossier.gather(desk_register, event)
    assert found is not None
    assert len(found.sources) == 1


def test_nothing_goes_before_the_second_step_and_everything_after(
    client_as: Callable[..., FlaskClient],
    told: Callable[..., Any],
    plant: Callable[..., str],
    desk_register: Register,
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> None:
    event = plant(title="hecho que se retira")
    steward = client_as(Role.STEWARD, name="tunqui")
    address = f"/es/incidentes/{event}/retirar"
    first = steward.get(address)
    assert "Paso 1 de 2" in first.text
    assert dossier.gather(desk_register, event) is not None
    form = form_of(first.text, "csrf_token")
    second = steward.post(address, data={"csrf_token": form["csrf_token"], "do": "ask"})
    assert "Paso 2 de 2" in second.text
    forgotten = steward.post(address, data={"csrf_token": form["csrf_token"], "do": "withdraw"})
    assert forgotten.status_code == 200
    assert dossier.gather(desk_register, event) is not None
    done = steward.post(
        address, data={"csrf_token": form["csrf_token"], "do": "withdraw", "sure": "yes"}
    )
    assert done.status_code == 303
    assert dossier.gather(desk_register, event) is None
    assert event in store.tombstones(desk_register)[Noun.EVENT]
    assert store.every(desk_register, Noun.SUBJECT) == []
    assert steward.get(address).status_code == 404
    assert "hecho que se retira" not in steward.get("/es/incidentes").text


def test_who_shares_an_incident_is_named_before_somebody_leaves(
    client_as: Callable[..., FlaskClient],
    documenter: FlaskClient,
    told: Callable[..., Any],
    plant: Callable[..., str],
    desk_register: Register,
) -> None:
    event = plant()
    found = dossier.gather(desk_register, event)
    assert found is not None
    (community,) = found.communities
    steward = client_as(Role.STEWARD, name="tunqui")
    page = steward.get(f"/es/comunidades/{community}/retirar").text
    assert "Hechos que otras personas comparten: 1." in page
    assert store.get(desk_register, Noun.COMMUNITY, community) is not None
