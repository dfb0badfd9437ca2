"""The release piece by piece, for a click that no server answers: shapes by squares, rights by
the beginning of the SHA-256 of their keys.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from flask import Flask, Response, abort

from geo.terms import PAIRS
from geo.words import Words
from webmap.copies.cells import SHARD_ZOOM, shard
from webmap.public import layers, spatial
from webmap.public.edition import Edition, Row, records
from webmap.public.given import Given
from webmap.web import Packed, answer

_DECIMALS = 6
_DIGEST = re.compile(r"[0-9a-f]{2}\Z")
_JSON = "application/json"
# columns of the facets -> what the tiles call them
_OF_RIGHT = {
    "kind": "kind",
    "status": "status",
    "departments": "dep",
    "filed_year": "fy",
    "granted_year": "gy",
}
_OF_PAIRS = {"priority": "pr", "yes": "yes", "classes": "cls", "pairs": "n"}


def register(app: Flask, given: Given) -> None:
    """Adds the pieces."""
    of, words = given.of, given.words

    @app.get("/datos/<release>/<language:language>/cerca/<int:x>-<int:y>.json")
    def near_data(release: str, x: int, y: int) -> Response:
        if max(x, y) >= 2**SHARD_ZOOM:
            abort(404)
        return answer(_packed(near(of(release), words(), x, y)))

    @app.get("/datos/<release>/<language:language>/derechos/<digest>.json")
    def rights_data(release: str, digest: str) -> Response:
        if not _DIGEST.match(digest):
            abort(404)
        return answer(_packed(rights(of(release), words(), digest)))


def rights(edition: Edition, spoken: Words, digest: str) -> Row:
    """What is told of each right and of each territory of one file, by key."""
    by_shard = edition.once(("shards",), lambda: _by_shard(edition))
    return {key: told(edition, spoken, key) for key in by_shard.get(digest, ())}


def told(edition: Edition, spoken: Words, key: str) -> Row | None:
    """What a click says of a right, and the box that it lies in (degrees); of a territory its key
    and its box; None for any other key.
    """
    index = spatial.of(edition)
    right = layers.right(edition, key, spoken)
    if right is not None:
        row = edition.row_of_right(key)
        return {**right, "bbox": np.round(index.rights.boxes[row], _DECIMALS).tolist()}
    row = edition.row_of_land(key)
    if row < 0:
        return None
    return {"key": key, "bbox": np.round(index.lands.boxes[row], _DECIMALS).tolist()}


def near(edition: Edition, spoken: Words, x: int, y: int) -> Row:
    """What a square touches: territories, rights, and what both share, with exact shapes."""
    index, square = spatial.of(edition), _box(x, y)
    rows = {
        name: np.sort(ground.tree.query(square))
        for name, ground in (
            ("territories", index.lands),
            ("concessions", index.rights),
            ("overlaps", index.pairs),
        )
    }
    return {
        "territories": _features(
            edition.territories.iloc[rows["territories"]], _lands(edition, spoken)
        ),
        "concessions": _concessions(edition, rows["concessions"]),
        "overlaps": _overlaps(edition, rows["overlaps"]),
    }


def _by_shard(edition: Edition) -> Mapping[str, list[str]]:
    made: dict[str, list[str]] = {}
    for key in (*edition.concessions["key"], *edition.territories["key"]):
        made.setdefault(shard(str(key)), []).append(str(key))
    return made


def _lands(edition: Edition, spoken: Words) -> Any:
    def told(frame: pd.DataFrame) -> list[Row]:
        return [
            {
                **layers.land(row, edition, spoken),
                "pairs": edition.pair_counts.get(row["key"], 0),
            }
            for row in records(frame, ["key", "name", "tenure", "called", "source_id"])
        ]

    return told


def _concessions(edition: Edition, rows: np.ndarray) -> list[Row]:
    frame = edition.concessions.iloc[rows]
    facets = edition.facets.iloc[rows].rename(columns={**_OF_RIGHT, **_OF_PAIRS})
    told = records(facets, ["key", *_OF_RIGHT.values(), *_OF_PAIRS.values()])
    return _features(frame, lambda _frame: [_without_gaps(one) for one in told])


def _overlaps(edition: Edition, rows: np.ndarray) -> list[Row]:
    pairs = edition.pairs.iloc[rows]
    sharing = pairs["overlap_class"].isin(PAIRS).to_numpy(dtype=bool)
    pairs, rows = pairs.loc[sharing], rows[sharing]
    own = edition.facets.iloc[pairs["right"].to_numpy(dtype=int)].rename(columns=_OF_RIGHT)
    of_right = records(own, [*_OF_RIGHT.values()])
    told = [
        {
            **_without_gaps(right),
            "concession": pair["concession_key"],
            "territory": pair["territory_key"],
            "pr": pair["priority"],
            "yes": pair["yes"],
            "cls": pair["overlap_class"],
        }
        for pair, right in zip(records(pairs), of_right, strict=True)
    ]
    return _features(edition.overlaps.iloc[rows], lambda _frame: told)


def _features(frame: gpd.GeoDataFrame, told: Any) -> list[Row]:
    shapes = np.asarray(frame.geometry.array, dtype=object)
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, _DECIMALS))
    return [
        {"type": "Feature", "properties": properties, "geometry": json.loads(shape)}
        for properties, shape in zip(told(frame), shapely.to_geojson(rounded), strict=True)
    ]


def _without_gaps(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _box(x: int, y: int) -> Any:
    side = 2**SHARD_ZOOM

    def lat(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))

    west, east = x / side * 360 - 180, (x + 1) / side * 360 - 180
    return shapely.box(west, lat(y + 1), east, lat(y))


def _packed(told: Row) -> Packed:
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Packed(text.encode("utf-8"), _JSON)
