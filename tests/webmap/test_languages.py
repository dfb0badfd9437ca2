"""Every sentence that people read has its English, and keeps its {words}."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract

from geo.cases import KIND_LABELS
from geo.schema import columns
from geo.schema.labels import LABELS
from geo.words import COMPLETE, OWN_NAMES, Words, words
from webmap.web import languages

ROOT = Path(__file__).resolve().parent.parent.parent
REFUSALS = {"AskedBadly": 0, "AreaRefused": 0, "_Refused": 1}
"""What a reader is told in place of an answer -> which argument is its sentence."""
CATALOGUES = sorted((ROOT / "data" / "translations").glob("*/LC_MESSAGES/deslinde.po"))


def _from_code() -> Iterator[tuple[str, str]]:
    """Message ids of templates and modules, with the file that says them."""
    for path in sorted((ROOT / "webmap" / "templates").rglob("*.html")):
        with path.open("rb") as opened:
            method = "jinja2.ext:babel_extract"
            for _line, said, _comments, _context in extract(method, opened, {"_": None}):
                yield str(said), path.name
    for folder in ("geo", "webmap"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            with path.open("rb") as opened:
                for _line, said, _comments, _context in extract(
                    "python", opened, {"_": None, "say": None}
                ):
                    if isinstance(said, str) and said:
                        yield said, path.name


def _from_tables() -> Iterator[tuple[str, str]]:
    for labels in (*LABELS.values(), KIND_LABELS):
        yield from ((label, "labels") for label in labels.values())
    for table in (
        columns.CONCESSION,
        columns.TERRITORY,
        columns.OVERLAPS,
        columns.FLAGS,
        columns.DEEDS,
    ):
        for column in table:
            yield column.label, column.name
            yield column.meaning, column.name


SENTENCES = dict([*_from_code(), *_from_tables()])


def _refusals() -> Iterator[tuple[str, ast.expr, ast.Module]]:
    """The sentence of every refusal that a reader is told, with the module that says it."""
    for folder in ("geo", "webmap"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text("utf-8")
            if not any(named in text for named in REFUSALS):
                continue
            tree = ast.parse(text)
            for node in ast.walk(tree):
                match node:
                    case ast.Call(func=ast.Name(id=named), args=given) if named in REFUSALS:
                        yield f"{path.name}:{node.lineno}", given[REFUSALS[named]], tree


def _marked(said: ast.expr, tree: ast.Module) -> str | None:
    """The text of `_("…")`, or of a constant of the module that is one; None for anything else."""
    if isinstance(said, ast.Name):
        given = [
            node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and any(isinstance(one, ast.Name) and one.id == said.id for one in node.targets)
        ]
        said = given[0] if len(given) == 1 else said
    match said:
        case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text))]):
            return text
    return None


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parent.parent.name)
def spoken(request: pytest.FixtureRequest) -> Words:
    path: Path = request.param
    return words(path.parent.parent.name, path.read_text("utf-8"))


def test_the_sentences_of_the_pages_are_found() -> None:
    assert len(SENTENCES) > 400
    assert "Que un territorio no aparezca en el mapa no significa que no exista." in SENTENCES
    assert "Derechos que se superponen aquí: {n}" in SENTENCES
    assert {path.parent.parent.name for path in CATALOGUES} == {*OWN_NAMES} - {"es"}


def test_no_sentence_stays_spanish_for_a_reader_of_a_whole_language(spoken: Words) -> None:
    if spoken.language not in COMPLETE:  # falls back to Spanish, one by one
        return
    missing = {said: where for said, where in SENTENCES.items() if said not in spoken.sentences}
    assert missing == {}


def test_every_refusal_is_a_sentence_of_the_catalogue() -> None:
    odd, found = [], 0
    for place, said, tree in _refusals():
        found += 1
        if _marked(said, tree) not in SENTENCES:
            odd.append(place)
    assert odd == []
    assert found > 25
    loose = ast.parse('PLAIN = "No se puede."\nraise AskedBadly(PLAIN)')
    assert _marked(ast.Name("PLAIN"), loose) is None


def test_no_catalogue_translates_what_nobody_says(spoken: Words) -> None:
    assert sorted(set(spoken.sentences) - set(SENTENCES)) == []


def test_a_translation_keeps_the_words_that_are_filled_in(spoken: Words) -> None:
    def names(sentence: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(sentence)} - {None}

    odd = [said for said, text in spoken.sentences.items() if names(said) != names(text)]
    assert odd == []


def test_a_sentence_of_ours_holds_no_markup(spoken: Words) -> None:
    assert re.search("[<>]", "a <b>")
    for sentence in (*SENTENCES, *spoken.sentences.values()):
        assert not re.search("[<>]", sentence), sentence


def test_a_language_without_a_sentence_is_not_offered_and_one_sentence_opens_it(
    tmp_path: Path,
) -> None:
    assert set(languages(ROOT / "data")) == {*COMPLETE}
    folder = tmp_path / "translations" / "shp" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    heading = (ROOT / "data/translations/shp/LC_MESSAGES/deslinde.po").read_text("utf-8")
    (folder / "deslinde.po").write_text(heading + '\nmsgid "Mapa"\nmsgstr "Xyz"\n', "utf-8")
    found = languages(tmp_path)
    assert set(found) == {"es", "shp"}
    assert found["shp"].say("Mapa") == "Xyz"
    # what nobody has translated is read in Spanish, with Peru's numbers and dates
    assert found["shp"].say("Territorios") == "Territorios"
    assert found["shp"].number(1234.5, 1) == "1,234.5"
    assert found["shp"].date("1994-06-24") == "24 de junio de 1994"
