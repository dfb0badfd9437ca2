"""Which territories of a layer a case is about: by key, or by its community's own name.

Never by where a right lies. A name counts only in the case's department, since communities far
apart share names; illustrative territories are tied only by the keys that a case names for them.
"""

from collections.abc import Iterable, Mapping

import geopandas as gpd
import numpy as np

from geo.answers import folded
from geo.cases import Case
from geo.gazetteer import department_of


def territories_of_cases(
    cases: Iterable[Case], territories: gpd.GeoDataFrame, departments: gpd.GeoDataFrame
) -> Mapping[str, frozenset[str]]:
    """The keys of the territories (EPSG:4326) that each case is about, by the case's id.

    departments: outlines with a `name`; a territory's own declared department goes before them.
    """
    invented = np.asarray(territories["illustrative"].fillna(False), dtype=bool)
    real = territories[~invented]
    keys = frozenset(real["key"])
    names = real["name"].astype("string").fillna("").map(folded)
    declared = real["department"].astype("string").fillna("")
    located = department_of(real.geometry, departments).fillna("")
    place = declared.where(declared.ne(""), located).map(folded)
    of_demo = frozenset(territories.loc[invented, "key"])
    return {
        case.id: (frozenset(case.territories) & keys)
        | frozenset(
            real.loc[
                names.isin([folded(name) for name in case.names])
                & place.eq(folded(case.department)),
                "key",
            ]
        )
        | (frozenset(case.demo_territories) & of_demo)
        for case in cases
    }
