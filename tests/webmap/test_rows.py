"""Rows made when they are asked for say what the whole frame says."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo.home import Home
from geo.release import read
from geo.terms import Tier
from webmap.public.edition import Edition, records
from webmap.public.rows import Groups, Lines, Rows

FRAME = pd.DataFrame(
    {
        "key": pd.array(["s:001", "s:002", "s:003"], dtype="string"),
        "ha": pd.array([1.5, None, 3.0], dtype="Float64"),
        "row": pd.array([1, None, 3], dtype="Int64"),
        "sure": pd.array([True, None, False], dtype="boolean"),
        "text": pd.Categorical(["sí", None, "sí"]),
        "width": [0.5, math.nan, 1.5],
        "geometry": ["never", "shown", "here"],
    }
)


def test_a_row_has_its_values_as_python_has_them_and_none_where_they_are_missing() -> None:
    rows = Rows(FRAME)
    assert rows["s:001"] == {
        "key": "s:001", "ha": 1.5, "row": 1, "sure": True, "text": "sí", "width": 0.5,
    }  # fmt: skip
    assert rows["s:002"] == {
        "key": "s:002", "ha": None, "row": None, "sure": None, "text": None, "width": None,
    }  # fmt: skip
    assert [type(value) for value in rows["s:003"].values()] == [str, float, int, bool, str, float]


def test_rows_are_a_mapping_of_which_unknown_keys_are_not_part() -> None:
    rows = Rows(FRAME)
    assert list(rows) == ["s:001", "s:002", "s:003"]
    assert len(rows) == 3
    assert "s:002" in rows
    assert "s:2" not in rows
    assert None not in rows
    assert rows.get("", {}) == {}
    with pytest.raises(KeyError):
        rows["geometry"]


def test_several_rows_come_in_the_order_in_which_they_are_asked() -> None:
    told = Lines(FRAME).several([2, 0, 2])
    assert [row["key"] for row in told] == ["s:003", "s:001", "s:003"]


def test_rows_of_two_names_are_those_that_bear_both() -> None:
    groups = Groups(pd.Series(["a", "b", "a", "a"]), pd.Series(["x", "x", "y", "x"]))
    assert groups.rows("a", "x").tolist() == [0, 3]
    assert groups.rows("a", "y").tolist() == [2]
    assert groups.rows("b", "y").tolist() == []
    assert groups.rows("c", "x").tolist() == []


@given(some.lists(some.tuples(some.sampled_from("abc"), some.sampled_from("xyz"))))
def test_no_row_is_lost_or_told_twice_whatever_the_names(pairs: list[tuple[str, str]]) -> None:
    first, second = (pd.Series([pair[n] for pair in pairs], dtype="string") for n in (0, 1))
    groups = Groups(first, second)
    found = {(a, b): groups.rows(a, b).tolist() for a in "abcd" for b in "xyz"}
    for names, rows in found.items():
        assert rows == [number for number, pair in enumerate(pairs) if pair == names]


def test_the_rows_of_a_release_are_those_of_its_frames(demonstration: Home) -> None:
    edition = Edition(read.open_release(demonstration.releases(Tier.PUBLIC)))
    assert dict(edition.rights) == {row["key"]: row for row in records(edition.concessions)}
    for key, row in edition.lands.items():
        assert row.pop("measured_in").startswith("EPSG:")
        assert row == records(edition.territories.loc[[key]])[0]
    for number, row in enumerate(records(edition.overlaps)):
        assert edition._overlap_lines.at(number) == row
    for pair in records(edition.overlaps):
        of_right = edition.overlaps_of(concession=pair["concession_key"])
        of_land = edition.overlaps_of(territory=pair["territory_key"])
        assert pair in of_right
        assert pair in of_land
        (answers,) = edition.answers([pair])
        asked = edition.flags.loc[
            edition.flags["concession_key"].eq(pair["concession_key"])
            & edition.flags["territory_key"].eq(pair["territory_key"])
        ]
        assert sorted(row["code"] for row in answers) == sorted(asked["code"])
    assert edition.answers([{"concession_key": "no", "territory_key": "no"}]) == [[]]


def test_what_a_reader_asks_of_a_key_that_is_none_is_nothing(demonstration: Home) -> None:
    edition = Edition(read.open_release(demonstration.releases(Tier.PUBLIC)))
    assert edition.overlaps_of(concession="<b>") == []
    assert edition.overlaps_of(territory="") == []
    assert edition.overlap_rows(["nada"]) == []
