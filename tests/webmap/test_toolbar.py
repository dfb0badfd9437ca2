"""What a reader does on the map beyond looking, in a real browser: with a mouse, a finger, keys."""

import hashlib
import json
import math
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from pyproj import Geod, Transformer

pytestmark = pytest.mark.browser

Opened = Callable[..., Any]

# inside right 009900494, which lies in the territory T-001 alone
RIGHT = (-12.5545, -69.4665)
ROOM = 0.003
NEXT_STEP = """(() => {
  const { x, y } = document.activeElement.getBoundingClientRect();
  return document.elementFromPoint(x + 4, y + 4).textContent;
})()"""
FINGER_PX = 44


def _corners(latitude: float, longitude: float) -> list[tuple[float, float]]:
    signs = ((-1, -1), (-1, 1), (1, 1), (1, -1))
    return [(latitude + ROOM * up, longitude + ROOM * right) for up, right in signs]


# rings of places, [lon, lat]: a bow tie, a loop that turns back, one that touches its own side
CROSSING = [
    [[-70, -12], [-69, -11], [-69, -12], [-70, -11]],
    [[-70, -12], [-69, -12], [-69, -11], [-69.5, -11], [-69.5, -12.5], [-70, -12.5]],
    [[-70, -12], [-68, -12], [-68, -11], [-69, -12], [-70, -11]],
]
PLAIN = [
    [[-70, -12], [-69, -12], [-69, -11], [-70, -11]],
    [[-70, -12], [-69, -12], [-69, -11], [-70, -11], [-70, -12]],  # its first point twice
    [[-70, -12], [-69, -12], [-69, -12], [-69, -11]],
    [[179, -12], [-179, -12], [-179, -11], [179, -11]],
    [[-70, -12], [-69, -12], [-69.5, -11]],
]

# --- numbers --------------------------------------------------------------------------------------


