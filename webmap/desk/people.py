"""Who has an account: an administrator adds, changes, closes and helps. Nobody is deleted."""

from flask import Flask, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.register import store
from geo.words import _
from webmap.desk import accounts as people
from webmap.desk.accounts import Accounts, accounts_here, numbered, person
from webmap.desk.desk import Desk, Permissions, Role
from webmap.desk.pseudonyms import clean_name

_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

PERMISSIONS: Permissions = {
    "people_list": {"GET": _ADMINISTRATORS},
    "people_new": {"GET": _ADMINISTRATORS, "POST": _ADMINISTRATORS},
    "people_one": {"GET": _ADMINISTRATORS},
    "people_roles": {"POST": _ADMINISTRATORS},
    "people_active": {"POST": _ADMINISTRATORS},
    "people_anew": {"POST": _ADMINISTRATORS},
}
NAVIGATION = (("people_list", _("Cuentas")),)
FRESH = frozenset({"people_new", "people_one", "people_roles", "people_active", "people_anew"})

ROLES: tuple[tuple[Role, str, str], ...] = (
    (
        Role.MONITOR,
        _("Monitoreo comunitario"),
        _("Anota lo que pasa en su comunidad y ve lo que anotó."),
    ),
    (Role.DOCUMENTER, _("Documentación"), _("Anota y corrige hechos.")),
    (
        Role.REVIEWER,
        _("Revisión"),
        _("Lee los hechos y aprueba los que escribió otra persona."),
    ),
    (
        Role.LAWYER,
        _("Defensa legal"),
        _("Lee lo que se consintió para la defensa y pide anexos reservados."),
    ),
    (
        Role.STEWARD,
        _("Custodia"),
        _("Cuida los permisos y los retiros, y aprueba lo que sale."),
    ),
    (
        Role.ADMINISTRATOR,
        _("Administración"),
        _("Cuida las cuentas y lee la bitácora. No lee hechos."),
    ),
)
_LAST = _("Tiene que quedar por lo menos una cuenta activa de administración.")

_OWN = _(
    "Nadie se da más tareas a sí mismo: pídalo a otra cuenta de administración, o haga otra "
    "cuenta en la terminal."
)


def register(app: Flask, desk: Desk) -> None:  # noqa: ARG001
    """Adds the pages of accounts."""
    here = "/<language:language>/cuentas"
    one = f"{here}/<number>"
    app.add_url_rule(here, "people_list", _list, methods=["GET"])
    app.add_url_rule(f"{here}/nueva", "people_new", _new, methods=["GET", "POST"])
    app.add_url_rule(one, "people_one", _page, methods=["GET"])
    app.add_url_rule(f"{one}/roles", "people_roles", _roles, methods=["POST"])
    app.add_url_rule(f"{one}/activa", "people_active", _active, methods=["POST"])
    app.add_url_rule(f"{one}/de-nuevo", "people_anew", _anew, methods=["POST"])
    app.jinja_env.globals["role_names"] = {role: label for role, label, _what in ROLES}


def _list() -> ResponseReturnValue:
    accounts = accounts_here()
    with store.writing(accounts.register, g.asker.name, accounts.home.now()) as txn:
        store.note(txn, "list accounts")
    return render_template("desk/people.html", people=people.people(accounts))


def _new() -> ResponseReturnValue:
    errors: dict[str, str] = {}
    name = request.form.get("name", "")
    if request.method == "POST":
        accounts, roles = accounts_here(), _asked()
        refused = people.name_refused(accounts, name)
        accounts.session.commit()
        if refused:
            errors["name"] = refused
        if not roles:
            errors["roles"] = _("Marque por lo menos una tarea.")
        if not errors:
            password = people.one_time_password()
            people.add(accounts, g.asker.name, name, roles, password)
            clean = clean_name(name)
            return render_template("desk/handed.html", name=clean, password=password)
    return render_template("desk/person_new.html", errors=errors, name=name, roles=ROLES)


def _page(number: str) -> ResponseReturnValue:
    return _shown(number, "")


def _shown(number: str, refused: str) -> ResponseReturnValue:
    return render_template(
        "desk/person.html", person=_one(accounts_here(), number), refused=refused, roles=ROLES
    )


def _roles(number: str) -> ResponseReturnValue:
    accounts, roles = accounts_here(), _asked()
    _one(accounts, number)
    if not roles:
        return _shown(number, _("Marque por lo menos una tarea."))
    if Role.ADMINISTRATOR not in roles and _last(accounts, number):
        return _shown(number, _LAST)
    if number == g.asker.number and not g.asker.roles.issuperset(roles):
        return _shown(number, _OWN)
    people.set_roles(accounts, g.asker.name, number, roles)
    return _done(number)


def _active(number: str) -> ResponseReturnValue:
    accounts, active = accounts_here(), request.form.get("active") == "yes"
    _one(accounts, number)
    if not active and _last(accounts, number):
        return _shown(number, _LAST)
    people.set_active(accounts, g.asker.name, number, active)
    return _done(number)


def _anew(number: str) -> ResponseReturnValue:
    accounts = accounts_here()
    helped = _one(accounts, number)
    if number == g.asker.number:
        abort(403)  # one's own is changed with the old password and the second factor
    password = people.one_time_password()
    people.give_anew(accounts, g.asker.name, number, password)
    return render_template("desk/handed.html", name=helped.name, password=password)


def _one(accounts: Accounts, number: str) -> people.Person:
    user = numbered(accounts, number)
    accounts.session.commit()
    if user is None:
        abort(404)
    return person(user)


def _asked() -> list[Role]:
    return [role for role in Role if role.value in request.form.getlist("roles")]


def _last(accounts: Accounts, number: str) -> bool:
    return people.administrators(accounts) == [number]


def _done(number: str) -> ResponseReturnValue:
    flash(_("Guardado. Las sesiones de esa cuenta terminaron."))
    return redirect(url_for("people_one", number=number), 303)
