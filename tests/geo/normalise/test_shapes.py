"""Shapes: what is left out and why, what is repaired, where it lies."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import (
    GeometryCollection,
    LineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)
from shapely.geometry.base import BaseGeometry

from geo.country import Country
from geo.datum import from_degrees, to_degrees
from geo.declared import Source
from geo.errors import AxesSwapped, CrsMissing, CrsUnreadable, OutsideCountry
from geo.normalise.layer import normalise
from geo.stages import Layer

KM = 1000.0


def bow_tie() -> Polygon:
    """Two triangles of 1 and 9 ha that meet in a point, drawn as one ring: shoelace 8 ha."""
    x, y = 480_000.0, 8_608_000.0
    # a triangle of base 200 and height 100 m (1 ha) on top of one three times as large (9 ha)
    return Polygon([(x, y), (x + 600, y), (x + 200, y + 400), (x + 400, y + 400)])


def with_a_corner_at(north: float) -> BaseGeometry:
    corners = shapely.get_coordinates(box(480_000, 8_608_000, 481_000, 8_609_000))
    corners[1, 1] = north
    return shapely.set_coordinates(box(0, 0, 1, 1), corners)


def reasons(layer: Layer, deed: str = "excluded") -> dict[int, str]:
    told = layer.ledger.deeds
    told = told[(told["deed"] == deed) & told["row"].notna()]
    return {int(row): str(reason) for row, reason in zip(told["row"], told["reason"], strict=True)}


def test_a_bow_tie_keeps_both_its_triangles_and_the_ledger_says_both_areas(
    raw_of: Callable, mining: Source, country: Country
) -> None:
    layer = normalise(raw_of([bow_tie()], CODIGOU=["1"]), mining, country)
    deed = layer.ledger.deeds.query("deed == 'repaired'").iloc[0]
    assert deed["before"].startswith("8.0000 ha")
    assert deed["after"] == "10.0000 ha"
    assert layer.frame["area_plane_ha"][0] == pytest.approx(10.0, abs=1e-6)
    assert layer.ledger.repaired == 1


def test_ground_that_a_ring_covers_twice_stays_covered(
    raw_of: Callable, mining: Source, country: Country
) -> None:
    # a ring that runs twice around a square of 1 km, the second time with a detour of 50 ha
    x, y = 480_000.0, 8_608_000.0
    once = [(x, y), (x + 1000, y), (x + 1000, y + 1000), (x, y + 1000)]
    twice = [(x, y), (x + 1500, y), (x + 1500, y + 1000), (x, y + 1000), (x, y)]
    layer = normalise(raw_of([Polygon(once + twice)], CODIGOU=["1"]), mining, country)
    assert layer.frame["area_plane_ha"][0] == pytest.approx(150.0, abs=1e-6)


BAD = {
    "nothing": (None, "No tiene geometría."),
    "empty": (Polygon(), "No tiene geometría."),
    "point": (Point(480_500, 8_608_500), "Es un punto: hace falta un polígono."),
    "points": (MultiPoint([(480_500, 8_608_500)]), "Es un punto: hace falta un polígono."),
    "line": (LineString([(0, 0), (1, 1)]), "Es una línea: hace falta un polígono."),
    "collection": (
        GeometryCollection([Point(480_500, 8_608_500)]),
        "Es una colección sin polígonos.",
    ),
    "nan": (
        with_a_corner_at(np.nan),
        "Tiene coordenadas que no son números finitos.",
    ),
    "infinite": (
        with_a_corner_at(np.inf),
        "Tiene coordenadas que no son números finitos.",
    ),
    "swapped": (
        box(8_608_000, 480_000, 8_609_000, 481_000),
        "Sus dos coordenadas están en orden inverso: en el otro orden cae en el país.",
    ),
    "flat": (
        Polygon([(480_000, 8_608_000), (481_000, 8_608_000), (480_500, 8_608_000)]),
        "Su polígono no encierra ninguna superficie.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_measured_is_left_out_with_its_reason(
    name: str, raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    shape, reason = BAD[name]
    layer = normalise(raw_of([square(), shape], CODIGOU=["1", "2"]), mining, country)
    assert layer.frame["native_id"].tolist() == ["1"]
    assert reasons(layer) == {1: reason}


def test_a_collection_keeps_its_polygons_and_says_what_it_lost(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    inner = GeometryCollection([square(482), LineString([(0, 0), (1, 1)])])
    shape = GeometryCollection([square(480), Point(480_500, 8_608_500), inner])
    layer = normalise(raw_of([shape], CODIGOU=["1"]), mining, country)
    assert layer.frame["area_plane_ha"][0] == pytest.approx(200.0, abs=1e-6)
    assert list(reasons(layer, "repaired")) == [0]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.sampled_from(["good", "bow", "twin", "abroad", *BAD]), max_size=12),
)
def test_no_mixture_of_bad_rows_loses_one(
    kinds: list[str], raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    made = {"bow": bow_tie(), "twin": square(470), "abroad": square(480, 3000)}
    shapes = [square()] + [
        made.get(kind) or (BAD[kind][0] if kind in BAD else square(400 + number))
        for number, kind in enumerate(kinds)
    ]
    codes = [str(number % 3) for number in range(len(shapes))]
    layer = normalise(raw_of(shapes, CODIGOU=codes), mining, country)
    left_out = {n + 1 for n, kind in enumerate(kinds) if kind in BAD}
    assert set(reasons(layer)) == left_out
    assert all(reasons(layer).values())
    assert len(layer.frame) + layer.ledger.excluded == len(shapes)
    assert set(layer.frame["row"]) | left_out == set(range(len(shapes)))
    assert layer.frame["key"].is_unique


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(7)))
def test_the_order_of_the_rows_changes_nothing_but_their_numbers(
    order: list[int], raw_of: Callable, square: Callable, amw: Source, country: Country
) -> None:
    shapes = [square(400 + 30 * n) for n in range(4)] + [square(400), bow_tie(), square(480, 8400)]
    fields = {
        "id_field": ["7", "7", "7", "8", "7", "9", "9"],
        "name_field": ["A", "A", "B", None, "A", "C", "c"],
        "area_field": [100.0, 200.0, 200.0, 0.0, 100.0, 10.0, 10.0],
    }
    plain = normalise(raw_of(shapes, **fields), amw, country)
    other = normalise(
        raw_of([shapes[n] for n in order], **{k: [v[n] for n in order] for k, v in fields.items()}),
        amw,
        country,
    )
    a, b = (
        layer.frame.assign(wkb=layer.frame.geometry.to_wkb(hex=True))
        .drop(columns=["row", "geometry"])
        .sort_values("key")
        .reset_index(drop=True)
        .astype("string")
        .fillna("")
        for layer in (plain, other)
    )
    assert a.to_dict() == b.to_dict()


def test_without_a_crs_the_file_is_refused_and_told_what_its_numbers_suggest(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    shapes = [square(400 + n) for n in range(5)]
    with pytest.raises(CrsMissing, match=r"--concessions-crs EPSG:\d+"):
        normalise(raw_of(shapes, crs=None, CODIGOU=list("12345")), mining, country)


def test_a_word_that_is_no_crs_is_refused(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    with pytest.raises(CrsUnreadable):
        normalise(raw_of([square()], CODIGOU=["1"]), mining, country, crs="wgs ochenta y cuatro")


def test_the_user_s_word_goes_before_the_file_s_and_the_ledger_says_so(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    raw = raw_of([square()], crs="EPSG:32719", CODIGOU=["1"])
    layer = normalise(raw, mining, country, crs="EPSG:24879")
    row = layer.frame.iloc[0]
    assert [row["crs_declared"], row["crs_used"], row["crs_basis"]] == [
        "EPSG:32719",
        "EPSG:24879",
        "assumed",
    ]
    told = layer.ledger.deeds.iloc[0]
    assert [told["step"], told["before"], told["after"]] == ["crs", "EPSG:32719", "EPSG:24879"]


def test_a_cadastre_read_in_the_wrong_datum_is_doubted_in_the_ledger(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    shapes = [square(400 + n) for n in range(10)]
    fields = {"CODIGOU": [str(n) for n in range(10)], "FEC_DENU": ["2020-01-02"] * 10}
    # whole kilometres filed in 2020 are of WGS 84
    wrong = normalise(raw_of(shapes, crs="EPSG:24879", **fields), mining, country)
    right = normalise(raw_of(shapes, crs="EPSG:32719", **fields), mining, country)
    told = [layer.ledger.deeds.query("step == 'crs'") for layer in (wrong, right)]
    assert [len(lines) for lines in told] == [1, 0]
    assert "EPSG:32719" in told[0]["after"].iloc[0]


def test_a_psad56_square_keeps_its_plane_and_goes_through_one_named_operation(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    layer = normalise(raw_of([square()], crs="EPSG:24879", CODIGOU=["1"]), mining, country)
    row = layer.frame.iloc[0]
    assert row["plane"] == "EPSG:24879"
    assert row["operation"] == "EPSG:1208"
    assert (row["operation_accuracy_m"], row["datum_error_m"]) == (16.0, 24.0)
    corners = shapely.get_coordinates(from_degrees(np.array([row["geometry"]]), "EPSG:32719"))
    # domain's control: PSAD56 480000, 8608000 of zone 19 is WGS 84 479802.553, 8607627.696
    assert np.abs(corners - [479_802.553, 8_607_627.696]).max(axis=1).min() < 0.001
    assert row["grid_datum"] == "psad56"


@pytest.mark.parametrize("crs", ["EPSG:5389", "EPSG:31979", "EPSG:31994"])
def test_a_datum_that_moves_nothing_adds_no_error(
    raw_of: Callable, square: Callable, mining: Source, country: Country, crs: str
) -> None:
    layer = normalise(raw_of([square()], crs=crs, CODIGOU=["1"]), mining, country)
    assert layer.frame["datum_error_m"].tolist() == [0.0]


def test_a_datum_of_which_nobody_states_the_error_has_no_false_certainty(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    layer = normalise(raw_of([square()], crs="EPSG:29189", CODIGOU=["1"]), mining, country)
    assert layer.frame["operation_accuracy_m"].iloc[0] > 2  # South American Datum 1969
    assert layer.frame["datum_error_m"].isna().all()


def test_a_right_served_in_degrees_has_its_sides_straight_in_utm(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    degrees = to_degrees(np.array([square()], dtype=object), "EPSG:32719").shapes
    layer = normalise(raw_of(list(degrees), crs="EPSG:4326", CODIGOU=["1"]), mining, country)
    row = layer.frame.iloc[0]
    assert row["plane"] == "EPSG:32719"
    assert row["area_plane_ha"] == pytest.approx(100.0, abs=1e-6)
    assert row["area_geodesic_ha"] == pytest.approx(100.0791, abs=1e-4)
    assert row["grid_datum"] == "wgs84"
    assert (row["error_m"], row["datum_error_m"]) == (5.0, 0.0)


def test_a_right_filed_in_the_neighbouring_zone_keeps_the_zone_of_its_record(
    raw_of: Callable, mining: Source, country: Country
) -> None:
    beside = box(-71.9, -13.0, -71.89, -12.99)  # 9 km east of 72° W: zone 19 by its place
    raw = raw_of(
        [beside, beside, beside], crs="EPSG:4326", CODIGOU=["1", "2", "3"], ZONA=["18", "17", None]
    )
    layer = normalise(raw, mining, country)
    # zone 18 is next door; zone 17 is 6° away, so that word is doubted and the place decides
    assert layer.frame["plane"].tolist() == ["EPSG:32718", "EPSG:32719", "EPSG:32719"]
    told = layer.ledger.deeds.query("field == 'zone'")
    assert told["row"].tolist() == [1]


def test_a_file_with_all_axes_swapped_is_refused_in_words(
    raw_of: Callable, mining: Source, country: Country
) -> None:
    for crs, shape in (
        ("EPSG:32719", box(8_608_000, 480_000, 8_609_000, 481_000)),
        ("EPSG:4326", box(-12.6, -69.2, -12.5, -69.1)),
    ):
        with pytest.raises(AxesSwapped, match="orden inverso"):
            normalise(raw_of([shape], crs=crs, CODIGOU=["1"]), mining, country)


def test_a_file_of_another_country_is_refused_and_one_row_of_it_is_noted(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    abroad = box(-47.9, -15.9, -47.8, -15.8)
    with pytest.raises(OutsideCountry, match="Perú"):
        normalise(raw_of([abroad], crs="EPSG:4326", CODIGOU=["1"]), mining, country)
    here = box(-69.2, -12.6, -69.1, -12.5)
    layer = normalise(raw_of([here, abroad], crs="EPSG:4326", CODIGOU=["1", "2"]), mining, country)
    assert reasons(layer, "noted")[1] == "Queda fuera de los límites del país."
    assert layer.frame["area_plane_ha"].isna().tolist() == [False, True]


def test_metres_read_as_degrees_are_refused_with_the_crs_that_they_suggest(
    raw_of: Callable, square: Callable, mining: Source, country: Country
) -> None:
    shapes = [square(400 + n) for n in range(5)]
    with pytest.raises(OutsideCountry, match="--concessions-crs EPSG:"):
        normalise(raw_of(shapes, crs="EPSG:4326", CODIGOU=list("12345")), mining, country)


def test_every_shape_is_valid_in_its_own_plane_when_it_comes_back(
    raw_of: Callable, mining: Source, country: Country
) -> None:
    star = Polygon(
        [(480e3 + 500 * np.cos(a), 8608e3 + 500 * np.sin(a)) for a in 2.4 * np.arange(15)]
    )
    comb = MultiPolygon([box(480e3, 8608e3, 481e3, 8609e3), box(480.5e3, 8608e3, 481.5e3, 8609e3)])
    layer = normalise(raw_of([star, comb], CODIGOU=["1", "2"]), mining, country)
    assert shapely.is_valid(from_degrees(np.asarray(layer.frame.geometry), "EPSG:32719")).all()
    assert layer.frame["area_plane_ha"][1] == pytest.approx(150.0, abs=1e-6)


def test_an_empty_file_gives_an_empty_layer(
    raw_of: Callable, sources: Mapping[str, Source], country: Country
) -> None:
    for name in ("pe-ingemmet-mining", "amw-territories"):
        source = sources[name]
        code = str(source.fields["native_id"])
        layer = normalise(raw_of([], **{code: []}), source, country)
        assert (len(layer.frame), layer.ledger.rows_in) == (0, 0)