def test_places_lengths_and_areas_are_those_of_proj(
    opened: Opened, address: str, reader: Any
) -> None:
    chance = random.Random(1)
    places = [(chance.uniform(-82, -68), chance.uniform(-18.6, 0.3)) for _ in range(600)]
    places += [(-72.0, -12.0), (-78.0, -5.0), (-75.0, 0.0), (-69.0, -18.3)]
    sides = list(zip(places, places[1:] + places[:1], strict=True))
    sides += [((x, y), (x + chance.uniform(-1e-4, 1e-4), y)) for x, y in places[:50]]
    shapes = [
        _star(chance, chance.choice(places), 10 ** chance.uniform(-3.5, 0.3)) for _ in range(200)
    ]
    with opened("desktop") as (page, _):
        reader.goes(page, f"{address}/es/")
        told = page.evaluate(
            "({places, sides, shapes, crossing, plain}) => { const g = deslinde.geodesy; return {"
            " utm: places.map(([x, y]) => g.utm(x, y)),"
            " back: places.map(([x, y]) => g.place(g.utm(x, y))),"
            " lengths: sides.map(([a, b]) => g.length(a, b)), areas: shapes.map(g.area),"
            " crossing: [...crossing, ...plain, ...shapes].map(r => g.crosses(r))}; }",
            {
                "places": places,
                "sides": sides,
                "shapes": shapes,
                "crossing": CROSSING,
                "plain": PLAIN,
            },
        )
        digest = page.evaluate("t => deslinde.kept.sha256(t)", "fuente:ñ€😀" * 9)
    assert digest == hashlib.sha256(("fuente:ñ€😀" * 9).encode()).hexdigest()
    planes: dict[tuple[int, bool], Transformer] = {}
    for (lon, lat), one, back in zip(places, told["utm"], told["back"], strict=True):
        assert one["zone"] == int((lon + 180) // 6) + 1
        number = (32700 if lat < 0 else 32600) + one["zone"]
        plane = planes.setdefault(
            (one["zone"], lat < 0), Transformer.from_crs(4326, number, always_xy=True)
        )
        assert plane.transform(lon, lat) == pytest.approx((one["east"], one["north"]), abs=0.001)
        assert back == pytest.approx((lon, lat), abs=1e-10)
    sound = len(PLAIN) + len(shapes)
    assert told["crossing"] == [True] * len(CROSSING) + [False] * sound
    ball = Geod(ellps="WGS84")
    for ((x, y), (u, v)), length in zip(sides, told["lengths"], strict=True):
        assert length == pytest.approx(ball.inv(x, y, u, v)[2], abs=0.001)
    for ring, area in zip(shapes, told["areas"], strict=True):
        lons, lats = zip(*ring, strict=True)
        assert area == pytest.approx(
            abs(ball.polygon_area_perimeter(lons, lats)[0]), rel=0.001, abs=0.2
        )


def _star(chance: random.Random, middle: tuple[float, float], room: float) -> list[list[float]]:
    many = chance.randint(3, 12)
    turns = [2 * math.pi * k / many for k in range(many)]
    reach = [room * chance.uniform(0.4, 1) for _ in turns]
    return [
        [middle[0] + r * math.cos(t), middle[1] + r * math.sin(t)]
        for t, r in zip(turns, reach, strict=True)
    ]


SQUARE = [[-70.0, -12.0], [-69.9, -12.0], [-69.9, -11.9], [-70.0, -12.0]]
POINTS = "-70,-12,0 -69.9,-12,0 -69.9,-11.9,0 -70,-12,0"
KML = (
    '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>Uno</name>'
    f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{POINTS}</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark></kml>"
)
GPX = (
    '<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Uno</name><trkseg>'
    + "".join(f'<trkpt lat="{y}" lon="{x}"/>' for x, y in SQUARE)
    + "</trkseg></trk></gpx>"
)
POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}
FILES = {
    "kml": KML,
    "gpx": GPX,
    "geometry": json.dumps(POLYGON),
    "collection": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {"name": "Uno"}, "geometry": POLYGON}],
        }
    ),
}
BAD_FILES = (
    "",
    "{",
    "[]",
    "null",
    "<kml",
    "<html></html>",
    '{"type":"Point","coordinates":[1,2]}',
    '{"type":"Polygon","coordinates":[[[1,2],[3,"x"],[5,6]]]}',
    '{"features":[null]}',
    '{"type":"GeometryCollection"}',
    KML.replace(POINTS, "a,b c,d e,f"),
)


def test_a_reader_brings_an_outline_in_any_of_three_files(
    opened: Opened, address: str, reader: Any
) -> None:
    read = (
        "t => { try { return deslinde.reading.ofFile(t); } catch (e) { return String(e.name); } }"
    )
    with opened("desktop") as (page, _):
        reader.goes(page, f"{address}/es/")
        for name, text in FILES.items():
            (one,) = page.evaluate(read, text)
            assert one["rings"] == [SQUARE[:3]], name
            assert one["name"] == ("" if name == "geometry" else "Uno")
        for text in BAD_FILES:
            assert page.evaluate(read, text) in ([], "SyntaxError", "TypeError"), text
        lines = "-12.5, -69.4\n-69.39 -12.5\n\n482500 8610500 19S\n"
        (told,) = page.evaluate("t => deslinde.reading.ofText(t)", lines)["outlines"]
        utm = Transformer.from_crs(32719, 4326, always_xy=True).transform(482500, 8610500)
        assert told["rings"][0][:2] == [[-69.4, -12.5], [-69.39, -12.5]]
        assert told["rings"][0][2] == pytest.approx(utm, abs=1e-9)
        for line in ("hola", "1", "-12.5", "91 200 5", "=1+1", "482500 8610500"):
            text = f"-12.5, -69.4\n{line}"
            assert page.evaluate("t => deslinde.reading.ofText(t).line", text) == 2, line


