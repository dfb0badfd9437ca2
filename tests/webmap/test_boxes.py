"""Closed boxes in public: what the page says, when it stops, and where it never stands."""

import ast
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from geo.home import Home
from geo.release import boxes
from geo.release.privacy import tables as counting
from geo.release.published import Number, PublicBox, Published, Topic, Year, order, to_bytes
from geo.stages import Fact
from geo.terms import PlaceLevel, Tier
from geo.words import words
from webmap.public import create_app, national

ROOT = Path(__file__).resolve().parent.parent.parent
SPANISH = words("es", "")
SILENCE = {
    "es": "Que un lugar no tenga hechos en este mapa no quiere decir que sea seguro.",
    "en": "That a place has no facts on this map does not mean that it is safe.",
}
PARAGRAPH = (
    "Juntamos los hechos en paquetes cerrados: por lo menos cinco hechos, de tres personas, de dos "
    "comunidades. Un paquete cerrado no se abre. Si alguien se retira, sale el paquete entero."
)
HERE = PublicBox(
    "990102", PlaceLevel.DISTRICT, "Bajo", "Palma", "Zafirolandia", -69.31, -12.56, 2021, 2024, 7
)
WIDE = PublicBox("", PlaceLevel.COUNTRY, "", "", "", -75.77, -9.18, None, None, 1234)


def _published(*found: PublicBox, years: tuple[Year, ...] = ()) -> Published:
    return Published("2026-Q3", False, tuple(sorted(found, key=order)), years)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "boxes").mkdir()
    return tmp_path / "boxes"


@pytest.fixture
def client(demonstration: Home, folder: Path) -> FlaskClient:
    """The demonstration's release beside boxes of our own."""
    app = create_app(demonstration.releases(Tier.PUBLIC), demonstration.data, folder)
    return app.test_client()


def _write(folder: Path, said: Published) -> None:
    (folder / boxes.FILE).write_bytes(to_bytes(said))
    os.utime(folder / boxes.FILE, (1_000_000, 1_000_000))


# --- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["es", "en"])
def test_without_a_publication_the_page_says_so_and_what_silence_means(
    client: FlaskClient, lang: str
) -> None:
    answer = client.get(f"/{lang}/amenazas")
    assert answer.status_code == 200
    assert SILENCE[lang] in answer.text
    assert "<table" not in answer.text
    assert client.get(f"/{lang}/amenazas.json").get_json() == {"places": []}
    assert SILENCE[lang] in client.get(f"/{lang}/").text
    # who comes here because of a threat reads where protection is asked for
    assert {"es": "Mecanismo intersectorial", "en": "Intersectoral Mechanism"}[lang] in answer.text


def test_the_boxes_need_no_release_beside_them(
    demonstration: Home, folder: Path, tmp_path: Path
) -> None:
    _write(folder, _published(HERE))
    client = create_app(tmp_path / "none", demonstration.data, folder).test_client()
    answer = client.get("/es/amenazas")
    assert answer.status_code == 200
    assert "Zafirolandia" in answer.text


def test_the_page_says_place_years_and_count_and_how_they_were_counted(
    client: FlaskClient, folder: Path
) -> None:
    _write(folder, _published(HERE, WIDE))
    text = client.get("/es/amenazas").text
    assert PARAGRAPH in text
    assert SILENCE["es"] in text
    rows = re.findall(
        r'<tr><th scope="row"><bdi>(.*?)</bdi></th><td>(.*?)</td><td class="cifra">(.*?)</td>', text
    )
    assert rows == [
        ("Distrito de Zafirolandia, Palma, Bajo", "de 2021 a 2024", "7"),
        ("En algún lugar del país", "año no conocido", "1,234"),
    ]
    assert "trimestre 3 de 2026" in text
    assert client.get("/en/amenazas").text.count("Somewhere in the country") == 1


