"""A key opens or is refused in one sentence; no sentence tells more of it than its file's name."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import SigningRefused
from geo.evidence.signing.keys import ManifestKey, PdfKey, read_key

WORD = b"una frase secreta"


def _never(name: str) -> bytes:
    raise AssertionError(f"asked for the passphrase of {name}")


def _pem(key: Any, word: bytes = b"") -> bytes:
    closed = BestAvailableEncryption(word) if word else NoEncryption()
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, closed))


def _refused(path: Path, now: datetime, word: bytes = b"") -> str:
    with pytest.raises(SigningRefused) as caught:
        read_key(path, lambda _: word, now)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert path.name in sentence
    assert WORD.decode() not in sentence
    return sentence


# --- what opens ---------------------------------------------------------------------------------


def test_an_open_ed25519_key_is_read_without_a_question(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "clave.pem"
    path.write_bytes(_pem(Ed25519PrivateKey.generate()))
    assert isinstance(read_key(path, _never, now), ManifestKey)


def test_a_closed_ed25519_key_opens_with_its_passphrase(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "clave.pem"
    key = Ed25519PrivateKey.generate()
    path.write_bytes(_pem(key, WORD))
    asked = []
    found = read_key(path, lambda name: asked.append(name) or WORD, now)
    assert isinstance(found, ManifestKey)
    assert found.private.private_bytes_raw() == key.private_bytes_raw()
    assert asked == ["clave.pem"]


def test_a_p12_opens_with_its_passphrase_and_names_its_person(
    tmp_path: Path, certify: Callable[..., Any], root: Any, now: datetime
) -> None:
    path = certify("Perita Ñandú", root).p12(tmp_path / "clave.p12", WORD, (root,))
    found = read_key(path, lambda _: WORD, now)
    assert isinstance(found, PdfKey)
    assert found.by == "Perita Ñandú"


def test_a_p12_without_a_passphrase_is_read_without_a_question(
    tmp_path: Path, certify: Callable[..., Any], root: Any, now: datetime
) -> None:
    path = certify("Perita", root).p12(tmp_path / "clave.pfx")
    assert isinstance(read_key(path, _never, now), PdfKey)


def test_a_key_does_not_show_itself(
    tmp_path: Path, certify: Callable[..., Any], root: Any, now: datetime
) -> None:
    pem = tmp_path / "clave.pem"
    key = Ed25519PrivateKey.generate()
    pem.write_bytes(_pem(key))
    p12 = certify("Perita", root).p12(tmp_path / "clave.p12")
    shown = repr(read_key(pem, _never, now)) + repr(read_key(p12, _never, now))
    assert "rivate" not in shown
    assert "igner" not in shown
    assert key.private_bytes_raw().hex() not in shown


# --- what does not ------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_said_of_either_kind_of_file(
    tmp_path: Path, certify: Callable[..., Any], root: Any, now: datetime
) -> None:
    pem = tmp_path / "clave.pem"
    pem.write_bytes(_pem(Ed25519PrivateKey.generate(), WORD))
    p12 = certify("Perita", root).p12(tmp_path / "clave.p12", WORD)
    for wrong in (b"", b"otra", b"\xff\xfe", b"x" * 5000):
        assert "contraseña" in _refused(pem, now, wrong)
        assert "contraseña" in _refused(p12, now, wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda: rsa.generate_private_key(65537, 2048),
        lambda: ec.generate_private_key(ec.SECP256R1()),
        lambda: dsa.generate_private_key(2048),
        ed448.Ed448PrivateKey.generate,
        x25519.X25519PrivateKey.generate,
    ],
)
def test_another_kind_of_key_does_not_sign_the_manifest(
    tmp_path: Path, now: datetime, make: Callable[[], Any]
) -> None:
    path = tmp_path / "clave.pem"
    path.write_bytes(_pem(make()))
    assert "Ed25519" in _refused(path, now)


def test_a_public_key_or_a_certificate_does_not_sign(
    tmp_path: Path, root: Any, now: datetime
) -> None:
    path = tmp_path / "clave.pem"
    public = Ed25519PrivateKey.generate().public_key()
    path.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert _refused(path, now)
    path.write_bytes(root.pem)
    assert _refused(path, now)


@pytest.mark.parametrize(
    "make",
    [
        lambda: rsa.generate_private_key(65537, 1024),
        lambda: ec.generate_private_key(ec.SECP192R1()),
        lambda: ec.generate_private_key(ec.SECP256K1()),
        Ed25519PrivateKey.generate,
    ],
)
def test_a_weak_or_unusual_key_does_not_sign_the_pdf(
    tmp_path: Path,
    certify: Callable[..., Any],
    root: Any,
    now: datetime,
    make: Callable[[], Any],
) -> None:
    path = certify("Débil", root, key=make()).p12(tmp_path / "clave.p12")
    assert "RSA de 2048" in _refused(path, now)


@pytest.mark.parametrize("days", [-1, -900])
def test_an_expired_certificate_does_not_sign(
    tmp_path: Path, certify: Callable[..., Any], root: Any, now: datetime, days: int
) -> None:
    made = certify("Vencida", root, until=now + timedelta(days=days))
    assert "vigente" in _refused(made.p12(tmp_path / "clave.p12"), now)


def test_a_certificate_not_yet_in_force_does_not_sign(
    tmp_path: Path, certify: Callable[..., Any], root: Any, now: datetime
) -> None:
    made = certify("Futura", root, since=now + timedelta(days=1))
    assert "vigente" in _refused(made.p12(tmp_path / "clave.p12"), now)


def test_a_certificate_signs_to_the_second_of_its_end(
    tmp_path: Path, certify: Callable[..., Any], root: Any
) -> None:
    end = datetime(2026, 5, 4, 12, tzinfo=UTC)
    path = certify("Justa", root, until=end).p12(tmp_path / "clave.p12")
    assert read_key(path, _never, end)
    assert "vigente" in _refused(path, end + timedelta(seconds=1))


def test_a_certificate_that_is_not_to_sign_with_does_not_sign(
    tmp_path: Path, certify: Callable[..., Any], root: Any, now: datetime
) -> None:
    path = certify("Cifra", root, signing=False).p12(tmp_path / "clave.p12")
    assert "no es para firmar" in _refused(path, now)


def test_a_p12_without_a_key_or_without_its_certificate_does_not_sign(
    tmp_path: Path, root: Any, now: datetime
) -> None:
    path = tmp_path / "clave.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(None, None, None, [root.certificate], NoEncryption())
    )
    assert "juntos" in _refused(path, now)
    key = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"k", key, None, None, NoEncryption()))
    assert "juntos" in _refused(path, now)


@pytest.mark.parametrize(
    "content",
    [b"", b"hola", b"\0" * 200, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"],
)
def test_what_is_no_key_is_refused_without_asking_for_a_passphrase(
    tmp_path: Path, now: datetime, content: bytes
) -> None:
    path = tmp_path / "clave.p12"
    path.write_bytes(content)
    with pytest.raises(SigningRefused, match=r"clave\.p12"):
        read_key(path, _never, now)


def test_a_huge_file_is_not_read_as_a_key(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "clave.p12"
    path.write_bytes(b"-----BEGIN" + b"A" * (1 << 21))
    assert _refused(path, now)


def test_a_flipped_byte_of_a_key_file_is_refused_or_changes_nothing(
    tmp_path: Path, certify: Callable[..., Any], root: Any, now: datetime
) -> None:
    path = certify("Perita", root).p12(tmp_path / "clave.p12")
    content = path.read_bytes()
    right = read_key(path, _never, now)
    assert isinstance(right, PdfKey)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, len(content) - 1), st.integers(1, 255))
    def law(place: int, by: int) -> None:
        changed = bytearray(content)
        changed[place] ^= by
        path.write_bytes(bytes(changed))
        try:
            found = read_key(path, lambda _: b"", now)
        except SigningRefused:
            return
        assert isinstance(found, PdfKey)
        assert found.by or found.fingerprint

    law()
