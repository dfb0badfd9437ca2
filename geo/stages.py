"""What each stage of the pipeline promises. Read this page first.

    snapshot -> RawLayer -> Layer -> Overlaps -> Flagged -> release

Each stage is a frozen dataclass around one frame; making one checks its promise. A stage
is never changed (`frame.assign`, never `frame[x] = …`) and never loses a row: `Ledger`
says what became of each. `eq=False`, because frames do not compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import pandas_dtype

from geo.errors import RowsLost, StageBroken
from geo.schema.columns import DEEDS, OVERLAPS, Column, of_noun
from geo.terms import CrsBasis, Deed, Noun


@dataclass(frozen=True)
class Snapshot:
    """The bytes of one retrieval, named by their SHA-256. Never changed, never parsed here.

    name: the published file name; origin: address or path's last part, as the importer said.
    """

    sha256: str
    name: str
    size_bytes: int
    origin: str
    source_id: str
    retrieved_at: datetime


@dataclass(frozen=True, eq=False)
class Ledger:
    """What was done to the rows of a snapshot, one line a deed.

    deeds: columns of `schema.columns.DEEDS`; `row` is the row's number in the raw layer, from 0.
    """

    rows_in: int
    deeds: pd.DataFrame

    def __post_init__(self) -> None:
        missing = [column.name for column in DEEDS if column.name not in self.deeds]
        if missing:
            raise StageBroken(f"a un libro de cambios le faltan las columnas {missing}")
        excluded = self.deeds.loc[self.deeds["deed"].eq(Deed.EXCLUDED.value), ["snapshot", "row"]]
        if excluded.duplicated().any():
            raise StageBroken("una fila se excluyó dos veces")

    @property
    def excluded(self) -> int:
        """How many rows were left out."""
        return int(self.deeds["deed"].eq(Deed.EXCLUDED.value).sum())

    @property
    def repaired(self) -> int:
        """How many rows had their shape repaired."""
        repaired = self.deeds.loc[self.deeds["deed"].eq(Deed.REPAIRED.value), ["snapshot", "row"]]
        return len(repaired.drop_duplicates())

    def and_then(self, deeds: pd.DataFrame) -> "Ledger":
        """This ledger with more deeds at its end."""
        if deeds.empty:
            return self
        return replace(self, deeds=pd.concat([self.deeds, deeds], ignore_index=True))


def no_deeds() -> pd.DataFrame:
    """An empty table of deeds."""
    return pd.DataFrame({column.name: pd.Series(dtype=column.dtype) for column in DEEDS})


def deeds(
    deed: Deed,
    step: str,
    rows: pd.Series,
    *,
    snapshot: str,
    field: str = "",
    reason: str,
    before: pd.Series | str = "",
    after: pd.Series | str = "",
) -> pd.DataFrame:
    """Lines of a ledger: one for each of `rows` (numbers in the raw layer)."""
    line = {
        "snapshot": snapshot,
        "row": rows.astype("Int64"),
        "step": step,
        "deed": deed.value,
        "field": field,
        "reason": reason,
        "before": before,
        "after": after,
    }
    made = pd.DataFrame(line, index=rows.index)
    return made.astype({column.name: column.dtype for column in DEEDS}).reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class RawLayer:
    """As published: every row, every field under its own name, nothing repaired or dropped.

    frame: a GeoDataFrame without a CRS (the numbers are the file's); the index is the number of
    the row in the file, from 0, increasing; some rows alone keep the numbers that they had.
    crs: the file's own word, None where it is silent: a reader's default is not its word.
    basis: DECLARED when the file says it, STANDARD when its format's standard does.
    layer: the layer's name within the file. notes: what the reader had to say in plain words.
    """

    frame: gpd.GeoDataFrame
    crs: str | None
    basis: CrsBasis | None
    snapshot: Snapshot
    layer: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        numbers = self.frame.index
        whole = pd.api.types.is_integer_dtype(numbers.dtype) and numbers.is_unique
        if not whole or not numbers.is_monotonic_increasing or (numbers < 0).any():
            raise StageBroken("las filas leídas no llevan su número de fila, desde 0")


@dataclass(frozen=True, eq=False)
class Layer:
    """Rows of one noun, ready to be overlaid.

    frame: the columns of `schema.columns.of_noun(noun)`, `key` unique; vertices in EPSG:4326,
    polygons only, not empty, valid *in their own plane* (validity does not survive projection).
    ledger: rows in = rows here + rows excluded, or the layer cannot be made.
    """

    noun: Noun
    frame: gpd.GeoDataFrame
    ledger: Ledger

    def __post_init__(self) -> None:
        missing = [c.name for c in of_noun(self.noun) if c.name not in self.frame]
        if missing:
            raise StageBroken(f"a una capa le faltan las columnas {missing}")
        if self.frame["key"].isna().any() or not self.frame["key"].is_unique:
            raise StageBroken("dos filas tienen la misma clave, o a una le falta")
        here, gone = len(self.frame), self.ledger.excluded
        if here + gone != self.ledger.rows_in:
            raise RowsLost(
                f"entraron {self.ledger.rows_in} filas, salieron {here}, se excluyeron {gone}"
            )
        shapes = np.asarray(self.frame.geometry.array)
        kinds = shapely.get_type_id(shapes)
        if not np.isin(kinds, (3, 6)).all() or shapely.is_empty(shapes).any():
            raise StageBroken("una capa tiene una figura vacía o que no es polígono")

    @staticmethod
    def together(noun: Noun, layers: Sequence["Layer"]) -> "Layer":
        """Several layers of one noun as one; their ledgers one after the other."""
        if not layers:
            return Layer(noun, empty(noun), Ledger(0, no_deeds()))
        if any(layer.noun is not noun for layer in layers):
            raise StageBroken("se juntaron capas de distinta clase")
        if len(layers) == 1:
            return layers[0]
        names = [column.name for column in of_noun(noun)]
        frames = [layer.frame[names] for layer in layers if len(layer.frame)]
        frame = pd.concat(frames, ignore_index=True) if frames else empty(noun)
        deeds_of_all = pd.concat([layer.ledger.deeds for layer in layers], ignore_index=True)
        rows_in = sum(layer.ledger.rows_in for layer in layers)
        return Layer(
            noun,
            gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326"),
            Ledger(rows_in, deeds_of_all),
        )


def empty(noun: Noun) -> gpd.GeoDataFrame:
    """A frame of a noun's columns without rows."""
    columns = {c.name: pd.Series(dtype=c.dtype) for c in of_noun(noun) if c.name != "geometry"}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs="EPSG:4326"))


