"""Which values of a row as received a tier may see. Pure.

Below `restricted` a value stays where the tier shows it anyway: its field feeds a date, a figure,
a code or a word of a closed list, or the layer shows the same text of the same row. Every other
value is withheld, whatever its type: a field that we do not map may hold anybody's number.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.answers import folded
from geo.declared import Source
from geo.measure import polygons_of
from geo.release.plain import forms_of, of_form
from geo.release.tiers import NAME_WITHHELD, PERSON, TEXT_WITHHELD, UNSORTED, repeats
from geo.stages import RawLayer

SHAPE = "geometry"
"""How `withheld` names a shape of which something is kept back."""

_MARKS = (PERSON, UNSORTED, NAME_WITHHELD, TEXT_WITHHELD)
_PERSONAL = frozenset({"name", "holder", "documents", "consultation_register"})
_WORDS = frozenset({"status", "tenure", "kind"})
# texts that the layer shows as the source has them; other columns it derives
_AS_SHOWN = _PERSONAL | frozenset(
    ("native_id", "status_raw", "tenure_raw", "substance", "department", "province", "district",
     "part", "group", "people", "category")
)  # fmt: skip

_NOTHING = r"(?i)\s*(?:none|null|<null>|nan|<na>|s/n|-*)\s*"
_CODE = re.compile(r"(?=.*\d)[\w./~-]{1,40}\Z")


@dataclass(frozen=True, eq=False)
class _Values:
    """A field: its values as texts (whole numbers without a point), and which are days or answers.

    here: the rows that stand in the layer. shown: these rows as the tier shows them.
    """

    texts: pd.Series
    harmless: np.ndarray
    here: np.ndarray
    shown: pd.DataFrame


def names_nobody(raw: RawLayer, source: Source) -> bool:
    """Whether a file names nobody: its source is declared so, and it has no field but those."""
    said = {name for names in source.fields.values() for name in _names(names)}
    seen = {str(name) for name in raw.frame.columns if name != raw.frame.geometry.name}
    return not source.rights.names_people and seen <= said | set(source.rights.harmless)


def _names(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


def withhold(
    raw: RawLayer, keys: pd.Series, source: Source, shown: gpd.GeoDataFrame
) -> tuple[RawLayer, pd.Series]:
    """`raw` with «(texto reservado)» for what is withheld, and the fields concerned, with «;».

    keys: number of a row -> its key in the layer, for those that stand there. shown: the layer as
    the tier sees it. Of a row that was left out of the layer no text stays but a code or a
    declared word, and no shape: nobody here knows what it shows. Of a collection the polygons
    stay, which is what the layer shows of it. A file that names nobody keeps all.
    """
    frame = raw.frame
    if names_nobody(raw, source):
        return raw, pd.Series("", index=frame.index, dtype="string")
    own = keys.reindex(frame.index)
    here = own.notna().to_numpy(dtype=bool)
    rows = pd.DataFrame(shown.drop(columns="geometry")).set_index("key")
    as_shown = rows.reindex(own.to_numpy(dtype=object)).set_index(frame.index)
    geometry = str(frame.geometry.name)
    fields = [str(name) for name in frame.columns if name != geometry]
    fed = _fed(source, fields)
    made: dict[str, pd.Series] = {}
    named = np.full(len(frame), "", dtype=object)
    for name in fields:
        values = _Values(*_read(frame[name]), here, as_shown)
        hide = _filled(frame[name], values.texts)
        for ours, alone in fed.get(name, ()):
            hide &= ~_stays(ours, alone, values, source)
        if hide.any():
            made[name] = _masked(frame[name], hide)
            named[hide] += f";{name}"
    shapes, cut = _shapes(np.asarray(frame.geometry.array), here)
    named[cut] += f";{SHAPE}"
    told = frame.assign(**made, **{geometry: gpd.GeoSeries(shapes, index=frame.index)})
    said = pd.Series(named, index=frame.index, dtype="string").str.removeprefix(";")
    return replace(raw, frame=gpd.GeoDataFrame(told, geometry=geometry)), said


def line(cells: Mapping[str, str], holders: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """A line of facts as a tier below `restricted` sees it, and its fields that are withheld.

    holders: those who hold the rights that it is about and are not shown. A note is its author's:
    nothing that is published repeats it.
    """
    hidden = list(holders)
    fields = [
        name
        for name, text in cells.items()
        if text.strip()
        and (folded(name) in ("note", "nota") or any(repeats(text, who) for who in hidden))
    ]
    return dict(cells) | dict.fromkeys(fields, TEXT_WITHHELD), fields


def _fed(source: Source, fields: list[str]) -> dict[str, list[tuple[str, bool]]]:
    """Their field -> our columns that it feeds, and whether nothing else feeds them.

    A field is found as normalising finds it: by its name, else by its name in other capitals
    where only one fits.
    """
    fed: dict[str, list[tuple[str, bool]]] = {}
    for ours, wanted in source.fields.items():
        found = [name for name in (_find(fields, one) for one in _names(wanted)) if name]
        for name in found:
            fed.setdefault(name, []).append((ours, len(found) == 1))
    return fed


def _find(fields: list[str], wanted: str) -> str:
    if wanted in fields:
        return wanted
    like = [name for name in fields if name.casefold() == wanted.casefold()]
    return like[0] if len(like) == 1 else ""


def _read(column: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """The texts of a field, and which of its values can be nobody's name or number."""
    values = column.tolist()
    numbers = np.array([_is_number(value) for value in values], dtype=bool)
    harmless = np.array([isinstance(one, (bool, np.bool_, datetime.date)) for one in values])
    texts = pd.Series(
        [value if isinstance(value, str) else str(value) for value in values],
        index=column.index,
        dtype="string",
    )
    whole = texts.mask(numbers, texts.str.replace(r"\.0+$", "", regex=True)).str.strip()
    return whole, harmless.astype(bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number))


