"""The form of an incident, read: what was typed becomes the rows of the register, or faults.

Nothing is guessed. What is blank was not recorded; what cannot be read stays as it was typed,
with a sentence beside it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from geo.register import references
from geo.register.lists import Reach, SubjectKind, Told, Verification
from geo.register.nouns import (
    Act,
    Community,
    Event,
    Intervention,
    Involvement,
    Source,
    Step,
    Subject,
)
from geo.words import _
from webmap.desk import spots
from webmap.desk.incidents_story import LISTS, Known, Row, Story
from webmap.desk.typed import Faults, Typed, count, date, line, one_of, rows, some_of, text

T = TypeVar("T")

VERIFICATIONS = {one.value: one for one in Verification}
REACHES = {one.value: one for one in Reach}
KINDS_OF_SUBJECT = {one.value: one for one in SubjectKind}
TOLD = {one.value: one for one in Told}


def read(typed: Typed, known: Known, faults: Faults) -> Story:
    """The whole form. Every fault is noted under the name of its field."""
    new_communities: dict[str, Community] = {}
    new_subjects: dict[str, Subject] = {}
    communities = _communities(typed, known, new_communities, faults)
    event = _event(typed, known, communities, faults)
    acts = _acts(typed, known, new_subjects, new_communities, faults)
    if _too_many(typed):
        faults.add("title", _("Hay demasiadas filas. Guarde este hecho y abra otro."))
    return Story(
        event,
        new_subjects,
        new_communities,
        acts,
        _involvements(typed, known, faults),
        _sources(typed, known, faults),
        _interventions(typed, known, new_subjects, faults),
    )


def _too_many(typed: Typed) -> bool:
    return any(typed.get(name, "") not in ("", str(count(typed, name))) for name in LISTS)


def _event(typed: Typed, known: Known, communities: tuple[str, ...], faults: Faults) -> Event:
    before = Event() if known.stored is None else known.stored.event.content
    concerned = _told(typed, "concerned", faults)
    if communities and concerned is not Told.YES:
        faults.add(
            "concerned",
            _("Escribió una comunidad. Marque «sí», o quite la comunidad."),
        )
    numbers = tuple(n for n in text(typed, "case-numbers", faults).split("\n") if n.strip())
    return replace(
        before,
        title=line(typed, "title", faults),
        narrative=text(typed, "narrative", faults),
        happened_on=date(typed, "happened", faults),
        until_on=date(typed, "until", faults),
        spot=spots.read(typed, known.places, faults),
        communities=communities,
        community_concerned=concerned,
        organisation=line(typed, "organisation", faults),
        case_numbers=tuple(" ".join(number.split()) for number in numbers),
        verification=VERIFICATIONS.get(
            one_of(typed, "verification", VERIFICATIONS, faults), Verification.REPORTED
        ),
        author=before.author or known.author,
    )


def _told(typed: Typed, name: str, faults: Faults) -> Told:
    return TOLD.get(one_of(typed, name, TOLD, faults), Told.NOT_RECORDED)


def _communities(
    typed: Typed, known: Known, new: dict[str, Community], faults: Faults
) -> tuple[str, ...]:
    """Ids of known communities, and references of new ones, which are put into `new`."""
    made = []
    for prefix in rows(typed, "communities"):
        if typed.get(f"{prefix}remove"):
            continue
        reference = _reference(typed, f"{prefix}reference", faults)
        name = line(typed, f"{prefix}name", faults)
        if reference in known.communities:
            if name and name != known.communities[reference].content.name:
                faults.add(f"{prefix}name", _ALREADY_NAMED)
            made.append(known.communities[reference].id)
        elif reference and reference != typed.get(f"{prefix}fresh"):
            faults.add(
                f"{prefix}reference",
                _("No hay comunidad con la referencia «{said}». Déjela vacía para una nueva."),
                said=reference[:40],
            )
        elif name:
            fresh = typed.get(f"{prefix}fresh", "")
            new[fresh] = Community(fresh, name)
            made.append(fresh)
    return tuple(dict.fromkeys(made))


_ALREADY_NAMED = _(
    "Esa comunidad ya está en el registro: borre el nombre de aquí. Se corrige en su página."
)


def _acts(
    typed: Typed,
    known: Known,
    new: dict[str, Subject],
    new_communities: Mapping[str, Community],
    faults: Faults,
) -> tuple[Row[Act], ...]:
    kinds = some_of(typed, "kinds", known.vocabulary.kinds, faults)
    made: list[Row[Act]] = []
    for prefix in rows(typed, "acts"):
        subject = _subject(typed, prefix, known, new, new_communities, faults)
        own = some_of(typed, f"{prefix}kinds", known.vocabulary.kinds, faults)
        act = Act(
            subject=subject,
            kinds=own or kinds,
            harm=one_of(typed, f"{prefix}harm", known.vocabulary.harms, faults),
            method=line(typed, f"{prefix}method", faults),
            charges=some_of(typed, f"{prefix}charges", known.vocabulary.charges, faults),
            note=text(typed, f"{prefix}note", faults),
        )
        told = act != Act(subject="", kinds=kinds)
        if told or typed.get(f"{prefix}id") or (kinds and not made):
            made.append(_row(typed, prefix, act))
    if kinds and not made:
        made.append(Row("acts-0-", "", Act(subject="", kinds=kinds)))
    return tuple(made)


def _subject(
    typed: Typed,
    prefix: str,
    known: Known,
    new: dict[str, Subject],
    new_communities: Mapping[str, Community],
    faults: Faults,
) -> str:
    """The id of a known subject, the reference of a new one, "" where there is none."""
    reference = _reference(typed, f"{prefix}reference", faults)
    said = _described(typed, prefix, known, new_communities, faults)
    if reference in known.subjects:
        if said is not None:
            faults.add(
                f"{prefix}reference",
                _(
                    "«{said}» ya está en el registro. Lo que escribió sobre quién es no se guarda "
                    "aquí: bórrelo, y corríjalo en su página."
                ),
                said=reference,
            )
        return known.subjects[reference].id
    fresh = typed.get(f"{prefix}fresh", "")
    if reference and reference != fresh:
        faults.add(
            f"{prefix}reference",
            _("No hay nadie con la referencia «{said}». Déjela vacía si es alguien nuevo."),
            said=reference[:40],
        )
        return ""
    if said is None or typed.get(f"{prefix}remove"):
        return ""
    new[fresh] = replace(said, reference=fresh)
    return fresh


def _described(
    typed: Typed,
    prefix: str,
    known: Known,
    new_communities: Mapping[str, Community],
    faults: Faults,
) -> Subject | None:
    """Who it is, as far as it was typed; None where nothing was."""
    kind = one_of(typed, f"{prefix}kind", KINDS_OF_SUBJECT, faults)
    community = _reference(typed, f"{prefix}community", faults)
    if community in known.communities:
        community = known.communities[community].id
    elif community and community not in new_communities:
        faults.add(
            f"{prefix}community",
            _("No hay comunidad con la referencia «{said}». Escríbala primero en «comunidad»."),
            said=community[:40],
        )
    groups: dict[str, Told] = {
        code: told
        for code in known.vocabulary.groups
        if (told := _told(typed, f"{prefix}group-{code}", faults)) is not Told.NOT_RECORDED
    }
    said = Subject(
        kind=KINDS_OF_SUBJECT.get(kind, SubjectKind.PERSON),
        reference="",
        community=community,
        organisation=line(typed, f"{prefix}organisation", faults),
        description=text(typed, f"{prefix}description", faults),
        woman=_told(typed, f"{prefix}woman", faults),
        groups=groups,
        contact=line(typed, f"{prefix}contact", faults),
    )
    nothing = said == Subject(SubjectKind.PERSON, "", groups={})
    if nothing and not kind:
        return None
    if not kind:
        faults.add(f"{prefix}kind", _("Diga si es una persona, familia, comunidad u organización."))
    return said


def subject(typed: Typed, known: Known, reference: str, faults: Faults) -> Subject | None:
    """A subject from a form of its own, whose fields have no prefix."""
    said = _described(typed, "", known, {}, faults)
    if said is None:
        faults.add("kind", _("Diga si es una persona, familia, comunidad u organización."))
        return None
    return replace(said, reference=reference)


def _involvements(typed: Typed, known: Known, faults: Faults) -> tuple[Row[Involvement], ...]:
    made = []
    for prefix in rows(typed, "doers"):
        said = Involvement(
            perpetrator=one_of(
                typed, f"{prefix}perpetrator", known.vocabulary.perpetrators, faults
            ),
            act=_act_of(typed.get(f"{prefix}id", ""), known),
            degree=one_of(typed, f"{prefix}degree", known.vocabulary.degrees, faults),
            confidence=VERIFICATIONS.get(
                one_of(typed, f"{prefix}confidence", VERIFICATIONS, faults), Verification.REPORTED
            ),
            note=text(typed, f"{prefix}note", faults),
        )
        nothing = not (said.perpetrator or said.degree or said.note)
        if nothing and not typed.get(f"{prefix}id"):
            continue
        if not said.perpetrator and not typed.get(f"{prefix}remove"):
            faults.add(
                f"{prefix}perpetrator",
                _("Elija quién fue. Si no se sabe, elija «desconocido»."),
            )
        made.append(_row(typed, prefix, said))
    return tuple(made)


def _act_of(row: str, known: Known) -> str:
    """To which act somebody's part belongs: as it was kept, since this form does not ask."""
    kept = () if known.stored is None else known.stored.involvements
    return next((one.content.act for one in kept if one.id == row), "")


