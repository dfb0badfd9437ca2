"""The site as files: whole, relative, the same every time, and never half of it."""

import html
import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page

from geo.errors import ChoiceUnknown, CopyFailed, CopyRefused
from geo.home import Home, replaced_folder, sha256_of
from webmap import pack
from webmap.copies import cells, folder, rewriting
from webmap.copies.names import plain, relative
from webmap.pack import write_pack
from webmap.site import publish, write_site

LAND = "demo-territories:T-001"
# the north-east of right 009900494, away from plots and other rights
INSIDE_A_RIGHT = [-12.5545, -69.4665]
NAMED = re.compile(r'\s(?:href|src|action|data-[a-z-]*address)="([^"]*)"')


@pytest.fixture(scope="module")
def site(demonstration: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "mapa"
    write_site(demonstration, out)
    return out


@pytest.fixture(scope="module")
def stick(demonstration: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("stick") / "mapa"
    write_pack(demonstration, out, territory=LAND)
    return out


@pytest.fixture(scope="module")
def bare(demonstration: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site without a page for each right and overlap."""
    out = tmp_path_factory.mktemp("bare") / "mapa"
    write_site(demonstration, out, with_rights=False)
    return out


def _named(root: Path) -> Iterator[tuple[str, str]]:
    """Every address in a page, with the page."""
    for path in sorted(root.rglob("*.html")):
        for found in NAMED.finditer(path.read_text("utf-8")):
            yield path.relative_to(root).as_posix(), html.unescape(found[1])


def _sums(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): sha256_of(path)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


# --- links --------------------------------------------------------------------------------------


@pytest.mark.parametrize("copy", ["site", "bare", "stick"])
def test_no_link_of_a_copy_is_dead_absolute_or_foreign(
    copy: str, request: pytest.FixtureRequest
) -> None:
    root: Path = request.getfixturevalue(copy)
    pages = 0
    for page, said in _named(root):
        parts = urlsplit(said)
        if said in ("about:blank", "data:,") or (not parts.path and not parts.netloc):
            continue
        assert not parts.scheme, (page, said)
        assert not parts.netloc, (page, said)
        assert not said.startswith("/"), (page, said)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
        if "derechos" in target and "{" in target:
            continue
        assert not target.startswith(".."), (page, said)
        assert (root / target).is_file(), (page, said)
        pages += 1
    assert pages > 100


def test_a_copy_holds_every_territory_right_overlap_and_case(site: Path) -> None:
    for language in ("es", "en"):
        counted = {
            name: len(list((site / language / name).rglob("*.html")))
            for name in ("territorio", "derecho", "superposicion", "caso")
        }
        assert counted["territorio"] == 7
        assert counted["derecho"] > 50
        assert counted["superposicion"] > 50
        assert counted["caso"] > 5


def test_no_page_of_a_copy_asks_a_server(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"<form\b[^>]*\smethod=", text), path
        assert "http-equiv=&#34;" not in text
        if path.parent != site:
            assert 'http-equiv="Content-Security-Policy"' in text, path
            assert "qué le falta" in text or "what it lacks" in text, path


def test_no_page_of_a_copy_has_a_browser_ask_the_root_of_its_server_for_a_picture(
    site: Path, stick: Path
) -> None:
    for root in (site, stick):
        for page in root.rglob("*.html"):
            assert '<link rel="icon" href="data:,">' in page.read_text("utf-8"), page


def test_what_people_told_is_in_no_copy(site: Path, stick: Path) -> None:
    for root in (site, stick):
        assert not list(root.rglob("amenazas*"))
        assert not [path for path in root.rglob("*.js") if "paquetes cerrados" in path.read_text()]


# --- the folder ---------------------------------------------------------------------------------


def test_the_same_release_is_the_same_bytes_and_the_sums_say_so(
    site: Path, stick: Path, bare: Path, demonstration: Home, tmp_path: Path
) -> None:
    again = tmp_path / "otra" / "copia"
    write_pack(demonstration, again, territory=LAND)
    assert _sums(stick) == _sums(again)
    whole, less = _sums(site), _sums(bare)
    same = [name for name in less if not name.endswith((".html", folder.SUMS, folder.MARK))]
    assert len(same) > 500
    assert {name: less[name] for name in same if "/derechos/" not in name} == {
        name: whole[name] for name in same if "/derechos/" not in name
    }
    for root in (site, stick):
        lines = (root / folder.SUMS).read_text("utf-8").splitlines()
        listed = dict(line.split("  ", 1)[::-1] for line in lines)
        assert listed == {name: one for name, one in _sums(root).items() if name != folder.SUMS}


def test_a_folder_that_is_not_a_copy_is_left_alone(demonstration: Home, tmp_path: Path) -> None:
    mine = tmp_path / "mis-fotos"
    mine.mkdir()
    (mine / "foto.jpg").write_bytes(b"1")
    with pytest.raises(CopyRefused, match="no son una copia"):
        write_site(demonstration, mine)
    with pytest.raises(CopyRefused, match="no es una carpeta"):
        write_pack(demonstration, mine / "foto.jpg", territory=LAND)
    assert [path.name for path in mine.iterdir()] == ["foto.jpg"]


def test_whoever_is_stopped_leaves_the_old_folder_or_none(
    killed_everywhere: Callable[..., int], tmp_path: Path
) -> None:
    out = tmp_path / "copia"

    def write(said: bytes) -> None:
        with folder.filled(out) as made:
            folder.put(made, {"es/a.html": said, "es/b.html": said})
            folder.seal(made, {"deslinde": "static"})

    def check(ended: bool) -> None:
        if out.exists():
            there = {(out / name).read_bytes() for name in ("es/a.html", "es/b.html")}
            assert there == {b"new" if ended else there.copy().pop()}
            assert (out / folder.SUMS).is_file()
        else:
            assert not ended

    def prepare() -> None:
        write(b"old")

    assert killed_everywhere(prepare, lambda: write(b"new"), check) > 5


def test_what_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "copia"
    out.mkdir()
    (out / "vieja").write_bytes(b"1")
    with pytest.raises(ZeroDivisionError), replaced_folder(out) as made:
        (made / "nueva").write_bytes(b"2")
        _ = 1 / 0
    assert [path.name for path in tmp_path.iterdir()] == ["copia"]
    assert (out / "vieja").read_bytes() == b"1"


def test_without_rights_the_site_is_smaller_and_its_links_still_lead_somewhere(bare: Path) -> None:
    assert not (bare / "es" / "derecho").exists()
    text = next((bare / "es" / "territorio").glob("*t-001*")).read_text("utf-8")
    assert "../copia.html" in text


# --- the stick ----------------------------------------------------------------------------------


def test_a_folder_for_a_stick_is_small_and_needs_no_server(stick: Path) -> None:
    files = [path for path in stick.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < pack.MOST_BYTES
    text = (stick / "index.html").read_text("utf-8")
    assert "es/territorio/" in text
    script = next(stick.glob("datos/*/es/mapa.js")).read_text("utf-8")
    assert script.startswith('"use strict";\nObject.assign(deslinde.data, {"territories"')
    downloads = {path.name for path in stick.glob("descargas/*/*")}
    assert {"superposiciones.gpkg", "derechos.csv.zip", "territorios.kml"} <= downloads


def test_a_case_is_packed_with_its_territories(demonstration: Home, tmp_path: Path) -> None:
    write_pack(demonstration, tmp_path / "caso", case="tres-islas")
    assert (tmp_path / "caso" / "es" / "caso" / "tres-islas.html").is_file()
    assert len(list((tmp_path / "caso" / "es" / "territorio").glob("*.html"))) == 2


def test_a_folder_that_would_be_too_large_is_refused(
    demonstration: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack, "MOST_BYTES", 1_000)
    monkeypatch.setattr(pack, "STEPS", (pack.Step(),))
    with pytest.raises(CopyFailed, match="uno por uno"):
        write_pack(demonstration, tmp_path / "grande", territory=LAND)
    assert not (tmp_path / "grande").exists()


def test_what_is_not_there_is_said(demonstration: Home, tmp_path: Path) -> None:
    with pytest.raises(ChoiceUnknown, match="ningún territorio «x"):
        write_pack(demonstration, tmp_path / "a", territory="x\u202e")
    with pytest.raises(ChoiceUnknown, match="tres-islas"):
        write_pack(demonstration, tmp_path / "a", case="x")
    said = CliRunner().invoke(pack.pack, ["--out", str(tmp_path / "a")])
    assert isinstance(said.exception, ChoiceUnknown)
    assert CliRunner().invoke(publish, []).exit_code == 2


def test_a_hostile_code_is_a_file_like_any_other(hostile: Home, tmp_path: Path) -> None:
    out = tmp_path / "mapa"
    write_site(hostile, out, with_rights=False)
    for path in out.rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9._-]+", path.name), path
    pages = [path.read_text("utf-8") for path in out.rglob("*.html")]
    assert not any("<img src=x" in text or "<svg onload" in text for text in pages)
    assert len(list((out / "es" / "territorio").glob("*.html"))) == 7


# --- in a browser -------------------------------------------------------------------------------


def _plain(root: Path) -> ThreadingHTTPServer:
    """Python's own web server, which knows nothing of the site."""

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, directory=str(root), **named)

        def log_message(self, *args: Any) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Quiet)


def _click(page: Page, reader: Any) -> str:
    reader.until(page, "document.querySelector('.folium-map')?.dataset.ready === 'yes'")
    reader.comes(page, *INSIDE_A_RIGHT)
    reader.presses(page, "desktop", *INSIDE_A_RIGHT)
    reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
    return str(page.inner_text(".leaflet-popup-content"))


def test_the_map_of_a_site_finds_there_what_its_filters_ask(site: Path) -> None:
    for name in ("columnas", "hectareas"):
        [found] = site.glob(f"datos/*/{name}.json")
        assert found.stat().st_size > 100


@pytest.mark.browser
def test_the_site_works_behind_any_server_under_any_path(
    site: Path,
    opened: Callable[..., Any],
    reader: Any,
    listening: Callable[..., AbstractContextManager[str]],
) -> None:
    with listening(_plain(site.parent)) as address, opened("desktop") as (page, watched):
        page.goto(f"{address}/mapa/")
        page.wait_for_url("**/es/index.html")
        assert "009900494" in _click(page, reader)
        page.click(".leaflet-popup .par a.mas >> nth=-1")
        page.wait_for_url("**/es/territorio/*")
        rows = "[...document.querySelectorAll('table.pares tbody')].filter(b => !b.hidden).length"
        before = page.evaluate(rows)
        page.fill("#buscar-1, #buscar-0", "ilustrativa 4")
        assert 0 < page.evaluate(rows) < before
        page.click("table.pares tbody:not([hidden]) a >> nth=0")
        page.wait_for_load_state()
        assert page.context.cookies() == []
        assert watched.elsewhere(address) == []
        assert page.evaluate("window.violations") == []
        assert watched.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_the_stick_opens_by_double_click_with_its_map_and_calls_nobody(
    stick: Path, opened: Callable[..., Any], reader: Any, screen: str
) -> None:
    with opened(screen) as (page, watched):
        page.goto((stick / "index.html").as_uri())
        page.wait_for_url("**/es/territorio/*")
        assert "TRES RÍOS" in page.inner_text("h1")
        page.goto((stick / "es" / "index.html").as_uri())
        assert "Superposición (plana UTM)" in _click(page, reader)
        assert int(page.evaluate("document.querySelector('.folium-map').dataset.overlaps")) > 10
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        assert all(one.startswith(stick.as_uri()) for one in watched.requests)
        assert page.evaluate("window.violations") == []
        assert watched.complaints == []


# --- laws ---------------------------------------------------------------------------------------


@given(st.text(max_size=60), st.text(max_size=60))
def test_two_keys_never_share_a_file(one: str, other: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", plain(one))
    assert (plain(one) == plain(other)) is (one == other)


@given(
    st.lists(st.sampled_from(["a", "b", "es"]), min_size=1, max_size=4),
    st.lists(st.sampled_from(["a", "b", "c%"]), min_size=1, max_size=4),
)
def test_a_relative_address_leads_to_its_file(page: list[str], file: list[str]) -> None:
    here, there = "/".join([*page, "x.html"]), "/".join([*file, "y.html"])
    found = posixpath.normpath(
        posixpath.join(posixpath.dirname(here), unquote(relative(there, here)))
    )
    assert found == there


def test_only_what_our_templates_write_is_an_address() -> None:
    text = (
        '<meta charset="utf-8"><p data-x="/es/a">«href="/es/b"»</p><a class="q" href="/es/c">c</a>'
    )
    assert list(rewriting.addresses(text)) == ["/es/c"]
    made = rewriting.page(text, lambda said: f"../{said[4:]}.html")
    assert '<a class="q" href="../c.html">' in made
    assert '"/es/b"' in made
    assert "frame-ancestors" not in made
    form = '<form class="a" method="post" action="/x"><p>y</p></form><form class="criba">z</form>'
    assert rewriting.page(form, lambda said: said) == '<form class="criba">z</form>'
    assert rewriting.data('{"url":"/es/c","n":"/"}', lambda said: "c") == '{"url":"c","n":"/"}'


def test_the_squares_of_a_box_are_those_that_it_touches() -> None:
    assert cells.tiles((-180.0, -85.0, 180.0, 85.0), 0) == (range(1), range(1))
    columns, rows = cells.tiles((-70.0, -13.0, -69.0, -12.0), 9)
    assert (list(columns), list(rows)) == ([156, 157], [273, 274])
    assert cells.shard("") == "e3"
