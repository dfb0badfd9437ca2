"""The timeline: each date where it belongs, as precise as it is, and nothing left out."""

from typing import Any

from geo.register import timeline
from geo.register.dossier import Dossier
from geo.register.lists import Noun
from geo.register.nouns import Event, Intervention, Source, Step
from geo.register.store import Kept
from geo.register.timeline import What


def _kept(noun: Noun, row: str, content: Any) -> Kept[Any]:
    return Kept(noun, row, 1, "e", "2026-05-04", content)


def _told(asked: Intervention) -> Dossier:
    event = _kept(Noun.EVENT, "e", Event(happened_on="2026-01-15"))
    return Dossier(event, interventions=(_kept(Noun.INTERVENTION, "i", asked),))


def test_a_year_alone_is_put_at_its_beginning_and_shown_as_a_year() -> None:
    asked = Intervention(
        "garantias",
        requested_on="2026",
        steps=(Step("granted", "2026-03-02"), Step("lifted")),
        case_steps=(Step("complaint", "2026-02"),),
    )
    found = timeline.of(_told(asked))
    assert [(one.on, one.what) for one in found] == [
        ("2026", What.REQUESTED),
        ("2026-01-15", What.HAPPENED),
        ("2026-02", What.CASE_STEP),
        ("2026-03-02", What.MEASURE_STEP),
        ("", What.MEASURE_STEP),
    ]
    assert found[-1].codes == ("lifted",)


def test_what_has_no_date_is_there_all_the_same() -> None:
    source = _kept(Noun.SOURCE, "f", Source("witness"))
    one = Dossier(_kept(Noun.EVENT, "e", Event()), sources=(source,))
    assert [entry.what for entry in timeline.of(one)] == [What.HAPPENED, What.TOLD]
