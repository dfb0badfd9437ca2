"""The bundle of a territory or of a case, made when somebody asks for it.

It is made from the public release alone. Nothing is kept about who asked; the last few bundles
of the current release stay in a private folder until that release leaves or the server ends,
since each takes a while.
"""

import atexit
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path
from threading import BoundedSemaphore, Lock

from flask import Flask, abort, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from geo.errors import ChoiceUnknown, NothingToDo, ReleaseDamaged
from geo.evidence.bundle import bundle
from geo.evidence.choice import choose
from geo.evidence.chosen import By
from geo.evidence.figures.baseline import parse_baseline
from geo.evidence.wishes import Baseline, Forum, Separator, Wishes
from geo.words import _
from webmap import passing
from webmap.public import remembered
from webmap.public.given import Given
from webmap.web import ALWAYS_ASK

FORUMS = (
    (Forum.AMPARO.value, _("Amparo: el anexo completo")),
    (Forum.CIDH.value, _("CIDH: breve, con espacio para los incidentes")),
    (Forum.MINISTERIO.value, _("Ministerio: cronología y plano de contexto")),
    (Forum.CATASTRO.value, _("Catastro o gobierno regional: códigos y vértices primero")),
)
BASELINES = (
    (Baseline.TITLE.value, _("el título de la comunidad")),
    (Baseline.RECOGNITION.value, _("su reconocimiento")),
    (Baseline.REGISTRATION.value, _("su inscripción registral")),
    (Baseline.ILO169.value, _("el Convenio 169 de la OIT")),
    (Baseline.LEY29785.value, _("la Ley 29785")),
    (Baseline.JUDGMENT.value, _("una resolución judicial")),
)
SEPARATORS = (
    (Separator.COMMA.value, _("coma, y punto decimal")),
    (Separator.SEMICOLON.value, _("punto y coma, y coma decimal")),
)

MOST_DATES = len(BASELINES) + 2
"""As many as the form can send; each is a table more, and others wait meanwhile."""

KEPT = 4
WAITING = 4
"""How many bundles are kept, and how many readers may wait for one at a time."""


class _Kept:
    """The last few bundles of one release, in a folder that only this process may open."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._files: OrderedDict[tuple[object, ...], Path] = OrderedDict()
        self._release = ""
        self._making = Lock()
        self._seats = BoundedSemaphore(WAITING)

    def path(self, release: str, key: tuple[object, ...], make: Callable[[Path], object]) -> Path:
        """Where the bundle lies; 429 where too many readers wait already."""
        if not self._seats.acquire(blocking=False):
            abort(429)
        try:
            with self._making:
                if release != self._release:
                    self._forget(0)
                    self._release = release
                if key not in self._files:
                    name = hashlib.sha256(repr(key).encode("utf-8")).hexdigest()[:20]
                    path = self._room() / f"{name}.zip"
                    make(path)
                    self._files[key] = path
                self._files.move_to_end(key)
                self._forget(KEPT)
                return self._files[key]
        finally:
            self._seats.release()

    @property
    def there(self) -> bool:
        """Whether any bundle is kept."""
        return bool(self._files)

    def only(self, release: str) -> None:
        """Forgets what is of another release than this one; "" where there is none.

        While a bundle is being made nobody waits for this: a later request does it.
        """
        if release == self._release or not self._making.acquire(blocking=False):
            return
        try:
            self._forget(0)
            self._release = release
        finally:
            self._making.release()

    def _room(self) -> Path:
        if self._folder is None:
            room = ExitStack()
            self._folder = room.enter_context(passing.room())
            atexit.register(room.close)
        return self._folder

    def _forget(self, kept: int) -> None:
        while len(self._files) > kept:
            self._files.popitem(last=False)[1].unlink(missing_ok=True)


def register(app: Flask, given: Given) -> None:
    """Adds the bundles of territories and cases."""
    edition, words = given.edition, given.words
    fonts = given.data_folder / "built" / "fonts"
    kept = _Kept()
    app.jinja_env.globals.update(
        bundle_forums=FORUMS, bundle_baselines=BASELINES, bundle_separators=SEPARATORS
    )

    @app.teardown_request
    def follow(_error: BaseException | None) -> None:
        # what was taken back must not lie on until somebody asks for another bundle
        if kept.there and remembered.WARMED.get() is None:
            kept.only(_current(given))

    def made(by: By, wanted: str) -> ResponseReturnValue:
        now, spoken = edition(), words()
        try:
            wishes = asked(request.args, spoken.language)
            chosen = choose(now.release, by, wanted)
        except ChoiceUnknown:
            abort(404)
        path = kept.path(
            now.id,
            (by, wanted, *astuple(wishes)),
            lambda out: bundle(
                chosen,
                wishes,
                spoken,
                out,
                fonts=fonts,
                say=lambda _said: None,
                scratch=out.parent,
            ),
        )
        sent = send_file(
            path,
            mimetype="application/zip",
            as_attachment=True,
            download_name=f"deslinde-{now.id}-{path.stem[:8]}.zip",
            max_age=None,
        )
        sent.headers["Cache-Control"] = ALWAYS_ASK
        return sent

    @app.get("/<language:language>/territorio/<path:key>/expediente.zip")
    def territory_bundle(key: str) -> ResponseReturnValue:
        if key not in edition().lands:
            abort(404)
        return made(By.TERRITORY, key)

    @app.get("/<language:language>/caso/<case_id>/expediente.zip")
    def case_bundle(case_id: str) -> ResponseReturnValue:
        case = edition().cases.get(case_id)
        if case is None or not case["territories"]:
            abort(404)
        return made(By.CASE, case_id)


def _current(given: Given) -> str:
    try:
        return given.shelf.current().id
    except (NothingToDo, ReleaseDamaged):
        return ""


def asked(said: MultiDict[str, str], language: str) -> Wishes:
    """What the form says. Raises ChoiceUnknown for a word or a date that is none, or too many."""
    forum = said.get("para", Forum.AMPARO.value)
    separator = said.get("csv", Separator.COMMA.value)
    if forum not in list(Forum) or separator not in list(Separator):
        raise ChoiceUnknown("No se conoce esa forma de expediente: vuelva a la página anterior.")
    wanted = [*said.getlist("desde"), said.get("fecha", "").strip()]
    if len(wanted) > MOST_DATES:
        raise ChoiceUnknown("Son demasiadas fechas de referencia: vuelva a la página anterior.")
    baselines = tuple(dict.fromkeys(parse_baseline(one) for one in wanted if one))
    return Wishes(
        language=language,
        forum=Forum(forum),
        baselines=baselines or (Baseline.TITLE.value,),
        separator=Separator(separator),
    )
