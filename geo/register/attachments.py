"""Files with an incident: checked, copied without metadata, and both copies sealed with age.

A file lies in the folder `attachments` of the register under a random name. The caller puts the
row that `take` gives; a file that no row names is an orphan, which `orphans` finds.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from geo.errors import AttachmentRefused, RecordUnknown, RegisterDamaged
from geo.home import private_folder, whole_file
from geo.register.cleaning.apart import cleaned
from geo.register.cleaning.forms import LARGEST, MIB
from geo.register.files_seal import open_bytes, seal_bytes
from geo.register.lists import Noun
from geo.register.nouns import Attachment
from geo.register.store import Register, every
from geo.words import clean

FOLDER = "attachments"
ENDING = ".age"
SETTLED = timedelta(hours=1)
"""A file younger than this may belong to a row that is being written."""

_NAME_LENGTH = 120


def take(register: Register, content: bytes, name: str) -> Attachment:
    """Seals a file and its copy without metadata; gives the row that the caller is to put.

    name: as it was called where it comes from, kept in the row's note, which is sealed; it
    decides nothing. Raises AttachmentRefused.
    """
    if len(content) > LARGEST:
        raise AttachmentRefused(f"El archivo pasa de {LARGEST // MIB} MiB: redúzcalo o divídalo.")
    form, copy = cleaned(content)
    original = _kept(register, content)
    try:
        working_copy = _kept(register, copy)
    except BaseException:
        remove(register.folder, (original,))
        raise
    return Attachment(
        sha256=hashlib.sha256(content).hexdigest(),
        kind=form.kind.value,
        media=form.media,
        size_bytes=len(content),
        original=original,
        working=working_copy,
        note=_called(name),
        copy_sha256=hashlib.sha256(copy).hexdigest(),
    )


def original(register: Register, attachment: Attachment) -> bytes:
    """The file as it came. Raises RegisterDamaged where it is not the one that was sealed."""
    return _same(_opened(register, attachment.original), attachment.sha256)


def working(register: Register, attachment: Attachment) -> bytes:
    """The copy without metadata. Raises RegisterDamaged, RecordUnknown."""
    return _same(_opened(register, attachment.working), attachment.copy_sha256)


def _same(content: bytes, sha256: str) -> bytes:
    """Any file of the register opens with its key: only the hash says that it is this one."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise RegisterDamaged(
            "Un adjunto no es el que se guardó: restaure una copia de respaldo y compare."
        )
    return content


def names_of(attachment: Attachment) -> tuple[str, str]:
    """The files of an attachment, for `remove`."""
    return attachment.original, attachment.working


def remove(folder: Path, names: Iterable[str]) -> None:
    """Takes files away from the register whose folder this is; those that are gone stay gone."""
    for name in names:
        _path(folder, name).unlink(missing_ok=True)


def orphans(register: Register, at: datetime | None = None) -> tuple[str, ...]:
    """The files that no row names: left by a write that did not come to its end.

    at: this instant; files of the last hour are then not named, since their row may be on its
    way. Without it every one is, for a register in which nobody else writes.
    """
    rows = every(register, Noun.ATTACHMENT)
    named = {name for row in rows for name in names_of(row.content)}
    folder = register.folder / FOLDER
    lying = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(
        path.name
        for path in lying
        if path.name not in named and (at is None or _age_s(path, at) > SETTLED.total_seconds())
    )


def _kept(register: Register, content: bytes) -> str:
    name = secrets.token_hex(16) + ENDING
    private_folder(register.folder / FOLDER)
    with whole_file(_path(register.folder, name)) as temporary:
        temporary.touch(mode=0o600)
        temporary.write_bytes(seal_bytes(register.opened, content))
    return name


def _opened(register: Register, name: str) -> bytes:
    try:
        sealed = _path(register.folder, name).read_bytes()
    except FileNotFoundError as error:
        raise RecordUnknown("Ese adjunto ya no está: fue retirado, o falta su archivo.") from error
    return open_bytes(register.opened, sealed)


def _path(folder: Path, name: str) -> Path:
    if PurePosixPath(name).name != name or name in {"", ".", ".."} or "\\" in name:
        raise RegisterDamaged("El nombre de un adjunto no es de los que da el registro.")
    return folder / FOLDER / name


def _called(name: str) -> str:
    return clean(name.replace("\\", "/").rpartition("/")[2])[:_NAME_LENGTH]


def _age_s(path: Path, at: datetime) -> float:
    return at.timestamp() - path.stat().st_mtime
