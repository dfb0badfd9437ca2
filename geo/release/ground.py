"""Layers of the basemap that the operator brought, instead of Natural Earth's and GeoNames'.

<home>/basemap/<layer>.json            what the operator says of it, and which file holds its shapes
<home>/basemap/<layer>-<hash>.parquet  its shapes in EPSG:4326
"""

import hashlib
import io
import json
from dataclasses import asdict
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import FileRefused
from geo.home import Home, write_whole
from geo.release.content import Credit
from geo.release.tiles.release import LABELS
from geo.words import said

LAYERS = tuple(LABELS)
"""What may be told apart in the basemap, and so replaced, the ground first."""

NAMED = ("departments", "places")
"""Layers whose names are read on the map."""

CAPITAL, OTHER = 1, 2
"""What a place is: the capital of a department, or another."""

_MOST_LETTERS = 120
_POINTS, _LINES, _POLYGONS = (0,), (1, 5), (3, 6)
_KINDS = {
    "land": (_POLYGONS, "polígonos"),
    "lakes": (_POLYGONS, "polígonos"),
    "rivers": (_LINES, "líneas"),
    "borders": (_LINES, "líneas"),
    "departments": (_POLYGONS, "polígonos"),
    "places": (_POINTS, "puntos"),
}


class Brought(NamedTuple):
    """One layer of the operator: its shapes (EPSG:4326; name, rank of places), whom it is from."""

    frame: gpd.GeoDataFrame
    credit: Credit


def fitting(
    layer: str, shapes: np.ndarray, names: pd.Series | None, ranks: pd.Series | None = None
) -> gpd.GeoDataFrame:
    """Shapes (EPSG:4326) as a layer of LAYERS: repaired, those without a shape left out.

    names: what is read on the map, None for a layer without. ranks: CAPITAL or OTHER, None for
    places that are all alike. Raises FileRefused where the shapes are of another kind, where none
    is left, or where a layer of NAMED has no names.
    """
    kinds, called = _KINDS[layer]
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    some = shapes[there]
    if not len(some) or not np.isin(shapely.get_type_id(some), kinds).all():
        raise FileRefused(f"La capa «{layer}» necesita {called}, y el archivo no tiene solo eso.")
    told: dict[str, object] = {}
    if layer in NAMED:
        if names is None:
            raise FileRefused(
                f"La capa «{layer}» lleva nombres: diga en qué campo están con --name-field."
            )
        told["name"] = [said(name)[:_MOST_LETTERS] for name in names.fillna("")[there]]
    if layer == "places":
        capitals = None if ranks is None else ranks[there].astype("string").eq(str(CAPITAL))
        told["rank"] = OTHER if capitals is None else np.where(capitals, CAPITAL, OTHER)
    if kinds is _POLYGONS:
        some = shapely.buffer(shapely.make_valid(some), 0)
    return gpd.GeoDataFrame(told, geometry=some, crs="EPSG:4326")


def keep(home: Home, layer: str, frame: gpd.GeoDataFrame, credit: Credit) -> None:
    """Makes this the layer of the next releases' basemap; what it replaces is gone."""
    out = io.BytesIO()
    frame.to_parquet(out, index=False, compression="zstd")
    content = out.getvalue()
    name = f"{layer}-{hashlib.sha256(content).hexdigest()[:16]}.parquet"
    write_whole(home.basemap / name, content)
    text = json.dumps({"shapes": name, "credit": asdict(credit)}, ensure_ascii=False, indent=1)
    write_whole(home.basemap / f"{layer}.json", text.encode("utf-8"))
    _sweep(home, layer, name)


def forget(home: Home, layer: str) -> bool:
    """Goes back to Natural Earth's or GeoNames' layer; whether there was another."""
    pointer = home.basemap / f"{layer}.json"
    there = pointer.is_file()
    pointer.unlink(missing_ok=True)
    _sweep(home, layer, "")
    return there


def brought(home: Home) -> dict[str, Brought]:
    """The operator's layers, by name. Raises FileRefused where one cannot be read."""
    made = {}
    for layer in LAYERS:
        pointer = home.basemap / f"{layer}.json"
        if not pointer.is_file():
            continue
        try:
            told = json.loads(pointer.read_text(encoding="utf-8"))
            credit = told["credit"] | {"layers": tuple(told["credit"]["layers"])}
            frame = gpd.read_parquet(home.basemap / told["shapes"])
            made[layer] = Brought(frame, Credit(**credit))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FileRefused(
                f"«{pointer}» no se puede leer: traiga la capa otra vez con «deslinde basemap add»."
            ) from error
    return made


def _sweep(home: Home, layer: str, kept: str) -> None:
    for path in home.basemap.glob(f"{layer}-*.parquet"):
        if path.name != kept:
            path.unlink()
