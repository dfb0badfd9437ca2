"""Import, tiers, facts, build: a build publishes nothing that nobody said may be public."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import NothingToDo
from geo.release import read

SECRET = "LINDEROSECRETO"


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "home" / "releases"


@pytest.fixture
def ordinary_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def imported(deslinde: Callable, tmp_path: Path, squares: Callable) -> Callable:
    """A cadastre and a titled community, public; and a claim whose tier nobody has changed."""

    def feature(east: float, north: float, side: float, **fields: object) -> dict:
        made = squares("one.geojson", ("x", east, north, side)).read_text(encoding="utf-8")
        one = json.loads(made)["features"][0]
        return one | {"properties": fields}

    def write(name: str, *features: dict) -> Path:
        urn = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32719"}}
        layer = {"type": "FeatureCollection", "crs": urn, "features": list(features)}
        path = tmp_path / name
        path.write_text(json.dumps(layer), encoding="utf-8")
        return path

    rights = write(
        "derechos.geojson",
        feature(
            461000, 8613000, 1000, CODIGOU="010000116", CONCESION="EJEMPLO UNO",
            TIT_CONCES="FULANA DE TAL INVENTADA", FEC_DENU="2016-01-04",
            D_ESTADO="D.M. Titulado D.L. 708", LEYENDA="TITULADO",
        ),
        feature(
            463000, 8613000, 1000, CODIGOU="010000216", CONCESION="EJEMPLO DOS",
            TIT_CONCES="MINERA DE EJEMPLO S.A.C.", FEC_DENU="1990-05-02",
            D_ESTADO="D.M. Titulado D.L. 708", LEYENDA="TITULADO",
        ),
    )  # fmt: skip
    titles = write(
        "comunidades.geojson",
        feature(
            460500, 8612500, 1500, codigo="C-1", nomcom="COMUNIDAD DE EJEMPLO",
            titcom="001-EJ", fectit="24/06/1994", Aarea=225,
        ),
    )  # fmt: skip
    claims = write("reclamo.geojson", feature(462500, 8612500, 3000, codigo="R-1", nombre=SECRET))
    for path, source, tier in (
        (rights, "pe-ingemmet-mining", ("--tier", "public")),
        (titles, "pe-midagri-communities", ("--tier", "public")),
        (claims, "community-boundaries", ()),
    ):
        ran = deslinde("import", path, "--source", source, *tier)
        assert ran.code == 0, ran.err
    return deslinde


def everything(folder: Path) -> str:
    """All that a release's files hold, as one text: bytes as they are, and parquet unpacked."""
    texts = [
        path.read_bytes().decode("latin-1") for path in sorted(folder.rglob("*")) if path.is_file()
    ]
    tables = [
        pd.read_parquet(path).drop(columns="geometry", errors="ignore").map(str).to_csv()
        for path in folder.rglob("*.parquet")
    ]
    return "\n".join([*texts, *tables])


def test_what_a_community_hands_in_is_not_published_by_a_build(
    imported: Callable, releases: Path
) -> None:
    assert imported("build").code == 0
    assert SECRET not in everything(releases / "public")
    assert SECRET not in everything(releases / "partner")
    assert SECRET in everything(releases / "restricted")


@pytest.mark.skipif(os.name != "posix", reason="this disk knows no permissions of users")
def test_others_on_the_same_machine_open_what_is_public_and_nothing_else(
    ordinary_mask: None, imported: Callable, releases: Path
) -> None:
    assert imported("build").code == 0
    home = releases.parent
    closed = (home / "snapshots", home / "imports", releases / "partner", releases / "restricted")
    for folder in closed:
        assert folder.stat().st_mode & 0o077 == 0, folder.name
    for folder in (home, releases, releases / "public"):
        assert folder.stat().st_mode & 0o055 == 0o055, folder.name


def test_a_steward_can_publish_it_and_take_it_back(imported: Callable, releases: Path) -> None:
    assert imported("tier", "community-boundaries", "public").code == 0
    assert imported("build").code == 0
    shown = read.territories(read.open_release(releases / "public"))
    assert SECRET in shown["name"].tolist()
    assert imported("tier", "community-boundaries", "restricted").code == 0
    assert imported("build").code == 0
    shown = read.territories(read.open_release(releases / "public"))
    assert SECRET not in shown["name"].tolist()


def test_what_is_taken_back_is_not_current_even_where_nothing_is_left(
    imported: Callable, releases: Path
) -> None:
    assert imported("build").code == 0
    old = read.open_release(releases / "public").folder
    closed = imported("tier", "pe-midagri-communities", "restricted")
    assert closed.code == 0
    assert str(old) in closed.out  # a steward is told which folders still hold it
    assert "deslinde build" in closed.out
    assert imported("build").code == 0
    for tier in ("public", "partner"):
        with pytest.raises(NothingToDo):
            read.open_release(releases / tier)
    assert len(read.territories(read.open_release(releases / "restricted"))) == 2


