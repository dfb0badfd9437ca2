"""Releases to look at: the demonstration, and the same with names that try to become markup."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from socketserver import BaseServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from geo.cli.keep import build_all
from geo.home import Home
from geo.terms import Tier
from geo.world import read_world
from webmap.public import create_app

DATA = Path(__file__).resolve().parent.parent.parent / "data"

# what a name may try: markup, the end of a script, an attribute, a template, a link, hidden order,
# a formula, and to be too long for anything
HOSTILE = (
    "<img src=x onerror=\"document.title='hit'\">",
    "</script><script>document.title='hit'</script>",
    "\"><svg onload=document.title='hit'>",
    "{{7*7}} {name} ${1}",
    "javascript:document.title='hit'",
    "abc\u202edef\u2066ghi",
    "=cmd|' /C calc'!A0",
    "muy largo " * 1_000,
)


def _build(root: Path, data: Path) -> Home:
    home = Home(root, data, lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))
    build_all(home, read_world(home), demo=True)
    return home


@pytest.fixture(scope="session")
def hostile_names() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demonstration with hostile names, and a territory whose code is hostile too."""
    root = tmp_path_factory.mktemp("hostile")
    data = root / "data"
    shutil.copytree(DATA, data)
    named = ("CONCESION", "nomcom", "NOMBRE", "anp_nomb", "NOMPRE", "D_ESTADO", "pueblo", "titcom")
    for path in sorted((data / "demo").glob("*.geojson")):
        said = json.loads(path.read_text("utf-8"))
        for number, feature in enumerate(said["features"]):
            properties = feature["properties"]
            for place, name in enumerate(one for one in named if one in properties):
                properties[name] = HOSTILE[(number + place) % len(HOSTILE)]
            if path.name == "demo-claims.geojson":
                properties["CODIGO"] = "R/../<b>'\"&?#%41 x"
        path.write_text(json.dumps(said), "utf-8")
    for path in sorted((data / "sources").glob("demo-*.toml")):
        text = path.read_text("utf-8")
        path.write_text(text.replace('notice       = "', 'notice       = "<script>x</script> '))
    return _build(root / "var", data)


@pytest.fixture(scope="session")
def public() -> Callable[[Home], Flask]:
    """The public application over a home."""

    def make(home: Home) -> Flask:
        app = create_app(home.releases(Tier.PUBLIC), home.data, home.boxes, now=home.now)
        app.testing = True
        return app

    return make


@pytest.fixture(scope="session")
def client(demonstration: Home, public: Callable[[Home], Flask]) -> FlaskClient:
    return public(demonstration).test_client()


@pytest.fixture(scope="session")
def hostile_client(hostile: Home, public: Callable[[Home], Flask]) -> FlaskClient:
    return public(hostile).test_client()


@pytest.fixture(scope="session")
def listening() -> Callable[[BaseServer], AbstractContextManager[str]]:
    """`with listening(server) as address`: it answers until the end of the block."""

    @contextmanager
    def listen(server: BaseServer) -> Iterator[str]:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    return listen


@pytest.fixture(scope="session")
def serving(
    listening: Callable[[BaseServer], AbstractContextManager[str]],
) -> Callable[[Flask], AbstractContextManager[str]]:
    """`with serving(app) as address`: an application on a free port of this machine."""
    return lambda app: listening(make_server("127.0.0.1", 0, app, threaded=True))


@pytest.fixture(scope="session")
def served(
    public: Callable[[Home], Flask], serving: Callable[[Flask], AbstractContextManager[str]]
) -> Callable[[Home], AbstractContextManager[str]]:
    """A home's public application on a free port of this machine; gives its address."""
    return lambda home: serving(public(home))


@pytest.fixture(scope="session")
def address(
    demonstration: Home, served: Callable[[Home], AbstractContextManager[str]]
) -> Iterator[str]:
    with served(demonstration) as where:
        yield where


@pytest.fixture(scope="session")
def hostile_address(
    hostile: Home, served: Callable[[Home], AbstractContextManager[str]]
) -> Iterator[str]:
    with served(hostile) as where:
        yield where


# --- a real browser -----------------------------------------------------------------------------

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
}


