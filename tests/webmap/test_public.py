"""What the public application answers, and what it must never answer."""

import gzip
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from geo.home import Home
from geo.release import read
from geo.terms import Tier
from geo.words import words
from webmap.public import create_app, layers

PAGES = (
    "/{lang}/",
    "/{lang}/territorios",
    "/{lang}/territorio/demo-territories:T-001",
    "/{lang}/territorio/demo-territories:C-001",
    "/{lang}/territorio/demo-claims:R-001",
    "/{lang}/casos",
    "/{lang}/amenazas",
    "/{lang}/metodo",
    "/{lang}/reglas",
    "/{lang}/fuentes",
    "/{lang}/desconocido",
    "/{lang}/titulares",
    "/{lang}/contexto",
    "/{lang}/correcciones",
    "/{lang}/departamentos",
    "/{lang}/departamento/madre-de-dios",
    "/{lang}/distrito/madre-de-dios--tambopata--tambopata",
    "/{lang}/derecho/demo-logging:ILU-TAM/C-J-001-02",
)
CASES = (
    "tres-islas",
    "uchunya",
    "saweto",
    "nueva-austria",
    "catacaos",
    "chaparri",
    "espinar",
    "cajamarca",
    "marcona",
    "ordenanza-010-2018-gru",
)
LANGUAGES = ("es", "en")
_MANY_ALIKE = 12
"""So many links to pages of rights, and of overlaps, are followed; test_beside.py opens more."""


def _addresses() -> list[str]:
    pages = [page.format(lang=lang) for page in PAGES for lang in LANGUAGES]
    return pages + [f"/{lang}/caso/{case}" for case in CASES for lang in LANGUAGES]


def _release(client: FlaskClient) -> str:
    return str(client.get("/salud").get_json()["release"])


def _data(client: FlaskClient) -> list[str]:
    release = _release(client)
    return [
        f"/datos/{release}/es/derecho/demo-concessions:009900494.json",
        f"/datos/{release}/es/derecho/demo-logging:ILU-TAM%2FC-J-001-02.json",
        f"/datos/{release}/manifest.json",
        f"/es/mapa-{release}.js",
        f"/en/mapa-{release}.css",
    ]


