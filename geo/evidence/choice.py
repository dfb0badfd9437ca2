"""What a bundle is about: the rows of one release that an id, a case or a list of codes names."""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import ChoiceUnknown
from geo.evidence import codes
from geo.evidence.chosen import By, Chosen, CodeLine, Outcome
from geo.release import read
from geo.release.read import Release
from geo.words import clean

_ADVICE = 3
_SAID = 5
_CHOICES = 20
_ALIKE = 0.6
_SHORT = 60

_NO_CODES: tuple[CodeLine, ...] = ()


def choose(
    release: Release, by: By, asked: Sequence[str] | str, *, codes_text: str | None = None
) -> Chosen:
    """The cut of `release` that `asked` names.

    By territory: keys («fuente:código»), codes of the source, or groups; a territory in several
    parts is taken whole. By concession: keys or codes. By case: ids of cases. By codes: the text
    of a list, `codes_text`, or `asked` joined. A right without overlaps gives a cut without any,
    which says nothing beyond this release.

    Raises ChoiceUnknown where an id is not there (with the nearest ones) or names several
    rights, where a case has no territory here, and where no code of a list is here;
    CodesUnreadable where a list is none.
    """
    wanted = (asked,) if isinstance(asked, str) else tuple(asked)
    rights, lands = read.concessions(release), read.territories(release)
    lines = _NO_CODES
    if by is By.CODES:
        lines = codes.lines("\n".join(wanted) if codes_text is None else codes_text, rights)
        return _cut(release, by, tuple(line.written for line in lines), _listed(lines), lines)
    if not any(one.strip() for one in wanted):
        raise ChoiceUnknown("Falta decir de qué se hace el anexo: escriba un código.")
    if by is By.TERRITORY:
        subjects = [key for one in wanted for key in _territory(lands, one)]
    elif by is By.CONCESSION:
        subjects = [_concession(rights, one) for one in wanted]
    else:
        subjects = [key for one in wanted for key in _case(release, one)]
    return _cut(release, by, wanted, tuple(dict.fromkeys(subjects)), lines)


def named(rows: pd.DataFrame, by: By, asked: str) -> list[str]:
    """The keys of the territory, or of the right, that `asked` names. Raises ChoiceUnknown."""
    return _territory(rows, asked) if by is By.TERRITORY else [_concession(rows, asked)]


def _territory(lands: pd.DataFrame, asked: str) -> list[str]:
    """The keys of every part of the one territory that `asked` names."""
    for column in ("key", "group", "native_id"):
        found = lands.loc[_is(lands[column], asked)]
        groups = found["group"].fillna(found["key"])
        if groups.nunique() > 1:
            raise _several(asked, found["key"])
        if len(found):
            parts = lands["group"].fillna(lands["key"]).isin(groups)
            return list(lands.loc[parts, "key"])
    raise _unknown("territorio", asked, lands, ("native_id", "name"))


def _concession(rights: pd.DataFrame, asked: str) -> str:
    for column in ("key", "native_id"):
        found = rights.loc[_is(rights[column], asked), "key"]
        if len(found) > 1:
            raise _several(asked, found)
        if len(found):
            return str(found.iloc[0])
    raise _unknown("derecho", asked, rights, ("native_id",))


def _case(release: Release, asked: str) -> list[str]:
    cases = {str(case["id"]): case for case in read.cases(release)}
    same = codes.folded(asked)
    case = next((case for name, case in cases.items() if codes.folded(name) == same), None)
    if case is None:
        near = difflib.get_close_matches(same, sorted(cases), _ADVICE, _ALIKE)
        raise ChoiceUnknown(
            f"No hay ningún caso «{_short(asked)}»: use {_either(near or sorted(cases)[:_SAID])}."
        )
    if not case["territories"]:
        raise ChoiceUnknown(
            f"El caso «{case['id']}» no tiene ningún territorio en esta publicación: importe su "
            "territorio, o pida el anexo por derecho o por una lista de códigos."
        )
    return [str(key) for key in case["territories"]]


