"""How to ask for a correction, and what never to send by ordinary mail."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page."""

    @app.get("/<language:language>/correcciones")
    def corrections_page() -> ResponseReturnValue:
        given.edition()
        return render_template("corrections.html")
