"""Whether a time stamp (RFC 3161) holds. Nothing is fetched and nothing is written.

Whose authority it is is known only as far as the reader brings certificates
(`trust.read_trust`). Revocation is not asked for: that needs a network.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, tsp
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus

from geo.errors import StampFailed
from geo.evidence.signing.trust import MALFORMED, NOBODY, Trust, context, in_force, name_of, run

Digest = Callable[[str], bytes | None]
"""The digest of the stamped bytes by the name of the algorithm; None where it is not accepted."""


@dataclass(frozen=True)
class Stamp:
    """A time stamp that holds. at: UTC, said by the authority `by` under its policy and serial.

    trusted: whether its chain ends in a certificate that the reader trusts; None where the reader
    named none. why: a sentence where it does not.
    """

    at: datetime
    by: str
    policy: str
    serial: str
    trusted: bool | None
    why: str = ""


def check_token(token: bytes, sha256: str, trusted: Trust = NOBODY) -> Stamp:
    """An RFC 3161 answer or bare token over a SHA-256 (hexadecimal), checked.

    Raises StampFailed, one sentence, when it is unreadable, stamps something else, its signature
    does not hold, or its certificate is none for time stamps or was not in force then. That its
    chain ends in nobody whom the reader trusts is `Stamp.trusted`, for the caller to judge.
    """
    try:
        return stamp_of(_signed_data(token), {"sha256": bytes.fromhex(sha256)}.get, trusted)
    except MALFORMED as error:
        raise StampFailed(
            "El sello de tiempo no se puede leer: no es una respuesta RFC 3161 o está dañado."
        ) from error


def nonce_of(token: bytes) -> int | None:
    """The number by which an answer is known to be the answer to one request."""
    number: int | None = _told(_signed_data(token))["nonce"].native
    return number


def _signed_data(token: bytes) -> Any:
    """The CMS of a time stamp: of the whole answer (.tsr), or of the token alone."""
    try:
        answer = tsp.TimeStampResp.load(token, strict=True)
        content = answer["time_stamp_token"]
        _ = content["content_type"].native
    except MALFORMED:
        content = cms.ContentInfo.load(token, strict=True)
    if content["content_type"].native != "signed_data":
        raise ValueError("signed_data")
    return content["content"]


def _told(signed: Any) -> Any:
    told = signed["encap_content_info"]["content"].parsed
    if not isinstance(told, tsp.TSTInfo):
        raise TypeError("TSTInfo")
    return told


def stamp_of(signed: Any, expected: Digest, trusted: Trust) -> Stamp:
    """The stamp that a token's CMS is, over the bytes whose digest is `expected`.

    Raises as `check_token`; what it raises for broken ASN.1 stands in `trust.MALFORMED`.
    """
    told = _told(signed)
    at = told["gen_time"].native.astimezone(UTC)
    imprint = told["message_imprint"]
    digest = expected(imprint["hash_algorithm"]["algorithm"].native)
    if digest is None or imprint["hashed_message"].native != digest:
        raise StampFailed("El sello de tiempo es de otros bytes: su huella no es la del archivo.")
    status = run(_validated(signed, trusted, at, digest))
    if not (status.valid and status.intact):
        raise StampFailed("La firma del sello de tiempo no se cumple: el sello fue alterado.")
    return _judged(status, told, at, trusted)


async def _validated(
    signed: Any, trusted: Trust, at: datetime, digest: bytes
) -> TimestampSignatureStatus:
    found = await validate_tst_signed_data(signed, context(trusted, at), lambda _: digest)
    return TimestampSignatureStatus(**found)


def _judged(status: Any, told: Any, at: datetime, trusted: Trust) -> Stamp:
    certificate = status.signing_cert
    by = name_of(certificate)
    purposes = certificate.extended_key_usage_value
    critical = {
        one["extn_id"].native
        for one in certificate["tbs_certificate"]["extensions"]
        if one["critical"].native
    }
    if (
        purposes is None
        or purposes.native != ["time_stamping"]
        or "extended_key_usage" not in critical
    ):
        raise StampFailed(
            f"«{by}» firmó el sello de tiempo con un certificado que no es de una autoridad de "
            "sellado (le falta el uso timeStamping, crítico y único)."
        )
    if not in_force(certificate, at):
        raise StampFailed(
            f"El certificado de «{by}» no estaba vigente el {at:%Y-%m-%d}, fecha que dice su sello "
            "de tiempo."
        )
    known = bool(status.trusted) if trusted else None
    return Stamp(
        at=at,
        by=by,
        policy=told["policy"].native,
        serial=f"{told['serial_number'].native:x}",
        trusted=known,
        why=not_trusted(by) if known is False else "",
    )


def not_trusted(by: str) -> str:
    """Said of a chain that ends in nobody whom the reader trusts."""
    return (
        f"La cadena de certificados de «{by}» no llega a ninguno de los que usted indicó como de "
        "confianza."
    )
