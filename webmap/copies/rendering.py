"""The pages of a copy: the application is asked for each, as a reader would, without a network."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from geo.errors import CopyFailed
from webmap.copies import rewriting
from webmap.copies.names import LARGE, Names, Target, relative

ABSENT = frozenset(
    {
        "threats_page",
        "changes_page",
        "changes_since_page",
        "offline_page",
        "machines_page",
        "embed_page",
        "embedding_page",
        "osm_page",
    }
)
"""Pages that no copy has: what must be able to be taken back, and what needs the server."""

COPY_PAGE = "copy_page"
"""The page of a copy that says what is not in it; links to what is absent lead there."""

_PAGE = "_page"
_SCRIPTS = ("map_script", "small_data")
_FILES = frozenset(
    (*_SCRIPTS, "hectares_data", "index_data", "manifest_data", "map_style", "static_file")
)
# behind these a script puts numbers and keys of its own
_BASES = ("/datos/", "/descargas/", "/teselas/")


@dataclass(eq=False)
class Rendering:
    """What writes the pages of one copy into a folder.

    languages: of its pages. holds: whether the copy has the page of an address. writes: whether
    it is this rendering that writes it. many: whether a crawl follows links to the pages of which
    there may be a hundred thousand. written: how many files of each endpoint there are so far.
    """

    app: Flask
    folder: Path
    languages: tuple[str, ...]
    holds: Callable[[Target], bool] = lambda _target: True
    writes: Callable[[Target], bool] = lambda _target: True
    many: bool = False
    written: Counter[str] = field(default_factory=Counter)
    names: Names = field(init=False)
    _client: FlaskClient = field(init=False)
    _done: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.names = Names(self.app)
        self._client = self.app.test_client(use_cookies=False)

    def crawl(self, start: Iterable[str]) -> None:
        """Writes what these addresses name, and every page and file that it leads to."""
        waiting = deque(start)
        while waiting:
            target = self.names.target(waiting.popleft())
            if target is None or target.file in self._done:
                continue
            if target.endpoint in LARGE and not self.many:
                continue
            if self.has(target) and self.writes(target):
                self._done.add(target.file)
                waiting.extend(self._write(target))

    def follow(self, target: Target) -> None:
        """Writes one of the many pages, and what it leads to that nothing else led to."""
        self.crawl(self._write(target))

    def data(self, address: str, language: str) -> None:
        """Writes a JSON for the pages of one language, under its own address."""
        page = Target("", f"{language}/index.html", "")
        text = self.asked(address).decode("utf-8")
        made = rewriting.data(text, lambda said: self.called(said, page))
        self._put(address.lstrip("/"), made.encode("utf-8"))
        self.written["data"] += 1

    def asked(self, address: str) -> bytes:
        """What the application answers. Raises CopyFailed for anything but a page or a file."""
        answer = self._client.get(address)
        if answer.status_code != 200:
            raise CopyFailed(
                f"No se pudo copiar la página «{address}» (respuesta {answer.status_code}): "
                "compruebe la publicación con «deslinde serve» y vuelva a intentarlo."
            )
        return answer.get_data()

    def has(self, target: Target) -> bool:
        """Whether the copy has the file of an address."""
        if target.endpoint.endswith(_PAGE):
            return target.endpoint not in ABSENT and self.holds(target)
        return target.endpoint in _FILES

    def called(self, said: str, of: Target) -> str | None:
        """How a page of the copy calls an address of ours; None for what nobody can call there.

        What the copy does not have leads to the page that says so.
        """
        target = self.names.target(said)
        if target is not None and self.has(target):
            tag = urlsplit(said).query if target.endpoint == "static_file" else ""
            after = f"?{tag}" if tag else ""
            return relative(target.file, of.file) + after + said[len(said.partition("#")[0]) :]
        if said.startswith(_BASES):
            base = relative(said.lstrip("/"), of.file)
            return unquote(base) + ("/" if said.endswith("/") else "")
        if target is not None and target.endpoint.endswith(_PAGE):
            return relative(f"{of.file.split('/')[0]}/copia.html", of.file)
        return None

    def _write(self, target: Target) -> list[str]:
        """Writes one file; gives the addresses of ours that it names, in their order."""
        content = self.asked(target.asked)
        found: set[str] = set()
        if target.endpoint.endswith(_PAGE) or target.endpoint in _SCRIPTS:
            text = content.decode("utf-8")
            page = target.endpoint.endswith(_PAGE)
            found = set(rewriting.addresses(text) if page else _loaded(text))
            content = (self._page(text, target) if page else self._script(text, target)).encode()
        self._put(target.file, content)
        self.written[target.endpoint] += 1
        return sorted(one for one in found if one.startswith("/"))

    def _page(self, text: str, target: Target) -> str:
        return rewriting.page(text, lambda said: self.called(said, target))

    def _script(self, text: str, target: Target) -> str:
        """A script calls what the pages of its language call, wherever it lies itself."""
        language = next(one for one in self.languages if one in target.file.split("/"))
        page = Target("", f"{language}/index.html", "")
        return rewriting.data(text, lambda said: self.called(said, page))

    def _put(self, file: str, content: bytes) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _loaded(script: str) -> Iterable[str]:
    """What a script loads by itself. Its other strings are addresses to put a key into."""
    return (one for one in rewriting.strings(script) if one.startswith("/static/"))
