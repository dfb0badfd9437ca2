"""One's own account: the first steps, the password, the recovery codes, proving it again."""

from typing import Any

from flask import Flask, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from geo.register import store
from geo.words import _
from webmap.desk import accounts as people
from webmap.desk import sessions, tries
from webmap.desk.accounts import Accounts, accounts_here, changing, known
from webmap.desk.desk import ALL, Desk, Permissions
from webmap.desk.entering import REFUSED_CODE, second_factor

PERMISSIONS: Permissions = {
    "own_first": {"GET": ALL},
    "own_account": {"GET": ALL},
    "own_password": {"GET": ALL, "POST": ALL},
    "own_codes": {"GET": ALL, "POST": ALL},
    "own_prove": {"GET": ALL, "POST": ALL},
}
NAVIGATION = (("own_account", _("Mi cuenta")),)
FRESH = frozenset({"own_codes"})
FIRST_STEPS = frozenset(
    {"own_first", "own_password", "own_codes", "own_prove", "entering_leave", "entering_lock"}
)
"""What an account may ask before it has a password of its own and recovery codes."""


def register(app: Flask, desk: Desk) -> None:  # noqa: ARG001
    """Adds the pages of one's own account."""
    here = "/<language:language>/cuenta"
    app.add_url_rule(f"{here}/primeros-pasos", "own_first", _first, methods=["GET"])
    app.add_url_rule(here, "own_account", _account, methods=["GET"])
    app.add_url_rule(f"{here}/contrasena", "own_password", _password, methods=["GET", "POST"])
    app.add_url_rule(f"{here}/codigos", "own_codes", _codes, methods=["GET", "POST"])
    app.add_url_rule(f"{here}/confirmar", "own_prove", _prove, methods=["GET", "POST"])


def _first() -> ResponseReturnValue:
    if g.asker.ready:
        return redirect(url_for("start_page"), 303)
    return render_template("desk/first.html", must_change=_mine(accounts_here()).must_change)


def _account() -> ResponseReturnValue:
    mine = _mine(accounts_here())
    return render_template(
        "desk/account.html",
        person=people.person(mine),
        left=len(accounts_here().security.mf_recovery_codes_util.get_recovery_codes(mine)),
    )


def _mine(accounts: Accounts) -> Any:
    mine = known(accounts, g.asker.number)
    accounts.session.commit()
    return mine


def _password() -> ResponseReturnValue:
    errors: dict[str, str] = {}
    if request.method == "POST":
        accounts = accounts_here()
        errors = _password_errors(accounts)
        if not errors:
            people.change_password(
                accounts, g.asker.name, g.asker.number, request.form.get("new", "")
            )
            # the old password is no second factor: what asks for a code again goes on asking
            kept = {name: session.get(name, 0) for name in ("begun_at", "proved_at")}
            sessions.begin(_mine(accounts), accounts.home.now())
            session.update(kept)
            flash(_("La contraseña cambió. Las demás sesiones de su cuenta terminaron."))
            return redirect(url_for("own_account" if g.asker.ready else "own_first"), 303)
    return render_template("desk/password.html", errors=errors)


def _password_errors(accounts: Accounts) -> dict[str, str]:
    """What is wrong with the three fields; a wrong old password counts as a failed attempt."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    name, now = g.asker.name, accounts.home.now()
    with changing(accounts, name) as txn:
        waits = tries.waiting(txn.connection, accounts.tables, _inside(), now)
        right = people.matches(accounts, known(accounts, g.asker.number), old) and not waits
        if not right:
            tries.failed(txn.connection, accounts.tables, _inside(), now)
            store.note(txn, "password refused", g.asker.number)
    errors = {} if right else {"old": _("La contraseña de ahora no es esa.")}
    refused = people.password_refused(accounts, new, name)
    if refused:
        errors["new"] = refused
    elif new == old:
        errors["new"] = _("La contraseña nueva tiene que ser otra.")
    if new != request.form.get("again", ""):
        errors["again"] = _("Las dos contraseñas nuevas no son iguales.")
    return errors


def _codes() -> ResponseReturnValue:
    codes: list[str] = []
    if request.method == "POST":
        codes = people.fresh_codes(accounts_here(), g.asker.name, g.asker.number)
    return render_template("desk/codes.html", codes=codes)


def _prove() -> ResponseReturnValue:
    refused = ""
    if request.method == "POST":
        accounts = accounts_here()
        name, now = g.asker.name, accounts.home.now()
        with changing(accounts, name) as txn:
            waits = tries.waiting(txn.connection, accounts.tables, _inside(), now)
            user = known(accounts, g.asker.number)
            right = not waits and second_factor(accounts, user, request.form.get("code", ""))
            if right:
                tries.cleared(txn.connection, accounts.tables, _inside())
            else:
                tries.failed(txn.connection, accounts.tables, _inside(), now)
            store.note(txn, "proof" if right else "code refused", g.asker.number)
        if right:
            sessions.prove(now)
            back = session.pop("back", None)
            return redirect(back or url_for("start_page"), 303)
        refused = REFUSED_CODE
    return render_template("desk/prove.html", refused=refused)


def _inside() -> str:
    """What attempts of somebody who is in are counted under: no account has such a name.

    Who fails at the door under somebody's name keeps nobody from their work who is in already.
    """
    return f"#{g.asker.number}"
