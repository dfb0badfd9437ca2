"""A document's copy is its pages as they are seen; who made it is not in it."""

import io
import zlib

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import ExifTags, Image

from geo.errors import AttachmentRefused
from geo.register.cleaning import pdfs
from geo.register.cleaning.forms import PDF, form_of

SECRETS = (b"Zulmira", b"SecretCam", b"xmpmeta", b"Exif", b"JavaScript", b"EmbeddedFile")


def _jpeg() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "SecretCam of Zulmira"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "S", 2: (12.0, 30.0, 36.0)})
    made = io.BytesIO()
    Image.new("RGB", (40, 40), (220, 30, 30)).save(made, "JPEG", exif=exif, comment=b"Zulmira")
    return made.getvalue() + b"<html>Zulmira</html>"


def _pdf(*, flate_first: bool = False) -> Pdf:
    pdf = Pdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    photo = _jpeg()
    image = Stream(pdf, zlib.compress(photo) if flate_first else photo)
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height, image.BitsPerComponent = 40, 40, 8
    image.ColorSpace = Name.DeviceRGB
    image.Filter = Array([Name.FlateDecode, Name.DCTDecode]) if flate_first else Name.DCTDecode
    image.Metadata = Stream(pdf, b"<x:xmpmeta>Zulmira</x:xmpmeta>")
    page.obj.Resources = Dictionary(XObject=Dictionary(A=pdf.make_indirect(image)))
    page.obj.Contents = Stream(pdf, b"q 80 0 0 80 20 100 cm /A Do Q")
    page.obj.Thumb = Stream(pdf, b"Zulmira")
    page.obj.PieceInfo = Dictionary(App=Dictionary(Private=String("Zulmira")))
    look = Stream(pdf, b"0 0 1 rg 0 0 50 50 re f")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 50, 50])
    remark = Dictionary(
        Type=Name.Annot, Subtype=Name.Square, Rect=Array([120, 20, 170, 70]), T=String("Zulmira"),
        Contents=String("said Zulmira"), M=String("D:20260506"), F=4,
        AP=Dictionary(N=pdf.make_indirect(look)),
    )  # fmt: skip
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
        A=Dictionary(S=Name.URI, URI=String("https://track.example/Zulmira")),
    )  # fmt: skip
    page.obj.Annots = Array([pdf.make_indirect(remark), pdf.make_indirect(link)])
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('Zulmira')"))
    pdf.Root.OpenAction = script
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("x"), script])),
    )
    pdf.attachments["Zulmira.txt"] = b"Zulmira"
    pdf.docinfo["/Author"] = "Zulmira"
    with pdf.open_metadata() as said:
        said["dc:creator"] = ["Zulmira"]
    return pdf


def _bytes(pdf: Pdf, **how: object) -> bytes:
    made = io.BytesIO()
    pdf.save(made, **how)
    return made.getvalue()


def _everything(content: bytes) -> bytes:
    """A document with every stream beside its unfolded self, to be searched."""
    with Pdf.open(io.BytesIO(content)) as opened:
        parts = [content]
        for item in opened.objects:
            if isinstance(item, Stream):
                parts.append(item.read_raw_bytes())
                try:
                    parts.append(item.read_bytes())
                except pikepdf.PdfError:
                    continue
        return b"".join(parts)


def _seen(content: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    try:
        return document[0].render(scale=1).to_pil().convert("RGB")
    finally:
        document.close()


@pytest.mark.parametrize("flate_first", [False, True])
def test_the_copy_of_a_document_does_not_say_who_made_it_or_where(flate_first: bool) -> None:
    given_pdf = _bytes(_pdf(flate_first=flate_first))
    found = _everything(given_pdf)
    assert b"Zulmira" in found
    assert form_of(given_pdf) is PDF
    copy = pdfs.clean(given_pdf, PDF.media)
    left = _everything(copy)
    assert [secret for secret in SECRETS if secret in left] == []
    assert b"Zulmira" not in left.replace(b"\x00", b"")
    with Pdf.open(io.BytesIO(copy)) as opened:
        assert set(opened.Root.keys()) == {"/Pages", "/Type"}
        assert "/Info" not in opened.trailer
        assert "/Annots" not in opened.pages[0]


def test_the_page_looks_the_same_and_a_remark_stays_as_part_of_it() -> None:
    given_pdf = _bytes(_pdf())
    before, after = _seen(given_pdf), _seen(pdfs.clean(given_pdf, PDF.media))
    assert before.getpixel((60, 60)) == after.getpixel((60, 60))
    assert before.getpixel((60, 60))[0] > 180
    assert before.getpixel((145, 155)) == after.getpixel((145, 155)) == (0, 0, 255)


def test_what_an_earlier_version_of_a_document_held_is_not_in_the_copy() -> None:
    first = _bytes(_pdf())
    assert b"later" not in first
    twice = first + b"\n% Zulmira\n" + b"Zulmira <script>"
    assert b"Zulmira" not in _everything(pdfs.clean(twice, PDF.media))


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_document_under_a_password_is_refused(password: str) -> None:
    locked = _bytes(_pdf(), encryption=pikepdf.Encryption(owner="owner", user=password))
    with pytest.raises(AttachmentRefused, match="protegido"):
        pdfs.clean(locked, PDF.media)


@pytest.mark.parametrize("folds", [1, 2])
def test_a_document_that_unfolds_into_too_much_is_refused(folds: int) -> None:
    pdf = Pdf.new()
    page = pdf.add_blank_page()
    raw = bytes(pdfs.MOST_UNFOLDED_BYTES + 2**20)
    for _ in range(folds):
        raw = zlib.compress(raw, 9)
    stream = Stream(pdf, raw)
    stream.Filter = Array([Name.FlateDecode] * folds)
    page.obj.Contents = pdf.make_indirect(stream)
    as_it_is = pikepdf.StreamDecodeLevel.none
    packed = _bytes(pdf, compress_streams=False, stream_decode_level=as_it_is)
    with pytest.raises(AttachmentRefused, match="se hincha"):
        pdfs.clean(packed, PDF.media)


def test_a_photo_written_into_the_page_itself_with_its_place_is_refused() -> None:
    pdf = Pdf.new()
    page = pdf.add_blank_page()
    page.obj.Contents = Stream(pdf, b"BI /W 1 /H 1 /F /DCT ID " + _jpeg() + b"\nEI Q")
    with pytest.raises(AttachmentRefused, match="datos ocultos"):
        pdfs.clean(_bytes(pdf), PDF.media)


def test_a_document_of_a_thousand_pages_is_to_be_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfs, "MOST_PAGES", 1)
    pdf = _pdf()
    pdf.add_blank_page()
    with pytest.raises(AttachmentRefused, match="páginas"):
        pdfs.clean(_bytes(pdf), PDF.media)


def test_the_same_document_gives_the_same_copy() -> None:
    given_pdf = _bytes(_pdf())
    assert pdfs.clean(given_pdf, PDF.media) == pdfs.clean(given_pdf, PDF.media)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_cut_or_spoilt_document_ends_in_a_sentence(data: st.DataObject) -> None:
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(0, 12))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    spoilt = bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
    try:
        copy = pdfs.clean(spoilt, PDF.media)
    except AttachmentRefused:
        return
    assert b"Zulmira" not in _everything(copy)


WHOLE = _bytes(_pdf(), object_stream_mode=pikepdf.ObjectStreamMode.disable)
