"""What of an imported file reaches a release's folder, and whose eyes: all of it or not a byte."""

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pytest

from geo.cli.terminal import answer
from geo.errors import ChoiceUnknown
from geo.home import sha256_of
from geo.received import RECEIVED
from geo.release import read
from webmap.cli import deslinde as group

# invented people; each stands in one place of a file only
HOLDER = "QUISPICHAYA WAMANPUTU, ERMELINDA"
ACTS_FOR = "TTITOCANAHUA SULLKAPOMA"
IN_A_DOCUMENT = "PUMACCAHUA LLOQQEYUPAN"
LEFT_OUT = "AMANKAYSARA QORIWAYTA"
BY_CONDITION = "CHUQUIWANKA TIKAPALLANA"
IN_A_NOTE = "HUALLPAMAYTA SINCHIRUNTO"
OF_A_HIDDEN_ROW = "RUMIÑAWICHAY PARQOPUMA"
ON_A_DISK = "WAYRAPAQCHA"
DNI = "45678912"
HOUSE = (465123.456789, 8613987.654321)
PEOPLE = (
    "QUISPICHAYA", "ERMELINDA", "TTITOCANAHUA", "PUMACCAHUA", "AMANKAYSARA", "HUALLPAMAYTA",
    "RUMIÑAWICHAY", "WAYRAPAQCHA", DNI,
)  # fmt: skip


def square(east: float, north: float, side: float) -> dict[str, Any]:
    far, top = east + side, north + side
    ring = [[east, north], [far, north], [far, top], [east, top], [east, north]]
    return {"type": "Polygon", "coordinates": [ring]}


def point() -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(HOUSE)}


def layer(path: Path, *rows: tuple[dict[str, Any], dict[str, Any]]) -> Path:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32719"}}
    features = [
        {"type": "Feature", "properties": fields, "geometry": shape} for shape, fields in rows
    ]
    made = {"type": "FeatureCollection", "crs": crs, "features": features}
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return path