def test_the_map_gets_one_symbol_a_place_with_the_sum_of_its_whole_boxes(
    client: FlaskClient, folder: Path
) -> None:
    other = replace(HERE, from_year=2025, to_year=2025, count=5)
    _write(folder, _published(HERE, other, WIDE))
    said = client.get("/es/amenazas.json").get_json()
    assert said["paragraph"] == PARAGRAPH
    whole, here = said["places"]
    assert (whole["level"], whole["count"]) == ("country", 1234)
    assert (here["level"], here["count"], here["lon"], here["lat"]) == (
        "district",
        12,
        -69.31,
        -12.56,
    )
    assert here["boxes"] == ["7 hechos, de 2021 a 2024", "5 hechos, 2025"]
    assert set(here) == {"lon", "lat", "level", "count", "name", "title", "boxes"}


def test_invented_boxes_say_so_even_beside_a_real_release(
    client: FlaskClient, folder: Path
) -> None:
    _write(folder, replace(_published(HERE), illustrative=True))
    assert "Datos ilustrativos" in client.get("/es/amenazas").text
    assert "Datos ilustrativos" in client.get("/es/amenazas.json").get_json()["illustrative"]


def test_a_name_cannot_become_markup(
    client: FlaskClient, folder: Path, hostile_names: tuple[str, ...]
) -> None:
    found = [
        replace(HERE, place=f"99{n:04d}", department=one, province=one, district=one)
        for n, one in enumerate(hostile_names)
    ]
    _write(folder, _published(*found))
    text = client.get("/es/amenazas").text
    assert "<img" not in text
    assert "<script>document" not in text
    assert "\u202e" not in text
    answer = client.get("/es/amenazas.json")
    assert answer.mimetype == "application/json"
    assert "\u202e" not in json.dumps(answer.get_json(), ensure_ascii=False)


# --- what was withdrawn is gone -------------------------------------------------------------------


def test_a_box_that_was_taken_away_is_gone_at_the_next_question(
    client: FlaskClient, folder: Path
) -> None:
    """Also where the file has the time and the size of the one before it."""
    other = replace(HERE, place="990103", district="Esmeraldina")
    _write(folder, _published(HERE))
    first = [client.get("/es/amenazas"), client.get("/es/amenazas.json")]
    assert all("Zafirolandia" in one.text for one in first)
    assert all(one.headers["Cache-Control"] == "no-cache" for one in first)
    _write(folder, _published(replace(other, district="Esmeraldinas")))
    for address, before in zip(("/es/amenazas", "/es/amenazas.json"), first, strict=True):
        tag = {"If-None-Match": before.headers.get("ETag", "")}
        now = client.get(address, headers=tag)
        assert now.status_code == 200
        assert "Zafirolandia" not in now.text
        assert "Esmeraldinas" in now.text
    (folder / boxes.FILE).unlink()
    assert "Esmeraldinas" not in client.get("/es/amenazas").text


@pytest.mark.parametrize("content", [b"", b"{}", b'{"secret": "Zafirolandia"}', b"\xff" * 99])
def test_a_damaged_publication_shows_nothing_of_itself_and_leaves_the_map_standing(
    client: FlaskClient, folder: Path, content: bytes
) -> None:
    (folder / boxes.FILE).write_bytes(content)
    for address in ("/es/amenazas", "/es/amenazas.json"):
        answer = client.get(address)
        assert answer.status_code == 500
        assert "Zafirolandia" not in answer.text
        assert "Traceback" not in answer.text
    assert client.get("/es/").status_code == 200


# --- and it stands nowhere else -------------------------------------------------------------------


def test_no_other_page_download_or_feed_holds_a_box(
    client: FlaskClient, folder: Path, demonstration: Home
) -> None:
    _write(folder, _published(HERE))
    release = client.get("/salud").get_json()["release"]
    others = ["/es/", "/es/territorios", "/es/fuentes", "/es/metodo", "/es/casos", "/salud"]
    others += ["/es/territorio/demo-territories:T-001", f"/datos/{release}/manifest.json"]
    others += [f"/es/mapa-{release}.js", "/ogc/collections/territories/items"]
    for address in others:
        answer = client.get(address)
        assert answer.status_code == 200
        assert b"Zafirolandia" not in answer.data
    for path in demonstration.releases(Tier.PUBLIC).rglob("*"):
        if path.is_file():
            assert b"Ribera Media" not in path.read_bytes(), path.name


