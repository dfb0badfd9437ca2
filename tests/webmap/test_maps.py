"""The map as three files of ours; whatever would call somebody else is refused."""

import json
import re
from dataclasses import replace
from pathlib import Path

import folium
import pytest
from branca.element import Element, MacroElement
from folium.plugins import Fullscreen, MarkerCluster
from folium.template import Template

from webmap import looks, maps
from webmap.maps import Archive, RemoteLink
from webmap.public.drawing import BUNDLES

TILES = "/teselas/0/datos/{z}/{x}/{y}.mvt"
ARCHIVE = Archive("datos", TILES, 4, 10, (-81.4, -18.4, -68.6, 0.1))


def _map(*archives: Archive, **settings: object) -> folium.Map:
    return maps.compose(archives or (ARCHIVE,), maps.PERU, settings)


def test_a_map_is_markup_script_and_style_apart() -> None:
    made = maps.render(_map(words={"close": "Cerrar"}))
    assert made.scripts == (
        "/static/vendor/leaflet/leaflet.js",
        "/static/vendor/protomaps-leaflet/protomaps-leaflet.js",
    )
    assert made.styles == ("/static/vendor/leaflet/leaflet.css",)
    assert re.fullmatch(r'<div class="folium-map" id="map_deslinde"\s*></div>', made.markup)
    assert "L.map(" in made.script
    assert "<" not in made.style
    assert "http" not in made.script + made.style
    assert TILES in made.script


def test_several_archives_load_their_library_once_and_the_small_drawer_does_without() -> None:
    ground = replace(ARCHIVE, name="fondo", address="/teselas/0/fondo/{z}/{x}/{y}.mvt")
    made = maps.render(_map(ground, ARCHIVE))
    assert len(made.scripts) == 2
    assert made.script.index("/fondo/") < made.script.index("/datos/")
    small = maps.render(maps.compose((), maps.PERU, {}))
    assert small.scripts == ("/static/vendor/leaflet/leaflet.js",)
    assert all(name in small.script for name, _ in maps.PANES)


def test_the_same_map_is_the_same_bytes() -> None:
    assert maps.render(_map(a=1)) == maps.render(_map(a=1))


def test_a_text_from_data_cannot_leave_the_script() -> None:
    hostile = "</script><script>x('\u2028')</script>"
    made = maps.render(_map(words={"map": hostile}))
    assert "</script" not in made.script
    assert "\u2028" not in made.script
    told = re.search(r'"map": ("(?:[^"\\]|\\.)*")', made.script)
    assert told
    assert json.loads(told[1]) == hostile


class _Inline(MacroElement):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html

    _template = Template("{% macro html(this, kwargs) %}{{ this.html }}{% endmacro %}")


@pytest.mark.parametrize(
    "html",
    [
        "<script>x()</script>",
        "<img src='https://example.org/a.png'>",
        "<iframe src='//example.org'></iframe>",
        "<p onclick='x()'>a</p>",
        "<p style='color:red'>a</p>",
        "<script src='/static/../x.js'></script>",
    ],
)
def test_a_map_with_anything_inline_or_foreign_is_not_rendered(html: str) -> None:
    made = _map()
    made.add_child(_Inline(html))
    with pytest.raises(RemoteLink):
        maps.render(made)


def test_a_library_that_we_do_not_have_is_refused_by_name() -> None:
    for plugin in (Fullscreen(), MarkerCluster()):
        made = _map()
        made.add_child(plugin)
        with pytest.raises(RemoteLink, match="https://"):
            maps.render(made)


def test_a_link_put_into_the_head_by_hand_is_refused() -> None:
    made = _map()
    root = made.get_root()
    root.header.add_child(Element('<link rel="stylesheet" href="https://example.org/a.css">'))
    with pytest.raises(RemoteLink, match=r"example\.org"):
        maps.render(made)


def test_stock_folium_would_be_refused() -> None:
    with pytest.raises(RemoteLink, match="https://tile"):
        maps.render(folium.Map())


def test_no_two_looks_are_told_apart_by_colour_alone() -> None:
    for swatches in (looks.territories(), looks.overlaps()):
        shapes = [(swatch.hatch, swatch.look.dash) for swatch in swatches]
        assert len(set(shapes)) == len(shapes)
    kinds = [(swatch.hatch, swatch.look.line) for swatch in looks.concessions()]
    assert len(set(kinds)) == len(kinds)
    dashes = [dash for _, _, dash in looks.statuses()]
    assert len(set(dashes)) == len(dashes)


def test_claimed_is_never_drawn_like_titled() -> None:
    by_id = {swatch.id: swatch for swatch in looks.territories()}
    titled = by_id["t-titled"]
    for other in ("t-claimed", "t-per-source", "t-unknown", "t-reserve"):
        assert by_id[other].hatch != titled.hatch
        assert by_id[other].look.fill != titled.look.fill


def test_the_legend_and_the_map_draw_from_one_definition() -> None:
    told = looks.for_script()["looks"]
    assert {swatch.id for swatch in looks.every()} == set(told)
    for swatch in looks.every():
        assert told[swatch.id]["hatch"] == swatch.hatch
        assert told[swatch.id]["dash"] == swatch.look.dash


STATIC = Path(maps.__file__).parent / "static"


@pytest.mark.parametrize("name", sorted({name for parts in BUNDLES.values() for name in parts}))
def test_no_script_of_the_map_writes_markup_or_names_another_machine(name: str) -> None:
    text = (STATIC / name).read_text("utf-8")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert forbidden not in text
    assert "://" not in text


def test_a_square_says_more_by_its_tone_its_size_and_its_bounds() -> None:
    squares = looks.squares()
    assert [most for _, most, _, _ in squares] == [9, 99, 999, None]
    assert [least for least, *_ in squares] == [1, 10, 100, 1000]
    shares = [share for _, _, share, _ in squares]
    assert shares == sorted(set(shares))
    assert len({look.fill for *_, look in squares}) == len(squares)


def test_the_legend_s_ground_and_squares_reach_the_script() -> None:
    told = looks.for_script()
    assert {"land", "rivers", "borders", "departments"} <= set(told["ground"])
    assert [one["least"] for one in told["squares"]] == [1, 10, 100, 1000]
