"""A photo's copy is its pixels; where the camera stood and whose it is stay with the original."""

import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from geo.errors import AttachmentRefused
from geo.register.cleaning import photos
from geo.register.cleaning.forms import JPEG, PNG, WEBP, form_of

SECRETS = (b"Zulmira", b"SecretCam", b"2026:05:06", b"1CANARY1")
PLAIN = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "background", "loop"}
"""What Pillow tells of any JPEG or WebP."""
FORMATS = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}


def _exif(lon: float = 70.1, lat: float = 12.51, orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "SecretCam 1CANARY1"
    exif[ExifTags.Base.Artist] = "Zulmira Inventada"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "S", 2: (lat, 0.0, 0.0), 3: "W", 4: (lon, 0.0, 0.0), 7: (10.0, 11.0, 12.0),
         29: "2026:05:06"}
    )  # fmt: skip
    return exif


def _photo(kind: str, exif: Image.Exif | None = None) -> bytes:
    made, picture = io.BytesIO(), Image.new("RGB", (60, 40), (10, 120, 200))
    said = {"exif": exif or _exif()}
    if kind == "JPEG":
        said["comment"] = b"by Zulmira"
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", "Zulmira")
        text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Zulmira</x:xmpmeta>")
        said["pnginfo"] = text
    if kind == "WEBP":
        said["xmp"] = b"<x:xmpmeta>Zulmira</x:xmpmeta>"
    picture.save(made, kind, **said)
    return made.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_the_copy_of_a_photo_does_not_say_who_where_or_with_what(kind: str) -> None:
    given_photo = _photo(kind)
    assert any(secret in given_photo for secret in SECRETS)
    copy = photos.clean(given_photo, FORMATS[kind].media)
    assert not any(secret in copy for secret in SECRETS)
    with Image.open(io.BytesIO(copy)) as picture:
        assert not picture.getexif()
        assert not set(picture.info) - PLAIN
        red, _, blue = picture.convert("RGB").getpixel((5, 5))
    assert abs(red - 10) < 12
    assert abs(blue - 200) < 12


def test_a_photo_taken_sideways_is_shown_upright_though_its_note_is_gone() -> None:
    copy = photos.clean(_photo("JPEG", _exif(orientation=6)), JPEG.media)
    with Image.open(io.BytesIO(copy)) as picture:
        assert picture.size == (40, 60)


@pytest.mark.parametrize("tail", [b"PK\x03\x04 a zip", b"<script>Zulmira</script>", b"\x00" * 99])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_page_or_an_archive_behind_the_pixels_is_not_in_the_copy(kind: str, tail: bytes) -> None:
    assert photos.clean(_photo(kind) + tail, FORMATS[kind].media) == photos.clean(
        _photo(kind), FORMATS[kind].media
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_picture_of_any_depth_is_still_seen(mode: str) -> None:
    made = io.BytesIO()
    grey = Image.new("L", (8, 8), 255)
    picture = Image.new("I;16", (8, 8), 65_535) if mode == "I;16" else grey.convert(mode)
    picture.save(made, "PNG")
    with Image.open(io.BytesIO(photos.clean(made.getvalue(), PNG.media))) as copy:
        assert copy.convert("L").getpixel((3, 3)) == 255


def test_where_the_camera_stood_is_read_from_the_original() -> None:
    told = photos.trace(_photo("JPEG"), JPEG.media)
    assert told["points"] == ((-70.1, -12.51, "2026-05-06T10:11:12+00:00"),)
    assert photos.trace(photos.clean(_photo("JPEG"), JPEG.media), JPEG.media)["points"] == ()


def test_a_camera_that_says_nonsense_of_its_place_is_not_believed() -> None:
    with pytest.raises(AttachmentRefused):
        photos.trace(_photo("JPEG", _exif(lon=700.0)), JPEG.media)


def _png(width: int, height: int, body: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
        )

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 60_000, 2**31 - 1])
def test_a_photo_that_unfolds_into_too_much_is_refused_before_it_unfolds(side: int) -> None:
    with pytest.raises(AttachmentRefused, match=r"millones de puntos|cortada"):
        photos.clean(_png(side, side, zlib.compress(bytes(1_000))), PNG.media)


def test_a_moving_picture_is_refused_since_only_one_frame_would_be_kept() -> None:
    made = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), (0, 0, shade)) for shade in (0, 200)]
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(AttachmentRefused, match="se mueve"):
        photos.clean(made.getvalue(), WEBP.media)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_a_cut_or_spoilt_photo_ends_in_a_sentence(kind: str, data: st.DataObject) -> None:
    whole = bytearray(_photo(kind))
    for _ in range(data.draw(st.integers(0, 6))):
        whole[data.draw(st.integers(12, len(whole) - 1))] = data.draw(st.integers(0, 255))
    spoilt = bytes(whole[: data.draw(st.integers(12, len(whole)))])
    try:
        copy = photos.clean(spoilt, FORMATS[kind].media)
    except AttachmentRefused:
        return
    assert form_of(copy) is FORMATS[kind]
    assert b"Zulmira" not in copy
