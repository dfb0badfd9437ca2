"""What our files may not say: a machine's paths, a stranger's address, a word that accuses."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from webmap.assets import VENDOR

ROOT = Path(__file__).resolve().parent.parent


def _text(path: Path) -> str | None:
    """The file as text; None where it is not text."""
    content = (ROOT / path).read_bytes()
    try:
        return None if b"\0" in content else content.decode("utf-8")
    except UnicodeDecodeError:
        return None


# --- paths of one machine -----------------------------------------------------------------------

# Put together here, so that this file does not hold what it looks for.
_FOLDERS = ("work", "tmp", "home", "root", "Users")
_MACHINE = re.compile(rf"(?<![\w.:/}}])/(?:{'|'.join(_FOLDERS)})/\w")


def test_no_file_knows_the_machine_that_it_was_written_on(committed: tuple[Path, ...]) -> None:
    for folder in ("work", "tmp", "home"):
        assert _MACHINE.search(f"see '/{folder}/x'"), folder
    assert not _MACHINE.search("https://example.org/home/x")
    found = {}
    for path in committed:
        text = _text(path)
        lines = [] if text is None else text.splitlines()
        places = [number for number, line in enumerate(lines, 1) if _MACHINE.search(line)]
        if places:
            found[str(path)] = places
    assert found == {}


# --- addresses that a browser would load --------------------------------------------------------

_SPACES = (
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/1999/xhtml",
)
_LINK = re.compile(r"<a\b[^>]*>", re.IGNORECASE)  # a reader follows it, or does not
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_REMOTE = re.compile(
    r"""(?:https?|wss?|ftp):(?:\\?/){2}[\w\[]|["'`(=]\s*(?:\\?/){2}[\w\[]""", re.IGNORECASE
)


def _remote(text: str, kind: str) -> list[str]:
    """Places in a page, style or script that could make a browser call another host."""
    for space in _SPACES:
        text = text.replace(space, "")
    if kind in {".html", ".jinja", ".xml", ".svg"}:
        text = _LINK.sub("<a>", _COMMENT.sub("", text))
    return [text[m.start() : m.start() + 60] for m in _REMOTE.finditer(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('<script src="https://cdn.example.org/a.js"></script>', ".html"),
        ('<link rel=preconnect href="//cdn.example.org">', ".html"),
        ("<img src=//example.org/a.png>", ".html"),
        ('<form action="http://example.org">', ".html"),
        ("a { background: url(//example.org/a.png) }", ".css"),
        ("fetch('https://example.org')", ".js"),
        ("// https://example.org", ".js"),
    ],
)
def test_a_page_that_calls_a_stranger_would_be_found(text: str, kind: str) -> None:
    assert _remote(text, kind)


def test_no_page_style_or_script_of_ours_calls_a_stranger(committed: tuple[Path, ...]) -> None:
    assert not _remote('<a href="https://example.org/ley">ley</a>', ".html")
    assert not _remote('<svg xmlns="http://www.w3.org/2000/svg"></svg>', ".html")
    found = {}
    for path in committed:
        inside = path.is_relative_to("webmap/templates") or path.is_relative_to("webmap/static")
        text = _text(path) if inside else None
        if text is not None and (places := _remote(text, path.suffix)):
            found[str(path)] = places
    assert found == {}


def test_the_libraries_of_others_are_not_kept_in_git(committed: tuple[Path, ...]) -> None:
    assert [str(path) for path in committed if path.is_relative_to(VENDOR)] == []


# --- words that accuse --------------------------------------------------------------------------

_ACCUSING = re.compile(
    r"\b(?:i+legal\w*|ilícit\w*|nul[oa]s?|nulidad\w*|inva(?:sión|siones|sor\w*|di[rdóe]\w*|den?)|"
    r"illegal\w*|unlawful\w*|invasions?|invad\w+|null|void)\b",
    re.IGNORECASE,
)

# An official term or a quotation, word for word, by the file that may hold it. It stands between
# quotation marks there, or is the court's own order.
QUOTED: dict[str, tuple[str, ...]] = {
    "data/cases/nueva-austria.toml": (
        "la minería y la tala ilegales",
        "no impedir estas actividades ilegales",
        "illegal mining and logging actors",
        "failing to prevent these illegal activities",
    ),
    "data/cases/tres-islas.toml": (
        "«nulidad de concesiones mineras»",
        "«nulidad de predios agrícolas»",
    ),
    # the room that refuses these words has to name them
    "geo/analysis/rulebook.py": (
        r"ilegal\w*|il[ií]cit\w*|nul[oa]s?|nulidad\w*|invas\w*|invad\w*|usurp\w*|anticonstit\w*",
        r"inconstit\w*|illegal\w*|unlawful\w*|illicit\w*",
        r"unconstit\w*|trespass\w*",
    ),
    "data/register/peru.toml": ("«asociación ilícita para delinquir»",),
    "data/cases/uchunya.toml": ("detener la tala ilegal", "halt illegal logging"),
    "data/judgments/pe-00675-2017-0-2701.toml": (
        "nulidad de concesiones mineras",
        "nulidad de predios agrícolas",
    ),
}


def _accusing(text: str, quoted: tuple[str, ...] = ()) -> list[str]:
    for phrase in quoted:
        text = text.replace(phrase, "…")
    return [match[0] for match in _ACCUSING.finditer(text)]


def _values(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)


def _said_in_code(text: str) -> str:
    """The texts of a module without its docstrings, and without null and void, which are code."""
    tree = ast.parse(text)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    constants = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in docstrings
    )
    said = "\n".join(value for value in constants if isinstance(value, str))
    return re.sub(r"\b(?:null|void)\b", "", said)


