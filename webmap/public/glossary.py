"""The page of the fifty words: what each means, and what speakers of other languages say for it."""

from pathlib import Path

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from geo import glossary
from geo.home import read_texts
from geo.naming import day
from geo.words import OWN_NAMES, SPANISH
from webmap.public.given import Given

_ENGLISH = "en"


def register(app: Flask, given: Given) -> None:
    """Adds the page. Raises DeclarationError where the glossary cannot be read."""
    terms, others = _read(given.data_folder / "translations")

    @app.get("/<language:language>/glosario")
    def glossary_page() -> ResponseReturnValue:
        spoken = given.words()
        english = spoken.language == _ENGLISH
        rows = [
            {
                "id": term.id,
                "word": term.en if english else term.es,
                "meaning": term.meaning_en if english else term.meaning_es,
                "others": [
                    (language, OWN_NAMES[language], found, day(found.said_on, spoken))
                    for language, words in others.items()
                    if (found := words.get(term.id))
                ],
            }
            for term in terms
        ]
        counts = [(OWN_NAMES[one], len(words), len(terms)) for one, words in others.items()]
        return render_template("glossary.html", rows=rows, counts=counts)


def _read(
    folder: Path,
) -> tuple[tuple[glossary.Term, ...], dict[str, dict[str, glossary.Word]]]:
    named = "translations/glossary.csv"
    texts = dict(read_texts(folder, "glossary.csv"))
    terms = glossary.terms(texts["glossary.csv"], named)
    others = {}
    for language in OWN_NAMES:
        for name, text in read_texts(folder / language, "glossary.csv"):
            where = f"translations/{language}/{name}"
            others[language] = dict(glossary.words(text, terms, where))
    return terms, {one: words for one, words in others.items() if one not in (SPANISH, _ENGLISH)}
