"""Forestry contracts on titled land, and where forestry, mining and a title meet."""

import pandas as pd

from geo.analysis.facts import Facts
from geo.analysis.rules.mining import BY_TITLE, CEDED, OWNED
from geo.analysis.rules.rule import Rule
from geo.answers import equal
from geo.dates import before
from geo.terms import Kind, Status
from geo.tolerance import POLYGON_PER_SOURCE, TITLED

_LOGGING = (Kind.LOGGING,)


def not_over(f: Facts) -> pd.Series:
    """Neither expired at the date of the data nor extinguished, for all that is known.

    A contract without an end counts as not over: the decision table says so.
    """
    expired = before(f["expires_on"], f["as_of"]).fillna(False)
    extinguished = equal(f["status"], Status.EXTINGUISHED).fillna(False)
    return ~expired & ~extinguished


def on_titled_land(f: Facts) -> pd.Series:
    """A contract that is not over, on a polygon that agrees with its title's figure."""
    return not_over(f) & equal(f["called"], TITLED)


def on_larger_polygon(f: Facts) -> pd.Series:
    """A contract that is not over, on a polygon that differs from its title's figure."""
    return not_over(f) & equal(f["called"], POLYGON_PER_SOURCE)


def contract_before_title(f: Facts) -> pd.Series:
    """Contract dated before the community's title."""
    return before(f["granted_on"], f["titled_on"])


def expired(f: Facts) -> pd.Series:
    """The term ended before the date of the data."""
    return before(f["expires_on"], f["as_of"])


def three_meet(f: Facts) -> pd.Series:
    """A mining and a logging right share land within this territory."""
    return f["threeway"]


_IN_FORCE = ("expires_on", "as_of", "status", "called")

RULES = (
    Rule("FOR-TIT", on_titled_land, _IN_FORCE, kinds=_LOGGING, tenures=OWNED),
    Rule("FOR-TIT-POLIGONO", on_larger_polygon, _IN_FORCE, kinds=_LOGGING, tenures=BY_TITLE),
    Rule("FOR-CESION", on_titled_land, _IN_FORCE, kinds=_LOGGING, tenures=CEDED),
    Rule(
        "FOR-PRE-TIT",
        contract_before_title,
        ("granted_on", "titled_on"),
        kinds=_LOGGING,
        tenures=BY_TITLE,
    ),
    Rule("FOR-VENC", expired, ("expires_on", "as_of"), kinds=_LOGGING),
    Rule("MULT", three_meet, ("threeway",), kinds=(Kind.MINING, Kind.LOGGING), tenures=BY_TITLE),
)
