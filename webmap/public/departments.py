"""Departments and districts: what is on them, in figures, charts and lists."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the page."""

    @app.get("/<language:language>/departamento/<slug>")
    def department_page(**_named: str) -> ResponseReturnValue:
        given.edition()
        return render_template("department.html")

    @app.get("/<language:language>/distrito/<slug>")
    def district_page(**_named: str) -> ResponseReturnValue:
        given.edition()
        return render_template("district.html")

    @app.get("/<language:language>/departamentos")
    def departments_page() -> ResponseReturnValue:
        given.edition()
        return render_template("departments.html")
