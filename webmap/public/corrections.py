"""How to ask for a correction, and what never to send by ordinary mail."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from geo.words import said
from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page. Whom to ask is what the operator configured, shown as text."""
    contact = said(given.contact)

    @app.get("/<language:language>/correcciones")
    def corrections_page() -> ResponseReturnValue:
        given.edition()
        return render_template("corrections.html", contact=contact)
