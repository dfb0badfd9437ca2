"""What must not be public, looked for in folders and answers: places, names, telephones, words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from geo.boxes.coordinates import Secrets, in_bytes, in_text
from geo.boxes.unpacking import Piece, readable
from geo.register.name_search import Names, search
from geo.register.spellings import Match
from geo.register.unfolding import views

_HOST = re.compile(r"(?:https?:)?//([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,24})\b")
_CHANCE = (Match.PART, Match.INITIALS)


class Kind(StrEnum):
    PLACE = "place"
    NAME = "name"
    WORDS = "words"


@dataclass(frozen=True)
class Hit:
    """Something secret in a piece, never what it was. sure: not by chance."""

    where: str
    kind: Kind
    how: str
    sure: bool


@dataclass(frozen=True, eq=False, repr=False)
class Wanted:
    """What is looked for. names: the sealed list, opened; words: texts that must stand nowhere.

    Words are compared without case and with single spaces.
    """

    places: Secrets = field(default_factory=lambda: Secrets(()))
    names: Names | None = None
    words: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Wanted()"


def hits(wanted: Wanted, found: Iterable[Piece]) -> Iterator[Hit]:
    """What of the secrets stands in these pieces, each thing once for each piece."""
    words = tuple(_bare(word) for word in wanted.words)
    for piece in found:
        seen: set[Hit] = set()
        for place in in_bytes(wanted.places, piece.raw) if _binary(piece.raw) else ():
            seen.add(Hit(piece.where, Kind.PLACE, place.system, place.exact))
        seen |= set(_in_text(wanted, words, piece))
        yield from sorted(seen, key=lambda hit: (hit.where, hit.kind, hit.how, hit.sure))


def hosts(found: Iterable[Piece]) -> dict[str, str]:
    """The hosts that are named as addresses, each with the first piece that names it."""
    made: dict[str, str] = {}
    for piece in found:
        for host in _HOST.findall(readable(piece.raw).decode("utf-8", "replace")):
            made.setdefault(host.casefold(), piece.where)
    return made


def _in_text(wanted: Wanted, words: tuple[str, ...], piece: Piece) -> Iterator[Hit]:
    text = readable(piece.raw).decode("utf-8", "replace")
    for view in views(text):
        for place in in_text(wanted.places, view.text):
            yield Hit(piece.where, Kind.PLACE, place.system, place.exact)
        said = _bare(view.text)
        if any(word in said for word in words):
            yield Hit(piece.where, Kind.WORDS, "texto", True)
    if wanted.names is not None:
        for name in search(wanted.names, text):
            yield Hit(piece.where, Kind.NAME, name.match.value, name.match not in _CHANCE)


def _binary(raw: bytes) -> bool:
    """Whether there may be numbers in it that are not letters."""
    if b"\0" in raw:
        return True
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _bare(text: str) -> str:
    return " ".join(text.casefold().split())
