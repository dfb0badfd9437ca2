"""The keys that a person signs with, read from their files. None is ever made or written here.

A PKCS#12 file (.p12, .pfx) with a certificate signs a PDF; a PEM file with an Ed25519 private key
signs the manifest. No message tells more of a file than its name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from geo.errors import SigningRefused
from geo.evidence.signing.trust import MALFORMED, in_force, name_of

Passphrase = Callable[[str], bytes]
"""Asked with the name of a key's file, only where the file needs it."""

_LIMIT = 1 << 20
_RSA_BITS = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)


@dataclass(frozen=True, eq=False)
class PdfKey:
    """A key with its certificate. by: its subject; fingerprint: the certificate's SHA-256."""

    by: str
    fingerprint: str
    signer: SimpleSigner = field(repr=False)
    size_bytes: int = field(repr=False)  # of its certificates, which stand in each signature


@dataclass(frozen=True, eq=False)
class ManifestKey:
    """An Ed25519 key."""

    private: Ed25519PrivateKey = field(repr=False)


def read_key(path: Path, passphrase: Passphrase, now: datetime) -> PdfKey | ManifestKey:
    """The key of a file, opened with a passphrase where it has one.

    Raises SigningRefused when the file holds no usable key, does not open, or its certificate is
    not in force now or is not one to sign with.
    """
    with path.open("rb") as opened:
        content = opened.read(_LIMIT + 1)
    if len(content) > _LIMIT:
        raise _no_key(path)
    if b"-----BEGIN" in content:
        return _of_pem(path, content, passphrase)
    return _of_pkcs12(path, content, passphrase, now)


def _of_pem(path: Path, content: bytes, passphrase: Passphrase) -> ManifestKey:
    try:
        key = load_pem_private_key(content, None)
    except TypeError:
        try:
            key = load_pem_private_key(content, passphrase(path.name))
        except (*MALFORMED, UnsupportedAlgorithm) as error:
            raise _closed(path) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _no_key(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningRefused(
            f"«{path.name}» no es una clave Ed25519: para firmar el PDF con un certificado use su "
            "archivo .p12 o .pfx; para firmar el manifiesto, una clave privada Ed25519 en PEM."
        )
    return ManifestKey(key)


def _of_pkcs12(path: Path, content: bytes, passphrase: Passphrase, now: datetime) -> PdfKey:
    try:
        _ = asn1_pkcs12.Pfx.load(content, strict=True)["auth_safe"]["content_type"].native
    except MALFORMED as error:
        raise _no_key(path) from error
    opened = _opened(path, content, passphrase)
    if opened.key is None or opened.cert is None:
        raise SigningRefused(
            f"«{path.name}» no trae juntos una clave privada y su certificado: expórtelo con ambos."
        )
    key, certificate = opened.key, opened.cert.certificate
    if not _strong(key):
        raise SigningRefused(
            f"La clave de «{path.name}» no sirve para firmar el PDF: debe ser RSA de 2048 bits o "
            "más, o de curva elíptica P-256, P-384 o P-521."
        )
    if _public(key.public_key()) != _public(certificate.public_key()):
        raise SigningRefused(
            f"En «{path.name}» la clave privada no es la del certificado: vuelva a exportarlo."
        )
    mine = _as_asn1(certificate)
    _check_certificate(path, mine, now)
    others = [_as_asn1(one.certificate) for one in opened.additional_certs]
    return PdfKey(
        by=name_of(mine),
        fingerprint=mine.sha256.hex(),
        signer=_signer(key, mine, others),
        size_bytes=sum(len(one.dump()) for one in (mine, *others)),
    )


def _opened(path: Path, content: bytes, passphrase: Passphrase) -> pkcs12.PKCS12KeyAndCertificates:
    for without in (None, b""):
        try:
            return pkcs12.load_pkcs12(content, without)
        except (ValueError, UnsupportedAlgorithm):
            continue
    try:
        return pkcs12.load_pkcs12(content, passphrase(path.name))
    except (*MALFORMED, UnsupportedAlgorithm) as error:
        raise _closed(path) from error


def _check_certificate(path: Path, certificate: Any, now: datetime) -> None:
    if not in_force(certificate, now):
        since, until = certificate.not_valid_before, certificate.not_valid_after
        raise SigningRefused(
            f"El certificado de «{path.name}» no está vigente hoy (vale del {since:%Y-%m-%d} al "
            f"{until:%Y-%m-%d}): firme con uno vigente."
        )
    usage = certificate.key_usage_value
    if usage is not None and not {"digital_signature", "non_repudiation"} & usage.native:
        raise SigningRefused(
            f"El certificado de «{path.name}» no es para firmar (le falta el uso «firma digital»): "
            "pida uno que lo sea."
        )


def _strong(key: object) -> bool:
    if isinstance(key, RSAPrivateKey):
        return key.key_size >= _RSA_BITS
    return isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, _CURVES)


def _signer(key: Any, mine: Any, others: Iterable[Any]) -> SimpleSigner:
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=mine,
        signing_key=asn1_keys.PrivateKeyInfo.load(der),
        cert_registry=_store(others),
    )


def _store(certificates: Iterable[Any]) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    for one in certificates:
        store.register(one)
    return store


def _as_asn1(certificate: x509.Certificate) -> Any:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _public(key: Any) -> bytes:
    raw: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return raw


def _no_key(path: Path) -> SigningRefused:
    return SigningRefused(
        f"«{path.name}» no es una clave para firmar: use un .p12 o .pfx con su certificado, o una "
        "clave privada Ed25519 en PEM."
    )


def _closed(path: Path) -> SigningRefused:
    return SigningRefused(
        f"«{path.name}» no se abre: la contraseña no es esa, o el archivo está dañado."
    )