class _Page(HTMLParser):
    """What a browser would load, run or follow from a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.loads: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self._in_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.inline += [name for name in said if name.startswith("on") or name == "style"]
        self._in_script = tag == "script"
        if tag == "style" or (tag == "script" and "src" not in said):
            self.inline.append(f"<{tag}>")
        if tag == "a":
            self.links.append(said.get("href", ""))
        else:
            self.loads += [said[n] for n in ("src", "href", "action", "data") if n in said]

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_script and data.strip():
            self.inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False


# --- every page answers, in both languages -------------------------------------------------------


@pytest.mark.parametrize("address", _addresses())
def test_a_page_answers_without_anything_inline_or_foreign(
    client: FlaskClient, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    page = _Page(answer.text)
    assert page.inline == []
    assert [one for one in page.loads if not one.startswith(("/", "#", "?"))] == []
    assert [one for one in page.loads if one.startswith("//")] == []
    assert [one for one in page.links if "//" in one or one.startswith("javascript:")] == []
    language = address[1:3]
    assert f'<html lang="{"es-PE" if language == "es" else language}">' in answer.text


def test_every_link_of_every_page_leads_somewhere(client: FlaskClient) -> None:
    followed: set[str] = set()
    alike: Counter[str] = Counter()
    for address in _addresses():
        page = _Page(client.get(address).text)
        for link in {one.partition("#")[0] for one in page.links + page.loads} - {""}:
            where = address + link if link.startswith("?") else link
            if where == "about:blank":  # the way out of the site
                continue
            if where.endswith("/expediente.zip"):  # minutes of work: test_bundles.py asks for one
                continue
            if "orden=" in where and "T-001" not in where:  # the same table on every page
                continue
            kind = where.split("/")[2] if where.count("/") > 2 else ""
            if kind in ("superposicion", "derecho") and alike[kind] >= _MANY_ALIKE:
                continue
            if where not in followed:
                followed.add(where)
                alike[kind] += 1
                assert client.get(where).status_code == 200, (address, link)
    assert len(followed) > 60


def test_a_reader_gets_the_language_that_the_browser_asks_for(client: FlaskClient) -> None:
    for asked, given in (("en-GB,en;q=0.9", "/en/"), ("es", "/es/"), ("qu", "/es/"), ("", "/es/")):
        answer = client.get("/", headers={"Accept-Language": asked})
        assert (answer.status_code, answer.headers["Location"]) == (302, given)
        assert answer.headers["Vary"] == "Accept-Language"


def test_illustrative_data_say_so_on_every_page(client: FlaskClient) -> None:
    for address in _addresses():
        said = "Datos ilustrativos" if address.startswith("/es") else "Illustrative data"
        assert said in client.get(address).text, address


def test_the_map_says_that_absence_is_no_absence(client: FlaskClient) -> None:
    assert "Que un territorio no aparezca en el mapa no significa que no exista." in (
        client.get("/es/").text
    )


# --- headers --------------------------------------------------------------------------------------


def test_every_answer_carries_the_strict_policy(client: FlaskClient) -> None:
    for address in [*_addresses(), *_data(client), "/", "/salud", "/nada", "/es/nada"]:
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] == "no-referrer", address
        assert "Set-Cookie" not in headers, address


def test_data_are_kept_by_browsers_and_recognised_when_unchanged(client: FlaskClient) -> None:
    for address in _data(client):
        first = client.get(address)
        assert first.status_code == 200, address
        of_the_program = "/mapa-" in address
        assert ("immutable" in first.headers["Cache-Control"]) is not of_the_program
        assert "private" in first.headers["Cache-Control"]  # a shared cache keeps nothing
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_a_bad_connection_gets_packed_answers_of_the_same_content(client: FlaskClient) -> None:
    for address in [_data(client)[0], "/es/territorio/demo-territories:T-001"]:
        plain = client.get(address)
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 2


_REMOTE = re.compile(rb"""(?:https?|wss?|ftp):(?:\\?/){2}[\w\[]|["'`(=]\s*(?:\\?/){2}[\w\[]""")
_SPACE = b"http://www.w3.org/"


def test_no_script_style_or_datum_names_a_foreign_address(client: FlaskClient) -> None:
    assert _REMOTE.search(b"fetch('//example.org/x')")
    for address in [*_data(client), "/static/deslinde.js", "/static/table.js"]:
        if not address.endswith("manifest.json"):
            found = _REMOTE.findall(client.get(address).data.replace(_SPACE, b""))
            assert found == [], address


# --- what is not there is not found ---------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/xx/",
        "/es/nada",
        "/es/territorio/",
        "/es/territorio/demo-territories:T-999",
        "/es/territorio/../../etc/passwd",
        "/es/caso/otro",
        "/es/derecho/demo-concessions:1",
        "/es/superposicion/0000000000000000",
        "/es/superposicion/..%2F..%2Fetc",
        "/es/departamento/atlantida",
        "/es/departamento/madre-de-dios--tambopata--tambopata",
        "/es/distrito/madre-de-dios",
        "/es/distrito/%3Cb%3E",
        "/es/caso/..%2Ftres-islas",
        "/static/../web.py",
        "/static/%2e%2e/web.py",
        "/static/",
        "/datos/current/manifest.json",
        "/datos/..%2Frestricted/manifest.json",
        "/datos/{release}/es/territories.geojson",
        "/datos/{release}/es/derecho/demo-concessions:1.json",
        "/datos/{release}/concessions.parquet",
        "/es//territorios",
    ],
)
def test_what_is_not_there_is_a_clean_page(client: FlaskClient, address: str) -> None:
    answer = client.get(address.format(release=_release(client)))
    assert answer.status_code == 404
    assert "Aquí no hay ninguna página" in answer.text
    assert "Traceback" not in answer.text


