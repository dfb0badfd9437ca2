"""A walk's copy is its places and instants; who walked, and names of places, are not in it."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import AttachmentRefused
from geo.register.cleaning import forms, traces, tracks

GPX = b"""<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Zulmira's phone" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><author><name>Zulmira</name></author><time>2026-01-02T03:04:05Z</time></metadata>
<wpt lat="-12.5" lon="-70.25"><ele>3</ele><time>2026-05-06T07:08:09-05:00</time>
<name>Zulmira's house</name></wpt>
<trk><name>Zulmira walks</name><trkseg>
<trkpt lat="-12.5" lon="-70.25"/><trkpt lat="-12.75" lon="-70.5"/>
</trkseg></trk></gpx>"""

KML = b"""\xef\xbb\xbf<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"
 xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>Zulmira</name>
<Placemark><name>Zulmira's house</name><TimeStamp><when>2026-05-06T12:08:09Z</when></TimeStamp>
<Point><coordinates>-70.25,-12.5,3</coordinates></Point></Placemark>
<Placemark><LineString>
<coordinates>-70.25, -12.5 -70.5,-12.75,0</coordinates></LineString></Placemark>
</Document></kml>"""

POINTS = ((-70.25, -12.5, "2026-05-06T12:08:09+00:00"),)
LINES = (((-70.25, -12.5), (-70.5, -12.75)),)


def _kmz(text: bytes, name: str = "doc.kml") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, text)
    return made.getvalue()


WALKS = {
    forms.GPX: GPX,
    forms.KML: KML,
    forms.KMZ: _kmz(KML),
}


@pytest.mark.parametrize("form", WALKS, ids=lambda form: form.media)
def test_the_places_are_kept_and_the_names_are_not(form: forms.Form) -> None:
    given_walk = WALKS[form]
    assert forms.form_of(given_walk) == form
    copy = tracks.clean(given_walk, form.media)
    assert b"Zulmira" not in copy
    told = tracks.trace(copy, forms.GPX.media)
    assert told == tracks.trace(given_walk, form.media)
    assert told == {"points": POINTS, "tracks": LINES}
    assert traces.trace_of(told) == traces.Trace(POINTS, LINES)


def test_a_recorded_walk_of_a_phone_is_read_as_a_line() -> None:
    walk = KML.replace(
        b"</Document>",
        b"<Placemark><gx:Track><when>2026-01-01T00:00:00Z</when><gx:coord>-70 -12 5</gx:coord>"
        b"<gx:coord>-71 -13 5</gx:coord></gx:Track></Placemark></Document>",
    )
    assert tracks.trace(walk, forms.KML.media)["tracks"][-1] == ((-70.0, -12.0), (-71.0, -13.0))


@pytest.mark.parametrize(
    "kind",
    [
        b'<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        b'<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b"<!doctype gpx>",
    ],
)
def test_a_walk_that_would_grow_or_reach_for_files_is_refused(kind: bytes) -> None:
    with pytest.raises(AttachmentRefused, match="entidades"):
        tracks.clean(GPX.replace(b"<gpx", kind + b"<gpx", 1), forms.GPX.media)
    other = GPX.decode().replace("UTF-8", "UTF-16").replace("<gpx", kind.decode() + "<gpx", 1)
    with pytest.raises(AttachmentRefused):
        tracks.clean(other.encode("utf-16"), forms.GPX.media)


def test_elements_within_elements_end_in_a_sentence() -> None:
    deep = b"<gpx>" + b"<a>" * 100_000
    with pytest.raises(AttachmentRefused, match="dentro de elementos"):
        tracks.clean(deep, forms.GPX.media)


def test_an_archive_that_unfolds_into_too_much_is_refused() -> None:
    bomb = _kmz(b"<kml>" + b" " * (tracks.MOST_UNFOLDED_BYTES + 9))
    with pytest.raises(AttachmentRefused, match="hincha"):
        tracks.clean(bomb, forms.KMZ.media)


@pytest.mark.parametrize("name", ["words.docx", "../../etc/passwd", "inner.kmz"])
def test_an_archive_of_anything_else_is_no_walk(name: str) -> None:
    with pytest.raises(AttachmentRefused, match="no es un KMZ"):
        tracks.clean(_kmz(KML, name), forms.KMZ.media)


@pytest.mark.parametrize(
    "place", [b'lat="-12.5" lon="nan"', b'lat="95" lon="0"', b'lat="x" lon="0"', b'lat="1"']
)
def test_a_place_that_is_none_is_refused(place: bytes) -> None:
    with pytest.raises(AttachmentRefused):
        tracks.clean(GPX.replace(b'lat="-12.5" lon="-70.25"', place, 1), forms.GPX.media)


def test_a_walk_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "MOST_POINTS", 2)
    with pytest.raises(AttachmentRefused, match="puntos"):
        tracks.clean(GPX, forms.GPX.media)


def test_a_walk_without_places_is_refused() -> None:
    with pytest.raises(AttachmentRefused, match="no trae puntos"):
        tracks.clean(b"<gpx></gpx>", forms.GPX.media)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(WALKS, key=lambda form: form.media)), st.data())
def test_a_cut_or_spoilt_walk_ends_in_a_sentence(form: forms.Form, data: st.DataObject) -> None:
    whole = bytearray(WALKS[form])
    for _ in range(data.draw(st.integers(0, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    spoilt = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        copy = tracks.clean(spoilt, form.media)
    except AttachmentRefused:
        return
    assert b"Zulmira" not in copy
    assert tracks.clean(copy, forms.GPX.media) == copy
