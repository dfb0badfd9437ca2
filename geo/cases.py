"""Cases and judgments: what ties territories, rights, orders of courts and events together.

Pure: `home` reads the files, these types say what may stand in them. A case holds facts with
their source and how sure each is, the voices of sources that differ side by side, and what
nobody knows. It holds no coordinates, no place finer than a district and no person's name.
"""

from dataclasses import dataclass
from enum import StrEnum

from geo.dates import PartialDate
from geo.dates import parse as parse_date
from geo.declared import parse
from geo.errors import DateUnreadable, DeclarationError
from geo.terms import Sure

# A territory or a right is named as every layer names it: source, colon, code of the source.
_KEY_SEPARATOR = ":"


class ListStatus(StrEnum):
    """Whether the codes that a judgment lists are at hand."""

    AVAILABLE = "available"
    PARTIAL = "partial"
    NOT_AVAILABLE = "not-available"


class CaseKind(StrEnum):
    """What a case is about."""

    MINING = "mining"
    LOGGING = "logging"
    PLOT = "plot"
    AGRIBUSINESS = "agribusiness"
    INFRASTRUCTURE = "infrastructure"
    ZONE = "zone"
    TITLE_REQUEST = "title-request"
    PROTECTED_AREA = "protected-area"
    KILLING = "killing"
    CRIMINAL_CHARGES = "criminal-charges"
    LABOUR_RIGHTS = "labour-rights"


# message ids of the catalogue
KIND_LABELS = {
    CaseKind.MINING: "Minería",
    CaseKind.LOGGING: "Aprovechamiento forestal",
    CaseKind.PLOT: "Predios agrícolas",
    CaseKind.AGRIBUSINESS: "Agroindustria",
    CaseKind.INFRASTRUCTURE: "Infraestructura",
    CaseKind.ZONE: "Zonificación u ordenanza",
    CaseKind.TITLE_REQUEST: "Solicitud de titulación",
    CaseKind.PROTECTED_AREA: "Área natural protegida",
    CaseKind.KILLING: "Homicidio",
    CaseKind.CRIMINAL_CHARGES: "Procesos penales contra personas defensoras",
    CaseKind.LABOUR_RIGHTS: "Derechos laborales",
}


@dataclass(frozen=True)
class Fact:
    """Something that a source says, on a partial date or on none.

    quote: the sentence is, or holds, the literal words of its source; `en` or `es` may then be
    a translation of them. Only a quotation may use words that this project does not use.
    """

    es: str
    en: str
    source: str
    sure: Sure
    on: str | None = None
    quote: bool = False

    def __post_init__(self) -> None:
        _filled(es=self.es, en=self.en, source=self.source)
        if self.on is not None:
            _date(self.on)

    @property
    def to_be_confirmed(self) -> bool:
        """Whether a reader must be told that this still has to be confirmed."""
        return self.sure not in (Sure.FOUND, Sure.COMPUTED)


@dataclass(frozen=True)
class Voice:
    """What one source says where others say something else. None of them is "the" value.

    value: in Spanish, or a bare number with decimal point; value_en only where it reads otherwise.
    """

    value: str
    source: str
    sure: Sure = Sure.FOUND
    value_en: str | None = None
    quote: bool = False

    def __post_init__(self) -> None:
        _filled(value=self.value, source=self.source)


@dataclass(frozen=True)
class Differ:
    """A matter on which sources differ: every voice, side by side."""

    id: str
    es: str
    en: str
    voices: tuple[Voice, ...]

    def __post_init__(self) -> None:
        _filled(id=self.id, es=self.es, en=self.en)
        if len(self.voices) < 2:
            raise DeclarationError(f"«{self.id}»: hacen falta al menos dos voces que difieran.")


@dataclass(frozen=True)
class Span:
    """A time between two dates. The duration is computed from them, never copied."""

    from_on: str
    to_on: str
    es: str
    en: str

    def __post_init__(self) -> None:
        _filled(es=self.es, en=self.en)
        elapsed(self.from_on, self.to_on)

    @property
    def years_and_months(self) -> tuple[int, int]:
        """Whole years and whole months between the two days."""
        return elapsed(self.from_on, self.to_on)


@dataclass(frozen=True)
class Said:
    """A sentence of ours in both languages."""

    es: str
    en: str

    def __post_init__(self) -> None:
        _filled(es=self.es, en=self.en)


