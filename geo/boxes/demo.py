"""The demonstration's boxes: invented facts in invented districts, closed as real ones are."""

import csv
from collections.abc import Mapping

from geo.boxes import places, public_folder
from geo.errors import DeclarationError
from geo.home import Home
from geo.release.boxes import FILE, to_bytes
from geo.release.privacy import quarters
from geo.release.privacy.closing import close
from geo.release.privacy.publication import publication
from geo.release.privacy.state import EMPTY
from geo.release.published import NO, YES, Published
from geo.stages import Fact, Incidents

NAME = "demo-incidents.csv"

_WOMEN = {"": None, YES: True, NO: False}
_NONE = "-"


def publish(home: Home) -> bool:
    """Puts the demonstration's boxes where the public reads them, unless any are there.

    Says whether it did. Raises PlacesMissing, DeclarationError where data/demo is not whole.
    """
    if (home.boxes / FILE).exists():
        return False
    made = published(home)
    public_folder.write(home.boxes, to_bytes(made), made.quarter)
    return True


def published(home: Home) -> Published:
    """The boxes of data/demo, closed quarter after quarter, whatever day it is."""
    districts = places.demonstration(home)
    facts = incidents(home)
    last = quarters.later(max(fact.accepted_in for fact in facts.facts))
    return publication(close(EMPTY, facts, last, districts), facts, districts)


def incidents(home: Home) -> Incidents:
    """The invented facts of data/demo. Raises DeclarationError naming the line."""
    path = home.data / "demo" / NAME
    with path.open(encoding="utf-8", newline="") as opened:
        return Incidents(
            tuple(_fact(row, line) for line, row in enumerate(csv.DictReader(opened), start=2))
        )


def _fact(row: Mapping[str, str], line: int) -> Fact:
    try:
        if row["illustrative"] != "true":
            raise ValueError(row["illustrative"])
        return Fact(
            incident=row["incident"],
            subjects=tuple(row["subjects"].split()),
            communities=tuple(row["communities"].split()),
            place=row["place"],
            year=int(row["year"]) if row["year"] else None,
            accepted_in=row["accepted_in"],
            kinds=tuple(row["kinds"].split()),
            groups=_told(row["groups"]),
            women=_WOMEN[row["women"]],
            measures=_told(row["measures"]),
            granted=tuple(row["granted"].split()),
        )
    except (KeyError, ValueError) as error:
        raise DeclarationError(
            f"data/demo/{NAME}, línea {line}: no dice lo que debe ({error}); vuelva a hacerlo con "
            "make_incidents.py."
        ) from error


def _told(field: str) -> tuple[str, ...] | None:
    """Several codes; nothing where the field is empty, which is "not recorded"."""
    if not field:
        return None
    return () if field == _NONE else tuple(field.split())