def typed(frame: gpd.GeoDataFrame, columns: Sequence[Column]) -> gpd.GeoDataFrame:
    """`frame` with every one of `columns` present, in their order and of their type.

    A column that is absent is added as missing; others are left out.
    """
    made = {
        c.name: (
            frame[c.name].astype(pandas_dtype(c.dtype))
            if c.name in frame
            else pd.Series(pd.NA, index=frame.index, dtype=c.dtype)
        )
        for c in columns
        if c.name != "geometry"
    }
    return gpd.GeoDataFrame(made, geometry=frame.geometry, index=frame.index)


@dataclass(frozen=True, eq=False)
class Overlaps:
    """One row for each pair of a concession and a territory, nothing judged.

    frame: the columns of `schema.columns.OVERLAPS`. Pairs that share at least 1 m² come first
    (overlap, sliver, indeterminate), then near, then adjacent, each sorted by keys.
    Where minimum and maximum are known, min <= nominal <= max. Geometry in EPSG:4326 is the
    shared area; for near and adjacent rows it is an empty polygon.
    """

    frame: gpd.GeoDataFrame

    def __post_init__(self) -> None:
        missing = [c.name for c in OVERLAPS if c.name not in self.frame]
        if missing:
            raise StageBroken(f"a las superposiciones les faltan las columnas {missing}")
        if self.frame.duplicated(["concession_key", "territory_key"]).any():
            raise StageBroken("un par está dos veces")
        low, mid, high = (self.frame[c] for c in ("area_min_ha", "area_ha", "area_max_ha"))
        slack = 1e-9 + 1e-9 * mid
        if (low > mid + slack).any() or (mid > high + slack).any():
            raise StageBroken("una superposición queda fuera de su propio intervalo")


@dataclass(frozen=True, eq=False)
class Flagged:
    """The overlaps, and a row for each question asked of each.

    flags: the columns of `schema.columns.FLAGS`: answer as yes, no or unknown, with the inputs
    that it used and those that were missing.
    """

    overlaps: Overlaps
    flags: pd.DataFrame


@dataclass(frozen=True)
class Fact:
    """One incident as the public count may know it: approved, consented, and no finer than this.

    incident: its id in the register, which never leaves. subjects, communities: random
    references, several where the incident concerns several. place: the code of the finest place
    that may be counted (a district at most), "" where only the country is known. year: of the
    incident, None where unknown. accepted_in: the quarter of its approval, `2026-Q3`. kinds,
    groups, measures, granted: codes of data/register. women: whether women are among its
    subjects. A `None` among groups, women or measures is "not recorded", apart from none.
    """

    incident: str
    subjects: tuple[str, ...]
    communities: tuple[str, ...]
    place: str
    year: int | None
    accepted_in: str
    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] | None = None
    women: bool | None = None
    measures: tuple[str, ...] | None = None
    granted: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Incidents:
    """What people reported, as far as it may be counted in public.

    Approved by a second person, consented for the boxes by each subject and each community that
    it concerns, and not withdrawn. It has no place finer than a district, no date finer than a
    year, no name and no narrative. Each incident stands once.
    """

    facts: tuple[Fact, ...]

    def __post_init__(self) -> None:
        if len({fact.incident for fact in self.facts}) != len(self.facts):
            raise StageBroken("un incidente está dos veces")
