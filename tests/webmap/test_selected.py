"""The tables that hold the map's selection: counts, order, totals, and what no address holds."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from geo.home import Home
from geo.release.read import open_release
from geo.terms import PAIRS, Tier
from webmap.public import selected, selected_order, selection
from webmap.public.edition import Edition
from webmap.public.selected_asked import MOST_UNITED, asked
from webmap.public.selected_tables import TABLES, Layer

ADDRESS = "/es/superposiciones"


@pytest.fixture(scope="module")
def edition(demonstration: Home) -> Edition:
    return Edition(open_release(demonstration.releases(Tier.PUBLIC)))


class _Table(HTMLParser):
    """The texts of a page's first table, row by row, heads included."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[-1][-1] += data


def _rows(page: str) -> list[list[str]]:
    read = _Table()
    read.feed(page)
    return [[" ".join(cell.split()) for cell in row] for row in read.rows]


def _post(client: FlaskClient, **fields: str) -> str:
    answer = client.post(ADDRESS, data=fields)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("layer", Layer)
def test_a_reader_without_a_map_sees_every_row_that_the_release_has(
    client: FlaskClient, edition: Edition, layer: Layer
) -> None:
    page = client.get(ADDRESS).text if layer is Layer.OVERLAPS else _post(client, capa=layer.value)
    rows = _rows(page)
    assert len(rows) - 1 == TABLES[layer].every(edition) > 5
    assert len(rows[0]) == len(TABLES[layer].headings)
    assert {len(row) for row in rows} == {len(rows[0])}


def test_the_table_holds_what_the_filter_says_and_counts_it(
    client: FlaskClient, edition: Edition
) -> None:
    rights, pairs = edition.concessions, edition.overlaps
    mine = rights[rights["kind"].eq("mining") & rights["status"].eq("application")]["key"]
    wanted = pairs[pairs["concession_key"].isin(mine)]
    page = _post(client, tipo="mining", estado="application")
    rows = _rows(page)[1:]
    assert sorted(row[0] for row in rows) == sorted(wanted["concession_id"])
    assert f"Superposiciones: {len(wanted)}</h2>" in page
    assert f"Filas 1 a {len(rows)} de {len(wanted)}" in page
    assert f"hay {len(pairs)}." in page


def test_hectares_of_several_rights_on_one_place_are_not_added_up_as_land(
    client: FlaskClient, edition: Edition
) -> None:
    shared = edition.overlaps[edition.overlaps["overlap_class"].isin(PAIRS)]
    page = _post(client)
    union = float(edition.summary["area_ha_union"])
    total = float(shared["area_ha"].sum())
    assert union < total - 1  # the demonstration has rights on rights
    assert f"cada lugar una sola vez: {union:,.4f} ha" in page
    assert f"Suma de las {len(shared)} que comparten área, una por una: {total:,.4f} ha" in page
    assert "no es una superficie" in page
    # of one territory: the release's own figure for it, made another way
    key = "demo-territories:T-001"
    whole = edition.unions[
        edition.unions["territory_key"].eq(key)
        & edition.unions["kind"].eq("all")
        & edition.unions["status"].eq("all")
    ]["area_ha"].iloc[0]
    assert f"cada lugar una sola vez: {whole:,.4f} ha" in _post(client, territorio=key)
    assert len(shared) < MOST_UNITED


def test_what_nobody_knows_is_said_and_comes_last_in_either_order(client: FlaskClient) -> None:
    for direction in ("asc", "desc"):
        page = _post(client, orden=f"otorgado:{direction}")
        dates = [row[6] for row in _rows(page)[1:]]
        known = [one for one in dates if one != "no se conoce"]
        assert dates == known + ["no se conoce"] * (len(dates) - len(known))
        assert 0 < len(known) < len(dates)
        said = "descending" if direction == "desc" else "ascending"
        assert re.search(rf'aria-sort="{said}"[^>]*><button[^>]*value="otorgado', page)
    assert re.search(r"Fecha de otorgamiento no conocida: \d+ de \d+ derechos\.", page)


def test_rows_come_in_the_order_of_their_figures(client: FlaskClient, edition: Edition) -> None:
    rows = _rows(_post(client, capa="derechos", orden="territorios:asc"))[1:]
    counts = [int(row[8]) for row in rows]
    assert counts == sorted(counts)
    assert sum(counts) == int(edition.facets["pairs"].sum())


def test_the_territories_of_a_selection_are_those_that_it_meets(
    client: FlaskClient, edition: Edition
) -> None:
    logging = edition.concessions[edition.concessions["kind"].eq("logging")]["key"]
    met = edition.overlaps[edition.overlaps["concession_key"].isin(logging)]["territory_key"]
    rows = _rows(_post(client, capa="territorios", tipo="logging"))[1:]
    assert len(rows) == met.nunique() < len(edition.territories)


