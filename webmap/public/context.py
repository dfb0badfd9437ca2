"""Context by district and date: states of emergency, agreements of the police, pollution."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page."""

    @app.get("/<language:language>/contexto")
    def context_page() -> ResponseReturnValue:
        given.edition()
        return render_template("context.html")