def _sources(typed: Typed, known: Known, faults: Faults) -> tuple[Row[Source], ...]:
    made = []
    for prefix in rows(typed, "sources"):
        said = Source(
            kind=one_of(typed, f"{prefix}kind", known.vocabulary.sources, faults),
            reliability=one_of(
                typed, f"{prefix}reliability", known.vocabulary.reliabilities, faults
            ),
            told_on=date(typed, f"{prefix}told", faults),
            contact=line(typed, f"{prefix}contact", faults),
            text=text(typed, f"{prefix}text", faults),
            connection=line(typed, f"{prefix}connection", faults),
        )
        if said == Source("") and not typed.get(f"{prefix}id"):
            continue
        if not said.kind and not typed.get(f"{prefix}remove"):
            faults.add(f"{prefix}kind", _("Elija cómo se sabe."))
        made.append(_row(typed, prefix, said))
    return tuple(made)


def _interventions(
    typed: Typed, known: Known, new: Mapping[str, Subject], faults: Faults
) -> tuple[Row[Intervention], ...]:
    kept = {} if known.stored is None else {one.id: one for one in known.stored.interventions}
    made = []
    for prefix in rows(typed, "measures"):
        row = typed.get(f"{prefix}id", "")
        before = kept[row].content if row in kept else Intervention()
        step = _step(typed, f"{prefix}step-", known.vocabulary.measure_steps, faults)
        case_step = _step(typed, f"{prefix}case-step-", known.vocabulary.case_steps, faults)
        measure = one_of(typed, f"{prefix}measure", known.vocabulary.measures, faults)
        usual = known.vocabulary.measures[measure].reach[0] if measure else Reach.INDIVIDUAL
        said = Intervention(
            measure=measure,
            reach=REACHES.get(one_of(typed, f"{prefix}reach", REACHES, faults), usual),
            asked_of=line(typed, f"{prefix}asked-of", faults),
            requested_on=date(typed, f"{prefix}requested", faults),
            answered_on=date(typed, f"{prefix}answered", faults),
            subjects=_for_whom(typed, f"{prefix}subjects", known, new, faults),
            wishes=text(typed, f"{prefix}wishes", faults),
            steps=(*before.steps, *step),
            case_number=line(typed, f"{prefix}case-number", faults),
            case_steps=(*before.case_steps, *case_step),
        )
        if said == Intervention() and not row:
            continue
        if not said.measure and not (said.case_number or said.case_steps):
            faults.add(
                f"{prefix}measure", _("Elija qué se pidió, o escriba el número de la denuncia.")
            )
        made.append(Row(prefix, row, said))
    return tuple(made)


