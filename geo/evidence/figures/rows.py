"""Rows of a choice: those that share an area, those that are meant, as plain dictionaries."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from geo.answers import one_of
from geo.evidence.chosen import Chosen
from geo.terms import PAIRS


def shared(chosen: Chosen) -> pd.DataFrame:
    """The pairs that share an area."""
    pairs = chosen.overlaps
    return pairs.loc[one_of(pairs["overlap_class"], PAIRS).fillna(False).astype(bool)]


def within(rows: pd.DataFrame, keys: pd.Series, subjects: Iterable[str]) -> pd.DataFrame:
    """The rows of a layer that bear one of these keys."""
    return rows.loc[rows["key"].isin({*keys, *subjects})]


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries in which what is not known is None."""
    plain = pd.DataFrame(rows.drop(columns="geometry", errors="ignore")).astype(object)
    told = plain.where(plain.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in told]
