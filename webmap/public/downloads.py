"""The downloads of a selection: made when asked for, sent, and kept nowhere."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from threading import BoundedSemaphore
from typing import BinaryIO

from flask import Flask, Response, abort
from flask.typing import ResponseReturnValue

from geo.release import files
from webmap import passing
from webmap.public.download_content import content
from webmap.public.download_forms import FORMS
from webmap.public.given import Given
from webmap.public.selected import posted_words
from webmap.public.selected_asked import asked
from webmap.public.streamed import streamed
from webmap.web import NOT_KEPT

AT_ONCE = 3
"""How many files one process makes at a time; whoever comes next is told to wait."""

_PIECE = 1 << 16


def register(app: Flask, given: Given) -> None:
    """Adds the downloads."""
    edition, words = given.edition, given.words
    seats = BoundedSemaphore(AT_ONCE)
    app.jinja_env.globals["download_forms"] = [
        (ending, form.label) for ending, form in FORMS.items()
    ]

    @app.post("/<language:language>/superposiciones.<form>")
    def selected_file(form: str) -> ResponseReturnValue:
        if form not in FORMS:
            abort(404)
        wish = asked(posted_words())
        if not seats.acquire(blocking=False):
            abort(429)
        try:
            now, spoken = edition(), words()
            name = f"deslinde-{now.id}-{wish.layer.value}.{FORMS[form].ending}"
            with ExitStack() as until:
                path = until.enter_context(passing.room()) / f"made.{FORMS[form].ending}"
                with files.plainly(path):
                    FORMS[form].write(content(wish.layer, wish.wanted, now, spoken), spoken, path)
                    file = path.open("rb")
                if sys.platform != "win32":
                    until.close()  # an open file may lose its name before anything is sent
                until.callback(file.close)
                made = _sent(file, name, FORMS[form].mimetype)
                made.call_on_close(until.pop_all().close)
                return made
        finally:
            seats.release()


def _sent(file: BinaryIO, name: str, mimetype: str) -> Response:
    made = streamed(_pieces(file), mimetype)
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    made.headers["Cache-Control"] = NOT_KEPT
    return made


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
