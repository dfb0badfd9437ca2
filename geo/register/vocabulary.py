"""The words of data/register: what was done, to whom, by what kind of actor, what was asked for.

Pure: the text is read by `home` and handed in with the name of its file. The lists are working
lists; none is the official list of a State's registry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geo.declared import parse
from geo.errors import DeclarationError
from geo.register.lists import Reach
from geo.terms import Sure

_UNSURE = MappingProxyType({"es": "por confirmar", "en": "to be confirmed"})


@dataclass(frozen=True)
class Term:
    """One word of a list. basis: where it comes from. huridocs: its code there, None unless known.

    article: of the penal code, for charges. reach: for whom a measure makes sense, the usual one
    first.
    """

    code: str
    es: str
    en: str
    basis: str
    sure: Sure
    huridocs: str | None = None
    article: str = ""
    reach: tuple[Reach, ...] = ()

    def said(self, language: str) -> str:
        """The word, with its article, and with a mark where somebody has still to confirm it."""
        word, mark = (self.en, _UNSURE["en"]) if language == "en" else (self.es, _UNSURE["es"])
        beside = [part for part in (self.article, mark if self.unsure else "") if part]
        return f"{word} ({', '.join(beside)})" if beside else word

    @property
    def unsure(self) -> bool:
        """Whether somebody has still to confirm it, which every reader is told."""
        return self.sure in (Sure.TO_BE_CONFIRMED, Sure.RECALLED)


@dataclass(frozen=True)
class Vocabulary:
    """Every list by its code, in the order of its file."""

    kinds: Mapping[str, Term]
    charges: Mapping[str, Term]
    groups: Mapping[str, Term]
    perpetrators: Mapping[str, Term]
    harms: Mapping[str, Term]
    degrees: Mapping[str, Term]
    sources: Mapping[str, Term]
    reliabilities: Mapping[str, Term]
    measures: Mapping[str, Term]
    measure_steps: Mapping[str, Term]
    case_steps: Mapping[str, Term]


@dataclass(frozen=True)
class _File:
    country: str
    version: str
    kind: tuple[Term, ...] = ()
    charge: tuple[Term, ...] = ()
    group: tuple[Term, ...] = ()
    perpetrator: tuple[Term, ...] = ()
    harm: tuple[Term, ...] = ()
    degree: tuple[Term, ...] = ()
    source: tuple[Term, ...] = ()
    reliability: tuple[Term, ...] = ()
    measure: tuple[Term, ...] = ()
    measure_step: tuple[Term, ...] = ()
    case_step: tuple[Term, ...] = ()


_LISTS = MappingProxyType(
    {
        "kinds": "kind",
        "charges": "charge",
        "groups": "group",
        "perpetrators": "perpetrator",
        "harms": "harm",
        "degrees": "degree",
        "sources": "source",
        "reliabilities": "reliability",
        "measures": "measure",
        "measure_steps": "measure_step",
        "case_steps": "case_step",
    }
)


def read(texts: Iterable[tuple[str, str]]) -> Vocabulary:
    """The lists of every file. texts: name of the file and its text.

    Raises DeclarationError for an unknown key, an empty word, a code given twice in one list, a
    measure without reach or a list with nothing in it.
    """
    files = [(named, parse(text, _File, named)) for named, text in texts]
    return Vocabulary(**{many: _listed(one, files) for many, one in _LISTS.items()})


def _listed(name: str, files: list[tuple[str, _File]]) -> Mapping[str, Term]:
    made: dict[str, Term] = {}
    for named, file in files:
        for term in getattr(file, name):
            said = f"{named}: «{term.code}» en {name}"
            if not (term.code.strip() and term.es.strip() and term.en.strip()):
                raise DeclarationError(f"{said} está vacío en un idioma: escriba es y en.")
            if term.code in made:
                raise DeclarationError(f"{said} está dos veces: deje una.")
            if (name == "measure") != bool(term.reach):
                raise DeclarationError(f"{said}: reach va en cada medida, y solo ahí.")
            made[term.code] = term
    if not made:
        raise DeclarationError(f"data/register: la lista «{name}» está vacía o falta.")
    return MappingProxyType(made)
