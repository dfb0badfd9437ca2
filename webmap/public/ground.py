"""Whom the ground of the map is from, as the map and the page of sources say it."""

from geo import naming
from geo.release.archive import credits_of
from geo.release.tiles.release import LABELS
from geo.words import Words, said
from webmap.public.edition import Edition, Row


def thanked(edition: Edition, spoken: Words) -> list[Row]:
    """A row for each: title, licence, layers, as_of, address; none where there is no ground."""
    return [
        {
            "title": said(one["title"]),
            "licence": spoken.say(said(one["licence"])),
            "layers": ", ".join(spoken.say(LABELS[layer]) for layer in one["layers"]),
            "as_of": naming.day(one["as_of"], spoken),
            "address": said(one["address"]),
        }
        for one in edition.once(("credits",), lambda: credits_of(edition.release))
    ]


def attribution(edition: Edition, spoken: Words) -> str:
    """The line on the map."""
    told = ", ".join(f"{one['title']} ({one['licence']})" for one in thanked(edition, spoken))
    if not told:
        return spoken.say("Datos: las fuentes de esta publicación.")
    return spoken.say("Fondo: {credits}. Datos: las fuentes de esta publicación.", credits=told)
