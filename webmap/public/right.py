"""The page of a right: its facts, its dates and its overlaps."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page."""

    @app.get("/<language:language>/derecho/<path:key>")
    def right_page(**_named: str) -> ResponseReturnValue:
        given.edition()
        return render_template("right.html")
