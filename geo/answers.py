"""Yes, no, unknown: columns of pandas' nullable boolean, which is Kleene's logic.

`&`, `|` and `~` on these columns are already right. The one thing that is not is a
comparison of texts: pandas answers `missing == "x"` with False, a silent no. So texts
are compared here, and partial dates in `dates`, and nowhere else.
"""

import unicodedata
from collections.abc import Iterable

import pandas as pd

from geo.terms import Answer

type_of_answers = pd.BooleanDtype()


def unknown(like: pd.Series) -> pd.Series:
    """A column of unknowns, as long and with the same index as `like`."""
    return pd.Series(pd.NA, index=like.index, dtype=type_of_answers)


def always(like: pd.Series, answer: bool) -> pd.Series:
    """A column of one certain answer."""
    return pd.Series(answer, index=like.index, dtype=type_of_answers)


def known(column: pd.Series) -> pd.Series:
    """Whether there is a value at all. An empty text is no value."""
    there = column.notna()
    if column.dtype == object or pd.api.types.is_string_dtype(column.dtype):
        there = there & (column.astype("string").fillna("") != "")
    return there.astype(type_of_answers)


def equal(texts: pd.Series, value: str) -> pd.Series:
    """Whether each text is `value`; unknown where there is no text."""
    return one_of(texts, (value,))


def one_of(texts: pd.Series, values: Iterable[str]) -> pd.Series:
    """Whether each text is one of `values`; unknown where there is no text."""
    wanted = [str(value) for value in values]
    found = texts.astype("string").isin(wanted).astype(type_of_answers)
    return found.where(known(texts).astype(bool), pd.NA)


def folded(text: str) -> str:
    """A text for comparing: without capitals, without accents, single spaces, none at its ends."""
    apart = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(letters.casefold().split())


def same(a: pd.Series, b: pd.Series) -> pd.Series:
    """Whether two columns hold the same text, row by row; unknown where either is missing."""
    both = known(a).astype(bool) & known(b).astype(bool)
    found = a.astype("string").fillna("").eq(b.astype("string").fillna(""))
    return found.astype(type_of_answers).where(both, pd.NA)


def less(a: pd.Series, b: pd.Series | float) -> pd.Series:
    """Whether a number is less than another; unknown where either is missing."""
    left = a.astype("Float64")
    right = b.astype("Float64") if isinstance(b, pd.Series) else b
    return (left < right).astype(type_of_answers)


def but_no_is_unknown(answers: pd.Series) -> pd.Series:
    """Evidence that can prove and not disprove: yes stays, no becomes unknown."""
    return answers.where(answers.fillna(False).astype(bool), pd.NA)


def as_text(answers: pd.Series) -> pd.Series:
    """`yes`, `no`, `unknown`: how answers leave, since GeoPackage returns booleans as floats."""
    words = {True: Answer.YES.value, False: Answer.NO.value}
    return answers.map(words, na_action="ignore").astype("str").fillna(Answer.UNKNOWN.value)
