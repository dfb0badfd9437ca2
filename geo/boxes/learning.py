"""What a box would teach somebody who knows almost all of it already. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from geo.boxes.findings import Finding, Weight
from geo.places import Places
from geo.release.privacy.state import Box, State
from geo.release.privacy.tables import BOXES as FEWEST_BOXES
from geo.stages import Incidents
from geo.words import _

_SEVERAL = 2
_FAR = 3
"""How many years before or after every other a fact stands alone."""


@dataclass(frozen=True)
class Learnt:
    """One box from within. most: facts about the one subject that has most of them.

    Whoever knows every fact but one learns of the last: that it is there, at this place, in these
    years; its year where one_year, its kind where one_kind and the tables show the year. alone:
    first and last years of one fact only, far from all others: who remembers what happened there
    in such a year learns that somebody told of it.
    """

    number: int
    place: str
    years: tuple[int, ...]
    count: int
    fresh: int
    subjects: int
    communities: int
    most: int
    one_kind: bool
    alone: tuple[int, ...] = ()

    @property
    def one_year(self) -> bool:
        """Whether the years that the public reads are one."""
        return len(self.years) == 1


def learnt(state: State, incidents: Incidents, places: Places) -> tuple[Learnt, ...]:
    """Every standing box, by place and years."""
    kinds = {fact.incident: fact.kinds for fact in incidents.facts}
    found = (_learnt(box, kinds, places) for box in state.boxes)
    return tuple(sorted(found, key=lambda one: (one.place, one.years, one.number)))


def findings(state: State, boxes: tuple[Learnt, ...]) -> Iterator[Finding]:
    """What two people should look at before they say yes."""
    for one in boxes:
        if one.most * _SEVERAL > one.count:
            yield Finding(
                Weight.LOOK,
                _("{place}: {most} de {count} hechos son de una misma persona o comunidad."),
                {"place": one.place, "most": one.most, "count": one.count},
            )
        if one.one_year:
            yield Finding(
                Weight.LOOK,
                _("{place}: todos los hechos son de {year}; el paquete dice el año de cada uno."),
                {"place": one.place, "year": one.years[0]},
            )
        for year in one.alone:
            yield Finding(
                Weight.LOOK,
                _(
                    "{place}: un solo hecho es de {year}, lejos de los demás, y el paquete muestra "
                    "ese año; quien recuerde qué pasó entonces sabrá que alguien lo contó."
                ),
                {"place": one.place, "year": year},
            )
        if one.one_kind:
            yield Finding(
                Weight.LOOK,
                _(
                    "{place}: todos los hechos son de la misma clase; quien conozca casi todos "
                    "adivina la clase de los demás."
                ),
                {"place": one.place},
            )
    for year in (one.year for one in state.years if one.shown):
        held = sum(year in box.years for box in state.boxes)
        if held <= FEWEST_BOXES:
            yield Finding(
                Weight.LOOK,
                _("{year}: los cuadros nacionales cuentan hechos de solo {count} paquetes."),
                {"year": year, "count": held},
            )


def place_name(code: str, places: Places) -> str:
    """A place with those that hold it, the widest last; the country's name for itself."""
    names = []
    while code:
        place = places.by_code[code]
        names.append(place.name)
        code = place.within
    return ", ".join(names) or places.by_code[""].name


def _learnt(box: Box, kinds: dict[str, tuple[str, ...]], places: Places) -> Learnt:
    told = Counter(one for member in box.members for one in set(member.subjects))
    of = {kinds.get(member.incident, ()) for member in box.members}
    return Learnt(
        number=box.number,
        place=place_name(box.place, places),
        years=box.shown,
        count=len(box.members),
        fresh=sum(member.fresh for member in box.members),
        subjects=len(told),
        communities=len({one for member in box.members for one in member.communities}),
        most=max(told.values(), default=0),
        one_kind=len(of) == 1 and () not in of,
        alone=_alone([one.year for one in box.members if one.year is not None], box.shown),
    )


def _alone(years: list[int], shown: tuple[int, ...]) -> tuple[int, ...]:
    ends = {shown[0], shown[-1]} if shown else set()
    return tuple(
        year
        for year in sorted(ends & set(years))
        if years.count(year) == 1 and not any(0 < abs(one - year) < _FAR for one in years)
    )
