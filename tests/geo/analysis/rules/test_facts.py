"""The dates that people bring: read strictly, matched exactly, never silently lost."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.brought import apply_facts, read_facts
from geo.country import Country
from geo.errors import FactsUnreadable
from geo.stages import Layer
from geo.terms import Deed, Noun

Make = Callable[..., Layer]
DATA = Path(__file__).resolve().parents[4] / "data"
HEAD = "noun,id,part,what,on,document,folio,register,searched_on,words,result,note\n"


def one(layer: Layer) -> pd.Series:
    return layer.frame.iloc[0]


# --- the file ------------------------------------------------------------------------------------


def test_a_spanish_spreadsheet_is_read_as_the_english_one() -> None:
    spanish = (
        "\ufeffObjeto;Código;Parte;Qué;Fecha;Documento;Folio;Registro;"
        "Buscado el;Palabras;Resultado\r\n"
        "territorio;T-1;1;Título;24/06/1994;Título 538;12;;;;\r\n"
        "derecho;010000001;;otorgamiento;06/1995;R.J. 1;;;;;\r\n"
        "derecho;010000001;;búsqueda de consulta;;;;Base;5/10/2026;nombre;No consta\r\n"
    )
    english = HEAD + (
        "territory,T-1,1,title,1994-06-24,Título 538,12,,,,,\n"
        "concession,010000001,,grant,1995-06,R.J. 1,,,,,,\n"
        "concession,010000001,,consultation-search,,,,Base,2026-10-05,nombre,not found,\n"
    )
    pd.testing.assert_frame_equal(read_facts(spanish, "a.csv"), read_facts(english, "a.csv"))


def test_a_column_named_for_the_noun_holds_its_codes() -> None:
    text = "derecho,territorio,que,fecha\n010000001,,otorgamiento,1995\n,T-1,título,1994\n"
    made = read_facts(text, "a.csv")
    assert made["noun"].tolist() == ["concession", "territory"]
    assert made["id"].tolist() == ["010000001", "T-1"]


def test_a_code_keeps_its_zeros_and_a_document_its_commas_and_lines() -> None:
    made = read_facts(
        'id,what,on,document\n0007,grant,1994,"R.J. 1,\nfolio 2"\n08,grant,1995,\n', "a"
    )
    assert made["id"].tolist() == ["0007", "08"]
    assert made["document"].tolist()[0] == "R.J. 1, folio 2"
    assert made["line"].tolist() == [3, 4]


def test_every_bad_line_is_named_at_once() -> None:
    text = HEAD + (
        "concession,1,,grant,2011-02-30,,,,,,,\n"
        "concession,2,,grant,2011,,,,,,,\n"
        "concession,3,,blessing,2011,,,,,,,\n"
        "concession,,,grant,2011,,,,,,,\n"
        "concession,5,,title,2011,,,,,,,\n"
        "concession,6,,grant,,,,,,,,\n"
        "concession,7,,consultation-search,,,,Base,,,,\n"
        "concession,8,1,grant,2011,,,,,,,\n"
        "house,9,,grant,2011,,,,,,,\n"
        "concession,10,,consultation-search,,,,Base,2026,x,maybe,\n"
    )
    with pytest.raises(FactsUnreadable) as error:
        read_facts(text, "hechos.csv")
    said = str(error.value)
    assert said.startswith("«hechos.csv»")
    assert said.count("línea ") == 9
    assert "línea 3:" not in said
    for told in ("2011-02-30", "blessing", "(id)", "«title»", "(on)", "(words)", "maybe", "house"):
        assert told in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "vacío"),
        ("\n\n", "vacío"),
        ("id,what,on,documnet\n", "documnet"),
        ("id,id,what,on\n", "deje una"),
        ("noun,on\n", "faltan columnas"),
        ('id,what,on\n"1,grant,2011\n', "comillas"),
        ("id,what,on\n1,grant,2011,extra\n", "más celdas"),
        ("id,what,on\n1,grant,ayer\n", "ayer"),
        ("derecho,territorio,what,on\n1,2,grant,2011\n", "dos códigos"),
        ("\x00\x01\x02", "columna"),
    ],
)
def test_a_file_that_cannot_be_used_says_how_to_mend_it(text: str, told: str) -> None:
    with pytest.raises(FactsUnreadable, match=r"hechos\.csv") as error:
        read_facts(text, "hechos.csv")
    assert told in str(error.value)


@given(st.text(max_size=200))
def test_no_text_ends_in_a_traceback_or_in_a_fact_of_nobody(text: str) -> None:
    try:
        made = read_facts(HEAD + text, "a.csv")
    except FactsUnreadable:
        return
    assert made["id"].notna().all()


def test_html_and_hidden_characters_stay_plain_text(
    country: Country, layer: Make, land: Any
) -> None:
    text = HEAD + "territory,T-1,,title,1994,<b>\u202eT\u0007ítulo</b>,,,,,,\n"
    made, _ = apply_facts(layer(Noun.TERRITORY, [land]), read_facts(text, "a"), country)
    assert one(made)["documents"] == "fecha de título 1994: <b> T ítulo</b>"


# --- on the rows ----------------------------------------------------------------------------------


def facts(*lines: str) -> pd.DataFrame:
    return read_facts(HEAD + "".join(f"{line}\n" for line in lines), "a.csv")


def test_a_title_with_a_document_makes_a_polygon_titled_and_says_on_what(
    country: Country, layer: Make, land: Mapping[str, Any]
) -> None:
    before = layer(
        Noun.TERRITORY,
        [
            land
            | {
                "tenure": "unknown",
                "called": "polygon-per-source",
                "area_plane_ha": 31_500.0,
                "area_title_ha": 31_423.0,
            }
        ],
    )
    made, left = apply_facts(
        before, facts("territory,T-1,,title,1994-06-24,Título 538,12,,,,,"), country
    )
    row = one(made)
    assert (row["tenure"], row["titled_on"], row["called"]) == ("titled", "1994-06-24", "titled")
    assert row["tenure_basis"] == "Título 538, folio 12"
    assert row["documents"] == "fecha de título 1994-06-24: Título 538, folio 12"
    assert left.empty
    deed = made.ledger.deeds.iloc[-1]
    assert (deed["step"], deed["deed"], deed["row"]) == ("facts", Deed.NOTED.value, 0)
    assert deed["field"] == "titled_on"
    assert one(before)["tenure"] == "unknown"


def test_a_title_does_not_turn_a_polygon_three_times_its_size_into_titled_land(
    country: Country, layer: Make, land: Mapping[str, Any]
) -> None:
    drawn = land | {"tenure": "unknown", "area_plane_ha": 41_469.0, "area_title_ha": 14_553.61}
    made, _ = apply_facts(
        layer(Noun.TERRITORY, [drawn]), facts("territory,T-1,,title,1975,Título 1,,,,,,"), country
    )
    assert one(made)["tenure"] == "titled"
    assert one(made)["called"] == "polygon-per-source"


def test_without_a_document_nothing_becomes_titled(
    country: Country, layer: Make, land: Mapping[str, Any]
) -> None:
    made, left = apply_facts(
        layer(Noun.TERRITORY, [land | {"tenure": "unknown"}]),
        facts("territory,T-1,,title,1994,,,,,,,"),
        country,
    )
    assert (one(made)["titled_on"], one(made)["tenure"]) == ("1994", "unknown")
    assert left.empty


def test_land_ceded_in_use_is_not_made_property_by_its_title(
    country: Country, layer: Make, land: Mapping[str, Any]
) -> None:
    made, _ = apply_facts(
        layer(Noun.TERRITORY, [land | {"tenure": "use-cession"}]),
        facts("territory,T-1,,title,1994,Título 1,,,,,,"),
        country,
    )
    assert one(made)["tenure"] == "use-cession"


def test_a_document_stands_above_the_source_and_both_stay_visible(
    country: Country, layer: Make, right: Mapping[str, Any]
) -> None:
    rights = layer(Noun.CONCESSION, [right | {"granted_on": "2001-05-10"}])
    made, left = apply_facts(
        rights, facts("concession,010000001,,grant,2003-01-01,R.J. 9,4,,,,,"), country
    )
    assert one(made)["granted_on"] == "2003-01-01"
    assert one(made)["documents"] == (
        "fecha de otorgamiento 2003-01-01: R.J. 9, folio 4 (según la fuente: 2001-05-10)"
    )
    assert left.empty
    deed = made.ledger.deeds.iloc[-1]
    assert (deed["before"], deed["after"]) == ("2001-05-10", "2003-01-01: R.J. 9, folio 4")
    # without a document it does not overrule, and is handed back
    made, left = apply_facts(
        rights, facts("concession,010000001,,grant,2003-01-01,,,,,,,"), country
    )
    assert one(made)["granted_on"] == "2001-05-10"
    assert left["reason"].tolist() == ["la fuente da otra fecha, y el hecho no trae documento"]


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        ("10000001", "ceros"),
        ("0010000001", "ceros"),
        ("010000002", "ninguna fila"),
        ("10000001.0", "ninguna fila"),
    ],
)
def test_a_code_without_its_zeros_is_reported_and_never_guessed(
    country: Country, layer: Make, right: Mapping[str, Any], id_: str, told: str
) -> None:
    rights = layer(Noun.CONCESSION, [right])
    made, left = apply_facts(rights, facts(f"concession,{id_},,grant,2003,R.J. 9,,,,,,"), country)
    assert pd.isna(one(made)["granted_on"])
    assert len(left) == 1
    assert told in left["reason"].iloc[0]


def test_a_code_of_two_sources_is_nobody_s_until_the_source_is_said(
    country: Country, layer: Make, right: Mapping[str, Any]
) -> None:
    other = right | {"key": "plots:010000001", "source_id": "plots", "kind": "plot"}
    rights = layer(Noun.CONCESSION, [right, other])
    made, left = apply_facts(rights, facts("concession,010000001,,grant,2003,R,,,,,,"), country)
    assert made.frame["granted_on"].isna().all()
    assert "varias fuentes" in left["reason"].iloc[0]
    made, left = apply_facts(
        rights, facts("concession,plots:010000001,,grant,2003,R,,,,,,"), country
    )
    assert made.frame["granted_on"].fillna("").tolist() == ["", "2003"]
    assert left.empty


def test_a_right_in_two_rows_of_one_source_is_one_right(
    country: Country, layer: Make, right: Mapping[str, Any]
) -> None:
    rights = layer(Noun.CONCESSION, [right, right | {"key": "mining:010000001~2"}])
    made, left = apply_facts(rights, facts("concession,010000001,,grant,2003,R,,,,,,"), country)
    assert made.frame["granted_on"].tolist() == ["2003", "2003"]
    assert left.empty


def test_a_title_belongs_to_its_part(
    country: Country, layer: Make, land: Mapping[str, Any]
) -> None:
    parts = layer(Noun.TERRITORY, [land | {"part": "1"}, land | {"part": "2", "key": "land:T-1~2"}])
    made, left = apply_facts(parts, facts("territory,T-1,2,title,2011-08,Título 7,,,,,,"), country)
    assert made.frame["titled_on"].fillna("").tolist() == ["", "2011-08"]
    assert left.empty
    for line, told in (
        ("territory,T-1,,title,2011-08,Título 7,,,,,,", "varias partes"),
        ("territory,T-1,3,title,2011-08,Título 7,,,,,,", "no tiene esa parte"),
    ):
        made, left = apply_facts(parts, facts(line), country)
        assert made.frame["titled_on"].isna().all()
        assert told in left["reason"].iloc[0]


@pytest.mark.parametrize(
    ("lines", "stands", "handed_back"),
    [
        # two documents that differ: neither
        (("2003,R.J. 1", "2004,R.J. 2"), None, 2),
        # the finer of two that agree
        (("2003,R.J. 1", "2003-05,R.J. 2"), "2003-05", 0),
        (("2003-05-02,R.J. 1", "2003,"), "2003-05-02", 0),
        # a document stands against a bare statement, which is handed back
        (("2003,", "2004,R.J. 2"), "2004", 1),
        (("2003,", "2004,"), None, 2),
        (("2003,R.J. 1", "2003,R.J. 1"), "2003", 0),
        # a date that programs write where they have none
        (("1899-11-30,R.J. 1",), None, 1),
    ],
)
def test_facts_that_contradict_each_other_are_not_chosen_between(
    country: Country,
    layer: Make,
    right: Mapping[str, Any],
    lines: tuple[str, ...],
    stands: str | None,
    handed_back: int,
) -> None:
    for ordered in (lines, lines[::-1]):
        brought = facts(*(f"concession,010000001,,grant,{line},,,,,," for line in ordered))
        made, left = apply_facts(layer(Noun.CONCESSION, [right]), brought, country)
        found = one(made)["granted_on"]
        assert (None if pd.isna(found) else found) == stands
        assert len(left) == handed_back


def test_what_one_register_holds_is_not_lost_because_another_lacks_it(
    country: Country, layer: Make, right: Mapping[str, Any]
) -> None:
    lines = (
        "concession,010000001,,consultation-search,,,,Base A,2026-10-05,nombre,not found,",
        "concession,010000001,,consultation-search,,,,Base B,2026-09-01,código,not found,",
    )
    found = "concession,010000001,,consultation-search,,,,Base C,2026-08-01,código,found,"
    row = one(apply_facts(layer(Noun.CONCESSION, [right]), facts(*lines), country)[0])
    assert row["consultation_search"] == "not found"
    assert row["consultation_searched_on"] == "2026-10-05"
    assert row["consultation_register"] == "Base B («código»); Base A («nombre»)"
    row = one(apply_facts(layer(Noun.CONCESSION, [right]), facts(*lines, found), country)[0])
    assert row["consultation_search"] == "found"
    assert row["consultation_register"] == "Base C («código»)"


def test_facts_of_the_other_noun_pass_on(
    country: Country, layer: Make, right: Mapping[str, Any], land: Mapping[str, Any]
) -> None:
    brought = facts(
        "territory,T-1,,title,1994,Título 1,,,,,,",
        "concession,010000001,,grant,2003,R.J. 1,,,,,,",
        "concession,9,,grant,2003,R.J. 1,,,,,,",
        "territory,T-9,,title,1994,Título 1,,,,,,",
    )
    rights, left = apply_facts(layer(Noun.CONCESSION, [right]), brought, country)
    lands, left = apply_facts(layer(Noun.TERRITORY, [land]), left, country)
    assert one(rights)["granted_on"] == "2003"
    assert one(lands)["titled_on"] == "1994"
    assert left["id"].tolist() == ["9", "T-9"]
    assert left["reason"].notna().all()


def test_no_facts_change_nothing(country: Country, layer: Make, land: Mapping[str, Any]) -> None:
    before = layer(Noun.TERRITORY, [land])
    made, left = apply_facts(before, read_facts("noun,id,what,on,document\n", "—"), country)
    pd.testing.assert_frame_equal(made.frame, before.frame)
    assert left.empty


KINDS = ("filing", "grant", "extinction", "expiry", "works-start", "consultation")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("010000001", "010000002", "9", "10000001")),
            st.sampled_from(KINDS),
            st.sampled_from(("1994", "1994-06", "1994-06-24", "2001")),
            st.sampled_from(("", "R.J. 1", "R.J. 2")),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_lines_changes_nothing_and_no_fact_is_lost(
    country: Country,
    layer: Make,
    right: Mapping[str, Any],
    lines: list[tuple[str, str, str, str]],
    random: Any,
) -> None:
    rights = layer(
        Noun.CONCESSION,
        [right, right | {"key": "mining:010000002", "native_id": "010000002"}],
    )
    shuffled = random.sample(lines, len(lines))
    made, left = (
        apply_facts(
            rights,
            facts(*(f"concession,{i},,{k},{d},{doc},,,,,," for i, k, d, doc in ordered)),
            country,
        )
        for ordered in (lines, shuffled)
    )
    columns = ["filed_on", "granted_on", "extinguished_on", "expires_on", "consulted_on"]
    pd.testing.assert_frame_equal(made[0].frame[columns], left[0].frame[columns])
    assert sorted(made[1]["id"]) == sorted(left[1]["id"])
    assert made[1]["reason"].notna().all()
    assert set(made[1]["id"]) >= {i for i, *_ in lines} - {"010000001", "010000002"}


def test_the_demonstration_s_facts_can_be_read() -> None:
    text = (DATA / "demo" / "demo-facts.csv").read_text(encoding="utf-8")
    assert len(read_facts(text, "demo-facts.csv")) == len(text.splitlines()) - 1
