"""The list of names looked for in a text: places and lengths, never the name itself. Pure."""

import base64
import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from geo.register.spellings import (
    HEAD,
    LONGEST,
    MOST_DIGITS,
    PARTICLES,
    Match,
    Token,
    any_order,
    bare_number,
    folded,
    in_order,
    tokens,
)
from geo.register.unfolding import views

_BYTES = 10
"""80 bits a hash: in a hundred million looks at a list of a million, one chance in 10⁹."""

_FAR = 200
"""Characters between two words of a name, at most."""

_SKIPPED = " "
_DIGITS = re.compile(r"\d+")
_BETWEEN = re.compile(r"[\s.()\-/+\u2010-\u2015]{0,3}")
_ORDER = tuple(Match)


@dataclass(frozen=True)
class Found:
    """Something of the list in a text: where it begins and how long it is, never what it is."""

    match: Match
    at: int
    length: int


@dataclass(frozen=True, repr=False)
class Names:
    """The list, opened. forms: hash -> what it is; signs: hashes of the words it is made of."""

    key: bytes
    forms: dict[str, Match]
    signs: frozenset[str]

    def __repr__(self) -> str:
        return "Names()"

    @cached_property
    def heads(self) -> frozenset[str]:
        """The first digits of the numbers."""
        every = (f"{number:0{HEAD}}" for number in range(10**HEAD))
        return frozenset(head for head in every if sign_of(self.key, head) in self.signs)


def form_of(key: bytes, form: str) -> str:
    """The keyed hash of one way to write a name."""
    return _keyed(key, form, b"form")


def sign_of(key: bytes, word: str) -> str:
    """The keyed hash of one word of a name."""
    return _keyed(key, word, b"word")


def stronger(one: Match, other: Match) -> Match:
    """Of two things that are written alike, the one that says more."""
    return min(one, other, key=_ORDER.index)


def search(names: Names, text: str) -> list[Found]:
    """What of an opened list stands in `text`, also escaped, tagged, broken or turned round.

    Places are in characters of `text` as it was given; an escaped letter counts as it is written.
    """
    found: set[Found] = set()
    known: dict[str, str] = {}
    for view in views(text):
        for match, start, end in _words(names, view.text, known):
            found.add(_at(view.origin(start), view.origin(end), match))
        for match, start, end in _numbers(names, view.text):
            found.add(_at(view.origin(start), view.origin(end), match))
    return _apart(found)


def _at(start: int, end: int, match: Match) -> Found:
    return Found(match, start, end - start)


def _words(names: Names, text: str, known: dict[str, str]) -> Iterator[tuple[Match, int, int]]:
    """Names and document numbers: words of the list that stand together.

    known: raw word -> its folded form where it is a word of the list, "" else; filled here.
    """
    together: list[Token] = []
    for start, end, raw in tokens(text):
        word = known.get(raw)
        if word is None:
            word = known[raw] = _of_the_list(names, raw)
        if word == _SKIPPED:
            continue
        if not word:
            together.clear()
            continue
        if together and start - together[-1].end > _FAR:
            together.clear()
        together.append(Token(start, end, word))
        del together[:-LONGEST]
        yield from _ending_here(names, together)


def _of_the_list(names: Names, raw: str) -> str:
    word = folded(raw)
    if sign_of(names.key, word) in names.signs:
        return word
    return _SKIPPED if word in PARTICLES else ""


def _ending_here(names: Names, together: list[Token]) -> Iterator[tuple[Match, int, int]]:
    for size in range(1, len(together) + 1):
        some = tuple(token.word for token in together[-size:])
        for form in {any_order(some), in_order(some)}:
            match = names.forms.get(form_of(names.key, form))
            if match is not None:
                yield match, together[-size].start, together[-1].end


def _numbers(names: Names, text: str) -> Iterator[tuple[Match, int, int]]:
    """Telephones and identity numbers: groups of digits that stand together."""
    if not names.heads:
        return
    for groups in _runs(text):
        for first, (start, _) in enumerate(groups):
            digits = ""
            for begin, end in groups[first : first + MOST_DIGITS]:
                digits += folded(text[begin:end])
                if len(digits) > MOST_DIGITS:
                    break
                number = bare_number(digits)
                if number[:HEAD] not in names.heads:
                    continue
                match = names.forms.get(form_of(names.key, number))
                if match is not None:
                    yield match, start, end


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Groups of digits with nothing but the signs of a telephone number between them."""
    run: list[tuple[int, int]] = []
    for found in _DIGITS.finditer(text):
        if run and not _BETWEEN.fullmatch(text, run[-1][1], found.start()):
            yield run
            run = []
        run.append(found.span())
    if run:
        yield run


def _apart(found: set[Found]) -> list[Found]:
    """The strongest first, without what lies across it; in the order of the text."""
    made: list[tuple[int, int, Found]] = []
    for one in sorted(found, key=lambda f: (_ORDER.index(f.match), f.at, -f.length)):
        span = (one.at, one.at + one.length)
        place = bisect_left(made, span)
        before = place and made[place - 1][1] > span[0]
        after = place < len(made) and made[place][0] < span[1]
        if not before and not after:
            made.insert(place, (*span, one))
    return [one for _, _, one in made]


def _keyed(key: bytes, text: str, purpose: bytes) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(raw, digest_size=_BYTES, key=key, person=purpose).digest()
    return base64.b85encode(digest).decode()
