"""What the map draws and what its popups say, as JSON prepared once for a release and a language.

Shapes are rounded to a millionth of a degree (11 cm) and, where a release has more vertices
than a page can draw, simplified: for display only, areas come from the release's own figures.
"""

import json
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import shapely

from geo import naming
from geo.release.facets import pair_id
from geo.terms import PAIRS, Answer, HolderKind, OverlapClass
from geo.words import Words, said
from webmap import looks
from webmap.public.edition import Edition, Row, records
from webmap.web import Packed

LAYERS = ("territories", "concessions", "overlaps")
GEOJSON = "application/geo+json"

_DECIMALS = 6
_MOST_VERTICES = 150_000
_TOLERANCES = (0.0, 0.00005, 0.0001, 0.0002, 0.0005, 0.001)


def layer(edition: Edition, named: str, spoken: Words) -> Packed:
    """One of LAYERS as GeoJSON, for the small drawer; made once for each language."""
    made = {"territories": _territories, "concessions": _concessions, "overlaps": _overlaps}
    return edition.once(
        ("layer", named, spoken.language),
        lambda: Packed(made[named](edition, spoken), GEOJSON),
    )


def right(edition: Edition, key: str, spoken: Words) -> Row | None:
    """All that a popup says of one right: itself and every overlap that it has."""
    row = edition.rights.get(key)
    if row is None:
        return None
    pairs = edition.overlaps_of(concession=key)
    return {
        "key": key,
        "name": naming.name(row, spoken),
        "code": said(row["native_id"]),
        "url": address_of_right(spoken.language, key),
        "title": f"{naming.label_of_kind(row, spoken)} · {said(row['native_id'])}",
        "rows": of_right(row, edition, spoken),
        "pairs": [
            _pair(edition, pair, answers, spoken)
            for pair, answers in zip(pairs, edition.answers(pairs), strict=True)
        ],
    }


def of_right(row: Row, edition: Edition, spoken: Words) -> list[tuple[str, str]]:
    """The facts of a right, as label and value; a date that nobody has is said to be unknown."""
    status = naming.label_of_status(row, spoken)
    raw = said(row["status_raw"])
    holder = said(row["holder"])
    if not holder and row["holder_kind"] is not None:
        holder = naming.label(HolderKind, row["holder_kind"], spoken)
    filed = naming.day(row["filed_on"], spoken)
    if row["accumulation"]:
        filed = spoken.say("{date} (de la acumulación; sus partes son anteriores)", date=filed)
    told = [
        (spoken.say("Código"), said(row["native_id"])),
        (spoken.say("Tipo"), naming.label_of_kind(row, spoken)),
        (spoken.say("Estado"), f"{status} («{raw}»)" if raw else status),
        (spoken.say("Titular"), holder or spoken.say("no se conoce")),
        (spoken.say("Formulado"), filed),
        (spoken.say("Otorgado"), naming.day(row["granted_on"], spoken)),
    ]
    if row["extinguished_on"]:
        told.append((spoken.say("Extinguido"), spoken.date(row["extinguished_on"])))
    if row["expires_on"]:
        told.append((spoken.say("Vence"), spoken.date(row["expires_on"])))
    if row["area_plane_ha"] is not None:
        told.append((spoken.say("Área dibujada (plana UTM)"), _ha(row["area_plane_ha"], spoken)))
    if row["area_cadastre_ha"] is not None:
        told.append((spoken.say("Área según el catastro"), _ha(row["area_cadastre_ha"], spoken)))
    source = naming.source_title(row, edition.sources, spoken)
    told.append((spoken.say("Fuente"), f"{source}, {naming.day(row['as_of'], spoken)}"))
    return told


def land(row: Row, edition: Edition, spoken: Words) -> Row:
    """A territory as every list names it: its key, its name, what it is called, its page."""
    return {
        "key": row["key"],
        "name": naming.name(row, spoken),
        "called": naming.called(row, edition.sources, spoken),
        "url": address_of_territory(spoken.language, row["key"]),
    }


def line_of_right(row: Row, spoken: Words) -> str:
    """What stands under a right's name: its kind, its code, its status."""
    status = naming.label_of_status(row, spoken)
    return f"{naming.label_of_kind(row, spoken)} · {said(row['native_id'])} · {status}"


def address_of_territory(language: str, key: str) -> str:
    """The page of a territory. Written out, because a key may hold a slash."""
    return f"/{language}/territorio/{quote(key, safe=':~')}"


def address_of_right(language: str, key: str) -> str:
    """The page of a right. Written out, because a key may hold a slash."""
    return f"/{language}/derecho/{quote(key, safe=':~')}"


