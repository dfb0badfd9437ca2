"""What a reader takes along of a selection: the same rows, and all that must go with them."""

import csv
import hashlib
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pyogrio
import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.home import Home
from geo.release.read import open_release
from geo.terms import Tier
from geo.words import words
from webmap.public import citation, downloads
from webmap.public.download_content import COLUMNS, NAMES
from webmap.public.download_forms import FORMS
from webmap.public.edition import Edition
from webmap.public.selected_tables import TABLES, Layer
from webmap.public.selection import chosen

WANTED = {"tipo": "mining", "estado": "application"}
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def edition(demonstration: Home) -> Edition:
    return Edition(open_release(demonstration.releases(Tier.PUBLIC)))


def _file(client: FlaskClient, form: str, language: str = "es", **fields: str) -> bytes:
    with client.post(f"/{language}/superposiciones.{form}", data={**WANTED, **fields}) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == FORMS[form].mimetype
        assert answer.headers["Cache-Control"] == "no-store"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "mining" not in answer.headers["Content-Disposition"]
        return answer.data


def _inside(form: str, content: bytes, folder: Path) -> tuple[int, str]:
    """How many rows a file holds, and what it says of itself."""
    if form == "csv":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            (name,) = [one for one in packed.namelist() if one not in ("LEAME.txt", "columnas.csv")]
            rows = list(csv.reader(io.StringIO(packed.read(name).decode("utf-8-sig"))))
            return len(rows) - 1, packed.read("LEAME.txt").decode("utf-8-sig")
    if form == "geojson":
        told = json.loads(content)
        assert told["rows"] == len(told["features"])
        texts = [told["citation"], told["selection_text"], *told["limits"]]
        texts += [f"{one['licence']} {one['notice']}" for one in told["sources"]]
        return len(told["features"]), " ".join(texts)
    if form == "kml":
        document = ElementTree.fromstring(content).find(f"{KML}Document")
        assert document is not None
        return len(document.findall(f"{KML}Placemark")), document.findtext(
            f"{KML}description"
        ) or ""
    path = folder / "x.gpkg"
    path.write_bytes(content)
    layers = [str(one) for one in pyogrio.list_layers(path)[:, 0]]
    notes = pyogrio.read_dataframe(path, layer="leame")
    assert {"columnas", "layer_styles"} <= set(layers)
    return len(pyogrio.read_dataframe(path, layer=layers[0])), " ".join(notes["text"])


@pytest.mark.parametrize("layer", Layer)
@pytest.mark.parametrize("form", FORMS)
def test_a_file_has_the_rows_of_the_page_and_its_citation_inside(
    client: FlaskClient, edition: Edition, tmp_path: Path, form: str, layer: Layer
) -> None:
    content = _file(client, form, capa=layer.value, pagina="7", orden="codigo:asc")
    rows, said = _inside(form, content, tmp_path)
    assert rows == len(TABLES[layer].rows(chosen(WANTED), edition)) > 1
    cited = citation.of(edition, words("es", ""))
    assert edition.id in said
    assert cited.sha256 in said
    assert "Tipo: minería; Estado: en trámite" in said
    assert all(limit in said for limit in cited.limits)
    assert "Apache-2.0" in said
    assert "no describen ningún lugar ni derecho real" in said
    # only the sources of these rows: there is no logging among them
    if layer is not Layer.TERRITORIES:
        assert "Catastro minero ilustrativo" in said
    assert "Concesiones forestales ilustrativas" not in said


@pytest.mark.parametrize("form", FORMS)
def test_the_same_selection_is_the_same_bytes_and_another_language_other_labels(
    client: FlaskClient, form: str
) -> None:
    first = _file(client, form)
    assert _file(client, form, orden="codigo:asc") == first
    english = _file(client, form, "en")
    assert english != first


def test_the_columns_are_those_of_the_schema_and_are_explained(client: FlaskClient) -> None:
    told = json.loads(_file(client, "geojson"))
    names = [column.name for column in COLUMNS[Layer.OVERLAPS] if column.name != "geometry"]
    assert list(told["features"][0]["properties"]) == names
    assert [one["column"] for one in told["columns"]] == names
    assert all(one["label"] and one["meaning"] for one in told["columns"])
    assert [one["id"] for one in told["features"]] == [
        one["properties"]["id"] for one in told["features"]
    ]


