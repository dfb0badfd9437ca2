"""Where somebody was is shown while they let it be shown, and is counted nowhere."""

import io
import re
from datetime import UTC, datetime

import pytest
from PIL import ExifTags, Image
from shapely import box

from geo.errors import AttachmentRefused
from geo.places import Place, Places
from geo.register import (
    approved,
    attachments,
    consent,
    dossier,
    field,
    review,
    store,
    withdraw,
)
from geo.register.dossier import Dossier
from geo.register.lists import ConsentWord, Noun, PlacePrecision, SubjectKind, Told
from geo.register.nouns import Act, Consent, Event, Spot, Subject
from geo.register.store import Register, writing
from geo.terms import Audience, PlaceLevel

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = "2026-11-22"
WALK = (
    b'<gpx><wpt lat="-12.512345" lon="-70.154321"/><trk><trkseg>'
    b'<trkpt lat="-12.5" lon="-70.1"/><trkpt lat="-12.6" lon="-70.2"/></trkseg></trk></gpx>'
)


def _photo(place: dict[int, object]) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    made = io.BytesIO()
    Image.new("RGB", (9, 9)).save(made, "JPEG", exif=exif)
    return made.getvalue()


@pytest.fixture
def incident(register: Register) -> tuple[str, str]:
    """An incident with a walk, and the id of its one subject; nobody was asked anything."""
    with writing(register, "docu", NOW) as txn:
        who = store.put(txn, Noun.SUBJECT, Subject(SubjectKind.PERSON, "S-1"))
        event = store.put(
            txn,
            Noun.EVENT,
            Event(
                happened_on="2026-05",
                spot=Spot("900101", PlacePrecision.DISTRICT),
                community_concerned=Told.NO,
                submitted=True,
                author="docu",
            ),
        )
        store.put(txn, Noun.ACT, Act(who, ("T01",)), event=event)
        kept = attachments.take(register, WALK, "walk.gpx")
        row = store.put(txn, Noun.ATTACHMENT, kept, event=event)
        found = field.read(attachments.original(register, kept), row)
        assert found is not None
        store.put(txn, Noun.FIELD, found, event=event)
    return event, who


def _say(register: Register, who: str, word: ConsentWord, audience: Audience, on: str) -> None:
    with writing(register, "steward", NOW) as txn:
        consent.record(txn, Consent(who, audience, word, said_on=on))


def _now(register: Register, event: str) -> Dossier:
    found = dossier.gather(register, event)
    assert found is not None
    return found


def test_a_walk_is_shown_only_from_a_yes_to_a_no(
    register: Register, incident: tuple[str, str]
) -> None:
    event, who = incident
    assert field.usable(_now(register, event), TODAY) == ()
    _say(register, who, ConsentWord.GIVEN, Audience.BOXES, "2026-06-01")
    assert field.usable(_now(register, event), TODAY) == ()  # to be counted is not to be located
    _say(register, who, ConsentWord.GIVEN, Audience.LAWYER, "2026-06-02")
    (shown,) = field.usable(_now(register, event), TODAY)
    assert shown.content.points == ((-70.154321, -12.512345, ""),)
    assert shown.content.tracks == (((-70.1, -12.5), (-70.2, -12.6)),)
    assert field.usable(_now(register, event), "2026-06-01") == ()
    _say(register, who, ConsentWord.WITHDRAWN, Audience.LAWYER, "2026-06-03")
    assert field.usable(_now(register, event), TODAY) == ()


def test_places_go_with_the_file_that_they_came_from(
    register: Register, incident: tuple[str, str]
) -> None:
    event, who = incident
    _say(register, who, ConsentWord.GIVEN, Audience.LAWYER, "2026-06-02")
    (row,) = _now(register, event).attachments
    with writing(register, "docu", NOW) as txn:
        went = withdraw.attachment(txn, row.id)
    attachments.remove(register.folder, went.files)
    now = _now(register, event)
    assert (now.attachments, now.fields, field.usable(now, TODAY)) == ((), (), ())
    assert attachments.orphans(register) == ()


def test_no_place_of_a_walk_is_in_the_public_count(
    register: Register, incident: tuple[str, str]
) -> None:
    event, who = incident
    for audience in Audience:
        _say(register, who, ConsentWord.GIVEN, audience, "2026-06-02")
    with writing(register, "reviewer", NOW) as txn:
        found = dossier.gather(txn, event)
        assert found is not None
        review.approve(txn, found)
    places = Places(
        {
            "": Place("", PlaceLevel.COUNTRY, "Perú", "", -74, -9),
            "90": Place("90", PlaceLevel.DEPARTMENT, "Inventado", "", -70, -12),
            "9001": Place("9001", PlaceLevel.PROVINCE, "Uno", "90", -70, -12),
            "900101": Place("900101", PlaceLevel.DISTRICT, "Uno", "9001", -70, -12),
        },
        {"900101": box(-71, -13, -70, -12)},
    )
    counted = approved.incidents(register, places, TODAY)
    assert len(counted.facts) == 1
    assert not re.search(r"12\.\d|70\.\d", repr(counted.facts))


HALF = {1: "S", 2: (12.0, 30.0, 0.0)}
WHOLE = {**HALF, 3: "W", 4: (70.0, 15.0, 0.0)}


@pytest.mark.parametrize("content", [_photo({}), _photo(HALF), b"%PDF-1.7", b"\xff\xfb\x90\x00"])
def test_a_file_that_knows_no_place_gives_none(content: bytes) -> None:
    assert field.read(content, "a") is None


def test_a_photo_gives_the_point_where_the_camera_stood() -> None:
    found = field.read(_photo(WHOLE), "a")
    assert found is not None
    assert found.points == ((-70.25, -12.5, ""),)


def test_a_walk_with_nonsense_is_refused() -> None:
    with pytest.raises(AttachmentRefused):
        field.read(WALK.replace(b"-70.154321", b"-270"), "a")
