"""What a reserved annex says: coded words, dates, and references whose key is kept elsewhere.

Pure. No name, no narrative, no contact, no file number and no place finer than a district has a
field here, so none can be printed. The room of the register that gathers it and the room that
prints it do not know each other: this is all that passes between them.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from geo.terms import Answer, PlaceLevel


class ReservedForum(StrEnum):
    """Before whom it is filed."""

    CIDH = "cidh"  # precautionary measures, article 25 of the IACHR's Rules of Procedure
    MECANISMO = "mecanismo"  # the intersectoral Mechanism, D.S. 004-2021-JUS
    GARANTIAS = "garantias"  # personal guarantees, before the prefecture


@dataclass(frozen=True)
class Word:
    """A word of a working list in both languages."""

    code: str
    es: str
    en: str

    def said(self, language: str) -> str:
        """The word, in Spanish where the language has none."""
        return self.en if language == "en" else self.es


@dataclass(frozen=True)
class Doer:
    """Who took part, as a type and never a name; sure: how sure that is."""

    kind: Word
    sure: Word


@dataclass(frozen=True)
class Known:
    """How it is known, without who told it."""

    kind: Word
    reliability: Word | None
    told: str  # a month or a year


@dataclass(frozen=True)
class Person:
    """Somebody behind a reference. women, groups: None where it was not recorded."""

    reference: str
    kind: Word
    community: str
    woman: Answer
    groups: tuple[Word, ...] | None


@dataclass(frozen=True)
class Stage:
    """One step of a measure or a case. on: a partial date, "" where unknown."""

    stage: Word
    on: str


@dataclass(frozen=True)
class Asked:
    """A measure that was asked for. The days from request to answer, or to the annex's day."""

    measure: Word
    reach: Word
    people: tuple[str, ...]
    requested_on: str
    answered_on: str
    answered: bool
    min_days: int | None
    max_days: int | None
    steps: tuple[Stage, ...]


@dataclass(frozen=True)
class Told:
    """One incident. number: of this annex alone. began, ended: a month or a year, "" if unknown."""

    number: str
    began: str
    ended: str
    place: str
    level: PlaceLevel
    kinds: tuple[Word, ...]
    charges: tuple[Word, ...]
    harms: tuple[Word, ...]
    people: tuple[str, ...]
    communities: tuple[str, ...]
    doers: tuple[Doer, ...]
    known: tuple[Known, ...]
    verification: Word
    asked: tuple[Asked, ...]
    case: tuple[Stage, ...]


@dataclass(frozen=True)
class Reserved:
    """The whole annex. on: the day it was gathered. illustrative: over invented places."""

    forum: ReservedForum
    on: str
    incidents: tuple[Told, ...]
    people: tuple[Person, ...]
    illustrative: bool = False


def digest(content: Reserved) -> str:
    """The SHA-256 of what it says, whatever the language it is printed in."""
    said = json.dumps(asdict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
