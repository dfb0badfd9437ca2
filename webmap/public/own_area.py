"""The area that a reader drew: what lies on it, told once and kept nowhere."""

from threading import BoundedSemaphore

from flask import Flask, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from geo.analysis.own_area import polygon_of
from geo.errors import AskedBadly
from geo.words import _
from webmap.public import asked
from webmap.public.download_forms import FORMS
from webmap.public.given import Given, takes_a_body
from webmap.public.own_area_files import written
from webmap.public.own_area_told import answer, laid
from webmap.web import NOT_KEPT

AT_ONCE = 2
"""How many areas one process analyses side by side; who comes then is asked to wait."""

_WAIT = _("Hay otras áreas en análisis: espere un momento y vuelva a pedirlo.")
_FIELDS = ("type", "coordinates", "geometry", "properties", "bbox", "id")


def register(app: Flask, given: Given) -> None:
    """Adds the route that analyses a drawn area, and its files."""
    of, words = given.of, given.words
    turns = BoundedSemaphore(AT_ONCE)

    @app.post("/datos/<release>/<language:language>/area")
    @asked.answering(words)
    def area_data(release: str) -> Response:
        edition, spoken = of(release), words()
        area = polygon_of(asked.body(_FIELDS))
        if not turns.acquire(blocking=False):
            return asked.refused(spoken.say(_WAIT), 429)
        try:
            made = laid(edition, area)
        finally:
            turns.release()
        return asked.told(answer(edition, made, spoken))

    def refused(advice: str, code: int) -> ResponseReturnValue:
        heading = words().say("El área no se puede analizar")
        return render_template("error.html", code=code, heading=heading, advice=advice), code

    @app.post("/<language:language>/area.<form>")
    def area_file(form: str) -> ResponseReturnValue:
        if form not in FORMS:
            abort(404)
        takes_a_body()
        edition, spoken = given.edition(), words()
        try:
            text = request.form.get("area", "").encode("utf-8", "replace")
            area = polygon_of(asked.understood(text, _FIELDS))
            if not turns.acquire(blocking=False):
                abort(429)
            try:
                name, content = written(laid(edition, area), form, edition, spoken)
            finally:
                turns.release()
        except AskedBadly as error:
            return refused(spoken.say(error.sentence, **error.values), 400)
        except RequestEntityTooLarge:
            return refused(spoken.say(asked.TOO_MUCH), 413)
        made = Response(content, mimetype=FORMS[form].mimetype)
        made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        made.headers["Cache-Control"] = NOT_KEPT
        return made
