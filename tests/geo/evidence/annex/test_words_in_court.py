"""No sentence of an annex says more than its data do: who said what, on what it rests."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from geo.evidence import custody
from geo.evidence.annex.blocks import Document, Table, told
from geo.evidence.chosen import Chosen
from geo.terms import CrsBasis, OverlapClass, Tenure
from geo.words import Words

Compose = Callable[..., Document]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in ("svg", "is"):
                yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _said(document: Document, title: str) -> str:
    section = next(one for one in document.sections if one.title == title)
    return " ".join(_texts(told(section)))


def _imported(chosen: Chosen, **rest: Any) -> Chosen:
    """The same choice, as if somebody had imported its files."""
    captures = tuple(
        {**one, "asserted": True, "role": "importer", **rest} for one in chosen.captures
    )
    return replace(chosen, captures=captures)


def test_an_error_that_the_importer_gave_is_not_taken_for_the_publishers(
    few: Chosen, compose: Compose
) -> None:
    whole = _said(compose(_imported(few, accuracy_m=50.0)), "Fuentes y avisos")
    assert "Error de vértice al 95 % 50.0 m (según quien lo importó)" in whole
    assert "(según quien lo importó)" not in _said(compose(few), "Fuentes y avisos")


def test_a_date_and_a_crs_that_the_importer_gave_are_told_as_said(
    few: Chosen, compose: Compose
) -> None:
    told_by = _imported(few, as_of="2026-03-10", crs="EPSG:32717")
    whole = _said(compose(told_by), "Fuentes y avisos")
    assert "10 de marzo de 2026 (según quien lo importó)" in whole
    assert "EPSG:32717 (según quien lo importó)" in whole


def test_a_file_that_this_tier_renames_is_not_said_to_have_come_under_that_name(
    few: Chosen, compose: Compose, spoken: Callable[[str], Words]
) -> None:
    lines = [one["what"] for one in custody.lines(few, spoken("es")) if one["action"] == "capture"]
    assert lines
    assert not [one for one in lines if "Se recibió el archivo «" in one]
    assert all("en este nivel de acceso se llama «" in one.casefold() for one in lines)
    whole = _said(compose(few), "Fuentes y avisos")
    assert "el nombre con que se recibió no se dice en este nivel de acceso" in whole


def test_the_cover_gives_the_date_of_each_part_of_the_data(few: Chosen, compose: Compose) -> None:
    mixed = replace(
        few,
        concessions=few.concessions.assign(as_of="2026-03-10"),
        territories=few.territories.assign(as_of=None),
    )
    cover = " ".join(_texts([told(one) for one in compose(mixed).cover]))
    assert "10 de marzo de 2026; de otros datos no se conoce" in cover


@pytest.mark.parametrize(("plane", "zone"), [("EPSG:4326", "19S"), ("EPSG:32718", "18S")])
def test_the_plane_of_a_territorys_hectares_is_a_plane(
    few: Chosen, compose: Compose, plane: str, zone: str
) -> None:
    lands = few.territories.assign(plane=plane)
    whole = _said(compose(replace(few, territories=lands)), "Territorios")
    assert f"Área del polígono, plana UTM ({zone} · WGS84 (EPSG:327" in whole


def test_where_no_error_is_known_no_overlap_is_said_to_be_larger_than_it(
    few: Chosen, compose: Compose
) -> None:
    whole = _said(compose(few), "Derechos, uno por página")
    assert "mayor que el error de los límites (donde se conoce)" in whole
    assert whole.count("mayor que el error de los límites") == whole.count(
        "mayor que el error de los límites (donde se conoce)"
    )


def test_no_judgment_is_supposed_where_only_its_list_is_missing(
    few: Chosen, compose: Compose
) -> None:
    whole = _said(compose(few), "Derechos, uno por página")
    assert "la lista de códigos de la resolución judicial" not in whole
    assert "fecha en que la resolución judicial quedó firme" not in whole


def test_that_nobody_has_searched_is_not_claimed_of_the_world(
    few: Chosen, compose: Compose
) -> None:
    whole = " ".join(_said(compose(few), one.title) for one in compose(few).sections)
    assert "nadie ha buscado" not in whole
    assert "en estos datos no consta ninguna búsqueda" in whole


def test_a_requested_area_is_not_measured_by_the_tolerance_of_registered_land(
    few: Chosen, compose: Compose
) -> None:
    claimed = replace(
        few,
        territories=few.territories.assign(
            tenure=Tenure.CLAIMED.value, area_title_ha=few.territories["area_plane_ha"] * 1.001
        ),
    )
    whole = _said(compose(claimed), "Dudas, tolerancias y reparaciones")
    assert "dentro de la tolerancia" not in whole
    assert "no se aplica: no es un predio del registro" in whole
    assert "Área según título" not in _said(compose(claimed), "Territorios")


def test_a_tenures_basis_is_a_source_and_no_path(few: Chosen, compose: Compose) -> None:
    for basis, sentence in (
        ("data/sources/demo-territories", "lo que la fuente declara contener"),
        ("situac", "campo «situac» de la fuente"),
        ("Título ILU-0538, folio 12", "Título ILU-0538, folio 12"),
    ):
        lands = few.territories.assign(tenure_basis=basis)
        whole = _said(compose(replace(few, territories=lands)), "Territorios")
        assert sentence in whole
        assert "data/sources" not in whole


def test_a_union_that_holds_doubtful_pieces_says_so(case: Chosen, compose: Compose) -> None:
    doubtful = case.overlaps.copy()
    doubtful["overlap_class"] = doubtful["overlap_class"].where(
        doubtful.index != doubtful.index[0], OverlapClass.INDETERMINATE.value
    )
    sentence = "También cuenta las superposiciones indeterminadas"
    assert sentence in _said(compose(replace(case, overlaps=doubtful)), "Hechos y límites")
    assert sentence not in _said(compose(case), "Hechos y límites")


def test_an_opponent_can_make_the_same_minimum_and_the_same_sums(
    few: Chosen, compose: Compose
) -> None:
    document = compose(few)
    method = _said(document, "Declaración de método")
    assert "0.27 %" in method
    assert "16 segmentos por cuarto de círculo" in method
    tables = _said(document, "Cuadros de datos técnicos")
    assert "un vértice cada 100 m" in tables
    assert "antes de redondear cada ángulo al segundo" in tables


def test_an_order_in_a_list_is_not_called_a_line(few: Chosen, compose: Compose) -> None:
    section = next(one for one in compose(few).sections if one.title == "Lista de códigos recibida")
    table = section.blocks[-1]
    assert isinstance(table, Table)
    assert table.lines[0][0].text == "Orden en la lista"


def test_an_assumed_crs_stays_said_to_be_assumed(few: Chosen, compose: Compose) -> None:
    rights = few.concessions.assign(crs_basis=CrsBasis.ASSUMED.value)
    whole = _said(compose(replace(few, concessions=rights)), "Declaración de método")
    assert "(asumido por quien lo usó)" in whole
