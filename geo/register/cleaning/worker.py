"""The process that reads a file from outside: little memory, little time, no file of its own.

Run by `geo.register.cleaning.apart`: the file comes by the standard input, its copy leaves by the
standard output. A refusal is a sentence on the standard error, and the exit code is REFUSED.
"""

import json
import resource
import sys
from importlib import import_module
from typing import Any

from geo.errors import AttachmentRefused
from geo.register.cleaning.forms import FORMS, LARGEST

CLEAN, TRACE = "clean", "trace"
REFUSED = 3

MEMORY_BYTES = 1_600 * 2**20
SECONDS = 90

_READERS = frozenset(form.reader for form in FORMS.values())


def work(reader: str, task: str, media: str) -> int:
    """Reads one file and writes what was asked for; gives the exit code."""
    if reader not in _READERS:
        raise ValueError(reader)
    room: Any = import_module(f"geo.register.cleaning.{reader}")
    _confine()
    content = sys.stdin.buffer.read(LARGEST + 1)
    try:
        if task == TRACE:
            made = json.dumps(room.trace(content, media)).encode()
        else:
            made = room.clean(content, media)
    except AttachmentRefused as refusal:
        sys.stderr.buffer.write(str(refusal).encode("utf-8"))
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


def _confine() -> None:
    limits = (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for which, most in limits:
        _, hard = resource.getrlimit(which)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (least, least))
