"""What a check found: one sentence a finding, with the file that it is about."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What is the matter with a file. The order of the list is that of a report."""

    ALTERED = "altered"
    MISSING = "missing"
    ADDED = "added"
    REORDERED = "reordered"
    CUSTODY = "custody"  # a line of the log does not follow from the one before
    DISAGREES = "disagrees"  # two files of the bundle say different things
    DIFFERS = "differs"  # recomputing gives something else
    SIGNATURE = "signature"
    STAMP = "stamp"


@dataclass(frozen=True)
class Finding:
    """file: its path in the bundle, "" for the bundle as a whole."""

    kind: Kind
    file: str
    sentence: str


@dataclass(frozen=True)
class Report:
    """findings: the first file at fault first. checked, unchecked: sentences of what was done,
    and of what was not and why. A stranger's words in them are fit to be printed.
    """

    findings: tuple[Finding, ...]
    checked: tuple[str, ...]
    unchecked: tuple[str, ...]

    def __post_init__(self) -> None:
        shown = tuple(
            replace(one, file=_printable(one.file), sentence=_printable(one.sentence))
            for one in self.findings
        )
        object.__setattr__(self, "findings", shown)
        for name in ("checked", "unchecked"):
            object.__setattr__(self, name, tuple(map(_printable, getattr(self, name))))

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def _printable(text: str) -> str:
    """Without what would move a terminal's cursor, turn its line round, or end in no letter."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


_SAID = 3


def some(names: Iterable[str]) -> str:
    """A few names for a sentence, and how many more there are."""
    listed = list(names)
    said = ", ".join(f"«{name}»" for name in listed[:_SAID])
    more = len(listed) - _SAID
    return f"{said} y {more:,} más" if more > 0 else said
