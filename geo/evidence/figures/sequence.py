"""The sequence of dates: everything dated in the choice, in order, the unknown at its end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo import naming
from geo.answers import known
from geo.dates import precision
from geo.evidence.chosen import Chosen
from geo.evidence.figures.baseline import CONSTANT_OF, constant_text, parse_baseline
from geo.evidence.wishes import Baseline, Wishes
from geo.schema.labels import LABELS as TERMS
from geo.terms import PAIRS, Deed, FactKind, Noun, Sure
from geo.words import Words, _, said

COLUMNS = ("on", "date", "precision", "act", "entity", "document", "source", "effect", "keys")

HEADINGS: Mapping[str, str] = {
    "date": _("Fecha"),
    "precision": _("Precisión"),
    "act": _("Acto"),
    "entity": _("Entidad"),
    "document": _("Documento"),
    "source": _("Fuente"),
    "effect": _("Efecto para la clasificación"),
}

_BASE = _("Fecha de referencia: con ella se comparan formulación y otorgamiento.")
_BASE_UNKNOWN = _("Es fecha de referencia y no se conoce: nada se clasifica con ella.")
_CLASSED = _("Se compara con cada fecha de referencia.")
_CLASSED_UNKNOWN = _("No se conoce: no se clasifica.")
_GRANT_UNKNOWN = _("No se conoce: solo se deduce posterior donde lo es la formulación.")
_MERGED = _("Acumulación: es la fecha de la fusión, y sus partes pueden ser anteriores.")
_STATUS = _("Dice el estado del derecho; no clasifica el orden de las fechas.")
_CONSULTED = _("Responde a las preguntas sobre consulta previa.")
_BACKGROUND = _("Antecedente: no clasifica ningún derecho.")
_OF_LAW = _("Fecha de la ley en la que se apoyan las preguntas.")

_RIGHT = _("derecho {code} ({name})")
_RIGHTS = _("{n} derechos: {codes}")
_LAND = _("territorio {code} ({name})")
_LANDS = _("{n} territorios: {codes}")
_DECIDED = _("Resolución judicial, expediente {file}")
_FINAL = _("Firmeza de la resolución judicial, expediente {file}")
_OWN = _("Fecha elegida por quien pidió el anexo")
_BROUGHT = _("dato aportado con su documento")
_NOT_SAID = _("no consta")
_CONFIRM = _("por confirmar")

_PRECISION = {"day": _("día"), "month": _("mes"), "year": _("año")}
_NO_DATE = _("desconocida")
_CERTAIN = (Sure.FOUND.value, Sure.COMPUTED.value)


@dataclass(frozen=True)
class _Dated:
    """One column of dates: its act, what it does, what its absence does ("" where not listed)."""

    column: str
    act: FactKind
    effect: str
    absent: str = ""
    baseline: Baseline | None = None
    document: str = ""


_OF_LAND = (
    _Dated("titled_on", FactKind.TITLE, _BACKGROUND, _BACKGROUND, Baseline.TITLE),
    _Dated("recognised_on", FactKind.RECOGNITION, _BACKGROUND, _BACKGROUND, Baseline.RECOGNITION),
    _Dated("registered_on", FactKind.REGISTRATION, _BACKGROUND, _BACKGROUND, Baseline.REGISTRATION),
    _Dated("claimed_on", FactKind.CLAIM, _BACKGROUND),
)
_OF_RIGHTS = (
    _Dated("filed_on", FactKind.FILING, _CLASSED, _CLASSED_UNKNOWN),
    _Dated("granted_on", FactKind.GRANT, _CLASSED, _GRANT_UNKNOWN),
    _Dated("expires_on", FactKind.EXPIRY, _STATUS),
    _Dated("extinguished_on", FactKind.EXTINCTION, _STATUS),
    _Dated("works_started_on", FactKind.WORKS_START, _CONSULTED),
    _Dated("consulted_on", FactKind.CONSULTATION, _CONSULTED),
    _Dated(
        "consultation_searched_on",
        FactKind.CONSULTATION_SEARCH,
        _CONSULTED,
        document="consultation_register",
    ),
)


def sequence(chosen: Chosen, wishes: Wishes, spoken: Words) -> pd.DataFrame:
    """Every dated fact of the choice, one line each, columns COLUMNS, in the language of `spoken`.

    on: the partial date, "" where nobody knows it; lines are in its order (2011 before 2011-06),
    those without at the end. date: in words. Rights and territories that share date, act,
    document, source and effect share a line; keys: theirs. entity: «no consta» where the data do
    not say who acted. Of rights, those that share an area with a territory, and the subjects.
    """
    asked = {parse_baseline(one) for one in wishes.baselines}
    sources = {str(one["id"]): one for one in chosen.sources}
    pairs = chosen.overlaps.loc[chosen.overlaps["overlap_class"].isin(list(PAIRS)).fillna(False)]
    lands = _told(chosen, chosen.territories, {*pairs["territory_key"], *chosen.subjects})
    rights = _told(chosen, chosen.concessions, {*pairs["concession_key"], *chosen.subjects})
    lines = [
        *_law(chosen, asked, spoken),
        *_cases(chosen, spoken),
        *_judgments(chosen, asked, spoken),
        *_rows(lands, Noun.TERRITORY, _OF_LAND, asked, sources, spoken),
        *_rows(rights, Noun.CONCESSION, _OF_RIGHTS, asked, sources, spoken),
    ]
    made = pd.DataFrame(
        lines, columns=["on", "act", "entity", "document", "source", "effect", "keys"]
    )
    made = made.sort_values("on", kind="stable", key=lambda on: on.replace("", "9999-99-99~"))
    named = precision(made["on"].replace("", pd.NA).astype("string"))
    return made.assign(
        date=[spoken.date(one) for one in made["on"]],
        precision=[spoken.say(_PRECISION.get(one, _NO_DATE)) for one in named.fillna("")],
    )[list(COLUMNS)].reset_index(drop=True)


_Line = dict[str, Any]


def _line(
    spoken: Words,
    on: object,
    act: str,
    effect: str,
    *,
    entity: str = "",
    document: str = "",
    source: str = "",
    keys: tuple[str, ...] = (),
) -> _Line:
    nobody = spoken.say(_NOT_SAID)
    return {
        "on": on if isinstance(on, str) else "",
        "act": act,
        "entity": entity or nobody,
        "document": document or nobody,
        "source": source or nobody,
        "effect": spoken.say(effect),
        "keys": keys,
    }


def _law(chosen: Chosen, asked: set[str], spoken: Words) -> Iterator[_Line]:
    """The dates of the law that a baseline or a question rests on, and the reader's own date."""
    baselines = {name: one.value for one, name in CONSTANT_OF.items()}
    constants = chosen.rules.get("constants", {})
    codes = set(chosen.flags["code"])
    texts = " ".join(
        str(rule.get(name, ""))
        for rule in chosen.rules.get("rule", ())
        if rule["code"] in codes
        for name in ("es", "unknown_es")
    )
    for name in sorted(constants):
        base = baselines.get(name) in asked
        if base or f"{{{name}}}" in texts:
            yield _line(
                spoken,
                constants[name]["value"],
                _capital(constant_text(chosen, name, spoken)),
                _BASE if base else _OF_LAW,
                source=said(constants[name]["source"]),
            )
    for one in sorted(asked - set(Baseline)):
        yield _line(spoken, one, spoken.say(_OWN), _BASE)


