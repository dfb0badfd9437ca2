"""OGC API – Features over the public release, so that QGIS and other programs open it directly.

Core, GeoJSON and OpenAPI 3.0 (OGC 17-069r4), and nothing beyond: JSON only, CRS84 only. A page of
features is of one release: «next» links carry its id, and once another took its place the answer
is 410, never a mixture. `timeStamp` is when the answer was made, by this server's clock; when the
data are of stands in `as_of` of each row and in `release`.
"""

import json
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import numpy as np
from flask import Flask, Response, request, url_for
from werkzeug.exceptions import HTTPException

from geo.errors import AskedBadly, NothingToDo, ReleaseDamaged
from geo.words import Words, _
from webmap.public import citation, ogc_described, ogc_features
from webmap.public.edition import Edition
from webmap.public.given import Given
from webmap.public.ogc_features import COLLECTIONS, Collection
from webmap.public.ogc_query import CRS84, Interval, Query, only, read
from webmap.public.streamed import streamed

JSON, GEOJSON = "application/json", "application/geo+json"
CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{one}"
    for one in ("core", "geojson", "oas30")
)
OPEN_TO_OTHERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""A page of another site may read these answers: they are public, and the same for everybody."""

_NOT_HERE = _("Aquí no hay nada: empiece por /ogc.")
_CHANGED = _("La publicación {id} ya no se da: empiece de nuevo, sin «release».")
_NO_COLLECTION = _("No hay ninguna colección con ese nombre.")
_NO_FEATURE = _("No hay ninguna fila con ese identificador en esta publicación.")
_NO_RELEASE = _("Todavía no hay nada publicado.")
_FAILED = _("Algo falló de nuestro lado.")

Link = dict[str, str]


class _Refused(Exception):
    """An answer that is none: its status and its sentence (message id)."""

    def __init__(self, status: int, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.values = status, sentence, values


def register(app: Flask, given: Given) -> None:
    """Adds the service."""
    edition, words = given.edition, given.words

    def answering(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def answered(**values: Any) -> Response:
            try:
                return view(**values)
            except AskedBadly as error:
                return _refusal(400, words().say(error.sentence, **error.values))
            except _Refused as error:
                return _refusal(error.status, words().say(error.sentence, **error.values))
            except NothingToDo:
                return _refusal(503, words().say(_NO_RELEASE))
            except ReleaseDamaged:
                app.log_exception(sys.exc_info())
                return _refusal(500, words().say(_FAILED))
            except HTTPException as error:
                return _refusal(error.code or 500, words().say(_FAILED))

        return answered

    def collection_of(named: str) -> Collection:
        if named not in COLLECTIONS:
            raise _Refused(404, _NO_COLLECTION)
        return COLLECTIONS[named]

    @app.get("/ogc/")
    @app.get("/ogc")
    @answering
    def ogc_landing() -> Response:
        only(request.args)
        now, spoken = edition(), words()
        return _told(
            {
                "title": "Deslinde",
                "description": spoken.say("Superposiciones de derechos y territorios en el Perú."),
                **_cited(now, spoken),
                "links": [
                    _link("self", JSON, _here()),
                    _link("service-desc", ogc_described.MIMETYPE, _at("ogc_api")),
                    _link(
                        "service-doc", "text/html", _at("machines_page", language=spoken.language)
                    ),
                    _link("conformance", JSON, _at("ogc_conformance")),
                    _link("data", JSON, _at("ogc_collections")),
                    _link("license", "text/html", _at("sources_page", language=spoken.language)),
                ],
            }
        )

    @app.get("/ogc/conformance")
    @answering
    def ogc_conformance() -> Response:
        only(request.args)
        return _told({"conformsTo": list(CONFORMANCE)})

    @app.get("/ogc/api")
    @answering
    def ogc_api() -> Response:
        only(request.args)
        now, spoken = edition(), words()
        about = " ".join([*_cited(now, spoken)["limits"], citation.of(now, spoken).text])
        told = ogc_described.document(root(), app.url_map.iter_rules(), spoken, about)
        return _told(told, ogc_described.MIMETYPE)

    @app.get("/ogc/collections")
    @answering
    def ogc_collections() -> Response:
        only(request.args)
        now, spoken = edition(), words()
        return _told(
            {
                **_cited(now, spoken),
                "links": [_link("self", JSON, _here())],
                "collections": [_described(one, now, spoken) for one in COLLECTIONS.values()],
            }
        )

    @app.get("/ogc/collections/<named>")
    @answering
    def ogc_collection(named: str) -> Response:
        only(request.args)
        return _told(_described(collection_of(named), edition(), words()))

    @app.get("/ogc/collections/<named>/items")
    @answering
    def ogc_items(named: str) -> Response:
        collection = collection_of(named)
        query = read(request.args, collection.layer)
        now = edition() if not query.release else given.shelf.edition(query.release)
        if now is None:
            raise _Refused(410, _CHANGED, id=query.release[:12])
        found = ogc_features.rows(collection, query, now)
        some = ogc_features.page(collection, found, query, now)
        members = {
            "links": _page_links(collection, query, len(some), len(found), now),
            "timeStamp": given.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "release": now.id,
            "numberMatched": len(found),
            "numberReturned": len(some),
        }
        return _open(streamed(_collection(collection, some, members, now), GEOJSON))

    @app.get("/ogc/collections/<named>/items/<feature_id>")
    @answering
    def ogc_item(named: str, feature_id: str) -> Response:
        only(request.args)
        collection, now = collection_of(named), edition()
        number = ogc_features.number_of(collection, feature_id, now)
        if number is None:
            raise _Refused(404, _NO_FEATURE)
        ((feature,),) = ogc_features.told(collection, np.array([number]), now)
        whole = _at("ogc_collection", named=named)
        links = [_link("self", GEOJSON, _here()), _link("collection", JSON, whole)]
        return _told({**feature, "links": links}, GEOJSON)

    @app.get("/ogc/<path:_rest>")
    @answering
    def ogc_nothing(_rest: str) -> Response:
        raise _Refused(404, _NOT_HERE)

    def _told(value: Any, mimetype: str = JSON) -> Response:
        made = Response(_compact(value), mimetype=mimetype)
        made.headers["Content-Language"] = words().language
        made.vary.add("Accept-Language")
        return _open(made)


def _refusal(status: int, sentence: str) -> Response:
    told = {"code": str(status), "description": sentence}
    return _open(Response(_compact(told), status, mimetype=JSON))


def _collection(
    collection: Collection, numbers: np.ndarray, members: dict[str, Any], edition: Edition
) -> Iterator[bytes]:
    """A page of features, piece by piece."""
    yield _compact({"type": "FeatureCollection", **members})[:-1].encode() + b',"features":['
    first = True
    for some in ogc_features.told(collection, numbers, edition):
        text = ",\n".join(_compact(one) for one in some)
        yield (text if first else ",\n" + text).encode()
        first = False
    yield b"]}\n"


def _page_links(
    collection: Collection, query: Query, returned: int, matched: int, edition: Edition
) -> list[Link]:
    """This page and its neighbours; those go on in the same release."""
    links = [
        _link("self", GEOJSON, _here()),
        _link("collection", JSON, _at("ogc_collection", named=collection.id)),
    ]

    def page(offset: int) -> str:
        asked = [("limit", query.limit), ("offset", offset), ("release", edition.id)]
        return f"{_at('ogc_items', named=collection.id)}?{urlencode([*query.given, *asked])}"

    if query.offset + returned < matched:
        links.append(_link("next", GEOJSON, page(query.offset + returned)))
    if query.offset:
        links.append(_link("prev", GEOJSON, page(max(query.offset - query.limit, 0))))
    return links


def _described(collection: Collection, edition: Edition, spoken: Words) -> dict[str, Any]:
    box = ogc_features.bounds(collection, edition)
    extent: dict[str, Any] = {
        "temporal": {"interval": [_instants(ogc_features.dates(collection, edition))]}
    }
    if box is not None:
        extent["spatial"] = {"bbox": [list(box)], "crs": CRS84}
    own = _at("ogc_collection", named=collection.id)
    items = _at("ogc_items", named=collection.id)
    return {
        "id": collection.id,
        "title": spoken.say(collection.title),
        "description": spoken.say(collection.description),
        "attribution": citation.of(edition, spoken).text,
        "extent": extent,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link("self", JSON, own),
            _link("items", GEOJSON, items),
            _link("license", "text/html", _at("sources_page", language=spoken.language)),
        ],
    }


def _cited(edition: Edition, spoken: Words) -> dict[str, Any]:
    cited = citation.of(edition, spoken)
    return {
        "release": cited.release,
        "attribution": cited.text,
        "warning": cited.warning,
        "limits": list(cited.limits),
        "sources": [one.told() for one in cited.sources],
    }


def _instants(days: Interval) -> list[str | None]:
    first, last = days
    return [f"{first}T00:00:00Z" if first else None, f"{last}T23:59:59Z" if last else None]


def _link(rel: str, kind: str, href: str) -> Link:
    return {"rel": rel, "type": kind, "href": href}


def root() -> str:
    """Where this server is, as its reader calls it; a server in front says whether by https.

    The answer goes to the one who asked and is kept by nobody between, so that whoever makes up
    a host misleads only themselves.
    """
    secure = request.headers.get("X-Forwarded-Proto", request.scheme) == "https"
    return f"{'https' if secure else 'http'}://{request.host}"


def _at(endpoint: str, **values: Any) -> str:
    return root() + url_for(endpoint, **values)


def _here() -> str:
    return root() + request.full_path.rstrip("?")


def _open(response: Response) -> Response:
    response.headers.update(OPEN_TO_OTHERS)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
