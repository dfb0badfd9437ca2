"""The pages beside the map: an overlap in plain words, rights, holders, places, corrections."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.errors import DeclarationError, SettingMissing
from geo.home import Home, here
from geo.terms import PAIRS, HolderKind, Tier
from geo.words import words
from webmap.public import areas, create_app, holders
from webmap.public.ages import age
from webmap.public.edition import Edition
from webmap.public.navigation import FIRST, MORE, menu
from webmap.public.shelf import Shelf

SPANISH = words("es", "")


@pytest.fixture(scope="module")
def edition(demonstration: Home) -> Edition:
    return Shelf(demonstration.releases(Tier.PUBLIC)).current()


def _text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def _sums(client: FlaskClient, address: str) -> list[float]:
    """The last row of the table below each chart."""
    html = client.get(address).text
    rows = re.findall(
        r"<th scope=\"row\">Suma</th>(?:<td[^>]*></td>)?<td[^>]*>([\d,.]+)</td>", html
    )
    return [float(row.replace(",", "")) for row in rows]


# --- the overlap in plain words -------------------------------------------------------------------


def test_every_overlap_has_its_page_and_says_what_it_does_not_settle(
    client: FlaskClient, edition: Edition
) -> None:
    alike = edition.pairs.assign(by=edition.pairs["territory_key"] + edition.pairs["yes"])
    for one in alike.drop_duplicates(["by", "overlap_class"])["id"].iloc[::2]:
        text = _text(client, f"/es/superposicion/{one}")
        for needed in (
            "Cuánto",
            "Desde cuándo",
            "Con qué certeza",
            "Lo que no se sabe",
            "Qué se puede hacer, dónde y hasta cuándo",
            "Esto no es asesoría legal.",
            "Tampoco dice qué derecho vale más",
            "Defensoría del Pueblo",
        ):
            assert needed in text, (one, needed)


def _page_of(client: FlaskClient, edition: Edition, key: str) -> str:
    found = edition.pairs.loc[edition.pairs["concession_key"].eq(key), "id"].iloc[0]
    return _text(client, f"/es/superposicion/{found}")


def test_an_application_is_told_where_to_oppose_it_and_that_this_is_to_be_confirmed(
    client: FlaskClient, edition: Edition
) -> None:
    text = _page_of(client, edition, "demo-concessions:009901521")
    assert "Presentar una oposición al petitorio" in text
    assert "antes de que se otorgue el título" in text
    assert "El derecho se formuló después del título." in text
    assert "5 de octubre de 2021" in text
    assert "recurso de revisión" not in text  # there is no grant to appeal against


def test_a_term_is_counted_from_a_date_that_is_known_and_not_from_one_that_is_not(
    client: FlaskClient, edition: Edition
) -> None:
    rights = edition.concessions
    granted = rights[
        rights["granted_on"].fillna("").str.len().eq(10) & rights["status"].eq("titled")
    ]
    shared = edition.pairs["concession_key"]
    text = _page_of(client, edition, next(key for key in granted["key"] if key in set(shared)))
    assert "el plazo no terminó antes del" in text
    unknown = rights[rights["granted_on"].isna() & rights["status"].eq("titled")]
    text = _page_of(client, edition, next(key for key in unknown["key"] if key in set(shared)))
    assert "No tenemos la fecha del derecho, así que no se puede contar el plazo." in text


def test_an_overlap_that_may_be_none_is_not_told_as_one(
    client: FlaskClient, edition: Edition
) -> None:
    text = _page_of(client, edition, "demo-concessions:009903219")
    assert "Dos límites cercanos, en palabras sencillas" in text
    assert "No comparten ni 1 m²" in text
    assert "comparten tierra. El derecho" not in text
    text = _page_of(client, edition, "demo-concessions:009903018")
    assert "podría no haber superposición" in text
    assert "comparten tan poco que, con el error de los límites, podrían no compartir nada" in text
    assert "comparten tierra." not in text


def test_the_times_and_figures_of_a_case_are_written_as_people_write_them(
    client: FlaskClient,
) -> None:
    text = client.get("/es/caso/tres-islas").text
    assert "<strong>1 año y 1 mes</strong>" in text
    assert "<strong>11 meses</strong>" in text
    assert "<strong>31,423</strong>" in text
    assert "<strong>1 year and 1 month</strong>" in client.get("/en/caso/tres-islas").text
    assert "<strong>78,611.87</strong>" in client.get("/es/caso/saweto").text


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_year_that_a_source_gives_is_not_written_as_a_quantity(
    client: FlaskClient, language: str
) -> None:
    text = client.get(f"/{language}/caso/nueva-austria").text
    assert "<strong>2012</strong>" in text
    assert "<strong>2014</strong>" in text


def test_an_old_source_warns_on_the_pages_that_rest_on_it(demonstration: Home) -> None:
    app = create_app(
        demonstration.releases(Tier.PUBLIC),
        demonstration.data,
        now=lambda: datetime(2029, 1, 1, tzinfo=UTC),
    )
    client = app.test_client()
    for address in ("/es/fuentes", "/es/derecho/demo-concessions:009901521"):
        assert "Algo puede haber cambiado" in _text(client, address)
    assert "2 años" in _text(client, "/es/fuentes")


def test_a_fresh_source_does_not_cry_wolf(client: FlaskClient) -> None:
    assert "Algo puede haber cambiado" not in _text(
        client, "/es/derecho/demo-concessions:009901521"
    )


@pytest.mark.parametrize(
    ("partial", "told", "old"),
    [
        ("2026-11-20", "menos de una semana", False),
        ("2026-11", "menos de una semana", False),  # it may be today
        ("2026-10-01", "51 días", False),
        ("2026-01", "9 meses", False),
        ("2025-11-21", "11 meses", False),
        ("2025-11-20", "12 meses", True),
        ("2019", "6 años", True),
        ("2027", "menos de una semana", False),  # later than today
    ],
)
def test_an_age_is_the_least_that_a_date_may_have(partial: str, told: str, old: bool) -> None:
    found = age(partial, date(2026, 11, 21), SPANISH)
    assert found is not None
    assert (found.text, found.old) == (told, old)
    assert age("", date(2026, 11, 21), SPANISH) is None


# --- figures --------------------------------------------------------------------------------------


def test_the_charts_of_a_place_add_up_to_its_figures(client: FlaskClient, edition: Edition) -> None:
    pairs = edition.pairs[edition.pairs["overlap_class"].isin(PAIRS)]
    by_right = float(edition.facets["area_ha"].fillna(0).sum())
    by_pair = float(pairs["area_ha"].sum())
    assert by_pair == pytest.approx(edition.summary["area_ha_sum"])
    sums = _sums(client, "/es/departamento/madre-de-dios")
    assert sums == pytest.approx([by_right, by_pair], abs=1e-4)
    land = "demo-territories:T-001"
    own = float(pairs.loc[pairs["territory_key"].eq(land), "area_ha"].sum())
    assert _sums(client, f"/es/territorio/{land}") == pytest.approx([own, own], abs=1e-4)


def test_the_holders_add_up_to_the_release_and_no_person_is_named(
    client: FlaskClient, edition: Edition
) -> None:
    kinds = holders.kinds(edition, SPANISH)
    assert sum(one["rights"] for one in kinds) == len(edition.facets)
    assert sum(one["area_ha"] for one in kinds) == pytest.approx(edition.facets["area_ha"].sum())
    companies = holders.companies(edition)
    is_company = edition.facets["holder_kind"].eq(HolderKind.COMPANY.value)
    assert sum(one["rights"] for one in companies) == int(is_company.sum())
    others = edition.concessions.loc[~is_company.to_numpy(dtype=bool), "holder"].dropna().unique()
    text = _text(client, "/es/titulares")
    assert "MINERA ILUSTRATIVA S.A.C." in text
    assert [one for one in others if one in {row["name"] for row in companies}] == []


def test_a_place_holds_what_its_sources_name(edition: Edition, client: FlaskClient) -> None:
    text = _text(client, "/es/distrito/madre-de-dios--tambopata--tambopata")
    named = edition.concessions["district"].eq("TAMBOPATA").fillna(False)
    assert f"Derechos y proyectos {int(named.sum())}" in text
    assert "MC 113-16" in text  # the context of the district, with its document
    assert "El contexto es real" in text


@pytest.mark.parametrize(
    ("names", "address"),
    [
        (("Madre de Dios", "Tambopata", "Inambari"), "madre-de-dios--tambopata--inambari"),
        (("Áncash", "", "Ñuñoa"), "ancash--nunoa"),
        (("<b>", "'\"&", "../x"), "b--x"),
        (("日本",), ""),
    ],
)
def test_an_address_of_a_place_holds_plain_letters_only(
    names: tuple[str, ...], address: str
) -> None:
    assert areas.slug(*names) == address


def test_a_name_in_capitals_is_written_as_people_write_it() -> None:
    assert areas.written("MADRE DE DIOS") == "Madre de Dios"
    assert areas.written("San Juan de Lurigancho") == "San Juan de Lurigancho"


# --- the menu, and whom to ask --------------------------------------------------------------------


def test_the_menu_leads_only_where_there_is_a_page(client: FlaskClient) -> None:
    routed = client.application.view_functions
    shown = menu(routed)
    assert {one for one, _label in shown["first"]} == {one for one, _label in FIRST}
    assert {one for one, _label in MORE} >= {"context_page", "holders_page", "corrections_page"}
    assert menu({"map_page": None})["more"] == ()
    page = client.get("/es/titulares").text
    assert page.count('aria-current="page"') == 1


def test_whom_to_ask_is_named_as_text_or_it_is_said_that_nobody_is(
    client: FlaskClient, demonstration: Home
) -> None:
    assert "todavía no nombra a nadie" in _text(client, "/es/correcciones")
    folder, data = demonstration.releases(Tier.PUBLIC), demonstration.data
    app = create_app(folder, data, contact="<b>ayuda</b>@example.org \u202e")
    html = app.test_client().get("/es/correcciones").text
    assert "&lt;b&gt;ayuda&lt;/b&gt;@example.org" in html
    assert "\u202e" not in html
    assert "mailto:" not in html


def test_a_contact_that_is_no_line_is_refused_at_the_start(tmp_path: Path) -> None:
    said = {"DESLINDE_HOME": str(tmp_path)}
    assert here({**said, "DESLINDE_CONTACT": " a@example.org "}).contact == "a@example.org"
    assert here(said).contact == ""
    for wrong in ("a\nb", "x" * 201):
        with pytest.raises(SettingMissing, match="DESLINDE_CONTACT"):
            here({**said, "DESLINDE_CONTACT": wrong})


def test_a_context_that_names_somebody_keeps_the_site_from_starting(
    demonstration: Home, tmp_path: Path, public: Callable[[Home], Flask]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for one in demonstration.data.iterdir():
        if one.name != "context":
            (data / one.name).symlink_to(one)
    (data / "context").mkdir()
    real = (demonstration.data / "context" / "peru.csv").read_text("utf-8")
    (data / "context" / "peru.csv").write_text(real.replace("Mercurio:", "Juan Pérez:"), "utf-8")
    with pytest.raises(DeclarationError, match="persona"):
        public(replace(demonstration, data=data))
