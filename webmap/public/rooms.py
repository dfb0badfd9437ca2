"""The rooms of the public application. What no room routes does not exist.

A room is a module with `register(app, given)`. It may also have `SENTENCES`, name -> message id:
what its script says, handed to the page as `settings.words`.
"""

from types import ModuleType

from webmap.public import (
    boxes,
    bundles,
    context,
    corrections,
    data,
    departments,
    glossary,
    holders,
    index,
    machines,
    overlap,
    own_area,
    pages,
    places_search,
    point,
    printing,
    right,
    selected,
    tiles,
)

ROOMS: tuple[ModuleType, ...] = (
    data,
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
    own_area,
    selected,
    machines,
    printing,
)
