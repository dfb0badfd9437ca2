"""Who sees which incident: what is not for somebody answers as if it were not there."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from geo.register import audit, consent, dossier, store
from geo.register.lists import ConsentWord, Noun
from geo.register.nouns import Consent
from geo.register.store import Register
from geo.terms import Audience
from webmap.desk.desk import Role

SHOWN = ("", "/editar", "/historial", "/revision", "/permisos", "/retirar")


@pytest.fixture
def consented(desk_register: Register, clock: Any) -> Callable[..., None]:
    """Everybody concerned says yes to one audience."""

    def give(event: str, audience: Audience) -> None:
        found = dossier.gather(desk_register, event)
        assert found is not None
        with store.writing(desk_register, "tunqui", clock()) as txn:
            for one in (*found.subjects, *found.communities):
                consent.record(txn, Consent(one, audience, ConsentWord.GIVEN, said_on="2026-10-01"))

    return give


def _status(client: FlaskClient, address: str) -> int:
    return client.get(address).status_code


def test_a_monitor_sees_what_they_told_and_nothing_else(
    client_as: Callable[..., FlaskClient], plant: Callable[..., str]
) -> None:
    mine, others = plant(who="paiche", title="lo mío"), plant(who="colibri", title="lo ajeno")
    monitor = client_as(Role.MONITOR, name="paiche")
    page = monitor.get("/es/incidentes").text
    assert "lo mío" in page
    assert "lo ajeno" not in page
    assert _status(monitor, f"/es/incidentes/{mine}") == 200
    nobody = monitor.get(f"/es/incidentes/{store.new_id()}")
    for ending in ("", "/editar", "/historial"):
        there = monitor.get(f"/es/incidentes/{others}{ending}")
        assert there.status_code == 404
        if not ending:
            assert there.text == nobody.text
    assert "lo ajeno" not in monitor.post("/es/incidentes", data={"q": "ajeno"}).text


def test_a_monitor_meets_no_reference_of_others(
    client_as: Callable[..., FlaskClient], plant: Callable[..., str], desk_register: Register
) -> None:
    plant(who="colibri")
    (subject,) = store.every(desk_register, Noun.SUBJECT)
    (community,) = store.every(desk_register, Noun.COMMUNITY)
    monitor = client_as(Role.MONITOR, name="paiche")
    for address in ("/es/sujetos", "/es/comunidades", "/es/incidentes/nuevo"):
        page = monitor.get(address).text
        assert subject.content.reference not in page
        assert community.content.name not in page
    assert _status(monitor, f"/es/sujetos/{subject.id}") == 404
    assert _status(monitor, f"/es/comunidades/{community.id}") == 404


def test_a_lawyer_sees_an_incident_while_consent_stands_and_not_after(
    client_as: Callable[..., FlaskClient],
    plant: Callable[..., str],
    consented: Callable[..., None],
    desk_register: Register,
    clock: Any,
) -> None:
    event = plant(title="para la defensa")
    lawyer = client_as(Role.LAWYER, name="garza")
    address = f"/es/incidentes/{event}"
    assert _status(lawyer, address) == 404
    consented(event, Audience.BOXES)
    assert _status(lawyer, address) == 404
    consented(event, Audience.LAWYER)
    assert _status(lawyer, address) == 200
    assert "para la defensa" in lawyer.get("/es/incidentes").text
    for closed in ("/editar", "/historial", "/revision", "/permisos", "/retirar"):
        assert _status(lawyer, address + closed) in (403, 404)
    found = dossier.gather(desk_register, event)
    assert found is not None
    with store.writing(desk_register, "tunqui", clock()) as txn:
        consent.record(
            txn,
            Consent(
                next(iter(found.subjects)),
                Audience.LAWYER,
                ConsentWord.WITHDRAWN,
                said_on="2026-11-20",
            ),
        )
    assert _status(lawyer, address) == 404
    assert "para la defensa" not in lawyer.get("/es/incidentes").text


def test_an_administrator_reads_no_incident(
    client_as: Callable[..., FlaskClient], plant: Callable[..., str]
) -> None:
    event = plant()
    administrator = client_as(Role.ADMINISTRATOR, name="condor")
    for address in ("/es/incidentes", "/es/linea", "/es/demoras", "/es/sujetos", "/es/comunidades"):
        assert _status(administrator, address) in (403, 404)
    for ending in SHOWN:
        assert _status(administrator, f"/es/incidentes/{event}{ending}") in (403, 404)


def test_a_steward_looks_after_consent_without_reading_the_story(
    client_as: Callable[..., FlaskClient], plant: Callable[..., str]
) -> None:
    event = plant(narrative="lo que contaron en confianza")
    steward = client_as(Role.STEWARD, name="tunqui")
    assert _status(steward, f"/es/incidentes/{event}") == 403
    page = steward.get(f"/es/incidentes/{event}/permisos")
    assert page.status_code == 200
    assert "lo que contaron en confianza" not in page.text


@pytest.mark.parametrize("role", [Role.DOCUMENTER, Role.REVIEWER])
def test_every_opening_leaves_a_line_with_who_and_what(
    client_as: Callable[..., FlaskClient],
    plant: Callable[..., str],
    desk_register: Register,
    role: Role,
) -> None:
    event = plant()
    client = client_as(role, name="gallito")
    client.get(f"/es/incidentes/{event}")
    client.get("/es/incidentes")
    with desk_register.engine.connect() as connection:
        lines = audit.lines(connection, desk_register.opened.keys)
    deeds = [(line.who, line.deed, line.about) for line in lines]
    assert ("gallito", "read event", event) in deeds
    assert ("gallito", "search events", "") in deeds


def test_an_incident_offers_each_way_once(
    client_as: Callable[..., FlaskClient], plant: Callable[..., str]
) -> None:
    event = plant()
    for role in (Role.DOCUMENTER, Role.REVIEWER):
        page = client_as(role).get(f"/es/incidentes/{event}").text
        for ending in ("archivos", "historial", "superposiciones"):
            assert page.count(f'/es/incidentes/{event}/{ending}"') <= 1, (role, ending)
        assert page.count(">Archivos</a>") == page.count(">Superposiciones cercanas</a>") == 1


@pytest.mark.parametrize(
    ("page", "deed"), [("permisos", "read consent of event"), ("archivos", "list attachment")]
)
def test_what_a_steward_reads_of_an_incident_leaves_a_line(
    client_as: Callable[..., FlaskClient],
    plant: Callable[..., str],
    desk_register: Register,
    page: str,
    deed: str,
) -> None:
    event = plant()
    steward = client_as(Role.STEWARD, name="tunqui")
    assert _status(steward, f"/es/incidentes/{event}/{page}") == 200
    with desk_register.engine.connect() as connection:
        lines = audit.lines(connection, desk_register.opened.keys)
    assert ("tunqui", deed, event) in [(line.who, line.deed, line.about) for line in lines]
