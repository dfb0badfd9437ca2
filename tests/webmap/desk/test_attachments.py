"""Files at the desk: taken by their content, shown as copies, and never on the disk as they are."""

import io
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import ExifTags, Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from geo.register import audit, consent, dossier, store
from geo.register.cleaning import forms
from geo.register.lists import ConsentWord, Noun, SubjectKind, Told
from geo.register.nouns import Act, Consent, Event, Subject
from geo.register.store import Register, writing
from geo.terms import Audience
from webmap.desk import attachments
from webmap.desk.desk import Role

Enter = Callable[..., FlaskClient]
Token = Callable[[FlaskClient, str], str]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WALK = (
    b'<gpx creator="Zulmira"><wpt lat="-12.512345" lon="-70.154321"><name>casa</name></wpt></gpx>'
)


def _photo() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Zulmira Inventada"
    made = io.BytesIO()
    Image.new("RGB", (40, 30), (1, 2, 200)).save(made, "JPEG", exif=exif)
    return made.getvalue()


PHOTO = _photo()


@pytest.fixture
def incident(desk_register: Register) -> dict[str, str]:
    """An incident of the account `documenter`, about one subject whom nobody has asked."""
    with writing(desk_register, "documenter", NOW) as txn:
        who = store.put(txn, Noun.SUBJECT, Subject(SubjectKind.PERSON, "S-1"))
        told = Event(title="Un hecho", community_concerned=Told.NO, submitted=True,
                     author="documenter")  # fmt: skip
        event = store.put(txn, Noun.EVENT, told)
        store.put(txn, Noun.ACT, Act(who, ("T01",)), event=event)
    return {"event": event, "who": who}


@pytest.fixture
def upload(client_as: Enter, token: Token, incident: dict[str, str]) -> Callable[..., object]:
    """`upload(("x.jpg", bytes), …)` hands files in as a documenter; gives the answer."""

    def handed_in(*files: tuple[str, bytes]) -> object:
        client = client_as(Role.DOCUMENTER)
        page = f"/es/incidentes/{incident['event']}/archivos"
        given = [FileStorage(io.BytesIO(content), name) for name, content in files]
        said = MultiDict([("csrf_token", token(client, page)), *(("files", one) for one in given)])
        # the test client would put a large body into a temporary file of its own
        body, _, boundary = stream_encode_multipart(said, use_tempfile=False)
        kind = f"multipart/form-data; boundary={boundary}"
        return client.post(page, data=body.read(), content_type=kind)

    return handed_in


def _rows(register: Register, event: str) -> list[str]:
    found = dossier.gather(register, event)
    assert found is not None
    return [row.id for row in found.attachments]


def _yes(register: Register, who: str) -> None:
    with writing(register, "steward", NOW) as txn:
        said = Consent(who, Audience.LAWYER, ConsentWord.GIVEN, said_on="2026-11-01")
        consent.record(txn, said)


def test_whoever_reads_gets_the_copy_and_never_the_maker_of_the_photo(
    client_as: Enter, upload: Callable[..., object], incident: dict[str, str],
    desk_register: Register,
) -> None:  # fmt: skip
    answer = upload(("mi casa.exe", PHOTO))
    assert answer.status_code == 303
    (row,) = _rows(desk_register, incident["event"])
    reader = client_as(Role.REVIEWER)
    page = reader.get(f"/es/incidentes/{incident['event']}/archivos")
    assert page.status_code == 200
    assert f"/es/archivos/{row}/foto" in page.text
    assert "original" not in page.text.partition("<main")[2].partition("<section")[0]
    for address in (f"/es/archivos/{row}", f"/es/archivos/{row}/foto"):
        copy = reader.get(address)
        assert b"Zulmira" not in copy.data
        assert b"Exif" not in copy.data
        assert "sandbox" in copy.headers["Content-Security-Policy"]
        assert "'self'" not in copy.headers["Content-Security-Policy"]
        assert copy.headers["X-Content-Type-Options"] == "nosniff"
        assert copy.headers["Cache-Control"] == "no-store"
    kept = reader.get(f"/es/archivos/{row}")
    assert kept.mimetype == "application/octet-stream"
    assert kept.headers["Content-Disposition"] == f'attachment; filename="copia-{row[:8]}.jpg"'


def test_the_original_is_for_stewards_and_for_lawyers_who_may_see_it(
    client_as: Enter, upload: Callable[..., object], incident: dict[str, str],
    desk_register: Register,
) -> None:  # fmt: skip
    upload(("x", PHOTO))
    (row,) = _rows(desk_register, incident["event"])
    address = f"/es/archivos/{row}/original"
    assert client_as(Role.DOCUMENTER).get(address).status_code == 403
    assert client_as(Role.REVIEWER).get(address).status_code == 403
    assert client_as(Role.LAWYER).get(address).status_code == 404
    assert client_as(Role.LAWYER, Role.REVIEWER, name="both").get(address).status_code == 404
    assert client_as(Role.STEWARD).get(address).data == PHOTO
    _yes(desk_register, incident["who"])
    assert client_as(Role.LAWYER).get(address).data == PHOTO
    with desk_register.engine.connect() as connection:
        lines = audit.lines(connection, desk_register.opened.keys)
    told = [(line.who, line.deed) for line in lines if line.about == row]
    assert told[-2:] == [("steward", "export attachment"), ("lawyer", "export attachment")]


