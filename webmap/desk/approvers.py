"""What should be known of whoever approves: a new or renewed account may be somebody else's hand.

An administrator can give an account another password and so approve in its place. The log tells.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from geo.boxes.findings import Finding, Weight
from geo.register import audit
from geo.register.store import Register
from geo.words import _
from webmap.desk.accounts import accounts_here, found
from webmap.desk.desk import Desk

DAYS = 30
_DEEDS = ("account add", "account anew", "account open", "account roles")
_AT_A_TIME = 500


def lately(desk: Desk, names: Iterable[str]) -> list[Finding]:
    """A finding for each account that was made, renewed, opened or given roles lately."""
    since = desk.home.now() - timedelta(days=DAYS)
    changed = _changed(desk.register, since)
    return [
        Finding(
            Weight.LOOK,
            _(
                "La cuenta «{name}», que aprobó, se hizo, se renovó o cambió de tareas hace menos "
                "de {days} días: pregunte a esa persona, por otro camino, si fue ella quien aprobó."
            ),
            {"name": name, "days": DAYS},
        )
        for name, number, _active in _known(names)
        if number in changed
    ]


def closed(names: Iterable[str]) -> str:
    """Why approvals do not count, as a Spanish sentence: an account was closed since; "" if none.

    Whoever has no account here, because they approved elsewhere, is none of them.
    """
    gone = [f"«{name}»" for name, _number, active in _known(names) if not active]
    if not gone:
        return ""
    return (
        f"Aprobó una cuenta que después se cerró ({', '.join(gone)}), y su aprobación ya no vale: "
        "retire la solicitud y prepare otra."
    )


def _known(names: Iterable[str]) -> list[tuple[str, str, bool]]:
    accounts = accounts_here()
    users = [(name, found(accounts, name)) for name in names]
    made = [(name, str(user.number), bool(user.active)) for name, user in users if user is not None]
    accounts.session.commit()
    return made


def _changed(register: Register, since: datetime) -> set[str]:
    keys, changed = register.opened.keys, set()
    with register.engine.connect() as connection:
        last, _hash = audit.end(connection, keys)
        while last > 0:
            first = max(1, last - _AT_A_TIME + 1)
            lines = audit.lines(connection, keys, first, last)
            recent = [one for one in lines if datetime.fromisoformat(one.at) >= since]
            changed |= {one.about for one in recent if one.deed.startswith(_DEEDS)}
            if not recent:
                break
            last = first - 1
    return changed
