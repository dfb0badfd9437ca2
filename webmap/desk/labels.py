"""What people read for each word of the register's closed lists (Spanish message ids)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from geo.register.consent import Why
from geo.register.lists import (
    ConsentWord,
    Decision,
    PlacePrecision,
    Reach,
    State,
    SubjectKind,
    Told,
    Verification,
)
from geo.register.timeline import What
from geo.register.vocabulary import Term
from geo.schema.labels import LABELS
from geo.terms import Audience, PlaceLevel
from geo.words import Words, _

SAID: Mapping[type[StrEnum], Mapping[Any, str]] = {
    **{closed: LABELS[closed] for closed in (Audience, PlaceLevel)},
    Told: {Told.YES: _("sí"), Told.NO: _("no"), Told.NOT_RECORDED: _("no se preguntó")},
    SubjectKind: {
        SubjectKind.PERSON: _("una persona"),
        SubjectKind.FAMILY: _("una familia"),
        SubjectKind.COMMUNITY: _("una comunidad"),
        SubjectKind.ORGANISATION: _("una organización"),
    },
    Verification: {
        Verification.REPORTED: _("contado, todavía sin comprobar"),
        Verification.CORROBORATED: _("corroborado por otra fuente"),
        Verification.JUDICIALLY_ESTABLISHED: _("establecido por una sentencia"),
    },
    Reach: {
        Reach.INDIVIDUAL: _("para personas"),
        Reach.COLLECTIVE: _("para una comunidad u organización entera"),
    },
    PlacePrecision: {
        PlacePrecision.EXACT: _("punto exacto"),
        PlacePrecision.COMMUNITY: _("lugar dicho con palabras"),
        PlacePrecision.DISTRICT: _("distrito"),
        PlacePrecision.PROVINCE: _("provincia"),
        PlacePrecision.DEPARTMENT: _("departamento"),
        PlacePrecision.COUNTRY: _("solo el país"),
    },
    State: {
        State.DRAFT: _("borrador"),
        State.SUBMITTED: _("espera revisión"),
        State.RETURNED: _("devuelto con una nota"),
        State.APPROVED: _("aprobado"),
        State.CHANGED: _("aprobado, y cambiado después"),
        State.WITHDRAWN: _("retirado"),
    },
    ConsentWord: {
        ConsentWord.GIVEN: _("dijo que sí"),
        ConsentWord.REFUSED: _("dijo que no"),
        ConsentWord.VETO: _("puso un veto: nadie puede verlo"),
        ConsentWord.WITHDRAWN: _("retiró su permiso"),
    },
    Why: {
        Why.NOT_ASKED: _("falta preguntarle"),
        Why.REFUSED: _("dijo que no"),
        Why.WITHDRAWN: _("retiró su permiso"),
        Why.VETO: _("puso un veto"),
        Why.OUT_OF_TIME: _("su permiso ya terminó o todavía no empieza"),
        Why.OTHER_PURPOSE: _("su permiso era para otra cosa"),
        Why.GONE: _("se retiró del registro"),
        Why.NO_SUBJECT: _("no dice a quién le pasó"),
        Why.COMMUNITY_NOT_RECORDED: _("no dice si toca a una comunidad"),
        Why.COMMUNITY_NOT_NAMED: _("no dice a qué comunidad toca"),
    },
    Decision: {
        Decision.APPROVED: _("otra persona lo aprobó"),
        Decision.RETURNED: _("otra persona lo devolvió con una nota"),
    },
    What: {
        What.HAPPENED: _("Pasó: {what}"),
        What.ENDED: _("Terminó"),
        What.TOLD: _("Se supo por: {what}"),
        What.REQUESTED: _("Se pidió: {what}"),
        What.ANSWERED: _("Respondieron: {what}"),
        What.MEASURE_STEP: _("Paso del pedido: {what}"),
        What.CASE_STEP: _("En la justicia: {what}"),
        What.CONSENT: _("Sobre el permiso: {what}"),
        What.REVIEW: _("Revisión: {what}"),
    },
}

CLASSES_OF_KIND: Mapping[str, str] = {
    "K": _("Contra la vida"),
    "P": _("Golpes y violencia"),
    "T": _("Amenazas"),
    "V": _("Vigilancia"),
    "D": _("Detención"),
    "C": _("Denuncias y juicios contra quien defiende"),
    "E": _("Mentiras y desprestigio"),
    "L": _("Tierra, bienes y ambiente"),
    "I": _("Lo que hizo o no hizo el Estado"),
}
"""Headings over the kinds of act, by the first letter of their code."""

OTHERS = _("Otros")


def said(words: Words, value: StrEnum) -> str:
    """A word of a closed list in the reader's language."""
    return words.say(SAID[type(value)][value])


def options(words: Words, of: type[StrEnum]) -> list[tuple[str, str]]:
    """A closed list as the choices of a form."""
    return [(value.value, words.say(label)) for value, label in SAID[of].items()]


def terms(words: Words, of: Mapping[str, Term]) -> list[tuple[str, str]]:
    """A list of data/register as the choices of a form."""
    return [(code, term.said(words.language)) for code, term in of.items()]


def term(words: Words, of: Mapping[str, Term], code: str) -> str:
    """One word of a list of data/register; the code itself where the list no longer has it."""
    return of[code].said(words.language) if code in of else code


def kinds(words: Words, of: Mapping[str, Term]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds of act under their headings."""
    made: dict[str, list[tuple[str, str]]] = {}
    for code, one in terms(words, of):
        heading = CLASSES_OF_KIND.get(code[:1], OTHERS)
        made.setdefault(heading, []).append((code, one))
    return [(words.say(heading), listed) for heading, listed in made.items()]
