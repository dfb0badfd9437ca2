"""Shapes within shapes: GEOS goes down into them by recursion, and a deep one ends the process."""

import re
from typing import Any

import numpy as np

from geo.errors import FileRefused
from geo.intake.parts import Shapes
from geo.received import DEEPEST, TooDeep, check_depth

_PARENTHESIS = re.compile(r"[()]")


def too_deep() -> FileRefused:
    """What to say of a file with such a shape."""
    return FileRefused(
        "El archivo trae figuras dentro de figuras a una profundidad que ningún mapa necesita: "
        "vuelva a exportarlo."
    )


def shallow_wkb(raw: Shapes) -> Shapes:
    """WKB (bytes or hexadecimal) that GEOS may read; None in the place of what is no shape.

    Raises FileRefused for shapes that are too deep.
    """
    made: Shapes = np.full(len(raw), None, dtype=object)
    made[:] = [one if _may_be_read(one) else None for one in raw]
    return made


def check_wkt(texts: Shapes) -> None:
    """Raises FileRefused for shapes that are too deep."""
    for text in texts:
        if isinstance(text, str) and text.count("(") > DEEPEST and _depth(text) > DEEPEST:
            raise too_deep()


def _depth(text: str) -> int:
    deepest = depth = 0
    for found in _PARENTHESIS.finditer(text):
        depth += 1 if found[0] == "(" else -1
        deepest = max(deepest, depth)
    return deepest


def _may_be_read(one: Any) -> bool:
    try:
        if one is not None:
            check_depth(bytes.fromhex(one) if isinstance(one, str) else one)
    except TooDeep as error:
        raise too_deep() from error
    except (ValueError, TypeError):
        return False
    return True
