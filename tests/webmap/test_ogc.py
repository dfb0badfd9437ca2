"""OGC API – Features: what another program reads is the release, whole, and of one publication."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import geopandas as gpd
import numpy as np
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.home import Home
from geo.release import manifest
from geo.release.read import open_release
from geo.terms import Tier
from webmap.public import ogc_described, ogc_features, selection
from webmap.public.edition import Edition
from webmap.public.ogc_features import COLLECTIONS
from webmap.public.ogc_query import CRS84, FILTERS, MOST, interval, parameters

ITEMS = "/ogc/collections/{}/items"
BOX = (-69.50, -12.62, -69.40, -12.52)


@pytest.fixture(scope="module")
def edition(demonstration: Home) -> Edition:
    return Edition(open_release(demonstration.releases(Tier.PUBLIC)))


def _layer(edition: Edition, name: str) -> gpd.GeoDataFrame:
    frame: gpd.GeoDataFrame = getattr(edition, name)
    return frame


def _get(client: FlaskClient, address: str, status: int = 200) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = json.loads(answer.data)
    return told


def _links(told: dict[str, Any]) -> dict[str, str]:
    return {one["rel"]: one["href"] for one in told["links"]}


def _path(href: str) -> str:
    parts = urlsplit(href)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _walk(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    """Every page from the first on, by the links alone."""
    pages = [_get(client, address)]
    while "next" in _links(pages[-1]):
        pages.append(_get(client, _path(_links(pages[-1])["next"])))
        assert len(pages) < 100
    return pages


# --- another program ----------------------------------------------------------------------------


# GDAL holds the interpreter while it waits, so it waits in another process
_READ = """
import json, sys
import pyogrio
where, west, south, east, north = sys.argv[1], *map(float, sys.argv[2:])
told = {"layers": [str(name) for name in pyogrio.list_layers(where)[:, 0]]}
for name in told["layers"]:
    frame = pyogrio.read_dataframe(where, layer=name, PAGE_SIZE="5")
    key = "key" if "key" in frame else "concession_key"
    told[name] = {
        "keys": frame[key].tolist(),
        "ids": frame["id"].tolist(),
        "bounds": frame.total_bounds.tolist(),
    }
