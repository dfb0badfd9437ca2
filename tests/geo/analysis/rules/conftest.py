"""A right on a territory, made of what a test says about them."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Polygon, box

from geo.analysis.facts import gather
from geo.analysis.flags import judge
from geo.analysis.rulebook import RuleBook
from geo.analysis.rules.registry import RULES
from geo.analysis.rules.rule import answers, asked
from geo.answers import as_text
from geo.country import Country, parse_country
from geo.declared import parse
from geo.schema.columns import OVERLAPS, of_noun
from geo.stages import Flagged, Layer, Ledger, Overlaps, no_deeds, typed
from geo.terms import Noun, OverlapClass
from geo.words import words

DATA = Path(__file__).resolve().parents[4] / "data"

Rows = Iterable[Mapping[str, Any]]

RIGHT = {
    "key": "mining:010000001",
    "native_id": "010000001",
    "name": "RIGHT ONE",
    "source_id": "mining",
    "snapshot": "a" * 64,
    "as_of": "2026-10-15",
    "kind": "mining",
    "status": "titled",
}
LAND = {
    "key": "land:T-1",
    "native_id": "T-1",
    "name": "COMMUNITY ONE",
    "source_id": "land",
    "snapshot": "b" * 64,
    "as_of": "2026-10-01",
    "tenure": "titled",
    "called": "titled",
}
PAIR = {
    "concession_key": RIGHT["key"],
    "concession_id": RIGHT["native_id"],
    "concession_name": RIGHT["name"],
    "territory_key": LAND["key"],
    "territory_id": LAND["native_id"],
    "territory_name": LAND["name"],
    "area_ha": 50.4,
    "area_min_ha": 48.0,
    "area_max_ha": 53.0,
    "share_of_concession": 0.504,
    "error_m": 24.5,
    "distance_m": 0.0,
    "overlap_class": OverlapClass.OVERLAP.value,
}


def a_layer(noun: Noun, rows: Rows) -> Layer:
    """Rows of one noun; what they do not say is missing."""
    said = pd.DataFrame(list(rows)).assign(row=lambda frame: range(len(frame)))
    shapes = gpd.GeoSeries([box(-70, -12, -69.9, -11.9)] * len(said), crs="EPSG:4326")
    frame = typed(gpd.GeoDataFrame(said, geometry=shapes), of_noun(noun))
    return Layer(noun, frame, Ledger(len(frame), no_deeds()))


def some_overlaps(rows: Rows) -> Overlaps:
    """Pairs as an overlay would hand them over."""
    said = pd.DataFrame(list(rows))
    shapes = gpd.GeoSeries([Polygon()] * len(said), crs="EPSG:4326")
    return Overlaps(typed(gpd.GeoDataFrame(said, geometry=shapes), OVERLAPS))


def one_pair(
    right: Mapping[str, Any], land: Mapping[str, Any], pair: Mapping[str, Any]
) -> tuple[Overlaps, Layer, Layer]:
    """The usual right on the usual territory, but for what is said."""
    right, land = RIGHT | dict(right), LAND | dict(land)
    named = {
        "concession_key": right["key"],
        "concession_id": right["native_id"],
        "territory_key": land["key"],
        "territory_id": land["native_id"],
    }
    return (
        some_overlaps([PAIR | named | dict(pair)]),
        a_layer(Noun.CONCESSION, [right]),
        a_layer(Noun.TERRITORY, [land]),
    )


@pytest.fixture(scope="session")
def rulebook() -> RuleBook:
    text = (DATA / "rules" / "peru.toml").read_text(encoding="utf-8")
    return parse(text, RuleBook, "data/rules/peru.toml")


@pytest.fixture(scope="session")
def country() -> Country:
    return parse_country(
        (DATA / "countries" / "peru.toml").read_text(encoding="utf-8"), "peru.toml"
    )


@pytest.fixture(scope="session")
def flagged(rulebook: RuleBook) -> Callable[..., Flagged]:
    """`flagged(right, land, pair, **gather)`: the questions asked of one pair."""

    def made(
        right: Mapping[str, Any] | None = None,
        land: Mapping[str, Any] | None = None,
        pair: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Flagged:
        pairs, rights, lands = one_pair(right or {}, land or {}, pair or {})
        facts = gather(pairs, rights, lands, rulebook, **more)
        return judge(pairs, facts, rulebook, {"es": words("es", ""), "en": words("en", "")})

    return made


@pytest.fixture(scope="session")
def answer(rulebook: RuleBook) -> Callable[..., str]:
    """`answer(code, right, land, pair)`: yes, no, unknown, or "not asked"."""
    by_code = {rule.code: rule for rule in RULES}

    def made(
        code: str,
        right: Mapping[str, Any] | None = None,
        land: Mapping[str, Any] | None = None,
        pair: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> str:
        facts = gather(*one_pair(right or {}, land or {}, pair or {}), rulebook, **more)
        if not asked(by_code[code], facts).iloc[0]:
            return "not asked"
        return str(as_text(answers(by_code[code], facts)).iloc[0])

    return made


@pytest.fixture(scope="session")
def layer() -> Callable[[Noun, Rows], Layer]:
    return a_layer


@pytest.fixture(scope="session")
def overlaps() -> Callable[[Rows], Overlaps]:
    return some_overlaps


@pytest.fixture(scope="session")
def right() -> Mapping[str, Any]:
    return RIGHT


@pytest.fixture(scope="session")
def land() -> Mapping[str, Any]:
    return LAND


@pytest.fixture(scope="session")
def pair() -> Mapping[str, Any]:
    return PAIR
