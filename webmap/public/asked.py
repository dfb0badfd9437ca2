"""What a reader's page asks in a body: strict JSON in, JSON out, nothing kept.

It is asked in bodies so that no address, and no log of addresses, holds where somebody looked.
"""

import json
import math
import re
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, NoReturn

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from geo.errors import AskedBadly
from geo.words import Words, _
from webmap.public.given import takes_a_body
from webmap.public.selection import Selection, chosen
from webmap.web import NOT_KEPT

_NOT_UNDERSTOOD = _("El servidor no entendió la pregunta. Vuelva a cargar la página e inténtelo.")
TOO_MUCH = _("Se envió demasiado de una vez: use un área con menos vértices, o una pregunta corta.")
_TOO_LONG = _("Un texto del filtro es demasiado largo: use a lo más 80 letras.")
_MOST_LETTERS = 400
_HALF_LETTER = re.compile(r"\\u[dD][89a-fA-F]")


def answering(
    words: Callable[[], Words],
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """A view that takes a body: what it refuses (AskedBadly, too much) is a sentence, as JSON."""

    def around(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def answered(**values: Any) -> Response:
            takes_a_body()
            try:
                return view(**values)
            except AskedBadly as error:
                return refused(words().say(error.sentence, **error.values), 400)
            except RequestEntityTooLarge:
                return refused(words().say(TOO_MUCH), 413)

        return answered

    return around


def body(known: Collection[str]) -> dict[str, Any]:
    """The JSON object of the request, with no other keys than `known`. Raises AskedBadly."""
    return understood(request.get_data(cache=False), known)


def understood(content: bytes, known: Collection[str]) -> dict[str, Any]:
    """A JSON object in UTF-8 of finite numbers and whole letters. Raises AskedBadly."""
    try:
        text = content.decode("utf-8")
        told = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        if _HALF_LETTER.search(text):
            json.dumps(told, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise AskedBadly(_NOT_UNDERSTOOD) from error
    if not isinstance(told, dict) or not told.keys() <= set(known):
        raise AskedBadly(_NOT_UNDERSTOOD)
    return told


def number(told: dict[str, Any], name: str, least: float, most: float) -> float:
    """A finite number of a body, within its limits. Raises AskedBadly."""
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise AskedBadly(_NOT_UNDERSTOOD)
    return float(value)


def text(told: dict[str, Any], name: str) -> str:
    """A text of a body, "" where there is none. Raises AskedBadly."""
    value = told.get(name, "")
    if not isinstance(value, str):
        raise AskedBadly(_NOT_UNDERSTOOD)
    return value


def selection(told: dict[str, Any]) -> Selection:
    """The filter of a body, `seleccion`; empty where there is none. Raises AskedBadly."""
    given = told.get("seleccion", {})
    if not isinstance(given, dict):
        raise AskedBadly(_NOT_UNDERSTOOD)
    if any(isinstance(value, dict | list) for value in given.values()):
        raise AskedBadly(_NOT_UNDERSTOOD)
    if any(isinstance(value, str) and len(value) > _MOST_LETTERS for value in given.values()):
        raise AskedBadly(_TOO_LONG)
    return chosen(given)


def told(value: Any, code: int = 200) -> Response:
    """An answer to one reader, which nobody keeps."""
    content = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    made = Response(content.encode("utf-8"), code, mimetype="application/json")
    made.headers["Cache-Control"] = NOT_KEPT
    return made


def refused(sentence: str, code: int) -> Response:
    """Why there is no answer, in a sentence that the page can show."""
    return told({"error": sentence}, code)


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("JSON has no NaN and no infinity")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number too large")
    return value
