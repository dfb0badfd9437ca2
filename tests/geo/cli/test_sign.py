"""`deslinde sign`, and the stamp of what is imported, as a user runs them."""

import hashlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typst
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from geo.evidence import bag
from geo.evidence.signing.stamps import check_token
from geo.evidence.signing.trust import read_trust
from geo.evidence.unpack import opened

WORD = b"una frase secreta"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "made" / "anexo-x"
    data = folder / "data"
    data.mkdir(parents=True)
    listed = json.dumps({"form": 1, "specimen": False}).encode()
    (data / "manifest.json").write_bytes(listed)
    named = hashlib.sha256(listed).hexdigest()
    page = f'#set document(keywords: ("manifest-sha256:{named}",))\nx'
    (data / "anexo.pdf").write_bytes(typst.compile(page.encode()))
    bag.tag(folder, {})
    bag.stored(folder, tmp_path / "anexo.zip")
    return tmp_path / "anexo.zip"


@pytest.fixture
def key(tmp_path: Path) -> Callable[..., Path]:
    def make(word: bytes = b"") -> Path:
        closed = BestAvailableEncryption(word) if word else NoEncryption()
        path = tmp_path / "clave.pem"
        private = Ed25519PrivateKey.generate()
        path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, closed))
        return path

    return make


def _configured(monkeypatch: pytest.MonkeyPatch, tsa: Any) -> None:
    monkeypatch.setenv("DESLINDE_TSA", tsa.address)
    monkeypatch.setenv("DESLINDE_TSA_CERTS", str(tsa.certificates))


# --- sign ---------------------------------------------------------------------------------------


def test_signing_says_what_was_signed_and_that_no_stamp_was_asked(
    deslinde: Callable[..., Any], bundle: Path, key: Callable[..., Path]
) -> None:
    ran = deslinde("sign", bundle, "--key", key())
    assert ran.code == 0, ran.err
    signed, unstamped = ran.out.splitlines()
    assert signed.startswith("Firmado: firmas/manifest-sha256.txt.")
    assert unstamped.startswith("Sin sello de tiempo")
    assert len(opened(bundle).below("firmas")) == 2


def test_signing_twice_says_that_it_was_signed(
    deslinde: Callable[..., Any], bundle: Path, key: Callable[..., Path]
) -> None:
    path = key()
    deslinde("sign", bundle, "--key", path)
    ran = deslinde("sign", bundle, "--key", path)
    assert ran.code == 0
    assert ran.out.startswith("Ya estaba firmado con esta clave")


def test_a_passphrase_comes_from_its_file_with_or_without_a_line_end(
    deslinde: Callable[..., Any], bundle: Path, key: Callable[..., Path], tmp_path: Path
) -> None:
    path = key(WORD)
    for place, end in enumerate((b"", b"\n", b"\r\n")):
        word = tmp_path / f"frase-{place}"
        word.write_bytes(WORD + end)
        ran = deslinde("sign", bundle, "--key", path, "--passphrase-file", word)
        assert ran.code == 0, ran.err


def test_a_wrong_passphrase_is_one_sentence_without_the_passphrase(
    deslinde: Callable[..., Any], bundle: Path, key: Callable[..., Path], tmp_path: Path
) -> None:
    word = tmp_path / "frase"
    word.write_bytes(b"no es esta")
    ran = deslinde("sign", bundle, "--key", key(WORD), "--passphrase-file", word)
    assert "contraseña" in ran.sentence
    assert "no es esta" not in ran.sentence
    assert opened(bundle).below("firmas") == ()


