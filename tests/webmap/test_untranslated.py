"""Every text of every page comes through the catalogue, or from the data: nothing stays Spanish.

The English catalogue is wrapped in ⟦ ⟧, so that whatever stands outside them was never looked up.
"""

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from babel.messages.pofile import read_po, write_po
from flask import Flask
from flask.testing import FlaskClient

from geo.home import Home
from geo.release import read
from geo.terms import Tier
from geo.words import OWN_NAMES
from webmap.public import create_app

DATA = Path(__file__).resolve().parent.parent.parent / "data"
OPEN, CLOSED = "⟦", "⟧"
SAID_IN = ("alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "title")
# what is no sentence of ours: months, units, names of things that every language writes so
ALLOWED = re.compile(
    r"""SHA-256\ [0-9a-f]{64}|localhost|incrustar
    |January|February|March|April|May|June|July|August|September|October|November|December
    |\b(?:ha|km|km²|m²|m|mm|kB|MB|GB|s|ID|URL|JSON|CSV|KML|PDF|SVG|QGIS|GDAL|GeoJSON|GeoPackage)\b
    |\b(?:OGC\ API|OpenAPI|OAPIF|OpenStreetMap|Natural\ Earth|GeoNames|Leaflet|Deslinde|SHA-?256)\b
    |\b(?:A3|A4|N|E|S|W|O|UTM|WGS\ ?84|PSAD56|EPSG|[0-9]+[NS]|WFS|HTTP|GET|POST|CC\ BY|x|y|z)\b
    """,
    re.VERBOSE,
)
_APART = re.compile(r"\[[^\]]*\]|[·|•;:()«»\"“”—–/\n\r\t<>]+|\s{2,}|, ")
_FILLED = re.compile(r"\{[^}]*\}")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


class _Texts(HTMLParser):
    """What a reader sees or hears of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.links: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._silent += tag in ("script", "style", "code", "pre", "textarea")
        self.texts += [said[name] for name in SAID_IN if said.get(name)]
        if tag == "input" and said.get("type") == "submit" and said.get("value"):
            self.texts.append(said["value"])
        if tag == "a" and said.get("href", "").startswith("/"):
            self.links.append(said["href"])

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "code", "pre", "textarea")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


@pytest.fixture(scope="module")
def wrapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """data/ with an English whose every sentence is wrapped."""
    made = tmp_path_factory.mktemp("wrapped") / "data"
    shutil.copytree(DATA, made)
    path = made / "translations" / "en" / "LC_MESSAGES" / "deslinde.po"
    with path.open("rb") as opened:
        catalogue = read_po(opened, locale="en")
    for message in catalogue:
        if message.id:
            message.string = f"{OPEN}{message.string}{CLOSED}"
    with path.open("wb") as opened:
        write_po(opened, catalogue, width=0)
    return made


@pytest.fixture(scope="module")
def site(demonstration: Home, wrapped: Path) -> Flask:
    app = create_app(demonstration.releases(Tier.PUBLIC), wrapped, demonstration.boxes)
    app.testing = True
    return app


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield str(name)
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


def _of_frame(frame: pd.DataFrame) -> Iterator[str]:
    for name in frame.columns:
        yield str(name)
        if name != "geometry":
            yield from (str(one) for one in frame[name].dropna().unique())


@pytest.fixture(scope="module")
def corpus(demonstration: Home) -> str:
    """Every text that is data: of the release, and of the reviewed files that pages quote."""
    release = read.open_release(demonstration.releases(Tier.PUBLIC))
    frames = (read.concessions, read.territories, read.overlaps, read.flags)
    texts = [text for frame in frames for text in _of_frame(frame(release))]
    for name in release.said["files"]:
        if name.endswith(".json"):
            texts += _strings(json.loads(read.content(release, name)))
    texts += _strings(release.said)
    for path in sorted(DATA.rglob("*.toml")):
        texts += _strings(tomllib.loads(path.read_text("utf-8")))
    for folder in ("context", "translations"):
        for path in sorted((DATA / folder).rglob("*.csv")):
            texts.append(path.read_text("utf-8"))
    for path in sorted((DATA / "built").glob("*.json")):
        texts += _strings(json.loads(path.read_text("utf-8")))
    texts += OWN_NAMES.values()
    return _FILLED.sub("\n", "\n".join(texts)).casefold()


def _visited(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Up to two pages of each kind that links lead to, with the address."""
    bound = app.url_map.bind("localhost")
    waiting, seen, kinds = ["/en/"], {"/en/"}, dict[str, int]()
    while waiting:
        address = waiting.pop(0)
        endpoint = bound.match(address.partition("?")[0].partition("#")[0])[0]
        if kinds.get(endpoint, 0) >= 2:
            continue
        got = client.get(address)
        if got.mimetype != "text/html":
            continue
        kinds[endpoint] = kinds.get(endpoint, 0) + 1
        yield address, got.text
        parsed = _Texts()
        parsed.feed(got.text)
        for link in parsed.links:
            plain = link.partition("#")[0]
            if plain.startswith("/en/") and plain not in seen and not plain.endswith(".zip"):
                seen.add(plain)
                waiting.append(plain)


def _outside(text: str, corpus: str) -> Iterator[str]:
    """What of a text is neither of the catalogue nor of the data."""
    depth, kept = 0, []
    for letter in text:
        depth += letter == OPEN
        if depth == 0:
            kept.append(letter)
        depth -= letter == CLOSED
        if letter == CLOSED:
            kept.append("\n")
    for part in _APART.split("".join(kept)):
        said = part.strip(" .,\u00a0?!'")
        if _LETTERS.search(ALLOWED.sub("", said)) and said.casefold() not in corpus:
            yield said


def test_a_text_that_was_never_looked_up_would_be_found() -> None:
    assert list(_outside("⟦Map⟧ · Tres Ríos", "tres ríos")) == []
    assert list(_outside("Mapa de todo", "tres ríos")) == ["Mapa de todo"]
    assert list(_outside("⟦{n} of⟧ 12.5 ha, 31 October 2026", "")) == []


def test_no_page_shows_a_text_that_is_neither_translated_nor_data(site: Flask, corpus: str) -> None:
    found: dict[str, str] = {}
    pages = 0
    for address, page in _visited(site, site.test_client()):
        pages += 1
        parsed = _Texts()
        parsed.feed(page)
        for text in parsed.texts:
            found.update((odd, address) for odd in _outside(text, corpus))
    assert pages > 10
    assert found == {}, "\n".join(f"{where}: {said}" for said, where in found.items())


def test_every_kind_of_page_is_reached_by_links(site: Flask) -> None:
    """A page that no link leads to is not there for whoever has no address to type."""
    bound = site.url_map.bind("localhost")
    reached = {
        bound.match(address.partition("?")[0])[0]
        for address, _page in _visited(site, site.test_client())
    }
    pages = {
        rule.endpoint
        for rule in site.url_map.iter_rules()
        if rule.endpoint.endswith("_page") and "GET" in (rule.methods or ())
    }
    assert pages - reached - UNLINKED == set()


UNLINKED = {
    "changes_since_page",  # the demonstration has one release: nothing to compare with
    "copy_page",  # for copies without a server, which link to it
    "embed_page",  # for other people's pages; its snippet names it
}
"""Pages that no link of a page leads to, each with its reason."""
