"""Deny by default: what the table does not open is not there, whoever asks.

A page that nobody listed and a page that does not exist give the same answer.
"""

from collections.abc import Callable, Iterable, Mapping
from types import ModuleType

from flask import Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from webmap.desk.desk import Permissions, Role
from webmap.desk.sessions import Asker

LARGEST_FORM = 256 * 1024
"""Bytes of a request, where its room says nothing else."""


def merged(tables: Iterable[Permissions]) -> Permissions:
    """One table of all rooms. Raises ValueError where two of them claim the same endpoint."""
    made: dict[str, Mapping[str, frozenset[Role] | None]] = {}
    for table in tables:
        for endpoint, methods in table.items():
            if endpoint in made:
                raise ValueError(f"{endpoint} is listed twice")
            made[endpoint] = methods
    return made


def roles_for(
    table: Permissions, endpoint: str | None, method: str
) -> tuple[bool, frozenset[Role] | None]:
    """Whether anybody may ask this, and who."""
    methods = table.get(endpoint or "", {})
    return method in methods, methods.get(method)


def may(table: Permissions, endpoint: str, method: str, roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles may ask it: for a menu that shows no closed doors."""
    listed, wanted = roles_for(table, endpoint, method)
    return listed and (wanted is None or bool(wanted & roles))


def guard(
    app: Flask,
    table: Permissions,
    rooms: Iterable[ModuleType],
    asker: Callable[[], Asker | None],
    first_steps: frozenset[str],
) -> None:
    """Puts the gate before every request.

    first_steps: what somebody may ask who has not yet chosen a password of their own.
    """
    fresh: frozenset[str] = frozenset().union(*(getattr(r, "FRESH", frozenset()) for r in rooms))
    largest: dict[str, int] = {}
    for room in rooms:
        largest |= getattr(room, "LARGEST", {})

    @app.before_request
    def gate() -> ResponseReturnValue | None:
        # also where nothing is: the page that says so takes the same work
        g.asker = asker()
        if request.endpoint is None:
            return None  # Flask's own 404 or 405
        if any("\0" in str(one) for one in (request.view_args or {}).values()):
            abort(404)  # no id has one, and PostgreSQL cannot be asked for it
        if request.method == "HEAD":
            # Flask adds it to every page; a view that tells GET from the rest would take it for a
            # form that was sent, and no form's token is asked of it
            abort(405)
        listed, roles = roles_for(table, request.endpoint, request.method)
        if not listed:
            abort(404)
        request.max_content_length = largest.get(request.endpoint, LARGEST_FORM)
        if roles is None:
            return None
        who: Asker | None = g.asker
        if who is None:
            return _to_the_door()
        if not who.ready and request.endpoint not in first_steps:
            return redirect(url_for("own_first"), 303) if request.method == "GET" else abort(403)
        if not roles & who.roles:
            abort(403)
        if request.endpoint in fresh and not who.fresh:
            if request.method == "GET":
                session["back"] = request.path
            return redirect(url_for("own_prove"), 303)
        return None


def _to_the_door() -> ResponseReturnValue:
    return redirect(url_for("entering_door"), 303) if request.method == "GET" else abort(401)
