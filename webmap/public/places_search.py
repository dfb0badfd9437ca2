"""Search: a territory, a department, a district, a place, a case, a right, or coordinates."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from flask import Flask, Response, url_for

from geo import naming
from geo.answers import folded
from geo.errors import AskedBadly
from geo.gazetteer import department_of
from geo.words import Words, _, said
from webmap.public import asked, layers, spatial
from webmap.public.areas import Area, areas
from webmap.public.coordinates import Spot, spots
from webmap.public.edition import Edition, Row
from webmap.public.given import Given
from webmap.public.search_book import Book, Entries, bound, matches, plain
from webmap.web import Packed

MOST_LETTERS = 80

TERRITORY, DEPARTMENT, DISTRICT, PLACE, CASE, RIGHT = range(6)
TYPES = ("territory", "department", "district", "place", "case", "right")

_PLACES = Path("built") / "peru-places.json"
_ROOM_DEGREES = 0.03
"""Around a place, which its gazetteer knows as a point."""
_SPOT_DEGREES = 0.005
_TOO_LONG = _("La búsqueda es demasiado larga: escriba a lo más 80 letras.")


@dataclass(frozen=True)
class Place:
    """A populated place of GeoNames, in degrees; department "" where it is in none."""

    name: str
    department: str
    lon: float
    lat: float


def register(app: Flask, given: Given) -> None:
    """Adds the route that the search box asks."""
    of, words = given.of, given.words
    places = places_of(given.data_folder, given.outlines)

    @app.post("/datos/<release>/<language:language>/buscar")
    @asked.answering(words)
    def search(release: str) -> Response:
        edition = of(release)
        query = asked.text(asked.body(("q",)), "q")
        if len(query) > MOST_LETTERS:
            raise AskedBadly(_TOO_LONG)
        return asked.told(found(edition, query, words(), given.outlines, places))


def warm(edition: Edition) -> None:
    """Makes the words of the rights, so that the first search does not wait for them."""
    _rights(edition)
    spatial.of(edition)


def found(
    edition: Edition, query: str, spoken: Words, outlines: Packed, places: Sequence[Place]
) -> Row:
    """The best for a query, and how many more there are."""
    book = edition.once(("search",), lambda: _book(edition, outlines, places))
    best, count = matches(book, query)
    told = [_spot(one, spoken) for one in spots(query)]
    told += [_told(edition, kind, ref, spoken, outlines, places) for kind, ref in best]
    return {"found": told, "more": count - len(best)}


def places_of(data_folder: Path, outlines: Packed) -> tuple[Place, ...]:
    """The places that the set-up took from GeoNames; none where it did not."""
    path = data_folder / _PLACES
    if not path.is_file():
        return ()
    told = json.loads(path.read_text(encoding="utf-8"))
    spots_of = gpd.GeoSeries(
        shapely.points([[float(one["lng"]), float(one["lat"])] for one in told]), crs="EPSG:4326"
    )
    frame = gpd.GeoDataFrame.from_features(json.loads(outlines.content), crs="EPSG:4326")
    where = department_of(spots_of, frame).fillna("")
    made = [
        Place(said(one["name"]), str(department), float(one["lng"]), float(one["lat"]))
        for one, department in zip(told, where, strict=True)
    ]
    return tuple(sorted(made, key=lambda one: (folded(one.name), one.department, one.lon)))


def _book(edition: Edition, outlines: Packed, places: Sequence[Place]) -> Book:
    cases = list(edition.cases.values())
    return bound(
        (
            _lands(edition),
            _of_areas(_listed(edition, DEPARTMENT, outlines)),
            _of_areas(_listed(edition, DISTRICT, outlines)),
            _entries([one.name for one in places]),
            _entries(
                [str(case["title"]) for case in cases],
                [str(case["id"]) for case in cases],
                [f"{case.get('title_en') or ''} {case['place'] or ''}" for case in cases],
            ),
            _rights(edition),
        )
    )


def _entries(
    names: Sequence[str], codes: Sequence[str] | None = None, more: Sequence[str] | None = None
) -> Entries:
    none = [""] * len(names)
    return Entries(range(len(names)), plain(names), plain(codes or none), plain(more or none))


def _of_areas(found_areas: Sequence[Area]) -> Entries:
    return _entries(
        [one.name for one in found_areas],
        more=[f"{one.province} {one.department}" if one.district else "" for one in found_areas],
    )


def _lands(edition: Edition) -> Entries:
    frame = edition.territories
    names, codes, groups = (_texts(frame[name]) for name in ("name", "native_id", "group"))
    order = sorted(range(len(frame)), key=lambda row: (folded(names[row]), codes[row]))
    return Entries(
        order,
        plain(names[row] for row in order),
        plain(codes[row] for row in order),
        plain(groups[row] for row in order),
    )


def _rights(edition: Edition) -> Entries:
    return edition.once(("search-rights",), lambda: _made_rights(edition))


def _made_rights(edition: Edition) -> Entries:
    """The rights, those with the most hectares under territories first."""
    frame = edition.concessions
    covered = edition.facets["area_ha"].fillna(0).to_numpy(dtype=float)
    order = np.argsort(-covered, kind="stable")
    names, codes = _texts(frame["name"]), _texts(frame["native_id"])
    return Entries(
        order.tolist(),
        plain(names[row] for row in order),
        plain(codes[row] for row in order),
        [""] * len(order),
    )


def _texts(column: pd.Series) -> list[str]:
    return [str(text) for text in column.fillna("").to_numpy(dtype=object)]


def _listed(edition: Edition, kind: int, outlines: Packed) -> list[Area]:
    there = areas(edition, outlines)
    return list((there.departments if kind == DEPARTMENT else there.districts).values())


def _told(
    edition: Edition,
    kind: int,
    ref: int,
    spoken: Words,
    outlines: Packed,
    places: Sequence[Place],
) -> Row:
    if kind == TERRITORY:
        return _land(edition, ref, spoken)
    if kind == RIGHT:
        return _right(edition, ref, spoken)
    if kind == CASE:
        return _case(edition, list(edition.cases.values())[ref], spoken)
    if kind == PLACE:
        return _place(places[ref], spoken)
    return _area(edition, kind, _listed(edition, kind, outlines)[ref], spoken)


def _land(edition: Edition, row: int, spoken: Words) -> Row:
    land = edition.lands[str(edition.territories["key"].iat[row])]
    return _entry(
        TERRITORY,
        naming.name(land, spoken),
        f"{naming.called(land, edition.sources, spoken)} · {said(land['native_id'])}",
        layers.address_of_territory(spoken.language, land["key"]),
        spatial.of(edition).lands.boxes[row].tolist(),
        key=land["key"],
    )


def _right(edition: Edition, row: int, spoken: Words) -> Row:
    right = edition.rights[str(edition.concessions["key"].iat[row])]
    return _entry(
        RIGHT,
        naming.name(right, spoken),
        layers.line_of_right(right, spoken),
        layers.address_of_right(spoken.language, right["key"]),
        spatial.of(edition).rights.boxes[row].tolist(),
        key=right["key"],
    )


def _case(edition: Edition, case: Row, spoken: Words) -> Row:
    rows = edition.territories.index.get_indexer(pd.Index(case["territories"], dtype="object"))
    return _entry(
        CASE,
        naming.told(case, "title", spoken),
        f"{spoken.say('Caso')} · {said(case['place'])}",
        f"/{spoken.language}/caso/{quote(str(case['id']), safe=':~')}",
        _around(spatial.of(edition).lands.boxes[rows[rows >= 0]]),
    )


def _area(edition: Edition, kind: int, area: Area, spoken: Words) -> Row:
    index = spatial.of(edition)
    rights, lands = (np.array(rows, dtype=np.intp) for rows in (area.rights, area.territories))
    boxes = np.concatenate([index.rights.boxes[rights], index.lands.boxes[lands]])
    district = kind == DISTRICT
    within = ", ".join(one for one in (area.province, area.department) if one)
    return _entry(
        kind,
        said(area.name),
        f"{spoken.say('Distrito')} · {said(within)}" if district else spoken.say("Departamento"),
        url_for("district_page" if district else "department_page", slug=area.slug),
        _around(boxes),
    )


def _place(place: Place, spoken: Words) -> Row:
    told = " · ".join(one for one in (spoken.say("Lugar"), place.department) if one)
    return _entry(PLACE, place.name, told, None, _box_at(place.lon, place.lat, _ROOM_DEGREES))


def _spot(spot: Spot, spoken: Words) -> Row:
    sub = (
        spoken.say("Coordenadas UTM {zone} (WGS84)", zone=spot.zone)
        if spot.zone
        else spoken.say("Coordenadas en grados (WGS84)")
    )
    box = _box_at(spot.lon, spot.lat, _SPOT_DEGREES)
    told = _entry(PLACE, f"{spot.lat:.6f}, {spot.lon:.6f}", sub, None, box)
    return {**told, "type": "point", "lon": spot.lon, "lat": spot.lat}


def _box_at(lon: float, lat: float, room: float) -> list[float]:
    return [lon - room, lat - room, lon + room, lat + room]


def _around(boxes: np.ndarray) -> list[float] | None:
    """The box that holds all boxes; None where there are none."""
    there = boxes[np.isfinite(boxes).all(axis=1)]
    return [*there[:, :2].min(axis=0), *there[:, 2:].max(axis=0)] if len(there) else None


def _entry(
    kind: int, label: str, sub: str, url: str | None, box: Sequence[float] | None, **more: Any
) -> Row:
    bbox = None if box is None else [round(float(one), 6) for one in box]
    return {"type": TYPES[kind], "label": label, "sub": sub, "url": url, "bbox": bbox, **more}
