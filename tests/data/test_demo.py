"""The demonstration: reproducible, invented in every row, and rich enough for its flags."""

import csv
import json
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import Transformer

from geo.dates import parse as parse_date
from geo.declared import Source, parse
from geo.terms import FactKind, Tier

DATA = Path(__file__).resolve().parents[2] / "data"
DEMO = DATA / "demo"
GEOJSON = sorted(DEMO.glob("*.geojson"))
SEPTEMBER = DEMO / "demo-concessions-2026-09.geojson"
OCTOBER = DEMO / "demo-concessions-2026-10.geojson"
INCIDENTS = DEMO / "demo-incidents.csv"
TITLE_DAY = "1994-06-24"


def features(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def rights(path: Path) -> dict[str, dict]:
    return {row["properties"]["CODIGOU"]: row for row in features(path)}


def facts() -> list[dict[str, str]]:
    with (DEMO / "demo-facts.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def declared() -> dict[str, Source]:
    found = sorted((DATA / "sources").glob("demo-*.toml"))
    return {p.stem: parse(p.read_text(encoding="utf-8"), Source, p.name) for p in found}


def test_the_scripts_give_the_committed_bytes(tmp_path: Path) -> None:
    for script in sorted(DEMO.glob("make_*.py")):
        subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {p.name: p.read_bytes() for p in DEMO.iterdir() if p.suffix in (".geojson", ".csv")}
    assert made == kept
    assert sum(map(len, kept.values())) < 500_000


@pytest.mark.parametrize("path", GEOJSON, ids=lambda path: path.stem)
def test_nobody_can_take_a_row_for_a_real_one(path: Path) -> None:
    names = (
        "CONCESION",
        "TIT_CONCES",
        "nomcom",
        "NOMBRE",
        "anp_nomb",
        "NOMTIT",
        "NOMPRE",
        "TITULAR",
    )
    for row in features(path):
        said = row["properties"]
        assert said["illustrative"] is True
        assert "ilustrativo" in said["note"]
        named = [said[name] for name in names if name in said]
        assert all("ILUSTRATIV" in name for name in named)
        code = next(
            said[k]
            for k in ("CODIGOU", "CONTRA", "UC", "anp_codi", "codigo", "CODIGO", "ubigeo")
            if k in said
        )
        assert code.startswith(("0099", "98", "99", "ILU", "T-", "C-", "R-", "I-"))


def test_no_code_of_the_demonstration_is_a_real_one(real_data: object) -> None:
    real = gpd.read_file(
        real_data("ingemmet_17s_raw_nocrs_20260310.geojson"),
        columns=["CODIGOU"],
        ignore_geometry=True,
    )
    codes = set(rights(SEPTEMBER)) | set(rights(OCTOBER))
    assert not codes & set(real["CODIGOU"].astype(str))
    assert not real["CODIGOU"].astype(str).str.startswith("0099").any()


def test_rights_stand_on_the_grid_of_the_datum_of_their_time() -> None:
    back = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::1208")
    to_lonlat = Transformer.from_crs("EPSG:32719", "EPSG:4326", always_xy=True)
    to_psad = Transformer.from_crs("EPSG:4248", "EPSG:24879", always_xy=True)
    psad = 0
    for code, row in rights(SEPTEMBER).items():
        corners = row["geometry"]["coordinates"][0]
        whole = all(v % 1000 == 0 for corner in corners for v in corner)
        if whole:
            continue
        psad += 1
        assert code[7:9] <= "16" or code[7:9] >= "80"
        for x, y in corners:
            lon, lat = to_lonlat.transform(x, y)
            lat, lon = back.transform(lat, lon, direction="INVERSE")
            assert all(abs(v / 1000 - round(v / 1000)) < 2e-5 for v in to_psad.transform(lon, lat))
    assert 15 < psad < len(rights(SEPTEMBER)) - 15
    # the first right's south-west corner: PSAD56 449000, 8608000, moved by some (-197, -372) m
    x, y = rights(SEPTEMBER)["009900180"]["geometry"]["coordinates"][0][0]
    assert (round(x), round(y)) == pytest.approx((448_803, 8_607_628), abs=1)


def test_a_month_later_rights_have_changed_appeared_and_lapsed() -> None:
    before, after = rights(SEPTEMBER), rights(OCTOBER)
    assert len(before.keys() - after.keys()) == 1
    assert len(after.keys() - before.keys()) == 3
    moved = Counter()
    for code in before.keys() & after.keys():
        old, new = before[code]["properties"], after[code]["properties"]
        if old["LEYENDA"] != new["LEYENDA"]:
            moved[(old["LEYENDA"], new["LEYENDA"])] += 1
        elif before[code]["geometry"] != after[code]["geometry"]:
            moved["smaller"] += 1
    assert moved == {("TRAMITE", "TITULADO"): 1, ("TITULADO", "EXTINGUIDO"): 1, "smaller": 1}


def test_the_map_has_each_kind_of_neighbourhood() -> None:
    cadastre = gpd.read_file(OCTOBER)[["CODIGOU", "geometry"]]
    land = gpd.read_file(DEMO / "demo-territories.geojson").to_crs(32719)[["codigo", "geometry"]]
    pairs = cadastre.merge(land, how="cross")
    shared = gpd.GeoSeries(pairs["geometry_x"]).intersection(gpd.GeoSeries(pairs["geometry_y"]))
    area = shared.area
    width = 2 * area / shared.length.where(area > 1, 1)
    assert ((area > 1) & (width < 5)).sum() == 1  # a sliver of 3 m
    assert ((width > 5) & (width < 10)).sum() == 1  # a strip of 8 m
    touching = gpd.GeoSeries(pairs["geometry_x"]).distance(gpd.GeoSeries(pairs["geometry_y"]))
    assert ((touching < 0.01) & (area < 1)).sum() == 1  # a common side and nothing more
    assert (area > 1).sum() > 30
    free = set(cadastre["CODIGOU"]) - set(pairs.loc[area > 1, "CODIGOU"])
    assert len(free) > 5


def test_rights_are_filed_before_on_and_after_the_day_of_the_title() -> None:
    filed = {row["on"] for row in facts() if row["what"] == "title" and row["id"] == "T-001"}
    assert filed == {TITLE_DAY}
    days = gpd.pd.to_datetime(
        [r["properties"]["FEC_DENU"] for r in features(OCTOBER)], unit="ms", utc=True
    ).tz_convert("America/Lima")
    texts = [day.date().isoformat() for day in days]
    assert {"1994-02-15", TITLE_DAY, "1995-02-01", "1995-02-02", "1899-11-30"} <= set(texts)
    assert all(day.hour == day.minute == 0 for day in days)


def test_facts_name_rows_that_exist_and_wake_the_flags() -> None:
    rows = facts()
    codes = {
        "concession": set(rights(OCTOBER))
        | {r["properties"]["CONTRA"] for r in features(DEMO / "demo-logging.geojson")},
        "territory": {
            r["properties"]["codigo"] for r in features(DEMO / "demo-territories.geojson")
        }
        | {r["properties"]["CODIGO"] for r in features(DEMO / "demo-claims.geojson")},
    }
    for row in rows:
        assert row["id"] in codes[row["noun"]]
        assert "ilustrativo" in row["note"]
        what = FactKind(row["what"])
        if what is FactKind.CONSULTATION_SEARCH:
            assert row["on"] == ""
            assert row["result"] in ("found", "not found")
            assert row["register"]
            assert row["words"]
            assert parse_date(row["searched_on"])
        else:
            assert parse_date(row["on"])
            assert row["document"]
    kinds = Counter(row["what"] for row in rows)
    assert set(kinds) == set(FactKind) - {FactKind.FILING}
    when = {(row["id"], row["what"]): row["on"] for row in rows}
    late = [
        code
        for code, what in when
        if what == "consultation" and when[(code, what)] > when[(code, "grant")]
    ]
    assert len(late) == 2  # a consultation after the grant, twice; one before it
    # filed before the title, granted after it
    assert when[("009900393", "grant")] > TITLE_DAY


def test_every_file_of_the_demonstration_is_declared_public_and_illustrative() -> None:
    listed = tomllib.loads((DEMO / "demo.toml").read_text(encoding="utf-8"))["file"]
    there = {p.name for p in DEMO.iterdir() if p.suffix in (".geojson", ".csv")}
    # districts and the facts of the boxes are no part of any release
    assert {one["name"] for one in listed} == there - {"demo-districts.geojson", INCIDENTS.name}
    sources = declared()
    for one in listed:
        parse_date(one["as_of"])
        if one["source"] == "facts":
            continue
        source = sources[one["source"]]
        assert source.id == one["source"]
        assert source.tier is Tier.PUBLIC
        assert source.illustrative
        names = {name for row in features(DEMO / one["name"]) for name in row["properties"]}
        wanted = [f for v in source.fields.values() for f in ([v] if isinstance(v, str) else v)]
        assert set(wanted) <= names
        assert source.examples


def test_no_fact_of_the_boxes_can_be_taken_for_a_real_one() -> None:
    with INCIDENTS.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) > 300
    for row in rows:
        assert row["illustrative"] == "true"
        assert "No ocurrió" in row["note"]
        named = [row["incident"], *row["subjects"].split(), *row["communities"].split()]
        assert all(one.startswith("ILU-") for one in named)
        assert row["place"][:2] in ("98", "99", "")
    assert any(not row["women"] for row in rows)
    assert any(row["women"] == "no" for row in rows)
    assert any(row["measures"] == "-" for row in rows)
