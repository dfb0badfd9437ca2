"""What the looks of a plan stand for, in sentences of one language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, product
from string import ascii_lowercase

from geo import naming
from geo.evidence.plan import looks
from geo.evidence.plan.labels import plain
from geo.evidence.plan.layers import Layer, row_of
from geo.evidence.plan.scene import Drawable
from geo.naming import Row
from geo.words import Words


@dataclass(frozen=True)
class LegendLine:
    """What one look stands for: its sentence, and a small SVG of 8 x 4.5 mm."""

    label: str
    swatch_svg: str


def right(row: Row, words: Words) -> LegendLine:
    """The right of a page."""
    said = words.say(
        "Derecho {code}: {kind}, {status}",
        code=plain(row["native_id"]),
        kind=naming.label_of_kind(row, words),
        status=naming.label_of_status(row, words),
    )
    return LegendLine(said, looks.swatch(looks.of_right(row)))


def overlaps(chosen: Drawable, rows: Sequence[int], words: Words) -> list[LegendLine]:
    """Each overlap of a right, with the letter that its vertices bear."""
    made = []
    for letter, at in zip(letters(), rows, strict=False):
        row = row_of(chosen.overlaps, at)
        said = words.say(
            "{letter}1, {letter}2, …: {overlap_class}; con {territory}",
            letter=letter,
            overlap_class=naming.overlap_class(row["overlap_class"], words),
            territory=plain(row["territory_name"]) or plain(row["territory_id"]),
        )
        made.append(LegendLine(said, looks.swatch(looks.of_overlap(row["overlap_class"]))))
    return made


def territories(
    chosen: Drawable, lands: Layer, words: Words, *, by_look: bool = False
) -> list[LegendLine]:
    """Each territory of a plan, or each way of being one, with what it is called."""
    sources: Mapping[str, Row] = {str(one["id"]): one for one in chosen.sources}
    made: dict[str, LegendLine] = {}
    for at, _piece, paint in lands:
        row = row_of(chosen.territories, at)
        called = naming.called(row, sources, words)
        said = called if by_look else f"{plain(naming.name(row, words))}: {called}"
        made.setdefault(said, LegendLine(said, looks.swatch(paint)))
    return list(made.values())


def kinds(chosen: Drawable, rows: Sequence[int], words: Words) -> list[LegendLine]:
    """The kinds and statuses of the rights of a situation map."""
    made: dict[str, LegendLine] = {}
    for at in rows:
        row = row_of(chosen.concessions, at)
        kind, status = naming.label_of_kind(row, words), naming.label_of_status(row, words)
        said = words.say("Derechos: {kind}, {status}", kind=kind, status=status)
        made.setdefault(said, LegendLine(said, looks.swatch(looks.of_right_among_others(row))))
    return [made[said] for said in sorted(made)]


def classes(chosen: Drawable, rows: Sequence[int], words: Words) -> list[LegendLine]:
    """The classes of the overlaps of a situation map."""
    seen = dict.fromkeys(chosen.overlaps["overlap_class"].iloc[list(rows)])
    return [
        LegendLine(_begun(naming.overlap_class(one, words)), looks.swatch(looks.of_overlap(one)))
        for one in seen
    ]


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def letters() -> Iterator[str]:
    """a, b, … z, aa, ab, …"""
    for size in count(1):
        for some in product(ascii_lowercase, repeat=size):
            yield "".join(some)
