"""Whom a reader trusts: certificates and public keys from a file of theirs, never from a bundle.

Offline: no list of the operating system is read and no revocation is asked for, so that the answer
is the same on every machine. What this cannot know is said by whoever prints it.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko_certvalidator import ValidationContext

from geo.errors import FileUnreadable

T = TypeVar("T")

# What the libraries of ASN.1, CMS and PDF raise over bytes that are not what they should be. They
# read lazily, so any of these may come from any look at a stranger's structure.
MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)

_CERTIFICATE = "CERTIFICATE"
_PUBLIC = "PUBLIC KEY"

# Their warnings would stand beside our one sentence, which says the same.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, eq=False)
class Trust:
    """Certificates that a chain may end in, and Ed25519 public keys (32 bytes each).

    An empty one asks no question: signatures are then checked without saying who signs.
    """

    certificates: tuple[Any, ...] = ()
    keys: frozenset[bytes] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.certificates or self.keys)


NOBODY = Trust()


def read_trust(path: Path) -> Trust:
    """The certificates and Ed25519 public keys of a PEM file that the reader names.

    Raises FileUnreadable where there is none, or where the file holds anything else.
    """
    try:
        blocks = list(pem.unarmor(path.read_bytes(), multiple=True))
    except (ValueError, TypeError) as error:
        raise FileUnreadable(
            f"«{path.name}» no es un archivo PEM con certificados: expórtelos en ese formato."
        ) from error
    certificates, keys = [], set()
    for kind, _, der in blocks:
        try:
            if kind == _CERTIFICATE:
                certificates.append(_certificate(der))
            elif kind == _PUBLIC:
                keys.add(_raw(der))
            else:
                raise ValueError(kind)
        except MALFORMED as error:
            raise FileUnreadable(
                f"«{path.name}» trae algo que no es ni un certificado ni una clave pública "
                "Ed25519: deje solo eso."
            ) from error
    return Trust(tuple(certificates), frozenset(keys))


def context(trust: Trust, at: datetime) -> ValidationContext:
    """What a chain is held against: these certificates, at this instant, without a network."""
    return ValidationContext(
        trust_roots=list(trust.certificates),
        allow_fetching=False,
        moment=at,
        best_signature_time=at,
        time_tolerance=timedelta(0),
    )


def in_force(certificate: Any, at: datetime) -> bool:
    """Whether an instant lies in the validity of a certificate."""
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


def name_of(certificate: Any) -> str:
    """The subject of a certificate: its common name, else all of it."""
    said = certificate.subject.native
    common = said.get("common_name")
    name = common if isinstance(common, str) else certificate.subject.human_friendly
    return "".join(letter if letter.isprintable() else "�" for letter in name[:200])


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs what the library offers only as a coroutine; nothing in it waits for a network."""
    return asyncio.run(work)


def _certificate(der: bytes) -> Any:
    found = x509.Certificate.load(der, strict=True)
    # read now, so that a broken one is refused here
    _ = (found.subject.native, found.not_valid_before, found.not_valid_after, found.public_key)
    return found


def _raw(der: bytes) -> bytes:
    key = load_der_public_key(der)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("Ed25519")
    return key.public_bytes_raw()
