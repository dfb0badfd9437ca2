"""All that can be searched for in a release, prepared once, and what a query finds in it.

What is called exactly so comes first, then where the words begin a word, then where they stand
inside one. Accents, capitals and punctuation do not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.answers import folded

MOST = 20
_MOST_OF_A_TYPE = 7
"""So that a hundred rights do not hide the one territory; what is left over is filled up."""

_EXACT, _BEGINS, _INSIDE = range(3)


@dataclass(frozen=True, eq=False)
class Entries:
    """Things of one type, in the order in which they are offered, as plain words.

    refs: what each is known by to whoever asks. more: further words that find it.
    """

    refs: Sequence[int]
    names: Sequence[str]
    codes: Sequence[str]
    more: Sequence[str]


@dataclass(frozen=True, eq=False)
class Book:
    """Entries of several types, one after the other; types: the number of each one's type.

    texts: all words of each, a space before each word. names, codes: for what is called so.
    """

    types: np.ndarray
    refs: np.ndarray
    texts: pa.Array
    names: pa.Array
    codes: pa.Array


def plainly(text: str) -> str:
    """Letters and digits only, folded, single spaces between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in folded(text)).split())


def plain(texts: Iterable[str]) -> list[str]:
    """Texts as `plainly` has them."""
    return [plainly(one) for one in texts]


def bound(parts: Sequence[Entries]) -> Book:
    """A book of the entries of each type, in the order of the types."""
    names = [one for part in parts for one in part.names]
    codes = [one for part in parts for one in part.codes]
    more = [one for part in parts for one in part.more]
    texts = [
        f" {name} {code} {code.replace(' ', '')} {extra}"
        for name, code, extra in zip(names, codes, more, strict=True)
    ]
    sizes = [len(part.refs) for part in parts]
    return Book(
        np.repeat(np.arange(len(parts)), sizes),
        np.array([one for part in parts for one in part.refs], dtype=np.intp),
        pa.array(texts, type=pa.string()),
        pa.array(names, type=pa.string()),
        pa.array(codes, type=pa.string()),
    )


def matches(book: Book, query: str) -> tuple[list[tuple[int, int]], int]:
    """Type and ref of the best MOST entries that hold every word of a query; how many do."""
    wanted = plainly(query)
    words = sorted(set(wanted.split()), key=len, reverse=True)
    if not words:
        return [], 0
    rows = np.arange(len(book.refs))
    texts = book.texts
    for word in words:
        # the longest word leaves the fewest for the others
        held = pc.match_substring(texts, word).to_numpy(zero_copy_only=False)
        rows = rows[held]
        texts = texts.filter(pa.array(held))
    begins = np.ones(len(rows), dtype=bool)
    for word in words:
        begins &= pc.match_substring(texts, f" {word}").to_numpy(zero_copy_only=False)
    exact = np.zeros(len(rows), dtype=bool)
    for column in (book.names, book.codes):
        exact |= pc.equal(column, wanted).to_numpy(zero_copy_only=False)[rows]
    rank = np.where(exact, _EXACT, np.where(begins, _BEGINS, _INSIDE))
    best = _best(rank, book.types[rows])
    found = zip(book.types[rows[best]].tolist(), book.refs[rows[best]].tolist(), strict=True)
    return list(found), len(rows)


def _best(rank: np.ndarray, types: np.ndarray) -> np.ndarray:
    """The places of the MOST best, the best first; few of each type before many of one."""
    order = np.argsort(rank * (int(types.max(initial=0)) + 1) + types, kind="stable")
    place = np.zeros(len(order), dtype=np.intp)
    for one in np.unique(types):
        here = order[types[order] == one][: 2 * MOST]
        place[order[types[order] == one]] = MOST
        place[here] = np.arange(len(here))
    first = order[place[order] < _MOST_OF_A_TYPE][:MOST]
    rest = order[place[order] >= _MOST_OF_A_TYPE][: MOST - len(first)]
    chosen = np.concatenate([first, rest])
    return chosen[np.lexsort((chosen, types[chosen], rank[chosen]))]
