"""What a newer release tells of an older one, and what it must never tell."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.analysis.changes import OUTLINE, Changes, Side, compare
from geo.schema.columns import OVERLAPS, of_noun
from geo.stages import typed
from geo.terms import Noun

CADASTRE, LANDS, CLAIMS = "cadastre", "lands", "claims"


def _box(at: float, side: float = 1.0) -> shapely.Polygon:
    return shapely.box(at, 0, at + side, side)


def _frame(rows: list[Mapping[str, Any]], noun: Noun) -> gpd.GeoDataFrame:
    said = [{"native_id": str(row["key"]).partition(":")[2], **row} for row in rows]
    frame = gpd.GeoDataFrame(said, geometry="geometry", crs="EPSG:4326")
    return typed(frame, of_noun(noun))


def _right(code: str, at: float, **more: Any) -> dict[str, Any]:
    return {
        "key": f"{CADASTRE}:{code}",
        "source_id": CADASTRE,
        "kind": "mining",
        "status": "titled",
        "filed_on": "2001-02-03",
        "area_plane_ha": 100.0,
        "geometry": _box(at),
        **more,
    }


def _land(source: str, code: str, at: float, **more: Any) -> dict[str, Any]:
    return {
        "key": f"{source}:{code}",
        "source_id": source,
        "tenure": "claimed",
        "called": "polygon-per-source",
        "geometry": _box(at, 3.0),
        **more,
    }


def _pairs(*rows: tuple[str, str, float]) -> gpd.GeoDataFrame:
    said = [
        {
            "concession_key": right,
            "territory_key": land,
            "area_ha": area,
            "overlap_class": "overlap",
            "geometry": _box(0),
        }
        for right, land, area in rows
    ]
    frame = gpd.GeoDataFrame(
        said, columns=[*(said[0] if said else ["geometry"])], geometry="geometry", crs="EPSG:4326"
    )
    return typed(frame, OVERLAPS)


def _input(source: str, as_of: str, kind: str = "layer", sha256: str = "") -> dict[str, Any]:
    return {"source_id": source, "kind": kind, "as_of": as_of, "sha256": sha256 or source + as_of}


INPUTS = (_input(CADASTRE, "2026-09-30"), _input(LANDS, "2026-01-31"), _input(CLAIMS, "2026-01-31"))
OLDER = Side(
    _frame([_right("A", 0), _right("B", 2), _right("C", 4)], Noun.CONCESSION),
    _frame([_land(LANDS, "T", 0), _land(CLAIMS, "SECRET", 4)], Noun.TERRITORY),
    _pairs(
        ("cadastre:A", "lands:T", 10.0),
        ("cadastre:B", "lands:T", 20.0),
        ("cadastre:C", "claims:SECRET", 30.0),
    ),
    INPUTS,
)
FRESH = (_input(CADASTRE, "2026-10-31"), *INPUTS[1:])


def _everything(told: Changes) -> str:
    """All that could be shown, as one text."""
    values = [getattr(told, one.name) for one in fields(told)]
    return " ".join(
        value.to_json() if isinstance(value, pd.DataFrame) else str(value) for value in values
    )


# --- on paper ------------------------------------------------------------------------------------


def test_the_same_release_has_no_changes() -> None:
    told = compare(OLDER, OLDER)
    assert (told.new_rights, told.new_lands) == ((), ())
    assert (told.gone_rights, told.gone_lands) == (0, 0)
    assert all(len(one) == 0 for one in (told.changed, told.changed_lands, told.pairs, told.gone))


def test_newer_data_of_a_source_tell_what_is_new_gone_and_changed() -> None:
    rights = [
        _right("A", 0, status="extinguished", area_plane_ha=100.0005),
        _right("B", 2, granted_on="2010", area_plane_ha=100.002),
        _right("D", 6),
    ]
    newer = Side(
        _frame(rights, Noun.CONCESSION),
        OLDER.territories,
        _pairs(("cadastre:A", "lands:T", 10.0), ("cadastre:D", "claims:SECRET", 5.0)),
        FRESH,
    )
    told = compare(OLDER, newer)
    assert told.new_rights == ("cadastre:D",)
    assert told.gone.to_dict("records") == [
        {"native_id": "C", "kind": "mining", "status": "titled", "source_id": CADASTRE}
    ]
    assert told.gone_rights == 1
    changed = {(row["key"], row["column"]): row for row in told.changed.to_dict("records")}
    # half a thousandth of a hectare is rounding, two thousandths are not
    assert changed.keys() == {
        ("cadastre:A", "status"),
        ("cadastre:B", "granted_on"),
        ("cadastre:B", "area_plane_ha"),
    }
    assert changed["cadastre:A", "status"]["before"] == "titled"
    assert changed["cadastre:A", "status"]["after"] == "extinguished"
    what = {(row["concession_key"], row["what"]) for row in told.pairs.to_dict("records")}
    assert what == {("cadastre:B", "gone"), ("cadastre:D", "new")}


def test_an_outline_that_moved_is_told_as_moved() -> None:
    moved = replace(
        OLDER,
        concessions=_frame([_right("A", 0.1), _right("B", 2), _right("C", 4)], Noun.CONCESSION),
    )
    told = compare(OLDER, replace(moved, inputs=FRESH))
    assert told.changed[["key", "column"]].values.tolist() == [["cadastre:A", OUTLINE]]


# --- what was taken back -------------------------------------------------------------------------


def test_a_territory_that_is_gone_is_a_number_and_nothing_else() -> None:
    newer = replace(
        OLDER,
        territories=_frame([_land(LANDS, "T", 0)], Noun.TERRITORY),
        overlaps=_pairs(("cadastre:A", "lands:T", 10.0), ("cadastre:B", "lands:T", 20.0)),
        inputs=FRESH,
    )
    told = compare(OLDER, newer)
    assert told.gone_lands == 1
    # nor is it told that a right has an overlap less: that would say where it was
    assert told.pairs.empty
    assert told.changed.empty
    assert "SECRET" not in _everything(told)


def test_a_source_that_is_not_published_any_more_is_not_even_counted() -> None:
    newer = replace(
        OLDER,
        territories=_frame([_land(LANDS, "T", 0)], Noun.TERRITORY),
        overlaps=_pairs(("cadastre:A", "lands:T", 10.0), ("cadastre:B", "lands:T", 20.0)),
        inputs=FRESH[:2],
    )
    told = compare(OLDER, newer)
    assert told.gone_lands == 0
    assert "SECRET" not in _everything(told)


def _without(code: str) -> gpd.GeoDataFrame:
    kept = OLDER.concessions["native_id"].ne(code)
    return gpd.GeoDataFrame(OLDER.concessions[kept])


def _dated(as_of: str) -> tuple[dict[str, Any], ...]:
    return (_input(CADASTRE, as_of), *INPUTS[1:])


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param(INPUTS, id="the same file, with rows left out"),
        pytest.param(_dated("2026-08-31"), id="the newest file taken back: the one before stands"),
        pytest.param(_dated("2026"), id="a date too coarse to be newer"),
        pytest.param(_dated(""), id="no date"),
    ],
)
def test_a_right_that_is_gone_without_newer_data_is_only_counted(
    inputs: tuple[dict[str, Any], ...],
) -> None:
    told = compare(OLDER, replace(OLDER, concessions=_without("C"), inputs=inputs))
    assert told.gone_rights == 1
    assert told.gone.empty
    assert "cadastre:C" not in _everything(told)


def test_one_of_two_files_taken_back_hides_its_rights_although_the_other_is_newer() -> None:
    older = replace(OLDER, inputs=(_input(CADASTRE, "2026-09-30", sha256="second"), *INPUTS))
    told = compare(older, replace(OLDER, concessions=_without("C"), inputs=FRESH))
    assert told.gone_rights == 1
    assert told.gone.empty


def test_what_a_correction_replaced_is_not_told_without_newer_data() -> None:
    rights = [_right("A", 0, status="extinguished"), _right("B", 2), _right("C", 4)]
    newer = replace(OLDER, concessions=_frame(rights, Noun.CONCESSION))
    (line,) = compare(OLDER, newer).changed.to_dict("records")
    assert (line["before"], line["after"], line["told"]) == (None, "extinguished", False)


def test_a_date_that_a_fact_brought_is_not_told_after_the_fact_was_taken_back() -> None:
    older = replace(
        OLDER,
        concessions=_frame(
            [_right("A", 0, granted_on="1999", status="other"), _right("B", 2), _right("C", 4)],
            Noun.CONCESSION,
        ),
        inputs=(*INPUTS, _input("facts", "2026-01-01", "facts", "f1")),
    )
    lines = compare(older, replace(OLDER, inputs=FRESH)).changed.to_dict("records")
    told = {line["column"]: line["before"] for line in lines}
    assert told == {"granted_on": None, "status": "other"}
    kept = replace(OLDER, inputs=(*FRESH, older.inputs[-1]))
    lines = compare(older, kept).changed.to_dict("records")
    assert {line["column"]: line["before"] for line in lines}["granted_on"] == "1999"


def test_a_boundary_that_was_drawn_smaller_does_not_tell_what_it_covered() -> None:
    lands = [_land(LANDS, "T", 0, geometry=_box(0, 1.0)), _land(CLAIMS, "SECRET", 4)]
    newer = Side(
        OLDER.concessions,
        _frame(lands, Noun.TERRITORY),
        _pairs(("cadastre:A", "lands:T", 4.0), ("cadastre:C", "claims:SECRET", 30.0)),
        (_input(CADASTRE, "2026-10-31"), _input(LANDS, "2026-10-31"), INPUTS[2]),
    )
    told = compare(OLDER, newer)
    assert told.changed_lands[["key", "column"]].values.tolist() == [["lands:T", OUTLINE]]
    # neither the overlap that is gone nor how large the other one was
    assert told.pairs.empty


def test_no_holder_no_name_and_no_shape_of_before_is_ever_there() -> None:
    marked = {"name": "MARKED", "holder": "MARKED", "status_raw": "MARKED", "documents": "MARKED"}
    older = replace(
        OLDER,
        concessions=_frame([_right(code, 0, **marked) for code in "ABC"], Noun.CONCESSION),
        territories=_frame(
            [_land(LANDS, "T", 1, name="MARKED"), _land(CLAIMS, "GONE", 2, name="MARKED")],
            Noun.TERRITORY,
        ),
    )
    newer = replace(OLDER, concessions=_without("C"), inputs=FRESH)
    shown = _everything(compare(older, newer))
    assert "MARKED" not in shown
    assert "GONE" not in shown
    assert "POLYGON" not in shown


@pytest.mark.parametrize(
    "empty",
    [
        lambda side: replace(side, concessions=gpd.GeoDataFrame(side.concessions.iloc[:0])),
        lambda side: replace(side, territories=gpd.GeoDataFrame(side.territories.iloc[:0])),
        lambda side: replace(side, overlaps=gpd.GeoDataFrame(side.overlaps.iloc[:0])),
        lambda side: replace(side, inputs=()),
    ],
)
def test_a_release_without_something_is_compared_all_the_same(
    empty: Callable[[Side], Side],
) -> None:
    compare(empty(OLDER), OLDER)
    compare(OLDER, empty(OLDER))
    compare(empty(OLDER), empty(OLDER))
