"""The ways in which a name, a telephone or a document number may be written, as texts to hash.

Pure. A name's words are compared without case, accents or particles and in any order, so that
«Apellido, Nombre» is the name too. Of a name of three words or more, two of them are a part of
it; the two first of four, which are given names as a rule, are not. An initial with a word is
told apart, since «p. 12» may be one by chance.

What is not found: a surname alone (add it alone if it should be), a nickname that was not added,
another spelling, letters of another alphabet that look alike, a name whose parts stand apart with
other words between them, a name drawn in a picture.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from geo.errors import RecordRefused


class Match(StrEnum):
    """What was found: the whole, two words of it or more, a word and an initial, a number."""

    NAME = "name"
    PART = "part"
    INITIALS = "initials"
    NUMBER = "number"
    DOCUMENT = "document"


@dataclass(frozen=True, order=True)
class Token:
    """A word or a group of digits of a text, folded, and where it stood."""

    start: int
    end: int
    word: str


LONGEST = 10
"""Words, at most, that are read as one name or one document number."""

PARTICLES = frozenset(("de", "del", "la", "las", "el", "los", "y", "da", "das", "do", "dos", "e"))
"""Left out of names and of texts alike."""

COUNTRY = "51"
HEAD = 3
"""The first digits of a number, which are looked at before the whole."""

_FEWEST_DIGITS, MOST_DIGITS = 6, 20
_MOST_WORDS = 6
_TOKEN = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*|\d+")
_NUMBER = re.compile(r"[\d\s+().\-/\u2010-\u2015]+")


def tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and letters, as they stand, of each word and each group of digits."""
    for found in _TOKEN.finditer(text):
        yield found.start(), found.end(), found.group()


def folded(word: str) -> str:
    """A word without case and accents; digits as 0-9."""
    if word.isascii():
        return word.casefold()
    bare = unicodedata.normalize("NFKD", word)
    return "".join(
        str(unicodedata.digit(sign)) if sign.isdecimal() else sign
        for sign in bare.casefold()
        if not unicodedata.combining(sign)
    )


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a name or a document number, without particles."""
    said = tuple(folded(word) for _, _, word in tokens(text))
    return tuple(word for word in said if word not in PARTICLES)


def any_order(words: tuple[str, ...]) -> str:
    """One text for all orders of the same words."""
    return " ".join(sorted(words))


def in_order(words: tuple[str, ...]) -> str:
    """One text for a document number, however it was divided."""
    return "".join(words)


def digits_of(text: str) -> str:
    """The digits of a telephone or identity number, "" where the text is none."""
    if not _NUMBER.fullmatch(text.strip()):
        return ""
    return bare_number("".join(folded(group) for group in re.findall(r"\d+", text)))


def bare_number(digits: str) -> str:
    """A number without the zeros before it and without Peru's code before a telephone."""
    bare = digits.lstrip("0")
    if bare.startswith(COUNTRY) and len(bare) in (10, 11):
        return bare[len(COUNTRY) :].lstrip("0")
    return bare


def forms(text: str) -> dict[str, Match]:
    """Every form under which `text` is to be found, the whole one first.

    Raises RecordRefused where it is too short or too long to be looked for.
    """
    digits = digits_of(text)
    if digits:
        if not _FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
            raise RecordRefused(
                "Un número de la lista necesita entre 6 y 20 cifras: con menos se hallaría en "
                "todas partes."
            )
        return {digits: Match.NUMBER}
    words = words_of(text)
    document = any(word.isdecimal() for word in words)
    if len(words) > (LONGEST if document else _MOST_WORDS) or len(in_order(words)) < 3:
        raise RecordRefused(
            "Cada línea de la lista es un nombre o un número: entre tres letras y seis palabras."
        )
    return {in_order(words): Match.DOCUMENT} if document else _name_forms(words)


def _name_forms(words: tuple[str, ...]) -> dict[str, Match]:
    made = {any_order(words): Match.NAME, in_order(words): Match.NAME}
    for size in range(2, len(words)):
        for places in combinations(range(len(words)), size):
            if places == (0, 1) and len(words) > 3:
                continue
            part = tuple(words[place] for place in places)
            made.setdefault(any_order(part), Match.PART)
            made.setdefault(in_order(part), Match.PART)
    for one, other in combinations(range(len(words)), 2):
        made.setdefault(any_order((words[one][0], words[other])), Match.INITIALS)
        if one == 0:
            made.setdefault(any_order((words[one], words[other][0])), Match.INITIALS)
    if len(words) > 2:
        initials = tuple(word[0] for word in words[:-1])
        made.setdefault(any_order((*initials, words[-1])), Match.INITIALS)
        made.setdefault(any_order((words[0][0], words[1][0], words[-2])), Match.INITIALS)
    return made


def signs(text: str, made: dict[str, Match]) -> frozenset[str]:
    """The words without which no form of `text` is there: what is looked at first."""
    if Match.NUMBER in made.values():
        return frozenset(form[:HEAD] for form in made)
    return frozenset(words_of(text)) | {word for form in made for word in form.split()}
