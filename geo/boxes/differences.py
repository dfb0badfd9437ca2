"""What changes from the last publication to the next, counted again from both. Pure.

The rules are those of `geo.release.privacy`. They are asked here once more, in other words and
from the published bytes, so that a fault there does not go out unseen.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from geo.boxes.findings import Finding, Weight
from geo.release.privacy.state import Box, State
from geo.release.published import PublicBox, Published
from geo.stages import Incidents
from geo.words import _

_FACTS, _SUBJECTS, _COMMUNITIES = 5, 3, 2

_Seen = tuple[str, int | None, int | None, int]


@dataclass(frozen=True)
class Differences:
    """Boxes that come and that go, as the public will see it happen."""

    come: tuple[PublicBox, ...]
    go: tuple[PublicBox, ...]


def differences(before: Published | None, after: Published) -> Differences:
    """What the public can subtract: whole boxes."""
    old = Counter(before.boxes if before else ())
    new = Counter(after.boxes)
    return Differences(tuple((new - old).elements()), tuple((old - new).elements()))


def findings(
    before: State, after: State, shown: Published, incidents: Incidents, *, took_away: bool
) -> Iterator[Finding]:
    """What breaks a promise of the boxes; nothing where all is well."""
    if Counter(map(_inside, after.boxes)) != Counter(map(_outside, shown.boxes)):
        yield _broken(_("Lo que se mostraría no es lo que hay en los paquetes."))
    old = {box.number: box for box in before.boxes}
    new = {box.number: box for box in after.boxes}
    if any(old[number] != new[number] for number in old.keys() & new.keys()):
        yield _broken(_("Un paquete cerrado cambiaría por dentro: un paquete no se abre."))
    came = [new[number] for number in sorted(new.keys() - old.keys())]
    went = [old[number] for number in sorted(old.keys() - new.keys())]
    if took_away and came:
        yield _broken(_("Una publicación que solo retira traería paquetes nuevos."))
    if not took_away and went:
        yield _broken(_("Desaparecería un paquete en una publicación que no es de retiro."))
    yield from _of_new(came, before, incidents)


def _of_new(came: list[Box], before: State, incidents: Incidents) -> Iterator[Finding]:
    facts = {fact.incident: fact for fact in incidents.facts}
    once = {member.incident for box in before.boxes for member in box.members}
    once |= {wait.incident for wait in before.waiting if not wait.fresh}
    if before.old_to is not None:
        once |= {i for i, one in facts.items() if one.year is None or one.year <= before.old_to}
    for box in came:
        fresh = {one.incident for one in box.members if one.fresh}
        told = [facts[one] for one in fresh if one in facts]
        few = (
            len(told) < _FACTS
            or not _unlike([set(fact.subjects) for fact in told], _SUBJECTS)
            or not _unlike([set(fact.communities) for fact in told], _COMMUNITIES)
        )
        if few or fresh & once:
            yield _broken(
                _(
                    "Un paquete nuevo no tiene cinco hechos que no hayan salido antes, de tres "
                    "personas y dos comunidades."
                )
            )
        once |= {one.incident for one in box.members}


def _unlike(groups: list[set[str]], wanted: int) -> bool:
    some = {frozenset(one) for one in groups if one}
    return any(
        len(frozenset().union(*few)) == sum(map(len, few)) for few in combinations(some, wanted)
    )


def _broken(text: str) -> Finding:
    return Finding(Weight.BLOCK, text)


def _inside(box: Box) -> _Seen:
    years = [one.year for one in box.members if one.year is not None]
    years += box.carried
    return box.place, min(years, default=None), max(years, default=None), len(box.members)


def _outside(box: PublicBox) -> _Seen:
    return box.place, box.from_year, box.to_year, box.count