def right(code: str, holder: str, **fields: Any) -> dict[str, Any]:
    return {
        "CONTRA": code,
        "NOMTIT": holder,
        "NOMREL": None,
        "DNI": None,
        "DOCLEG": None,
        "ESTUA": 4,
        "FECTER": "31/12/2042",
        "SUPAPR": 100.5,
        "ZONUTM": "19",
    } | fields


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with rights that have people in every corner, a community and facts, all public."""
    folder = tmp_path_factory.mktemp("made")
    mixed = {"type": "GeometryCollection", "geometries": [square(462000, 8613000, 900), point()]}
    rights = layer(
        folder / f"lotes de {ON_A_DISK}.geojson",
        (square(461000, 8613000, 900), right("00-E/001", "MADERERA DE EJEMPLO S.A.C.",
                                             NOMREL=ACTS_FOR, DNI=int(DNI), DOCLEG="R.D. 001")),
        (mixed, right("00-E/002", HOLDER, DOCLEG=f"Contrato de {IN_A_DOCUMENT} con {HOLDER}")),
        (point(), right("00-E/003", LEFT_OUT)),
        (square(463000, 8613000, 900), right("00-E/004", BY_CONDITION)),
    )  # fmt: skip
    land = layer(
        folder / "comunidades.geojson",
        (square(460500, 8612500, 1500), {"codigo": "C-1", "nomcom": "COMUNIDAD DE EJEMPLO",
                                         "fectit": "24/06/1994", "JEFE": ACTS_FOR}),
    )  # fmt: skip
    facts = folder / "hechos.csv"
    facts.write_text(
        "noun,id,what,on,document,note\n"
        f"concession,00-E/001,grant,2002-06-01,R.D. 001,lo dijo {IN_A_NOTE}\n"
        f'concession,00-E/002,grant,2002,"Contrato con {HOLDER}",\n'
        f"territory,OCULTA-1,claim,1980,Carta de {OF_A_HIDDEN_ROW},\n",
        encoding="utf-8",
    )
    condition = f"NOMTIT <> '{BY_CONDITION}'"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESLINDE_HOME", str(folder / "home"))
        patch.setenv("DESLINDE_NOW", "2026-11-21T12:00:00-05:00")
        for arguments in (
            ("import", rights, "--source", "pe-serfor-forest", "--where", condition,
             "--tier", "public", "--as-of", "2026-03"),
            ("import", land, "--source", "pe-midagri-communities", "--tier", "public"),
            ("facts", "import", facts, "--tier", "public"),
            ("build",),
        ):  # fmt: skip
            assert answer(group, [str(argument) for argument in arguments]) == 0
    return folder


@pytest.fixture
def built(made: Path) -> Path:
    """Its releases, to be read."""
    return made / "home" / "releases"


@pytest.fixture
def imported(made: Path, tmp_path: Path, deslinde: Callable) -> Callable:
    """The command over a copy of that home."""
    shutil.copytree(made / "home", tmp_path / "home")
    return deslinde


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "home" / "releases"


def everything(folder: Path) -> bytes:
    """Every byte of a folder, and what its packed files hold."""
    found = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        found.append(path.read_bytes())
        tables = [pd.read_parquet(path)] if path.suffix == ".parquet" else []
        if path.suffix == ".gpkg":
            tables += [
                pyogrio.read_dataframe(path, layer=name).to_wkb()
                if kind
                else pyogrio.read_dataframe(path, layer=name)
                for name, kind in pyogrio.list_layers(path)
            ]
        for table in tables:
            values = table.to_numpy(dtype=object).ravel().tolist()
            found += [one if isinstance(one, bytes) else str(one).encode() for one in values]
    return b"\n".join(found)


def test_not_one_byte_of_a_person_is_in_a_folder_that_others_open(built: Path) -> None:
    for tier in ("public", "partner"):
        held = everything(built / tier).upper()
        assert [name for name in PEOPLE if name.encode() in held] == []
        assert b"CHUQUIWANKA" not in held
        for number in HOUSE:
            assert struct.pack("<d", number) not in everything(built / tier)
            assert str(number).encode() not in held
    held = everything(built / "restricted").upper()
    assert [name for name in PEOPLE if name.encode() not in held] == []
    assert struct.pack("<d", HOUSE[0]) in everything(built / "restricted")


def test_a_row_that_a_condition_left_out_is_received_by_nobody(built: Path) -> None:
    release = read.open_release(built / "restricted")
    rows = read.received(release)
    assert "00-E/004" not in "".join(rows["fields"])
    rights = next(one for one in read.captures(release) if one["source_id"] == "pe-serfor-forest")
    assert rights["raw"]["rows"] == 4
    assert rights["filtered"]
    assert BY_CONDITION in rights["where"]
    assert len(rows[rows["snapshot"] == rights["sha256"]]) == 3


def test_rows_as_received_lead_to_the_rows_of_the_layers(built: Path) -> None:
    release = read.open_release(built / "public")
    rows = read.received(release)
    assert list(rows.columns) == [*(column.name for column in RECEIVED), "key"]
    assert all(str(rows[column.name].dtype) == column.dtype for column in RECEIVED)
    layers = [*read.concessions(release)["key"], *read.territories(release)["key"]]
    assert sorted(rows["key"].dropna()) == sorted(layers)
    facts = rows[rows["layer"] == ""]
    assert [json.loads(text)["id"] for text in facts["fields"]] == ["00-E/001", "00-E/002"]
    assert facts["withheld"].tolist() == ["note", "document"]
    assert facts["row"].tolist() == [0, 1]
    mine = read.received(release)
    mine["fields"] = ""
    assert read.received(release)["fields"].iloc[0] != ""


def test_a_capture_says_what_custody_needs(built: Path) -> None:
    public = read.open_release(built / "public")
    by_source = {one["source_id"]: one for one in read.captures(public)}
    assert sorted(by_source) == ["facts", "pe-midagri-communities", "pe-serfor-forest"]
    rights = by_source["pe-serfor-forest"]
    assert rights["name"] == "pe-serfor-forest.geojson"
    # nobody said that the bytes came from the publisher's address
    assert rights["origin"] == "(texto reservado)"
    assert rights["address"].startswith("https://geo.serfor.gob.pe/")
    assert "where" not in rights
    assert (rights["role"], rights["asserted"]) == ("importer", True)
    assert rights["retrieved_at"].endswith("+00:00")
    assert (rights["raw"]["crs"], rights["raw"]["basis"]) == ("EPSG:32719", "declared")
    assert rights["raw"]["types"]["DNI"] == "object"
    assert (rights["file"], rights["stamp"]) == (None, None)
    assert rights["why_not"]
    assert by_source["facts"]["raw"] is None
    assert by_source["facts"]["origin"] == "(texto reservado)"
    restricted = read.open_release(built / "restricted")
    whole = {one["source_id"]: one for one in read.captures(restricted)}
    assert whole["pe-serfor-forest"]["origin"] == f"lotes de {ON_A_DISK}.geojson"
    assert whole["pe-midagri-communities"]["file"] is None  # its licence is not known
    facts = whole["facts"]
    assert facts["why_not"] is None
    assert sha256_of(restricted.folder / facts["file"]) == facts["sha256"]
    assert read.content(restricted, facts["file"]).startswith(b"noun,id")


def test_the_declarations_that_made_the_figures_are_enclosed_word_for_word(built: Path) -> None:
    texts = read.declared(read.open_release(built / "public"))
    data = Path(__file__).resolve().parents[3] / "data"
    assert {"countries/peru.toml", "rules/peru.toml", "sources/pe-serfor-forest.toml"} <= set(texts)
    assert "sources/amw-mining.toml" not in texts
    for name, text in texts.items():
        assert text == (data / name).read_text(encoding="utf-8")


def test_a_time_stamp_of_a_capture_reaches_each_release_that_has_the_file(
    imported: Callable, releases: Path
) -> None:
    rights = next(
        one
        for one in read.captures(read.open_release(releases / "public"))
        if one["source_id"] == "pe-serfor-forest"
    )
    stamps = releases.parent / "stamps"
    stamps.mkdir()
    (stamps / f"{rights['sha256']}.tsr").write_bytes(b"a token")
    (stamps / f"{'0' * 64}.tsr").write_bytes(b"of nothing here")
    assert imported("build").code == 0
    for tier in ("public", "restricted"):
        release = read.open_release(releases / tier)
        stamped = [one["stamp"] for one in read.captures(release)]
        assert [name for name in stamped if name] == [f"stamp-{rights['sha256'][:12]}.tsr"]
        assert read.content(release, f"stamp-{rights['sha256'][:12]}.tsr") == b"a token"
        assert b"of nothing here" not in everything(release.folder)


def test_the_same_bytes_taken_in_at_another_hour_have_another_custody(
    imported: Callable, releases: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read.open_release(releases / "public")
    assert imported("build").code == 0
    assert read.open_release(releases / "public").id == first.id
    monkeypatch.setenv("DESLINDE_NOW", "2031-01-02T03:04:05-05:00")
    land = made / "comunidades.geojson"
    said = ("--source", "pe-midagri-communities", "--tier", "public")
    assert imported("import", land, *said).code == 0
    assert imported("build").code == 0
    second = read.open_release(releases / "public")
    times = {one["source_id"]: one["retrieved_at"] for one in read.captures(second)}
    assert times["pe-midagri-communities"] == "2031-01-02T08:04:05+00:00"
    assert second.id != first.id
    assert read.overlaps(second)["area_ha"].tolist() == read.overlaps(first)["area_ha"].tolist()


def test_a_past_release_opens_by_its_id_and_a_wrong_id_names_those_there_are(
    imported: Callable, releases: Path, tmp_path: Path
) -> None:
    folder = releases / "public"
    first = read.open_release(folder).id
    extra = tmp_path / "mas.csv"
    extra.write_text("noun,id,what,on\nterritory,C-1,recognition,1976\n", encoding="utf-8")
    assert imported("facts", "import", extra, "--tier", "public").code == 0
    assert imported("build").code == 0
    second = read.open_release(folder).id
    assert second != first
    assert read.open_named(folder, first).id == first
    for wrong in ("0" * 12, f"../public/{first}", "current", "", first.upper()):
        with pytest.raises(ChoiceUnknown, match=f"{min(first, second)}, {max(first, second)}"):
            read.open_named(folder, wrong)
    with pytest.raises(ChoiceUnknown, match="deslinde build"):
        read.open_named(releases / "nowhere", first)


def test_a_whole_file_reaches_the_public_only_where_it_may_and_can_name_nobody(
    deslinde: Callable, releases: Path
) -> None:
    assert deslinde("build", "--demo").code == 0
    public = {
        one["source_id"]: one for one in read.captures(read.open_release(releases / "public"))
    }
    assert public["demo-territories"]["file"]
    assert public["demo-concessions"]["file"] is None
    assert "personas" in public["demo-concessions"]["why_not"]
    assert public["demo-territories"]["role"] == "program"
    restricted = read.captures(read.open_release(releases / "restricted"))
    assert all(one["file"] and one["why_not"] is None for one in restricted)
