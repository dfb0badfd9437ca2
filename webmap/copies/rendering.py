"""The pages of a copy: the application is asked for each, as a reader would, without a network."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from geo.errors import CopyFailed
from webmap.copies import rewriting
from webmap.copies.names import LARGE, Names, Target, relative

ABSENT = frozenset({"threats_page", "changes_page", "comparison_page", "offline_page"})
"""Pages that no copy has: what must be able to be taken back, and what needs the server."""

COPY_PAGE = "copy_page"
"""The page of a copy that says what is not in it; links to what is absent lead there."""

_SCRIPTS = ("map_script",)
_PAGE = "_page"
# what other scripts put their numbers and keys behind
_BASES = ("/datos/", "/teselas/", "/static/")


@dataclass(frozen=True)
class Rendering:
    """What writes the pages of one copy. holds: whether the copy has the page of an address;
    languages: in which.
    """

    app: Flask
    folder: Path
    languages: tuple[str, ...]
    holds: Callable[[Target], bool] = lambda _target: True
    written: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", Names(self.app))
        object.__setattr__(self, "client", self.app.test_client(use_cookies=False))

    names: Names = field(init=False, repr=False)
    client: FlaskClient = field(init=False, repr=False)

    def crawl(self, start: Iterable[str]) -> None:
        """Writes the pages of these addresses and every page that they lead to, but the many."""
        waiting = deque(start)
        done: set[str] = set()
        while waiting:
            target = self.names.target(waiting.popleft())
            if target is None or target.file in done or not self.has(target):
                continue
            done.add(target.file)
            waiting.extend(
                one for one in self.write(target) if not self._many(one) and one not in done
            )

    def write(self, target: Target) -> Iterator[str]:
        """Writes one file of the copy; gives the addresses that it names."""
        content = self.asked(target.asked)
        found: Iterable[str] = ()
        if target.endpoint.endswith(_PAGE):
            text = content.decode("utf-8")
            found = {one for one in rewriting.addresses(text) if one.startswith("/")}
            content = rewriting.page(text, lambda said: self.called(said, target)).encode("utf-8")
        elif target.endpoint in _SCRIPTS:
            content = self.script(content.decode("utf-8"), target.file).encode("utf-8")
        path = self.folder / target.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.written[target.endpoint] += 1
        return iter(sorted(found))

    def asked(self, address: str) -> bytes:
        """What the application answers. Raises CopyFailed for anything but a page or a file."""
        answer = self.client.get(address)
        if answer.status_code != 200:
            raise CopyFailed(
                f"No se pudo copiar la página «{address}» (respuesta {answer.status_code}): "
                "compruebe la publicación con «deslinde serve» y vuelva a intentarlo."
            )
        return answer.get_data()

    def script(self, text: str, of: str) -> str:
        """A script, or a JSON, with its addresses as the pages of its language call them."""
        language = of.split("/")[0] if of.split("/")[0] in self.languages else self.languages[0]
        page = Target("", f"{language}/index.html", "")
        return rewriting.data(text, lambda said: self.called(said, page))

    def has(self, target: Target) -> bool:
        """Whether the copy has this file."""
        if target.endpoint.endswith(_PAGE):
            return target.endpoint not in ABSENT and self.holds(target)
        return target.endpoint in ("static_file", "map_script", "map_style", "manifest_data")

    def called(self, said: str, of: Target) -> str | None:
        """How a page of the copy calls an address of ours; None for what nobody can call there."""
        target = self.names.target(said)
        if target is not None and self.has(target):
            tag = urlsplit(said).query if target.endpoint == "static_file" else ""
            return "".join(
                (
                    relative(target.file, of.file),
                    f"?{tag}" if tag else "",
                    f"#{target.fragment}" if target.fragment else "",
                )
            )
        if said.startswith(_BASES):
            return relative(said.lstrip("/"), of.file).replace("%7B", "{").replace("%7D", "}") + (
                "/" if said.endswith("/") else ""
            )
        if target is not None and target.endpoint.endswith(_PAGE):
            return relative(self._copy_page(of), of.file)
        return None

    def _copy_page(self, of: Target) -> str:
        language = of.file.split("/")[0]
        with self.app.test_request_context():
            address = self.app.url_for(COPY_PAGE, language=language)
        found = self.names.target(address)
        assert found is not None
        return found.file

    def _many(self, address: str) -> bool:
        found = self.names.target(address)
        return found is None or found.endpoint in LARGE