def test_only_the_rooms_of_boxes_know_what_a_publication_is() -> None:
    """What does not import it cannot put it in a bundle, a feed or a release."""
    allowed = ("geo.release.privacy", "geo.release.boxes", "geo.boxes", "geo.cli.boxes")
    allowed += ("webmap.public.boxes", "webmap.public.national", "webmap.desk")
    found = []
    for path in sorted([*(ROOT / "geo").rglob("*.py"), *(ROOT / "webmap").rglob("*.py")]):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        named = {
            alias if node.module == "geo.release" else node.module
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in (f"geo.release.{one.name}" for one in node.names)
        }
        if named & {"geo.release.boxes", "geo.release.published"}:
            found.append(name)
    assert len(found) > 5
    assert [one for one in found if not one.startswith(allowed)] == []


# --- national tables ------------------------------------------------------------------------------


def test_the_tables_say_fewer_than_five_and_the_share_of_what_was_published(
    client: FlaskClient, folder: Path
) -> None:
    numbers = (
        Number(Topic.KINDS, "T01", 20),
        Number(Topic.KINDS, "not-recorded", 5),
        Number(Topic.WOMEN, "not-recorded", 10),
        Number(Topic.WOMEN, "yes", 15),
    )
    _write(folder, _published(HERE, years=(Year(2023, ()), Year(2024, numbers))))
    shown = {
        one.title: one
        for one in national.tables(
            (Year(2023, ()), Year(2024, numbers)), national.terms(ROOT / "data"), SPANISH
        )
    }
    assert shown["Qué pasó"].rows == [
        ("amenaza de muerte", ["menos de cinco", "20"]),
        ("no se registró", ["menos de cinco", "5"]),
    ]
    assert list(shown["Qué pasó"].share) == ["no se puede calcular", "20 %"]
    women = shown["Si entre las personas hay mujeres"]
    assert women.rows[1] == ("no hay mujeres", ["menos de cinco", "menos de cinco"])
    assert list(women.share) == ["no se puede calcular", "40 %"]
    text = client.get("/es/amenazas").text
    assert text.count('<table class="nacional">') == len(Topic)
    assert "menos de cinco" in text


_FACTS = st.lists(
    st.builds(
        Fact,
        incident=st.uuids().map(str),
        subjects=st.just(()),
        communities=st.just(()),
        place=st.just(""),
        year=st.just(2024),
        accepted_in=st.just("2026-Q1"),
        kinds=st.sets(st.sampled_from("ABC")).map(tuple),
        groups=st.none() | st.sets(st.sampled_from("GH")).map(tuple),
        women=st.sampled_from([None, True, False]),
        measures=st.none() | st.sets(st.sampled_from("MN")).map(tuple),
    ),
    max_size=80,
)


@given(facts=_FACTS)
def test_a_share_never_rests_on_more_facts_than_there_are(facts: list[Fact]) -> None:
    numbers = counting.numbers(facts)
    least = national.at_least(numbers)
    assert least <= len(facts)
    assert all(one.count <= least for one in numbers if one.code == "not-recorded")


def test_the_words_of_both_languages_come_from_the_register_s_lists(
    public: Callable[[Home], Flask], demonstration: Home
) -> None:
    known: Any = national.terms(demonstration.data)
    assert known[Topic.KINDS]["K01"]["es"] == "homicidio o asesinato"
    assert "killing" in known[Topic.KINDS]["K01"]["en"]
    text = public(demonstration).test_client().get("/en/amenazas").text
    assert "death threat" in text
    assert "no es la lista oficial" not in text
    assert "not the official list" in text
