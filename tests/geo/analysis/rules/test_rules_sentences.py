"""Sentences state dates, shapes and searches, in two languages, and judge nobody."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geo.analysis.between import COLUMNS as BETWEEN
from geo.analysis.flags import check
from geo.analysis.rulebook import RuleBook
from geo.analysis.rules.registry import RULES
from geo.analysis.titles import say_titles
from geo.declared import parse
from geo.errors import DeclarationError
from geo.stages import Flagged
from geo.words import words

Flag = Callable[..., Flagged]
PERU = Path(__file__).resolve().parents[4] / "data" / "rules" / "peru.toml"

JUDGING = re.compile(
    r"ilegal|il[ií]cit|\bnul[oa]s?\b|nulidad|invasi|invad|usurp|inconstituc"
    r"|illegal|unlawful|\bvoid|\bnull\b|trespass|unconstitut|encroach",
    re.IGNORECASE,
)


def sentence(flagged: Flagged, code: str, language: str = "es") -> str:
    flags = flagged.flags.set_index("code")
    return str(flags.loc[code, language])


def test_code_and_rule_book_hold_the_same_questions(rulebook: RuleBook) -> None:
    check(rulebook)
    with pytest.raises(DeclarationError, match="MIN-TIT"):
        check(rulebook, tuple(rule for rule in RULES if rule.code != "MIN-TIT"))
    without = tuple(w for w in rulebook.word if w.name != "overlaps_certain")
    with pytest.raises(DeclarationError, match="overlaps_certain"):
        check(dataclasses.replace(rulebook, word=without))


def test_no_sentence_calls_a_right_or_a_holder_anything() -> None:
    text = "\n".join(
        line
        for line in PERU.read_text(encoding="utf-8").splitlines()
        if not line.lstrip().startswith("#")
    )
    assert not JUDGING.search(text)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("El contrato ({granted_on})", "El contrato ilegal ({granted_on})", "ilegal"),
        ("precedes the title", "is void", "void"),
        ("se muestra con fines históricos", "es nulo", "nulo"),
        ("aún lo muestra", "muestra una invasión", "invasión"),
        ("({filed_on}) es posterior", "({filed}) es posterior", "filed"),
        ("({filed_on}) es posterior", "({filed_on!r}) es posterior", "filed_on"),
        ("({filed_on}) es posterior", "({filed_on) es posterior", "llaves"),
        ("basis       = [\"propuesta de Deslinde\"]", "basis       = []", "MIN-TRAM"),
        ("severity    = \"crítica\"", "severity    = \"gravísima\"", "severity"),
        ("code        = \"MIN-EXT\"", "code        = \"MIN-TIT\"", "MIN-TIT"),
        ("code        = \"MIN-EXT\"", "code        = \"MIN-EXT\"\nlogic = \"x\"", "logic"),
        ("value  = \"1995-02-02\"", "value  = \"1995-02-30\"", "1995-02-30"),
        ("rige desde el {ilo169_in_force}", "rige desde el {ley29785_in_force}", "por confirmar"),
        ("unknown_en   = \"Whether a prior", "# \"Whether a prior", "un solo idioma"),
    ],
)  # fmt: skip
def test_a_rule_book_that_judges_or_misspells_is_refused(old: str, new: str, told: str) -> None:
    text = PERU.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(DeclarationError, match=r"peru\.toml") as error:
        parse(text.replace(old, new, 1), RuleBook, "peru.toml")
    assert told in str(error.value)


def test_a_sentence_gives_the_dates_as_people_write_them(flagged: Flag) -> None:
    made = flagged({"filed_on": "1995-02-02"}, {"titled_on": "1994-06-24"})
    assert sentence(made, "MIN-POST-TIT") == (
        "La fecha de formulación (2 de febrero de 1995) es posterior a la fecha del título "
        "comunal (24 de junio de 1994)."
    )
    assert sentence(made, "MIN-TIT") == (
        "El derecho minero 010000001 (titulado, fuente mining, 15 de octubre de 2026) se superpone "
        "en 50.4000 ha (50.40 % del derecho) con el territorio titulado de COMMUNITY ONE."
    )
    assert "February 2, 1995" in sentence(made, "MIN-POST-TIT", "en")


def test_a_polygon_larger_than_its_title_is_called_a_polygon(flagged: Flag) -> None:
    land = {"called": "polygon-per-source", "area_plane_ha": 41469.0, "area_title_ha": 14553.61}
    made = flagged({}, land, titles_of_sources={"land": "Catastro X", "mining": "Catastro Y"})
    said = sentence(made, "MIN-TIT-POLIGONO")
    assert "territorio titulado" not in said
    assert "polígono de COMMUNITY ONE según Catastro X" in said
    assert "41,469.00 ha" in said
    assert "14,553.61 ha" in said
    assert "fuente Catastro Y" in said


def test_an_unknown_says_what_is_missing(flagged: Flag) -> None:
    made = flagged({"filed_on": "2001"}, {})
    assert sentence(made, "MIN-POST-TIT") == (
        "No se clasifica la secuencia temporal: falta fecha del título."
    )
    coarse = flagged({"filed_on": "1994"}, {"titled_on": "1994-06-24"})
    assert sentence(coarse, "MIN-POST-TIT") == (
        "No se clasifica la secuencia temporal: falta una fecha más precisa."
    )
    assert "a more precise date" in sentence(coarse, "MIN-POST-TIT", "en")


def test_a_rule_s_own_doubt_is_not_claimed_where_the_kind_is_not_known(flagged: Flag) -> None:
    made = flagged({"kind": "area", "granted_on": "2001-01-01", "filed_on": "2000"})
    said = sentence(made, "MIN-169-NOBUSC")
    assert said == ("No se puede responder: falta tipo de derecho, búsqueda de consulta previa.")


def test_values_from_data_cannot_turn_a_sentence_around(flagged: Flag) -> None:
    made = flagged(
        {"status": "application"}, {}, {"territory_name": "{filed_on}\u202e <b>ilegal</b>\n"}
    )
    said = sentence(made, "MIN-TRAM")
    assert said.endswith("con {filed_on}  <b>ilegal</b>.")
    assert "\u202e" not in said


def test_a_date_of_the_law_that_is_not_sure_is_shown_as_to_be_confirmed(
    rulebook: RuleBook,
) -> None:
    assert rulebook.constants["ley29785_in_force"].sure == "to-be-confirmed"
    assert rulebook.dates["ilo169_in_force"] == "1995-02-02"
    for rule in rulebook.rule:
        for (_, language), said in rule.sentences.items():
            mark = "(por confirmar)" if language == "es" else "(to be confirmed)"
            assert (rule.sure != "recalled") or not said or mark in said


def test_waiting_questions_are_not_asked_and_coincidence_is_no_question(
    rulebook: RuleBook,
) -> None:
    codes = {rule.code for rule in RULES}
    assert {w.code for w in rulebook.waiting} == {
        "MIN-EXT-NOFIRME",
        "INFRA",
        "REINFO-TIT",
        "DET-MIN",
    }
    assert not codes & {w.code for w in rulebook.waiting}
    assert "COINC" not in codes
    unknowns = {rule.unknown_code for rule in rulebook.rule}
    assert unknowns == {"", "MIN-FECHA-DESC", "MIN-169-INDET"}
    assert not codes & unknowns


def test_two_titles_on_each_other_have_their_sentence(rulebook: RuleBook) -> None:
    row: Mapping[str, Any] = {
        "territory_key": "l:1",
        "territory_name": "A",
        "other_key": "l:2",
        "other_name": "B",
        "area_ha": 1234.5,
    }
    table = pd.DataFrame([{name: row.get(name, pd.NA) for name in BETWEEN}]).astype(BETWEEN)
    made = say_titles(table, rulebook, {"es": words("es", "")})
    assert made["es"].item() == (
        "Los polígonos de A y B se superponen en 1,234.5000 ha; "
        "puede deberse a error de georreferenciación."
    )
    assert made["code"].tolist() == ["TIT-TIT"]
    assert say_titles(table.iloc[:0], rulebook, {}).empty


def test_a_plot_on_a_polygon_that_differs_from_its_title_is_not_said_to_lie_on_the_title(
    flagged: Flag,
) -> None:
    made = flagged({"kind": "plot"}, {"called": "polygon-per-source"})
    assert "polígono de COMMUNITY ONE según land" in sentence(made, "PRED-TIT")
    assert "polygon of COMMUNITY ONE according to land" in sentence(made, "PRED-TIT", "en")


@pytest.mark.parametrize(
    ("code", "land"),
    [
        ("FOR-TIT", {}),
        ("FOR-TIT-POLIGONO", {"called": "polygon-per-source"}),
        ("FOR-CESION", {"tenure": "use-cession"}),
    ],
)
def test_a_forestry_application_is_not_called_a_concession(
    flagged: Flag, code: str, land: Mapping[str, Any]
) -> None:
    made = flagged({"kind": "logging", "status": "application"}, land)
    assert "en trámite" in sentence(made, code)
    assert "concesión" not in sentence(made, code)
    assert "concession" not in sentence(made, code, "en")


def test_nobody_is_told_that_an_extinguished_right_needs_an_opinion(flagged: Flag) -> None:
    made = flagged({"status": "extinguished"}, {"tenure": "protected-area", "category": "Parque"})
    assert "Se requiere" not in sentence(made, "ANP")
    assert "opinion applies" not in sentence(made, "ANP", "en")
