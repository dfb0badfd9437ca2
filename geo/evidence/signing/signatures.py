"""Whether signatures hold: of a PDF signed after it was made, and those that lie beside the data.
Nothing is fetched and nothing is written.

Who signs is known only as far as the reader brings certificates (`trust.read_trust`). Revocation
is not asked for: that needs a network.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto.core import Void
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import (
    PdfSignatureStatus,
    SignatureCoverageLevel,
)

from geo.errors import StampFailed
from geo.evidence.signing.pdf_changes import is_visible, only_signatures, only_signatures_since
from geo.evidence.signing.stamps import Digest, Stamp, not_trusted, stamp_of
from geo.evidence.signing.trust import MALFORMED, NOBODY, Trust, context, in_force, name_of, run

UNASKED = "sin comprobar quién firma"
"""Said of a signature that holds, where the reader named nobody to trust."""

_SIGNING = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
_STRONG = frozenset({"sha256", "sha384", "sha512"})
_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")
_GAP = re.compile(rb"<[0-9A-Fa-f]+>")


@dataclass(frozen=True)
class Signer:
    """One signature. by: the name in the certificate, or the key's id.

    fingerprint: SHA-256 of the certificate (of the raw public key, for Ed25519), in hexadecimal.
    at: when, as the signer's own clock said. stamp: when, as an authority said. faults: what does
    not hold, a sentence each. trusted and why: as in Stamp.
    """

    by: str
    fingerprint: str
    at: datetime | None
    stamp: Stamp | None
    trusted: bool | None
    faults: tuple[str, ...] = ()
    why: str = ""
    visible: bool = False


@dataclass(frozen=True)
class PdfCheck:
    """What was found in a signed PDF: its signatures in their order, and what is wrong with it.

    faults: sentences; those of every signature are among them. Empty: every byte is accounted for.
    """

    signers: tuple[Signer, ...]
    faults: tuple[str, ...]


# --- detached signatures ------------------------------------------------------------------------


def key_id(raw: bytes) -> str:
    """How an Ed25519 public key (32 bytes) is called in a bundle."""
    return hashlib.sha256(raw).hexdigest()[:16]


def check_detached(
    message: bytes, signature: bytes, public: bytes, trusted: Trust = NOBODY
) -> Signer:
    """A detached Ed25519 signature of 64 bytes over a file, with its public key as PEM."""
    try:
        key = load_pem_public_key(public)
    except MALFORMED:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        fault = "La clave pública que acompaña a la firma no es una clave Ed25519 en PEM."
        return Signer("", "", None, None, None, (fault,))
    raw = key.public_bytes_raw()
    by = key_id(raw)
    try:
        key.verify(signature, message)
    except InvalidSignature:
        fault = f"La firma de la clave {by} no se cumple: el archivo o la firma fueron alterados."
        return Signer(by, hashlib.sha256(raw).hexdigest(), None, None, None, (fault,))
    known = raw in trusted.keys if trusted else None
    why = f"La clave {by} no está entre las que usted indicó como de confianza."
    return Signer(
        by, hashlib.sha256(raw).hexdigest(), None, None, known, (), why if known is False else ""
    )


# --- signed PDFs --------------------------------------------------------------------------------


def original_of(signed: bytes, sha256: str) -> bytes | None:
    """The bytes before the first signature: the beginning of a signed PDF that has this SHA-256.

    A signature is appended, so what was signed still stands at the beginning and ends as a PDF
    ends. None where no beginning has that hash.
    """
    digest = hashlib.sha256()
    done = 0
    for found in _END.finditer(signed):
        for end in sorted({found.start() + len(b"%%EOF"), found.end()}):
            digest.update(signed[done:end])
            done = end
            if digest.hexdigest() == sha256:
                return signed[:end]
    return None


def check_pdf(
    original: bytes,
    signed: bytes,
    *,
    now: datetime,
    signers: Trust = NOBODY,
    authorities: Trust = NOBODY,
) -> PdfCheck:
    """A PDF against its unsigned bytes: it begins with them, and every later byte is accounted for.

    What was appended may add signatures and nothing that a reader would see of the annex, each
    signature holds, and the last one covers the file to its end. A signer's certificate is held
    against `signers` at the instant of its trusted time stamp, else `now`; the stamp against
    `authorities`. Never raises over the bytes: what is wrong is a sentence.
    """
    if not signed.startswith(original):
        fault = "El PDF firmado no empieza con los bytes del PDF sin firmar: es otro documento."
        return PdfCheck((), (fault,))
    if len(signed) == len(original):
        return PdfCheck((), ("El PDF no tiene ninguna firma.",))
    try:
        return _checked(original, signed, now, signers, authorities)
    except (PdfError, *MALFORMED):
        fault = (
            "Lo añadido al PDF no se puede comprobar como firmas: está cortado, fue alterado o "
            "está escrito en una forma que este programa no lee."
        )
        return PdfCheck((), (fault,))


def _checked(
    original: bytes, signed: bytes, now: datetime, signers: Trust, authorities: Trust
) -> PdfCheck:
    reader = PdfFileReader(io.BytesIO(signed), strict=True)
    embedded = list(reader.embedded_signatures)
    if not embedded:
        return PdfCheck((), ("Se añadió algo al PDF y ninguna firma lo cubre.",))
    faults = []
    if not only_signatures(original, signed):
        faults.append(
            "Lo añadido al PDF hace más que agregar firmas: puede no mostrar el anexo que se "
            "generó. Compárelo con el PDF sin firmar."
        )
    found = tuple(_signer(one, signed, now, signers, authorities) for one in embedded)
    faults.extend(fault for one in found for fault in one.faults)
    if not _reaches_the_end(embedded[-1], signed):
        faults.append("Hay bytes al final del PDF que ninguna firma cubre.")
    return PdfCheck(found, tuple(faults))


def _reaches_the_end(last: EmbeddedPdfSignature, signed: bytes) -> bool:
    """Whether a signature covers every byte but its own, to the end of the file."""
    spans = [int(one) for one in last.byte_range]
    if len(spans) != 4:
        return False
    start, before, again, after = spans
    return (
        start == 0
        and 0 < before < again
        and again + after == len(signed)
        and _GAP.fullmatch(signed, before, again) is not None
    )


def _signer(
    one: EmbeddedPdfSignature, signed: bytes, now: datetime, signers: Trust, authorities: Trust
) -> Signer:
    if one.sig_object_type == "/DocTimeStamp":
        return _document_stamp(one, authorities)
    certificate = one.signer_cert
    by = name_of(certificate)
    faults = []
    stamp = None
    try:
        stamp = _signature_stamp(one, authorities)
    except StampFailed as error:
        faults.append(f"Firma de «{by}»: {error}")
    moment = stamp.at if stamp is not None and stamp.trusted else now
    status = run(_pdf_status(one, signers, moment))
    if not (status.valid and status.intact):
        faults.append(f"La firma de «{by}» no se cumple: lo firmado o la firma fueron alterados.")
    elif status.md_algorithm not in _STRONG:
        faults.append(f"La firma de «{by}» usa una huella que hoy se puede falsificar.")
    elif status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        faults.append(f"La firma de «{by}» deja bytes del PDF sin cubrir.")
    elif not only_signatures_since(signed, one.signed_revision, one.docmdp_level, one.fieldmdp):
        faults.append(f"Después de la firma de «{by}» se cambió algo más que agregar firmas.")
    known: bool | None = None
    why = ""
    if signers:
        known = bool(status.trusted) and in_force(certificate, moment)
        why = "" if known else _why_not(certificate, by, moment)
    return Signer(
        by=by,
        fingerprint=certificate.sha256.hex(),
        at=one.self_reported_timestamp,
        stamp=stamp,
        trusted=known,
        faults=tuple(faults),
        why=why,
        visible=is_visible(one.sig_field),
    )


def _why_not(certificate: Any, by: str, moment: datetime) -> str:
    if in_force(certificate, moment):
        return not_trusted(by)
    return (
        f"El certificado de «{by}» no está vigente el {moment:%Y-%m-%d}, y ningún sello de tiempo "
        "de confianza dice que firmó cuando lo estaba."
    )


async def _pdf_status(
    one: EmbeddedPdfSignature, signers: Trust, moment: datetime
) -> PdfSignatureStatus:
    # the stamp is judged apart (`_signature_stamp`), against its own authorities
    return await async_validate_pdf_signature(
        one,
        context(signers, moment),
        ts_validation_context=context(NOBODY, moment),
        key_usage_settings=_SIGNING,
        skip_diff=True,
    )


def _signature_stamp(one: EmbeddedPdfSignature, authorities: Trust) -> Stamp | None:
    """The time stamp inside a signature, over the signature's own bytes."""
    stamp = None
    unsigned = one.signer_info["unsigned_attrs"]
    # asked for its kind: `native` would read, and write again, everything inside
    for attribute in () if isinstance(unsigned, Void) else unsigned:
        if attribute["type"].native != "signature_time_stamp_token":
            continue
        signature = one.signer_info["signature"].native
        for token in attribute["values"]:
            stamp = stamp_of(token["content"], _digests(signature), authorities)
            if stamp.trusted:
                return stamp
    return stamp


def _digests(message: bytes) -> Digest:
    return lambda name: hashlib.new(name, message).digest() if name in _STRONG else None


def _document_stamp(one: EmbeddedPdfSignature, authorities: Trust) -> Signer:
    """A time stamp over the whole document, as long-term archives add."""
    by = name_of(one.signer_cert)
    fingerprint = one.signer_cert.sha256.hex()
    try:
        stamp = stamp_of(
            one.signed_data,
            lambda name: one.compute_digest(name) if name in _STRONG else None,
            authorities,
        )
    except StampFailed as error:
        return Signer(by, fingerprint, None, None, None, (f"Sello del documento: {error}",))
    return Signer(by, fingerprint, stamp.at, stamp, stamp.trusted, (), stamp.why)
