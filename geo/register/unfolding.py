"""A text as somebody would read it: escapes undone, tags out of the way, and where each letter was.

Pure. A name in a public file may be written with HTML entities, JSON escapes, percent codes,
quoted-printable, letters that were read in the wrong encoding, tags or a hyphen inside a word,
and characters that nobody sees.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_Said = Callable[[re.Match[str]], str]

_ROUNDS = 3
"""How often an escape within an escape is undone."""

_SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}
_TAG = re.compile(r"<[^<>]{0,4000}>")
_BROKEN = re.compile(r"[-\u2010\u2011][^\S\n]*\r?\n\s*")
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True)
class View:
    """One reading of a text. steps: for each replacement the marks of places, new and old."""

    text: str
    steps: tuple[tuple[list[int], list[int]], ...] = ()

    def origin(self, place: int) -> int:
        """Where, in the text as it came, the letter at `place` of this reading stood."""
        for new, old in reversed(self.steps):
            mark = bisect_right(new, place) - 1
            place = old[mark] + place - new[mark]
            if mark + 1 < len(old):
                place = min(place, old[mark + 1])
        return place


def views(text: str) -> Iterator[View]:
    """The readings of `text`: as it stands, with tags as spaces, with words put together again."""
    plain = _plain(View(text))
    yield plain
    spaced = _replaced(plain, _TAG, lambda _: " ") if "<" in plain.text else plain
    if spaced is not plain:
        yield spaced
    joined = _replaced(plain, _TAG, lambda _: "") if "<" in plain.text else plain
    whole = _replaced(joined, _BROKEN, lambda _: "")
    if whole is not plain:
        yield whole


def _plain(view: View) -> View:
    for _ in range(_ROUNDS):
        before = view
        for sign, pattern, said in _ESCAPES:
            if sign in view.text:
                view = _replaced(view, pattern, said)
        if view is before:
            break
    return _replaced(view, _UNSEEN, lambda _: "")


def _replaced(view: View, pattern: re.Pattern[str], said: _Said) -> View:
    pieces: list[str] = []
    new, old = [0], [0]
    done = grown = 0
    for found in pattern.finditer(view.text):
        put = said(found)
        if put == found.group():
            continue
        start, end = found.span()
        pieces += (view.text[done:start], put)
        grown += start - done
        new.append(grown)
        old.append(start)
        grown += len(put)
        new.append(grown)
        old.append(end)
        done = end
    if not pieces:
        return view
    pieces.append(view.text[done:])
    return View("".join(pieces), (*view.steps, (new, old)))


def _backslash(found: re.Match[str]) -> str:
    code = found.group(1)
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _SHORT.get(code, code)


def _bytes(found: re.Match[str]) -> str:
    """Percent codes and quoted-printable, where what they spell is UTF-8."""
    codes = re.sub("[%=]", "", found.group())
    try:
        return bytes.fromhex(codes).decode("utf-8")
    except UnicodeDecodeError:
        return found.group()


def _misread(found: re.Match[str]) -> str:
    """UTF-8 that was read as Windows-1252 or Latin-1: Ã© is é."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return found.group().encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return found.group()


_ESCAPES: tuple[tuple[str, re.Pattern[str], _Said], ...] = (
    ("\\", re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrtbf\"'/\\])"), _backslash),
    ("%", re.compile(r"(?:%[0-9a-fA-F]{2})+"), _bytes),
    ("=\n", re.compile(r"=\n"), lambda _: ""),
    ("=\r\n", re.compile(r"=\r\n"), lambda _: ""),
    ("=", re.compile(r"(?:=[C-Fc-f][0-9A-Fa-f](?:=[89ABab][0-9A-Fa-f]){1,3})+"), _bytes),
    (
        "&",
        re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?"),
        lambda found: html.unescape(found.group()),
    ),
    ("Ã", re.compile("Ã[\u0080-\u00ff\u0152-\u0178\u02c6-\u02dc\u2013-\u2122]"), _misread),
    ("Â", re.compile("Â[\u0080-\u00bf]"), _misread),
)
