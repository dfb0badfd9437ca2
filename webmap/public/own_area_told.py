"""What lies on an area that a reader drew: its figures, as numbers and as rows to read."""

from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo import naming
from geo.analysis.own_area import Analysed, analyse
from geo.errors import AreaRefused
from geo.terms import Kind, Status, Tenure
from geo.words import Words, _, said
from webmap.public import citation, layers, spatial
from webmap.public.edition import Edition, Row, records

MOST_CANDIDATES = 2_000
MOST_LISTED = 200
"""How many rights, and how many territories, the page lists; the downloads hold all."""

LIMITS = (
    _(
        "El área es la que usted dibujó: sus lados son rectos en grados de WGS84, y nadie conoce "
        "su error, de modo que no hay mínimo ni máximo."
    ),
    _(
        "Las hectáreas son planas: las de cada derecho, en la zona UTM del derecho; las de los "
        "territorios y las del área, en la zona UTM del área. Al lado están las geodésicas."
    ),
    _("Los totales cuentan cada lugar una sola vez, aunque haya varios derechos en él."),
    _("Este sitio no guarda el área ni la respuesta."),
)
"""What is told with every answer (message ids), beside the limits of the release."""

_CROWDED = _(
    "El área toca más de {most} derechos o territorios: dibuje una más pequeña, o divídala en "
    "partes."
)


def laid(edition: Edition, area: BaseGeometry) -> Analysed:
    """An area of `polygon_of` on a release. Raises AreaRefused, also where too much is near it."""
    index = spatial.of(edition)
    rights, lands = index.rights.near(area), index.lands.near(area)
    if max(len(rights), len(lands)) > MOST_CANDIDATES:
        raise AreaRefused(_CROWDED, most=f"{MOST_CANDIDATES:,}")
    return analyse(area, edition.concessions.iloc[rights], edition.territories.iloc[lands])


def answer(edition: Edition, made: Analysed, spoken: Words) -> Row:
    """What the page shows of an analysed area: figures as numbers, and as rows of label, value."""
    rights = records(made.rights.iloc[:MOST_LISTED])
    lands = records(made.territories.iloc[:MOST_LISTED])
    cited = citation.of(edition, spoken)
    return {
        "area_ha": round(made.area_ha, 4),
        "area_geodesic_ha": round(made.area_geodesic_ha, 4),
        "zone": made.zone,
        "bbox": [round(float(one), 6) for one in shapely.bounds(made.area)],
        "rows": rows(made, spoken),
        "rights": [_right(edition, row, spoken) for row in rights],
        "territories": [_land(edition, row, spoken) for row in lands],
        "more_rights": len(made.rights) - len(rights),
        "more_territories": len(made.territories) - len(lands),
        "limits": [*(spoken.say(one) for one in LIMITS), *cited.limits],
        "citation": cited.text,
        "warning": cited.warning,
    }


def rows(made: Analysed, spoken: Words) -> list[tuple[str, str]]:
    """The area and its totals, as label and value; each place counted once."""
    told = [
        (spoken.say("Área dibujada, plana UTM ({plane})", plane=made.zone), made.area_ha),
        (spoken.say("Área dibujada, geodésica"), made.area_geodesic_ha),
        (spoken.say("Bajo territorios, todos juntos"), made.territories_ha),
    ]
    for row in records(made.by_tenure):
        if row["tenure"] in list(Tenure):
            label = naming.label(Tenure, row["tenure"], spoken)
            told.append((spoken.say("Bajo territorios: {tenure}", tenure=label), row["area_ha"]))
    told.append((spoken.say("Bajo derechos o proyectos, todos juntos"), made.rights_ha))
    for row in records(made.by_right):
        if row["kind"] in list(Kind) and row["status"] in list(Status):
            label = ", ".join(
                (
                    naming.label(Kind, row["kind"], spoken),
                    naming.label(Status, row["status"], spoken),
                )
            )
            told.append((spoken.say("Bajo derechos: {kind}", kind=label), row["area_ha"]))
    return [(label, naming.hectares(value, spoken)) for label, value in told]


def _right(edition: Edition, row: Row, spoken: Words) -> Row:
    key = row["concession_key"]
    right = edition.rights[key]
    return {
        "key": key,
        "name": naming.name(right, spoken),
        "code": said(right["native_id"]),
        "url": layers.address_of_right(spoken.language, key),
        "title": layers.line_of_right(right, spoken),
        "area_ha": row["area_ha"],
        "rows": [
            *_shared(row, spoken),
            (spoken.say("Parte del derecho"), _share(row["share_of_concession"], spoken)),
            (spoken.say("Parte del área dibujada"), _share(row["share_of_territory"], spoken)),
        ],
    }


def _land(edition: Edition, row: Row, spoken: Words) -> Row:
    return {
        **layers.land(edition.lands[row["territory_key"]], edition, spoken),
        "area_ha": row["area_ha"],
        "rows": [
            *_shared(row, spoken),
            (spoken.say("Parte del territorio"), _share(row["share_of_territory"], spoken)),
            (spoken.say("Parte del área dibujada"), _share(row["share_of_concession"], spoken)),
        ],
    }


def _shared(row: Row, spoken: Words) -> list[tuple[str, str]]:
    return [
        (
            spoken.say("Superposición (plana UTM {zone})", zone=row["zone"]),
            naming.hectares(row["area_ha"], spoken),
        ),
        (
            spoken.say("Superposición (geodésica)"),
            naming.hectares(row["area_geodesic_ha"], spoken),
        ),
        (spoken.say("Relación"), naming.overlap_class(row["overlap_class"], spoken)),
    ]


def _share(value: Any, spoken: Words) -> str:
    return naming.percent(None if value is None else float(value), spoken)
