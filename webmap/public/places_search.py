"""Search: a territory, a right, a case, a department, a district, a place, or coordinates.

Accents, capitals and punctuation do not count. What is called exactly so comes first, then where
the words begin a word, then where they stand inside one.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from flask import Flask, Response

from geo import naming
from geo.answers import folded
from geo.errors import AskedBadly
from geo.words import Words, _, said
from webmap.public import asked, layers, spatial
from webmap.public.coordinates import Spot, spots
from webmap.public.edition import Edition, Row
from webmap.public.given import Given

MOST_LETTERS = 80
MOST = 20
_MOST_OF_A_TYPE = 7
"""So that a hundred rights do not hide the one territory; what is left over is filled up."""

TERRITORY, DEPARTMENT, DISTRICT, PLACE, CASE, RIGHT = range(6)
TYPES = ("territory", "department", "district", "place", "case", "right")

_TOO_LONG = _("La búsqueda es demasiado larga: escriba a lo más 80 letras.")
_EXACT, _BEGINS, _INSIDE = range(3)


@dataclass(frozen=True, eq=False)
class Book:
    """All that can be found, in the order in which it is offered.

    types: number of TYPES. refs: a row's number in its frame, or of `named`. texts: the words of
    each, folded, with a space before each. names, codes: folded, for what is called exactly so.
    named: name and box (degrees, west south east north) of departments, districts and places.
    """

    types: np.ndarray
    refs: np.ndarray
    texts: pa.Array
    names: pa.Array
    codes: pa.Array
    named: list[tuple[str, str, list[float]]]


def register(app: Flask, given: Given) -> None:
    """Adds the route that the search box asks."""
    of, words = given.of, given.words

    @app.post("/datos/<release>/<language:language>/buscar")
    @asked.answering(words)
    def search(release: str) -> Response:
        edition = of(release)
        query = asked.text(asked.body(("q",)), "q")
        if len(query) > MOST_LETTERS:
            raise AskedBadly(_TOO_LONG)
        return asked.told(found(edition, query, words(), given.outlines.content))


def warm(edition: Edition) -> None:
    """Nothing to make before a reader asks: the book needs the outlines, which `register` has."""
    spatial.of(edition)


def plainly(text: str) -> str:
    """Letters and digits only, folded, single spaces between words."""
    return " ".join("".join(c if c.isalnum() else " " for c in folded(text)).split())


def found(edition: Edition, query: str, spoken: Words, outlines: bytes) -> Row:
    """The best MOST for a query, and how many more there are."""
    told = [_spot(one, spoken) for one in spots(query)]
    book = edition.once(("search",), lambda: _book(edition, outlines))
    rows, count = matches(book, plainly(query))
    told += [_told(edition, book, row, spoken) for row in rows]
    return {"found": told, "more": count - len(rows)}


def matches(book: Book, query: str) -> tuple[list[int], int]:
    """The numbers of the best MOST entries that hold every word of a plain query; how many do."""
    words = query.split()
    if not words:
        return [], 0
    held = pc.match_substring(book.texts, words[0])
    for word in words[1:]:
        held = pc.and_(held, pc.match_substring(book.texts, word))
    rows = pc.indices_nonzero(held).to_numpy().astype(np.intp)
    begins = np.ones(len(rows), dtype=bool)
    texts = book.texts.take(pa.array(rows))
    for word in words:
        begins &= pc.match_substring(texts, f" {word}").to_numpy(zero_copy_only=False)
    exact = np.zeros(len(rows), dtype=bool)
    for column in (book.names, book.codes):
        some = pc.equal(column, query).to_numpy(zero_copy_only=False)
        exact |= some[rows]
    rank = np.where(exact, _EXACT, np.where(begins, _BEGINS, _INSIDE))
    return _best(rows, rank, book.types[rows]), len(rows)


def _best(rows: np.ndarray, rank: np.ndarray, types: np.ndarray) -> list[int]:
    order = np.lexsort((rows, types, rank))
    place = np.zeros(len(rows), dtype=np.intp)
    for one in range(len(TYPES)):
        here = order[types[order] == one]
        place[here] = np.arange(len(here))
    first = order[place[order] < _MOST_OF_A_TYPE][:MOST]
    rest = order[place[order] >= _MOST_OF_A_TYPE][: MOST - len(first)]
    chosen = np.concatenate([first, rest])
    chosen = chosen[np.lexsort((rows[chosen], types[chosen], rank[chosen]))]
    return [int(row) for row in rows[chosen]]


def _book(edition: Edition, outlines: bytes) -> Book:
    lands, rights, facets = edition.territories, edition.concessions, edition.facets
    cases = list(edition.cases.values())
    named = _named(edition, outlines)
    by_name = np.argsort(lands["name"].fillna("").map(folded).to_numpy(dtype=object), kind="stable")
    covered = facets["area_ha"].fillna(0).to_numpy(dtype=float)
    largest = np.argsort(-covered, kind="stable")
    kinds = [TYPES.index(kind) for kind, _name, _box in named]
    types = np.concatenate(
        [
            np.full(len(lands), TERRITORY),
            np.array(kinds, dtype=np.intp),
            np.full(len(cases), CASE),
            np.full(len(rights), RIGHT),
        ]
    )
    refs = np.concatenate([by_name, np.arange(len(named)), np.arange(len(cases)), largest])
    names = [
        *_texts(lands["name"], by_name),
        *(name for _kind, name, _box in named),
        *(str(case["title"]) for case in cases),
        *_texts(rights["name"], largest),
    ]
    codes = [
        *_texts(lands["native_id"], by_name),
        *("" for _one in named),
        *(str(case["id"]) for case in cases),
        *_texts(rights["native_id"], largest),
    ]
    more = [
        *_texts(lands["group"], by_name),
        *("" for _one in named),
        *(f"{case.get('title_en') or ''} {case['place'] or ''}" for case in cases),
        *("" for _one in largest),
    ]
    plain_names, plain_codes = [plainly(one) for one in names], [plainly(one) for one in codes]
    texts = [
        f" {name} {code} {code.replace(' ', '')} {plainly(extra)}"
        for name, code, extra in zip(plain_names, plain_codes, more, strict=True)
    ]
    return Book(
        types.astype(np.intp),
        refs.astype(np.intp),
        pa.array(texts),
        pa.array(plain_names),
        pa.array(plain_codes),
        named,
    )


def _texts(column: pd.Series, order: np.ndarray) -> list[str]:
    return [str(text) for text in column.fillna("").to_numpy(dtype=object)[order]]


def _named(edition: Edition, outlines: bytes) -> list[tuple[str, str, list[float]]]:
    """Departments by their outlines; districts by the rights and territories that name them."""
    made = [
        ("department", str(one["properties"]["name"]), shapely.bounds(shape).tolist())
        for one in json.loads(outlines)["features"]
        if (shape := shapely.from_geojson(json.dumps(one["geometry"])))
    ]
    index = spatial.of(edition)
    boxes = np.concatenate([index.lands.boxes, index.rights.boxes])
    both = pd.concat([edition.territories["district"], edition.concessions["district"]])
    there = both.fillna("").to_numpy(dtype=object)
    numbers = pd.Series(np.arange(len(there))).groupby(there).indices
    for name in sorted({str(name) for name in numbers} - {""}):
        some = boxes[numbers[name]]
        box = [*np.nanmin(some[:, :2], axis=0), *np.nanmax(some[:, 2:], axis=0)]
        made.append(("district", str(name), [float(one) for one in box]))
    return made


def _told(edition: Edition, book: Book, row: int, spoken: Words) -> Row:
    kind, ref = int(book.types[row]), int(book.refs[row])
    index = spatial.of(edition)
    if kind == TERRITORY:
        land = edition.lands[str(edition.territories["key"].iat[ref])]
        return _entry(
            TYPES[kind],
            naming.name(land, spoken),
            f"{naming.called(land, edition.sources, spoken)} · {said(land['native_id'])}",
            layers.address_of_territory(spoken.language, land["key"]),
            index.lands.boxes[ref].tolist(),
            key=land["key"],
        )
    if kind == RIGHT:
        right = edition.rights[str(edition.concessions["key"].iat[ref])]
        status = naming.label_of_status(right, spoken)
        sub = f"{naming.label_of_kind(right, spoken)} · {said(right['native_id'])} · {status}"
        return _entry(
            TYPES[kind],
            naming.name(right, spoken),
            sub,
            layers.address_of_right(spoken.language, right["key"]),
            index.rights.boxes[ref].tolist(),
            key=right["key"],
        )
    if kind == CASE:
        return _case(edition, list(edition.cases.values())[ref], spoken)
    _type, name, box = book.named[ref]
    return _entry(TYPES[kind], said(name), spoken.say(_LABELS[kind]), None, box)


_LABELS = {DEPARTMENT: _("Departamento"), DISTRICT: _("Distrito"), PLACE: _("Lugar")}


def _case(edition: Edition, case: Row, spoken: Words) -> Row:
    index = spatial.of(edition)
    rows = edition.territories.index.get_indexer(pd.Index(case["territories"], dtype="object"))
    some = index.lands.boxes[rows[rows >= 0]]
    box = [*some[:, :2].min(axis=0), *some[:, 2:].max(axis=0)] if len(some) else None
    return _entry(
        TYPES[CASE],
        naming.told(case, "title", spoken),
        f"{spoken.say('Caso')} · {said(case['place'])}",
        f"/{spoken.language}/caso/{quote(str(case['id']), safe=':~')}",
        [float(one) for one in box] if box else None,
    )


def _spot(spot: Spot, spoken: Words) -> Row:
    sub = spoken.say("Coordenadas UTM {zone} (WGS84)", zone=spot.zone) if spot.zone else ""
    room = 0.005
    box = [spot.lon - room, spot.lat - room, spot.lon + room, spot.lat + room]
    label = f"{spot.lat:.6f}, {spot.lon:.6f}"
    sub = sub or spoken.say("Coordenadas en grados (WGS84)")
    return _entry("point", label, sub, None, box, lon=spot.lon, lat=spot.lat)


def _entry(
    kind: str, label: str, sub: str, url: str | None, box: list[float] | None, **more: Any
) -> Row:
    bbox = None if box is None else [round(one, 6) for one in box]
    return {"type": kind, "label": label, "sub": sub, "url": url, "bbox": bbox, **more}
