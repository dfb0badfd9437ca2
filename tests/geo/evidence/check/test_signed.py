"""A bundle that people signed and stamped is still the bundle; who did is asked of the reader."""

import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from geo.evidence.bundle import bundle
from geo.evidence.check.verify import verify
from geo.evidence.choice import choose
from geo.evidence.chosen import By
from geo.evidence.findings import Kind, Report
from geo.evidence.signing.keys import ManifestKey, read_key
from geo.evidence.signing.sign import SIGNED, TOKEN, detached_name, public_name, sign
from geo.evidence.signing.signatures import key_id
from geo.evidence.signing.timestamp import authority, capture
from geo.evidence.signing.trust import NOBODY, Trust, read_trust
from geo.evidence.unpack import TAG_HASHES
from geo.evidence.wishes import Wishes
from geo.home import Home, data_folder, write_whole
from geo.imports import Import, ImportKind, record
from geo.intake import snapshots
from geo.pipeline import build
from geo.release.read import open_release
from geo.terms import Tier
from geo.world import languages, read_world

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def square(east: float, north: float, size: float) -> dict[str, Any]:
    ring = [[east, north], [east, north + size], [east + size, north + size], [east + size, north]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def layer(*rows: tuple[dict[str, Any], dict[str, Any]]) -> bytes:
    features = [{"type": "Feature", "properties": p, "geometry": g} for p, g in rows]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


RIGHTS = layer(
    (
        {"CODIGOU": "019900101", "CONCESION": "PRUEBA UNO", "FEC_DENU": "2001-02-03"},
        square(452_000, 8_600_000, 1_000),
    ),
    (
        {"CODIGOU": "019900102", "CONCESION": "PRUEBA DOS", "FEC_DENU": "2019-02-03"},
        square(453_500, 8_600_000, 1_000),
    ),
)
LAND = layer(
    (
        {"id_field": "Z-1", "name_field": "COMUNIDAD DE PRUEBA", "status_field": "Titulada"},
        square(452_500, 8_599_000, 4_000),
    )
)


@dataclass(frozen=True)
class Made:
    """A signed bundle, who may be trusted for it, and how it is checked."""

    path: Path
    signers: Trust
    authorities: Trust
    key: str
    check: Callable[..., Report]
    folder: Path

    def changed(
        self, name: str, content: bytes | None, also: Mapping[str, bytes] | None = None
    ) -> Path:
        """The bundle with one file changed, added, or gone; and others changed."""
        out = self.folder / "cambiado.zip"
        with zipfile.ZipFile(self.path) as archive:
            bag = archive.namelist()[0].split("/")[0]
            files = {one: archive.read(one) for one in archive.namelist()}
        files[f"{bag}/{name}"] = content or b""
        files |= {f"{bag}/{one}": other for one, other in (also or {}).items()}
        if content is None:
            del files[f"{bag}/{name}"]
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for one in sorted(files):
                entry = zipfile.ZipInfo(one, (1980, 1, 1, 0, 0, 0))
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                archive.writestr(entry, files[one])
        return out

    def read(self, name: str) -> bytes:
        with zipfile.ZipFile(self.path) as archive:
            bag = archive.namelist()[0].split("/")[0]
            return archive.read(f"{bag}/{name}")


@pytest.fixture(scope="module")
def signed(
    tmp_path_factory: pytest.TempPathFactory,
    lasting_tsa: Any,
    certify: Callable[..., Any],
    root: Any,
) -> Made:
    """A bundle of rows that nobody calls invented, signed twice and stamped, captures too."""
    folder, tsa = tmp_path_factory.mktemp("signed"), lasting_tsa
    home = Home(
        root=folder / "home",
        data=data_folder(),
        now=lambda: NOW,
        tsa=tsa.address,
        tsa_certs=tsa.certificates,
    )
    imports = []
    for name, content, source in (
        ("derechos.geojson", RIGHTS, "pe-ingemmet-mining"),
        ("tierras.geojson", LAND, "amw-territories"),
    ):
        path = folder / name
        write_whole(path, content)
        snapshot = snapshots.keep(home, path, source)
        capture(home, snapshot.sha256)
        made = Import(
            ImportKind.LAYER, snapshot, Tier.PUBLIC, crs="EPSG:32719", accuracy_m=5.0,
            as_of="2026-10-01",
        )  # fmt: skip
        record(home, made)
        imports.append(made)
    build(home, read_world(home), tuple(imports), "", lambda _: None)
    release = open_release(home.releases(Tier.PUBLIC.value))
    chosen = choose(release, By.TERRITORY, "amw-territories:Z-1")
    spoken = languages(home)
    path = folder / "paquete.zip"
    bundle(chosen, Wishes(), spoken["es"], path, fonts=home.fonts, say=lambda _: None)
    person = certify("Perita de prueba", root).p12(folder / "perita.p12")
    private = Ed25519PrivateKey.generate()
    keys = [read_key(person, lambda _: b"", NOW), ManifestKey(private)]
    sign(path, keys, out=path, now=NOW, tsa=authority(home))
    public = private.public_key()
    people = folder / "people.pem"
    people.write_bytes(
        root.pem + public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )

    def check(
        path: Path, signers: Trust = NOBODY, authorities: Trust = NOBODY, *, anew: bool = False
    ) -> Report:
        return verify(
            path,
            home=replace(home, tsa="", tsa_certs=None),
            languages=spoken,
            signers=signers,
            authorities=authorities,
            recompute=anew,
        )

    return Made(
        path,
        read_trust(people),
        read_trust(tsa.certificates),
        key_id(public.public_bytes_raw()),
        check,
        folder,
    )


def test_signatures_and_stamps_of_those_whom_the_reader_trusts_hold(signed: Made) -> None:
    found = signed.check(signed.path, signed.signers, signed.authorities, anew=True)
    assert found.findings == ()
    held = " ".join(found.checked)
    assert "«Perita de prueba»" in held
    assert signed.key in held
    assert held.count("sello de tiempo") == 3
    assert not any("Quién es" in one or "no llevan sello" in one for one in found.unchecked)


def test_who_signed_is_said_to_be_unknown_where_the_reader_names_nobody(signed: Made) -> None:
    found = signed.check(signed.path)
    assert found.findings == ()
    assert sum("Quién es" in one for one in found.unchecked) >= 3


def test_a_signer_and_an_authority_whom_the_reader_does_not_trust_are_findings(
    signed: Made, certify: Callable[..., Any], tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(certify("Otra raíz", authority=True).pem)
    trust = read_trust(other)
    found = signed.check(signed.path, trust, trust)
    assert {one.kind for one in found.findings} == {Kind.SIGNATURE, Kind.STAMP}
    named = {one.file for one in found.findings}
    assert {SIGNED, TOKEN, detached_name(signed.key)} <= named


def test_a_flipped_byte_of_any_signature_is_found_in_its_file(signed: Made) -> None:
    for name in (SIGNED, TOKEN, detached_name(signed.key), public_name(signed.key)):
        content = bytearray(signed.read(name))
        content[len(content) // 2] ^= 0x01
        found = signed.check(signed.changed(name, bytes(content)))
        assert (found.findings[0].kind, found.findings[0].file) == (Kind.ALTERED, name)
        assert {one.file for one in found.findings} <= {name, detached_name(signed.key)}


def test_a_signature_that_does_not_hold_is_found_without_any_list(signed: Made) -> None:
    tags = signed.read(TAG_HASHES).splitlines(keepends=True)
    bare = b"".join(line for line in tags if b"  firmas/" not in line)
    for name in (SIGNED, detached_name(signed.key), public_name(signed.key), TOKEN):
        content = bytearray(signed.read(name))
        content[-40] ^= 0x01
        path = signed.changed(name, bytes(content), {TAG_HASHES: bare})
        found = signed.check(path)
        assert {one.kind for one in found.findings} <= {Kind.SIGNATURE, Kind.STAMP}
        assert {one.file for one in found.findings} & {name, detached_name(signed.key)}
    assert signed.check(signed.changed(TAG_HASHES, bare)).findings == ()


def test_what_is_beside_the_data_and_is_no_signature_is_one_too_many(signed: Made) -> None:
    found = signed.check(signed.changed("firmas/nota.txt", b"confie en mi"))
    assert [(one.kind, one.file) for one in found.findings] == [(Kind.ADDED, "firmas/nota.txt")]
    found = signed.check(signed.changed(public_name(signed.key), None))
    assert [one.kind for one in found.findings] == [Kind.MISSING]
    assert found.findings[0].file == public_name(signed.key)


def test_a_stamp_of_a_capture_that_is_gone_is_named(signed: Made) -> None:
    with zipfile.ZipFile(signed.path) as archive:
        name = next(one for one in archive.namelist() if "/data/sellos/" in one)
    file = name.partition("/")[2]
    found = signed.check(signed.changed(file, None))
    assert {one.file for one in found.findings} == {file}
    assert found.findings[0].kind is Kind.MISSING


def test_a_pdf_signed_in_its_place_is_still_the_annex(signed: Made) -> None:
    with zipfile.ZipFile(signed.path) as archive:
        archive.extractall(signed.folder / "fuera")
    (bag,) = (signed.folder / "fuera").iterdir()
    shutil.copyfile(bag / SIGNED, bag / "data" / "anexo.pdf")
    found = signed.check(bag, signed.signers, signed.authorities, anew=True)
    assert found.findings == ()
    assert any("«data/anexo.pdf»: la firma" in one for one in found.checked)
    changed = bytearray((bag / "data" / "anexo.pdf").read_bytes())
    changed[-200] ^= 1
    (bag / "data" / "anexo.pdf").write_bytes(changed)
    found = signed.check(bag)
    assert {one.file for one in found.findings} == {"data/anexo.pdf"}
