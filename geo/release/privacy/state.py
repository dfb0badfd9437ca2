"""What is remembered between closings. It lives sealed in the register and never leaves it."""

from collections import Counter
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from geo.declared import structured
from geo.errors import DeclarationError, RegisterDamaged, StageBroken
from geo.release.privacy import quarters
from geo.release.published import Number
from geo.stages import Fact
from geo.terms import PlaceLevel

FORM = 1


@dataclass(frozen=True)
class Member:
    """A fact in a box, as it was when the box closed. fresh: in no box before this one."""

    incident: str
    place: str
    year: int | None
    subjects: tuple[str, ...]
    communities: tuple[str, ...]
    fresh: bool


@dataclass(frozen=True)
class Box:
    """A closed box that stands. number: 1 for the first that ever closed, then one more each.

    carried: the years that the boxes had shown from which facts came back to this one.
    """

    number: int
    level: PlaceLevel
    place: str
    members: tuple[Member, ...]
    carried: tuple[int, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """The known years of its facts, each once, from the earliest."""
        return tuple(sorted({one.year for one in self.members if one.year is not None}))

    @property
    def shown(self) -> tuple[int, ...]:
        """The years of which the public reads the first and the last.

        Those of a box that was taken out are among them: were they left out, the year that is
        missing would be that of whoever withdrew.
        """
        return tuple(sorted({*self.years, *self.carried}))


@dataclass(frozen=True)
class Trace:
    """Where a fact was last in a box, as the public read it: place, first and last year.

    The years are None where that of the fact was not known, or of no fact in the box.
    """

    place: str
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class Wait:
    """A fact in no box. It waits at a level since a closing; fresh: it never was in a box.

    carried: the first and the last year that its last box had shown. trace: that box, None where
    none is remembered; when the fact is lost, it may be told again under a new id.
    """

    incident: str
    level: PlaceLevel
    since: str
    fresh: bool
    carried: tuple[int, ...] = ()
    trace: Trace | None = None


@dataclass(frozen=True)
class Counted:
    """A year of the national tables as it was last counted.

    upto: the number of the newest box of then. numbers: None once a box was taken out whose years
    span this one. shown: whether it stands in the publication.
    """

    year: int
    upto: int
    numbers: tuple[Number, ...] | None
    shown: bool


@dataclass(frozen=True)
class State:
    """Boxes, waiting facts and tables after some closings; the empty one comes before the first.

    closed_to: the last closed quarter, "" before the first. last: the number of the newest box
    that ever closed. counted: what `last` was when the tables were last counted. old_to: facts of
    this year or before, or of no known year, may be in boxes that nobody remembers: none is fresh.
    Making one checks that no fact is in two places; raises StageBroken.
    """

    closed_to: str = ""
    last: int = 0
    counted: int = 0
    boxes: tuple[Box, ...] = ()
    waiting: tuple[Wait, ...] = ()
    years: tuple[Counted, ...] = ()
    old_to: int | None = None

    def __post_init__(self) -> None:
        boxed = [one.incident for box in self.boxes for one in box.members]
        held = Counter([*boxed, *(one.incident for one in self.waiting)])
        if held and max(held.values()) > 1:
            raise StageBroken("un hecho está en dos paquetes, o en un paquete y a la espera")
        numbers = [box.number for box in self.boxes]
        if numbers != sorted(set(numbers)) or max([0, self.counted, *numbers]) > self.last:
            raise StageBroken("los paquetes no llevan el número de su cierre")
        years = [one.year for one in self.years]
        if years != sorted(set(years)) or any(o.shown and o.numbers is None for o in self.years):
            raise StageBroken("los cuadros nacionales no son los que se contaron")
        for quarter in filter(None, (self.closed_to, *(one.since for one in self.waiting))):
            quarters.number(quarter)

    @cached_property
    def boxed(self) -> frozenset[str]:
        """The incidents in standing boxes."""
        return frozenset(one.incident for box in self.boxes for one in box.members)


EMPTY = State()


def as_member(fact: Fact, *, fresh: bool) -> Member:
    """What a box remembers of a fact: all by which the box would change if it changed."""
    return Member(
        incident=fact.incident,
        place=fact.place,
        year=fact.year,
        subjects=tuple(sorted(set(fact.subjects))),
        communities=tuple(sorted(set(fact.communities))),
        fresh=fresh,
    )


def to_json(state: State) -> dict[str, Any]:
    """The state as plain values, for a sealed row."""
    return {"form": FORM, **asdict(state)}


def from_json(said: Any) -> State:
    """The state in these plain values. Raises RegisterDamaged unless it is one, whole."""
    if not isinstance(said, dict) or said.get("form") != FORM:
        raise RegisterDamaged(
            "El estado de los paquetes lo escribió otra versión del programa: actualícelo."
        )
    try:
        plain = {key: value for key, value in said.items() if key != "form"}
        if set(plain) != set(asdict(EMPTY)):
            raise StageBroken("al estado de los paquetes le faltan partes")
        return structured(plain, State, "boxes")
    except (DeclarationError, StageBroken) as error:
        raise RegisterDamaged(
            "El estado de los paquetes no dice lo que promete: restaure un respaldo."
        ) from error
