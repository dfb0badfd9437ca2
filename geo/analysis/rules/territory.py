"""Any right on a claim, a reserve, a protected area, a buffer zone; lots, plots and zones."""

import pandas as pd

from geo.analysis.facts import Facts
from geo.analysis.rules.mining import BY_TITLE, STATE_AREAS
from geo.analysis.rules.rule import Rule
from geo.answers import always
from geo.dates import before
from geo.terms import Kind, Tenure

_RIGHTS = (Kind.MINING, Kind.LOGGING, Kind.HYDROCARBON, Kind.PLOT, Kind.INFRASTRUCTURE)
_SUBSOIL = (Kind.MINING, Kind.HYDROCARBON)
_RESERVE = (Tenure.RESERVE,)
_PROTECTED = (Tenure.PROTECTED_AREA,)


def they_overlap(f: Facts) -> pd.Series:
    """Nothing but the overlap itself; kind and tenure are the rule's preconditions."""
    return always(f["area_ha"], True)


def in_public_protected_area(f: Facts) -> pd.Series:
    """A protected area that is not a private conservation area."""
    return ~f["private_conservation"]


def in_private_conservation_area(f: Facts) -> pd.Series:
    """A private conservation area, by its category."""
    return f["private_conservation"]


def consulted_afterwards(f: Facts) -> pd.Series:
    """The consultation on record is later than the grant, or than the start of the works."""
    after_grant = before(f["granted_on"], f["consulted_on"])
    return after_grant | before(f["works_started_on"], f["consulted_on"])


RULES = (
    Rule("SOL-TIT", they_overlap, (), kinds=_RIGHTS, tenures=(Tenure.CLAIMED,)),
    Rule("PIACI", they_overlap, (), kinds=_RIGHTS, tenures=_RESERVE),
    Rule(
        "ANP",
        in_public_protected_area,
        ("category",),
        kinds=_SUBSOIL,
        tenures=_PROTECTED,
    ),
    Rule(
        "ANP-ACP",
        in_private_conservation_area,
        ("category",),
        kinds=_SUBSOIL,
        tenures=_PROTECTED,
    ),
    Rule("ANP-ZA", they_overlap, (), kinds=_RIGHTS, tenures=(Tenure.BUFFER_ZONE,)),
    Rule("HID-LOTE", they_overlap, (), kinds=(Kind.HYDROCARBON,), not_tenures=STATE_AREAS),
    Rule("PRED-TIT", they_overlap, (), kinds=(Kind.PLOT,), tenures=BY_TITLE),
    Rule("ORD", they_overlap, (), kinds=(Kind.ZONE,), not_tenures=STATE_AREAS),
    Rule(
        "CONS-POST",
        consulted_afterwards,
        ("consulted_on", "granted_on", "works_started_on"),
        kinds=_RIGHTS,
        not_tenures=STATE_AREAS,
    ),
)
