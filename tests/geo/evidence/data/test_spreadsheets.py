"""A spreadsheet shows what was written: no formula, no lost zero, no invented day."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.evidence.data.spreadsheets import LONGEST, protected, sheet
from geo.evidence.wishes import Separator
from geo.schema.columns import ANSWER, COUNT, NUMBER, TEXT, Column
from geo.words import Words, clean

CODE = Column("native_id", TEXT, "Código", "")
AREA = Column("area_ha", NUMBER, "Área", "", "ha")
DAY = Column("filed_on", TEXT, "Fecha", "")
ROW = Column("row", COUNT, "Fila", "")
MADE_UP = Column("illustrative", ANSWER, "Ilustrativo", "")
KIND = Column("kind", TEXT, "Tipo", "")
DELIMITERS = {Separator.COMMA: ",", Separator.SEMICOLON: ";"}
FORMULA_SIGNS = "=+-@\t\r＝＋－＠"


def cells(content: bytes, separator: Separator) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[separator]))


def safe(text: str, dates: bool = False) -> str:
    return str(protected(pd.Series([text], dtype="string"), dates).iloc[0])


def test_a_table_reads_as_a_spanish_spreadsheet_wants_it(spanish: Words) -> None:
    table = pd.DataFrame(
        {
            "native_id": pd.Series(["010033716", "AB-1", None], dtype="string"),
            "area_ha": pd.Series([100.25, 0.00000001, None], dtype="Float64"),
            "filed_on": pd.Series(["2011-06-30", "2011-06", "2011"], dtype="string"),
            "row": pd.Series([0, 12345, None], dtype="Int64"),
            "illustrative": pd.Series([True, False, None], dtype="boolean"),
            "kind": pd.Series(["mining", "all", "otra cosa"], dtype="string"),
        }
    )
    columns = (CODE, AREA, DAY, ROW, MADE_UP, KIND)
    assert cells(sheet(table, columns, Separator.SEMICOLON, spanish), Separator.SEMICOLON) == [
        ["Código", "Área (ha)", "Fecha", "Fila", "Ilustrativo", "Tipo"],
        ["'010033716", "100,25", "2011-06-30", "0", "sí", "minería"],
        ["AB-1", "0", "'2011-06", "12345", "no", "todos"],
        ["", "", "2011", "", "", "otra cosa"],
    ]
    assert cells(sheet(table, columns, Separator.COMMA, spanish), Separator.COMMA)[1][1] == "100.25"


@pytest.mark.parametrize(
    "code",
    [
        "010033716",
        "10033716",
        "00012",
        "12345678901234567890",
        "1E5",
        "12e3",
        "1E-5",
        "3-4-2016",
        "03/04/2016",
        "3-4",
        "1/2",
        "10:30",
        "10:30 p.m.",
        "2011-06",
        "1.234,5",
        "1,234.5",
        "S/. 12"[4:],
        "$12",
        "12%",
        "(12)",
        "1 000",
        "MAR-12",
        "12-ENE-2016",
        "sept2",
        "3 de abril de 2016",
        "June 5, 2020",
        "TRUE",
        "verdadero",
        "'12",
        "=1+1",
        "+51 999",
        "-1",
        "@A1",
        "＝1",
        " =1",
        "\t=1",
    ],
)
def test_a_code_that_a_spreadsheet_would_change_is_held_as_text(code: str) -> None:
    assert safe(code) == "'" + code


@pytest.mark.parametrize(
    "code",
    [
        "cat:010033716",
        "22-SAM/C-J-016-03",
        "010001234L",
        "T-001",
        "ILUSTRATIVA 1",
        "EPSG:32719",
        "MARZO",
        "19S",
        "36°52'12\"",
        "",
        "D.M. Titulado D.L. 708",
        "12 perros",
        "MAR 12 SAN",
    ],
)
def test_a_text_that_stays_a_text_is_left_alone(code: str) -> None:
    assert safe(code) == code


def test_only_a_month_of_a_year_is_held_back_among_dates() -> None:
    given = ["2011", "2011-06-30", "2011-06", "30/06/2011"]
    assert [safe(one, dates=True) for one in given] == [
        "2011",
        "2011-06-30",
        "'2011-06",
        "'30/06/2011",
    ]


@given(st.text(max_size=40))
def test_taking_the_first_apostrophe_away_gives_every_text_back(text: str) -> None:
    cell = safe(text)
    assert (cell.removeprefix("'")) == text
    assert not cell.lstrip().startswith(tuple(FORMULA_SIGNS))


@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=6),
    st.sampled_from(list(Separator)),
)
def test_hostile_texts_come_back_cell_by_cell(
    spanish: Words, texts: list[str], separator: Separator
) -> None:
    table = pd.DataFrame({"native_id": pd.Series(texts, dtype="string")})
    content = sheet(table, (CODE,), separator, spanish)
    _heading, *rows = cells(content, separator)
    back = [cell.removeprefix("'") for (cell,) in rows]
    assert back == [clean(text) for text in texts]


@given(st.text(alphabet="=+-@,;\t\r\n \"'1a", max_size=20))
def test_no_cell_becomes_a_formula_also_where_the_other_separator_is_expected(text: str) -> None:
    said = Words("es", {})
    table = pd.DataFrame({"a": pd.Series([text], dtype="string")})
    for separator in Separator:
        content = sheet(table, (Column("a", TEXT, "A", ""),), separator, said)
        for row in cells(content, separator):
            assert all(not cell.lstrip().startswith(tuple(FORMULA_SIGNS)) for cell in row)
        # a program that parts at the other sign meets one quoted cell all the same
        other = next(one for one in Separator if one is not separator)
        assert [len(row) for row in cells(content, other)] == [1, 1]


def test_no_cell_is_longer_than_a_spreadsheet_holds(spanish: Words) -> None:
    texts = ["1" * 40_000, "=" + "x" * (LONGEST - 1), "x" * (LONGEST - 1), "ñ" * 100_000]
    table = pd.DataFrame({"native_id": pd.Series(texts, dtype="string")})
    _heading, *rows = cells(sheet(table, (CODE,), Separator.COMMA, spanish), Separator.COMMA)
    assert max(len(row[0]) for row in rows) <= LONGEST
    assert rows[2] == ["x" * (LONGEST - 1)]
    assert all("datos.gpkg" in rows[place][0] for place in (0, 1, 3))


def test_a_text_made_to_be_slow_is_not(spanish: Words) -> None:
    texts = [
        "1" * 30_000 + "x",
        "may" + "1" * 30_000 + "x",
        " " * 30_000 + "x",
        "1 " * 15_000 + "é",
    ]
    assert [safe(text) for text in texts] == texts
