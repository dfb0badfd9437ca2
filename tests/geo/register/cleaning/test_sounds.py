"""A recording's copy is its sound: titles, places, dates and pictures stay with the original."""

import io
import struct
import wave

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TIT2
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.ogg import OggPage
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from geo.errors import AttachmentRefused
from geo.register.cleaning import flac, forms, m4a, mp3, ogg, wav

SECRET = "Zulmira Inventada -12.51 -70.10"
CANARY = SECRET.encode()


def _wav() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as opened:
        opened.setparams((1, 2, 8_000, 0, "NONE", ""))
        opened.writeframes(struct.pack("<800h", *range(800)))
    made.seek(0)
    tagged = WAVE(made)
    tagged.add_tags()
    tagged.tags.add(TIT2(encoding=3, text=[SECRET]))
    tagged.save(made)
    raw = made.getvalue()
    bext = CANARY.ljust(602, b"\x00")
    body = raw[12:] + b"bext" + len(bext).to_bytes(4, "little") + bext
    return b"RIFF" + (4 + len(body)).to_bytes(4, "little") + b"WAVE" + body + CANARY


FRAME = b"\xff\xfb\x90\x00" + bytes(range(1, 250)) + bytes(164)
"""MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes."""


def _mp3() -> bytes:
    noted = FRAME[:36] + b"Info" + CANARY + FRAME[40 + len(CANARY) :]
    made = io.BytesIO(noted + FRAME * 12)
    tag = ID3()
    tag.add(TIT2(encoding=3, text=[SECRET]))
    tag.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=b"\xff\xd8" + CANARY))
    tag.save(made, v1=2)
    return made.getvalue() + b"APETAGEX" + CANARY


def _comments() -> bytes:
    said = b"ARTIST=" + CANARY
    vendor = b"phone of Zulmira Inventada"
    return struct.pack("<I", len(vendor)) + vendor + struct.pack("<II", 1, len(said)) + said


def _ogg(first: bytes, heads: list[bytes], serial: int = 77) -> bytes:
    pages = [*OggPage.from_packets([first], 0), *OggPage.from_packets(heads, 1)]
    sound = OggPage()
    sound.packets, sound.position, sound.last = [b"\xfc\xff\xfe"] * 3, 2_880, True
    pages.append(sound)
    pages[0].first = True
    for number, page in enumerate(pages):
        page.serial, page.sequence = serial, number
    pages[0].position = 0
    return b"".join(page.write() for page in pages)


def _opus() -> bytes:
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
    return _ogg(head, [b"OpusTags" + _comments() + b"\x01" + CANARY]) + CANARY


def _vorbis() -> bytes:
    head = b"\x01vorbis" + struct.pack("<IBIiiiBB", 0, 1, 44_100, 0, 128_000, 0, 0xB8, 1)
    return _ogg(head, [b"\x03vorbis" + _comments() + b"\x01", b"\x05vorbis set-up"])


def _flac() -> bytes:
    info = struct.pack(">HH", 4_096, 4_096) + bytes(6)
    info += (44_100 << 44 | 0 << 41 | 15 << 36 | 4_096).to_bytes(8, "big") + bytes(16)
    made = io.BytesIO(b"fLaC\x80" + len(info).to_bytes(3, "big") + info + b"\xff\xf8" + bytes(64))
    tagged = FLAC(made)
    tagged["artist"] = SECRET
    picture = Picture()
    picture.data, picture.mime, picture.type = b"\xff\xd8" + CANARY, "image/jpeg", 3
    tagged.add_picture(picture)
    made.seek(0)
    tagged.save(made)
    return made.getvalue() + b"TAG" + CANARY.ljust(125, b"\x00")


def _box(name: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), name) + body