@dataclass
class Watched:
    """What a browser did while it was watched."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def elsewhere(self, *own: str) -> list[str]:
        """Requests to any other host than ours."""
        schemes = ("http", "https", "ws", "wss", "ftp")
        ours = {urlsplit(one).netloc for one in own}
        asked = [(one, urlsplit(one)) for one in self.requests]
        return [one for one, at in asked if at.scheme in schemes and at.netloc not in ours]


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser) -> Callable[..., Any]:
    """`with opened("phone", "es") as (page, watched)`: a page of its own, watched from outside.

    Nothing on it moves by itself, so that what is pressed stays where it was seen; whoever tests
    the movement asks for it with `reduced_motion="no-preference"`.
    """

    @contextmanager
    def open_one(screen: str, lang: str = "es", **more: Any) -> Iterator[tuple[Page, Watched]]:
        kept = {"locale": lang, "reduced_motion": "reduce", **SCREENS[screen], **more}
        context: BrowserContext = browser.new_context(**kept)
        watched = Watched()
        context.on("request", lambda request: watched.requests.append(request.url))
        context.on(
            "console",
            lambda message: (
                watched.complaints.append(f"{message.type}: {message.text}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        context.on("weberror", lambda error: watched.complaints.append(str(error.error)))
        context.add_init_script(
            "window.violations = [];"
            "document.addEventListener('securitypolicyviolation',"
            " e => window.violations.push(e.violatedDirective + ' ' + e.blockedURI));"
        )
        try:
            yield context.new_page(), watched
        finally:
            context.close()

    return open_one


class Reader:
    """What somebody does with a page of the map, whichever test looks on."""

    @staticmethod
    def until(page: Page, question: str, tries: int = 800) -> Any:
        """Asks the page again and again; waiting by its own script would break its policy."""
        for _ in range(tries):
            answer = page.evaluate(question)
            if answer:
                return answer
            page.wait_for_timeout(25)
        raise AssertionError(f"never came true: {question}")

    @classmethod
    def goes(cls, page: Page, address: str) -> None:
        """Goes there, and waits for the map with all its tools."""
        page.goto(address)
        cls.until(page, "document.querySelector('.folium-map')?.dataset.ready === 'yes'")

    @staticmethod
    def comes(page: Page, latitude: float, longitude: float, zoom: int = 13) -> None:
        """Has the place in the middle, so near that things can be told apart."""
        page.evaluate(
            "([at, zoom]) => map_deslinde.setView(at, zoom, {animate: false})",
            [[latitude, longitude], zoom],
        )

    @staticmethod
    def sees(page: Page, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a place lies on the screen, by the map's own projection."""
        page.locator(".folium-map").scroll_into_view_if_needed()
        x, y = page.evaluate(
            "at => { const p = map_deslinde.latLngToContainerPoint(at);"
            " const r = map_deslinde.getContainer().getBoundingClientRect();"
            " return [r.x + p.x, r.y + p.y]; }",
            [latitude, longitude],
        )
        return x, y

    @classmethod
    def presses(cls, page: Page, screen: str, latitude: float, longitude: float) -> None:
        """On a place of the map: with a finger on a phone, else with a mouse."""
        at = cls.sees(page, latitude, longitude)
        if screen == "phone":
            page.touchscreen.tap(*at)
        else:
            page.mouse.click(*at)


@pytest.fixture(scope="session")
def reader() -> type[Reader]:
    return Reader


@pytest.fixture(scope="session")
def until() -> Callable[..., Any]:
    return Reader.until


@pytest.fixture(scope="session")
def barriers() -> Callable[[Page], list[Any]]:
    """What axe-core finds against WCAG 2.1 A and AA, contrast included, and what it calls serious
    of its other rules.
    """
    source = DATA.parent / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        pytest.skip("axe-core is not in node_modules: `make setup` fetches it")
    script = source.read_text("utf-8")

    def hear(page: Page) -> list[Any]:
        page.evaluate(script)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        wcag = {"wcag2a", "wcag2aa", "wcag21a", "wcag21aa"}
        return [
            (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
            for one in found["violations"]
            if one["impact"] in ("serious", "critical") or wcag & set(one["tags"])
        ]

    return hear


@pytest.fixture(scope="session")
def sound(barriers: Callable[[Page], list[Any]]) -> Callable[[Page], None]:
    """Nothing against the policy, nothing beside the screen, nothing that a reader cannot reach."""

    def hold(page: Page) -> None:
        assert page.evaluate("window.violations") == [], page.url
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], page.url
        assert barriers(page) == [], page.url

    return hold
