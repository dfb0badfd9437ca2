"""What a release is made of: one build's answers, for one tier, before anything is withheld."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import geopandas as gpd
import pandas as pd

from geo.cases import Case, Judgment
from geo.declared import Source
from geo.stages import Flagged, Layer, RawLayer, Snapshot
from geo.terms import Tier


class Input(Protocol):
    """One file that the build was made from, and what its importer said about it."""

    @property
    def kind(self) -> str: ...
    @property
    def snapshot(self) -> Snapshot: ...
    @property
    def tier(self) -> Tier: ...
    @property
    def layer(self) -> str: ...
    @property
    def crs(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def accuracy_m(self) -> float | None: ...
    @property
    def as_of(self) -> str: ...
    @property
    def demo(self) -> bool: ...


class Rulebook(Protocol):
    """The questions, sentences and constants of a country: a dataclass with a version."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def version(self) -> str: ...


@dataclass(frozen=True, eq=False)
class Opened:
    """One input as it was read.

    path: where its bytes lie. rows: how many rows the file has; layers: how many layers.
    raw: the rows that its importer's condition keeps, None for a file of facts. keys: the number
    of each row that normalising kept -> its key. facts: the facts of such a file (columns of
    `geo.analysis.brought_file`), and lines: the same lines, each under the headings as written.
    """

    made: Input
    path: Path
    rows: int
    raw: RawLayer | None = None
    keys: pd.Series = field(default_factory=lambda: pd.Series(dtype="string"))
    layers: int = 1
    facts: pd.DataFrame = field(default_factory=pd.DataFrame)
    lines: tuple[Mapping[str, str], ...] = ()


def no_outlines() -> gpd.GeoDataFrame:
    """Outlines of which there are none."""
    return gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")


@dataclass(frozen=True)
class Credit:
    """Whom a part of the basemap is from: layers of it, and what their maker asks to be said.

    as_of: the date of the data, a partial date, "" where their maker says none.
    """

    layers: tuple[str, ...]
    title: str
    licence: str
    address: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class Basemap:
    """The archive of tiles that the public map stands on, and whom it is from."""

    tiles: Path
    credits: tuple[Credit, ...]


@dataclass(frozen=True, eq=False)
class Content:
    """Everything that one build of one tier found.

    inputs: what the build was made from, and nothing above its tier: an answer that rests on
    a restricted fact says what the fact says. unions, between: plain tables of the analysis,
    one row a territory, right or pair of territories, named by columns that end in `key`.
    territories_of_case: the keys of this build's territories that each case names.
    code: the SHA-256 over the modules of `geo`, "" where it is not known. settings: the thresholds.
    area_ha_union: the hectares under all pairs together, None where nobody computed them.
    opened: each of the inputs as it was read. declared: file name below data/ -> text, of the
    declarations that made the figures. stamps: SHA-256 of an input -> the RFC 3161 token of its
    capture, where there is one. departments: outlines to find one's way by (name, geometry).
    basemap: what the public map stands on, None for none.
    """

    concessions: Layer
    territories: Layer
    flagged: Flagged
    unions: pd.DataFrame
    between: pd.DataFrame
    cases: tuple[Case, ...]
    territories_of_case: Mapping[str, frozenset[str]]
    judgments: tuple[Judgment, ...]
    sources: tuple[Source, ...]
    rulebook: Rulebook
    inputs: tuple[Input, ...]
    code: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    area_ha_union: float | None = None
    opened: tuple[Opened, ...] = ()
    declared: Mapping[str, str] = field(default_factory=dict)
    stamps: Mapping[str, bytes] = field(default_factory=dict)
    departments: gpd.GeoDataFrame = field(default_factory=no_outlines)
    basemap: Basemap | None = None