def _said(path: Path, text: str) -> str | None:
    """What a file says to people: the whole of a page, the values of a table, the texts of code."""
    if path.is_relative_to("webmap/templates") or path.suffix in {".po", ".pot"}:
        return _COMMENT.sub("", text)
    if path.parts[0] == "data" and path.suffix == ".toml":
        return "\n".join(_values(tomllib.loads(text)))
    if path.parts[0] in {"geo", "webmap"} and path.suffix == ".py":
        return _said_in_code(text)
    if path.suffix == ".typ":
        return text
    if path.is_relative_to("webmap/static") and path.suffix == ".js":
        return re.sub(r"\b(?:null|void)\b", "", text)
    return None


@pytest.mark.parametrize(
    "text",
    [
        "concesión ilegal",
        "actividades ilegales",
        "La concesión es nula.",
        "títulos NULOS",
        "la invasión de la comunidad",
        "los invasores",
        "The right is null and void",
        "illegally granted",
        "an invasion",
    ],
)
def test_a_word_that_accuses_would_be_found(text: str) -> None:
    assert _accusing(text)


def test_a_quotation_is_allowed_word_for_word_only() -> None:
    assert _accusing("«la tala ilegal» es ilegal", ("la tala ilegal",)) == ["ilegal"]
    assert not _accusing("anular, anulado, legalidad, legal, invalidez, annul")


def test_a_template_of_the_annex_is_heard_whole() -> None:
    assert _accusing(_said(Path("geo/evidence/annex/typst/x.typ"), "#par[Es ilegal.]") or "")


def test_the_texts_of_code_are_heard_and_its_docstrings_are_not() -> None:
    code = 'def f():\n    """Not illegal."""\n    return _("Es ilegal.")\n'
    assert _accusing(_said_in_code(code)) == ["ilegal"]


def test_no_page_catalogue_table_or_sentence_accuses_anybody(committed: tuple[Path, ...]) -> None:
    found = {}
    for path in committed:
        text = _text(path)
        said = None if text is None else _said(path, text)
        words = [] if said is None else _accusing(said, QUOTED.get(path.as_posix(), ()))
        if words:
            found[str(path)] = words
    assert found == {}


def test_every_quotation_that_is_allowed_is_still_there() -> None:
    for name, phrases in QUOTED.items():
        text = (ROOT / name).read_text("utf-8")
        assert [phrase for phrase in phrases if phrase not in text] == [], name
