"""The looks of `geo.styles` as a page draws them: map, canvas and legend from one definition."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geo import styles
from geo.schema.labels import LABELS
from geo.styles import (
    BASEMAP,
    CELL_WITHOUT,
    CELLS,
    DEPARTMENTS,
    KINDS,
    OVERLAPS,
    PER_SOURCE,
    PER_SOURCE_ID,
    STATUS_DASHES,
    TENURES,
    Hatch,
    Look,
)
from geo.terms import Kind, OverlapClass, Status, Tenure
from geo.words import _

TILE = 8
"""Side of a hatch's tile, in pixels."""

# paths of SVG, which a canvas draws as well
_HATCHES = {
    Hatch.NONE: "",
    Hatch.RIGHT: "M-2 2 2-2M0 8 8 0M6 10 10 6",
    Hatch.LEFT: "M6-2 10 2M0 0 8 8M-2 6 2 10",
    Hatch.CROSS: "M0 8 8 0M0 0 8 8",
    Hatch.DOTS: "M1.3 2a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0M5.3 6a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0",
    Hatch.HORIZONTAL: "M0 4 8 4",
}

_BY_SOURCE = _("polígono según su fuente: hay título, y el área dibujada no es la del título")


@dataclass(frozen=True)
class Swatch:
    """One line of the legend: its id in the map, its label (message id) and its look."""

    id: str
    label: str
    look: Look

    @property
    def pattern(self) -> str:
        """The id of its pattern in the page."""
        return f"trama-{self.id}"

    @property
    def hatch(self) -> str:
        """Its hatch as a path of SVG, "" for none."""
        return _HATCHES[self.look.hatch]


def of_territory(territory: dict[str, Any]) -> str:
    """The id of the look that a territory is drawn with."""
    return styles.of_territory(territory)


def territories() -> tuple[Swatch, ...]:
    """What a territory may look like: by tenure, and those whose title is of another area."""
    made = [Swatch(f"t-{t.value}", LABELS[Tenure][t], look) for t, look in TENURES.items()]
    per_source = Swatch(PER_SOURCE_ID, _BY_SOURCE, PER_SOURCE)
    return (*made[:2], per_source, *made[2:])


def concessions() -> tuple[Swatch, ...]:
    """What a right may look like, by kind."""
    return tuple(Swatch(f"c-{k.value}", LABELS[Kind][k], look) for k, look in KINDS.items())


def overlaps() -> tuple[Swatch, ...]:
    """What an overlap may look like, by class."""
    return tuple(
        Swatch(f"o-{c.value}", LABELS[OverlapClass][c], look) for c, look in OVERLAPS.items()
    )


def statuses() -> tuple[tuple[str, str, str], ...]:
    """Status, its label and the dash of its outline."""
    return tuple((s.value, LABELS[Status][s], dash) for s, dash in STATUS_DASHES.items())


def every() -> Iterator[Swatch]:
    """All swatches of a map."""
    yield from territories()
    yield from concessions()
    yield from overlaps()


def squares() -> tuple[tuple[int, int | None, float, Look], ...]:
    """Squares of the far view: from how many rights, to how many, how much is drawn, its look."""
    nexts = [least - 1 for least, *_rest in CELLS[1:]]
    return tuple(
        (least, most, share, look)
        for (least, share, look), most in zip(CELLS, [*nexts, None], strict=True)
    )


def for_script() -> dict[str, Any]:
    """What the scripts of the map draw with: looks by id, the dashes of statuses, the ground."""
    return {
        "tile": TILE,
        "looks": {swatch.id: _told(swatch.look, swatch.hatch) for swatch in every()},
        "dashes": {status: dash for status, _, dash in statuses()},
        "departments": _told(DEPARTMENTS, ""),
        "squares": [
            {"least": least, "share": share, "look": _told(look, "")}
            for least, share, look in CELLS
        ],
        "without": _told(CELL_WITHOUT, ""),
        "ground": {name: _told(look, "") for name, look in BASEMAP.items()},
    }


def _told(look: Look, hatch: str) -> dict[str, Any]:
    return {
        "line": look.line,
        "fill": look.fill,
        "opacity": look.fill_opacity,
        "hatch": hatch,
        "dash": look.dash,
        "width": look.width,
    }
