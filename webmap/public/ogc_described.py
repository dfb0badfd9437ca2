"""The description of the service, OpenAPI 3.0: the collections, and the pages' own data calls."""

import re
from collections.abc import Iterable
from typing import Any

from werkzeug.routing import Rule

from geo.terms import Kind, OverlapClass, Severity, Status
from geo.words import Words, _
from webmap.public.download_content import COLUMNS
from webmap.public.ogc_features import COLLECTIONS, Collection
from webmap.public.ogc_query import CRS84, DEFAULT_LIMIT, MOST, parameters

MIMETYPE = "application/vnd.oai.openapi+json;version=3.0"
FEATURES = "OGC API – Features"
_PAGES = _("Las páginas")

_TYPES = {"string": "string", "Float64": "number", "Int64": "integer", "boolean": "string"}
_CLOSED = {"kind": Kind, "status": Status, "overlap_class": OverlapClass, "priority": Severity}
_YEARS = ("filed_from", "filed_to", "granted_from", "granted_to")
_MEANT = {
    "kind": _("Tipo del derecho."),
    "status": _("Estado del derecho."),
    "department": _("Uno de los departamentos del derecho, con su nombre."),
    "district": _("Distrito del derecho, según su fuente."),
    "overlap_class": _("Clase de la superposición, o de una del derecho."),
    "flag": _("Código de una pregunta que tiene la respuesta sí."),
    "priority": _("Prioridad de revisión: esta o más. No es una calificación legal."),
    "filed_from": _("Formulado en este año o después; sin año conocido, no está."),
    "filed_to": _("Formulado en este año o antes; sin año conocido, no está."),
    "granted_from": _("Otorgado en este año o después; sin año conocido, no está."),
    "granted_to": _("Otorgado en este año o antes; sin año conocido, no está."),
    "q": _("Palabras del código o del nombre, sin contar tildes ni mayúsculas."),
    "territory_key": _("Clave de un territorio."),
}
_RELEASE = _(
    "La publicación que se está leyendo. Los enlaces «next» la llevan: si otra la reemplazó, la "
    "respuesta es 410 y hay que empezar de nuevo."
)
CALLS = {
    "tile": _("Tesela vectorial (MVT) de los datos o del fondo."),
    "index_data": _("Columnas de todos los derechos, para filtrar."),
    "hectares_data": _(
        "Las hectáreas de cada derecho bajo territorios, en el orden de las columnas."
    ),
    "manifest_data": _("El manifiesto: fuentes, versiones y huella SHA-256 de cada archivo."),
    "right_data": _("Todo lo que se sabe de un derecho."),
    "rights_data": _("Los derechos cuya clave empieza por estos dos signos de su SHA-256."),
    "near_data": _("Las figuras exactas cerca de una tesela de nivel 9."),
    "point": _("Qué hay en un punto, con todas sus superposiciones."),
    "search": _("Buscar por nombre, código, lugar o coordenadas."),
    "area_data": _("Qué se superpone con un área dibujada, que no se guarda."),
    "area_file": _("Lo mismo como archivo."),
    "contour": _("El contorno exacto de una figura."),
    "older_data": _("Las publicaciones con las que se puede comparar."),
    "changes_data": _("Qué cambió desde otra publicación."),
    "small_data": _("Los datos del mapa pequeño de una página."),
    "keep_data": _("La lista de lo que se guarda para usar sin conexión."),
    "keep_more_data": _("La misma lista, para un área."),
    "keep_rights_data": _("Los derechos que se guardan para usar sin conexión."),
    "threats_data": _("Los paquetes cerrados de amenazas, y los cuadros nacionales."),
    "table_page": _("La tabla de una selección, como página."),
    "selected_file": _("Una selección como archivo: csv (en zip), geojson, gpkg, kml."),
    "print_sheet": _("Una lámina en PDF."),
    "health": _("Si el servicio responde, y con qué publicación."),
    "ready": _("Si el servicio está listo."),
}
"""By endpoint, the addresses that the pages themselves ask for data (message ids)."""

_PLACE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


