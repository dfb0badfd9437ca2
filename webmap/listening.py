"""A server on an address of this machine: what serves the map, and what serves the desk.

Waitress, one process with threads, which runs everywhere. `webmap.workers` is the other server.
"""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress.server import create_server

from geo.errors import SettingMissing

_MOST_HEADER_BYTES = 32 * 1024

_FEW = {"connection_limit": 24, "channel_timeout": 20}
"""How many may send at once where what they send stays in memory, and after how many seconds of
silence one makes room: without it a few idle browsers would keep everybody else out.
"""


def listen(
    app: Flask, host: str, port: int, *, threads: int = 8, in_memory: int | None = None
) -> Any:
    """A waitress server that listens and does not yet answer. It keeps no log of requests.

    in_memory: bytes of a request or an answer, none of which may then be larger, that are never
    put into a temporary file; for whoever must not write them to the disk as they are.

    Raises SettingMissing where the address or the port cannot be had.
    """
    with _plainly(host, port):
        return create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            max_request_header_size=_MOST_HEADER_BYTES,
            **_kept(in_memory),
        )


def bound(host: str, port: int) -> socket.socket:
    """A socket that has the address, for a server that listens on it later.

    Raises SettingMissing where the address or the port cannot be had.
    """
    with _plainly(host, port):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, number, _name, where = found[0]
        made = socket.socket(family, kind, number)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(where)
        except OSError:
            made.close()
            raise
        return made


@contextmanager
def _plainly(host: str, port: int) -> Iterator[None]:
    """Why an address cannot be had, in one sentence."""
    unknown = f"No se conoce la dirección «{host}»: corrija --host."
    try:
        yield
    except (ValueError, socket.gaierror) as error:  # ValueError is waitress's word for it
        raise SettingMissing(unknown) from error
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


def address_of(port: int, host: str) -> str:
    """Where a browser finds it."""
    where = f"[{host}]" if ":" in host else host
    return f"http://{where}:{port}/"
