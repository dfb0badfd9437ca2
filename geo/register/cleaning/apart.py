"""Asks the worker: a file goes in through a pipe, its copy comes back, nothing touches the disk."""

import json
import subprocess
import sys
from pathlib import Path

from geo.errors import AttachmentRefused
from geo.register.cleaning import worker
from geo.register.cleaning.forms import Form, form_of
from geo.register.cleaning.traces import Trace, trace_of

_ROOT = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from geo.register.cleaning import worker; sys.exit(worker.work(*sys.argv[2:]))"
)
_PATIENCE_S = 180


def cleaned(content: bytes) -> tuple[Form, bytes]:
    """What a file is, and a copy without its metadata. Raises AttachmentRefused."""
    form = form_of(content)
    return form, _asked(form, worker.CLEAN, content)


def trace(content: bytes) -> Trace:
    """The points and tracks that a track or a photo holds. Raises AttachmentRefused."""
    return trace_of(json.loads(_asked(form_of(content), worker.TRACE, content)))


def _asked(form: Form, task: str, content: bytes) -> bytes:
    """What the worker made of a file, in a process that a bomb may bring down alone."""
    try:
        done = subprocess.run(  # noqa: S603 (this interpreter, code of ours, nothing from the file)
            [sys.executable, "-I", "-B", "-c", _START, str(_ROOT), form.reader, task, form.media],
            input=content,
            capture_output=True,
            check=False,
            env={},
            timeout=_PATIENCE_S,
        )
    except subprocess.TimeoutExpired as error:
        raise _broken() from error
    if done.returncode == worker.REFUSED:
        raise AttachmentRefused(done.stderr.decode("utf-8"))
    if done.returncode:
        raise _broken()
    return done.stdout


def _broken() -> AttachmentRefused:
    return AttachmentRefused(
        "El archivo no se pudo revisar: está dañado, o pide más memoria o tiempo de lo que se "
        "permite. Ábralo en otro programa, guárdelo de nuevo y súbalo otra vez."
    )
