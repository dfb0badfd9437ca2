"""A signed PDF is the annex and signatures, nothing else; a detached signature holds or not."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject, TextStringObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from geo.evidence.signing.sign import signed_pdf
from geo.evidence.signing.signatures import check_detached, check_pdf, key_id, original_of
from geo.evidence.signing.timestamp import Authority
from geo.evidence.signing.trust import NOBODY, Trust, read_trust


@pytest.fixture
def trust(root: Any, tmp_path: Path) -> Trust:
    path = tmp_path / "root.pem"
    path.write_bytes(root.pem)
    return read_trust(path)


@pytest.fixture
def signed(pdf: bytes, pdf_key: Callable[..., Any], now: datetime) -> bytes:
    return signed_pdf(pdf, pdf_key(), now, None)


# --- what holds ---------------------------------------------------------------------------------


def test_the_unsigned_bytes_stand_at_the_beginning_and_the_signer_is_named(
    pdf: bytes, signed: bytes, now: datetime, trust: Trust
) -> None:
    assert signed.startswith(pdf)
    found = check_pdf(pdf, signed, now=now, signers=trust)
    assert found.faults == ()
    (one,) = found.signers
    assert (one.by, one.trusted, one.at, one.stamp) == ("Perita de prueba", True, now, None)


def test_without_certificates_nobody_is_said_to_be_trusted(
    pdf: bytes, signed: bytes, now: datetime
) -> None:
    found = check_pdf(pdf, signed, now=now)
    assert found.faults == ()
    assert found.signers[0].trusted is None


def test_a_second_person_signs_after_the_first_and_both_hold(
    pdf: bytes, signed: bytes, pdf_key: Callable[..., Any], now: datetime, trust: Trust
) -> None:
    both = signed_pdf(signed, pdf_key("Segundo perito"), now, None)
    assert both.startswith(signed)
    found = check_pdf(pdf, both, now=now, signers=trust)
    assert found.faults == ()
    assert [one.by for one in found.signers] == ["Perita de prueba", "Segundo perito"]
    assert all(one.trusted for one in found.signers)


def test_signing_leaves_the_dates_and_the_version_of_the_annex_alone(
    pdf: bytes, signed: bytes
) -> None:
    added = signed[len(pdf) :]
    assert b"/Version" not in added
    assert b"xmpmeta" not in added
    assert b"pyHanko" not in added


def test_the_signature_is_one_that_other_readers_know_as_pades(signed: bytes) -> None:
    assert b"/SubFilter /ETSI.CAdES.detached" in signed


@pytest.mark.parametrize("kind", ["rsa", "p384", "p521"])
def test_the_usual_kinds_of_key_sign(
    kind: str, pdf: bytes, pdf_key: Callable[..., Any], now: datetime, trust: Trust
) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    key = {
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    }[kind]()
    found = check_pdf(pdf, signed_pdf(pdf, pdf_key(key=key), now, None), now=now, signers=trust)
    assert found.faults == ()
    assert found.signers[0].trusted


def test_a_copy_signed_elsewhere_with_a_seal_on_the_page_is_accepted_and_said_to_show(
    pdf: bytes, pdf_key: Callable[..., Any], now: datetime
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    seal = SigFieldSpec("Sello", on_page=0, box=(50, 50, 200, 100))
    about = PdfSignatureMetadata(field_name="Sello")
    made = PdfSigner(about, signer=pdf_key().signer, new_field_spec=seal).sign_pdf(writer)
    found = check_pdf(pdf, made.getvalue(), now=now)
    assert found.faults == ()
    assert found.signers[0].visible


def test_the_beginning_of_a_signed_pdf_is_found_by_its_hash(
    pdf: bytes, signed: bytes, pdf_key: Callable[..., Any], now: datetime
) -> None:
    both = signed_pdf(signed, pdf_key("Segundo perito"), now, None)
    assert original_of(both, hashlib.sha256(pdf).hexdigest()) == pdf
    assert original_of(both, hashlib.sha256(signed).hexdigest()) == signed
    assert original_of(both, hashlib.sha256(b"otro").hexdigest()) is None


# --- what does not ------------------------------------------------------------------------------


def test_another_document_is_not_the_annex(pdf: bytes, signed: bytes, now: datetime) -> None:
    other = pdf.replace(b"PDF-1.7", b"PDF-1.6", 1)
    assert other != pdf
    assert "otro documento" in check_pdf(other, signed, now=now).faults[0]


def test_an_unsigned_copy_is_not_signed(pdf: bytes, now: datetime) -> None:
    assert "ninguna firma" in check_pdf(pdf, pdf, now=now).faults[0]


def test_junk_after_the_last_signature_is_found(pdf: bytes, signed: bytes, now: datetime) -> None:
    for junk in (b"\n", b"\nhola", b"\n%%EOF\n", b"\0" * 20):
        faults = check_pdf(pdf, signed + junk, now=now).faults
        assert faults, junk


@pytest.mark.parametrize("left", [1, 5, 100, 5000])
def test_a_truncated_copy_is_found(pdf: bytes, signed: bytes, now: datetime, left: int) -> None:
    assert check_pdf(pdf, signed[:-left], now=now).faults
    assert check_pdf(pdf, pdf + signed[len(pdf) : len(pdf) + left], now=now).faults


def test_every_flipped_byte_that_was_appended_is_found(
    pdf: bytes, signed: bytes, now: datetime
) -> None:
    """The signature's own hexadecimal apart: its unused room may be anything."""
    start = signed.index(b"/Contents <", len(pdf)) + len(b"/Contents <")
    end = signed.index(b">", start)

    @settings(max_examples=150)
    @given(st.integers(len(pdf), len(signed) - 1), st.integers(1, 255))
    def law(place: int, by: int) -> None:
        changed = bytearray(signed)
        changed[place] ^= by
        faults = check_pdf(pdf, bytes(changed), now=now).faults
        assert faults or start <= place < end

    law()


