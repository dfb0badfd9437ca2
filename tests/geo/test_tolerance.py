"""A polygon is called titled only where it is as large as its title says."""

from pathlib import Path

import pandas as pd
import pytest

from geo.country import Country, parse_country
from geo.tolerance import called

PERU = Path(__file__).resolve().parents[2] / "data" / "countries" / "peru.toml"


@pytest.fixture(scope="module")
def country() -> Country:
    return parse_country(PERU.read_text(encoding="utf-8"), PERU.name)


@pytest.mark.parametrize(
    ("tenure", "title", "drawn", "said"),
    [
        # 3 % of 31,423 ha is 942.69 ha: 32,000 lies within, and so does the limit itself
        ("titled", 31423.0, 32000.0, "titled"),
        ("titled", 31423.0, 31423.0 + 942.69, "titled"),
        ("titled", 31423.0, 31423.0 + 942.70, "polygon-per-source"),
        ("titled", 31423.0, 31423.0 - 942.70, "polygon-per-source"),
        # drawn at 2.85 times its title
        ("titled", 14553.61, 41469.0, "polygon-per-source"),
        # below 5 ha 6.3 %, below 1 ha 7.5 %
        ("titled", 2.0, 2.126, "titled"),
        ("titled", 2.0, 2.127, "polygon-per-source"),
        ("use-cession", 0.5, 0.5375, "titled"),
        ("use-cession", 0.5, 0.5376, "polygon-per-source"),
        # exactly 1 ha and 5 ha have the larger bracket's share: 6.3 % and 3 %
        ("titled", 1.0, 1.063, "titled"),
        ("titled", 1.0, 1.0631, "polygon-per-source"),
        ("titled", 5.0, 5.15, "titled"),
        ("titled", 5.0, 5.1501, "polygon-per-source"),
        ("titled", None, 100.0, "titled"),
        ("claimed", 100.0, 100.0, "polygon-per-source"),
        ("unknown", 100.0, 100.0, "polygon-per-source"),
        (None, 100.0, 100.0, "polygon-per-source"),
    ],
)
def test_a_polygon_larger_than_its_title_is_not_passed_off_as_titled_territory(
    country: Country, tenure: str | None, title: float | None, drawn: float, said: str
) -> None:
    made = called(
        pd.Series([tenure], dtype="string"),
        pd.Series([title], dtype="Float64"),
        pd.Series([drawn], dtype="Float64"),
        country,
    )
    assert made.tolist() == [said]
