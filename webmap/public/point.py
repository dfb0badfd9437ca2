"""What lies at the point that a reader clicked: every right, not only the one on top."""

import math
from dataclasses import dataclass, field

from flask import Flask, Response

from geo.release.tiles.release import FIRST_SHAPES
from geo.words import Words
from webmap.public import asked, layers, spatial
from webmap.public.edition import Edition, Row
from webmap.public.given import Given
from webmap.public.rows import Lines
from webmap.public.selection import Selection, asks_of_pairs, pair_held, right_held
from webmap.public.spatial import Hit

FINGER_PX = 7
"""How far beside a strip that is thinner than this a click still means it."""

MOST = 40
"""How many rights are told in full; how many more there are is said."""

_MOST_NEAR = 10
# a tile of the archive is drawn 512 pixels wide: on the map, shapes begin one zoom later
_LEAST_ZOOM = FIRST_SHAPES + 1.0
_MOST_ZOOM = 22.0
_METRES_PER_PIXEL = 156_543.033_92
"""At the equator and zoom 0, with tiles of 256 pixels."""

_ALL = Selection()


@dataclass(frozen=True)
class Found:
    """Rows at a point, each with its distance in metres: of overlaps, of rights, of territories.

    others: rights of which no found overlap is here. lands: territories there, and those of the
    found overlaps.
    """

    pairs: dict[int, float] = field(default_factory=dict)
    overlapping: dict[int, float] = field(default_factory=dict)
    others: dict[int, float] = field(default_factory=dict)
    lands: dict[int, float] = field(default_factory=dict)


def register(app: Flask, given: Given) -> None:
    """Adds the route that a click asks."""
    of, words = given.of, given.words

    @app.post("/datos/<release>/<language:language>/punto")
    @asked.answering(words)
    def point(release: str) -> Response:
        edition = of(release)
        said = asked.body(("lon", "lat", "zoom", "seleccion"))
        lon = asked.number(said, "lon", -180, 180)
        lat = asked.number(said, "lat", -90, 90)
        zoom = asked.number(said, "zoom", 0, 30) if "zoom" in said else _MOST_ZOOM
        wanted = asked.selection(said)
        found = at(edition, lon, lat, reach_m(lat, zoom), wanted)
        return asked.told({"lon": lon, "lat": lat, **answer(edition, found, words())})


def warm(edition: Edition) -> None:
    """Makes the index, so that the first click does not wait for it."""
    spatial.of(edition)
    _lines(edition)


def reach_m(lat: float, zoom: float) -> float:
    """What a finger covers on the screen, in metres on the ground; before the zoom at which the
    map begins to draw shapes, as there.
    """
    near = min(max(zoom, _LEAST_ZOOM), _MOST_ZOOM)
    return FINGER_PX * _METRES_PER_PIXEL * math.cos(math.radians(lat)) / 2**near


def at(edition: Edition, lon: float, lat: float, reach: float, wanted: Selection = _ALL) -> Found:
    """What lies at a point in degrees, within the selection.

    Exact; where no overlap lies there, strips thinner than `reach` metres that come so near are
    meant, and where no right lies there either, thin rights and territories.
    """
    index = spatial.of(edition)
    pair_hits = _pairs_in(edition, index.pairs.at(lon, lat, reach), wanted)
    pairs = _meant(pair_hits, reach, True)
    overlapping: dict[int, float] = {}
    lands: dict[int, float] = {}
    for row, distance in pairs.items():
        overlapping.setdefault(int(index.right_of[row]), distance)
        lands.setdefault(int(index.land_of[row]), distance)
    right_hits = _rights_in(edition, index.rights.at(lon, lat, reach), wanted)
    others = _meant(right_hits, reach, not pairs)
    land_hits = index.lands.at(lon, lat, reach)
    own = {hit.row: hit.distance_m for hit in land_hits}
    lands = {row: own.get(row, distance) for row, distance in lands.items()}
    lands |= _meant(land_hits, reach, not pairs and not others)
    others = {row: distance for row, distance in others.items() if row not in overlapping}
    return Found(pairs, overlapping, others, lands)


def answer(edition: Edition, found: Found, spoken: Words) -> Row:
    """What a page shows of what was found."""
    rights_told = edition.concessions["key"]
    over = [(str(rights_told.iat[row]), metres) for row, metres in found.overlapping.items()]
    rest = [(str(rights_told.iat[row]), metres) for row, metres in found.others.items()]
    left = len(over[MOST:]) + len(rest[MOST - len(over[:MOST]) :])
    rest = rest[: MOST - len(over[:MOST])]
    return {
        "overlapping": [_right(edition, key, metres, spoken) for key, metres in over[:MOST]],
        "others": [_right(edition, key, metres, spoken) for key, metres in rest],
        "territories": [_land(edition, row, metres, spoken) for row, metres in found.lands.items()],
        "more": left,
    }


def _right(edition: Edition, key: str, metres: float, spoken: Words) -> Row:
    said = layers.right(edition, key, spoken)
    return {**(said or {}), "distance_m": round(metres, 1)}


def _land(edition: Edition, row: int, metres: float, spoken: Words) -> Row:
    key = str(edition.territories["key"].iat[row])
    return {
        **layers.land(edition.lands[key], edition, spoken),
        "pairs": edition.pair_counts.get(key, 0),
        "distance_m": round(metres, 1),
    }


def _meant(hits: list[Hit], reach: float, thin_too: bool) -> dict[int, float]:
    """The rows that the point is on; else, where asked, the thin ones near it."""
    on = {hit.row: 0.0 for hit in hits if hit.distance_m == 0}
    if on or not thin_too:
        return on
    thin = [hit for hit in hits if hit.width_m <= reach]
    return {hit.row: hit.distance_m for hit in thin[:_MOST_NEAR]}


def _pairs_in(edition: Edition, hits: list[Hit], wanted: Selection) -> list[Hit]:
    """The hits of overlaps that are in, by their own words and by those of their right."""
    if wanted.empty:
        return hits
    facets, pairs = _lines(edition)
    right_of = spatial.of(edition).right_of
    return [
        hit
        for hit in hits
        if pair_held(wanted, pairs.at(hit.row))
        and right_held(wanted, facets.at(int(right_of[hit.row])))
    ]


def _rights_in(edition: Edition, hits: list[Hit], wanted: Selection) -> list[Hit]:
    """The hits of rights that are in, with an overlap that is in where overlaps were asked of."""
    if wanted.empty:
        return hits
    facets, pairs = _lines(edition)

    def held(row: int) -> bool:
        right = facets.at(row)
        return right_held(wanted, right) and (
            not asks_of_pairs(wanted)
            or any(pair_held(wanted, pairs.at(one)) for one in edition.overlap_rows([right["key"]]))
        )

    return [hit for hit in hits if held(hit.row)]


def _lines(edition: Edition) -> tuple[Lines, Lines]:
    return edition.once(("facet-lines",), lambda: (Lines(edition.facets), Lines(edition.pairs)))
