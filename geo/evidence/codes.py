"""A list of codes as pasted from a pleading: every code comes back, none is dropped or guessed.

Codes are compared without capitals, in one form of Unicode, with one kind of hyphen and
slash. Zeros count: «10033716» is not «010033716», and is offered as a hint only.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from geo.errors import CodesUnreadable
from geo.evidence.chosen import CodeLine, Outcome

_HINTS = 3

# what stands between two codes, whatever a code may hold; a space only where nothing else does
_BETWEEN = re.compile(r"[\r\n,;\t\v\f\x1c-\x1e\x85\u2028\u2029]+")
# a word processor writes its own hyphens and slashes
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u00ad", "-"))
_SLASHES = str.maketrans(dict.fromkeys("\u2044\u2215", "/"))
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

_QUOTES = "\"'`´«»“”„‟‘’‚‛‹›′″"
_OPENING = _QUOTES + "([{<=*•·◦‣⁃▪▫■□●○→➢✓✔-–—.:"
_CLOSING = _QUOTES + ")]}>.:!?*"
# «N° 010033716», «Nro. …», «código: …»; with nothing between, only behind a sign that no code has
_LABEL = re.compile(
    r"(?:n\s?\.?\s?[°º]\s?[.:]?|n[°º]?(?:ro|úm|um|o)\s*(?:[.:]+|(?=\s))|"
    r"c[óo]d(?:igo)?\s*(?:[.:]+|(?=\s))|[#№])\s*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\(?(?:(\d{1,6})|[a-z])(?:\.-|[.)])\s+", re.IGNORECASE)
_NUMBERED_ANYHOW = 999
_WORD = re.compile(rf"(?:{_LABEL.pattern})?\S+", re.IGNORECASE)


@dataclass(frozen=True)
class _Rights:
    """by_code: folded key or code -> the keys that bear it. loosely: the same without zeros."""

    by_code: Mapping[str, tuple[str, ...]]
    loosely: Mapping[str, tuple[str, ...]]


def text_of(content: bytes, named: str) -> str:
    """The text of a list (UTF-8, or UTF-16 that says so).

    Raises CodesUnreadable for another encoding, and for a file that is no text.
    """
    sixteen = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if sixteen else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodesUnreadable(
            f"«{named}» no es un texto en UTF-8: guarde la lista de códigos como texto UTF-8, "
            "con un código por línea."
        ) from error


def lines(text: str, rights: pd.DataFrame) -> tuple[CodeLine, ...]:
    """Every code of a list in its order, and what it met among `rights` (key, native_id).

    A code may stand as the source writes it or as «fuente:código». Raises CodesUnreadable where
    there is no code at all, and where the text is a file of another kind.
    """
    if any(unicodedata.category(sign) == "Cc" and sign not in _ALLOWED for sign in set(text)):
        raise CodesUnreadable(
            "La lista de códigos no es un texto: guárdela como texto UTF-8, con un código por "
            "línea."
        )
    known = _known(rights)
    said = _met(_codes(text, known), known)
    if not said:
        raise CodesUnreadable(
            "La lista de códigos está vacía: escriba al menos un código, uno por línea."
        )
    return said


def met(codes: Iterable[tuple[str, str]], rights: pd.DataFrame) -> tuple[CodeLine, ...]:
    """What codes, as written and as read, meet among `rights` (key, native_id)."""
    return _met(codes, _known(rights))


def _met(codes: Iterable[tuple[str, str]], known: _Rights) -> tuple[CodeLine, ...]:
    before: set[str | tuple[str, ...]] = set()
    said: list[CodeLine] = []
    for number, (written, code) in enumerate(codes, start=1):
        same = folded(code)
        keys = known.by_code.get(same, ())
        repeated = same in before or keys in before
        hints = () if keys else known.loosely.get(_loose(same), ())
        said.append(CodeLine(number, written, code, _outcome(keys, repeated), keys, hints[:_HINTS]))
        before |= {same, keys} if keys else {same}
    return tuple(said)


def alike(code: str, hint: str) -> bool:
    """Whether two codes differ in zeros or signs only."""
    return _loose(folded(code)) == _loose(folded(hint))


def folded(text: str) -> str:
    """A code for comparing: without capitals, one form of Unicode, one kind of hyphen."""
    plain = unicodedata.normalize("NFKC", _ZERO_WIDTH.sub("", text))
    one = plain.translate(_DASHES).translate(_SLASHES)
    return unicodedata.normalize("NFKC", " ".join(one.split()).casefold())


_ALLOWED = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")


def _outcome(keys: tuple[str, ...], repeated: bool) -> Outcome:
    if repeated:
        return Outcome.REPEATED
    if not keys:
        return Outcome.NOT_FOUND
    return Outcome.MATCHED if len(keys) == 1 else Outcome.AMBIGUOUS


def _known(rights: pd.DataFrame) -> _Rights:
    by_code: dict[str, set[str]] = defaultdict(set)
    loosely: dict[str, set[str]] = defaultdict(set)
    codes = rights["native_id"].astype("string").fillna("")
    for key, code in zip(rights["key"], codes, strict=True):
        if code:
            by_code[folded(code)].add(key)
            loosely[_loose(folded(code))].add(code)
    # a whole key names one right, also where its code is borne by several
    whole = {folded(key): (key,) for key in rights["key"]}
    return _Rights(_sorted(by_code) | whole, _sorted(loosely))


def _sorted(found: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(values)) for name, values in found.items()}


def _loose(same: str) -> str:
    return "".join(sign for sign in same if sign.isalnum()).lstrip("0")


def _codes(text: str, known: _Rights) -> Iterable[tuple[str, str]]:
    """As written, and as read. What holds no letter and no digit is no code."""
    pieces = _BETWEEN.split(_ZERO_WIDTH.sub("", text))
    for piece in pieces:
        line = " ".join(piece.split())
        whole = _read(line, known)
        if folded(whole) in known.by_code:
            yield line, whole
            continue
        numbering, rest = _numbered(line, max(_NUMBERED_ANYHOW, len(pieces)))
        if numbering and _bare(numbering) and folded(_bare(numbering)) in known.by_code:
            numbering, rest = "", line
        for word in _WORD.findall(rest):
            code = _read(word, known)
            if code:
                yield numbering + word, code
                numbering = ""
        if numbering and _bare(numbering):
            yield numbering.strip(), _bare(numbering)


def _numbered(line: str, last: int) -> tuple[str, str]:
    """The number that a list puts before its code, up to `last`, and the rest."""
    mark = _NUMBERED.match(line)
    if mark is None or int(mark[1] or 0) > last:
        return "", line
    return line[: mark.end()], line[mark.end() :]


def _read(word: str, known: _Rights) -> str:
    """A code as it stands where a right bears it so, signs and all, else without its signs."""
    return word if folded(word) in known.by_code else _bare(word)


def _bare(word: str) -> str:
    """A code without the signs and labels that a pleading puts around it; "" where none is left."""
    plain = unicodedata.normalize("NFC", word).strip()
    before = None
    while before != plain:
        before = plain
        plain = plain.lstrip(_OPENING).strip().rstrip(_CLOSING).strip()
        label = _LABEL.match(plain)
        if label and _has_code(plain[label.end() :]):
            plain = plain[label.end() :]
    return plain if _has_code(plain) else ""


def _has_code(text: str) -> bool:
    return any(sign.isalnum() for sign in unicodedata.normalize("NFKC", text))
