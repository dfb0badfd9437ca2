"""The printed sheet as a reader asks for it."""

from collections.abc import Callable

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from geo.evidence.sheet.window import Paper
from geo.home import Home
from webmap.public import printing
from webmap.public.printing import asked

HERE = {"centro": "-69.36,-12.55", "escala": "50000"}


def _text(made: bytes) -> str:
    with pypdfium2.PdfDocument(made) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def test_a_reader_gets_a_sheet_of_what_they_filtered_and_it_says_the_filter(
    client: FlaskClient,
) -> None:
    got = client.post("/es/imprimir", data={**HERE, "tipo": "logging", "hoja": "A3"})
    assert got.status_code == 200
    assert got.mimetype == "application/pdf"
    assert got.headers["Cache-Control"] == "no-store"
    text = _text(got.data)
    assert "Filtro: Tipo:" in text
    assert "minería" not in text.split("Filtro")[0]


def test_what_a_reader_switched_off_is_not_on_the_sheet(client: FlaskClient) -> None:
    whole = _text(client.post("/es/imprimir", data={**HERE, "escala": "250000"}).data)
    hidden = {**HERE, "escala": "250000", "ocultas": "c-mining,t-claimed"}
    some = _text(client.post("/es/imprimir", data=hidden).data)
    assert "Derechos: minería" in whole
    assert "Derechos: minería" not in some
    assert "solicitada" in whole
    assert "solicitada" not in some


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"centro": "-69.36,-12.55"},
        {"centro": "nan,inf", "escala": "50000"},
        {"centro": "-69.36,-12.55", "escala": "1"},
        {"centro": "-69.36,-12.55", "escala": "vista"},
        {"escala": "vista", "vista": "-69,-12,-70,-13"},
        {"centro": "2,48", "escala": "50000"},
        {"escala": "vista", "vista": "-82,-19,-68,0"},
        {"centro": "<script>", "escala": "50000"},
    ],
)
def test_a_sheet_that_makes_no_sense_is_a_clear_page(
    client: FlaskClient, said: dict[str, str]
) -> None:
    got = client.post("/es/imprimir", data=said)
    assert got.status_code == 400
    assert "Esa hoja no se puede hacer" in got.text
    assert "Traceback" not in got.text
    assert client.get("/es/imprimir").status_code == 405


def test_who_comes_when_others_wait_for_a_sheet_is_told_at_once_and_takes_no_place(
    demonstration: Home, public: Callable[[Home], Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "AT_ONCE", 0)
    monkeypatch.setattr(printing, "WAITING", 0)
    got = public(demonstration).test_client().post("/es/imprimir", data=HERE)
    assert got.status_code == 429
    assert "Espere" in got.text


@given(st.dictionaries(st.sampled_from(["centro", "escala", "hoja", "vista"]), st.text()))
def test_whatever_a_form_says_gives_a_sheet_that_can_be_made_or_none(said: dict[str, str]) -> None:
    wanted = asked(said)
    assert wanted is None or (
        wanted.paper in list(Paper) and all(abs(degrees) <= 180 for degrees in wanted.centre)
    )


def test_hostile_names_are_letters_on_the_sheet(hostile_client: FlaskClient) -> None:
    title = "</script><b>#let x = 1; $ \u202e \\ @evil" + "a" * 500
    got = hostile_client.post("/es/imprimir", data={**HERE, "titulo": title, "escala": "250000"})
    assert got.status_code == 200
    text = _text(got.data)
    assert "#let x = 1" in text
    assert "\u202e" not in text
