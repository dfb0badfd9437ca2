"""The register's own checks, told beside the fields of the form.

A draft may be unfinished: what is only missing is asked for when it is sent to be reviewed.
"""

from typing import Any

from geo.register import checks
from geo.words import _
from webmap.desk.incidents_saving import may_take_out, own_rows
from webmap.desk.incidents_story import Known, Story
from webmap.desk.typed import Fault, Faults

_FIELDS = {
    "happened_on": "happened",
    "until_on": "until",
    "spot": "spot-place",
    "community_concerned": "concerned",
    "told_on": "told",
    "requested_on": "requested",
    "answered_on": "answered",
    "steps": "step-stage",
    "case_steps": "case-step-stage",
}
"""What the form calls a field of a noun, where it calls it otherwise."""


def check(story: Story, known: Known, against: checks.Known, submit: bool, faults: Faults) -> None:
    """Notes what the register refuses, and for a review also what is missing."""
    stored = known.stored
    _noted(story.event, "", stored.event.content if stored else None, against, submit, faults)
    kept: dict[str, Any] = {}
    if stored is not None:
        kept = {row.id: row.content for row in own_rows(stored)}
    for row in story.rows():
        if not row.gone:
            _noted(row.content, row.prefix, kept.get(row.id), against, submit, faults)
        elif row.id and not may_take_out(stored):
            faults.add(f"{row.prefix}id", _("Ya se aprobó una vez: no se quita. Corríjalo."))
    if submit:
        _missing(story, faults)


def _noted(
    content: Any, prefix: str, before: Any, against: checks.Known, submit: bool, faults: Faults
) -> None:
    for fault in checks.faults(content, against, before):
        if fault.field == "kinds" and not content.kinds:
            if submit:
                faults.add("kinds", fault.sentence)
            continue
        name = prefix + _FIELDS.get(fault.field, fault.field)
        faults.setdefault(name, Fault(fault.sentence, fault.values))


def _missing(story: Story, faults: Faults) -> None:
    """What a second person needs in order to read it at all."""
    if not story.event.title:
        faults.add("title", _("Falta un nombre corto, para reconocer el hecho en las listas."))
    acts = [row for row in story.acts if not row.gone]
    if not acts or not any(row.content.kinds for row in acts):
        faults.add("kinds", _("Marque qué clase de hecho fue: por lo menos una."))
    if not any(row.content.subject for row in acts):
        faults.add(
            "acts-0-kind",
            _("Falta decir a quién le pasó: una persona, familia, comunidad u organización."),
        )
    if not [row for row in story.sources if not row.gone]:
        faults.add("sources-0-kind", _("Falta decir cómo se sabe."))
