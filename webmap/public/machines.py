"""The page for whoever opens the layers with QGIS, or with a program of their own."""

from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webmap.public import citation
from webmap.public.given import Given
from webmap.public.ogc import root
from webmap.public.ogc_features import COLLECTIONS


def register(app: Flask, given: Given) -> None:
    """Adds the page."""

    @app.get("/<language:language>/maquinas")
    def machines_page() -> ResponseReturnValue:
        now, spoken = given.edition(), given.words()
        service = root() + url_for("ogc_landing")
        return render_template(
            "machines.html",
            service=service,
            api=root() + url_for("ogc_api"),
            items=root() + url_for("ogc_items", named="overlaps"),
            manifest=root() + url_for("manifest_data", release=now.id),
            collections=list(COLLECTIONS.values()),
            cited=citation.of(now, spoken),
            local=request.host.partition(":")[0] in ("127.0.0.1", "localhost"),
        )
