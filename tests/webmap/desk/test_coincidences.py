"""Overlaps near an incident: for one reader at the desk, with the sentence that it is no cause."""

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from shapely import box

from geo.home import Home
from geo.places import Place, Places
from geo.register import audit, store
from geo.register.lists import Noun, PlacePrecision, Told
from geo.register.nouns import Event, Spot
from geo.register.store import Register, writing
from geo.release import read
from geo.terms import PlaceLevel
from webmap.desk.desk import Role

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[3] / "data"
SENTENCE = "no implica relación causal ni responsabilidad del titular del derecho"


@pytest.fixture
def desk_home(demonstration: Home, tmp_path: Path, clock: Callable[[], datetime]) -> Home:
    """A home with releases, whose register is this test's own."""
    root = tmp_path / "home"
    root.mkdir()
    (root / "releases").symlink_to(demonstration.root / "releases")
    return Home(root, DATA, clock)


@pytest.fixture(scope="module")
def desk_places(demonstration: Home) -> Places:
    """One invented district around the demonstration's overlaps."""
    west, south, east, north = _overlaps(demonstration).total_bounds
    made = {
        "": Place("", PlaceLevel.COUNTRY, "Perú", "", -74, -9),
        "90": Place("90", PlaceLevel.DEPARTMENT, "Departamento", "", -70, -12.5),
        "9001": Place("9001", PlaceLevel.PROVINCE, "Provincia", "90", -70, -12.5),
        "900101": Place("900101", PlaceLevel.DISTRICT, "Distrito", "9001", -70, -12.5),
    }
    return Places(made, {"900101": box(west - 0.2, south - 0.2, east + 0.2, north + 0.2)})


def _overlaps(home: Home):  # type: ignore[no-untyped-def]
    frame = read.overlaps(read.open_release(home.releases("restricted")))
    return frame[frame["overlap_class"] == "overlap"]


@pytest.fixture
def told(desk_register: Register, demonstration: Home) -> Callable[..., str]:
    """`told(precision, …)` records an incident on the first overlap; gives its page."""
    point = _overlaps(demonstration).geometry.iloc[0].representative_point()
    exact = Spot("900101", PlacePrecision.EXACT, point.x, point.y)

    def made(spot: Spot = exact, on: str = "2024-05") -> str:
        event = Event(title="Un hecho", happened_on=on, spot=spot, author="documenter",
                      community_concerned=Told.NO)  # fmt: skip
        with writing(desk_register, "documenter", NOW) as txn:
            row = store.put(txn, Noun.EVENT, event)
        return f"/es/incidentes/{row}/coincidencias"

    return made


def test_a_reader_sees_the_overlaps_near_with_the_sentence_that_it_is_no_cause(
    client_as: Callable[..., FlaskClient], told: Callable[..., str], demonstration: Home,
    desk_register: Register,
) -> None:  # fmt: skip
    address = told()
    page = client_as(Role.DOCUMENTER).get(address)
    assert page.status_code == 200
    assert SENTENCE in page.text
    assert re.search(r"en el área superpuesta|a 0[.]0\d km o menos", page.text)
    assert "<strong>sí</strong>" in page.text
    right = _overlaps(demonstration)["concession_id"].iloc[0]
    assert right in page.text
    english = client_as(Role.DOCUMENTER).get(address.replace("/es/", "/en/"))
    assert "no causal link" in english.text
    with desk_register.engine.connect() as connection:
        line = audit.lines(connection, desk_register.opened.keys)[-1]
    assert (line.who, line.deed) == ("documenter", "read coincidence of event")


def test_an_incident_known_to_its_district_is_answered_with_not_known(
    client_as: Callable[..., FlaskClient], told: Callable[..., str]
) -> None:
    page = client_as(Role.DOCUMENTER).get(told(Spot("900101", PlacePrecision.DISTRICT)))
    table = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert table
    assert "<strong>no se sabe</strong>" in table
    assert "<strong>sí</strong>" not in table


def test_a_place_or_a_date_that_nobody_knows_is_said_to_be_missing(
    client_as: Callable[..., FlaskClient], told: Callable[..., str]
) -> None:
    page = client_as(Role.DOCUMENTER).get(told(Spot(), on="")).text
    assert "ni siquiera el distrito" in page
    assert "No se sabe cuándo fue" in page
    assert "<tbody>" not in page


@pytest.mark.parametrize("asked", ["?km=1&dias=0", "?km=' OR 1&dias=-5", "?km=99999999999", "?km="])
def test_only_the_offered_choices_are_taken(
    client_as: Callable[..., FlaskClient], told: Callable[..., str], asked: str
) -> None:
    page = client_as(Role.DOCUMENTER).get(told() + asked)
    assert page.status_code == 200
    chosen = "1" if asked == "?km=1&dias=0" else "10"
    assert f"<option selected>{chosen}</option>" in page.text


@pytest.mark.parametrize("role", [Role.MONITOR, Role.LAWYER])
def test_it_is_not_there_for_whoever_may_not_read_the_incident(
    client_as: Callable[..., FlaskClient], told: Callable[..., str], role: Role
) -> None:
    assert client_as(role).get(told()).status_code == 404


def test_without_a_release_the_page_says_what_to_do(
    client_as: Callable[..., FlaskClient], told: Callable[..., str], desk_home: Home
) -> None:
    (desk_home.root / "releases").unlink()
    assert "deslinde build" in client_as(Role.DOCUMENTER).get(told()).text


def test_no_byte_of_any_release_knows_the_code(demonstration: Home) -> None:
    files = [path for path in demonstration.root.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        raw = path.read_bytes()
        assert b"COINC" not in raw, path
        if raw[:2] == b"\x1f\x8b":
            assert b"COINC" not in gzip.decompress(raw), path
