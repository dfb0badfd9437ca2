"""The search box: what people write is found whatever its accents; what is odd finds nothing."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from geo.home import Home
from geo.release import read
from geo.terms import Tier
from webmap.public.coordinates import spots
from webmap.public.search_book import MOST, Entries, bound, matches, plain, plainly


@pytest.fixture(scope="module")
def search(client: FlaskClient, demonstration: Home) -> Any:
    """`search("words")` is the answer of the server."""
    release = read.open_release(demonstration.releases(Tier.PUBLIC)).id

    def asked(query: str, language: str = "es") -> Any:
        answer = client.post(f"/datos/{release}/{language}/buscar", json={"q": query})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.get_json()

    return asked


# --- what people write ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "kind", "label"),
    [
        ("tres rios", "territory", "COMUNIDAD NATIVA ILUSTRATIVA TRES RÍOS"),
        ("TRES RÍOS ilustrativa", "territory", "COMUNIDAD NATIVA ILUSTRATIVA TRES RÍOS"),
        ("T-001", "territory", "COMUNIDAD NATIVA ILUSTRATIVA TRES RÍOS"),
        ("009900494", "right", "ILUSTRATIVA 4"),
        ("ilu tam/c j", "right", "CONTRATO ILUSTRATIVO 1"),
        ("madre dios", "department", "Madre de Dios"),
        ("tres islas", "case", "Comunidad Nativa Tres Islas"),
        ("tambopata", "district", "Tambopata"),
    ],
)
def test_a_name_or_a_code_is_found_whatever_its_accents(
    search: Any, client: FlaskClient, query: str, kind: str, label: str
) -> None:
    found = search(query)["found"]
    one = next(one for one in found if one["type"] == kind)
    if kind != "right" or query.isdigit():
        assert one["label"] == label
    assert client.get(one["url"]).status_code == 200
    west, south, east, north = one["bbox"]
    assert west < east
    assert south < north


def test_what_is_called_exactly_so_comes_first(search: Any) -> None:
    assert search("ilustrativa 4")["found"][0]["label"] == "ILUSTRATIVA 4"


def test_a_search_says_how_many_more_there_are(search: Any) -> None:
    told = search("ilustrativa")
    assert len(told["found"]) == MOST
    assert told["more"] > 0


@pytest.mark.parametrize("query", ["", "  ", "…", "zzzz", "' UNION SELECT --", "\u202e", "\x00"])
def test_what_is_not_there_is_not_found(search: Any, query: str) -> None:
    assert search(query) == {"found": [], "more": 0}


def test_a_search_speaks_the_readers_language(search: Any) -> None:
    assert search("madre de dios", "en")["found"][0]["sub"] == "Department"


# --- coordinates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("-12.6,-69.2", -12.6, -69.2),
        ("-12.6 -69.2", -12.6, -69.2),
        ("-69.2, -12.6", -12.6, -69.2),
        ("-12,6; -69,2", -12.6, -69.2),
        ("12.6 S 69.2 W", -12.6, -69.2),
        ("12.6° S, 69.2° O", -12.6, -69.2),
        ("12°36'00\" S 69°12'00\" W", -12.6, -69.2),
        ("12° 36′ S, 69° 12′ O", -12.6, -69.2),
        ("500000 8607000 19S", -12.6009, -69.0),
        ("E 500000 N 8607000 zona 19", -12.6009, -69.0),
        ("500000mE, 8607000mN 19 L", -12.6009, -69.0),
    ],
)
def test_coordinates_are_understood_as_people_write_them(text: str, lat: float, lon: float) -> None:
    (spot,) = spots(text)
    assert spot.lat == pytest.approx(lat, abs=1e-4)
    assert spot.lon == pytest.approx(lon, abs=1e-4)


def test_metres_without_a_zone_mean_a_point_in_each_zone(search: Any) -> None:
    assert [spot.zone for spot in spots("482500 8610500")] == ["17S", "18S", "19S"]
    found = search("482500 8610500")["found"]
    assert [one["type"] for one in found] == ["point"] * 3
    assert all("UTM" in one["sub"] for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "48.8, 2.3",
        "-12.6",
        "999 999",
        "-12.6,-69.2,-3",
        "500000 1",
        "12.6 N 69.2 W",
        "009900494",
        "²,³",
    ],
)
def test_what_is_no_place_of_the_country_is_no_coordinates(text: str) -> None:
    assert spots(text) == []


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_coordinates(text: str) -> None:
    assert all(-84 <= one.lon <= -66 for one in spots(text))


# --- law -----------------------------------------------------------------------------------------

_NAMES = st.lists(st.text(alphabet="aábc 1-Ñ", min_size=1, max_size=8), min_size=1, max_size=40)


@given(_NAMES, _NAMES, st.text(alphabet="aábc 1-Ñ", max_size=6))
def test_everything_that_holds_the_words_is_found_or_counted(
    lands: list[str], rights: list[str], query: str
) -> None:
    parts = [
        Entries(range(len(names)), plain(names), [""] * len(names), [""] * len(names))
        for names in (lands, rights)
    ]
    best, count = matches(bound(parts), query)
    words = plainly(query).split()
    held = {
        (kind, ref)
        for kind, names in enumerate((lands, rights))
        for ref, name in enumerate(names)
        if words and all(word in plainly(name) for word in words)
    }
    assert count == len(held)
    assert set(best) <= held
    assert len(best) == len(set(best)) == min(MOST, count)
    exact = {
        (kind, ref) for kind, ref in held if plainly((lands, rights)[kind][ref]) == plainly(query)
    }
    if exact:
        assert best[0] in exact
