"""What an annex for a lawyer may say, gathered from approved rows under consent, or refused.

Free words never go along, since nobody can tell what in them names somebody: no title, narrative,
note, contact, name, organisation or file number. Of dates the month of what happened; of places
the district; of people the reference whose key the organisation holds.
"""

from collections.abc import Iterable, Mapping

from geo.errors import ReleaseRefused
from geo.places import COUNTRY, Places
from geo.register import consent, delays, dossier, review
from geo.register.approved import cut
from geo.register.delays import Delay
from geo.register.dossier import Dossier
from geo.register.lists import Reach, SubjectKind, Verification
from geo.register.lists import Told as Said
from geo.register.nouns import Intervention, Step, Subject
from geo.register.store import Register, Writing
from geo.register.vocabulary import Term, Vocabulary
from geo.reserved import Asked, Doer, Known, Person, Reserved, ReservedForum, Stage, Told, Word
from geo.terms import Answer, Audience, PlaceLevel

_MONTH = 7

_VERIFIED = {
    Verification.REPORTED: Word("reported", "reportado", "reported"),
    Verification.CORROBORATED: Word("corroborated", "corroborado", "corroborated"),
    Verification.JUDICIALLY_ESTABLISHED: Word(
        "judicially-established", "establecido judicialmente", "judicially established"
    ),
}
_REACH = {
    Reach.INDIVIDUAL: Word("individual", "individual", "individual"),
    Reach.COLLECTIVE: Word("collective", "colectiva", "collective"),
}
_SUBJECTS = {
    SubjectKind.PERSON: Word("person", "persona", "person"),
    SubjectKind.FAMILY: Word("family", "familia", "family"),
    SubjectKind.COMMUNITY: Word("community", "comunidad", "community"),
    SubjectKind.ORGANISATION: Word("organisation", "organización", "organisation"),
}
_ANSWERS = {Said.YES: Answer.YES, Said.NO: Answer.NO, Said.NOT_RECORDED: Answer.UNKNOWN}


def permitted(
    where: Register | Writing, events: Iterable[str], purpose: str, on: str
) -> tuple[Dossier, ...]:
    """The approved words of these incidents, where each may go to a lawyer on this day.

    purpose: what the consent must be for, "" for whatever a lawyer's annex is for. Raises
    ReleaseRefused where one is not there, was not approved, or is not open; it does not say which
    it was to whoever may not know.
    """
    found = []
    for event in dict.fromkeys(events):
        now = dossier.gather(where, event)
        words = review.approved_rows(where, now) if now is not None else None
        if now is None or words is None or not words.acts:
            raise ReleaseRefused(
                "Un incidente pedido no está, o no lo aprobó una segunda persona: quítelo de la "
                "lista o espere su revisión."
            )
        open_then = consent.allows(words, Audience.LAWYER, purpose, on)
        closed_now = words is not now and (
            consent.allows(now, Audience.LAWYER, purpose, on) is Said.NO
        )
        if open_then is not Said.YES or closed_now:
            raise ReleaseRefused(
                "Falta el consentimiento para que un abogado vea un incidente con este fin, o fue "
                "retirado: no sale nada. Revise los consentimientos."
            )
        found.append(words)
    if not found:
        raise ReleaseRefused("No se nombró ningún incidente: diga cuáles van en el anexo.")
    return tuple(found)


def gather(
    where: Register | Writing,
    events: Iterable[str],
    forum: ReservedForum,
    purpose: str,
    *,
    places: Places,
    vocabulary: Vocabulary,
    on: str,
    today: str,
) -> Reserved:
    """What the annex says as of `on`, if consent stands `today` (YYYY-MM-DD). Raises as above."""
    these = permitted(where, events, purpose, today)
    these = tuple(sorted(these, key=lambda one: (*_when(one), one.event.id)))
    people = {row: one for words in these for row, one in words.subjects.items()}
    shown = _names(these)
    return Reserved(
        forum=forum,
        on=on,
        incidents=tuple(
            _told(f"H-{n:02}", words, shown, places, vocabulary, on)
            for n, words in enumerate(these, start=1)
        ),
        people=tuple(
            sorted(
                (_person(one.content, row, shown, vocabulary) for row, one in people.items()),
                key=lambda person: person.reference,
            )
        ),
        illustrative=places.illustrative,
    )


def _when(words: Dossier) -> tuple[bool, str]:
    """Those without a date come last."""
    return not words.event.content.happened_on, words.event.content.happened_on


