"""What is unknown, mended or assumed is said, counted, and never softened."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import shapely

from geo.errors import StageBroken
from geo.evidence.chosen import Chosen
from geo.evidence.figures import doubts
from geo.evidence.figures.doubts import About
from geo.evidence.figures.titles import NOT_POSITIONAL, TitleArea, title_areas
from geo.terms import Deed
from geo.words import words

Choose = Callable[..., Chosen]
SPANISH = words("es", "")


def _area(choice: Choose, title: float, drawn: float) -> TitleArea:
    chosen = choice({}, {"T": {"area_title_ha": title, "area_plane_ha": drawn}})
    (made,) = title_areas(chosen, chosen.territories, SPANISH)
    return made


@pytest.mark.parametrize(
    ("title", "drawn", "share", "within"),
    [
        (31_423.0, 32_000.0, 0.03, True),  # 1.8 %: within ± 942.69 ha
        (31_423.0, 31_423.0 + 942.69, 0.03, True),
        (31_423.0, 31_423.0 + 942.70, 0.03, False),
        (100.0, 97.0, 0.03, True),
        (100.0, 96.9, 0.03, False),
        (4.0, 4.25, 0.063, True),
        (0.5, 0.54, 0.075, False),
        (5.0, 5.15, 0.03, True),  # which bracket holds on a limit is not confirmed
    ],
)
def test_a_drawn_area_is_laid_against_its_title_by_the_cadastral_bracket(
    choice: Choose, title: float, drawn: float, share: float, within: bool
) -> None:
    made = _area(choice, title, drawn)
    assert made.difference_ha == pytest.approx(drawn - title)
    assert made.share == pytest.approx(drawn / title - 1)
    assert (made.share_allowed, made.within) == (share, within)
    assert made.allowed_ha == pytest.approx(share * title)
    assert made.to_be_confirmed
    assert made.source == "Directiva 01-2008-SNCP/CNC"


def test_the_tolerance_is_said_to_be_of_area_and_not_of_position(choice: Choose) -> None:
    assert "No es una tolerancia de posición" in NOT_POSITIONAL
    assert _area(choice, 31_423, 32_000).bracket == "de 5 ha en adelante"
    assert _area(choice, 3, 3).bracket == "de 1 ha a menos de 5 ha"


def test_a_figure_of_all_parts_is_compared_with_all_parts_even_where_one_was_chosen(
    choice: Choose,
) -> None:
    same = shapely.box(-70, -12, -69.9, -11.9)
    part = {"group": "g", "area_title_ha": 300.0}
    lands = {
        "A": part | {"area_plane_ha": 100.0},
        "B": part | {"area_plane_ha": 200.0, "geometry": same},
        "C": part | {"area_plane_ha": 200.0, "geometry": same},  # the same shape under another code
        "D": {"group": "h", "area_title_ha": 300.0, "area_plane_ha": 100.0},
    }
    whole = choice({}, lands)
    for asked in ("A", "B", "C"):
        some = choice({}, {asked: lands[asked]})
        (made,) = title_areas(some, whole.territories, SPANISH)
        assert (made.drawn_ha, made.parts, made.within) == (300.0, 2, True)
    by_key = {one.code: one for one in title_areas(whole, whole.territories, SPANISH)}
    assert by_key["D"].within is False


def test_no_tolerance_of_parcels_is_applied_to_a_right(choice: Choose) -> None:
    rights = {"R": {"area_title_ha": 900.0, "area_plane_ha": 899.9835}, "S": {}}
    chosen = choice(rights, {"T": {}})
    (made,) = title_areas(chosen, chosen.territories, SPANISH)
    assert made.difference_ha == pytest.approx(-0.0165)
    assert (made.within, made.share_allowed, made.bracket) == (None, None, "")


def test_a_territory_that_only_adjoins_and_a_figure_of_zero_are_left_out(choice: Choose) -> None:
    lands = {
        "T": {"area_title_ha": 0.0, "area_plane_ha": 5.0},
        "U": {"area_title_ha": 5.0, "area_plane_ha": 5.0},
    }
    chosen = choice({"R": {}}, lands, [("R", "U", "adjacent")], subjects=["t:T"])
    assert title_areas(chosen, chosen.territories, SPANISH) == ()


def test_a_choice_without_its_country_does_not_pass_for_one_without_tolerance(
    choice: Choose,
) -> None:
    chosen = choice({}, {"T": {"area_title_ha": 5.0, "area_plane_ha": 5.0}}, declared={})
    with pytest.raises(StageBroken):
        title_areas(chosen, chosen.territories, SPANISH)


# --- unknown ------------------------------------------------------------------------------------


def test_what_nobody_knows_is_counted_over_what_was_chosen(choice: Choose) -> None:
    rights = {
        "A": {"filed_on": "1999", "status": "titled", "kind": "mining", "error_m": 5.0},
        "B": {"status": "unknown", "kind": "area", "crs_basis": "assumed"},
        "C": {"status": "titled", "kind": "mining"},  # it only adjoins
    }
    lands = {
        "T": {"tenure": "titled", "titled_on": "1994", "error_m": 5.0, "area_title_ha": 9.0},
        "U": {"tenure": "protected-area", "error_m": 5.0, "area_title_ha": 9.0},
    }
    pairs = [("A", "T", "overlap"), ("B", "T", "indeterminate"), ("C", "U", "adjacent")]
    told = {
        (one.about, one.what): (one.n, one.of)
        for one in doubts.unknowns(choice(rights, lands, pairs), SPANISH)
    }
    assert told == {
        (About.TERRITORIES, "Comunidades sin fecha de reconocimiento"): (1, 1),
        (About.TERRITORIES, "Comunidades sin fecha de inscripción"): (1, 1),
        (About.RIGHTS, "Sin fecha de formulación"): (1, 2),
        (About.RIGHTS, "Sin fecha de otorgamiento"): (2, 2),
        (About.RIGHTS, "Con estado no conocido"): (1, 2),
        (About.RIGHTS, "Sin tipo declarado"): (1, 2),
        (About.RIGHTS, "Con error de vértices no conocido"): (1, 2),
        (About.RIGHTS, "Con sistema de coordenadas asumido"): (1, 2),
        (About.RIGHTS, "Sin búsqueda de consulta previa"): (2, 2),
        (About.PAIRS, "Sin mínimo ni máximo, porque falta un error"): (2, 2),
        (About.PAIRS, "Indeterminadas: menores que el error"): (1, 2),
    }
    assert set(doubts.ABOUT) == set(About)


def test_a_question_without_an_answer_says_what_is_missing_in_words(choice: Choose) -> None:
    def flag(right: str, code: str, answer: str, missing: str = "") -> dict[str, str]:
        return {
            "concession_key": f"c:{right}",
            "territory_key": "t:T",
            "code": code,
            "answer": answer,
            "missing": missing,
        }

    flags = [
        flag("A", "X", "unknown", "granted_on;seen_by"),
        flag("B", "X", "unknown", "granted_on"),
        flag("C", "X", "yes"),
        flag("A", "Y", "unknown"),
        flag("B", "Z", "no"),
    ]
    chosen = choice(
        {one: {} for one in "ABC"},
        {"T": {}},
        flags=flags,
        rule=[{"code": "X", "question": "¿Se otorgó?", "question_en": "Was it granted?"}],
        word=[{"name": "seen_by", "es": "quien lo vio", "en": "who saw it"}],
    )
    first, second = doubts.open_questions(chosen, SPANISH)
    assert (first.code, first.question, first.n, first.of) == ("X", "¿Se otorgó?", 2, 3)
    assert first.missing == (("Fecha de otorgamiento", 2), ("quien lo vio", 1))
    assert (second.code, second.missing) == ("Y", (("una fecha más precisa", 1),))


# --- deeds, coordinates -------------------------------------------------------------------------


def _deed(deed: str, row: int | None, reason: str, **more: Any) -> dict[str, Any]:
    return {
        "snapshot": "c" * 64,
        "row": row,
        "step": "shapes",
        "deed": deed,
        "field": "geometry",
        "reason": reason,
        "before": "",
        "after": "",
        **more,
    }


def test_a_repair_stands_first_with_its_areas_and_is_said_to_be_approved_by_nobody(
    choice: Choose,
) -> None:
    given = [
        _deed(
            "noted", 0, "Hecho aportado.", step="facts", field="granted_on", after="1999: Res. 1"
        ),
        _deed("noted", 0, "Una palabra.", field="name"),
        _deed("noted", 1, "Una palabra.", field="name"),
        _deed("noted", None, "Del archivo."),
        _deed("excluded", 7, "Es un punto."),
        _deed("repaired", 1, "Se cortaba.", before="10.0000 ha", after="9.0000 ha"),
    ]
    done = doubts.deeds(choice({"A": {}, "B": {}}, {"T": {}}, deeds=given), SPANISH)
    assert [(one.deed, one.rows, one.reason) for one in done] == [
        (Deed.REPAIRED, ("B",), "Se cortaba."),
        (Deed.EXCLUDED, ("fila 7 del archivo",), "Es un punto."),
        (Deed.NOTED, ("A", "B"), "Una palabra."),
        (Deed.NOTED, ("todo el archivo",), "Del archivo."),
        (Deed.NOTED, ("A",), "Hecho aportado."),
    ]
    assert (done[0].before, done[0].after, done[0].repair) == ("10.0000 ha", "9.0000 ha", True)
    assert (done[-1].brought, done[-1].field) == (True, "Fecha de otorgamiento")
    assert {one.source for one in done} == {"Fuente c"}
    assert "ninguna entidad la ha aprobado" in doubts.NOT_APPROVED


def test_an_assumed_coordinate_system_is_seen_and_counted_apart(choice: Choose) -> None:
    used = {"crs_used": "EPSG:32719", "operation": "none", "operation_accuracy_m": 0.0}
    old = {
        "crs_declared": "EPSG:24879",
        "crs_used": "EPSG:24879",
        "crs_basis": "declared",
        "operation": "EPSG:1208",
        "operation_accuracy_m": 16.0,
        "datum_error_m": 24.0,
        "error_m": 5.0,
    }
    rights = {
        "A": used | {"crs_basis": "assumed"},
        "B": used | {"crs_basis": "assumed"},
        "C": old,
    }
    found = doubts.coordinates(choice(rights, {}), SPANISH)
    assert [(one.used, one.rows, one.assumed, one.basis) for one in found] == [
        ("EPSG:32719", 2, True, "asumido por quien lo usó"),
        ("EPSG:24879", 1, False, "declarado en el archivo"),
    ]
    assert (found[0].declared, found[0].error_m, found[0].datum_error_m) == ("", None, None)
    assert (found[1].operation, found[1].accuracy_m, found[1].datum_error_m) == (
        "EPSG:1208",
        16.0,
        24.0,
    )
    assert sum(one.rows for one in found) == 3


def test_nothing_chosen_has_no_doubts_and_no_crash(choice: Choose) -> None:
    nothing = choice({}, {})
    assert doubts.unknowns(nothing, SPANISH) == ()
    assert doubts.open_questions(nothing, SPANISH) == ()
    assert doubts.deeds(nothing, SPANISH) == ()
    assert doubts.coordinates(nothing, SPANISH) == ()
    assert title_areas(nothing, nothing.territories, SPANISH) == ()
    assert isinstance(nothing.territories, pd.DataFrame)
