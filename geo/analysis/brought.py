"""The dates that people bring with their documents, put on the rows they are about.

No service publishes grant dates, many title dates or consultations. A brought fact fills a
gap; with a document it also stands above what the source says, and both stay in `documents`.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.brought_file import FOUND, NOT_FOUND, read_facts
from geo.answers import same
from geo.country import Country
from geo.schema.columns import of_noun
from geo.stages import Layer, deeds
from geo.terms import Deed, FactKind, Noun, Tenure
from geo.tolerance import called
from geo.words import _

__all__ = ["apply_facts", "read_facts"]

STEP = "facts"

DATE_COLUMNS = {
    FactKind.FILING: "filed_on",
    FactKind.GRANT: "granted_on",
    FactKind.EXTINCTION: "extinguished_on",
    FactKind.EXPIRY: "expires_on",
    FactKind.WORKS_START: "works_started_on",
    FactKind.CONSULTATION: "consulted_on",
    FactKind.TITLE: "titled_on",
    FactKind.RECOGNITION: "recognised_on",
    FactKind.REGISTRATION: "registered_on",
    FactKind.CLAIM: "claimed_on",
}

_NO_ROW = "ninguna fila tiene este código"
_ZEROS = "ninguna fila tiene este código; sí uno que difiere en los ceros: escríbalo con ellos"
_SOURCES = "varias fuentes usan este código: escríbalo como fuente:código"
_PARTS = "el territorio tiene varias partes: diga cuál (part)"
_NO_PART = "el territorio no tiene esa parte"
_OTHERWISE = "otro hecho aportado da otra fecha: deje uno"
_NO_DATE = "es la fecha que los programas escriben cuando no hay ninguna"
_NO_DOCUMENT = "la fuente da otra fecha, y el hecho no trae documento"


@dataclass(frozen=True, eq=False)
class _Matched:
    """pairs: `fact` (label in the facts) and `position` (in the layer). reasons: of the others."""

    pairs: pd.DataFrame
    reasons: pd.Series


def apply_facts(layer: Layer, facts: pd.DataFrame, country: Country) -> tuple[Layer, pd.DataFrame]:
    """`layer` with the facts (of `read_facts`) that are about its rows, and the facts left over.

    A code matches `native_id` as a text, zeros and all, or the row's whole `key`
    (source:code); a code of several sources, or of several parts where no part is given,
    matches nothing. The facts left over carry a `reason`; those about the other noun pass on.
    A date with a document stands above the source's; without one it only fills a gap. Of two
    dates brought for one thing the finer stands when it lies within the other, else neither.
    A title with a document makes the tenure titled (a use-cession stays one) and `called` is
    decided again. The status stays the source's. Every change is a noted deed.
    """
    ours = facts["noun"].eq(layer.noun.value).fillna(False).astype(bool)
    reasons = facts["reason"] if "reason" in facts else pd.Series(pd.NA, index=facts.index)
    reasons = reasons.astype("string")
    numbered = facts.reset_index(drop=True).assign(reason=reasons.to_numpy())
    mine = numbered[ours.to_numpy()]
    if mine.empty:
        return layer, numbered
    unreal = mine["on"].isin(country.unknown_dates)
    matched = _match(layer, mine[~unreal])
    left = [matched.reasons, pd.Series(_NO_DATE, index=mine.index[unreal], dtype="string")]
    frame, ledger = layer.frame.reset_index(drop=True), layer.ledger
    about = mine.loc[matched.pairs["fact"]].assign(position=matched.pairs["position"].to_numpy())
    for kind, column in DATE_COLUMNS.items():
        if column not in frame:
            continue
        dated, clashing = _one_each(about[about["what"].eq(kind.value)])
        dated, unsupported = _allowed(frame, dated, column)
        left += [clashing, unsupported]
        changed = _with_dates(frame, dated, column)
        if kind is FactKind.TITLE:
            changed = _with_tenure(changed, dated, country)
        ledger = ledger.and_then(_noted(frame, changed, dated, column))
        frame = changed
    searches = about[about["what"].eq(FactKind.CONSULTATION_SEARCH.value)]
    if layer.noun is Noun.CONCESSION and len(searches):
        changed = _with_searches(frame, searches)
        found = searches.drop_duplicates("position").assign(document=searches["register"])
        ledger = ledger.and_then(_noted(frame, changed, found, "consultation_search"))
        frame = changed
    why = pd.concat(left)
    kept = numbered.assign(reason=why[~why.index.duplicated()].combine_first(numbered["reason"]))
    unmatched = kept[~ours.to_numpy() | kept.index.isin(why.index)]
    return Layer(layer.noun, frame, ledger), unmatched.reset_index(drop=True)


def _match(layer: Layer, facts: pd.DataFrame) -> _Matched:
    rows = pd.DataFrame(
        {
            "position": np.arange(len(layer.frame)),
            "native_id": layer.frame["native_id"].to_numpy(),
            "key": layer.frame["key"].to_numpy(),
            "source_id": layer.frame["source_id"].to_numpy(),
            "of_part": layer.frame["part"].to_numpy() if "part" in layer.frame else pd.NA,
        }
    ).astype({"of_part": "string"})
    # `key` is source:code, with ~2, ~3 behind a code that is used again
    whole = (rows["source_id"] + ":" + rows["native_id"]).fillna(rows["key"])
    codes = pd.concat(
        [
            rows.assign(code=rows["native_id"]),
            rows.assign(code=whole),
            rows.assign(code=rows["key"]),
        ]
    ).dropna(subset=["code"])
    codes = codes.drop_duplicates(["position", "code"])
    asked = facts[["id", "part"]].rename_axis("fact").reset_index()
    pairs = asked.merge(codes, left_on="id", right_on="code")
    reasons = pd.Series(pd.NA, index=facts.index, dtype="string")

    absent = ~asked["fact"].isin(pairs["fact"])
    without = rows["native_id"].astype("string").str.lstrip("0")
    alike = asked["id"].astype("string").str.lstrip("0").isin(without.dropna())
    reasons = _because(reasons, asked.loc[absent & ~alike, "fact"], _NO_ROW)
    reasons = _because(reasons, asked.loc[absent & alike, "fact"], _ZEROS)

    sources = pairs.groupby("fact")["source_id"].transform("nunique") > 1
    reasons = _because(reasons, pairs.loc[sources, "fact"], _SOURCES)
    pairs = pairs[~sources]

    fits = pairs["part"].isna() | pairs["part"].eq(pairs["of_part"]).fillna(False)
    parted = pairs[fits.astype(bool)]
    reasons = _because(reasons, pairs.loc[~pairs["fact"].isin(parted["fact"]), "fact"], _NO_PART)
    if layer.noun is Noun.TERRITORY:
        several = parted["part"].isna() & (parted.groupby("fact")["position"].transform("size") > 1)
        reasons = _because(reasons, parted.loc[several, "fact"], _PARTS)
        parted = parted[~several]
    return _Matched(parted[["fact", "position"]], reasons.dropna())


def _because(reasons: pd.Series, facts: pd.Series, why: str) -> pd.Series:
    return reasons.mask(reasons.index.isin(facts), why)


def _one_each(facts: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """One fact for each row: with a document before without one, the finest date first.

    Returns also the facts that give another date than the one that stands, each with why.
    """
    ordered = facts.assign(
        bare=facts["document"].isna(), length=-facts["on"].str.len().astype("Int64")
    ).sort_values(["position", "bare", "length", "on", "document", "line"], kind="stable")
    best = ordered.drop_duplicates("position").set_index("position")
    standing = best["on"].reindex(ordered["position"]).to_numpy()
    stands_on = best["bare"].reindex(ordered["position"]).to_numpy(dtype=bool)
    within = np.array(
        [
            str(one).startswith(str(other))
            for one, other in zip(standing, ordered["on"], strict=True)
        ],
        dtype=bool,
    )
    # of two documents that differ neither stands; a document stands against a bare statement
    equals = ordered["bare"].to_numpy(dtype=bool) == stands_on
    undecided = ordered.loc[~within & equals, "position"]
    clash = (~within) | ordered["position"].isin(undecided).to_numpy(dtype=bool)
    clashing = pd.Series(_OTHERWISE, index=ordered.index[clash].unique(), dtype="string")
    kept = ordered.drop_duplicates("position")
    return kept[~kept["position"].isin(undecided)], clashing


def _allowed(
    frame: gpd.GeoDataFrame, dated: pd.DataFrame, column: str
) -> tuple[pd.DataFrame, pd.Series]:
    """Facts without a document do not overrule a source that says another date."""
    old = frame[column].astype("string").reindex(dated["position"]).set_axis(dated.index)
    differs = (~same(old, dated["on"])).fillna(False)
    refused = np.asarray(differs, dtype=bool) & dated["document"].isna().to_numpy(dtype=bool)
    reasons = pd.Series(_NO_DOCUMENT, index=dated.index[refused], dtype="string")
    return dated[~refused], reasons[~reasons.index.duplicated()]


def _with_dates(frame: gpd.GeoDataFrame, dated: pd.DataFrame, column: str) -> gpd.GeoDataFrame:
    if dated.empty:
        return frame
    by_row = dated.set_index("position")
    brought = by_row["on"].reindex(frame.index)
    old = frame[column].astype("string")
    differs = (old.notna() & brought.notna() & old.ne(brought).fillna(False)).astype(bool)
    label = _label(frame, column)
    said = label + " " + brought + ": " + _cited(by_row).reindex(frame.index)
    said = said.where(~differs, said + " (según la fuente: " + old + ")")
    return frame.assign(
        **{column: brought.fillna(old), "documents": _joined(frame["documents"], said)}
    )


def _with_tenure(
    frame: gpd.GeoDataFrame, dated: pd.DataFrame, country: Country
) -> gpd.GeoDataFrame:
    by_row = dated[dated["document"].notna()].set_index("position")
    titled = pd.Series(frame.index.isin(by_row.index), index=frame.index)
    ceded = frame["tenure"].eq(Tenure.USE_CESSION.value).fillna(False).astype(bool)
    tenure = frame["tenure"].astype("string").mask(titled & ~ceded, Tenure.TITLED.value)
    basis = _cited(by_row).reindex(frame.index).fillna(frame["tenure_basis"].astype("string"))
    again = called(tenure, frame["area_title_ha"], frame["area_plane_ha"], country)
    return frame.assign(
        tenure=tenure,
        tenure_basis=basis,
        called=frame["called"].astype("string").mask(titled, again),
    )


def _with_searches(frame: gpd.GeoDataFrame, searches: pd.DataFrame) -> gpd.GeoDataFrame:
    """One search for each right: what was found in one register is not lost in another."""
    found = searches["result"].eq(FOUND).fillna(False).astype(bool)
    hit = searches["position"].isin(searches.loc[found, "position"])
    telling = searches[found | ~hit].sort_values(["position", "searched_on", "register", "line"])
    registers = telling["register"] + " («" + telling["words"] + "»)"
    by_row = (
        telling.assign(registers=registers)
        .groupby("position")
        .agg(on=("searched_on", "max"), registers=("registers", "; ".join))
    )
    result = pd.Series(
        np.where(by_row.index.isin(searches.loc[found, "position"]), FOUND, NOT_FOUND),
        index=by_row.index,
        dtype="string",
    )
    new = {
        "consultation_search": result,
        "consultation_searched_on": by_row["on"].astype("string"),
        "consultation_register": by_row["registers"].astype("string"),
    }
    return frame.assign(
        **{
            name: column.reindex(frame.index).fillna(frame[name].astype("string"))
            for name, column in new.items()
        }
    )


def _cited(facts: pd.DataFrame) -> pd.Series:
    """Document and folio, in words."""
    document = facts["document"].fillna("aportado sin documento")
    folio = (", folio " + facts["folio"]).fillna("")
    return (document + folio).astype("string")


def _joined(documents: pd.Series, said: pd.Series) -> pd.Series:
    old = documents.astype("string")
    both = old + "; " + said
    return both.fillna(said).fillna(old).astype("string")


def _label(frame: gpd.GeoDataFrame, column: str) -> str:
    noun = Noun.TERRITORY if "tenure" in frame else Noun.CONCESSION
    return next(c.label for c in of_noun(noun) if c.name == column).lower()


def _noted(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, facts: pd.DataFrame, column: str
) -> pd.DataFrame:
    """A deed for each row on which a fact was put, whether it changed a value or confirmed it."""
    at = facts.drop_duplicates("position").set_index("position")
    touched = before.loc[before.index.isin(at.index), ["snapshot", "row"]]
    lines = [
        deeds(
            Deed.NOTED,
            STEP,
            rows["row"],
            snapshot=str(snapshot),
            field=column,
            reason=_("Hecho aportado."),
            before=before[column].astype("string").fillna("").loc[rows.index],
            after=(after[column].astype("string") + ": " + _cited(at)).loc[rows.index],
        )
        for snapshot, rows in touched.groupby("snapshot", sort=True, dropna=False)
    ]
    return (
        pd.concat(lines, ignore_index=True)
        if lines
        else deeds(Deed.NOTED, STEP, pd.Series(dtype="Int64"), snapshot="", reason="")
    )