def _m4a(handler: bytes = b"soun", extra: bytes = b"") -> bytes:
    dated = struct.pack(">IIIII", 0, 0xCA11AB1E, 0xCA11AB1E, 1_000, 1_000)
    entry = _box(b"ulaw", bytes(6), struct.pack(">H", 1), bytes(8), struct.pack(">HHI", 1, 16, 0),
                 struct.pack(">I", 8_000 << 16), _box(b"chan"))  # fmt: skip
    table = _box(
        b"stbl",
        _box(b"stsd", struct.pack(">II", 0, 1), entry),
        _box(b"stts", struct.pack(">IIII", 0, 1, 1, 1_024)),
        _box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1)),
        _box(b"stsz", struct.pack(">III", 0, 64, 1)),
        _box(b"stco", struct.pack(">III", 0, 1, 40)),
    )
    media = _box(
        b"mdia",
        _box(b"mdhd", dated, bytes(4)),
        _box(b"hdlr", bytes(8), handler, bytes(12), CANARY + b"\x00"),
        _box(b"minf", _box(b"smhd", bytes(8)), table),
    )
    track = _box(b"trak", _box(b"tkhd", dated, bytes(64)), media, _box(b"udta", CANARY))
    moov = _box(
        b"moov",
        _box(b"mvhd", dated, bytes(80)),
        track,
        extra,
        _box(b"udta", _box(b"\xa9xyz", CANARY), _box(b"meta", bytes(4), CANARY)),
    )
    head = _box(b"ftyp", b"M4A ", bytes(4), b"M4A ")
    return (
        head
        + _box(b"free", bytes(4))
        + _box(b"mdat", bytes(range(64)))
        + moov
        + _box(b"uuid", CANARY)
    )


SOUNDS = {
    "wav": (_wav, wav, forms.WAV, WAVE),
    "mp3": (_mp3, mp3, forms.MP3, MP3),
    "opus": (_opus, ogg, forms.OGG, OggOpus),
    "vorbis": (_vorbis, ogg, forms.OGG, OggVorbis),
    "flac": (_flac, flac, forms.FLAC, FLAC),
    "m4a": (_m4a, m4a, forms.M4A, MP4),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_the_copy_of_a_recording_does_not_say_who_or_where(name: str) -> None:
    make, room, form, opened = SOUNDS[name]
    given_sound = make()
    assert b"Zulmira" in given_sound
    assert forms.form_of(given_sound) == form
    copy = room.clean(given_sound, form.media)
    assert b"Zulmira" not in copy
    assert b"12.51" not in copy
    assert b"\xca\x11\xab\x1e" not in copy
    heard = opened(io.BytesIO(copy))
    assert heard.info.length > 0
    assert not heard.tags
    assert not getattr(heard, "pictures", None)


@pytest.mark.parametrize("name", SOUNDS)
def test_a_copy_of_a_copy_is_the_same_sound(name: str) -> None:
    make, room, form, _ = SOUNDS[name]
    once = room.clean(make(), form.media)
    assert room.clean(once, form.media) == once


def test_every_sample_of_a_recording_is_in_its_copy() -> None:
    with wave.open(io.BytesIO(wav.clean(_wav(), forms.WAV.media))) as opened:
        assert opened.readframes(800) == struct.pack("<800h", *range(800))
    assert mp3.clean(_mp3(), forms.MP3.media) == FRAME * 12
    pages = ogg._pages(ogg.clean(_opus(), forms.OGG.media))
    assert [p.packets for p in pages][2:] == [[b"\xfc\xff\xfe"] * 3]
    assert [p.sequence for p in pages] == [0, 1, 2]
    moved = m4a.clean(_m4a(), forms.M4A.media)
    assert moved.index(bytes(range(64))) == _m4a().index(bytes(range(64)))


def test_a_recording_with_a_track_of_places_or_a_video_is_refused() -> None:
    for kind in (b"vide", b"meta"):
        with pytest.raises(AttachmentRefused, match="sólo el sonido"):
            m4a.clean(_m4a(kind), forms.M4A.media)
    with pytest.raises(AttachmentRefused, match="varias pistas"):
        ogg.clean(_vorbis() + _ogg(b"\x80theora", [b"\x81theora"], 78), forms.OGG.media)


def test_boxes_within_boxes_end_in_a_sentence() -> None:
    nested = b""
    for _ in range(3_000):
        nested = _box(b"trak", nested)
    with pytest.raises(AttachmentRefused):
        m4a.clean(_m4a(extra=nested), forms.M4A.media)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(SOUNDS)), st.data())
def test_a_cut_or_spoilt_recording_ends_in_a_sentence(name: str, data: st.DataObject) -> None:
    make, room, form, _ = SOUNDS[name]
    whole = bytearray(make())
    for _ in range(data.draw(st.integers(0, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    spoilt = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        copy = room.clean(spoilt, form.media)
    except AttachmentRefused:
        return
    assert len(copy) <= len(spoilt) + 300
