"""How dates, places and lists of words are said in a reserved annex."""

from geo.reserved import Told, Word
from geo.words import Words


def dated(on: str, words: Words) -> str:
    """A partial date in words, or that it is not known."""
    return words.date(on) if on else words.say("fecha no registrada")


def listed(these: tuple[Word, ...], words: Words, nothing: str = "") -> str:
    """Words of a list one after the other; `nothing` where there is none."""
    said = "; ".join(one.said(words.language) for one in these)
    return said or nothing or words.say("no se registró")


def shown_place(one: Told, words: Words) -> str:
    """The district, or the finest that is known."""
    return one.place or words.say("el país, sin lugar más fino")
