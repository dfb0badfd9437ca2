"""The fifty words that matter, and what speakers of each language say for them.

A word that no speaker has given is empty, and is shown as missing: nothing here is translated by
a machine, and nobody is named as its author but an organisation or a community.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass

from geo.errors import DeclarationError

_TERMS = ("id", "es", "en", "meaning_es", "meaning_en")
_WORDS = ("id", "word", "variety", "said_by", "said_on")


@dataclass(frozen=True)
class Term:
    """One word in Spanish and English, with its meaning in plain sentences."""

    id: str
    es: str
    en: str
    meaning_es: str
    meaning_en: str


@dataclass(frozen=True)
class Word:
    """A term in another language. variety: which of its varieties. said_by: an organisation or a
    community, never a person. said_on: a partial date.
    """

    word: str
    variety: str
    said_by: str
    said_on: str


def terms(text: str, named: str) -> tuple[Term, ...]:
    """The glossary. Raises DeclarationError, naming the line, for a column or a row that is odd."""
    rows = _rows(text, _TERMS, named)
    for number, row in enumerate(rows, 2):
        if not all(row.values()):
            raise DeclarationError(f"data/{named}, línea {number}: falta una columna; llénela.")
    made = tuple(Term(**row) for row in rows)
    if len({term.id for term in made}) != len(made):
        raise DeclarationError(f"data/{named}: un id está dos veces; deje uno.")
    return made


def words(text: str, known: tuple[Term, ...], named: str) -> Mapping[str, Word]:
    """The words of a language by the id of their term; those that nobody gave are not there.

    Raises DeclarationError for an id that the glossary does not have, or one that stands twice.
    """
    ids = {term.id for term in known}
    made: dict[str, Word] = {}
    for number, row in enumerate(_rows(text, _WORDS, named), 2):
        own = row.pop("id")
        if own not in ids:
            raise DeclarationError(
                f"data/{named}, línea {number}: «{own}» no está en data/translations/glossary.csv."
            )
        if own in made:
            raise DeclarationError(f"data/{named}, línea {number}: «{own}» está dos veces.")
        if row["word"]:
            made[own] = Word(**row)
    return made


def _rows(text: str, wanted: tuple[str, ...], named: str) -> list[dict[str, str]]:
    read = csv.reader(text.splitlines())
    heading = next(read, [])
    if tuple(heading) != wanted:
        raise DeclarationError(f"data/{named}: sus columnas deben ser {', '.join(wanted)}.")
    rows = []
    for number, row in enumerate(read, 2):
        if len(row) != len(wanted):
            raise DeclarationError(
                f"data/{named}, línea {number}: tiene {len(row)} columnas y deben ser "
                f"{len(wanted)}."
            )
        rows.append(dict(zip(wanted, (cell.strip() for cell in row), strict=True)))
    return rows
