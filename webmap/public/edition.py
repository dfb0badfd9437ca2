"""One release as the pages read it, and the shelf from which a request takes the current one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.answers import folded
from geo.datum import planes_of_hectares
from geo.release import read
from geo.release.facets import of_pairs
from geo.release.read import Release
from geo.terms import PAIRS, Answer, Severity

Row = dict[str, Any]
T = TypeVar("T")

"""The classes that share at least 1 m²."""

_WEIGHT = {severity.value: weight for weight, severity in enumerate(Severity)}
_ANSWERS = (Answer.YES.value, Answer.UNKNOWN.value, Answer.NO.value)


@dataclass(frozen=True, eq=False)
class Edition:
    """One release with its frames by key. Read when first asked for, then kept."""

    release: Release
    prepared: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What `make` gives for a key, made when first asked for."""
        if key not in self.prepared:
            self.prepared[key] = make()
        found: T = self.prepared[key]
        return found

    @property
    def id(self) -> str:
        """The release's id, which stands in every address of its data."""
        return self.release.id

    @cached_property
    def concessions(self) -> gpd.GeoDataFrame:
        """The rights, indexed by key."""
        return gpd.GeoDataFrame(read.concessions(self.release).set_index("key", drop=False))

    @cached_property
    def territories(self) -> gpd.GeoDataFrame:
        """The territories, indexed by key."""
        return gpd.GeoDataFrame(read.territories(self.release).set_index("key", drop=False))

    @cached_property
    def overlaps(self) -> gpd.GeoDataFrame:
        """The overlaps, numbered from 0."""
        return read.overlaps(self.release)

    @cached_property
    def flags(self) -> pd.DataFrame:
        """The answers, numbered from 0."""
        return read.flags(self.release)

    @cached_property
    def unions(self) -> pd.DataFrame:
        """The shares of each territory and right as a whole."""
        return read.unions(self.release)

    @cached_property
    def between(self) -> pd.DataFrame:
        """Territories that overlap one another."""
        return read.between(self.release)

    @cached_property
    def facets(self) -> pd.DataFrame:
        """What each right is found by, in the order of `concessions`; and `words`: code and name.

        Columns RIGHTS of `geo.release.facets`, numbered from 0.
        """
        told = self.concessions["native_id"].fillna("") + " " + self.concessions["name"].fillna("")
        return read.facets(self.release).assign(words=told.map(folded).to_numpy())

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """What each overlap is found by, in the order of `overlaps`: PAIR, numbered from 0."""
        return of_pairs(self.concessions, self.territories, self.overlaps, self.flags)

    @cached_property
    def sources(self) -> Mapping[str, Row]:
        """The declared sources, by id."""
        return {str(one["id"]): one for one in read.sources(self.release)}

    @cached_property
    def cases(self) -> Mapping[str, Row]:
        """The cases, by id."""
        return {str(one["id"]): one for one in read.cases(self.release)}

    @cached_property
    def judgments(self) -> Mapping[str, Row]:
        """The judgments, by id."""
        return {str(one["id"]): one for one in read.judgments(self.release)}

    @cached_property
    def rules(self) -> Mapping[str, Any]:
        """The rule book that judged."""
        return read.rules(self.release)

    @cached_property
    def questions(self) -> Mapping[str, Row]:
        """The rules by code."""
        return {str(rule["code"]): rule for rule in self.rules["rule"]}

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """Counts and sums of the whole release."""
        return read.summary(self.release)

    @cached_property
    def pair_counts(self) -> Mapping[str, int]:
        """How many rights share at least 1 m² with each territory."""
        shared = self.overlaps.loc[self.overlaps["overlap_class"].isin(PAIRS)]
        return {str(key): int(n) for key, n in shared["territory_key"].value_counts().items()}

    @cached_property
    def _of_territory(self) -> Mapping[Any, Any]:
        return self.overlaps.groupby("territory_key").indices

    @cached_property
    def _of_concession(self) -> Mapping[Any, Any]:
        return self.overlaps.groupby("concession_key").indices

    @cached_property
    def _of_pair(self) -> Mapping[Any, Any]:
        return self.flags.groupby(["concession_key", "territory_key"]).indices

    @cached_property
    def rights(self) -> Mapping[str, Row]:
        """The rights by key, missing values as None."""
        return {row["key"]: row for row in records(self.concessions)}

    @cached_property
    def lands(self) -> Mapping[str, Row]:
        """The territories by key, missing values as None."""
        measured_in = planes_of_hectares(self.territories["plane"], self.territories.geometry)
        rows = records(self.territories.assign(measured_in=measured_in))
        return {row["key"]: row for row in rows}

    def overlap_rows(self, rights: Sequence[str]) -> list[int]:
        """The numbers of the overlaps of some rights, in the rights' order."""
        return [int(number) for key in rights for number in self._of_concession.get(key, ())]

    def overlaps_of(
        self, *, territory: str | None = None, concession: str | None = None
    ) -> list[Row]:
        """The overlaps of one territory or of one right: pairs first, near and adjacent after."""
        found = self._of_territory if territory is not None else self._of_concession
        rows = found.get(territory if territory is not None else concession, [])
        return records(self.overlaps.iloc[rows])

    def answers(self, pairs: Sequence[Row]) -> list[list[Row]]:
        """What was asked of each pair: yes by priority, then what is not known, then no."""
        keys = [(pair["concession_key"], pair["territory_key"]) for pair in pairs]
        numbers = [number for key in keys for number in self._of_pair.get(key, ())]
        found: dict[tuple[str, str], list[Row]] = {key: [] for key in keys}
        for row in records(self.flags.iloc[numbers]):
            found[row["concession_key"], row["territory_key"]].append(row)
        return [sorted(found[key], key=_rank) for key in keys]

    def unions_of(self, territory: str) -> list[Row]:
        """The shares of one territory under rights, by kind and status."""
        if "territory_key" not in self.unions:
            return []
        return records(self.unions.loc[self.unions["territory_key"].eq(territory).fillna(False)])

    def cases_of(self, territory: str) -> list[Row]:
        """The cases that name one territory."""
        return [case for case in self.cases.values() if territory in case["territories"]]


class Shelf:
    """The public folder. `current` follows its pointer on every request; nothing else is given.

    Older releases may lie in the folder; they hold what was taken back since, so they are not
    answered even to who knows their id.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._kept: Edition | None = None

    def current(self) -> Edition:
        """The release that is current now. Raises NothingToDo, ReleaseDamaged."""
        release = read.open_release(self._folder)
        with self._lock:
            if self._kept is None or self._kept.id != release.id:
                self._kept = Edition(release)
            return self._kept

    def edition(self, wanted: str) -> Edition | None:
        """The current release where `wanted` is its id, else None. Raises as `current`."""
        now = self.current()
        return now if now.id == wanted else None


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
