"""What a question is, and what is asked of every question alike."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from geo.analysis.facts import Facts
from geo.answers import one_of
from geo.terms import Kind, OverlapClass, Tenure

# without these nobody knows whether a question applies at all
PRECONDITIONS = frozenset({"overlaps_certain", "kind", "tenure"})


@dataclass(frozen=True)
class Rule:
    """A question as a function of columns, and the columns it rests on.

    code: its name, under which data/rules holds its sentences. ask: Facts -> answers.
    kinds: the question is about these kinds of right; none named means any.
    tenures: it is about territories of these tenures; none named means any.
    not_tenures: it is not asked of these.
    time_critical: also asked of pairs that are only near or adjacent.
    geometric: whether yes needs a shared area that is certain.
    """

    code: str
    ask: Callable[[Facts], pd.Series]
    rests_on: tuple[str, ...]
    kinds: tuple[Kind, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    not_tenures: tuple[Tenure, ...] = ()
    time_critical: bool = False
    geometric: bool = True

    @property
    def scope(self) -> tuple[object, ...]:
        """What decides of which pairs it is asked."""
        return self.kinds, self.tenures, self.not_tenures, self.time_critical

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every column on which the answer rests, its preconditions included."""
        before = (
            ("overlaps_certain",) * self.geometric
            + ("kind",) * bool(self.kinds)
            + ("tenure",) * bool(self.tenures)
        )
        return tuple(dict.fromkeys((*before, *self.rests_on)))


def asked(rule: Rule, facts: Facts) -> pd.Series:
    """Of which pairs the question is asked (plain booleans).

    Not of another kind of right or another tenure, and not of pairs that are only near or
    adjacent unless it is time-critical. Where kind or tenure is not known, it is asked.
    """
    asked_of = pd.Series(True, index=facts.frame.index)
    if not rule.time_critical:
        aside = one_of(facts["overlap_class"], (OverlapClass.NEAR, OverlapClass.ADJACENT))
        asked_of &= ~aside.fillna(False).astype(bool)
    if rule.kinds:
        asked_of &= one_of(facts["kind"], rule.kinds).fillna(True).astype(bool)
    if rule.tenures:
        asked_of &= one_of(facts["tenure"], rule.tenures).fillna(True).astype(bool)
    if rule.not_tenures:
        excluded = one_of(facts["tenure"], rule.not_tenures).fillna(False)
        asked_of &= ~excluded.astype(bool)
    return asked_of


def answers(rule: Rule, facts: Facts) -> pd.Series:
    """Yes, no or unknown for each pair of which it is asked: the question and its preconditions.

    In Kleene's logic: an unknown kind or tenure leaves a yes unknown, and a no a no.
    """
    made = rule.ask(facts)
    if rule.kinds:
        made = made & one_of(facts["kind"], rule.kinds)
    if rule.tenures:
        made = made & one_of(facts["tenure"], rule.tenures)
    return made & facts["overlaps_certain"] if rule.geometric else made
