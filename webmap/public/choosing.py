"""What there is to choose from in a release, and what a reader chose, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from geo import naming
from geo.release.facets import PRIORITIES, SEPARATOR
from geo.schema.labels import LABELS
from geo.terms import Kind, OverlapClass, Severity, Status
from geo.words import Words, _, said
from webmap.public.edition import Edition
from webmap.public.selection import Selection

Option = tuple[str, str]
"""A value, and what people read for it."""

LABELS_OF = {
    "departamento": _("Departamento"),
    "distrito": _("Distrito"),
    "tipo": _("Tipo"),
    "estado": _("Estado"),
    "clase": _("Clase"),
    "alerta": _("Pregunta con respuesta sí"),
    "prioridad": _("Prioridad de revisión, por lo menos"),
    "formulado_desde": _("Formulado desde el año"),
    "formulado_hasta": _("Formulado hasta el año"),
    "otorgado_desde": _("Otorgado desde el año"),
    "otorgado_hasta": _("Otorgado hasta el año"),
    "q": _("Código o nombre"),
    "territorio": _("Territorio"),
}
"""By the names of `Selection`, in their order."""
_TERMS: dict[str, type[StrEnum]] = {
    "tipo": Kind,
    "estado": Status,
    "clase": OverlapClass,
    "prioridad": Severity,
}


@dataclass(frozen=True)
class _There:
    """The words that occur in a release. `priority` is its highest rank."""

    departments: tuple[str, ...]
    words: dict[str, frozenset[str]]
    codes: tuple[str, ...]
    priority: int


def options(edition: Edition, spoken: Words) -> dict[str, list[Option]]:
    """By field, what occurs in the release; labels in the reader's language."""
    there = edition.once(("choices",), lambda: _there(edition))
    made = {
        name: [
            (word.value, spoken.say(LABELS[term][word]))
            for word in term
            if word.value in there.words[name]
        ]
        for name, term in _TERMS.items()
        if name != "prioridad"
    }
    made["departamento"] = [(name, name) for name in there.departments]
    made["alerta"] = [(code, question(code, edition, spoken)) for code in there.codes]
    made["prioridad"] = [
        (word, spoken.say(LABELS[Severity][Severity(word)]))
        for rank, word in enumerate(PRIORITIES)
        if 0 < rank <= there.priority
    ]
    return made


def in_words(wanted: Selection, edition: Edition, spoken: Words) -> list[tuple[str, str]]:
    """What was asked, label by label; empty where everything is in."""
    return [
        (spoken.say(LABELS_OF[name]), _value(name, value, edition, spoken))
        for name, value in wanted.asked().items()
    ]


def sentence(wanted: Selection, edition: Edition, spoken: Words) -> str:
    """What was asked, as one line."""
    told = in_words(wanted, edition, spoken)
    return "; ".join(f"{label}: {value}" for label, value in told) or spoken.say("Todo, sin filtro")


def question(code: str, edition: Edition, spoken: Words) -> str:
    """The sentence of a question with its code, or the code alone where no rule has it."""
    asked = naming.told(edition.questions.get(code, {}), "question", spoken)
    return f"{asked} ({code})" if asked else said(code)


def name_of_territory(key: str, edition: Edition, spoken: Words) -> str:
    """The name of a territory, or its key as it was given where the release has no such one."""
    if key not in edition.territories.index:
        return said(key)
    return naming.name({"name": edition.territories.at[key, "name"]}, spoken)


def _value(name: str, value: str, edition: Edition, spoken: Words) -> str:
    if name in _TERMS:
        return spoken.say(LABELS[_TERMS[name]][_TERMS[name](value)])
    if name == "alerta":
        return question(value, edition, spoken)
    if name == "territorio":
        return name_of_territory(value, edition, spoken)
    return said(value)


def _there(edition: Edition) -> _There:
    facets, pairs = edition.facets, edition.pairs
    return _There(
        departments=tuple(sorted(_apart(facets["departments"]))),
        words={
            "tipo": frozenset(_apart(facets["kind"])),
            "estado": frozenset(_apart(facets["status"])),
            "clase": frozenset(_apart(pairs["overlap_class"])),
        },
        codes=tuple(sorted(_apart(pairs["yes"]))),
        priority=int(pairs["priority"].max()) if len(pairs) else 0,
    )


def _apart(joined: pd.Series) -> set[str]:
    several: Sequence[str] = joined.dropna().unique().tolist()
    return {word for one in several for word in one.split(SEPARATOR) if word}
