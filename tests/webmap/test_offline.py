"""The map on a reader's own device: kept when asked, whole without a line, gone when told to."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from webmap.public import keeping

LAND = "demo-territories:T-001"
INSIDE_A_RIGHT = [-12.5545, -69.4665]
KEPT = (
    "(async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length,"
    " localStorage.length + sessionStorage.length])()"
)


@pytest.fixture
def release(client: FlaskClient) -> str:
    return str(client.get("/salud").get_json()["release"])


# --- leaving ------------------------------------------------------------------------------------


@pytest.mark.browser
def test_who_leaves_is_gone_at_once_and_back_does_not_lead_here(
    opened: Callable[..., Any], address: str, until: Callable[[Page, str], Any]
) -> None:
    with opened("phone") as (page, watched):
        for leave in ("tap", "keys"):
            page.goto(f"{address}/es/casos")
            page.goto(f"{address}/es/territorio/{LAND}")
            if leave == "tap":
                box = page.locator("#salir-rapido").bounding_box()
                assert box["height"] >= 44
                page.tap("#salir-rapido")
            else:
                for _ in range(3):
                    page.keyboard.press("Escape")
            page.wait_for_url("about:blank")
            page.go_back()
            until(page, "location.pathname === '/es/casos'")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.wait_for_timeout(100)
        assert page.url.endswith("/es/casos")
        assert watched.complaints == []


def test_every_page_has_the_way_out_and_it_needs_no_script(client: FlaskClient) -> None:
    for page in ("/es/", "/en/territorios", "/es/sin-conexion", "/es/caso/tres-islas", "/es/nada"):
        text = client.get(page).get_data(as_text=True)
        assert '<a id="salir-rapido" href="about:blank"' in text, page


# --- keeping ------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_reader_keeps_the_map_uses_it_without_a_line_and_takes_it_all_away(
    opened: Callable[..., Any], address: str, until: Callable[[Page, str], Any]
) -> None:
    with opened("desktop") as (page, watched):
        page.goto(f"{address}/es/sin-conexion#territorio={LAND}")
        assert page.evaluate(KEPT) == [[], 0, 0]
        page.click("#cuanto")
        until(page, "!document.getElementById('guardarlo').hidden")
        assert " MB" in page.inner_text("#tamano")
        page.click("#guardarlo")
        until(page, "document.getElementById('guardado').textContent.startsWith('Listo')")
        caches, workers, _ = page.evaluate(KEPT)
        assert (len(caches), workers) == (2, 1)
        assert watched.complaints == []

        page.context.set_offline(True)
        page.goto(f"{address}/es/")
        until(page, "document.querySelector('.folium-map')?.dataset.ready === 'yes'")
        assert "Copia guardada en este dispositivo" in page.inner_text(".copia")
        page.evaluate("at => map_deslinde.setView(at, 13, {animate: false})", INSIDE_A_RIGHT)
        page.focus(".folium-map")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.leaflet-popup .par') !== null")
        assert "009900494" in page.inner_text(".leaflet-popup-content")
        page.goto(f"{address}/es/territorio/{LAND}")
        assert "TRES RÍOS" in page.inner_text("h1")
        page.goto(f"{address}/es/amenazas")
        assert "no está guardada" in page.inner_text(".copia")

        page.goto(f"{address}/es/sin-conexion")
        until(page, "!document.getElementById('quitar').hidden")
        page.click("#quitar")
        until(page, "document.getElementById('guardado').textContent.startsWith('Ya no queda')")
        assert page.evaluate(KEPT) == [[], 0, 0]
        assert watched.elsewhere(address) == []


@pytest.mark.browser
def test_what_was_kept_of_an_older_release_says_so(
    opened: Callable[..., Any], address: str, until: Callable[[Page, str], Any]
) -> None:
    with opened("desktop") as (page, _):
        page.goto(f"{address}/es/sin-conexion")
        page.click("#cuanto")
        until(page, "!document.getElementById('guardarlo').hidden")
        page.click("#guardarlo")
        until(page, "document.getElementById('guardado').textContent.startsWith('Listo')")
        page.evaluate(
            "(async () => { const c = await caches.open('deslinde-estado');"
            " const [at] = await c.keys(); const said = await (await c.match(at)).json();"
            " await c.put(at, new Response(JSON.stringify({...said, release: '0123'}))); })()"
        )
        page.goto(f"{address}/es/casos")
        assert "de otra publicación" in page.inner_text(".copia")
        page.goto(f"{address}/es/sin-conexion")
        until(page, "document.getElementById('guardado').textContent.includes('más nueva')")


def test_what_people_told_is_never_kept_and_every_address_is_answered(
    client: FlaskClient, release: str
) -> None:
    base = f"/datos/{release}/es/guardar.json"
    lists = [client.get(base), client.post(base, json={"territorio": LAND})]
    lists.append(client.post(base, json={"bbox": [-69.6, -12.7, -69.4, -12.5]}))
    for found in lists:
        said = found.get_json()
        assert found.status_code == 200
        assert not [one for one in said["files"] if "amenazas" in one]
        for address in said["files"][::7]:
            assert client.get(address).status_code == 200, address
        assert said["bytes"] > 10_000
        assert said["as_of"] == "31 de octubre de 2026"
    assert len(lists[1].get_json()["rights"]) > 20


def test_a_right_that_is_kept_is_told_as_a_click_tells_it(
    client: FlaskClient, release: str
) -> None:
    asked = {"derechos": ["demo-concessions:009900494", "nada"]}
    kept = client.post(f"/datos/{release}/es/guardar-derechos.json", json=asked).get_json()
    [(address, told)] = kept.items()
    whole = client.get(address).get_json()
    assert told["demo-concessions:009900494"] == whole["demo-concessions:009900494"]


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        {"bbox": [0, 0]},
        {"bbox": ["a", 0, 1, 1]},
        {"bbox": [-180, -85, 180, 85]},
        {"bbox": [-69, -12, -70, -13]},
        {"territorio": "nada"},
        {"territorio": ["a"]},
    ],
)
def test_what_cannot_be_kept_is_one_plain_sentence(
    client: FlaskClient, release: str, asked: object
) -> None:
    found = client.post(f"/datos/{release}/es/guardar.json", json=asked)
    assert found.status_code == 400
    assert found.get_json()["error"].endswith(".")
    many = {"derechos": ["a"] * 201}
    assert client.post(f"/datos/{release}/es/guardar-derechos.json", json=many).status_code == 400


def test_the_worker_may_answer_for_the_whole_site_and_is_always_asked_for_again(
    client: FlaskClient,
) -> None:
    found = client.get("/sw.js")
    assert found.mimetype == "text/javascript"
    assert found.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in found.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 50_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"bbox":[' + b",".join([b"9" * 4_000] * 4) + b"]}",
        b'{"bbox":[-1e999,-13,-69,-12]}',
        b'{"territorio":"\\ud800"}',
        b'{"derechos":["\\ud800"]}',
    ],
    ids=["deep", "deep objects", "huge numbers", "infinity", "half a letter", "half a letter, too"],
)
def test_what_nobody_can_keep_is_answered_in_a_sentence_and_remembered_nowhere(
    client: FlaskClient, release: str, body: bytes
) -> None:
    for asked in ("guardar", "guardar-derechos"):
        found = client.post(
            f"/datos/{release}/es/{asked}.json", data=body, content_type="application/json"
        )
        assert (found.status_code, found.headers["Cache-Control"]) == (400, "no-store")
        assert found.get_json()["error"]


def test_a_list_that_is_refused_costs_other_readers_nothing(
    client: FlaskClient, release: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_RIGHTS", 0)
    monkeypatch.setattr(keeping, "_content", None)
    asked = {"bbox": [-70, -13, -69, -12]}
    found = client.post(f"/datos/{release}/es/guardar.json", json=asked)
    assert (found.status_code, found.headers["Cache-Control"]) == (400, "no-store")
