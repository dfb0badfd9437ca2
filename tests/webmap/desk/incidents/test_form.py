"""The form of an incident: what is typed is what is kept, or a sentence says why not."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from geo.register import dossier, review, store
from geo.register.dossier import Dossier
from geo.register.lists import Noun, PlacePrecision, Reach, State, Told
from geo.register.nouns import Intervention, Step
from geo.register.store import Register

NEW = "/es/incidentes/nuevo"
WHOLE = {
    "title": "amenaza después de la asamblea",
    "kinds": ["T01", "V01"],
    "narrative": "Primero llamaron.\nDespués vinieron.",
    "happened-year": "2026",
    "happened-month": "3",
    "spot-place": "Distrito Dos, Provincia Dos, Departamento Inventado",
    "acts-0-kind": "person",
    "acts-0-woman": "yes",
    "acts-0-group-indigenous": "yes",
    "acts-0-group-union": "no",
    "acts-0-harm": "psychological",
    "acts-0-charges": [],
    "doers-0-perpetrator": "unknown",
    "doers-0-confidence": "corroborated",
    "sources-0-kind": "witness",
    "sources-0-told-year": "2026",
    "sources-0-told-month": "4",
    "sources-0-told-day": "2",
    "concerned": "yes",
    "communities-0-name": "Comunidad Ejemplo",
    "verification": "corroborated",
    "case-numbers": "00001-2026\n00002-2026",
}


def _one(register: Register) -> Dossier:
    (found,) = dossier.every(register).values()
    return found


def test_what_was_told_is_what_is_kept(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    answer = told(documenter, NEW, WHOLE, "submit")
    assert answer.status_code == 303, answer.text
    kept = _one(desk_register)
    event = kept.event.content
    assert event.title == "amenaza después de la asamblea"
    assert event.narrative == "Primero llamaron.\nDespués vinieron."
    assert (event.happened_on, event.until_on) == ("2026-03", "")
    assert (event.spot.place, event.spot.precision) == ("900201", PlacePrecision.DISTRICT)
    assert event.case_numbers == ("00001-2026", "00002-2026")
    assert event.author == "colibri"
    assert event.community_concerned is Told.YES
    (community,) = kept.communities.values()
    assert event.communities == (community.id,)
    assert community.content.name == "Comunidad Ejemplo"
    (subject,) = kept.subjects.values()
    assert subject.content.woman is Told.YES
    assert subject.content.groups == {"indigenous": Told.YES, "union": Told.NO}
    (act,) = kept.acts
    assert (act.content.subject, act.content.kinds) == (subject.id, ("T01", "V01"))
    assert act.content.harm == "psychological"
    assert kept.involvements[0].content.confidence.value == "corroborated"
    assert kept.sources[0].content.told_on == "2026-04-02"
    assert review.state(kept) is State.SUBMITTED


def test_opening_and_saving_an_incident_changes_nothing(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    told(documenter, NEW, WHOLE, "draft")
    before = _one(desk_register)
    answer = told(documenter, f"/es/incidentes/{before.event.id}/editar", {}, at="title")
    assert answer.status_code == 303, answer.text
    assert review.covered(_one(desk_register)) == review.covered(before)


def test_a_group_that_nobody_asked_about_stays_apart_from_a_no(
    documenter: FlaskClient,
    told: Callable[..., Any],
    desk_register: Register,
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> None:
    told(documenter, NEW, WHOLE, "draft")
    (subject,) = _one(desk_register).subjects.values()
    page = documenter.get(f"/es/sujetos/{subject.id}")
    form = form_of(page.text, "kind")
    assert form["group-indigenous"] == "yes"
    assert form["group-union"] == "no"
    assert form["group-youth"] == "not-recorded"
    form["group-union"] = "not-recorded"
    assert documenter.post(f"/es/sujetos/{subject.id}", data=form).status_code == 303
    (after,) = _one(desk_register).subjects.values()
    assert after.content.groups == {"indigenous": Told.YES}


@pytest.mark.parametrize(
    ("year", "month", "day", "kept"),
    [
        ("2026", "3", "9", "2026-03-09"),
        ("2026", "3", "", "2026-03"),
        ("2026", "", "", "2026"),
        ("", "", "", ""),
    ],
)
def test_a_date_is_kept_as_far_as_it_is_known(
    documenter: FlaskClient,
    told: Callable[..., Any],
    desk_register: Register,
    year: str,
    month: str,
    day: str,
    kept: str,
) -> None:
    said = {"title": "algo", "happened-year": year, "happened-month": month, "happened-day": day}
    assert told(documenter, NEW, said).status_code == 303
    assert _one(desk_register).event.content.happened_on == kept


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        ("", "3", "9"),
        ("2026", "", "9"),
        ("2026", "2", "30"),
        ("26", "3", "9"),
        ("2026", "tres", ""),
        ("٢٠٢٦", "3", ""),
        ("2026", "13", ""),
        ("2027", "1", "1"),
    ],
)
def test_a_date_that_cannot_be_is_asked_about_and_nothing_typed_is_lost(
    documenter: FlaskClient,
    told: Callable[..., Any],
    desk_register: Register,
    form_of: Callable[[str, str], MultiDict[str, str]],
    year: str,
    month: str,
    day: str,
) -> None:
    said = WHOLE | {"happened-year": year, "happened-month": month, "happened-day": day}
    answer = told(documenter, NEW, said)
    assert answer.status_code == 200
    assert 'id="happened-error"' in answer.text
    assert 'href="#happened"' in answer.text
    assert store.every(desk_register, Noun.EVENT) == []
    form = form_of(answer.text, "title")
    for name, value in said.items():
        assert form.getlist(name) == (value if isinstance(value, list) else [value]), name


def test_a_draft_may_be_nearly_empty_and_a_review_may_not(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    answer = told(documenter, NEW, {"title": "solo esto"}, "submit")
    assert answer.status_code == 200
    for field in ("kinds", "acts-0-kind", "sources-0-kind"):
        assert f'href="#{field}"' in answer.text
    assert told(documenter, NEW, {"title": "solo esto"}, "draft").status_code == 303
    assert review.state(_one(desk_register)) is State.DRAFT


def test_another_row_keeps_everything_that_was_typed(
    documenter: FlaskClient,
    told: Callable[..., Any],
    desk_register: Register,
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> None:
    answer = told(documenter, NEW, WHOLE, "add-sources")
    form = form_of(answer.text, "title")
    assert form["sources"] == "2"
    for name, value in WHOLE.items():
        assert form.getlist(name) == (value if isinstance(value, list) else [value]), name
    form["sources-1-kind"] = "media"
    form["do"] = "draft"
    assert documenter.post(NEW, data=form).status_code == 303
    assert sorted(s.content.kind for s in _one(desk_register).sources) == ["media", "witness"]


def test_what_happened_to_one_person_alone_is_not_said_of_the_others(
    documenter: FlaskClient,
    told: Callable[..., Any],
    desk_register: Register,
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> None:
    form = form_of(told(documenter, NEW, WHOLE, "add-acts").text, "title")
    form["acts-1-kind"] = "family"
    form.setlist("acts-1-kinds", ["L01"])
    form["do"] = "draft"
    assert documenter.post(NEW, data=form).status_code == 303
    kept = _one(desk_register)
    kinds = {
        kept.subjects[act.content.subject].content.kind.value: act.content.kinds
        for act in kept.acts
    }
    assert kinds == {"person": ("T01", "V01"), "family": ("L01",)}
    address = f"/es/incidentes/{kept.event.id}/editar"
    assert told(documenter, address, {}, at="title").status_code == 303
    assert review.covered(_one(desk_register)) == review.covered(kept)


def test_one_person_in_two_incidents_has_one_reference(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    told(documenter, NEW, WHOLE)
    (subject,) = store.every(desk_register, Noun.SUBJECT)
    again = {"title": "otro hecho", "acts-0-reference": subject.content.reference.lower()}
    assert told(documenter, NEW, again).status_code == 303
    assert len(store.every(desk_register, Noun.SUBJECT)) == 1
    named = {act.content.subject for act in store.every(desk_register, Noun.ACT)}
    assert named == {subject.id}


def test_a_reference_with_a_wrong_letter_makes_nobody_new(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    answer = told(documenter, NEW, {"title": "x", "acts-0-reference": "S-0000-0009"})
    assert answer.status_code == 200
    assert 'id="acts-0-reference-error"' in answer.text
    assert store.every(desk_register, Noun.SUBJECT) == []


def test_what_is_said_of_somebody_known_is_not_lost_in_silence(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    told(documenter, NEW, WHOLE)
    (subject,) = store.every(desk_register, Noun.SUBJECT)
    said = {
        "title": "otro",
        "acts-0-reference": subject.content.reference,
        "acts-0-description": "vigilante del río",
    }
    answer = told(documenter, NEW, said)
    assert answer.status_code == 200
    assert 'id="acts-0-reference-error"' in answer.text
    assert "vigilante del río" in answer.text


def test_steps_are_added_and_never_changed(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    measure = {
        "measures": "1",
        "measures-0-measure": "alerta-temprana",
        "measures-0-reach": "collective",
        "measures-0-step-stage": "granted",
        "measures-0-step-on-year": "2026",
        "measures-0-case-step-stage": "judgment",
    }
    assert told(documenter, NEW, WHOLE | measure, at="title").status_code == 303
    kept = _one(desk_register)
    address = f"/es/incidentes/{kept.event.id}/editar"
    more = {"measures-0-step-stage": "lifted", "measures-0-case-step-stage": "annulled"}
    assert told(documenter, address, more, at="title").status_code == 303
    (asked,) = _one(desk_register).interventions
    assert asked.content == Intervention(
        measure="alerta-temprana",
        reach=Reach.COLLECTIVE,
        steps=(Step("granted", "2026"), Step("lifted")),
        case_steps=(Step("judgment"), Step("annulled")),
    )
    page = documenter.get(address).text
    assert page.index("otorgada, 2026") < page.index("levantada, sin fecha")


def test_somebody_elses_changes_are_shown_and_neither_is_lost(
    client_as: Callable[..., FlaskClient],
    documenter: FlaskClient,
    told: Callable[..., Any],
    desk_register: Register,
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> None:
    from webmap.desk.desk import Role

    told(documenter, NEW, WHOLE)
    address = f"/es/incidentes/{_one(desk_register).event.id}/editar"
    mine = form_of(documenter.get(address).text, "title")
    other = client_as(Role.DOCUMENTER, name="gallito")
    theirs = form_of(other.get(address).text, "title")
    theirs["title"] = "lo que escribió la otra persona"
    theirs["sources"] = "2"
    theirs["sources-1-kind"] = "media"
    theirs["do"] = "draft"
    assert other.post(address, data=theirs).status_code == 303
    mine["narrative"] = "lo que escribí yo"
    mine["do"] = "draft"
    answer = documenter.post(address, data=mine)
    assert answer.status_code == 200
    assert 'id="cambios"' in answer.text
    assert "lo que escribió la otra persona" in answer.text
    again = form_of(answer.text, "title")
    assert again["narrative"] == "lo que escribí yo"
    assert again["sources"] == "2"
    again["do"] = "draft"
    assert documenter.post(address, data=again).status_code == 303
    kept = _one(desk_register)
    assert kept.event.content.narrative == "lo que escribí yo"
    assert len(kept.sources) == 2
    titles = [one.content.title for one in store.history(desk_register, Noun.EVENT, kept.event.id)]
    assert "lo que escribió la otra persona" in titles


@pytest.mark.parametrize("text", ["Habló Fulana Ejemplo", "dni 12345678", "al 987 654 321"])
def test_what_looks_like_somebody_is_asked_about_before_it_is_kept(
    documenter: FlaskClient,
    told: Callable[..., Any],
    desk_register: Register,
    form_of: Callable[[str, str], MultiDict[str, str]],
    text: str,
) -> None:
    answer = told(documenter, NEW, {"title": "algo", "narrative": text})
    assert answer.status_code == 200
    assert 'name="no-names"' in answer.text
    assert store.every(desk_register, Noun.EVENT) == []
    form = form_of(answer.text, "title")
    assert form["narrative"] == text
    form["no-names"], form["do"] = "yes", "draft"
    assert documenter.post(NEW, data=form).status_code == 303


def test_a_place_or_an_institution_is_nobody(
    documenter: FlaskClient, told: Callable[..., Any]
) -> None:
    text = "La Policía Nacional del Perú fue a Distrito Uno y a la Fiscalía Provincial Penal."
    assert told(documenter, NEW, {"title": "algo", "narrative": text}).status_code == 303


def test_a_source_is_taken_out_before_a_review_and_mended_after_one(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    told(documenter, NEW, WHOLE)
    address = f"/es/incidentes/{_one(desk_register).event.id}/editar"
    assert told(documenter, address, {"sources-0-remove": "yes"}, at="title").status_code == 303
    assert _one(desk_register).sources == ()