# --- each tool, once ------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_reader_uses_every_tool_of_the_map(
    opened: Opened, address: str, reader: Any, screen: str
) -> None:
    with opened(screen) as (page, watched):
        reader.goes(page, f"{address}/es/")
        _search(page, reader)
        reader.comes(page, *RIGHT, zoom=14)
        _measure(page, reader, screen)
        _own_area(page, reader, screen)
        _print(page)
        _compare(page, reader)
        _sheet(page, reader, screen)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        assert watched.complaints == []
        # what was asked stands in bodies: no address holds a place, and nothing is stored
        assert not [one for one in watched.requests if "12.55" in one or "coordinates" in one]
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def _search(page: Page, reader: Any) -> None:
    page.fill("#buscar", "ilustrativa 4")
    reader.until(page, "document.querySelectorAll('[role=option]').length > 0")
    page.locator("[role=option]", has_text="009900494").click()
    reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
    assert "009900494" in page.inner_text(".ficha details[open]")
    assert "derecho=demo-concessions:009900494" in page.url
    reader.until(page, "document.querySelectorAll('.leaflet-asked-pane path').length > 0")
    page.keyboard.press("Escape")
    page.fill("#buscar", "zzzz")
    reader.until(
        page, "document.querySelector('.busqueda .dicho').textContent.includes('No se halló')"
    )
    page.fill("#buscar", "")


def _measure(page: Page, reader: Any, screen: str) -> None:
    page.click("[data-tool=measure]")
    tall = page.evaluate(
        "[...document.querySelectorAll('.panel button, .herramienta')]"
        ".filter(b => b.offsetParent).map(b => b.getBoundingClientRect().height)"
    )
    assert min(tall) >= FINGER_PX
    # the panel covers a part of the map: two points that it leaves free
    north = 0.004 if screen == "phone" else 0.0
    east = 0.0 if screen == "phone" else 0.01
    corners = _corners(RIGHT[0] + north * 2, RIGHT[1] + east)
    for corner in corners[:2]:
        reader.presses(page, screen, *corner)
    reader.until(page, "document.querySelector('.medida').textContent.includes('Distancia')")
    told = page.inner_text(".medida").split("\n")[0]
    ball = Geod(ellps="WGS84")
    true = ball.inv(corners[0][1], corners[0][0], corners[1][1], corners[1][0])[2]
    assert float(told.removeprefix("Distancia: ").removesuffix(" m")) == pytest.approx(
        true, rel=0.02
    )
    assert "no es un deslinde" in page.inner_text(".panel")
    page.click("text=Quitar el último")
    assert "dos puntos" in page.inner_text(".medida")
    if screen == "desktop":
        page.check("text=Un área")
        for place in (2, 1, 3):  # a bow tie
            reader.comes(page, *corners[place], zoom=14)
            page.click("text=Poner un punto en el centro")
        told = page.inner_text(".medida")
        assert "se cruza a sí misma" in told
        assert " ha" not in told
        reader.comes(page, *RIGHT, zoom=14)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.tool") == "measure"
    assert page.locator(".panel").is_hidden()


def _own_area(page: Page, reader: Any, screen: str) -> None:
    page.click("[data-tool=area]")
    page.click("text=Pegar coordenadas")
    corners = _corners(*RIGHT)
    for drawn in ([*corners[:2], corners[3], corners[2]], corners):
        page.fill("#area-pegada", "\n".join(f"{lat}, {lon}" for lat, lon in drawn))
        page.click("text=Dibujar estas coordenadas")
        told = page.inner_text(".medida")
        assert ("se cruza a sí misma" in told) is (drawn is not corners)
        assert (" ha" in told) is (drawn is corners)
    page.click("text=Ver con qué se superpone")
    reader.until(page, "document.querySelector('.descargas') !== null")
    told = page.inner_text(".hallazgos")
    assert "ILUSTRATIVA 4" in told
    assert "COMUNIDAD NATIVA ILUSTRATIVA TRES RÍOS" in told
    ball = Geod(ellps="WGS84")
    lats, lons = zip(*corners, strict=True)
    ha = abs(ball.polygon_area_perimeter(lons, lats)[0]) / 10_000
    assert f"{ha:.3f}"[:-1] in told
    assert "no se guarda" in page.inner_text(".panel")
    assert "-69" not in page.url.replace("/-69", "")  # the view's own centre stands there
    with page.expect_download() as began:
        page.click(".descargas button:has-text('GeoJSON')")
    features = json.loads(began.value.path().read_text("utf-8"))["features"]
    assert len(features) >= 2
    page.click(".panel-cierra")
    assert page.locator(".leaflet-trace-pane path").count() == 0


