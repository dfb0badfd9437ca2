"""What somebody makes who remakes every list with this very program, and lies in one file."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geo.evidence import custody
from geo.evidence.check import compare, manifest_check
from geo.evidence.check.verify import verify
from geo.evidence.chosen import By
from geo.evidence.findings import Report
from geo.evidence.signing.trust import Trust
from geo.received import check_depth
from geo.release.manifest import canonical
from geo.world import languages

Check = Callable[..., Report]
PACKAGE = "data/datos/datos.gpkg"


def one(bag: Any, kind: str) -> str:
    return next(name for name in sorted(bag.files) if kind in name)


def files_at_fault(bag: Any, report: Check, changed: dict[str, bytes]) -> set[str]:
    found = report(bag.written(bag.with_every_list(changed)))
    return {one.file for one in found.findings} - {"data/manifest.json"}


def package(bag: Any, folder: Path, *statements: str) -> bytes:
    path = folder / "datos.gpkg"
    path.write_bytes(bag.files[PACKAGE])
    with closing(sqlite3.connect(path)) as opened:
        for statement in statements:
            opened.execute(statement)
        opened.commit()
    return path.read_bytes()


@pytest.mark.parametrize(
    "statement",
    [
        (
            "UPDATE layer_styles SET styleQML = replace(styleQML, '</qgis>', "
            "'<attributeactions><actionsetting action=\"import os\"/></attributeactions></qgis>')"
        ),
        "CREATE TABLE otra (fid INTEGER PRIMARY KEY, nota TEXT)",
        "CREATE TRIGGER otro AFTER INSERT ON flags BEGIN DELETE FROM overlaps; END",
        (
            "CREATE VIEW sin_fin AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
            "SELECT i FROM n"
        ),
        "ALTER TABLE overlaps ADD COLUMN nota TEXT DEFAULT 'otra cosa'",
    ],
)
def test_what_a_map_program_would_run_or_show_beside_the_layers_is_found(
    statement: str, bag: Any, report: Check, tmp_path: Path
) -> None:
    forged = package(bag, tmp_path, statement)
    assert PACKAGE in files_at_fault(bag, report, {PACKAGE: forged})


def test_another_shape_over_the_same_vertices_is_another_shape() -> None:
    whole = shapely.Polygon([(0, 0), (4, 0), (4, 4), (2, 3), (0, 4)])
    bitten = shapely.Polygon([(0, 0), (4, 0), (2, 3), (4, 4), (0, 4)])
    assert bitten.is_valid
    assert not compare._alike(whole, bitten)
    assert compare._alike(whole, shapely.Polygon(whole.exterior.coords[::-1]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"geometry": {', '"geometry": {"type": "Point", "coordinates": [0, 0]}, "geometry": {'),
        ('"properties": {', '"properties": {"D_ESTADO": "otro"}, "properties": {'),
        ("urn:ogc:def:crs:EPSG::32719", "urn:ogc:def:crs:EPSG::32718"),
        ('"name": ', '"nota": "otra", "name": '),
    ],
)
def test_rows_received_that_another_program_reads_otherwise_are_found(
    before: str, after: str, bag: Any, report: Check
) -> None:
    file = one(bag, "recibido/demo-concessions")
    text = bag.files[file].decode()
    assert before in text
    assert file in files_at_fault(bag, report, {file: text.replace(before, after).encode()})


def test_shapes_within_shapes_end_in_a_finding_and_not_with_the_process(
    bag: Any, report: Check
) -> None:
    file = one(bag, "recibido/demo-concessions")
    told = json.loads(bag.files[file])
    inner = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00"
    told["features"][0]["wkb"] = (inner * 200_000 + inner[:5] + bytes(4)).hex()
    assert file in files_at_fault(bag, report, {file: json.dumps(told).encode()})


@pytest.mark.parametrize("depth", [1, 8])
def test_a_collection_as_anybody_draws_it_is_still_read(depth: int) -> None:
    made = shapely.GeometryCollection(
        [shapely.Point(1, 2), shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])]
    )
    for _ in range(depth):
        made = shapely.GeometryCollection([made, shapely.LineString([(0, 0, 1), (1, 1, 1)])])
    check_depth(shapely.to_wkb(made))
    check_depth(shapely.to_wkb(made, flavor="iso", byte_order=0))
    check_depth(shapely.to_wkb(shapely.set_srid(made, 4326), include_srid=True))


def test_a_log_that_tells_another_hour_than_the_capture_is_found(bag: Any, report: Check) -> None:
    lines = [json.loads(line) for line in bag.files["data/custodia.jsonl"].splitlines()]
    plain = [{k: v for k, v in line.items() if k not in ("n", "prev", "hash")} for line in lines]
    plain[0]["at"] = "1999-01-01T00:00:00+00:00"
    changed = {"data/custodia.jsonl": custody.text(custody.chained(plain))}
    assert "data/custodia.jsonl" in files_at_fault(bag, report, changed)


def test_a_capture_told_twice_in_one_object_is_found(bag: Any, report: Check) -> None:
    file = "data/metodo/capturas.json"
    forged = bag.files[file].replace(b'"origin":', b'"origin": "otro", "origin":')
    assert file in files_at_fault(bag, report, {file: forged})


def test_words_that_nobody_signs_cannot_be_changed_beside_the_data(bag: Any, report: Check) -> None:
    info = bag.files["bag-info.txt"].replace(b"External-Description: ", b"External-Description: X ")
    found = report(bag.written(bag.with_lists({"bag-info.txt": info})))
    assert {one.file for one in found.findings} == {"bag-info.txt"}


def test_a_file_where_no_bundle_has_one_is_found(bag: Any, report: Check) -> None:
    file = "data/metodo/nota.txt"
    assert file in files_at_fault(bag, report, {file: b"otra cosa"})


def test_a_specimen_cannot_say_that_it_is_none(bag: Any, report: Check) -> None:
    told = json.loads(bag.files["data/manifest.json"])
    text = bag.files["data/manifest.json"].replace(b'"specimen": true', b'"specimen": false')
    assert told["specimen"] is True
    found = report(bag.written(bag.with_lists({"data/manifest.json": text})))
    assert any("specimen" in one.sentence for one in found.findings)


def test_rules_that_this_program_does_not_have_are_named(bag: Any, report: Check) -> None:
    file = one(bag, "rules/peru.toml")
    forged = bag.files[file].replace(b'"alta"', b'"baja"')
    found = report(bag.written(bag.with_every_list({file: forged})))
    assert any("«rules/peru.toml»" in said for said in found.unchecked)


def test_a_signature_that_was_taken_out_is_missed_by_whoever_asks_for_it(
    whole: Path, home: Any
) -> None:
    asked = Trust((), frozenset({Ed25519PrivateKey.generate().public_key().public_bytes_raw()}))
    found = verify(whole, home=home, languages=languages(home), signers=asked, recompute=False)
    assert any("--signer" in one.sentence for one in found.findings)


@pytest.mark.parametrize("wrong", [5, [{"sha256": [1]}], None])
def test_inputs_that_are_no_list_are_a_finding_and_no_crash(wrong: object) -> None:
    assert list(manifest_check.check_inputs({"inputs": wrong}, {"00": {}}))


@pytest.mark.parametrize("file", ["data/LEAME.txt", "data/README.txt"])
def test_a_page_that_tells_another_way_to_check_is_found(
    file: str, bag: Any, report: Check
) -> None:
    forged = bag.files[file].replace(b"sha256sum", b"true     ", 1)
    assert forged != bag.files[file]
    assert file in files_at_fault(bag, report, {file: forged})


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "not-found", "keys": []},
        {"keys": ["demo-concessions:999"]},
        {"code": "999999"},
        {"written": "999999"},
        {"hint": ["ILU"]},
    ],
)
def test_a_code_that_lies_about_what_it_met_is_found(
    change: dict[str, Any], bag: Any, report: Check
) -> None:
    told = json.loads(bag.files["data/manifest.json"])
    told["choice"]["codes"][0] |= change
    found = report(bag.written(bag.with_lists({"data/manifest.json": canonical(told)})))
    assert any("lo que se pidió" in one.sentence for one in found.findings)


def test_a_territory_that_was_not_asked_for_is_found(
    exported: Callable[..., Path], bag: Any, report: Check
) -> None:
    with zipfile.ZipFile(exported(By.TERRITORY, "C-001")) as archive:
        name = archive.namelist()[0].split("/")[0]
        files = {one.removeprefix(f"{name}/"): archive.read(one) for one in archive.namelist()}
    other = replace(bag, name=name, files=files)
    told = json.loads(files["data/manifest.json"])
    told["choice"]["asked"] = ["C-999"]
    found = report(other.written(other.with_lists({"data/manifest.json": canonical(told)})))
    assert any("lo que se pidió" in one.sentence for one in found.findings)
