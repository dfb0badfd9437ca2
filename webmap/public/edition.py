"""One release as the pages read it.

A release of a whole country has 100,000 rights and a million answers: what is asked row by row
is made row by row, and whoever needs all of them works on the frames.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Any, Generic, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.answers import folded
from geo.datum import planes_of_hectares
from geo.release import read
from geo.release.facets import of_pairs
from geo.release.read import Release
from geo.terms import PAIRS, Answer, Severity
from webmap.public.rows import Groups, Lines, Rows

Row = dict[str, Any]
T = TypeVar("T")

_WEIGHT = {severity.value: weight for weight, severity in enumerate(Severity)}
_ANSWERS = (Answer.YES.value, Answer.UNKNOWN.value, Answer.NO.value)
_OFTEN_THE_SAME = ("es", "en", "used", "missing", "rules")
"""Columns of the answers that are shown and not searched: their texts are held once each."""


class kept(Generic[T]):  # noqa: N801 - it is written like `property`
    """A part of an edition that is made when first asked for, by one thread, and then kept."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._key = ("edition", name)

    def __get__(self, edition: "Edition", _owner: type | None = None) -> T:
        return edition.once(self._key, lambda: self._make(edition))


@dataclass(frozen=True, eq=False)
class Edition:
    """One release with its frames by key. Read when first asked for, then kept."""

    release: Release
    prepared: dict[tuple[str, ...], Any] = field(default_factory=dict)
    _making: dict[tuple[str, ...], RLock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What `make` gives for a key, made when first asked for; others wait for it meanwhile."""
        if key not in self.prepared:
            with self._lock:
                making = self._making.setdefault(key, RLock())
            with making:
                if key not in self.prepared:
                    self.prepared[key] = make()
        found: T = self.prepared[key]
        return found

    def warm(self) -> None:
        """Reads every table and makes the ways into them, so that no reader waits for that."""
        for part in vars(type(self)).values():
            if isinstance(part, kept):
                part.__get__(self)

    @property
    def id(self) -> str:
        """The release's id, which stands in every address of its data."""
        return self.release.id

    @kept
    def concessions(self) -> gpd.GeoDataFrame:
        """The rights, indexed by key."""
        return gpd.GeoDataFrame(read.concessions(self.release).set_index("key", drop=False))

    @kept
    def territories(self) -> gpd.GeoDataFrame:
        """The territories, indexed by key."""
        return gpd.GeoDataFrame(read.territories(self.release).set_index("key", drop=False))

    @kept
    def overlaps(self) -> gpd.GeoDataFrame:
        """The overlaps, numbered from 0."""
        return read.overlaps(self.release)

    @kept
    def flags(self) -> pd.DataFrame:
        """The answers, numbered from 0; their sentences are categories."""
        said = read.flags(self.release)
        read.forget(self.release, read.FLAGS_FILE)
        return said.astype(dict.fromkeys(_OFTEN_THE_SAME, "category"))

    @kept
    def unions(self) -> pd.DataFrame:
        """The shares of each territory and right as a whole."""
        return read.unions(self.release)

    @kept
    def between(self) -> pd.DataFrame:
        """Territories that overlap one another."""
        return read.between(self.release)

    @kept
    def facets(self) -> pd.DataFrame:
        """What each right is found by, in the order of `concessions`; and `words`: code and name.

        Columns RIGHTS of `geo.release.facets`, numbered from 0.
        """
        told = self.concessions["native_id"].fillna("") + " " + self.concessions["name"].fillna("")
        return read.facets(self.release).assign(words=told.map(folded).to_numpy())

    @kept
    def pairs(self) -> pd.DataFrame:
        """What each overlap is found by, in the order of `overlaps`: PAIR, numbered from 0."""
        return of_pairs(self.concessions, self.territories, self.overlaps, self.flags)

    @kept
    def sources(self) -> Mapping[str, Row]:
        """The declared sources, by id."""
        return {str(one["id"]): one for one in read.sources(self.release)}

    @kept
    def cases(self) -> Mapping[str, Row]:
        """The cases, by id."""
        return {str(one["id"]): one for one in read.cases(self.release)}

    @kept
    def judgments(self) -> Mapping[str, Row]:
        """The judgments, by id."""
        return {str(one["id"]): one for one in read.judgments(self.release)}

    @kept
    def rules(self) -> Mapping[str, Any]:
        """The rule book that judged."""
        return read.rules(self.release)

    @kept
    def questions(self) -> Mapping[str, Row]:
        """The rules by code."""
        return {str(rule["code"]): rule for rule in self.rules["rule"]}

    @kept
    def summary(self) -> Mapping[str, Any]:
        """Counts and sums of the whole release."""
        return read.summary(self.release)

    @kept
    def pair_counts(self) -> Mapping[str, int]:
        """How many rights share at least 1 m² with each territory."""
        shared = self.overlaps.loc[self.overlaps["overlap_class"].isin(PAIRS)]
        return {str(key): int(n) for key, n in shared["territory_key"].value_counts().items()}

    @kept
    def _of_territory(self) -> Groups:
        return Groups(self.overlaps["territory_key"])

    @kept
    def _of_concession(self) -> Groups:
        return Groups(self.overlaps["concession_key"])

    @kept
    def _of_pair(self) -> Groups:
        return Groups(self.flags["concession_key"], self.flags["territory_key"])

    @kept
    def _overlap_lines(self) -> Lines:
        return Lines(self.overlaps)

    @kept
    def _flag_lines(self) -> Lines:
        return Lines(self.flags)

    @kept
    def rights(self) -> Mapping[str, Row]:
        """The rights by key, missing values as None; each is made when it is asked for."""
        return Rows(self.concessions)

    @kept
    def lands(self) -> Mapping[str, Row]:
        """The territories by key, as `rights`; `measured_in` is the plane of its hectares."""
        measured_in = planes_of_hectares(self.territories["plane"], self.territories.geometry)
        return Rows(self.territories.assign(measured_in=measured_in))

    def row_of_right(self, key: str) -> int:
        """The number of a right in `concessions`; -1 where it is not there."""
        return int(self.concessions.index.get_indexer(pd.Index([key]))[0])

    def row_of_land(self, key: str) -> int:
        """The number of a territory in `territories`; -1 where it is not there."""
        return int(self.territories.index.get_indexer(pd.Index([key]))[0])

    def overlap_rows(self, rights: Sequence[str]) -> list[int]:
        """The numbers of the overlaps of some rights, in the rights' order."""
        return [int(number) for key in rights for number in self._of_concession.rows(key)]

    def overlap_rows_on(self, territories: Sequence[str]) -> list[int]:
        """The numbers of the overlaps of some territories, in the territories' order."""
        return [int(number) for key in territories for number in self._of_territory.rows(key)]

    def overlaps_of(
        self, *, territory: str | None = None, concession: str | None = None
    ) -> list[Row]:
        """The overlaps of one territory or of one right: pairs first, near and adjacent after."""
        found = self._of_territory if territory is not None else self._of_concession
        name = territory if territory is not None else concession
        return self._overlap_lines.several(found.rows(name))

    def answers(self, pairs: Sequence[Row]) -> list[list[Row]]:
        """What was asked of each pair: yes by priority, then what is not known, then no."""
        both = [(pair["concession_key"], pair["territory_key"]) for pair in pairs]
        return [
            sorted(self._flag_lines.several(self._of_pair.rows(*names)), key=_rank)
            for names in both
        ]

    def unions_of(self, territory: str) -> list[Row]:
        """The shares of one territory under rights, by kind and status."""
        if "territory_key" not in self.unions:
            return []
        return records(self.unions.loc[self.unions["territory_key"].eq(territory).fillna(False)])

    def cases_of(self, territory: str) -> list[Row]:
        """The cases that name one territory."""
        return [case for case in self.cases.values() if territory in case["territories"]]


def _plain(column: pd.Series) -> list[Any]:
    values = np.array(column, dtype=object)
    values[column.isna().to_numpy(dtype=bool)] = None
    return values.tolist()


def _rank(row: Row) -> tuple[int, int, str]:
    answer, severity = _ANSWERS.index(row["answer"]), _WEIGHT.get(row["severity"], 0)
    return answer, -severity, row["code"]


def records(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> list[Row]:
    """Rows as dicts without their shapes; a missing value is None."""
    names = [str(name) for name in (columns or frame.columns) if name != "geometry"]
    values = [_plain(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
