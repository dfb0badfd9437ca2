"""What a right, and each of its overlaps, is found by: one row each, for filters, tiles and counts.

Everything here follows from the frames of a release. Nothing is guessed: a year that no source
gives is missing, and a right without a year passes no filter by year.
"""

import hashlib
import re
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.answers import folded
from geo.gazetteer import department_of
from geo.terms import PAIRS, Answer, Severity

SEPARATOR = ";"
"""Between several codes, classes or departments of one row."""

PRIORITIES: tuple[str, ...] = ("", *(severity.value for severity in Severity))
"""A priority's number is its place here; 0 is that no question was answered yes."""

RIGHTS = {
    "key": "string",
    "kind": "string",
    "status": "string",
    "departments": "string",
    "district": "string",
    "holder_kind": "string",
    "filed_year": "Int64",
    "granted_year": "Int64",
    "priority": "Int64",
    "yes": "string",
    "classes": "string",
    "pairs": "Int64",
    "area_ha": "Float64",
}
PAIR = {
    "id": "string",
    "right": "Int64",
    "territory": "Int64",
    "concession_key": "string",
    "territory_key": "string",
    "overlap_class": "string",
    "priority": "Int64",
    "yes": "string",
    "area_ha": "Float64",
}

_YEAR = r"^(\d{4})"
_SEVERAL = re.compile(r"[/,;]| - ")
_PAIR = ["concession_key", "territory_key"]


def pair_id(concession_key: str, territory_key: str) -> str:
    """What an overlap is called in addresses: sixteen hexadecimal digits, the same for ever.

    The first 64 bits of the SHA-256 of both keys: no text of a source stands in an address.
    """
    both = f"{concession_key}\0{territory_key}".encode()
    return hashlib.sha256(both).hexdigest()[:16]


