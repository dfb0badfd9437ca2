"""Whether a row may be kept: dates that can be, codes that exist, a place as fine as it says.

A fault names the field of the noun and says what to mend, as a message id with its words, so that
a form shows it in the reader's language. Pure.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as filled
from datetime import date
from types import MappingProxyType
from typing import Any

from geo.dates import span
from geo.errors import DateUnreadable, RecordRefused
from geo.places import COUNTRY, Places
from geo.register.lists import ConsentWord, PlacePrecision, Told
from geo.register.nouns import (
    Act,
    Community,
    Consent,
    Event,
    Intervention,
    Involvement,
    Source,
    Spot,
    Step,
    Subject,
)
from geo.register.vocabulary import Vocabulary
from geo.terms import Audience, PlaceLevel
from geo.words import _


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field: a message id, and the words that fill it."""

    field: str
    sentence: str
    values: Mapping[str, str] = filled(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What a row is held against. on: the day of writing (YYYY-MM-DD)."""

    vocabulary: Vocabulary
    places: Places
    on: str


def refuse(content: Any, known: Known, before: Any = None) -> None:
    """Raises RecordRefused, with a Spanish sentence for each field that must be mended."""
    found = faults(content, known, before)
    if found:
        said = {one.field: one.sentence.format(**one.values) for one in reversed(found)}
        raise RecordRefused(f"No se guardó: {found[0].sentence.format(**found[0].values)}", said)


def faults(content: Any, known: Known, before: Any = None) -> tuple[Fault, ...]:
    """Everything that keeps a row from being kept. before: its last revision's content."""
    return tuple(_CHECKS[type(content)](content, known, before)) if type(content) in _CHECKS else ()


# --- one noun each ------------------------------------------------------------------------------


def _event(said: Event, known: Known, before: Event | None) -> Iterator[Fault]:
    yield from _past("happened_on", said.happened_on, known)
    yield from _past("until_on", said.until_on, known)
    yield from _ordered("until_on", said.happened_on, said.until_on)
    yield from _spot(said.spot, known.places)
    if said.communities and said.community_concerned is not Told.YES:
        yield Fault(
            "community_concerned",
            _("Hay una comunidad en el incidente: responda «sí», o quite la comunidad."),
        )
    if before is not None and before.author != said.author:
        yield Fault("author", _("Quien escribió primero un incidente no cambia."))


def _spot(spot: Spot, places: Places) -> Iterator[Fault]:
    exact = spot.precision is PlacePrecision.EXACT
    pair = (spot.lon, spot.lat)
    if exact and (spot.lon is None or spot.lat is None):
        yield Fault("spot", _("Faltan las coordenadas: escríbalas, o elija solo el distrito."))
    elif not exact and pair != (None, None):
        yield Fault(
            "spot",
            _("Hay coordenadas, y el lugar no dice que sea exacto: quite unas o cambie lo otro."),
        )
    elif exact and not _on_earth(spot):
        yield Fault(
            "spot", _("Esas coordenadas no están en la Tierra: revise el orden y los signos.")
        )
    if spot.place != COUNTRY and spot.place not in places.by_code:
        yield Fault("spot", _("No hay lugar con el código «{said}»."), {"said": spot.place[:20]})
        return
    wanted = _LEVEL[spot.precision]
    level = places.by_code[spot.place].level if spot.place in places.by_code else PlaceLevel.COUNTRY
    if not exact and _ORDER.index(level) > _ORDER.index(wanted):
        yield Fault("spot", _("El lugar elegido es más amplio que la precisión que marcó."))
    if spot.precision is PlacePrecision.COUNTRY and spot.place != COUNTRY:
        yield Fault("spot", _("Si solo se conoce el país, deje vacío el lugar."))


def _on_earth(spot: Spot) -> bool:
    lon, lat = spot.lon or 0.0, spot.lat or 0.0
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90


def _subject(said: Subject, known: Known, before: Subject | None) -> Iterator[Fault]:
    if not said.reference.strip():
        yield Fault("reference", _("Falta la referencia."))
    if before is not None and before.reference != said.reference:
        yield Fault("reference", _("Una referencia no cambia: con ella se encuentra a la persona."))
    yield from _codes("groups", said.groups or {}, known.vocabulary.groups)


def _community(said: Community, known: Known, before: Community | None) -> Iterator[Fault]:
    if not said.reference.strip():
        yield Fault("reference", _("Falta la referencia."))
    if before is not None and before.reference != said.reference:
        yield Fault("reference", _("Una referencia no cambia: con ella se encuentra a la persona."))
    if said.place != COUNTRY and said.place not in known.places.by_code:
        yield Fault("place", _("No hay lugar con el código «{said}»."), {"said": said.place[:20]})


def _act(said: Act, known: Known, _before: Act | None) -> Iterator[Fault]:
    if not said.kinds:
        yield Fault("kinds", _("Elija qué pasó: por lo menos una clase de hecho."))
    yield from _codes("kinds", said.kinds, known.vocabulary.kinds)
    yield from _codes("charges", said.charges, known.vocabulary.charges)
    yield from _codes("harm", [said.harm], known.vocabulary.harms)


def _involvement(said: Involvement, known: Known, _before: object) -> Iterator[Fault]:
    if not said.perpetrator:
        yield Fault("perpetrator", _("Elija quién fue. Si no se sabe, elija «desconocido»."))
    yield from _codes("perpetrator", [said.perpetrator], known.vocabulary.perpetrators)
    yield from _codes("degree", [said.degree], known.vocabulary.degrees)


def _source(said: Source, known: Known, _before: object) -> Iterator[Fault]:
    if not said.kind:
        yield Fault("kind", _("Elija cómo se sabe."))
    yield from _codes("kind", [said.kind], known.vocabulary.sources)
    yield from _codes("reliability", [said.reliability], known.vocabulary.reliabilities)
    yield from _past("told_on", said.told_on, known)


def _intervention(said: Intervention, known: Known, before: Intervention | None) -> Iterator[Fault]:
    yield from _codes("measure", [said.measure], known.vocabulary.measures)
    yield from _past("requested_on", said.requested_on, known)
    yield from _past("answered_on", said.answered_on, known)
    yield from _ordered("answered_on", said.requested_on, said.answered_on)
    yield from _steps("steps", said.steps, before.steps if before else (), known)
    yield from _steps("case_steps", said.case_steps, before.case_steps if before else (), known)


def _steps(
    name: str, steps: tuple[Step, ...], before: tuple[Step, ...], known: Known
) -> Iterator[Fault]:
    if steps[: len(before)] != before:
        yield Fault(
            name,
            _("Un paso que ya se registró no se cambia ni se borra: añada otro que lo corrija."),
        )
    lists = known.vocabulary.measure_steps if name == "steps" else known.vocabulary.case_steps
    for step in steps[len(before) :]:
        yield from _codes(name, [step.stage or "?"], lists)
        yield from _past(name, step.on, known)


def _consent(said: Consent, known: Known, before: Consent | None) -> Iterator[Fault]:
    if not said.of:
        yield Fault("of", _("Falta de quién es la palabra."))
    if before is not None:
        yield Fault("word", _("Una palabra dada no se cambia: añada la nueva."))
    yield from _past("said_on", said.said_on, known)
    if said.until_on and len(said.until_on) != len("2026-01-01"):
        yield Fault("until_on", _("El último día debe ser un día completo: año, mes y día."))
    else:
        yield from _readable("until_on", said.until_on)
    given = said.word is ConsentWord.GIVEN
    if given and said.audience is Audience.BOXES and said.purpose.strip():
        yield Fault(
            "purpose",
            _(
                "Las cajas públicas tienen un solo fin, que ya está fijado: déjelo vacío. Si la "
                "persona puso una condición, no lo registre como dado."
            ),
        )


_CHECKS: Mapping[type, Callable[[Any, Known, Any], Iterator[Fault]]] = MappingProxyType(
    {
        Event: _event,
        Subject: _subject,
        Community: _community,
        Act: _act,
        Involvement: _involvement,
        Source: _source,
        Intervention: _intervention,
        Consent: _consent,
    }
)

# --- what several share -------------------------------------------------------------------------

_ORDER = tuple(PlaceLevel)
_LEVEL = MappingProxyType(
    {
        PlacePrecision.EXACT: PlaceLevel.DISTRICT,
        PlacePrecision.COMMUNITY: PlaceLevel.DISTRICT,
        PlacePrecision.DISTRICT: PlaceLevel.DISTRICT,
        PlacePrecision.PROVINCE: PlaceLevel.PROVINCE,
        PlacePrecision.DEPARTMENT: PlaceLevel.DEPARTMENT,
        PlacePrecision.COUNTRY: PlaceLevel.COUNTRY,
    }
)


def _readable(name: str, partial: str) -> Iterator[Fault]:
    if partial and _span(partial) is None:
        yield Fault(
            name,
            _("«{said}» no es una fecha: escriba año, año-mes o año-mes-día, como 2026-03-05."),
            {"said": partial[:20]},
        )


def _past(name: str, partial: str, known: Known) -> Iterator[Fault]:
    yield from _readable(name, partial)
    days = _span(partial)
    if days is not None and days[0] > date.fromisoformat(known.on):
        yield Fault(name, _("Esa fecha todavía no llega: revísela."))


def _ordered(name: str, first: str, then: str) -> Iterator[Fault]:
    one, other = _span(first), _span(then)
    if one is not None and other is not None and other[1] < one[0]:
        yield Fault(name, _("Esta fecha es anterior a la del comienzo: revise las dos."))


def _span(partial: str) -> tuple[date, date] | None:
    try:
        return span(partial) if partial else None
    except DateUnreadable:
        return None


def _codes(name: str, said: Iterable[str], known: Mapping[str, Any]) -> Iterator[Fault]:
    for code in said:
        if code and code not in known:
            yield Fault(
                name, _("«{said}» no está en la lista: elija de nuevo."), {"said": code[:20]}
            )