def _listed(lines: Iterable[CodeLine]) -> tuple[str, ...]:
    """The rights that a list met. Raises ChoiceUnknown where it met none."""
    said = [line for line in lines if line.outcome is not Outcome.REPEATED]
    keys = tuple(dict.fromkeys(key for line in said for key in line.keys))
    if not keys:
        first = ", ".join(f"«{_short(line.code)}»" for line in said[:_SAID])
        more = "…" if len(said) > _SAID else ""
        hints = list(dict.fromkeys(hint for line in said for hint in line.hint))[:_ADVICE]
        advice = f" Se parecen: {_either(hints)}." if hints else ""
        raise ChoiceUnknown(
            f"Ninguno de los {len(said)} códigos de la lista está en esta publicación ({first}"
            f"{more}): revise sus ceros o importe el catastro que los tiene.{advice}"
        )
    return keys


def _cut(
    release: Release,
    by: By,
    asked: tuple[str, ...],
    subjects: tuple[str, ...],
    lines: tuple[CodeLine, ...],
) -> Chosen:
    of_land = by in (By.TERRITORY, By.CASE)
    pairs, between = read.overlaps(release), read.between(release)
    mine, theirs = ("territory_key", "concession_key")[:: 1 if of_land else -1]
    pairs = pairs.loc[pairs[mine].isin(subjects)]
    lands = {*pairs["territory_key"], *(subjects if of_land else ())}
    rights = {*pairs["concession_key"], *(() if of_land else subjects)}
    sides = between["territory_key"].isin(lands), between["other_key"].isin(lands)
    between = between.loc[sides[0] | sides[1] if of_land else sides[0] & sides[1]]
    lands |= {*between["territory_key"], *between["other_key"]}
    concessions, territories = read.concessions(release), read.territories(release)
    chosen = concessions.loc[concessions["key"].isin(rights)]
    land = territories.loc[territories["key"].isin(lands)]
    unions, flags = read.unions(release), read.flags(release)
    captures = read.captures(release)
    received = _received(
        read.received(release),
        {one["sha256"] for one in captures if one["kind"] == "facts"},
        _kin(concessions, chosen, ("native_id",)),
        _kin(territories, land, ("native_id", "group")),
    )
    cases = _cases(release, lands, asked if by is By.CASE else ())
    judgments = _judgments(release, cases, chosen)
    files = {*chosen["snapshot"], *land["snapshot"], *received["snapshot"]}
    kept = tuple(one for one in captures if one["sha256"] in files)
    used = {*chosen["source_id"], *land["source_id"], *(one["source_id"] for one in kept)}
    return Chosen(
        release=release,
        by=by,
        asked=asked,
        subjects=subjects,
        codes=lines,
        concessions=_geo(chosen),
        territories=_geo(land),
        overlaps=_geo(pairs),
        flags=_plain(flags.loc[_pairs_of(flags).isin(_pairs_of(pairs))]),
        unions=_plain(unions.loc[unions[mine].isin(subjects) & unions[theirs].isna()]),
        between=_plain(between),
        deeds=_plain(_deeds(read.ledger(release), (chosen, land), received)),
        received=received,
        captures=kept,
        declared=_declared(read.declared(release), used, cases),
        cases=cases,
        judgments=judgments,
        sources=tuple(one for one in read.sources(release) if one["id"] in used),
        rules=read.rules(release),
    )


