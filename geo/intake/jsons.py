"""A JSON text, and which of the three geographic dialects it is."""

import json
import re
from typing import Any

from geo.errors import FileUnreadable
from geo.intake import esri, geojson, topojson
from geo.intake.parts import File, Part
from geo.intake.texts import text_of


def parts(file: File) -> tuple[Part, ...]:
    """The layers of a GeoJSON, TopoJSON or Esri JSON file.

    Raises FileUnreadable when it is cut, nested beyond reason, a service's error, or JSON of
    something else.
    """
    text, notes = text_of(file)
    data = _parsed(text, file.name)
    if isinstance(data, list) and data and all(_is_feature(item) for item in data):
        data = {"type": "FeatureCollection", "features": data}
    if not isinstance(data, dict):
        raise FileUnreadable(_NO_MAP.format(file.name))
    kind = data.get("type")
    features = data.get("features")
    if kind == "Topology":
        return topojson.parts(file, data, notes)
    if kind in {"FeatureCollection", "Feature"} or (
        isinstance(kind, str) and kind in geojson.KINDS
    ):
        if kind == "FeatureCollection" and not isinstance(features, list):
            raise FileUnreadable(_NO_MAP.format(file.name))
        return geojson.parts(file, data, notes)
    if isinstance(features, list):
        return esri.parts(file, data, notes)
    if isinstance(error := data.get("error"), dict):
        said = str(error.get("message", ""))[:120]
        raise FileUnreadable(
            f"«{file.name}» es el mensaje de error de un servicio («{said}»), no datos: "
            "vuelva a descargarlo."
        )
    raise FileUnreadable(_NO_MAP.format(file.name))


_NO_MAP = (
    "«{}» es JSON, pero no GeoJSON, TopoJSON ni Esri JSON: vuelva a exportarlo en uno de ellos."
)


# an escape that is half of a letter; two halves that follow each other are one
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _is_feature(item: object) -> bool:
    return isinstance(item, dict) and item.get("type") == "Feature"


def _parsed(text: str, name: str) -> Any:
    try:
        data = json.loads(text)
        whole = _SURROGATE.search(text) is None or _writable(data)
    except json.JSONDecodeError as error:
        raise FileUnreadable(
            f"«{name}» está cortado o dañado en la línea {error.lineno}, columna {error.colno}: "
            "vuelva a descargarlo o a exportarlo."
        ) from error
    except RecursionError as error:
        raise FileUnreadable(
            f"«{name}» anida sus datos a una profundidad que ningún mapa necesita: vuelva a "
            "exportarlo."
        ) from error
    except ValueError as error:
        raise FileUnreadable(
            f"«{name}» trae un número que no se puede leer: vuelva a exportarlo."
        ) from error
    if not whole:
        raise FileUnreadable(
            f"«{name}» trae media letra (algo como «\\ud800», sin su pareja), que no se puede "
            "guardar: corríjala en su origen y vuelva a exportarlo."
        )
    return data


def _writable(data: Any) -> bool:
    """Whether every text can be written down: half of a pair of UTF-16 is no letter."""
    try:
        json.dumps(data, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
