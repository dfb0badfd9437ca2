"""An incident as it lies in the register, written into the fields of its form."""

from collections.abc import Container, Iterable

from werkzeug.datastructures import MultiDict

from geo.places import Places
from geo.register import references
from geo.register.dossier import Dossier
from geo.register.lists import Told
from geo.register.nouns import Act, Community, Intervention, Involvement, Source, Subject
from geo.register.store import Kept
from webmap.desk import spots
from webmap.desk.typed import Typed, count, fill_date, rows

_ROWS_AT_FIRST = {"acts": 1, "doers": 1, "sources": 1, "measures": 0, "communities": 1}


def blank() -> Typed:
    """A new form, with one row of most kinds."""
    typed: Typed = MultiDict({name: str(number) for name, number in _ROWS_AT_FIRST.items()})
    typed["verification"] = "reported"
    return typed


def give_references(typed: Typed, taken: Container[str] = ()) -> None:
    """Gives every row that may become a new subject or community a reference of its own.

    One that the form brings back stays, unless it is none that was given here: it would name
    somebody, or stand for somebody else.
    """
    kinds = (("acts", references.SUBJECT), ("communities", references.COMMUNITY))
    for name, kind in kinds:
        given: set[str] = set()
        for number in range(count(typed, name)):
            field = f"{name}-{number}-fresh"
            said = typed.get(field, "")
            ours = said.startswith(kind) and references.understood(said) == said
            if not ours or said in taken or said in given:
                typed[field] = said = references.fresh(kind, taken)
            given.add(said)


def filled(dossier: Dossier, places: Places) -> Typed:
    """The form of an incident that is kept."""
    typed: Typed = MultiDict()
    event = dossier.event.content
    typed["title"], typed["narrative"] = event.title, event.narrative
    fill_date(typed, "happened", event.happened_on)
    fill_date(typed, "until", event.until_on)
    spots.fill(typed, event.spot, places)
    typed["concerned"] = event.community_concerned.value
    typed["organisation"] = event.organisation
    typed["case-numbers"] = "\n".join(event.case_numbers)
    typed["verification"] = event.verification.value
    common = dossier.acts[0].content.kinds if dossier.acts else ()
    typed.setlist("kinds", list(common))
    _rows(typed, "acts", dossier.acts)
    for number, act in enumerate(dossier.acts):
        _act(typed, f"acts-{number}-", act.content, common, dossier)
    _rows(typed, "doers", dossier.involvements)
    for number, part in enumerate(dossier.involvements):
        _involvement(typed, f"doers-{number}-", part.content)
    _rows(typed, "sources", dossier.sources)
    for number, source in enumerate(dossier.sources):
        _source(typed, f"sources-{number}-", source.content)
    _rows(typed, "measures", dossier.interventions)
    for number, measure in enumerate(dossier.interventions):
        _intervention(typed, f"measures-{number}-", measure.content, dossier)
    known = [one for one in event.communities if one in dossier.communities]
    typed["communities"] = str(len(known))
    for number, one in enumerate(known):
        typed[f"communities-{number}-reference"] = dossier.communities[one].content.reference
    for name, number in _ROWS_AT_FIRST.items():
        typed[name] = str(max(count(typed, name), number))
    return typed


def merged(typed: Typed, theirs: Typed, seen: str) -> Typed:
    """What was typed, with the rows that somebody else added; rows they took out become new ones.

    theirs: the form of what lies in the register now; seen: its revisions.
    """
    made: Typed = MultiDict(typed)
    made["seen"] = seen
    for name in ("acts", "doers", "sources", "measures"):
        there = {theirs.get(f"{p}id"): p for p in rows(theirs, name)}
        here = {made.get(f"{p}id"): p for p in rows(made, name)}
        for row, prefix in here.items():
            if row not in there:
                made[f"{prefix}id"] = ""
        for row, prefix in there.items():
            if row and row not in here:
                new = f"{name}-{count(made, name)}-"
                made[name] = str(count(made, name) + 1)
                for field in [one for one in theirs if one.startswith(prefix)]:
                    made.setlist(new + field.removeprefix(prefix), theirs.getlist(field))
    return made


def describe(typed: Typed, prefix: str, subject: Subject, communities: dict[str, str]) -> None:
    """Who a subject is. communities: id -> reference."""
    typed[f"{prefix}kind"] = subject.kind.value
    typed[f"{prefix}community"] = communities.get(subject.community, "")
    typed[f"{prefix}organisation"] = subject.organisation
    typed[f"{prefix}description"] = subject.description
    typed[f"{prefix}woman"] = subject.woman.value
    typed[f"{prefix}contact"] = subject.contact
    for code, told in (subject.groups or {}).items():
        if told is not Told.NOT_RECORDED:
            typed[f"{prefix}group-{code}"] = told.value


def by_reference(rows: Iterable[Kept[Subject] | Kept[Community]]) -> dict[str, Kept]:
    """Subjects or communities by their reference."""
    return {one.content.reference: one for one in rows}


def _rows(typed: Typed, name: str, kept: Iterable[Kept]) -> None:
    ids = [one.id for one in kept]
    typed[name] = str(len(ids))
    for number, one in enumerate(ids):
        typed[f"{name}-{number}-id"] = one


def _act(typed: Typed, prefix: str, act: Act, common: tuple[str, ...], dossier: Dossier) -> None:
    if act.subject in dossier.subjects:
        typed[f"{prefix}reference"] = dossier.subjects[act.subject].content.reference
    if act.kinds != common:
        typed.setlist(f"{prefix}kinds", list(act.kinds))
    typed[f"{prefix}harm"], typed[f"{prefix}method"] = act.harm, act.method
    typed.setlist(f"{prefix}charges", list(act.charges))
    typed[f"{prefix}note"] = act.note


def _involvement(typed: Typed, prefix: str, part: Involvement) -> None:
    typed[f"{prefix}perpetrator"], typed[f"{prefix}degree"] = part.perpetrator, part.degree
    typed[f"{prefix}confidence"], typed[f"{prefix}note"] = part.confidence.value, part.note


def _source(typed: Typed, prefix: str, source: Source) -> None:
    typed[f"{prefix}kind"], typed[f"{prefix}reliability"] = source.kind, source.reliability
    fill_date(typed, f"{prefix}told", source.told_on)
    typed[f"{prefix}contact"], typed[f"{prefix}text"] = source.contact, source.text
    typed[f"{prefix}connection"] = source.connection


def _intervention(typed: Typed, prefix: str, asked: Intervention, dossier: Dossier) -> None:
    typed[f"{prefix}measure"], typed[f"{prefix}reach"] = asked.measure, asked.reach.value
    typed[f"{prefix}asked-of"], typed[f"{prefix}wishes"] = asked.asked_of, asked.wishes
    typed[f"{prefix}case-number"] = asked.case_number
    fill_date(typed, f"{prefix}requested", asked.requested_on)
    fill_date(typed, f"{prefix}answered", asked.answered_on)
    known = [one for one in asked.subjects if one in dossier.subjects]
    typed.setlist(f"{prefix}subjects", [dossier.subjects[one].content.reference for one in known])
