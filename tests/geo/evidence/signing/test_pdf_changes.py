"""The quick look accepts nothing that the library's long one would not."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from geo.evidence.signing import pdf_changes
from geo.evidence.signing.pdf_changes import only_signatures
from geo.evidence.signing.sign import signed_pdf
from geo.evidence.signing.signatures import check_pdf

Change = Callable[[IncrementalPdfFileWriter], None]


@pytest.fixture
def signed(pdf: bytes, pdf_key: Callable[..., Any], now: datetime) -> bytes:
    return signed_pdf(signed_pdf(pdf, pdf_key(), now, None), pdf_key("Segundo"), now, None)


def test_our_own_signatures_are_plain(pdf: bytes, signed: bytes) -> None:
    reader = PdfFileReader(io.BytesIO(signed), strict=True)
    assert pdf_changes._plain(reader, 0)


def test_the_library_says_the_same_of_them(
    pdf: bytes, signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_changes, "_plain", lambda *_: False)
    assert only_signatures(pdf, signed)


def _page(writer: IncrementalPdfFileWriter) -> Any:
    page = writer.root["/Pages"]
    while "/Kids" in page:
        page = page["/Kids"][0].get_object()
    return page


def _new_contents(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page[pdf_name("/Contents")] = writer.add_object(StreamObject(stream_data=b"0 0 9 9 re f"))
    writer.update_container(page)


def _same_contents_rewritten(writer: IncrementalPdfFileWriter) -> None:
    contents = _page(writer)["/Contents"]
    if isinstance(contents, ArrayObject):
        contents = contents[0].get_object()
    contents._data = b"0 0 9 9 re f"
    contents._encoded_data = None
    writer.update_container(contents)


def _crop(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page[pdf_name("/CropBox")] = ArrayObject(FloatObject(one) for one in (0, 0, 5, 5))
    writer.update_container(page)


def _note(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    note = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): ArrayObject(NumberObject(one) for one in (0, 0, 500, 500)),
            pdf_name("/Contents"): TextStringObject("otra superficie"),
        }
    )
    page[pdf_name("/Annots")] = ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def _drop_pages(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    while "/Kids" in pages["/Kids"][0].get_object():
        pages = pages["/Kids"][0].get_object()
    pages[pdf_name("/Kids")] = ArrayObject([pages["/Kids"].raw_get(0)])
    pages[pdf_name("/Count")] = NumberObject(1)
    writer.update_container(pages)


def _script(writer: IncrementalPdfFileWriter) -> None:
    writer.root[pdf_name("/OpenAction")] = DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): TextStringObject("1")}
    )
    writer.update_root()


def _form(writer: IncrementalPdfFileWriter) -> Any:
    if "/AcroForm" not in writer.root:
        form = DictionaryObject({pdf_name("/Fields"): ArrayObject()})
        writer.root[pdf_name("/AcroForm")] = writer.add_object(form)
        writer.update_root()
    return writer.root["/AcroForm"]


def _text_field(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    field = writer.add_object(
        DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): TextStringObject("Campo"),
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/Rect"): ArrayObject(NumberObject(one) for one in (0, 0, 500, 500)),
                pdf_name("/V"): TextStringObject("otra superficie"),
            }
        )
    )
    page[pdf_name("/Annots")] = ArrayObject([*page.get("/Annots", ()), field])
    writer.update_container(page)
    form = _form(writer)
    form[pdf_name("/Fields")] = ArrayObject([*form["/Fields"], field])
    writer.update_container(form)


def _xfa(writer: IncrementalPdfFileWriter) -> None:
    form = _form(writer)
    form[pdf_name("/XFA")] = TextStringObject("<xdp/>")
    writer.update_container(form)


def _font(writer: IncrementalPdfFileWriter) -> None:
    fonts = _page(writer)["/Resources"].get("/Font")
    name = next(iter(fonts))
    fonts[name].get_object()[pdf_name("/BaseFont")] = pdf_name("/Otra")
    writer.update_container(fonts[name].get_object())


CHANGES: dict[str, Change] = {
    "other contents": _new_contents,
    "contents rewritten in place": _same_contents_rewritten,
    "a page cropped": _crop,
    "a note over the page": _note,
    "pages taken out": _drop_pages,
    "a script": _script,
    "a text field": _text_field,
    "a second form": _xfa,
    "another font": _font,
}


def _changed(pdf: bytes, change: Change) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_between_two_signatures_is_found(
    name: str, pdf: bytes, pdf_key: Callable[..., Any], now: datetime
) -> None:
    first = signed_pdf(pdf, pdf_key(), now, None)
    changed = _changed(first, CHANGES[name])
    assert changed != first
    assert not only_signatures(pdf, signed_pdf(changed, pdf_key("Segundo"), now, None))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_under_the_first_signature_is_found(
    name: str, pdf: bytes, pdf_key: Callable[..., Any], now: datetime
) -> None:
    changed = _changed(pdf, CHANGES[name])
    assert not only_signatures(pdf, signed_pdf(changed, pdf_key(), now, None))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_after_the_last_signature_is_found(name: str, pdf: bytes, signed: bytes) -> None:
    assert not only_signatures(pdf, _changed(signed, CHANGES[name]))


def test_a_signature_emptied_later_is_found(pdf: bytes, signed: bytes) -> None:
    def empty(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0].get_object()
        field[pdf_name("/V")] = NullObject()
        writer.update_container(field)

    assert not only_signatures(pdf, _changed(signed, empty))


def test_the_unsigned_bytes_before_another_document_are_not_the_annex(
    pdf: bytes, pdf_key: Callable[..., Any], now: datetime
) -> None:
    """The bytes stand at the beginning, but a reader opens another list of objects."""
    other = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf)))
    made = io.BytesIO()
    made.write(pdf)
    made.write(b"\n")
    other.write(made)
    signed = signed_pdf(made.getvalue(), pdf_key(), now, None)
    assert check_pdf(pdf, signed, now=now).faults
    with pytest.raises(PdfError):
        only_signatures(pdf, pdf + signed_pdf(pdf, pdf_key(), now, None))
    assert check_pdf(pdf, pdf + signed_pdf(pdf, pdf_key(), now, None), now=now).faults
