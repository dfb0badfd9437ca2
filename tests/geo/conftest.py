"""Keys and certificates made for one run, and a time stamping authority on loopback."""

import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_OFF = datetime(2045, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Made:
    """A private key with its certificate."""

    key: Any
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def p12(self, path: Path, passphrase: bytes = b"", others: tuple["Made", ...] = ()) -> Path:
        closed = (
            serialization.BestAvailableEncryption(passphrase)
            if passphrase
            else serialization.NoEncryption()
        )
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"k", self.key, self.certificate, [one.certificate for one in others], closed
            )
        )
        return path


def _certify(
    name: str,
    issuer: Made | None = None,
    *,
    key: Any = None,
    since: datetime = LONG_AGO,
    until: datetime = FAR_OFF,
    signing: bool = True,
    authority: bool = False,
    stamping: bool = False,
    critical: bool = True,
) -> Made:
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signing and not authority,
                content_commitment=signing and not authority,
                key_encipherment=not signing,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=authority,
                crl_sign=authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if stamping:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        built = built.add_extension(purpose, critical=critical)
    signer = key if issuer is None else issuer.key
    return Made(key, built.sign(signer, hashes.SHA256()))


@pytest.fixture(scope="session")
def certify() -> Callable[..., Made]:
    """`certify("Name", issuer, …)` makes a key and its certificate, self-made without an issuer."""
    return _certify


@pytest.fixture(scope="session")
def root() -> Made:
    """An authority of certificates that the reader trusts."""
    return _certify("Raíz de prueba", authority=True)


Answer = tuple[int, dict[str, str], bytes]


@dataclass(eq=False)
class Tsa:
    """A time stamping authority on loopback, which answers through `openssl ts -reply`.

    certificates: the file of those to trust. asked: the requests that came. instead: what answers
    in its place, given the request and the true answer.
    """

    address: str
    certificates: Path
    asked: list[bytes] = field(default_factory=list)
    instead: Callable[[bytes, bytes], Answer] | None = None


_SETTINGS = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/chain.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
"""


@pytest.fixture(scope="session")
def openssl() -> str:
    """The openssl program; a test that needs it is skipped where there is none."""
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("no openssl here: install it to test against a time stamping authority")
    return found


@contextmanager
def _authorities(place: Path, root: Made, openssl: str) -> Iterator[Callable[..., Tsa]]:
    running: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(made: Made | None = None) -> Tsa:
        made = made or _certify("Sellos de prueba", root, stamping=True)
        folder = place / f"tsa-{len(running)}"
        folder.mkdir()
        (folder / "serial").write_text("01\n")
        (folder / "tsa.pem").write_bytes(made.pem)
        (folder / "tsa.key").write_bytes(made.key_pem)
        (folder / "chain.pem").write_bytes(root.pem)
        (folder / "settings").write_text(_SETTINGS.format(folder=folder))
        turn = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers["Content-Length"]))
                with turn:
                    tsa.asked.append(request)
                    answer = _reply(openssl, folder, request)
                said: Answer = (200, {"Content-Type": "application/timestamp-reply"}, answer)
                if tsa.instead is not None:
                    said = tsa.instead(request, answer)
                status, headers, body = said
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        running.append((server, thread))
        tsa = Tsa(f"http://127.0.0.1:{server.server_port}/tsr", folder / "trusted.pem")
        tsa.certificates.write_bytes(root.pem)
        return tsa

    try:
        yield start
    finally:
        for server, thread in running:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture
def serve_tsa(tmp_path: Path, root: Made, openssl: str) -> Iterator[Callable[..., Tsa]]:
    """`serve_tsa()` starts an authority under the root; `serve_tsa(made)` one with that key."""
    with _authorities(tmp_path, root, openssl) as start:
        yield start


@pytest.fixture
def tsa(serve_tsa: Callable[..., Tsa]) -> Tsa:
    """A time stamping authority whose chain ends in the trusted root."""
    return serve_tsa()


@pytest.fixture(scope="module")
def lasting_tsa(
    tmp_path_factory: pytest.TempPathFactory, root: Made, openssl: str
) -> Iterator[Tsa]:
    """The same for what many tests only read; nobody changes what it answers."""
    with _authorities(tmp_path_factory.mktemp("tsa"), root, openssl) as start:
        yield start()


def _reply(openssl: str, folder: Path, request: bytes) -> bytes:
    asked, answered = folder / "asked", folder / "answered"
    asked.write_bytes(request)
    done = subprocess.run(
        [
            openssl,
            "ts",
            "-reply",
            "-config",
            str(folder / "settings"),
            "-queryfile",
            str(asked),
            "-out",
            str(answered),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, re.sub(r"\s+", " ", done.stderr)
    return answered.read_bytes()
