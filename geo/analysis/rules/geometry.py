"""Whether the overlap itself is more than the error of both boundaries."""

import pandas as pd

from geo.analysis.facts import Facts
from geo.analysis.rules.rule import Rule
from geo.answers import equal, known
from geo.terms import OverlapClass


def within_error(f: Facts) -> pd.Series:
    """The least that the overlap may be is nothing. Unknown where no error is known."""
    indeterminate = equal(f["overlap_class"], OverlapClass.INDETERMINATE)
    return indeterminate.where(known(f["area_min_ha"]).astype(bool), pd.NA)


RULES = (Rule("GEO-INDET", within_error, ("area_min_ha", "error_m"), geometric=False),)
