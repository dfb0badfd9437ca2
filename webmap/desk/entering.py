"""The door: password, second factor, leaving, and closing the register for everybody.

Whoever fails gets one answer, whatever failed and whether the account is there: the same words,
the same writes, the same argon2. An attempt, its count and its audit line are one transaction.
"""

import re
from dataclasses import replace
from typing import Any

import segno
from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from geo.register import store
from geo.words import _
from webmap.desk import sessions, tries
from webmap.desk.accounts import (
    CHANGED_OUTSIDE,
    Accounts,
    accounts_here,
    changing,
    end_all,
    found,
    known,
    matches,
    sound,
)
from webmap.desk.desk import ALL, Desk, Permissions
from webmap.desk.settings import settings_here

PERMISSIONS: Permissions = {
    "entering_door": {"GET": None, "POST": None},
    "entering_code": {"GET": None, "POST": None},
    "entering_enrol": {"GET": None, "POST": None},
    "entering_leave": {"POST": None},
    "entering_blank": {"GET": None},
    "entering_lock": {"GET": ALL, "POST": ALL},
}
REFUSED = _(
    "No se pudo entrar. Revise el nombre y la contraseña. Después de cinco intentos fallidos hay "
    "que esperar quince minutos o más."
)
REFUSED_CODE = _(
    "Ese código no vale. Escriba el que muestra ahora su teléfono; cada código sirve una sola vez. "
    "Después de cinco intentos fallidos hay que esperar quince minutos o más."
)
LATE = _("Pasó demasiado tiempo: escriba otra vez su nombre y su contraseña.")

_SPACES = re.compile(r"[\s-]+")


def second_factor(accounts: Accounts, user: Any, typed: str) -> bool:
    """Whether a code of the phone, or one recovery code, is right; neither counts twice."""
    code = _SPACES.sub("", typed)
    if user.tf_primary_method is None:
        return False
    if len(code) == 6 and code.isascii() and code.isdigit():
        return bool(
            accounts.security.totp_factory.verify_totp(
                token=code, totp_secret=user.tf_totp_secret, user=user
            )
        )
    spare = "-".join(code[n : n + 4] for n in range(0, len(code), 4)).lower()
    recovery = accounts.security.mf_recovery_codes_util
    if not recovery.check_recovery_code(user, spare):
        return False
    return bool(recovery.delete_recovery_code(user, spare))


def register(app: Flask, desk: Desk) -> None:  # noqa: ARG001
    """Adds the pages of the door."""
    app.add_url_rule("/<language:language>/entrar", "entering_door", _door, methods=["GET", "POST"])
    app.add_url_rule("/<language:language>/codigo", "entering_code", _code, methods=["GET", "POST"])
    app.add_url_rule(
        "/<language:language>/primer-codigo", "entering_enrol", _enrol, methods=["GET", "POST"]
    )
    app.add_url_rule("/<language:language>/salir", "entering_leave", _leave, methods=["POST"])
    app.add_url_rule("/<language:language>/en-blanco", "entering_blank", _blank, methods=["GET"])
    app.add_url_rule("/<language:language>/cerrar", "entering_lock", _lock, methods=["GET", "POST"])


def _door() -> ResponseReturnValue:
    if request.method != "POST":
        if g.asker is not None:
            return redirect(url_for("start_page"), 303)
        return render_template("desk/door.html", refused="")
    accounts, name = accounts_here(), request.form.get("name", "")
    now = accounts.home.now()
    changed = False
    with changing(accounts, "?") as txn:
        waits = tries.waiting(txn.connection, accounts.tables, name, now)
        user = found(accounts, name)
        right = matches(accounts, user, request.form.get("password", "")) and not waits
        if right and user is not None and not sound(accounts, txn, user):
            changed = True
        elif right and user is not None:
            if user.tf_primary_method is None:
                user.tf_totp_secret = accounts.security.totp_factory.generate_totp_secret()
            sessions.halfway(user, now)
            enrolled = user.tf_primary_method is not None
        else:
            tries.failed(txn.connection, accounts.tables, name, now)
            store.note(txn, "entry refused", user.number if user is not None else "")
    if not right or changed:
        refused = CHANGED_OUTSIDE if changed else REFUSED
        return render_template("desk/door.html", refused=refused)
    return redirect(url_for("entering_code" if enrolled else "entering_enrol"), 303)