def test_one_word_does_not_publish_what_several_communities_handed_in(
    imported: Callable, releases: Path, tmp_path: Path
) -> None:
    other = tmp_path / "otro.geojson"
    text = (tmp_path / "reclamo.geojson").read_text(encoding="utf-8")
    other.write_text(text.replace(SECRET, "OTROLINDERO"), encoding="utf-8")
    assert imported("import", other, "--source", "community-boundaries").code == 0
    refused = imported("tier", "community-boundaries", "public").sentence
    assert "reclamo.geojson" in refused
    assert "otro.geojson" in refused
    assert imported("build").code == 0
    assert SECRET not in everything(releases / "public")
    assert "OTROLINDERO" not in everything(releases / "public")
    assert imported("tier", "community-boundaries", "restricted").code == 0


def test_a_steward_who_publishes_facts_is_told_what_is_published_as_it_is(
    imported: Callable, tmp_path: Path
) -> None:
    facts = tmp_path / "hechos.csv"
    facts.write_text("noun,id,what,on,document\nconcession,010000216,grant,1996,Res. 1\n")
    assert imported("facts", "import", facts).code == 0
    assert "no nombren a nadie" in imported("tier", "facts", "public").out
    assert "no nombren a nadie" in imported("facts", "import", facts, "--tier", "public").out


def test_a_person_who_holds_a_right_is_not_named_in_public(
    imported: Callable, releases: Path
) -> None:
    assert imported("build").code == 0
    public = everything(releases / "public")
    assert "FULANA" not in public
    assert "INVENTADA" not in public
    assert "MINERA DE EJEMPLO S.A.C." in public
    assert "FULANA DE TAL INVENTADA" in everything(releases / "restricted")


def test_a_restricted_fact_does_not_speak_through_a_public_answer(
    imported: Callable, releases: Path, tmp_path: Path
) -> None:
    facts = tmp_path / "hechos.csv"
    facts.write_text(
        "noun,id,what,on,document,folio\n"
        "concession,010000216,grant,1996-03-01,RESOLUCION-RESERVADA,12\n",
        encoding="utf-8",
    )
    assert imported("facts", "import", facts).code == 0
    assert imported("build").code == 0
    assert "RESOLUCION-RESERVADA" not in everything(releases / "public")
    assert "1996-03-01" not in everything(releases / "public")
    known = read.concessions(read.open_release(releases / "restricted")).set_index("native_id")
    assert known.loc["010000216", "granted_on"] == "1996-03-01"
    assert imported("tier", "facts", "public").code == 0
    assert imported("build").code == 0
    told = read.concessions(read.open_release(releases / "public")).set_index("native_id")
    assert told.loc["010000216", "granted_on"] == "1996-03-01"


def test_the_same_imports_give_the_same_bytes(imported: Callable, releases: Path) -> None:
    assert imported("build").code == 0
    first = {path: path.read_bytes() for path in releases.rglob("*") if path.is_file()}
    assert imported("build").code == 0
    assert {path: path.read_bytes() for path in releases.rglob("*") if path.is_file()} == first


def test_a_newer_file_of_a_source_takes_the_place_of_the_older(
    imported: Callable, releases: Path, tmp_path: Path
) -> None:
    text = (tmp_path / "derechos.geojson").read_text(encoding="utf-8")
    newer = tmp_path / "derechos-2.geojson"
    newer.write_text(text.replace("EJEMPLO DOS", "EJEMPLO DOS BIS"), encoding="utf-8")
    ran = imported(
        "import",
        newer,
        "--source",
        "pe-ingemmet-mining",
        "--tier",
        "public",
        "--as-of",
        "2099-01-01",
    )
    assert ran.code == 0, ran.err
    assert imported("build").code == 0
    names = read.concessions(read.open_release(releases / "public"))["name"].tolist()
    assert sorted(names) == ["EJEMPLO DOS BIS", "EJEMPLO UNO"]


def test_a_file_of_another_source_is_refused_before_it_is_kept(
    deslinde: Callable, squares: Callable, tmp_path: Path
) -> None:
    other = squares("otro.geojson", ("x", 461000, 8613000, 1000))
    assert deslinde("import", other, "--source", "pe-ingemmet-mining").sentence
    assert not (tmp_path / "home" / "snapshots").exists()


