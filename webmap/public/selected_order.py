"""In which order the rows of a table come: by numbers that are made once for a release.

A reader sorts 100,000 rows by a click, so each column that can be sorted by is turned into ranks
when it is first asked for, and the rows of a page alone become texts.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from geo.answers import folded

Ranks = np.ndarray
"""A number for each row of a frame, NaN where nobody knows the value."""


def of_numbers(values: pd.Series) -> Ranks:
    """Numbers as they are."""
    return values.astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def of_texts(texts: pd.Series) -> Ranks:
    """Texts by their place among all, capitals and accents apart; an empty one is not known."""
    known = texts.astype("string").fillna("")
    codes, words = pd.factorize(known)
    return _places([folded(str(word)) for word in words])[codes]


def of_dates(partial: pd.Series) -> Ranks:
    """Partial dates: a year comes before its months, a month before its days."""
    known = partial.astype("string").fillna("")
    codes, words = pd.factorize(known)
    return _places([str(word) for word in words])[codes]


def of_terms(words: pd.Series, label: Callable[[str], str]) -> Ranks:
    """Words of a closed list, by what people read for them."""
    codes, found = pd.factorize(words.astype("string").fillna(""))
    return _places([folded(label(str(word))) if word else "" for word in found])[codes]


def ordered(rows: np.ndarray, ranks: Ranks, *, down: bool) -> np.ndarray:
    """The rows in order: equal ranks keep theirs, and what is not known comes last either way."""
    values = ranks[rows]
    # NaN sorts last, also when the numbers are turned round
    return rows[np.argsort(-values if down else values, kind="stable")]


def _places(words: Sequence[str]) -> Ranks:
    places = {word: place for place, word in enumerate(sorted(set(words)))}
    return np.array([places[word] if word else np.nan for word in words], dtype=float)
