"""What an opponent may doubt, said first: what is unknown, mended, assumed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from geo import naming
from geo.answers import known, one_of
from geo.evidence.chosen import Chosen
from geo.evidence.figures.rows import records, shared, within
from geo.schema.columns import CONCESSION, TERRITORY
from geo.terms import (
    Answer,
    CrsBasis,
    Deed,
    Kind,
    Noun,
    OverlapClass,
    Status,
    Tenure,
)
from geo.words import Words, _, said

NOT_APPROVED = _(
    "Toda reparación es nuestra y automática: ninguna entidad la ha aprobado. Las figuras "
    "recibidas se entregan sin reparar, para que cualquiera lo compruebe."
)

_COUNTED_SEPARATELY = ("facts",)

_LABEL_OF = {column.name: column.label for column in (*TERRITORY, *CONCESSION)}

_WHOLE_FILE = _("todo el archivo")
_ROW = _("fila {row} del archivo")
_PRECISE = "precise"
_NOT_OF_COMMUNITIES = (Tenure.RESERVE, Tenure.PROTECTED_AREA, Tenure.BUFFER_ZONE)


# --- what is unknown ----------------------------------------------------------------------------


class About(StrEnum):
    """What a count of unknowns is about."""

    TERRITORIES = "territories"
    RIGHTS = "rights"
    PAIRS = "pairs"


ABOUT: Mapping[About, str] = {
    About.TERRITORIES: _("Territorios"),
    About.RIGHTS: _("Derechos y proyectos"),
    About.PAIRS: _("Superposiciones"),
}


@dataclass(frozen=True)
class Unknown:
    """n of `of` of which nobody knows something: what, in words."""

    about: About
    what: str
    n: int
    of: int


@dataclass(frozen=True)
class OpenQuestion:
    """A question without an answer for n of `of` pairs; missing: inputs, in words, with counts."""

    code: str
    question: str
    n: int
    of: int
    missing: tuple[tuple[str, int], ...]


def unknowns(chosen: Chosen, spoken: Words) -> tuple[Unknown, ...]:
    """What nobody knows about the territories, rights and pairs here; only what is missing."""
    pairs = shared(chosen)
    lands = within(chosen.territories, pairs["territory_key"], chosen.subjects)
    rights = within(chosen.concessions, pairs["concession_key"], chosen.subjects)
    # a reserve or a protected area has no title that could bear a date
    land = lands.loc[~one_of(lands["tenure"], _NOT_OF_COMMUNITIES).fillna(False).astype(bool)]
    asked = {
        About.TERRITORIES: [
            (_("Sin documento que diga su tenencia"), one_of(lands["tenure"], (Tenure.UNKNOWN,))),
            (_("Comunidades sin fecha de título"), ~known(land["titled_on"])),
            (_("Comunidades sin fecha de reconocimiento"), ~known(land["recognised_on"])),
            (_("Comunidades sin fecha de inscripción"), ~known(land["registered_on"])),
            (_("Sin área de título con que comparar el polígono"), ~known(lands["area_title_ha"])),
            (_("Con error del límite no conocido"), ~known(lands["error_m"])),
            (_("Con sistema de coordenadas asumido"), _assumed(lands)),
        ],
        About.RIGHTS: [
            (_("Sin fecha de formulación"), ~known(rights["filed_on"])),
            (_("Sin fecha de otorgamiento"), ~known(rights["granted_on"])),
            (_("Con estado no conocido"), one_of(rights["status"], (Status.UNKNOWN,))),
            (_("Sin tipo declarado"), one_of(rights["kind"], (Kind.AREA,))),
            (_("Con error de vértices no conocido"), ~known(rights["error_m"])),
            (_("Con sistema de coordenadas asumido"), _assumed(rights)),
            (_("Sin búsqueda de consulta previa"), ~known(rights["consultation_search"])),
        ],
        About.PAIRS: [
            (_("Sin mínimo ni máximo, porque falta un error"), ~known(pairs["area_min_ha"])),
            (
                _("Indeterminadas: menores que el error"),
                one_of(pairs["overlap_class"], (OverlapClass.INDETERMINATE,)),
            ),
        ],
    }
    counted = (
        Unknown(about, spoken.say(what), int(found.fillna(True).sum()), len(found))
        for about, questions in asked.items()
        for what, found in questions
    )
    return tuple(one for one in counted if one.n)


def open_questions(chosen: Chosen, spoken: Words) -> tuple[OpenQuestion, ...]:
    """The questions that have no answer for some pair, most often first, and what they lack."""
    flags = chosen.flags
    texts = {str(rule["code"]): rule for rule in chosen.rules.get("rule", ())}
    labels = {str(one["name"]): one for one in chosen.rules.get("word", ())}
    without = flags.loc[one_of(flags["answer"], (Answer.UNKNOWN,)).fillna(True).astype(bool)]
    made = []
    for code, rows in without.groupby("code", sort=True):
        lacking = Counter(
            name for text in rows["missing"].fillna("") for name in (text.split(";") or [""])
        )
        missing = [
            (_missing(name, labels, chosen.rules, spoken), count) for name, count in lacking.items()
        ]
        made.append(
            OpenQuestion(
                code=str(code),
                question=naming.told(texts.get(str(code), {}), "question", spoken) or str(code),
                n=len(rows),
                of=int(flags["code"].eq(code).sum()),
                missing=tuple(sorted(missing, key=lambda one: (-one[1], one[0]))),
            )
        )
    return tuple(sorted(made, key=lambda one: (-one.n, one.code)))


def _missing(name: str, labels: Mapping[str, Any], rules: Mapping[str, Any], spoken: Words) -> str:
    """An input in words; every input may be there, and their precision not tell."""
    if not name:
        return said(rules.get(f"{_PRECISE}_{spoken.language}") or rules.get(f"{_PRECISE}_es"))
    if name in labels:
        return naming.sentence(labels[name], spoken)
    return spoken.say(_LABEL_OF[name]) if name in _LABEL_OF else said(name)


def _assumed(rows: pd.DataFrame) -> pd.Series:
    return one_of(rows["crs_basis"], (CrsBasis.ASSUMED,)).fillna(False)


# --- what was done to rows ----------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """Something that normalising did to rows, as the ledger has it; reason is in Spanish.

    rows: who they are, in words: codes of rights and territories, or numbers in the file.
    brought: a date that a person brought with its document.
    """

    deed: Deed
    source: str
    rows: tuple[str, ...]
    field: str
    reason: str
    before: str
    after: str
    brought: bool

    @property
    def repair(self) -> bool:
        """Whether a shape was changed: nobody but us approved it."""
        return self.deed is Deed.REPAIRED


def deeds(chosen: Chosen, spoken: Words) -> tuple[Done, ...]:
    """What was repaired, excluded, then noted; rows that share everything share a line."""
    names: dict[tuple[str, int], str] = {}
    titles: dict[str, str] = {}
    sources = {str(one["id"]): one for one in chosen.sources}
    for one in chosen.sources:
        titles |= {given["sha256"]: naming.told(one, "title", spoken) for given in one["inputs"]}
    for layer in (chosen.concessions, chosen.territories):
        for row in records(layer[["snapshot", "row", "native_id", "key", "source_id"]]):
            names[row["snapshot"], row["row"]] = said(row["native_id"]) or row["key"]
            titles[row["snapshot"]] = naming.source_title(row, sources, spoken)
    groups: dict[tuple[str, ...], list[str]] = {}
    columns = ("deed", "snapshot", "field", "reason", "before", "after", "step")
    for row in records(chosen.deeds):
        number = row["row"]
        if number is None:
            who = spoken.say(_WHOLE_FILE)
        else:
            who = names.get((row["snapshot"], number)) or spoken.say(_ROW, row=number)
        groups.setdefault(tuple(said(row[name]) for name in columns), []).append(who)
    order = (Deed.REPAIRED, Deed.EXCLUDED, Deed.NOTED)
    made = [
        Done(
            deed=Deed(deed),
            source=titles.get(snapshot, snapshot[:12]),
            rows=tuple(who),
            field=spoken.say(_LABEL_OF[field]) if field in _LABEL_OF else field,
            reason=reason,
            before=before,
            after=after,
            brought=step in _COUNTED_SEPARATELY,
        )
        for (deed, snapshot, field, reason, before, after, step), who in groups.items()
    ]
    return tuple(sorted(made, key=lambda one: (order.index(one.deed), one.brought)))


# --- coordinates of each source -----------------------------------------------------------------


@dataclass(frozen=True)
class Coordinates:
    """In which coordinates rows of one source came, and how they reached EPSG:4326.

    declared: the file's own word, "" where it is silent. operation: "none" where no datum was
    changed. accuracy_m: of the operation, as its registry says; error_m: of a vertex at 95 %,
    without the datum; datum_error_m: of the datum at 95 %; None where nobody knows.
    """

    noun: Noun
    source: str
    rows: int
    declared: str
    used: str
    basis: str
    assumed: bool
    operation: str
    accuracy_m: float | None
    error_m: float | None
    datum_error_m: float | None


def coordinates(chosen: Chosen, spoken: Words) -> tuple[Coordinates, ...]:
    """One line for each way in which rows of a source came, in the order of their sources."""
    sources = {str(one["id"]): one for one in chosen.sources}
    numbers = ("operation_accuracy_m", "error_m", "datum_error_m")
    texts = ("source_id", "crs_declared", "crs_used", "crs_basis", "operation")
    made = []
    for noun, layer in (
        (Noun.TERRITORY, chosen.territories),
        (Noun.CONCESSION, chosen.concessions),
    ):
        counted = Counter(
            (*(said(row[name]) for name in texts), *(row[name] for name in numbers))
            for row in records(layer[[*texts, *numbers]])
        )
        for (source_id, declared, used, basis, operation, *figures), rows in sorted(
            counted.items(), key=lambda item: tuple(map(str, item[0]))
        ):
            accuracy, error, datum = (None if one is None else float(one) for one in figures)
            made.append(
                Coordinates(
                    noun=noun,
                    source=naming.source_title({"source_id": source_id}, sources, spoken),
                    rows=rows,
                    declared=declared,
                    used=used,
                    basis=naming.label(CrsBasis, basis, spoken),
                    assumed=basis == CrsBasis.ASSUMED,
                    operation=operation,
                    accuracy_m=accuracy,
                    error_m=error,
                    datum_error_m=datum,
                )
            )
    return tuple(made)