def _for_whom(
    typed: Typed, name: str, known: Known, new: Mapping[str, Subject], faults: Faults
) -> tuple[str, ...]:
    made = []
    for reference in typed.getlist(name):
        if reference in known.subjects:
            made.append(known.subjects[reference].id)
        elif reference in new:
            made.append(reference)
        else:
            faults.add(name, _("Marcó a alguien que ya no está arriba. Márquelo otra vez."))
    return tuple(dict.fromkeys(made))


def _step(
    typed: Typed, prefix: str, allowed: Mapping[str, Any], faults: Faults
) -> tuple[Step, ...]:
    said = Step(
        stage=one_of(typed, f"{prefix}stage", allowed, faults),
        on=date(typed, f"{prefix}on", faults),
        document=line(typed, f"{prefix}document", faults),
        note=text(typed, f"{prefix}note", faults),
    )
    if said == Step(""):
        return ()
    if not said.stage:
        faults.add(f"{prefix}stage", _("Elija qué paso fue."))
    return (said,)


def _reference(typed: Typed, name: str, faults: Faults) -> str:
    """A reference, as it is written; one that cannot be any stays as it was typed."""
    said = line(typed, name, faults)
    return references.understood(said) or said


def _row(typed: Typed, prefix: str, content: T) -> Row[T]:
    return Row(prefix, typed.get(f"{prefix}id", ""), content, bool(typed.get(f"{prefix}remove")))
