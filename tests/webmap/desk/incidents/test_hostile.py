"""Texts that try something are shown as texts, and a form that is no form is answered plainly."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from geo.register import dossier, store
from geo.register.lists import Noun
from geo.register.store import Register
from webmap.desk import finding
from webmap.desk.desk import Role

NEW = "/es/incidentes/nuevo"
SCRIPT = "</textarea></script><script>alert(1)</script>\"'><svg onload=alert(1)>{{7*7}}"
TEXTS = (
    "title",
    "narrative",
    "spot-words",
    "acts-0-organisation",
    "acts-0-description",
    "acts-0-contact",
    "acts-0-method",
    "acts-0-note",
    "doers-0-note",
    "sources-0-contact",
    "sources-0-text",
    "sources-0-connection",
    "measures-0-asked-of",
    "measures-0-wishes",
    "measures-0-case-number",
    "measures-0-step-document",
    "measures-0-step-note",
    "measures-0-case-step-document",
    "measures-0-case-step-note",
    "organisation",
    "case-numbers",
    "communities-0-name",
)
CHOSEN = {
    "acts-0-kind": "person",
    "doers-0-perpetrator": "police",
    "sources-0-kind": "witness",
    "measures": "1",
    "measures-0-measure": "denuncia",
    "measures-0-step-stage": "requested",
    "measures-0-case-step-stage": "complaint",
    "concerned": "yes",
    "no-names": "yes",
    "kinds": ["T01"],
}


def test_a_script_in_every_field_is_shown_as_text_on_every_page(
    client_as: Callable[..., FlaskClient],
    documenter: FlaskClient,
    told: Callable[..., Any],
    desk_register: Register,
) -> None:
    form = {name: f"{n} {SCRIPT}" for n, name in enumerate(TEXTS)} | CHOSEN
    answer = told(documenter, NEW, form, "submit")
    assert answer.status_code == 303, answer.text
    (event,) = dossier.every(desk_register)
    (subject,) = store.every(desk_register, Noun.SUBJECT)
    (community,) = store.every(desk_register, Noun.COMMUNITY)
    reviewer = client_as(Role.REVIEWER, name="gallito")
    steward = client_as(Role.STEWARD, name="tunqui")
    pages = [
        (documenter, f"/es/incidentes/{event}"),
        (documenter, f"/es/incidentes/{event}/editar"),
        (documenter, f"/es/incidentes/{event}/historial"),
        (documenter, "/es/incidentes"),
        (documenter, "/es/linea"),
        (documenter, "/es/demoras"),
        (documenter, "/es/comunidades"),
        (documenter, f"/es/sujetos/{subject.id}"),
        (documenter, f"/es/comunidades/{community.id}"),
        (reviewer, f"/es/incidentes/{event}/revision"),
        (steward, f"/es/incidentes/{event}/permisos"),
        (steward, f"/es/incidentes/{event}/retirar"),
    ]
    seen = 0
    for client, address in pages:
        page = client.get(address)
        assert page.status_code == 200, address
        assert "<script>alert" not in page.text, address
        assert "<svg onload" not in page.text, address
        seen += page.text.count("&lt;script&gt;alert(1)&lt;/script&gt;")
    assert seen > 2 * len(TEXTS)


def test_what_nobody_sees_is_taken_out_and_the_rest_is_kept(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    said = "antes\u202eatrás\u2066 nulo\x00 fin\ufeff campana\x07"
    assert told(documenter, NEW, {"title": said, "narrative": "a\r\nb"}).status_code == 303
    (event,) = store.every(desk_register, Noun.EVENT)
    assert event.content.title == "antesatrás nulo fin campana"
    assert event.content.narrative == "a\nb"


def test_ten_thousand_letters_are_a_story_but_no_title(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    answer = told(documenter, NEW, {"title": "ñ" * 10_000})
    assert answer.status_code == 200
    assert 'id="title-error"' in answer.text
    assert "ñ" * 10_000 in answer.text
    assert told(documenter, NEW, {"title": "x", "narrative": "ñ" * 10_000}).status_code == 303
    (event,) = store.every(desk_register, Noun.EVENT)
    assert event.content.narrative == "ñ" * 10_000


@pytest.mark.parametrize("count", ["5000", "9999", "-1", "x", "１２", "1e9", ""])
def test_thousands_of_rows_are_not_made_because_a_number_says_so(
    documenter: FlaskClient, told: Callable[..., Any], count: str
) -> None:
    answer = told(documenter, NEW, {"title": "x", "sources": count, "acts": count})
    assert answer.status_code in (200, 303)
    assert len(answer.data) < 1_500_000


def test_thousands_of_fields_and_a_huge_body_end_in_a_plain_page(
    documenter: FlaskClient,
    desk_register: Register,
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> None:
    form = form_of(documenter.get(NEW).text, "title")
    many = MultiDict(form)
    for n in range(5_000):
        many[f"sources-{n}-text"] = "x"
    many["sources"], many["do"] = "5000", "draft"
    answer = documenter.post(NEW, data=many)
    assert answer.status_code in (200, 413)
    form["narrative"] = "x" * 2_000_000
    assert documenter.post(NEW, data=form).status_code == 413
    assert store.every(desk_register, Noun.EVENT) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kinds", "ZZZ"),
        ("verification", "sure"),
        ("acts-0-woman", "maybe"),
        ("acts-0-group-indigenous", "<b>"),
        ("acts-0-harm", "x" * 1000),
        ("doers-0-perpetrator", "Alguien"),
        ("sources-0-kind", "../../etc"),
        ("concerned", "1"),
        ("spot-system", "EPSG:3857"),
        ("spot-place", "999999"),
    ],
)
def test_an_answer_that_is_not_in_the_list_is_not_kept(
    documenter: FlaskClient,
    told: Callable[..., Any],
    desk_register: Register,
    name: str,
    value: str,
) -> None:
    more = {"spot-first": "1", "spot-second": "1"} if name == "spot-system" else {}
    answer = told(documenter, NEW, {"title": "x", name: value, **more})
    assert answer.status_code == 200
    assert f'href="#{name}"' in answer.text
    assert store.every(desk_register, Noun.EVENT) == []


def test_rows_of_another_incident_cannot_be_written_through_a_form(
    documenter: FlaskClient,
    told: Callable[..., Any],
    plant: Callable[..., str],
    desk_register: Register,
) -> None:
    mine, other = plant(title="uno"), plant(title="otro")
    foreign = dossier.gather(desk_register, other)
    assert foreign is not None
    typed = {"title": "uno", "sources-0-id": foreign.sources[0].id, "sources-0-text": "metido"}
    answer = told(documenter, f"/es/incidentes/{mine}/editar", typed)
    assert answer.status_code == 200
    assert dossier.gather(desk_register, other) == foreign


def test_a_form_without_its_token_keeps_nothing(
    documenter: FlaskClient, desk_register: Register
) -> None:
    assert documenter.post(NEW, data={"title": "x", "do": "draft"}).status_code == 400
    assert store.every(desk_register, Noun.EVENT) == []


def test_a_row_that_a_new_incident_cannot_have_is_no_fault_of_ours(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register
) -> None:
    typed = {"title": "x", "no-names": "yes", "acts-0-id": store.new_id(), "acts-0-kind": "person",
             "kinds": ["T01"]}  # fmt: skip
    assert told(documenter, NEW, typed).status_code == 404
    assert store.ids(desk_register, Noun.EVENT) == frozenset()


def test_two_who_save_at_once_never_share_a_reference(
    documenter: FlaskClient, told: Callable[..., Any], desk_register: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    real, asked = finding.references, []

    def late(noun: Noun) -> dict[str, str]:
        """What the form asked for at first does not yet know the other's row."""
        asked.append(noun)
        first = [one for one in asked if one is Noun.SUBJECT]
        return real(noun) if len(first) > 2 else {}

    typed = {"title": "x", "no-names": "yes", "acts-0-kind": "person", "kinds": ["T01"]}
    assert told(documenter, NEW, typed).status_code == 303
    (row,) = store.every(desk_register, Noun.SUBJECT)
    monkeypatch.setattr(finding, "references", late)
    fresh = {**typed, "acts-0-fresh": row.content.reference}
    page = told(documenter, NEW, fresh)
    assert len(store.every(desk_register, Noun.SUBJECT)) == 1
    assert "Guarde otra vez" in page.text
    assert f'value="{row.content.reference}"' not in page.text