def _names(these: tuple[Dossier, ...]) -> dict[str, str]:
    """id -> the reference of a subject or community."""
    made: dict[str, str] = {}
    for words in these:
        for rows in (words.subjects, words.communities):
            made |= {row: kept.content.reference or row[:8] for row, kept in rows.items()}
    return made


def _told(
    number: str,
    words: Dossier,
    shown: Mapping[str, str],
    places: Places,
    vocabulary: Vocabulary,
    on: str,
) -> Told:
    event = words.event.content
    code = cut(event.spot, places)
    waited = {one.intervention: one for one in delays.of(words, on)}
    acts = [row.content for row in words.acts]
    return Told(
        number=number,
        began=event.happened_on[:_MONTH],
        ended=event.until_on[:_MONTH],
        place=_called(places, code),
        level=places.by_code[code].level if code in places.by_code else PlaceLevel.COUNTRY,
        kinds=_words(vocabulary.kinds, (kind for act in acts for kind in act.kinds)),
        charges=_words(vocabulary.charges, (charge for act in acts for charge in act.charges)),
        harms=_words(vocabulary.harms, (act.harm for act in acts if act.harm)),
        people=_references(shown, (act.subject for act in acts)),
        communities=_references(shown, words.communities),
        doers=tuple(
            dict.fromkeys(
                Doer(
                    _word(vocabulary.perpetrators, row.content.perpetrator),
                    _VERIFIED[row.content.confidence],
                )
                for row in words.involvements
            )
        ),
        known=tuple(
            Known(
                _word(vocabulary.sources, row.content.kind),
                _word(vocabulary.reliabilities, row.content.reliability)
                if row.content.reliability
                else None,
                row.content.told_on[:_MONTH],
            )
            for row in words.sources
        ),
        verification=_VERIFIED[event.verification],
        asked=tuple(
            _asked(row.content, waited[row.id], shown, vocabulary)
            for row in sorted(
                words.interventions, key=lambda row: (row.content.requested_on or "~", row.id)
            )
            if row.content.measure
        ),
        case=tuple(
            stage
            for row in words.interventions
            for stage in _stages(vocabulary.case_steps, row.content.case_steps)
        ),
    )


def _asked(
    one: Intervention, waited: Delay, shown: Mapping[str, str], vocabulary: Vocabulary
) -> Asked:
    return Asked(
        measure=_word(vocabulary.measures, one.measure),
        reach=_REACH[one.reach],
        people=_references(shown, one.subjects),
        requested_on=waited.requested_on,
        answered_on=waited.answered_on,
        answered=waited.answered,
        min_days=waited.min_days,
        max_days=waited.max_days,
        steps=_stages(vocabulary.measure_steps, one.steps),
    )


def _person(one: Subject, row: str, shown: Mapping[str, str], vocabulary: Vocabulary) -> Person:
    told = one.groups or {}
    recorded = any(said is not Said.NOT_RECORDED for said in told.values())
    return Person(
        reference=shown[row],
        kind=_SUBJECTS[one.kind],
        community=shown.get(one.community, ""),
        woman=_ANSWERS[one.woman],
        groups=_words(vocabulary.groups, (code for code in told if told[code] is Said.YES))
        if recorded
        else None,
    )


def _stages(listed: Mapping[str, Term], steps: Iterable[Step]) -> tuple[Stage, ...]:
    return tuple(Stage(_word(listed, step.stage), step.on) for step in steps)


def _words(listed: Mapping[str, Term], codes: Iterable[str]) -> tuple[Word, ...]:
    """In the order of the list, each once."""
    wanted = set(codes)
    order = [code for code in listed if code in wanted]
    return tuple(_word(listed, code) for code in [*order, *sorted(wanted - set(order))])


def _word(listed: Mapping[str, Term], code: str) -> Word:
    term = listed.get(code)
    if term is None:
        return Word(code, code, code)
    return Word(code, term.said("es"), term.said("en"))


def _references(shown: Mapping[str, str], rows: Iterable[str]) -> tuple[str, ...]:
    """References; somebody who is not in the approved words has none here."""
    return tuple(sorted({shown[row] for row in rows if row in shown}))


def _called(places: Places, code: str) -> str:
    """A place and those that hold it, the finest first; "" for the country."""
    names: list[str] = []
    while code != COUNTRY:
        place = places.by_code[code]
        names.append(place.name)
        code = place.within
    return ", ".join(names)
