"""The real files; where they are not, these tests say so and are skipped."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.country import Country
from geo.datum import from_degrees
from geo.declared import Source
from geo.errors import CrsMissing
from geo.intake.read import read
from geo.normalise.guess import source_for
from geo.normalise.layer import normalise
from geo.stages import RawLayer, Snapshot
from geo.terms import Noun

CADASTRE = "ingemmet_17s_raw_nocrs_20260310.geojson"
TERRITORIES = "indigenous_territories_amw_2025-08-26.geojson"


def opened(path: Path) -> RawLayer:
    when = datetime(2026, 11, 21, tzinfo=UTC)
    return read(path, Snapshot("b" * 64, path.name, path.stat().st_size, "", "x", when))


def test_the_cadastre_of_17s_loses_no_row_and_hides_no_doubt(
    real_data: Callable[[str], Path], mining: Source, country: Country
) -> None:
    layer = normalise(opened(real_data(CADASTRE)), mining, country, crs="EPSG:32717")
    frame, told = layer.frame, layer.ledger.deeds
    assert (layer.ledger.rows_in, len(frame), layer.ledger.repaired) == (9025, 9025, 7)
    mended = told[told["reason"].str.contains("otro alfabeto")]
    assert mended["row"].nunique() == 222
    assert not frame["name"].str.contains("Â").any()
    assert frame["filed_on"].isna().sum() == 6
    assert set(told.loc[told["step"] == "dates", "before"].str[:15]) == {"Thu Nov 30 1899"}
    assert frame["accumulation"].sum() == 11
    assert frame["grid_datum"].value_counts().to_dict() == {
        "wgs84": 6048,
        "psad56": 1647,
        "unknown": 1330,
    }
    assert frame["plane"].eq("EPSG:32717").all()
    assert shapely.is_valid(from_degrees(np.asarray(frame.geometry), "EPSG:32717")).all()
    # a third of the holders of this zone are people; none of them passes for a company
    people = frame.loc[frame["holder_kind"] == "natural-person", "holder"]
    assert 3000 < len(people) < 4000


def test_the_cadastre_without_its_crs_is_refused_with_the_right_one_suggested(
    real_data: Callable[[str], Path], mining: Source, country: Country
) -> None:
    with pytest.raises(CrsMissing, match="--concessions-crs EPSG:32717"):
        normalise(opened(real_data(CADASTRE)), mining, country)


def test_plane_areas_of_madre_de_dios_are_those_that_the_cadastre_prints(
    real_data: Callable[[str], Path], mining: Source, country: Country
) -> None:
    raw = opened(real_data("ingemmet_19s_mdd_first14.gpkg"))
    frame = normalise(raw, mining, country).frame
    assert (frame["area_plane_ha"] - frame["area_cadastre_ha"]).abs().max() < 0.042
    assert frame["status"].ne("unknown").all()
    assert frame["filed_on"].notna().all()


def test_the_full_schema_is_read_with_its_words_mended(
    real_data: Callable[[str], Path], mining: Source, country: Country
) -> None:
    raw = opened(real_data("ingemmet_17s_filtered17_fullschema.json"))
    frame = normalise(raw, mining, country).frame
    assert set(frame["status"]) == {"titled", "application"}
    assert frame["department"].isna().any()  # the text "None"
    assert frame["plane"].eq("EPSG:32717").all()  # served in degrees


def test_no_outline_of_amazon_mining_watch_in_peru_is_called_titled(
    real_data: Callable[[str], Path], sources: Mapping[str, Source], country: Country
) -> None:
    raw = opened(real_data(TERRITORIES))
    source = source_for(raw, Noun.TERRITORY, sources.values())
    assert source.id == "amw-territories"
    layer = normalise(raw, source, country)
    frame, told = layer.frame, layer.ledger.deeds
    peru = frame[frame["row"].isin(raw.frame.index[raw.frame["country_code"] == "PE"])]
    assert len(peru) == 30
    assert peru["called"].eq("polygon-per-source").all()
    assert peru["tenure"].value_counts().to_dict() == {"unknown": 29, "reserve": 1}

    islands = peru[peru["native_id"].isin(["795", "1564"])]
    assert islands["group"].nunique() == 1
    shared = told[told["reason"].str.contains("es de todas juntas")]["row"]
    assert set(islands["row"]) <= set(shared)

    twins = told[told["reason"].str.contains("la misma figura")]
    codes = peru.loc[peru["row"].isin(twins["row"]), "native_id"]
    assert set(codes) == {"3280", "3349", "3281", "3350"}

    beyond = told[told["reason"].str.contains("tolerancia catastral")]["row"]
    assert peru.loc[peru["row"].isin(beyond), "group"].nunique() == 11
    assert peru.loc[peru["area_title_ha"].notna(), "group"].nunique() == 13
