"""A signed bundle is the bundle, with signatures beside it; what must not be signed is not."""

import hashlib
import stat
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import bagit
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geo.errors import BundleUnreadable, SigningRefused, StampFailed
from geo.evidence import bag
from geo.evidence.bag_check import check, digests
from geo.evidence.signing.keys import ManifestKey
from geo.evidence.signing.sign import SIGNED, TOKEN, detached_name, public_name, sign
from geo.evidence.signing.signatures import check_pdf, key_id
from geo.evidence.signing.stamps import check_token
from geo.evidence.signing.timestamp import Authority
from geo.evidence.signing.trust import read_trust
from geo.evidence.unpack import TAG_HASHES, Bundle, opened


@pytest.fixture
def manifest_key() -> ManifestKey:
    return ManifestKey(Ed25519PrivateKey.generate())


def _id(key: ManifestKey) -> str:
    return key_id(key.private.public_key().public_bytes_raw())


def _unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return next(folder.iterdir())


def _whole(path: Path) -> Bundle:
    bundle = opened(path)
    assert list(check(bundle, digests(bundle))) == []
    return bundle


# --- what signing adds --------------------------------------------------------------------------


def test_signing_adds_beside_the_data_and_changes_none_of_it(
    pack: Callable[..., Any], pdf_key: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack()
    before = digests(opened(packed.path))
    del before[TAG_HASHES]  # the list of what stands beside the data gets the signatures
    done = sign(packed.path, [pdf_key(), manifest_key], out=packed.path, now=now, tsa=None)
    after = digests(_whole(packed.path))
    assert {name: after[name] for name in before} == before
    by = _id(manifest_key)
    assert set(after) - set(before) - {TAG_HASHES} == {SIGNED, detached_name(by), public_name(by)}
    assert [(one.file, one.already) for one in done] == [
        (SIGNED, False),
        (detached_name(by), False),
    ]


def test_the_tools_of_others_still_find_the_bag_whole(
    pack: Callable[..., Any],
    pdf_key: Callable[..., Any],
    manifest_key: ManifestKey,
    now: datetime,
    tmp_path: Path,
) -> None:
    packed = pack()
    sign(packed.path, [pdf_key(), manifest_key], out=packed.path, now=now, tsa=None)
    folder = _unpacked(packed.path, tmp_path / "out")
    bagit.Bag(str(folder)).validate()
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=folder, check=False
    )
    assert done.returncode == 0


def test_openssl_alone_verifies_the_detached_signature(
    pack: Callable[..., Any],
    manifest_key: ManifestKey,
    now: datetime,
    tmp_path: Path,
    openssl: str,
) -> None:
    packed = pack()
    sign(packed.path, [manifest_key], out=packed.path, now=now, tsa=None)
    folder = _unpacked(packed.path, tmp_path / "out")
    by = _id(manifest_key)
    order = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", public_name(by), "-rawin"]
    order += ["-in", "manifest-sha256.txt", "-sigfile", detached_name(by)]
    done = subprocess.run(order, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder / "manifest-sha256.txt").write_bytes(b"otra cosa\n")
    assert subprocess.run(order, cwd=folder, capture_output=True, check=False).returncode != 0
    assert (folder / detached_name(by)).stat().st_size == 64


def test_the_archive_stays_stored_sorted_and_of_one_date(
    pack: Callable[..., Any], pdf_key: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack()
    sign(packed.path, [pdf_key(), manifest_key], out=packed.path, now=now, tsa=None)
    with zipfile.ZipFile(packed.path) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}