def _print(page: Page) -> None:
    page.click("[data-tool=print]")
    page.check("text=Horizontal")
    page.select_option("#imprimir-escala", "100000")
    with page.expect_download() as began:
        page.click("text=Hacer el PDF")
    assert began.value.path().read_bytes().startswith(b"%PDF")


def _compare(page: Page, reader: Any) -> None:
    page.click("[data-tool=compare]")  # takes the place of the panel before
    reader.until(page, "document.querySelector('.panel').textContent.includes('comparar')")
    assert page.locator("[data-tool][aria-expanded=true]").count() == 1
    page.click("[data-tool=compare]")


def _sheet(page: Page, reader: Any, screen: str) -> None:
    # 1.6 km beside the nearest overlap, which a finger reaches from afar
    beside = (-12.4688, -69.2281)
    reader.comes(page, *beside, zoom=9)
    reader.presses(page, screen, *beside)
    reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
    told = page.inner_text(".leaflet-popup-content")
    assert "aquí:" not in told
    assert "Territorios en este punto" not in told
    assert re.search(r"la superposición está a 1,\d{3} m", told)
    page.keyboard.press("Escape")
    reader.comes(page, *RIGHT, zoom=14)
    reader.presses(page, screen, *RIGHT)
    reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
    told = page.inner_text(".leaflet-popup-content")
    assert "UTM 19S 4493" in told
    for part in ("/derecho/", "/superposicion/", "/territorio/"):
        assert page.locator(f".ficha a.mas[href*='{part}']").count() == 1


def test_the_tools_need_no_mouse(opened: Opened, address: str, reader: Any) -> None:
    with opened("desktop") as (page, watched):
        reader.goes(page, f"{address}/es/")
        page.focus("#buscar")
        page.keyboard.type("009900494")
        reader.until(page, "document.querySelectorAll('[role=option]').length > 0")
        page.keyboard.press("ArrowDown")
        chosen = page.get_attribute("#buscar", "aria-activedescendant")
        assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
        page.keyboard.press("Enter")
        reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
        assert page.evaluate("document.activeElement.className") == "ficha"
        page.keyboard.press("Escape")
        reader.until(page, "document.querySelector('.leaflet-popup') === null")
        assert page.evaluate("document.activeElement === map_deslinde.getContainer()")

        page.focus("[data-tool=measure]")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.className") == "panel"
        page.focus(".folium-map")
        page.keyboard.press("Enter")
        reader.comes(page, RIGHT[0], RIGHT[1] + 0.01, zoom=14)
        page.keyboard.press("Enter")
        reader.until(page, "document.querySelector('.medida').textContent.includes('Distancia')")
        assert page.locator(".leaflet-popup").count() == 0  # Enter was a point, not a question
        page.keyboard.press("Backspace")
        assert "dos puntos" in page.inner_text(".medida")
        page.keyboard.press("Escape")

        page.focus("[data-tool=area]")
        page.keyboard.press("Enter")
        centre = page.locator("text=Poner un punto en el centro")
        for corner in _corners(*RIGHT):
            reader.comes(page, *corner, zoom=14)
            centre.press("Enter")
        page.locator("text=Ver con qué se superpone").press("Enter")
        reader.until(page, "document.querySelector('.descargas') !== null")
        assert page.evaluate("document.activeElement.className") == "hallazgos"
        assert watched.complaints == []


