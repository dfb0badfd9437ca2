"""Whatever somebody does to a bundle is found, and the file that it was done to is named."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import BundleUnreadable
from geo.evidence import custody
from geo.evidence.chosen import By
from geo.evidence.findings import Kind, Report

Check = Callable[..., Report]

# a file of each kind; an ending after a folder stands for the first such file
KINDS = (
    "bag-info.txt",
    "bagit.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "data/anexo.pdf",
    "data/manifest.json",
    "data/custodia.jsonl",
    "data/LEAME.txt",
    "data/README.txt",
    "data/archivos/*.geojson",
    "data/datos/datos.gpkg",
    "data/datos/superposiciones.geojson",
    "data/datos/superposiciones.kml",
    "data/datos/superposiciones.csv",
    "data/datos/cuadros-tecnicos.csv",
    "data/datos/alertas.csv",
    "data/datos/totales.csv",
    "data/recibido/*.geojson",
    "data/recibido/*.csv",
    "data/metodo/capturas.json",
    "data/metodo/publicacion.json",
    "data/metodo/rules/*.toml",
    "data/metodo/sources/*.toml",
    "data/metodo/countries/*.toml",
)
PAYLOAD = tuple(kind for kind in KINDS if kind.startswith("data/"))
LISTED = tuple(kind for kind in PAYLOAD if kind not in ("data/anexo.pdf", "data/manifest.json"))


def one(bag: Any, kind: str) -> str:
    folder, star, ending = kind.partition("*")
    names = [name for name in bag.files if name.startswith(folder) and name.endswith(ending)]
    assert names if star else kind in bag.files, f"the bundle holds no {kind}"
    return names[0] if star else kind


def flipped(content: bytes, at: int | None = None) -> bytes:
    changed = bytearray(content)
    changed[len(changed) // 2 if at is None else at] ^= 0x01
    return bytes(changed)


def named(report: Report, kind: Kind) -> list[str]:
    return [found.file for found in report.findings if found.kind is kind]


def test_a_bundle_as_it_was_made_has_no_finding(whole: Path, report: Check) -> None:
    found = report(whole, recompute=True)
    assert found.findings == ()
    assert any("Se recalcularon" in sentence for sentence in found.checked)
    assert any("Firmas: no hay ninguna" in sentence for sentence in found.unchecked)


def test_its_unpacked_folder_has_no_finding(whole: Path, tmp_path: Path, report: Check) -> None:
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(tmp_path)
    assert report(tmp_path, recompute=True).findings == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_byte_is_found_in_the_file_that_it_was_flipped_in(
    kind: str, bag: Any, report: Check
) -> None:
    name = one(bag, kind)
    found = report(bag.written(bag.changed({name: flipped(bag.files[name])})))
    if name == "tagmanifest-sha256.txt":
        # nothing lists it: what it says no longer fits the files that it lists
        assert found.findings
        return
    assert found.findings[0].file == name
    assert found.findings[0].kind is Kind.ALTERED
    assert name in found.findings[0].sentence
    others = set(named(found, Kind.ALTERED)) - {name}
    assert not others or name == "manifest-sha256.txt"


@pytest.mark.parametrize("kind", PAYLOAD)
def test_a_removed_file_is_named(kind: str, bag: Any, report: Check) -> None:
    name = one(bag, kind)
    found = report(bag.written(bag.changed({name: None})))
    assert found.findings[0].file == name
    assert found.findings[0].kind is Kind.MISSING
    assert not named(found, Kind.ALTERED)


@pytest.mark.parametrize("name", ["bag-info.txt", "bagit.txt", "manifest-sha256.txt",
                                  "tagmanifest-sha256.txt"])  # fmt: skip
def test_a_removed_list_is_named(name: str, bag: Any, report: Check) -> None:
    found = report(bag.written(bag.changed({name: None})))
    assert (found.findings[0].kind, found.findings[0].file) == (Kind.MISSING, name)


@pytest.mark.parametrize(
    "name",
    ["data/otro.txt", "data/datos/otra.csv", "data/recibido/otro.geojson", "data/sellos/x.tsr",
     "data/archivos/otro.zip", "otro.txt", "firmas/otro.sig", "data/metodo/rules/otra.toml"],
)  # fmt: skip
def test_an_added_file_is_named(name: str, bag: Any, report: Check) -> None:
    found = report(bag.written(bag.changed({name: b"x"})))
    assert found.findings[0].file == name
    assert found.findings[0].kind is Kind.ADDED
    assert set(named(found, Kind.ALTERED)) == set()


def test_a_renamed_file_is_one_too_many_and_one_missing(bag: Any, report: Check) -> None:
    content = bag.files["data/datos/totales.csv"]
    found = report(
        bag.written(bag.changed({"data/datos/totales.csv": None, "data/datos/sumas.csv": content}))
    )
    assert named(found, Kind.ADDED) == ["data/datos/sumas.csv"]
    assert named(found, Kind.MISSING) == ["data/datos/totales.csv"]


@pytest.mark.parametrize("kind", LISTED)
def test_a_changed_file_with_the_bag_s_lists_made_to_fit_is_named_by_the_manifest(
    kind: str, bag: Any, report: Check
) -> None:
    name = one(bag, kind)
    found = report(bag.written(bag.with_lists({name: flipped(bag.files[name])})))
    assert found.findings[0].file == name
    assert found.findings[0].kind is Kind.ALTERED


@pytest.mark.parametrize("kind", LISTED)
def test_a_removed_file_with_the_bag_s_lists_made_to_fit_is_named_by_the_manifest(
    kind: str, bag: Any, report: Check
) -> None:
    name = one(bag, kind)
    found = report(bag.written(bag.with_lists({name: None})))
    assert name in named(found, Kind.MISSING)


@pytest.mark.parametrize("kind", LISTED)
def test_a_changed_file_with_every_list_made_to_fit_is_betrayed_by_the_pdf(
    kind: str, bag: Any, report: Check
) -> None:
    name = one(bag, kind)
    if name in ("data/custodia.jsonl", "data/metodo/publicacion.json"):
        changed = bag.with_lists({name: flipped(bag.files[name])})
    else:
        changed = bag.with_every_list({name: flipped(bag.files[name])})
    found = report(bag.written(changed))
    sentences = " ".join(one.sentence for one in found.findings)
    assert "data/manifest.json" in sentences
    assert not found.clean


def test_a_reordered_line_of_custody_is_named_by_its_number(bag: Any, report: Check) -> None:
    lines = bag.files["data/custodia.jsonl"].splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    changed = bag.with_every_list({"data/custodia.jsonl": b"".join(lines)})
    (found,) = [f for f in report(bag.written(changed)).findings if f.kind is Kind.CUSTODY]
    assert found.file == "data/custodia.jsonl"
    assert "lugar 2" in found.sentence


@pytest.mark.parametrize("deed", ["removed", "inserted", "altered"])
def test_a_chain_made_anew_is_not_that_of_the_manifest(deed: str, bag: Any, report: Check) -> None:
    log = [json.loads(line) for line in bag.files["data/custodia.jsonl"].splitlines()]
    bare = [{k: v for k, v in line.items() if k not in ("n", "prev", "hash")} for line in log]
    if deed == "removed":
        bare.pop(0)
    elif deed == "inserted":
        bare.insert(1, bare[0])
    else:
        bare[0]["role"] = "notary"
    content = custody.text(custody.chained(bare))
    found = report(bag.written(bag.with_lists({"data/custodia.jsonl": content})))
    assert "data/custodia.jsonl" in named(found, Kind.CUSTODY)
    assert "data/custodia.jsonl" in named(found, Kind.ALTERED)


def test_a_capture_left_out_of_a_chain_made_anew_is_named(bag: Any, report: Check) -> None:
    log = [json.loads(line) for line in bag.files["data/custodia.jsonl"].splitlines()]
    bare = [{k: v for k, v in line.items() if k not in ("n", "prev", "hash")} for line in log]
    content = custody.text(custody.chained(bare[1:]))
    found = report(bag.written(bag.with_every_list({"data/custodia.jsonl": content})))
    assert "data/custodia.jsonl" in named(found, Kind.DISAGREES)


def test_an_older_manifest_is_not_the_one_that_the_pdf_names(
    bag: Any, exported: Callable[..., Path], report: Check
) -> None:
    with zipfile.ZipFile(exported(By.TERRITORY, "demo-claims:R-001")) as archive:
        older = next(
            archive.read(name) for name in archive.namelist() if name.endswith("/manifest.json")
        )
    found = report(bag.written(bag.with_lists({"data/manifest.json": older})))
    assert "data/manifest.json" in named(found, Kind.ALTERED)


def test_a_pdf_of_another_bundle_names_another_manifest(
    bag: Any, exported: Callable[..., Path], report: Check
) -> None:
    with zipfile.ZipFile(exported(By.TERRITORY, "demo-claims:R-001")) as archive:
        other = next(archive.read(n) for n in archive.namelist() if n.endswith("/anexo.pdf"))
    found = report(bag.written(bag.with_lists({"data/anexo.pdf": other})))
    (sentence,) = [one.sentence for one in found.findings]
    assert "data/anexo.pdf" in sentence
    assert "otro paquete" in sentence


def test_a_pdf_that_is_none_is_named(bag: Any, report: Check) -> None:
    found = report(bag.written(bag.with_lists({"data/anexo.pdf": b"%PDF-1.7\nnada\n%%EOF\n"})))
    assert [one.file for one in found.findings] == ["data/anexo.pdf"]


def test_bytes_appended_to_the_pdf_that_no_signature_covers_are_found(
    bag: Any, report: Check
) -> None:
    content = bag.files["data/anexo.pdf"] + b"\n% y algo detras\n"
    found = report(bag.written(bag.changed({"data/anexo.pdf": content})))
    assert named(found, Kind.SIGNATURE) == ["data/anexo.pdf"]


def test_reordered_entries_of_the_zip_are_found(bag: Any, report: Check) -> None:
    names = sorted(bag.files)
    names[3], names[4] = names[4], names[3]
    found = report(bag.written(bag.files, names))
    assert [one.kind for one in found.findings] == [Kind.REORDERED]
    assert found.findings[0].file == names[4]


def test_reordered_lines_of_a_list_are_found(bag: Any, report: Check) -> None:
    files = bag.with_lists({})
    lines = files["manifest-sha256.txt"].splitlines(keepends=True)
    files["manifest-sha256.txt"] = b"".join(reversed(lines))
    found = report(bag.written(files))
    assert "manifest-sha256.txt" in named(found, Kind.REORDERED)


def test_a_cut_archive_is_refused(whole: Path, tmp_path: Path, report: Check) -> None:
    path = tmp_path / "cortado.zip"
    path.write_bytes(whole.read_bytes()[:-4096])
    with pytest.raises(BundleUnreadable):
        report(path)


def test_a_bundle_of_a_newer_program_tells_to_update(bag: Any, report: Check) -> None:
    manifest = json.loads(bag.files["data/manifest.json"]) | {"form": 99}
    changed = bag.with_lists({"data/manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(BundleUnreadable, match="actualice deslinde"):
        report(bag.written(changed))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_no_byte_of_any_file_can_be_flipped_unseen(
    data: st.DataObject, bag: Any, report: Check
) -> None:
    name = data.draw(st.sampled_from(sorted(bag.files)))
    at = data.draw(st.integers(0, len(bag.files[name]) - 1))
    found = report(bag.written(bag.changed({name: flipped(bag.files[name], at)})))
    assert not found.clean
    if name not in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert found.findings[0].file == name


@settings(max_examples=40)
@given(data=st.data())
def test_no_byte_of_the_archive_s_own_records_can_be_flipped_unseen(
    data: st.DataObject, whole: Path, report: Check, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as archive:
        heads = [
            at
            for entry in archive.infolist()
            for at in range(entry.header_offset, entry.header_offset + 30 + len(entry.filename))
        ]
        directory = archive.start_dir
    at = data.draw(st.sampled_from([*heads, *range(directory, len(content))]))
    content[at] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("flip") / "paquete.zip"
    path.write_bytes(content)
    try:
        found = report(path)
    except BundleUnreadable:
        return
    assert not found.clean
