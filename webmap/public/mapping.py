"""The map's pages: the map, the map over OpenStreetMap when a reader asks for it, and the map in
a page of somebody else.
"""

from flask import Flask, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from geo.release.tiles.cells import MEANING
from geo.words import _
from webmap import looks
from webmap.maps import Rendered
from webmap.public import choosing, drawing, ogc
from webmap.public.boxes import LEVELS
from webmap.public.edition import Edition
from webmap.public.given import Given
from webmap.web import ALWAYS_ASK, RULES, Packed, answer

OSM = "https://tile.openstreetmap.org"
OSM_TILES = f"{OSM}/{{z}}/{{x}}/{{y}}.png"

OSM_HEADERS = {
    "Content-Security-Policy": "; ".join(
        f"{rule} {OSM}" if rule.startswith("img-src") else rule for rule in RULES
    ),
    # their policy asks that the site which uses the tiles can be told
    "Referrer-Policy": "origin",
}
EMBED_HEADERS = {
    "Content-Security-Policy": "; ".join(
        "frame-ancestors *" if rule.startswith("frame-ancestors") else rule for rule in RULES
    ),
    "X-Frame-Options": "",
}
YEARS = (("formulado", _("Año en que se formuló")), ("otorgado", _("Año en que se otorgó")))


def register(app: Flask, given: Given) -> None:
    """Adds the pages, and the script and the style that Folium makes."""
    of, edition, words = given.of, given.edition, given.words

    def made(now: Edition) -> Rendered:
        return drawing.drawn(now, words(), given.sentences)

    def piece(now: Edition, named: str, kind: str) -> Response:
        """A file of the map. It follows from this program as well as from the release, so a
        browser asks whether it is still the same: a newer page would not fit an older one.
        """
        packed = now.once(
            ("map", named, words().language),
            lambda: Packed(getattr(made(now), named).encode("utf-8"), kind),
        )
        return answer(packed, f"private, {ALWAYS_ASK}")

    def page(template: str, **more: object) -> str:
        now, spoken = edition(), words()
        return render_template(
            template,
            made=made(now),
            core="map-core.js" if drawing.archives(now) else "map-small.js",
            legend=drawing.legend(now),
            squares=looks.squares(),
            statuses=drawing.statuses(now),
            levels=LEVELS,
            options=choosing.options(now, spoken),
            labels=choosing.LABELS_OF,
            years=_years(now),
            meaning=MEANING,
            **more,
        )

    @app.get("/<language:language>/")
    def map_page() -> ResponseReturnValue:
        return page("map.html")

    @app.get("/<language:language>/con-osm")
    def osm_page() -> ResponseReturnValue:
        response = make_response(page("map_osm.html", osm=OSM_TILES))
        response.headers.update(OSM_HEADERS)
        return response

    @app.get("/<language:language>/incrustar")
    def embed_page() -> ResponseReturnValue:
        response = make_response(page("map_embedded.html"))
        response.headers.update(EMBED_HEADERS)
        return response

    @app.get("/<language:language>/como-incrustar")
    def embedding_page() -> ResponseReturnValue:
        edition()
        return render_template("embedding.html", frame=ogc.root() + url_for("embed_page"))

    @app.get("/<language:language>/mapa-<release>.js")
    def map_script(release: str) -> Response:
        return piece(of(release), "script", "text/javascript")

    @app.get("/<language:language>/mapa-<release>.css")
    def map_style(release: str) -> Response:
        return piece(of(release), "style", "text/css")


def _years(edition: Edition) -> list[tuple[str, str, int, int]]:
    """For each year of YEARS that any right has: its name, its label, the first and the last."""
    made = []
    for (name, label), column in zip(YEARS, ("filed_year", "granted_year"), strict=True):
        there = edition.facets[column].dropna()
        if len(there):
            made.append((name, label, int(there.min()), int(there.max())))
    return made
