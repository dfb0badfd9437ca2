"""Where a text fits: widths that are never too small, and boxes that never overlap."""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from geo.words import said

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in millimetres, y downwards."""

ASCENT, DESCENT = 0.78, 0.24
"""What a line of figures and letters needs above and below its baseline, in its size."""

_NARROW = frozenset(" '.,:;|!/\\ijlIfrt-()[]\"`*_\u00a0·°º’‘´")
_BROAD = frozenset("DGHNOQU")
_WIDE = frozenset("mwMW@%&#+<=>^~—…«»“”\ufffd")
_HORN = "\u031b"  # the one mark that makes its letter wider
_BOLD = 1.13
_CELL_MM = 8.0
_STEP_MM = 0.8
# what XML cannot hold, and what turns or hides a text beyond `said`
_UNFIT = re.compile(
    "[\u200b-\u200d\u2028\u2029\u2060-\u2064\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]+"
)


def plain(words: object) -> str:
    """A text from data on one line, fit for XML. What the font cannot write is the typesetter's."""
    return unicodedata.normalize("NFC", _UNFIT.sub(" ", said(words))).strip()


def cut(words: str, most: int) -> str:
    """A text of at most so many characters; … stands for what was left out."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def width_mm(words: str, size_mm: float, *, bold: bool = False) -> float:
    """No less than the width of a line in DejaVu Sans Condensed."""
    return sum(_em(one) for one in words) * size_mm * (_BOLD if bold else 1.0)


def wrapped(words: str, size_mm: float, room_mm: float) -> list[str]:
    """Lines of at most this width; a word that is wider is cut with …"""
    done: list[str] = []
    for word in words.split(" "):
        longer = f"{done[-1]} {word}" if done else word
        if done and width_mm(longer, size_mm) <= room_mm:
            done[-1] = longer
        else:
            done.append(narrowed(word, size_mm, room_mm))
    return done


def narrowed(words: str, size_mm: float, room_mm: float) -> str:
    """A text cut with … so that it fits."""
    kept = len(words)
    while kept > 1 and width_mm(cut(words, kept), size_mm) > room_mm:
        kept -= 1
    return cut(words, kept)


@dataclass(frozen=True, eq=False)
class Labels:
    """The boxes that are taken in a window. Who asks for a free one gets it, or none."""

    window: Box
    taken: list[Box] = field(default_factory=list)
    _cells: dict[tuple[int, int], list[Box]] = field(default_factory=lambda: defaultdict(list))

    def place(
        self, boxes: Iterable[Box], tied: Callable[[Box], list[Box]] | None = None
    ) -> Box | None:
        """The first of these boxes that lies in the window and on no other; it is taken now.

        tied: what else a box needs, a leader or a dot; it must be free, and is taken with it.
        """
        for one in boxes:
            needed = [one, *(tied(one) if tied else ())]
            if all(self._free(box) for box in needed):
                for box in needed:
                    self._take(box)
                return one
        return None

    def _take(self, one: Box) -> None:
        self.taken.append(one)
        for cell in _cells_of(one):
            self._cells[cell].append(one)

    def _free(self, one: Box) -> bool:
        left, top, right, bottom = self.window
        if one[0] < left or one[1] < top or one[2] > right or one[3] > bottom:
            return False
        near = (other for cell in _cells_of(one) for other in self._cells.get(cell, ()))
        return not any(overlap(one, other) for other in near)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share an area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def around(
    x: float, y: float, size: tuple[float, float], reach_mm: float, away: float
) -> list[Box]:
    """Eight boxes of a size beside a point, nearest first to the direction `away` (radians)."""
    wide, high = size[0] / 2, size[1] / 2
    found = []
    for step in range(8):
        turn = step * math.pi / 4
        # the point stands outside the box, `reach` away from its nearest edge or corner
        dx, dy = math.cos(turn), math.sin(turn)
        centre_x = x + dx * reach_mm + (abs(dx) > 0.1) * math.copysign(wide, dx)
        centre_y = y + dy * reach_mm + (abs(dy) > 0.1) * math.copysign(high, dy)
        off = abs(math.remainder(turn - away, 2 * math.pi))
        found.append((round(off, 6), step, (centre_x, centre_y)))
    return [centred(cx, cy, size) for _off, _step, (cx, cy) in sorted(found)]


def leader(x: float, y: float, to: Box) -> list[Box]:
    """Small boxes along the line from a point to the middle of a box, outside that box."""
    end_x, end_y = (to[0] + to[2]) / 2, (to[1] + to[3]) / 2
    steps = max(1, math.ceil(math.hypot(end_x - x, end_y - y) / _STEP_MM))
    shares = (step / steps for step in range(steps))
    small = (
        centred(x + (end_x - x) * share, y + (end_y - y) * share, (_STEP_MM / 2, _STEP_MM / 2))
        for share in shares
    )
    return [one for one in small if not overlap(one, to)]


def centred(x: float, y: float, size: tuple[float, float]) -> Box:
    """A box around a point."""
    return x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2


def size_of(
    words: str, size_mm: float, *, bold: bool = False, pad_mm: float = 0.3
) -> tuple[float, float]:
    """Width and height of the box of a line, with some air."""
    return (
        width_mm(words, size_mm, bold=bold) + 2 * pad_mm,
        (ASCENT + DESCENT) * size_mm + 2 * pad_mm,
    )


def baseline(one: Box, size_mm: float, pad_mm: float = 0.3) -> float:
    """Where the letters of a line stand in its box."""
    return one[1] + pad_mm + ASCENT * size_mm


def _cells_of(one: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(one[0] // _CELL_MM), int(one[2] // _CELL_MM) + 1):
        for row in range(int(one[1] // _CELL_MM), int(one[3] // _CELL_MM) + 1):
            yield column, row


@cache
def _em(one: str) -> float:
    """What a character takes, no less; of an accented letter, what the letter takes."""
    base, *marks = list(unicodedata.normalize("NFD", one))
    if base in _NARROW:
        return 0.46
    if base in _WIDE:
        return 0.97
    if not base.isascii() or _HORN in marks:
        return 1.65
    if base in _BROAD:
        return 0.71
    return 0.63 if base.isupper() else 0.58
