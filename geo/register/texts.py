"""The texts of a row: without hidden characters, and looked at for what names somebody.

A warning does not refuse, because only a person can tell. Pure.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from geo.register.checks import Fault
from geo.register.nouns import Act, Event, Involvement, Subject
from geo.words import _

T = TypeVar("T")


def warnings(content: Any) -> tuple[Fault, ...]:
    """What looks like somebody's name, number or address in the short fields of a row."""
    looked_at = _SHORT.get(type(content), ())
    return tuple(
        Fault(name, sentence)
        for name in looked_at
        for pattern, sentence in _IDENTIFIES
        if pattern.search(str(getattr(content, name)))
    )


def cleaned(content: T) -> T:
    """The same row without characters that nobody sees, in Unicode's form NFC.

    Control, format and bidirectional characters go; ends of lines and tabs stay.
    """
    made: T = _cleaned(content)
    return made


def _cleaned(value: Any) -> Any:
    if type(value) is str:
        return _visible(value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _cleaned(getattr(value, f.name)) for f in fields(value)})
    if isinstance(value, tuple):
        return tuple(_cleaned(one) for one in value)
    return value


def _visible(text: str) -> str:
    whole = unicodedata.normalize("NFC", _few_marks(text.replace("\r\n", "\n").replace("\r", "\n")))
    return "".join(c for c in whole if c in "\n\t" or unicodedata.category(c)[0] != "C")


def _few_marks(text: str) -> str:
    """The text without marks that no letter bears: putting n of them in order takes n² steps."""
    if text.isascii():
        return text
    kept, run = [], 0
    for one in text:
        run = run + 1 if unicodedata.combining(one) else 0
        if run <= _MOST_MARKS:
            kept.append(one)
    return "".join(kept)


_MOST_MARKS = 30
"""Marks on one letter, as in the stream-safe text of Unicode (UAX #15)."""

_SHORT: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        Subject: ("reference", "description"),
        Event: ("title",),
        Act: ("method",),
        Involvement: ("note",),
    }
)
_IDENTIFIES = (
    (
        re.compile(
            r"\b[A-ZÁÉÍÓÚÑÜ][a-záéíóúñü]+(?: (?:de|del|la|los|las|y))* [A-ZÁÉÍÓÚÑÜ][a-záéíóúñü]+"
        ),
        _("Parece el nombre de alguien o de un lugar. Si lo es, quítelo: aquí nadie se nombra."),
    ),
    (
        re.compile(r"(?<!\d)\d{8}(?!\d)"),
        _("Parece un número de DNI. Si lo es, quítelo."),
    ),
    (
        re.compile(r"(?<!\d)(?:\+?51[ -]?)?9\d{2}[ -]?\d{3}[ -]?\d{3}(?!\d)"),
        _("Parece un número de teléfono. Si lo es, escríbalo solo en «contacto»."),
    ),
    (
        re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@]"),
        _("Parece una dirección de correo. Si lo es, escríbala solo en «contacto»."),
    ),
)