def _filled(column: pd.Series, texts: pd.Series) -> np.ndarray:
    """Where there is a value at all; a word that programs write for none is none."""
    there = column.notna().to_numpy(dtype=bool)
    return there & ~texts.str.fullmatch(_NOTHING).to_numpy(dtype=bool)


def _stays(ours: str, alone: bool, values: _Values, source: Source) -> np.ndarray:
    """Which values of a field may stay for what it feeds of ours.

    alone: no other field feeds it, so that what the layer shows is this value, mended at most.
    """
    if forms_of(ours):
        return _either(values.harmless, of_form(values.texts, ours).to_numpy(dtype=bool))
    base = ours.removesuffix("_raw")
    if base in _WORDS:
        declared: Mapping[str, object] = getattr(source, base, {})
        words = {folded(word) for word in declared}
        told = np.array([folded(text) in words for text in values.texts], dtype=bool)
        return _either(values.harmless, told, _as_shown(f"{base}_raw", alone, values))
    if ours == "native_id":
        coded = np.array([_CODE.match(text) is not None for text in values.texts], dtype=bool)
        return _either(values.harmless, coded & ~values.here, _as_shown(ours, alone, values))
    if ours in _AS_SHOWN - _PERSONAL:
        return _either(values.harmless, _as_shown(ours, alone, values))
    return _as_shown(ours, alone, values)


def _either(*answers: np.ndarray) -> np.ndarray:
    return np.asarray(np.logical_or.reduce(answers), dtype=bool)


def _as_shown(ours: str, alone: bool, values: _Values) -> np.ndarray:
    if ours not in _AS_SHOWN or ours not in values.shown:
        return np.zeros(len(values.texts), dtype=bool)
    said = values.shown[ours].astype("string")
    open_to_all = (said.notna() & ~said.isin(_MARKS)).to_numpy(dtype=bool)
    if alone:
        return np.asarray(open_to_all, dtype=bool)
    same = [
        open_ and (text == told or text in told.split("; "))
        for open_, text, told in zip(open_to_all, values.texts, said.fillna(""), strict=True)
    ]
    return np.array(same, dtype=bool)


def _masked(column: pd.Series, hide: np.ndarray) -> pd.Series:
    """The column with a fixed text where a value is withheld; then it is one of texts, or mixed.

    A whole number that was read as a float stays whole beside texts: as a text it has no point.
    """
    if pd.api.types.is_string_dtype(column.dtype) and column.dtype != object:
        return column.mask(hide, TEXT_WITHHELD)
    values = [
        TEXT_WITHHELD
        if gone
        else int(value)
        if isinstance(value, float) and value.is_integer()
        else value
        for value, gone in zip(column.tolist(), hide, strict=True)
    ]
    return pd.Series(values, index=column.index, dtype=object)


def _shapes(shapes: np.ndarray, here: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The shapes that may stay, and where something was kept back."""
    gone = ~here & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    mixed = here & (shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    made = shapes.copy()
    made[gone] = None
    for place in np.flatnonzero(mixed):
        parts, _ = polygons_of(shapes[[place]])
        made[place] = shapely.GeometryCollection(list(parts))
    return made, gone | mixed
