"""How other programs open what this site shows."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page for whoever works with QGIS or a program."""

    @app.get("/<language:language>/maquinas")
    def machines_page() -> ResponseReturnValue:
        given.edition()
        return render_template("machines.html")
