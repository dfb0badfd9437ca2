"""Whether the site is alive, and whether it has something to show: for what watches over it."""

from flask import Flask
from flask.typing import ResponseReturnValue

from geo.errors import NothingToDo, ReleaseDamaged
from webmap.public.given import Given


def register(app: Flask, given: Given) -> None:
    """Adds the two addresses. They say nothing of readers, because nothing is known of them."""

    @app.get("/salud")
    def health() -> ResponseReturnValue:
        """Alive, also without a release: starting it again would not help."""
        try:
            release = given.edition().release
        except (NothingToDo, ReleaseDamaged):
            return {"status": "no-release"}
        return {
            "status": "ok",
            "release": release.id,
            "as_of": release.as_of,
            "illustrative": release.illustrative,
        }

    @app.get("/listo")
    def ready() -> ResponseReturnValue:
        """Ready for readers: a whole release is open."""
        try:
            release = given.edition().release
        except (NothingToDo, ReleaseDamaged):
            return {"ready": False}, 503
        return {"ready": True, "release": release.id}
