"""What holds for every right on every land: more knowledge never turns yes into no."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.facts import gather
from geo.analysis.flags import judge
from geo.analysis.rulebook import RuleBook
from geo.analysis.rules.registry import RULES
from geo.analysis.rules.rule import answers, asked
from geo.stages import Layer, Overlaps
from geo.terms import Kind, Noun, OverlapClass, Status, Tenure
from geo.words import words

Make = Callable[..., Layer]
Pairs = Callable[..., Overlaps]

# Not "more knowledge" in the sense of the law: the absence of these is itself what is asked about.
# A contract without an end counts as not over; that nobody searched is a fact of its own; that a
# filing date is a merger's takes a date away.
ABSENCE = ("expires_on", "consulted_on", "consultation_search", "accumulation")

# an example is a whole column of rights, so a dozen examples are hundreds of pairs
MANY_ROWS = settings(max_examples=12)

_YEARS = st.integers(1985, 2005).map(str)
_DATES = st.one_of(st.none(), _YEARS, st.dates(date(1993, 1, 1), date(1996, 12, 31)).map(str))


def mostly(usual: tuple[str, ...], all_words: type[StrEnum]) -> st.SearchStrategy[str | None]:
    """The words on which most questions turn, more often than the others and than none."""
    return st.sampled_from((*usual * 3, *map(str, all_words), None))


RIGHTS = st.fixed_dictionaries(
    {
        "kind": mostly(("mining", "mining", "logging"), Kind),
        "status": mostly(("titled", "application"), Status),
        "filed_on": _DATES,
        "granted_on": _DATES,
        "works_started_on": _DATES,
        "expires_on": _DATES,
        "consulted_on": _DATES,
        "consultation_search": st.sampled_from((None, "found", "not found")),
        "accumulation": st.sampled_from((None, False, False, True)),
    }
)
LANDS = st.fixed_dictionaries(
    {
        "tenure": mostly(("titled", "titled", "use-cession"), Tenure),
        "called": st.sampled_from(("titled", "polygon-per-source")),
        "category": st.sampled_from((None, "Parque Nacional", "Conservación Privada")),
        "titled_on": _DATES,
    }
)
CLASSES = st.sampled_from(("overlap", "overlap", "overlap", *map(str, OverlapClass)))
Drawn = list[tuple[dict[str, Any], dict[str, Any], str]]
MANY = st.lists(st.tuples(RIGHTS, LANDS, CLASSES), min_size=25, max_size=50)


@pytest.fixture(scope="session")
def told(
    rulebook: RuleBook,
    layer: Make,
    overlaps: Pairs,
    right: Mapping[str, Any],
    land: Mapping[str, Any],
    pair: Mapping[str, Any],
) -> Callable[[Drawn, list[int]], pd.DataFrame]:
    """`told(drawn, order)`: every answer to every question, a right on its own land in each row.

    A column of a question holds nothing where it is not asked.
    """

    def made(drawn: Drawn, order: list[int]) -> pd.DataFrame:
        rights = [dict(right) | r | {"key": f"m:{i}"} for i, (r, _, _) in enumerate(drawn)]
        lands = [dict(land) | t | {"key": f"t:{i}"} for i, (_, t, _) in enumerate(drawn)]
        keys = [
            {"concession_key": f"m:{i}", "territory_key": f"t:{i}", "overlap_class": c}
            for i, (_, _, c) in enumerate(drawn)
        ]
        facts = gather(
            overlaps([dict(pair) | keys[i] for i in order]),
            layer(Noun.CONCESSION, [rights[i] for i in order[::-1]]),
            layer(Noun.TERRITORY, lands),
            rulebook,
        )
        said = {rule.code: answers(rule, facts).where(asked(rule, facts)) for rule in RULES}
        return pd.DataFrame(said).set_axis(facts["concession_key"]).sort_index()

    return made


Told = Callable[[Drawn, list[int]], pd.DataFrame]


@MANY_ROWS
@given(MANY, st.data())
def test_learning_something_never_turns_yes_into_no_nor_no_into_yes(
    told: Told, drawn: Drawn, data: st.DataObject
) -> None:
    fields = [field for field in (*drawn[0][0], *drawn[0][1]) if field not in ABSENCE]
    whole = told(drawn, [*range(len(drawn))])
    forgotten = data.draw(
        st.lists(
            st.sets(st.sampled_from(fields), min_size=1, max_size=2),
            min_size=len(drawn),
            max_size=len(drawn),
        )
    )
    lacking = [
        (
            r | {field: None for field in gone if field in r},
            t | {field: None for field in gone if field in t},
            c,
        )
        for (r, t, c), gone in zip(drawn, forgotten, strict=True)
    ]
    bare = told(lacking, [*range(len(drawn))])
    flipped = (bare & ~whole) | (~bare & whole)
    assert not flipped.fillna(False).any(axis=None)


@MANY_ROWS
@given(MANY, st.data())
def test_the_order_of_the_rows_changes_no_answer(
    told: Told, drawn: Drawn, data: st.DataObject
) -> None:
    order = [*range(len(drawn))]
    shuffled = data.draw(st.permutations(order))
    pd.testing.assert_frame_equal(told(drawn, order), told(drawn, shuffled))


@MANY_ROWS
@given(MANY)
def test_two_answers_that_exclude_each_other_are_never_both_yes(told: Told, drawn: Drawn) -> None:
    said = told(drawn, [*range(len(drawn))]).fillna(False).astype(int)
    for exclusive in (
        ("MIN-POST-TIT", "MIN-PRE-TIT", "MIN-MISMA-FECHA"),
        ("MIN-TIT", "MIN-TIT-POLIGONO", "MIN-CESION", "MIN-TRAM", "MIN-EXT"),
        ("MIN-169-NOCONSTA", "MIN-169-NOBUSC", "MIN-ANTE-169"),
        ("FOR-TIT", "FOR-TIT-POLIGONO", "FOR-CESION", "FOR-VENC"),
        ("ANP", "ANP-ACP"),
    ):
        assert (said[[*exclusive]].sum(axis=1) <= 1).all(), exclusive


def test_every_yes_and_every_unknown_has_its_sentence_and_what_it_rests_on(
    rulebook: RuleBook,
    layer: Make,
    overlaps: Pairs,
    right: Mapping[str, Any],
    land: Mapping[str, Any],
    pair: Mapping[str, Any],
) -> None:
    kinds = [str(kind) for kind in Kind]
    lands = [dict(land) | {"key": f"land:{t}", "tenure": str(t)} for t in Tenure]
    rights = [
        dict(right) | {"key": f"m:{k}-{s}", "kind": k, "status": str(s)}
        for k in kinds
        for s in Status
    ]
    lines = [
        dict(pair) | {"concession_key": r["key"], "territory_key": t["key"]}
        for r in rights
        for t in lands
    ]
    pairs = overlaps(lines)
    facts = gather(pairs, layer(Noun.CONCESSION, rights), layer(Noun.TERRITORY, lands), rulebook)
    made = judge(pairs, facts, rulebook, {"es": words("es", "")})
    flags = made.flags
    inputs = {rule.code: set(rule.inputs) for rule in RULES}
    spoken = flags["answer"].ne("no")
    assert set(flags["answer"]) == {"yes", "no", "unknown"}
    assert flags.loc[spoken, ["es", "en"]].ne("").all(axis=None)
    assert flags.loc[~spoken, ["es", "en"]].eq("").all(axis=None)
    assert not flags["es"].str.contains("{", regex=False).any()
    for code, used, missing in zip(flags["code"], flags["used"], flags["missing"], strict=True):
        split = [*filter(None, used.split(";")), *filter(None, missing.split(";"))]
        assert set(split) == inputs[code]
        assert len(split) == len(inputs[code])
    assert not flags.duplicated(["concession_key", "territory_key", "code"]).any()
