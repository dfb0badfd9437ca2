"""Against which date rights are laid: nothing is inferred that the dates do not say."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import ChoiceUnknown
from geo.evidence.chosen import Chosen
from geo.evidence.figures.baseline import (
    LABELS,
    POSITIONS,
    Position,
    against,
    asked_for,
    comparison,
    parse_baseline,
)
from geo.evidence.wishes import Baseline, Wishes
from geo.words import words

Choose = Callable[..., Chosen]
SPANISH = words("es", "")
TITLE = {"T": {"titled_on": "1994-06-24", "recognised_on": "1976", "registered_on": "1995-03"}}


def _one(choice: Choose, baseline: str = "title", **right: Any) -> Any:
    (row,) = against(choice({"R": right}, TITLE), baseline).frame.to_dict("records")
    return row


@pytest.mark.parametrize(
    ("filed_on", "position"),
    [
        ("1994-06-23", "before"),
        ("1994-06-24", "same"),
        ("1994-06-25", "after"),
        ("1993", "before"),
        ("1994", "unknown"),
        ("1994-06", "unknown"),
        ("1994-07", "after"),
        (None, "unknown"),
        ("", "unknown"),
    ],
)
def test_a_coarse_or_missing_date_is_never_taken_for_an_answer(
    choice: Choose, filed_on: str | None, position: str
) -> None:
    assert _one(choice, filed_on=filed_on)["filing"] == position


@pytest.mark.parametrize("filed_on", ["1994", "1994-01"])
@pytest.mark.parametrize("base", ["1994-01-01", "1994-01-31", "1994-12-31"])
def test_the_first_and_the_last_day_of_a_coarse_date_are_no_edge(
    choice: Choose, filed_on: str, base: str
) -> None:
    later = filed_on == "1994-01" and base == "1994-12-31"
    assert _one(choice, base, filed_on=filed_on)["filing"] == ("before" if later else "unknown")


def test_a_grant_follows_from_a_filing_only_where_the_filing_is_later(choice: Choose) -> None:
    later = _one(choice, filed_on="1995-01-01")
    assert (later["grant"], later["deduced"]) == ("after", True)
    for filed_on in ("1990-01-01", "1994-06-24", "1994", None):
        row = _one(choice, filed_on=filed_on)
        assert (row["grant"], row["deduced"]) == ("unknown", False)
    known = _one(choice, filed_on="1995-01-01", granted_on="1996")
    assert (known["grant"], known["deduced"]) == ("after", False)
    coarse = _one(choice, filed_on="1994-07-01", granted_on="1994")
    assert (coarse["grant"], coarse["deduced"]) == ("after", True)


def test_a_filing_never_follows_from_a_grant(choice: Choose) -> None:
    assert _one(choice, granted_on="1980-01-01")["filing"] == "unknown"


def test_a_right_granted_before_it_was_filed_is_not_classed(choice: Choose) -> None:
    row = _one(choice, filed_on="2000-01-01", granted_on="1990-01-01")
    assert (row["filing"], row["grant"], row["contradictory"]) == ("after", "unknown", True)
    assert _one(choice, filed_on="1990", granted_on="1990-05-01")["contradictory"] is False
    # the year of the grant does not tell, and the filing must not tell for it
    coarse = _one(choice, filed_on="1995-01-01", granted_on="1994")
    assert (coarse["grant"], coarse["deduced"], coarse["contradictory"]) == ("unknown", False, True)


def test_the_date_of_a_merger_classes_no_part_of_it(choice: Choose) -> None:
    row = _one(choice, filed_on="2003-04-21", granted_on="2004-01-01", accumulation=True)
    assert (row["filing"], row["grant"], row["deduced"]) == ("unknown", "unknown", False)
    # what was merged before a day was granted before it
    assert _one(choice, granted_on="1990-01-01", accumulation=True)["grant"] == "before"


@pytest.mark.parametrize(
    ("baseline", "on"),
    [
        ("title", "1994-06-24"),
        ("recognition", "1976"),
        ("registration", "1995-03"),
        ("ilo169", "1995-02-02"),
        ("ley29785", "2011-12-06"),
        ("2001-09", "2001-09"),
    ],
)
def test_each_baseline_has_its_own_date(choice: Choose, baseline: str, on: str) -> None:
    row = _one(choice, baseline, filed_on="1995-02-02")
    assert row["baseline_on"] == on
    assert set(LABELS) == set(Baseline)
    assert set(POSITIONS) == set(Position)


def test_a_judgment_is_a_baseline_only_for_the_territories_of_its_case(
    choice: Choose, case: dict[str, Any], court: dict[str, Any]
) -> None:
    lands = {"T": {}, "U": {}}
    earlier = court | {"id": "i", "file": "00009-2016", "decided_on": "2016"}
    chosen = choice({"R": {"filed_on": "2017-01-01"}}, lands, cases=[case], judgments=[court])
    frame = against(chosen, "judgment").frame.set_index("territory_key")
    assert frame.loc["t:T", ["baseline_on", "document", "filing"]].tolist() == [
        "2018-12-11",
        "00001-2017",
        "before",
    ]
    assert frame.loc["t:U", "filing"] == "unknown"
    assert frame["baseline_on"].isna().tolist() == [False, True]
    two = choice({"R": {"filed_on": "2017"}}, lands, cases=[case], judgments=[court, earlier])
    first = against(two, "judgment").frame.set_index("territory_key").loc["t:T"]
    assert (first["document"], first["filing"]) == ("00009-2016", "after")


def test_a_constant_that_is_not_certain_says_so_wherever_it_is_named(choice: Choose) -> None:
    chosen = choice({"R": {}}, TITLE)
    assert against(chosen, "ley29785").label(SPANISH) == (
        "Entrada en vigor de la Ley 29785, de consulta previa: "
        "6 de diciembre de 2011 (por confirmar)"
    )
    assert against(chosen, "ilo169").to_be_confirmed is False
    assert "confirmar" not in against(chosen, "title").label(SPANISH)
    assert against(chosen, "2011-06").label(SPANISH) == (
        "Fecha elegida por quien pidió el anexo: junio de 2011"
    )


def test_only_pairs_that_share_an_area_are_classed(choice: Choose) -> None:
    pairs = [("A", "T", "overlap"), ("B", "T", "near"), ("C", "T", "indeterminate")]
    chosen = choice({one: {} for one in "ABC"}, TITLE, [*pairs, ("A", "T", "adjacent")])
    assert against(chosen, "title").frame["concession_key"].tolist() == ["c:A", "c:C"]


def test_the_reader_sees_how_the_result_would_differ_under_every_other_date(
    choice: Choose,
) -> None:
    rights = {
        "A": {"filed_on": "1980-05-12"},
        "B": {"filed_on": "1994-06-24", "granted_on": "1995-11-30"},
        "C": {"filed_on": "1995-02-02"},
        "D": {"filed_on": "2015"},
    }
    chosen = choice(rights, TITLE)
    table, found = comparison(chosen, Wishes(baselines=("ilo169", "2014", "ilo169")))
    assert table["baseline"].tolist() == [
        "ilo169",
        "2014",
        "title",
        "recognition",
        "registration",
        "ley29785",
        "judgment",
    ]
    assert table["asked"].tolist() == [True, True, False, False, False, False, False]
    assert [one.baseline for one in found] == table["baseline"].tolist()
    rows = table.set_index("baseline")
    assert rows.loc["ilo169", [f"filing_{p}" for p in Position]].tolist() == [2, 1, 1, 0]
    assert rows.loc["ilo169", [f"grant_{p}" for p in Position]].tolist() == [0, 0, 2, 2]
    assert rows.loc["title", [f"filing_{p}" for p in Position]].tolist() == [1, 1, 2, 0]
    # B moves from before to the same day, C from the same day to after
    assert rows.loc["title", "filing_differs"] == 2
    assert rows.loc["title", "grant_differs"] == 1
    assert rows.loc["ilo169", ["filing_differs", "grant_differs"]].tolist() == [0, 0]
    assert rows.loc["judgment", "filing_unknown"] == 4
    assert table["pairs"].eq(4).all()
    assert [one.baseline for one in asked_for(chosen, Wishes(baselines=("2014", "2014")))] == [
        "2014"
    ]


def test_a_choice_without_pairs_has_tables_without_rows(choice: Choose) -> None:
    chosen = choice({"R": {}}, TITLE, [])
    table, found = comparison(chosen, Wishes())
    assert table["pairs"].eq(0).all()
    assert all(one.frame.empty for one in found)


@pytest.mark.parametrize("word", ["titulo", "2011-13", "24/06/1994", "", "ilo 169", "\u202e2011"])
def test_a_word_that_nobody_knows_is_answered_with_those_that_there_are(word: str) -> None:
    with pytest.raises(ChoiceUnknown) as refused:
        parse_baseline(word)
    for one in Baseline:
        assert one.value in str(refused.value)
    assert "\u202e" not in str(refused.value)


def test_words_and_partial_dates_are_taken_with_blanks_and_capitals() -> None:
    assert parse_baseline(" ILO169 ") == "ilo169"
    assert parse_baseline(" 2011-06 ") == "2011-06"
    assert [parse_baseline(one) for one in Baseline] == [one.value for one in Baseline]


_days = st.dates(date(1990, 1, 1), date(1999, 12, 31))


@settings(max_examples=25)
@given(
    filed=_days,
    waited=st.integers(0, 900),
    base=_days,
    cuts=st.tuples(*[st.sampled_from([4, 7, 10])] * 3),
)
def test_no_answer_says_what_the_whole_dates_deny(
    choice: Choose, filed: date, waited: int, base: date, cuts: tuple[int, int, int]
) -> None:
    granted = filed + timedelta(days=waited)
    told = [day.isoformat()[:cut] for day, cut in zip((filed, granted, base), cuts, strict=True)]
    chosen = choice({"R": {"filed_on": told[0], "granted_on": told[1]}}, {"T": {}})
    (row,) = against(chosen, told[2]).frame.to_dict("records")

    def truth(day: date) -> str:
        return "same" if day == base else "before" if day < base else "after"

    assert row["filing"] in (truth(filed), "unknown")
    assert row["grant"] in (truth(granted), "unknown")
    assert not row["contradictory"]
    if cuts == (10, 10, 10):
        assert (row["filing"], row["grant"]) == (truth(filed), truth(granted))
