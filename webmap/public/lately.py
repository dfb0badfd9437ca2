"""Shapes that were asked about lately, within a bound: a long day of clicks fills no memory."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

import shapely
from shapely.geometry.base import BaseGeometry

MOST_VERTICES = 500_000
"""Of all shapes of one layer that are kept at a time: some 8 MB."""


@dataclass(frozen=True, eq=False)
class Lately:
    """Shapes by the number of their row; where they hold too much, those that nobody asked about
    for longest go. Several threads may use it.
    """

    shapes: OrderedDict[int, BaseGeometry] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, row: int) -> BaseGeometry | None:
        """The shape of a row, None where it is not kept."""
        with self._lock:
            if row in self.shapes:
                self.shapes.move_to_end(row)
            return self.shapes.get(row)

    def keep(self, row: int, shape: BaseGeometry) -> None:
        """Keeps the shape of a row, and lets go of others where that is too much."""
        with self._lock:
            self.shapes[row] = shape
            self.shapes.move_to_end(row)
            while len(self.shapes) > 1 and self.vertices() > MOST_VERTICES:
                self.shapes.popitem(last=False)

    def vertices(self) -> int:
        """Of all shapes that are kept."""
        return int(shapely.get_num_coordinates([*self.shapes.values()]).sum())
