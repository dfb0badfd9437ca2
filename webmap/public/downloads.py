"""The downloads of a selection: made when asked for, sent, and kept nowhere."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from flask import Flask, Response, abort
from flask.typing import ResponseReturnValue

from geo.release import files
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
            folder = Path(tempfile.mkdtemp(prefix="deslinde-"))
            path = folder / f"deslinde-{now.id}-{wish.layer.value}.{FORMS[form].ending}"
            try:
                with files.plainly(path):
                    FORMS[form].write(content(wish.layer, wish.wanted, now, spoken), spoken, path)
                return _sent(path, FORMS[form].mimetype)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        finally:
            seats.release()


def _sent(path: Path, mimetype: str) -> Response:
    """A file on its way. Its folder goes before anything is sent, where an open file may lose its
    name; elsewhere once the reader has it, or is gone.
    """
    file = path.open("rb")
    shutil.rmtree(path.parent, ignore_errors=True)
    made = streamed(_pieces(file), mimetype)
    made.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    made.headers["Cache-Control"] = NOT_KEPT

    def done() -> None:
        file.close()
        shutil.rmtree(path.parent, ignore_errors=True)

    made.call_on_close(done)
    return made


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
