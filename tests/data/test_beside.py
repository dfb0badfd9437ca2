"""The reviewed files of the pages beside the map: they name questions and words that there are."""

import tomllib
from pathlib import Path

from geo.context import parse_context
from geo.nextsteps import Steps, parse_steps
from geo.terms import Kind, OverlapClass, Status, Tenure

DATA = Path(__file__).resolve().parent.parent.parent / "data"


def _steps() -> Steps:
    path = DATA / "next-steps" / "peru.toml"
    return parse_steps(path.read_text("utf-8"), path.name)


def test_a_step_waits_for_no_question_and_no_word_that_no_rule_knows() -> None:
    book = tomllib.loads((DATA / "rules" / "peru.toml").read_text("utf-8"))
    codes = {rule["code"] for rule in book["rule"]}
    words = {word["name"] for word in book["word"]}
    for step in _steps().step:
        assert set(step.when.yes) | set(step.when.unknown) <= codes, step.id
        assert set(step.when.missing) <= words, step.id


def test_every_overlap_has_somewhere_to_go() -> None:
    always = [step for step in _steps().step if step.when == type(step.when)()]
    assert {"ombudsman", "registry-search", "threats", "lawyer"} <= {step.id for step in always}
    assert all(list(term) for term in (Kind, Status, Tenure, OverlapClass))


def test_what_nobody_has_found_in_a_norm_says_so() -> None:
    found = {step.id for step in _steps().step if not step.to_be_confirmed}
    assert found == {"official-coordinates", "official-coordinates-near", "isolation", "threats"}


def test_the_context_reads_and_each_row_has_its_document() -> None:
    for path in sorted((DATA / "context").glob("*.csv")):
        rows = parse_context(path.read_text("utf-8"), path.name)
        assert rows
        assert all(row.document and row.source for row in rows)
