"""A reserved annex at the desk: asked for, read whole by two, handed out closed; else refused."""

import html
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pypdfium2
import pyrage
import pytest
from flask.testing import FlaskClient

from geo.boxes import annexes
from geo.register import audit, consent, dossier, review, store
from geo.register.lists import ConsentWord, Noun, PlacePrecision, SubjectKind, Told
from geo.register.nouns import Act, Consent, Event, Spot, Subject
from geo.register.store import Register, writing
from geo.terms import Audience
from webmap.desk.desk import Role

Enter = Callable[..., FlaskClient]
Token = Callable[[FlaskClient, str], str]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
READER = pyrage.x25519.Identity.generate()
FORM = "/es/anexos/nuevo"


@pytest.fixture
def incident(desk_register: Register) -> dict[str, str]:
    """An approved incident, open to lawyers."""
    with writing(desk_register, "documenter", NOW) as txn:
        who = store.put(
            txn, Noun.SUBJECT, Subject(SubjectKind.PERSON, "S-1", description="Zulmira")
        )
        told = Event("El hecho de Zulmira", "Zulmira contó", "2026-05-06", spot=Spot("900101",
                     PlacePrecision.DISTRICT), community_concerned=Told.NO, submitted=True,
                     author="documenter")  # fmt: skip
        event = store.put(txn, Noun.EVENT, told)
        store.put(txn, Noun.ACT, Act(who, ("T01",)), event=event)
        yes = Consent(who, Audience.LAWYER, ConsentWord.GIVEN, said_on="2026-11-01")
        consent.record(txn, yes)
    with writing(desk_register, "reviewer", NOW) as txn:
        found = dossier.gather(txn, event)
        assert found is not None
        review.approve(txn, found)
    return {"event": event, "who": who}


@pytest.fixture
def send(token: Token) -> Callable[..., object]:
    """`send(client, address, page, …)` posts a form with the token of a page."""

    def post(client: FlaskClient, address: str, page: str, **said: str) -> object:
        return client.post(address, data={"csrf_token": token(client, page), **said})

    return post


@pytest.fixture
def prepared(
    client_as: Enter, send: Callable[..., object], incident: dict[str, str],
    desk_register: Register,
) -> Callable[..., str]:  # fmt: skip
    """A lawyer asks; gives the address of what waits."""

    def made(recipients: str = str(READER.to_public()), **said: str) -> str:
        lawyer = client_as(Role.LAWYER)
        answer = send(lawyer, FORM, FORM, forum="cidh", event=incident["event"],
                      recipients=recipients, **said)  # fmt: skip
        assert answer.status_code == 303, answer.text
        (waits,) = annexes.waiting(desk_register)
        assert answer.headers["Location"] == f"/es/anexos/{waits.id}"
        return f"/es/anexos/{waits.id}"

    return made


def _digest(page: str) -> str:
    return re.findall(r'name="digest" value="([0-9a-f]{64})"', page)[0]


def _approve(client: FlaskClient, send: Callable[..., object], address: str) -> object:
    digest = _digest(client.get(address).text)
    return send(client, f"{address}/aprobar", address, digest=digest)


def _withdraw(register: Register, who: str) -> None:
    with writing(register, "steward", NOW) as txn:
        no = Consent(who, Audience.LAWYER, ConsentWord.WITHDRAWN, said_on="2026-11-21")
        consent.record(txn, no)


def test_two_people_read_it_and_only_its_reader_opens_what_goes_out(
    client_as: Enter, send: Callable[..., object], prepared: Callable[..., str],
    desk_register: Register,
) -> None:  # fmt: skip
    address = prepared()
    lawyer, steward = client_as(Role.LAWYER), client_as(Role.STEWARD)
    read = lawyer.get(f"{address}/leer")
    assert read.data.startswith(b"%PDF")
    assert "sandbox" in read.headers["Content-Security-Policy"]
    assert read.headers["Content-Disposition"].startswith("attachment")
    document = pypdfium2.PdfDocument(io.BytesIO(read.data))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert "S-1" in text
    assert "Distrito Uno" in text
    assert "Zulmira" not in text
    assert "6 de mayo" not in text
    for client in (lawyer, steward):
        assert _approve(client, send, address).status_code == 303
    out = send(steward, f"{address}/entregar", address)
    assert out.status_code == 200
    assert pyrage.decrypt(out.data, [READER]) == read.data
    assert out.headers["Content-Disposition"].endswith('.pdf.age"')
    with desk_register.engine.connect() as connection:
        lines = audit.lines(connection, desk_register.opened.keys)
    told = [(line.who, line.deed.rpartition(" ")[0]) for line in lines if "annex" in line.deed]
    for line in (("lawyer", "request annex"), ("lawyer", "read annex"),
                 ("lawyer", "approve annex"), ("steward", "approve annex"),
                 ("steward", "export annex")):  # fmt: skip
        assert line in told


def test_one_yes_or_the_same_person_twice_lets_nothing_out(
    client_as: Enter, send: Callable[..., object], prepared: Callable[..., str]
) -> None:
    address = prepared()
    lawyer = client_as(Role.LAWYER)
    _approve(lawyer, send, address)
    assert "Falta otra persona" in lawyer.get(address).text
    answer = send(lawyer, f"{address}/entregar", address)
    assert answer.status_code == 303
    assert "Faltan aprobaciones" in html.unescape(lawyer.get("/es/anexos").text)