def row_id(key: str) -> str:
    """What a right or a territory is called where its key cannot stand: sixteen digits too."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def of_rights(
    concessions: gpd.GeoDataFrame,
    overlaps: gpd.GeoDataFrame,
    flags: pd.DataFrame,
    unions: pd.DataFrame,
    departments: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """A row for each right, in the order of `concessions`, columns RIGHTS.

    departments: Natural Earth's outlines (name, geometry). A right lies in the departments that
    its own row names, else in the one that a point on it falls in; SEPARATOR joins several.
    priority, yes: over all its overlaps, of the questions answered yes. pairs: territories with
    which it shares at least 1 m². area_ha: the hectares of it under territories, each place once.
    """
    keys = concessions["key"].reset_index(drop=True)
    pairs = of_pairs(concessions, None, overlaps, flags)
    by = pairs.groupby("concession_key", sort=False)
    sharing = pairs["overlap_class"].isin(PAIRS)
    made = pd.DataFrame(
        {
            "key": keys,
            "kind": concessions["kind"].to_numpy(),
            "status": concessions["status"].to_numpy(),
            "departments": departments_of(concessions, departments).to_numpy(),
            "district": concessions["district"].to_numpy(),
            "holder_kind": concessions["holder_kind"].to_numpy(),
            "filed_year": _year(concessions["filed_on"]).to_numpy(),
            "granted_year": _year(concessions["granted_on"]).to_numpy(),
            "priority": keys.map(by["priority"].max()).fillna(0),
            "yes": keys.map(_joined(pairs, "yes")).astype("string").fillna(""),
            "classes": keys.map(_joined(pairs, "overlap_class")).astype("string").fillna(""),
            "pairs": keys.map(pairs[sharing].groupby("concession_key").size()).fillna(0),
            "area_ha": keys.map(_united(unions)),
        }
    )
    return made.astype(RIGHTS)


def of_pairs(
    concessions: pd.DataFrame,
    territories: pd.DataFrame | None,
    overlaps: pd.DataFrame,
    flags: pd.DataFrame,
) -> pd.DataFrame:
    """A row for each overlap, in the order of `overlaps`, columns PAIR.

    right, territory: the row's number in `concessions` and in `territories`. area_ha: plane,
    missing where nothing is shared.
    """
    yes = flags[flags["answer"].eq(Answer.YES.value).fillna(False)]
    ranks = {word: number for number, word in enumerate(PRIORITIES)}
    worst = yes.assign(rank=yes["severity"].map(ranks).astype("Int64")).groupby(_PAIR)["rank"].max()
    codes = _each_once(yes[[*_PAIR, "code"]], _PAIR, "code")
    both = pd.MultiIndex.from_frame(overlaps[_PAIR])
    made = pd.DataFrame(
        {
            "id": [pair_id(*pair) for pair in both],
            "right": _numbers(concessions["key"], overlaps["concession_key"]),
            "territory": pd.NA
            if territories is None
            else _numbers(territories["key"], overlaps["territory_key"]),
            "concession_key": overlaps["concession_key"].to_numpy(),
            "territory_key": overlaps["territory_key"].to_numpy(),
            "overlap_class": overlaps["overlap_class"].to_numpy(),
            "priority": worst.reindex(both).fillna(0).to_numpy(),
            "yes": codes.reindex(both).astype("string").fillna("").to_numpy(),
            "area_ha": overlaps["area_ha"].to_numpy(),
        },
        index=pd.RangeIndex(len(overlaps)),
    )
    return made.astype(PAIR)


def departments_of(rows: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> pd.Series:
    """The departments that each row names, else the one that a point on it falls in, else ""."""
    names = {folded(str(name)): str(name) for name in outlines["name"]}
    said = rows["department"].astype("string").fillna("")
    told = {one: _known(one, names) for one in said.unique()}
    own = said.map(told)
    silent = own.eq("")
    if silent.any():
        own = own.mask(silent, department_of(rows.geometry, outlines).fillna(""))
    return own


def _known(said: str, names: dict[str, str]) -> str:
    parts = [names.get(folded(part)) for part in _SEVERAL.split(said)]
    return SEPARATOR.join(dict.fromkeys(part for part in parts if part))


def _year(dates: pd.Series) -> pd.Series:
    return dates.astype("string").str.extract(_YEAR, expand=False).astype("Int64")


def _joined(pairs: pd.DataFrame, column: str) -> pd.Series:
    """All words of a right's overlaps, each once, in order."""
    words = pairs[["concession_key", column]]
    words = words.assign(word=words[column].str.split(SEPARATOR)).explode("word")
    words = words[words["word"].fillna("").ne("")]
    return _each_once(words, ["concession_key"], "word")


def _each_once(rows: pd.DataFrame, keys: list[str], word: str) -> pd.Series:
    """The words of each key, each once and in order, joined; a call per key would cost more."""
    rows = rows.drop_duplicates([*keys, word]).sort_values([*keys, word])
    starts = np.flatnonzero(~rows.duplicated(keys).to_numpy())
    ends = np.append(starts, len(rows))[1:]
    texts = rows[word].to_list()
    joined = [SEPARATOR.join(texts[start:end]) for start, end in zip(starts, ends, strict=True)]
    return pd.Series(joined, index=rows.iloc[starts].set_index(keys).index, dtype="string")


def _united(unions: pd.DataFrame) -> pd.Series:
    """Plane hectares of each right under all its territories together."""
    if "concession_key" not in unions:
        return pd.Series(dtype="Float64")
    whole = unions[unions["concession_key"].notna() & unions["tenure"].eq("all").fillna(False)]
    return whole.set_index("concession_key")["area_ha"]


def _numbers(keys: Sequence[str] | pd.Series, wanted: pd.Series) -> np.ndarray:
    numbers = pd.Index(keys).get_indexer(pd.Index(wanted))
    return np.asarray(pd.array(numbers, dtype="Int64").astype(object).tolist(), dtype=object)
