"""Context by place and date, from data/context/*.csv: a closed table that names nobody. Pure.

States of emergency, agreements between police and companies, pollution records: each with the
document that says so. There is no column for free text, and a value that looks like a person, a
number of identity, a telephone or an address of mail is refused, by form and not by understanding:
whoever adds a row still has to look.
"""

import csv
import re
from dataclasses import dataclass, fields
from enum import StrEnum

from geo.dates import parse as parse_date
from geo.dates import span
from geo.errors import DateUnreadable, DeclarationError
from geo.terms import Sure

_LONGEST = 200
_PERSON = re.compile(
    r"@|\b\d{8,}\b|\b(?:\d[\s-]?){9,}|\b(?:DNI|RUC|tel|cel)\b\.?|"
    r"\b(?:sr|sra|srta|dr|dra|ing|abog|lic|don|doña|mr|mrs|ms)\b\.?\s",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+(?:\s+[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+)+\b")
_INSTITUTIONS = (
    "Policía Nacional",
    "National Police",
    "Fuerzas Armadas",
    "Armed Forces",
    "Naciones Unidas",
    "United Nations",
    "Decreto Supremo",
    "Supreme Decree",
    "Human Rights",
    "Relator Especial",
    "Special Rapporteur",
)
_TEXTS = ("title_es", "title_en", "document", "source")


class ContextKind(StrEnum):
    """What a row of context tells of."""

    EMERGENCY = "emergency"
    POLICE_AGREEMENT = "police-agreement"
    POLLUTION = "pollution"


@dataclass(frozen=True)
class Context:
    """One row, in the order of the file's columns. Texts are "" where nobody says.

    department, province, district: each needs the wider one; none of them is the whole country, or
    that the source names no place. from_on, to_on: partial dates. document: its official number.
    source: who says so.
    """

    kind: ContextKind
    department: str
    province: str
    district: str
    from_on: str
    to_on: str
    title_es: str
    title_en: str
    document: str
    source: str
    sure: Sure

    @property
    def to_be_confirmed(self) -> bool:
        """Whether a reader must be told that this still has to be confirmed."""
        return self.sure not in (Sure.FOUND, Sure.COMPUTED)


COLUMNS = tuple(one.name for one in fields(Context))


def parse_context(text: str, named: str) -> tuple[Context, ...]:
    """The rows of one file. Raises DeclarationError naming the file and the line."""
    lines = csv.reader(text.removeprefix("\ufeff").splitlines(), strict=True)
    try:
        rows = list(lines)
    except csv.Error as error:
        raise DeclarationError(f"{named}: no es un CSV válido ({error}).") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise DeclarationError(
            f"{named}: la primera línea debe ser exactamente «{','.join(COLUMNS)}»; otra columna "
            "podría nombrar a una persona."
        )
    return tuple(
        _row(values, f"{named}, línea {number}")
        for number, values in enumerate(rows[1:], start=2)
        if values
    )


def _row(values: list[str], where: str) -> Context:
    if len(values) != len(COLUMNS):
        raise DeclarationError(f"{where}: tiene {len(values)} valores y no {len(COLUMNS)}.")
    said = {name: value.strip() for name, value in zip(COLUMNS, values, strict=True)}
    places = (said["department"], said["province"], said["district"])
    if (places[2] and not places[1]) or (places[1] and not places[0]):
        raise DeclarationError(f"{where}: un distrito necesita su provincia y su departamento.")
    for name in _TEXTS:
        if not said[name]:
            raise DeclarationError(f"{where}: «{name}» está vacío.")
    for name, value in said.items():
        _nobody(value, name, places, where)
    _dates(said["from_on"], said["to_on"], where)
    return Context(
        **{name: said[name] for name in COLUMNS if name not in ("kind", "sure")},
        kind=ContextKind(_word(said["kind"], ContextKind, where)),
        sure=Sure(_word(said["sure"], Sure, where)),
    )


def _nobody(value: str, column: str, places: tuple[str, ...], where: str) -> None:
    if len(value) > _LONGEST or not value.isprintable():
        raise DeclarationError(
            f"{where}: «{column}» tiene más de {_LONGEST} letras o letras que no se ven."
        )
    rest = value
    for known in (*_INSTITUTIONS, *(place for place in places if place)):
        rest = rest.replace(known, "·")
    if _PERSON.search(rest) or (column in _TEXTS and _NAME.search(rest)):
        raise DeclarationError(
            f"{where}: «{column}» parece nombrar a una persona o dar cómo ubicarla. Esta tabla no "
            "nombra a nadie: escriba la institución, el lugar y el documento."
        )


def _dates(first: str, last: str, where: str) -> None:
    try:
        for one in (first, last):
            if one:
                parse_date(one)
    except DateUnreadable as error:
        raise DeclarationError(f"{where}: {error}") from error
    if first and last and span(last)[1] < span(first)[0]:
        raise DeclarationError(f"{where}: termina antes de empezar.")


def _word(value: str, terms: type[StrEnum], where: str) -> str:
    if value not in list(terms):
        raise DeclarationError(f"{where}: «{value}» no es uno de {', '.join(terms)}.")
    return value
