"""Every figure follows from the rows as received, or the bundle says one that does not."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.evidence.check.verify import verify
from geo.evidence.chosen import By
from geo.evidence.findings import Kind, Report
from geo.evidence.wishes import Separator
from geo.terms import Tier
from geo.world import languages

Check = Callable[..., Report]

GEOPACKAGE = "data/datos/datos.gpkg"


def about(report: Report, kind: Kind) -> dict[str, str]:
    """The first sentence about each file."""
    told: dict[str, str] = {}
    for found in report.findings:
        if found.kind is kind:
            told.setdefault(found.file, found.sentence)
    return told


@pytest.mark.parametrize(
    ("by", "asked", "options"),
    [
        (By.TERRITORY, "demo-territories:C-001", {}),
        (By.TERRITORY, "demo-claims:R-001", {"language": "en"}),
        (By.CONCESSION, "009901317", {"separator": Separator.SEMICOLON}),
        (By.CONCESSION, "demo-logging:ILU-TAM/C-J-003-92", {"language": "en"}),
        (By.TERRITORY, "demo-protected:ILU01", {"tier": Tier.RESTRICTED}),
        (By.CODES, "009901003L\n009999999\n009901003l\nILU-00002", {"tier": Tier.PARTNER}),
    ],
)
def test_what_was_made_computes_to_the_same_again(
    by: By, asked: str, options: dict[str, Any], exported: Callable[..., Path], report: Check
) -> None:
    found = report(exported(by, asked, **options), recompute=True)
    assert found.findings == ()


def edited(content: bytes, statement: str, tmp_path: Path) -> bytes:
    """A GeoPackage in which somebody changed a cell."""
    path = tmp_path / "datos.gpkg"
    path.write_bytes(content)
    connection = sqlite3.connect(path)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    changed = connection.execute(statement).rowcount
    assert changed > 0
    connection.commit()
    connection.close()
    return path.read_bytes()


@pytest.mark.parametrize(
    ("column", "value"),
    [("area_ha", 1234.5), ("area_min_ha", 0.0), ("area_geodesic_ha", 99.0), ("distance_m", 5.0),
     ("share_of_concession", 0.01), ("overlap_class", "'near'"), ("plane", "'EPSG:32718'")],
)  # fmt: skip
def test_a_figure_changed_in_the_geopackage_with_every_list_made_to_fit_is_found(
    column: str, value: object, bag: Any, report: Check, tmp_path: Path
) -> None:
    content = edited(bag.files[GEOPACKAGE], f"UPDATE overlaps SET {column} = {value}", tmp_path)
    found = report(bag.written(bag.with_every_list({GEOPACKAGE: content})), recompute=True)
    assert column in about(found, Kind.DIFFERS)[GEOPACKAGE]


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE concessions SET filed_on = '1990-01-01'", "filed_on"),
        ("UPDATE concessions SET status = 'extinguished'", "status"),
        ("UPDATE territories SET titled_on = '2024-01-01'", "titled_on"),
        ("UPDATE territories SET area_title_ha = 7", "area_title_ha"),
        ("UPDATE flags SET answer = 'no' WHERE answer = 'yes'", "answer"),
        ("UPDATE totals SET area_ha = 3", "area_ha"),
    ],
)
def test_a_date_a_status_or_an_answer_changed_in_the_geopackage_is_found(
    statement: str, word: str, bag: Any, report: Check, tmp_path: Path
) -> None:
    content = edited(bag.files[GEOPACKAGE], statement, tmp_path)
    found = report(bag.written(bag.with_every_list({GEOPACKAGE: content})), recompute=True)
    sentences = [one.sentence for one in found.findings if one.kind is Kind.DIFFERS]
    assert any(word in sentence for sentence in sentences)


def test_a_pair_left_out_of_the_geopackage_is_found(
    bag: Any, report: Check, tmp_path: Path
) -> None:
    statement = "DELETE FROM overlaps WHERE fid = (SELECT max(fid) FROM overlaps)"
    content = edited(bag.files[GEOPACKAGE], statement, tmp_path)
    found = report(bag.written(bag.with_every_list({GEOPACKAGE: content})), recompute=True)
    assert "le falta el par" in about(found, Kind.DIFFERS)[GEOPACKAGE]


def test_an_area_changed_in_the_geojson_with_every_list_made_to_fit_is_found(
    bag: Any, report: Check
) -> None:
    name = "data/datos/superposiciones.geojson"
    told = json.loads(bag.files[name])
    told["features"][0]["properties"]["area_ha"] += 1
    changed = bag.with_every_list({name: json.dumps(told).encode()})
    found = report(bag.written(changed), recompute=True)
    assert about(found, Kind.DISAGREES).keys() == {name}
    assert "area_ha" in about(found, Kind.DISAGREES)[name]
    assert not about(found, Kind.DIFFERS)


@pytest.mark.parametrize(
    "name",
    ["superposiciones.csv", "superposiciones.kml", "derechos.geojson", "territorios.kml",
     "cuadros-tecnicos.csv", "totales.csv", "alertas.csv"],
)  # fmt: skip
def test_a_digit_changed_in_any_face_with_every_list_made_to_fit_is_found(
    name: str, bag: Any, report: Check
) -> None:
    file = f"data/datos/{name}"
    content = bag.files[file]
    at = max(at for at, byte in enumerate(content) if chr(byte) in "12345678")
    changed = content[:at] + bytes([content[at] + 1]) + content[at + 1 :]
    found = report(bag.written(bag.with_every_list({file: changed})))
    assert about(found, Kind.DISAGREES).keys() == {file}


@pytest.mark.parametrize("name", ["superposiciones.csv", "derechos.kml", "territorios.geojson"])
def test_a_face_that_cannot_be_read_is_named(name: str, bag: Any, report: Check) -> None:
    file = f"data/datos/{name}"
    for content in (b"", b"\xff\xfe\x00", b"[" * 100_000, b'"', b"<!DOCTYPE x><x/>"):
        found = report(bag.written(bag.with_every_list({file: content})))
        assert about(found, Kind.DISAGREES).keys() == {file}


def test_a_geopackage_that_is_none_is_named(bag: Any, report: Check) -> None:
    for content in (b"", b"SQLite format 3\x00", b"nada" * 100):
        found = report(bag.written(bag.with_every_list({GEOPACKAGE: content})), recompute=True)
        assert GEOPACKAGE in about(found, Kind.ALTERED)


def test_a_vertex_moved_in_the_rows_received_with_every_list_made_to_fit_is_found(
    bag: Any, report: Check
) -> None:
    name = next(n for n in bag.files if n.startswith("data/recibido/demo-concessions"))
    told = json.loads(bag.files[name])
    told["features"][0]["geometry"]["coordinates"][0][1][0] += 300
    changed = bag.with_every_list({name: json.dumps(told).encode()})
    found = report(bag.written(changed), recompute=True)
    assert "area_plane_ha" in about(found, Kind.DIFFERS)[GEOPACKAGE]


def test_a_row_received_that_is_not_that_of_the_whole_file_is_found(
    bag: Any, report: Check
) -> None:
    name = next(n for n in bag.files if n.startswith("data/recibido/demo-territories"))
    told = json.loads(bag.files[name])
    field = next(iter(told["features"][0]["properties"]))
    told["features"][0]["properties"][field] = "otro"
    changed = bag.with_every_list({name: json.dumps(told).encode()})
    found = report(bag.written(changed))
    assert "la fila 0" in about(found, Kind.DISAGREES)[name]


def test_a_fact_changed_with_every_list_made_to_fit_is_found(bag: Any, report: Check) -> None:
    name = next(n for n in bag.files if n.startswith("data/recibido/facts"))
    text = bag.files[name].decode()
    year = next(y for y in ("2001", "2004", "1994", "2006", "2010", "2012", "1990") if y in text)
    changed = bag.with_every_list({name: text.replace(year, "1971").encode()})
    found = report(bag.written(changed), recompute=True)
    assert GEOPACKAGE in about(found, Kind.DIFFERS)


@pytest.mark.parametrize("kind", ["countries", "rules", "sources"])
def test_a_declaration_that_cannot_be_used_is_a_finding_and_no_crash(
    kind: str, bag: Any, report: Check
) -> None:
    name = next(n for n in bag.files if n.startswith(f"data/metodo/{kind}/"))
    for content in (b"", b"[" * 5_000, b"x = 1\n", b"\xff\xfe"):
        found = report(bag.written(bag.with_every_list({name: content})), recompute=True)
        assert found.findings
        assert any("No se puede recalcular" in one.sentence for one in found.findings)


def test_rows_received_that_nobody_could_read_are_a_finding_and_no_crash(
    bag: Any, report: Check
) -> None:
    name = next(n for n in bag.files if n.startswith("data/recibido/demo-concessions"))
    told = json.loads(bag.files[name])
    point = {**told, "features": [{**told["features"][0], "geometry": {"type": "Point"}}]}
    far = json.loads(json.dumps(told))
    far["features"][0]["geometry"]["coordinates"][0][1][0] = 1e300
    for content in (
        b"",
        b"[" * 100_000,
        b"{}",
        json.dumps(point).encode(),
        json.dumps(far).encode(),
    ):
        found = report(bag.written(bag.with_every_list({name: content})), recompute=True)
        assert any(one.kind is not Kind.ALTERED or one.file == name for one in found.findings)


def test_a_capture_that_says_another_crs_than_the_release_is_found(bag: Any, report: Check) -> None:
    name = "data/metodo/capturas.json"
    told = json.loads(bag.files[name])
    told[0]["crs"] = "EPSG:24879"
    content = (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    found = report(bag.written(bag.with_every_list({name: content})), recompute=True)
    assert "crs" in about(found, Kind.DISAGREES)[name]


def test_a_release_manifest_changed_with_every_list_made_to_fit_is_found(
    bag: Any, report: Check
) -> None:
    name = "data/metodo/publicacion.json"
    changed = bag.files[name].replace(b'"as_of": "20', b'"as_of": "19', 1)
    assert changed != bag.files[name]
    found = report(bag.written(bag.with_every_list({name: changed})))
    assert "identificador" in about(found, Kind.ALTERED)[name]


def test_a_folder_with_a_pdf_signed_by_nobody_still_names_it(
    whole: Path, tmp_path: Path, report: Check
) -> None:
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(tmp_path)
    (pdf,) = tmp_path.glob("*/data/anexo.pdf")
    with pdf.open("ab") as opened:
        opened.write(b"\nxref\n0 0\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n")
    found = report(tmp_path)
    assert {one.file for one in found.findings} == {"data/anexo.pdf"}


def test_another_version_of_the_program_finds_a_figure_and_forgives_a_word(
    whole: Path, bag: Any, home: Any
) -> None:
    spoken = languages(home)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("geo.evidence.check.verify.code_digest", lambda: "0" * 64)
        found = verify(whole, home=home, languages=spoken, recompute=False)
        assert found.findings == ()
        assert any("El código de este programa no es" in one for one in found.unchecked)
        file = "data/datos/superposiciones.csv"
        content = bag.files[file]
        word = content.replace("superposición".encode(), b"superposicion")
        assert word != content
        path = bag.written(bag.with_every_list({file: word}))
        found = verify(path, home=home, languages=spoken, recompute=False)
        assert not about(found, Kind.DISAGREES)
        name = "data/datos/superposiciones.geojson"
        told = json.loads(bag.files[name])
        told["features"][0]["properties"]["area_ha"] += 0.0001
        path = bag.written(bag.with_every_list({name: json.dumps(told).encode()}))
        found = verify(path, home=home, languages=spoken, recompute=False)
        assert about(found, Kind.DISAGREES).keys() == {name}
