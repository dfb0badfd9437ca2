"""What a titled polygon may be called, given how far it is from its title's own figure."""

import numpy as np
import pandas as pd

from geo.answers import known, one_of
from geo.country import Country
from geo.terms import Tenure

TITLED = "titled"
POLYGON_PER_SOURCE = "polygon-per-source"

_SQUARE_METRES_PER_HA = 10_000


def called(
    tenure: pd.Series, area_title_ha: pd.Series, area_plane_ha: pd.Series, country: Country
) -> pd.Series:
    """`titled` or `polygon-per-source` for each territory.

    A polygon is called titled when its tenure is titled or use-cession and its plane area (ha)
    differs from its title's figure (ha) by no more than the country's cadastral tolerance for
    rural land, taken of the title's figure. Without a title's figure there is no difference to
    find, and the tenure decides. The tolerance is one of area, not of position.
    Source: Directiva 01-2008-SNCP/CNC, data/countries.
    """
    by_document = one_of(tenure, (Tenure.TITLED, Tenure.USE_CESSION)).fillna(False).astype(bool)
    beyond = _beyond(area_title_ha, area_plane_ha, country)
    words = np.where(by_document & ~beyond, TITLED, POLYGON_PER_SOURCE)
    return pd.Series(words, index=tenure.index, dtype="string")


def _beyond(area_title_ha: pd.Series, area_plane_ha: pd.Series, country: Country) -> pd.Series:
    brackets = country.brackets("rural")
    both = known(area_title_ha).astype(bool) & known(area_plane_ha).astype(bool)
    title = area_title_ha.astype("Float64").fillna(0).to_numpy(dtype=float)
    drawn = area_plane_ha.astype("Float64").fillna(0).to_numpy(dtype=float)
    limits = [bracket.over_m2 for bracket in brackets]
    which = np.searchsorted(limits, title * _SQUARE_METRES_PER_HA, side="right") - 1
    shares = np.array([bracket.share for bracket in brackets])
    # a difference of exactly the tolerance is within it, whatever the last binary digit says
    allowed = shares[np.maximum(which, 0)] * title * (1 + 1e-12)
    return both & (np.abs(drawn - title) > allowed)