def _redrawn(signed: bytes) -> bytes:
    """The same file with another first page, appended."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    while "/Kids" in page:
        page = page["/Kids"][0].get_object()
    page[pdf_name("/Contents")] = writer.add_object(
        StreamObject(stream_data=b"0 0 0 rg 0 0 600 900 re f")
    )
    writer.update_container(page)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_page_redrawn_after_the_signature_is_found(
    pdf: bytes, signed: bytes, now: datetime
) -> None:
    faults = check_pdf(pdf, _redrawn(signed), now=now).faults
    assert any("más que agregar firmas" in fault for fault in faults)


def test_a_page_redrawn_before_the_signature_is_found_although_the_signature_covers_it(
    pdf: bytes, pdf_key: Callable[..., Any], now: datetime
) -> None:
    changed = signed_pdf(_redrawn(pdf), pdf_key(), now, None)
    found = check_pdf(pdf, changed, now=now)
    assert found.signers[0].faults == ()
    assert any("más que agregar firmas" in fault for fault in found.faults)


def test_a_title_or_a_note_slipped_in_with_a_signature_is_found(
    pdf: bytes, pdf_key: Callable[..., Any], now: datetime
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root[pdf_name("/OpenAction")] = DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): TextStringObject("1")}
    )
    writer.update_root()
    made = io.BytesIO()
    writer.write(made)
    changed = signed_pdf(made.getvalue(), pdf_key(), now, None)
    assert check_pdf(pdf, changed, now=now).faults


def test_an_update_that_nobody_signed_is_found(pdf: bytes, now: datetime) -> None:
    assert "ninguna firma" in check_pdf(pdf, _redrawn(pdf), now=now).faults[0]


# --- who signs ----------------------------------------------------------------------------------


def test_a_signer_of_another_root_is_not_trusted(
    pdf: bytes, signed: bytes, now: datetime, certify: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "other.pem"
    path.write_bytes(certify("Otra raíz", authority=True).pem)
    found = check_pdf(pdf, signed, now=now, signers=read_trust(path))
    assert found.faults == ()
    assert found.signers[0].trusted is False
    assert "Perita de prueba" in found.signers[0].why


def test_a_certificate_out_of_force_is_trusted_only_by_a_trusted_stamp(
    pdf: bytes, pdf_key: Callable[..., Any], trust: Trust, tsa: Any
) -> None:
    """Signed while in force, read years later: the stamp is what still says so."""
    today = datetime.now(UTC)
    soon = today + timedelta(days=2)
    later = today + timedelta(days=900)
    key = pdf_key(until=soon)
    authority = Authority(tsa.address, trust)
    plain = check_pdf(pdf, signed_pdf(pdf, key, today, None), now=later, signers=trust)
    assert plain.signers[0].trusted is False
    assert "no está vigente" in plain.signers[0].why
    stamped = signed_pdf(pdf, key, today, authority)
    found = check_pdf(pdf, stamped, now=later, signers=trust, authorities=trust)
    assert found.faults == ()
    assert found.signers[0].trusted is True
    unknown = check_pdf(pdf, stamped, now=later, signers=trust, authorities=NOBODY)
    assert unknown.signers[0].trusted is False


def test_a_stamp_in_the_signature_says_when_it_was_made(
    pdf: bytes, pdf_key: Callable[..., Any], now: datetime, trust: Trust, tsa: Any
) -> None:
    made = signed_pdf(pdf, pdf_key(), now, Authority(tsa.address, trust))
    assert len(tsa.asked) == 1
    (one,) = check_pdf(pdf, made, now=now, signers=trust, authorities=trust).signers
    assert one.stamp is not None
    assert one.stamp.trusted is True
    assert one.stamp.by == "Sellos de prueba"


# --- detached -----------------------------------------------------------------------------------


def _detached(message: bytes) -> tuple[bytes, bytes, bytes]:
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.sign(message), pem, public.public_bytes_raw()


def test_a_detached_signature_holds_for_its_bytes_and_no_others() -> None:
    signature, pem, raw = _detached(b"huellas")
    found = check_detached(b"huellas", signature, pem)
    assert (found.faults, found.by, found.trusted) == ((), key_id(raw), None)
    assert check_detached(b"huellaz", signature, pem).faults
    assert check_detached(b"huellas", signature[:-1], pem).faults
    assert check_detached(b"huellas", b"", pem).faults
    assert check_detached(b"huellas", signature, b"no es PEM").faults


def test_a_detached_signature_is_trusted_by_its_key() -> None:
    signature, pem, raw = _detached(b"huellas")
    _, _, other = _detached(b"")
    trusted = check_detached(b"huellas", signature, pem, Trust(keys=frozenset({raw})))
    assert trusted.trusted is True
    found = check_detached(b"huellas", signature, pem, Trust(keys=frozenset({other})))
    assert found.trusted is False
    assert key_id(raw) in found.why


def test_the_id_of_a_key_is_the_beginning_of_its_hash() -> None:
    raw = bytes(range(32))
    assert key_id(raw) == "630dcd2966c43366"
