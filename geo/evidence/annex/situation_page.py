"""The situation map: the subjects, the rights on them, and the numbers of the overlap table."""

from geo.evidence.annex.blocks import Section
from geo.evidence.annex.cover import about
from geo.evidence.annex.matter import Matter
from geo.evidence.annex.right_page import drawing
from geo.evidence.plan.drawing import of_whole
from geo.evidence.plan.scale import Sheet

_SHEET = Sheet(width_mm=170.0, height_mm=190.0)


def situation(matter: Matter) -> Section | None:
    """One plan of everything; None where nothing could be drawn."""
    if not matter.subjects:
        return None
    numbers = {
        (row["concession_key"], row["territory_key"]): matter.numbers[row["concession_key"]]
        for row in (*matter.pairs, *matter.others)
    }
    plan = of_whole(matter.chosen, matter.words, numbers, _SHEET)
    return Section(matter.say("Plano de situación"), (drawing(matter, plan, about(matter)),))
