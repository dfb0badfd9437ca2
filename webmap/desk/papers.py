"""Pages that anybody may read before they have an account: what an organisation must do first."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from geo.words import _
from webmap.desk.desk import Desk, Permissions

PERMISSIONS: Permissions = {"papers_obligations": {"GET": None}}
NAVIGATION = (("papers_obligations", _("Obligaciones")),)


def register(app: Flask, desk: Desk) -> None:  # noqa: ARG001
    """Adds the page of obligations."""

    def obligations() -> ResponseReturnValue:
        return render_template("desk/obligations.html")

    app.add_url_rule(
        "/<language:language>/obligaciones", "papers_obligations", obligations, methods=["GET"]
    )
