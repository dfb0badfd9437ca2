"""Rows that are one thing twice, two things under one name, and what a polygon may be called."""

from collections.abc import Callable

import pandas as pd
import pytest

from geo.country import Country
from geo.declared import Source
from geo.errors import FieldsMissing
from geo.normalise.layer import normalise
from geo.stages import Layer


def noted(layer: Layer, words: str) -> list[int]:
    told = layer.ledger.deeds
    return sorted(told.loc[told["reason"].str.contains(words), "row"].dropna().tolist())


def test_a_code_keeps_its_zeros_whatever_the_column_was_read_as(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    texts = normalise(raw_of([square()], CODIGOU=["010099916"]), mining, country)
    assert texts.frame["native_id"][0] == "010099916"
    floats = normalise(raw_of([square()], CODIGOU=[10033716.0]), mining, country)
    assert floats.frame["native_id"][0] == "10033716"
    assert floats.ledger.deeds["reason"].str.contains("perdido sus ceros").any()
    printed = normalise(raw_of([square()], CODIGOU=["10033716.0"]), mining, country)
    assert printed.frame["native_id"][0] == "10033716"


def test_a_row_without_a_code_is_kept_under_its_number(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    layer = normalise(raw_of([square(), square(485)], CODIGOU=["1", "None"]), mining, country)
    assert layer.frame["key"][1] == "pe-ingemmet-mining:fila-1"
    assert noted(layer, "no trae código") == [1]


def test_a_file_without_the_code_s_field_is_refused(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    with pytest.raises(FieldsMissing, match="CODIGOU"):
        normalise(raw_of([square()], CONCESION=["A"]), mining, country)


def test_a_repeated_code_stays_unique_and_is_noted(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    shapes = [square(480), square(482), square(484), square(486)]
    layer = normalise(raw_of(shapes, CODIGOU=["7", "7", "7", "8"]), mining, country)
    keys = sorted(key.removeprefix("pe-ingemmet-mining:") for key in layer.frame["key"])
    assert keys == ["7", "7~2", "7~3", "8"]
    assert noted(layer, "varias filas") == [0, 1, 2]


def test_a_code_that_looks_like_a_repeated_one_takes_nobodys_place(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    shapes = [square(480), square(482), square(484)]
    layer = normalise(raw_of(shapes, CODIGOU=["7", "7", "7~2"]), mining, country)
    assert layer.frame["key"].is_unique
    assert sorted(layer.frame["native_id"]) == ["7", "7", "7~2"]


def test_one_shape_under_two_codes_is_noted_on_both_and_kept_twice(
    raw_of: Callable, square: Callable, amw: Source, country: Country
) -> None:
    layer = normalise(
        raw_of([square(), square(), square(490)], id_field=["1", "2", "3"]), amw, country
    )
    assert noted(layer, "la misma figura") == [0, 1]
    told = layer.ledger.deeds.query("field == 'geometry'")
    assert told["after"].tolist() == ["amw-territories:1; amw-territories:2"] * 2


def test_two_places_under_one_name_are_not_taken_for_one_community(
    raw_of: Callable, square: Callable, amw: Source, country: Country
) -> None:
    shapes = [square(480, 8608), square(485, 8608), square(480, 8707), square(480, 8400)]
    layer = normalise(
        raw_of(shapes, id_field=list("1234"), name_field=["San X", "SAN X", "San  X", "Otra"]),
        amw,
        country,
    )
    groups = layer.frame["group"]
    assert groups[0] == groups[1]
    # 98 km of ground between the first and the third: still one community
    assert groups[0] == groups[2]
    shapes[2] = square(480, 8711)  # 102 km
    layer = normalise(
        raw_of(shapes, id_field=list("1234"), name_field=["San X", "SAN X", "San  X", "Otra"]),
        amw,
        country,
    )
    assert layer.frame["group"].nunique() == 3
    assert layer.frame["part"].fillna("").tolist() == ["1", "2", "", ""]
    assert noted(layer, "más de 100 km: no se toman") == [0, 1, 2]


def test_parts_of_one_row_far_from_each_other_are_noted_and_never_cut(
    raw_of: Callable, square: Callable, amw: Source, country: Country
) -> None:
    near = square(480).union(square(490))
    far = square(480).union(square(480, 8900))
    layer = normalise(raw_of([near, far], id_field=["1", "2"]), amw, country)
    assert noted(layer, "partes de esta fila") == [1]
    assert len(layer.frame) == 2


def titled(raw_of: Callable, amw: Source, country: Country, shapes: list, hectares: list) -> Layer:
    raw = raw_of(
        shapes,
        id_field=[str(n) for n in range(len(shapes))],
        name_field=["X"] * len(shapes),
        status_field=["Titulada"] * len(shapes),
        area_field=hectares,
        area_units=["hectares"] * len(shapes),
    )
    return normalise(raw, amw, country)


@pytest.mark.parametrize(
    ("title_ha", "called"),
    [
        (100.0, "titled"),
        (97.1, "titled"),  # 100 ha drawn differ by 2.9 ha; 3 % of the title is 2.913
        (97.0, "polygon-per-source"),  # by 3 ha; 3 % is 2.91
        (103.0, "titled"),
        (35.0, "polygon-per-source"),  # drawn at 2.85 times its title
        (0.0, "titled"),  # no figure, so no difference
    ],
)
def test_a_polygon_that_is_not_its_title_s_is_not_called_titled(
    title_ha: float,
    called: str,
    raw_of: Callable,
    square: Callable,
    amw: Source,
    country: Country,
) -> None:
    layer = titled(raw_of, amw, country, [square()], [title_ha])
    assert layer.frame["called"][0] == called


def test_a_title_s_figure_on_each_part_is_compared_with_all_parts(
    raw_of: Callable, square: Callable, amw: Source, country: Country
) -> None:
    layer = titled(raw_of, amw, country, [square(480), square(482)], [200.0, 200.0])
    assert layer.frame["called"].tolist() == ["titled", "titled"]
    assert layer.frame["area_title_ha"].tolist() == [200.0, 200.0]
    assert noted(layer, "es de todas juntas") == [0, 1]
    # the same shape twice is one part
    twins = titled(raw_of, amw, country, [square(480), square(480)], [200.0, 200.0])
    assert twins.frame["called"].tolist() == ["polygon-per-source"] * 2
    # two parts, each with a title of its own
    own = titled(raw_of, amw, country, [square(480), square(482)], [100.0, 101.0])
    assert own.frame["called"].tolist() == ["titled", "titled"]


def test_without_a_document_no_territory_is_titled(
    raw_of: Callable, square: Callable, amw: Source, country: Country
) -> None:
    raw = raw_of(
        [square(480), square(490), square(500)],
        id_field=list("123"),
        status_field=[None, "INSCRITA", "Solicitud de  TITULACIÓN"],
        area_field=[100.0, 100.0, 100.0],
        area_units=["hectares"] * 3,
    )
    frame = normalise(raw, amw, country).frame
    assert frame["tenure"].tolist() == ["unknown", "unknown", "claimed"]
    assert frame["called"].tolist() == ["polygon-per-source"] * 3
    assert frame["tenure_raw"].fillna("").tolist() == ["", "INSCRITA", "Solicitud de  TITULACIÓN"]


def test_an_area_in_another_unit_is_not_read_as_hectares(
    raw_of: Callable, square: Callable, amw: Source, country: Country
) -> None:
    raw = raw_of([square()], id_field=["1"], area_field=[1.0], area_units=["km2"])
    layer = normalise(raw, amw, country)
    assert layer.frame["area_title_ha"].isna().all()
    assert noted(layer, "no está en hectáreas") == [0]


def test_a_merger_of_rights_is_known_by_its_code_or_by_its_status(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    raw = raw_of(
        [square(480), square(482), square(484)],
        CODIGOU=["010000101L", "010000102", "010000103"],
        D_ESTADO=[None, "ACUMULACION  D.M. Titulada", "D.M. Titulado D.L. 708"],
    )
    frame = normalise(raw, mining, country).frame
    assert frame["accumulation"].tolist() == [True, True, False]
    assert frame["status"].tolist() == ["unknown", "titled", "titled"]


def test_unknown_and_unreadable_dates_leave_their_text_in_the_ledger(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    dates = ["1899-11-30", "mañana", "1830-01-01", "2077-01-01", "2016-01-04"]
    shapes = [square(480 + 2 * n) for n in range(5)]
    layer = normalise(raw_of(shapes, CODIGOU=list("12345"), FEC_DENU=dates), mining, country)
    assert layer.frame["filed_on"].fillna("").tolist() == ["", "", *dates[2:]]
    told = layer.ledger.deeds.query("step == 'dates'").set_index("row")["before"]
    assert told.to_dict() == dict(enumerate(dates[:4]))


def test_hostile_texts_stay_the_texts_that_they_are(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    names = ["<script>alert(1)</script>", "A" * 10_000, "abc\u202edef", "x\u0007y", "=1+1"]
    shapes = [square(480 + 2 * n) for n in range(5)]
    layer = normalise(raw_of(shapes, CODIGOU=list("12345"), CONCESION=names), mining, country)
    assert layer.frame["name"].tolist() == names
    assert noted(layer, "ocultan o reordenan") == [2]
    assert noted(layer, "caracteres de control") == [3]


def test_every_row_says_where_it_comes_from(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    raw = raw_of([None, square()], CODIGOU=["1", "2"])
    row = normalise(raw, mining, country, as_of="2026-03-10", accuracy_m=12.0).frame.iloc[0]
    assert row["row"] == 1
    assert row["snapshot"] == "a" * 64
    assert row["source_id"] == "pe-ingemmet-mining"
    assert row["as_of"] == "2026-03-10"
    assert row["error_m"] == 12.0
    assert row["tier"] == "restricted"
    assert not row["illustrative"]
    assert pd.isna(row["granted_on"])
