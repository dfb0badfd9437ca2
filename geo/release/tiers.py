"""What each tier may see. Pure: frames in, frames out, nothing is named that is not shown.

A row stands in the tiers that its own `tier` reaches; a row that says none is restricted.
Below `restricted` no natural person is named: neither as holder, nor through the name of
the right, a document, a sentence or a line of the ledger.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.answers import folded, known, one_of
from geo.declared import Source
from geo.release.plain import forms_of, of_form
from geo.schema.columns import CONCESSION, TERRITORY, Column
from geo.terms import HolderKind, Tier

PERSON = "persona natural"
UNSORTED = "titular no clasificado"
NAME_WITHHELD = "(nombre reservado)"
TEXT_WITHHELD = "(texto reservado)"

_RANK = {Tier.PUBLIC.value: 0, Tier.PARTNER.value: 1, Tier.RESTRICTED.value: 2}
_NAMED_KINDS = (HolderKind.COMPANY.value, HolderKind.STATE.value, HolderKind.COMMUNITY.value)

# texts of a right that may repeat who holds it
_FREE_TEXTS = ("name", "documents", "status_raw", "substance", "consultation_register")
# of these the ledger keeps what was done and not the values
_PERSONAL = frozenset({"name", "holder", "documents", "tenure_basis", "consultation_register"})
_OURS = frozenset(column.name for column in (*CONCESSION, *TERRITORY)) - _PERSONAL

_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN_WORDS = re.compile(r"[\s\d_,.;:/()\[\]\"'«»+&=-]+")
_NOT_PLAIN = re.compile(r"[^a-z]")
_PARTICLES = frozenset({"a", "da", "de", "del", "do", "dos", "e", "el", "la", "las", "los", "y"})


def within(own: Tier | str, tier: Tier | str) -> bool:
    """Whether what is of the tier `own` may stand in a release of `tier`."""
    return _RANK[str(own)] <= _RANK[str(tier)]


def rows_within(own: pd.Series, tier: Tier) -> pd.Series:
    """Which rows may stand in a release of `tier`, by their own tier; a missing one may not."""
    reaching = [name for name, rank in _RANK.items() if rank <= _RANK[tier.value]]
    return one_of(own, reaching).fillna(False).astype(bool)


def for_tier(frame: gpd.GeoDataFrame, tier: Tier, columns: Sequence[Column]) -> gpd.GeoDataFrame:
    """The rows and columns of a layer that `tier` may see, without natural persons.

    A holder that is a natural person, or of unknown kind, becomes a fixed text; a name or a
    document that repeats two words of that holder's name (accents and case aside) is withheld.
    In the tier `restricted` nothing is withheld.
    """
    shown = [c.name for c in columns if within(c.tier, tier) and c.name in frame]
    rows = frame.loc[rows_within(frame["tier"], tier).to_numpy()]
    if tier is not Tier.RESTRICTED:
        rows = _without_people(rows)
    return gpd.GeoDataFrame(rows[shown])


def pairs_for_tier(
    pairs: gpd.GeoDataFrame, concessions: pd.DataFrame, territories: pd.DataFrame
) -> gpd.GeoDataFrame:
    """The overlaps of which both sides stand in the tier, under the names that it may see.

    concessions, territories: as `for_tier` gives them.
    """
    both = _in(pairs["concession_key"], concessions["key"]) & _in(
        pairs["territory_key"], territories["key"]
    )
    named = unnamed(pairs.loc[both], "concession_key", "concession_name", concessions)
    return gpd.GeoDataFrame(named)


def unnamed(table: pd.DataFrame, key: str, name: str, concessions: pd.DataFrame) -> pd.DataFrame:
    """A table without the names of the rights that `for_tier` withheld."""
    withheld = concessions.loc[one_of(concessions["name"], (NAME_WITHHELD,)).fillna(False), "key"]
    concerned = _in(table[key], withheld)
    return table.assign(**{name: table[name].astype("string").mask(concerned, NAME_WITHHELD)})


def flags_for_tier(
    flags: pd.DataFrame, pairs: pd.DataFrame, concessions: pd.DataFrame, tier: Tier
) -> pd.DataFrame:
    """The flags of the overlaps that stand in the tier; their sentences name no natural person.

    pairs: the tier's own; concessions: the whole layer, nothing withheld.
    """
    wanted = pd.MultiIndex.from_frame(pairs[["concession_key", "territory_key"]])
    found = pd.MultiIndex.from_frame(flags[["concession_key", "territory_key"]]).isin(wanted)
    kept = flags.loc[found]
    if tier is Tier.RESTRICTED or kept.empty:
        return kept
    hidden = people(concessions).set_index("key")
    return kept.assign(
        **{
            language: _sentences(kept[language], kept["concession_key"], hidden)
            for language in ("es", "en")
        }
    )


def of_whole_keys(
    table: pd.DataFrame, pairs: pd.DataFrame, kept: pd.DataFrame, layers: Iterable[pd.DataFrame]
) -> pd.DataFrame:
    """The rows of a table of totals that rest on nothing above the tier.

    A right or a territory one of whose overlaps was left out has totals that would tell of it,
    so those rows go; and so does the whole table where it names no keys.
    pairs, kept: the overlaps before and after; layers: as `for_tier` gives them.
    """
    keys = [str(name) for name in table.columns if str(name).endswith("key")]
    here = pd.MultiIndex.from_frame(kept[["concession_key", "territory_key"]])
    both = pd.MultiIndex.from_frame(pairs[["concession_key", "territory_key"]])
    gone = pairs.loc[~both.isin(here)]
    if not keys:
        return table if gone.empty else table.iloc[:0]
    touched = pd.concat([gone["concession_key"], gone["territory_key"]])
    named = pd.concat([layer["key"] for layer in layers])
    fine = np.ones(len(table), dtype=bool)
    for key in keys:
        there = known(table[key]).to_numpy(dtype=bool)
        fine &= ~there | (_in(table[key], named) & ~_in(table[key], touched))
    return table.loc[fine]


def deeds_for_tier(
    deeds: pd.DataFrame,
    layers: Iterable[pd.DataFrame],
    tier: Tier,
    snapshots: Mapping[str, str],
    sources: Iterable[Source],
    conditions: Iterable[str] = (),
) -> pd.DataFrame:
    """The ledger of the snapshots all of whose rows stand in the tier.

    Below `restricted` the values before and after stay only for fields that cannot name a
    person, of rows that stand in the layer: a mended name would tell what the layer withholds,
    and whose a row is that was left out, nobody here knows. Of a date or a figure what is
    neither goes too: what could not be read is often somebody's name.

    layers: whole, nothing withheld. snapshots: SHA-256 -> source id of the tier's inputs.
    conditions: what users asked of the rows, which may name a person too.
    """
    whole = list(layers)
    above = [layer.loc[~rows_within(layer["tier"], tier).to_numpy(), "snapshot"] for layer in whole]
    fine = _in(deeds["snapshot"], snapshots) & ~_in(deeds["snapshot"], pd.concat(above))
    kept: pd.DataFrame = deeds.loc[fine]
    if tier is Tier.RESTRICTED or kept.empty:
        return kept
    harmless = _harmless(kept, snapshots, sources) & _whose_is_known(kept, whole)
    cleared: pd.DataFrame = kept.assign(
        before=_of_form(kept, "before").where(harmless, ""),
        after=_of_form(kept, "after").where(harmless, ""),
        reason=_without(kept["reason"], conditions),
    )
    rights = [layer for layer in whole if "holder" in layer]
    if not rights:
        return cleared
    hidden = pd.concat([people(layer) for layer in rights])
    holders = cleared[["snapshot", "row"]].merge(
        hidden.drop_duplicates(["snapshot", "row"]), on=["snapshot", "row"], how="left"
    )["holder"]
    nameless: pd.DataFrame = cleared.assign(
        **{
            name: _unless(found, cleared[name], holders.to_numpy(dtype=object), TEXT_WITHHELD)
            for name, found in (("before", repeats), ("after", repeats), ("reason", names))
        }
    )
    return nameless


def people(frame: pd.DataFrame) -> pd.DataFrame:
    """The rights whose holder is not shown: where, who, and `shown`, what stands for who."""
    chosen: pd.DataFrame = frame.loc[_hidden(frame) & known(frame["holder"]).to_numpy(dtype=bool)]
    shown = np.where(_person(chosen), PERSON, UNSORTED)
    return chosen[["key", "snapshot", "row", "holder", "name"]].assign(shown=shown)


def repeats(text: str, holder: str) -> bool:
    """Whether `text` repeats two or more words of `holder`, or all of them where there is one.

    Accents, case, digits and particles aside. Words run together count when they have four
    letters or more: «PEREZQUISPE 2» repeats «PÉREZ QUISPE, …». A letter that was lost in either
    of them (the ñ of «PE�A», of «PE¥A») hides nobody.
    """
    wanted = _words(holder)
    if not wanted:
        return False
    found = _words(text)
    run = "".join(_WORD.findall(folded(text)))
    shared = sum(word in found or (len(word) >= 4 and word in run) for word in wanted)
    plain = _plain_words(holder)
    return shared >= min(2, len(wanted)) or (
        len(plain) >= 2 and len(plain & _plain_words(text)) >= 2
    )


def names(sentence: str, holder: str) -> bool:
    """Whether two words of `holder` stand together in a sentence, or its only word does.

    A sentence of ours has words of its own (título, comunidad), which apart name nobody.
    """
    wanted = _words(holder)
    parts = set(_WORD.findall(folded(holder)))
    run: set[str] = set()
    for word in _WORD.findall(folded(sentence)):
        run = run | ({word} & wanted) if word in parts else set()
        if wanted and len(run) >= min(2, len(wanted)):
            return True
    return False


def _without_people(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if "holder" not in frame:
        return frame
    hidden, person = _hidden(frame), _person(frame)
    there = known(frame["holder"]).to_numpy(dtype=bool)
    holders = np.where(there, frame["holder"].astype("string").fillna("").to_numpy(), "")
    aside = np.where(hidden, holders, "")
    texts = {
        name: _unless(
            repeats, frame[name], aside, NAME_WITHHELD if name == "name" else TEXT_WITHHELD
        )
        for name in _FREE_TEXTS
        if name in frame
    }
    holder = (
        frame["holder"]
        .astype("string")
        .mask(there & hidden & person, PERSON)
        .mask(there & hidden & ~person, UNSORTED)
    )
    return frame.assign(holder=holder, **texts)


def _hidden(frame: pd.DataFrame) -> np.ndarray:
    """Which holders are not shown: everybody who is not known to be no natural person."""
    named = one_of(frame["holder_kind"], _NAMED_KINDS).fillna(False)
    return ~named.to_numpy(dtype=bool)


def _person(frame: pd.DataFrame) -> np.ndarray:
    person = one_of(frame["holder_kind"], (HolderKind.NATURAL_PERSON.value,)).fillna(False)
    return person.to_numpy(dtype=bool)


def _sentences(texts: pd.Series, keys: pd.Series, people: pd.DataFrame) -> pd.Series:
    concerned = _in(keys, people.index.to_series()) & known(texts).to_numpy(dtype=bool)
    if not concerned.any():
        return texts
    who = people.loc[keys[concerned]]
    names = who["name"].astype("string").fillna("")
    made = [
        _sentence(text, holder, shown, name)
        for text, holder, shown, name in zip(
            texts[concerned], who["holder"], who["shown"], names, strict=True
        )
    ]
    return texts.astype("string").mask(concerned, pd.Series(made, index=texts.index[concerned]))


def _sentence(text: str, holder: str, shown: str, name: str) -> str:
    said = text.replace(holder, shown)
    if name and repeats(name, holder):
        said = said.replace(name, NAME_WITHHELD)
    return TEXT_WITHHELD if names(said.replace(shown, ""), holder) else said


def _unless(
    told: Callable[[str, str], bool], texts: pd.Series, holders: np.ndarray, instead: str
) -> pd.Series:
    """Each text, or `instead` where it tells the holder of its row ("" or missing: nobody)."""
    values = texts.astype("string")
    concerned = known(values).to_numpy(dtype=bool) & np.array(
        [isinstance(holder, str) and holder != "" for holder in holders], dtype=bool
    )
    hit = np.zeros(len(values), dtype=bool)
    hit[concerned] = [
        told(text, holder)
        for text, holder in zip(values[concerned], holders[concerned], strict=True)
    ]
    return values.mask(hit, instead)


def _harmless(
    deeds: pd.DataFrame, snapshots: Mapping[str, str], sources: Iterable[Source]
) -> np.ndarray:
    """Which deeds are about a field that cannot name a person, by our name for it or theirs."""
    by_id = {source.id: source for source in sources}
    safe = {
        (sha256, field)
        for sha256, source_id in snapshots.items()
        for field in _OURS | (_safe_fields(by_id[source_id]) if source_id in by_id else set())
    }
    pairs = zip(deeds["snapshot"], deeds["field"].astype("string").fillna(""), strict=True)
    return np.array([pair in safe for pair in pairs], dtype=bool)


def _of_form(deeds: pd.DataFrame, side: str) -> pd.Series:
    """The values of rows, those of dates, figures, zones and units only where they are such.

    What a fact brought says its document too, which the layer shows.
    """
    values = deeds[side].astype("string")
    ours = deeds["field"].astype("string").fillna("").str.partition("@")[0]
    of_row = deeds["row"].notna() & deeds["step"].ne("facts") & known(values).astype(bool)
    odd = pd.Series(False, index=deeds.index)
    for name in filter(forms_of, ours[of_row].unique()):
        # an area that is in no hectares is told by its unit
        fine = of_form(values, name) | of_form(values, "area_unit")
        odd |= of_row & ours.eq(name) & ~fine
    return values.mask(odd & values.ne(""), TEXT_WITHHELD)


def _whose_is_known(deeds: pd.DataFrame, layers: Iterable[pd.DataFrame]) -> np.ndarray:
    """Which deeds are about a whole file, or about a row that stands in a layer."""
    named = ["snapshot", "row"]
    here = pd.MultiIndex.from_frame(
        pd.concat([layer[named] for layer in layers]).astype({"row": "Int64"})
    )
    return deeds["row"].isna().to_numpy(dtype=bool) | pd.MultiIndex.from_frame(
        deeds[named].astype({"row": "Int64"})
    ).isin(here)


def _safe_fields(source: Source) -> set[str]:
    """Their fields that feed only columns of ours that cannot name a person."""
    feeds: dict[str, set[str]] = {}
    for ours, theirs in source.fields.items():
        for field in (theirs,) if isinstance(theirs, str) else theirs:
            feeds.setdefault(field, set()).add(ours)
    return {field for field, columns in feeds.items() if columns <= _OURS}


def _without(texts: pd.Series, hidden: Iterable[str]) -> pd.Series:
    made = texts.astype("string")
    for text in sorted(filter(None, hidden), key=len, reverse=True):
        made = made.str.replace(text, TEXT_WITHHELD, regex=False)
    return made


def _in(values: pd.Series, wanted: Iterable[str]) -> np.ndarray:
    return values.isin(list(wanted)).to_numpy(dtype=bool)


def _plain_words(text: str) -> set[str]:
    """The words of three plain letters or more that are left when every other letter is dropped."""
    parts = (_NOT_PLAIN.sub("", part) for part in _BETWEEN_WORDS.split(text.casefold()))
    return {word for word in parts if len(word) > 2} - _PARTICLES


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(folded(text)) if len(word) > 1} - _PARTICLES