def test_codes_keep_their_zeros_and_nothing_known_is_an_empty_cell(
    client: FlaskClient, edition: Edition
) -> None:
    with zipfile.ZipFile(io.BytesIO(_file(client, "csv", capa="derechos"))) as packed:
        assert [one.date_time for one in packed.infolist()] == [(1980, 1, 1, 0, 0, 0)] * 3
        text = packed.read("derechos.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    mine = edition.concessions.iloc[TABLES[Layer.RIGHTS].rows(chosen(WANTED), edition)]
    assert [row["Código"].lstrip("'") for row in rows] == list(mine["native_id"])
    assert all(row["Código"].startswith("'0") for row in rows)
    unknown = mine["granted_on"].isna().tolist()
    assert [row["Fecha de otorgamiento"] == "" for row in rows] == unknown
    assert any(unknown)
    assert {row["Publicación"].lstrip("'") for row in rows} == {edition.id}


def test_hostile_names_run_nowhere_and_reorder_nothing(
    hostile_client: FlaskClient, tmp_path: Path
) -> None:
    for form in FORMS:
        with hostile_client.post(f"/es/superposiciones.{form}", data={"capa": "derechos"}) as made:
            content = made.data
        rows, _said = _inside(form, content, tmp_path)
        assert rows == 58
        if form == "csv":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                content = packed.read("derechos.csv")
            cells = [cell for row in csv.reader(io.StringIO(content.decode())) for cell in row]
            assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t")]
        for hidden in ("\u202e", "\u2066"):
            assert hidden.encode() not in content


def test_a_shape_and_its_hectares_are_those_of_the_release(
    client: FlaskClient, edition: Edition, tmp_path: Path
) -> None:
    path = tmp_path / "x.gpkg"
    path.write_bytes(_file(client, "gpkg"))
    made = pyogrio.read_dataframe(path, layer=NAMES[Layer.OVERLAPS])
    mine = edition.overlaps.iloc[TABLES[Layer.OVERLAPS].rows(chosen(WANTED), edition)]
    assert made["area_ha"].tolist() == mine["area_ha"].astype(float).tolist()
    assert made.geometry.geom_equals(mine.geometry.reset_index(drop=True)).all()
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    assert styles["f_table_name"].tolist() == ["overlaps"]
    assert "categorizedSymbol" in styles["styleQML"].iloc[0]


def test_a_large_layer_is_never_texts_as_a_whole_and_yet_the_same_file(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {form: _file(client, form) for form in ("csv", "geojson", "kml")}
    monkeypatch.setattr("webmap.public.download_content.CHUNK", 3)
    assert {form: _file(client, form) for form in whole} == whole


def test_a_selection_that_nothing_fits_is_a_file_without_rows(
    client: FlaskClient, tmp_path: Path
) -> None:
    for form in FORMS:
        content = _file(client, form, q="nadie se llama así")
        rows, said = _inside(form, content, tmp_path)
        assert rows == 0
        assert "nadie se llama así" in said


def test_what_travels_is_packed_and_nothing_stays_behind(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    plain = _file(client, "geojson")
    zipped = client.post(
        "/es/superposiciones.geojson", data=WANTED, headers={"Accept-Encoding": "gzip"}
    )
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert len(zipped.data) < len(plain) / 3
    zipped.close()
    assert list(tmp_path.iterdir()) == []


def test_what_was_selected_is_off_the_disk_before_the_reader_has_it(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed on the way leaves nothing that tells what a reader chose."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sent = client.post("/es/superposiciones.kml", data={"capa": "territorios"}, buffered=False)
    assert list(tmp_path.iterdir()) == []
    assert b"".join(sent.response).endswith(b"</kml>\n")
    sent.close()


def test_too_many_at_once_are_told_to_wait(
    demonstration: Home, public: Callable[[Home], Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "AT_ONCE", 0)
    client = public(demonstration).test_client()
    answer = client.post("/es/superposiciones.csv", data={})
    assert answer.status_code == 429
    assert "Hay otros pedidos en preparación" in answer.text
    assert "Espere un minuto" in answer.text
    assert "expediente" not in re.sub(r"<nav.*?</nav>", "", answer.text, flags=re.DOTALL)


@pytest.mark.parametrize("form", ["xlsx", "csv.zip", "..", "gpkg%00", "CSV"])
def test_a_form_that_is_none_is_a_page(client: FlaskClient, form: str) -> None:
    assert client.post(f"/es/superposiciones.{form}", data={}).status_code == 404


def test_a_download_is_posted(client: FlaskClient) -> None:
    assert client.get("/es/superposiciones.csv").status_code == 405
    page = client.get("/es/superposiciones").text
    for form in FORMS:
        assert f'formaction="/es/superposiciones.{form}"' in page


def test_a_reader_can_check_the_hash_that_the_citation_names(
    client: FlaskClient, edition: Edition
) -> None:
    answer = client.get(f"/datos/{edition.id}/manifest.json", headers={"Accept-Encoding": ""})
    assert hashlib.sha256(answer.data).hexdigest() == citation.digest(edition)


def test_a_citation_names_the_sources_that_were_used_and_a_licence_that_nobody_declared(
    edition: Edition,
) -> None:
    told = {
        **edition.sources,
        "demo-plots": {**edition.sources["demo-plots"], "licence": "unknown"},
    }
    changed = Edition(edition.release)
    changed.__dict__["sources"] = told
    cited = citation.of(changed, words("es", ""), {"demo-plots", "nobody"})
    (one,) = cited.sources
    assert one.licence == "no declarada por quien publica"
    assert cited.warning.startswith("DATOS ILUSTRATIVOS")
    assert "Predios agrícolas ilustrativos" in cited.text
