"""The page of tables that hold the same selection as the map.

What a reader asks for is posted, so that no address and no log holds it; the page works without
a script. With one, the address's fragment, which no server learns, says the same as on the map.
"""

from urllib.parse import urlencode

from flask import Flask, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.words import SPANISH, words
from webmap.public import choosing, selected_asked
from webmap.public.edition import Edition
from webmap.public.given import Given, takes_a_body
from webmap.public.selected_asked import Asked, asked
from webmap.public.selected_tables import TABLES, Layer
from webmap.public.selection import Selection
from webmap.web import NOT_KEPT


def warm(edition: Edition) -> None:
    """Reads what the first page needs, before a reader waits for it."""
    wish, spoken = asked({}), words(SPANISH, "")
    found = wish.table.rows(wish.wanted, edition)
    selected_asked.ordered(found, wish, edition, spoken)
    selected_asked.unknown(found, wish.layer, edition, spoken)
    choosing.options(edition, spoken)


def register(app: Flask, given: Given) -> None:
    """Adds the page of the tables."""
    edition, spoken_here = given.edition, given.words

    def page(wish: Asked, posted: bool) -> ResponseReturnValue:
        now, spoken = edition(), spoken_here()
        shown = selected_asked.show(wish, now, spoken)
        made = make_response(
            render_template(
                "selected.html",
                wish=wish,
                posted=posted,
                table=wish.table,
                tables=[(layer.value, TABLES[layer].title) for layer in Layer],
                shown=shown,
                first=(shown.page - 1) * selected_asked.PAGE + 1,
                totals=selected_asked.totals(wish, shown.found, now),
                unknown=selected_asked.unknown(shown.found, wish.layer, now, spoken),
                options=choosing.options(now, spoken),
                labels=choosing.LABELS_OF,
                told=choosing.in_words(wish.wanted, now, spoken),
                names=[*Selection.__dataclass_fields__, "capa", "orden", "sentido"],
                fragment=urlencode(wish.fragment()),
                map_link=_with(url_for("map_page"), wish.wanted),
            )
        )
        if posted:
            made.headers["Cache-Control"] = NOT_KEPT
        return made

    @app.get("/<language:language>/superposiciones")
    @app.post("/<language:language>/superposiciones")
    def table_page() -> ResponseReturnValue:
        posted = request.method == "POST"
        return page(asked(posted_words() if posted else {}), posted)


def posted_words() -> dict[str, str]:
    """The fields of the form that was posted; of a field that came twice, the last: the button."""
    takes_a_body()
    return {name: values[-1] for name, values in request.form.lists()}


def _with(address: str, wanted: Selection) -> str:
    told = urlencode(wanted.asked())
    return f"{address}#{told}" if told else address
