"""One look for map, plan and QGIS: what tells kinds and tenures apart without colour alone.

Fills come from the Okabe-Ito palette, which readers with any colour vision can tell apart;
every entry also has a hatch or a dash of its own, which survives a photocopy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from geo import naming
from geo.terms import Kind, OverlapClass, Status, Tenure


class Hatch(StrEnum):
    NONE = "none"
    RIGHT = "right"  # ///
    LEFT = "left"  # \\\
    CROSS = "cross"
    DOTS = "dots"
    HORIZONTAL = "horizontal"


@dataclass(frozen=True)
class Look:
    """line and fill as #rrggbb, dash as SVG's stroke-dasharray ("" is solid), width in px."""

    line: str
    fill: str
    fill_opacity: float
    hatch: Hatch = Hatch.NONE
    dash: str = ""
    width: float = 2.0


TENURES = {
    Tenure.TITLED: Look("#005a3c", "#009e73", 0.25, Hatch.NONE, "", 2.5),
    Tenure.USE_CESSION: Look("#005a3c", "#009e73", 0.12, Hatch.HORIZONTAL, "", 2.0),
    Tenure.RECOGNISED: Look("#005a3c", "#f0e442", 0.15, Hatch.DOTS, "", 2.0),
    Tenure.CLAIMED: Look("#7a5c00", "#f0e442", 0.10, Hatch.RIGHT, "8 6", 2.0),
    Tenure.RESERVE: Look("#4b0055", "#cc79a7", 0.18, Hatch.CROSS, "", 2.5),
    Tenure.PROTECTED_AREA: Look("#1b5e20", "#a5d6a7", 0.15, Hatch.DOTS, "2 4", 2.0),
    Tenure.BUFFER_ZONE: Look("#1b5e20", "#ffffff", 0.0, Hatch.NONE, "2 6", 1.5),
    Tenure.UNKNOWN: Look("#555555", "#bbbbbb", 0.15, Hatch.LEFT, "4 4", 2.0),
}

# a title stands, and the polygon that a source draws is not of its area: never drawn like titled
PER_SOURCE = Look("#005a3c", "#9ecae1", 0.15, Hatch.LEFT, "12 4 2 4", 2.0)
PER_SOURCE_ID = "t-per-source"

KINDS = {
    Kind.MINING: Look("#8a3500", "#d55e00", 0.18),
    Kind.LOGGING: Look("#004b73", "#0072b2", 0.15, Hatch.HORIZONTAL),
    Kind.HYDROCARBON: Look("#222222", "#000000", 0.08, Hatch.CROSS),
    Kind.PLOT: Look("#7a4b00", "#e69f00", 0.18, Hatch.DOTS),
    Kind.INFRASTRUCTURE: Look("#222222", "#56b4e9", 0.15, Hatch.LEFT),
    Kind.ZONE: Look("#444444", "#56b4e9", 0.08, Hatch.RIGHT),
    Kind.DETECTION: Look("#8a0000", "#d55e00", 0.30, Hatch.DOTS),
    Kind.AREA: Look("#444444", "#999999", 0.15),
}

# the dash of a right's outline says its status
STATUS_DASHES = {
    Status.TITLED: "",
    Status.APPLICATION: "7 5",
    Status.EXTINGUISHED: "1 5",
    Status.OTHER: "10 3 2 3",
    Status.UNKNOWN: "3 3",
}

# a thin line, so that the outline of the right below it still says its kind and its status
OVERLAP = Look("#7a001f", "#cc0033", 0.42, Hatch.RIGHT, "", 1.0)
OVERLAPS = {
    OverlapClass.OVERLAP: OVERLAP,
    OverlapClass.SLIVER: Look("#000000", "#cc0033", 0.35, Hatch.NONE, "6 3", 2.0),
    OverlapClass.INDETERMINATE: Look("#000000", "#ffffff", 0.45, Hatch.DOTS, "2 4", 2.0),
}
DEPARTMENTS = Look("#8a8a8a", "#ffffff", 0.0, Hatch.NONE, "", 0.8)

# rights counted in a square of the grid: from how many on, and how much of the square is drawn;
# a darker fill is also a larger square, and its number stands in it
CELLS = (
    (1, 0.45, Look("#8a3500", "#fdd0a2", 0.75, Hatch.NONE, "", 1.0)),
    (10, 0.65, Look("#8a3500", "#fdae6b", 0.75, Hatch.NONE, "", 1.0)),
    (100, 0.85, Look("#8a3500", "#e6550d", 0.70, Hatch.NONE, "", 1.5)),
    (1000, 1.0, Look("#5a1f00", "#a63603", 0.75, Hatch.NONE, "", 2.0)),
)
# a square whose rights touch no territory that is known
CELL_WITHOUT = Look("#8a8a8a", "#ffffff", 0.5, Hatch.NONE, "1 3", 1.0)

# what lies below everything, the ground first
BASEMAP = {
    "land": Look("#b5b5b0", "#f7f5ef", 1.0, Hatch.NONE, "", 0.6),
    "lakes": Look("#8fb8d0", "#d3e6f1", 1.0, Hatch.NONE, "", 0.6),
    "rivers": Look("#8fb8d0", "#ffffff", 0.0, Hatch.NONE, "", 1.2),
    "departments": DEPARTMENTS,
    "borders": Look("#6a6a6a", "#ffffff", 0.0, Hatch.NONE, "10 3 2 3", 1.4),
    "places": Look("#333333", "#ffffff", 1.0, Hatch.NONE, "", 1.0),
}


def of_territory(territory: Mapping[str, Any]) -> str:
    """The id of the look that a territory is drawn with: `t-` and its tenure, or PER_SOURCE_ID."""
    row = dict(territory)
    return PER_SOURCE_ID if naming.per_source(row) else f"t-{naming.tenure(row).value}"
