"""What holds for every right on every land: more knowledge never turns yes into no."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.facts import Facts, gather
from geo.analysis.flags import flags_text, judge
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
RIGHTS = st.fixed_dictionaries(
    {
        "kind": st.one_of(st.none(), st.sampled_from(list(Kind)).map(str)),
        "status": st.one_of(st.none(), st.sampled_from(list(Status)).map(str)),
        "filed_on": _DATES,
        "granted_on": _DATES,
        "works_started_on": _DATES,
        "expires_on": _DATES,
        "consulted_on": _DATES,
        "consultation_search": st.sampled_from((None, "found", "not found")),
        "accumulation": st.sampled_from((None, True, False)),
    }
)
LANDS = st.fixed_dictionaries(
    {
        "tenure": st.one_of(st.none(), st.sampled_from(list(Tenure)).map(str)),
        "called": st.sampled_from(("titled", "polygon-per-source")),
        "category": st.sampled_from((None, "Parque Nacional", "Conservación Privada")),
        "titled_on": _DATES,
    }
)
CLASSES = st.sampled_from(list(OverlapClass)).map(str)


def told(facts: Facts) -> dict[str, pd.Series]:
    """The answers to every question, missing where it is not asked."""
    return {rule.code: answers(rule, facts).where(asked(rule, facts)) for rule in RULES}


def pairs_of(
    rights: list[dict[str, Any]], land: dict[str, Any], classes: list[str], pair: Mapping[str, Any]
) -> list[dict[str, Any]]:
    return [
        dict(pair) | {"concession_key": r["key"], "territory_key": land["key"], "overlap_class": c}
        for r, c in zip(rights, classes, strict=True)
    ]


@MANY_ROWS
@given(st.lists(st.tuples(RIGHTS, CLASSES), min_size=12, max_size=24), LANDS, st.data())
def test_learning_something_never_turns_yes_into_no_nor_no_into_yes(
    rulebook: RuleBook,
    layer: Make,
    overlaps: Pairs,
    right: Mapping[str, Any],
    land: Mapping[str, Any],
    pair: Mapping[str, Any],
    drawn: list[tuple[dict[str, Any], str]],
    of_land: dict[str, Any],
    data: st.DataObject,
) -> None:
    rights = [dict(right) | r | {"key": f"m:{i}"} for i, (r, _) in enumerate(drawn)]
    ground = dict(land) | of_land
    pairs = overlaps(pairs_of(rights, ground, [c for _, c in drawn], pair))
    whole = gather(pairs, layer(Noun.CONCESSION, rights), layer(Noun.TERRITORY, [ground]), rulebook)
    fields = [*of_land, *(f for f in drawn[0][0] if f not in ABSENCE)]
    forgotten = data.draw(st.lists(st.sampled_from(fields), unique=True, min_size=1))
    lacking = [r | {f: None for f in forgotten if f in r} for r in rights]
    bare = gather(
        pairs,
        layer(Noun.CONCESSION, lacking),
        layer(Noun.TERRITORY, [ground | {f: None for f in forgotten if f in ground}]),
        rulebook,
    )
    before, after = told(bare), told(whole)
    for code in before:
        flipped = (before[code] & ~after[code]) | (~before[code] & after[code])
        assert not flipped.fillna(False).any(), (code, forgotten)


@MANY_ROWS
@given(st.lists(st.tuples(RIGHTS, CLASSES), min_size=12, max_size=24), LANDS, st.data())
def test_the_order_of_the_rows_changes_no_answer(
    rulebook: RuleBook,
    layer: Make,
    overlaps: Pairs,
    right: Mapping[str, Any],
    land: Mapping[str, Any],
    pair: Mapping[str, Any],
    drawn: list[tuple[dict[str, Any], str]],
    of_land: dict[str, Any],
    data: st.DataObject,
) -> None:
    rights = [dict(right) | r | {"key": f"m:{i}"} for i, (r, _) in enumerate(drawn)]
    lands = layer(Noun.TERRITORY, [dict(land) | of_land])
    lines = pairs_of(rights, dict(land), [c for _, c in drawn], pair)
    shuffled = data.draw(st.permutations(lines))
    made = []
    for ordered, layered in ((lines, rights), (shuffled, rights[::-1])):
        pairs = overlaps(ordered)
        facts = gather(pairs, layer(Noun.CONCESSION, layered), lands, rulebook)
        said = told(facts)
        made.append(pd.DataFrame(said).set_axis(facts["concession_key"]).sort_index())
    pd.testing.assert_frame_equal(*made)


@MANY_ROWS
@given(st.lists(st.tuples(RIGHTS, CLASSES), min_size=12, max_size=24), LANDS)
def test_two_answers_that_exclude_each_other_are_never_both_yes(
    rulebook: RuleBook,
    layer: Make,
    overlaps: Pairs,
    right: Mapping[str, Any],
    land: Mapping[str, Any],
    pair: Mapping[str, Any],
    drawn: list[tuple[dict[str, Any], str]],
    of_land: dict[str, Any],
) -> None:
    rights = [dict(right) | r | {"key": f"m:{i}"} for i, (r, _) in enumerate(drawn)]
    ground = dict(land) | of_land
    pairs = overlaps(pairs_of(rights, ground, [c for _, c in drawn], pair))
    facts = gather(pairs, layer(Noun.CONCESSION, rights), layer(Noun.TERRITORY, [ground]), rulebook)
    said = {code: answer.fillna(False).astype(int) for code, answer in told(facts).items()}
    for exclusive in (
        ("MIN-POST-TIT", "MIN-PRE-TIT", "MIN-MISMA-FECHA"),
        ("MIN-TIT", "MIN-TIT-POLIGONO", "MIN-CESION", "MIN-TRAM", "MIN-EXT"),
        ("MIN-169-NOCONSTA", "MIN-169-NOBUSC", "MIN-ANTE-169"),
        ("FOR-TIT", "FOR-TIT-POLIGONO", "FOR-CESION", "FOR-VENC"),
        ("ANP", "ANP-ACP"),
    ):
        assert (sum(said[code] for code in exclusive) <= 1).all(), exclusive


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
    assert len(flags_text(made)) == len(lines)
