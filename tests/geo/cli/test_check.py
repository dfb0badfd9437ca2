"""`deslinde check`: a user learns what a file is before anything is done with it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest


def layer_of(ran: object) -> dict:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)["layers"][0]


def test_metres_without_a_crs_are_told_with_the_one_that_fits(
    deslinde: Callable, squares: Callable
) -> None:
    path = squares(
        "c.geojson", *((f"C{i}", 460000 + 2000 * i, 8600000, 1000) for i in range(5)), crs=None
    )
    found = layer_of(deslinde("check", path, "--json"))
    assert found["crs"] == ""
    assert "EPSG:32719" in found["grid"]["possible"]
    assert found["trial"]["refusal"]


def test_a_wrong_zone_is_seen_in_the_department(deslinde: Callable, squares: Callable) -> None:
    right = layer_of(
        deslinde("check", squares("a.geojson", ("C1", 461000, 8613000, 1000)), "--json")
    )
    assert right["trial"]["departments"] == {"Madre de Dios": 1}
    wrong = layer_of(
        deslinde(
            "check", squares("b.geojson", ("C1", 461000, 8613000, 1000), crs="EPSG:32718"), "--json"
        )
    )
    assert wrong["trial"]["departments"] != {"Madre de Dios": 1}


def test_corners_that_contradict_the_declared_datum_are_warned_about(
    deslinde: Callable, squares: Callable
) -> None:
    rows = [(f"C{i}", 460000 + 2000 * i, 8600000, 1000) for i in range(8)]
    shifted = [
        (code, east - 197.45 + 7, north - 372.31 + 1, side) for code, east, north, side in rows
    ]
    ran = deslinde("check", squares("c.geojson", *shifted))
    assert ran.code == 0, ran.err
    assert "EPSG:24879" in ran.out
    assert "ATENCIÓN" not in ran.out
    declared_wrong = deslinde("check", squares("d.geojson", *rows, crs="EPSG:4326"))
    assert "Traceback" not in declared_wrong.err
    assert "EPSG:32719" in declared_wrong.out + declared_wrong.err


def test_values_of_fields_are_not_printed_since_they_may_be_names(
    deslinde: Callable, squares: Callable
) -> None:
    path = squares("c.geojson", ("NOMBRE-DE-ALGUIEN", 461000, 8613000, 1000))
    for form in ((), ("--json",)):
        assert "NOMBRE-DE-ALGUIEN" not in deslinde("check", path, *form).out


def test_a_file_of_points_says_that_nothing_would_be_left(
    deslinde: Callable, tmp_path: Path
) -> None:
    path = tmp_path / "p.geojson"
    point = {"type": "Point", "coordinates": [-69.2, -12.6]}
    feature = {"type": "Feature", "properties": {"id": "1"}, "geometry": point}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    ran = deslinde("check", path)
    assert ran.code == 0, ran.err
    assert "no quedaría ninguna" in ran.out


@pytest.mark.parametrize(
    ("name", "whole", "behind"),
    [
        ("ingemmet_17s_raw_nocrs_20260310.geojson", 6048, 1647),
        ("ingemmet_19s_mdd_first14.gpkg", 1, 11),
    ],
)
def test_the_old_datum_is_found_behind_the_older_rights(
    name: str, whole: int, behind: int, deslinde: Callable, real_data: Callable[[str], Path]
) -> None:
    found = layer_of(deslinde("check", real_data(name), "--json"))
    assert (found["grid"]["whole"], found["grid"]["behind"]) == (whole, behind)
    origins = {one["datum"]: one for one in found["trial"]["origins"]}
    assert origins["wgs84"]["rows"] == whole
    assert origins["wgs84"]["first_filed_on"] >= "2016"
    assert origins["psad56"]["first_filed_on"] < "2016"
    assert found["source"] == "pe-ingemmet-mining"
