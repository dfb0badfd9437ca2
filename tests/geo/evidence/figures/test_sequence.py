"""The sequence of dates: in order, with its document and source, and nothing dropped."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from geo.evidence.chosen import Chosen
from geo.evidence.figures.sequence import COLUMNS, HEADINGS, sequence
from geo.evidence.wishes import Wishes
from geo.words import words

Choose = Callable[..., Chosen]
SPANISH = words("es", "")
TITLE = Wishes()


def _acts(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["on"], table["act"], strict=True))


def _line(table: pd.DataFrame, begins: str) -> Any:
    (row,) = table.loc[table["act"].str.startswith(begins)].to_dict("records")
    return row


def test_dates_stand_in_order_the_coarser_first_and_the_unknown_last(
    choice: Choose, case: dict[str, Any], court: dict[str, Any]
) -> None:
    rights = {"R": {"filed_on": "2012", "expires_on": "2011-06-15", "name": "EL ALBA"}}
    chosen = choice(rights, {"T": {}}, cases=[case], judgments=[court])
    table = sequence(chosen, TITLE, SPANISH)
    assert tuple(table.columns) == COLUMNS
    assert set(HEADINGS) < set(COLUMNS)
    assert _acts(table) == [
        ("2011", "Acta del año. (por confirmar)"),
        ("2011-06", "Acta de junio."),
        ("2011-06-15", "Vencimiento: derecho R (EL ALBA)"),
        ("2011-06-30", "Acta del día."),
        ("2012", "Formulación: derecho R (EL ALBA)"),
        ("2018-12-11", "Resolución judicial, expediente 00001-2017"),
        (
            "2019",
            "Firmeza de la resolución judicial, expediente 00001-2017. Las fuentes difieren.",
        ),
        ("", "Acta sin fecha."),
        ("", "Título: territorio T (sin nombre)"),
        ("", "Reconocimiento: territorio T (sin nombre)"),
        ("", "Inscripción: territorio T (sin nombre)"),
        ("", "Otorgamiento: derecho R (EL ALBA)"),
    ]
    assert table["precision"].tolist()[:5] == ["año", "mes", "día", "día", "año"]
    assert table["precision"].tolist()[-1] == "desconocida"
    assert table["date"].tolist()[:3] == ["2011", "junio de 2011", "15 de junio de 2011"]


def test_a_date_names_the_document_that_was_brought_for_it_and_no_other(choice: Choose) -> None:
    brought = [
        {
            "snapshot": "t" * 64,
            "row": 0,
            "step": "facts",
            "deed": "noted",
            "field": field,
            "after": after,
        }
        for field, after in (
            ("titled_on", "2011-08: Título 77, folio 5"),
            ("registered_on", "2012-02: Partida 207"),
            ("recognised_on", "1975: Resolución desplazada"),
        )
    ]
    lands = {
        "T": {
            "titled_on": "2011-08",
            "registered_on": "2012-02",
            "recognised_on": "1976",
            "documents": (
                "Expediente propio; fecha de título 2011-08: Título 77, folio 5; "
                "fecha de inscripción 2012-02: Partida 207; "
                "fecha de reconocimiento 1975: Resolución desplazada"
            ),
        }
    }
    table = sequence(choice({}, lands, deeds=brought), TITLE, SPANISH)
    title = _line(table, "Título")
    assert (title["document"], title["source"]) == (
        "Título 77, folio 5",
        "dato aportado con su documento",
    )
    assert _line(table, "Inscripción")["document"] == "Partida 207"
    # the source's own date stands: the brought document of another date does not speak for it
    own = _line(table, "Reconocimiento")
    assert (own["document"], own["source"]) == ("Expediente propio", "Fuente t")
    assert own["entity"] == "no consta"


def test_rights_that_share_everything_share_a_line_and_keep_their_codes(choice: Choose) -> None:
    rights = {
        "001": {"filed_on": "1999-01-02"},
        "002": {"filed_on": "1999-01-02"},
        "003": {"filed_on": "1999-01-02", "accumulation": True},
        "004": {"filed_on": "1999-01-03"},
    }
    table = sequence(choice(rights, {"T": {}}), TITLE, SPANISH)
    filed = table.loc[table["act"].str.startswith("Formulación")]
    assert filed["act"].tolist() == [
        "Formulación: 2 derechos: 001, 002",
        "Formulación: derecho 003 (sin nombre)",
        "Formulación: derecho 004 (sin nombre)",
    ]
    assert filed["keys"].tolist() == [("c:001", "c:002"), ("c:003",), ("c:004",)]
    assert "fusión" in filed["effect"].iloc[1]
    unknown = _line(table, "Otorgamiento")
    assert unknown["act"] == "Otorgamiento: 4 derechos: 001, 002, 003, 004"
    assert (unknown["on"], unknown["keys"]) == ("", ("c:001", "c:002", "c:003", "c:004"))


def test_every_right_and_date_of_the_choice_is_somewhere_in_the_sequence(choice: Choose) -> None:
    rights = {
        f"{n:03}": {"filed_on": None if n % 3 else f"19{60 + n % 30}", "granted_on": None}
        for n in range(150)
    }
    table = sequence(choice(rights, {"T": {}}), TITLE, SPANISH)
    for act in ("Formulación", "Otorgamiento"):
        keys = table.loc[table["act"].str.startswith(act), "keys"].explode()
        assert sorted(keys) == sorted(f"c:{one}" for one in rights)


def test_what_does_not_share_an_area_is_not_in_the_sequence(choice: Choose) -> None:
    pairs = [("A", "T", "overlap"), ("B", "T", "near")]
    rights = {one: {"filed_on": "1999"} for one in "AB"}
    table = sequence(choice(rights, {"T": {}, "U": {}}, pairs, subjects=["t:T"]), TITLE, SPANISH)
    assert {key for keys in table["keys"] for key in keys} == {"c:A", "t:T"}


def test_the_chosen_baselines_are_marked_as_what_classes(
    choice: Choose, case: dict[str, Any], court: dict[str, Any]
) -> None:
    lands = {"T": {"titled_on": "1994-06-24", "registered_on": "1995"}}
    chosen = choice({"R": {"filed_on": "1999"}}, lands, cases=[case], judgments=[court])
    base = "Fecha de referencia: con ella se comparan formulación y otorgamiento."
    table = sequence(chosen, TITLE, SPANISH)
    assert table.loc[table["effect"].eq(base), "act"].tolist() == [
        "Título: territorio T (sin nombre)"
    ]
    wishes = Wishes(baselines=("judgment", "ley29785", "2001", "recognition"))
    table = sequence(chosen, wishes, SPANISH)
    assert table.loc[table["effect"].eq(base), "act"].tolist() == [
        "Fecha elegida por quien pidió el anexo",
        "Entrada en vigor de la Ley 29785 (por confirmar)",
        "Resolución judicial, expediente 00001-2017",
    ]
    assert "no se conoce" in _line(table, "Reconocimiento")["effect"]


def test_the_law_is_dated_where_a_question_rests_on_it(choice: Choose) -> None:
    flag = {"concession_key": "c:R", "territory_key": "t:T", "code": "X"}
    rule = [{"code": "X", "es": "Después del {ilo169_in_force}."}, {"code": "Y", "es": "Nada."}]
    with_law = choice({"R": {}}, {"T": {}}, flags=[flag], rule=rule)
    table = sequence(with_law, TITLE, SPANISH)
    assert table.iloc[0][["on", "act", "source"]].tolist() == [
        "1995-02-02",
        "Entrada en vigor del Convenio 169",
        "Res. Leg. 26253",
    ]
    without = choice({"R": {}}, {"T": {}}, flags=[flag | {"code": "Y"}], rule=rule)
    assert not sequence(without, TITLE, SPANISH)["on"].eq("1995-02-02").any()


def test_names_from_data_cannot_reorder_the_line_that_holds_them(choice: Choose) -> None:
    rights = {"R": {"filed_on": "1999", "name": "A\u202eB\u0007"}}
    table = sequence(choice(rights, {"T": {}}), TITLE, SPANISH)
    assert _line(table, "Formulación")["act"] == "Formulación: derecho R (A B)"


def test_a_reader_of_english_reads_the_facts_and_the_court_in_english(
    choice: Choose, case: dict[str, Any], court: dict[str, Any]
) -> None:
    english = words("en", "")
    table = sequence(choice({}, {"T": {}}, cases=[case], judgments=[court]), TITLE, english)
    assert "Minutes of June." in table["act"].tolist()
    assert "Civil Court" in table["entity"].tolist()
    assert "Sources differ." in table["act"].str.cat()
    assert "June 2011" in table["date"].tolist()


def test_a_choice_with_nothing_dated_is_an_empty_sequence_with_its_columns(choice: Choose) -> None:
    table = sequence(choice({}, {}), TITLE, SPANISH)
    assert table.empty
    assert tuple(table.columns) == COLUMNS
