"""The vertices of a plan under the numbers of their technical tables, where there is room."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import shapely

from geo.crs import Floats
from geo.datum import from_degrees, to_degrees
from geo.evidence.figures.tables import Ring, Table
from geo.evidence.plan import ink
from geo.evidence.plan.labels import Box, Labels, around, baseline, centred, size_of
from geo.evidence.plan.scale import View

SIZE_MM = 2.1
_SAME_MM = 0.4
_REACH_MM = 0.7
_DOT_MM = 0.8
_OUTWARD = 5  # of the eight boxes around a vertex: not those that lie on its own shape

Point = tuple[float, float, float]
"""A vertex on the sheet in millimetres, and the direction away from its shape in radians."""


def numbered(table: Table, view: View, mark: str = "") -> list[tuple[str, Point]]:
    """Each vertex of a table with its number: «4», «a4»; «2.4», «2.1.4» with part and ring.

    Part and ring (from 1, the first is the outline) stand before it where there are several.
    """
    made = []
    parts = len({ring.part for ring in table.rings}) > 1
    rings = any(ring.hole for ring in table.rings)
    for ring in table.rings:
        place = f"{ring.part}." if parts or rings else ""
        place += f"{ring.number}." if rings else ""
        xy = _on_sheet(ring, table, view)
        aways = _away(xy) + (np.pi if ring.hole else 0)
        for vertex, (x, y), away in zip(ring.vertices, xy.tolist(), aways.tolist(), strict=True):
            made.append((f"{mark}{place}{vertex.number}", (x, y, away)))
    return made


def marks(
    points: Sequence[tuple[str, Point]], view: View, labels: Labels
) -> tuple[list[str], int, int]:
    """The numbers that found room, how many vertices lie in the window, how many went without.

    Vertices that fall together on paper share a label: «1, a3», «5–9».
    """
    left, top, right, bottom = view.window
    inside = [
        (words, point)
        for words, point in points
        if left <= point[0] <= right and top <= point[1] <= bottom
    ]
    drawn, without = [], 0
    for words, (x, y, away) in _together(inside):
        said = ", ".join(_runs(words))
        dot = centred(x, y, (_DOT_MM, _DOT_MM))
        boxes = around(x, y, size_of(said, SIZE_MM, pad_mm=0.2), _REACH_MM, away)
        placed = labels.place(boxes[:_OUTWARD], partial(_with, dot))
        if placed is None:
            without += len(words)
            continue
        middle = (placed[0] + placed[2]) / 2
        drawn += [
            ink.box(placed, ink.PAPER),
            ink.text(middle, baseline(placed, SIZE_MM, 0.2), said, SIZE_MM),
            ink.ring(x, y, 0.35, ink.INK, 0.25),
        ]
    return drawn, len(inside), without


def _together(
    points: Sequence[tuple[str, Point]],
) -> list[tuple[list[str], Point]]:
    if not points:
        return []
    places = shapely.points([(x, y) for _words, (x, y, _away) in points])
    tree = shapely.STRtree(places)
    made: dict[int, tuple[list[str], Point]] = {}
    for number, (words, point) in enumerate(points):
        near = tree.query(places[number], predicate="dwithin", distance=_SAME_MM)
        # only to a vertex that bears a label itself, or a dense side would end as one point
        home = min((int(one) for one in near if int(one) in made), default=number)
        made.setdefault(home, ([], point))[0].append(words)
    return list(made.values())


def _runs(words: Sequence[str]) -> list[str]:
    """Numbers that follow each other told as first and last: 5, 6, 7 is 5–7."""
    runs: list[list[str]] = []
    for one in words:
        stem, number = _parted(one)
        if runs and _parted(runs[-1][-1]) == (stem, number - 1):
            runs[-1].append(one)
        else:
            runs.append([one])
    return [run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def _parted(words: str) -> tuple[str, int]:
    stem = words.rstrip("0123456789")
    return stem, int(words[len(stem) :])


def _with(dot: Box, _label: Box) -> list[Box]:
    return [dot]


def _away(xy: Floats) -> Floats:
    """At each vertex of a ring that runs clockwise on paper, the direction out of it."""
    sides = np.roll(xy, -1, axis=0) - xy
    sides = sides / np.maximum(np.hypot(*sides.T), 1e-9)[:, None]
    along = sides + np.roll(sides, 1, axis=0)
    return np.asarray(np.arctan2(-along[:, 0], along[:, 1]), dtype=float)


def _on_sheet(ring: Ring, table: Table, view: View) -> Floats:
    xy = np.array([(vertex.east, vertex.north) for vertex in ring.vertices])
    if table.plane != view.plane:
        there = to_degrees(np.asarray(shapely.points(xy), dtype=object), table.plane)
        xy = shapely.get_coordinates(from_degrees(there.shapes, view.plane))
    return view.paper(xy)
