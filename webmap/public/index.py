"""The facets of every right in columns: what a browser filters by where all is far away.

The rights stand in the release's own order, which is what the tiles number them by. So what can
be said once for many rights is a number into a list, and what follows from something else is left
to the browser: a country of 100,000 rights is a third of what plain columns would take.
"""

import json
from typing import Any

import numpy as np
import pandas as pd
from flask import Flask, Response

from geo.release.facets import SEPARATOR
from geo.release.tiles import cells
from webmap.public.edition import Edition
from webmap.public.given import Given
from webmap.web import Packed, answer

ZOOM = cells.LAST_ZOOM + cells.FINER
"""x and y count tiles of this zoom: the finest squares of the far view."""


def register(app: Flask, given: Given) -> None:
    """Adds the route of the columns."""

    @app.get("/datos/<release>/indice.json")
    def index_data(release: str) -> Response:
        return answer(_kept(given.of(release)))


def warm(edition: Edition) -> None:
    """Makes the columns, so that the first filter does not wait for them."""
    _kept(edition)


def _kept(edition: Edition) -> Packed:
    return edition.once(("index",), lambda: packed(edition))


def packed(edition: Edition) -> Packed:
    """The columns as JSON: {"zoom", "separator", "lists", columns of rights, "pairs"}.

    A row for each right, in the order of the facets. place: number into lists.place, each x, y
    (the tile of `zoom` that a point on the right falls in) and its departments, joined by «;».
    kind, status: numbers into their lists. fy: year of filing, null where nobody knows. gy: years
    from filing to grant; the year of the grant itself where that of filing is not known (above
    999); null. ha: whole hectares of it under territories, null where they are not known.

    pairs: a row for each overlap, by their rights. r: how many rows of rights after the overlap
    before. what: number into lists.what, each class, codes answered yes («;») and number of
    facets.PRIORITIES: several words must hold of one and the same overlap.
    """
    facets = edition.facets
    x, y = cells.points(edition.concessions.geometry, ZOOM)
    place, places = _together(
        {"x": x, "y": y, "dep": facets["departments"].fillna("").to_numpy(dtype=object)}
    )
    kind, kinds = _coded(facets["kind"])
    status, statuses = _coded(facets["status"])
    pairs = edition.pairs.sort_values("right", kind="stable")
    what, whats = _together(
        {
            "cls": pairs["overlap_class"].fillna("").to_numpy(dtype=object),
            "yes": pairs["yes"].fillna("").to_numpy(dtype=object),
            "pr": pairs["priority"].fillna(0).to_numpy(dtype=int),
        }
    )
    told = {
        "zoom": ZOOM,
        "separator": SEPARATOR,
        "lists": {"place": places, "kind": kinds, "status": statuses, "what": whats},
        "place": place,
        "kind": kind,
        "status": status,
        "fy": _plain(facets["filed_year"]),
        "gy": _plain(_after(facets["filed_year"], facets["granted_year"])),
        "ha": _plain(facets["area_ha"].round().astype("Int64")),
        "pairs": {
            "r": np.diff(pairs["right"].to_numpy(dtype=int), prepend=0).tolist(),
            "what": what,
        },
    }
    content = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Packed(content.encode("utf-8"), "application/json")


def _after(filed: pd.Series, granted: pd.Series) -> pd.Series:
    years = granted - filed
    return years.where(filed.notna() & years.ge(0).fillna(False), granted)


def _together(columns: dict[str, Any]) -> tuple[list[int], list[list[Any]]]:
    """A number for each row, and what the rows of that number have in all these columns."""
    frame = pd.DataFrame(columns)
    code = frame.groupby(list(columns), sort=True).ngroup().to_numpy()
    # the frequent ones first: short numbers
    order = np.argsort(-np.bincount(code, minlength=1), kind="stable") if len(code) else code
    number = np.empty(len(order), dtype=int)
    number[order] = np.arange(len(order))
    first = frame.assign(code=number[code]).drop_duplicates("code").sort_values("code")
    rows = [[one.item() if isinstance(one, np.generic) else one for one in row]
            for row in first[list(columns)].to_numpy(dtype=object)]  # fmt: skip
    return number[code].tolist(), rows


def _coded(column: pd.Series) -> tuple[list[int], list[str]]:
    codes, words = pd.factorize(column.astype("string").fillna(""), sort=True)
    return codes.tolist(), [str(word) for word in words]


def _plain(column: pd.Series) -> list[Any]:
    values = column.astype(object)
    return values.where(column.notna(), None).tolist()