def test_in_a_pipe_nobody_is_asked_for_a_passphrase(
    deslinde: Callable[..., Any],
    bundle: Path,
    key: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        ran = deslinde("sign", bundle, "--key", key(WORD))
    assert "--passphrase-file" in ran.sentence


def test_on_a_terminal_the_passphrase_is_asked_and_not_shown(
    bundle: Path, key: Callable[..., Path], tmp_path: Path
) -> None:
    path = key(WORD)
    environment = {**os.environ, "DESLINDE_HOME": str(tmp_path / "home")}
    order = [sys.executable, "-m", "webmap.cli", "sign", str(bundle), "--key", str(path)]
    terminal, theirs = pty.openpty()
    with subprocess.Popen(
        order, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as running:
        os.close(theirs)
        shown = b""
        asked = False
        while part := _read(terminal):
            shown += part
            if not asked and "Contraseña".encode() in shown:
                asked = True
                os.write(terminal, WORD + b"\n")
    os.close(terminal)
    assert asked, shown
    assert running.returncode == 0, shown
    assert WORD not in shown
    assert b"Firmado" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux says so where the other end is closed
        return b""


@pytest.mark.parametrize("missing", ["bundle", "key", "word"])
def test_a_file_that_is_not_there_is_one_sentence(
    deslinde: Callable[..., Any],
    bundle: Path,
    key: Callable[..., Path],
    tmp_path: Path,
    missing: str,
) -> None:
    path = key(WORD)
    word = tmp_path / "frase"
    word.write_bytes(WORD)
    {"bundle": bundle, "key": path, "word": word}[missing].unlink()
    assert deslinde("sign", bundle, "--key", path, "--passphrase-file", word).sentence


def test_a_key_is_asked_for(deslinde: Callable[..., Any], bundle: Path) -> None:
    assert "--key" in deslinde("sign", bundle).sentence


def test_what_is_no_bundle_is_one_sentence(
    deslinde: Callable[..., Any], key: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "x.zip").write_bytes(b"hola")
    assert "x.zip" in deslinde("sign", tmp_path / "x.zip", "--key", key()).sentence


def test_the_demonstration_is_a_specimen_and_is_not_signed(
    deslinde: Callable[..., Any], key: Callable[..., Path], tmp_path: Path
) -> None:
    assert deslinde("build", "--demo").code == 0
    out = tmp_path / "demo.zip"
    made = deslinde("export", "--case", "tres-islas", "--out", out)
    assert made.code == 0, made.err
    before = out.read_bytes()
    assert "muestra con datos ilustrativos" in deslinde("sign", out, "--key", key()).sentence
    assert out.read_bytes() == before


def test_a_bundle_is_stamped_where_an_authority_is_configured(
    deslinde: Callable[..., Any],
    bundle: Path,
    key: Callable[..., Path],
    tsa: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _configured(monkeypatch, tsa)
    ran = deslinde("sign", bundle, "--key", key())
    assert ran.code == 0, ran.err
    assert "Sello de tiempo: firmas/manifest-sha256.txt.tsr" in ran.out
    assert "Sellos de prueba" in ran.out


def test_a_stamp_that_fails_is_one_sentence_and_nothing_is_signed(
    deslinde: Callable[..., Any],
    bundle: Path,
    key: Callable[..., Path],
    tsa: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _configured(monkeypatch, tsa)
    tsa.instead = lambda request, answer: (200, {}, answer[:-9])
    before = bundle.read_bytes()
    assert "sello" in deslinde("sign", bundle, "--key", key()).sentence
    assert bundle.read_bytes() == before


def test_what_is_exported_signed_and_stamped_verifies_and_a_flipped_byte_does_not(
    deslinde: Callable[..., Any],
    layer: Path,
    key: Callable[..., Path],
    certify: Callable[..., Any],
    root: Any,
    tsa: Any,
    tmp_path: Path,
    squares: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _configured(monkeypatch, tsa)
    title = squares("comunidades.geojson", ("x", 460500, 8612500, 1500))
    said = json.loads(title.read_text("utf-8"))
    said["features"][0]["properties"] = {"codigo": "C-1", "nomcom": "EJEMPLO", "titcom": "001-EJ"}
    title.write_text(json.dumps(said), "utf-8")
    for path, source in ((layer, "pe-ingemmet-mining"), (title, "pe-midagri-communities")):
        ran = deslinde("import", path, "--source", source, "--tier", "public")
        assert ran.code == 0, ran.err
    assert deslinde("build").code == 0
    bundle = tmp_path / "b.zip"
    made = deslinde("export", "--concession", "010000116", "--out", bundle)
    assert made.code == 0, made.err
    p12 = certify("Perita de prueba", root).p12(tmp_path / "clave.p12")
    signed = deslinde("sign", bundle, "--key", p12, "--key", key())
    assert signed.code == 0, signed.err
    public = tmp_path / "firmantes.pem"
    found = opened(bundle)
    pem = next(name for name in found.below("firmas") if name.endswith(".pem"))
    public.write_bytes(root.pem + found.read(pem))
    trust = ("--trusted", tsa.certificates, "--signer", public, "--no-recompute")
    ran = deslinde("verify", bundle, *trust)
    assert ran.code == 0, ran.out + ran.err
    for name in found.below("firmas"):
        broken = bytearray(bundle.read_bytes())
        place = found.starts[name] + found.sizes[name] // 2
        if name.endswith(".pdf"):
            place = found.starts[name] + found.sizes["data/anexo.pdf"] + 9
        broken[place] ^= 1
        (tmp_path / "roto.zip").write_bytes(bytes(broken))
        ran = deslinde("verify", tmp_path / "roto.zip", *trust)
        assert ran.code == 1, name
        assert name in ran.out, name


# --- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "tsa.example",
        "ftp://tsa.example/",
        "file:///etc/hostname",
        "http://",
        "https://a:b@x.example/",
        "http://x.example:puerto/",
        "http://[::1/",
        "http://x.example/a b",
        "http://x.example/\r\nX: y",
    ],
)
def test_an_address_that_is_none_is_refused(
    deslinde: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    tmp_path: Path,
) -> None:
    certificates = tmp_path / "c.pem"
    certificates.write_bytes(b"")
    monkeypatch.setenv("DESLINDE_TSA", address)
    monkeypatch.setenv("DESLINDE_TSA_CERTS", str(certificates))
    assert "DESLINDE_TSA" in deslinde("imports").sentence


def test_an_authority_without_certificates_to_trust_is_refused(
    deslinde: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DESLINDE_TSA", "https://tsa.example/tsr")
    assert "DESLINDE_TSA_CERTS" in deslinde("imports").sentence
    monkeypatch.setenv("DESLINDE_TSA_CERTS", str(tmp_path / "no-esta.pem"))
    assert "no-esta.pem" in deslinde("imports").sentence


# --- captures -----------------------------------------------------------------------------------


@pytest.fixture
def layer(tmp_path: Path, squares: Callable[..., Path]) -> Path:
    path = squares("derechos.geojson", ("x", 461000, 8613000, 1000))
    said = json.loads(path.read_text("utf-8"))
    said["features"][0]["properties"] = {
        "CODIGOU": "010000116",
        "CONCESION": "EJEMPLO UNO",
        "FEC_DENU": "2016-01-04",
        "D_ESTADO": "D.M. Titulado D.L. 708",
        "LEYENDA": "TITULADO",
    }
    path.write_text(json.dumps(said), "utf-8")
    return path


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "hechos.csv"
    path.write_text("noun,id,what,on,document\nconcession,010000216,grant,1996,Res. 1\n", "utf-8")
    return path


def _import(deslinde: Callable[..., Any], layer: Path) -> Any:
    return deslinde("import", layer, "--source", "pe-ingemmet-mining")


def _state(tmp_path: Path) -> list[str]:
    home = tmp_path / "home"
    return sorted(one.relative_to(home).as_posix() for one in home.rglob("*") if one.is_file())


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_import_and_its_facts_are_stamped_before_they_are_kept(
    deslinde: Callable[..., Any],
    layer: Path,
    facts: Path,
    tsa: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _configured(monkeypatch, tsa)
    ran = _import(deslinde, layer)
    assert ran.code == 0, ran.err
    assert "sello de tiempo 2" in ran.out
    ran = deslinde("facts", "import", facts)
    assert ran.code == 0, ran.err
    assert "sello de tiempo 2" in ran.out
    trusted = read_trust(tsa.certificates)
    for path in (layer, facts):
        token = tmp_path / "home" / "stamps" / f"{_hash(path)}.tsr"
        assert check_token(token.read_bytes(), _hash(path), trusted).trusted


def test_importing_the_same_bytes_again_keeps_the_first_stamp(
    deslinde: Callable[..., Any],
    layer: Path,
    tsa: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _configured(monkeypatch, tsa)
    _import(deslinde, layer)
    token = tmp_path / "home" / "stamps" / f"{_hash(layer)}.tsr"
    first = token.read_bytes()
    assert _import(deslinde, layer).code == 0
    assert token.read_bytes() == first
    assert len(tsa.asked) == 1


def test_an_import_without_its_stamp_is_refused_and_leaves_nothing(
    deslinde: Callable[..., Any],
    layer: Path,
    facts: Path,
    tsa: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _configured(monkeypatch, tsa)
    tsa.instead = lambda request, answer: (503, {}, b"")
    assert "HTTP 503" in _import(deslinde, layer).sentence
    assert "HTTP 503" in deslinde("facts", "import", facts).sentence
    assert _state(tmp_path) == []


def test_a_self_made_authority_does_not_stamp_an_import(
    deslinde: Callable[..., Any],
    layer: Path,
    serve_tsa: Callable[..., Any],
    certify: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _configured(monkeypatch, serve_tsa(certify("Hecha en casa", stamping=True)))
    assert "confianza" in _import(deslinde, layer).sentence
    assert _state(tmp_path) == []


def test_without_an_authority_an_import_says_nothing_of_a_stamp(
    deslinde: Callable[..., Any], layer: Path, tmp_path: Path
) -> None:
    ran = _import(deslinde, layer)
    assert ran.code == 0, ran.err
    assert "sello" not in ran.out
    assert not (tmp_path / "home" / "stamps").exists()


def test_the_demonstration_is_not_stamped(
    deslinde: Callable[..., Any], tsa: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _configured(monkeypatch, tsa)
    assert deslinde("build", "--demo").code == 0
    assert tsa.asked == []
