"""The fifty words: whole, and never filled by anybody but speakers."""

from pathlib import Path

import pytest

from geo import glossary
from geo.errors import DeclarationError
from geo.words import OWN_NAMES

FOLDER = Path(__file__).resolve().parent.parent.parent / "data" / "translations"
HEADING = "id,es,en,meaning_es,meaning_en\n"
TERMS = glossary.terms(HEADING + "rio,río,river,Agua que corre.,Running water.\n", "g.csv")
WORDS = "id,word,variety,said_by,said_on\n"


def test_the_glossary_has_its_fifty_words_and_each_has_a_meaning() -> None:
    terms = glossary.terms((FOLDER / "glossary.csv").read_text("utf-8"), "glossary.csv")
    assert len(terms) == 50
    assert all(term.meaning_es.endswith(".") for term in terms)


@pytest.mark.parametrize("language", sorted(set(OWN_NAMES) - {"es", "en"}))
def test_a_speaker_finds_a_place_for_every_word_and_none_that_a_machine_filled(
    language: str,
) -> None:
    terms = glossary.terms((FOLDER / "glossary.csv").read_text("utf-8"), "glossary.csv")
    text = (FOLDER / language / "glossary.csv").read_text("utf-8")
    assert [line.partition(",")[0] for line in text.splitlines()[1:]] == [t.id for t in terms]
    for word in glossary.words(text, terms, "g.csv").values():
        assert word.said_by, "a word has come in: say which organisation or community gave it"


def test_a_word_that_nobody_gave_is_missing_and_not_empty() -> None:
    assert glossary.words(WORDS + "rio,,,,\n", TERMS, "w.csv") == {}
    found = glossary.words(WORDS + "rio,xyz,v,Una organización,2026\n", TERMS, "w.csv")
    assert found == {"rio": glossary.Word("xyz", "v", "Una organización", "2026")}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("id,es\n", "columnas"),
        (HEADING + "rio,río,river,Agua.\n", "línea 2"),
        (HEADING + "rio,río,,Agua.,Water.\n", "línea 2"),
        (HEADING + 2 * "rio,río,river,Agua.,Water.\n", "dos veces"),
    ],
)
def test_a_glossary_that_is_not_whole_is_refused_by_its_line(text: str, why: str) -> None:
    with pytest.raises(DeclarationError, match=why):
        glossary.terms(text, "g.csv")


@pytest.mark.parametrize("row", ["mar,x,,,\n", "rio,a,,,\nrio,b,,,\n"])
def test_a_word_for_no_term_or_twice_is_refused(row: str) -> None:
    with pytest.raises(DeclarationError):
        glossary.words(WORDS + row, TERMS, "w.csv")
