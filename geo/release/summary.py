"""The figures of a whole overlay, for a program and for the first page."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.terms import PAIRS, Answer, Deed, OverlapClass

_CRS = {
    "declared": "crs_declared",
    "used": "crs_used",
    "basis": "crs_basis",
    "operation": "operation",
    "accuracy_m": "operation_accuracy_m",
}


def summary_json(
    pairs: pd.DataFrame,
    sides: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
    *,
    area_ha_union: float | None = None,
    flags: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """The summary of an overlay: what came in, what was used, what lies on what.

    pairs: rows of `schema.columns.OVERLAPS`; those with at least 1 m² are counted as pairs,
    near and adjacent apart. sides: `concessions` and `territories`, each the frame of its layer
    and its deeds. area_ha_sum counts land under two rights twice; area_ha_union does not.
    Each value of `crs` is told for either side: one where all rows agree, else a list.
    flags: adds how often each code was answered yes, no and unknown.
    """
    classes = pairs["overlap_class"].value_counts()
    shared = pairs.loc[pairs["overlap_class"].isin(PAIRS)]
    told: dict[str, Any] = {
        "pairs": len(shared),
        "area_ha_sum": float(shared["area_ha"].sum()),
        "area_ha_union": area_ha_union,
        "area_geodesic_ha_sum": float(shared["area_geodesic_ha"].sum()),
        **{one.value: int(classes.get(one.value, 0)) for one in OverlapClass},
        **{name: _counts(frame, deeds) for name, (frame, deeds) in sides.items()},
        "crs": {
            said: {name: _values(frame[column]) for name, (frame, _) in sides.items()}
            for said, column in _CRS.items()
        },
    }
    if flags is not None:
        counted = flags.groupby(["code", "answer"]).size()
        told["flags"] = {
            str(code): {
                answer.value: int(counted.get((code, answer.value), 0)) for answer in Answer
            }
            for code in sorted(flags["code"].unique())
        }
    return told


def _counts(frame: pd.DataFrame, deeds: pd.DataFrame) -> dict[str, int]:
    excluded = int(deeds["deed"].isin([Deed.EXCLUDED.value]).sum())
    repaired = deeds.loc[deeds["deed"].isin([Deed.REPAIRED.value]), ["snapshot", "row"]]
    return {
        "in": len(frame) + excluded,
        "used": len(frame),
        "excluded": excluded,
        "repaired": len(repaired.drop_duplicates()),
    }


def _values(column: pd.Series) -> Any:
    """The one value of a column, its sorted values where there are several, None for none."""
    found = sorted(value for value in column.dropna().unique().tolist() if value != "")
    return found[0] if len(found) == 1 else found or None