def test_without_a_connection_each_tool_says_so(opened: Opened, address: str, reader: Any) -> None:
    with opened("desktop") as (page, _):
        reader.goes(page, f"{address}/es/")
        reader.comes(page, *RIGHT, zoom=14)
        page.context.set_offline(True)
        page.focus(".folium-map")
        page.keyboard.press("Enter")
        reader.until(page, "document.querySelector('.ficha .fallo') !== null")
        assert "No hay conexión" in page.inner_text(".ficha")
        page.fill("#buscar", "ilustrativa")
        reader.until(
            page, "document.querySelector('.dicho').textContent.includes('necesita conexión')"
        )
        page.click("[data-tool=area]")
        page.click("text=Pegar coordenadas")
        page.fill("#area-pegada", "\n".join(f"{lat}, {lon}" for lat, lon in _corners(*RIGHT)))
        page.click("text=Dibujar estas coordenadas")
        page.click("text=Ver con qué se superpone")
        reader.until(page, "document.querySelector('.hallazgos .fallo') !== null")
        assert "Su área sigue en el mapa" in page.inner_text(".hallazgos")


def test_hostile_names_are_text_in_every_tool(
    opened: Opened, hostile_address: str, reader: Any
) -> None:
    with opened("desktop") as (page, watched):
        reader.goes(page, f"{hostile_address}/es/")
        page.fill("#buscar", "onload")
        reader.until(page, "document.querySelectorAll('[role=option]').length > 0")
        assert "<svg onload" in page.inner_text(".hallados")
        page.fill("#buscar", "")
        reader.comes(page, *RIGHT, zoom=14)
        reader.presses(page, "desktop", *RIGHT)
        reader.until(page, "document.querySelector('.leaflet-popup .par') !== null")
        page.click("[data-tool=area]")
        page.evaluate("document.querySelectorAll('.panel summary').forEach(s => s.click())")
        page.fill("#area-pegada", "\n".join(f"{lat}, {lon}" for lat, lon in _corners(*RIGHT)))
        page.click("text=Dibujar estas coordenadas")
        page.click("text=Ver con qué se superpone")
        reader.until(page, "document.querySelector('.descargas') !== null")
        parts = (".hallados", ".panel", ".leaflet-popup-pane")
        for tag in ("img", "script", "svg[onload]"):
            for part in parts:
                assert page.locator(f"{part} {tag}").count() == 0
        assert page.title() != "hit"
        assert watched.complaints == []


def test_the_kept_files_answer_a_click_as_the_server_does(
    opened: Opened, address: str, reader: Any
) -> None:
    ask = (
        "async ([lon, lat]) => { const app = await new Promise(done => deslinde.addon(done));"
        " const asked = {lon, lat, zoom: 14, seleccion: {}};"
        " const told = [await app.ask(app.settings.addresses.punto, asked),"
        "  await deslinde.kept.point(app, asked)];"
        " return told.map(t => ['overlapping', 'others', 'territories'].map("
        "  part => t[part].map(one => [one.key, one.name, one.url]).sort())); }"
    )
    find = (
        "async key => { const app = await new Promise(done => deslinde.addon(done));"
        " return deslinde.kept.where(app, key, 'demo-territories:T-001'); }"
    )
    chance = random.Random(2)
    with opened("desktop") as (page, _):
        reader.goes(page, f"{address}/es/")
        some = 0
        for _turn in range(40):
            at = [chance.uniform(-69.55, -69.2), chance.uniform(-12.62, -12.4)]
            server, kept = page.evaluate(ask, at)
            assert server == kept, at
            some += bool(server[0])
        assert some > 3
        server, kept = page.evaluate(ask, [RIGHT[1], RIGHT[0]])
        assert server == kept
        west, south, east, north = page.evaluate(find, "demo-concessions:009900494")["bbox"]
        assert west < RIGHT[1] < east
        assert south < RIGHT[0] < north