def address_of_overlap(language: str, concession_key: str, territory_key: str) -> str:
    """The page of an overlap in plain words."""
    return f"/{language}/superposicion/{pair_id(concession_key, territory_key)}"


def _pair(edition: Edition, pair: Row, answers: list[Row], spoken: Words) -> Row:
    territory = edition.lands.get(pair["territory_key"], {})
    shares = pair["overlap_class"] in PAIRS
    rows = [(spoken.say("Relación"), naming.overlap_class(pair["overlap_class"], spoken))]
    if shares:
        rows += [
            (spoken.say("Superposición (plana UTM)"), _ha(pair["area_ha"], spoken)),
            (spoken.say("Mínimo – máximo, ha"), naming.interval(pair, spoken)),
            (spoken.say("Parte del derecho"), naming.percent(pair["share_of_concession"], spoken)),
            (
                spoken.say("Parte del territorio"),
                naming.percent(pair["share_of_territory"], spoken),
            ),
        ]
    elif pair["overlap_class"] == OverlapClass.NEAR.value and pair["distance_m"] is not None:
        distance = f"{spoken.number(float(pair['distance_m']), 1)} m"
        rows.append((spoken.say("Distancia"), distance))
    return {
        "territory": pair["territory_key"],
        "name": naming.name(territory, spoken),
        "called": naming.called(territory, edition.sources, spoken),
        "url": address_of_territory(spoken.language, pair["territory_key"]),
        "overlap_url": address_of_overlap(
            spoken.language, pair["concession_key"], pair["territory_key"]
        ),
        "rows": rows,
        "yes": [_sentence(one, spoken) for one in answers if one["answer"] == Answer.YES.value],
        "unknown": [
            _sentence(one, spoken) for one in answers if one["answer"] == Answer.UNKNOWN.value
        ],
    }


def _sentence(flag: Row, spoken: Words) -> Row:
    return {
        "code": said(flag["code"]),
        "text": naming.sentence(flag, spoken),
        "priority": naming.severity(flag["severity"], spoken),
    }


def _territories(edition: Edition, spoken: Words) -> bytes:
    frame = edition.territories
    told = [
        {
            "key": row["key"],
            "name": naming.name(row, spoken),
            "called": naming.called(row, edition.sources, spoken),
            "look": looks.of_territory(row),
            "url": address_of_territory(spoken.language, row["key"]),
            "pairs": edition.pair_counts.get(row["key"], 0),
        }
        for row in records(frame, ["key", "name", "tenure", "called", "source_id"])
    ]
    return _collection(frame, told, _tolerance(edition))


def _concessions(edition: Edition, spoken: Words) -> bytes:
    frame = edition.concessions
    told = [
        {
            "key": row["key"],
            "name": naming.name(row, spoken),
            "code": said(row["native_id"]),
            "look": f"c-{naming.kind(row).value}",
            "status": naming.status(row).value,
        }
        for row in records(frame, ["key", "name", "native_id", "kind", "status"])
    ]
    return _collection(frame, told, 0.0)


def _overlaps(edition: Edition, _spoken: Words) -> bytes:
    frame = edition.overlaps.loc[edition.overlaps["overlap_class"].isin(PAIRS)]
    named = ["concession_key", "territory_key", "overlap_class"]
    told = [
        {
            "concession": row["concession_key"],
            "territory": row["territory_key"],
            "look": f"o-{row['overlap_class']}",
        }
        for row in records(frame, named)
    ]
    return _collection(frame, told, 0.0)


def _collection(frame: gpd.GeoDataFrame, told: list[Row], tolerance: float) -> bytes:
    shapes = np.asarray(frame.geometry.array, dtype=object)
    if tolerance:
        shapes = shapely.simplify(shapes, tolerance, preserve_topology=True)
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, _DECIMALS))
    features = ",\n".join(
        f'{{"type":"Feature","properties":{_compact(properties)},"geometry":{geometry}}}'
        for properties, geometry in zip(told, shapely.to_geojson(rounded), strict=True)
    )
    return f'{{"type":"FeatureCollection","features":[\n{features}\n]}}\n'.encode()


def _tolerance(edition: Edition) -> float:
    """The least simplification (degrees) that leaves no more vertices than a page can draw."""
    return edition.once(("tolerance",), lambda: _least(edition.territories))


def _least(frame: gpd.GeoDataFrame) -> float:
    shapes = np.asarray(frame.geometry.array, dtype=object)
    for tolerance in _TOLERANCES:
        drawn = shapely.simplify(shapes, tolerance) if tolerance else shapes
        if int(shapely.get_num_coordinates(drawn).sum()) <= _MOST_VERTICES:
            return tolerance
    return _TOLERANCES[-1]


def _ha(value: float | None, spoken: Words) -> str:
    return naming.hectares(value, spoken)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