def test_signing_adds_nothing_to_the_archive_but_the_signatures(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime, tmp_path: Path
) -> None:
    """Taking them out again gives the very bytes that were exported."""
    packed = pack()
    exported = packed.path.read_bytes()
    sign(packed.path, [manifest_key], out=packed.path, now=now, tsa=None)
    folder = _unpacked(packed.path, tmp_path / "out")
    for left in (folder / "firmas").iterdir():
        left.unlink()
    (folder / "firmas").rmdir()
    tags = (folder / TAG_HASHES).read_text("utf-8").splitlines(keepends=True)
    without = [line for line in tags if "  firmas/" not in line]
    assert len(without) == len(tags) - 2
    (folder / TAG_HASHES).write_text("".join(without), "utf-8")
    bag.stored(folder, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == exported


def test_a_detached_signature_is_the_same_bytes_on_every_machine(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime, tmp_path: Path
) -> None:
    packed = pack()
    for name in ("a.zip", "b.zip"):
        sign(packed.path, [manifest_key], out=tmp_path / name, now=now, tsa=None)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_same_key_twice_says_so_and_replaces_nothing(
    pack: Callable[..., Any], pdf_key: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack()
    keys = [pdf_key(), manifest_key]
    sign(packed.path, keys, out=packed.path, now=now, tsa=None)
    once = packed.path.read_bytes()
    done = sign(packed.path, [*keys, *keys], out=packed.path, now=now, tsa=None)
    assert all(one.already for one in done)
    assert packed.path.read_bytes() == once


def test_a_second_person_signs_the_copy_that_the_first_signed(
    pack: Callable[..., Any], pdf_key: Callable[..., Any], now: datetime
) -> None:
    packed = pack()
    pdf = opened(packed.path).read("data/anexo.pdf")
    sign(packed.path, [pdf_key()], out=packed.path, now=now, tsa=None)
    first = opened(packed.path).read(SIGNED)
    sign(packed.path, [pdf_key("Segundo perito")], out=packed.path, now=now, tsa=None)
    second = _whole(packed.path).read(SIGNED)
    assert second.startswith(first)
    found = check_pdf(pdf, second, now=now)
    assert found.faults == ()
    assert [one.by for one in found.signers] == ["Perita de prueba", "Segundo perito"]


def test_a_copy_of_its_own_leaves_the_exported_one_alone(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime, tmp_path: Path
) -> None:
    packed = pack()
    exported = packed.path.read_bytes()
    sign(packed.path, [manifest_key], out=tmp_path / "firmado.zip", now=now, tsa=None)
    assert packed.path.read_bytes() == exported
    assert detached_name(_id(manifest_key)) in _whole(tmp_path / "firmado.zip").names


def test_a_bundle_that_only_its_owner_may_read_stays_so(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack()
    packed.path.chmod(0o600)
    sign(packed.path, [manifest_key], out=packed.path, now=now, tsa=None)
    assert stat.S_IMODE(packed.path.stat().st_mode) == 0o600


# --- time ---------------------------------------------------------------------------------------


def test_a_bundle_is_stamped_where_an_authority_is_named(
    pack: Callable[..., Any],
    pdf_key: Callable[..., Any],
    now: datetime,
    tsa: Any,
    openssl: str,
    tmp_path: Path,
) -> None:
    packed = pack()
    trusted = read_trust(tsa.certificates)
    authority = Authority(tsa.address, trusted)
    done = sign(packed.path, [pdf_key()], out=packed.path, now=now, tsa=authority)
    bundle = _whole(packed.path)
    digest = hashlib.sha256(bundle.read("manifest-sha256.txt")).hexdigest()
    assert check_token(bundle.read(TOKEN), digest, trusted).trusted
    assert [one.file for one in done] == [SIGNED, TOKEN]
    assert all(one.stamp is not None and one.stamp.trusted for one in done)
    folder = _unpacked(packed.path, tmp_path / "out")
    order = [openssl, "ts", "-verify", "-data", "manifest-sha256.txt", "-in", TOKEN]
    verified = subprocess.run(
        [*order, "-CAfile", tsa.certificates], cwd=folder, capture_output=True, check=False
    )
    assert verified.returncode == 0, verified.stderr
    again = sign(packed.path, [pdf_key("Otro")], out=packed.path, now=now, tsa=authority)
    assert [one.already for one in again] == [False, True]


def test_a_stamp_that_fails_leaves_the_bundle_as_it_was(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime, tsa: Any
) -> None:
    packed = pack()
    exported = packed.path.read_bytes()
    authority = Authority(tsa.address, read_trust(tsa.certificates))
    tsa.instead = lambda request, answer: (500, {}, b"")
    with pytest.raises(StampFailed):
        sign(packed.path, [manifest_key], out=packed.path, now=now, tsa=authority)
    assert packed.path.read_bytes() == exported
    assert [one.name for one in packed.path.parent.glob(".*")] == []


def test_a_stamp_that_fails_for_the_pdf_leaves_the_bundle_as_it_was(
    pack: Callable[..., Any], pdf_key: Callable[..., Any], now: datetime, tsa: Any
) -> None:
    packed = pack()
    exported = packed.path.read_bytes()
    authority = Authority(tsa.address, read_trust(tsa.certificates))
    tsa.instead = lambda request, answer: (200, {}, b"nada")
    with pytest.raises(StampFailed):
        sign(packed.path, [pdf_key()], out=packed.path, now=now, tsa=authority)
    assert packed.path.read_bytes() == exported


# --- what is not signed -------------------------------------------------------------------------


def _refused(path: Path, key: Any, now: datetime, match: str) -> None:
    before = path.read_bytes()
    with pytest.raises(SigningRefused, match=match) as caught:
        sign(path, [key], out=path, now=now, tsa=None)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "manifest",
    [
        {"form": 1, "specimen": True},
        {"form": 1},
        {"form": 1, "specimen": None},
        {"form": 1, "specimen": 0},
        {"form": 1, "specimen": "false"},
        [],
    ],
)
def test_a_specimen_is_not_signed(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime, manifest: Any
) -> None:
    _refused(pack(manifest=manifest).path, manifest_key, now, "muestra con datos ilustrativos")


@pytest.mark.parametrize("said", [True, "yes", "unknown", None, "true", "sí", 1])
def test_invented_rows_are_not_signed_whatever_the_flag_says(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime, said: Any
) -> None:
    packed = pack(rows={"illustrative": said})
    _refused(packed.path, manifest_key, now, "muestra con datos ilustrativos")


def _again(packed: Any, name: str, content: bytes | None, *, retag: bool = False) -> None:
    path = packed.folder / name
    if content is None:
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if retag:
        bag.tag(packed.folder, {})
    bag.stored(packed.folder, packed.path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data/anexo.pdf", b"%PDF-1.7 otra cosa %%EOF"),
        ("data/LEAME.txt", b"otra cosa"),
        ("data/LEAME.txt", None),
        ("data/de-mas.txt", b"otra cosa"),
        ("manifest-sha256.txt", b""),
        ("tagmanifest-sha256.txt", None),
    ],
)
def test_a_bundle_that_is_not_whole_is_not_signed(
    pack: Callable[..., Any],
    manifest_key: ManifestKey,
    now: datetime,
    name: str,
    content: bytes | None,
) -> None:
    packed = pack()
    _again(packed, name, content)
    _refused(packed.path, manifest_key, now, "no está entero")


def test_a_bundle_without_an_annex_is_not_signed(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack()
    _again(packed, "data/anexo.pdf", None, retag=True)
    _refused(packed.path, manifest_key, now, r"anexo\.pdf")


def test_a_layer_that_cannot_be_read_is_not_signed(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack()
    _again(packed, "data/datos/superposiciones.geojson", b"{", retag=True)
    _refused(packed.path, manifest_key, now, "GeoJSON")


def test_a_bundle_of_a_newer_form_is_not_signed(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack(manifest={"form": 99, "specimen": False})
    with pytest.raises(BundleUnreadable, match="más nueva"):
        sign(packed.path, [manifest_key], out=packed.path, now=now, tsa=None)


def test_an_unpacked_folder_is_not_signed(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack()
    with pytest.raises(SigningRefused, match=r"\.zip"):
        sign(packed.folder, [manifest_key], out=packed.folder, now=now, tsa=None)


def test_a_signed_copy_that_was_tampered_with_is_not_signed_again(
    pack: Callable[..., Any], pdf_key: Callable[..., Any], pdf: bytes, now: datetime
) -> None:
    packed = pack()
    _again(packed, SIGNED, pdf + b"\n% otra cosa\n%%EOF\n")
    _refused(packed.path, pdf_key(), now, r"anexo\.firmado\.pdf")


def test_a_signature_under_the_keys_name_that_does_not_hold_is_not_replaced(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack()
    _again(packed, detached_name(_id(manifest_key)), b"\0" * 64)
    _refused(packed.path, manifest_key, now, "no se reemplaza")


def test_a_pdf_that_is_none_is_not_signed(
    pack: Callable[..., Any], pdf_key: Callable[..., Any], now: datetime
) -> None:
    packed = pack()
    _again(packed, "data/anexo.pdf", b"hola", retag=True)
    _refused(packed.path, pdf_key(), now, "no nombra su")


def test_a_disk_that_is_full_leaves_the_bundle_whole(
    pack: Callable[..., Any],
    manifest_key: ManifestKey,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed = pack()
    exported = packed.path.read_bytes()

    def full(self: Any, *_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "open", full)
    with pytest.raises(OSError, match="No space"):
        sign(packed.path, [manifest_key], out=packed.path, now=now, tsa=None)
    monkeypatch.undo()
    assert packed.path.read_bytes() == exported
    assert [one.name for one in packed.path.parent.glob(".*")] == []


def test_a_bundle_whose_annex_names_another_manifest_is_not_signed(
    pack: Callable[..., Any], manifest_key: ManifestKey, now: datetime
) -> None:
    packed = pack(names="1" * 64)
    with pytest.raises(SigningRefused, match="no nombra su"):
        sign(packed.path, [manifest_key], out=packed.path, now=now, tsa=None)
