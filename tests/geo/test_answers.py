"""Three answers: a missing text is unknown, where pandas alone would say no."""

import pandas as pd

from geo import answers


def listed(column: pd.Series) -> list[bool | None]:
    return [None if pd.isna(value) else bool(value) for value in column]


def test_a_missing_status_is_not_taken_for_another_status() -> None:
    status = pd.Series(["titled", None, "application", ""], dtype="string")
    assert listed(answers.equal(status, "titled")) == [True, None, False, None]


def test_a_missing_status_in_an_ordinary_column_is_unknown_too() -> None:
    assert listed(answers.equal(pd.Series(["titled", None]), "titled")) == [True, None]


def test_evidence_that_can_only_prove_does_not_disprove() -> None:
    column = pd.Series([True, False, None], dtype="boolean")
    assert listed(answers.but_no_is_unknown(column)) == [True, None, None]


def test_two_missing_texts_are_not_the_same_text() -> None:
    a = pd.Series(["x", None, None, "y"], dtype="string")
    b = pd.Series(["x", None, "x", "x"], dtype="string")
    assert listed(answers.same(a, b)) == [True, None, None, False]


def test_an_unknown_number_is_not_smaller() -> None:
    assert listed(answers.less(pd.Series([1.0, None, 3.0]), 2.0)) == [True, None, False]


def test_a_missing_answer_leaves_as_unknown_and_not_as_no() -> None:
    column = pd.Series([True, False, None], dtype="boolean")
    assert answers.as_text(column).tolist() == ["yes", "no", "unknown"]


def test_one_place_written_in_two_ways_is_one_place() -> None:
    assert answers.folded("  San  Martín\u00a0de PANGOA ") == "san martin de pangoa"
    assert answers.folded("TÍTULO № 5") == answers.folded("titulo no 5") == "titulo no 5"
    assert answers.folded("NIN\u0303O") == answers.folded("niño")
    assert answers.folded("Ucayali") != answers.folded("Ucayal1")
