"""Small charts as figures: bars of hectares, with the numbers that a table beside them repeats.

Drawn on the server as plain SVG attributes, since no style stands in a page. Colour never goes
alone: each kind of right has the hatch that it has on the map. What has no year or no order is a
bar of its own, never left out, so that the bars always add up to the figure of the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.dates import before, same_day
from geo.terms import Kind
from geo.words import Words, _
from webmap import looks
from webmap.looks import Swatch

_COLUMN, _GAP, _HEIGHT = 15.0, 3.0, 150.0
_LEFT, _TOP, _BOTTOM = 64.0, 12.0, 26.0
_MOST_YEARS = 60
_LABEL_EVERY = 5
_LINES = 4
_LONG = 196.0
_ROW = 46.0
_INSET = 6.0
_SWATCHES = {one.id: one for one in looks.concessions()}

ORDERS = {
    "before": _("Formulado u otorgado antes del título"),
    "across": _("Formulado antes del título y otorgado después"),
    "after": _("Formulado después del título"),
    "granted-after": _("Otorgado después; formulación no conocida"),
    "same": _("El mismo día que el título"),
    "unknown": _("No se sabe: falta una fecha precisa, o el título"),
}
"""How a right and a title follow each other, by the dates that are known (message ids)."""


@dataclass(frozen=True)
class Bar:
    """One bar. parts: hectares by kind of right, from the bottom or from the left."""

    label: str
    parts: tuple[tuple[Kind, float], ...]

    @property
    def total(self) -> float:
        """Hectares of the whole bar."""
        return float(sum(ha for _kind, ha in self.parts))


@dataclass(frozen=True)
class Box:
    """A part of a bar as it is drawn, in pixels."""

    x: float
    y: float
    width: float
    height: float
    swatch: Swatch


@dataclass(frozen=True)
class Text:
    """A word of the drawing. anchor: start, middle or end."""

    x: float
    y: float
    said: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """What the template draws, and the same numbers for the table. lines: heights of the grid."""

    id: str
    title: str
    about: str
    caption: str
    first: str
    bars: tuple[Bar, ...]
    width: float
    height: float
    boxes: tuple[Box, ...]
    texts: tuple[Text, ...]
    lines: tuple[tuple[float, float, float, float], ...]

    @property
    def total(self) -> float:
        """Hectares of all bars."""
        return float(sum(bar.total for bar in self.bars))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that the bars hold, in the order of their list."""
        there = {kind for bar in self.bars for kind, _ha in bar.parts}
        return tuple(kind for kind in Kind if kind in there)

    @property
    def swatches(self) -> tuple[Swatch, ...]:
        """The looks of these kinds, for a legend."""
        return tuple(_SWATCHES[f"c-{kind.value}"] for kind in self.kinds)

    def table(self) -> list[tuple[str, list[float], float]]:
        """Each bar's label, its hectares by `kinds`, and its whole."""
        return [
            (bar.label, [float(dict(bar.parts).get(kind, 0.0)) for kind in self.kinds], bar.total)
            for bar in self.bars
        ]


def by_year(
    years: pd.Series, kinds: pd.Series, hectares: pd.Series, caption: str, spoken: Words
) -> Chart | None:
    """Hectares by year of filing and kind; None where there are none.

    years: whole numbers, missing where nobody has one: those are the first bar. More than 60
    years are told by decades. caption: what the hectares count. hectares: missing where nobody
    knows them; how many such rows there are is said, since no bar can hold them.
    """
    frame = _frame(years.astype("Int64"), kinds, hectares)
    if frame.empty:
        return None
    known = frame["by"].dropna()
    step = 1 if known.empty or int(known.max() - known.min()) < _MOST_YEARS else 10
    frame["by"] = frame["by"] // step * step
    bars = [_bar(spoken.say("sin año"), frame[frame["by"].isna()])]
    if len(known):
        first, last = int(frame["by"].min()), int(frame["by"].max())
        bars += [
            _bar(str(year) if step == 1 else f"{year}–{year + 9}", frame[frame["by"] == year])
            for year in range(first, last + 1, step)
        ]
    title = spoken.say("Hectáreas por año de formulación y tipo de derecho")
    return _columns("anos", title, _whole(caption, hectares, spoken), bars, step, spoken)


