"""A session: who asks, since when, and how long it still counts.

It lies in a signed cookie that holds no name: a random mark of the account, changed whenever
somebody enters, leaves or gets another password, and three instants.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, session
from flask_login import current_user
from flask_security import login_user

from webmap.desk.desk import Role
from webmap.desk.settings import Settings

_EVERY_S = 60
"""How often the instant of the last request is written anew."""


@dataclass(frozen=True)
class Asker:
    """Who asks. ready: has a password of their own and recovery codes. fresh: proved it lately."""

    number: str
    name: str
    roles: frozenset[Role]
    ready: bool
    fresh: bool


def begin(user: Any, now: datetime) -> None:
    """A new session for somebody who proved both factors. What was in the old one is gone."""
    session.clear()
    g.pop("csrf_token", None)
    login_user(user, remember=False)
    at = int(now.timestamp())
    session.update(begun_at=at, seen_at=at, proved_at=at)


def end() -> None:
    """Leaves nothing in the cookie."""
    session.clear()
    g.pop("csrf_token", None)
    g.pop("_login_user", None)


def prove(now: datetime) -> None:
    """Notes that the asker has just proved again who they are."""
    session["proved_at"] = int(now.timestamp())


def asker(settings: Settings, now: datetime) -> Asker | None:
    """Who asks; None where nobody does, or where the session is over."""
    if not current_user.is_authenticated:
        return None
    at = int(now.timestamp())
    begun, seen = session.get("begun_at"), session.get("seen_at")
    if not isinstance(begun, int) or not isinstance(seen, int):
        return None
    if at - seen > settings.idle.total_seconds() or at - begun > settings.longest.total_seconds():
        return None
    if at - seen >= _EVERY_S:
        session["seen_at"] = at
    roles = frozenset(role for role in Role if current_user.has_role(role.value))
    # who used up the last code makes new ones before anything else
    ready = not current_user.must_change and bool(current_user.mf_recovery_codes)
    fresh = at - session.get("proved_at", 0) <= settings.fresh.total_seconds()
    return Asker(current_user.number, current_user.username, roles, ready, fresh)


def halfway(user: Any, now: datetime) -> None:
    """The password was right; the second factor is still to come."""
    session.clear()
    g.pop("csrf_token", None)
    session["halfway"] = {"mark": user.fs_uniquifier, "at": int(now.timestamp())}


def halfway_mark(settings: Settings, now: datetime) -> str:
    """The mark of the account whose second factor is awaited, "" where none is, or too late."""
    found = session.get("halfway") or {}
    late = int(now.timestamp()) - found.get("at", 0) > settings.halfway.total_seconds()
    return "" if late else str(found.get("mark", ""))
