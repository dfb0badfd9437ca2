"""The places of this installation: districts that were brought in, else the departments."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.answers import folded
from geo.boxes.districts import Fields, places_of, point_of
from geo.country import Country, parse_country
from geo.errors import PlacesMissing
from geo.home import Home, write_whole
from geo.intake.read import read as read_layer
from geo.intake.snapshots import of_file
from geo.places import COUNTRY, Place, Places
from geo.stages import RawLayer
from geo.terms import PlaceLevel

FILE = "places.json"
DEMO = Path("demo") / "demo-districts.geojson"
_OUTLINES = Path("built") / "peru-departments.topo.json"
_FORM = 1


def read(home: Home) -> Places:
    """The districts that the operator brought in, else Natural Earth's departments.

    Raises PlacesMissing where the kept file cannot be read.
    """
    kept = home.places / FILE
    return _unpacked(kept.read_bytes()) if kept.is_file() else departments(home)


def departments(home: Home) -> Places:
    """The departments alone, by Natural Earth's outlines (1:10,000,000), under their codes."""
    peru = country(home)
    raw = _natural_earth(home)
    known = {folded(one.name): one for one in peru.department}
    by_code = {}
    shapes = {}
    names = raw.frame["name"].map(folded)
    for name in sorted(names.unique()):
        if name not in known:
            raise PlacesMissing(
                f"data/{_OUTLINES.as_posix()}: «{name}» no es un departamento de data/countries."
            )
        one = known[name]
        shapes[one.code] = _solid(raw.frame[names.eq(name)].geometry)
        by_code[one.code] = Place(
            one.code, PlaceLevel.DEPARTMENT, one.name, COUNTRY, *point_of(shapes[one.code])
        )
    whole = _solid(raw.frame.geometry)
    by_code[COUNTRY] = Place(COUNTRY, PlaceLevel.COUNTRY, peru.name, COUNTRY, *point_of(whole))
    return Places(dict(sorted(by_code.items())), shapes)


def demonstration(home: Home) -> Places:
    """The invented districts of data/demo, as if they had been brought in."""
    return from_file(home, home.data / DEMO)


def from_file(
    home: Home, path: Path, fields: Fields | None = None, layer: str | None = None
) -> Places:
    """The places of a file, nothing kept: its own, and the departments that it leaves out.

    Invented places stand alone. Raises PlacesMissing and what reading a file raises.
    """
    raw = read_layer(path, of_file(path, "places", home.now()), layer)
    coarse = departments(home)
    middle = coarse.by_code[COUNTRY]
    made = places_of(raw, country(home), (middle.lon, middle.lat), fields)
    if made.illustrative:
        return made
    return replace(
        made, by_code={**coarse.by_code, **made.by_code}, shapes={**coarse.shapes, **made.shapes}
    )


def keep(home: Home, places: Places, *, even_so: bool = False) -> None:
    """Makes these the places of the installation, whole or not at all.

    Raises PlacesMissing where a code that is in use now would be gone: an incident may lie there.
    even_so: whether that is meant.
    """
    kept = home.places / FILE
    before = read(home).by_code if kept.is_file() or not places.illustrative else {}
    gone = sorted(set(before) - set(places.by_code))
    if gone and not even_so:
        raise PlacesMissing(
            f"Con este archivo dejarían de existir {len(gone):,} lugares ({', '.join(gone[:5])}…) "
            "en los que puede haber incidentes. Use un archivo con los mismos códigos, o --replace "
            "si está seguro."
        )
    write_whole(kept, _packed(places))


def outlines(places: Places, level: PlaceLevel, tolerance: float = 0.005) -> bytes:
    """The outlines of one level as GeoJSON, simplified together so that neighbours still meet.

    tolerance: in degrees; half a hundredth is 500 m, for a map to choose a place on.
    """
    codes = [c for c, p in places.by_code.items() if p.level is level and c in places.shapes]
    shapes = [places.shapes[code] for code in codes]
    # departments of two publishers do not meet exactly
    together = shapely.coverage_is_valid(shapes)
    drawn = (shapely.coverage_simplify if together else shapely.simplify)(shapes, tolerance)
    drawn = shapely.set_precision(drawn, 0.0001, mode="pointwise")
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": places.by_code[code].name},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, shape in zip(codes, drawn, strict=True)
    ]
    made = {"type": "FeatureCollection", "features": features}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def country(home: Home) -> Country:
    """The country of this installation, with its clock and its departments."""
    text = (home.data / "countries" / "peru.toml").read_text(encoding="utf-8")
    return parse_country(text, "data/countries/peru.toml")


def _natural_earth(home: Home) -> RawLayer:
    path = home.data / _OUTLINES
    if not path.is_file():
        raise PlacesMissing(
            f"Falta data/{_OUTLINES.as_posix()}: ejecute «make setup», que lo prepara."
        )
    return read_layer(path, of_file(path, "natural-earth", home.now()))


def _solid(shapes: Iterable[BaseGeometry]) -> shapely.MultiPolygon:
    joined = shapely.union_all(shapely.make_valid([*shapes]))
    parts = shapely.get_parts(shapely.get_parts(joined))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _packed(places: Places) -> bytes:
    made = {
        "form": _FORM,
        "illustrative": places.illustrative,
        "places": [
            vars(place) | {"shape": _bytes(places, code)}
            for code, place in sorted(places.by_code.items())
        ],
    }
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _bytes(places: Places, code: str) -> str:
    shape = places.shapes.get(code)
    return "" if shape is None else b64encode(shapely.to_wkb(shape)).decode("ascii")


def _unpacked(raw: bytes) -> Places:
    try:
        said: dict[str, Any] = json.loads(raw)
        if said["form"] != _FORM:
            raise PlacesMissing("Los lugares son de una versión más nueva: actualice el programa.")
        by_code, shapes = {}, {}
        for one in said["places"]:
            shape = one.pop("shape")
            place = Place(**{**one, "level": PlaceLevel(one["level"])})
            by_code[place.code] = place
            if shape:
                shapes[place.code] = shapely.from_wkb(b64decode(shape))
        return Places(by_code, shapes, illustrative=bool(said["illustrative"]))
    except (ValueError, KeyError, TypeError, shapely.errors.ShapelyError) as error:
        raise PlacesMissing(
            "El archivo de lugares está dañado: traiga los distritos otra vez con "
            "«deslinde places ARCHIVO»."
        ) from error
