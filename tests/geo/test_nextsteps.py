"""What one can do about an overlap: a term is never told shorter than it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DeclarationError
from geo.nextsteps import Overlap, Term, Unit, belonging, not_before, parse_steps
from geo.terms import Kind, Status, Tenure

GOOD = """
country = "PE"
version = "1"
[reviewed]
es = "Nadie."
en = "Nobody."
[[step]]
id = "a"
what = { es = "Pedir", en = "Ask" }
where = { es = "Aquí", en = "Here" }
by = { es = "15 días", en = "15 days", count = 15, unit = "working-days", runs_from = "granted_on" }
when.kinds = ["mining"]
when.statuses = ["titled"]
basis = [{ text = "Ley", sure = "recalled" }]
[[step]]
id = "b"
what = { es = "Buscar", en = "Search" }
where = { es = "Allí", en = "There" }
when.yes = ["X"]
when.missing = ["titled_on"]
basis = [{ text = "Ley", sure = "found" }]
"""


def _overlap(**other: object) -> Overlap:
    said: dict[str, object] = {
        "kind": Kind.MINING,
        "status": Status.TITLED,
        "overlap_class": "overlap",
        "tenure": Tenure.TITLED,
        "yes": frozenset(),
        "unknown": frozenset(),
        "missing": frozenset(),
    }
    return Overlap(**(said | other))  # type: ignore[arg-type]


def _term(count: int, unit: Unit) -> Term:
    return Term("x", "x", count, unit, "granted_on")


def _ids(**other: object) -> list[str]:
    return [step.id for step in belonging(parse_steps(GOOD, "x"), _overlap(**other))]


def test_a_step_belongs_to_the_overlaps_that_it_names_and_to_no_other() -> None:
    assert _ids() == ["a"]
    assert _ids(status=Status.EXTINGUISHED) == []
    assert _ids(kind=Kind.PLOT, yes=frozenset({"X"})) == ["b"]
    assert _ids(missing=frozenset({"titled_on", "y"})) == ["a", "b"]
    assert _ids(unknown=frozenset({"X"})) == ["a"]


def test_what_is_not_found_is_to_be_confirmed() -> None:
    assert [step.to_be_confirmed for step in parse_steps(GOOD, "x").step] == [True, False]


@pytest.mark.parametrize(
    ("on", "count", "unit", "day"),
    [
        ("2024-01-31", 1, Unit.MONTHS, date(2024, 2, 29)),
        ("2024-02-29", 2, Unit.YEARS, date(2026, 2, 28)),
        ("2024-11-30", 3, Unit.MONTHS, date(2025, 2, 28)),
        ("2024-03-01", 15, Unit.WORKING_DAYS, date(2024, 3, 22)),  # a Friday, three weeks on
        ("2024-03-02", 1, Unit.WORKING_DAYS, date(2024, 3, 4)),  # Saturday, then Monday
        ("2024-12", 10, Unit.DAYS, date(2024, 12, 11)),
        ("2024", 1, Unit.YEARS, date(2025, 1, 1)),
    ],
)
def test_a_term_is_counted_as_on_paper(on: str, count: int, unit: Unit, day: date) -> None:
    assert not_before(_term(count, unit), {"granted_on": on}) == day


def test_a_term_without_its_date_has_no_end() -> None:
    assert not_before(_term(15, Unit.DAYS), {"granted_on": None}) is None
    assert not_before(Term("antes del título", "before"), {"granted_on": "2024"}) is None


@given(
    st.dates(date(1950, 1, 1), date(2090, 1, 1)),
    st.integers(0, 400),
    st.integers(1, 60),
    st.sampled_from(list(Unit)),
)
def test_nobody_is_told_that_a_term_ended_before_it_could(
    granted: date, later: int, count: int, unit: Unit
) -> None:
    """Whatever precision the date has, and however much later the notice came."""
    term = _term(count, unit)
    notice = granted + timedelta(days=later)
    true_end = not_before(term, {"granted_on": notice.isoformat()})
    for told in (granted.isoformat(), granted.isoformat()[:7], granted.isoformat()[:4]):
        found = not_before(term, {"granted_on": told})
        assert found is not None
        assert true_end is not None
        assert found <= true_end
        assert found.isoformat() > told[:4]


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ('kinds = ["mining"]', 'kinds = ["minig"]', "kinds"),
        ("count = 15, ", "", "count"),
        ("count = 15", "count = 0", "plazo"),
        ('runs_from = "granted_on"', 'runs_from = "as_of"', "granted_on"),
        ('id = "b"', 'id = "a"', "id"),
        ('en = "Search"', 'en = " "', "vacío"),
        ('[{ text = "Ley", sure = "found" }]', "[]", "apoya"),
        ("when.yes", "when.si", "si"),
        ('sure = "found"', 'sure = "sure"', "sure"),
    ],
)
def test_a_typing_mistake_is_refused_with_its_file(right: str, wrong: str, named: str) -> None:
    assert right in GOOD
    with pytest.raises(DeclarationError, match=rf"steps\.toml.*{named}"):
        parse_steps(GOOD.replace(right, wrong), "steps.toml")
