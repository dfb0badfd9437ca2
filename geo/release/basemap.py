"""What the map stands on: land, lakes, rivers, borders, departments and places, as tiles of ours.

The set-up copies Natural Earth's shapes (1:50,000,000; departments 1:10,000,000) and GeoNames'
places out of their packages into data/built, and this room makes one archive of them. It is there
to find one's way by; nothing is measured on it, and near a border it may be off by kilometres.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import DeclarationError, DeslindeError
from geo.home import Home, data_folder, whole_file
from geo.release.content import Basemap, Credit
from geo.release.ground import CAPITAL, LAYERS, OTHER, brought
from geo.release.tiles.release import BASEMAP
from geo.release.tiles.simplify import for_zoom
from geo.release.tiles.write import Zoomed, archive
from geo.words import _, clean

BUILT = "built"
SHAPES = "south-america-50m.topo.json"
DEPARTMENTS = "peru-departments.topo.json"
PLACES = "peru-places.json"

FIRST_ZOOM, LAST_ZOOM = 0, 9
BOUNDS = (-90.0, -26.0, -60.0, 8.0)
"""Peru with what lies about it, degrees: west, south, east, north."""
_FAR = (-100.0, -58.0, -30.0, 14.0)  # and the continent, where the whole country is a small part
_NEAR_FROM = 6

_CAPITALS_FROM, _OTHERS_FROM, _NAMES_FROM, _RIVERS_FROM = 4, 8, 4, 3
_LINE = 1  # the number of its type in GEOS

# the seats of the regional governments and Lima, by GeoNames' number of the department
_CAPITALS = frozenset(
    {
        ("01", "Chachapoyas"), ("02", "Huaraz"), ("03", "Abancay"), ("04", "Arequipa"),
        ("05", "Ayacucho"), ("06", "Cajamarca"), ("07", "Callao"), ("08", "Cusco"),
        ("09", "Huancavelica"), ("10", "Huánuco"), ("11", "Ica"), ("12", "Huancayo"),
        ("13", "Trujillo"), ("14", "Chiclayo"), ("15", "Huacho"), ("LMA", "Lima"),
        ("16", "Iquitos"), ("17", "Puerto Maldonado"), ("18", "Moquegua"),
        ("19", "Cerro de Pasco"), ("20", "Piura"), ("21", "Puno"), ("22", "Moyobamba"),
        ("23", "Tacna"), ("24", "Tumbes"), ("25", "Pucallpa"),
    }
)  # fmt: skip

NATURAL_EARTH = Credit(
    layers=("land", "lakes", "rivers", "borders", "departments"),
    title="Natural Earth",
    licence=_("dominio público"),
    address="https://www.naturalearthdata.com",
)
GEONAMES = Credit(
    layers=("places",),
    title="GeoNames",
    licence="CC BY 4.0",
    address="https://www.geonames.org",
)


def current(home: Home) -> Basemap:
    """The one of the set-up, or one with the layers that the operator brought.

    Raises DeclarationError where the set-up did not make it, FileRefused where a layer of the
    operator's cannot be read.
    """
    own = brought(home)
    if own:
        made = home.basemap / BASEMAP
        write(made, of_data(home.data) | {layer: one.frame for layer, one in own.items()})
        return Basemap(made, credited([one.credit for one in own.values()]))
    tiles = home.data / BUILT / BASEMAP
    if not tiles.is_file():
        raise DeclarationError(
            f"Falta data/{BUILT}/{BASEMAP}: ejecute «make setup», que lo prepara."
        )
    return Basemap(tiles, credited([]))


def credited(own: Sequence[Credit]) -> tuple[Credit, ...]:
    """Whom the basemap is from, where these layers are somebody else's."""
    replaced = {layer for one in own for layer in one.layers}
    ours = [
        replace(one, layers=tuple(layer for layer in one.layers if layer not in replaced))
        for one in (NATURAL_EARTH, GEONAMES)
    ]
    return (*(one for one in ours if one.layers), *own)


def of_data(data: Path) -> dict[str, gpd.GeoDataFrame]:
    """The layers of Natural Earth and GeoNames that the set-up brought, by name (EPSG:4326).

    Raises DeclarationError where one of its files is not there.
    """
    folder = data / BUILT
    for name in (SHAPES, DEPARTMENTS, PLACES):
        if not (folder / name).is_file():
            raise DeclarationError(
                f"Falta data/{BUILT}/{name}: ejecute «make setup», que lo prepara."
            )
    outlines = _outlines(folder / DEPARTMENTS)
    countries = _read(folder / SHAPES, "countries").set_index("id").geometry
    peru = shapely.union_all(outlines.geometry.to_numpy())
    others = countries.drop("PER")
    return {
        "land": _shapes([_land(peru, countries["PER"], others.to_numpy())]),
        "lakes": _shapes(_read(folder / SHAPES, "lakes").geometry.to_numpy()),
        "rivers": _shapes(_read(folder / SHAPES, "rivers").geometry.to_numpy()),
        "borders": _shapes(
            [*_shared(others.to_numpy()), _frontier(peru, countries["PER"], others.to_numpy())]
        ),
        "departments": outlines,
        "places": _places(folder / PLACES),
    }


