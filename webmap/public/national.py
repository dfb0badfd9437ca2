"""The national tables as a page shows them: a table for each topic, a column for each year."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo import home, naming
from geo.release.published import NO, NOT_RECORDED, YES, Number, Topic, Year
from geo.words import Words, _, said

Terms = Mapping[Topic, Mapping[str, Mapping[str, str]]]
"""topic -> code -> language -> the word of data/register, in the order of its file."""

TITLES = {
    Topic.KINDS: _("Qué pasó"),
    Topic.GROUPS: _("A qué grupos pertenecen las personas"),
    Topic.WOMEN: _("Si entre las personas hay mujeres"),
    Topic.REQUESTED: _("Medidas de protección pedidas"),
    Topic.GRANTED: _("Medidas de protección otorgadas"),
}
FEW = _("menos de cinco")
UNRECORDED = _("no se registró")
WOMEN = {YES: _("hay mujeres"), NO: _("no hay mujeres")}

_LISTS = {
    Topic.KINDS: "kind",
    Topic.GROUPS: "group",
    Topic.REQUESTED: "measure",
    Topic.GRANTED: "measure",
}


@dataclass(frozen=True)
class Table:
    """One topic. rows: label and one text a year. share: the part that was not recorded, a year."""

    title: str
    rows: Sequence[tuple[str, Sequence[str]]]
    share: Sequence[str]


def terms(data_folder: Path) -> Terms:
    """The words for what the tables count, from data/register."""
    read: dict[str, dict[str, Mapping[str, str]]] = {}
    for _name, text in home.read_texts(data_folder / "register"):
        told: dict[str, Any] = tomllib.loads(text)
        for named in set(_LISTS.values()):
            for one in told.get(named, ()):
                read.setdefault(named, {})[str(one["code"])] = one
    return {topic: read.get(named, {}) for topic, named in _LISTS.items()}


def tables(years: Sequence[Year], known: Terms, spoken: Words) -> Sequence[Table]:
    """Every topic over all years. A number that is not there is less than five, in any topic."""
    if not years:
        return ()
    counts = [{(one.topic, one.code): one.count for one in year.numbers} for year in years]
    least = [at_least(year.numbers) for year in years]
    return [
        Table(
            title=spoken.say(TITLES[topic]),
            rows=[
                (label, [_shown(count.get((topic, code), 0), spoken) for count in counts])
                for code, label in _codes(topic, counts, known, spoken)
            ],
            share=[
                _share(count.get((topic, NOT_RECORDED), 0), low, spoken)
                for count, low in zip(counts, least, strict=True)
            ],
        )
        for topic in Topic
    ]


def at_least(numbers: Sequence[Number]) -> int:
    """How many facts a year has at least, by the published numbers alone.

    Who has women among them, has none, or is not recorded are apart from one another; of any
    other topic, what is not recorded is apart from each of its codes.
    """
    lows = [0]
    for topic in Topic:
        of_topic = {one.code: one.count for one in numbers if one.topic is topic}
        silent = of_topic.pop(NOT_RECORDED, 0)
        told = of_topic.values()
        lows.append(silent + (sum(told) if topic is Topic.WOMEN else max(told, default=0)))
    return max(lows)


def _codes(
    topic: Topic, counts: Sequence[Mapping[tuple[Topic, str], int]], known: Terms, spoken: Words
) -> list[tuple[str, str]]:
    if topic is Topic.WOMEN:
        named = [(code, spoken.say(label)) for code, label in WOMEN.items()]
    else:
        there = {code for count in counts for of, code in count if of is topic}
        order = [*known[topic], *sorted(there - set(known[topic]))]
        named = [
            (code, _word(known[topic].get(code, {}), code, spoken))
            for code in order
            if code in there and code != NOT_RECORDED
        ]
    return [*named, (NOT_RECORDED, spoken.say(UNRECORDED))]


def _word(term: Mapping[str, str], code: str, spoken: Words) -> str:
    return said(term.get(spoken.language) or term.get("es") or code)


def _shown(count: int, spoken: Words) -> str:
    return spoken.number(count, 0) if count else spoken.say(FEW)


def _share(silent: int, least: int, spoken: Words) -> str:
    if not silent:
        return spoken.say("no se puede calcular")
    return naming.percent(silent / least, spoken, 0)