def _cases(chosen: Chosen, spoken: Words) -> Iterator[_Line]:
    for case in chosen.cases:
        for fact in case["fact"]:
            yield _line(
                spoken,
                fact["on"],
                _confirmed(naming.sentence(fact, spoken), fact["sure"], spoken),
                _BACKGROUND,
                source=said(fact["source"]),
            )


def _judgments(chosen: Chosen, asked: set[str], spoken: Words) -> Iterator[_Line]:
    for one in chosen.judgments:
        file = said(one["file"])
        court = naming.told(one, "court", spoken)
        documents = "; ".join(said(text) for text in one["documents"])
        base = Baseline.JUDGMENT.value in asked
        yield _line(
            spoken,
            one["decided_on"],
            spoken.say(_DECIDED, file=file),
            _BASE if base else _BACKGROUND,
            entity=court,
            document=file,
            source=documents,
        )
        why = naming.told(one, "final_why", spoken)
        act = spoken.say(_FINAL, file=file)
        yield _line(
            spoken,
            one["final"],
            f"{act}. {why}" if why else act,
            _BACKGROUND,
            entity=court,
            document=file,
            source=documents,
        )


def _told(chosen: Chosen, rows: pd.DataFrame, keys: set[str]) -> pd.DataFrame:
    """The rows of these keys, and `brought`: field -> the document that a person brought for it."""
    kept = pd.DataFrame(rows.loc[rows["key"].isin(keys).fillna(False)].drop(columns="geometry"))
    brought = chosen.deeds
    by_fact = brought["step"].eq("facts") & brought["deed"].eq(Deed.NOTED.value)
    brought = brought.loc[by_fact.fillna(False).astype(bool)]
    said_of: dict[tuple[str, int], dict[str, str]] = {}
    for snapshot, row, field, after in zip(
        brought["snapshot"], brought["row"], brought["field"], brought["after"], strict=True
    ):
        said_of.setdefault((snapshot, row), {})[field] = after if isinstance(after, str) else ""
    at = zip(kept["snapshot"], kept["row"], strict=True)
    found = [said_of.get(place, {}) for place in at]
    return kept.assign(brought=pd.Series(found, index=kept.index, dtype=object))


