"""What a row as received would tell of a person, or fail to prove, if it were cut wrongly."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.country import Country, parse_country
from geo.declared import Place, Rights, Source, Way, parse
from geo.home import data_folder
from geo.intake.read import read
from geo.normalise.layer import normalise
from geo.received import raw_layer, told, types
from geo.release import tiers, withheld
from geo.release.tiers import TEXT_WITHHELD
from geo.schema.columns import of_noun
from geo.stages import Layer, RawLayer, Snapshot
from geo.terms import CrsBasis, Noun, Status, Tier

NOON = datetime.datetime(2026, 11, 21, 17, tzinfo=datetime.UTC)
SHA = "a" * 64
PERSON = "ZUÑIGA QUILLAHUAMAN, EUSTAQUIO"

SOURCE = Source(
    id="cat",
    title="Catastro ilustrativo",
    publisher="Nadie",
    noun=Noun.CONCESSION,
    way=Way("file"),
    rights=Rights("unknown", False),
    place=Place(error_m=5.0),
    fields={
        "native_id": ("CODIGO", "ID"),
        "name": "NOMBRE",
        "holder": ("TITULAR", "TITULAR2"),
        "filed_on": "FECHA",
        "area_title_ha": "HAS",
        "area_unit": "UNIDAD",
        "status": ("ESTADO", "LEYENDA"),
        "documents": "DOC",
        "department": "DEPA",
        "zone": "ZONA",
    },
    constants={"kind": "mining"},
    status={"Titulado": Status.TITLED, "T": Status.TITLED},
)


@pytest.fixture(scope="module")
def country() -> Country:
    path = data_folder() / "countries" / "peru.toml"
    return parse_country(path.read_text(encoding="utf-8"), path.name)


def declared(name: str) -> Source:
    path = data_folder() / "sources" / f"{name}.toml"
    return parse(path.read_text(encoding="utf-8"), Source, path.name)


def box(place: int) -> shapely.Polygon:
    return shapely.box(-70 + place / 10, -12, -69.99 + place / 10, -11.99)


def raw_of(*rows: dict[str, Any], shapes: list[Any] | None = None) -> RawLayer:
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows), geometry=shapes or [box(place) for place in range(len(rows))]
    )
    snapshot = Snapshot(SHA, "uno.geojson", 1, "uno.geojson", "cat", NOON)
    return RawLayer(frame, "EPSG:4326", CrsBasis.DECLARED, snapshot, "capa")


def cut(
    raw: RawLayer, country: Country, source: Source = SOURCE, crs: str | None = None
) -> tuple[RawLayer, pd.Series, Layer]:
    """The raw layer of a public tier, what is withheld, and the layer that it came from."""
    layer = normalise(raw, source, country, crs=crs)
    rows = layer.frame.assign(tier=Tier.PUBLIC.value)
    shown = tiers.for_tier(rows, Tier.PUBLIC, of_noun(source.noun))
    keys = pd.Series(rows["key"].to_numpy(), index=rows["row"].astype("int64"))
    return *withheld.withhold(raw, keys, source, shown), layer


def again(
    few: RawLayer, country: Country, source: Source = SOURCE, crs: str | None = None
) -> pd.DataFrame:
    """The layer that a reader of the release makes of what it holds."""
    read_back = raw_layer(
        told(few),
        types(few),
        crs=few.crs,
        basis=few.basis,
        snapshot=few.snapshot,
        layer=few.layer,
    )
    return normalise(read_back, source, country, crs=crs).frame


def same_figures(first: pd.DataFrame, second: pd.DataFrame) -> None:
    for name in ("key", "row", "kind", "status", "tenure", "filed_on", "titled_on", "plane",
                 "area_plane_ha", "area_geodesic_ha", "area_title_ha", "called", "granted_on",
                 "expires_on", "registered_on", "recognised_on", "claimed_on"):  # fmt: skip
        if name in first:
            told_of = [frame[name].astype("string").fillna("") for frame in (first, second)]
            assert told_of[0].tolist() == told_of[1].tolist(), name
    assert first.geometry.to_wkb().tolist() == second.geometry.to_wkb().tolist()


ROW = {
    "CODIGO": "0100",
    "NOMBRE": "EJEMPLO",
    "TITULAR": "MINERA DE EJEMPLO S.A.C.",
    "FECHA": "2016-01-04",
    "HAS": "100.5",
    "UNIDAD": "ha",
    "ESTADO": "Titulado",
    "DOC": "R.D. 1",
    "DEPA": "Madre de Dios",
    "ZONA": "19S",
}


def test_a_company_is_named_and_its_row_stays_whole(country: Country) -> None:
    few, named, _layer = cut(raw_of(ROW), country)
    assert named.tolist() == [""]
    assert dict(few.frame.drop(columns="geometry").iloc[0]) == ROW


def test_a_person_is_not_named_by_any_field_that_repeats_the_name(country: Country) -> None:
    row = ROW | {
        "TITULAR": PERSON,
        "NOMBRE": "QUILLAHUAMAN EUSTAQUIO 2",
        "DOC": f"Contrato con {PERSON}",
        "LEYENDA": f"de {PERSON}",
    }
    few, named, layer = cut(raw_of(row), country)
    assert set(named[0].split(";")) == {"TITULAR", "NOMBRE", "DOC", "LEYENDA"}
    assert {few.frame[name][0] for name in named[0].split(";")} == {TEXT_WITHHELD}
    same_figures(layer.frame, again(few, country))


@pytest.mark.parametrize(
    "value",
    [
        "45678912", 45678912, 45678912.0, True, datetime.date(1970, 1, 1), ["X"], {"dni": 1}, b"X",
    ],
)  # fmt: skip
def test_a_field_that_we_do_not_map_is_withheld_whatever_its_type(
    country: Country, value: object
) -> None:
    other = ROW | {"CODIGO": "0101", "REPRES": None}
    few, named, layer = cut(raw_of(ROW | {"REPRES": value}, other), country)
    assert named.tolist() == ["REPRES", ""]
    assert few.frame["REPRES"][0] == TEXT_WITHHELD
    assert pd.isna(few.frame["REPRES"][1])
    same_figures(layer.frame, again(few, country))


def test_the_second_of_two_fields_is_not_told_where_the_layer_shows_the_first(
    country: Country,
) -> None:
    few, named, _layer = cut(raw_of(ROW | {"TITULAR2": PERSON}), country)
    assert named.tolist() == ["TITULAR2"]
    assert few.frame["TITULAR"][0] == ROW["TITULAR"]


@pytest.mark.parametrize("number", ["45678912", 45678912, 45678912.0])
def test_a_number_in_a_second_field_of_codes_may_be_somebodys(
    country: Country, number: object
) -> None:
    few, named, layer = cut(raw_of(ROW | {"ID": number}), country)
    assert named.tolist() == ["ID"]
    assert few.frame["ID"][0] == TEXT_WITHHELD
    same_figures(layer.frame, again(few, country))


@pytest.mark.parametrize("code", ["0100", 100, 100.0])
def test_the_code_that_the_layer_shows_stays_in_whichever_field_it_stood(
    country: Country, code: object
) -> None:
    row = {name: value for name, value in ROW.items() if name != "CODIGO"} | {"ID": code}
    few, named, layer = cut(raw_of(row, ROW | {"CODIGO": "9"}), country)
    assert named.tolist() == ["", ""]
    same_figures(layer.frame, again(few, country))


def test_a_number_in_a_holders_field_is_somebodys(country: Country) -> None:
    few, named, _layer = cut(raw_of(ROW | {"TITULAR": 45678912}), country)
    assert named.tolist() == ["TITULAR"]
    assert few.frame["TITULAR"].tolist() == [TEXT_WITHHELD]


@pytest.mark.parametrize(
    ("field", "value", "stays"),
    [
        ("FECHA", "Mon Jan 04 2016 00:00:00 GMT-0500 (hora estándar de Perú)", True),
        ("FECHA", 1451883600000, True),
        ("FECHA", "04/01/2016 12:00 a.m.", True),
        ("FECHA", "2016-01-04T05:00:00Z", True),
        ("FECHA", f"lo sabe {PERSON}", False),
        ("HAS", "1.234,5 has", True),
        ("HAS", f"100 de {PERSON}", False),
        ("UNIDAD", "hectáreas", True),
        ("UNIDAD", PERSON, False),
        ("ZONA", "UTM zona 19 S", True),
        ("ZONA", PERSON, False),
        ("ESTADO", "titulado ", True),
        ("LEYENDA", "T", True),
        ("LEYENDA", PERSON, False),
        ("ESTADO", "una palabra nueva", True),
        ("DEPA", "None", True),
        ("TITULAR2", "-", True),
    ],
)
def test_a_value_stays_where_it_can_be_nothing_but_what_its_column_is(
    country: Country, field: str, value: object, stays: bool
) -> None:
    few, named, layer = cut(raw_of(ROW | {field: value}), country)
    assert named.tolist() == ["" if stays else field]
    same_figures(layer.frame, again(few, country))


def test_a_date_with_a_name_behind_it_is_withheld_though_it_could_be_read(
    country: Country,
) -> None:
    _few, named, _layer = cut(raw_of(ROW | {"FECHA": f"04/01/2016 00:00 {PERSON}"}), country)
    assert named.tolist() == ["FECHA"]
    told_so = f"Mon Jan 04 2016 00:00:00 GMT-0500 ({PERSON})"
    _few, named, _layer = cut(raw_of(ROW | {"FECHA": told_so}), country)
    assert named.tolist() == ["FECHA"]


@pytest.mark.parametrize(
    ("value", "stays"),
    [
        ("45678901", False),
        ("987654321", False),
        ("20160104", True),
        ("1451883600000", True),
        ("86400000", True),
        ("2016", True),
    ],
)
def test_a_number_that_is_no_day_is_withheld_from_a_field_of_dates(
    country: Country, value: str, stays: bool
) -> None:
    few, named, layer = cut(raw_of(ROW | {"FECHA": value}), country)
    assert named.tolist() == ["" if stays else "FECHA"]
    same_figures(layer.frame, again(few, country))


def test_a_row_that_was_left_out_says_its_code_and_no_place(country: Country) -> None:
    out = ROW | {"CODIGO": "0200", "NOMBRE": PERSON, "TITULAR": "MINERA DE EJEMPLO S.A.C."}
    raw = raw_of(ROW, out, shapes=[box(0), shapely.Point(-70.123456, -12.654321)])
    few, named, layer = cut(raw, country)
    assert layer.ledger.excluded == 1
    assert set(named[1].split(";")) == {"NOMBRE", "TITULAR", "DOC", "DEPA", "geometry"}
    assert few.frame["CODIGO"].tolist() == ["0100", "0200"]
    assert few.frame["ESTADO"].tolist() == ["Titulado", "Titulado"]
    assert few.frame.geometry.isna().tolist() == [False, True]
    same_figures(layer.frame, again(few, country))


def test_a_row_left_out_whose_code_is_a_name_does_not_say_it(country: Country) -> None:
    raw = raw_of(ROW, ROW | {"CODIGO": PERSON}, shapes=[box(0), shapely.Point(-70, -12)])
    few, named, _layer = cut(raw, country)
    assert "CODIGO" in named[1].split(";")
    assert few.frame["CODIGO"][1] == TEXT_WITHHELD


def test_of_a_collection_the_points_beside_the_polygon_are_not_told(country: Country) -> None:
    house = shapely.Point(-70.123456, -12.654321)
    inner = shapely.GeometryCollection([box(2), house])
    raw = raw_of(ROW, shapes=[shapely.GeometryCollection([house, box(0), inner])])
    few, named, layer = cut(raw, country)
    assert named.tolist() == ["geometry"]
    shape = few.frame.geometry[0]
    assert {part.geom_type for part in shape.geoms} == {"Polygon"}
    same_figures(layer.frame, again(few, country))


def test_a_field_in_other_capitals_is_the_field_that_it_is(country: Country) -> None:
    row = {name.lower(): value for name, value in ROW.items()}
    _few, named, _layer = cut(raw_of(row), country)
    assert named.tolist() == [""]
    _few, named, _layer = cut(raw_of(row | {"titular": PERSON}), country)
    assert named.tolist() == ["titular"]


def test_a_source_that_names_nobody_keeps_every_field_and_shape(country: Country) -> None:
    rights = replace(SOURCE.rights, names_people=False, harmless=("NOTA",))
    nobody = replace(SOURCE, rights=rights)
    raw = raw_of(ROW | {"NOTA": "x"}, ROW, shapes=[box(0), shapely.Point(-70, -12)])
    few, named, _layer = cut(raw, country, nobody)
    assert few is raw
    assert named.tolist() == ["", ""]


def test_a_file_with_a_field_that_nobody_looked_at_may_name_somebody(country: Country) -> None:
    nobody = replace(SOURCE, rights=replace(SOURCE.rights, names_people=False))
    raw = raw_of(ROW | {"REPRESENTANTE": "QUIEN SEA"})
    assert not withheld.names_nobody(raw, nobody)
    few, named, _layer = cut(raw, country, nobody)
    assert named.tolist() == ["REPRESENTANTE"]
    assert "QUIEN SEA" not in few.frame.to_json()


def test_a_withheld_field_of_numbers_is_read_again_as_it_is(country: Country) -> None:
    raw = raw_of(ROW | {"N": 5.0, "M": 7}, ROW | {"CODIGO": "0101", "N": None, "M": 8})
    few, _named, layer = cut(raw, country)
    assert types(few)["N"] == types(few)["M"] == "object"
    same_figures(layer.frame, again(few, country))


WORDS = st.lists(st.text("ABCDEFGHÑ", min_size=4, max_size=9), min_size=2, max_size=3, unique=True)


# the layer itself shows a code and a department as the source has them
FIELDS = sorted({*ROW, "TITULAR2", "LEYENDA", "REPRES"} - {"CODIGO", "DEPA"})


@settings(max_examples=12)
@given(WORDS)
def test_a_persons_name_stands_in_no_field_whichever_it_was_written_in(words: list[str]) -> None:
    path = data_folder() / "countries" / "peru.toml"
    peru = parse_country(path.read_text(encoding="utf-8"), path.name)
    name = " ".join(words)
    rows = [
        ROW | {"CODIGO": f"01{number:02}", "TITULAR": name, field: f"de {name}"}
        for number, field in enumerate(FIELDS)
    ]
    few, _named, _layer = cut(raw_of(*rows), peru)
    assert not told(few)["fields"].str.contains(name).any()


@pytest.mark.parametrize(
    ("name", "source", "crs"),
    [
        ("ingemmet_17s_raw_nocrs_20260310.geojson", "pe-ingemmet-mining", "EPSG:32717"),
        ("ingemmet_19s_mdd_first14.gpkg", "pe-ingemmet-mining", None),
        ("indigenous_territories_amw_2025-08-26.geojson", "amw-territories", None),
        ("anp_peru_353.gpkg", "pe-perugeopkg-protected", None),
        ("amw_mining_202400_peru.geojson", "amw-mining", None),
    ],
)
def test_a_real_file_proves_its_figures_and_names_nobody(
    real_data: Callable[[str], Path], country: Country, name: str, source: str, crs: str | None
) -> None:
    path, said = real_data(name), declared(source)
    raw = read(path, Snapshot(SHA, path.name, 1, path.name, source, NOON))
    few, _named, layer = cut(raw, country, said, crs)
    same_figures(layer.frame, again(few, country, said, crs))
    if "holder" in layer.frame:
        hidden = tiers.people(layer.frame)["holder"]
        texts = "\n".join(told(few)["fields"])
        assert [one for one in hidden if len(one.split()) > 1 and one in texts] == []


@pytest.mark.parametrize("number", [45678912, 45678912.0, 987654321])
def test_a_number_that_is_no_day_is_withheld_from_a_field_of_days(
    country: Country, number: float
) -> None:
    few, named, layer = cut(raw_of(ROW | {"FECHA": number}), country)
    assert named.tolist() == ["FECHA"]
    assert few.frame["FECHA"][0] == TEXT_WITHHELD
    same_figures(layer.frame, again(few, country))


@pytest.mark.parametrize("number", [1451865600000, 1451865600000.0, 20160104, 2016])
def test_a_number_that_is_a_day_stays_in_its_field(country: Country, number: float) -> None:
    few, named, layer = cut(raw_of(ROW | {"FECHA": number}), country)
    assert named.tolist() == [""]
    same_figures(layer.frame, again(few, country))


@pytest.mark.parametrize("heading", ["note", "nota", "NOTE ", "Nota"])
def test_a_note_is_its_authors_under_whatever_heading(heading: str) -> None:
    told_of, fields = withheld.line({"id": "0100", heading: "lo dijo una vecina"}, ())
    assert fields == [heading]
    assert told_of == {"id": "0100", heading: TEXT_WITHHELD}
