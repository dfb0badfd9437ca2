"""The rooms of the public application. What no room routes does not exist.

A room is a module with `register(app, given)`. It may also have `SENTENCES`, name -> message id:
what its script says, handed to the page as `settings.words`; and `warm(edition)`, which makes
what its readers should not wait for before a release becomes current.
"""

from collections.abc import Mapping
from types import ModuleType

from webmap.public import (
    boxes,
    bundles,
    changes,
    context,
    contours,
    corrections,
    data,
    departments,
    downloads,
    glossary,
    health,
    holders,
    index,
    machines,
    mapping,
    offline,
    ogc,
    overlap,
    own_area,
    pages,
    places_search,
    point,
    printing,
    right,
    selected,
    shards,
    small,
    tiles,
    tool_words,
)
from webmap.public.edition import Edition

ROOMS: tuple[ModuleType, ...] = (
    data,
    mapping,
    tiles,
    pages,
    boxes,
    bundles,
    glossary,
    right,
    overlap,
    holders,
    departments,
    context,
    corrections,
    index,
    places_search,
    point,
    contours,
    own_area,
    changes,
    selected,
    downloads,
    ogc,
    machines,
    printing,
    offline,
    health,
    small,
    shards,
)


def sentences() -> Mapping[str, Mapping[str, str]]:
    """What the scripts say, message ids by room; the tools of the map have a name each."""
    of_rooms = {
        room.__name__.rpartition(".")[2]: room.SENTENCES
        for room in ROOMS
        if hasattr(room, "SENTENCES")
    }
    return {**of_rooms, **tool_words.SENTENCES}


def warm_rooms(edition: Edition) -> None:
    """Reads the tables of a release and lets every room make what it needs of it."""
    edition.warm()
    for room in ROOMS:
        if hasattr(room, "warm"):
            room.warm(edition)