def test_a_yes_to_something_else_than_what_was_read_does_not_count(
    client_as: Enter, send: Callable[..., object], prepared: Callable[..., str],
    desk_register: Register,
) -> None:  # fmt: skip
    address = prepared()
    send(client_as(Role.LAWYER), f"{address}/aprobar", address, digest="0" * 64)
    (waits,) = annexes.waiting(desk_register)
    assert waits.approvers == ()


def test_a_permission_taken_back_closes_it_for_readers_and_for_the_way_out(
    client_as: Enter, send: Callable[..., object], prepared: Callable[..., str],
    incident: dict[str, str], desk_register: Register,
) -> None:  # fmt: skip
    address = prepared()
    lawyer, steward = client_as(Role.LAWYER), client_as(Role.STEWARD)
    for client in (lawyer, steward):
        _approve(client, send, address)
    _withdraw(desk_register, incident["who"])
    assert "fue retirado" in html.unescape(steward.get(address).text)
    assert steward.get(f"{address}/leer").status_code == 404
    out = send(steward, f"{address}/entregar", address)
    assert out.status_code == 303
    assert b"age-encryption" not in out.data
    assert "Se cerraron 1 anexos" in steward.get("/es/anexos").text
    assert steward.get(address).status_code == 404
    assert annexes.waiting(desk_register) == ()


def test_withdrawing_the_incident_at_the_desk_takes_its_annex_along(
    client_as: Enter, send: Callable[..., object], prepared: Callable[..., str],
    incident: dict[str, str], desk_register: Register,
) -> None:  # fmt: skip
    prepared()
    steward, page = client_as(Role.STEWARD), f"/es/incidentes/{incident['event']}/retirar"
    assert send(steward, page, page, do="withdraw", sure="yes").status_code == 303
    assert annexes.waiting(desk_register) == ()


def test_what_is_not_open_to_lawyers_cannot_be_asked_for_by_its_number(
    client_as: Enter, send: Callable[..., object], incident: dict[str, str],
    desk_register: Register,
) -> None:  # fmt: skip
    _withdraw(desk_register, incident["who"])
    lawyer = client_as(Role.LAWYER)
    assert incident["event"] not in lawyer.get(FORM).text
    answer = send(lawyer, FORM, FORM, forum="cidh", event=incident["event"])
    assert answer.status_code == 200
    assert "Falta el consentimiento" in html.unescape(answer.text)
    assert annexes.waiting(desk_register) == ()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"forum": "nobody"}, "Elija para quién es"),
        ({"event": ""}, "consentimiento|no está"),
        ({"recipients": "age1nonsense"}, "clave pública"),
        ({"purpose": "otra cosa"}, None),
        ({"recipients": "<script>alert(1)</script>"}, "clave pública"),
    ],
)
def test_a_form_that_cannot_be_is_told_and_keeps_what_was_typed(
    client_as: Enter, send: Callable[..., object], incident: dict[str, str],
    said: dict[str, str], told: str | None,
) -> None:  # fmt: skip
    typed = {"forum": "cidh", "event": incident["event"], "recipients": "", **said}
    answer = send(client_as(Role.LAWYER), FORM, FORM, **typed)
    if told is None:
        assert answer.status_code == 303  # a permission without a purpose is for any
        return
    assert answer.status_code == 200
    assert re.search(told, html.unescape(answer.text))
    assert "<script>alert" not in answer.text


def test_without_a_key_a_long_passphrase_closes_it(
    client_as: Enter, send: Callable[..., object], prepared: Callable[..., str]
) -> None:
    address = prepared(recipients="")
    lawyer, steward = client_as(Role.LAWYER), client_as(Role.STEWARD)
    for client in (lawyer, steward):
        _approve(client, send, address)
    short = send(steward, f"{address}/entregar", address, passphrase="corta")
    assert short.status_code == 303
    words = "cuatro palabras muy inventadas"
    out = send(steward, f"{address}/entregar", address, passphrase=words)
    assert pyrage.passphrase.decrypt(out.data, words).startswith(b"%PDF")
    assert words not in steward.get("/es/anexos").text


def test_a_steward_who_reads_no_incident_chooses_by_number_and_sees_no_title(
    client_as: Enter, incident: dict[str, str]
) -> None:
    page = client_as(Role.STEWARD).get(FORM).text
    assert incident["event"] in page
    assert "Zulmira" not in page
    assert "Zulmira" in client_as(Role.LAWYER).get(FORM).text


def test_whoever_reads_an_annex_can_leave_at_once(
    client_as: Enter, prepared: Callable[..., str]
) -> None:
    address = prepared()
    for role in (Role.LAWYER, Role.REVIEWER, Role.STEWARD):
        page = client_as(role).get(address)
        assert page.status_code == 200
        for way_out in ("Salida rápida", "Salir", "Cerrar ahora"):
            assert way_out in page.text, role
        assert ("Retirar este anexo" in page.text) == (role is not Role.REVIEWER)


def test_no_other_page_approves_or_drops_an_annex(
    client_as: Enter, send: Callable[..., object], prepared: Callable[..., str],
    desk_register: Register,
) -> None:  # fmt: skip
    prepared()
    (waits,) = annexes.waiting(desk_register)
    for client in (client_as(Role.STEWARD), client_as(Role.REVIEWER)):
        send(client, "/es/paquetes/aprobar", "/es/paquetes", asked=waits.id, digest=waits.digest)
    steward = client_as(Role.STEWARD)
    send(steward, "/es/paquetes/retirar", "/es/paquetes", asked=waits.id)
    (after,) = annexes.waiting(desk_register)
    assert after.approvers == ()
