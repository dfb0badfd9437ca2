"""Forms of values that can be nothing but what their column is, and so name nobody. Pure."""

import pandas as pd

from geo.schema.columns import CONCESSION, NUMBER, TERRITORY

# an identity card or a telephone is a number of five to ten figures, so such a number is a date
# only as year, month and day, or as the milliseconds of a midnight, as normalising reads it
_DATE = (
    r"(?!\d{5,10}(?:\.0+)?\s*\Z)[\d\s/.,:TZ+-]+(?:[ap]\.?\s?m\.?)?"
    r"|(?:1[5-9]|2[01])\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|\d{0,5}00000"
    r"|[A-Za-z]{3},? [A-Za-z]{3} \d{1,2} \d{4}(?: \d{2}:\d{2}:\d{2} GMT[+-]\d{4}"
    r"(?: \((?:hora (?:estándar|de verano)[^()\d]{0,30}|[A-Z]{1,5}|[A-Z][a-z]+ [^()\d]*Time)\))?)?"
)
_FIGURE = r"[\s\d.,eE+\-]+(?:\s*(?:ha|has)\.?)?"
_ZONE = r"(?i)\s*(?:utm)?\s*(?:zona)?\s*\d{1,2}\s*[a-z]?\s*"
_UNIT = r"(?i)\s*(?:hect[aá]reas?|hectares?|has?\.?|m2|m²|km2|km²)\s*"
_FIGURES = frozenset(c.name for c in (*CONCESSION, *TERRITORY) if c.dtype == NUMBER)


def forms_of(ours: str) -> tuple[str, ...]:
    """What a value of a column of ours looks like; nothing for a column of words or codes."""
    if ours.endswith("_on"):
        return (_DATE,)
    if ours in _FIGURES:
        return (_FIGURE,)
    return {"zone": (_ZONE,), "area_unit": (_UNIT,)}.get(ours, ())


def of_form(texts: pd.Series, ours: str) -> pd.Series:
    """Which texts have one of the forms of a column of ours."""
    found = pd.Series(False, index=texts.index)
    for form in forms_of(ours):
        found |= texts.astype("string").str.fullmatch(form).fillna(False).astype(bool)
    return found
