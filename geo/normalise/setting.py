"""What a step may know besides the rows, and how it says what it did to them."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.country import Country
from geo.declared import Source
from geo.stages import deeds, no_deeds
from geo.terms import CrsBasis, Deed


@dataclass(frozen=True)
class Setting:
    """What is the same for every row of a file.

    snapshot: the SHA-256 of its bytes. newest: the last day that a date in it can mean,
    "" where nobody knows. crs_declared: the file's own word, "" where it is silent.
    error_m: the 95 % error of a vertex, None where nobody states it.
    """

    source: Source
    country: Country
    snapshot: str
    as_of: str
    newest: str
    crs_declared: str
    crs_used: str
    crs_basis: CrsBasis
    error_m: float | None


# Rows are numbered by their index: their number in the file. A step returns new rows, with the
# same index less what it excludes, and a line for everything that it did.
Rows = gpd.GeoDataFrame
Step = Callable[[Rows, Setting], tuple[Rows, pd.DataFrame]]


NOTHING = no_deeds()


def say(
    deed: Deed,
    step: str,
    setting: Setting,
    rows: pd.Index,
    reason: str,
    *,
    field: str = "",
    before: pd.Series | str = "",
    after: pd.Series | str = "",
) -> pd.DataFrame:
    """Lines of the ledger for the rows of this index; columns are taken at it."""
    if rows.empty:
        return NOTHING
    numbers = pd.Series(rows, index=rows, dtype="Int64")
    return deeds(
        deed,
        step,
        numbers,
        snapshot=setting.snapshot,
        field=field,
        reason=reason,
        before=_at(before, rows),
        after=_at(after, rows),
    )


def say_of_file(
    step: str, setting: Setting, reason: str, *, field: str = "", before: str = "", after: str = ""
) -> pd.DataFrame:
    """One line about the whole file: its row is missing."""
    return deeds(
        Deed.NOTED,
        step,
        pd.Series([pd.NA], dtype="Int64"),
        snapshot=setting.snapshot,
        field=field,
        reason=reason,
        before=before,
        after=after,
    )


def gathered(*said: pd.DataFrame) -> pd.DataFrame:
    """Several tables of deeds as one."""
    filled = [lines for lines in said if len(lines)]
    return pd.concat(filled, ignore_index=True) if filled else NOTHING


def _at(column: pd.Series | str, rows: pd.Index) -> pd.Series | str:
    if isinstance(column, str):
        return column
    return column.loc[rows].astype("string").fillna("")
