"""What every right is found by, in columns: what a browser filters the map by.

The rights stand in the order in which the tiles number them. So neighbours follow one another,
what can be said once for many rights is a number into a list, and what follows from something
else is left to the browser: a country of 100,000 rights is a quarter of what plain columns would
take. Hectares are asked for apart, by who wants to know them of a square.
"""

import json
from typing import Any

import numpy as np
import pandas as pd
from flask import Flask, Response

from geo.release.facets import SEPARATOR
from geo.release.tiles import cells, order
from geo.terms import PAIRS
from webmap.public.edition import Edition
from webmap.public.given import Given
from webmap.web import ALWAYS_ASK, Packed, answer

ZOOM = cells.LAST_ZOOM + cells.FINER
"""x and y count tiles of this zoom: the finest squares of the far view."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
"""What a column's numbers are written with, each equally long."""


def register(app: Flask, given: Given) -> None:
    """Adds the routes of the columns.

    They follow from this program as well as from the release: a browser asks whether they are
    still the same, since another version may write them otherwise.
    """
    keep = f"private, {ALWAYS_ASK}"

    @app.get("/datos/<release>/columnas.json")
    def index_data(release: str) -> Response:
        return answer(_kept(given.of(release)), keep)

    @app.get("/datos/<release>/hectareas.json")
    def hectares_data(release: str) -> Response:
        edition = given.of(release)
        return answer(edition.once(("hectares",), lambda: hectares(edition)), keep)


def warm(edition: Edition) -> None:
    """Makes the columns, so that the first filter does not wait for them."""
    _kept(edition)


def _kept(edition: Edition) -> Packed:
    return edition.once(("index",), lambda: packed(edition))


def packed(edition: Edition) -> Packed:
    """The columns as JSON: {"zoom", "separator", "digits", "shares", "rights", "pairs"}.

    A column is {"list", "wide", "rows"}: what there is, and for each row its number in the list,
    written with `wide` of the digits: first the highest digit of every row, at last the lowest.

    rights: a row for each, in `order.of_rights`. place: x, y (the tile of `zoom` that a point on
    the right falls in) and its departments, joined by «;». kind, status. fy: year of filing, null
    where nobody knows. gy: years from filing to grant; the year of the grant itself where that of
    filing is not known (above 999); null. pairs: how many rows of pairs it has.

    pairs: a row for each overlap, in `order.of_pairs`. what: its class, codes answered yes («;»)
    and number of facets.PRIORITIES: several words must hold of one and the same overlap. shares:
    the classes that share at least 1 m².
    """
    ordered = order.of_rights(edition.concessions)
    facets = edition.facets.iloc[ordered]
    x, y = (one[ordered] for one in cells.points(edition.concessions.geometry, ZOOM))
    right = edition.pairs["right"].to_numpy(dtype=np.int64)
    pairs = edition.pairs.iloc[order.of_pairs(right, ordered)]
    told = {
        "zoom": ZOOM,
        "separator": SEPARATOR,
        "digits": DIGITS,
        "shares": sorted(PAIRS),
        "rights": {
            "place": _column(x, y, facets["departments"].fillna("")),
            "kind": _column(facets["kind"].fillna("")),
            "status": _column(facets["status"].fillna("")),
            "fy": _column(facets["filed_year"]),
            "gy": _column(_after(facets["filed_year"], facets["granted_year"])),
            "pairs": _column(np.bincount(right, minlength=len(ordered))[ordered]),
        },
        "pairs": {
            "what": _column(
                pairs["overlap_class"].fillna(""),
                pairs["yes"].fillna(""),
                pairs["priority"].fillna(0),
                often=True,
            )
        },
    }
    return _json(told)


def hectares(edition: Edition) -> Packed:
    """{"ha": hectares of each right under territories, in the order of `packed`}.

    To four decimals, as the squares of the tiles add them; null where they are not known.
    """
    ordered = order.of_rights(edition.concessions)
    area_ha = edition.facets["area_ha"].iloc[ordered].round(4)
    return _json({"ha": _plain(area_ha)})


def _after(filed: pd.Series, granted: pd.Series) -> pd.Series:
    years = granted - filed
    return years.where(filed.notna() & years.ge(0).fillna(False), granted)


def _column(*columns: Any, often: bool = False) -> dict[str, Any]:
    """What there is, in its own order; each row's number in that. Several are told together.

    often: the frequent first, so that the highest digit hardly changes where rows do not follow
    their neighbours.
    """
    frame = pd.DataFrame(
        {place: np.asarray(one, dtype=object) for place, one in enumerate(columns)}
    )
    frame = frame.where(frame.notna(), None)
    number = frame.groupby(list(frame), sort=True, dropna=False).ngroup().to_numpy()
    if often:
        number = order.places(np.argsort(-np.bincount(number), kind="stable"))[number]
    first = np.unique(number, return_index=True)[1]
    rows = frame.iloc[first].to_numpy(dtype=object).tolist()
    there = [[one.item() if isinstance(one, np.generic) else one for one in row] for row in rows]
    listed = there if len(columns) > 1 else [one for (one,) in there]
    wide = 1
    while len(DIGITS) ** wide < len(listed):
        wide += 1
    return {"list": listed, "wide": wide, "rows": _written(number, wide)}


def _written(numbers: np.ndarray, wide: int) -> str:
    digits = np.frombuffer(DIGITS.encode("ascii"), dtype=np.uint8)
    steps = len(DIGITS) ** np.arange(wide - 1, -1, -1)
    return digits[numbers // steps[:, None] % len(DIGITS)].tobytes().decode("ascii")


def _plain(column: pd.Series) -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()


def _json(told: dict[str, Any]) -> Packed:
    content = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Packed(content.encode("utf-8"), "application/json", level=9)
