"""Who holds the rights: by kind of holder, and companies by name. No person is named."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page."""

    @app.get("/<language:language>/titulares")
    def holders_page() -> ResponseReturnValue:
        given.edition()
        return render_template("holders.html")
