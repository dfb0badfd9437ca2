"""The rows of an incident in words: for its page, its history, and a comparison of two."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from geo.places import COUNTRY, Places
from geo.register import timeline
from geo.register.dossier import Dossier
from geo.register.lists import ConsentWord, Decision, Told
from geo.register.nouns import (
    Act,
    Event,
    Intervention,
    Involvement,
    Source,
    Spot,
    Step,
    Subject,
)
from geo.register.timeline import What
from geo.register.vocabulary import Vocabulary
from geo.words import Words, _
from webmap.desk import spots
from webmap.desk.labels import SAID, said, term

Lines = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Reader:
    """Who reads. names: id -> what a subject or a community is called."""

    words: Words
    vocabulary: Vocabulary
    places: Places
    names: Mapping[str, str]

    def called(self, ids: Iterable[str]) -> str:
        """Several subjects or communities; one that was taken out is said to be."""
        gone = self.words.say(_("retirado del registro"))
        return ", ".join(self.names.get(one, gone) for one in ids if one)


def lines(content: Any, reader: Reader) -> list[tuple[str, str]]:
    """Label and text of everything that a row says; what it does not say is left out."""
    made = _LINES[type(content)](content, reader)
    return [(reader.words.say(label), text) for label, text in made if text]


def changes(before: Any, after: Any, reader: Reader) -> list[tuple[str, str, str]]:
    """What differs between two revisions of a row: label, before, after."""
    old = dict(lines(before, reader)) if before is not None else {}
    new = dict(lines(after, reader))
    labels = dict.fromkeys([*old, *new])
    return [
        (label, old.get(label, ""), new.get(label, ""))
        for label in labels
        if old.get(label) != new.get(label)
    ]


def place(spot: Spot, places: Places, words: Words) -> str:
    """The place that was told, no finer than it is known."""
    if spot.place == COUNTRY or spot.place not in places.by_code:
        return spot.place or words.say(_("el país, sin más detalle"))
    return spots.label(places, spot.place)


def _event(one: Event, reader: Reader) -> Lines:
    words = reader.words
    yield _("Nombre"), one.title
    yield _("Qué pasó"), one.narrative
    yield _("Cuándo"), words.date(one.happened_on)
    yield _("Hasta cuándo"), words.date(one.until_on) if one.until_on else ""
    yield _("Dónde"), place(one.spot, reader.places, words)
    yield _("Lugar con palabras"), one.spot.words
    yield _("Coordenadas"), _coordinates(one.spot, words)
    yield _("¿Toca a una comunidad?"), said(words, one.community_concerned)
    yield _("Comunidades"), reader.called(one.communities)
    yield _("Organización que acompaña"), one.organisation
    yield _("Expedientes"), ", ".join(one.case_numbers)
    yield _("Comprobación"), said(words, one.verification)


def _coordinates(spot: Spot, words: Words) -> str:
    if spot.lon is None or spot.lat is None:
        return ""
    degrees = f"{spot.lon:.6f}, {spot.lat:.6f} (WGS84)"
    given = words.say(_("escritas así: {given}"), given=spot.given_as)
    return f"{degrees}; {given}" if spot.given_as else degrees


def _subject(one: Subject, reader: Reader) -> Lines:
    words = reader.words
    yield _("Es"), said(words, one.kind)
    yield _("¿Es mujer, o hay mujeres?"), said(words, one.woman)
    told = one.groups or {}
    of, not_of = _("Grupos a los que pertenece"), _("Grupos a los que no pertenece")
    for answer, label in ((Told.YES, of), (Told.NO, not_of)):
        codes = [code for code in reader.vocabulary.groups if told.get(code) is answer]
        yield label, ", ".join(term(words, reader.vocabulary.groups, code) for code in codes)
    silent = [c for c in reader.vocabulary.groups if told.get(c, Told.NOT_RECORDED) not in _ANSWERS]
    if silent:
        yield (
            _("Grupos por los que no se preguntó"),
            words.say(_("todos"))
            if len(silent) == len(reader.vocabulary.groups)
            else ", ".join(term(words, reader.vocabulary.groups, code) for code in silent),
        )
    yield _("Comunidad"), reader.called([one.community])
    yield _("Organización"), one.organisation
    yield _("Qué hace"), one.description
    yield _("Contacto"), one.contact


_ANSWERS = (Told.YES, Told.NO)


def _act(one: Act, reader: Reader) -> Lines:
    words, lists = reader.words, reader.vocabulary
    yield _("A quién"), reader.called([one.subject]) or words.say(_("todavía no se dice"))
    yield _("Qué le pasó"), "; ".join(term(words, lists.kinds, code) for code in one.kinds)
    yield _("Daño"), term(words, lists.harms, one.harm)
    yield _("Cómo"), one.method
    yield _("De qué se le acusa"), "; ".join(term(words, lists.charges, c) for c in one.charges)
    yield _("Nota"), one.note


def _involvement(one: Involvement, reader: Reader) -> Lines:
    words, lists = reader.words, reader.vocabulary
    yield _("Quién"), term(words, lists.perpetrators, one.perpetrator)
    yield _("Qué parte tuvo"), term(words, lists.degrees, one.degree)
    yield _("Qué tan seguro"), said(words, one.confidence)
    yield _("Por qué se piensa"), one.note


def _source(one: Source, reader: Reader) -> Lines:
    words, lists = reader.words, reader.vocabulary
    yield _("Fuente"), term(words, lists.sources, one.kind)
    yield _("Confianza"), term(words, lists.reliabilities, one.reliability)
    yield _("Cuándo se supo"), words.date(one.told_on) if one.told_on else ""
    yield _("Qué dice"), one.text
    yield _("Relación con lo que pasó"), one.connection
    yield _("Contacto"), one.contact


def _intervention(one: Intervention, reader: Reader) -> Lines:
    words, lists = reader.words, reader.vocabulary
    yield _("Qué se pidió"), term(words, lists.measures, one.measure)
    yield _("Para quién"), said(words, one.reach) if one.measure else ""
    yield _("Para cuáles"), reader.called(one.subjects)
    yield _("A qué autoridad"), one.asked_of
    yield _("Cuándo se pidió"), words.date(one.requested_on) if one.requested_on else ""
    yield _("Cuándo respondieron"), words.date(one.answered_on) if one.answered_on else ""
    yield _("Qué quieren las personas defensoras"), one.wishes
    yield _("Pasos"), "\n".join(step(s, lists.measure_steps, words) for s in one.steps)
    yield _("Expediente"), one.case_number
    yield _("En la justicia"), "\n".join(step(s, lists.case_steps, words) for s in one.case_steps)


def step(one: Step, of: Mapping[str, Any], words: Words) -> str:
    """One step: «otorgada, 3 de marzo de 2026, Resolución 4»."""
    when = words.date(one.on) if one.on else words.say(_("sin fecha"))
    return ", ".join(
        part for part in (term(words, of, one.stage), when, one.document, one.note) if part
    )


def moments(found: Dossier, reader: Reader) -> list[dict[str, str]]:
    """The incident in order of dates, each moment in words."""
    words, lists = reader.words, reader.vocabulary
    of: Mapping[What, Callable[[str], str]] = {
        What.HAPPENED: lambda code: term(words, lists.kinds, code),
        What.TOLD: lambda code: term(words, lists.sources, code),
        What.REQUESTED: lambda code: term(words, lists.measures, code),
        What.ANSWERED: lambda code: term(words, lists.measures, code),
        What.MEASURE_STEP: lambda code: term(words, lists.measure_steps, code),
        What.CASE_STEP: lambda code: term(words, lists.case_steps, code),
        What.CONSENT: lambda code: said(words, ConsentWord(code)),
        What.REVIEW: lambda code: said(words, Decision(code)),
    }
    return [
        {
            "when": words.date(one.on) if one.on else words.say(_("sin fecha")),
            "what": words.say(
                SAID[What][one.what], what="; ".join(of[one.what](code) for code in one.codes)
            ).rstrip(": ")
            + (f". {one.note}" if one.note else ""),
        }
        for one in timeline.of(found)
    ]


_LINES: Mapping[type, Callable[[Any, Reader], Lines]] = {
    Event: _event,
    Subject: _subject,
    Act: _act,
    Involvement: _involvement,
    Source: _source,
    Intervention: _intervention,
}
