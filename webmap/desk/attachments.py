"""Files with an incident: handed in, listed, looked at as copies without metadata, taken back.

The file as it came is for stewards and lawyers alone. Nothing that was handed in is ever written to
the disk unsealed, neither on its way in nor on its way out.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import BoundedSemaphore

from flask import Flask, Request, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from geo.errors import AttachmentRefused, RecordUnknown
from geo.register import attachments, dossier, field, store, withdraw
from geo.register.cleaning import forms
from geo.register.cleaning.forms import ENDINGS, Kind
from geo.register.dossier import Dossier
from geo.register.lists import Noun
from geo.register.nouns import Attachment
from geo.register.store import Kept
from geo.words import _
from webmap.desk import access
from webmap.desk.desk import Desk, Permissions, Role

_READERS = access.READERS | access.STEWARDS
_KEEPERS = frozenset({Role.LAWYER, Role.STEWARD})
_WITHDRAWERS = access.WRITERS | access.STEWARDS

PERMISSIONS: Permissions = {
    "attachments_incident": {"GET": _READERS, "POST": access.WRITERS},
    "attachments_copy": {"GET": _READERS},
    "attachments_photo": {"GET": _READERS},
    "attachments_original": {"GET": _KEEPERS},
    "attachments_withdraw": {"GET": _WITHDRAWERS, "POST": _WITHDRAWERS},
}
FRESH = frozenset({"attachments_original"})

MOST_FILES = 8
MOST_AT_ONCE = 2 * forms.LARGEST
LARGEST = {"attachments_incident": MOST_AT_ONCE}

_LOOKED_AT = BoundedSemaphore(2)
"""Requests whose files are looked at. One file may take minutes and a gigabyte: were every thread
of the desk at it, nobody could close the register."""

SAFE = "default-src 'none'; sandbox"
"""What a browser may do with a file that it opens in spite of being told to keep it: nothing."""

KINDS = {
    Kind.PHOTO: _("foto"),
    Kind.AUDIO: _("grabación"),
    Kind.PDF: _("documento PDF"),
    Kind.TRACK: _("recorrido"),
}


@dataclass(frozen=True)
class Shown:
    """One line of the list."""

    id: str
    kind: str
    called: str
    size_kib: int
    on: str
    by: str
    photo: bool
    places: int
    open: bool


class InMemory(Request):
    """A request whose files stay in memory: a temporary file would lie on the disk unsealed."""

    def _get_file_stream(self, *_args: object, **_named: object) -> io.BytesIO:
        return io.BytesIO()


def register(app: Flask, desk: Desk) -> None:
    """Adds the pages."""
    app.request_class = InMemory

    @app.route("/<language:language>/incidentes/<event>/archivos", methods=["GET", "POST"])
    def attachments_incident(event: str) -> ResponseReturnValue:
        if request.method == "POST":
            found = access.sought(desk, event, access.writable)
            if found is None:
                raise RecordUnknown("No hay tal incidente.")
            return _handed_in(desk, found)
        return _page(desk, _opened(desk, event, "list attachment"))

    @app.get("/<language:language>/archivos/<attachment>")
    def attachments_copy(attachment: str) -> ResponseReturnValue:
        found, row = _found(desk, attachment, "read attachment")
        if not _open(desk, found, row.content):
            raise RecordUnknown("Ese recorrido está cerrado.")
        kind = Kind(row.content.kind)
        ending = "gpx" if kind is Kind.TRACK else ENDINGS[row.content.media]
        return _sent(
            attachments.working(desk.register, row.content), f"copia-{row.id[:8]}.{ending}"
        )

    @app.get("/<language:language>/archivos/<attachment>/foto")
    def attachments_photo(attachment: str) -> ResponseReturnValue:
        _incident, row = _found(desk, attachment, "read attachment")
        if row.content.kind != Kind.PHOTO:
            raise RecordUnknown("Ese archivo no es una foto.")
        sent = Response(attachments.working(desk.register, row.content), mimetype=row.content.media)
        sent.headers["Content-Disposition"] = "inline"
        sent.headers["Content-Security-Policy"] = SAFE
        return sent

    @app.get("/<language:language>/archivos/<attachment>/original")
    def attachments_original(attachment: str) -> ResponseReturnValue:
        _incident, row = _found(desk, attachment, "export attachment", keeper=True)
        ending = ENDINGS[row.content.media]
        return _sent(
            attachments.original(desk.register, row.content), f"original-{row.id[:8]}.{ending}"
        )

    @app.route("/<language:language>/archivos/<attachment>/retirar", methods=["GET", "POST"])
    def attachments_withdraw(attachment: str) -> ResponseReturnValue:
        found, row = _found(desk, attachment, "read attachment")
        if not access.writable(desk, found) and not desk.roles() & access.STEWARDS:
            raise RecordUnknown("No hay tal archivo.")
        if request.form.get("sure") != "yes":
            return render_template(
                "desk/attachment_withdraw.html",
                one=_shown(desk, found, row),
                event=found.event.id,
                forgotten=request.method == "POST",
            )
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            went = withdraw.attachment(txn, row.id)
        attachments.remove(desk.register.folder, went.files)
        flash(_("Se retiró el archivo, con los lugares que traía."))
        return redirect(url_for("attachments_incident", event=found.event.id), 303)


def _handed_in(desk: Desk, found: Dossier) -> ResponseReturnValue:
    """Takes every file that can be taken, and says of each other one why not."""
    given = [one for one in request.files.getlist("files") if one.filename]
    event = found.event.id
    refused = _all_taken(desk, event, given[:MOST_FILES])
    if len(given) > MOST_FILES:
        said = desk.words().say(_("Suba hasta {n} archivos a la vez."), n=MOST_FILES)
        refused += [(one.filename or "", said) for one in given[MOST_FILES:]]
    if given and not refused:
        flash(_("Se guardaron los archivos."))
        return redirect(url_for("attachments_incident", event=event), 303)
    access.note(desk, "list attachment", event)
    again = dossier.gather(desk.register, event)
    return _page(desk, again or found, refused=refused, nothing=not given)


def _all_taken(desk: Desk, event: str, given: Iterable[FileStorage]) -> list[tuple[str, str]]:
    """Takes each file; gives the names of the others, and why not."""
    refused = []
    if not _LOOKED_AT.acquire(blocking=False):
        busy = desk.words().say(_("La mesa está revisando otros archivos. Pruebe en un minuto."))
        return [(one.filename or "", busy) for one in given]
    try:
        for one in given:
            try:
                _take(desk, event, one)
            except AttachmentRefused as refusal:
                refused.append((one.filename or "", str(refusal)))
    finally:
        _LOOKED_AT.release()
    return refused


def _take(desk: Desk, event: str, given: FileStorage) -> None:
    content = given.stream.read(forms.LARGEST + 1)
    kept = attachments.take(desk.register, content, given.filename or "")
    files = attachments.names_of(kept)
    try:
        places = field.read(content, "")
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            row = store.put(txn, Noun.ATTACHMENT, kept, event=event)
            if places is not None:
                store.put(txn, Noun.FIELD, replace(places, attachment=row), event=event)
    except BaseException:
        attachments.remove(desk.register.folder, files)
        raise


def _opened(desk: Desk, event: str, deed: str) -> Dossier:
    """An incident for whoever may read it, and for stewards; with its audit line."""
    if desk.roles() & access.STEWARDS:
        return access.stewarded(desk, event, deed)
    return access.opened(desk, event, deed)


def _found(
    desk: Desk, attachment: str, deed: str, keeper: bool = False
) -> tuple[Dossier, Kept[Attachment]]:
    """A file and its incident, for whoever may read it; with its audit line.

    keeper: only as a lawyer, under consent, or as a steward.
    """
    row = store.get(desk.register, Noun.ATTACHMENT, attachment)

    def may(desk: Desk, found: Dossier) -> bool:
        if desk.roles() & access.STEWARDS:
            return True
        return access.for_lawyers(desk, found) if keeper else access.readable(desk, found)

    found = access.sought(desk, row.event if row is not None else "", may)
    if row is None or found is None:
        raise RecordUnknown("No hay tal archivo.")
    access.note(desk, deed, attachment)
    return found, row


def _open(desk: Desk, found: Dossier, one: Attachment) -> bool:
    """Whether a copy may be handed out: a walk is nothing but places."""
    return one.kind != Kind.TRACK or field.may_be_used(found, access.today(desk))


def _page(
    desk: Desk,
    found: Dossier,
    refused: list[tuple[str, str]] | None = None,
    nothing: bool = False,
) -> str:
    return render_template(
        "desk/attachments.html",
        event=found.event.id,
        title=found.event.content.title or desk.words().say(_("Hecho sin nombre")),
        files=[_shown(desk, found, row) for row in found.attachments],
        writable=access.writable(desk, found),
        withdrawable=access.writable(desk, found) or bool(desk.roles() & access.STEWARDS),
        originals=bool(desk.roles() & access.STEWARDS)
        or (Role.LAWYER in desk.roles() and access.for_lawyers(desk, found)),
        refused=refused or [],
        nothing=nothing,
        most_files=MOST_FILES,
        most_mib=MOST_AT_ONCE // forms.MIB,
    )


def _shown(desk: Desk, found: Dossier, row: Kept[Attachment]) -> Shown:
    held = [one.content for one in found.fields if one.content.attachment == row.id]
    return Shown(
        id=row.id,
        kind=desk.words().say(KINDS[Kind(row.content.kind)]),
        called=row.content.note,
        size_kib=max(1, row.content.size_bytes // 1024),
        on=row.written_on,
        by=row.by,
        photo=row.content.kind == Kind.PHOTO,
        places=sum(len(one.points) + sum(map(len, one.tracks)) for one in held),
        open=_open(desk, found, row.content),
    )


def _sent(content: bytes, name: str) -> Response:
    """A file to be kept, never opened: no type that a browser would run, and no rights."""
    sent = Response(content, mimetype="application/octet-stream")
    sent.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    sent.headers["Content-Security-Policy"] = SAFE
    return sent
