"""Whoever has a bundle and nothing of ours must be told how to check it, and what is missing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from geo.evidence import guide, layout, record
from geo.evidence.choice import choose
from geo.evidence.chosen import By, Chosen
from geo.evidence.signing import sign
from geo.home import Home
from geo.release.read import open_release

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture(scope="module")
def chosen(demonstration: Home) -> Chosen:
    return choose(open_release(demonstration.releases("public")), By.CASE, "tres-islas")


@pytest.fixture(scope="module")
def pages(chosen: Chosen) -> Callable[..., tuple[str, str]]:
    def make(enclosed: dict[str, str] | None = None, **changed: object) -> tuple[str, str]:
        made = guide.texts(replace(chosen, **changed), enclosed or {})
        assert list(made) == [layout.GUIDE, layout.GUIDE_EN]
        spanish, english = (content.decode("utf-8") for content in made.values())
        return spanish, english

    return make


def test_both_languages_tell_the_commands_and_every_file_with_its_hash(
    chosen: Chosen, pages: Callable
) -> None:
    for page in pages():
        assert "sha256sum --strict -c manifest-sha256.txt" in page
        assert "sha256sum data/manifest.json" in page
        assert f"head -c $(wc -c < data/anexo.pdf) firmas/{layout.SIGNED_PDF} | sha256sum" in page
        for capture in chosen.captures:
            assert capture["sha256"] in page
            assert capture["retrieved_at"] in page
        for source in chosen.sources:
            assert source["licence"] in page


def test_the_names_of_signatures_are_those_that_signing_gives(pages: Callable) -> None:
    for page, number in zip(pages(), ("NUMERO", "NUMBER"), strict=True):
        for name in (sign.detached_name(number), sign.public_name(number), sign.TOKEN, sign.SIGNED):
            assert name in page, name


def test_a_file_that_is_not_enclosed_has_its_reason_and_the_way_to_get_it(
    chosen: Chosen, pages: Callable
) -> None:
    first, *rest = chosen.captures
    here = {first["sha256"]: "archivos/x-y.geojson"}
    spanish, english = pages(here)
    assert spanish.count("incluido entero en archivos/x-y.geojson") == 1
    assert english.count("enclosed whole in archivos/x-y.geojson") == 1
    assert spanish.count("no va incluido: ") == english.count("not enclosed: ") == len(rest)
    assert rest[0]["why_not"] in spanish


def test_what_an_importer_says_of_an_origin_is_told_as_said(
    chosen: Chosen, pages: Callable
) -> None:
    asserted = tuple({**one, "asserted": True, "origin": "correo"} for one in chosen.captures)
    spanish, english = pages(captures=asserted)
    assert "procedencia: correo (según dice quien lo importó" in spanish
    assert "origin: correo (as asserted by the importer" in english
    assert "según dice quien lo importó" not in pages()[0]


def test_a_specimen_says_so_in_both_languages(chosen: Chosen, pages: Callable) -> None:
    assert chosen.illustrative
    assert "ESPÉCIMEN" in pages()[0]
    assert "SPECIMEN" in pages()[1]
    real = {
        name: getattr(chosen, name).assign(illustrative=False)
        for name in ("concessions", "territories")
    }
    assert "ESPÉCIMEN" not in pages(**real)[0]


def test_the_folder_is_named_for_what_was_asked_and_safe_on_any_disk(chosen: Chosen) -> None:
    release = chosen.release.id
    assert record.bag_name(chosen) == f"deslinde-case-tres-islas-{release}"
    for asked, name in (
        (("../../Ñandú:«x»",), "territory-Nandu-x"),
        (("a" * 90,), f"territory-{'a' * 40}"),
        (("C-1", "C-2"), "territory-C-1-2"),
        (("\u202e",), "territory-x"),
    ):
        told = record.bag_name(replace(chosen, by=By.TERRITORY, asked=asked))
        assert told == f"deslinde-{name}-{release}"