def by_order(
    orders: pd.Series, kinds: pd.Series, hectares: pd.Series, caption: str, spoken: Words
) -> Chart | None:
    """Hectares by what came first, right or title; None where there are none.

    orders: of ORDERS. hectares: missing where nobody knows them, as in `by_year`.
    """
    frame = _frame(orders, kinds, hectares)
    if frame.empty:
        return None
    always = ("before", "after", "unknown")
    bars = [
        bar
        for name, label in ORDERS.items()
        if (bar := _bar(spoken.say(label), frame[frame["by"].eq(name)])).parts or name in always
    ]
    title = spoken.say("Antes y después del título")
    return _rows("orden", title, _whole(caption, hectares, spoken), bars, spoken)


def order(rights: pd.DataFrame, titled_on: pd.Series) -> pd.Series:
    """A word of ORDERS for each row: what its dates say of a right and of a title, and no more.

    rights: filed_on, granted_on, accumulation. A merged right's own filing date tells nothing: its
    parts are older. Whatever the dates do not decide is unknown.
    """
    own = ~rights["accumulation"].fillna(False).astype(bool)
    filed = rights["filed_on"].astype("string").where(own.to_numpy())
    granted = rights["granted_on"].astype("string")
    title = titled_on.astype("string").set_axis(rights.index)

    def sure(answer: pd.Series) -> np.ndarray:
        return answer.fillna(False).to_numpy(dtype=bool)

    filed_before, filed_after = sure(before(filed, title)), sure(before(title, filed))
    granted_before, granted_after = sure(before(granted, title)), sure(before(title, granted))
    told = np.select(
        [
            filed_before & granted_after,
            filed_before | granted_before,
            filed_after,
            sure(same_day(filed, title)),
            granted_after & filed.isna().to_numpy(dtype=bool) & own.to_numpy(),
        ],
        ["across", "before", "after", "same", "granted-after"],
        "unknown",
    )
    return pd.Series(told, index=rights.index, dtype="string")


def _frame(by: pd.Series, kinds: pd.Series, hectares: pd.Series) -> pd.DataFrame:
    made = pd.DataFrame(
        {
            "by": by.reset_index(drop=True),
            "kind": kinds.reset_index(drop=True),
            "ha": hectares.reset_index(drop=True).astype("Float64"),
        }
    )
    there = made[made["ha"].gt(0).fillna(False)].astype({"ha": float})
    return there.groupby(["by", "kind"], dropna=False, sort=True)["ha"].sum().reset_index()


def _whole(caption: str, hectares: pd.Series, spoken: Words) -> str:
    unknown = int(hectares.isna().sum())
    if not unknown:
        return caption
    left_out = spoken.say(
        "Además hay {n} cuyas hectáreas no se conocen: no están en las barras ni en la suma.",
        n=spoken.number(unknown, 0),
    )
    return f"{caption} {left_out}"


def _bar(label: str, rows: pd.DataFrame) -> Bar:
    by_kind: dict[Kind, float] = {}
    for word, ha in zip(rows["kind"], rows["ha"], strict=True):
        kind = Kind(word) if word in list(Kind) else Kind.AREA
        by_kind[kind] = by_kind.get(kind, 0.0) + float(ha)
    return Bar(label, tuple((kind, by_kind[kind]) for kind in Kind if kind in by_kind))


