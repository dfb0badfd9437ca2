"""The columns that a browser filters by: the same rows as the tables, numbered as the tiles do."""

import gzip
from typing import Any

import mapbox_vector_tile
import numpy as np
import pandas as pd
import pytest
from flask.testing import FlaskClient

from geo.home import Home
from geo.release import facets, read
from geo.release.archive import tiles
from geo.release.read import Release
from geo.release.tiles import cells, order
from geo.release.tiles.release import DATA, FIRST_SHAPES, LAST_ZOOM
from geo.terms import PAIRS


@pytest.fixture(scope="module")
def release(demonstration: Home) -> Release:
    return read.open_release(demonstration.releases("public"))


@pytest.fixture(scope="module")
def told(client: FlaskClient, release: Release) -> dict[str, Any]:
    """The columns as a browser has them: rows of what there is."""
    sent = client.get(f"/datos/{release.id}/columnas.json").json
    base = len(sent["digits"])

    def rows(column: dict[str, Any]) -> list[Any]:
        worth = [sent["digits"].index(one) for one in column["rows"]]
        planes = np.array(worth).reshape(column["wide"], -1)
        numbers = (planes * base ** np.arange(column["wide"] - 1, -1, -1)[:, None]).sum(axis=0)
        return [column["list"][number] for number in numbers]

    columns = {name: rows(one) for name, one in sent["rights"].items()}
    return {**columns, "what": rows(sent["pairs"]["what"]), "shares": sent["shares"]}


def _plain(column: pd.Series) -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()


def test_the_columns_say_of_every_right_what_the_table_says(
    told: dict[str, Any], release: Release
) -> None:
    rights = read.concessions(release)
    rows = order.of_rights(rights)
    table = read.facets(release).iloc[rows]
    assert sorted(rows) == list(range(len(rights)))
    assert told["kind"] == _plain(table["kind"])
    assert told["status"] == _plain(table["status"])
    assert told["fy"] == _plain(table["filed_year"])
    granted = [
        years if years is None or years > 999 else filed + years
        for filed, years in zip(told["fy"], told["gy"], strict=True)
    ]
    assert granted == _plain(table["granted_year"])
    x, y = cells.points(rights.geometry, 11)
    places = zip(x[rows], y[rows], table["departments"], strict=True)
    assert told["place"] == [[int(x), int(y), dep] for x, y, dep in places]


def test_the_columns_say_of_every_overlap_what_the_table_says(
    told: dict[str, Any], release: Release
) -> None:
    rights = read.concessions(release)
    rows = order.of_rights(rights)
    pairs = facets.of_pairs(rights, None, read.overlaps(release), read.flags(release))
    right = pairs["right"].to_numpy(dtype=int)
    table = pairs.iloc[order.of_pairs(right, rows)]
    assert [list(one) for one in table[["overlap_class", "yes", "priority"]].to_numpy()] == (
        told["what"]
    )
    assert np.repeat(rows, told["pairs"]).tolist() == table["right"].tolist()
    assert told["shares"] == sorted(PAIRS)


def test_the_tiles_number_rights_and_overlaps_as_the_columns_do(
    told: dict[str, Any], release: Release
) -> None:
    archive = tiles(release, DATA)
    kinds: dict[int, str] = {}
    classes: dict[int, str] = {}
    for zoom, column, row, _size in archive.every(LAST_ZOOM):
        if zoom < FIRST_SHAPES:
            continue
        layers = mapbox_vector_tile.decode(gzip.decompress(archive.tile(zoom, column, row) or b""))
        for name, number, word, found in (
            ("concessions", "o", "kind", kinds),
            ("overlaps", "p", "cls", classes),
        ):
            for one in layers.get(name, {"features": []})["features"]:
                found[one["properties"][number]] = one["properties"][word]
    assert [kinds[number] for number in range(len(kinds))] == told["kind"]
    shared = {number: one[0] for number, one in enumerate(told["what"]) if one[0] in PAIRS}
    assert classes == shared


def test_the_hectares_are_those_of_the_table_to_the_square_metre(
    client: FlaskClient, release: Release
) -> None:
    rows = order.of_rights(read.concessions(release))
    table = read.facets(release)["area_ha"].iloc[rows]
    sent = client.get(f"/datos/{release.id}/hectareas.json").json["ha"]
    assert sent == _plain(table.round(4))
    assert any(one != round(one) for one in sent if one)


@pytest.mark.parametrize("name", ["columnas", "hectareas"])
def test_a_browser_that_has_the_columns_of_another_version_asks_for_them_again(
    client: FlaskClient, release: Release, name: str
) -> None:
    sent = client.get(f"/datos/{release.id}/{name}.json")
    assert sent.headers["Cache-Control"] == "private, no-cache"
    again = {"If-None-Match": sent.headers["ETag"]}
    assert client.get(f"/datos/{release.id}/{name}.json", headers=again).status_code == 304