@dataclass(frozen=True)
class Case:
    """One case. Places: district at the finest, department alone where finer would identify.

    territories, concessions: keys `source_id:native_id`, never drawn from this file.
    demo_territories: the same, read only where the data are illustrative.
    names: how the community is called, for a judgment that concerns it; only where the court
    itself named it, since a name draws the case on the map.
    unknown: what no source that we found says. withheld: why something is left out.
    """

    id: str
    title: str
    title_en: str
    department: str
    kinds: tuple[CaseKind, ...]
    fact: tuple[Fact, ...]
    province: str | None = None
    district: str | None = None
    territories: tuple[str, ...] = ()
    demo_territories: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    judgments: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    differ: tuple[Differ, ...] = ()
    span: tuple[Span, ...] = ()
    unknown: tuple[Said, ...] = ()
    withheld: Said | None = None

    def __post_init__(self) -> None:
        _filled(id=self.id, title=self.title, title_en=self.title_en, department=self.department)
        if not self.fact:
            raise DeclarationError(f"El caso «{self.id}» no tiene ningún hecho ([[fact]]).")
        if self.district is not None and self.province is None:
            raise DeclarationError(f"El caso «{self.id}» nombra un distrito sin su provincia.")
        for key in (*self.territories, *self.demo_territories):
            if not all(key.partition(_KEY_SEPARATOR)):
                raise DeclarationError(
                    f"El caso «{self.id}»: escriba «{key}» como fuente:código, "
                    "por ejemplo demo-territories:T-001."
                )

    @property
    def place(self) -> str:
        """The finest place of the case, as a text for people."""
        return ", ".join(p for p in (self.district, self.province, self.department) if p)


@dataclass(frozen=True)
class Judgment:
    """One order of a court. A right is listed only when its code stands in `listed`.

    orders: in the court's own terms. concerns: cases, which name their territories.
    counts: how many rights each source counts; no rule reads them.
    """

    id: str
    court: str
    court_en: str
    file: str
    decided_on: str
    orders: tuple[str, ...]
    orders_en: tuple[str, ...]
    cases: tuple[str, ...]
    list_status: ListStatus
    listed: tuple[str, ...]
    counts: tuple[Voice, ...]
    documents: tuple[str, ...]
    final: str | None = None
    final_why: str = ""
    final_why_en: str = ""
    plot_counts: tuple[Voice, ...] = ()

    def __post_init__(self) -> None:
        _filled(id=self.id, court=self.court, file=self.file)
        _date(self.decided_on)
        if self.final is not None:
            _date(self.final)
        if self.list_status is ListStatus.NOT_AVAILABLE and self.listed:
            raise DeclarationError(
                f"La resolución «{self.id}» enumera códigos y dice que su lista no está "
                'disponible: cambie list_status a "partial" o "available".'
            )
        if len(self.orders) != len(self.orders_en):
            raise DeclarationError(
                f"La resolución «{self.id}»: orders y orders_en deben ir a la par."
            )


def parse_case(text: str, named: str) -> Case:
    """The case in `text`. Raises DeclarationError naming the file."""
    case = parse(text, Case, named)
    _same_name(case.id, named)
    return case


def parse_judgment(text: str, named: str) -> Judgment:
    """The judgment in `text`. Raises DeclarationError naming the file."""
    judgment = parse(text, Judgment, named)
    _same_name(judgment.id, named)
    return judgment


def elapsed(from_on: str, to_on: str) -> tuple[int, int]:
    """Whole years and whole months from one day to a later one, by the calendar.

    From 2014-09-01 to 2020-02-03: (5, 5). Raises DeclarationError where a date is not a whole
    day, or the second is earlier: a duration between years alone would be a guess.
    """
    days = []
    for text in (from_on, to_on):
        if len(_date(text)) != len("2011-06-30"):
            raise DeclarationError(f"Una duración necesita días completos, y «{text}» no lo es.")
        days.append(tuple(int(part) for part in text.split("-")))
    (year, month, day), (to_year, to_month, to_day) = days
    months = (to_year - year) * 12 + (to_month - month) - (to_day < day)
    if months < 0:
        raise DeclarationError(f"«{to_on}» es anterior a «{from_on}»: invierta las fechas.")
    return divmod(months, 12)


def _date(text: str) -> PartialDate:
    try:
        return parse_date(text)
    except DateUnreadable as error:
        raise DeclarationError(str(error)) from error


def _filled(**texts: str) -> None:
    for key, text in texts.items():
        if not text.strip():
            raise DeclarationError(f"«{key}» está vacío: complételo o quite la entrada.")


def _same_name(name: str, named: str) -> None:
    stem = named.replace("\\", "/").rpartition("/")[2].removesuffix(".toml")
    if stem != name:
        raise DeclarationError(f"{named}: el id «{name}» no es el nombre del archivo.")
