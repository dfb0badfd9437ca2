"""A condition keeps the rows that it names, no others, and can do nothing else."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import FilterRefused
from geo.intake.condition import where
from geo.stages import RawLayer, Snapshot

SNAPSHOT = Snapshot(
    "0" * 64, "x.csv", 1, "x.csv", "fuente", pd.Timestamp(0, tz="UTC").to_pydatetime()
)


def _raw(**columns: pd.Series) -> RawLayer:
    size = len(next(iter(columns.values())))
    frame = gpd.GeoDataFrame(columns, geometry=[shapely.Point(0, 0)] * size)
    return RawLayer(frame, None, None, SNAPSHOT, "x")


@pytest.fixture
def raw() -> RawLayer:
    return _raw(
        country_code=pd.Series(["PE", "BO", None, "PE"], dtype="string"),
        status=pd.Series([None, "titulado", "Titulado", "en trámite"], dtype="string"),
        ZONA=pd.Series(["17", "18", "19", "17"], dtype="string"),
        year=pd.Series([202000, None, 202400, 1], dtype="Int64"),
        live=pd.Series([True, False, None, True], dtype="boolean"),
        **{
            "Mined area (ha)": pd.Series([1.5, 0.25, None, 9.0], dtype="Float64"),
            "Área": pd.Series(["a'b", "b", "c", "d"], dtype="string"),
            "id": pd.Series(["1", "2", "3", "4"], dtype="string"),
            "ID": pd.Series(["x", "x", "y", "y"], dtype="string"),
        },
    )


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("country_code = 'PE'", [0, 3]),
        ("COUNTRY_CODE='PE' AND year > 100", [0]),
        ("country_code <> 'PE'", [1]),
        ("NOT country_code = 'PE'", [1]),
        ("country_code IS NULL", [2]),
        ("country_code in ('BO', 'EC') or country_code is null", [1, 2]),
        ("status LIKE 'titul%'", [1, 2]),
        ("ZONA = 17", [0, 3]),
        ("year = '202400'", [2]),
        ("year BETWEEN 1 AND 202000", [0, 3]),
        ('"Mined area (ha)" >= 1.5', [0, 3]),
        ("[Mined area (ha)] < 1", [1]),
        ("\"Área\" = 'a''b'", [0]),
        ("Área = 'b'", [1]),
        ("live", [0, 3]),
        ("live = true", [0, 3]),
        ("upper(status) = 'TITULADO'", [1, 2]),
        ("ID_2 = 'x' AND id = '2'", [1]),
        ("status = 'SELECT; -- \"no\"'", []),
        ("1 = 1", [0, 1, 2, 3]),
    ],
)
def test_the_rows_that_a_lawyer_names_are_kept(
    condition: str, rows: list[int], raw: RawLayer
) -> None:
    kept = where(raw, condition)

    assert kept.dtype == bool
    assert kept.index.equals(raw.frame.index)
    assert list(kept[kept].index) == rows


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "   ",
        "contry = 'PE'",
        "\"contry\" = 'PE'",
        "country_code == ",
        "country_code = 'PE",
        "country_code = 'PE' )",
        "1=1); DROP TABLE fields; --",
        "1=1 /* x */",
        "1=1 -- x",
        "id IN (SELECT id FROM fields)",
        "id IN (WITH RECURSIVE a(n) AS (SELECT 1) SELECT n FROM a)",
        "load_extension('x') = 1",
        "randomblob(1000000000) IS NULL",
        "readfile('/etc/passwd') IS NULL",
        "id = ?",
        "id = 'a\0b'",
        "id MATCH 'x'",
        "*",
    ],
)
def test_a_condition_that_is_not_understood_is_refused_with_the_names_of_the_fields(
    condition: str, raw: RawLayer
) -> None:
    with pytest.raises(FilterRefused, match=r"«country_code», «status»"):
        where(raw, condition)


_WORDS = st.lists(
    st.one_of(
        st.none(), st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=4)
    ),
    min_size=1,
    max_size=6,
)


@given(
    words=_WORDS, wanted=st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=4)
)
def test_a_condition_and_its_denial_and_the_missing_make_all_rows(
    words: list[str | None], wanted: str
) -> None:
    raw = _raw(a=pd.Series(words, dtype="string"))
    quoted = wanted.replace("'", "''")

    yes = where(raw, f"a = '{quoted}'")
    no = where(raw, f"NOT (a = '{quoted}')")
    missing = where(raw, "a IS NULL")

    assert (yes.astype(int) + no.astype(int) + missing.astype(int)).eq(1).all()
    assert list(yes) == [word == wanted for word in words]