def document(server: str, rules: Iterable[Rule], spoken: Words, about: str) -> dict[str, Any]:
    """The whole description. server: the address below which everything is. about: the citation."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Deslinde",
            "version": "1",
            "description": about,
        },
        "servers": [{"url": server}],
        "tags": [
            {"name": FEATURES, "description": spoken.say("Las capas de la publicación.")},
            {
                "name": spoken.say(_PAGES),
                "description": spoken.say(
                    "Lo que piden las páginas de este sitio. Puede cambiar con ellas."
                ),
            },
        ],
        "paths": {**_features(spoken), **_calls(rules, spoken)},
        "components": _components(spoken),
    }


def _features(spoken: Words) -> dict[str, Any]:
    language = {"$ref": "#/components/parameters/f"}
    simple = {
        "/ogc": ("landing", _("La portada.")),
        "/ogc/conformance": ("conformance", _("Las clases de conformidad.")),
        "/ogc/api": ("api", _("Esta descripción.")),
        "/ogc/collections": ("collections", _("Las colecciones.")),
    }
    paths: dict[str, Any] = {
        path: {"get": _operation(name, spoken.say(said), [language], "application/json")}
        for path, (name, said) in simple.items()
    }
    for one in COLLECTIONS.values():
        base = f"/ogc/collections/{one.id}"
        title = spoken.say(one.title)
        paths[base] = {"get": _operation(one.id, title, [language], "application/json")}
        paths[f"{base}/items"] = {
            "get": _operation(
                f"{one.id}.items", title, _item_parameters(one, spoken), "application/geo+json"
            )
        }
        feature = {
            "name": "featureId",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        }
        paths[f"{base}/items/{{featureId}}"] = {
            "get": _operation(f"{one.id}.item", title, [feature, language], "application/geo+json")
        }
    return paths


def _item_parameters(collection: Collection, spoken: Words) -> list[dict[str, Any]]:
    shared = ("limit", "offset", "bbox", "bbox-crs", "datetime", "release", "f")
    return [
        *({"$ref": f"#/components/parameters/{name}"} for name in shared),
        *(
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": spoken.say(_MEANT[name]),
                "schema": _schema(name),
                "style": "form",
                "explode": False,
            }
            for name in parameters(collection.layer)
        ),
    ]


def _schema(name: str) -> dict[str, Any]:
    if name in _CLOSED:
        return {"type": "string", "enum": [one.value for one in _CLOSED[name]]}
    if name in _YEARS:
        return {"type": "integer", "minimum": 1000, "maximum": 9999}
    return {"type": "string", "maxLength": 400}


def _operation(
    name: str, summary: str, asked: list[dict[str, Any]], mimetype: str, tag: str = FEATURES
) -> dict[str, Any]:
    def answered(description: str, kind: str) -> dict[str, Any]:
        return {"description": description, "content": {kind: {"schema": {"type": "object"}}}}

    refused = {"$ref": "#/components/responses/refused"}
    return {
        "tags": [tag],
        "operationId": name,
        "summary": summary,
        "parameters": asked,
        "responses": {
            "200": answered(summary, mimetype),
            "400": refused,
            "404": refused,
            "410": refused,
        },
    }


def _components(spoken: Words) -> dict[str, Any]:
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    asked: dict[str, tuple[dict[str, Any], str]] = {
        "f": ({"type": "string", "enum": ["json", "geojson"]}, _("La forma de la respuesta.")),
        "limit": (
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
            _("Cuántas filas, a lo más."),
        ),
        "offset": (
            {"type": "integer", "minimum": 0, "default": 0},
            _("Desde qué fila, contando desde 0."),
        ),
        "bbox": (numbers, _("Oeste, sur, este, norte, en grados; con seis números, con alturas.")),
        "bbox-crs": (
            {"type": "string", "format": "uri", "default": CRS84},
            _("El sistema de bbox."),
        ),
        "datetime": (
            {"type": "string"},
            _("A qué fecha corresponden los datos (as_of): un instante o un intervalo."),
        ),
        "release": ({"type": "string", "pattern": "^[0-9a-f]{12}$"}, _RELEASE),
    }
    return {
        "parameters": {
            name: {
                "name": name,
                "in": "query",
                "required": False,
                "description": spoken.say(meant),
                "schema": schema,
                "style": "form",
                "explode": False,
            }
            for name, (schema, meant) in asked.items()
        },
        "responses": {
            "refused": {
                "description": spoken.say("Por qué no hay respuesta."),
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["code"],
                            "properties": {
                                "code": {"type": "string"},
                                "description": {"type": "string"},
                            },
                        }
                    }
                },
            }
        },
        "schemas": {
            one.id: {
                "type": "object",
                "properties": {
                    column.name: {
                        "type": _TYPES[column.dtype],
                        "nullable": True,
                        "description": f"{spoken.say(column.label)}. {spoken.say(column.meaning)}"
                        + (f" [{column.unit}]" if column.unit else ""),
                    }
                    for column in COLUMNS[one.layer]
                    if column.name != "geometry"
                },
            }
            for one in COLLECTIONS.values()
        },
    }


def _calls(rules: Iterable[Rule], spoken: Words) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for rule in sorted(rules, key=lambda one: one.rule):
        if rule.endpoint not in CALLS:
            continue
        path = _PLACE.sub(r"{\2}", rule.rule)
        asked = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for _kind, name in _PLACE.findall(rule.rule)
        ]
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            operation = _operation(
                f"{rule.endpoint}.{method.lower()}",
                spoken.say(CALLS[rule.endpoint]),
                asked,
                "*/*",
                spoken.say(_PAGES),
            )
            paths.setdefault(path, {})[method.lower()] = operation
    return paths
