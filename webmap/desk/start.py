"""The first page after the door: what waits for whom."""

from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue

from geo.words import _
from webmap.desk.desk import ALL, Desk, Permissions
from webmap.desk.gate import may

PERMISSIONS: Permissions = {"start_page": {"GET": ALL}}
NAVIGATION = (("start_page", _("Inicio")),)


def register(app: Flask, desk: Desk) -> None:
    """Adds the first page."""

    def page() -> ResponseReturnValue:
        table = app.config["DESK_PERMISSIONS"]
        waiting = [
            (label, endpoint, count(desk))
            for room in app.config["DESK_ROOMS"]
            for label, endpoint, count in getattr(room, "WAITING", ())
            if may(table, endpoint, "GET", g.asker.roles)
        ]
        return render_template("desk/start.html", waiting=waiting)

    app.add_url_rule("/<language:language>/", "start_page", page, methods=["GET"])
