"""What a lawyer may change about the rules: data/rules/*.toml as types.

constants, words, questions, severities, sentences, sources. What a rule computes is the
function of the same code in geo/analysis/rules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from geo.dates import parse as parse_date
from geo.errors import DateUnreadable, DeclarationError
from geo.terms import Severity, Sure

MISSING = "missing"  # the word for the inputs that an answer lacks

# A sentence states dates, shapes and searches; it never judges a right or a holder. Words of a
# court come as data, between quotation marks, and never stand in a sentence of ours.
_FORBIDDEN = re.compile(
    r"\b(ilegal\w*|il[ií]cit\w*|nul[oa]s?|nulidad\w*|invas\w*|invad\w*|usurp\w*|anticonstit\w*"
    r"|inconstit\w*|illegal\w*|unlawful\w*|illicit\w*|void\w*|null\w*|unconstit\w*|trespass\w*"
    r"|encroach\w*)\b",
    re.IGNORECASE,
)
_OPEN = (Sure.RECALLED, Sure.PROPOSAL, Sure.TO_BE_CONFIRMED)
_CONFIRM = {"es": "(por confirmar)", "en": "(to be confirmed)"}


class Form(StrEnum):
    """How a word of a sentence is written."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    KIND = "kind"
    STATUS = "status"
    TENURE = "tenure"
    OVERLAP_CLASS = "overlap-class"


class Of(StrEnum):
    """About what a question is asked: a right and a territory, or two territories."""

    PAIR = "pair"
    TERRITORIES = "territories"


@dataclass(frozen=True)
class Constant:
    """A date of the law, with where it comes from and how sure it is."""

    value: str
    es: str
    en: str
    source: str
    sure: Sure

    def __post_init__(self) -> None:
        try:
            parse_date(self.value)
        except DateUnreadable as error:
            raise DeclarationError(str(error)) from error


@dataclass(frozen=True)
class Word:
    """A column that may stand in a sentence, or be named as missing, and how it is written."""

    name: str
    es: str
    en: str
    form: Form = Form.TEXT
    decimals: int = 4


@dataclass(frozen=True)
class RuleText:
    """A question and its sentences: one for yes, one for unknown, none for no.

    unknown_code: what the decision table calls its unknown. basis: what it rests on.
    """

    code: str
    question: str
    question_en: str
    severity: Severity
    es: str
    en: str
    basis: tuple[str, ...]
    sure: Sure
    unknown_es: str = ""
    unknown_en: str = ""
    unknown_code: str = ""
    of: Of = Of.PAIR

    def __post_init__(self) -> None:
        for said in (self.question, self.question_en, self.es, self.en):
            if not said.strip():
                raise DeclarationError(f"La regla {self.code} tiene un texto vacío: complételo.")
        if not self.basis or not all(one.strip() for one in self.basis):
            raise DeclarationError(f"La regla {self.code} no dice en qué se apoya (basis).")
        if bool(self.unknown_es) != bool(self.unknown_en):
            raise DeclarationError(f"La regla {self.code} tiene un «unknown» en un solo idioma.")
        _neutral(self.code, (self.question, self.question_en, *self.sentences.values()))

    @property
    def sentences(self) -> Mapping[tuple[str, str], str]:
        """(answer, language) -> sentence; an empty one means the rule book's general one."""
        return {
            ("yes", "es"): self.es,
            ("yes", "en"): self.en,
            ("unknown", "es"): self.unknown_es,
            ("unknown", "en"): self.unknown_en,
        }


@dataclass(frozen=True)
class Waiting:
    """A question of the decision table that is not asked yet, and why."""

    code: str
    es: str
    en: str


@dataclass(frozen=True)
class RuleBook:
    """The rules of one country.

    unknown_*: the general sentence for an unknown, with {missing}. precise_*: what {missing}
    says where every input is there and their precision does not tell. none_*: what stands for a
    value that is not there.
    """

    country: str
    version: str
    unknown_es: str
    unknown_en: str
    precise_es: str
    precise_en: str
    none_es: str
    none_en: str
    constants: dict[str, Constant]
    word: tuple[Word, ...]
    rule: tuple[RuleText, ...]
    waiting: tuple[Waiting, ...] = ()

    def __post_init__(self) -> None:
        names = [word.name for word in self.word]
        codes = [rule.code for rule in self.rule] + [rule.code for rule in self.waiting]
        for what, listed in (("La palabra", [*names, *self.constants]), ("El código", codes)):
            twice = sorted({one for one in listed if listed.count(one) > 1})
            if twice:
                raise DeclarationError(f"{what} «{twice[0]}» está dos veces: deje una.")
        known = {*names, *self.constants, MISSING}
        for code, language, sentence in self._sentences():
            for word in words_in(sentence, code):
                if word not in known:
                    raise DeclarationError(f"{code}: no hay palabra «{word}»; declare [[word]].")
                self._says_to_be_confirmed(code, language, sentence, word)

    @property
    def dates(self) -> Mapping[str, str]:
        """The constants' values by name, as partial dates."""
        return {name: constant.value for name, constant in self.constants.items()}

    def text(self, code: str) -> RuleText:
        """The question of a code. Raises DeclarationError where there is none."""
        for rule in self.rule:
            if rule.code == code:
                return rule
        raise DeclarationError(f"Las reglas «{self.version}» no tienen oración para {code}.")

    def _sentences(self) -> list[tuple[str, str, str]]:
        general = [
            ("unknown_es", "es", self.unknown_es),
            ("unknown_en", "en", self.unknown_en),
        ]
        return general + [
            (rule.code, language, sentence)
            for rule in self.rule
            for (_, language), sentence in rule.sentences.items()
        ]

    def _says_to_be_confirmed(self, code: str, language: str, sentence: str, word: str) -> None:
        constant = self.constants.get(word)
        if constant and constant.sure in _OPEN and _CONFIRM[language] not in sentence:
            raise DeclarationError(
                f"{code}: «{word}» no está confirmada; la oración debe decir {_CONFIRM[language]}."
            )


def words_in(sentence: str, code: str) -> list[str]:
    """The {words} of a sentence. Raises DeclarationError for anything but a plain name."""
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError as error:
        raise DeclarationError(f"{code}: revise las llaves de la oración ({error}).") from error
    for _, name, form, conversion in parts:
        if name is not None and (form or conversion or not name.isidentifier()):
            raise DeclarationError(f"{code}: «{{{name}}}» debe ser solo el nombre de una palabra.")
    return [name for _, name, _, _ in parts if name is not None]


def _neutral(code: str, sentences: tuple[str, ...]) -> None:
    for sentence in sentences:
        found = _FORBIDDEN.search(sentence)
        if found:
            raise DeclarationError(
                f"{code}: «{found.group()}» califica; diga hechos de fecha, lugar y búsqueda."
            )
