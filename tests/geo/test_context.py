"""The context of a place: a closed table in which no person can stand, by form at least."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.context import COLUMNS, ContextKind, parse_context
from geo.errors import DeclarationError

HEAD = ",".join(COLUMNS)
GOOD = {
    "kind": "emergency",
    "department": "Madre de Dios",
    "province": "Tambopata",
    "district": "Inambari",
    "from_on": "2019-02",
    "to_on": "2019-08-20",
    "title_es": "Estado de emergencia en Inambari",
    "title_en": "State of emergency in Inambari",
    "document": "D.S. 028-2019-PCM",
    "source": "El Peruano",
    "sure": "to-be-confirmed",
}


def _file(**other: str) -> str:
    row = GOOD | other
    return HEAD + "\n" + ",".join(f'"{row[name]}"' for name in COLUMNS) + "\n"


def test_a_row_reads_as_it_was_written() -> None:
    (row,) = parse_context(_file(source="diario oficial"), "x.csv")
    assert row.kind is ContextKind.EMERGENCY
    assert (row.district, row.from_on, row.to_on) == ("Inambari", "2019-02", "2019-08-20")
    assert row.to_be_confirmed


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("title_es", "Detención de Juan Pérez", "persona"),
        ("title_es", "Detención del señor Sr. P.", "persona"),
        ("title_es", "Persona con DNI 12345678", "persona"),
        ("document", "Oficio a nombre@example.org", "persona"),
        ("source", "María Quispe", "persona"),
        ("title_en", "call 987 654 321", "persona"),
        ("title_es", "x" * 201, "letras"),
        ("title_es", "a\u202eb", "letras"),
        ("title_es", "", "vacío"),
        ("kind", "murder", "kind|emergency"),
        ("sure", "muy", "found"),
        ("from_on", "2019-02-30", "fecha"),
        ("from_on", "2020", "termina"),
        ("province", "", "provincia"),
    ],
)
def test_what_may_name_a_person_or_is_no_fact_is_refused_by_line(
    column: str, value: str, named: str
) -> None:
    with pytest.raises(DeclarationError, match=rf"x\.csv, línea 2: .*({named})"):
        parse_context(
            _file(source="diario oficial").replace(GOOD[column], value)
            if column != "source"
            else _file(source=value),
            "x.csv",
        )


@pytest.mark.parametrize(
    "head",
    [f"{HEAD},notes", HEAD.replace("document", "person"), f"{HEAD},source", "", HEAD.upper()],
)
def test_another_column_is_refused(head: str) -> None:
    with pytest.raises(DeclarationError, match="primera línea"):
        parse_context(head + "\n", "x.csv")


def test_a_line_with_a_value_too_many_is_refused() -> None:
    with pytest.raises(DeclarationError, match="línea 2"):
        parse_context(_file().rstrip("\n") + ",más\n", "x.csv")


@given(st.text(max_size=300))
def test_whatever_a_file_holds_it_is_read_whole_or_refused(text: str) -> None:
    try:
        rows = parse_context(f"{HEAD}\n{text}", "x.csv")
    except DeclarationError:
        return
    assert all(row.title_es and row.document for row in rows)
