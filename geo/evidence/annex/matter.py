"""What every section of the annex is written from: the chosen rows, and how to say them."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from geo import naming
from geo.crs import PSAD56_ZONES, WGS84_ZONES
from geo.datum import planes_of_hectares, zone_label
from geo.evidence.chosen import By, Chosen
from geo.evidence.figures.rows import records
from geo.evidence.wishes import Wishes
from geo.naming import Row
from geo.schema.columns import CONCESSION, OVERLAPS, TERRITORY
from geo.terms import PAIRS
from geo.words import Words, said

ALL = "all"
"""In the unions: every kind, status or tenure together."""

LIMA = ZoneInfo("America/Lima")

_DATUMS = {
    **dict.fromkeys(WGS84_ZONES.values(), "WGS84"),
    **dict.fromkeys(PSAD56_ZONES.values(), "PSAD56"),
}
_LABELS = {column.name: column.label for column in (*OVERLAPS, *TERRITORY, *CONCESSION)}


@dataclass(frozen=True, eq=False)
class Matter:
    """The chosen rows as records, by key and in the order of the release.

    pairs: overlaps of which both sides share at least 1 m²; others: near and adjacent.
    numbers: the N° of each right, the same in every table of the annex.
    """

    chosen: Chosen
    wishes: Wishes
    words: Words
    manifest_sha256: str
    custody: tuple[Mapping[str, Any], ...]
    rights: Mapping[str, Row]
    lands: Mapping[str, Row]
    pairs: tuple[Row, ...]
    others: tuple[Row, ...]
    flags: Mapping[tuple[str, str], tuple[Row, ...]]
    numbers: Mapping[str, int]
    sources: Mapping[str, Row]
    captures: Mapping[tuple[str, str], Row]

    def capture(self, row: Row) -> Row:
        """How the file of a row was taken in, as the source of that row."""
        return self.captures.get((said(row["snapshot"]), said(row["source_id"])), {})

    def say(self, sentence: str, /, **values: object) -> str:
        """A sentence in the language of the annex."""
        return self.words.say(sentence, **values)

    @property
    def of_land(self) -> bool:
        """Whether territories were asked for, else rights."""
        return self.chosen.by in (By.TERRITORY, By.CASE)

    @property
    def subjects(self) -> tuple[Row, ...]:
        """The rows that were asked for."""
        rows = self.lands if self.of_land else self.rights
        return tuple(rows[key] for key in self.chosen.subjects if key in rows)

    def right_called(self, key: str) -> str:
        """A right as a heading says it: number, code, name."""
        row = self.rights[key]
        return self.say(
            "N° {number} · {code} · {name}",
            number=self.numbers[key],
            code=said(row["native_id"]),
            name=naming.name(row, self.words),
        )

    def land_called(self, key: str) -> str:
        """A territory as a heading says it: name, part, code."""
        row = self.lands[key]
        part = f", {said(row['part'])}" if row["part"] else ""
        return f"{naming.name(row, self.words)}{part} ({said(row['native_id'])})"

    def pairs_of(self, **keys: str) -> tuple[Row, ...]:
        """The pairs of one right (concession_key=…) or of one territory (territory_key=…)."""
        ((name, key),) = keys.items()
        return tuple(row for row in self.pairs if row[name] == key)

    def unions_of(self, key: str) -> list[Row]:
        """The unions of a subject as a whole."""
        rows = records(self.chosen.unions)
        name = "territory_key" if self.of_land else "concession_key"
        return [row for row in rows if row.get(name) == key]

    def column(self, name: str) -> str:
        """What a column is called."""
        return self.say(_LABELS[name])

    def label(self, column: str) -> str:
        """What a column, or an input of a question, is called."""
        for word in self.chosen.rules.get("word", ()):
            if word["name"] == column:
                return naming.sentence(word, self.words)
        return self.say(_LABELS[column]) if column in _LABELS else said(column)

    def zone_and_datum(self, plane: str) -> str:
        """«19S · WGS84 (EPSG:32719)»: where a figure was measured."""
        zone = zone_label(plane) if plane else ""
        if not zone:
            return said(plane) or self.say("desconocido")
        datum = _DATUMS.get(plane, "")
        return f"{zone} · {datum} ({plane})" if datum else f"{zone} ({plane})"

    def day_of(self, text: str | None) -> str:
        """The day of an instant at the clock of Lima, in words."""
        if not text:
            return self.say("no se conoce")
        return self.words.date(f"{_utc(text).astimezone(LIMA):%Y-%m-%d}")

    def utc(self, text: str) -> str:
        """An instant in UTC, as a log writes it."""
        return f"{_utc(text):%Y-%m-%d %H:%M:%S}"

    def instant(self, text: str | None) -> str:
        """An instant in UTC and at the clock of Lima, as the rows of a log say it."""
        if not text:
            return self.say("no se conoce")
        at = _utc(text)
        lima = at.astimezone(LIMA)
        return self.say(
            "{utc} UTC · {lima} en Lima ({offset})",
            utc=self.utc(text),
            lima=f"{lima:%Y-%m-%d %H:%M:%S}",
            offset=f"UTC{lima:%z}"[:6].replace("-", "−"),
        )


def matter(
    chosen: Chosen,
    wishes: Wishes,
    words: Words,
    manifest_sha256: str,
    custody: Iterable[Mapping[str, Any]],
) -> Matter:
    """The records of a cut, for the sections to be written from."""
    overlaps = records(chosen.overlaps)
    rights = {row["key"]: row for row in records(chosen.concessions)}
    flags: dict[tuple[str, str], list[Row]] = {}
    for flag in records(chosen.flags):
        flags.setdefault((flag["concession_key"], flag["territory_key"]), []).append(flag)
    return Matter(
        chosen=chosen,
        wishes=wishes,
        words=words,
        manifest_sha256=manifest_sha256,
        custody=tuple(custody),
        rights=rights,
        lands={row["key"]: row for row in records(_measured(chosen.territories))},
        pairs=tuple(row for row in overlaps if row["overlap_class"] in PAIRS),
        others=tuple(row for row in overlaps if row["overlap_class"] not in PAIRS),
        flags={key: tuple(rows) for key, rows in flags.items()},
        numbers={key: number for number, key in enumerate(rights, 1)},
        sources={str(one["id"]): dict(one) for one in chosen.sources},
        captures={(one["sha256"], one["source_id"]): dict(one) for one in chosen.captures},
    )


def _utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)


def _measured(lands: pd.DataFrame) -> pd.DataFrame:
    """Territories with `measured_in`: the UTM plane of their plane hectares."""
    return lands.assign(measured_in=planes_of_hectares(lands["plane"], lands["geometry"]))