def _kin(whole: pd.DataFrame, some: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """The rows of `some`, and those of `whole` that bear a code or a name of theirs.

    A repeated code is numbered by what its rows hold, and a fact that names a code of several
    sources names none of them: without these rows the same bytes would give other rows.
    """
    like = whole["key"].isin(some["key"])
    for column in columns:
        like |= whole[column].isin(some[column].dropna())
    return whole.loc[like]


def _received(received: pd.DataFrame, facts: set[str], *sides: pd.DataFrame) -> pd.DataFrame:
    """Rows as received of these rows, and the lines of the files `facts` that name one of them."""
    here = pd.concat([side[["snapshot", "row"]] for side in sides]).astype({"row": "Int64"})
    rows = pd.MultiIndex.from_frame(received[["snapshot", "row"]].astype({"row": "Int64"}))
    brought = received["snapshot"].isin(facts).to_numpy(dtype=bool)
    names = {
        str(name)
        for side in sides
        for name in (
            *side["key"],
            *side["native_id"].dropna(),
            *(side["source_id"] + ":" + side["native_id"]).dropna(),
        )
    }
    about = [_names_one(text, names) for text in received.loc[brought, "fields"]]
    mine = ~brought & rows.isin(pd.MultiIndex.from_frame(here))
    mine[np.flatnonzero(brought)] = about
    return _plain(received.loc[mine])


def _names_one(fields: str, names: set[str]) -> bool:
    """Whether a line of facts names one of these rows, under whatever heading."""
    return any(isinstance(v, str) and v.strip() in names for v in json.loads(fields).values())


def _deeds(
    ledger: pd.DataFrame, layers: Iterable[pd.DataFrame], received: pd.DataFrame
) -> pd.DataFrame:
    """What was done to these rows, to the rows that were received with them, and to whole files."""
    named = ["snapshot", "row"]
    here = pd.concat([*(one[named] for one in layers), received[named]]).astype({"row": "Int64"})
    rows = pd.MultiIndex.from_frame(ledger[named].astype({"row": "Int64"}))
    whole = ledger["row"].isna() & ledger["snapshot"].isin(here["snapshot"])
    return ledger.loc[rows.isin(pd.MultiIndex.from_frame(here)) | whole.to_numpy(dtype=bool)]


def _cases(release: Release, lands: set[str], asked: Iterable[str]) -> tuple[dict[str, Any], ...]:
    """The cases asked for, or else those of a territory here."""
    same = {codes.folded(one) for one in asked}
    return tuple(
        case
        for case in read.cases(release)
        if (codes.folded(case["id"]) in same if same else lands & set(case["territories"]))
    )


def _judgments(
    release: Release, cases: Iterable[Mapping[str, Any]], rights: pd.DataFrame
) -> tuple[dict[str, Any], ...]:
    """Those of these cases, and those that list one of these rights."""
    ids = {case["id"] for case in cases}
    named = {name for case in cases for name in case["judgments"]}
    borne = {*rights["native_id"].dropna(), *rights["key"]}
    return tuple(
        one
        for one in read.judgments(release)
        if one["id"] in named or ids & set(one["cases"]) or borne & set(one["listed"])
    )


def _declared(
    declared: Mapping[str, str],
    sources: Iterable[str],
    cases: Iterable[Mapping[str, Any]],
) -> dict[str, str]:
    """The declarations that made these rows: the country, its rules, and what is named here.

    Every judgment, since one whose list is not at hand leaves open what any other says of a right.
    """
    named = {"sources": set(sources), "cases": {one["id"] for one in cases}}
    return {
        name: text
        for name, text in sorted(declared.items())
        if (folder := name.partition("/")[0]) not in named
        or name.rpartition("/")[2].removesuffix(".toml") in named[folder]
    }


def _is(column: pd.Series, asked: str) -> np.ndarray:
    same = codes.folded(asked)
    texts = column.fillna("").astype(str)
    return np.array([same != "" and codes.folded(one) == same for one in texts], dtype=bool)


def _several(asked: str, keys: Iterable[str]) -> ChoiceUnknown:
    listed = sorted(keys)
    more = "…" if len(listed) > _CHOICES else "."
    return ChoiceUnknown(
        f"«{_short(asked)}» es el código de varias filas: escriba una de estas claves: "
        f"{', '.join(listed[:_CHOICES])}{more}"
    )


def _unknown(what: str, asked: str, rows: pd.DataFrame, columns: Iterable[str]) -> ChoiceUnknown:
    """With the ids that are nearest to what was asked, by code or by name."""
    same = codes.folded(asked)
    texts: dict[str, str] = {}
    for column in columns:
        for text, code, key in zip(rows[column], rows["native_id"], rows["key"], strict=True):
            if isinstance(text, str):
                texts.setdefault(codes.folded(text), key if column == "name" else code)
    near = [texts[text] for text in difflib.get_close_matches(same, texts, _ADVICE, _ALIKE)]
    advice = f"use {_either(near)}" if near else "revise el código en el mapa o en la lista"
    return ChoiceUnknown(f"No hay ningún {what} «{_short(asked)}» en esta publicación: {advice}.")


def _short(text: str) -> str:
    told = clean(text)
    return told if len(told) <= _SHORT else told[: _SHORT - 1] + "…"


def _either(texts: Iterable[str]) -> str:
    said = [f"«{text}»" for text in dict.fromkeys(texts)]
    return " o ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def _pairs_of(table: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(table[["concession_key", "territory_key"]])


def _geo(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows.reset_index(drop=True))


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reset_index(drop=True)
