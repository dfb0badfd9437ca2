"""Lists of what a reader's device would keep: addresses with their bytes, known beforehand."""

import json
from collections.abc import Iterator

import numpy as np
import shapely
from flask import url_for
from flask.testing import FlaskClient

from geo.errors import DeslindeError
from geo.words import Words, _
from webmap.copies import cells, rewriting
from webmap.copies.cells import Box
from webmap.public import layers, shards, tiles
from webmap.public.edition import Edition, Row

FAR_ZOOM = 8
"""Up to here the whole country is kept; nearer, only the area that was asked for."""

MOST_TILES = 4_000
MOST_RIGHTS = 3_000
MOST_SHEETS = 200
"""How many rights one request is answered with."""

PAGES = (
    "map_page",
    "offline_page",
    "territories_page",
    "cases_page",
    "method_page",
    "rules_page",
    "sources_page",
    "unknown_page",
)
_TOO_MUCH = _("Es demasiado para guardarlo: acerque el mapa a un lugar más pequeño.")
File = tuple[str, int]


class NotToBeKept(DeslindeError):
    """An area or a territory that cannot be kept. sentence: why, a message id."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def country(edition: Edition, spoken: Words, client: FlaskClient) -> Row:
    """What everybody keeps: the pages that say how to read the map, and the country from afar."""
    files = edition.once(
        ("keep", spoken.language), lambda: [*_pages(edition, client), *_far(edition)]
    )
    return _told(edition, spoken, files, [])


def area(edition: Edition, spoken: Words, client: FlaskClient, asked: object) -> Row:
    """What is kept of a territory, or of a part of the map, besides the country.

    asked: {"territorio": key} or {"bbox": [west, south, east, north]}, in degrees. Raises
    NotToBeKept.
    """
    said = asked if isinstance(asked, dict) else {}
    files: list[File] = []
    if "territorio" in said:
        key = said["territorio"]
        if not isinstance(key, str) or key not in edition.lands:
            raise NotToBeKept(_("Ese territorio no está en esta publicación."))
        west, south, east, north = edition.territories.loc[[key]].total_bounds.tolist()
        box: Box = (west, south, east, north)
        files += _page(client, layers.address_of_territory(spoken.language, key)).items()
    else:
        box = _box(said.get("bbox"))
    shapes = np.asarray(edition.concessions.geometry.array, dtype=object)
    inside = np.flatnonzero(shapely.intersects(shapes, shapely.box(*box)))
    # before anything is made: what is refused must cost the other readers nothing
    if len(inside) > MOST_RIGHTS:
        raise NotToBeKept(_TOO_MUCH)
    files += _near(edition, box)
    files += [
        (address, len(_content(client, address)))
        for column, row in _tiles(box, cells.SHARD_ZOOM)
        for address in (f"/datos/{edition.id}/{spoken.language}/cerca/{column}-{row}.json",)
    ]
    lands = np.asarray(edition.territories.geometry.array, dtype=object)
    there = np.flatnonzero(shapely.intersects(lands, shapely.box(*box)))
    keys = [str(key) for key in edition.concessions["key"].iloc[inside]]
    keys += [str(key) for key in edition.territories["key"].iloc[there]]
    told = (json.dumps(shards.told(edition, spoken, key), ensure_ascii=False) for key in keys)
    return _told(edition, spoken, files, keys, sum(len(one.encode("utf-8")) for one in told))


def sheets(edition: Edition, spoken: Words, asked: object) -> Row:
    """What is said of some rights, by the shard that a click without a server looks into.

    asked: {"derechos": [key, …]}, at most MOST_SHEETS. Raises NotToBeKept.
    """
    said = asked.get("derechos") if isinstance(asked, dict) else None
    if not isinstance(said, list) or len(said) > MOST_SHEETS:
        raise NotToBeKept(_("Eso no se puede guardar: vuelva a abrir esta página."))
    made: dict[str, dict[str, Row]] = {}
    for key in said:
        told = shards.told(edition, spoken, key) if isinstance(key, str) else None
        if told is not None:
            digest = cells.shard(key)
            address = f"/datos/{edition.id}/{spoken.language}/derechos/{digest}.json"
            made.setdefault(address, {})[key] = told
    return made


def _told(
    edition: Edition, spoken: Words, files: list[File], keys: list[str], bytes_of_keys: int = 0
) -> Row:
    return {
        "release": edition.id,
        "as_of": spoken.date(edition.release.as_of),
        "files": [address for address, _size in files],
        "bytes": sum(size for _address, size in files) + bytes_of_keys,
        "rights": keys,
    }


def _pages(edition: Edition, client: FlaskClient) -> Iterator[File]:
    """The pages and all that they load, each address once."""
    needed: dict[str, int] = {}
    for endpoint in PAGES:
        needed |= _page(client, url_for(endpoint))
    needed |= {address: len(_content(client, address)) for address in _pictures()}
    # the filters of the map work offline too
    for endpoint in ("map_script", "map_style", "index_data", "hectares_data"):
        address = url_for(endpoint, release=edition.id)
        needed[address] = len(_content(client, address))
    yield from needed.items()


def _page(client: FlaskClient, page: str) -> dict[str, int]:
    """A page and all that it loads."""
    content = _content(client, page)
    named = rewriting.addresses(content.decode("utf-8"))
    loaded = sorted({one for one in named if one.startswith("/static/")})
    return {page: len(content), **{one: len(_content(client, one)) for one in loaded}}


def _pictures() -> Iterator[str]:
    """What the map's style names by itself."""
    for name in ("layers.png", "layers-2x.png", "marker-icon.png"):
        yield url_for("static_file", name=f"vendor/leaflet/images/{name}")


