"""Labels, sentences, numbers and dates in a language.

Spanish (es_PE) is the language of the message ids, so it needs no catalogue and every other
language falls back to it sentence by sentence. Catalogues are gettext's, read as text:
nothing is compiled, so nothing can be stale.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.pofile import read_po
from babel.numbers import NumberPattern, parse_pattern

from geo.dates import parse
from geo.errors import DeclarationError
from geo.schema.labels import LABELS

SPANISH = "es"
# how a language writes numbers and dates; Unicode's tables do not know the three Amazonian ones,
# and Peru's schools teach Peru's figures in all of them
LOCALES = {
    "es": "es_PE",
    "en": "en",
    "shp": "es_PE",
    "ese": "es_PE",
    "cni": "es_PE",
    "qu": "es_PE",
}
COMPLETE = ("es", "en")
"""The languages in which a whole document can be had, without falling back in its middle."""
# a language's own name for itself, as its readers look for it
OWN_NAMES = {
    "es": "Español",
    "en": "English",
    "shp": "Shipibo-Konibo",
    "ese": "Ese Eja",
    "cni": "Asháninka",
    "qu": "Runasimi (Quechua)",
}

# a value that comes from data cannot reorder or hide the sentence around it
_HIDDEN = re.compile(r"[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Words:
    """One language: its code and its sentences by their Spanish message id."""

    language: str
    sentences: Mapping[str, str]

    @property
    def spoken(self) -> bool:
        """Whether there is anything to read in it: Spanish always, others from one sentence on."""
        return self.language == SPANISH or bool(self.sentences)

    def say(self, sentence: str, **values: object) -> str:
        """A sentence in this language, in Spanish where nobody has translated it."""
        found = self.sentences.get(sentence) or sentence
        return found.format(**values) if values else found

    def number(self, value: float | None, decimals: int = 4) -> str:
        """A number as this language writes it; «desconocido» where there is none."""
        return self.say("desconocido") if value is None else number(value, self.language, decimals)

    def date(self, partial: str | None) -> str:
        """A partial date in words, as precise as it is."""
        return self.say("desconocida") if not partial else date(partial, self.language)

    def term(self, value: StrEnum | None) -> str:
        """A word of a closed list."""
        return self.say("desconocido") if value is None else self.say(LABELS[type(value)][value])


def words(language: str, catalogue: str) -> Words:
    """A language from the text of its .po file ("" for Spanish)."""
    if language not in LOCALES:
        raise DeclarationError(f"No hay idioma «{language}»: use {', '.join(LOCALES)}.")
    messages = read_po(catalogue.splitlines(keepends=True), locale=LOCALES[language])
    sentences = {
        str(message.id): str(message.string)
        for message in messages
        if message.id and message.string and not message.fuzzy
    }
    return Words(language, sentences)


def number(value: float, language: str, decimals: int = 4) -> str:
    """A number with a fixed count of decimals: 1,234.5000 in es_PE and in English."""
    written: str = _pattern(decimals).apply(value, _locale(language))
    return written


@cache
def _pattern(decimals: int) -> NumberPattern:
    """babel reads a pattern anew at every call, which a table of 100,000 pairs would feel."""
    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])


def date(partial: str, language: str) -> str:
    """A partial date in words: «24 de junio de 1994», «junio de 1994», «1994»."""
    parts = [int(part) for part in parse(partial).split("-")]
    if len(parts) == 1:
        return str(parts[0])
    locale = LOCALES[language]
    if len(parts) == 2:
        return format_skeleton("yMMMM", datetime.date(parts[0], parts[1], 1), locale=locale)
    return format_date(datetime.date(*parts), format="long", locale=locale)


def _(sentence: str) -> str:
    """Marks a message id, where it is written down before it is said."""
    return sentence


def said(text: object) -> str:
    """A text from data, fit to stand in a sentence; "" where there is none."""
    return "" if text is None else clean(str(text))


def clean(text: str) -> str:
    """A text from data without control and bidirectional characters."""
    return _HIDDEN.sub(" ", text).strip()
