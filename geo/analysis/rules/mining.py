"""Mining rights on the land of communities: status, sequence of dates, consultation on record.

F filing, G grant, T title of the community. Only F <= G may be inferred: a filing after a day
proves a grant after it, and a filing before a day proves nothing about the grant. The filing
date of an accumulation is missing here (geo.analysis.facts), so nothing follows from it; its
grant date is the merger's, and proves only that its parts were granted before it.
"""

import pandas as pd

from geo.analysis.facts import Facts
from geo.analysis.rules.rule import Rule
from geo.answers import but_no_is_unknown, equal, one_of
from geo.dates import before, same_day
from geo.terms import Kind, Status, Tenure
from geo.tolerance import POLYGON_PER_SOURCE, TITLED

FOUND, NOT_FOUND = "found", "not found"

OWNED = (Tenure.TITLED,)
CEDED = (Tenure.USE_CESSION,)
BY_TITLE = (Tenure.TITLED, Tenure.USE_CESSION)
STATE_AREAS = (Tenure.PROTECTED_AREA, Tenure.BUFFER_ZONE)
_MINING = (Kind.MINING,)


def titled_right(f: Facts) -> pd.Series:
    """Whether the right is granted, by the status that its source gives."""
    return equal(f["status"], Status.TITLED)


def granted_and_called_titled(f: Facts) -> pd.Series:
    """A granted right on a polygon that agrees with its title's figure."""
    return titled_right(f) & equal(f["called"], TITLED)


def granted_on_larger_polygon(f: Facts) -> pd.Series:
    """A granted right on a polygon that differs from its title's figure beyond the tolerance."""
    return titled_right(f) & equal(f["called"], POLYGON_PER_SOURCE)


def pending(f: Facts) -> pd.Series:
    """Whether the right is an application."""
    return equal(f["status"], Status.APPLICATION)


def extinguished(f: Facts) -> pd.Series:
    """Whether the source lists the right as extinguished."""
    return equal(f["status"], Status.EXTINGUISHED)


def filed_after_title(f: Facts) -> pd.Series:
    """T < F."""
    return before(f["titled_on"], f["filed_on"])


def filed_before_title(f: Facts) -> pd.Series:
    """F < T."""
    return before(f["filed_on"], f["titled_on"])


def granted_after_title(f: Facts) -> pd.Series:
    """F < T < G: filed before the title, granted after it."""
    return before(f["filed_on"], f["titled_on"]) & before(f["titled_on"], f["granted_on"])


def filed_on_title_day(f: Facts) -> pd.Series:
    """F = T, both known to the day."""
    return same_day(f["filed_on"], f["titled_on"])


def under_ilo169(f: Facts) -> pd.Series:
    """Granted on or after the entry into force. A filing after it proves it too (F <= G).

    Unknown where the grant is said to be earlier than that and the filing later: F <= G fails.
    Unknown too for an accumulation granted afterwards: its parts may have been granted before.
    """
    since = f.constants["ilo169_in_force"]
    by_grant = ~before(f["granted_on"], since)
    by_filing = but_no_is_unknown(~before(f["filed_on"], since))
    merged = f["accumulation"].fillna(False)
    by_grant = by_grant.mask((by_grant.fillna(False) & merged).astype(bool), pd.NA)
    impossible = ~by_grant.fillna(True) & by_filing.fillna(False)
    return by_grant.fillna(by_filing).mask(impossible.astype(bool), pd.NA)


def before_ilo169(f: Facts) -> pd.Series:
    """Granted before the entry into force. Its unknown is MIN-169-INDET."""
    return ~under_ilo169(f)


def no_consultation_on_record(f: Facts) -> pd.Series:
    """Under ILO 169, searched for, and not found; nor has anyone brought a consultation.

    Unknown where nobody searched: absence from a register is not absence.
    """
    return under_ilo169(f) & equal(f["consultation_search"], NOT_FOUND) & ~f["consultation_brought"]


def no_search_on_record(f: Facts) -> pd.Series:
    """Under ILO 169, and nobody has said that they searched for a consultation."""
    searched = one_of(f["consultation_search"], (FOUND, NOT_FOUND)).fillna(False)
    return under_ilo169(f) & ~searched & ~f["consultation_brought"]


_169 = ("granted_on", "filed_on", "accumulation")

RULES = (
    Rule(
        "MIN-TIT",
        granted_and_called_titled,
        ("status", "called"),
        kinds=_MINING,
        tenures=OWNED,
    ),
    Rule(
        "MIN-TIT-POLIGONO",
        granted_on_larger_polygon,
        ("status", "called"),
        kinds=_MINING,
        tenures=BY_TITLE,
    ),
    Rule(
        "MIN-CESION",
        granted_and_called_titled,
        ("status", "called"),
        kinds=_MINING,
        tenures=CEDED,
    ),
    Rule("MIN-TRAM", pending, ("status", "as_of"), kinds=_MINING, time_critical=True),
    Rule("MIN-EXT", extinguished, ("status", "as_of"), kinds=_MINING),
    Rule(
        "MIN-POST-TIT",
        filed_after_title,
        ("filed_on", "titled_on", "accumulation"),
        kinds=_MINING,
        tenures=BY_TITLE,
    ),
    Rule(
        "MIN-PRE-TIT",
        filed_before_title,
        ("filed_on", "titled_on", "accumulation"),
        kinds=_MINING,
        tenures=BY_TITLE,
    ),
    Rule(
        "MIN-OTORG-POST-TIT",
        granted_after_title,
        ("filed_on", "titled_on", "granted_on", "accumulation"),
        kinds=_MINING,
        tenures=BY_TITLE,
    ),
    Rule(
        "MIN-MISMA-FECHA",
        filed_on_title_day,
        ("filed_on", "titled_on", "accumulation"),
        kinds=_MINING,
        tenures=BY_TITLE,
    ),
    Rule(
        "MIN-169-NOCONSTA",
        no_consultation_on_record,
        (*_169, "consultation_search", "consultation_brought"),
        kinds=_MINING,
        not_tenures=STATE_AREAS,
    ),
    Rule(
        "MIN-169-NOBUSC",
        no_search_on_record,
        (*_169, "consultation_search", "consultation_brought"),
        kinds=_MINING,
        not_tenures=STATE_AREAS,
    ),
    Rule("MIN-ANTE-169", before_ilo169, _169, kinds=_MINING, not_tenures=STATE_AREAS),
)
