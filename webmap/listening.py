"""A server on an address of this machine: what serves the map, and what serves the desk."""

import errno
from typing import Any

from flask import Flask
from waitress.server import create_server

from geo.errors import SettingMissing

_FEW = {"connection_limit": 24, "channel_timeout": 20}
"""How many may send at once where what they send stays in memory, and after how many seconds of
silence one makes room: without it a few idle browsers would keep everybody else out.
"""


def listen(app: Flask, host: str, port: int, *, in_memory: int | None = None) -> Any:
    """A waitress server that listens and does not yet answer. It keeps no log of requests.

    in_memory: bytes of a request or an answer, none of which may then be larger, that are never
    put into a temporary file; for whoever must not write them to the disk as they are.

    Raises SettingMissing where the address or the port cannot be had.
    """
    try:
        return create_server(app, host=host, port=port, threads=8, ident=None, **_kept(in_memory))
    except ValueError as error:  # waitress's word for a host that nobody knows
        raise SettingMissing(f"No se conoce la dirección «{host}»: corrija --host.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingMissing(
                f"El puerto {port} de {host} está ocupado: elija otro con --port."
            ) from error
        raise SettingMissing(
            f"No se puede abrir {host}:{port} ({error.strerror}): elija otra dirección con --host."
        ) from error


def _kept(in_memory: int | None) -> dict[str, int]:
    if in_memory is None:
        return {}
    most = {"inbuf_overflow": in_memory, "outbuf_overflow": in_memory}
    return {**most, "max_request_body_size": in_memory, **_FEW}


def address_of(server: Any, host: str) -> str:
    """Where a browser finds it."""
    where = f"[{host}]" if ":" in host else host
    return f"http://{where}:{server.effective_port}/"
