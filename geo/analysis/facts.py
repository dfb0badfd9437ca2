"""Everything that a rule may rest on: one row a pair, one column a fact.

Columns keep the names of the layers they come from, since none stands in both with two
meanings; what would is named for its side (`concession_source`, `territory_source`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.analysis.rulebook import RuleBook
from geo.answers import known, one_of, type_of_answers, unknown
from geo.cases import Judgment, ListStatus
from geo.stages import Layer, Overlaps
from geo.terms import Kind, OverlapClass, Status, Tenure

_OF_THE_PAIR = (
    "concession_key",
    "concession_id",
    "concession_name",
    "territory_key",
    "territory_id",
    "territory_name",
    "area_ha",
    "area_min_ha",
    "area_max_ha",
    "area_geodesic_ha",
    "share_of_concession",
    "share_of_territory",
    "error_m",
    "distance_m",
    "zone",
    "overlap_class",
)
# our name: the layer's
_OF_THE_CONCESSION = {
    "kind": "kind",
    "status": "status",
    "status_raw": "status_raw",
    "filed_on_source": "filed_on",
    "granted_on": "granted_on",
    "expires_on": "expires_on",
    "extinguished_on": "extinguished_on",
    "works_started_on": "works_started_on",
    "accumulation": "accumulation",
    "consulted_on": "consulted_on",
    "consultation_search": "consultation_search",
    "consultation_searched_on": "consultation_searched_on",
    "consultation_register": "consultation_register",
    "area_cadastre_ha": "area_cadastre_ha",
    "as_of": "as_of",
    "concession_source": "source_id",
    "concession_native_id": "native_id",
}
_OF_THE_TERRITORY = {
    "part": "part",
    "tenure": "tenure",
    "tenure_basis": "tenure_basis",
    "called": "called",
    "category": "category",
    "titled_on": "titled_on",
    "recognised_on": "recognised_on",
    "registered_on": "registered_on",
    "claimed_on": "claimed_on",
    "area_title_ha": "area_title_ha",
    "area_drawn_ha": "area_plane_ha",
    "territory_source": "source_id",
    "territory_as_of": "as_of",
}
_DERIVED = (
    "filed_on",
    "overlaps_certain",
    "share_percent",
    "private_conservation",
    "plots_on_territory",
    "consultation_brought",
    "threeway",
    "judgment_lists_right",
    "listing_file",
    "listing_court",
    "listing_court_en",
    "listing_orders",
    "listing_orders_en",
    "listing_decided_on",
    "listing_final_on",
    "judgment_without_list",
    "review_file",
    "review_court",
    "review_court_en",
    "review_decided_on",
)
COLUMNS = (*_OF_THE_PAIR, *_OF_THE_CONCESSION, *_OF_THE_TERRITORY, *_DERIVED)

# a word of a closed list that says that nothing is known
_NO_WORD = {
    "kind": Kind.AREA.value,
    "status": Status.UNKNOWN.value,
    "tenure": Tenure.UNKNOWN.value,
}
_CERTAIN = (OverlapClass.OVERLAP, OverlapClass.SLIVER)
_PRIVATE = r"privad|\bacp\b"


@dataclass(frozen=True, eq=False)
class Facts:
    """One row for each pair, in the order and with the index of `Overlaps.frame`.

    frame: the columns COLUMNS; dates are partial dates, answers pandas' boolean, the rest as in
    geo.schema. What is not known is missing, also where a closed list has a word for it (kind,
    status, tenure), so that a comparison with it is unknown and not no. filed_on is the filing
    date from which something may be inferred: missing for an accumulation, whose own date is
    that of the merger (filed_on_source keeps it).
    overlaps_certain: yes where the pair shares an area for certain, unknown where that lies
    within the error (indeterminate, near) or is a common border (adjacent).
    constants: dates of the law by name.
    """

    frame: pd.DataFrame
    constants: Mapping[str, str]

    def __getitem__(self, name: str) -> pd.Series:
        """One column of facts."""
        return self.frame[name]

    def has(self, name: str) -> pd.Series:
        """Whether each row has a value (plain booleans)."""
        return known(self.frame[name]).astype(bool)


def gather(
    overlaps: Overlaps,
    concessions: Layer,
    territories: Layer,
    rulebook: RuleBook,
    *,
    judgments: Iterable[Judgment] = (),
    territories_of_case: Mapping[str, Collection[str]] | None = None,
    threeway: pd.Series | None = None,
    titles_of_sources: Mapping[str, str] | None = None,
) -> Facts:
    """The facts of each pair, from the pair, its concession and its territory.

    territories_of_case: the keys of the territories that each case names; through it, and never
    by location, a judgment concerns a territory. threeway: whether a mining and a logging right
    meet on a territory where this pair lies, indexed as the overlaps; without it, unknown where
    both are there. titles_of_sources: what people read for a source's id.
    """
    pairs = overlaps.frame
    made = pd.DataFrame({name: pairs[name] for name in _OF_THE_PAIR})
    made = made.assign(
        **_side(pairs["concession_key"], concessions, _OF_THE_CONCESSION),
        **_side(pairs["territory_key"], territories, _OF_THE_TERRITORY),
    )
    made = made.assign(
        **{
            name: made[name].astype("string").mask(made[name].isin([word]))
            for name, word in _NO_WORD.items()
        }
    )
    titles = titles_of_sources or {}
    made = made.assign(
        **{
            name: made[name].map(lambda source: titles.get(source, source), na_action="ignore")
            for name in ("concession_source", "territory_source")
        }
    )
    certain = one_of(made["overlap_class"], _CERTAIN)
    # a right is an accumulation only where its source marks it
    merged = made["accumulation"].astype(type_of_answers).fillna(False)
    made = made.assign(
        filed_on=made["filed_on_source"].astype("string").where(~merged.astype(bool), pd.NA),
        accumulation=merged,
        overlaps_certain=certain.where(certain.fillna(False).astype(bool), pd.NA),
        share_percent=made["share_of_concession"].astype("Float64") * 100,
        private_conservation=_private(made["category"]),
        plots_on_territory=_plots(made),
        consultation_brought=known(made["consulted_on"]),
        threeway=_threeway(made, threeway),
        **_judgments(made, tuple(judgments), territories_of_case or {}),
    )
    return Facts(made[list(COLUMNS)], rulebook.dates)


def _side(keys: pd.Series, layer: Layer, columns: Mapping[str, str]) -> dict[str, pd.Series]:
    """Columns of a layer for each key of a pair."""
    positions = pd.Index(layer.frame["key"]).get_indexer(pd.Index(keys))
    return {
        ours: layer.frame[theirs].reset_index(drop=True).take(positions).set_axis(keys.index)
        for ours, theirs in columns.items()
    }


def _private(category: pd.Series) -> pd.Series:
    texts = category.astype("string")
    found = texts.str.contains(_PRIVATE, case=False, regex=True).astype(type_of_answers)
    return found.where(known(texts).astype(bool), pd.NA)


def _certain_of(made: pd.DataFrame, kind: Kind) -> pd.Series:
    certain = one_of(made["overlap_class"], _CERTAIN).fillna(False).astype(bool)
    return certain & one_of(made["kind"], (kind,)).fillna(False).astype(bool)


def _plots(made: pd.DataFrame) -> pd.Series:
    """How many plots share an area with each territory, for certain."""
    counts = made.loc[_certain_of(made, Kind.PLOT), "territory_key"].value_counts()
    return made["territory_key"].map(counts).fillna(0).astype("Int64")


def _threeway(made: pd.DataFrame, given: pd.Series | None) -> pd.Series:
    if given is not None:
        return given.reindex(made.index).astype(type_of_answers)
    kinds = {}
    for kind in (Kind.MINING, Kind.LOGGING):
        may_be = one_of(made["kind"], (kind,)).fillna(True).astype(bool)
        kinds[kind] = made["territory_key"].isin(made.loc[may_be, "territory_key"])
    both = kinds[Kind.MINING] & kinds[Kind.LOGGING]
    return unknown(both).where(both, False)


def _judgments(
    made: pd.DataFrame,
    judgments: tuple[Judgment, ...],
    territories_of_case: Mapping[str, Collection[str]],
) -> dict[str, pd.Series]:
    """What judgments say of each pair: by listed code, and by the case that names a territory.

    A right that a complete list leaves out is not listed. While the list of any judgment is not,
    or not all, at hand, nobody knows of the others, wherever they lie.
    """
    texts = [name for name in _DERIVED if name.startswith(("listing_", "review_"))]
    said = {name: pd.Series(pd.NA, index=made.index, dtype="string") for name in texts}
    lists = pd.Series(False, index=made.index, dtype=type_of_answers)
    without = pd.Series(False, index=made.index, dtype=type_of_answers)
    # the earliest final judgment is the one that is named; a tie by id, not by the files' order
    for judgment in sorted(judgments, key=lambda j: (j.final or "9999", j.decided_on, j.id)):
        named = made["concession_native_id"].isin(judgment.listed)
        listed = named & ~np.asarray(lists, dtype=bool)
        tied = {key for case in judgment.cases for key in territories_of_case.get(case, ())}
        open_list = judgment.list_status is not ListStatus.AVAILABLE
        concerned = made["territory_key"].isin(tied) & open_list & ~named
        first = concerned & ~np.asarray(without, dtype=bool)
        said |= _named(said, "listing", listed, judgment)
        said |= _named(said, "review", first, judgment)
        without = without.mask(concerned, True)
        lists = lists.mask(listed, True)
    if any(judgment.list_status is not ListStatus.AVAILABLE for judgment in judgments):
        lists = lists.mask(~np.asarray(lists, dtype=bool), pd.NA)
        # a case finds its community by name, so of one without a name nobody knows
        nameless = ~known(made["territory_name"]).astype(bool)
        without = without.mask(nameless & ~np.asarray(without, dtype=bool), pd.NA)
    return said | {"judgment_lists_right": lists, "judgment_without_list": without}


def _named(
    said: Mapping[str, pd.Series], role: str, rows: pd.Series, judgment: Judgment
) -> dict[str, pd.Series]:
    """The columns of a role with one judgment's words on `rows`."""
    values = {
        "file": judgment.file,
        "court": judgment.court,
        "court_en": judgment.court_en,
        "orders": "; ".join(judgment.orders),
        "orders_en": "; ".join(judgment.orders_en),
        "decided_on": judgment.decided_on,
        "final_on": judgment.final or pd.NA,
    }
    return {
        name: said[name].mask(rows, values[name.removeprefix(f"{role}_")])
        for name in said
        if name.startswith(f"{role}_")
    }
