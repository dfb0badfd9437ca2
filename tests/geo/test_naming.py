"""Figures of a row, told the same way on every page and in the annex."""

from geo import naming
from geo.words import words

SPANISH = words("es", "")


def test_two_equal_figures_are_not_shown_as_an_interval() -> None:
    row = {"area_min_ha": 399.99116, "area_max_ha": 399.99124}
    assert naming.interval(row, SPANISH) == "399.9912 (cambia menos de 1 m²)"
    assert naming.interval(row, SPANISH, unit=" ha") == "399.9912 ha (cambia menos de 1 m²)"
    wider = {"area_min_ha": 399.5, "area_max_ha": 400.25}
    assert naming.interval(wider, SPANISH, unit=" ha") == "399.5000 – 400.2500 ha"
    assert naming.interval({"area_min_ha": None, "area_max_ha": 1.0}, SPANISH) == (
        "error no conocido"
    )