def _columns(
    named: str, title: str, caption: str, bars: Sequence[Bar], years: int, spoken: Words
) -> Chart:
    """Bars that stand; the first, of what has no year, a step apart from the others.

    years: how many each of the others is of. Each fifth bears its year: all would not fit.
    """
    longest = max(bar.total for bar in bars)
    step = _round_up(longest / _LINES)
    count = int(np.ceil(longest / step))
    top = step * count
    places = [_LEFT + _COLUMN * (place + (2 if place else 0.5)) for place in range(len(bars))]
    boxes = [
        Box(x, y, _COLUMN - _GAP, height, _SWATCHES[f"c-{kind.value}"])
        for bar, x in zip(bars, places, strict=True)
        for kind, y, height in _stacked(bar, top)
    ]
    base = _TOP + _HEIGHT
    middle = (_COLUMN - _GAP) / 2
    # a little to the left of its bar: the first year may be near
    texts = [Text(places[0] - 2 * _GAP, base + 17, bars[0].label, "middle")]
    texts += [
        Text(x + middle, base + 17, bar.label[:4], "middle")
        for bar, x in zip(bars[1:], places[1:], strict=True)
        if int(bar.label[:4]) // years % _LABEL_EVERY == 0
    ]
    width = max(places[-1] + _COLUMN * 2, 260.0)
    lines = []
    for number in range(count + 1):
        y = base - _HEIGHT * number / count
        lines.append((_LEFT, y, width - 6, y))
        texts.append(Text(_LEFT - 6, y + 4, _short(number, step, spoken), "end"))
    return Chart(
        id=named,
        title=title,
        about=_about(bars, spoken),
        caption=caption,
        first=spoken.say("Año de formulación"),
        bars=tuple(bar for bar in bars if bar.parts),
        width=width,
        height=base + _BOTTOM,
        boxes=tuple(boxes),
        texts=tuple(texts),
        lines=tuple(lines),
    )


def _rows(named: str, title: str, caption: str, bars: Sequence[Bar], spoken: Words) -> Chart:
    """Bars that lie, each below its label, so that a phone shows them whole."""
    longest = max(bar.total for bar in bars) or 1.0
    boxes, texts = [], []
    for place, bar in enumerate(bars):
        y, x = place * _ROW, _INSET
        texts.append(Text(_INSET, y + 14, bar.label, "start"))
        for kind, ha in bar.parts:
            width = _LONG * ha / longest
            boxes.append(Box(x, y + 20, width, 18, _SWATCHES[f"c-{kind.value}"]))
            x += width
        texts.append(Text(x + 6, y + 34, f"{spoken.number(bar.total, 0)} ha", "start"))
    return Chart(
        id=named,
        title=title,
        about=_about(bars, spoken),
        caption=caption,
        first=spoken.say("Qué fue primero"),
        bars=tuple(bars),
        width=_LONG + 130,
        height=len(bars) * _ROW + _INSET,
        boxes=tuple(boxes),
        texts=tuple(texts),
        lines=(),
    )


def _stacked(bar: Bar, top: float) -> Iterable[tuple[Kind, float, float]]:
    y = _TOP + _HEIGHT
    for kind, ha in bar.parts:
        height = _HEIGHT * ha / top
        y -= height
        yield kind, y, height


def _about(bars: Sequence[Bar], spoken: Words) -> str:
    """What a reader who does not see the bars is told: all of it, the largest, and where it is."""
    there = [bar for bar in bars if bar.parts]
    largest = max(there, key=lambda bar: bar.total)
    return spoken.say(
        "Suman {total} ha. La barra más grande es «{label}», con {ha} ha. Los números están en la "
        "tabla de abajo.",
        total=spoken.number(sum(bar.total for bar in there), 2),
        label=largest.label,
        ha=spoken.number(largest.total, 2),
    )


def _round_up(value: float) -> float:
    """The next 1, 2, 2.5 or 5 with zeros, for the steps of an axis."""
    size = 10.0 ** np.floor(np.log10(value))
    return float(next(size * step for step in (1, 2, 2.5, 5, 10) if size * step >= value))


def _short(number: int, step: float, spoken: Words) -> str:
    """A step of an axis, with no more decimals than its steps have."""
    decimals = next((few for few in range(4) if round(step, few) == step), 4)
    return spoken.number(number * step, decimals if number else 0)
