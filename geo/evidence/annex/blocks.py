"""What a page of the annex is made of: a few kinds of block, all plain texts in one language.

A block says what stands there, never how it looks: looks are the templates' (`typst/`). Texts
that come from data are texts here and stay texts: nothing is ever read as a template.
"""

from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any


class Tone(StrEnum):
    """How a paragraph is meant."""

    PLAIN = "plain"
    LEAD = "lead"  # what a section says before its figures
    NOTE = "note"  # smaller: what qualifies the figures above it
    STATEMENT = "statement"  # framed: must not be overlooked
    TOTAL = "total"  # the sum below a table


class Align(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section; level 2 to 4."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Listing:
    """Items of equal rank."""

    items: tuple[str, ...]
    small: bool = False


@dataclass(frozen=True)
class Pairs:
    """What something is called, and what it is: a table without heads; close: two pairs a line."""

    rows: tuple[tuple[str, str], ...]
    close: bool = False


@dataclass(frozen=True)
class Head:
    """A column: its head, its width as a share of the widths of its line."""

    text: str
    width: int = 1
    align: Align = Align.LEFT


@dataclass(frozen=True)
class Table:
    """A table whose heads stand on each of its pages.

    lines: the columns in order. With several lines, each row takes as many lines of the page, and
    its first cell stands beside all of them; the widths of every line then sum to the same.
    rows: texts, one a column, in the order of `lines` laid end to end. foot: below the last row.
    even: every text is short enough for one line; a document with thousands of such rows sets them
    as lines of a type whose signs are all as wide, since typst keeps some 15 kB for each cell.
    """

    lines: tuple[tuple[Head, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...] = ()
    small: bool = False
    even: bool = False

    def __post_init__(self) -> None:
        columns = sum(len(line) for line in self.lines)
        if any(len(row) != columns for row in self.rows):
            raise ValueError("a row of a table has not one text a column")
        # the first cell of the first line stands beside every line
        widths = [sum(head.width for head in line) for line in self.lines]
        if any(width != widths[0] - self.lines[0][0].width for width in widths[1:]):
            raise ValueError("the lines of a table differ in width")


@dataclass(frozen=True)
class Swatch:
    """One line of a legend: a small drawing and what it stands for."""

    svg: str
    text: str


@dataclass(frozen=True)
class Drawing:
    """A plan at its own size, which is what makes its scale true."""

    svg: str
    width_mm: float
    height_mm: float
    alt: str
    caption: str
    legend: tuple[Swatch, ...] = ()


@dataclass(frozen=True)
class Blank:
    """Room that a person fills in: what goes there, and over how many lines."""

    label: str
    lines: int = 1


@dataclass(frozen=True)
class Break:
    """What follows stands on a new page."""


Block = Heading | Paragraph | Listing | Pairs | Table | Drawing | Blank | Break


@dataclass(frozen=True)
class Section:
    """A part of the annex under one heading of the first level."""

    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False
    new_page: bool = True


@dataclass(frozen=True)
class Document:
    """An annex, whole, in one language: all that the templates need, and nothing of the machine.

    day: the release's as_of as a whole day (AAAA-MM-DD), "" where none is known. specimen: what
    stands across every page where data are illustrative, else "". page: «Página {n} de {all}» in
    the language of the document, with `{n}` and `{all}` still open. contents: the heading of the
    table of contents. unprintable: the sentence before a list of characters that no font has.
    """

    language: str
    title: str
    subtitle: str
    day: str
    keywords: tuple[str, ...]
    specimen: str
    header: str
    footer: tuple[str, str]
    page: str
    contents: str
    unprintable: str
    cover: tuple[Block, ...]
    sections: tuple[Section, ...]


def told(value: Any) -> Any:
    """A document as JSON knows it; every block says in `is` which kind it is."""
    if isinstance(value, str):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: told(getattr(value, field.name)) for field in fields(value)}
        return {"is": type(value).__name__.lower(), **named}
    if isinstance(value, (tuple, list)):
        return [told(one) for one in value]
    return value
