"""Against which date the rights are laid, and how their filing and grant lie to it.

Partial dates are compared as far as they tell: «2011» against «2011-06-30» is unknown. A grant
is never taken from a filing, but for what F <= G implies: filed after a day, granted after it.
An accumulation bears the date of its merger, so its filing is unknown here, and so is its grant
where it is not before the day: its parts may be older.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from geo.answers import type_of_answers
from geo.dates import before, same_day
from geo.dates import parse as parse_date
from geo.errors import ChoiceUnknown, DateUnreadable
from geo.evidence.chosen import Chosen
from geo.evidence.wishes import Baseline, Wishes
from geo.naming import sentence
from geo.terms import PAIRS, Sure
from geo.words import Words, _, said


class Position(StrEnum):
    """How a date of a right lies to the baseline's."""

    BEFORE = "before"
    SAME = "same"
    AFTER = "after"
    UNKNOWN = "unknown"


POSITIONS: Mapping[Position, str] = {
    Position.BEFORE: _("anterior"),
    Position.SAME: _("mismo día"),
    Position.AFTER: _("posterior"),
    Position.UNKNOWN: _("no se sabe"),
}

LABELS: Mapping[Baseline, str] = {
    Baseline.TITLE: _("Fecha del título del territorio"),
    Baseline.RECOGNITION: _("Fecha de reconocimiento de la comunidad"),
    Baseline.REGISTRATION: _("Fecha de inscripción en Registros Públicos"),
    Baseline.ILO169: _("Entrada en vigor del Convenio 169 de la OIT"),
    Baseline.LEY29785: _("Entrada en vigor de la Ley 29785, de consulta previa"),
    Baseline.JUDGMENT: _("Fecha de la resolución judicial sobre el territorio"),
}
_OWN = _("Fecha elegida por quien pidió el anexo: {date}")
_CONFIRM = _("por confirmar")

COLUMN_OF = {
    Baseline.TITLE: "titled_on",
    Baseline.RECOGNITION: "recognised_on",
    Baseline.REGISTRATION: "registered_on",
}
CONSTANT_OF = {
    Baseline.ILO169: "ilo169_in_force",
    Baseline.LEY29785: "ley29785_in_force",
}
_CERTAIN = (Sure.FOUND.value, Sure.COMPUTED.value)
_SIDES = ("filing", "grant")


@dataclass(frozen=True, eq=False)
class Against:
    """All pairs against one baseline.

    baseline: a value of `Baseline`, or a partial date. on: the date where it is one for all
    pairs, else "". source, sure: of a constant of the law, else "". frame: one row for each pair
    that shares an area, as the release sorts them: concession_key, concession_id, territory_key,
    baseline_on, document (file number of a judgment), filed_on, filing, granted_on, grant
    (`Position`), deduced (the grant follows from the filing), accumulation, contradictory (the
    grant would be before the filing, so it is unknown).
    """

    baseline: str
    on: str
    source: str
    sure: str
    frame: pd.DataFrame

    @property
    def to_be_confirmed(self) -> bool:
        """Whether a reader must be told that the date still has to be confirmed."""
        return bool(self.sure) and self.sure not in _CERTAIN

    def label(self, spoken: Words) -> str:
        """What the baseline is called, with its date where it is one for all."""
        if self.baseline not in list(Baseline):
            return spoken.say(_OWN, date=spoken.date(self.baseline))
        text = spoken.say(LABELS[Baseline(self.baseline)])
        if self.on:
            text = f"{text}: {spoken.date(self.on)}"
        return f"{text} ({spoken.say(_CONFIRM)})" if self.to_be_confirmed else text

    def counts(self) -> dict[str, int]:
        """filing_before … grant_unknown: how many pairs."""
        return {
            f"{side}_{one.value}": int(self.frame[side].eq(one.value).sum())
            for side in _SIDES
            for one in Position
        }


def parse_baseline(text: str) -> str:
    """A baseline as the command line takes it: a word of `Baseline`, or a partial date.

    Raises ChoiceUnknown, which lists the words.
    """
    word = text.strip()
    if word.casefold() in list(Baseline):
        return word.casefold()
    try:
        return parse_date(word)
    except DateUnreadable as error:
        words = ", ".join(Baseline)
        raise ChoiceUnknown(
            f"«{said(word)}» no es una fecha de referencia: escriba una de estas palabras "
            f"({words}) o una fecha como 2011, 2011-06 o 2011-06-30."
        ) from error


def against(chosen: Chosen, baseline: str) -> Against:
    """How filing and grant of every right lie to a baseline, pair by pair.

    baseline: as `parse_baseline` gives it; raises ChoiceUnknown for anything else.
    """
    baseline = parse_baseline(baseline)
    pairs = _pairs(chosen)
    constant = _constant(chosen, baseline)
    own = baseline not in list(Baseline)
    on = baseline if own else str(constant.get("value", ""))
    base, document = _dates_of(chosen, baseline, on, pairs)
    made = _positions(pairs.assign(baseline_on=base, document=document))
    return Against(
        baseline, on, str(constant.get("source", "")), str(constant.get("sure", "")), made
    )


def asked_for(chosen: Chosen, wishes: Wishes) -> tuple[Against, ...]:
    """All pairs against each baseline that was asked for, in that order, none twice."""
    return tuple(against(chosen, one) for one in dict.fromkeys(wishes.baselines))