def test_an_error_speaks_the_language_of_its_address(client: FlaskClient) -> None:
    assert "There is no page here" in client.get("/en/nada").text
    asked = {"Accept-Language": "en"}
    assert "There is no page here" in client.get("/nada", headers=asked).text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_sent_to_the_public_site(client: FlaskClient, method: str) -> None:
    for address in ("/", "/es/", "/es/territorios", "/salud"):
        answer = client.open(address, method=method)
        assert answer.status_code == 405
        assert "Esto no se puede pedir así" in answer.text


def test_a_failure_of_ours_shows_no_trace(
    demonstration: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(demonstration.releases(Tier.PUBLIC), demonstration.data)

    def fail(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("webmap.public.facts.unknowns", fail)
    answer = app.test_client().get("/es/desconocido")
    assert answer.status_code == 500
    assert "Algo falló de nuestro lado" in answer.text
    assert "secret" not in answer.text


def test_without_a_release_the_site_says_what_to_do(tmp_path: Path, demonstration: Home) -> None:
    client = create_app(tmp_path, demonstration.data).test_client()
    for address in ("/es/", "/es/territorios"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "deslinde build" in answer.text
    assert client.get("/salud").get_json() == {"status": "no-release"}
    assert client.get("/listo").status_code == 503


def test_a_damaged_release_is_not_shown(
    tmp_path: Path, demonstration: Home, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "public"
    shutil.copytree(demonstration.releases(Tier.PUBLIC), folder)
    release = read.open_release(folder)
    table = release.folder / "overlaps.parquet"
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.chmod(0o644)
    table.write_bytes(bytes(content))
    app = create_app(folder, demonstration.data)
    answer = app.test_client().get("/es/territorios?q=secreta")
    assert answer.status_code == 500
    assert "parquet" not in answer.text
    assert caplog.messages == ["territories_page: ReleaseDamaged"]


# --- a release takes the place of another ---------------------------------------------------------


def test_a_reader_sees_one_release_or_the_next_and_what_was_taken_back_is_not_answered(
    tmp_path: Path, demonstration: Home, hostile: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webmap.public.shelf.DATA_STAYS_S", 0.0)
    folder = tmp_path / "public"
    shutil.copytree(demonstration.releases(Tier.PUBLIC), folder)
    client = create_app(folder, demonstration.data).test_client()
    first = _release(client)
    assert first in client.get("/es/").text

    other = read.open_release(hostile.releases(Tier.PUBLIC))
    shutil.copytree(other.folder, folder / other.id)
    assert _release(client) == first
    (folder / "current").write_text(f"{other.id}\n")
    assert _release(client) == other.id != first
    page = client.get("/es/").text
    assert other.id in page
    assert first not in page
    assert b"onerror" in client.get("/ogc/collections/territories/items").data
    assert (folder / first).is_dir()
    for address in (
        f"/datos/{first}/es/derecho/demo-concessions:010000198.json",
        f"/datos/{first}/manifest.json",
        f"/es/mapa-{first}.js",
        f"/es/mapa-{first}.css",
    ):
        assert client.get(address).status_code == 410, address

    (folder / "current").unlink()
    for address in (f"/datos/{other.id}/manifest.json", "/es/territorios"):
        assert client.get(address).status_code == 503, address


# --- hostile names --------------------------------------------------------------------------------


def _hostile_pages(client: FlaskClient) -> Iterator[str]:
    yield from ("/es/", "/es/territorios", "/es/fuentes", "/es/caso/tres-islas", "/es/reglas")
    page = _Page(client.get("/es/territorios").text)
    links = [link for link in page.links if "/territorio/" in link]
    assert len(links) == 7
    yield from links
    yield from ("/es/departamentos", "/es/titulares", "/es/contexto")
    around = _Page(client.get("/es/departamento/madre-de-dios").text).links
    beside = ("/superposicion/", "/distrito/")
    yield from sorted({one for one in around if any(word in one for word in beside)})[:12]
    rights = {one for link in links for one in _Page(client.get(link).text).links}
    yield from sorted(one for one in rights if "/derecho/" in one)[:6]


def test_a_hostile_name_is_text_and_nothing_else(
    hostile_client: FlaskClient, hostile_names: tuple[str, ...]
) -> None:
    texts = ""
    for address in _hostile_pages(hostile_client):
        answer = hostile_client.get(address)
        assert answer.status_code == 200, address
        page = _Page(answer.text)
        assert page.inline == [], address
        assert page.tags & {"img", "b", "iframe", "object"} == set(), address
        assert [one for one in page.links if one.startswith(("javascript:", "//"))] == []
        texts += page.text
    for name in hostile_names[:5]:
        assert name in texts
    assert "\u202e" not in texts
    assert "\u2066" not in texts
    assert "49 {name}" not in texts


def test_a_hostile_name_cannot_end_the_script_of_the_map(hostile_client: FlaskClient) -> None:
    release = _release(hostile_client)
    assert b"</script" not in hostile_client.get(f"/es/mapa-{release}.js").data
    for layer in ("territories", "concessions"):
        answer = hostile_client.get(f"/ogc/collections/{layer}/items?limit=1000")
        assert answer.mimetype == "application/geo+json"
        assert "onerror" in answer.text
        assert "\u202e" not in answer.text


def test_what_a_reader_asks_for_comes_back_as_text(client: FlaskClient) -> None:
    asked = "?q=<script>x</script>&orden=<b>&tipo=\"'><img>&pagina=-1&sentido=%00&alerta={{7*7}}"
    for address in ("/es/territorios", "/es/territorio/demo-territories:T-001"):
        answer = client.get(address + asked)
        assert answer.status_code == 200
        page = _Page(answer.text)
        assert page.inline == []
        assert "img" not in page.tags


# --- the public folder, and nothing else ----------------------------------------------------------


def test_the_public_site_shows_no_natural_person(client: FlaskClient) -> None:
    items = [f"/ogc/collections/{layer}/items?limit=1000" for layer in layers.LAYERS]
    for address in [*_addresses(), *_data(client), *items]:
        assert "PERSONA NATURAL ILUSTRATIVA" not in client.get(address).text, address


def test_the_layers_hold_every_row_of_the_release(client: FlaskClient, demonstration: Home) -> None:
    release = read.open_release(demonstration.releases(Tier.PUBLIC))
    wanted = {
        "territories": len(read.territories(release)),
        "concessions": len(read.concessions(release)),
        "overlaps": len(read.overlaps(release)),
    }
    for layer, count in wanted.items():
        told = client.get(f"/ogc/collections/{layer}/items?limit=1000").get_json()
        assert len(told["features"]) == count > 0


def test_a_right_tells_all_of_its_pairs_yes_before_unknown(client: FlaskClient) -> None:
    release = _release(client)
    told = client.get(f"/datos/{release}/es/derecho/demo-concessions:009900494.json").get_json()
    assert told["name"] == "ILUSTRATIVA 4"
    assert [pair["territory"] for pair in told["pairs"]] == ["demo-territories:T-001"]
    (pair,) = told["pairs"]
    assert pair["called"] == "Territorio titulado"
    assert ["Mínimo – máximo, ha", "399.9912 (cambia menos de 1 m²)"] in pair["rows"]
    assert "MIN-OTORG-POST-TIT" in {flag["code"] for flag in pair["yes"]}
    assert pair["unknown"]
    english = client.get(f"/datos/{release}/en/derecho/demo-concessions:009900494.json").get_json()
    assert english["pairs"][0]["called"] == "Titled territory"
    assert json.dumps(english) != json.dumps(told)


def test_a_polygon_off_its_title_is_never_called_titled(client: FlaskClient) -> None:
    page = _Page(client.get("/es/territorio/demo-territories:C-001").text).text
    assert "Polígono según Comunidades nativas ilustrativas" in page
    assert "fuera de la tolerancia" in page
    edition = client.application.extensions["shelf"].current()
    told = json.loads(layers.layer(edition, "territories", words("es", "")).content)
    looks = {one["properties"]["key"]: one["properties"]["look"] for one in told["features"]}
    assert looks["demo-territories:C-001"] == "t-per-source"
    assert looks["demo-territories:T-001"] == "t-titled"
    assert looks["demo-claims:R-001"] == "t-claimed"
