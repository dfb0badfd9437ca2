"""The one way from the register to the public count.

What comes out has no place finer than a district, no date finer than a year and no words. It is
only what a second person approved, what each subject and each community concerned opened for the
boxes, and what nobody has taken back.
"""

from collections.abc import Iterable

from geo.errors import StageBroken
from geo.places import COUNTRY, Places
from geo.register import consent, dossier, review
from geo.register.dossier import Dossier
from geo.register.lists import PlacePrecision, Told
from geo.register.nouns import Spot
from geo.register.store import Register, Writing
from geo.stages import Fact, Incidents
from geo.terms import Audience, PlaceLevel

GRANTED = frozenset({"granted", "in-force", "modified"})
"""The steps of data/register that say that a measure was granted."""

_LEVEL = {
    PlacePrecision.EXACT: PlaceLevel.DISTRICT,
    PlacePrecision.COMMUNITY: PlaceLevel.DISTRICT,
    PlacePrecision.DISTRICT: PlaceLevel.DISTRICT,
    PlacePrecision.PROVINCE: PlaceLevel.PROVINCE,
    PlacePrecision.DEPARTMENT: PlaceLevel.DEPARTMENT,
    PlacePrecision.COUNTRY: PlaceLevel.COUNTRY,
}


def incidents(register: Register | Writing, places: Places, on: str) -> Incidents:
    """What may be counted in public on this day (YYYY-MM-DD), sorted by incident."""
    made = []
    for one in dossier.every(register).values():
        words = countable(register, one, on)
        if words is not None:
            made.append(_fact(words, places))
    return Incidents(tuple(sorted(made, key=lambda fact: fact.incident)))


def countable(register: Register | Writing, now: Dossier, on: str) -> Dossier | None:
    """The approved words of an incident, where they may be counted on this day; None where not.

    Consent is asked of the words that were approved. What was written since may close them too,
    where somebody who was added said no; it never opens them.
    """
    words = review.approved_rows(register, now)
    if words is None or not words.acts:
        return None
    if consent.allows(words, Audience.BOXES, "", on) is not Told.YES:
        return None
    if words is not now and consent.allows(now, Audience.BOXES, "", on) is Told.NO:
        return None
    return words


def _fact(words: Dossier, places: Places) -> Fact:
    event = words.event.content
    harmed = {act.content.subject for act in words.acts}
    subjects = {row: one.content for row, one in words.subjects.items() if row in harmed}
    told = [one.groups for one in subjects.values() if one.groups and _recorded(one.groups)]
    asked = [row.content for row in words.interventions if row.content.measure]
    return Fact(
        incident=words.event.id,
        subjects=_sorted(one.reference or row for row, one in subjects.items()),
        communities=_sorted(one.content.reference or row for row, one in words.communities.items()),
        place=cut(event.spot, places),
        year=int(event.happened_on[:4]) if event.happened_on else None,
        accepted_in=_quarter(words),
        kinds=_sorted(kind for act in words.acts for kind in act.content.kinds),
        groups=_sorted(code for said in told for code in said if said[code] is Told.YES)
        if told
        else None,
        women=_women([one.woman for one in subjects.values()]),
        measures=_sorted(one.measure for one in asked) if asked else None,
        granted=_sorted(
            one.measure for one in asked if any(step.stage in GRANTED for step in one.steps)
        ),
    )


def cut(spot: Spot, places: Places) -> str:
    """The code of the finest place that may be counted: a district at most, "" for the country.

    A place that this installation does not know is counted for the country.
    """
    level = _LEVEL[spot.precision]
    code = spot.place
    if not code and spot.lon is not None and spot.lat is not None:
        code = places.at(spot.lon, spot.lat) or COUNTRY
    if level is PlaceLevel.COUNTRY or code not in places.by_code:
        return COUNTRY
    return places.up(code, level)


def _recorded(groups: dict[str, Told]) -> bool:
    return any(said is not Told.NOT_RECORDED for said in groups.values())


def _women(told: list[Told]) -> bool | None:
    """Whether women are among them: no only where each was asked."""
    if Told.YES in told:
        return True
    return None if not told or Told.NOT_RECORDED in told else False


def _quarter(words: Dossier) -> str:
    """The quarter in which a second person approved these words, `2026-Q3`."""
    yes = review.approval(words)
    if yes is None:
        raise StageBroken("un incidente sin aprobación no se cuenta")
    year, month = yes.on.split("-")[:2]
    return f"{year}-Q{(int(month) + 2) // 3}"


def _sorted(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))