def test_a_filter_that_nothing_fits_says_so_and_offers_a_way_out(client: FlaskClient) -> None:
    page = _post(client, q="nadie se llama así")
    assert "Ninguna superposición cumple lo que pidió." in page
    assert "no quiere decir que no exista" in page
    assert f'href="{ADDRESS}">Quitar todos los filtros' in page
    assert "<table" not in page


def test_no_selection_stands_in_an_address_and_the_page_is_kept_by_nobody(
    client: FlaskClient,
) -> None:
    answer = client.post(ADDRESS, data={"tipo": "mining", "q": "ilustrativa", "pagina": "2"})
    page = answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    form = re.search(r'<form id="seleccion"[^>]*>', page)
    assert form
    assert 'method="post"' in form[0]
    assert f'action="{ADDRESS}"' in form[0]
    assert not re.search(r'(?:href|action)="[^"#]*(?:tipo|ilustrativa)', page)
    assert 'href="/es/#tipo=mining&amp;q=ilustrativa">Ver en el mapa' in page
    # an address that somebody made by hand asks nothing
    assert _rows(client.get(f"{ADDRESS}?tipo=mining").text) == _rows(client.get(ADDRESS).text)


def test_hostile_names_are_text_in_the_tables(hostile_client: FlaskClient) -> None:
    for layer in Layer:
        answer = hostile_client.post(ADDRESS, data={"capa": layer.value, "q": "<img"})
        page = answer.text
        assert answer.status_code == 200
        assert not re.search(r"<(?:img|svg onload|script>)", page.replace('<svg class="', ""))
        assert "\u202e" not in page
        assert "\u2066" not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"pagina": "9" * 6},
        {"pagina": "-1"},
        {"pagina": "٣"},
        {"capa": "<b>", "orden": "__class__:asc", "sentido": "\x00"},
        {"orden": ":", "formulado_desde": "99999", "tipo": "MINING"},
        {"territorio": "../../x", "departamento": "{{7*7}}", "distrito": "%s" * 40},
    ],
)
def test_a_form_made_by_hand_is_a_page(client: FlaskClient, fields: dict[str, str]) -> None:
    assert client.post(ADDRESS, data=fields).status_code == 200


def test_a_body_too_large_is_refused(client: FlaskClient) -> None:
    assert client.post(ADDRESS, data={"q": "x" * 200_000}).status_code == 413


def test_ranks_on_paper() -> None:
    dates = pd.Series(["2011-06", None, "2011", "", "2010-12-31", "2011-06-01"])
    order = selected_order.of_dates(dates)
    rows = np.arange(len(dates))
    assert list(selected_order.ordered(rows, order, down=False)) == [4, 2, 0, 5, 1, 3]
    assert list(selected_order.ordered(rows, order, down=True)) == [5, 0, 2, 4, 1, 3]
    names = selected_order.of_texts(pd.Series(["Ñahui", "nahua", "Álamo", None, "ZETA"]))
    assert list(selected_order.ordered(np.arange(5), names, down=False)) == [2, 1, 0, 4, 3]


@given(
    st.lists(st.none() | st.integers(-5, 5), max_size=30),
    st.booleans(),
    st.sets(st.integers(0, 29)),
)
def test_an_order_loses_no_row_and_keeps_equals_in_theirs(
    values: list[int | None], down: bool, chosen: set[int]
) -> None:
    ranks = np.array([np.nan if one is None else float(one) for one in values])
    rows = np.array(sorted(one for one in chosen if one < len(values)), dtype=int)
    made = [int(one) for one in selected_order.ordered(rows, ranks, down=down)]

    def key(number: int) -> tuple[bool, float, int]:
        value = values[number]
        return value is None, 0 if value is None else -value if down else value, number

    assert made == sorted(rows.tolist(), key=key)


@given(
    st.dictionaries(
        st.sampled_from(
            [*selection.Selection.__dataclass_fields__, "capa", "orden", "sentido", "pagina"]
        ),
        st.text(max_size=20)
        | st.sampled_from(["area:asc", "territorios", "mining", "2011", "alta", "3", "overlap"]),
    )
)
def test_whatever_a_form_says_is_one_question_that_a_link_asks_again(
    fields: dict[str, str],
) -> None:
    wish = asked(fields)
    assert wish.order in {heading.name for heading in TABLES[wish.layer].headings}
    again = asked(wish.fragment())
    assert (again.layer, again.wanted, again.order, again.down) == (
        wish.layer, wish.wanted, wish.order, wish.down,
    )  # fmt: skip


def test_everything_the_page_needs_can_be_read_beforehand(
    demonstration: Home,
) -> None:
    fresh = Edition(open_release(demonstration.releases(Tier.PUBLIC)))
    selected.warm(fresh)
    assert ("ranks", "superposiciones", "area", "es") in fresh.prepared
