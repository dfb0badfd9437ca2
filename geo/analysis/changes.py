"""What changed from an older release to a newer one of the same tier. Pure.

An older release may hold what was taken back since. So of the older one only this is told:

- of a source that the newer one has too, and nothing of any other;
- of a territory that is gone, nothing but that there was one;
- of a right that is gone, its code, kind and status, and only where its source brought newer data;
- of what changed, the value before, under the same condition; a date besides only where no file of
  facts was taken back, for a fact may have brought it;
- of an overlap that is gone or changed, only where right and territory are both still there and
  the territory has the same outline: what it covered before may have been taken back.

Newer data of a source: it has no fewer files than before, and each of them is certainly younger
than each of before. Where a newest file was taken back, the one before it stands again, which is
older. What remains: rights of a file that was taken back are told by their code once its source
has brought newer data all the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.dates import before
from geo.terms import PAIRS

ROUNDING_HA = 0.001
"""Areas that differ by less are the same: 10 m², where the fourth decimal is printed."""
SAME_PLACE_DEGREES = 1e-8
"""A millimetre: vertices that differ by less are the same."""

OUTLINE = "geometry"
"""How a changed outline is named among the columns; it has no value before and none after."""

_DATES = ("filed_on", "granted_on", "expires_on", "extinguished_on", "titled_on")
RIGHT_COLUMNS = (
    "status",
    "filed_on",
    "granted_on",
    "expires_on",
    "extinguished_on",
    "holder_kind",
    "area_plane_ha",
)
LAND_COLUMNS = ("tenure", "titled_on", "called")
_PAIR = ["concession_key", "territory_key"]


@dataclass(frozen=True, eq=False)
class Side:
    """One release. inputs: source_id, kind ("layer", "facts"), as_of (a partial date, of the file
    or of its retrieval) and sha256 of each file that it was made from.
    """

    concessions: gpd.GeoDataFrame
    territories: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame
    inputs: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Changes:
    """What changed; all keys are of the newer release.

    new_rights, new_lands: keys. changed: key, column, before, after, `told`; before is missing
    where it is not told. gone: native_id, kind, status, source_id. changed_lands: as `changed`.
    pairs: concession_key, territory_key, what ("new", "gone", "changed"), class_before,
    class_after, before_ha, after_ha, told. gone_rights: how many are gone, told or not.
    gone_lands: how many territories.
    """

    new_rights: tuple[str, ...]
    new_lands: tuple[str, ...]
    changed: pd.DataFrame
    changed_lands: pd.DataFrame
    pairs: pd.DataFrame
    gone: pd.DataFrame
    gone_rights: int
    gone_lands: int


def compare(older: Side, newer: Side) -> Changes:
    """What a reader of the newer release may learn of the older one. See the module."""
    shared = _sources(older) & _sources(newer)
    fresher = {one for one in shared if _brought_newer(older, newer, one)}
    facts_stand = _facts(older) <= _facts(newer)
    rights = _of_sources(older.concessions, shared), newer.concessions
    lands = _of_sources(older.territories, shared), newer.territories
    gone = _absent(rights[0], rights[1])
    telling = gone["source_id"].isin(fresher)
    gone_told = gone.loc[telling, ["native_id", "kind", "status", "source_id"]]
    changed_lands = _changed(lands[0], lands[1], LAND_COLUMNS, fresher, facts_stand)
    still = _unmoved(lands[0], lands[1])
    return Changes(
        tuple(_absent(rights[1], rights[0])["key"].astype(str)),
        tuple(_absent(lands[1], lands[0])["key"].astype(str)),
        _changed(rights[0], rights[1], RIGHT_COLUMNS, fresher, facts_stand),
        changed_lands,
        _pairs(older, newer, rights, still, fresher),
        pd.DataFrame(gone_told).sort_values(["source_id", "native_id"]).reset_index(drop=True),
        len(gone),
        len(_absent(lands[0], lands[1])),
    )


def _sources(side: Side) -> set[str]:
    return {str(one["source_id"]) for one in side.inputs if one["kind"] == "layer"}


def _facts(side: Side) -> set[str]:
    return {str(one["sha256"]) for one in side.inputs if one["kind"] == "facts"}


def _brought_newer(older: Side, newer: Side, source: str) -> bool:
    first, then = (
        pd.Series(
            [one["as_of"] for one in side.inputs if _is_of(one, source)], dtype="string"
        ).reset_index(drop=True)
        for side in (older, newer)
    )
    if len(then) < len(first):
        return False
    answers = [before(first, str(day)).fillna(False) for day in then.fillna("")]
    return bool(np.all([one.to_numpy(dtype=bool).all() for one in answers]))


def _is_of(one: Mapping[str, Any], source: str) -> bool:
    return bool(one["kind"] == "layer" and one["source_id"] == source)


def _of_sources(frame: gpd.GeoDataFrame, sources: Collection[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame[frame["source_id"].isin(list(sources))])


def _absent(frame: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rows of a frame whose key the other has not."""
    return gpd.GeoDataFrame(frame[~frame["key"].isin(other["key"])])


