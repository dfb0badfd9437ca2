"""The state as the public reads it: boxes without ids, in the order of places and years."""

from geo.errors import PlacesMissing, ReleaseRefused
from geo.places import Places
from geo.release.privacy.state import Box, State
from geo.release.privacy.taking_away import pending
from geo.release.published import DECIMALS, PublicBox, Published, Year, order
from geo.stages import Incidents
from geo.terms import PlaceLevel

_NAMED = (PlaceLevel.DEPARTMENT, PlaceLevel.PROVINCE, PlaceLevel.DISTRICT)


def publication(state: State, incidents: Incidents, places: Places) -> Published:
    """What may be published of a state.

    Raises ReleaseRefused before the first closing, and while a box must be taken away;
    PlacesMissing where the districts no longer know the place of a box.
    """
    if not state.closed_to:
        raise ReleaseRefused("Todavía no se cerró ningún trimestre: cierre uno y publique después.")
    if pending(state, incidents):
        raise ReleaseRefused(
            "Un hecho publicado se retiró o cambió: su paquete entero debe salir antes de publicar."
        )
    return Published(
        quarter=state.closed_to,
        illustrative=places.illustrative,
        boxes=tuple(sorted((_public(box, places) for box in state.boxes), key=order)),
        years=tuple(
            Year(one.year, one.numbers)
            for one in state.years
            if one.shown and one.numbers is not None
        ),
    )


def _public(box: Box, places: Places) -> PublicBox:
    place = places.by_code.get(box.place)
    if place is None or place.level is not box.level:
        raise PlacesMissing(
            "Un paquete está en un lugar que los distritos guardados no tienen: vuelva a traer el "
            "archivo de distritos con el que se cerró."
        )
    levels = list(PlaceLevel)
    department, province, district = (
        places.by_code[places.up(box.place, level)].name
        if levels.index(place.level) <= levels.index(level)
        else ""
        for level in _NAMED
    )
    years = box.shown
    return PublicBox(
        place=box.place,
        level=box.level,
        department=department,
        province=province,
        district=district,
        lon=round(float(place.lon), DECIMALS),
        lat=round(float(place.lat), DECIMALS),
        from_year=years[0] if years else None,
        to_year=years[-1] if years else None,
        count=len(box.members),
    )