def _far(edition: Edition) -> Iterator[File]:
    for named in tiles.ARCHIVES:
        found = tiles.opened(edition, named)
        if found is not None:
            for zoom, column, row, size in found.every(FAR_ZOOM):
                yield tile_address(edition, named, zoom, column, row), size


def _near(edition: Edition, box: Box) -> Iterator[File]:
    """The tiles of an area from the zoom after FAR_ZOOM on. Raises NotToBeKept."""
    for named in tiles.ARCHIVES:
        found = tiles.opened(edition, named)
        last = FAR_ZOOM if found is None else found.last_zoom
        for zoom in range(FAR_ZOOM + 1, last + 1):
            for column, row in _tiles(box, zoom):
                content = found.tile(zoom, column, row) if found else None
                if content is not None:
                    # the last four bytes of a gzip say how long it unfolds
                    size = int.from_bytes(content[-4:], "little")
                    yield tile_address(edition, named, zoom, column, row), size


def tile_address(edition: Edition, named: str, zoom: int, column: int, row: int) -> str:
    """Where a tile is served."""
    return f"/teselas/{edition.id}/{named}/{zoom}/{column}/{row}.mvt"


def _tiles(box: Box, zoom: int) -> list[tuple[int, int]]:
    """The tiles of one zoom that an area touches. Raises NotToBeKept for too many."""
    columns, rows = cells.tiles(box, zoom)
    if len(columns) * len(rows) > MOST_TILES:
        raise NotToBeKept(_TOO_MUCH)
    return [(column, row) for column in columns for row in rows]


def _box(said: object) -> Box:
    """An area of degrees. Raises NotToBeKept for anything else."""
    wrong = NotToBeKept(_("No se entiende qué parte del mapa quiere guardar."))
    if not isinstance(said, list) or len(said) != 4:
        raise wrong
    if not all(isinstance(one, int | float) and abs(one) <= 180 for one in said):
        raise wrong
    west, south, east, north = (float(one) for one in said)
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise wrong
    return (west, south, east, north)


def _content(client: FlaskClient, address: str) -> bytes:
    """What the application answers to an address of its own, unpacked."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise NotToBeKept(_("Eso no se puede guardar: vuelva a abrir esta página."))
    return answer.get_data()