def _in_both(
    older: gpd.GeoDataFrame, newer: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The rows of either with a key of both, in one order, numbered alike."""
    now = newer[newer["key"].isin(older["key"])].reset_index(drop=True)
    place = pd.Index(older["key"]).get_indexer(pd.Index(now["key"]))
    then = older.iloc[place].reset_index(drop=True)
    return gpd.GeoDataFrame(then), gpd.GeoDataFrame(now)


def _changed(
    older: gpd.GeoDataFrame,
    newer: gpd.GeoDataFrame,
    columns: Sequence[str],
    fresher: Collection[str],
    facts_stand: bool,
) -> pd.DataFrame:
    then, now = _in_both(older, newer)
    told = then["source_id"].isin(list(fresher))
    made = []
    for column in columns:
        differs = _differs(then[column], now[column])
        open_ = told & (facts_stand or column not in _DATES)
        made.append(
            pd.DataFrame(
                {
                    "key": now["key"],
                    "column": column,
                    "before": then[column].astype(object).where(open_, None),
                    "after": now[column].astype(object),
                    "told": open_,
                }
            )[differs]
        )
    moved = ~_same_shape(then, now)
    made.append(
        pd.DataFrame(
            {"key": now["key"], "column": OUTLINE, "before": None, "after": None, "told": True}
        )[moved]
    )
    table = pd.concat([one.astype(object) for one in made], ignore_index=True)
    return table.sort_values(["key"], kind="stable").reset_index(drop=True)


def _differs(then: pd.Series, now: pd.Series) -> np.ndarray:
    one_is = then.notna().to_numpy(dtype=bool), now.notna().to_numpy(dtype=bool)
    if pd.api.types.is_float_dtype(then.dtype):
        apart = (then.astype("Float64") - now.astype("Float64")).abs().gt(ROUNDING_HA)
    else:
        apart = then.astype("string").ne(now.astype("string"))
    both = one_is[0] & one_is[1] & apart.fillna(False).to_numpy(dtype=bool)
    return np.asarray(both | (one_is[0] != one_is[1]))


def _same_shape(then: gpd.GeoDataFrame, now: gpd.GeoDataFrame) -> np.ndarray:
    one, other = (np.asarray(side.geometry.array, dtype=object) for side in (then, now))
    return np.asarray(shapely.equals_exact(one, other, SAME_PLACE_DEGREES), dtype=bool)


def _unmoved(older: gpd.GeoDataFrame, newer: gpd.GeoDataFrame) -> set[str]:
    then, now = _in_both(older, newer)
    return set(now.loc[_same_shape(then, now), "key"].astype(str))


def _pairs(
    older: Side,
    newer: Side,
    rights: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    still: Collection[str],
    fresher: Collection[str],
) -> pd.DataFrame:
    kept = set(rights[0]["key"]) & set(rights[1]["key"])
    every = _shared(older.overlaps)
    first = every[every["concession_key"].isin(kept)]
    first = first[first["territory_key"].isin(list(still))]
    both = first.merge(
        _shared(newer.overlaps),
        on=_PAIR,
        how="outer",
        suffixes=("_then", "_now"),
        indicator=True,
    )
    seen = pd.MultiIndex.from_frame(both[_PAIR]).isin(pd.MultiIndex.from_frame(every[_PAIR]))
    both = both[both["_merge"].ne("right_only") | ~seen].reset_index(drop=True)
    source = rights[1].drop_duplicates("key").set_index("key")["source_id"]
    told = both["concession_key"].map(source).isin(list(fresher))
    what = both["_merge"].astype(str).map({"left_only": "gone", "right_only": "new"})
    apart = _differs(both["area_ha_then"], both["area_ha_now"])
    other_class = both["overlap_class_then"].ne(both["overlap_class_now"]).fillna(True)
    changed = what.isna() & (pd.Series(apart, index=both.index) | other_class)
    made = pd.DataFrame(
        {
            "concession_key": both["concession_key"],
            "territory_key": both["territory_key"],
            "what": what.mask(changed, "changed"),
            "class_before": both["overlap_class_then"].astype(object).where(told, None),
            "class_after": both["overlap_class_now"].astype(object),
            "before_ha": both["area_ha_then"].astype(object).where(told, None),
            "after_ha": both["area_ha_now"].astype(object),
            "told": told,
        }
    )
    made = made[made["what"].notna()]
    return made.sort_values(["what", *_PAIR], kind="stable").reset_index(drop=True)


def _shared(overlaps: gpd.GeoDataFrame) -> pd.DataFrame:
    frame = pd.DataFrame(overlaps.drop(columns="geometry"))
    return frame.loc[frame["overlap_class"].isin(PAIRS), [*_PAIR, "overlap_class", "area_ha"]]
