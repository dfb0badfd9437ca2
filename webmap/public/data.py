"""The addresses that carry data. Each holds the id of its release, so it never changes."""

import json

from flask import Flask, Response, abort

from geo.release import manifest, read
from webmap.public import layers, spatial
from webmap.public.given import Given
from webmap.web import Packed, answer


def register(app: Flask, given: Given) -> None:
    """Adds the routes of data; which releases have an answer, `Given.of` says."""
    of, words = given.of, given.words

    @app.get("/datos/<release>/<language:language>/derecho/<path:key>.json")
    def right_data(release: str, key: str) -> Response:
        now = of(release)
        told = layers.right(now, key, words())
        if told is None:
            abort(404)
        content = json.dumps({**told, **spatial.where(now, key)}, ensure_ascii=False)
        return answer(Packed(content.encode("utf-8"), "application/json"))

    @app.get("/datos/<release>/manifest.json")
    def manifest_data(release: str) -> Response:
        told = manifest.canonical(read.manifest(of(release).release))
        return answer(Packed(told, "application/json"))