def compose(layers: Mapping[str, gpd.GeoDataFrame]) -> list[Zoomed]:
    """The layers as tiles of them are drawn, from LAYERS; departments become lines and names."""
    made: list[Zoomed] = []
    for name in LAYERS:
        frame = layers[name]
        if name == "places":
            made += _places_by_zoom(frame)
            continue
        if name == "departments":
            named = gpd.GeoDataFrame(
                {"name": frame["name"].to_numpy()},
                geometry=[_label(shape) for shape in frame.geometry],
                crs="EPSG:4326",
            )
            made.append(("department_names", _NAMES_FROM, LAST_ZOOM, named))
            solid = frame.geometry.to_numpy()
            # outlines of a publisher whose neighbours do not meet are drawn whole
            frame = _shapes(_shared(solid) or shapely.boundary(solid))
        first = _RIVERS_FROM if name in ("rivers", "departments") else FIRST_ZOOM
        made += _by_zoom(name, first, frame)
    return made


def write(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """The archive of these layers, whole or not at all. Raises FileUnwritable."""
    with whole_file(path) as whole:
        archive(compose(layers), whole)


def _by_zoom(name: str, first: int, frame: gpd.GeoDataFrame) -> list[Zoomed]:
    whole = frame.geometry.to_numpy()
    made: list[Zoomed] = []
    for zoom in range(first, LAST_ZOOM + 1):
        within = _FAR if zoom < _NEAR_FROM else BOUNDS
        shapes = shapely.clip_by_rect(for_zoom(whole, zoom), *within)
        some = shapes[~shapely.is_empty(shapes)]
        made.append((name, zoom, zoom, _shapes(some)))
    return made


def _places_by_zoom(frame: gpd.GeoDataFrame) -> list[Zoomed]:
    west, south, east, north = BOUNDS
    near = frame.cx[west:east, south:north]
    capitals = near[near["rank"].eq(CAPITAL)]
    return [
        ("places", _CAPITALS_FROM, _OTHERS_FROM - 1, capitals),
        ("places", _OTHERS_FROM, LAST_ZOOM, near),
    ]


def _land(peru: BaseGeometry, drawn: BaseGeometry, others: np.ndarray) -> BaseGeometry:
    """Peru by its departments, its neighbours, and no gap between the two scales."""
    neighbours = shapely.union_all(others)
    gaps = shapely.get_parts(shapely.difference(drawn, peru))
    inland = gaps[shapely.dwithin(gaps, neighbours, 1e-6)]
    whole: BaseGeometry = shapely.union_all([peru, neighbours, *inland])
    return whole


def _shared(shapes: np.ndarray) -> list[BaseGeometry]:
    """The lines that two of these shapes have in common."""
    made: list[BaseGeometry] = []
    for one, other in combinations(shapely.boundary(shapes), 2):
        parts = shapely.get_parts(shapely.intersection(one, other))
        lines = parts[(shapely.get_type_id(parts) == _LINE) & ~shapely.is_empty(parts)]
        if len(lines):
            made.append(shapely.line_merge(shapely.multilinestrings(lines)))
    return made


def _frontier(peru: BaseGeometry, drawn: BaseGeometry, others: np.ndarray) -> BaseGeometry:
    """The border of the departments, where it is not the coast.

    The coast of the two scales lies apart, so the border is what is near to a neighbour.
    """
    about = shapely.buffer(shapely.union_all(_shared(np.array([drawn, *others]))), 0.25)
    near: BaseGeometry = shapely.intersection(shapely.boundary(peru), about)
    return near


def _outlines(path: Path) -> gpd.GeoDataFrame:
    """The departments, each name once, with the parts of it that have an area."""
    raw = gpd.read_file(path)
    solid = shapely.make_valid(raw.geometry.to_numpy(), method="structure", keep_collapsed=False)
    frame = gpd.GeoDataFrame({"name": raw["name"]}, geometry=solid, crs="EPSG:4326")
    some = raw["name"].fillna("").ne("").to_numpy() & (shapely.area(solid) > 0)
    frame = frame[some]
    return frame.dissolve("name", sort=True).reset_index()


def _label(shape: BaseGeometry) -> BaseGeometry:
    """A point well inside the largest part."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    inside: BaseGeometry = shapely.get_point(
        shapely.maximum_inscribed_circle(largest, tolerance=0.01), 0
    )
    return inside


def _places(path: Path) -> gpd.GeoDataFrame:
    told: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    told = sorted(told, key=lambda one: (one["admin1"], one["name"], one["lat"], one["lng"]))
    ranks = [CAPITAL if (one["admin1"], one["name"]) in _CAPITALS else OTHER for one in told]
    return gpd.GeoDataFrame(
        {"name": [clean(one["name"]) for one in told], "rank": ranks},
        geometry=shapely.points([[float(one["lng"]), float(one["lat"])] for one in told]),
        crs="EPSG:4326",
    )


def _read(path: Path, layer: str) -> gpd.GeoDataFrame:
    return gpd.read_file(path, layer=layer).set_crs("EPSG:4326", allow_override=True)


def _shapes(shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=np.asarray(shapes, dtype=object), crs="EPSG:4326")


def main() -> int:
    """Makes the archive of the set-up."""
    data = data_folder()
    try:
        write(data / BUILT / BASEMAP, of_data(data))
    except DeslindeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"setup: data/{BUILT}/{BASEMAP}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
