"""The desk, put together: one open register, its accounts, and the rooms of `rooms`."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password
from flask_wtf import CSRFProtect
from sqlalchemy.orm import scoped_session, sessionmaker
from werkzeug.exceptions import SecurityError

from geo.errors import DeslindeError, RecordUnknown
from geo.home import Home
from geo.places import Places
from geo.register import store
from geo.register.store import Register
from geo.words import Words, _
from webmap.desk import account_seals, own
from webmap.desk.accounts import CHANGED_OUTSIDE, Accounts, refused_as_changed
from webmap.desk.desk import Desk, Permissions
from webmap.desk.gate import guard, may, merged
from webmap.desk.keys import accounts_have_codes, derived, note_codes, root_of
from webmap.desk.limits import limit
from webmap.desk.models import make_ready, models
from webmap.desk.rooms import ROOMS
from webmap.desk.security import secure
from webmap.desk.sessions import Asker, asker, end
from webmap.desk.settings import Settings
from webmap.web import (
    NOT_KEPT,
    TEMPLATES,
    chosen,
    closed,
    explain,
    in_addresses,
    language_in_addresses,
    languages,
    of_address,
    others,
    serve_static,
    speak,
    static_files,
)

TITLES = {
    400: (
        _("El formulario ya no vale"),
        _("Vuelva a la página anterior, recárguela y envíe el formulario otra vez."),
    ),
    401: (_("Primero entre"), _("Su sesión terminó: entre y vuelva a hacerlo.")),
    403: (
        _("Su cuenta no puede hacer esto"),
        _("Pida a quien administra la mesa que lo haga, o que cambie lo que su cuenta puede."),
    ),
    404: (
        _("Aquí no hay nada que mostrar"),
        _("Puede que la dirección esté mal escrita, o que lo que busca ya no esté."),
    ),
    405: (_("Esto no se puede pedir así"), _("Vuelva a la página anterior.")),
    413: (
        _("Lo que envió es demasiado grande"),
        _("Envíe menos texto, o un archivo más pequeño."),
    ),
    429: (_("Demasiados pedidos seguidos"), _("Espere un minuto y vuelva a intentarlo.")),
    500: (
        _("Algo falló de nuestro lado"),
        _("Vuelva a intentarlo; si sigue igual, avise a quien administra la mesa."),
    ),
    503: (
        _("El registro está cerrado"),
        _("Quien administra la mesa puede abrirlo otra vez con «deslinde desk»."),
    ),
}
FRAME: Permissions = {
    "root": {"GET": None},
    "static_file": {"GET": None},
    "no_icon": {"GET": None},
}


def create_desk(
    home: Home,
    register: Register,
    places: Places,
    vocabulary: Any,
    settings: Settings | None = None,
) -> Flask:
    """The desk over an open register.

    places: districts of `geo.boxes.places`. vocabulary: data/register as types. Raises
    RegisterDamaged where the tables of accounts are of a newer form.
    """
    settings = settings or Settings()
    spoken = languages(home.data)
    app = closed("webmap.desk", TEMPLATES)
    app.url_map.converters["language"] = in_addresses(spoken)
    _configure(app, settings)
    accounts = keep_accounts(app, home, register, settings)
    table = merged((FRAME, *(room.PERMISSIONS for room in ROOMS)))
    app.config.update(DESK_PERMISSIONS=table, DESK_ROOMS=ROOMS)

    def words() -> Words:
        return spoken[g.get("language") or of_address(spoken)]

    def who_asks() -> Asker | None:
        found = asker(settings, home.now())
        changed = found is not None and refused_as_changed(accounts, found.number)
        # the account was read: nobody must wait for this reader to write
        accounts.session.commit()
        if changed:
            end()
            flash(CHANGED_OUTSIDE)
            return None
        return found

    speak(app, words)
    error_page = explain(app, TITLES, "desk/error.html")
    language_in_addresses(app, words)

    @app.before_request
    def still_open() -> ResponseReturnValue | None:
        return error_page(503) if settings.closed() and request.endpoint != "static_file" else None

    guard(app, table, ROOMS, who_asks, own.FIRST_STEPS)

    # after the gate: what is not there is not there, with a token or without
    CSRFProtect(app)
    if settings.limits:
        limit(app)

    @app.after_request
    def kept_nowhere(response: Response) -> Response:
        if request.endpoint != "static_file":
            response.headers["Cache-Control"] = NOT_KEPT
        return response

    @app.errorhandler(SecurityError)
    def foreign_name(_error: SecurityError) -> ResponseReturnValue:
        return "400", 400  # under a name that is not ours no address can be written

    @app.errorhandler(RecordUnknown)
    def unknown(_error: RecordUnknown) -> ResponseReturnValue:
        return error_page(404)

    @app.errorhandler(DeslindeError)
    def failed(error: DeslindeError) -> ResponseReturnValue:
        # the class alone: a sentence may quote what the register holds
        app.logger.error("%s", type(error).__name__)
        return error_page(500)

    _frame(app, spoken)
    desk = Desk(
        home=home,
        register=register,
        places=places,
        vocabulary=vocabulary,
        account=lambda: _somebody().name,
        roles=lambda: _somebody().roles,
        words=words,
    )
    _say_who(app, table, words, spoken)
    for room in ROOMS:
        room.register(app, desk)
    return app


def keep_accounts(app: Flask, home: Home, register: Register, settings: Settings) -> Accounts:
    """The accounts of a register, with Flask-Security on this application.

    Raises RegisterDamaged where their tables are of a newer form.
    """
    root = root_of(register, home.now())
    tables = models(derived(root, "names", 64))
    make_ready(register.engine, tables)
    session = scoped_session(sessionmaker(register.engine, expire_on_commit=False))
    codes = derived(root, "accounts")
    if not accounts_have_codes(register):
        with store.writing(register, "desk", home.now()) as txn:
            account_seals.write_all(txn.connection, tables, codes)
            note_codes(txn)
    account_seals.keep(session, tables, codes)
    app.config["SECRET_KEY"] = register.opened.keys.derived("desk/session").hex()
    security = secure(app, session, tables, root, settings, home.now)
    with app.app_context():
        nobody = str(hash_password(secrets.token_hex(16)))
    accounts = Accounts(home, register, security, session, tables, nobody, codes)
    app.extensions["desk_accounts"] = accounts
    app.extensions["desk_settings"] = settings

    @app.teardown_appcontext
    def done(_error: BaseException | None) -> None:
        session.remove()

    return accounts


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="deslinde-desk",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_REFRESH_EACH_REQUEST=False,
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=None,  # the gate says it, room by room
        WTF_CSRF_TIME_LIMIT=int(settings.longest.total_seconds()),
        # no page of ours sends a referrer; the token and SameSite=Strict say where a form is from
        WTF_CSRF_SSL_STRICT=False,
    )


def _somebody() -> Asker:
    who: Asker | None = g.get("asker")
    if who is None:
        abort(401)
    return who


def _say_who(app: Flask, table: Permissions, words: Any, spoken: Mapping[str, Words]) -> None:
    """What the frame of every page shows: who asks, where they may go, the other languages."""
    menu = [
        (endpoint, label) for room in ROOMS for endpoint, label in getattr(room, "NAVIGATION", ())
    ]

    @app.context_processor
    def about_the_page() -> dict[str, object]:
        who: Asker | None = g.get("asker")
        roles = who.roles if who and who.ready else frozenset()
        return {
            "language": words().language,
            "other_languages": others(spoken, words().language, "start_page"),
            "starts_elsewhere": _starts(spoken, words().language),
            "asker": who,
            "navigation": [one for one in menu if roles and may(table, one[0], "GET", roles)],
            "may": lambda endpoint, method="GET": (
                bool(roles) and may(table, endpoint, method, roles)
            ),
        }


def _frame(app: Flask, spoken: Mapping[str, Words]) -> None:
    serve_static(app, static_files())

    @app.get("/")
    def root() -> ResponseReturnValue:
        return redirect(url_for("start_page", language=chosen(spoken)), 303)


def _starts(spoken: Mapping[str, Words], current: str) -> list[tuple[str, str]]:
    """The first page in the other languages."""
    return [(one, url_for("start_page", language=one)) for one in spoken if one != current]
