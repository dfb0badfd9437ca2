"""Which file a page of ours becomes in a copy, and how another page of the copy calls it."""

import hashlib
import posixpath
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

LARGE = frozenset({"right_page", "overlap_page"})
"""Endpoints of which there may be a hundred thousand: their files lie in 256 folders."""

_FILES = ("_data", "_script", "_style")
_PLAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_PAGE = re.compile(r"(?:^|&)pagina=([1-9]\d{0,5})(?:&|\Z)")
_LETTERS = 40


@dataclass(frozen=True)
class Target:
    """Where an address leads. endpoint: of the application. file: in the copy, with slashes.

    asked: the address to ask the application for.
    """

    endpoint: str
    file: str
    asked: str


class Names:
    """The files of a copy of one application. The name of a page is in small ASCII letters, so
    that a disk that does not tell A from a, or knows no colon, keeps all of them apart.
    """

    def __init__(self, app: Flask) -> None:
        self._adapter: MapAdapter = app.url_map.bind("copia.invalid")
        self._kept: dict[str, Target | None] = {}

    def target(self, address: str) -> Target | None:
        """Where an address of ours leads, None where the application answers nothing there.

        Of what stands after the question mark only the number of a table's page is followed.
        """
        if not address.startswith("/") or address.startswith("//"):
            return None
        parts = urlsplit(address)
        page = _PAGE.search(parts.query)
        number = page[1] if page and page[1] != "1" else ""
        asked = f"{parts.path}?pagina={number}" if number else parts.path
        if asked in self._kept:
            return self._kept[asked]
        found = self._found(parts.path, asked, number)
        if found is None or found.endpoint not in LARGE:
            self._kept[asked] = found
        return found

    def _found(self, path: str, asked: str, number: str) -> Target | None:
        named = unquote(path)
        try:
            endpoint, values = self._adapter.match(named, "GET")
        except HTTPException:
            return None
        return Target(str(endpoint), _file(named, str(endpoint), values, number), asked)


def relative(file: str, of: str) -> str:
    """How the page `of` calls the file `file` of the same copy, as an address."""
    return quote(posixpath.relpath(file, posixpath.dirname(of) or "."))


def plain(text: str) -> str:
    """A short name for a text: itself where it is one, else its letters and 40 bits of SHA-256."""
    if _PLAIN.match(text):
        return text
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    letters = _NOT_PLAIN.sub("-", bare).strip("-")[:_LETTERS].strip("-")
    return f"{letters}-{_digest(text)[:10]}".lstrip("-")


def _file(path: str, endpoint: str, values: Mapping[str, Any], number: str) -> str:
    language = str(values.get("language", ""))
    if not path.startswith(f"/{language}/") or not language or endpoint.endswith(_FILES):
        return path.lstrip("/")
    given = "/".join(str(value) for name, value in values.items() if name != "language")
    fixed = path.removeprefix(f"/{language}/").split("/")
    if given:
        folder = [_digest(given)[:2]] if endpoint in LARGE else []
        stem = "/".join([fixed[0], *folder, plain(given)])
    else:
        stem = "/".join(fixed) or "index"
    return f"{language}/{stem}{f'-{number}' if number else ''}.html"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
