"""The map kept on a reader's own device, because the reader asked; and the way out of a page.

Nothing is registered in a browser before the reader presses the button. What is kept is what
lists say here, byte for byte; boxes of threats are in no list, because what is kept on a device
cannot be taken back.
"""

from threading import BoundedSemaphore

from flask import Flask, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from geo import naming
from geo.words import Words, _, said
from webmap.public import asked, keeping
from webmap.public.edition import Edition
from webmap.public.given import Given
from webmap.web import STATIC

MOST_NAMED = 400
"""Of more territories no list to choose from is made: their own pages lead here."""

AT_ONCE = 2
"""How many lists of an area one process makes side by side; who comes then is asked to wait."""

_WAIT = _("Otras personas están guardando el mapa: espere un momento y vuelva a pedirlo.")

SENTENCES = {
    "size": _("Se guardarán {files} archivos: {size} MB."),
    "keeping": _("Guardando: {done} de {of}…"),
    "kept": _("Listo: el mapa está guardado en este dispositivo. Ya se abre sin conexión."),
    "failed": _(
        "No se pudo guardar todo, y no quedó nada a medias. Revise la conexión y el espacio libre, "
        "y vuelva a intentarlo."
    ),
    "no_list": _("No se pudo saber cuánto ocupa. Revise la conexión y vuelva a intentarlo."),
    "no_room": _("En este dispositivo no hay espacio: harían falta {size} MB."),
    "unable": _(
        "Este navegador no puede guardar el mapa: hace falta una dirección que empiece por "
        "https, y no una ventana privada."
    ),
    "nothing": _("En este dispositivo no hay nada guardado de este sitio."),
    "state": _("Guardado el {on}: publicación {release}, datos al {as_of}. {what}"),
    "newer": _(
        "Hay una publicación más nueva que la guardada ({release}). Para renovarla, guarde otra "
        "vez."
    ),
    "removed": _("Ya no queda nada de este sitio guardado en este dispositivo."),
    "country": _("El país a grandes rasgos."),
    "with_land": _("El país a grandes rasgos y {name}."),
    "with_view": _("El país a grandes rasgos y lo que se veía en el mapa."),
    "banner": _(
        "Copia guardada en este dispositivo el {on}: publicación {release}. Fuera de lo guardado "
        "el mapa se ve vacío, y no lo está. Los hechos contra personas defensoras no se guardan."
    ),
    "banner_newer": _("Lo que guardó en este dispositivo es de otra publicación: renuévelo."),
    "missing": _("Esa página no está guardada en este dispositivo, y ahora no hay conexión."),
}


def register(app: Flask, given: Given) -> None:
    """Adds the page, the worker and the lists of what would be kept."""
    edition, words = given.edition, given.words
    turns = BoundedSemaphore(AT_ONCE)
    app.context_processor(lambda: {"copied": app.config.get("COPIED", "")})

    @app.get("/<language:language>/sin-conexion")
    def offline_page() -> ResponseReturnValue:
        now, spoken = edition(), words()
        return render_template(
            "offline.html",
            sentences={name: spoken.say(text) for name, text in SENTENCES.items()},
            territories=_named(now, spoken),
        )

    @app.get("/<language:language>/copia")
    def copy_page() -> ResponseReturnValue:
        edition()
        return render_template("copy.html", downloads=app.config.get("DOWNLOADS", ()))

    @app.get("/sw.js")
    def worker() -> Response:
        return Response((STATIC / "sw.js").read_bytes(), mimetype="text/javascript")

    @app.get("/datos/<release>/<language:language>/guardar.json")
    def keep_data(release: str) -> ResponseReturnValue:
        return keeping.country(given.of(release), words(), current_app.test_client())

    @app.post("/datos/<release>/<language:language>/guardar.json")
    @asked.answering(words)
    def keep_more_data(release: str) -> Response:
        now, wish = given.of(release), asked.body(("territorio", "bbox"))
        if not turns.acquire(blocking=False):
            return asked.refused(words().say(_WAIT), 429)
        try:
            return asked.told(keeping.area(now, words(), current_app.test_client(), wish))
        except keeping.NotToBeKept as error:
            return asked.refused(words().say(error.sentence), 400)
        finally:
            turns.release()

    @app.post("/datos/<release>/<language:language>/guardar-derechos.json")
    @asked.answering(words)
    def keep_rights_data(release: str) -> Response:
        now, wish = given.of(release), asked.body(("derechos",))
        try:
            return asked.told(keeping.sheets(now, words(), wish))
        except keeping.NotToBeKept as error:
            return asked.refused(words().say(error.sentence), 400)


def _named(edition: Edition, spoken: Words) -> list[tuple[str, str]]:
    if len(edition.lands) > MOST_NAMED:
        return []
    named = [(key, _name(row, spoken)) for key, row in edition.lands.items()]
    return sorted(named, key=lambda one: (one[1].casefold(), one[0]))


def _name(row: naming.Row, spoken: Words) -> str:
    """Its name, with its part: two parts of one community bear the same name."""
    part = said(row.get("part"))
    return " ".join(
        (naming.name(row, spoken), *([f"({spoken.say('parte {part}', part=part)})"] * bool(part)))
    )
