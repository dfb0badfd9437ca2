"""What a bundle is about: the rows of one release that it needs, and no others."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.release.read import Release


class By(StrEnum):
    """How the rows were asked for."""

    TERRITORY = "territory"
    CONCESSION = "concession"
    CASE = "case"
    CODES = "codes"


class Outcome(StrEnum):
    """What became of one code of a list."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"  # several rights bear it: all are taken, and it is said
    NOT_FOUND = "not-found"
    REPEATED = "repeated"  # stands earlier in the list


@dataclass(frozen=True)
class CodeLine:
    """One line of a list. written: as it stood; code: as it was read; keys: what it met.

    hint: codes of this release that differ in zeros or signs only. They are not taken.
    """

    number: int
    written: str
    code: str
    outcome: Outcome
    keys: tuple[str, ...] = ()
    hint: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Chosen:
    """The cut of one release. Frames are sorted as the release sorts them.

    asked: the ids as the user wrote them. subjects: keys of the territories (by territory, case)
    or of the rights (by concession, codes) that were asked for. concessions, territories: the
    subjects and whatever overlaps them, is near, or adjoins (columns of the schema, EPSG:4326).
    overlaps: every pair of a subject, all classes. flags: of these pairs. unions: rows of the
    subjects. deeds: of the rows here and of their whole files. received: the rows as received,
    columns of `geo.received.RECEIVED`, with every row that shares a code with one of these.
    captures: of the files that these rows and facts came from. declared: file name -> text.
    """

    release: Release
    by: By
    asked: tuple[str, ...]
    subjects: tuple[str, ...]
    codes: tuple[CodeLine, ...]
    concessions: gpd.GeoDataFrame
    territories: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame
    flags: pd.DataFrame
    unions: pd.DataFrame
    between: pd.DataFrame
    deeds: pd.DataFrame
    received: pd.DataFrame
    captures: tuple[dict[str, Any], ...]
    declared: dict[str, str]
    cases: tuple[dict[str, Any], ...]
    judgments: tuple[dict[str, Any], ...]
    sources: tuple[dict[str, Any], ...]
    rules: dict[str, Any]

    @property
    def illustrative(self) -> bool:
        """Whether any row was invented for the demonstration, or nobody says that it was not."""
        return any(
            bool(layer["illustrative"].fillna(True).any())
            for layer in (self.concessions, self.territories)
        )