near = pyogrio.read_dataframe(where, layer="concessions", bbox=(west, south, east, north))
told["near"] = near["key"].tolist()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def by_gdal(address: str) -> dict[str, Any]:
    """What GDAL's own driver reads, five rows a page."""
    asked = [sys.executable, "-c", _READ, f"OAPIF:{address}/ogc", *(str(one) for one in BOX)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("name", COLLECTIONS)
def test_gdal_reads_all_of_a_layer_page_by_page(
    by_gdal: dict[str, Any], edition: Edition, name: str
) -> None:
    made, mine = by_gdal[name], _layer(edition, name)
    key = "key" if "key" in mine else "concession_key"
    assert sorted(made["keys"]) == sorted(mine[key])
    assert len(set(made["ids"])) == len(mine) > 5
    assert np.allclose(made["bounds"], mine.geometry[~mine.geometry.is_empty].total_bounds)


def test_gdal_lists_the_layers_and_reads_one_by_a_box(
    by_gdal: dict[str, Any], edition: Edition
) -> None:
    assert by_gdal["layers"] == list(COLLECTIONS)
    near = edition.concessions[edition.concessions.intersects(shapely.box(*BOX))]
    assert sorted(by_gdal["near"]) == sorted(near["key"])
    assert 0 < len(near) < len(edition.concessions)


# --- the requirements of Core, GeoJSON and OpenAPI 3.0 (17-069r4) --------------------------------


def test_the_front_door_leads_everywhere(client: FlaskClient) -> None:
    told = _get(client, "/ogc")
    assert _get(client, "/ogc/")["links"][1:] == told["links"][1:]
    links = _links(told)
    assert {"self", "service-desc", "service-doc", "conformance", "data", "license"} <= set(links)
    for href in links.values():
        assert href.startswith("http://localhost/")
        assert client.get(_path(href)).status_code == 200
    assert "Deslinde, publicación" in told["attribution"]
    assert told["warning"].startswith("DATOS ILUSTRATIVOS")
    assert len(told["limits"]) > 3
    assert all(one["licence"] for one in told["sources"])


def test_the_service_claims_no_more_than_it_does(client: FlaskClient) -> None:
    told = _get(client, "/ogc/conformance")
    assert [one.rpartition("/")[2] for one in told["conformsTo"]] == ["core", "geojson", "oas30"]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_says_where_it_is_and_from_when(
    client: FlaskClient, edition: Edition, name: str
) -> None:
    listed = {one["id"]: one for one in _get(client, "/ogc/collections")["collections"]}
    one = _get(client, f"/ogc/collections/{name}")
    assert listed[name] == one
    assert {"self", "items", "license"} <= set(_links(one))
    assert one["crs"] == [CRS84]
    (box,) = one["extent"]["spatial"]["bbox"]
    shapes = _layer(edition, name).geometry
    assert np.allclose(box, shapes[~shapes.is_empty].total_bounds, atol=1e-5)
    assert (
        one["extent"]["temporal"]["interval"] == [["2026-10-31T00:00:00Z", "2026-10-31T23:59:59Z"]]
        or name != "overlaps"
    )
    assert edition.id in one["attribution"]


def test_a_page_counts_what_it_holds_and_links_to_the_next(
    client: FlaskClient, edition: Edition
) -> None:
    answer = client.get(ITEMS.format("overlaps"), query_string={"limit": "7", "kind": "mining"})
    assert answer.mimetype == "application/geo+json"
    told = json.loads(answer.data)
    wanted = selection.overlaps(selection.chosen({"tipo": "mining"}), edition.facets, edition.pairs)
    assert (told["numberMatched"], told["numberReturned"]) == (int(wanted.sum()), 7)
    assert len(told["features"]) == 7
    assert told["release"] == edition.id
    assert datetime.fromisoformat(told["timeStamp"]).tzinfo is not None
    asked = parse_qs(urlsplit(_links(told)["next"]).query)
    assert asked == {
        "kind": ["mining"], "limit": ["7"], "offset": ["7"], "release": [edition.id],
    }  # fmt: skip
    pages = _walk(client, ITEMS.format("overlaps") + "?limit=7&kind=mining")
    ids = [feature["id"] for page in pages for feature in page["features"]]
    assert ids == list(edition.pairs.loc[wanted, "id"])
    assert "prev" in _links(pages[-1])


def test_a_page_of_large_shapes_ends_early_and_the_next_goes_on_from_there(
    client: FlaskClient, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One program that asks for ten thousand outlines does not make every reader wait."""
    monkeypatch.setattr(ogc_features, "MOST_VERTICES", 12)
    address, ids, pages = ITEMS.format("territories") + "?limit=1000", [], 0
    while address:
        told = _get(client, address)
        assert told["numberReturned"] == len(told["features"]) > 0
        ids += [one["id"] for one in told["features"]]
        address = _path(_links(told).get("next", ""))
        pages += 1
    assert pages > 1
    assert len(set(ids)) == len(ids) == len(edition.territories) == told["numberMatched"]


def test_one_row_is_found_again_by_its_id(client: FlaskClient, edition: Edition) -> None:
    for name, frame in (("overlaps", edition.pairs), ("territories", None)):
        some = _get(client, ITEMS.format(name) + "?limit=1")["features"][0]
        told = _get(client, f"{ITEMS.format(name)}/{some['id']}")
        assert {**told, "links": None} == {**some, "links": None}
        assert {"self", "collection"} <= set(_links(told))
        if frame is not None:
            assert some["id"] == frame["id"].iloc[0]
    _get(client, f"{ITEMS.format('overlaps')}/{'0' * 16}", 404)


def test_a_feature_tells_the_columns_of_the_release_and_what_nobody_knows_is_null(
    client: FlaskClient, edition: Edition
) -> None:
    told = _get(client, ITEMS.format("concessions") + f"?limit={MOST}")
    rows = {one["properties"]["key"]: one["properties"] for one in told["features"]}
    for row in edition.concessions.itertuples():
        mine = rows[row.key]
        assert mine["native_id"] == row.native_id
        assert (mine["granted_on"] is None) == (not isinstance(row.granted_on, str))
        assert mine["release"] == edition.id
    assert any(one["granted_on"] is None for one in rows.values())
    near = [
        one for one in _get(client, ITEMS.format("overlaps"))["features"] if not one["geometry"]
    ]
    assert {one["properties"]["overlap_class"] for one in near} == {"near"}


# --- boxes and dates -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "box"),
    [
        ("-69.5,-12.62,-69.4,-12.52", BOX),
        ("-69.5,-12.62,0,-69.4,-12.52,9000", BOX),
        ("-180,-90,180,90", (-180, -90, 180, 90)),
        ("-60,-10,-59,-9", (-60, -10, -59, -9)),
    ],
)
def test_a_box_gives_what_meets_it(
    client: FlaskClient, edition: Edition, asked: str, box: tuple[float, ...]
) -> None:
    told = _get(client, f"{ITEMS.format('concessions')}?limit=1000&bbox={asked}&bbox-crs={CRS84}")
    met = edition.concessions[edition.concessions.intersects(shapely.box(*box))]
    assert sorted(one["properties"]["key"] for one in told["features"]) == sorted(met["key"])
    assert told["numberMatched"] == len(met)


def test_a_box_over_the_date_line_is_two(client: FlaskClient, edition: Edition) -> None:
    told = _get(client, f"{ITEMS.format('concessions')}?limit=1000&bbox=170,-90,-69.45,90")
    west = edition.concessions[edition.concessions.intersects(shapely.box(-180, -90, -69.45, 90))]
    assert told["numberMatched"] == len(west) > 0


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ("2026-10-31T12:00:00Z", ("2026-10-31", "2026-10-31")),
        ("2026-10-31T23:30:00-05:00", ("2026-11-01", "2026-11-01")),
        ("2020-01-01/..", ("2020-01-01", "")),
        ("/2020-01-01T00:00:00.5Z", ("", "2020-01-01")),
        ("2016-12-31T23:59:60Z", ("2016-12-31", "2016-12-31")),
    ],
)
def test_a_date_of_the_standard_is_its_day(asked: str, days: tuple[str, str]) -> None:
    assert interval(asked) == days


def test_a_date_asks_when_the_data_are_of(client: FlaskClient, edition: Edition) -> None:
    every = len(edition.concessions)
    for asked, n in (("2026-01-01/2026-12-31", every), ("2099-01-01/..", 0), ("../1990-01-01", 0)):
        told = _get(client, f"{ITEMS.format('concessions')}?datetime={asked}")
        assert told["numberMatched"] == n, asked


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        "foo=1", "KIND=mining", "kind=Mining", "kind=", "kind=mining&kind=plot", "status=x",
        "limit=0", "limit=-1", "limit=1.5", "limit=", "limit=%D9%A1", "offset=-1", "offset=x",
        "bbox=1,2,3", "bbox=a,b,c,d", "bbox=nan,0,1,1", "bbox=0,5,1,4", "bbox=0,0,inf,1",
        "bbox=-200,0,1,1", "bbox-crs=EPSG:4326", "datetime=ayer", "datetime=2026-02-30T00:00:00Z",
        "datetime=../..", "datetime=2026-01-02/2026-01-01", "datetime=1/2/3", "f=html", "crs=x",
        "filed_from=abcd", "filed_from=99999", "priority=high", "q=", "q=%20", "tenure=titled",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_and_never_answered_with_everything(
    client: FlaskClient, asked: str
) -> None:
    told = _get(client, f"{ITEMS.format('overlaps')}?{asked}", 400)
    assert told["code"] == "400"
    assert told["description"]
    assert "Traceback" not in told["description"]
    address = f"{ITEMS.format('overlaps')}?{asked}"
    english = client.get(address, headers={"Accept-Language": "en"}).json
    assert english["description"] != told["description"], "in English too"


def test_a_limit_above_the_most_is_the_most(client: FlaskClient, edition: Edition) -> None:
    told = _get(client, f"{ITEMS.format('overlaps')}?limit=999999")
    assert told["numberReturned"] == len(edition.overlaps)
    assert _get(client, f"{ITEMS.format('overlaps')}?offset=99999")["features"] == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/ogc/nada", 404),
        ("/ogc/collections/boxes", 404),
        ("/ogc/collections/boxes/items", 404),
        ("/ogc/collections/overlaps/items/..%2F..%2Fx", 404),
        ("/ogc/collections/overlaps/items/<script>", 404),
        ("/ogc/collections/concessions/items/demo-concessions:009900180", 404),
        ("/ogc?x=1", 400),
        ("/ogc/api?x=1", 400),
        ("/ogc/conformance?limit=1", 400),
        ("/ogc/collections/overlaps/items?release=000000000000", 410),
        ("/ogc/collections/overlaps/items?release=../../x", 410),
    ],
)
def test_an_error_is_json_that_a_program_reads(
    client: FlaskClient, address: str, status: int
) -> None:
    assert set(_get(client, address, status)) == {"code", "description"}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from([*FILTERS, "limit", "offset", "bbox", "datetime", "release", "bbox-crs", "x"]),
    st.text(max_size=30)
    | st.sampled_from(["1", "-69,-13,-68,-12", "2020/..", "mining", "{0}", "%s", "1e400"]),
)
def test_whatever_is_asked_is_answered_or_refused(
    client: FlaskClient, name: str, value: str
) -> None:
    asked = f"{ITEMS.format('overlaps')}?{name}={quote(value, errors='replace')}"
    answer = client.get(asked)
    assert answer.status_code in (200, 400, 410)
    json.loads(answer.data)


def test_what_a_program_filters_by_is_what_a_reader_filters_by(
    client: FlaskClient, edition: Edition
) -> None:
    asked = {
        "kind": "mining", "status": "titled", "department": "Madre de Dios",
        "overlap_class": "overlap", "priority": "media", "filed_from": "1980",
        "territory_key": "demo-territories:T-001", "q": "ilustrativa",
    }  # fmt: skip
    wanted = selection.chosen({FILTERS[name]: value for name, value in asked.items()})
    for name, found in (("overlaps", selection.overlaps), ("concessions", selection.rights)):
        told = _get(
            client, ITEMS.format(name) + "?" + "&".join(f"{a}={b}" for a, b in asked.items())
        )
        assert told["numberMatched"] == int(found(wanted, edition.facets, edition.pairs).sum()) > 0
    land = _get(client, ITEMS.format("territories") + "?territory_key=demo-territories:T-001")
    assert [one["properties"]["key"] for one in land["features"]] == ["demo-territories:T-001"]
    assert _get(client, ITEMS.format("territories") + "?q=TRES RIOS")["numberMatched"] == 3


# --- who may read, and how it is described -------------------------------------------------------


def test_pages_of_other_sites_may_read_the_service_and_nothing_else(client: FlaskClient) -> None:
    for address in ("/ogc", "/ogc/api", ITEMS.format("overlaps"), "/ogc/nada"):
        headers = client.get(address).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    for address in ("/es/", "/es/superposiciones", "/salud"):
        headers = client.get(address).headers
        assert "Access-Control-Allow-Origin" not in headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_server_in_front_says_whether_links_are_secure(client: FlaskClient) -> None:
    told = client.get("/ogc", headers={"Host": "mapa.example", "X-Forwarded-Proto": "https"}).json
    assert {urlsplit(one["href"]).scheme for one in told["links"]} == {"https"}
    assert {urlsplit(one["href"]).netloc for one in told["links"]} == {"mapa.example"}
    page = client.get("/es/como-incrustar", headers={"Host": "m.pe", "X-Forwarded-Proto": "https"})
    assert "https://m.pe/es/incrustar" in page.text
    assert "http://m.pe" not in page.text


def test_the_description_holds_every_parameter_and_every_call_of_the_pages(
    client: FlaskClient,
) -> None:
    answer = client.get("/ogc/api")
    assert answer.headers["Content-Type"].startswith("application/vnd.oai.openapi+json")
    told = json.loads(answer.data)
    assert told["openapi"].startswith("3.0")
    shared = told["components"]["parameters"]
    for name, one in COLLECTIONS.items():
        asked = told["paths"][ITEMS.format(name)]["get"]["parameters"]
        names = [item.get("name") or item["$ref"].rpartition("/")[2] for item in asked]
        assert set(parameters(one.layer)) <= set(names)
        assert {"limit", "bbox", "datetime", "offset"} <= set(names)
    assert shared["limit"]["schema"] == {
        "type": "integer", "minimum": 1, "maximum": MOST, "default": 100,
    }  # fmt: skip

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if "$ref" in value else []
            return own + [one for part in value.values() for one in references(part)]
        return (
            [one for part in value for one in references(part)] if isinstance(value, list) else []
        )

    for reference in references(told):
        found: Any = told
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    operations = [one for path in told["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    app = client.application
    data = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/datos/", "/teselas/")) or "POST" in (rule.methods or ())
    }
    assert data <= set(ogc_described.CALLS), "a call of the pages that nobody described"
    assert set(ogc_described.CALLS) <= set(app.view_functions)


# --- hostile names, and a release that changes --------------------------------------------------


def test_a_hostile_key_has_a_plain_id(hostile_client: FlaskClient) -> None:
    told = _get(hostile_client, ITEMS.format("territories"))
    for one in told["features"]:
        assert len(one["id"]) == 16
        assert set(one["id"]) <= set("0123456789abcdef")
        again = _get(hostile_client, f"{ITEMS.format('territories')}/{one['id']}")
        assert again["properties"] == one["properties"]
    text = json.dumps(told, ensure_ascii=False)
    assert "\u202e" not in text
    assert "R/../<b>" in text  # the key itself is a property


def test_nobody_reads_half_of_one_release_and_half_of_another(
    demonstration: Home, tmp_path: Path, public: Callable[[Home], Flask]
) -> None:
    home = Home(tmp_path, demonstration.data, demonstration.now)
    shutil.copytree(demonstration.releases(Tier.PUBLIC), home.releases(Tier.PUBLIC))
    client = public(home).test_client()
    address = ITEMS.format("concessions") + "?limit=20"
    before = [one["id"] for page in _walk(client, address) for one in page["features"]]
    first = _get(client, address)
    later = _another(home, first["release"])
    (home.releases(Tier.PUBLIC) / "current").write_text(later, encoding="utf-8")
    fresh = _get(client, address)
    assert fresh["release"] == later != first["release"]
    # for a while the one before goes on, whole; then it is gone, and said to be
    going_on = client.get(_path(_links(first)["next"]))
    if going_on.status_code == 200:
        told = json.loads(going_on.data)
        assert told["release"] == first["release"]
        assert [one["id"] for one in told["features"]] == before[20:40]
    gone = public(home).test_client().get(_path(_links(first)["next"]))
    assert gone.status_code == 410
    assert "empiece de nuevo" in json.loads(gone.data)["description"]


def _another(home: Home, release: str) -> str:
    """The same rows under another id, as if another version of the program had made them."""
    folder = home.releases(Tier.PUBLIC)
    said = json.loads((folder / release / manifest.NAME).read_text("utf-8"))
    said["versions"]["deslinde"] = "another"
    said["id"] = manifest.identify(said)
    shutil.copytree(folder / release, folder / said["id"])
    path = folder / said["id"] / manifest.NAME
    path.chmod(0o644)
    path.write_bytes(manifest.canonical(said))
    return str(said["id"])
