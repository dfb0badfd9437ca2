"""Sentences with the values of each pair, made a column at a time."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from string import Formatter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.analysis.rulebook import MISSING, Form, RuleBook, Word
from geo.answers import known
from geo.terms import Kind, OverlapClass, Status, Tenure
from geo.words import SPANISH, Words, clean

Texts = npt.NDArray[np.object_]

_LISTS: Mapping[Form, type[StrEnum]] = {
    Form.KIND: Kind,
    Form.STATUS: Status,
    Form.TENURE: Tenure,
    Form.OVERLAP_CLASS: OverlapClass,
}


class Speaker:
    """Writes sentences in one language; remembers each value that it has written before."""

    def __init__(self, rulebook: RuleBook, words: Words) -> None:
        self.language = words.language
        self._words = words
        self._spanish = words.language == SPANISH
        self.general = rulebook.unknown_es if self._spanish else rulebook.unknown_en
        self._declared = {word.name: word for word in rulebook.word}
        self._constants = {
            name: words.date(constant.value) for name, constant in rulebook.constants.items()
        }
        self._none = rulebook.none_es if self._spanish else rulebook.none_en
        self._precise = rulebook.precise_es if self._spanish else rulebook.precise_en
        self._written: dict[str, dict[Any, str]] = {}

    def sentences(self, template: str, rows: pd.DataFrame, missing: Texts) -> Texts:
        """`template` for each of `rows`; `missing`: what stands for {missing}."""
        made: Texts = np.full(len(rows), "", dtype=object)
        for literal, name, _, _ in Formatter().parse(template):
            made = made + literal
            if name == MISSING:
                made = made + missing
            elif name in self._constants:
                made = made + self._constants[name]
            elif name is not None:
                made = made + self._texts(self._declared[name], rows[name])
        return made

    def labels(self, names: tuple[str, ...]) -> str:
        """What {missing} says of these inputs."""
        said = [self._declared[name] for name in names]
        return ", ".join(w.es if self._spanish else w.en for w in said) or self._precise

    def _texts(self, word: Word, column: pd.Series) -> Texts:
        codes, values = pd.factorize(column.where(known(column).astype(bool), pd.NA))
        written = self._written.setdefault(word.name, {})
        write = self._writer(word)
        for value in values:
            if value not in written:
                written[value] = write(value)
        # a missing value has the code -1, which is the last place
        texts = np.array([*(written[value] for value in values), self._none], dtype=object)
        return np.asarray(texts[codes], dtype=object)

    def _writer(self, word: Word) -> Callable[[Any], str]:
        if word.form is Form.NUMBER:
            return lambda value: self._words.number(float(value), word.decimals)
        if word.form is Form.DATE:
            return lambda value: self._words.date(str(value))
        if word.form in _LISTS:
            terms = _LISTS[word.form]
            return lambda value: self._words.term(terms(str(value)))
        return lambda value: clean(str(value))
