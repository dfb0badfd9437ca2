"""Charts: the bars add up to the figures of the page, and what is not known is a bar, not a gap."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.terms import Kind
from geo.words import Words, words
from webmap.public import charts

SPANISH = words("es", "")
ENGLISH = Words("en", {"sin año": "no year"})


def _dates(*rows: tuple[str | None, str | None, bool | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["filed_on", "granted_on", "accumulation"])


@pytest.mark.parametrize(
    ("filed", "granted", "merged", "titled", "told"),
    [
        ("1990", None, False, "1994-06-24", "before"),
        ("1994-01", "1995-03-01", False, "1994-06-24", "across"),
        ("1995-02-02", None, False, "1994-06-24", "after"),
        ("1994-06-24", "1996", False, "1994-06-24", "same"),
        ("1994", None, False, "1994-06-24", "unknown"),  # the year does not tell
        (None, "1996", False, "1994-06-24", "granted-after"),
        (None, "1992", False, "1994-06-24", "before"),  # filed no later than granted
        ("2001", None, True, "1994-06-24", "unknown"),  # of a merger: its parts are older
        (None, "2001", True, "1994-06-24", "unknown"),
        ("2001", None, None, "1994-06-24", "after"),
        ("2001", None, False, None, "unknown"),
        (None, None, False, "1994-06-24", "unknown"),
    ],
)
def test_what_came_first_is_told_as_on_paper(
    filed: str | None, granted: str | None, merged: bool | None, titled: str | None, told: str
) -> None:
    title = pd.Series([titled], dtype="string")
    assert charts.order(_dates((filed, granted, merged)), title).tolist() == [told]


def test_two_rights_of_one_year_stand_on_each_other() -> None:
    made = charts.by_year(
        pd.Series([2001, 2001, None, 2003], dtype="Int64"),
        pd.Series(["mining", "plot", "logging", "mining"]),
        pd.Series([10.0, 5.0, 2.5, 1.0]),
        "nota",
        SPANISH,
    )
    assert made is not None
    assert made.table() == [
        ("sin año", [0.0, 2.5, 0.0], 2.5),
        ("2001", [10.0, 0.0, 5.0], 15.0),
        ("2003", [1.0, 0.0, 0.0], 1.0),
    ]
    assert made.kinds == (Kind.MINING, Kind.LOGGING, Kind.PLOT)
    below, above = (box for box in made.boxes if abs(box.x - made.boxes[1].x) < 0.1)
    assert below.swatch.id == "c-mining"
    assert above.y + above.height == pytest.approx(below.y)
    assert below.height == pytest.approx(2 * above.height)


@pytest.mark.parametrize(("first", "last"), [(1980, 2019), (1905, 2021)])
def test_no_year_of_the_axis_is_written_over_another(first: int, last: int) -> None:
    """A year of four digits is some 28 pixels wide; bars stand 15 apart."""
    count = last - first + 1
    made = charts.by_year(
        pd.Series(range(first, last + 1), dtype="Int64"),
        pd.Series(["mining"] * count),
        pd.Series([1.0] * count),
        "nota",
        SPANISH,
    )
    assert made is not None
    years = [one for one in made.texts if one.said.isdigit() and int(one.said) >= first - 9]
    assert len(years) >= 2
    assert all(right.x - left.x > 30 for left, right in pairwise(years))


def test_nothing_to_draw_is_no_chart() -> None:
    nothing = pd.Series([pd.NA], dtype="Float64")
    years = pd.Series([2001], dtype="Int64")
    kinds = pd.Series(["mining"])
    assert charts.by_year(years, kinds, nothing, "", SPANISH) is None
    assert charts.by_order(pd.Series(["after"]), kinds, nothing, "", SPANISH) is None


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(1000, 2200),
            st.sampled_from([*Kind, "otra"]),
            st.none() | st.floats(0, 1e6),
            st.sampled_from(list(charts.ORDERS)),
        ),
        max_size=40,
    )
)
def test_bars_hold_every_hectare_once_and_stay_inside_the_drawing(
    rows: list[tuple[int | None, str, float | None, str]],
) -> None:
    years = pd.Series([row[0] for row in rows], dtype="Int64")
    kinds = pd.Series([row[1] for row in rows], dtype="string")
    hectares = pd.Series([row[2] for row in rows], dtype="Float64")
    orders = pd.Series([row[3] for row in rows], dtype="string")
    whole = float(hectares.fillna(0).sum())
    for made in (
        charts.by_year(years, kinds, hectares, "", ENGLISH),
        charts.by_order(orders, kinds, hectares, "", ENGLISH),
    ):
        if made is None:
            assert whole == 0
            continue
        assert made.total == pytest.approx(whole, rel=1e-9)
        assert sum(total for _label, _parts, total in made.table()) == pytest.approx(whole)
        for box in made.boxes:
            assert box.x >= 0
            assert box.x + box.width <= made.width
            assert box.y >= -1e-6
            assert box.y + box.height <= made.height + 1e-6


@pytest.mark.parametrize(
    ("hectares", "axis"),
    [
        (2_100.0, ["0", "1,000", "2,000", "3,000"]),
        (2_500.0, ["0", "1,000", "2,000", "3,000"]),
        (10.0, ["0", "2.5", "5.0", "7.5", "10.0"]),
        (0.03, ["0", "0.01", "0.02", "0.03"]),
    ],
)
def test_an_axis_goes_up_in_round_steps(hectares: float, axis: list[str]) -> None:
    kinds = pd.Series([Kind.MINING.value])
    made = charts.by_year(pd.Series([2001]), kinds, pd.Series([hectares]), "", SPANISH)
    assert made is not None
    assert [one.said for one in made.texts if one.anchor == "end"] == axis
