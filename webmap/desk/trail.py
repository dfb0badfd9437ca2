"""The audit log, page by page, newest first. Reading it is a line in it."""

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue

from geo.register import audit, store
from geo.words import _
from webmap.desk.deeds import said
from webmap.desk.desk import Desk, Permissions, Role

PERMISSIONS: Permissions = {"trail_page": {"GET": frozenset({Role.ADMINISTRATOR})}}
NAVIGATION = (("trail_page", _("Bitácora")),)
LINES = 100


def register(app: Flask, desk: Desk) -> None:
    """Adds the audit log's page."""

    def page() -> ResponseReturnValue:
        with store.writing(desk.register, g.asker.name, desk.home.now()) as txn:
            store.note(txn, "read audit")
        keys = desk.register.opened.keys
        # nobody waits to write while a page is read, and no more than a page is
        with desk.register.engine.connect() as connection:
            total, _last = audit.end(connection, keys)
            pages = max(1, -(-total // LINES))
            number = min(max(_number(request.args.get("pagina", "1")), 1), pages)
            newest = total - (number - 1) * LINES
            lines = audit.lines(connection, keys, max(1, newest - LINES + 1), newest)[::-1]
        return render_template(
            "desk/trail.html",
            said=lambda deed: said(deed, desk.words()),
            lines=lines,
            page=number,
            pages=pages,
            total=total,
        )

    app.add_url_rule("/<language:language>/bitacora", "trail_page", page, methods=["GET"])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
