"""Accounts: who may enter, under a pseudonym, with which roles. Every change is an audit line.

A change and its line are one transaction. Nothing here says whether a name is known: whoever
asks for one that is not gets the work and the answer of one that is.
"""

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask_security import Security, hash_password, verify_password
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from geo.errors import RecordUnknown
from geo.home import Home
from geo.register import store
from geo.register.store import Register, Writing
from geo.words import _
from webmap.desk import account_seals, tries
from webmap.desk.desk import Role
from webmap.desk.models import Models
from webmap.desk.pseudonyms import NAME, OF_THE_LOG, clean_name

CHANGED_OUTSIDE = _(
    "Alguien cambió su cuenta fuera del programa, y por eso no abre. Avise a quien administra la "
    "mesa: hay que mirar la bitácora y restaurar una copia de respaldo."
)
SHORTEST, LONGEST = 12, 128
_NUMBER = re.compile(r"[0-9a-f]{32}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, eq=False)
class Accounts:
    """The accounts of one register. nobody: a hash that no password has.

    codes: the key of the codes over accounts.
    """

    home: Home
    register: Register
    security: Security
    session: "scoped_session[Any]"
    tables: Models
    nobody: str
    codes: bytes = field(repr=False)


@dataclass(frozen=True)
class Person:
    """One account as its page shows it. entered: has a second factor, so was here once."""

    number: str
    name: str
    roles: tuple[Role, ...]
    active: bool
    must_change: bool
    entered: bool


def accounts_here() -> Accounts:
    """The accounts of the desk that is answering."""
    here: Accounts = current_app.extensions["desk_accounts"]
    return here


@contextmanager
def changing(accounts: Accounts, who: str) -> Iterator[Writing]:
    """One transaction over accounts, attempts and the audit log: all of it or nothing.

    What the datastore finds inside is part of it. who: as the audit log is to name them.
    """
    accounts.session.remove()
    with store.writing(accounts.register, who, accounts.home.now()) as txn:
        accounts.session(bind=txn.connection, join_transaction_mode="rollback_only")
        try:
            yield txn
            accounts.session.commit()
        finally:
            accounts.session.remove()


def found(accounts: Accounts, name: str) -> Any | None:
    """The account of a name, None where there is none."""
    return accounts.security.datastore.find_user(username=clean_name(name))


def numbered(accounts: Accounts, number: str) -> Any | None:
    """The account that an address names, None where there is none."""
    return accounts.security.datastore.find_user(number=number)


def known(accounts: Accounts, number: str) -> Any:
    """The account that an address names. Raises RecordUnknown where there is none."""
    user = numbered(accounts, number)
    if user is None:
        raise RecordUnknown("No hay ninguna cuenta con ese número: vuelva a la lista de cuentas.")
    return user


def sound(accounts: Accounts, txn: Writing, user: Any) -> bool:
    """Whether an account is as this program wrote it; where not, the log gets a line."""
    if account_seals.sound(txn.connection, accounts.tables, accounts.codes, user.id):
        return True
    store.note(txn, "account refused", user.number if _NUMBER.fullmatch(user.number) else "")
    return False


def refused_as_changed(accounts: Accounts, number: str) -> bool:
    """Whether the account of a session was changed from outside; where it was, with a line."""
    user = numbered(accounts, number)
    if user is None or account_seals.sound(
        accounts.session.connection(), accounts.tables, accounts.codes, user.id
    ):
        return user is None
    accounts.session.commit()
    with changing(accounts, "?") as txn:
        return not sound(accounts, txn, user)


def matches(accounts: Accounts, user: Any | None, password: str) -> bool:
    """Whether the password is the account's; the same work where there is no such account."""
    held = user.password if user is not None and user.active else accounts.nobody
    normal = accounts.security.password_util.normalize(password[: 4 * LONGEST])
    return bool(verify_password(normal, held))


def people(accounts: Accounts) -> list[Person]:
    """Every account, by name."""
    users = accounts.session.scalars(select(accounts.tables.user)).unique().all()
    accounts.session.commit()
    return sorted((person(user) for user in users), key=lambda one: one.name)


def person(user: Any) -> Person:
    """An account as a page may show it."""
    return Person(
        user.number,
        user.username,
        tuple(role for role in Role if user.has_role(role.value)),
        user.active,
        user.must_change,
        bool(user.tf_primary_method),
    )


def name_refused(accounts: Accounts, name: str) -> str:
    """Why an account cannot have this name, as a message id; "" where it can."""
    if not NAME.fullmatch(clean_name(name)):
        return _("Use de 3 a 32 letras sin tilde, números, puntos o guiones.")
    if clean_name(name) in OF_THE_LOG:
        return _("Ese nombre lo usa el programa en la bitácora: elija otro.")
    if found(accounts, name) is not None:
        return _("Ya hay una cuenta con ese nombre.")
    return ""


def password_refused(accounts: Accounts, password: str, name: str) -> str:
    """Why an account cannot have this password, as a message id; "" where it can."""
    # no more than it may have: to normalise a text takes up to the square of its length
    normal = accounts.security.password_util.normalize(password[: 4 * LONGEST])
    if len(normal) < SHORTEST:
        return _("La contraseña necesita 12 letras o más: sirven varias palabras seguidas.")
    if len(normal) > LONGEST or len(password) > 4 * LONGEST:
        return _("La contraseña es demasiado larga: use hasta 128 letras.")
    if clean_name(name) in clean_name(password):
        return _("La contraseña no puede contener el nombre de la cuenta.")
    if len(set(normal)) < 5:
        return _("Esa contraseña repite las mismas letras: use varias palabras distintas.")
    return ""


def one_time_password() -> str:
    """A password to hand over once: 20 letters and numbers that are hard to mistake."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(5)) for _n in range(4))


def add(accounts: Accounts, who: str, name: str, roles: Iterable[Role], password: str) -> str:
    """A new account; gives its number. Its password is for the first time only."""
    hashed = _hashed(accounts, password)
    number, roles = store.new_id(), tuple(roles)
    with changing(accounts, who) as txn:
        accounts.security.datastore.create_user(
            number=number,
            username=clean_name(name),
            password=hashed,
            must_change=True,
            roles=[role.value for role in roles],
        )
        store.note(txn, f"account add {_named(roles)}", number)
    return number


def set_roles(accounts: Accounts, who: str, number: str, roles: Iterable[Role]) -> None:
    """Other roles for an account; its sessions end."""
    wanted = [role.value for role in roles]
    with _one(accounts, who, number, f"account roles {_named(wanted)}") as (_txn, user):
        user.roles = [accounts.security.datastore.find_role(name) for name in wanted]


def _named(roles: Iterable[str]) -> str:
    """Roles as one word of the audit log."""
    held = frozenset(roles)
    return "-".join(role for role in Role if role in held)


def set_active(accounts: Accounts, who: str, number: str, active: bool) -> None:
    """Lets an account in again, or no more; its sessions end."""
    with _one(accounts, who, number, "account open" if active else "account close") as (_txn, user):
        user.active = active


def give_anew(accounts: Accounts, who: str, number: str, password: str) -> None:
    """Another first password for who lost theirs, and their second factor anew.

    Failed attempts are forgotten too.
    """
    hashed = _hashed(accounts, password)
    with _one(accounts, who, number, "account anew") as (txn, user):
        tries.cleared(txn.connection, accounts.tables, user.username)
        user.password = hashed
        user.must_change = True
        user.tf_primary_method = user.tf_totp_secret = user.totp_counter = None
        user.mf_recovery_codes = None


def change_password(accounts: Accounts, who: str, number: str, password: str) -> str:
    """The account's own new password; its sessions end. Gives what its new one is known by."""
    hashed = _hashed(accounts, password)
    with _one(accounts, who, number, "password") as (_txn, user):
        user.password = hashed
        user.must_change = False
    return str(user.fs_uniquifier)


def fresh_codes(accounts: Accounts, who: str, number: str) -> list[str]:
    """New recovery codes; the old ones count no more."""
    with changing(accounts, who) as txn:
        user = known(accounts, number)
        codes: list[str] = accounts.security.mf_recovery_codes_util.create_recovery_codes(user)
        store.note(txn, "recovery codes", number)
    return codes


def end_all(accounts: Accounts) -> None:
    """Ends every session, in the transaction of `changing`: none outlives a lock."""
    for user in accounts.session.scalars(select(accounts.tables.user)).unique():
        accounts.security.datastore.set_uniquifier(user, secrets.token_hex(32))


def administrators(accounts: Accounts) -> list[str]:
    """The numbers of the accounts that can still administer."""
    all_of_them = people(accounts)
    return [p.number for p in all_of_them if p.active and Role.ADMINISTRATOR in p.roles]


@contextmanager
def _one(accounts: Accounts, who: str, number: str, deed: str) -> Iterator[tuple[Writing, Any]]:
    with changing(accounts, who) as txn:
        user = known(accounts, number)
        yield txn, user
        accounts.security.datastore.set_uniquifier(user, secrets.token_hex(32))
        store.note(txn, deed, number)


def _hashed(accounts: Accounts, password: str) -> str:
    return str(hash_password(accounts.security.password_util.normalize(password)))