def _code() -> ResponseReturnValue:
    return _second("desk/code.html", enrolling=False)


def _enrol() -> ResponseReturnValue:
    return _second("desk/enrol.html", enrolling=True)


def _second(template: str, *, enrolling: bool) -> ResponseReturnValue:
    """The second factor: asked for, or shown for the first time and then asked for."""
    accounts = accounts_here()
    now = accounts.home.now()
    mark = sessions.halfway_mark(settings_here(), now)
    if not mark:
        flash(LATE)
        return redirect(url_for("entering_door"), 303)
    refused = ""
    with changing(accounts, "?") as txn:
        user: Any = accounts.security.datastore.find_user(fs_uniquifier=mark)
        if user is None or not user.active or (user.tf_primary_method is None) != enrolling:
            sessions.end()
            return redirect(url_for("entering_door"), 303)
        if not sound(accounts, txn, user):
            sessions.end()
            flash(CHANGED_OUTSIDE)
            return redirect(url_for("entering_door"), 303)
        name: str = user.username
        if request.method == "POST":
            if not _passes(accounts, txn, user, request.form.get("code", ""), enrolling):
                tries.failed(txn.connection, accounts.tables, name, now)
                store.note(txn, "code refused", user.number)
                refused = REFUSED_CODE
            else:
                tries.cleared(txn.connection, accounts.tables, name)
                accounts.security.datastore.set_uniquifier(user)
                store.note(replace(txn, who=name), "entry", user.number)
        secret, ready = user.tf_totp_secret, not user.must_change
    if request.method == "POST" and not refused:
        sessions.begin(user, now)
        return redirect(url_for("start_page" if ready else "own_first"), 303)
    shown = _shown(accounts, secret, name) if enrolling else {}
    return render_template(template, refused=refused, **shown)


def _passes(accounts: Accounts, txn: store.Writing, user: Any, typed: str, enrolling: bool) -> bool:
    if tries.waiting(txn.connection, accounts.tables, user.username, txn.at):
        return False
    if not enrolling:
        return second_factor(accounts, user, typed)
    user.tf_primary_method = "authenticator"
    right = second_factor(accounts, user, typed)
    user.tf_primary_method = "authenticator" if right else None
    return right


def _shown(accounts: Accounts, secret: str, name: str) -> dict[str, object]:
    """The secret as a square to point a phone at, and as letters for who cannot."""
    factory = accounts.security.totp_factory
    drawn = segno.make(factory.get_totp_uri(name, secret), error="m")
    # drawn here from our own bytes: nothing of what somebody typed is markup in it
    square = drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="cuadro")
    return {"square": Markup(square), "letters": factory.get_totp_pretty_key(secret)}  # noqa: S704


def _leave() -> ResponseReturnValue:
    if g.asker is not None:
        accounts = accounts_here()
        with changing(accounts, g.asker.name) as txn:
            user = known(accounts, g.asker.number)
            accounts.security.datastore.set_uniquifier(user)
            store.note(txn, "leave", g.asker.number)
    sessions.end()
    quick = "quick" in request.form
    answer = redirect(url_for("entering_blank" if quick else "entering_door"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _blank() -> ResponseReturnValue:
    return render_template("desk/blank.html")


def _lock() -> ResponseReturnValue:
    if request.method != "POST":
        return render_template("desk/lock.html", done=False)
    accounts = accounts_here()
    with changing(accounts, g.asker.name) as txn:
        end_all(accounts)
        store.note(txn, "lock")
    sessions.end()
    g.asker = None
    settings_here().close()
    return render_template("desk/lock.html", done=True)
