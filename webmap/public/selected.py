"""The tables that hold the same selection as the map."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page of the tables and its downloads."""

    @app.get("/<language:language>/superposiciones")
    def table_page() -> ResponseReturnValue:
        given.edition()
        return render_template("selected.html")
