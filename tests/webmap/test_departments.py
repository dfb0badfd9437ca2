"""What a release does not know of a right is told as unknown, never counted as nothing."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from flask import Flask

from geo.home import Home
from geo.release.facets import RIGHTS
from geo.words import SPANISH, words
from webmap.public import charts, departments, holders
from webmap.public.selected_cells import _covered

SAY = words(SPANISH, "")


def _edition() -> Any:
    """Four rights on paper: two figures, one that overlaps without one, one that does not."""
    frame = pd.DataFrame(
        {
            "key": ["a", "b", "c", "d"],
            "kind": ["mining", "mining", "mining", "logging"],
            "status": ["titled"] * 4,
            "pairs": [1, 2, 1, 0],
            "area_ha": [10.0, 5.5, None, None],
        }
    ).reindex(columns=[*RIGHTS])
    facets = frame.astype({name: RIGHTS[name] for name in ("pairs", "area_ha")})
    return SimpleNamespace(facets=facets, once=lambda _key, make: make())


def test_a_right_of_unknown_hectares_is_not_summed_as_nothing() -> None:
    edition = _edition()
    assert departments.figures(edition, [0, 1, 2, 3]) == {
        "rights": 4,
        "overlapping": 3,
        "unknown": 1,
        "area_ha": 15.5,
    }
    assert departments.figures(edition, [3])["unknown"] == 0
    mining, logging = departments._by(edition.facets, SAY)
    assert mining["area"] == "15.50 ha, sin contar 1 cuyas hectáreas no se conocen"
    assert logging["area"] == "0.00 ha"
    (alone,) = departments._by(edition.facets.iloc[[2]], SAY)
    assert alone["area"] == "no se conoce"
    rows = holders._counted(edition.facets.assign(who=["x", "x", "x", "y"]), "who")
    assert rows["unknown"].tolist() == [1, 0]
    assert rows["area_ha"].tolist() == [15.5, 0.0]


def test_a_chart_says_what_its_bars_cannot_hold() -> None:
    facets = _edition().facets.iloc[:3]
    years = pd.Series([2001, 2001, 2003], dtype="Int64")
    orders = pd.Series(["before", "after", "after"])
    for made in (
        charts.by_year(years, facets["kind"], facets["area_ha"], "Nota.", SAY),
        charts.by_order(orders, facets["kind"], facets["area_ha"], "Nota.", SAY),
    ):
        assert made is not None
        assert made.total == 15.5
        assert made.caption.startswith("Nota. Además hay 1 cuyas hectáreas no se conocen")
        assert sum(len(bar.parts) for bar in made.bars) == len(made.boxes)
    whole = charts.by_order(orders[:2], facets["kind"][:2], facets["area_ha"][:2], "Nota.", SAY)
    assert whole is not None
    assert whole.caption == "Nota."


@pytest.mark.parametrize(
    ("area", "pairs", "text", "known"),
    [(None, 2, "no se conoce", False), (None, 0, "—", True), (0.5, 1, "0.5000", True)],
)
def test_a_cell_without_a_figure_says_why(
    area: float | None, pairs: int, text: str, known: bool
) -> None:
    cell = _covered({"area_ha": area, "pairs": pairs}, SAY)
    assert (cell.text, cell.known) == (text, known)


def test_pages_and_table_say_that_hectares_are_not_known(
    demonstration: Home, public: Callable[[Home], Flask]
) -> None:
    app = public(demonstration)
    edition = app.extensions["shelf"].current()
    facets = edition.facets.copy()
    facets["area_ha"] = pd.NA
    edition.prepared["edition", "facets"] = facets.astype(RIGHTS)
    client = app.test_client()
    page = client.get("/es/departamento/madre-de-dios").text
    assert "no se conoce</dd>" in page
    assert "Ningún derecho de aquí comparte tierra" not in page
    assert "no se conoce" in client.post("/es/superposiciones", data={"capa": "derechos"}).text
    assert "no se conoce" in client.get("/es/titulares").text