def comparison(chosen: Chosen, wishes: Wishes) -> tuple[pd.DataFrame, tuple[Against, ...]]:
    """What the result would be under each baseline: those asked for first, then all others.

    One row a baseline: baseline, asked, pairs, the counts of `Against.counts`, and filing_differs,
    grant_differs: for how many pairs the answer is another than under the first that was asked
    for. Beside it the baselines themselves, in the order of the rows.
    """
    first = list(dict.fromkeys(wishes.baselines))
    others = [one.value for one in Baseline if one.value not in first]
    found = tuple(against(chosen, one) for one in (*first, *others))
    rows = [
        {
            "baseline": one.baseline,
            "asked": one.baseline in first,
            "pairs": len(one.frame),
            **one.counts(),
            **{f"{s}_differs": int(one.frame[s].ne(found[0].frame[s]).sum()) for s in _SIDES},
        }
        for one in found
    ]
    return pd.DataFrame(rows), found


def judgments_of(chosen: Chosen) -> pd.DataFrame:
    """Which judgment concerns which territory, through the cases: territory_key, on, file."""
    lands = {str(case["id"]): case["territories"] for case in chosen.cases}
    rows = [
        (str(key), str(one["decided_on"]), said(one["file"]))
        for one in chosen.judgments
        for case in one["cases"]
        for key in lands.get(str(case), ())
    ]
    made = pd.DataFrame(rows, columns=["territory_key", "on", "file"], dtype="string")
    return made.drop_duplicates().sort_values(["territory_key", "on", "file"], ignore_index=True)


def constant_text(chosen: Chosen, name: str, spoken: Words) -> str:
    """What a constant of the rule book is, with «por confirmar» where it is not certain."""
    one = chosen.rules.get("constants", {})[name]
    text = sentence(one, spoken)
    return text if one["sure"] in _CERTAIN else f"{text} ({spoken.say(_CONFIRM)})"


def _constant(chosen: Chosen, baseline: str) -> Mapping[str, Any]:
    name = CONSTANT_OF.get(Baseline(baseline)) if baseline in list(Baseline) else None
    return {} if name is None else dict(chosen.rules.get("constants", {}).get(name, {}))


def _pairs(chosen: Chosen) -> pd.DataFrame:
    """One row for each pair that shares an area, with the dates of its right."""
    overlaps = chosen.overlaps
    shared = overlaps["overlap_class"].isin(list(PAIRS)).fillna(False).astype(bool)
    pairs = pd.DataFrame(
        {
            name: overlaps.loc[shared, name].astype("string")
            for name in ("concession_key", "concession_id", "territory_key")
        }
    ).reset_index(drop=True)
    rights = chosen.concessions.drop_duplicates("key").set_index("key")
    at = pairs["concession_key"]
    merged = at.map(rights["accumulation"].astype(type_of_answers)).astype(type_of_answers)
    return pairs.assign(
        filed_on=at.map(rights["filed_on"]).astype("string"),
        granted_on=at.map(rights["granted_on"]).astype("string"),
        accumulation=merged.fillna(False).astype(bool),
    )


def _dates_of(
    chosen: Chosen, baseline: str, on: str, pairs: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """The baseline's date for each pair, and the document that says it where we know which."""
    nothing = pd.Series(pd.NA, index=pairs.index, dtype="string")
    if on:
        return nothing.fillna(on), nothing
    land = pairs["territory_key"]
    if baseline == Baseline.JUDGMENT:
        # of several the first that was given: the others are later
        first = judgments_of(chosen).drop_duplicates("territory_key").set_index("territory_key")
        return land.map(first["on"]).astype("string"), land.map(first["file"]).astype("string")
    column = COLUMN_OF.get(Baseline(baseline))
    if column is None:
        return nothing, nothing
    lands = chosen.territories.drop_duplicates("key").set_index("key")
    return land.map(lands[column]).astype("string"), nothing


def _positions(pairs: pd.DataFrame) -> pd.DataFrame:
    base = pairs["baseline_on"]
    merged = pairs["accumulation"]
    filing = _position(pairs["filed_on"].mask(merged), base)
    told = _position(pairs["granted_on"], base)
    told = told.mask(merged & told.ne(Position.BEFORE.value), Position.UNKNOWN.value)
    filed_after = filing.eq(Position.AFTER.value)
    # F <= G fails where a right would be granted before it was filed
    backwards = before(pairs["granted_on"], pairs["filed_on"].mask(merged))
    contradictory = backwards.fillna(False).astype(bool)
    deduced = filed_after & told.eq(Position.UNKNOWN.value) & ~contradictory
    grant = told.mask(deduced, Position.AFTER.value).mask(contradictory, Position.UNKNOWN.value)
    return pairs.assign(filing=filing, grant=grant, deduced=deduced, contradictory=contradictory)[
        [
            "concession_key",
            "concession_id",
            "territory_key",
            "baseline_on",
            "document",
            "filed_on",
            "filing",
            "granted_on",
            "grant",
            "deduced",
            "accumulation",
            "contradictory",
        ]
    ]


def _position(dates: pd.Series, base: pd.Series) -> pd.Series:
    """Before, same, after, unknown, for each row."""
    made = pd.Series(Position.UNKNOWN.value, index=dates.index, dtype="string")
    for position, answer in (
        (Position.BEFORE, before(dates, base)),
        (Position.AFTER, before(base, dates)),
        (Position.SAME, same_day(dates, base)),
    ):
        made = made.mask(answer.fillna(False).astype(bool), position.value)
    return made
