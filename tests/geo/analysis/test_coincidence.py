"""COINC answers yes or no only where place and dates tell; a district is no point."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Point, box

from geo.analysis.coincidence import COLUMNS, SENTENCE, Happening, Reach, coincidence
from geo.words import words

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = ROOT / "data" / "translations" / "en" / "LC_MESSAGES" / "deslinde.po"
WGS84 = Geod(ellps="WGS84")
SQUARE = box(-70.01, -12.51, -70.0, -12.5)
REACH = Reach(within_m=5_000, days=30)


def _overlaps(*shapes: shapely.Geometry, error_m: float | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "concession_key": [f"s:{n}" for n in range(len(shapes))],
            "territory_key": "t:1",
            "overlap_class": "overlap",
            "error_m": pd.Series([error_m] * len(shapes), dtype="Float64"),
        },
        geometry=list(shapes),
        crs="EPSG:4326",
    )


def _rights(**said: object) -> pd.DataFrame:
    plain: dict[str, object] = {
        "key": ["s:0"],
        "status": "titled",
        "filed_on": "2010-03-15",
        "granted_on": pd.NA,
        "expires_on": pd.NA,
        "extinguished_on": pd.NA,
        "accumulation": pd.array([False], dtype="boolean"),
    }
    frame = pd.DataFrame({**plain, **said})
    texts = ["key", "status", "filed_on", "granted_on", "expires_on", "extinguished_on"]
    return frame.astype(dict.fromkeys(texts, "string"))


def _ask(happening: Happening, *, reach: Reach = REACH, error_m: float | None = None,
         **said: object) -> pd.Series:  # fmt: skip
    made = coincidence(happening, _overlaps(SQUARE, error_m=error_m), _rights(**said), reach)
    assert tuple(made.columns) == COLUMNS
    assert len(made) == 1
    return made.iloc[0]


# --- on paper: the square's eastern side is the meridian -70, its southern the parallel -12.51 ---


@pytest.mark.parametrize(
    ("lon", "lat", "metres"),
    [
        (-70.005, -12.505, 0.0),  # within
        (-70.0, -12.5, 0.0),  # on a corner
        (-69.99, -12.505, 1_087.0),  # 0.01 degrees of longitude at 12.505 S
        (-70.005, -12.52, 1_106.4),  # 0.01 degrees of latitude
        (-69.99, -12.49, 1_551.1),  # from the corner
    ],
)
def test_the_distance_is_the_one_that_a_surveyor_would_measure(
    lon: float, lat: float, metres: float
) -> None:
    row = _ask(Happening(Point(lon, lat), "2015"))
    assert row["far_m"] == pytest.approx(metres, abs=1.5)
    assert row["near_m"] <= metres + 1.5
    assert (row["in_reach"], row["answer"]) == ("yes", "yes")


def test_a_right_far_away_has_no_row_and_so_no_story() -> None:
    far = Happening(Point(-69.9, -12.5), "2015")
    assert coincidence(far, _overlaps(SQUARE), _rights(), REACH).empty


def test_an_incident_known_only_to_its_district_is_unknown_and_never_near() -> None:
    district = box(-70.2, -12.7, -69.9, -12.4)
    row = _ask(Happening(district, "2015"))
    assert row["near_m"] == 0
    assert row["far_m"] > 20_000
    assert (row["in_reach"], row["answer"]) == ("unknown", "unknown")


def test_a_small_district_wholly_within_reach_is_near() -> None:
    row = _ask(Happening(box(-70.012, -12.512, -69.998, -12.498), "2015"))
    assert (row["in_reach"], row["answer"]) == ("yes", "yes")


def test_a_place_that_nobody_knows_is_unknown_for_every_right() -> None:
    row = _ask(Happening(None, "2015"))
    assert pd.isna(row["near_m"])
    assert (row["in_reach"], row["answer"]) == ("unknown", "unknown")


def test_a_boundary_that_may_lie_elsewhere_leaves_the_edge_of_reach_open() -> None:
    edge = Happening(Point(-69.955, -12.505), "2015")  # 4,891 m
    assert _ask(edge)["in_reach"] == "yes"
    assert _ask(edge, error_m=300.0)["in_reach"] == "unknown"


@pytest.mark.parametrize(
    ("on", "until", "said", "answer"),
    [
        ("2015-06-01", "", {}, "yes"),
        ("2010-02-20", "", {}, "yes"),  # 23 days before the filing
        ("2010-02-01", "", {}, "no"),
        ("2010", "", {}, "unknown"),
        ("2009", "", {}, "no"),
        ("", "", {}, "unknown"),
        ("2009-01-01", "2011-01-01", {}, "unknown"),
        ("2015", "", {"filed_on": pd.NA}, "unknown"),
        ("2015", "", {"filed_on": pd.NA, "granted_on": "2014"}, "yes"),
        ("2012", "", {"filed_on": pd.NA, "granted_on": "2014"}, "unknown"),
        ("2012", "", {"filed_on": "2014", "accumulation": pd.array([True])}, "unknown"),
        ("2015", "", {"filed_on": "2014", "accumulation": pd.array([True])}, "yes"),
        ("2020", "", {"extinguished_on": "2018-05"}, "no"),
        ("2018-06-20", "", {"extinguished_on": "2018-05-31"}, "yes"),  # 20 days after
        ("2018", "", {"extinguished_on": "2018-05"}, "unknown"),
        ("2020", "", {"status": "extinguished"}, "unknown"),
        ("2020", "", {"status": "unknown"}, "unknown"),
        ("2020", "", {"expires_on": "2019-01-01"}, "no"),
    ],
)
def test_dates_tell_only_what_they_tell(
    on: str, until: str, said: dict[str, object], answer: str
) -> None:
    row = _ask(Happening(Point(-70.005, -12.505), on, until), **said)
    assert (row["in_reach"], row["in_time"], row["answer"]) == ("yes", answer, answer)


def test_rows_that_only_touch_are_not_overlaps() -> None:
    touching = _overlaps(SQUARE).assign(overlap_class="adjacent")
    assert coincidence(Happening(Point(-70.005, -12.505), "2015"), touching, _rights(), REACH).empty


def test_nothing_to_lay_on_gives_an_empty_table() -> None:
    made = coincidence(Happening(Point(-70, -12), "2015"), _overlaps(), _rights(), REACH)
    assert tuple(made.columns) == COLUMNS
    assert made.empty


def test_a_right_that_the_tier_does_not_show_leaves_the_dates_unknown() -> None:
    nobody = _rights().iloc[:0]
    near = Happening(Point(-70.005, -12.505), "2015")
    assert list(coincidence(near, _overlaps(SQUARE), nobody, REACH)["answer"]) == ["unknown"]


def test_the_sentence_says_that_coincidence_is_no_cause() -> None:
    catalogue = CATALOGUE.read_text("utf-8")
    assert "no implica relación causal" in SENTENCE
    said = words("en", catalogue).say(SENTENCE)
    assert "no causal link" in said
    assert "responsibility" in said


# --- laws ----------------------------------------------------------------------------------------

DEGREES = st.tuples(st.floats(-70.3, -69.7), st.floats(-12.8, -12.2))
SIDES = st.floats(0.001, 0.05)


@settings(max_examples=40, deadline=None)
@given(DEGREES, DEGREES, SIDES, SIDES)
def test_the_true_distance_lies_between_the_two_that_are_told(
    at: tuple[float, float], corner: tuple[float, float], width: float, height: float
) -> None:
    shape = box(corner[0], corner[1], corner[0] + width, corner[1] + height)
    row = coincidence(
        Happening(Point(at), "2015"), _overlaps(shape), _rights(), Reach(1e6, 0)
    ).iloc[0]
    side = shapely.get_coordinates(shapely.segmentize(shape.exterior, width / 200))
    _, _, metres = WGS84.inv(*np.full((2, len(side)), np.array(at)[:, None]), *side.T)
    truth = 0.0 if shape.covers(Point(at)) else float(metres.min())
    assert row["near_m"] <= truth + 0.01
    assert truth <= row["far_m"] + 60  # the sides are sampled


@settings(max_examples=40, deadline=None)
@given(DEGREES, SIDES, DEGREES, SIDES, st.floats(0, 1), st.floats(0, 1))
def test_wherever_in_its_district_it_happened_a_certain_answer_is_right(
    south_west: tuple[float, float], side: float, corner: tuple[float, float], width: float,
    east: float, north: float,
) -> None:  # fmt: skip
    district = box(*south_west, south_west[0] + side, south_west[1] + side)
    place = Point(south_west[0] + east * side, south_west[1] + north * side)
    shape = box(*corner, corner[0] + width, corner[1] + width)
    reach = Reach(12_000, 0)
    coarse = coincidence(Happening(district, "2015"), _overlaps(shape), _rights(), reach)
    exact = coincidence(Happening(place, "2015"), _overlaps(shape), _rights(), reach)
    told = coarse["answer"].iloc[0] if len(coarse) else "no"
    truth = exact["answer"].iloc[0] if len(exact) else "no"
    assert told in {"unknown", truth} or truth == "unknown"


# --- here and nowhere else -------------------------------------------------------------------


def test_no_page_release_or_bundle_of_the_public_side_knows_of_coincidence() -> None:
    rooms = ("geo/release", "geo/evidence", "geo/schema", "geo/analysis/rules", "webmap/public",
             "webmap/static", "data/rules", "data/demo")  # fmt: skip
    files = [p for room in rooms for p in sorted((ROOT / room).rglob("*")) if p.is_file()]
    texts = [p for p in files if p.suffix in {".py", ".toml", ".typ", ".js", ".html", ".json"}]
    assert len(texts) > 60
    pages = sorted((ROOT / "webmap" / "templates").glob("*.html"))
    told = [p.name for p in (*texts, *pages) if _tells(p)]
    assert told == []
    assert _tells(ROOT / "geo" / "analysis" / "coincidence.py")


def _tells(path: Path) -> bool:
    text = path.read_text("utf-8")
    return (
        re.search(r"\bCOINC\b|analysis\.coincidence|analysis import coincidence", text) is not None
    )
