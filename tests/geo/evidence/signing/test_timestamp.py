"""A time stamp is the authority's own word on these bytes, or an error in one sentence."""

import hashlib
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import FileUnreadable, SettingMissing, StampFailed
from geo.evidence.signing.stamps import check_token
from geo.evidence.signing.timestamp import Authority, authority, capture, stamp
from geo.evidence.signing.trust import Trust, read_trust
from geo.home import Home, here

BYTES = b"lo que se recibio"
DIGEST = hashlib.sha256(BYTES).hexdigest()
OTHER = hashlib.sha256(b"otra cosa").hexdigest()


def _authority(tsa: Any) -> Authority:
    return Authority(tsa.address, read_trust(tsa.certificates))


def _refused(tsa: Any) -> str:
    with pytest.raises(StampFailed) as caught:
        stamp(DIGEST, _authority(tsa))
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", "!"))
    return sentence


def test_a_stamp_says_when_by_whom_and_over_these_bytes(tsa: Any) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    made = _authority(tsa)
    found = check_token(stamp(DIGEST, made), DIGEST, made.trusted)
    assert before <= found.at <= datetime.now(UTC) + timedelta(seconds=2)
    assert (found.by, found.policy, found.trusted) == ("Sellos de prueba", "1.2.3.4.1", True)


