"""An overlap in plain words: what it is, how much, since when, how sure, and what one can do."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page."""

    @app.get("/<language:language>/superposicion/<pair_id>")
    def overlap_page(**_named: str) -> ResponseReturnValue:
        given.edition()
        return render_template("overlap.html")