def test_somebody_else_s_file_is_not_there_for_a_monitor(
    client_as: Enter, upload: Callable[..., object], incident: dict[str, str],
    desk_register: Register,
) -> None:  # fmt: skip
    upload(("x", PHOTO))
    (row,) = _rows(desk_register, incident["event"])
    monitor = client_as(Role.MONITOR)
    nothing = monitor.get(f"/es/archivos/{'0' * 32}")
    for address in (f"/es/archivos/{row}", f"/es/archivos/{row}/foto",
                    f"/es/archivos/{row}/retirar",
                    f"/es/incidentes/{incident['event']}/archivos"):  # fmt: skip
        answer = monitor.get(address)
        assert answer.status_code == nothing.status_code == 404
        assert row not in answer.text


def test_a_walk_is_sealed_for_everybody_until_there_is_a_yes(
    client_as: Enter, upload: Callable[..., object], incident: dict[str, str],
    desk_register: Register,
) -> None:  # fmt: skip
    upload(("walk.gpx", WALK))
    (row,) = _rows(desk_register, incident["event"])
    reader = client_as(Role.DOCUMENTER)
    page = f"/es/incidentes/{incident['event']}/archivos"
    assert "Nadie los ve" in reader.get(page).text
    assert "12.5123" not in reader.get(page).text
    assert reader.get(f"/es/archivos/{row}").status_code == 404
    _yes(desk_register, incident["who"])
    walk = reader.get(f"/es/archivos/{row}")
    assert b"-12.512345" in walk.data
    assert b"Zulmira" not in walk.data
    assert b"casa" not in walk.data


def test_what_cannot_be_taken_is_told_file_by_file_and_the_rest_is_kept(
    upload: Callable[..., object], incident: dict[str, str], desk_register: Register
) -> None:
    answer = upload(("a.jpg", PHOTO), ("b.jpg", b"<script>alert(1)</script>"), ("<b>c", b"MZ"))
    assert answer.status_code == 200
    assert len(_rows(desk_register, incident["event"])) == 1
    assert "<b>c" not in answer.text
    assert "&lt;b&gt;c" in answer.text
    assert "alert(1)" not in answer.text
    assert answer.text.count("Se reciben fotos") == 2


def test_nothing_chosen_is_told(upload: Callable[..., object]) -> None:
    answer = upload()
    assert answer.status_code == 200
    assert "por lo menos un archivo" in answer.text


def test_more_than_a_few_files_at_once_are_told(
    upload: Callable[..., object], incident: dict[str, str], desk_register: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(attachments, "MOST_FILES", 1)
    answer = upload(*((f"{n}.jpg", PHOTO) for n in range(2)))
    assert "hasta 1 " in answer.text
    assert len(_rows(desk_register, incident["event"])) == 1


def test_a_request_above_its_limit_is_refused_before_it_is_read(
    client_as: Enter, token: Token, incident: dict[str, str]
) -> None:
    client = client_as(Role.DOCUMENTER)
    page = f"/es/incidentes/{incident['event']}/archivos"
    huge = {"CONTENT_LENGTH": str(3 * forms.LARGEST), "wsgi.input": io.BytesIO(b"--x")}
    said = {"data": b"--x", "content_type": "multipart/form-data; boundary=x"}
    assert token(client, page)
    assert client.post(page, environ_overrides=huge, **said).status_code == 413
    small = {"CONTENT_LENGTH": str(forms.LARGEST), "wsgi.input": io.BytesIO(b"--x")}
    assert client.post(page, environ_overrides=small, **said).status_code == 400


def test_a_file_is_never_on_the_disk_unsealed(
    upload: Callable[..., object], incident: dict[str, str], desk_register: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def refused(*_args: object, **_named: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refused)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refused)
    answer = upload(("big.jpg", PHOTO + bytes(3 * 2**20)))
    assert answer.status_code == 303
    lying = [path for path in desk_register.folder.rglob("*") if path.is_file()]
    assert not [path for path in lying if b"Zulmira Inventada" in path.read_bytes()]


def test_a_file_that_is_withdrawn_goes_with_its_places_after_a_second_word(
    client_as: Enter, token: Token, upload: Callable[..., object], incident: dict[str, str],
    desk_register: Register,
) -> None:  # fmt: skip
    upload(("walk.gpx", WALK))
    (row,) = _rows(desk_register, incident["event"])
    client, address = client_as(Role.DOCUMENTER), f"/es/archivos/{row}/retirar"
    said = {"csrf_token": token(client, address)}
    assert client.post(address, data=said).status_code == 200
    assert _rows(desk_register, incident["event"]) == [row]
    assert client.post(address, data={**said, "sure": "yes"}).status_code == 303
    found = dossier.gather(desk_register, incident["event"])
    assert found is not None
    assert (found.attachments, found.fields) == ((), ())
    assert not list((desk_register.folder / "attachments").iterdir())
    assert client.get(address).status_code == 404


def test_a_row_that_could_not_be_written_leaves_no_file_behind(
    upload: Callable[..., object], desk_app: Flask, desk_register: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    put = store.put

    def failing(txn: object, noun: Noun, *args: object, **named: object) -> str:
        if noun is Noun.ATTACHMENT:
            raise RuntimeError("the database went away")
        return put(txn, noun, *args, **named)

    monkeypatch.setattr(store, "put", failing)
    with pytest.raises(RuntimeError):
        upload(("x.jpg", PHOTO))
    assert not list((desk_register.folder / "attachments").iterdir())