def test_the_demonstration_needs_nothing_and_says_that_it_is_invented(
    deslinde: Callable, releases: Path
) -> None:
    assert deslinde("build", "--demo").code == 0
    shown = read.open_release(releases / "public")
    assert shown.illustrative
    assert read.concessions(shown)["illustrative"].all()
    assert read.territories(shown)["illustrative"].all()
    judged = read.flags(shown)
    alive = set(judged.loc[judged["answer"] == "yes", "code"])
    assert {
        "MIN-POST-TIT",
        "MIN-PRE-TIT",
        "MIN-TRAM",
        "CONS-POST",
        "JUD-REVISAR",
        "SOL-TIT",
    } <= alive


def test_an_unknown_import_cannot_change_its_tier(deslinde: Callable) -> None:
    assert "nada" in deslinde("tier", "nada", "public").sentence


def test_an_as_of_that_is_no_date_is_refused(imported: Callable, tmp_path: Path) -> None:
    ran = imported(
        "import", tmp_path / "derechos.geojson", "--source", "pe-ingemmet-mining", "--as-of", "ayer"
    )
    assert "ayer" in ran.sentence


def test_a_row_that_a_condition_leaves_out_does_not_speak_through_another(
    deslinde: Callable, squares: Callable, tmp_path: Path, releases: Path
) -> None:
    path = squares(
        "comunidades.geojson",
        ("UNO", 461000, 8613000, 1000),
        (SECRET, 461000, 8613000, 1000),  # the same shape as the first
        ("DOS", 463000, 8613000, 1000),
        ("DOS", 465000, 8613000, 1000),  # the same code as the third
    )
    layer = json.loads(path.read_text(encoding="utf-8"))
    for number, feature in enumerate(layer["features"]):
        feature["properties"]["sale"] = "no" if number in (1, 2) else "si"
    path.write_text(json.dumps(layer), encoding="utf-8")
    rights = squares("derechos.geojson", ("R", 461000, 8613000, 5000))
    lots = json.loads(rights.read_text(encoding="utf-8"))
    lots["features"][0]["properties"] = {"CONTRA": "R", "NOMTIT": "EJEMPLO S.A.C.", "ESTUA": "4"}
    lots["features"][0]["properties"]["FECTER"] = "2030-01-01"
    rights.write_text(json.dumps(lots), encoding="utf-8")
    for file, source, said in (
        (path, "community-boundaries", ("--where", "sale = 'si'")),
        (rights, "pe-serfor-forest", ()),
    ):
        ran = deslinde("import", file, "--source", source, "--tier", "public", *said)
        assert ran.code == 0, ran.err
    assert deslinde("build").code == 0
    assert SECRET not in everything(releases / "public")
    shown = read.territories(read.open_release(releases / "public"))
    assert sorted(shown["key"]) == ["community-boundaries:DOS", "community-boundaries:UNO"]
    told = read.summary(read.open_release(releases / "public"))["territories"]
    assert (told["in"], told["excluded"], told["used"]) == (4, 2, 2)


def test_a_condition_that_keeps_no_row_is_said_plainly(
    deslinde: Callable, squares: Callable
) -> None:
    path = squares("uno.geojson", ("A", 461000, 8613000, 1000))
    ran = deslinde(
        "overlap", "--concessions", path, "--territories", path, "--out", "x.csv",
        "--territories-where", "codigo = 'Z'",
    )  # fmt: skip
    assert "No cumple la condición" in ran.sentence


def test_what_is_restricted_does_not_change_a_byte_of_what_is_public(
    imported: Callable, releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def published() -> dict[Path, bytes]:
        folders = (releases / "public", releases / "partner")
        return {
            path: path.read_bytes()
            for folder in folders
            for path in folder.rglob("*")
            if path.is_file()
        }

    monkeypatch.setattr("geo.cli.keep.code_digest", lambda: "0" * 64)
    assert imported("build").code == 0
    before = published()
    text = (tmp_path / "derechos.geojson").read_text(encoding="utf-8")
    newer = tmp_path / "derechos-reservados.geojson"
    newer.write_text(text.replace("EJEMPLO", "RESERVADO"), encoding="utf-8")
    facts = tmp_path / "hechos.csv"
    facts.write_text(
        "noun,id,what,on,document\nterritory,C-1,claim,1980,RESERVADO\n"
        "concession,010000216,grant,1996-03-01,RESERVADO\n",
        encoding="utf-8",
    )
    said = ("--source", "pe-ingemmet-mining", "--as-of", "2099-01-01")
    assert imported("import", newer, *said).code == 0
    assert imported("facts", "import", facts).code == 0
    assert imported("build").code == 0
    assert "RESERVADO" in everything(releases / "restricted")
    assert published() == before
