"""The public application, put together. What is not routed here does not exist.

It knows no folders but the two that it is given, keeps nothing about its readers, and follows
the folder's pointer: a reader sees one release or the next, never half of each.
"""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from geo.errors import NothingToDo, ReleaseDamaged
from geo.home import clock
from geo.words import Words, _
from webmap import looks, outline
from webmap.public import remembered
from webmap.public.drawing import bundles
from webmap.public.edition import Edition
from webmap.public.given import Given
from webmap.public.navigation import menu
from webmap.public.rooms import ROOMS, sentences, warm_rooms
from webmap.public.shelf import Job, Shelf
from webmap.web import (
    TEMPLATES,
    Packed,
    chosen,
    closed,
    explain,
    in_addresses,
    language_in_addresses,
    languages,
    of_address,
    others,
    pack,
    serve_static,
    speak,
    static_files,
)

TITLES = {
    404: (
        _("Aquí no hay ninguna página"),
        _("Puede que la dirección esté mal escrita, o que esta publicación ya no esté en línea."),
    ),
    405: (
        _("Esto no se puede pedir así"),
        _("Este sitio solo se lee: vuelva a la página anterior."),
    ),
    410: (
        _("Hay una publicación nueva"),
        _("Vuelva a cargar la página: lo que pidió es de una anterior, que ya no está en línea."),
    ),
    413: (_("Esto no se puede pedir así"), _("Este sitio solo se lee: no recibe datos.")),
    429: (
        _("Hay otros pedidos en preparación"),
        _("Espere un minuto y vuelva a pedirlo."),
    ),
    500: (
        _("Algo falló de nuestro lado"),
        _("Vuelva a intentarlo; si sigue igual, avise a quien administra este sitio."),
    ),
    503: (
        _("Todavía no hay nada publicado"),
        _("Quien administra este sitio tiene que hacer una publicación con «deslinde build»."),
    ),
}
DATA_ADDRESSES = ("/datos/", "/teselas/", "/ogc/")
"""What scripts and programs ask: they get JSON where a reader gets a page."""


def create_app(
    folder: Path,
    data_folder: Path,
    boxes: Path | None = None,
    *,
    now: Callable[[], datetime] = clock,
    contact: str = "",
    ahead: Callable[[Job], None] | None = None,
) -> Flask:
    """The public application over the releases of one folder, and one folder of closed boxes.

    folder: the public tier's releases. data_folder: data/, for the languages, the outlines of
    departments and the words of data/register. boxes: where the last publication of boxes is.
    now: the clock that the age of a source is told by. contact: whom to ask for a correction.
    ahead: who gets a new release ready while the one before is answered, as `Shelf` says.
    Raises DeclarationError where the outlines are missing.
    """
    spoken = languages(data_folder)
    outlines = Packed(outline.departments(data_folder), "application/geo+json")
    app = closed("webmap.public", TEMPLATES)
    app.after_request(pack)
    app.url_map.converters["language"] = in_addresses(spoken)

    def warm(edition: Edition) -> None:
        with app.test_request_context():
            warm_rooms(edition)
        remembered.warm(app, edition, spoken)

    shelf = app.extensions["shelf"] = Shelf(folder, warm=warm, ahead=ahead)

    def words() -> Words:
        return spoken[g.get("language") or of_address(spoken)]

    def edition() -> Edition:
        if "edition" not in g:
            g.edition = remembered.WARMED.get() or shelf.current()
        found: Edition = g.edition
        return found

    speak(app, words)
    language_in_addresses(app, words)
    error_page = explain(app, TITLES)

    @app.errorhandler(NothingToDo)
    def nothing_published(_error: NothingToDo) -> ResponseReturnValue:
        return error_page(503)

    @app.errorhandler(ReleaseDamaged)
    def damaged(_error: ReleaseDamaged) -> ResponseReturnValue:
        app.log_exception(sys.exc_info())
        return error_page(500)

    @app.errorhandler(410)
    def gone(_error: HTTPException) -> ResponseReturnValue:
        if not request.path.startswith(DATA_ADDRESSES):
            return error_page(410)
        return {"error": ". ".join(words().say(one) for one in TITLES[410])}, 410

    @app.context_processor
    def about_the_page() -> dict[str, object]:
        release = g.get("edition").release if g.get("edition") else None
        return {
            "language": words().language,
            "other_languages": others(spoken, words().language, "map_page"),
            "navigation": menu(app.view_functions),
            "illustrative": g.get("illustrative", False)
            or (release is not None and release.illustrative),
            "release": release,
        }

    files = static_files()
    serve_static(app, files | bundles(files))

    @app.get("/")
    def home() -> ResponseReturnValue:
        response = redirect(url_for("map_page", language=chosen(spoken)))
        response.headers["Vary"] = "Accept-Language"
        return response

    given = Given(shelf, edition, words, outlines, data_folder, boxes, sentences(), now, contact)
    remembered.register(app, given)
    for room in ROOMS:
        room.register(app, given)
    app.jinja_env.globals.update(swatches=looks, routed=app.view_functions)
    return app
