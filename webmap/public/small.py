"""The layers of the map as one plain script, for a folder that opens without a server."""

import json

from flask import Flask, Response, abort

from webmap.public import layers
from webmap.public.edition import Edition
from webmap.public.given import Given
from webmap.web import Packed, answer

STICK = "stick"
"""What the application is told to be where its pages go into such a folder."""

GROUND = ("ground",)
"""Where an edition keeps the lines to find one's way by: name of a layer -> GeoJSON."""


def register(app: Flask, given: Given) -> None:
    """Adds the script; it is there only where a folder is made."""

    @app.get("/datos/<release>/<language:language>/mapa.js")
    def small_data(release: str) -> Response:
        if app.config.get("COPIED") != STICK:
            abort(404)
        now, spoken = given.of(release), given.words()
        told = {name: json.loads(layers.layer(now, name, spoken).content) for name in layers.LAYERS}
        told["rights"] = {
            key: layers.right(now, str(key), spoken) for key in now.concessions["key"]
        }
        told["ground"] = now.once(GROUND, lambda: _none(now))
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        script = f'"use strict";\nObject.assign(deslinde.data, {text});\n'
        return answer(Packed(script.encode("utf-8"), "text/javascript"))


def _none(_edition: Edition) -> dict[str, object]:
    return {}