def _rows(
    rows: pd.DataFrame,
    noun: Noun,
    dated: tuple[_Dated, ...],
    asked: set[str],
    sources: Mapping[str, naming.Row],
    spoken: Words,
) -> Iterator[_Line]:
    """One line for each act, with all rows that share its date, document, source and effect."""
    for one in dated:
        listed = rows if one.absent else rows.loc[known(rows[one.column]).astype(bool)]
        groups: dict[tuple[str, str, str, str], list[Any]] = {}
        for told in listed.to_dict("records"):
            row = {str(name): value for name, value in told.items()}
            on = row[one.column] if isinstance(row[one.column], str) else ""
            document, source = _cited(row, one, on, sources, spoken)
            groups.setdefault((on, document, source, _effect(row, one, on, asked)), []).append(row)
        act = _capital(spoken.say(TERMS[FactKind][one.act]))
        for (on, document, source, effect), group in groups.items():
            yield _line(
                spoken,
                on,
                f"{act}: {_subject(group, noun, spoken)}",
                effect,
                document=document,
                source=source,
                keys=tuple(row["key"] for row in group),
            )


def _effect(row: Mapping[str, Any], one: _Dated, on: str, asked: set[str]) -> str:
    if one.baseline is not None and one.baseline.value in asked:
        return _BASE if on else _BASE_UNKNOWN
    merged = one.effect == _CLASSED and row.get("accumulation") is True
    if on:
        return _MERGED if merged else one.effect
    return one.absent


def _cited(
    row: Mapping[str, Any],
    one: _Dated,
    on: str,
    sources: Mapping[str, naming.Row],
    spoken: Words,
) -> tuple[str, str]:
    """The document of a date and its source: brought for it, else the row's own."""
    source = naming.source_title(dict(row), sources, spoken)
    if one.document:
        return said(_text(row[one.document])), spoken.say(_BROUGHT)
    when, _colon, document = row["brought"].get(one.column, "").partition(": ")
    if on and when == on:
        return said(document), spoken.say(_BROUGHT)
    # what people brought for other dates stands in the same column, each after its date
    others = {text for text in row["brought"].values() if text}
    own = [
        text
        for text in _text(row["documents"]).split("; ")
        if text and not any(text.endswith(other) for other in others)
    ]
    return (said("; ".join(own)) if on else ""), source


def _subject(group: list[Any], noun: Noun, spoken: Words) -> str:
    one, many = (_RIGHT, _RIGHTS) if noun is Noun.CONCESSION else (_LAND, _LANDS)
    codes = [said(row["native_id"]) or said(row["key"]) for row in group]
    if len(group) == 1:
        return spoken.say(one, code=codes[0], name=naming.name(group[0], spoken))
    return spoken.say(many, n=len(codes), codes=", ".join(codes))


def _confirmed(text: str, sure: str, spoken: Words) -> str:
    return text if sure in _CERTAIN else f"{text} ({spoken.say(_CONFIRM)})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