def test_the_request_asks_for_a_number_and_the_certificates_over_sha256(tsa: Any) -> None:
    stamp(DIGEST, _authority(tsa))
    stamp(DIGEST, _authority(tsa))
    first, second = (tsp.TimeStampReq.load(one) for one in tsa.asked)
    assert first["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
    assert first["message_imprint"]["hashed_message"].native.hex() == DIGEST
    assert first["cert_req"].native is True
    assert first["nonce"].native != second["nonce"].native


def test_a_stamp_is_verified_by_openssl_alone(tsa: Any, openssl: str, tmp_path: Path) -> None:
    kept = tmp_path / "x.tsr"
    kept.write_bytes(stamp(DIGEST, _authority(tsa)))
    done = subprocess.run(
        [openssl, "ts", "-verify", "-digest", DIGEST, "-in", kept, "-CAfile", tsa.certificates],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Verification: OK" in done.stdout


def test_a_bare_token_is_read_as_the_whole_answer_is(tsa: Any) -> None:
    made = _authority(tsa)
    answer = stamp(DIGEST, made)
    token = tsp.TimeStampResp.load(answer)["time_stamp_token"].dump()
    assert check_token(token, DIGEST, made.trusted) == check_token(answer, DIGEST, made.trusted)


def test_without_certificates_a_stamp_is_checked_and_nobody_is_said_to_be_trusted(tsa: Any) -> None:
    found = check_token(stamp(DIGEST, _authority(tsa)), DIGEST)
    assert found.trusted is None


# --- what is refused ----------------------------------------------------------------------------


def test_a_self_made_authority_is_refused(
    serve_tsa: Callable[..., Any], certify: Callable[..., Any]
) -> None:
    tsa = serve_tsa(certify("Hecha en casa", stamping=True))
    assert "confianza" in _refused(tsa)


def test_a_self_made_authority_is_seen_in_a_kept_token(
    serve_tsa: Callable[..., Any], certify: Callable[..., Any]
) -> None:
    made = certify("Hecha en casa", stamping=True)
    tsa = serve_tsa(made)
    tsa.certificates.write_bytes(made.pem)
    answer = stamp(DIGEST, _authority(tsa))
    other = tsa.certificates.with_name("other.pem")
    other.write_bytes(certify("Otra raíz", authority=True).pem)
    found = check_token(answer, DIGEST, read_trust(other))
    assert found.trusted is False
    assert "Hecha en casa" in found.why


def test_an_expired_authority_is_refused(
    serve_tsa: Callable[..., Any], certify: Callable[..., Any], root: Any
) -> None:
    long_past = datetime(2021, 1, 1, tzinfo=UTC)
    tsa = serve_tsa(certify("Vencida", root, stamping=True, until=long_past))
    assert "no estaba vigente" in _refused(tsa)


def test_an_expired_authority_is_refused_also_where_its_own_certificate_is_trusted(
    serve_tsa: Callable[..., Any], certify: Callable[..., Any], root: Any
) -> None:
    made = certify("Vencida", root, stamping=True, until=datetime(2021, 1, 1, tzinfo=UTC))
    tsa = serve_tsa(made)
    tsa.certificates.write_bytes(made.pem)
    assert "no estaba vigente" in _refused(tsa)


def test_a_certificate_that_is_none_for_time_stamps_is_refused(
    serve_tsa: Callable[..., Any], certify: Callable[..., Any], root: Any
) -> None:
    right = serve_tsa()
    wrong = certify("Sin uso", root)
    answer = _resigned(stamp(DIGEST, _authority(right)), wrong)
    with pytest.raises(StampFailed, match="timeStamping"):
        check_token(answer, DIGEST, read_trust(right.certificates))
    loose = certify("No crítico", root, stamping=True, critical=False)
    answer = _resigned(stamp(DIGEST, _authority(right)), loose)
    with pytest.raises(StampFailed, match="timeStamping"):
        check_token(answer, DIGEST, read_trust(right.certificates))


def _resigned(answer: bytes, made: Any) -> bytes:
    """The same token signed by another key: openssl itself refuses such a certificate."""
    der = made.certificate.public_bytes(Encoding.DER)
    certificate = asn1.Certificate.load(der)
    whole = tsp.TimeStampResp.load(answer)
    signed = whole["time_stamp_token"]["content"]
    signer = signed["signer_infos"][0]
    signer["sid"].chosen["issuer"] = certificate.issuer
    signer["sid"].chosen["serial_number"] = certificate.serial_number
    signer["signed_attrs"] = [
        one
        for one in signer["signed_attrs"]
        if one["type"].native not in ("signing_certificate", "signing_certificate_v2")
    ]
    signer["signature_algorithm"] = {"algorithm": "sha256_ecdsa"}
    told = signer["signed_attrs"].untag().dump()
    signer["signature"] = made.key.sign(told, ec.ECDSA(hashes.SHA256()))
    signed["certificates"] = [certificate]
    return bytes(whole.dump(force=True))


def test_a_stamp_over_other_bytes_is_refused(tsa: Any) -> None:
    made = _authority(tsa)
    other = stamp(OTHER, made)
    tsa.instead = lambda request, answer: (200, {}, other)
    assert "otros bytes" in _refused(tsa)


def test_an_old_answer_played_again_is_refused(tsa: Any) -> None:
    old = stamp(DIGEST, _authority(tsa))
    tsa.instead = lambda request, answer: (200, {}, old)
    assert "otro número" in _refused(tsa)


def test_a_rejection_says_why(tsa: Any) -> None:
    status = {"status": "rejection", "status_string": ["sin cupo"], "fail_info": {"bad_alg"}}
    inside = tsp.PKIStatusInfo(status).dump()
    rejected = b"\x30" + bytes([len(inside)]) + inside
    tsa.instead = lambda request, answer: (200, {}, rejected)
    sentence = _refused(tsa)
    assert "rechazó" in sentence
    assert "sin cupo" in sentence


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_an_error_of_the_authority_is_an_error(tsa: Any, status: int) -> None:
    tsa.instead = lambda request, answer: (status, {}, answer)
    assert f"HTTP {status}" in _refused(tsa)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["https://tsa.example/", "file:///etc/hostname", "/tsr2", "ftp://x/"]
)
def test_a_redirect_is_not_followed(tsa: Any, status: int, to: str) -> None:
    tsa.instead = lambda request, answer: (status, {"Location": to}, b"")
    assert "otra dirección" in _refused(tsa)
    assert len(tsa.asked) == 1


def test_an_empty_answer_is_refused(tsa: Any) -> None:
    tsa.instead = lambda request, answer: (200, {}, b"")
    assert "sin contenido" in _refused(tsa)


@pytest.mark.parametrize(
    "body", [b"<html>hola</html>", b"\x30\x80", b"\x30\x03\x02\x01\x00", b"\0" * 99, b"\x30" * 999]
)
def test_an_answer_that_is_no_stamp_is_refused(tsa: Any, body: bytes) -> None:
    tsa.instead = lambda request, answer: (200, {}, body)
    assert _refused(tsa)


def test_a_huge_answer_is_refused_without_being_read_whole(tsa: Any) -> None:
    tsa.instead = lambda request, answer: (200, {}, answer + b"\0" * (1 << 24))
    assert "demasiado grande" in _refused(tsa)


def test_nobody_there_is_an_error(tsa: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gone = replace(_authority(tsa), address=f"http://127.0.0.1:{port}/")
    with pytest.raises(StampFailed, match="No se pudo hablar"):
        stamp(DIGEST, gone)


def test_an_authority_that_says_nothing_is_given_up(tsa: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(StampFailed, match="No se pudo hablar"):
            stamp(DIGEST, replace(_authority(tsa), address=address, seconds=0.2))


def test_a_proxy_of_the_environment_is_not_used(tsa: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.delenv("no_proxy", raising=False)
    assert stamp(DIGEST, _authority(tsa))


# --- a token in a stranger's hands --------------------------------------------------------------


def test_a_token_of_other_bytes_is_refused(tsa: Any) -> None:
    answer = stamp(DIGEST, _authority(tsa))
    with pytest.raises(StampFailed, match="otros bytes"):
        check_token(answer, OTHER)


def test_a_date_changed_inside_a_token_is_found(tsa: Any) -> None:
    answer = stamp(DIGEST, _authority(tsa))
    year = f"{datetime.now(UTC):%Y}".encode()
    told = tsp.TimeStampResp.load(answer)["time_stamp_token"]["content"]["encap_content_info"]
    inside = told["content"].parsed["gen_time"].dump()
    changed = answer.replace(inside, inside.replace(year, b"2024", 1))
    assert changed != answer
    with pytest.raises(StampFailed, match="alterado"):
        check_token(changed, DIGEST)


def test_a_flipped_byte_never_gives_another_time_and_never_a_traceback(tsa: Any) -> None:
    made = _authority(tsa)
    answer = stamp(DIGEST, made)
    right = check_token(answer, DIGEST, made.trusted)

    @given(st.integers(0, len(answer) - 1), st.integers(1, 255))
    def law(place: int, by: int) -> None:
        changed = bytearray(answer)
        changed[place] ^= by
        try:
            found = check_token(bytes(changed), DIGEST, made.trusted)
        except StampFailed:
            return
        assert (found.at, found.serial, found.policy) == (right.at, right.serial, right.policy)

    law()


@given(st.binary(max_size=300))
def test_any_bytes_are_no_stamp_and_no_traceback(junk: bytes) -> None:
    with pytest.raises(StampFailed):
        check_token(junk, DIGEST)


# --- the stamp of a capture ---------------------------------------------------------------------


def _home(tmp_path: Path, tsa: Any) -> Home:
    return here(
        {
            "DESLINDE_HOME": str(tmp_path / "home"),
            "DESLINDE_TSA": tsa.address,
            "DESLINDE_TSA_CERTS": str(tsa.certificates),
        }
    )


def test_without_an_authority_nothing_is_asked_and_nothing_is_kept(tmp_path: Path) -> None:
    home = here({"DESLINDE_HOME": str(tmp_path / "home")})
    assert capture(home, DIGEST) is None
    assert not home.stamps.exists()


def test_a_capture_is_stamped_once_and_the_older_stamp_stays(tmp_path: Path, tsa: Any) -> None:
    home = _home(tmp_path, tsa)
    first = capture(home, DIGEST)
    kept = (home.stamps / f"{DIGEST}.tsr").read_bytes()
    assert capture(home, DIGEST) == first
    assert len(tsa.asked) == 1
    assert (home.stamps / f"{DIGEST}.tsr").read_bytes() == kept


def test_a_damaged_stamp_is_asked_for_again(tmp_path: Path, tsa: Any) -> None:
    home = _home(tmp_path, tsa)
    capture(home, DIGEST)
    (home.stamps / f"{DIGEST}.tsr").write_bytes(b"roto")
    assert capture(home, DIGEST) is not None
    assert check_token((home.stamps / f"{DIGEST}.tsr").read_bytes(), DIGEST)


def test_a_stamp_of_an_authority_no_longer_trusted_is_neither_used_nor_thrown_away(
    tmp_path: Path, tsa: Any, certify: Callable[..., Any]
) -> None:
    home = _home(tmp_path, tsa)
    capture(home, DIGEST)
    kept = (home.stamps / f"{DIGEST}.tsr").read_bytes()
    tsa.certificates.write_bytes(certify("Otra raíz", authority=True).pem)
    with pytest.raises(StampFailed, match="ya tienen un sello"):
        capture(home, DIGEST)
    assert (home.stamps / f"{DIGEST}.tsr").read_bytes() == kept


def test_a_stamp_that_fails_leaves_nothing(tmp_path: Path, tsa: Any) -> None:
    home = _home(tmp_path, tsa)
    tsa.instead = lambda request, answer: (500, {}, b"")
    with pytest.raises(StampFailed):
        capture(home, DIGEST)
    assert not home.stamps.exists()


def test_a_file_of_certificates_without_any_is_no_trust(tmp_path: Path, tsa: Any) -> None:
    home = _home(tmp_path, tsa)
    key = Ed25519PrivateKey.generate().public_key()
    tsa.certificates.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(SettingMissing, match="DESLINDE_TSA_CERTS"):
        authority(home)


@pytest.mark.parametrize(
    "content", [b"", b"hola", b"\x30\x82\0\0", b"-----BEGIN CERTIFICATE-----\n"]
)
def test_a_file_that_holds_no_certificates_is_refused_by_its_name(
    tmp_path: Path, tsa: Any, content: bytes
) -> None:
    tsa.certificates.write_bytes(content)
    with pytest.raises(FileUnreadable, match=r"trusted\.pem"):
        authority(_home(tmp_path, tsa))


def test_a_private_key_among_the_certificates_is_refused(
    tmp_path: Path, tsa: Any, root: Any
) -> None:
    tsa.certificates.write_bytes(root.pem + root.key_pem)
    with pytest.raises(FileUnreadable, match=r"trusted\.pem"):
        authority(_home(tmp_path, tsa))


def test_nobody_trusted_is_not_everybody_trusted(tsa: Any) -> None:
    with pytest.raises(StampFailed):
        stamp(DIGEST, Authority(tsa.address, Trust()))
