"""Every question asked of every pair: the answer, its sentence, and what it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.analysis.between import COLUMNS as BETWEEN
from geo.analysis.facts import COLUMNS, Facts
from geo.analysis.rulebook import Of, RuleBook, RuleText
from geo.analysis.rules.registry import RULES
from geo.analysis.rules.rule import PRECONDITIONS, Rule, answers, asked
from geo.analysis.sentences import Speaker, Texts
from geo.answers import as_text
from geo.errors import DeclarationError
from geo.schema.columns import FLAGS
from geo.stages import Flagged, Overlaps
from geo.terms import Answer
from geo.words import Words

Truths = npt.NDArray[np.bool_]

_NAMES = [column.name for column in FLAGS]
_LANGUAGES = ("es", "en")


def judge(
    overlaps: Overlaps,
    facts: Facts,
    rulebook: RuleBook,
    languages: Mapping[str, Words],
    rules: tuple[Rule, ...] = RULES,
) -> Flagged:
    """The overlaps, and a row for each question asked of each pair.

    A question is asked of the pairs that it is about (geo.analysis.rules.rule.asked); a yes and
    an unknown carry their sentence in Spanish and in English, a no carries none. `used` and
    `missing` are the columns that the rule rests on, by whether the pair has them. Rows stand
    in the order of the pairs, then of the rules. Raises DeclarationError where rules and rule
    book do not hold the same codes, or a word is no column.
    """
    check(rulebook, rules)
    speakers = {
        language: Speaker(rulebook, languages.get(language) or Words(language, {}))
        for language in _LANGUAGES
    }
    there = {
        name: facts.has(name).to_numpy(dtype=bool)
        for name in sorted({name for rule in rules for name in rule.inputs})
    }
    # rules with the same preconditions are asked of the same pairs: these are picked once
    first = {rule.scope: rule for rule in reversed(rules)}
    picked = {scope: _pick(rule, facts, there) for scope, rule in first.items()}
    made = [
        _ask(rule, picked[rule.scope], rulebook, speakers).assign(place=place)
        for place, rule in enumerate(rules)
    ]
    flags = pd.concat(made, ignore_index=True).sort_values(["pair", "place"], kind="stable")
    typed = flags[_NAMES].astype({column.name: column.dtype for column in FLAGS})
    return Flagged(overlaps, typed.reset_index(drop=True))


def check(rulebook: RuleBook, rules: Iterable[Rule] = RULES) -> None:
    """Raises DeclarationError where the two sides of a rule do not meet."""
    asked_for = {rule.code for rule in rules}
    written = {text.code for text in rulebook.rule if text.of is Of.PAIR}
    if asked_for != written:
        raise DeclarationError(
            "Estas reglas están solo en el código o solo en data/rules: "
            f"{', '.join(sorted(asked_for ^ written))}."
        )
    names = {word.name for word in rulebook.word}
    loose = (names - set(COLUMNS) - set(BETWEEN)) | {
        n for rule in rules for n in rule.inputs if n not in names
    }
    if loose:
        raise DeclarationError(
            "Estas palabras no son columnas, o son columnas sin palabra en data/rules: "
            f"{', '.join(sorted(loose))}."
        )


@dataclass(frozen=True, eq=False)
class _Said:
    """The answers to one question, and for each row which set of its inputs is missing."""

    rows: pd.DataFrame
    answers: pd.Series
    which: npt.NDArray[np.intp]
    lacks: list[tuple[str, ...]]

    def by_lack(self, texts: Iterable[str]) -> Texts:
        """For each row the text of its set of missing inputs."""
        return np.asarray(np.array([*texts], dtype=object)[self.which], dtype=object)


@dataclass(frozen=True, eq=False)
class _Picked:
    """The pairs of which a question is asked: their places, their facts, who has which input."""

    positions: npt.NDArray[np.intp]
    facts: Facts
    there: Mapping[str, Truths]


def _pick(rule: Rule, facts: Facts, there: Mapping[str, Truths]) -> _Picked:
    positions = np.flatnonzero(asked(rule, facts).to_numpy(dtype=bool))
    return _Picked(
        positions,
        Facts(facts.frame.iloc[positions], facts.constants),
        {name: has[positions] for name, has in there.items()},
    )


def _ask(
    rule: Rule, picked: _Picked, rulebook: RuleBook, speakers: Mapping[str, Speaker]
) -> pd.DataFrame:
    """One rule's rows: the columns of FLAGS, and the pair's place."""
    here = picked.facts
    which, lacks = _lacks(rule.inputs, picked.there)
    said = _Said(here.frame, as_text(answers(rule, here)), which, lacks)
    text = rulebook.text(rule.code)
    used = (";".join(name for name in rule.inputs if name not in lack) for lack in lacks)
    return pd.DataFrame(
        {
            "concession_key": here["concession_key"].to_numpy(),
            "territory_key": here["territory_key"].to_numpy(),
            "code": rule.code,
            "answer": said.answers.to_numpy(),
            "severity": text.severity.value,
            **{name: _speak(said, text, speaker) for name, speaker in speakers.items()},
            "used": said.by_lack(used),
            "missing": said.by_lack(";".join(lack) for lack in lacks),
            "rules": rulebook.version,
            "pair": picked.positions,
        }
    )


def _lacks(
    inputs: tuple[str, ...], there: Mapping[str, Truths]
) -> tuple[npt.NDArray[np.intp], list[tuple[str, ...]]]:
    """For each row the number of its set of missing inputs, and those sets."""
    bits = sum((~there[name]).astype(np.int64) << place for place, name in enumerate(inputs))
    sets, which = np.unique(np.asarray(bits), return_inverse=True)
    lacks = [
        tuple(name for place, name in enumerate(inputs) if found >> place & 1)
        for found in sets.tolist()
    ]
    return which, lacks


def _speak(said: _Said, text: RuleText, speaker: Speaker) -> Texts:
    """A sentence for each yes and each unknown.

    A rule's own sentence for an unknown speaks of its own inputs; where it is not even known
    whether the question applies, the general one says what is missing.
    """
    yes = said.answers.eq(Answer.YES.value).to_numpy(dtype=bool)
    unknown = said.answers.eq(Answer.UNKNOWN.value).to_numpy(dtype=bool)
    applies = said.by_lack("" if PRECONDITIONS & {*lack} else "applies" for lack in said.lacks)
    own = unknown & (applies != "") & bool(text.sentences["unknown", speaker.language])
    missing = said.by_lack(speaker.labels(lack) for lack in said.lacks)
    spoken: Texts = np.full(len(said.rows), "", dtype=object)
    for rows, template in (
        (yes, text.sentences["yes", speaker.language]),
        (own, text.sentences["unknown", speaker.language]),
        (unknown & ~own, speaker.general),
    ):
        if rows.any():
            spoken[rows] = speaker.sentences(template, said.rows[rows], missing[rows])
    return spoken
