"""What courts ordered. A right is listed only when its code stands in a judgment's list."""

import pandas as pd

from geo.analysis.facts import Facts
from geo.analysis.rules.rule import Rule
from geo.answers import one_of
from geo.dates import before
from geo.terms import Kind, Status


def listed_and_still_there(f: Facts) -> pd.Series:
    """Listed by a final judgment, and after it still granted or pending in its source."""
    there = one_of(f["status"], (Status.TITLED, Status.APPLICATION))
    return f["judgment_lists_right"] & there & before(f["listing_final_on"], f["as_of"])


def judgment_without_list(f: Facts) -> pd.Series:
    """A judgment concerns the territory, through a case that names it; its list is not at hand."""
    return f["judgment_without_list"]


RULES = (
    Rule(
        "JUD-NO-EJEC",
        listed_and_still_there,
        ("judgment_lists_right", "listing_final_on", "status", "as_of"),
        kinds=(Kind.MINING, Kind.PLOT),
    ),
    Rule(
        "JUD-REVISAR",
        judgment_without_list,
        ("judgment_without_list",),
        kinds=(Kind.MINING, Kind.PLOT),
    ),
)
