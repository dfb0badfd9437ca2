"""The charts of a page: which rows they draw, what their hectares count, and how that is told."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.terms import PAIRS
from geo.words import Words
from webmap.public import charts
from webmap.public.charts import Chart
from webmap.public.edition import Edition

_DATES = ["filed_on", "granted_on", "accumulation"]


def of_pairs(edition: Edition, rows: Sequence[int] | np.ndarray, spoken: Words) -> list[Chart]:
    """Hectares of some overlaps by year and by order. rows: numbers of `pairs`.

    Each overlap counts whole. Those that share less than 1 m² are not in the bars.
    """
    pairs = _sharing(edition, rows)
    rights = edition.concessions.iloc[pairs["right"].to_numpy(dtype=int)]
    caption = spoken.say(
        "Suma de las superposiciones, una por una: donde dos derechos están en el mismo lugar, ese "
        "lugar cuenta dos veces. «sin año» es que ninguna fuente da la fecha de formulación."
    )
    years = edition.facets["filed_year"].iloc[pairs["right"].to_numpy(dtype=int)]
    first = charts.by_year(years, rights["kind"], pairs["area_ha"], caption, spoken)
    return [one for one in (first, _by_order(edition, pairs, rights, spoken)) if one]


def of_rights(
    edition: Edition, rights: Sequence[int] | np.ndarray, pairs: Sequence[int], spoken: Words
) -> list[Chart]:
    """Hectares of some rights under territories by year, and of some overlaps by order.

    rights, pairs: numbers of `facets` and of `pairs`. A right counts its own union, once.
    """
    chosen = edition.facets.iloc[np.asarray(rights, dtype=int)]
    chosen = chosen[chosen["pairs"].gt(0)]
    caption = spoken.say(
        "Cada derecho cuenta una vez lo que tiene dentro de territorios, aunque sean varios. Donde "
        "dos derechos están en el mismo lugar, ese lugar cuenta dos veces. «sin año» es que "
        "ninguna fuente da la fecha de formulación."
    )
    first = charts.by_year(chosen["filed_year"], chosen["kind"], chosen["area_ha"], caption, spoken)
    sharing = _sharing(edition, pairs)
    rows = edition.concessions.iloc[sharing["right"].to_numpy(dtype=int)]
    return [one for one in (first, _by_order(edition, sharing, rows, spoken)) if one]


def orders(edition: Edition) -> pd.Series:
    """A word of `charts.ORDERS` for each overlap, in the order of `pairs`; made once for all,
    because dates are compared by columns: one by one they would take most of a page's time.
    """
    return edition.once(("orders",), lambda: _orders(edition))


def _orders(edition: Edition) -> pd.Series:
    rights = edition.concessions.iloc[edition.pairs["right"].to_numpy(dtype=int)]
    lands = edition.territories.iloc[edition.pairs["territory"].to_numpy(dtype=int)]
    dates = rights[_DATES].reset_index(drop=True)
    return charts.order(dates, lands["titled_on"].reset_index(drop=True))


def _sharing(edition: Edition, rows: Sequence[int] | np.ndarray) -> pd.DataFrame:
    chosen = edition.pairs.iloc[np.asarray(rows, dtype=int)]
    return chosen[chosen["overlap_class"].isin(PAIRS)]


def _by_order(
    edition: Edition, pairs: pd.DataFrame, rights: pd.DataFrame, spoken: Words
) -> Chart | None:
    order = orders(edition).iloc[pairs.index.to_numpy(dtype=int)]
    caption = spoken.say(
        "Suma de las superposiciones, una por una. Las fechas no dicen desde cuándo se usa el "
        "lugar, ni qué derecho vale más."
    )
    return charts.by_order(order, rights["kind"], pairs["area_ha"], caption, spoken)
